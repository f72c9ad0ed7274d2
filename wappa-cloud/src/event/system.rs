//! Notices: about persons, errors without a message, and what is not understood.

use serde_json::value::RawValue;

use super::{
    lax::{FromJson, facts, members, word},
    message::Sender,
};
use crate::{
    code::{Code, ErrorKind, Retry, classify, lookup},
    id::{MessageId, PhoneNumberId, WabaId},
    raw::RawJson,
    time::Timestamp,
};

/// A notice about a person (Meta: *System messages*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct System {
    /// Its id; empty where Meta gives none.
    pub id: MessageId,
    /// The number it came to.
    pub phone_number_id: Option<PhoneNumberId>,
    /// The person, under the name they had before.
    pub from: Sender,
    /// What changed.
    pub kind: SystemKind,
    /// The person under the name they have now.
    pub now: Sender,
    /// Meta's sentence about it.
    pub body: Option<String>,
    /// When.
    pub timestamp: Option<Timestamp>,
    pub(super) raw: RawJson,
}

impl System {
    /// Its JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// What a system message tells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SystemKind {
    /// The person has another phone number.
    UserChangedNumber,
    /// The person has another business-scoped user id.
    UserChangedUserId,
    /// The person's identity key changed.
    IdentityChanged,
    /// Another word of Meta's.
    Other(String),
}

impl From<&str> for SystemKind {
    fn from(word: &str) -> Self {
        match word {
            "user_changed_number" | "customer_changed_number" => Self::UserChangedNumber,
            "user_changed_user_id" => Self::UserChangedUserId,
            "user_identity_changed" | "customer_identity_changed" => Self::IdentityChanged,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// An error that belongs to no single message.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MetaError {
    /// The number it is about.
    pub phone_number_id: Option<PhoneNumberId>,
    /// The error.
    pub error: MetaErrorItem,
    pub(super) raw: RawJson,
}

impl MetaError {
    /// Its JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// An error as webhooks report it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetaErrorItem {
    /// Meta's code; 0 where Meta left it out.
    pub code: u32,
    /// A title, which Meta means to drop.
    pub title: Option<String>,
    /// A sentence.
    pub message: Option<String>,
    /// What exactly is wrong.
    pub details: Option<String>,
    /// Meta's page about it.
    pub href: Option<String>,
}

impl MetaErrorItem {
    /// What it is about: the same as if a call had been refused with this code.
    pub fn kind(&self) -> ErrorKind {
        classify(self.code).map_or(ErrorKind::Unknown, |(kind, _)| kind)
    }

    /// Whether trying again can help: the same as if a call had been refused with this code.
    pub fn retry(&self) -> Retry {
        classify(self.code).map_or(Retry::FixFirst, |(_, retry)| retry)
    }

    /// What is known of the code.
    pub fn known(&self) -> Option<&'static Code> {
        lookup(self.code)
    }
}

/// Something this version has no type for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Unknown {
    /// The WhatsApp Business Account.
    pub waba_id: Option<WabaId>,
    /// The number, where it is about one.
    pub phone_number_id: Option<PhoneNumberId>,
    /// The webhook field it came under.
    pub field: Option<String>,
    pub(super) raw: RawJson,
}

impl Unknown {
    /// Its JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

facts! {
    struct RawError {
        code: Option<u32>,
        title: Option<String>,
        message: Option<String>,
        details as "error_data" | "details": Option<Details>,
        href: Option<String>,
    }
}

/// `{"details": "…"}`, or the text itself as in old versions.
#[derive(Debug, Clone, PartialEq)]
struct Details(String);

impl FromJson for Details {
    fn from_json(raw: &RawValue) -> Option<Self> {
        let Some(members) = members(raw) else { return word(raw).map(Self) };
        members.into_iter().find(|(key, _)| key == "details").and_then(|(_, raw)| word(raw)).map(Self)
    }
}

impl FromJson for MetaErrorItem {
    fn from_json(raw: &RawValue) -> Option<Self> {
        let sentence = || Some(RawError { message: Some(word(raw)?), ..RawError::default() });
        let said = RawError::from_json(raw).or_else(sentence)?;
        let RawError { code, title, message, details, href } = said;
        let details = details.map(|it| it.0);
        Some(Self { code: code.unwrap_or_default(), title, message, details, href })
    }
}
