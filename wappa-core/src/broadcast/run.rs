//! Sending a broadcast: batch after batch, each recipient under a key of their own, until everybody has been tried.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::sync::watch;
use wappa_cloud::{ErrorKind as Refusal, PhoneNumberId};

use super::{
    BroadcastError, BroadcastState, Failure, Progress,
    audience::from_text,
    state::{Counts, Head, Place, Recipient},
};
use crate::{
    messenger::Messenger,
    outbox::{Priority, SendError, Sent, consent::Purpose},
    shutdown::{Drain, Phase},
    store::{Expected, Version},
};

/// Sends under way at a time: what a number at 80 a second needs, while Meta takes 400 ms for each.
const IN_FLIGHT: usize = 32;
/// A rest after what passes by itself.
const REST: Duration = Duration::from_secs(10);
/// A rest after Meta has had complaints.
const LONG_REST: Duration = Duration::from_mins(10);

/// A broadcast in this process.
pub(super) struct Run {
    pub(super) place: Place,
    messenger: Messenger,
    drain: Drain,
    head: Mutex<(Head, Version)>,
    /// What has become of the batch under way.
    live: Mutex<Counts>,
    /// What is wanted of it.
    wanted: watch::Sender<BroadcastState>,
    /// How it stands, told whenever that changes.
    stands: watch::Sender<BroadcastState>,
    /// Since when it is sent without a pause, on the monotonic clock, and how much had been done then.
    since: Mutex<(Duration, u64)>,
}

/// What became of one recipient.
enum Fate {
    Sent,
    Duplicate,
    Skipped,
    Failed(&'static str, String),
    /// Nothing yet: it is tried again after a rest.
    Later(Duration),
    /// Nothing, and everybody else would fare the same.
    Stop(String),
}

impl Run {
    pub(super) fn new(
        messenger: Messenger,
        drain: Drain,
        place: Place,
        head: Head,
        version: Version,
    ) -> Arc<Self> {
        let state = head.state;
        Arc::new(Self {
            place,
            messenger,
            drain,
            head: Mutex::new((head, version)),
            live: Mutex::default(),
            wanted: watch::Sender::new(state),
            stands: watch::Sender::new(state),
            since: Mutex::default(),
        })
    }

    pub(super) fn progress(&self) -> Progress {
        let head = lock(&self.head).0.clone();
        let mut counts = head.counts.clone();
        counts.add(&lock(&self.live));
        let (since, before) = *lock(&self.since);
        let elapsed = self.messenger.clock().monotonic().saturating_sub(since);
        let done = counts.done();
        let running = head.state == BroadcastState::Running;
        Progress::of(&head, counts, running.then(|| (done.saturating_sub(before), elapsed)))
    }

    pub(super) fn state(&self) -> watch::Receiver<BroadcastState> {
        self.stands.subscribe()
    }

    /// Wants it otherwise, and waits until it is so. What has ended stays as it is.
    pub(super) async fn want(&self, state: BroadcastState) -> Result<(), BroadcastError> {
        self.wanted.send_if_modified(|wanted| {
            let open = !matches!(wanted, BroadcastState::Cancelled | BroadcastState::Finished);
            let changes = open && *wanted != state;
            if changes {
                *wanted = state;
            }
            changes
        });
        let ended = |now: &BroadcastState| {
            *now == state || matches!(now, BroadcastState::Cancelled | BroadcastState::Finished)
        };
        let mut stands = self.stands.subscribe();
        let now = *stands
            .wait_for(ended)
            .await
            .map_err(|_| BroadcastError::Elsewhere(self.place.name.to_string()))?;
        if now == state {
            Ok(())
        } else {
            Err(BroadcastError::Ended { name: self.place.name.to_string(), state: now })
        }
    }

    /// Sends until everybody has been tried, it is cancelled, or the bot goes down.
    pub(super) async fn go(self: Arc<Self>) {
        let mut wanted = self.wanted.subscribe();
        while !self.is_draining() {
            match self.stretch(&mut wanted).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error @ BroadcastError::Elsewhere(_)) => {
                    tracing::error!(broadcast = &*self.place.name, %error, "a broadcast is left to another process");
                    return;
                }
                Err(error) => {
                    tracing::warn!(broadcast = &*self.place.name, %error, "a broadcast rests, and goes on after that");
                    tokio::select! {
                        () = self.drain.reached(Phase::Draining) => return,
                        () = self.messenger.clock().sleep(REST) => {}
                    }
                }
            }
        }
    }

    /// Sends until something else is wanted; answers whether it has ended.
    async fn stretch(&self, wanted: &mut watch::Receiver<BroadcastState>) -> Result<bool, BroadcastError> {
        let state = *wanted.borrow_and_update();
        match state {
            BroadcastState::Running => {}
            BroadcastState::Cancelled => return self.end(BroadcastState::Cancelled).await.map(|()| true),
            BroadcastState::Finished => return Ok(true),
            BroadcastState::Paused | BroadcastState::Loading => {
                self.change(|head| head.state = BroadcastState::Paused).await?;
                tokio::select! {
                    // The sender lives as long as `self`.
                    _ = wanted.changed() => {}
                    () = self.drain.reached(Phase::Draining) => {}
                }
                return Ok(false);
            }
        }
        let again = lock(&self.head).0.begun;
        self.change(|head| {
            head.state = BroadcastState::Running;
            head.reason = None;
            head.begun = true;
        })
        .await?;
        *lock(&self.since) = (self.messenger.clock().monotonic(), lock(&self.head).0.counts.done());
        let mut again = again;
        loop {
            let (number, last) = {
                let head = &lock(&self.head).0;
                (head.next, head.batches)
            };
            if number >= last {
                self.wanted.send_replace(BroadcastState::Finished);
                return self.end(BroadcastState::Finished).await.map(|()| true);
            }
            let batch = self.place.batch(number, self.now()).await?.unwrap_or_default();
            let Some((live, failures)) = self.send(&batch, again, wanted).await? else { return Ok(false) };
            let counts = lock(live.0).clone();
            again = false;
            if !failures.is_empty() {
                self.place.put_failures(number, &failures, self.now()).await?;
            }
            self.change(|head| {
                head.counts.add(&counts);
                head.next = number + 1;
            })
            .await?;
            drop(live);
            self.place.drop_batch(number, self.now()).await?;
        }
    }

    /// Sends a batch. `None` if something else is wanted before everybody of it has been tried: who had been is known to
    /// the ledger.
    async fn send<'a>(
        &'a self,
        batch: &[Recipient],
        again: bool,
        wanted: &watch::Receiver<BroadcastState>,
    ) -> Result<Option<(Live<'a>, Vec<Failure>)>, BroadcastError> {
        let live = Live(&self.live);
        let mut first = std::collections::HashSet::new();
        let mut left: Vec<&Recipient> = Vec::with_capacity(batch.len());
        for recipient in batch {
            if first.insert(&*recipient.to) {
                left.push(recipient);
            } else {
                lock(&self.live).duplicates += 1;
            }
        }
        let mut failures = Vec::new();
        let head = lock(&self.head).0.clone();
        while !left.is_empty() {
            let mut waiting = Vec::new();
            let mut rest = Duration::ZERO;
            let mut stop = None;
            let unwanted = || *wanted.borrow() != BroadcastState::Running || self.is_draining();
            let mut queue = left.into_iter();
            let mut under_way = FuturesUnordered::new();
            loop {
                while under_way.len() < IN_FLIGHT
                    && stop.is_none()
                    && !unwanted()
                    && let Some(recipient) = queue.next()
                {
                    under_way.push(self.send_one(&head, recipient, again));
                }
                let Some((recipient, fate)) = under_way.next().await else { break };
                let mut counts = lock(&self.live);
                match fate {
                    Fate::Sent => counts.sent += 1,
                    Fate::Duplicate => counts.duplicates += 1,
                    Fate::Skipped => counts.skipped += 1,
                    Fate::Failed(kind, error) => {
                        *counts.failed.entry(kind.to_owned()).or_default() += 1;
                        failures.push(Failure::new(&recipient.to, kind, error));
                    }
                    Fate::Later(wait) => {
                        rest = rest.max(wait);
                        waiting.push(recipient);
                    }
                    Fate::Stop(reason) => stop = Some(reason),
                }
            }
            drop(under_way);
            if let Some(reason) = stop {
                self.stop(reason).await?;
                return Ok(None);
            }
            if unwanted() {
                return Ok(None);
            }
            left = waiting;
            if !left.is_empty() {
                tracing::info!(
                    broadcast = &*self.place.name,
                    waiting = left.len(),
                    ?rest,
                    "a broadcast rests"
                );
                let mut changes = wanted.clone();
                tokio::select! {
                    _ = changes.changed() => return Ok(None),
                    () = self.drain.reached(Phase::Draining) => return Ok(None),
                    () = self.messenger.clock().sleep(rest) => {}
                }
            }
        }
        Ok(Some((live, failures)))
    }

    async fn send_one<'a>(
        &self,
        head: &Head,
        recipient: &'a Recipient,
        again: bool,
    ) -> (&'a Recipient, Fate) {
        let draft = match head.mailing.draft(&recipient.values) {
            Ok(draft) => draft,
            Err(error) => return (recipient, Fate::Failed("row", error.to_string())),
        };
        let chat = self.messenger.chat(PhoneNumberId::from(head.number.as_str()), from_text(&recipient.to));
        let key = format!("broadcast {} {}", self.place.name, recipient.to);
        let mut sending = chat.send(draft).key(key).priority(Priority::Broadcast);
        if head.mailing.purpose == Purpose::Marketing {
            sending = sending.marketing();
        }
        let fate = match sending.await {
            Ok(receipt) if receipt.sent == Sent::Earlier && !again => Fate::Duplicate,
            Ok(_) => Fate::Sent,
            Err(error) => fate_of(&error),
        };
        (recipient, fate)
    }

    /// Pauses it, as everybody would fare the same.
    async fn stop(&self, reason: String) -> Result<(), BroadcastError> {
        tracing::error!(
            broadcast = &*self.place.name,
            reason,
            "a broadcast is paused: it would fail for everybody"
        );
        self.change(|head| head.reason = Some(reason)).await?;
        self.wanted.send_if_modified(|wanted| {
            let running = *wanted == BroadcastState::Running;
            if running {
                *wanted = BroadcastState::Paused;
            }
            running
        });
        Ok(())
    }

    async fn end(&self, state: BroadcastState) -> Result<(), BroadcastError> {
        let now = self.now();
        self.change(|head| {
            head.state = state;
            head.ended = Some(now.as_millis());
        })
        .await?;
        Ok(self.place.clear(&["to"], now).await?)
    }

    /// Changes the head, in the store first.
    async fn change(&self, change: impl FnOnce(&mut Head)) -> Result<(), BroadcastError> {
        let (mut head, version) = lock(&self.head).clone();
        change(&mut head);
        let version = self.place.put_head(&head, Expected::Version(version), self.now()).await?;
        let state = head.state;
        *lock(&self.head) = (head, version);
        self.stands.send_if_modified(|stands| {
            let changes = *stands != state;
            *stands = state;
            changes
        });
        Ok(())
    }

    fn is_draining(&self) -> bool {
        self.drain.phase() > Phase::Open
    }

    pub(super) fn now(&self) -> wappa_cloud::Timestamp {
        self.messenger.clock().now()
    }
}

/// Counts of the batch under way. They are taken over when all of it is done; until then they are counted anew with it.
struct Live<'a>(&'a Mutex<Counts>);

impl Drop for Live<'_> {
    fn drop(&mut self) {
        *lock(self.0) = Counts::default();
    }
}

fn fate_of(error: &SendError) -> Fate {
    let text = || error.to_string();
    match error {
        error if error.is_marketing_stopped() => Fate::Skipped,
        SendError::MarketingCapped { .. } => Fate::Failed("marketing cap", text()),
        SendError::Store(_) | SendError::CutOff | SendError::LeaseLost => Fate::Later(REST),
        SendError::Credentials(_) => Fate::Later(REST * 3),
        SendError::UnknownNumber(_) => Fate::Stop(text()),
        SendError::Graph(refused) => match refused.kind() {
            Refusal::OptedOut => Fate::Skipped,
            Refusal::Pace | Refusal::PairPace | Refusal::Unavailable => Fate::Later(REST),
            Refusal::Credentials => Fate::Later(REST * 3),
            Refusal::Spam => Fate::Later(LONG_REST),
            Refusal::Template | Refusal::Account | Refusal::Permission => Fate::Stop(text()),
            Refusal::Recipient => Fate::Failed("recipient", text()),
            Refusal::MarketingCap => Fate::Failed("marketing cap", text()),
            Refusal::InvalidRequest => Fate::Failed("invalid request", text()),
            Refusal::Media => Fate::Failed("media", text()),
            _ => Fate::Failed("other", text()),
        },
        SendError::Draft(_) => Fate::Failed("row", text()),
        SendError::Unsettled => Fate::Failed("unsettled", text()),
        _ => Fate::Failed("other", text()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
