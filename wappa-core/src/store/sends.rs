//! Sends as the ledger knows them: their keys, how far they are, and what statuses say of them.

use std::{fmt, ops::RangeInclusive, sync::Arc};

use wappa_cloud::{DraftKind, MessageId, StatusState, Timestamp};

use super::{CostNote, PersonId};

/// What a status says about a send of ours.
#[derive(Debug, Clone)]
pub struct StatusNote {
    /// The send it answers.
    pub key: SendKey,
    /// Meta's id of the message.
    pub id: MessageId,
    /// How far the message is.
    pub state: StatusState,
    /// Meta's code, where it failed.
    pub error: Option<u32>,
    /// What it adds to the costs.
    pub cost: Option<Box<CostNote>>,
}

/// The key under which a send is known to the ledger and, by `biz_opaque_callback_data`, to Meta.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SendKey(pub u128);

impl SendKey {
    /// The bits that tell drafts of the same place in a turn apart; those above tell places apart.
    pub const DRAFT: u128 = (1 << 40) - 1;

    /// Keys that authors have named stand behind this one; all others begin with a moment.
    pub const FIRST_NAMED: Self = Self(((1 << 48) - 1) << 80);

    /// Before every key that begins with this moment.
    pub fn first_of(at: Timestamp) -> Self {
        let millis = u128::from(u64::try_from(at.as_millis()).unwrap_or(0));
        Self(millis.min((1 << 48) - 1) << 80)
    }

    /// The keys of all drafts at this one's place in its turn.
    pub fn place(self) -> RangeInclusive<Self> {
        Self(self.0 & !Self::DRAFT)..=Self(self.0 | Self::DRAFT)
    }
}

impl fmt::Debug for SendKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SendKey({:032x})", self.0)
    }
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendRecord {
    /// The send.
    pub key: SendKey,
    /// The number it left from.
    pub number: Arc<str>,
    /// The person it went to, where known.
    pub person: Option<PersonId>,
    /// How far it is.
    pub state: SendState,
    /// Meta's id, once accepted.
    pub id: Option<MessageId>,
    /// Meta's code, where refused or failed.
    pub error: Option<u32>,
    /// When this was learned.
    pub at: Timestamp,
    /// What kind of message it is; unknown where only statuses have told of it.
    pub draft: Option<DraftKind>,
    /// What the author gave along for its statuses.
    pub opaque: Option<Arc<str>>,
    /// When it was said; unknown where only statuses have told of it.
    pub said: Option<Timestamp>,
}

/// How far a send is. Records only move forward in this order; `Failed` ends only what is not yet delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SendState {
    /// Written before the POST, by a send outside a turn.
    Intended,
    /// Meta refused it.
    Rejected,
    /// The POST was cut off: Meta may or may not have it. A refusal of an earlier POST does not settle that.
    Indeterminate,
    /// Meta took it.
    Accepted,
    /// On its way.
    Sent,
    /// Failed after acceptance.
    Failed,
    /// On the person's device.
    Delivered,
    /// Seen.
    Read,
    /// Heard.
    Played,
}

impl SendState {
    const ALL: [Self; 9] = [
        Self::Intended,
        Self::Rejected,
        Self::Indeterminate,
        Self::Accepted,
        Self::Sent,
        Self::Failed,
        Self::Delivered,
        Self::Read,
        Self::Played,
    ];

    /// The stable number engines store; a greater one is further on.
    pub fn code(self) -> i64 {
        Self::ALL.iter().zip(0..).find(|(state, _)| **state == self).map_or(0, |(_, code)| code)
    }

    /// The state with this number.
    pub fn from_code(code: i64) -> Option<Self> {
        usize::try_from(code).ok().and_then(|at| Self::ALL.get(at).copied())
    }

    /// Whether Meta has the message.
    pub fn is_accepted(self) -> bool {
        self >= Self::Accepted
    }

    /// What a status makes of it; `None` where it says nothing about the lifecycle.
    pub fn of(status: &StatusState) -> Option<Self> {
        match status {
            StatusState::Sent => Some(Self::Sent),
            StatusState::Delivered => Some(Self::Delivered),
            StatusState::Read => Some(Self::Read),
            StatusState::Played => Some(Self::Played),
            StatusState::Failed => Some(Self::Failed),
            _ => None,
        }
    }
}

/// Whether an earlier attempt began the POST of a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It did.
    Yes,
    /// It did not: sending now is the first time.
    No,
    /// The machine may have lost the note.
    Unknown,
}

impl SendRecord {
    /// Takes over what `later` knows, unless it is behind: a state is never left for an earlier one, and `Failed` does
    /// not undo a delivery.
    pub fn advance(&mut self, later: Self) {
        if later.id.is_some() && self.id.is_none() {
            self.id = later.id;
        }
        if self.number.is_empty() {
            self.number = later.number;
        }
        self.person = self.person.or(later.person);
        self.draft = self.draft.or(later.draft);
        self.opaque = self.opaque.take().or(later.opaque);
        self.said = self.said.or(later.said);
        if later.state > self.state {
            self.state = later.state;
            self.error = later.error.or(self.error);
            self.at = later.at;
        } else if later.state == self.state && self.state == SendState::Indeterminate {
            // The window in which a status may come counts from the last POST.
            self.at = self.at.max(later.at);
        }
    }
}
