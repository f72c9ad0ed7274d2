//! A worker on a leased lane: turn after turn, each ended by its commit, until the lane is empty or somebody else waits.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tracing::Instrument;
use wappa_cloud::Event;

use super::{Inner, pools::Permit, turn};
use crate::{
    feed::TurnOver,
    meters::Ended,
    outbox::LeaseWatch,
    store::{Claim, Committed, LaneClass, LaneId, Next, Outcome, StoreError, TurnEnd},
};

const FIRST_RETRY: Duration = Duration::from_millis(50);
const LONGEST_RETRY: Duration = Duration::from_secs(2);

/// Puts a worker on the lane. Without a permit, which only a change of numbers in between can cause, it works all the
/// same: a leased lane must not be dropped.
pub(super) fn spawn(inner: Arc<Inner>, mut claim: Claim, permit: Option<Permit>, event: Option<Event>) {
    inner.under_way.fetch_add(1, Ordering::Relaxed);
    tokio::spawn(async move {
        let done = Done(Arc::clone(&inner));
        work(&inner, &mut claim, permit.as_ref(), event).await;
        drop(permit);
        drop(done);
    });
}

struct Done(Arc<Inner>);

impl Drop for Done {
    fn drop(&mut self) {
        if self.0.under_way.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.idle.notify_waiters();
        }
    }
}

async fn work(inner: &Arc<Inner>, claim: &mut Claim, permit: Option<&Permit>, mut event: Option<Event>) {
    loop {
        let (lane, epoch, class) = (claim.lane, claim.epoch, claim.kind.class());
        let watch = Arc::new(LeaseWatch::new(inner.clock.monotonic() + inner.settings.lease));
        inner.leases.hold(lane, epoch, Arc::clone(&watch));
        let meters = inner.messenger.outbox().meters();
        let begun = meters.begin(|| inner.clock.monotonic());
        let span = turn::span(claim);
        if let Some(traces) = inner.messenger.outbox().traces() {
            traces.begins(&span, claim, inner.clock.now().since(claim.event.received));
        }
        let mut end = turn::run(inner, claim, event.take(), &watch, &span).instrument(span.clone()).await;
        show(inner, claim, &end.outcome);
        meters.turn(ended(&end.outcome), || Some(inner.clock.monotonic().saturating_sub(begun?)));
        let busy = permit.is_some_and(Permit::is_wanted);
        end.next = if busy || inner.is_draining() { Next::Leave } else { Next::Take };
        let committed = commit(inner, end, &watch).await;
        inner.leases.let_go(lane, epoch);
        if let Some(suspect) = inner.suspects.next() {
            wake(inner, suspect).await;
        }
        match committed {
            Some(Committed::Next(next)) => *claim = *next,
            Some(Committed::Ready(_)) => {
                inner.pools.poke(class);
                return;
            }
            Some(Committed::Idle | Committed::Fenced) | None => return,
        }
    }
}

/// It has waited for a turn that is over now.
async fn wake(inner: &Inner, suspect: LaneId) {
    if let Err(error) = inner.store.wake(suspect, inner.clock.now()).await {
        tracing::warn!(%error, "a parked conversation could not be woken; it goes on when its time comes");
    }
    for class in [LaneClass::Conversation, LaneClass::Status] {
        inner.pools.poke(class);
    }
}

/// Tells those who look on.
fn show(inner: &Inner, claim: &Claim, outcome: &Outcome) {
    let feed = inner.messenger.outbox().feed();
    if !feed.is_on() {
        return;
    }
    let error = if let Outcome::Dead { error, .. } = outcome { Some(&**error) } else { None };
    feed.tell(
        "turn",
        &TurnOver {
            at: inner.clock.now().as_millis(),
            key: format!("{:032x}", claim.event.key.0),
            number: &claim.number,
            outcome: ended(outcome).as_str(),
            attempt: claim.event.attempt,
            error,
        },
    );
}

fn ended(outcome: &Outcome) -> Ended {
    match outcome {
        Outcome::Done | Outcome::Continued { .. } => Ended::Done,
        Outcome::Retry { .. } => Ended::Retried,
        Outcome::Parked { .. } => Ended::Parked,
        Outcome::Dead { .. } => Ended::Dead,
    }
}

/// Ends the turn in the store. What was said is said: the commit is tried until it succeeds or the lease is lost.
async fn commit(inner: &Inner, end: TurnEnd, watch: &LeaseWatch) -> Option<Committed> {
    let lane = end.lane;
    let mut end = Arc::new(end);
    let mut wait = FIRST_RETRY;
    loop {
        Arc::make_mut(&mut end).lease = inner.lease();
        match inner.store.commit(Arc::clone(&end)).await {
            Ok(Committed::Fenced) => {
                tracing::warn!(
                    lane = lane.0,
                    "a turn lost its lease before its end; another worker repeats it"
                );
                Box::pin(keep_sends(inner, end.sends.clone())).await;
                return Some(Committed::Fenced);
            }
            Ok(committed) => {
                if !end.values.is_empty() {
                    inner.messenger.pauses().learn(&end.values);
                }
                for set in end.timers.iter().filter_map(|write| write.set.as_ref()) {
                    inner.messenger.alarm().set(set.at);
                }
                return Some(committed);
            }
            Err(error) if watch.is_held(inner.clock.monotonic()) && is_passing(&error) => {
                tracing::error!(%error, "the end of a turn could not be written; trying again");
                inner.clock.sleep(wait).await;
                wait = (wait * 2).min(LONGEST_RETRY);
            }
            Err(error) => {
                tracing::error!(%error, "the end of a turn could not be written; it will be begun again");
                return None;
            }
        }
    }
}

fn is_passing(error: &StoreError) -> bool {
    error.kind() == crate::store::StoreErrorKind::Unavailable
}

/// The turn is somebody else's now, but what this one sent has been sent.
async fn keep_sends(inner: &Inner, sends: Vec<crate::store::SendRecord>) {
    if sends.is_empty() {
        return;
    }
    if let Err(error) = inner.store.record(sends).await {
        tracing::error!(%error, "sends of a lost turn could not be written to the ledger");
    }
}
