//! The envelope: `entry × change × item`, each level on its own, so that what is wrong with one leaves the others whole.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::{
    Delivery, NotJson, Problem, ProblemKind,
    contacts::{Contacts, complete},
    few::Few,
    item::{Identity, IdentityChange, Item, ItemKind, Role, StatusLine, Told},
    key,
    peek::{Failure, Metadata, Payment, Status, System, Text, Transaction, members, object, some},
    usual::{self, Usual},
};
use crate::{
    event::{RawMessage, StatusState},
    time::Timestamp,
};

pub(super) fn split(body: &[u8]) -> Result<Delivery<'_>, NotJson> {
    // Not UTF-8 is not JSON; the parser says where.
    let Ok(text) = std::str::from_utf8(body) else { return Err(NotJson(not_json(body))) };
    let mut split = Split::default();
    if let Some(usual) = usual::read(text) {
        split.usual(usual);
        return Ok(split.delivery);
    }
    let whole: &RawValue = serde_json::from_str(text)?;
    split.body(whole);
    Ok(split.delivery)
}

fn not_json(body: &[u8]) -> serde_json::Error {
    match serde_json::from_slice::<IgnoredAny>(body) {
        Err(error) => error,
        Ok(_) => serde::de::Error::custom("not UTF-8"),
    }
}

#[derive(Default)]
pub(super) struct Split<'a> {
    pub(super) delivery: Delivery<'a>,
}

/// What surrounds an item.
#[derive(Default, Clone)]
pub(super) struct Around<'a> {
    pub(super) waba_id: Option<Cow<'a, str>>,
    pub(super) field: Option<Cow<'a, str>>,
    pub(super) phone_number_id: Option<Cow<'a, str>>,
    /// When an entry happened, which tells a change that comes again from the same change delivered again.
    pub(super) time: Option<&'a RawValue>,
    pub(super) metadata: Option<&'a RawValue>,
    /// What of it is looked at.
    pub(super) number: Metadata<'a>,
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
                self.unknown(around, raw, place(), ProblemKind::ExpectedItem);
            }
        }
    }

    pub(super) fn message(
        &mut self,
        around: &Around<'a>,
        contacts: &Contacts<'a>,
        raw: &'a RawValue,
        place: &dyn Fn() -> String,
    ) {
        let Some(message) = object::<RawMessage<'a>>(Some(raw)) else {
            return self.unknown(around, raw, place(), ProblemKind::ExpectedItem);
        };
        let from = Identity {
            user_id: some(message.from_user_id.clone()),
            parent_user_id: some(message.from_parent_user_id.clone()),
            wa_id: some(message.from.clone()),
            ..Identity::default()
        };
        let contact = contacts.of(&from);
        let is_named = !from.is_empty();
        let person = complete(from, contact);
        let is_system = match message.kind.0.as_deref() {
            Some(kind) => kind == "system",
            None => message.system.is_some(),
        };
        let change = if is_system { change(&person, object(message.system)) } else { None };
        if (person.is_empty() && change.is_none()) || message.id.0.is_none() {
            self.problem(place(), ProblemKind::IncompleteMessage);
        }
        let is_named = is_named || message.id.0.is_some() || change.is_some();
        let kind = match (is_named, is_system) {
            (false, _) => ItemKind::Unknown,
            (true, true) => ItemKind::System,
            (true, false) => ItemKind::Message,
        };
        self.push(Item {
            kind,
            id: some(message.id.clone()),
            person: Some(person).filter(|person| !person.is_empty()),
            group_id: some(message.group_id.clone()),
            change: change.map(Box::new),
            timestamp: seconds(&message.timestamp),
            contact: contact.map(|known| known.raw),
            told: (kind == ItemKind::Message).then(|| {
                let contact = contact.map(|known| known.read.clone()).unwrap_or_default();
                Box::new(Told { message, number: around.number.clone(), contact })
            }),
            ..plain(around, raw)
        });
    }

    pub(super) fn status(
        &mut self,
        around: &Around<'a>,
        contacts: &Contacts<'a>,
        raw: &'a RawValue,
        place: &dyn Fn() -> String,
    ) {
        let Some(status) = object::<Status<'a>>(Some(raw)) else {
            return self.unknown(around, raw, place(), ProblemKind::ExpectedItem);
        };
        if status.kind.0.as_deref() == Some("call") {
            let role = Role { place: "statuses", field: "calls", errors: None };
            return self.other(around, contacts, ItemKind::Call, role, raw);
        }
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
            self.problem(place(), ProblemKind::IncompleteStatus);
        }
        let kind = if id.is_some() || !word.is_empty() { ItemKind::Status } else { ItemKind::Unknown };
        let first_error = status.errors.map(each).and_then(|errors| errors.first().copied());
        let line = StatusLine {
            state: StatusState::from(&*word),
            opaque: some(status.opaque),
            error_code: object::<Failure<'a>>(first_error).and_then(|it| it.code.0?.parse().ok()),
            word,
            kind: some(status.kind),
            participant,
            payment: status.payment.and_then(transaction),
            pricing: status.pricing,
            conversation: status.conversation,
        };
        self.push(Item {
            kind,
            id,
            person: Some(person).filter(|person| !person.is_empty()),
            group_id,
            status: Some(Box::new(line)),
            timestamp,
            contact: contact.map(|known| known.raw),
            ..plain(around, raw)
        });
    }

    pub(super) fn problem(&mut self, place: String, kind: ProblemKind) {
        self.delivery.problems.push(Problem { place, kind });
    }

    pub(super) fn unknown(
        &mut self,
        around: &Around<'a>,
        raw: &'a RawValue,
        place: String,
        kind: ProblemKind,
    ) {
        self.problem(place, kind);
        self.push(plain(around, raw));
    }

    pub(super) fn push(&mut self, item: Item<'a>) {
        let key = key::of(&item);
        self.delivery.items.push(Item { key, ..item });
    }
}

pub(super) fn plain<'a>(around: &Around<'a>, raw: &'a RawValue) -> Item<'a> {
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
        role: None,
        told: None,
        raw,
    }
}

impl<'a> Around<'a> {
    pub(super) fn describe(&mut self, metadata: Option<&'a RawValue>) {
        self.metadata = metadata;
        self.number = object(metadata).unwrap_or_default();
        self.phone_number_id = some(self.number.phone_number_id.clone());
    }
}

/// The members of a list; a single one may stand without its list, and a list in a list.
pub(super) fn each(raw: &RawValue) -> Vec<&RawValue> {
    let Some(all) = members(raw) else { return vec![raw] };
    let inner = |raw| members(raw).filter(|inner| !inner.is_empty()).unwrap_or_else(|| vec![raw]);
    all.into_iter().flat_map(inner).collect()
}

/// Who a person was and is, where a system message says so.
fn change<'a>(from: &Identity<'a>, system: Option<System<'a>>) -> Option<IdentityChange<'a>> {
    let system = system?;
    let is_move = |kind: &str| {
        ["user_changed_number", "customer_changed_number", "user_changed_user_id"].contains(&kind)
    };
    let moved = system.kind.0.as_deref().map_or(system.new_wa_id.0.is_some(), is_move);
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
    let Payment { transaction } = object::<Payment<'a>>(Some(payment))?;
    let transaction: Transaction<'a> = object(transaction)?;
    Some((some(transaction.id).unwrap_or_default(), some(transaction.status).unwrap_or_default()))
}

fn seconds(text: &Text<'_>) -> Option<Timestamp> {
    Timestamp::read(text.0.as_deref()?)
}
