//! Meta's side as a pure state machine: inputs are what people do, Graph calls and the passing of time; outputs are
//! changes. No IO, no clock and no randomness of its own, and nothing of the framework that talks to it.
//!
//! The same seed, the same inputs at the same times: the same changes, down to the last wamid.

mod act;
mod change;
mod content;
pub(crate) mod graph;
mod media_url;
mod mint;
mod model;
mod outbox;
mod pace;
mod refusal;
mod render;
mod state;
mod template;
pub(crate) mod webhook;

pub use act::{ActError, CardAct, MediaAct, PersonAct};
pub use change::Change;
pub use content::{
    Attachment, Button, Buttons, Content, CtaUrl, Header, HeaderFile, List, Location, Rendered, Reply, Row,
    Section, TemplateButton, Text, Unsupported,
};
pub use model::{
    Chat, ChatKey, Failure, Media, Msg, Number, Person, PersonId, Quoted, Reactions, Side, Tick, Window,
};
pub use outbox::{Outcome, Webhook};
pub use state::State;
pub use template::{ButtonDefinition, Template, TemplateHeader};

pub(crate) use media_url::DOWNLOADS;

use wappa_cloud::{MediaId, MessageId, WaId};

use crate::config::{ClosedWindow, Pacing};
use mint::Mint;
use pace::Pace;
use webhook::{Pricing, Told};

/// The customer service window, in milliseconds (Meta's page "Cloud API: messaging limits").
pub(crate) const WINDOW: i64 = 24 * 60 * 60 * 1000;
const DAY: i64 = 24 * 60 * 60 * 1000;
/// How long the ids of uploaded files and of files in webhooks work (Meta's page "Media").
const UPLOAD_KEPT_FOR: i64 = 30 * DAY;
const INBOUND_KEPT_FOR: i64 = 7 * DAY;

/// How this world behaves where Meta's own behaviour is a matter of circumstance.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) closed_window: ClosedWindow,
    pub(crate) pacing: Pacing,
    /// Milliseconds from `sent` to `delivered`.
    pub(crate) delivery_delay: i64,
    /// What media URLs begin with.
    pub(crate) origin: String,
}

/// A world: its state and what is needed to take it further.
pub(crate) struct World {
    state: State,
    rules: Rules,
    mint: Mint,
    pace: Pace,
    fresh: Vec<Change>,
}

impl World {
    pub(crate) fn new(rules: Rules, seed: [u8; 32], history: impl IntoIterator<Item = Change>) -> Self {
        let mut state = State::default();
        let mut length = 0;
        for change in history {
            state.apply(&change);
            length += 1;
        }
        let mut world =
            Self { state, rules, mint: Mint::new(seed, length), pace: Pace::default(), fresh: Vec::new() };
        world.add_template(Template::hello_world());
        world
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn set_origin(&mut self, origin: &str) {
        origin.trim_end_matches('/').clone_into(&mut self.rules.origin);
    }

    pub(crate) fn origin(&self) -> &str {
        &self.rules.origin
    }

    /// The changes since the last call, in order.
    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.fresh)
    }

    fn put(&mut self, change: Change) {
        self.state.apply(&change);
        self.fresh.push(change);
    }

    /// Makes a business number with everything an app needs to use it.
    pub(crate) fn add_number(&mut self, name: &str) -> Number {
        let waba_id = match self.state.numbers.first() {
            Some(first) => first.waba_id.clone(),
            None => self.mint.waba_id(),
        };
        let number = Number {
            id: self.mint.phone_number_id(),
            phone: format!("1555{:07}", 199_000 + self.state.numbers.len()),
            name: name.to_owned(),
            waba_id,
            app_secret: self.mint.app_secret(),
            access_token: self.mint.access_token(),
            verify_token: self.mint.verify_token(),
        };
        self.put(Change::Number { number: number.clone() });
        number
    }

    /// Gives somebody a phone.
    pub(crate) fn add_person(&mut self, name: &str) -> Person {
        let nth = self.state.people.len() + 1;
        let person = Person {
            id: PersonId(format!("p{nth}")),
            name: name.to_owned(),
            wa_id: Some(WaId::from(format!("1555{:07}", 100_000 + nth))),
            user_id: self.mint.user_id(),
            username: None,
        };
        self.put(Change::Person { person: person.clone() });
        person
    }

    /// Gives a person a username, which hides the phone number from businesses.
    pub(crate) fn hide_number(&mut self, id: &PersonId, username: &str) {
        if let Some(mut person) = self.state.person(id).cloned() {
            person.username = Some(username.to_owned());
            person.wa_id = None;
            self.put(Change::Person { person });
        }
    }

    pub(crate) fn add_template(&mut self, template: Template) {
        let key = (template.name.clone(), template.language.clone());
        if self.state.templates.get(&key) != Some(&template) {
            self.put(Change::Template { template });
        }
    }

    /// Keeps what is known about a file; the caller keeps the bytes under the id.
    pub(crate) fn add_media(
        &mut self,
        now: i64,
        from: Side,
        mime: &str,
        bytes: &[u8],
        filename: Option<String>,
    ) -> Media {
        use sha2::Digest as _;
        let kept_for = match from {
            Side::Business => UPLOAD_KEPT_FOR,
            Side::Person => INBOUND_KEPT_FOR,
        };
        let media = Media {
            id: self.mint.media_id(),
            mime: mime.to_owned(),
            size: bytes.len() as u64,
            sha256: hex::encode(sha2::Sha256::digest(bytes)),
            filename,
            from,
            expires_at: now + kept_for,
        };
        self.put(Change::Media { media: media.clone() });
        media
    }

    pub(crate) fn set_clock_offset(&mut self, offset: i64) {
        self.put(Change::Clock { offset });
    }

    /// Does what is due: messages reach phones, files and webhooks grow too old. Returns the ids of files that are gone.
    pub(crate) fn tick(&mut self, now: i64) -> Vec<MediaId> {
        while let Some((at, chat, id)) = self.state.due.first().cloned()
            && at <= now
        {
            self.advance(&chat, &id, Tick::Delivered, at, None);
            self.state.due.remove(&(at, chat, id));
        }
        while let Some((chat, n)) = self.state.outbox.late(now) {
            self.put(Change::WebhookDone { chat, n, outcome: Outcome::Expired });
        }
        let gone: Vec<MediaId> = self
            .state
            .media
            .values()
            .filter(|media| media.expires_at <= now)
            .map(|media| media.id.clone())
            .collect();
        for id in &gone {
            self.put(Change::MediaGone { id: id.clone() });
        }
        gone
    }

    /// When the next message reaches a phone, in milliseconds since the epoch.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.state.due.first().map(|(at, ..)| *at)
    }

    /// The bot took a webhook.
    pub(crate) fn acknowledged(&mut self, now: i64, webhook: &Webhook) {
        let chat = webhook.chat.clone();
        self.put(Change::WebhookDone { chat: chat.clone(), n: webhook.n, outcome: Outcome::Delivered });
        if let Some(id) = &webhook.message
            && let Some(message) = self.state.chat(&chat).and_then(|chat| chat.message(id))
            && message.status.leads_to(Tick::Delivered)
        {
            self.put(Change::Status { chat, id: id.clone(), status: Tick::Delivered, at: now, error: None });
        }
    }

    /// Takes a message of the business further and tells the business, if it may go there.
    fn advance(&mut self, chat: &ChatKey, id: &MessageId, status: Tick, at: i64, error: Option<&Failure>) {
        let Some(message) = self.state.chat(chat).and_then(|chat| chat.message(id)) else { return };
        if !message.status.leads_to(status) {
            return;
        }
        let (opaque, pricing) = (message.opaque.clone(), Pricing::of(&message.content));
        self.put(Change::Status { chat: chat.clone(), id: id.clone(), status, at, error: error.cloned() });
        self.tell(chat, &Told { id, opaque: opaque.as_deref(), pricing }, status, at, error);
    }

    fn tell(&mut self, chat: &ChatKey, told: &Told<'_>, status: Tick, at: i64, error: Option<&Failure>) {
        let (Some(number), Some(person)) = (self.state.number(&chat.number), self.state.person(&chat.person))
        else {
            return;
        };
        let body = webhook::of_status(number, person, told, status, at, error);
        let summary = format!("{} for {}", status.as_str(), person.name);
        self.queue(chat, None, at, summary, body);
    }

    fn queue(
        &mut self,
        chat: &ChatKey,
        message: Option<MessageId>,
        at: i64,
        summary: String,
        body: serde_json::Value,
    ) {
        let n = self.state.outbox.next_number();
        self.put(Change::Webhook { webhook: Webhook { n, chat: chat.clone(), message, at, summary, body } });
    }
}

#[cfg(test)]
mod tests;
