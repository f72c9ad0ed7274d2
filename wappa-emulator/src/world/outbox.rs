//! The webhooks that wait for the bot's 200, in order per chat. Delivering them is not done here.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use wappa_cloud::MessageId;

use super::model::ChatKey;

/// How long Meta tries to deliver a webhook: 7 days, in milliseconds (Meta's page "Webhooks: overview").
pub(crate) const KEPT_FOR: i64 = 7 * 24 * 60 * 60 * 1000;

/// A webhook that was not answered with 200 yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Webhook {
    /// Its number, rising through the life of the world.
    pub n: u64,
    /// The chat it belongs to; webhooks of one chat go out one after the other.
    pub chat: ChatKey,
    /// The person's message in it, which gets its second tick when the bot answers 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// When it happened.
    pub at: i64,
    /// One line for people, e.g. `text from Ana`. Holds no message text.
    pub summary: String,
    /// What is sent.
    pub body: Value,
}

/// How the life of a webhook ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The bot answered 200.
    Delivered,
    /// Nobody took it for 7 days.
    Expired,
}

/// Queues of webhooks, one per chat.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    lanes: BTreeMap<ChatKey, VecDeque<Webhook>>,
    last: u64,
}

impl Outbox {
    pub(crate) fn next_number(&self) -> u64 {
        self.last + 1
    }

    pub(crate) fn push(&mut self, webhook: Webhook) {
        self.last = self.last.max(webhook.n);
        self.lanes.entry(webhook.chat.clone()).or_default().push_back(webhook);
    }

    pub(crate) fn remove(&mut self, chat: &ChatKey, n: u64) {
        self.last = self.last.max(n);
        if let Some(lane) = self.lanes.get_mut(chat) {
            lane.retain(|webhook| webhook.n != n);
            if lane.is_empty() {
                self.lanes.remove(chat);
            }
        }
    }

    /// A webhook that nobody will take any more. Lanes are in order of time, so one of the first is the oldest.
    pub(crate) fn late(&self, now: i64) -> Option<(ChatKey, u64)> {
        let late = self.heads().find(|webhook| now - webhook.at > KEPT_FOR)?;
        Some((late.chat.clone(), late.n))
    }

    /// The first of every lane.
    pub(crate) fn heads(&self) -> impl Iterator<Item = &Webhook> {
        self.lanes.values().filter_map(VecDeque::front)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Webhook> {
        self.lanes.values().flatten()
    }
}
