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
use crate::world::{ChatKey, Webhook};

/// The first wait after a webhook that wasn't taken, in milliseconds; Meta's is longer, but nobody watches Meta's.
const FIRST_BACKOFF: i64 = 200;
const LONGEST_BACKOFF: i64 = 10_000;
/// How long a bot may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The lanes' state that needs no keeping: after a restart everything is tried at once.
#[derive(Default)]
pub(crate) struct Lanes {
    under_way: HashSet<ChatKey>,
    waiting: HashMap<ChatKey, Waiting>,
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

    /// Of the first webhooks of all lanes, those that can go now; and when the next of the others can.
    pub(crate) fn ready<'a>(
        &mut self,
        heads: impl Iterator<Item = &'a Webhook>,
        now: i64,
    ) -> (Vec<Webhook>, Option<i64>) {
        let (mut ready, mut next) = (Vec::new(), None::<i64>);
        for head in heads {
            if self.under_way.contains(&head.chat) {
                continue;
            }
            match self.waiting.get(&head.chat) {
                Some(waiting) if waiting.until > now => {
                    next = Some(next.map_or(waiting.until, |next| next.min(waiting.until)));
                }
                _ => {
                    self.under_way.insert(head.chat.clone());
                    ready.push(head.clone());
                }
            }
        }
        (ready, next)
    }

    fn done(&mut self, chat: &ChatKey) {
        self.under_way.remove(chat);
        self.waiting.remove(chat);
    }

    fn failed(&mut self, chat: &ChatKey, now: i64) {
        self.under_way.remove(chat);
        let waiting = self.waiting.entry(chat.clone()).or_insert(Waiting { failures: 0, until: 0 });
        waiting.until = now + backoff(waiting.failures);
        waiting.failures = waiting.failures.saturating_add(1);
    }
}

fn backoff(failures: u32) -> i64 {
    FIRST_BACKOFF.checked_shl(failures.min(16)).unwrap_or(LONGEST_BACKOFF).min(LONGEST_BACKOFF)
}

/// What is to be done now.
pub(crate) struct Plan {
    pub(crate) sink: Option<Arc<dyn WebhookSink>>,
    pub(crate) ready: Vec<Webhook>,
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
        if let Some(sink) = plan.sink {
            for webhook in plan.ready {
                deliveries.spawn(deliver(emulator.clone(), Arc::clone(&sink), webhook));
            }
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

async fn deliver(emulator: Weak<Inner>, sink: Arc<dyn WebhookSink>, webhook: Webhook) {
    let Some(inner) = emulator.upgrade() else { return };
    let Some(secret) = inner.app_secret(&webhook.chat.number) else { return };
    let signed = sign(&webhook, &secret);
    let path = signed.path.clone();
    let began = inner.clock.millis();
    drop(inner);
    // The sink runs in a task of its own: a bot that panics in it costs its own delivery, like a bot that is down.
    let answer = tokio::spawn(async move { within(PATIENCE, sink.deliver(signed)).await });
    let status = answer.await.ok().flatten().unwrap_or(0);
    let Some(inner) = emulator.upgrade() else { return };
    let now = inner.clock.millis();
    let wire = Wire {
        seq: 0,
        at: began,
        direction: Direction::Webhook,
        method: "POST".to_owned(),
        path,
        status,
        ms: now - began,
        request: webhook.body.clone(),
        response: serde_json::Value::Null,
        summary: webhook.summary.clone(),
    };
    inner.delivered(&webhook, status, wire);
}

fn sign(webhook: &Webhook, secret: &AppSecret) -> SignedWebhook {
    let body = escaped(&webhook.body);
    SignedWebhook {
        path: format!("/webhook/messenger/{}/whatsapp", webhook.chat.number),
        signature: secret.sign(body.as_bytes()),
        body: body.into(),
    }
}

impl Inner {
    fn delivered(&self, webhook: &Webhook, status: u16, wire: Wire) {
        let mut core = self.core();
        let now = self.clock.millis();
        if status == 200 {
            core.lanes.done(&webhook.chat);
            core.world.acknowledged(now, webhook);
        } else {
            tracing::debug!(status, webhook = %webhook.summary, "a webhook was not taken");
            core.lanes.failed(&webhook.chat, now);
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
