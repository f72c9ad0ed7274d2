//! Meta's side as a pure state machine: inputs are what people do, Graph calls and the passing of time; outputs are
//! changes. No IO, no clock and no randomness of its own, and nothing of the framework that talks to it.
//!
//! The same seed, the same inputs at the same times: the same changes, down to the last wamid.

mod act;
mod action;
mod apps;
mod calls;
mod change;
mod content;
mod define;
mod extras;
mod fault;
pub(crate) mod graph;
pub(crate) mod groups;
mod handover;
mod media_url;
mod mint;
mod model;
mod notice;
mod outbox;
mod pace;
mod people;
mod records;
mod refusal;
mod render;
mod review;
mod rewind;
mod standing;
mod state;
mod template;
pub(crate) mod webhook;

pub use act::{ActError, CardAct, MediaAct, PersonAct};
pub use action::{
    Action, CallPermission, Card, FlowInvite, FormReply, Interactive, Link, Order, OrderItem, ProductRef,
    ProductSection,
};
pub use calls::CallAct;
pub use change::Change;
pub use content::{
    Attachment, Button, Buttons, Content, CtaUrl, Header, HeaderFile, List, Location, Offer, Rendered,
    RenderedCard, Reply, Row, Section, TemplateButton, Text, Unsupported,
};
pub use extras::{Extras, Forwarded, Mark, Referral};
pub use fault::{ActiveFault, Fault, FaultId, FaultKind, Scope};
pub use groups::Membership;
pub(crate) use groups::Suspension;
pub use handover::Control;
pub use model::{
    Chat, ChatKey, Entry, Failure, Media, Msg, Number, Person, PersonId, Quoted, Reactions, Side, Tick,
    Window,
};
pub use outbox::{Lane, Outcome, Place, Topic, Webhook};
pub use people::{Blocking, Marketing};
pub use standing::{
    Ability, Attitude, Coexistence, Experiment, PhoneApp, Quality, Registration, Standing, Throughput, Tier,
    Trouble,
};
pub use state::State;
pub use template::{ButtonDefinition, Template, TemplateCard, TemplateExtra, TemplateHeader, TemplateStatus};

pub(crate) use apps::{App, Signer, Subscription, scoped};
pub(crate) use media_url::DOWNLOADS;
pub(crate) use outbox::{Outbox, together};

use wappa_cloud::{MediaId, MessageId, Motion, PhoneNumberId, WaId};

use crate::config::{ClosedWindow, Pacing, Review};
use fault::{Faults, Target};
use mint::Mint;
use pace::Pace;
use webhook::{Pricing, Told};

/// The customer service window, in milliseconds (Meta's page "Cloud API: messaging limits").
pub(crate) const WINDOW: i64 = 24 * 60 * 60 * 1000;
const DAY: i64 = 24 * 60 * 60 * 1000;
/// How long the ids of uploaded files and of files in webhooks work (Meta's page "Media").
const UPLOAD_KEPT_FOR: i64 = 30 * DAY;
const INBOUND_KEPT_FOR: i64 = 7 * DAY;
/// How long a webhook waits for others to go out with, and for one to overtake it, in milliseconds.
const LONGEST_GATHERING: i64 = 1_000;
const LONGEST_HOLD: i64 = 5_000;
const MOST_COPIES: u32 = 100;

/// How this world behaves where Meta's own behaviour is a matter of circumstance.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) closed_window: ClosedWindow,
    pub(crate) pacing: Pacing,
    /// What becomes of templates that are defined over Graph.
    pub(crate) review: Review,
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
    faults: Faults,
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
        let mut world = Self {
            state,
            rules,
            mint: Mint::new(seed, length),
            pace: Pace::default(),
            faults: Faults::default(),
            fresh: Vec::new(),
        };
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
            standing: Standing::default(),
            app_secret: self.mint.app_secret(),
            access_token: self.mint.access_token(),
            token_until: None,
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
            locale: "en_US".to_owned(),
            country: "US".to_owned(),
            attitude: Attitude::default(),
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
        let known = self.state.templates.get(&key);
        if known.is_some_and(|known| known.is_same(&template) && known.status == template.status) {
            return;
        }
        let id = match known {
            Some(known) => known.id.clone(),
            None => self.mint.template_id(),
        };
        self.put(Change::Template { template: Template { id, ..template } });
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
            motion: Motion::of_webp(bytes),
            expires_at: now + kept_for,
        };
        self.put(Change::Media { media: media.clone() });
        media
    }

    pub(crate) fn faults(&mut self) -> &mut Faults {
        &mut self.faults
    }

    pub(crate) fn faults_active(&self, now: i64) -> Vec<&ActiveFault> {
        self.faults.active(now).collect()
    }

    /// Ends the customer service window of a chat before its time.
    pub(crate) fn close_window(&mut self, now: i64, chat: &ChatKey) -> Result<(), ActError> {
        self.known(chat)?;
        self.put(Change::Window { chat: chat.clone(), until: now });
        Ok(())
    }

    /// Lets a number's access token be too old from now on.
    pub(crate) fn expire_token(&mut self, now: i64, id: &PhoneNumberId) -> Result<(), ActError> {
        let mut number = self.number_named(id)?;
        number.token_until = Some(now);
        self.put(Change::Number { number });
        Ok(())
    }

    /// Gives a number a new access token; the old one is unknown from now on.
    pub(crate) fn renew_token(&mut self, id: &PhoneNumberId) -> Result<Number, ActError> {
        let mut number = self.number_named(id)?;
        number.token_until = None;
        number.access_token = self.mint.access_token();
        self.put(Change::Number { number: number.clone() });
        Ok(number)
    }

    fn number_named(&self, id: &PhoneNumberId) -> Result<Number, ActError> {
        self.state.number(id).cloned().ok_or_else(|| ActError::NoSuchNumber(id.to_string()))
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
        while let Some((lane, n)) = self.state.outbox.late(now) {
            self.put(Change::WebhookDone { lane, n, outcome: Outcome::Expired });
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
        let lane = webhook.lane.clone();
        self.put(Change::WebhookDone { lane, n: webhook.n, outcome: Outcome::Delivered });
        if let Some(id) = &webhook.message
            && let Lane::Chat(chat) = &webhook.lane
            && let Some(message) = self.state.chat(chat).and_then(|chat| chat.message(id))
            && message.status.leads_to(Tick::Delivered)
        {
            let chat = chat.clone();
            self.put(Change::Status { chat, id: id.clone(), status: Tick::Delivered, at: now, error: None });
        }
    }

    /// Whether the bot's 200 to these webhooks is lost on its way.
    pub(crate) fn loses_ack(&mut self, now: i64, webhooks: &[Webhook]) -> bool {
        let dropped = |kind: &FaultKind| (*kind == FaultKind::DropAcks).then_some(());
        let of_the_bot = |webhook: &&Webhook| !matches!(webhook.lane, Lane::App { .. });
        webhooks
            .iter()
            .filter(of_the_bot)
            .any(|webhook| self.faults.take(now, Target::Webhook(&webhook.topic), dropped).is_some())
    }

    /// Takes a message of the business further and tells the business, if it may go there.
    fn advance(&mut self, chat: &ChatKey, id: &MessageId, status: Tick, at: i64, error: Option<&Failure>) {
        let Some(known) = self.state.chat(chat) else { return };
        let Some(message) = known.message(id).filter(|message| message.status.leads_to(status)) else {
            return;
        };
        let (opaque, pricing) = (message.opaque.clone(), Pricing::of(&message.content, known, message.at));
        self.put(Change::Status { chat: chat.clone(), id: id.clone(), status, at, error: error.cloned() });
        self.tell(chat, &Told { id, opaque: opaque.as_deref(), pricing }, status, at, error);
    }

    /// The number that the webhooks of a lane are about, or one of the account.
    pub(crate) fn signer(&self, lane: &Lane) -> Option<&Number> {
        match lane {
            Lane::Chat(chat) => self.state.number(&chat.number),
            Lane::Number { number } => self.state.number(number),
            Lane::Account { waba } => self.state.numbers.iter().find(|number| number.waba_id == *waba),
            Lane::App { of, .. } => self.signer(of),
        }
    }

    fn tell(&mut self, chat: &ChatKey, told: &Told<'_>, status: Tick, at: i64, error: Option<&Failure>) {
        if self.group_owner(&chat.person.0).is_some() {
            return self.tell_of_group_message(chat, told, status, at, error);
        }
        let (Some(number), Some(person)) = (self.state.number(&chat.number), self.state.person(&chat.person))
        else {
            return;
        };
        let body = webhook::of_status(number, person, told, status, at, error);
        let summary = format!("{} for {}", status.as_str(), person.name);
        self.queue(Lane::Chat(chat.clone()), Topic::Statuses, None, at, summary, body);
    }

    /// Queues a webhook of another field than `messages`.
    fn queue_field(&mut self, lane: Lane, field: &str, at: i64, summary: &str, body: serde_json::Value) {
        self.queue(lane, Topic::Field(field.to_owned()), None, at, format!("{field}: {summary}"), body);
    }

    /// Puts a webhook in its lane, or where the faults that are asked for send it.
    fn queue(
        &mut self,
        lane: Lane,
        topic: Topic,
        message: Option<MessageId>,
        at: i64,
        summary: String,
        body: serde_json::Value,
    ) {
        let Some(number) = self.signer(&lane).cloned() else { return };
        let mut webhook = Webhook::new(lane, topic, at, summary, body);
        self.tell_other_apps(&number, &webhook);
        webhook.message = message;
        self.put_on_standby(&number, &mut webhook);
        if !self.hears(&number, webhook.topic.field()) {
            return;
        }
        webhook.callback = self.callback_of(&number, webhook.topic.field());
        webhook.n = self.state.outbox.next_number();
        let n = webhook.n;
        let copies = self.spoil(&mut webhook);
        if let Some(copies) = copies {
            self.put(Change::Webhook { webhook: webhook.clone() });
            for copy in 1..=u64::from(copies) {
                let again = Webhook { n: n + copy, place: Place::Anywhere, before: None, ..webhook.clone() };
                self.put(Change::Webhook { webhook: again });
            }
        }
    }

    /// Applies the active faults to a webhook and says how many copies of it there are; `None` if it is lost.
    fn spoil(&mut self, webhook: &mut Webhook) -> Option<u32> {
        let (at, topic) = (webhook.at, webhook.topic.clone());
        let mut take =
            |pick: fn(&FaultKind) -> Option<u64>| self.faults.take(at, Target::Webhook(&topic), pick);
        let lost = take(|kind| matches!(kind, FaultKind::Lose).then_some(0));
        if lost.is_some() {
            return None;
        }
        let copies = take(|kind| match kind {
            FaultKind::Duplicate { copies } => Some(u64::from(*copies)),
            _ => None,
        });
        let size = take(|kind| match kind {
            FaultKind::Batch { size } => Some(u64::from(*size)),
            _ => None,
        });
        if let Some(size) = size {
            webhook.batch = u32::try_from(size).ok();
            webhook.due = at.saturating_add(LONGEST_GATHERING);
        }
        let delay = take(|kind| match kind {
            FaultKind::Delay { by } => Some(*by),
            _ => None,
        });
        if let Some(delay) = delay {
            webhook.due = at.saturating_add(i64::try_from(delay).unwrap_or(i64::MAX));
            webhook.place = Place::Anywhere;
        } else if let Some(overtaken) = self.state.outbox.to_overtake(&webhook.lane, &webhook.topic) {
            webhook.before = Some(overtaken);
        } else if take(|kind| matches!(kind, FaultKind::Reorder).then_some(0)).is_some() {
            webhook.due = at.saturating_add(LONGEST_HOLD);
            webhook.place = Place::Held;
        }
        Some(copies.map_or(0, |copies| u32::try_from(copies).unwrap_or(MOST_COPIES).min(MOST_COPIES)))
    }
}

#[cfg(test)]
mod tests;
