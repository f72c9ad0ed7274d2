//! Timers: events that enter a lane when their moment has come. Set and cancelled by name, with a turn or outside one.

use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use wappa_cloud::{DedupKey, Timestamp};

use super::{EventKind, LaneId, LaneKind, LeftReady, NumberRef, Party, PersonId};

/// What a timer is known by in its lane.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TimerName {
    /// The member of a group it belongs to.
    pub member: Option<PersonId>,
    /// The name.
    pub name: Arc<str>,
}

/// A timer to be set or cancelled.
#[derive(Debug, Clone)]
pub struct TimerWrite {
    /// Which one.
    pub name: TimerName,
    /// The event and its moment; `None` cancels.
    pub set: Option<TimerSet>,
    /// What to do if one of that name is set.
    pub existing: Existing,
}

/// The event that a timer becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerSet {
    /// When.
    pub at: Timestamp,
    /// What it is an event of.
    pub kind: EventKind,
    /// The event's body.
    pub body: Bytes,
}

/// What becomes of a timer that is set already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// The new one takes its place.
    Replace,
    /// It stays, and the new one is not set.
    Keep,
}

/// Whose lane a timer outside a turn belongs to.
#[derive(Debug, Clone)]
pub struct TimerPlace {
    /// The number.
    pub number: NumberRef,
    /// The kind of lane.
    pub lane: LaneKind,
    /// Whose lane.
    pub party: Party,
}

/// A timer that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingTimer {
    /// Its lane.
    pub lane: LaneId,
    /// What it is known by there.
    pub name: TimerName,
    /// What it becomes, and when.
    pub set: TimerSet,
}

/// The answer to a look at the timers.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    /// Timers that became events.
    pub moved: usize,
    /// Lanes that were idle and are ready now.
    pub left_ready: LeftReady,
    /// When the next one is due; it may be due already.
    pub next_at: Option<Timestamp>,
}

/// The key of the event that the `nth` timer ever set in a store becomes.
pub fn timer_key(nth: i64, set: &TimerSet) -> DedupKey {
    let mut hash = Sha256::new();
    hash.update(b"timer\0");
    hash.update(nth.to_le_bytes());
    hash.update(set.at.as_millis().to_le_bytes());
    hash.update(&set.body);
    let mut key = [0; 16];
    key.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    DedupKey(u128::from_le_bytes(key))
}
