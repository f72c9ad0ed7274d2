//! The store door: inbox, lanes, sessions, persons and the ledger of sends behind one trait, and the promises every
//! engine keeps. The engines themselves are in `memory` here and in crates of their own.
//!
//! # The model
//! What is leased is the *lane* (one conversation, group or account), never the single event. A lane holds events in
//! the order in which [`Store::ingest`] took them. Taking a lease raises the lane's epoch; [`Store::commit`] carries the
//! epoch and is refused when another owner has taken the lane since. An engine does each method in one transaction.

mod cost;
mod erase;
mod error;
mod identity;
mod key;
mod kind;
mod letters;
mod memory;
mod sends;
mod shelf;
mod timer;
mod types;

#[cfg(feature = "conformance")]
pub mod conformance;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use wappa_cloud::Timestamp;

pub(crate) use self::key::derived_key;
pub use self::{
    cost::{Billed, Cost, CostLine, CostNote, Priced},
    erase::{Erased, TAKEOVER_SPACE, lane_key, missed_space},
    error::{StoreError, StoreErrorKind},
    identity::{Change, Identifier, IdentityIndex, Resolved, resolve},
    kind::EventKind,
    letters::{BLOCKED, DeadLetter, Fate, LastTry, Letters},
    memory::{MemoryLimits, MemoryStore},
    sends::*,
    shelf::{Expected, Put, Value, ValueWrite, Version, bundle_space},
    timer::*,
    types::*,
};

/// Where the corridor keeps everything that must outlive a turn.
///
/// Methods take what belongs together and write it in one transaction, or fail with nothing written.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Takes a delivery: drops what was seen before, links persons, appends to lanes, moves the ledger forward by the
    /// statuses, and leases idle lanes in the same transaction where the arrival wishes it.
    ///
    /// # Errors
    /// Nothing was kept; the sender must be told to deliver again.
    async fn ingest(&self, ingest: Ingest) -> Result<Ingested, StoreError>;

    /// Leases lanes that are ready, oldest first. Also tells when the next one will be.
    ///
    /// # Errors
    /// Nothing was leased.
    async fn claim(&self, ask: ClaimAsk) -> Result<Claimed, StoreError>;

    /// Ends a turn: sessions and timers (if the event is handled), ledger and the event's fate in one fenced write.
    ///
    /// # Errors
    /// Nothing was written; the lease still stands until it runs out.
    async fn commit(&self, end: Arc<TurnEnd>) -> Result<Committed, StoreError>;

    /// Prolongs the leases that are still held; answers with the lanes that are lost.
    ///
    /// # Errors
    /// The leases stand as they were.
    async fn renew(&self, held: Vec<(LaneId, Epoch)>, until: Timestamp) -> Result<Vec<LaneId>, StoreError>;

    /// Makes a lane that is backing off or parked ready at once. A leased lane is ready at once if its turn ends parked: it
    /// may have been about to wait for what has just happened. Idle and blocked lanes are left alone.
    ///
    /// # Errors
    /// The lane stays as it was and becomes ready at its own time.
    async fn wake(&self, lane: LaneId, now: Timestamp) -> Result<(), StoreError>;

    /// The wall clock was set: lanes that are held stay so for another lease, and those that wait for a moment after
    /// `furthest`, except blocked ones, are ready at once.
    ///
    /// # Errors
    /// The lanes stand as they were.
    async fn clock_set(&self, lease: Lease, furthest: Timestamp) -> Result<(), StoreError>;

    /// The session of this name, if there is one.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn session(&self, key: SessionKey) -> Result<Option<Bytes>, StoreError>;

    /// The lane of the conversation between a number and a person, under whatever they were known then, if anything ever
    /// happened in it.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn conversation(&self, number: &str, person: PersonId) -> Result<Option<LaneId>, StoreError>;

    /// What the ledger knows of a send.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn sent(&self, key: SendKey) -> Result<Option<SendRecord>, StoreError>;

    /// The key of another draft that the ledger knows at the same place in the same turn: a turn begun again says
    /// something else there.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn sent_otherwise(&self, key: SendKey) -> Result<Option<SendKey>, StoreError>;

    /// Lines of the ledger with keys behind `after` up to `until`, in the order of their keys.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn sends(
        &self,
        after: SendKey,
        until: SendKey,
        limit: usize,
    ) -> Result<Vec<SendRecord>, StoreError>;

    /// What messages have cost so far, by number and day.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn costs(&self) -> Result<Vec<Cost>, StoreError>;

    /// Writes sends outside a turn's commit: an intent before the POST, its outcome afterwards, acceptances of a long
    /// turn. A record never moves backwards. Answers with what stood under the first record's key before, if anything.
    ///
    /// # Errors
    /// Nothing was written.
    async fn record(&self, records: Vec<SendRecord>) -> Result<Option<SendRecord>, StoreError>;

    /// Notes, without waiting for the disk, that the POST of this send is about to begin. Survives the death of the
    /// process but not of the machine; [`Store::begun`] says which of the two may have happened.
    fn begin(&self, key: SendKey);

    /// Whether an earlier, interrupted attempt began the POST of this send.
    fn begun(&self, key: SendKey) -> Begun;

    /// The person this reference means; made if unknown.
    ///
    /// # Errors
    /// Nothing was written.
    async fn person(&self, number: NumberRef, who: PersonRef, now: Timestamp) -> Result<Profile, StoreError>;

    /// The person with this id, under whatever they are called by now.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn profile(&self, person: PersonId) -> Result<Option<Profile>, StoreError>;

    /// Events given up on, newest first.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError>;

    /// Redrives or forgets dead letters; answers how many there were. A redriven event keeps its key and the moment it
    /// was received, so that the ledger still knows what it had sent.
    ///
    /// # Errors
    /// Nothing was changed.
    async fn resolve(&self, letters: Letters, fate: Fate, now: Timestamp) -> Result<usize, StoreError>;

    /// Deliveries kept without a lane: unroutable or not understood, newest first.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn kept(&self, limit: usize) -> Result<Vec<Kept>, StoreError>;

    /// Forgets what is past its time, a small step at a time; answers how much was removed.
    ///
    /// # Errors
    /// Nothing was removed.
    async fn sweep(&self, now: Timestamp, keep: Retention) -> Result<usize, StoreError>;

    /// Removes everything about whoever is known by any of these identifiers in this portfolio: sessions, timers, events
    /// that wait or are under way, dead letters, lines of the ledger, what the shelf has under [`TAKEOVER_SPACE`] and in
    /// [`missed_space`] and [`bundle_space`], and what leads to them. A turn of theirs that is
    /// under way loses its lease and writes nothing. Keys of seen events stay, so that nothing that comes again is new.
    ///
    /// # Errors
    /// Some of it may have been removed; asking again removes the rest.
    async fn erase(&self, portfolio: &str, who: PersonRef) -> Result<Erased, StoreError>;

    /// Sets or cancels a timer outside a turn, in the lane of somebody who may be unknown yet.
    ///
    /// # Errors
    /// Nothing was written.
    async fn set_timer(&self, place: TimerPlace, write: TimerWrite, now: Timestamp)
    -> Result<(), StoreError>;

    /// Turns timers that are due into events of their lanes, the earliest first and `limit` at most, and tells when the
    /// next one is due.
    ///
    /// # Errors
    /// No timer was touched.
    async fn ring(&self, now: Timestamp, limit: usize) -> Result<Rung, StoreError>;

    /// Timers that are set, the earliest first.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn timers(&self, limit: usize) -> Result<Vec<PendingTimer>, StoreError>;

    /// The value that stands on the shelf at this moment.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn value(&self, space: &str, key: &str, now: Timestamp) -> Result<Option<Value>, StoreError>;

    /// Puts a value on the shelf or takes it away, if what is expected stands there.
    ///
    /// # Errors
    /// Nothing was written.
    async fn put_value(&self, write: ValueWrite) -> Result<Put, StoreError>;

    /// The values of a space in the order of their keys' bytes, from behind `after` on.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn values(
        &self,
        space: &str,
        after: Option<&str>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Value>, StoreError>;

    /// Counts of what the store holds.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn depth(&self) -> Result<Depth, StoreError>;

    /// What waits, by number, in no order. For looks now and then: it walks through all that waits.
    ///
    /// # Errors
    /// The engine could not be read.
    async fn queues(&self, now: Timestamp) -> Result<Vec<Queue>, StoreError>;

    /// Writes what is still buffered and lets go of the engine. Later calls fail.
    async fn close(&self);
}

#[doc = include_str!("../docs/data.md")]
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// Keys of seen events; at least the seven days for which Meta redelivers.
    pub seen: Duration,
    /// The ledger of sends.
    pub ledger: Duration,
    /// Dead letters and kept deliveries.
    pub dead: Duration,
    /// What messages have cost.
    pub costs: Duration,
}

impl Retention {
    /// Meta delivers again for seven days what it was not told that we have.
    pub const SEEN_AT_LEAST: Duration = Duration::from_hours(24 * 7);
}

impl Default for Retention {
    fn default() -> Self {
        let day = Duration::from_hours(24);
        Self { seen: day * 8, ledger: day * 30, dead: day * 90, costs: day * 400 }
    }
}
