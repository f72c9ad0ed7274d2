//! One item of a delivery, and the form in which it is stored: self-contained JSON, made by joining what came.

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::{
    key::DedupKey,
    peek::{Contact, Conversation, Metadata, Pricing, object, some},
};
use crate::{
    event::{self, Event, RawMessage, StatusState},
    time::Timestamp,
};

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ItemKind {
    /// A person's message.
    Message,
    /// What became of a message of ours.
    Status,
    /// A notice about a person, like a changed number.
    System,
    /// An error that belongs to no single message.
    MetaError,
    /// Something about a message template.
    Template,
    /// Something about the account, a number, a flow or a partner.
    Account,
    /// A call.
    Call,
    /// Something about a group.
    Group,
    /// A message the business sent by another way.
    Echo,
    /// A part of what was said before the number came here.
    History,
    /// A contact in the WhatsApp Business app.
    AppContact,
    /// What a person wants to get.
    Preference,
    /// What Meta noticed of a person's way from an advertisement.
    Signal,
    /// A conversation changed hands.
    Handover,
    /// What is said while another app has the conversation.
    Standby,
    /// Anything else.
    Unknown,
}

/// One item, as far as it must be understood to be stored and routed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Item<'a> {
    /// What it is.
    pub kind: ItemKind,
    /// The WhatsApp Business Account.
    pub waba_id: Option<Cow<'a, str>>,
    /// The business number.
    pub phone_number_id: Option<Cow<'a, str>>,
    /// The webhook field it came under.
    pub field: Option<Cow<'a, str>>,
    /// The id of the message.
    pub id: Option<Cow<'a, str>>,
    /// Who wrote, or whom a status is about.
    pub person: Option<Identity<'a>>,
    /// The group.
    pub group_id: Option<Cow<'a, str>>,
    /// Whether it was seen before.
    pub key: DedupKey,
    /// What a status says.
    pub status: Option<Box<StatusLine<'a>>>,
    /// Who a person was before and is now.
    pub change: Option<Box<IdentityChange<'a>>>,
    /// When it happened.
    pub timestamp: Option<Timestamp>,
    pub(super) time: Option<&'a RawValue>,
    pub(super) metadata: Option<&'a RawValue>,
    pub(super) contact: Option<&'a RawValue>,
    pub(super) role: Option<Role<'a>>,
    pub(super) told: Option<Box<Told<'a>>>,
    pub(crate) raw: &'a RawValue,
}

/// A message as it was read to be routed, with what stood around it.
#[derive(Debug, Clone)]
pub(super) struct Told<'a> {
    pub(super) message: RawMessage<'a>,
    pub(super) number: Metadata<'a>,
    pub(super) contact: Contact<'a>,
}

/// What an item other than a message is to be read as.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role<'a> {
    /// The list it stood in, or the field it is the value of.
    pub(super) place: &'static str,
    /// The field, where the same list is used by several.
    pub(super) field: &'static str,
    /// Errors that stand beside it.
    pub(super) errors: Option<&'a RawValue>,
}

/// What an item says about who a person is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity<'a> {
    /// The business-scoped user id.
    pub user_id: Option<Cow<'a, str>>,
    /// The parent business-scoped user id.
    pub parent_user_id: Option<Cow<'a, str>>,
    /// The WhatsApp id.
    pub wa_id: Option<Cow<'a, str>>,
    /// The username.
    pub username: Option<Cow<'a, str>>,
    /// The profile name.
    pub name: Option<Cow<'a, str>>,
}

impl Identity<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.user_id.is_none() && self.parent_user_id.is_none() && self.wa_id.is_none()
    }
}

/// The same person under other names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityChange<'a> {
    /// Before.
    pub previous: Identity<'a>,
    /// Now.
    pub current: Identity<'a>,
}

/// What a status says.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StatusLine<'a> {
    /// How far the message is.
    pub state: StatusState,
    /// What the sender of the message gave along.
    pub opaque: Option<Cow<'a, str>>,
    /// Meta's code, where it failed.
    pub error_code: Option<u32>,
    pub(super) word: Cow<'a, str>,
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) participant: Option<Cow<'a, str>>,
    /// The id and the status of a payment's transaction.
    pub(super) payment: Option<(Cow<'a, str>, Cow<'a, str>)>,
    pub(super) pricing: Option<&'a RawValue>,
    pub(super) conversation: Option<&'a RawValue>,
}

/// What a status says of the price of its message. Words that Meta left out are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Price<'a> {
    /// How messages are counted: `PMP`, each by itself, or `CBP`, by conversation.
    pub model: Cow<'a, str>,
    /// Whether it is free, and why, like `regular` or `free_customer_service`.
    pub kind: Cow<'a, str>,
    /// Like `utility` or `marketing`.
    pub category: Cow<'a, str>,
    /// Whether it is charged.
    pub billable: bool,
    /// The conversation it is billed under, where there is one.
    pub conversation: Option<Cow<'a, str>>,
    /// When that ends, where Meta tells.
    pub conversation_ends: Option<Timestamp>,
}

/// The keys of the stored form, which `Event::read` takes apart again.
pub(crate) mod stored {
    pub(crate) const KIND: &str = "kind";
    pub(crate) const WABA: &str = "waba";
    pub(crate) const FIELD: &str = "field";
    pub(crate) const METADATA: &str = "metadata";
    pub(crate) const CONTACT: &str = "contact";
    pub(crate) const ITEM: &str = "item";
    /// Of items other than messages, statuses, notices and errors: where they stood.
    pub(crate) const PLACE: &str = "place";
    /// Of those: Meta's name of the field they belong to, whatever name they came under.
    pub(crate) const KNOWN_FIELD: &str = "known_field";
    /// When the entry was made, where Meta tells.
    pub(crate) const TIME: &str = "time";
    /// Of those: errors that stood beside them.
    pub(crate) const ERRORS: &str = "errors";
}

impl ItemKind {
    /// Every kind, the most frequent first.
    pub const ALL: [Self; 16] = [
        Self::Message,
        Self::Status,
        Self::System,
        Self::MetaError,
        Self::Template,
        Self::Account,
        Self::Call,
        Self::Group,
        Self::Echo,
        Self::History,
        Self::AppContact,
        Self::Preference,
        Self::Signal,
        Self::Handover,
        Self::Standby,
        Self::Unknown,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Status => "status",
            Self::System => "system",
            Self::MetaError => "error",
            Self::Template => "template",
            Self::Account => "account",
            Self::Call => "call",
            Self::Group => "group",
            Self::Echo => "echo",
            Self::History => "history",
            Self::AppContact => "app_contact",
            Self::Preference => "preference",
            Self::Signal => "signal",
            Self::Handover => "handover",
            Self::Standby => "standby",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn from_str(word: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap_or(Self::Unknown)
    }
}

impl<'a> StatusLine<'a> {
    /// What its message costs, where Meta tells; read when it is asked for.
    pub fn price(&self) -> Option<Price<'a>> {
        let pricing: Pricing<'a> = object(Some(self.pricing?))?;
        let conversation: Conversation<'a> = object(self.conversation).unwrap_or_default();
        Some(Price {
            model: some(pricing.model).unwrap_or_default(),
            kind: some(pricing.kind).unwrap_or_default(),
            category: some(pricing.category).unwrap_or_default(),
            billable: pricing.billable.is_some_and(|billable| billable.get() == "true"),
            conversation: some(conversation.id),
            conversation_ends: some(conversation.ends)
                .and_then(|ends| ends.parse().ok())
                .map(Timestamp::from_secs),
        })
    }

    /// Whether it is about a message, and not about a payment or a call.
    pub fn is_about_message(&self) -> bool {
        self.payment.is_none() && self.kind.as_deref().is_none_or(|kind| kind == "message")
    }
}

impl Item<'_> {
    /// The same as something nobody understands, for one that cannot be placed.
    pub fn as_unknown(&self) -> Self {
        Self { kind: ItemKind::Unknown, told: None, ..self.clone() }
    }

    /// What [`Event::read_shared`] would make of `stored`, which [`to_bytes`](Self::to_bytes) wrote, where enough is known
    /// to do without reading again.
    pub fn event(&self, stored: &Bytes) -> Option<Event> {
        let Told { message, number, contact } = &**self.told.as_ref()?;
        Some(event::message_of(number, contact, message, stored))
    }

    /// The item with everything around it that belongs to it, as one JSON object. What Meta sent is in it byte for byte.
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts = [
            (stored::TIME, self.time),
            (stored::METADATA, self.metadata),
            (stored::CONTACT, self.contact),
            (stored::ITEM, Some(self.raw)),
        ];
        let size: usize = parts.iter().filter_map(|(_, raw)| raw.map(|raw| raw.get().len() + 16)).sum();
        let mut bytes = Vec::with_capacity(size + 64);
        bytes.extend_from_slice(b"{\"");
        bytes.extend_from_slice(stored::KIND.as_bytes());
        bytes.extend_from_slice(b"\":\"");
        bytes.extend_from_slice(self.kind.as_str().as_bytes());
        bytes.push(b'"');
        for (key, text) in [(stored::WABA, &self.waba_id), (stored::FIELD, &self.field)] {
            if let Some(text) = text {
                put_key(&mut bytes, key);
                put_text(&mut bytes, text);
            }
        }
        if let Some(role) = &self.role {
            role.put(&mut bytes);
        }
        for (key, raw) in parts {
            if let Some(raw) = raw {
                put_key(&mut bytes, key);
                bytes.extend_from_slice(raw.get().as_bytes());
            }
        }
        bytes.push(b'}');
        bytes
    }
}

impl Role<'_> {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_key(bytes, stored::PLACE);
        put_text(bytes, self.place);
        put_key(bytes, stored::KNOWN_FIELD);
        put_text(bytes, self.field);
        if let Some(raw) = self.errors {
            put_key(bytes, stored::ERRORS);
            bytes.extend_from_slice(raw.get().as_bytes());
        }
    }
}

fn put_key(bytes: &mut Vec<u8>, key: &str) {
    bytes.extend_from_slice(b",\"");
    bytes.extend_from_slice(key.as_bytes());
    bytes.extend_from_slice(b"\":");
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.') {
        bytes.push(b'"');
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(b'"');
        return;
    }
    match serde_json::to_string(text) {
        Ok(json) => bytes.extend_from_slice(json.as_bytes()),
        Err(_) => bytes.extend_from_slice(b"null"),
    }
}
