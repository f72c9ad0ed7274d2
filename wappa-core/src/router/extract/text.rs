//! Words: as an argument of a handler, what a person has written; otherwise a draft.

use std::{ops::Deref, str::FromStr};

use wappa_cloud::{Draft, DraftError, IntoDraft};

use super::Look;
use crate::router::{
    seen::{Miss, Seen},
    turn::Turn,
};

/// Words.
///
/// As an argument of a handler it is what a person has written, and the handler runs if that reads as a `T`: `Text` for
/// any text, `Text<u32>` for a number, `Text<Email>` for what `Email::from_str` takes; blanks around it don't count.
/// Handed to [`Chat::send`](crate::chat::Chat::send) it is what the bot writes.
///
/// ```
/// use wappa_core::{Result, chat::Chat, router::{Router, Text}};
///
/// let bot = Router::new()
///     .on(async |chat: Chat, Text(age): Text<u8>| -> Result {
///         chat.say(format!("{age} is a fine age.")).await?;
///         Ok(())
///     })
///     .on(async |chat: Chat, Text(words): Text| -> Result {
///         chat.say(format!("I know no number called {words}.")).await?;
///         Ok(())
///     });
/// # drop(bot);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Text<T = String>(pub T);

impl<T: Into<String>> Text<T> {
    /// Words to send: at most 4,096 characters (Meta: *Text messages*).
    pub fn new(text: T) -> Self {
        Self(text)
    }

    /// A draft that shows a preview of the first link in it.
    pub fn preview_url(self) -> wappa_cloud::Text {
        wappa_cloud::Text::new(self.0).preview_url()
    }
}

impl<T: Into<String>> IntoDraft for Text<T> {
    fn into_draft(self) -> Result<Draft, DraftError> {
        wappa_cloud::Text::new(self.0).into_draft()
    }
}

impl<T> Deref for Text<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: FromStr + Send> Look for Text<T> {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        let text = turn.text().ok_or_else(|| Miss::skip("it is no text"))?;
        match text.parse() {
            Ok(value) => Ok(Self(value)),
            Err(_) => text.trim().parse().map(Self).map_err(|_| Miss::is_no::<T>("the text")),
        }
    }
}
