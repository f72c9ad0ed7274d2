//! What a chat and its sends stand on: between whom messages go, and the turn in which they are said.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU32};

use bytes::Bytes;
use wappa_cloud::{MessageId, PhoneNumberId, Recipient, Timestamp};

use super::Messenger;
use crate::{
    happening::{AtEnd, Expired, Left, session_timer},
    numbers::Number,
    outbox::{SendError, TurnSends},
    session::{Home, SessionError, Sessions},
    store::{
        EventKind, Existing, PersonId, PersonRef, Profile, SessionWrite, TimerName, TimerSet, TimerWrite,
    },
    takeover::TurnTakeover,
};

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

impl From<&Recipient> for User {
    fn from(to: &Recipient) -> Self {
        let who = PersonRef { user_id: to.user_id.clone(), wa_id: to.wa_id.clone(), ..PersonRef::default() };
        Self { id: None, who: Arc::new(who) }
    }
}

impl From<Profile> for User {
    fn from(profile: Profile) -> Self {
        Self { id: Some(profile.id), who: profile.who }
    }
}

/// Between whom messages go, and in which turn. What a chat and its sends share.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) messenger: Messenger,
    pub(crate) number: Result<Arc<Number>, PhoneNumberId>,
    pub(crate) to: Recipient,
    pub(crate) user: User,
    /// The message the turn is about.
    pub(crate) message: Option<MessageId>,
    pub(crate) turn: Option<Arc<Turn>>,
}

impl Line {
    pub(crate) fn number_id(&self) -> &PhoneNumberId {
        self.number.as_ref().map_or_else(|unknown| unknown, |number| &number.id)
    }

    pub(crate) fn number(&self) -> Result<&Arc<Number>, SendError> {
        self.number.as_ref().map_err(|id| SendError::UnknownNumber(id.to_string()))
    }
}

/// What belongs to a turn alone.
pub(crate) struct Turn {
    pub(crate) sends: TurnSends,
    pub(crate) sessions: Sessions,
    pub(crate) timers: TurnTimers,
    pub(crate) takeover: TurnTakeover,
    /// Conversations begun, or begun anew, so far.
    pub(crate) runs: AtomicU32,
}

impl Turn {
    /// Ends the turn: what it changed in sessions and timers, if it ends well.
    pub(crate) fn close(&self, now: Timestamp) -> Result<TurnChanges, SessionError> {
        let ended = self.sessions.close(now)?;
        for (name, at) in ended.timers {
            let set = at.map(|at| TimerSet { at, kind: EventKind::Expired, body: Expired::body(&name) });
            self.timers.push(&session_timer(&name), set);
        }
        let Writes { timers, left } = self.timers.close();
        let at_end = (!left.is_empty()).then(|| AtEnd::bytes(&left));
        Ok(TurnChanges { sessions: ended.writes, timers, at_end })
    }
}

/// What a turn that ends well has to be written with.
pub(crate) struct TurnChanges {
    pub(crate) sessions: Vec<SessionWrite>,
    pub(crate) timers: Vec<TimerWrite>,
    /// Messages to be sent after it.
    pub(crate) at_end: Option<Bytes>,
}

/// Timers that a turn sets or cancels, and messages it leaves to be sent, when it ends well.
#[derive(Debug)]
pub(crate) struct TurnTimers {
    home: Option<Home>,
    /// `None` when the turn is over.
    writes: Mutex<Option<Writes>>,
}

#[derive(Debug, Default)]
struct Writes {
    timers: Vec<TimerWrite>,
    left: Vec<Left>,
}

impl TurnTimers {
    /// For the turns of this lane; without a home there are none.
    pub(crate) fn new(home: Option<Home>) -> Self {
        Self { home, writes: Mutex::new(Some(Writes::default())) }
    }

    /// Whether there is a turn that can take it along.
    pub(crate) fn push(&self, name: &str, set: Option<TimerSet>) -> bool {
        let Some(home) = self.home else { return false };
        let mut writes = self.lock();
        let Some(writes) = writes.as_mut() else { return false };
        let name = TimerName { member: home.member, name: name.into() };
        writes.timers.push(TimerWrite { name, set, existing: Existing::Replace });
        true
    }

    /// Leaves a message to be sent after the turn, if there is one that can take it along.
    pub(crate) fn leave(&self, message: Left) -> Result<(), SendError> {
        let mut writes = self.lock();
        let writes = writes.as_mut().filter(|_| self.home.is_some()).ok_or(SendError::NoTurn)?;
        writes.left.push(message);
        Ok(())
    }

    /// Ends the turn.
    fn close(&self) -> Writes {
        self.lock().take().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Writes>> {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
