//! The language of a person: the one they chose, or one of the country they are from.

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Chat;
use crate::{
    happening::ChatKey,
    session::SessionError,
    texts::{Lang, Texts, spoken_by},
};

/// The language of a person could not be told, or not be chosen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LangError {
    /// The bot has no texts.
    #[error("this bot has no texts: give them to `Wappa::texts`")]
    NoTexts,
    /// Nothing is said in this language.
    #[error("this bot does not speak `{tag}`: it speaks {}", .spoken.join(", "))]
    Unspoken {
        /// What was chosen.
        tag: String,
        /// The tags of what could be.
        spoken: Vec<String>,
    },
    /// What was chosen could not be read or kept.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// The language that a person chose.
#[derive(Default, Serialize, Deserialize)]
struct ChosenLanguage {
    tag: Option<String>,
}

impl Chat {
    /// What this bot says, in the language of this person.
    ///
    /// # Errors
    /// The bot has no texts, or what the person chose could not be read.
    pub async fn lang(&self) -> Result<Lang, LangError> {
        let texts = self.texts()?;
        let chosen = match self.session::<ChosenLanguage>().await {
            Ok(chosen) => chosen.tag.clone(),
            Err(SessionError::NoTurn(_)) => {
                let ChatKey { number, who } = self.key();
                self.messenger().session_of::<ChosenLanguage>(number, who).await?.tag
            }
            Err(error) => return Err(error.into()),
        };
        let (wa_id, user_id) = (self.user().wa_id(), self.user().user_id());
        let wanted = chosen.into_iter().map(Cow::Owned);
        Ok(Lang::of(texts, wanted.chain(spoken_by(wa_id, user_id).map(Cow::Borrowed))))
    }

    /// Says everything in this language from now on, to this person at this number, by its tag. It is kept with the
    /// person's sessions, written when the turn ends well.
    ///
    /// # Errors
    /// The bot does not speak it, has no texts, or this is no handler's turn in a conversation.
    pub async fn choose_language(&self, tag: &str) -> Result<Lang, LangError> {
        let texts = self.texts()?;
        if !texts.speaks(tag) {
            return Err(LangError::Unspoken { tag: tag.to_owned(), spoken: texts.languages().collect() });
        }
        self.session::<ChosenLanguage>().await?.tag = Some(tag.to_owned());
        self.lang().await
    }

    fn texts(&self) -> Result<&Arc<Texts>, LangError> {
        self.messenger().texts().ok_or(LangError::NoTexts)
    }
}
