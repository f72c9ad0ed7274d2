//! A person as a test or a program acts for them: says, taps, looks, and waits to see.

use bytes::Bytes;
use std::time::Duration;
use wappa_cloud::{MediaKind, MessageId, PhoneNumberId};

use crate::business::Business;
use crate::clock::within;
use crate::emulator::Emulator;
use crate::error::EmulatorError;
use crate::world::{
    ActError, Chat, ChatKey, Content, Extras, Location, MediaAct, Msg, Person, PersonAct, Side, Tick,
};

/// How long a test waits for something to happen, of the machine's time.
const PATIENCE: Duration = Duration::from_secs(10);

/// A person in a chat with one business number.
#[derive(Clone, Debug)]
pub struct Actor {
    pub(crate) emulator: Emulator,
    pub(crate) person: Person,
    pub(crate) number: PhoneNumberId,
}

impl Actor {
    pub(crate) fn new(emulator: Emulator, person: Person, number: PhoneNumberId) -> Self {
        Self { emulator, person, number }
    }

    /// The same person, talking to another of the business's numbers.
    pub fn with(&self, business: &Business) -> Self {
        Self { number: business.phone_number_id.clone(), ..self.clone() }
    }

    /// Who this is.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Takes a username, which hides the phone number: webhooks name this person by user id alone.
    pub fn hides_number(self, username: &str) -> Self {
        self.emulator.hide_number(&self.person.id, username);
        let person = Person { username: Some(username.to_owned()), wa_id: None, ..self.person };
        Self { person, ..self }
    }

    /// Which chat this is.
    pub fn chat_key(&self) -> ChatKey {
        ChatKey { number: self.number.clone(), person: self.person.id.clone() }
    }

    /// The chat as it is now.
    pub fn chat(&self) -> Chat {
        let key = self.chat_key();
        self.emulator.chat(&key).unwrap_or_else(|| Chat::new(&key))
    }

    /// Does anything a person can do.
    ///
    /// # Errors
    /// The act is not possible.
    pub fn acts(&self, act: PersonAct) -> Result<MessageId, EmulatorError> {
        Ok(self.emulator.act(&self.chat_key(), act, Extras::default())?)
    }

    /// Types a text.
    ///
    /// # Errors
    /// The text is empty.
    pub fn says(&self, text: impl Into<String>) -> Result<MessageId, EmulatorError> {
        self.acts(PersonAct::Text { body: text.into(), context: None })
    }

    /// Answers a message with a text.
    ///
    /// # Errors
    /// The text is empty.
    pub fn replies(&self, to: &MessageId, text: impl Into<String>) -> Result<MessageId, EmulatorError> {
        self.acts(PersonAct::Text { body: text.into(), context: Some(to.clone()) })
    }

    /// Taps the button or row with this title, on the newest message that has one.
    ///
    /// # Errors
    /// There is none.
    pub fn taps(&self, title: &str) -> Result<MessageId, EmulatorError> {
        let chat = self.chat();
        let tap = chat.messages.iter().rev().filter(|message| arrived(message)).find_map(|message| {
            let option = message.content.options().into_iter().find(|option| option.title == title)?;
            Some(PersonAct::Tap { message: message.id.clone(), id: option.id })
        });
        self.acts(tap.ok_or_else(|| ActError::NothingToTap(title.to_owned()))?)
    }

    /// The newest message of the business that arrived and is of this kind.
    pub(crate) fn newest(
        &self,
        what: &str,
        wanted: impl Fn(&Content) -> bool,
    ) -> Result<MessageId, EmulatorError> {
        let chat = self.chat();
        let mut said = chat.messages.iter().rev().filter(|message| arrived(message));
        let found = said.find(|message| wanted(&message.content)).map(|message| message.id.clone());
        Ok(found.ok_or_else(|| ActError::NothingToTap(what.to_owned()))?)
    }

    /// Sends a file.
    ///
    /// # Errors
    /// The world can't keep it.
    pub async fn sends_media(
        &self,
        kind: MediaKind,
        mime: impl Into<String>,
        bytes: impl Into<Bytes>,
    ) -> Result<MessageId, EmulatorError> {
        let media = self.uploads(mime, bytes).await?;
        self.sends_uploaded(kind, media)
    }

    /// Takes a file onto the phone, to be sent.
    ///
    /// # Errors
    /// The world can't keep it.
    pub async fn uploads(
        &self,
        mime: impl Into<String>,
        bytes: impl Into<Bytes>,
    ) -> Result<MediaAct, EmulatorError> {
        let media = self.emulator.keep_media(mime.into(), None, bytes.into()).await?;
        Ok(MediaAct::new(media.id))
    }

    /// Sends a file that is on the phone.
    ///
    /// # Errors
    /// It is gone.
    pub fn sends_uploaded(&self, kind: MediaKind, media: MediaAct) -> Result<MessageId, EmulatorError> {
        self.acts(match kind {
            MediaKind::Image => PersonAct::Image(media),
            MediaKind::Video => PersonAct::Video(media),
            MediaKind::Audio => PersonAct::Audio(media),
            MediaKind::Document => PersonAct::Document(media),
            MediaKind::Sticker => PersonAct::Sticker(media),
        })
    }

    /// Sends a place.
    ///
    /// # Errors
    /// The chat is unknown.
    pub fn sends_location(&self, latitude: f64, longitude: f64) -> Result<MessageId, EmulatorError> {
        self.acts(PersonAct::Location(Location { latitude, longitude, name: None, address: None }))
    }

    /// Reacts to a message; an empty emoji takes the reaction back.
    ///
    /// # Errors
    /// The chat has no such message.
    pub fn reacts(&self, to: &MessageId, emoji: &str) -> Result<MessageId, EmulatorError> {
        let emoji = Some(emoji).filter(|emoji| !emoji.is_empty());
        Ok(self.emulator.react(&self.chat_key(), to, emoji)?)
    }

    /// Looks at the chat: what the business said becomes read.
    ///
    /// # Errors
    /// The chat is unknown.
    pub fn opens(&self) -> Result<(), EmulatorError> {
        Ok(self.emulator.open_chat(&self.chat_key())?)
    }

    /// Listens to a voice message, which is reported as played.
    ///
    /// # Errors
    /// The message is not a voice message.
    pub fn plays(&self, message: &MessageId) -> Result<(), EmulatorError> {
        Ok(self.emulator.play(&self.chat_key(), message)?)
    }

    /// Waits until the business said something with these words in it.
    ///
    /// # Errors
    /// [`EmulatorError::NotSeen`] after 10 s.
    pub async fn sees(&self, text: &str) -> Result<Msg, EmulatorError> {
        let found = self.until(|chat| {
            let mut said = chat.messages.iter().rev().filter(|message| arrived(message));
            said.find(|message| message.content.text().is_some_and(|said| said.contains(text))).cloned()
        });
        found.await.ok_or_else(|| not_seen(format!("a message with {text:?}")))
    }

    /// Waits until the business has answered with at least so many messages in all.
    ///
    /// # Errors
    /// [`EmulatorError::NotSeen`] after 10 s.
    pub async fn sees_answers(&self, count: usize) -> Result<Vec<Msg>, EmulatorError> {
        let found = self.until(|chat| {
            let said: Vec<Msg> = chat.messages.iter().filter(|message| arrived(message)).cloned().collect();
            (said.len() >= count).then_some(said)
        });
        found.await.ok_or_else(|| not_seen(format!("{count} answers")))
    }

    /// Waits until the chat is as wanted; `None` after 10 s.
    pub async fn until<T>(&self, mut wanted: impl FnMut(&Chat) -> Option<T>) -> Option<T> {
        let mut changed = self.emulator.changed();
        within(PATIENCE, async {
            loop {
                changed.mark_unchanged();
                if let Some(found) = wanted(&self.chat()) {
                    return Some(found);
                }
                if changed.changed().await.is_err() {
                    return None;
                }
            }
        })
        .await
        .flatten()
    }
}

/// What the business said and the phone got.
fn arrived(message: &Msg) -> bool {
    message.from == Side::Business && !matches!(message.status, Tick::Pending | Tick::Failed)
}

fn not_seen(what: String) -> EmulatorError {
    EmulatorError::NotSeen { what, seconds: PATIENCE.as_secs() }
}
