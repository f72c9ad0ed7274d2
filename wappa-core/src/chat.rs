//! A conversation as its author sees it: say, send, reply, react, show typing, remember.

mod remind;

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use wappa_cloud::{
    ErrorKind as GraphErrorKind, GraphError, GroupId, IntoDraft, Media, MessageId, PhoneNumberId, Reaction,
    Recipient, Template, Text, Timestamp, Typing, limits,
};

pub(crate) use self::remind::party;
use crate::{
    clock::BoxFuture,
    happening::{ChatKey, Expired},
    messenger::{Messenger, Sending, Spoken},
    numbers::Number,
    outbox::{SendError, TurnSends},
    session::{Home, Session, SessionError, Sessions},
    shared::{Shared, Table},
    store::{
        EventKind, Existing, PersonId, PersonRef, Profile, SessionWrite, TimerName, TimerSet, TimerWrite,
    },
};

/// The conversation between one business number and one person or group. Cheap to clone.
///
/// In a handler it belongs to the turn: what is said is part of it, and [`Chat::session`] works. From
/// [`Messenger::chat`] it stands outside of any turn.
#[derive(Clone)]
pub struct Chat {
    messenger: Messenger,
    number_id: PhoneNumberId,
    number: Option<Arc<Number>>,
    to: Recipient,
    user: User,
    message: Option<MessageId>,
    turn: Option<Arc<Turn>>,
}

/// What belongs to the turn a chat was given to.
pub(crate) struct Turn {
    pub(crate) sends: Arc<TurnSends>,
    pub(crate) sessions: Sessions,
    pub(crate) timers: TurnTimers,
}

/// Before the names of the timers at which sessions end.
const SESSION: &str = "s.";

impl Turn {
    /// Ends the turn: what it changed in sessions and timers, if it ends well.
    pub(crate) fn close(&self, now: Timestamp) -> Result<(Vec<SessionWrite>, Vec<TimerWrite>), SessionError> {
        let ended = self.sessions.close(now)?;
        for (name, at) in ended.timers {
            let set = at.map(|at| TimerSet { at, kind: EventKind::Expired, body: Expired::body(&name) });
            self.timers.push(&format!("{SESSION}{name}"), set);
        }
        Ok((ended.writes, self.timers.close()))
    }
}

/// Timers that a turn sets or cancels when it ends well.
#[derive(Debug)]
pub(crate) struct TurnTimers {
    home: Option<Home>,
    /// `None` when the turn is over.
    writes: Mutex<Option<Vec<TimerWrite>>>,
}

impl TurnTimers {
    /// For the turns of this lane; without a home there are none.
    pub(crate) fn new(home: Option<Home>) -> Self {
        Self { home, writes: Mutex::new(Some(Vec::new())) }
    }

    /// Whether there is a turn that can take it along.
    fn push(&self, name: &str, set: Option<TimerSet>) -> bool {
        let Some(home) = self.home else { return false };
        let mut writes = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(writes) = writes.as_mut() else { return false };
        let name = TimerName { member: home.member, name: name.into() };
        writes.push(TimerWrite { name, set, existing: Existing::Replace });
        true
    }

    /// Ends the turn.
    pub(crate) fn close(&self) -> Vec<TimerWrite> {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}

/// The person in a conversation, as far as Meta has told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User {
    id: Option<PersonId>,
    who: Arc<PersonRef>,
}

impl User {
    /// The profile name.
    pub fn name(&self) -> Option<&str> {
        self.who.name.as_deref()
    }

    /// The username.
    pub fn username(&self) -> Option<&str> {
        self.who.username.as_deref()
    }

    /// The WhatsApp id: usually the phone number without `+`. Absent for people who share only a username.
    pub fn wa_id(&self) -> Option<&str> {
        self.who.wa_id.as_ref().map(AsRef::as_ref)
    }

    /// The business-scoped user id.
    pub fn user_id(&self) -> Option<&str> {
        self.who.user_id.as_ref().map(AsRef::as_ref)
    }

    /// The person's id in this bot's store: the same whatever they are called.
    pub fn id(&self) -> Option<PersonId> {
        self.id
    }
}

impl From<Profile> for User {
    fn from(profile: Profile) -> Self {
        Self { id: Some(profile.id), who: profile.who }
    }
}

impl Chat {
    pub(crate) fn outside(
        messenger: Messenger,
        number_id: PhoneNumberId,
        number: Option<Arc<Number>>,
        to: Recipient,
    ) -> Self {
        let who = PersonRef { user_id: to.user_id.clone(), wa_id: to.wa_id.clone(), ..PersonRef::default() };
        Self {
            messenger,
            number_id,
            number,
            to,
            user: User { id: None, who: Arc::new(who) },
            message: None,
            turn: None,
        }
    }

    pub(crate) fn in_turn(
        messenger: Messenger,
        number: Arc<Number>,
        to: Recipient,
        user: User,
        message: Option<MessageId>,
        turn: Arc<Turn>,
    ) -> Self {
        let number_id = number.id.clone();
        Self { messenger, number_id, number: Some(number), to, user, message, turn: Some(turn) }
    }

    /// Says a text: at most 4,096 characters (Meta: *Text messages*).
    pub fn say(&self, text: impl Into<String>) -> Sending {
        self.send(Text::new(text))
    }

    /// Sends a draft. Its limits have been checked when this resolves; a draft that breaks one is not sent.
    pub fn send(&self, draft: impl IntoDraft) -> Sending {
        let origin = match &self.turn {
            Some(turn) => Spoken::InTurn(Arc::clone(&turn.sends), turn.sends.next_place(&self.to)),
            None => Spoken::Outside(None),
        };
        let outbox = Arc::clone(self.messenger.outbox());
        Sending::new(outbox, self.ours(), self.to.clone(), self.user.id, draft, origin)
    }

    /// Sends a draft that quotes the message this turn is about. Outside a turn it quotes nothing.
    pub fn reply(&self, draft: impl IntoDraft) -> Sending {
        let sending = self.send(draft);
        match &self.message {
            Some(message) => sending.reply_to(message),
            None => sending,
        }
    }

    /// Sends a template, which is allowed whether or not the customer service window is open.
    pub fn template(&self, template: Template) -> Sending {
        self.send(template)
    }

    /// Puts an emoji on a message.
    pub fn react_to(&self, message: &MessageId, emoji: impl Into<String>) -> Sending {
        self.send(Reaction::new(message.clone(), emoji))
    }

    /// Puts an emoji on the message this turn is about.
    ///
    /// # Errors
    /// When awaited: there is no such message outside a turn, and Meta refuses the empty id.
    pub fn react(&self, emoji: impl Into<String>) -> Sending {
        let message = self.message.clone().unwrap_or_else(|| MessageId::from(""));
        self.send(Reaction::new(message, emoji))
    }

    /// Shows the person blue ticks on the message this turn is about, and on those before it.
    ///
    /// # Errors
    /// What Meta or the network answered. Nothing is tried again: the next call covers it.
    pub async fn mark_read(&self) -> Result<(), SendError> {
        self.mark(Typing::Off).await
    }

    /// Shows "typing…" until the next message or for 25 seconds, and marks the message as read, as Meta does both at
    /// once (Meta: *Typing indicators*).
    ///
    /// # Errors
    /// As for [`Chat::mark_read`].
    pub async fn typing(&self) -> Result<(), SendError> {
        self.mark(Typing::On).await
    }

    async fn mark(&self, typing: Typing) -> Result<(), SendError> {
        if let Some(message) = &self.message {
            let graph = self.messenger.outbox().graph();
            self.with_token(|number| {
                Box::pin(async move { graph.mark_read(&number.token, &number.id, message, typing).await })
            })
            .await?;
        }
        Ok(())
    }

    /// Fetches a file that the person sent: at most 100 MB. The bytes are checked against the hash Meta named.
    ///
    /// # Errors
    /// The media is gone (Meta keeps it for 7 days), too large, or does not arrive whole.
    pub async fn download(&self, media: &Media) -> Result<Bytes, SendError> {
        let graph = self.messenger.outbox().graph();
        self.with_token(|number| {
            Box::pin(async move {
                let info = graph.media(&number.token, &media.id).await?;
                graph.download(&number.token, &info, limits::DOCUMENT_SIZE.max).await
            })
        })
        .await
    }

    /// Makes a call that is no message. If the token turns out to be dead, it waits as messages do.
    async fn with_token<'c, T>(
        &self,
        call: impl Fn(Arc<Number>) -> BoxFuture<'c, Result<T, GraphError>>,
    ) -> Result<T, SendError> {
        let outbox = self.messenger.outbox();
        let ours = self.ours()?;
        loop {
            let number = outbox.pass(&ours, self.turn.as_ref().map(|turn| &turn.sends)).await?;
            match call(Arc::clone(&number)).await {
                Err(error) if error.kind() == GraphErrorKind::Credentials => outbox.refused(&number, &error),
                Err(error) => return Err(error.into()),
                Ok(answer) => {
                    outbox.circuits().close(&number.id);
                    return Ok(answer);
                }
            }
        }
    }

    /// What this bot remembers about this person, in the shape of `T`; `T::default()` at first. Written when the
    /// handler returns `Ok`.
    ///
    /// # Errors
    /// Outside a conversation's turn, while another handle on the same type is alive, or if what is stored does not fit
    /// the type.
    pub async fn session<T>(&self) -> Result<Session<T>, SessionError>
    where
        T: Default + Serialize + DeserializeOwned + 'static,
    {
        let (store, rules) = (self.messenger.store(), self.messenger.session_rules());
        let now = self.messenger.clock().now();
        match &self.turn {
            Some(turn) => turn.sessions.open(store, rules, now).await,
            None => Sessions::new(None).open(store, rules, now).await,
        }
    }

    /// A value that every conversation shares, by its name. It is written at once, not with the turn.
    pub fn shared<T: Serialize + DeserializeOwned>(&self, name: &str) -> Shared<T> {
        self.messenger.shared(name)
    }

    /// Values of one type that every conversation shares, by the table's name and their keys.
    pub fn table<T: Serialize + DeserializeOwned>(&self, name: &str) -> Table<T> {
        self.messenger.table(name)
    }

    /// What this conversation is known by, for [`notify`](crate::inbox::Inbox::notify) from elsewhere.
    pub fn key(&self) -> ChatKey {
        ChatKey { number: self.number_id.clone(), who: self.to.clone() }
    }

    /// The person.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The group, in a group.
    pub fn group(&self) -> Option<&GroupId> {
        self.to.group_id.as_ref()
    }

    /// The business number of this conversation.
    pub fn number(&self) -> &PhoneNumberId {
        &self.number_id
    }

    fn ours(&self) -> Result<Arc<Number>, SendError> {
        self.number.clone().ok_or_else(|| SendError::UnknownNumber(self.number_id.to_string()))
    }

    /// For other conversations.
    pub fn messenger(&self) -> &Messenger {
        &self.messenger
    }
}

impl Messenger {
    /// The conversation between one of our numbers and somebody. If the number is not ours, what is said there answers
    /// [`SendError::UnknownNumber`].
    pub fn chat(&self, number: impl Into<PhoneNumberId>, who: impl Into<Recipient>) -> Chat {
        let id = number.into();
        let number = self.number(&id);
        Chat::outside(self.clone(), id, number, who.into())
    }
}

impl std::fmt::Debug for Chat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chat")
            .field("number", &self.number_id)
            .field("person", &self.user.id)
            .finish_non_exhaustive()
    }
}
