//! A person in a world: what people do on their phones, as verbs, and what they see there, as expectations.

use std::{fmt, future::IntoFuture, panic::Location, sync::Arc};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use wappa_cloud::{MediaKind, MessageId, PhoneNumberId, Recipient};
use wappa_core::clock::BoxFuture;
use wappa_emulator::{
    Actor, EmulatorError, Line,
    world::{self, Chat, ChatKey, Location as Place, MediaAct, Msg, PersonAct, Side},
};

use super::{log::Transcript, seen::Seen, world::Inner};

/// A person with a phone, in a chat with the bot's number. Clones are the same person.
///
/// A verb does at once what it says; awaiting it lets the bot do all it has to.
#[derive(Clone)]
pub struct Person {
    pub(super) world: Arc<Inner>,
    pub(super) actor: Actor,
}

impl Person {
    /// Types a text.
    ///
    /// # Panics
    /// The text is empty.
    #[track_caller]
    pub fn says(&self, text: impl Into<String>) -> Settling {
        self.does(|actor| actor.says(text))
    }

    /// Answers the bot's newest message that has these words in it.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn replies_to(&self, words: &str, text: impl Into<String>) -> Settling {
        let message = self.message_with(words);
        self.does(|actor| actor.replies(&message.id, text))
    }

    /// Taps the button or row with this title, on the newest message that has one.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn taps(&self, title: &str) -> Settling {
        self.does(|actor| actor.taps(title))
    }

    /// Picks the row with this title from the newest list that has one.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn picks(&self, title: &str) -> Settling {
        self.taps(title)
    }

    /// Sends a picture.
    #[track_caller]
    pub fn sends_image(&self, bytes: impl Into<Bytes>) -> Settling {
        self.sends(MediaKind::Image, "image/jpeg", bytes)
    }

    /// Sends a file of any kind. The emulator doesn't look into it.
    #[track_caller]
    pub fn sends(&self, kind: MediaKind, mime: &str, bytes: impl Into<Bytes>) -> Settling {
        self.sends_with(kind, mime, bytes, |media| media)
    }

    /// Sends a file with something said about it: a caption, a name, that it is a voice message.
    #[track_caller]
    pub fn sends_with(
        &self,
        kind: MediaKind,
        mime: &str,
        bytes: impl Into<Bytes>,
        about: impl FnOnce(MediaAct) -> MediaAct,
    ) -> Settling {
        let (actor, mime, bytes) = (self.actor.clone(), mime.to_owned(), bytes.into());
        self.does(|own| {
            let media = self.world.engine.block(async move { actor.uploads(mime, bytes).await })?;
            own.sends_uploaded(kind, about(media))
        })
    }

    /// Sends a place; degrees.
    #[track_caller]
    pub fn shares_location(&self, latitude: f64, longitude: f64) -> Settling {
        self.acts(PersonAct::Location(Place { latitude, longitude, name: None, address: None }))
    }

    /// Reacts to the newest message of the bot.
    ///
    /// # Panics
    /// The bot has said nothing.
    #[track_caller]
    pub fn reacts(&self, emoji: &str) -> Settling {
        let here = Location::caller();
        let Some(message) = self.newest() else { self.fail(here, "a message of the bot to react to") };
        let line = if emoji.is_empty() {
            Line::act(&self.phone().name, "takes the reaction back")
        } else {
            Line::act(&self.phone().name, format_args!("reacts {emoji}"))
        };
        self.note(line);
        self.does(|actor| actor.reacts(&message.id, emoji))
    }

    /// Looks at the chat: what the bot said becomes read.
    #[track_caller]
    pub fn opens_the_chat(&self) -> Settling {
        self.does(Actor::opens)
    }

    /// Does anything a person can do.
    ///
    /// # Panics
    /// It is not possible.
    #[track_caller]
    pub fn acts(&self, act: PersonAct) -> Settling {
        self.does(|actor| actor.acts(act))
    }

    /// Takes a username, which hides the phone number from businesses.
    #[track_caller]
    pub fn hides_number(self, username: &str) -> Self {
        Self { actor: self.actor.hides_number(username), ..self }
    }

    /// Sees a message of the bot with these words in it, among those since this person last did something: the first
    /// one that was not expected yet. So expectations follow the order in which things were said, and may leave some
    /// out.
    ///
    /// # Panics
    /// There is none. The whole conversation is shown.
    #[track_caller]
    pub fn sees(&self, words: &str) -> Seen {
        let what = format!("to see {words:?}");
        self.next(&what, |message| message.content.text().is_some_and(|text| text.contains(words)))
    }

    /// Sees a message with these reply buttons or rows.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn sees_buttons<const N: usize>(&self, titles: [&str; N]) -> Seen {
        let what = format!("to see the buttons {titles:?}");
        self.next(&what, |message| {
            let options = message.content.options();
            options.iter().map(|option| option.title.as_str()).eq(titles)
        })
    }

    /// Sees a template of this name.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn sees_template(&self, name: &str) -> Seen {
        let what = format!("to see the template {name:?}");
        self.next(
            &what,
            |message| matches!(&message.content, world::Content::Template(template) if template.name == name),
        )
    }

    /// Sees a message of this kind, in Meta's word for it, like `image`.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn sees_a(&self, kind: &str) -> Seen {
        self.next(&format!("to see a message of kind {kind:?}"), |message| message.content.kind() == kind)
    }

    /// Sees the bot's reaction on one of this person's messages.
    ///
    /// # Panics
    /// There is none with this emoji.
    #[track_caller]
    pub fn sees_reaction(&self, emoji: &str) {
        let here = Location::caller();
        self.world.settle();
        let has = |message: &Msg| message.reactions.business.as_deref() == Some(emoji);
        if !self.actor.chat().messages.iter().any(has) {
            self.fail(here, &format!("to see the reaction {emoji}"));
        }
    }

    /// Nothing came that was not expected yet.
    ///
    /// # Panics
    /// Something did.
    #[track_caller]
    pub fn sees_nothing(&self) {
        let here = Location::caller();
        self.world.settle();
        if self.unseen().next().is_some() {
            self.fail(here, "to see nothing (more)");
        }
    }

    /// Sees that the bot is typing.
    ///
    /// # Panics
    /// It is not.
    #[track_caller]
    pub fn is_typed_to(&self) {
        let here = Location::caller();
        self.world.settle();
        let now = self.world.emulator.clock().now().as_millis();
        if self.actor.chat().typing_until <= now {
            self.fail(here, "to see the bot typing");
        }
    }

    /// What the bot remembers about this person, in the shape of `T`; `T::default()` if nothing.
    ///
    /// # Panics
    /// There is no bot, or what is stored does not fit the type.
    #[track_caller]
    pub fn session<T>(&self) -> impl Future<Output = T> + Send + use<T>
    where
        T: Default + Serialize + DeserializeOwned + Send + 'static,
    {
        let here = Location::caller();
        let settling = Settling::of(&self.world);
        let handle = self.world.live().as_ref().map(super::bot::Live::handle);
        let (person, to) = (self.clone(), self.recipient());
        async move {
            settling.await;
            let Some(handle) = handle else { panic!("there is no bot to remember anything\n  at {here}") };
            let number = person.number();
            let session =
                person.world.engine.run(async move { handle.messenger().session_of::<T>(number, to).await });
            session.await.unwrap_or_else(|error| person.fail(here, &format!("a session, but {error}")))
        }
    }

    pub(super) fn recipient(&self) -> Recipient {
        let who = self.phone();
        Recipient { user_id: Some(who.user_id), wa_id: who.wa_id, ..Recipient::default() }
    }

    /// What was said in this chat.
    #[track_caller]
    pub fn transcript(&self) -> Transcript {
        self.world.settle();
        self.conversation()
    }

    /// The phone's side: name, WhatsApp id, user id, username.
    pub fn phone(&self) -> world::Person {
        self.actor.person().clone()
    }

    /// The chat as Meta's side has it.
    #[track_caller]
    pub fn chat(&self) -> Chat {
        self.world.settle();
        self.actor.chat()
    }

    pub(super) fn number(&self) -> PhoneNumberId {
        self.actor.chat_key().number
    }

    pub(super) fn chat_key(&self) -> ChatKey {
        self.actor.chat_key()
    }

    /// Takes down something that is no message.
    pub(super) fn note(&self, line: Line) {
        let mut log = self.world.log();
        log.look(&self.world.emulator);
        log.did(self.actor.chat_key(), line);
    }

    #[track_caller]
    pub(super) fn does<T>(&self, verb: impl FnOnce(&Actor) -> Result<T, EmulatorError>) -> Settling {
        let here = Location::caller();
        self.world.log().look(&self.world.emulator);
        // Counted before: the bot answers on a thread of its own, perhaps at once.
        let before = self.actor.chat().messages.len();
        if let Err(error) = verb(&self.actor) {
            self.fail(here, &format!("to do something that is not possible: {error}"));
        }
        self.world.log().look(&self.world.emulator);
        self.world.seen().insert(self.chat_key(), before);
        Settling::of(&self.world)
    }

    #[track_caller]
    fn next(&self, what: &str, wanted: impl Fn(&Msg) -> bool) -> Seen {
        let here = Location::caller();
        self.world.settle();
        let Some((at, message)) = self.unseen().find(|(_, message)| wanted(message)) else {
            self.fail(here, what)
        };
        self.world.seen().insert(self.chat_key(), at + 1);
        Seen { person: self.clone(), message }
    }

    /// Messages of the bot that were not expected yet, with their places in the chat.
    fn unseen(&self) -> impl Iterator<Item = (usize, Msg)> {
        let from = self.world.seen().get(&self.chat_key()).copied().unwrap_or_default();
        self.actor.chat().messages.into_iter().enumerate().skip(from).filter(|(_, message)| arrived(message))
    }

    fn newest(&self) -> Option<Msg> {
        self.actor.chat().messages.into_iter().rev().find(arrived)
    }

    #[track_caller]
    pub(super) fn message_with(&self, words: &str) -> Msg {
        let with = |message: &Msg| message.content.text().is_some_and(|text| text.contains(words));
        let found =
            self.actor.chat().messages.into_iter().rev().find(|message| arrived(message) && with(message));
        found.unwrap_or_else(|| self.fail(Location::caller(), &format!("a message with {words:?}")))
    }

    fn conversation(&self) -> Transcript {
        let mut log = self.world.log();
        log.look(&self.world.emulator);
        log.transcript(&self.world.emulator, Some(&self.chat_key()))
    }

    /// Ends the test, with the whole conversation.
    pub(super) fn fail(&self, here: &Location<'_>, expected: &str) -> ! {
        let name = &self.phone().name;
        let trouble = self.world.trouble();
        panic!("{name} expected {expected}.\n  at {here}\n\n{}\n{trouble}", self.conversation().indented())
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Person").field(&self.phone().name).finish()
    }
}

/// What the business said and the phone got.
pub(super) fn arrived(message: &Msg) -> bool {
    use world::Tick;
    message.from == Side::Business && matches!(message.status, Tick::Delivered | Tick::Read | Tick::Played)
}

/// Something was done: awaiting this lets the bot do all it has to before the clock goes on.
#[must_use = "await it, so that the bot can answer"]
pub struct Settling {
    world: Arc<Inner>,
    here: &'static Location<'static>,
}

impl Settling {
    #[track_caller]
    pub(super) fn of(world: &Arc<Inner>) -> Self {
        Self { world: Arc::clone(world), here: Location::caller() }
    }

    /// Doesn't wait for the bot: the next thing is done while it is at work.
    pub fn meanwhile(self) {}
}

impl IntoFuture for Settling {
    type Output = ();
    type IntoFuture = BoxFuture<'static, ()>;

    fn into_future(self) -> BoxFuture<'static, ()> {
        let Self { world, here } = self;
        let settled = world.engine.settled();
        Box::pin(async move {
            let came_to_rest = settled.await;
            world.log().look(&world.emulator);
            assert!(came_to_rest, "{}\n  at {here}", world.restless());
        })
    }
}

impl fmt::Debug for Settling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settling").finish_non_exhaustive()
    }
}

/// The bot's message that `Seen` is about, for `MessageId`s in expectations.
impl AsRef<MessageId> for Seen {
    fn as_ref(&self) -> &MessageId {
        &self.message.id
    }
}
