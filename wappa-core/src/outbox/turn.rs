//! The sends of one turn: their numbering, their records until the commit, and the time the turn spends waiting for us.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::Notify;
use wappa_cloud::{DedupKey, ItemKind, Recipient, Timestamp};

use super::key::{self, Cause, Scope};
use crate::store::{Claim, EventKind, LaneId, SendKey, SendRecord};

/// A worker's hold on a lane. Renewed while the turn runs; once it is lost the turn must be silent.
#[derive(Debug)]
pub struct LeaseWatch {
    /// Milliseconds of the monotonic clock.
    until: AtomicU64,
    lost: AtomicBool,
    cut_off: AtomicBool,
    /// The turn is to end before its handler does.
    news: Notify,
}

impl LeaseWatch {
    /// Held until this moment of the monotonic clock.
    pub fn new(until: Duration) -> Self {
        Self {
            until: AtomicU64::new(millis(until)),
            lost: AtomicBool::new(false),
            cut_off: AtomicBool::new(false),
            news: Notify::new(),
        }
    }

    /// Held until a later moment.
    pub fn renew(&self, until: Duration) {
        self.until.store(millis(until), Ordering::Relaxed);
    }

    /// Somebody else has it.
    pub fn lose(&self) {
        self.lost.store(true, Ordering::Relaxed);
    }

    /// The bot goes down: the turn says no more and ends now, to be begun again.
    pub fn cut_off(&self) {
        self.lose();
        self.cut_off.store(true, Ordering::Relaxed);
        self.news.notify_one();
    }

    /// Whether it is held at this moment of the monotonic clock.
    pub fn is_held(&self, now: Duration) -> bool {
        !self.lost.load(Ordering::Relaxed) && millis(now) < self.until.load(Ordering::Relaxed)
    }
}

fn millis(moment: Duration) -> u64 {
    u64::try_from(moment.as_millis()).unwrap_or(u64::MAX)
}

/// What the outbox keeps for a turn that is under way.
#[derive(Debug)]
pub struct TurnSends {
    pub(super) cause: Cause,
    pub(super) lane: LaneId,
    pub(super) lease: Arc<LeaseWatch>,
    pub(super) history: History,
    /// When the person wrote whose message this turn is about.
    pub(super) heard: Option<Timestamp>,
    /// Sends leave in the order in which they were called.
    pub(super) order: tokio::sync::Mutex<()>,
    /// How many sends each recipient has been promised; hardly ever more than one recipient.
    numbers: Mutex<Vec<(u64, u32)>>,
    records: Mutex<Vec<SendRecord>>,
    waits: Mutex<Waits>,
    park: Mutex<Option<Timestamp>>,
}

/// What went before this attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct History {
    /// Whether the ledger may know sends of this turn.
    pub(super) again: bool,
    pub(super) attempt: u32,
    pub(super) parks: u32,
    pub(super) interrupted: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct Waits {
    under_way: u32,
    since: Duration,
    total: Duration,
}

impl TurnSends {
    /// For the turn that this claim begins.
    pub fn new(claim: &Claim, scope: Scope, lease: Arc<LeaseWatch>) -> Self {
        let event = &claim.event;
        Self {
            cause: Cause { event: event.key, received: event.received, scope },
            lane: claim.lane,
            lease,
            history: History {
                again: event.attempt > 1
                    || event.parks > 0
                    || event.redriven > 0
                    || event.interrupted.is_some(),
                attempt: event.attempt,
                parks: event.parks,
                interrupted: event.interrupted,
            },
            heard: (event.kind == EventKind::Meta(ItemKind::Message)).then_some(event.received),
            order: tokio::sync::Mutex::new(()),
            numbers: Mutex::default(),
            records: Mutex::default(),
            waits: Mutex::default(),
            park: Mutex::default(),
        }
    }

    /// The event this turn is about.
    pub(crate) fn event(&self) -> DedupKey {
        self.cause.event
    }

    /// Takes the next place among the sends to this recipient.
    pub(crate) fn next_place(&self, to: &Recipient) -> Place {
        let to = key::recipient_code(to);
        let mut numbers = lock(&self.numbers);
        match numbers.iter_mut().find(|(of, _)| *of == to) {
            Some((_, next)) => {
                *next += 1;
                Place { to, nth: *next - 1 }
            }
            None => {
                numbers.push((to, 1));
                Place { to, nth: 0 }
            }
        }
    }

    /// Whether anything has been said to this recipient.
    pub(crate) fn has_promised(&self, to: &Recipient) -> bool {
        let to = key::recipient_code(to);
        lock(&self.numbers).iter().any(|(of, _)| *of == to)
    }

    /// Nothing leaves while this is held.
    pub(crate) async fn in_order(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.order.lock().await
    }

    pub(super) fn key(&self, place: Place, fingerprint: u64) -> SendKey {
        key::in_turn(self.cause, place.to, place.nth, fingerprint)
    }

    pub(super) fn record(&self, record: SendRecord) {
        let mut records = lock(&self.records);
        if records.capacity() == 0 {
            // Most turns say one thing.
            records.reserve_exact(1);
        }
        records.push(record);
    }

    /// Everything recorded since it was last taken.
    pub fn take_records(&self) -> Vec<SendRecord> {
        std::mem::take(&mut lock(&self.records))
    }

    /// Asks for the turn to be ended and begun again later. The asking send never resolves: the driver drops it.
    pub(super) async fn park(&self, until: Timestamp) -> ! {
        *lock(&self.park) = Some(until);
        self.lease.news.notify_one();
        std::future::pending().await
    }

    /// Resolves when a send wants the turn parked until a moment, or the bot goes down and wants it parked until the next
    /// start.
    pub async fn parked(&self) -> Option<Timestamp> {
        loop {
            if let Some(until) = *lock(&self.park) {
                return Some(until);
            }
            if self.lease.cut_off.load(Ordering::Relaxed) {
                return None;
            }
            self.lease.news.notified().await;
        }
    }

    /// How long the handler has been kept waiting by the framework; its deadline does not run meanwhile.
    pub fn waited(&self, now: Duration) -> Duration {
        let waits = lock(&self.waits);
        let open = if waits.under_way > 0 { now.saturating_sub(waits.since) } else { Duration::ZERO };
        waits.total + open
    }

    pub(super) fn begin_wait(&self, now: Duration) {
        let mut waits = lock(&self.waits);
        if waits.under_way == 0 {
            waits.since = now;
        }
        waits.under_way += 1;
    }

    pub(super) fn end_wait(&self, now: Duration) {
        let mut waits = lock(&self.waits);
        waits.under_way = waits.under_way.saturating_sub(1);
        if waits.under_way == 0 {
            let waited = now.saturating_sub(waits.since);
            waits.total += waited;
        }
    }
}

/// The place of a send among those to the same recipient in one part of a turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    to: u64,
    nth: u32,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
