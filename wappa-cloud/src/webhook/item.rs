//! One item of a delivery, and the form in which it is stored: self-contained JSON, made by joining what came.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::key::DedupKey;
use crate::{event::StatusState, time::Timestamp};

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
    pub(super) raw: &'a RawValue,
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
}

/// The keys of the stored form, which `Event::read` takes apart again.
pub(crate) mod stored {
    pub(crate) const KIND: &str = "kind";
    pub(crate) const WABA: &str = "waba";
    pub(crate) const FIELD: &str = "field";
    pub(crate) const METADATA: &str = "metadata";
    pub(crate) const CONTACT: &str = "contact";
    pub(crate) const ITEM: &str = "item";
}

impl ItemKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Status => "status",
            Self::System => "system",
            Self::MetaError => "error",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn from_str(word: &str) -> Self {
        [Self::Message, Self::Status, Self::System, Self::MetaError]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .unwrap_or(Self::Unknown)
    }
}

impl StatusLine<'_> {
    /// Whether it is about a message, and not about a payment or a call.
    pub fn is_about_message(&self) -> bool {
        self.payment.is_none() && self.kind.as_deref().is_none_or(|kind| kind == "message")
    }
}

impl Item<'_> {
    /// The same as something nobody understands, for one that cannot be placed.
    pub fn as_unknown(&self) -> Self {
        Self { kind: ItemKind::Unknown, ..self.clone() }
    }

    /// The item with everything around it that belongs to it, as one JSON object. What Meta sent is in it byte for byte.
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts = [
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
