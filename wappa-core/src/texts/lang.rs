//! What a bot says in the language of one person. Which language that is, is not decided here.

use std::{fmt, sync::Arc};

use fluent_bundle::{FluentArgs, FluentValue};
use unic_langid::LanguageIdentifier;
use wappa_cloud::{Draft, DraftError, IntoDraft, Text};

use super::Texts;

/// What a bot says, in the language of one person. Handlers of a router take it as an argument, others ask
/// [`Chat::lang`](crate::chat::Chat::lang). Cheap to clone.
///
/// It is the language the person chose ([`Chat::choose_language`](crate::chat::Chat::choose_language)), else the first that
/// the bot speaks of those of the country their number is from, or their business-scoped user id, and the bot's first
/// language if it speaks none of these.
///
/// ```
/// use wappa_core::{Result, chat::Chat, router::Router, t, texts::Lang};
///
/// async fn hello(chat: Chat, lang: Lang) -> Result {
///     let name = chat.user().name().unwrap_or_default();
///     chat.say(t!(lang, "greeting", name = name)).await?;
///     Ok(())
/// }
/// # let _ = Router::new().on(hello);
/// ```
#[derive(Debug, Clone)]
pub struct Lang {
    texts: Arc<Texts>,
    chain: Arc<[usize]>,
}

impl Lang {
    /// For somebody who wants these languages, in this order.
    pub fn of(texts: &Arc<Texts>, wanted: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let tags = wanted.into_iter().filter_map(|tag| tag.as_ref().parse().ok());
        let chain = texts.chain(&tags.collect::<Vec<LanguageIdentifier>>());
        Self { texts: Arc::clone(texts), chain: chain.into() }
    }

    /// All that the bot says.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The tag of the language.
    pub fn tag(&self) -> String {
        let first = self.chain.first().and_then(|at| self.texts.languages.get(*at));
        first.map(|language| language.id.to_string()).unwrap_or_default()
    }

    /// The text of this name. [`t!`](crate::t!) has it looked up when the bot starts.
    pub fn get<'a>(&'a self, key: &'a str) -> Line<'a> {
        Line { lang: self, key, variables: FluentArgs::new() }
    }
}

/// A text about to be said: goes where a `String` or a draft is expected.
#[must_use = "a text says nothing until it is given to `say`"]
pub struct Line<'s> {
    lang: &'s Lang,
    key: &'s str,
    variables: FluentArgs<'s>,
}

impl<'s> Line<'s> {
    /// Fills in a variable. Numbers choose among a text's plurals.
    pub fn with(mut self, name: &'s str, value: impl Into<FluentValue<'s>>) -> Self {
        self.variables.set(name, value);
        self
    }
}

/// The text in the first language of the person's that has it; its name if none has.
impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lang { texts, chain } = self.lang;
        let said = chain.iter().find_map(|at| texts.say(*at, self.key, &self.variables));
        f.write_str(said.as_deref().unwrap_or(self.key))
    }
}

impl From<Line<'_>> for String {
    fn from(line: Line<'_>) -> Self {
        line.to_string()
    }
}

impl IntoDraft for Line<'_> {
    fn into_draft(self) -> Result<Draft, DraftError> {
        Text::new(self).into_draft()
    }
}

impl fmt::Debug for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("key", &self.key).finish_non_exhaustive()
    }
}
