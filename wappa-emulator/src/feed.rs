//! What the page hears: changes and wire entries as numbered events, the last of them kept for a page that reconnects.

use serde::Serialize;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::watch;

use crate::world::{Change, ChatKey, Number, State};

/// How many events a page may have missed and still catch up without fetching everything.
const KEPT_EVENTS: usize = 2_000;
/// How many wire entries the page sees when it opens.
const KEPT_WIRE: usize = 200;

/// The numbered events of a running emulator.
pub(crate) struct Feed {
    /// The number before the first event of this run.
    first: u64,
    seq: u64,
    /// The number of the newest event that was dropped from `events`.
    dropped: u64,
    events: VecDeque<(u64, Arc<str>)>,
    wire: VecDeque<Wire>,
    changed: watch::Sender<u64>,
    closed: bool,
}

/// One webhook or Graph call, for the wire pane. Holds neither tokens nor signatures.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Wire {
    pub(crate) seq: u64,
    pub(crate) at: i64,
    pub(crate) direction: Direction,
    pub(crate) method: String,
    pub(crate) path: String,
    /// 0 when nobody answered.
    pub(crate) status: u16,
    pub(crate) ms: i64,
    pub(crate) request: Value,
    pub(crate) response: Value,
    pub(crate) summary: String,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    Webhook,
    Graph,
    /// What a form asks its endpoint.
    Flow,
}

/// What a page that saw everything up to some event has missed.
pub(crate) enum Missed {
    Events(Vec<(u64, Arc<str>)>),
    /// Too much: it should fetch the state again.
    Everything(u64),
    /// Nothing, and nothing will come.
    Closed,
}

impl Feed {
    /// `start` is beyond every number a page may remember from before a restart.
    pub(crate) fn new(start: u64) -> Self {
        let (changed, _) = watch::channel(start);
        Self {
            first: start,
            seq: start,
            dropped: start,
            events: VecDeque::new(),
            wire: VecDeque::new(),
            changed,
            closed: false,
        }
    }

    pub(crate) fn seq(&self) -> u64 {
        self.seq
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(crate) fn wire(&self) -> impl Iterator<Item = &Wire> {
        self.wire.iter()
    }

    /// Tells the page what of these changes it can see, and everyone that there are changes.
    pub(crate) fn changes(&mut self, state: &State, changes: &[Change]) {
        for change in changes {
            self.seq += 1;
            if let Some(event) = page_event(state, change) {
                self.keep(event);
            }
        }
        self.changed.send_replace(self.seq);
    }

    pub(crate) fn record(&mut self, mut wire: Wire) {
        self.seq += 1;
        wire.seq = self.seq;
        self.keep(json!({"type": "wire", "wire": wire}));
        if self.wire.len() == KEPT_WIRE {
            self.wire.pop_front();
        }
        self.wire.push_back(wire);
        self.changed.send_replace(self.seq);
    }

    /// Tells the page that the bot remembers something else now.
    pub(crate) fn mind_changed(&mut self) {
        self.seq += 1;
        self.keep(json!({"type": "mind"}));
        self.poke();
    }

    pub(crate) fn poke(&self) {
        self.changed.send_replace(self.seq);
    }

    fn keep(&mut self, mut event: Value) {
        event["seq"] = json!(self.seq);
        if self.events.len() == KEPT_EVENTS
            && let Some((seq, _)) = self.events.pop_front()
        {
            self.dropped = seq;
        }
        self.events.push_back((self.seq, event.to_string().into()));
    }

    /// Lets nobody wait for more.
    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.poke();
    }

    /// What came after the event with this number.
    pub(crate) fn after(&self, seen: u64) -> Missed {
        if self.closed {
            return Missed::Closed;
        }
        if seen > self.seq || seen < self.first || seen < self.dropped {
            return Missed::Everything(self.seq);
        }
        Missed::Events(self.events.iter().filter(|(seq, _)| *seq > seen).cloned().collect())
    }
}

/// A number as the page sees it: without secrets.
pub(crate) fn number_view(number: &Number) -> Value {
    json!({"id": number.id, "display": number.display(), "name": number.name})
}

/// The groups as the page sees them.
pub(crate) fn groups_view(state: &State) -> Vec<Value> {
    let groups = state.records.values().filter(|record| record["kind"] == "group");
    let view = groups.map(|group| {
        let members = group["participants"].as_array().map_or(&[][..], Vec::as_slice);
        let members: Vec<&Value> = members.iter().map(|member| &member["handle"]).collect();
        json!({"id": group["id"], "number": group["owner"], "subject": group["subject"], "members": members})
    });
    view.collect()
}

fn page_event(state: &State, change: &Change) -> Option<Value> {
    Some(match change {
        Change::Number { number } => json!({"type": "number", "number": number_view(number)}),
        Change::Person { person } => json!({"type": "person", "person": person}),
        Change::Message { chat, message, .. } => placed("message", chat, &json!({ "message": message })),
        Change::Status { chat, id, status, at, error } => {
            placed("status", chat, &json!({"id": id, "status": status, "at": at, "error": error}))
        }
        Change::Typing { chat, until } => placed("typing", chat, &json!({ "until": until })),
        Change::ReadByBusiness { chat, id } => placed("read_by_business", chat, &json!({ "id": id })),
        Change::Window { chat, until } => placed("window", chat, &json!({ "until": until })),
        Change::Reaction { chat, on: id, .. } | Change::Touched { chat, id, .. } => {
            let message = state.chat(chat)?.message(id)?;
            placed("message", chat, &json!({ "message": message }))
        }
        // Whoever sees the chat or the time begins anew.
        Change::Cleared { .. } | Change::Clock { .. } | Change::Rewound { .. } => json!({"type": "reset"}),
        Change::Record { name, value, .. }
            if name == "node" && value.as_ref().is_none_or(|value| value["kind"] == "group") =>
        {
            json!({"type": "groups", "groups": groups_view(state)})
        }
        Change::Entry { .. }
        | Change::Media { .. }
        | Change::MediaGone { .. }
        | Change::Template { .. }
        | Change::TemplateGone { .. }
        | Change::Record { .. }
        | Change::Webhook { .. }
        | Change::WebhookDone { .. } => return None,
    })
}

fn placed(kind: &str, chat: &ChatKey, rest: &Value) -> Value {
    let mut event = json!({"type": kind, "number": chat.number, "person": chat.person});
    if let (Some(event), Some(rest)) = (event.as_object_mut(), rest.as_object()) {
        event.extend(rest.clone());
    }
    event
}
