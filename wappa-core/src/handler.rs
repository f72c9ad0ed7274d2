//! The author's side of the corridor: one trait with a method for each kind of event, and what the corridor learns of
//! which kinds an author listens to.

use std::{
    future::{Future, ready},
    sync::atomic::{AtomicU8, Ordering},
};

use wappa_cloud::{Event, ItemKind, Message, MetaError, Status, System, Unknown};

pub use crate::outbox::CredentialsLost;
use crate::{
    chat::Chat,
    clock::BoxFuture,
    error::{Error, Result},
    happening::{Custom, Expired, Happening, Timer},
    messenger::Messenger,
};

/// What a bot does.
///
/// Only [`on_message`](EventHandler::on_message) must be written; write the others as plain `async fn` too. A kind of
/// event whose method is not written costs nothing: after the first one the corridor no longer queues them.
///
/// Inside one conversation the methods run one at a time, in the order in which events arrived. `Ok` ends the turn:
/// sessions are written and the event is done. An `Err`, a panic or a deadline (60 s) discards the sessions, and the
/// event is tried again; messages that had been sent are not sent again.
pub trait EventHandler: Send + Sync + 'static {
    /// A person wrote, tapped, or sent something.
    fn on_message(&self, chat: Chat, message: Message) -> impl Future<Output = Result> + Send;

    /// A message of ours was sent, delivered, read, played or failed.
    fn on_status(&self, chat: Chat, status: Status) -> impl Future<Output = Result> + Send {
        let _ = (chat, status);
        ready(Err(Error::unhandled()))
    }

    /// A person changed their number or identity.
    fn on_system(&self, chat: Chat, system: System) -> impl Future<Output = Result> + Send {
        let _ = (chat, system);
        ready(Err(Error::unhandled()))
    }

    /// Meta reports an error that belongs to no single message (`errors[]` of a webhook).
    fn on_meta_error(&self, messenger: Messenger, error: MetaError) -> impl Future<Output = Result> + Send {
        let _ = (messenger, error);
        ready(Err(Error::unhandled()))
    }

    /// Something this version has no type for; its JSON is kept.
    fn on_unknown(&self, messenger: Messenger, unknown: Unknown) -> impl Future<Output = Result> + Send {
        let _ = (messenger, unknown);
        ready(Err(Error::unhandled()))
    }

    /// Meta no longer accepts a number's token. Called once, whatever many sends notice it: they wait until
    /// [`Messenger::set_token`] gives the number another, or the old one works again. It is in the log in any case.
    fn on_credentials(
        &self,
        messenger: Messenger,
        lost: CredentialsLost,
    ) -> impl Future<Output = Result> + Send {
        let _ = (messenger, lost);
        ready(Ok(()))
    }

    /// A reminder's moment has come (`chat.remind_in`).
    fn on_timer(&self, chat: Chat, timer: Timer) -> impl Future<Output = Result> + Send {
        let _ = (chat, timer);
        ready(Err(Error::unhandled()))
    }

    /// A program said something to this conversation from outside (`handle.notify`).
    fn on_custom(&self, chat: Chat, custom: Custom) -> impl Future<Output = Result> + Send {
        let _ = (chat, custom);
        ready(Err(Error::unhandled()))
    }

    /// A session has not been written to for as long as it was to be kept. It is removed with this turn.
    fn on_expired(&self, chat: Chat, expired: Expired) -> impl Future<Output = Result> + Send {
        let _ = (chat, expired);
        ready(Err(Error::unhandled()))
    }

    /// A turn was tried for the last time and goes to the dead letters. The chat still works: say sorry here.
    fn on_turn_failed(&self, chat: Chat, failed: TurnFailed) -> impl Future<Output = Result> + Send {
        let _ = (chat, failed);
        ready(Err(Error::unhandled()))
    }

    /// Looks itself over before the bot starts, and says what it consists of. A handler that is made of others hands
    /// this on.
    ///
    /// # Errors
    /// What would go wrong with a message had better go wrong now: the bot does not start.
    fn outline(&self) -> Result<Outline> {
        Ok(Outline::default())
    }
}

/// What a handler consists of, for the banner and for tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outline {
    /// How many routes it has; 0 if it does not route.
    pub routes: usize,
}

/// A turn that has been given up on.
#[derive(Debug)]
#[non_exhaustive]
pub struct TurnFailed {
    /// What it was about.
    pub event: Happening,
    /// Why the last try failed.
    pub error: Error,
    /// How often it was tried.
    pub attempts: u32,
}

/// The object-safe twin of [`EventHandler`].
pub(crate) trait AnyHandler: Send + Sync + 'static {
    fn handle(&self, place: Place, event: Happening) -> BoxFuture<'_, Result>;
    fn failed(&self, chat: Chat, failed: TurnFailed) -> BoxFuture<'_, Result>;
    fn credentials(&self, messenger: Messenger, lost: CredentialsLost) -> BoxFuture<'_, Result>;
}

/// Where an event takes place.
pub(crate) struct Place {
    pub(crate) chat: Chat,
    pub(crate) messenger: Messenger,
}

impl<H: EventHandler> AnyHandler for H {
    fn handle(&self, place: Place, event: Happening) -> BoxFuture<'_, Result> {
        let Place { chat, messenger } = place;
        let event = match event {
            Happening::Event(event) => event,
            Happening::Timer(timer) => return Box::pin(self.on_timer(chat, timer)),
            Happening::Custom(custom) => return Box::pin(self.on_custom(chat, custom)),
            Happening::Expired(expired) => return Box::pin(self.on_expired(chat, expired)),
            Happening::Scheduled(_) => return Box::pin(ready(Err(Error::unhandled()))),
        };
        match event {
            Event::Message(message) => Box::pin(self.on_message(chat, *message)),
            Event::Status(status) => Box::pin(self.on_status(chat, *status)),
            Event::System(system) => Box::pin(self.on_system(chat, *system)),
            Event::MetaError(error) => Box::pin(self.on_meta_error(messenger, *error)),
            Event::Unknown(unknown) => Box::pin(self.on_unknown(messenger, *unknown)),
            _ => Box::pin(ready(Err(Error::unhandled()))),
        }
    }

    fn failed(&self, chat: Chat, failed: TurnFailed) -> BoxFuture<'_, Result> {
        Box::pin(self.on_turn_failed(chat, failed))
    }

    fn credentials(&self, messenger: Messenger, lost: CredentialsLost) -> BoxFuture<'_, Result> {
        Box::pin(self.on_credentials(messenger, lost))
    }
}

/// Which kinds of events the author listens to. Learned: a method that was not written answers so the first time.
#[derive(Debug, Default)]
pub struct Listening {
    unheard: AtomicU8,
}

impl Listening {
    /// Whether events of this kind are worth a turn.
    pub fn hears(&self, kind: ItemKind) -> bool {
        self.unheard.load(Ordering::Relaxed) & bit(kind) == 0
    }

    pub(crate) fn learn_unheard(&self, kind: ItemKind) {
        self.unheard.fetch_or(bit(kind), Ordering::Relaxed);
    }
}

fn bit(kind: ItemKind) -> u8 {
    match kind {
        ItemKind::Status => 1,
        ItemKind::System => 2,
        ItemKind::MetaError => 4,
        ItemKind::Unknown => 8,
        // Messages are always heard.
        _ => 0,
    }
}
