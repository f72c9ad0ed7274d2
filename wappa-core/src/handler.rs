//! The author's side of the corridor: one trait with a method for each kind of event, and what the corridor learns of
//! which kinds an author listens to.

use std::{
    future::{Future, ready},
    sync::atomic::{AtomicU32, Ordering},
};

use wappa_cloud::{
    AccountUpdate, AppContact, Call, Content, Echo, Event, GroupUpdate, Handover, History, Item, ItemKind,
    Message, MetaError, Preference, Signal, Standby, Status, StatusState, System, TemplateUpdate, Unknown,
};

pub use crate::outbox::CredentialsLost;
use crate::{
    chat::Chat,
    clock::BoxFuture,
    error::{Error, Result},
    happening::{
        Chosen, Consent, Custom, Expired, External, FailedMessage, Happening, SentMessage, Timer, joined,
    },
    messenger::Messenger,
    outbox::{Outgoing, take_key},
    takeover::Resumed,
};

/// What a bot does.
///
/// Only [`on_message`](EventHandler::on_message) must be written; write the others as plain `async fn` too. A kind of
/// event whose method is not written costs nothing: after the first one the corridor no longer queues them.
///
/// Inside one conversation the methods run one at a time, in the order in which events arrived. `Ok` ends the turn:
/// sessions are written and the event is done. An `Err`, a panic or a deadline (60 s) discards the sessions, and the
/// event is tried again; messages that had been sent are not sent again.
#[diagnostic::on_unimplemented(
    message = "`{Self}` handles no events",
    note = "a bot is a `Router`, or a type with `impl EventHandler for {Self}` and `async fn on_message`"
)]
pub trait EventHandler: Send + Sync + 'static {
    /// A person wrote, tapped, or sent something.
    fn on_message(&self, chat: Chat, message: Message) -> impl Future<Output = Result> + Send;

    /// A person wrote in fragments, which are one turn (`Wappa::debounce`): all of them, in the order in which they came.
    /// Unless this is written, each reaches [`on_message`](Self::on_message), in this turn, and texts that follow each other
    /// reach it as one text, their lines below each other.
    fn on_bundle(&self, chat: Chat, messages: Vec<Message>) -> impl Future<Output = Result> + Send {
        async move {
            for message in joined(messages, |message| self.piece(message) == Piece::Fragment) {
                self.on_message(chat.about(&message), message).await?;
            }
            Ok(())
        }
    }

    /// Whether something longer may consist of this message, where fragments are one turn (`Wappa::debounce`).
    fn piece(&self, message: &Message) -> Piece {
        Piece::of(message)
    }

    /// A message of ours was sent, delivered, read, played or failed.
    fn on_status(&self, chat: Chat, status: Status) -> impl Future<Output = Result> + Send {
        let _ = (chat, status);
        ready(Err(Error::unhandled()))
    }

    /// A message of ours was accepted and failed later, with what it was. Unless this is written, the status reaches
    /// [`on_status`](Self::on_status) like any other.
    fn on_failed(&self, chat: Chat, failed: FailedMessage) -> impl Future<Output = Result> + Send {
        self.on_status(chat, failed.status)
    }

    /// Meta has accepted a message and told nothing of it since, for as long as the bot's settings say
    /// (`Wappa::undelivered_after`): it was dropped, as Meta does where a customer service window is closed, or the
    /// statuses are lost. Told once for each message. Messages to groups are not looked after.
    fn on_undelivered(&self, chat: Chat, message: SentMessage) -> impl Future<Output = Result> + Send {
        let _ = (chat, message);
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

    /// A message template was approved, rejected, paused, edited, or is of another category or quality.
    fn on_template(
        &self,
        messenger: Messenger,
        template: TemplateUpdate,
    ) -> impl Future<Output = Result> + Send {
        let _ = (messenger, template);
        ready(Err(Error::unhandled()))
    }

    /// Something about the account, a number, a flow or a partner: alerts, reviews, bans, limits, names, security.
    fn on_account(
        &self,
        messenger: Messenger,
        account: AccountUpdate,
    ) -> impl Future<Output = Result> + Send {
        let _ = (messenger, account);
        ready(Err(Error::unhandled()))
    }

    /// A call: it comes in, is connected, rings, is over, or what was said can be read.
    fn on_call(&self, chat: Chat, call: Call) -> impl Future<Output = Result> + Send {
        let _ = (chat, call);
        ready(Err(Error::unhandled()))
    }

    /// A group was made, changed, suspended or deleted, or people joined or left.
    fn on_group(&self, chat: Chat, group: GroupUpdate) -> impl Future<Output = Result> + Send {
        let _ = (chat, group);
        ready(Err(Error::unhandled()))
    }

    /// The business wrote to a person by another way than this bot, such as from the WhatsApp Business app.
    fn on_echo(&self, chat: Chat, echo: Echo) -> impl Future<Output = Result> + Send {
        let _ = (chat, echo);
        ready(Err(Error::unhandled()))
    }

    /// A part of what was said before the number came here. Nothing to answer.
    fn on_history(&self, messenger: Messenger, history: History) -> impl Future<Output = Result> + Send {
        let _ = (messenger, history);
        ready(Err(Error::unhandled()))
    }

    /// A contact in the WhatsApp Business app was added, changed or removed.
    fn on_app_contact(
        &self,
        messenger: Messenger,
        app_contact: AppContact,
    ) -> impl Future<Output = Result> + Send {
        let _ = (messenger, app_contact);
        ready(Err(Error::unhandled()))
    }

    /// A person wants, or no longer wants, marketing messages.
    fn on_preference(&self, chat: Chat, preference: Preference) -> impl Future<Output = Result> + Send {
        let _ = (chat, preference);
        ready(Err(Error::unhandled()))
    }

    /// A person has stopped marketing messages or wants them again: by one of the words, by WhatsApp's own switch, or by
    /// what Meta did not deliver. It has been written down already. Unless this is written, the message or the preference
    /// that brought it reaches [`on_message`](Self::on_message) or [`on_preference`](Self::on_preference).
    fn on_consent(&self, chat: Chat, consent: Consent) -> impl Future<Output = Result> + Send {
        let _ = (chat, consent);
        ready(Err(Error::unhandled()))
    }

    /// Meta noticed something of a person's way from an advertisement: a tapped link, a lead, a purchase.
    fn on_signal(&self, messenger: Messenger, signal: Signal) -> impl Future<Output = Result> + Send {
        let _ = (messenger, signal);
        ready(Err(Error::unhandled()))
    }

    /// The conversation was passed to this app or taken from it.
    fn on_handover(&self, chat: Chat, handover: Handover) -> impl Future<Output = Result> + Send {
        let _ = (chat, handover);
        ready(Err(Error::unhandled()))
    }

    /// Something was said while another app has the conversation. Nothing to answer.
    fn on_standby(&self, chat: Chat, standby: Standby) -> impl Future<Output = Result> + Send {
        let _ = (chat, standby);
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

    /// This bot has said something, from a turn or from outside, and Meta has answered; or it was given up on. For
    /// dashboards and records: told beside the conversations, in the order of the answers and from memory, so that a crash
    /// may lose what was not told yet, and what comes faster than this takes it is dropped with a word in the log. How a
    /// message fares is told by [`on_status`](Self::on_status). What is said through this messenger is not told of.
    fn on_sent(&self, messenger: Messenger, message: Outgoing) -> impl Future<Output = Result> + Send {
        let _ = (messenger, message);
        ready(Err(Error::unhandled()))
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

    /// Another service told something about this person, by its webhook (`Wappa::external`).
    fn on_external(&self, chat: Chat, external: External) -> impl Future<Output = Result> + Send {
        let _ = (chat, external);
        ready(Err(Error::unhandled()))
    }

    /// A session has not been written to for as long as it was to be kept, and is removed with this turn; or the time of a
    /// dialogue is over, of which a [`Router`](crate::router::Router) tells the dialogue.
    fn on_expired(&self, chat: Chat, expired: Expired) -> impl Future<Output = Result> + Send {
        let _ = (chat, expired);
        ready(Err(Error::unhandled()))
    }

    /// A person wrote while people have the conversation ([`Takeover`](crate::takeover::Takeover)): to show it to them. The
    /// message is kept whether or not this is written.
    fn on_paused(&self, chat: Chat, message: Message) -> impl Future<Output = Result> + Send {
        let _ = (chat, message);
        ready(Err(Error::unhandled()))
    }

    /// The bot has a conversation again that people had.
    fn on_resumed(&self, chat: Chat, resumed: Resumed) -> impl Future<Output = Result> + Send {
        let _ = (chat, resumed);
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

/// What a message is to those around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// It may go on: it waits for what follows.
    Fragment,
    /// It is complete and wants its answer now, after what waits before it.
    Whole,
}

impl Piece {
    /// What people write, show and record is a fragment; what they tap, choose, order, fill in or react with is not.
    pub fn of(message: &Message) -> Self {
        match message.content {
            Content::Text(_)
            | Content::Image(_)
            | Content::Video(_)
            | Content::Audio(_)
            | Content::Document(_)
            | Content::Sticker(_)
            | Content::Location(_)
            | Content::Contacts(_) => Self::Fragment,
            _ => Self::Whole,
        }
    }
}

/// What a handler consists of, for the banner and for tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outline {
    /// How many routes it has; 0 if it does not route.
    pub routes: usize,
    /// The names of its commands, without a prefix, and what they do.
    pub commands: Vec<(String, String)>,
    /// Sentences that people tap before they have written anything.
    pub ice_breakers: Vec<String>,
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
    fn piece(&self, message: &Message) -> Piece;
    fn paused(&self, chat: Chat, message: Message) -> BoxFuture<'_, Result>;
    fn resumed(&self, chat: Chat, resumed: Resumed) -> BoxFuture<'_, Result>;
    fn failed(&self, chat: Chat, failed: TurnFailed) -> BoxFuture<'_, Result>;
    fn credentials(&self, messenger: Messenger, lost: CredentialsLost) -> BoxFuture<'_, Result>;
    fn sent(&self, messenger: Messenger, message: Outgoing) -> BoxFuture<'_, Result>;
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
            Happening::External(external) => return Box::pin(self.on_external(chat, external)),
            Happening::Expired(expired) => return Box::pin(self.on_expired(chat, expired)),
            Happening::Bundle(bundle) => return Box::pin(self.on_bundle(chat, bundle.into_messages())),
            Happening::Undelivered(message) => return Box::pin(self.on_undelivered(chat, message)),
            Happening::Consent(Chosen { consent, event }) => {
                return Box::pin(async move {
                    let told = self.on_consent(chat.clone(), consent).await;
                    match (told, event) {
                        (Err(error), Some(event)) if error.is_unhandled() => {
                            self.handle(Place { chat, messenger }, Happening::Event(event)).await
                        }
                        (told, _) => told,
                    }
                });
            }
            Happening::Scheduled(_)
            | Happening::AtEnd(_)
            | Happening::Choice(_)
            | Happening::Handover(_)
            | Happening::Quiet(_) => {
                return Box::pin(ready(Err(Error::unhandled())));
            }
        };
        match event {
            Event::Message(message) => Box::pin(self.on_message(chat, *message)),
            Event::Status(mut status) => {
                let key = take_key(&mut status);
                if status.state != StatusState::Failed {
                    return Box::pin(self.on_status(chat, *status));
                }
                Box::pin(async move {
                    let failed = chat.messenger().failed(*status, key).await?;
                    self.on_failed(chat, failed).await
                })
            }
            Event::System(system) => Box::pin(self.on_system(chat, *system)),
            Event::MetaError(error) => Box::pin(self.on_meta_error(messenger, *error)),
            Event::Template(template) => Box::pin(self.on_template(messenger, *template)),
            Event::Account(account) => Box::pin(self.on_account(messenger, *account)),
            Event::Call(call) => Box::pin(self.on_call(chat, *call)),
            Event::Group(group) => Box::pin(self.on_group(chat, *group)),
            Event::Echo(echo) => Box::pin(self.on_echo(chat, *echo)),
            Event::History(history) => Box::pin(self.on_history(messenger, *history)),
            Event::AppContact(app_contact) => Box::pin(self.on_app_contact(messenger, *app_contact)),
            Event::Preference(preference) => Box::pin(self.on_preference(chat, *preference)),
            Event::Signal(signal) => Box::pin(self.on_signal(messenger, *signal)),
            Event::Handover(handover) => Box::pin(self.on_handover(chat, *handover)),
            Event::Standby(standby) => Box::pin(self.on_standby(chat, *standby)),
            Event::Unknown(unknown) => Box::pin(self.on_unknown(messenger, *unknown)),
            _ => Box::pin(ready(Err(Error::unhandled()))),
        }
    }

    fn piece(&self, message: &Message) -> Piece {
        EventHandler::piece(self, message)
    }

    fn paused(&self, chat: Chat, message: Message) -> BoxFuture<'_, Result> {
        Box::pin(self.on_paused(chat, message))
    }

    fn resumed(&self, chat: Chat, resumed: Resumed) -> BoxFuture<'_, Result> {
        Box::pin(self.on_resumed(chat, resumed))
    }

    fn failed(&self, chat: Chat, failed: TurnFailed) -> BoxFuture<'_, Result> {
        Box::pin(self.on_turn_failed(chat, failed))
    }

    fn credentials(&self, messenger: Messenger, lost: CredentialsLost) -> BoxFuture<'_, Result> {
        Box::pin(self.on_credentials(messenger, lost))
    }

    fn sent(&self, messenger: Messenger, message: Outgoing) -> BoxFuture<'_, Result> {
        Box::pin(self.on_sent(messenger, message))
    }
}

/// Which kinds of events the author listens to. Learned: a method that was not written answers so the first time.
#[derive(Debug, Default)]
pub struct Listening {
    unheard: AtomicU32,
}

impl Listening {
    /// Whether such events are worth a turn.
    pub fn hears(&self, event: Heard) -> bool {
        self.unheard.load(Ordering::Relaxed) & event.bit() == 0
    }

    pub(crate) fn learn_unheard(&self, event: Heard) {
        self.unheard.fetch_or(event.bit(), Ordering::Relaxed);
    }
}

/// What an author listens to or does not: a kind of event, but failed statuses apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Events of this kind.
    Kind(ItemKind),
    /// Statuses of messages that failed.
    Failed,
}

impl Heard {
    /// As what an item is listened to.
    pub(crate) fn of(item: &Item<'_>) -> Self {
        match &item.status {
            Some(status) if status.state == StatusState::Failed => Self::Failed,
            _ => Self::Kind(item.kind),
        }
    }

    /// As what an event is listened to.
    pub(crate) fn of_event(event: &Event) -> Self {
        match event {
            Event::Status(status) if status.state == StatusState::Failed => Self::Failed,
            event => Self::Kind(event.kind()),
        }
    }

    fn bit(self) -> u32 {
        match self {
            Self::Kind(kind) => bit(kind),
            Self::Failed => 1 << 15,
        }
    }
}

fn bit(kind: ItemKind) -> u32 {
    match kind {
        ItemKind::Status => 1 << 0,
        ItemKind::System => 1 << 1,
        ItemKind::MetaError => 1 << 2,
        ItemKind::Unknown => 1 << 3,
        ItemKind::Template => 1 << 4,
        ItemKind::Account => 1 << 5,
        ItemKind::Call => 1 << 6,
        ItemKind::Group => 1 << 7,
        ItemKind::Echo => 1 << 8,
        ItemKind::History => 1 << 9,
        ItemKind::AppContact => 1 << 10,
        ItemKind::Preference => 1 << 11,
        ItemKind::Signal => 1 << 12,
        ItemKind::Handover => 1 << 13,
        ItemKind::Standby => 1 << 14,
        // Messages are always heard.
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_but_messages_is_learned_by_itself() {
        for kind in ItemKind::ALL {
            let listening = Listening::default();
            listening.learn_unheard(Heard::Kind(kind));
            for other in ItemKind::ALL {
                let heard = listening.hears(Heard::Kind(other));
                assert_eq!(heard, other != kind || kind == ItemKind::Message, "{other:?}");
            }
            assert!(listening.hears(Heard::Failed));
        }
    }
}
