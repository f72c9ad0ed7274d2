//! The inbox: takes a verified delivery apart, decides where each item belongs, and has the store take all of it in one
//! transaction, or none. When it answers, the events are safe and Meta may be told so.

mod costs;
mod notify;

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use wappa_cloud::{
    CallChange, CallDirection, CallStatus, Delivery, Event, GroupId, Identity, Item, ItemKind, MessageId,
    ParentUserId, Price, Timestamp, UserId, WaId,
};

pub use self::notify::{Notified, Notify, NotifyError};
use crate::{
    dispatch::{Dispatcher, Reservation},
    feed::{self, Received},
    handler::{Heard, Listening},
    happening::{Consent, ConsentBy},
    meters::{Came, Meters, Standing, TokenState},
    numbers::{App, Number, Numbers},
    outbox::{Outbox, SendError, Settlements, Wanted, Who, from_opaque},
    store::{
        Arrival, EventKind, Ingest, Kept, KeptReason, LaneKind, NumberRef, Party, PersonRef, SendKey,
        StatusNote, Store, StoreError, Wish, derived_key,
    },
    traces::EventTraces,
};

/// Takes deliveries. One per bot.
pub struct Inbox {
    store: Arc<dyn Store>,
    numbers: Arc<dyn Numbers>,
    dispatcher: Dispatcher,
    listening: Arc<Listening>,
    settlements: Arc<Settlements>,
    outbox: Arc<Outbox>,
    counts: Counts,
}

/// What an [`Inbox`] stands on.
pub struct InboxParts {
    /// Where events go.
    pub store: Arc<dyn Store>,
    /// Which numbers are ours.
    pub numbers: Arc<dyn Numbers>,
    /// Who works on the lanes.
    pub dispatcher: Dispatcher,
    /// What the handler listens to.
    pub listening: Arc<Listening>,
    /// Sends whose fate a status may settle.
    pub settlements: Arc<Settlements>,
    /// What is to know who has written.
    pub outbox: Arc<Outbox>,
}

/// Counts since the start.
#[derive(Debug, Default)]
pub struct Counts {
    /// Items taken into a lane.
    pub taken: AtomicU64,
    /// Items seen before.
    pub duplicates: AtomicU64,
    /// Items kept as unroutable.
    pub unroutable: AtomicU64,
    /// Items kept because they are not understood.
    pub unknown: AtomicU64,
    /// Parts of deliveries that were not as documented, understood or not.
    pub problems: AtomicU64,
}

/// The apps whose secret signed a delivery.
#[derive(Debug, Clone)]
pub enum SignedBy {
    /// These; more than one if they share a secret.
    Apps(Vec<Arc<App>>),
    /// No app has a secret to check with, which settings allow in development only.
    Unchecked,
}

impl SignedBy {
    fn covers(&self, number: &Number) -> bool {
        match self {
            Self::Apps(apps) => apps.iter().any(|app| Arc::ptr_eq(app, &number.app)),
            Self::Unchecked => true,
        }
    }
}

/// A delivery sorted into what the store takes.
struct Sorted {
    ingest: Ingest,
    reserved: Reservation,
}

impl Inbox {
    /// An inbox on these.
    pub fn new(parts: InboxParts) -> Self {
        let InboxParts { store, numbers, dispatcher, listening, settlements, outbox } = parts;
        Self { store, numbers, dispatcher, listening, settlements, outbox, counts: Counts::default() }
    }

    /// Counts since the start.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(crate) fn meters(&self) -> &Meters {
        self.outbox.meters()
    }

    pub(crate) fn traces(&self) -> Option<&dyn EventTraces> {
        self.outbox.traces()
    }

    /// How things stand: what waits, what is kept, whose token is dead.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn standing(&self) -> Result<Standing, StoreError> {
        let queues = self.store.queues(self.dispatcher.lease().now).await?;
        let depth = self.store.depth().await?;
        let token = |id: &str| {
            if self.outbox.circuits().is_open(id) { TokenState::Dead } else { TokenState::Alive }
        };
        let numbers =
            self.numbers.all().into_iter().map(|number| (number.id.shared(), token(number.id.as_str())));
        Ok(Standing { queues, depth, turns: self.dispatcher.under_way(), numbers: numbers.collect() })
    }

    /// Sets the gauges to how things stand.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn observe(&self) -> Result<(), StoreError> {
        if self.meters().is_on() {
            let standing = self.standing().await?;
            self.meters().observe(&standing, self.dispatcher.lease().now);
        }
        Ok(())
    }

    /// Takes a delivery whose signature has been checked.
    ///
    /// # Errors
    /// The store could not take it; nothing was kept.
    pub async fn take(&self, delivery: &Delivery<'_>, signed_by: &SignedBy) -> Result<(), StoreError> {
        let Sorted { ingest, reserved } = self.sort(delivery, signed_by);
        if ingest.arrivals.is_empty() && ingest.statuses.is_empty() && ingest.kept.is_empty() {
            return Ok(());
        }
        // Meta may say it again, in which case it is shown again, under the same key.
        let shown = self.outbox.feed().is_on().then(|| self.shown(delivery, signed_by));
        let keys: Vec<SendKey> = ingest.statuses.iter().map(|note| note.key).collect();
        let now = ingest.lease.now;
        let ingested = self.store.ingest(ingest).await?;
        self.counts.taken.fetch_add(ingested.fresh as u64, Ordering::Relaxed);
        self.counts.duplicates.fetch_add(ingested.duplicates as u64, Ordering::Relaxed);
        self.meters().events(Came::Taken, ingested.fresh);
        self.meters().events(Came::Duplicate, ingested.duplicates);
        for event in shown.iter().flatten() {
            self.outbox.feed().tell("received", event);
        }
        self.dispatcher.accept(ingested.claims, reserved, ingested.left_ready);
        self.settle(keys, now).await;
        Ok(())
    }

    fn shown<'d>(&self, delivery: &'d Delivery<'_>, signed_by: &SignedBy) -> Vec<Received<'d>> {
        let ours = delivery.items.iter().filter(|item| matches!(self.owner(item, signed_by), Owner::Ours(_)));
        let now = self.dispatcher.lease().now.as_millis();
        ours.map(|item| {
            let person = item.person.as_ref();
            Received {
                at: now,
                key: format!("{:032x}", item.key.0),
                number: item.phone_number_id.as_deref().unwrap_or_default(),
                kind: format!("{:?}", item.kind).to_lowercase(),
                user_id: person.and_then(|person| person.user_id.as_deref()),
                wa_id: person.and_then(|person| person.wa_id.as_deref()),
                group_id: item.group_id.as_deref(),
                event: feed::raw(&item.to_bytes()),
            }
        })
        .collect()
    }

    async fn settle(&self, keys: Vec<SendKey>, now: Timestamp) {
        let mut woken = false;
        for lane in keys.into_iter().filter_map(|key| self.settlements.learned(key)) {
            woken = true;
            if let Err(error) = self.store.wake(lane, now).await {
                tracing::warn!(%error, "a parked conversation could not be woken; it goes on when its time comes");
            }
        }
        if woken {
            self.dispatcher.poke();
        }
    }

    fn sort(&self, delivery: &Delivery<'_>, signed_by: &SignedBy) -> Sorted {
        let lease = self.dispatcher.lease();
        let mut ingest = Ingest {
            arrivals: Vec::with_capacity(delivery.items.len()),
            statuses: Vec::new(),
            kept: Vec::new(),
            lease,
        };
        let mut reserved = self.dispatcher.reservation();
        for problem in &delivery.problems {
            self.counts.problems.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(kind = ?problem.kind, %problem, "a part of a webhook is not as documented");
        }
        for item in &delivery.items {
            match self.owner(item, signed_by) {
                Owner::Ours(number) => self.sort_item(item, &number, &mut ingest, &mut reserved),
                Owner::Nobody(note) => {
                    tracing::warn!(%note, "a webhook item is unroutable and kept aside");
                    self.counts.unroutable.fetch_add(1, Ordering::Relaxed);
                    self.meters().events(Came::Unroutable, 1);
                    ingest.kept.push(kept(item, KeptReason::Unroutable, note, lease.now));
                }
                Owner::Unnamed => {
                    self.counts.unknown.fetch_add(1, Ordering::Relaxed);
                    self.meters().events(Came::Unknown, 1);
                    ingest.kept.push(kept(item, KeptReason::Unknown, String::new(), lease.now));
                }
            }
        }
        Sorted { ingest, reserved }
    }

    fn owner(&self, item: &Item<'_>, signed_by: &SignedBy) -> Owner {
        let number = match (&item.phone_number_id, &item.waba_id) {
            (Some(id), _) => match self.numbers.number(id) {
                Some(number) => number,
                None => return Owner::Nobody(format!("the phone number id {id} is not configured")),
            },
            (None, Some(id)) => match self.numbers.owner_of(id).or_else(|| self.of_no_account(signed_by)) {
                Some(number) => number,
                None => return Owner::Nobody(format!("the business account {id} is not configured")),
            },
            (None, None) => return Owner::Unnamed,
        };
        if signed_by.covers(&number) {
            Owner::Ours(number)
        } else {
            Owner::Nobody(format!("the number {} belongs to another app than the one that signed", number.id))
        }
    }

    /// The number of the app that signed whose account nobody has named, if there is only one: what comes for an account
    /// can then be for no other.
    fn of_no_account(&self, signed_by: &SignedBy) -> Option<Arc<Number>> {
        let is_candidate =
            |number: &Arc<Number>| number.business_account.is_none() && signed_by.covers(number);
        let mut candidates = self.numbers.all().into_iter().filter(is_candidate);
        candidates.next().filter(|_| candidates.next().is_none())
    }

    fn sort_item(&self, item: &Item<'_>, number: &Number, ingest: &mut Ingest, reserved: &mut Reservation) {
        let now = ingest.lease.now;
        self.learn(item, number, now);
        let price = item.status.as_ref().and_then(|status| status.price());
        if let Some(price) = &price
            && price.kind == FREE_ENTRY_POINT
            && let Some(until) = price.conversation_ends
        {
            self.outbox.is_free(&number.id, who(item), until);
        }
        if let Some(note) = status_note(item, number, price, now) {
            ingest.statuses.push(note);
        }
        // What names nobody has no conversation to enter.
        let named = item.person.is_some() || item.group_id.is_some() || item.change.is_some();
        let homeless = needs_somebody(item.kind) && !named;
        let unknown = homeless.then(|| item.as_unknown());
        let item = unknown.as_ref().unwrap_or(item);
        if item.kind == ItemKind::Unknown {
            self.counts.unknown.fetch_add(1, Ordering::Relaxed);
            self.meters().events(Came::Unknown, 1);
            ingest.kept.push(kept(item, KeptReason::Unknown, String::new(), now));
        }
        if let Some(code) = item.status.as_ref().and_then(|status| status.error_code)
            && SendError::stops_marketing(code)
        {
            ingest.arrivals.extend(stopped(item, number));
        }
        // What people choose about marketing is written down whether or not the author listens.
        let is_needed = item.change.is_some() || item.kind == ItemKind::Preference;
        if !self.listening.hears(Heard::of(item)) && !is_needed {
            return;
        }
        let (lane, party) = place(item, number);
        let of = match lane {
            LaneKind::Account => item.waba_id.as_deref().map_or_else(|| number.id.shared(), Arc::from),
            _ => number.id.shared(),
        };
        let of = NumberRef { id: of, portfolio: Arc::clone(&number.portfolio) };
        let body = Bytes::from(item.to_bytes());
        let wish = reserved.wish(lane.class(), &of.id);
        if wish == Wish::Lease
            && let Some(event) = item.event(&body)
        {
            reserved.bring(item.key, event);
        }
        ingest.arrivals.push(Arrival {
            wish,
            number: of,
            lane,
            party,
            kind: item.kind.into(),
            key: item.key,
            formerly: item.change.as_ref().map(|change| person(&change.previous)),
            body,
        });
    }
}

impl Inbox {
    /// What the way out learns from what comes in: whose window is open or closed.
    fn learn(&self, item: &Item<'_>, number: &Number, now: Timestamp) {
        if item.kind == ItemKind::Message || item.kind == ItemKind::Call && opens_window(item) {
            self.outbox.heard(&number.id, who(item), now);
        } else if let Some(code) = item.status.as_ref().and_then(|status| status.error_code) {
            self.outbox.failed(&number.id, who(item), code, item.timestamp.unwrap_or(now));
        }
    }
}

/// Whom the way out knows this person or group as.
fn who<'i>(item: &'i Item<'_>) -> Who<'i> {
    let person = item.person.as_ref();
    Who {
        user_id: person.and_then(|person| person.user_id.as_deref()),
        wa_id: person.and_then(|person| person.wa_id.as_deref()),
        group_id: item.group_id.as_deref(),
    }
}

/// Whether a call opens the customer service window: a person's does, and one of ours that they took (Meta: *Calling,
/// customer service windows*).
fn opens_window(call: &Item<'_>) -> bool {
    let Event::Call(call) = Event::read(&call.to_bytes()) else { return false };
    match call.change {
        CallChange::Connect(_) => call.direction != Some(CallDirection::BusinessInitiated),
        CallChange::Status(CallStatus::Accepted) => true,
        _ => false,
    }
}

/// Meta's word for a conversation that is free of charge.
const FREE_ENTRY_POINT: &str = "free_entry_point";

enum Owner {
    Ours(Arc<Number>),
    /// Not ours, and why.
    Nobody(String),
    /// It names neither a number nor an account.
    Unnamed,
}

/// Whether an event is about a person or a group, so that it cannot be handled where neither is named.
fn needs_somebody(kind: ItemKind) -> bool {
    matches!(
        kind,
        ItemKind::Message
            | ItemKind::System
            | ItemKind::Status
            | ItemKind::Call
            | ItemKind::Echo
            | ItemKind::Preference
            | ItemKind::Handover
            | ItemKind::Standby
    )
}

/// Whether an event enters the lane of whom it names. A signal names nobody but where Meta knows; what is told of a
/// group that never came to be belongs to the account.
fn in_conversation(kind: ItemKind) -> bool {
    needs_somebody(kind) || matches!(kind, ItemKind::Signal | ItemKind::Group)
}

/// Whose lane an item belongs in.
fn place(item: &Item<'_>, number: &Number) -> (LaneKind, Party) {
    let who = item.change.as_ref().map_or(item.person.as_ref(), |change| Some(&change.current)).map(person);
    let in_conversation = in_conversation(item.kind);
    let kind = if item.kind == ItemKind::Status { LaneKind::Status } else { LaneKind::Person };
    match (in_conversation, &item.group_id, who) {
        (true, Some(group), who) => {
            let kind = if kind == LaneKind::Status { kind } else { LaneKind::Group };
            (kind, Party::Group(GroupId::from(group.as_ref()), who))
        }
        (true, None, Some(who)) => (kind, Party::Person(who)),
        _ => {
            let account = item.waba_id.as_deref().unwrap_or(number.id.as_str());
            (LaneKind::Account, Party::Account(account.into()))
        }
    }
}

fn person(who: &Identity<'_>) -> PersonRef {
    let owned = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
    PersonRef {
        user_id: who.user_id.as_deref().map(UserId::from),
        parent_user_id: who.parent_user_id.as_deref().map(ParentUserId::from),
        wa_id: who.wa_id.as_deref().map(WaId::from),
        username: owned(&who.username),
        name: owned(&who.name),
    }
}

fn status_note(
    item: &Item<'_>,
    number: &Number,
    price: Option<Price<'_>>,
    now: Timestamp,
) -> Option<StatusNote> {
    let status = item.status.as_ref().filter(|status| status.is_about_message())?;
    let (key, _) = from_opaque(status.opaque.as_deref()?)?;
    let id = MessageId::from(item.id.as_deref()?);
    let cost = price.map(|price| Box::new(costs::note(&price, number, item.timestamp.unwrap_or(now))));
    Some(StatusNote { key, id, state: status.state.clone(), error: status.error_code, cost })
}

/// The choice of somebody to whom Meta delivers no marketing.
fn stopped(item: &Item<'_>, number: &Number) -> Option<Arrival> {
    let who = item.person.as_ref().filter(|_| item.group_id.is_none())?;
    Some(Arrival {
        number: NumberRef { id: number.id.shared(), portfolio: Arc::clone(&number.portfolio) },
        lane: LaneKind::Person,
        party: Party::Person(person(who)),
        kind: EventKind::Choice,
        key: derived_key("choice", &[&item.key.0.to_le_bytes()]),
        formerly: None,
        body: Consent { marketing: Wanted::No, by: ConsentBy::Refusal }.to_bytes(None),
        wish: Wish::Leave,
    })
}

fn kept(item: &Item<'_>, reason: KeptReason, note: String, at: Timestamp) -> Kept {
    Kept { reason, note, body: Bytes::from(item.to_bytes()), at }
}
