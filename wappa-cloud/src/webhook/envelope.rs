//! The envelope: `entry × change × item`, each level on its own, so that what is wrong with one leaves the others whole.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::{
    Delivery, NotJson, Problem,
    contacts::{Contacts, complete},
    few::Few,
    item::{Identity, IdentityChange, Item, ItemKind, StatusLine},
    key,
    peek::{
        Body, Change, Entry, Failure, Message, Metadata, Payment, Status, System, Text, Transaction, Value,
        lenient, members, some,
    },
    usual::{self, Usual},
};
use crate::{event::StatusState, time::Timestamp};

pub(super) fn split(body: &[u8]) -> Result<Delivery<'_>, NotJson> {
    // Not UTF-8 is not JSON; the parser says where.
    let Ok(text) = std::str::from_utf8(body) else { return Err(NotJson(not_json(body))) };
    let mut split = Split::default();
    if let Some(usual) = usual::read(text) {
        split.usual(usual);
        return Ok(split.delivery);
    }
    let whole: &RawValue = serde_json::from_str(text)?;
    match serde_json::from_str::<Body<'_>>(text) {
        Ok(known) => split.body(known, whole),
        Err(_) => split.unknown(&Around::default(), whole, "", "expected an object"),
    }
    Ok(split.delivery)
}

fn not_json(body: &[u8]) -> serde_json::Error {
    match serde_json::from_slice::<IgnoredAny>(body) {
        Err(error) => error,
        Ok(_) => serde::de::Error::custom("not UTF-8"),
    }
}

#[derive(Default)]
struct Split<'a> {
    delivery: Delivery<'a>,
}

/// What surrounds an item.
#[derive(Default, Clone)]
struct Around<'a> {
    waba_id: Option<Cow<'a, str>>,
    field: Option<Cow<'a, str>>,
    phone_number_id: Option<Cow<'a, str>>,
    /// When an entry happened, which tells a change that comes again from the same change delivered again.
    time: Option<&'a RawValue>,
    metadata: Option<&'a RawValue>,
}

/// The items of a change.
struct Lists<'a> {
    messages: Few<&'a RawValue>,
    statuses: Few<&'a RawValue>,
    errors: Few<&'a RawValue>,
}

impl<'a> Split<'a> {
    fn usual(&mut self, usual: Usual<'a>) {
        for (n, entry) in usual.entry.into_iter().enumerate() {
            let around = Around { waba_id: some(entry.id), time: entry.time, ..Around::default() };
            for (m, change) in entry.changes.into_iter().enumerate() {
                let value = change.value;
                let mut around = Around { field: some(change.field), ..around.clone() };
                around.describe(value.metadata);
                let lists =
                    Lists { messages: value.messages, statuses: value.statuses, errors: value.errors };
                self.items(&around, &Contacts::new(value.contacts), lists, &|| {
                    format!("entry[{n}].changes[{m}]")
                });
            }
        }
    }

    fn body(&mut self, body: Body<'a>, whole: &'a RawValue) {
        let ours = some(body.object).is_none_or(|object| object == "whatsapp_business_account");
        match body.entry.and_then(members) {
            Some(entries) if ours && !entries.is_empty() => {
                for (n, entry) in entries.into_iter().enumerate() {
                    self.entry(n, entry);
                }
            }
            _ => {
                let why =
                    if ours { "expected entries" } else { "expected the object whatsapp_business_account" };
                self.unknown(&Around::default(), whole, "", why);
            }
        }
    }

    fn entry(&mut self, n: usize, raw: &'a RawValue) {
        let place = || format!("entry[{n}]");
        let Some(entry) = lenient::<Entry<'a>>(Some(raw)) else {
            return self.unknown(&Around::default(), raw, &place(), "expected an object");
        };
        let around = Around { waba_id: some(entry.id), time: entry.time, ..Around::default() };
        match entry.changes.and_then(members) {
            Some(changes) if !changes.is_empty() => {
                for (m, change) in changes.into_iter().enumerate() {
                    self.change(n, m, &around, change);
                }
            }
            _ => self.unknown(&around, raw, &place(), "expected changes"),
        }
    }

    fn change(&mut self, n: usize, m: usize, around: &Around<'a>, raw: &'a RawValue) {
        let place = || format!("entry[{n}].changes[{m}]");
        let Some(change) = lenient::<Change<'a>>(Some(raw)) else {
            return self.unknown(around, raw, &place(), "expected an object");
        };
        let mut around = Around { field: some(change.field), ..around.clone() };
        // Some samples of Meta's have what belongs in `value` one level higher.
        let inner = change.value.unwrap_or(raw);
        let Some(value) = lenient::<Value<'a>>(Some(inner)) else {
            return self.unknown(&around, raw, &place(), "expected an object in `value`");
        };
        around.describe(value.metadata);
        let before = self.delivery.items.len();
        // Other fields use the same keys for other things.
        if around.field.as_deref().is_none_or(|field| field == "messages") {
            let contacts = Contacts::new(value.contacts.map(each).unwrap_or_default().into());
            let lists = Lists {
                messages: self.list(&around, value.messages, &place),
                statuses: self.list(&around, value.statuses, &place),
                errors: self.list(&around, value.errors, &place),
            };
            self.items(&around, &contacts, lists, &place);
            // What Meta adds to a value one day is not lost for standing beside what we know.
            if self.delivery.items.len() > before && change.value.is_some() {
                for raw in value.others {
                    self.push(plain(&around, raw));
                }
            }
        }
        if self.delivery.items.len() == before {
            self.push(plain(&around, raw));
        }
    }

    /// The members of a list of items. One that is no list is kept whole.
    fn list(
        &mut self,
        around: &Around<'a>,
        raw: Option<&'a RawValue>,
        place: &dyn Fn() -> String,
    ) -> Few<&'a RawValue> {
        let Some(raw) = raw else { return Few::default() };
        if members(raw).is_none() {
            self.problem(place(), "expected a list of items");
            if !raw.get().starts_with('{') {
                self.push(plain(around, raw));
                return Few::default();
            }
        }
        each(raw).into()
    }

    fn items(
        &mut self,
        around: &Around<'a>,
        contacts: &Contacts<'a>,
        lists: Lists<'a>,
        place: &dyn Fn() -> String,
    ) {
        if self.delivery.items.is_empty() {
            // Most deliveries have one item, and items are large.
            let Lists { messages, statuses, errors } = &lists;
            self.delivery.items.reserve_exact(messages.len() + statuses.len() + errors.len());
        }
        for raw in lists.messages {
            self.message(around, contacts, raw, place);
        }
        for raw in lists.statuses {
            self.status(around, contacts, raw, place);
        }
        for raw in lists.errors {
            if raw.get().starts_with('{') {
                self.push(Item { kind: ItemKind::MetaError, ..plain(around, raw) });
            } else {
                self.unknown(around, raw, &place(), "expected an error");
            }
        }
    }

    fn message(
        &mut self,
        around: &Around<'a>,
        contacts: &Contacts<'a>,
        raw: &'a RawValue,
        place: &dyn Fn() -> String,
    ) {
        let Some(message) = lenient::<Message<'a>>(Some(raw)) else {
            return self.unknown(around, raw, &place(), "expected a message");
        };
        let from = Identity {
            user_id: some(message.from_user_id),
            parent_user_id: some(message.from_parent_user_id),
            wa_id: some(message.from),
            ..Identity::default()
        };
        let contact = contacts.of(&from);
        let is_named = message.id.0.is_some() || !from.is_empty();
        let person = complete(from, contact);
        let is_system = message.kind.0.as_deref() == Some("system");
        let change = if is_system { change(&person, lenient(message.system)) } else { None };
        if person.is_empty() || message.id.0.is_none() {
            self.problem(place(), "expected a message with an id and a sender");
        }
        let kind = match (is_named, is_system) {
            (false, _) => ItemKind::Unknown,
            (true, true) => ItemKind::System,
            (true, false) => ItemKind::Message,
        };
        self.push(Item {
            kind,
            id: some(message.id),
            person: Some(person).filter(|person| !person.is_empty()),
            group_id: some(message.group_id),
            change: change.map(Box::new),
            timestamp: seconds(&message.timestamp),
            contact: contact.map(|(raw, _)| *raw),
            ..plain(around, raw)
        });
    }

    fn status(
        &mut self,
        around: &Around<'a>,
        contacts: &Contacts<'a>,
        raw: &'a RawValue,
        place: &dyn Fn() -> String,
    ) {
        let Some(status) = lenient::<Status<'a>>(Some(raw)) else {
            return self.unknown(around, raw, &place(), "expected a status");
        };
        let timestamp = seconds(&status.timestamp);
        let is_group = status.recipient_type.0.as_deref() == Some("group");
        let recipient = some(status.recipient_id);
        let participant = some(status.participant_id).or_else(|| some(status.participant_recipient_id));
        let (group_id, wa_id) =
            if is_group { (recipient, participant.clone()) } else { (some(status.group_id), recipient) };
        let user_id =
            if is_group { some(status.participant_user_id) } else { some(status.recipient_user_id) };
        let who = Identity {
            user_id,
            parent_user_id: some(status.participant_parent_user_id)
                .filter(|_| is_group)
                .or_else(|| some(status.recipient_parent_user_id))
                .or_else(|| some(status.parent_recipient_user_id)),
            wa_id,
            ..Identity::default()
        };
        let contact = contacts.of(&who);
        let person = complete(who, contact);
        let id = some(status.id);
        let word = some(status.status).unwrap_or_default();
        if id.is_none() || word.is_empty() || (person.is_empty() && group_id.is_none()) {
            self.problem(place(), "expected a status with an id, a state and a recipient");
        }
        let kind = if id.is_some() || !word.is_empty() { ItemKind::Status } else { ItemKind::Unknown };
        let first_error = status.errors.and_then(members).and_then(|errors| errors.first().copied());
        let line = StatusLine {
            state: StatusState::from(&*word),
            opaque: some(status.opaque),
            error_code: lenient::<Failure<'a>>(first_error).and_then(|it| it.code.0?.parse().ok()),
            word,
            kind: some(status.kind),
            participant,
            payment: status.payment.and_then(transaction),
        };
        self.push(Item {
            kind,
            id,
            person: Some(person).filter(|person| !person.is_empty()),
            group_id,
            status: Some(Box::new(line)),
            timestamp,
            contact: contact.map(|(raw, _)| *raw),
            ..plain(around, raw)
        });
    }

    fn problem(&mut self, place: String, what: &'static str) {
        self.delivery.problems.push(Problem { place, what: what.into() });
    }

    fn unknown(&mut self, around: &Around<'a>, raw: &'a RawValue, place: &str, what: &'static str) {
        self.problem(place.to_owned(), what);
        self.push(plain(around, raw));
    }

    fn push(&mut self, item: Item<'a>) {
        let key = key::of(&item);
        self.delivery.items.push(Item { key, ..item });
    }
}

fn plain<'a>(around: &Around<'a>, raw: &'a RawValue) -> Item<'a> {
    Item {
        kind: ItemKind::Unknown,
        waba_id: around.waba_id.clone(),
        phone_number_id: around.phone_number_id.clone(),
        field: around.field.clone(),
        id: None,
        person: None,
        group_id: None,
        key: key::DedupKey(0),
        status: None,
        change: None,
        timestamp: None,
        time: around.time,
        metadata: around.metadata,
        contact: None,
        raw,
    }
}

impl<'a> Around<'a> {
    fn describe(&mut self, metadata: Option<&'a RawValue>) {
        self.metadata = metadata;
        self.phone_number_id = lenient::<Metadata<'a>>(metadata).and_then(|it| some(it.phone_number_id));
    }
}

/// The members of a list; a single one may stand without its list.
fn each(raw: &RawValue) -> Vec<&RawValue> {
    members(raw).unwrap_or_else(|| vec![raw])
}

/// Who a person was and is, where a system message says so.
fn change<'a>(from: &Identity<'a>, system: Option<System<'a>>) -> Option<IdentityChange<'a>> {
    let system = system?;
    let kind = system.kind.0.as_deref()?;
    let moved = ["user_changed_number", "customer_changed_number", "user_changed_user_id"].contains(&kind);
    if !moved {
        return None;
    }
    let mut current = Identity {
        user_id: some(system.user_id),
        parent_user_id: some(system.parent_user_id),
        wa_id: some(system.wa_id).or_else(|| some(system.new_wa_id)),
        ..Identity::default()
    };
    let mut previous = Identity {
        user_id: some(system.previous_user_id).or_else(|| from.user_id.clone()),
        parent_user_id: some(system.previous_parent_user_id).or_else(|| from.parent_user_id.clone()),
        wa_id: from.wa_id.clone(),
        ..Identity::default()
    };
    if current.is_empty() {
        return None;
    }
    // A user id that did not change belongs to both.
    if current.user_id.is_none() {
        current.user_id.clone_from(&previous.user_id);
    }
    if previous.is_empty() {
        previous = current.clone();
    }
    Some(IdentityChange { previous, current })
}

/// What tells one status of a payment from another: the rest may be worded anew each time.
fn transaction<'a>(payment: &'a RawValue) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
    let Payment { transaction } = lenient::<Payment<'a>>(Some(payment))?;
    let transaction: Transaction<'a> = lenient(transaction)?;
    Some((some(transaction.id).unwrap_or_default(), some(transaction.status).unwrap_or_default()))
}

fn seconds(text: &Text<'_>) -> Option<Timestamp> {
    Timestamp::read(text.0.as_deref()?)
}
