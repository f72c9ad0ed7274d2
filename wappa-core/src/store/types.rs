//! The values that go through the store door. Plain data: what they mean is decided in the rooms that make them.

use std::sync::Arc;

use bytes::Bytes;
use wappa_cloud::{DedupKey, GroupId, ParentUserId, Recipient, Timestamp, UserId, WaId};

use super::{LastTry, SendRecord, StatusNote, kind::EventKind, shelf::ValueWrite, timer::TimerWrite};

/// A lane: the queue of one conversation, group or account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LaneId(pub i64);

/// A person as the store knows them, whatever they are called at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(pub i64);

/// The place of an event in the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventSeq(pub i64);

/// Raised each time a lane is leased; what an earlier owner writes is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Epoch(pub i64);

/// What a lane is the queue of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LaneKind {
    /// A person writing to a number.
    Person,
    /// A group a number is in.
    Group,
    /// A business account: what belongs to no conversation.
    Account,
    /// The statuses of a conversation, which never wait behind its turns.
    Status,
}

/// Lanes that share a pool of workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LaneClass {
    /// Persons, groups and accounts.
    Conversation,
    /// Statuses.
    Status,
}

impl LaneKind {
    /// The pool of workers that serves such a lane.
    pub fn class(self) -> LaneClass {
        match self {
            Self::Person | Self::Group | Self::Account => LaneClass::Conversation,
            Self::Status => LaneClass::Status,
        }
    }

    /// The stable number engines store.
    pub fn code(self) -> i64 {
        match self {
            Self::Person => 0,
            Self::Group => 1,
            Self::Account => 2,
            Self::Status => 3,
        }
    }

    /// The kind with this number.
    pub fn from_code(code: i64) -> Option<Self> {
        [Self::Person, Self::Group, Self::Account, Self::Status].into_iter().find(|kind| kind.code() == code)
    }
}

/// A business number, or the account itself where `id` is empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NumberRef {
    /// The phone number id.
    pub id: Arc<str>,
    /// The portfolio its persons belong to.
    pub portfolio: Arc<str>,
}

/// What a delivery says about who a person is. Any of it may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonRef {
    /// The business-scoped user id.
    pub user_id: Option<UserId>,
    /// The parent business-scoped user id.
    pub parent_user_id: Option<ParentUserId>,
    /// The WhatsApp id, which is not always the phone number.
    pub wa_id: Option<WaId>,
    /// The username.
    pub username: Option<String>,
    /// The profile name.
    pub name: Option<String>,
}

impl PersonRef {
    /// Whether everything `said` says is known here already.
    pub fn covers(&self, said: &Self) -> bool {
        fn known<T: PartialEq>(own: Option<&T>, said: Option<&T>) -> bool {
            said.is_none() || own == said
        }
        known(self.user_id.as_ref(), said.user_id.as_ref())
            && known(self.parent_user_id.as_ref(), said.parent_user_id.as_ref())
            && known(self.wa_id.as_ref(), said.wa_id.as_ref())
            && known(self.username.as_ref(), said.username.as_ref())
            && known(self.name.as_ref(), said.name.as_ref())
    }
}

/// A person as far as known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The person.
    pub id: PersonId,
    /// What they are called.
    pub who: Arc<PersonRef>,
}

impl Profile {
    /// The address to send to.
    pub fn recipient(&self) -> Recipient {
        Recipient { user_id: self.who.user_id.clone(), wa_id: self.who.wa_id.clone(), ..Recipient::default() }
    }
}

/// Whom a lane belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// A person.
    Person(PersonRef),
    /// A group, and the member who did something in it, if one did.
    Group(GroupId, Option<PersonRef>),
    /// The business account with this id.
    Account(Arc<str>),
}

/// One event to be taken into a lane.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The number it came to.
    pub number: NumberRef,
    /// The kind of lane.
    pub lane: LaneKind,
    /// Whose lane.
    pub party: Party,
    /// What it is an event of.
    pub kind: EventKind,
    /// Decides whether it was seen before.
    pub key: DedupKey,
    /// Who the same person was called before, where the event says so.
    pub formerly: Option<PersonRef>,
    /// What the reader of its kind takes: for Meta's the self-contained JSON of `Event::read`.
    pub body: Bytes,
    /// Whether a worker is free for its lane.
    pub wish: Wish,
}

/// What to do with a lane that was idle until this arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Lease it to the caller.
    Lease,
    /// Leave it ready for whoever claims it.
    Leave,
}

/// Something kept for people to look at, outside every lane.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Why it is here.
    pub reason: KeptReason,
    /// What is known of where it came from, in words.
    pub note: String,
    /// The JSON as it came.
    pub body: Bytes,
    /// When it came.
    pub at: Timestamp,
}

/// Why a delivery or an item is kept outside every lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptReason {
    /// For a number that is not ours or that another app's secret signed.
    Unroutable,
    /// Not understood.
    Unknown,
}

impl KeptReason {
    /// The stable word engines store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unroutable => "unroutable",
            Self::Unknown => "unknown",
        }
    }
}

impl LeftReady {
    /// Counts one more lane of this class.
    pub fn count(&mut self, class: LaneClass) {
        match class {
            LaneClass::Conversation => self.conversations += 1,
            LaneClass::Status => self.statuses += 1,
        }
    }
}

/// A lease to be taken.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    /// The moment of taking.
    pub now: Timestamp,
    /// When it runs out unless renewed.
    pub until: Timestamp,
}

/// One delivery, ready to be taken.
#[derive(Debug, Clone)]
pub struct Ingest {
    /// The events, in the order of the delivery.
    pub arrivals: Vec<Arrival>,
    /// What its statuses say about our sends.
    pub statuses: Vec<StatusNote>,
    /// What goes in no lane.
    pub kept: Vec<Kept>,
    /// The moment, and the lease for lanes that are taken along.
    pub lease: Lease,
}

/// What became of a delivery.
#[derive(Debug, Default)]
pub struct Ingested {
    /// Events that were new.
    pub fresh: usize,
    /// Events that were seen before.
    pub duplicates: usize,
    /// Lanes that were idle and are now leased to the caller.
    pub claims: Vec<Claim>,
    /// Idle lanes that became ready and were left so, as wished.
    pub left_ready: LeftReady,
}

/// Lanes that wait for a worker.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct LeftReady {
    /// Of persons, groups and accounts.
    pub conversations: usize,
    /// Of statuses.
    pub statuses: usize,
}

/// An event at the head of a leased lane.
#[derive(Debug, Clone)]
pub struct Queued {
    /// Its place in the order of arrival.
    pub seq: EventSeq,
    /// What it is known by, the same after every restart.
    pub key: DedupKey,
    /// What it is an event of.
    pub kind: EventKind,
    /// The member of a group who did it.
    pub member: Option<PersonId>,
    /// The self-contained JSON.
    pub body: Bytes,
    /// When the store took it.
    pub received: Timestamp,
    /// The attempt this lease begins, from 1.
    pub attempt: u32,
    /// How many times this attempt has been parked.
    pub parks: u32,
    /// How many times it has come back from the dead letters.
    pub redriven: u32,
    /// When it was noticed that an earlier attempt began and was never ended: what it had sent may not be in the
    /// ledger.
    pub interrupted: Option<Timestamp>,
}

/// A leased lane and the event at its head.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The lane.
    pub lane: LaneId,
    /// The lease's epoch.
    pub epoch: Epoch,
    /// What the lane is.
    pub kind: LaneKind,
    /// The number it belongs to; empty for an account.
    pub number: Arc<str>,
    /// The person, in a person's and a status lane, or the member in a group.
    pub person: Option<Profile>,
    /// The group.
    pub group: Option<GroupId>,
    /// The event.
    pub event: Queued,
}

/// Which lanes to lease.
#[derive(Debug, Clone)]
pub struct ClaimAsk {
    /// The pool that has workers free.
    pub class: LaneClass,
    /// How many.
    pub limit: usize,
    /// Numbers that have all the workers they may have.
    pub skip: Vec<Arc<str>>,
    /// The lease.
    pub lease: Lease,
}

/// The answer to a claim.
#[derive(Debug, Default)]
pub struct Claimed {
    /// What was leased.
    pub claims: Vec<Claim>,
    /// When the next lane of the class will be ready, if one is waiting for a moment.
    pub next_ready: Option<Timestamp>,
}

/// The end of a turn.
#[derive(Debug, Clone)]
pub struct TurnEnd {
    /// The lane.
    pub lane: LaneId,
    /// The lease's epoch.
    pub epoch: Epoch,
    /// The event.
    pub seq: EventSeq,
    /// What becomes of it.
    pub outcome: Outcome,
    /// Sessions that changed; written only where the event is handled ([`Outcome::is_handled`]).
    pub sessions: Vec<SessionWrite>,
    /// Timers to be set or cancelled; written only where the event is handled.
    pub timers: Vec<TimerWrite>,
    /// Values for the shelf, whatever stands there; written where the event is handled, and for [`Outcome::Dead`].
    pub values: Vec<ValueWrite>,
    /// What the ledger learns.
    pub sends: Vec<SendRecord>,
    /// Whether the owner wants the lane's next event at once.
    pub next: Next,
    /// The moment of ending, and the next lease's end if one is taken.
    pub lease: Lease,
}

/// What becomes of an event whose turn has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Handled.
    Done,
    /// Handled, and something of it remains: in its place in the lane stands this event, of the same key and moment, with
    /// all attempts before it.
    Continued {
        /// What it is an event of.
        kind: EventKind,
        /// Its body.
        body: Bytes,
    },
    /// Tried again at this moment; the attempt counts.
    Retry {
        /// When.
        at: Timestamp,
    },
    /// Started again at this moment; the attempt does not count.
    Parked {
        /// When.
        until: Timestamp,
    },
    /// Given up on.
    Dead {
        /// Why, without the person's words.
        error: String,
        /// What the lane does now.
        then: LastTry,
    },
}

impl Outcome {
    /// Whether the handler has done its work, so that what the turn changed is written.
    pub fn is_handled(&self) -> bool {
        matches!(self, Self::Done | Self::Continued { .. })
    }

    /// Whether the event was given up on.
    pub fn is_dead(&self) -> bool {
        matches!(self, Self::Dead { .. })
    }
}

/// Whether a worker goes on with the same lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Take the next event if there is one.
    Take,
    /// Leave the lane to others.
    Leave,
}

/// The answer to a commit.
#[derive(Debug)]
pub enum Committed {
    /// Written, and the lane's next event is leased.
    Next(Box<Claim>),
    /// Written; the lane has nothing to do now.
    Idle,
    /// Written; the lane is ready for another worker, or will be at this moment.
    Ready(Timestamp),
    /// Refused: the lease was lost. Nothing was written.
    Fenced,
}

/// Where a session is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionKey {
    /// The lane whose session it is.
    pub lane: LaneId,
    /// The member, in a group.
    pub member: Option<PersonId>,
    /// The name of the session's type.
    pub name: Arc<str>,
}

/// A session to be written.
#[derive(Debug, Clone)]
pub struct SessionWrite {
    /// Where.
    pub key: SessionKey,
    /// What; `None` removes it.
    pub body: Option<Bytes>,
}

/// What waits at a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The number, or the account where that is what the lane belongs to.
    pub number: Arc<str>,
    /// Events that wait or are under way.
    pub waiting: u64,
    /// When the oldest of them was taken.
    pub oldest: Timestamp,
    /// When the oldest was taken that nothing keeps waiting: it could be under way, and is not.
    pub idle_since: Option<Timestamp>,
}
/// Counts of what a store holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Events waiting in lanes, leased ones included.
    pub waiting: u64,
    /// Events given up on.
    pub dead: u64,
    /// Deliveries kept outside every lane.
    pub kept: u64,
}
