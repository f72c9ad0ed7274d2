//! Drives a world: lets due things happen and takes webhooks to the sink, in order per chat, until they are taken.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wappa_cloud::{AppSecret, Timestamp};

use crate::clock::{WorldClock, within};
use crate::feed::{Direction, Wire};
use crate::inner::Inner;
use crate::sink::{SignedWebhook, WebhookSink};
use crate::world::webhook::escaped;
use crate::world::{Lane, Outbox, Place, Signer, Webhook, together};

/// The first wait after a webhook that wasn't taken, in milliseconds; Meta's is longer, but nobody watches Meta's.
const FIRST_BACKOFF: i64 = 200;
const LONGEST_BACKOFF: i64 = 10_000;
/// How long a bot may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// What can be under way or wait on its own: a lane, or a webhook outside of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Queue {
    Lane(Lane),
    Alone(u64),
}

/// Webhooks that go out as one POST.
pub(crate) struct Parcel {
    webhooks: Vec<Webhook>,
    queues: Vec<Queue>,
}

impl Parcel {
    fn one(webhook: Webhook, queue: Queue) -> Self {
        Self { webhooks: vec![webhook], queues: vec![queue] }
    }

    /// The first of the webhooks, by which goes where they all go.
    pub(crate) fn first(&self) -> Option<&Webhook> {
        self.webhooks.first()
    }

    fn of_another_app(&self) -> bool {
        self.first().is_some_and(|webhook| matches!(webhook.lane, Lane::App { .. }))
    }
}

/// The queues' state that needs no keeping: after a restart everything is tried at once.
#[derive(Default)]
pub(crate) struct Lanes {
    under_way: HashSet<Queue>,
    waiting: HashMap<Queue, Waiting>,
}

struct Waiting {
    failures: u32,
    until: i64,
}

impl Lanes {
    /// A new sink gets everything at once.
    pub(crate) fn forget_failures(&mut self) {
        self.waiting.clear();
    }

    /// What can go now, of what somebody takes; and when the next of the others can.
    pub(crate) fn ready(
        &mut self,
        outbox: &Outbox,
        now: i64,
        mut takes: impl FnMut(&Webhook) -> bool,
    ) -> (Vec<Parcel>, Option<i64>) {
        let (mut ready, mut next, mut gathering) = (Vec::new(), None::<i64>, Vec::new());
        let lanes = outbox.heads().map(|head| (head, Queue::Lane(head.lane.clone())));
        let alone = outbox.anywhere().map(|webhook| (webhook, Queue::Alone(webhook.n)));
        for (head, queue) in lanes.chain(alone) {
            if self.under_way.contains(&queue) || !takes(head) {
                continue;
            }
            let since = self.waiting.get(&queue).map_or(i64::MIN, |waiting| waiting.until);
            let due = since.max(head.due);
            if head.batch.is_some() && head.place == Place::InLine && since <= now {
                gathering.push(head);
            } else if due <= now {
                self.under_way.insert(queue.clone());
                ready.push(Parcel::one(head.clone(), queue));
                continue;
            }
            if due > now {
                next = Some(next.map_or(due, |next| next.min(due)));
            }
        }
        ready.extend(self.gathered(outbox, &gathering, now));
        (ready, next)
    }

    /// One parcel for each address of what waits for company, where enough has come together or waited long enough.
    fn gathered(&mut self, outbox: &Outbox, heads: &[&Webhook], now: i64) -> Vec<Parcel> {
        let mut addresses: Vec<Option<&str>> = heads.iter().map(|head| head.callback.as_deref()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let to = |address: Option<&str>| -> Vec<&Webhook> {
            heads.iter().copied().filter(|head| head.callback.as_deref() == address).collect()
        };
        addresses.into_iter().filter_map(|address| self.gathered_for(outbox, &to(address), now)).collect()
    }

    fn gathered_for(&mut self, outbox: &Outbox, heads: &[&Webhook], now: i64) -> Option<Parcel> {
        let size = heads.iter().filter_map(|head| head.batch).max()?;
        let late = heads.iter().any(|head| head.due <= now);
        let mut webhooks: Vec<Webhook> =
            heads.iter().flat_map(|head| outbox.gathering(&head.lane)).cloned().collect();
        webhooks.sort_by_key(|webhook| webhook.n);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if webhooks.len() < size && !late {
            return None;
        }
        webhooks.truncate(size.max(1));
        let mut queues: Vec<Queue> =
            webhooks.iter().map(|webhook| Queue::Lane(webhook.lane.clone())).collect();
        queues.dedup();
        self.under_way.extend(queues.iter().cloned());
        Some(Parcel { webhooks, queues })
    }

    /// How many deliveries wait for the bot's answer.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    fn done(&mut self, parcel: &Parcel) {
        for queue in &parcel.queues {
            self.under_way.remove(queue);
            self.waiting.remove(queue);
        }
    }

    fn failed(&mut self, parcel: &Parcel, now: i64) {
        for queue in &parcel.queues {
            self.under_way.remove(queue);
            let waiting = self.waiting.entry(queue.clone()).or_insert(Waiting { failures: 0, until: 0 });
            waiting.until = now + backoff(waiting.failures);
            waiting.failures = waiting.failures.saturating_add(1);
        }
    }
}

fn backoff(failures: u32) -> i64 {
    FIRST_BACKOFF.checked_shl(failures.min(16)).unwrap_or(LONGEST_BACKOFF).min(LONGEST_BACKOFF)
}

/// What is to be done now.
pub(crate) struct Plan {
    pub(crate) ready: Vec<(Arc<dyn WebhookSink>, Parcel)>,
    pub(crate) next: Option<i64>,
}

/// Runs until the emulator is dropped.
pub(crate) async fn drive(emulator: Weak<Inner>, mut changed: watch::Receiver<u64>, clock: WorldClock) {
    let mut deliveries = JoinSet::new();
    loop {
        changed.mark_unchanged();
        let Some(inner) = emulator.upgrade() else { return };
        let plan = inner.plan();
        drop(inner);
        for (sink, parcel) in plan.ready {
            deliveries.spawn(deliver(emulator.clone(), sink, parcel));
        }
        tokio::select! {
            heard = changed.changed() => if heard.is_err() { return },
            Some(_) = deliveries.join_next() => {}
            () = due(&clock, plan.next) => {}
        }
    }
}

async fn due(clock: &WorldClock, next: Option<i64>) {
    match next {
        Some(at) => clock.sleep_until(Timestamp::from_millis(at)).await,
        None => std::future::pending().await,
    }
}

async fn deliver(emulator: Weak<Inner>, sink: Arc<dyn WebhookSink>, parcel: Parcel) {
    let Some(inner) = emulator.upgrade() else { return };
    let Some(signer) = parcel.webhooks.first().and_then(|webhook| inner.signs(&webhook.lane)) else {
        return;
    };
    let body = match parcel.webhooks.as_slice() {
        [one] => one.body.clone(),
        several => together(several.iter().map(|webhook| &webhook.body)),
    };
    let mut signed = sign(&body, &signer);
    signed.callback = parcel.webhooks.iter().find_map(|webhook| webhook.callback.clone());
    let elsewhere = signed.callback.clone().filter(|_| parcel.of_another_app());
    let path = elsewhere.unwrap_or_else(|| signed.path.clone());
    let began = inner.clock.millis();
    drop(inner);
    // The sink runs in a task of its own: a bot that panics in it costs its own delivery, like a bot that is down.
    let answer = tokio::spawn(async move { within(PATIENCE, sink.deliver(signed)).await });
    let status = answer.await.ok().flatten().unwrap_or(0);
    let Some(inner) = emulator.upgrade() else { return };
    let now = inner.clock.millis();
    let summaries: Vec<&str> = parcel.webhooks.iter().map(|webhook| webhook.summary.as_str()).collect();
    let wire = Wire {
        seq: 0,
        at: began,
        direction: Direction::Webhook,
        method: "POST".to_owned(),
        path,
        status,
        ms: now - began,
        request: body,
        response: serde_json::Value::Null,
        summary: summaries.join(", "),
    };
    inner.delivered(&parcel, status, wire);
}

fn sign(body: &serde_json::Value, signer: &Signer) -> SignedWebhook {
    let body = escaped(body);
    SignedWebhook {
        path: format!("/webhook/messenger/{}/whatsapp", signer.number.id),
        callback: None,
        signature: AppSecret::new(signer.secret.clone()).sign(body.as_bytes()),
        body: body.into(),
    }
}

impl Inner {
    fn delivered(&self, parcel: &Parcel, status: u16, mut wire: Wire) {
        let mut core = self.core();
        let now = self.clock.millis();
        if status == 200 && !core.world.loses_ack(now, &parcel.webhooks) {
            core.lanes.done(parcel);
            for webhook in &parcel.webhooks {
                core.world.acknowledged(now, webhook);
            }
        } else {
            if status == 200 {
                wire.summary.push_str(" (fault: the 200 was lost)");
            }
            tracing::debug!(status, webhook = %wire.summary, "a webhook was not taken");
            core.lanes.failed(parcel, now);
        }
        core.feed.record(wire);
        core.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_ten_seconds() {
        let waits: Vec<_> = (0..8).map(backoff).collect();
        assert_eq!(waits, [200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
        assert_eq!(backoff(u32::MAX), 10_000);
    }
}
