//! A message that a person sees, and what is expected of it.

use std::panic::Location;

use wappa_emulator::{
    Line,
    world::{Content, Header, Msg, Tick},
};

use super::person::Person;

/// A message of the bot on somebody's phone. Expectations can be chained.
#[derive(Debug, Clone)]
pub struct Seen {
    pub(super) person: Person,
    pub(super) message: Msg,
}

impl Seen {
    /// It offers these rows, and no others.
    ///
    /// # Panics
    /// It is no list, or has other rows.
    #[track_caller]
    pub fn rows<const N: usize>(self, titles: [&str; N]) -> Self {
        let here = Location::caller();
        if !matches!(self.message.content, Content::List(_)) {
            self.fail(here, "a list");
        }
        self.options(here, "rows", titles)
    }

    /// It offers these buttons, and no others.
    ///
    /// # Panics
    /// It has other buttons, or none.
    #[track_caller]
    pub fn buttons<const N: usize>(self, titles: [&str; N]) -> Self {
        let here = Location::caller();
        if matches!(self.message.content, Content::List(_)) {
            self.fail(here, "buttons, not a list");
        }
        self.options(here, "buttons", titles)
    }

    fn options<const N: usize>(self, here: &Location<'_>, what: &str, titles: [&str; N]) -> Self {
        let options = self.message.content.options();
        if !options.iter().map(|option| option.title.as_str()).eq(titles) {
            self.fail(here, &format!("the {what} {titles:?}"));
        }
        self
    }

    /// Its text is exactly this.
    ///
    /// # Panics
    /// It is another.
    #[track_caller]
    pub fn exactly(self, text: &str) -> Self {
        if self.message.content.text() != Some(text) {
            self.fail(Location::caller(), &format!("exactly {text:?}"));
        }
        self
    }

    /// This line of text stands above it.
    ///
    /// # Panics
    /// Another does, or none.
    #[track_caller]
    pub fn header(self, text: &str) -> Self {
        let header = match &self.message.content {
            Content::Buttons(buttons) => buttons.header.as_ref(),
            Content::List(list) => list.header.as_ref(),
            Content::CtaUrl(cta) => cta.header.as_ref(),
            Content::Template(template) => template.header.as_ref(),
            _ => None,
        };
        if !matches!(header, Some(Header::Text { text: header }) if header == text) {
            self.fail(Location::caller(), &format!("the header {text:?}"));
        }
        self
    }

    /// It quotes the message with these words in it.
    ///
    /// # Panics
    /// It quotes another, or none.
    #[track_caller]
    pub fn replies_to(self, words: &str) -> Self {
        let chat = self.person.actor.chat();
        let quoted = self.message.context.as_ref().and_then(|quoted| chat.message(&quoted.id));
        let text = quoted.and_then(|quoted| quoted.content.text());
        if !text.is_some_and(|text| text.contains(words)) {
            self.fail(Location::caller(), &format!("a reply to {words:?}"));
        }
        self
    }

    /// How far it came, as the bot is told by now.
    pub fn status(&self) -> Tick {
        let chat = self.person.actor.chat();
        chat.message(&self.message.id).map_or(self.message.status, |message| message.status)
    }

    /// The message itself.
    pub fn message(&self) -> &Msg {
        &self.message
    }

    fn fail(&self, here: &Location<'_>, expected: &str) -> ! {
        let line = Line::of(&self.person.actor.chat(), &self.message, "Bot");
        self.person
            .fail(here, &format!("{expected} in\n\n      {}\n", line.to_string().replace('\n', "\n      ")))
    }
}
