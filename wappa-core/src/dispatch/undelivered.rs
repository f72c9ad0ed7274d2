//! Messages that Meta accepted and of which nothing was heard since. They are found by walking the ledger behind the
//! present, so that a message costs no write for it; that each is told of once is seen to by the key of its event.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use wappa_cloud::Timestamp;

use super::Inner;
use crate::{
    happening::SentMessage,
    shutdown::Phase,
    store::{
        Arrival, EventKind, Ingest, LaneKind, NumberRef, Party, SendKey, SendRecord, SendState, StoreError,
        Wish, derived_key,
    },
};

/// Lines read at once.
const PAGE: usize = 500;
/// Pages read in one look at most.
const PAGES: usize = 20;
/// How often the ledger is looked at, unless the time is shorter.
const LOOK: Duration = Duration::from_secs(10);
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// How far a new process looks back: what has become silent while none ran is told of as well.
const BACK: Duration = Duration::from_hours(48);
/// Lines that are looked at again when their time has come, and named ones that were told of.
const LATER: usize = 100_000;

pub(super) async fn run(inner: Arc<Inner>, after: Duration) {
    let mut walk = Walk::new(after, inner.clock.now());
    loop {
        inner.looking.fetch_add(1, Ordering::Relaxed);
        let looked = walk.look(&inner).await;
        inner.looking.fetch_sub(1, Ordering::Relaxed);
        let wait = match looked {
            Ok(Reached::Present) => LOOK.min(after),
            Ok(Reached::Past) => continue,
            Err(error) => {
                tracing::warn!(%error, "what was accepted and never delivered could not be looked for");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = inner.drain.reached(Phase::Draining) => return,
            () = inner.clock.sleep(wait) => {}
        }
    }
}

/// How far a look has come.
enum Reached {
    Present,
    Past,
}

/// A walk along the ledger. Keys begin with the time of what caused the send, except those that authors named, which stand
/// at the end and are walked round and round.
struct Walk {
    after: Duration,
    seen: SendKey,
    named: SendKey,
    /// Too young, or not accepted yet, when they were passed.
    later: BTreeMap<SendKey, Timestamp>,
    /// Named ones that were told of by this process.
    told: HashSet<SendKey>,
}

impl Walk {
    fn new(after: Duration, now: Timestamp) -> Self {
        let seen = SendKey::first_of(now - after - BACK);
        Self { after, seen, named: SendKey::FIRST_NAMED, later: BTreeMap::new(), told: HashSet::new() }
    }

    async fn look(&mut self, inner: &Inner) -> Result<Reached, StoreError> {
        let now = inner.clock.now();
        let due = now - self.after;
        let ready = self.later.iter().filter(|(_, at)| **at <= now).map(|(key, _)| *key).take(PAGE);
        for key in ready.collect::<Vec<_>>() {
            self.later.remove(&key);
            if let Some(record) = inner.store.sent(key).await? {
                self.judge(inner, record, due).await?;
            }
        }
        let mut reached = Reached::Past;
        for _ in 0..PAGES {
            let page = inner.store.sends(self.seen, SendKey::first_of(due), PAGE).await?;
            let is_last = page.len() < PAGE;
            for record in page {
                self.seen = record.key;
                self.judge(inner, record, due).await?;
            }
            if is_last {
                reached = Reached::Present;
                break;
            }
        }
        // A turn that was parked sends under the time of its event: what it says comes too late for the walk, and is watched.
        for key in inner.messenger.outbox().take_watched() {
            self.later.insert(key, now + self.after);
        }
        for _ in 0..PAGES {
            let page = inner.store.sends(self.named, SendKey(u128::MAX), PAGE).await?;
            let is_last = page.len() < PAGE;
            for record in page {
                self.named = record.key;
                // What is too young comes round again.
                let silent = (due - BACK..=due).contains(&record.at) && record.state == SendState::Accepted;
                if silent && self.told.len() < LATER && self.told.insert(record.key) {
                    tell(inner, record).await?;
                }
            }
            if is_last {
                self.named = SendKey::FIRST_NAMED;
                if self.told.len() >= LATER {
                    self.told.clear();
                }
                break;
            }
        }
        Ok(reached)
    }

    async fn judge(&mut self, inner: &Inner, record: SendRecord, due: Timestamp) -> Result<(), StoreError> {
        if record.state > SendState::Accepted || record.state == SendState::Rejected {
            return Ok(());
        }
        if record.at > due {
            if self.later.len() < LATER {
                self.later.insert(record.key, record.at + self.after);
            }
            return Ok(());
        }
        if record.state == SendState::Accepted { tell(inner, record).await } else { Ok(()) }
    }
}

async fn tell(inner: &Inner, record: SendRecord) -> Result<(), StoreError> {
    let Some(number) = inner.numbers.number(&record.number) else { return Ok(()) };
    let Some(person) = record.person else { return Ok(()) };
    let Some(profile) = inner.store.profile(person).await? else { return Ok(()) };
    let arrival = Arrival {
        number: NumberRef { id: number.id.shared(), portfolio: Arc::clone(&number.portfolio) },
        lane: LaneKind::Status,
        party: Party::Person((*profile.who).clone()),
        kind: EventKind::Undelivered,
        key: derived_key("undelivered", &[&record.key.0.to_le_bytes()]),
        formerly: None,
        body: SentMessage::from(record).to_bytes(),
        wish: Wish::Leave,
    };
    let lease = inner.lease();
    let ingest = Ingest { arrivals: vec![arrival], statuses: Vec::new(), kept: Vec::new(), lease };
    let taken = inner.store.ingest(ingest).await?;
    if taken.fresh > 0 {
        inner.pools.poke(LaneKind::Status.class());
    }
    Ok(())
}
