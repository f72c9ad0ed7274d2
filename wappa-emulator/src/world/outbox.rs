//! The webhooks that wait for the bot's 200, in order per lane. Delivering them is not done here.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use wappa_cloud::{MessageId, PhoneNumberId, WabaId};

use super::model::ChatKey;

/// How long Meta tries to deliver a webhook: 7 days, in milliseconds (Meta's page "Webhooks: overview").
pub(crate) const KEPT_FOR: i64 = 7 * 24 * 60 * 60 * 1000;

/// Webhooks of one lane go out one after the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Lane {
    /// Of a chat.
    Chat(ChatKey),
    /// Of a business number, but of no chat.
    Number {
        /// The number.
        number: PhoneNumberId,
    },
    /// Of an account.
    Account {
        /// The account.
        waba: WabaId,
    },
    /// Of another app, which hears of the same things.
    App {
        /// The app.
        app: String,
        /// What it hears of.
        of: Box<Lane>,
    },
}

/// What a webhook is about, for faults that hit some and not others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Topic {
    /// What people say.
    #[default]
    Messages,
    /// What becomes of what the business says.
    Statuses,
    /// Any other field.
    Field(String),
}

impl Topic {
    /// The webhook field it is delivered in.
    pub(crate) fn field(&self) -> &str {
        match self {
            Self::Field(field) => field,
            Self::Messages | Self::Statuses => "messages",
        }
    }
}

/// Whether a webhook keeps its place in its lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Place {
    /// After the one before it.
    #[default]
    InLine,
    /// Likewise, but it waits to be overtaken first.
    Held,
    /// Whenever it is due: it is late, or a copy.
    Anywhere,
}

/// A webhook that was not answered with 200 yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Webhook {
    /// Its number, rising through the life of the world.
    pub n: u64,
    /// What it waits behind.
    #[serde(alias = "chat")]
    pub lane: Lane,
    /// What it is about.
    #[serde(default)]
    pub topic: Topic,
    /// The person's message in it, which gets its second tick when the bot answers 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// When it happened.
    pub at: i64,
    /// Before when it doesn't go out.
    #[serde(default)]
    pub due: i64,
    /// Whether it keeps its place.
    #[serde(default)]
    pub place: Place,
    /// With how many it wants to go out as one POST.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<u32>,
    /// The number of the webhook that it overtakes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// Where it goes, if not to where the app said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<String>,
    /// One line for people, e.g. `text from Ana`. Holds no message text.
    pub summary: String,
    /// What is sent.
    pub body: Value,
}

impl Webhook {
    /// One that goes to where the app said, in its turn.
    pub(crate) fn new(lane: Lane, topic: Topic, at: i64, summary: String, body: Value) -> Self {
        Self {
            n: 0,
            lane,
            topic,
            message: None,
            at,
            due: at,
            place: Place::InLine,
            batch: None,
            before: None,
            callback: None,
            summary,
            body,
        }
    }
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

/// Queues of webhooks, one per lane, and those outside of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    lanes: BTreeMap<Lane, VecDeque<Webhook>>,
    anywhere: BTreeMap<u64, Webhook>,
    last: u64,
}

impl Outbox {
    pub(crate) fn next_number(&self) -> u64 {
        self.last + 1
    }

    pub(crate) fn push(&mut self, webhook: Webhook) {
        self.last = self.last.max(webhook.n);
        if webhook.place == Place::Anywhere {
            self.anywhere.insert(webhook.n, webhook);
            return;
        }
        let lane = self.lanes.entry(webhook.lane.clone()).or_default();
        match webhook.before.and_then(|n| lane.iter().position(|waiting| waiting.n == n)) {
            Some(at) => {
                if let Some(overtaken) = lane.get_mut(at) {
                    overtaken.due = overtaken.at;
                    overtaken.place = Place::InLine;
                }
                lane.insert(at, webhook);
            }
            None => lane.push_back(webhook),
        }
    }

    pub(crate) fn remove(&mut self, lane: &Lane, n: u64) {
        self.last = self.last.max(n);
        self.anywhere.remove(&n);
        if let Some(waiting) = self.lanes.get_mut(lane) {
            waiting.retain(|webhook| webhook.n != n);
            if waiting.is_empty() {
                self.lanes.remove(lane);
            }
        }
    }

    /// A webhook that nobody will take any more. Lanes are in order of time, so one of the first is the oldest.
    pub(crate) fn late(&self, now: i64) -> Option<(Lane, u64)> {
        let late = self.heads().chain(self.anywhere.values()).find(|webhook| now - webhook.at > KEPT_FOR)?;
        Some((late.lane.clone(), late.n))
    }

    /// The first of every lane.
    pub(crate) fn heads(&self) -> impl Iterator<Item = &Webhook> {
        self.lanes.values().filter_map(VecDeque::front)
    }

    /// Those that wait for nobody before them.
    pub(crate) fn anywhere(&self) -> impl Iterator<Item = &Webhook> {
        self.anywhere.values()
    }

    /// The beginning of a lane, as far as it waits for company.
    pub(crate) fn gathering(&self, lane: &Lane) -> impl Iterator<Item = &Webhook> {
        self.lanes.get(lane).into_iter().flatten().take_while(|webhook| webhook.batch.is_some())
    }

    /// The last of a lane that waits to be overtaken by one on this topic.
    pub(crate) fn to_overtake(&self, lane: &Lane, topic: &Topic) -> Option<u64> {
        let last = self.lanes.get(lane)?.iter().rev().find(|webhook| webhook.topic == *topic)?;
        (last.place == Place::Held).then_some(last.n)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Webhook> {
        self.lanes.values().flatten().chain(self.anywhere.values())
    }
}

/// One body for all of these: the changes of an account stand in one entry, in order.
pub(crate) fn together<'a>(bodies: impl IntoIterator<Item = &'a Value>) -> Value {
    let mut entries: Vec<Value> = Vec::new();
    for entry in bodies.into_iter().flat_map(|body| body["entry"].as_array().into_iter().flatten()) {
        let known = entries.iter_mut().find(|known| known["id"] == entry["id"]);
        match known.and_then(|known| known["changes"].as_array_mut()) {
            Some(changes) => changes.extend(entry["changes"].as_array().into_iter().flatten().cloned()),
            None => entries.push(entry.clone()),
        }
    }
    json!({"object": "whatsapp_business_account", "entry": entries})
}
