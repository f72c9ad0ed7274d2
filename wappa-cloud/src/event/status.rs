//! What became of a message of ours.

use serde::Deserialize;

use super::{message::Sender, read::lax_string, system::MetaErrorItem};
use crate::{
    id::{GroupId, MessageId, PhoneNumberId},
    raw::RawJson,
    time::Timestamp,
};

/// What became of a message of ours (Meta: *messages webhook reference, statuses*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Status {
    /// The message.
    pub id: MessageId,
    /// The number it left from.
    pub phone_number_id: PhoneNumberId,
    /// How far it is.
    pub state: StatusState,
    /// When.
    pub timestamp: Option<Timestamp>,
    /// Whom it went to; in a group, the participant.
    pub recipient: Sender,
    /// The group it went to.
    pub group_id: Option<GroupId>,
    /// Why it failed.
    pub errors: Vec<MetaErrorItem>,
    /// What the message was sent with as `biz_opaque_callback_data`.
    pub opaque: Option<String>,
    /// What it costs.
    pub pricing: Option<Pricing>,
    /// The conversation it is billed under; absent since v24.0 except for free entry points.
    pub conversation: Option<Conversation>,
    pub(super) raw: RawJson,
}

impl Status {
    /// Its JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// How far a message is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatusState {
    /// On its way.
    Sent,
    /// On the person's device.
    Delivered,
    /// Seen.
    Read,
    /// A voice message was heard.
    Played,
    /// It will not arrive; the errors say why.
    Failed,
    /// The person deleted it.
    Deleted,
    /// Another word of Meta's.
    Other(String),
}

impl From<&str> for StatusState {
    fn from(word: &str) -> Self {
        match word {
            "sent" => Self::Sent,
            "delivered" => Self::Delivered,
            "read" => Self::Read,
            "played" => Self::Played,
            "failed" => Self::Failed,
            "deleted" => Self::Deleted,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// What a message costs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Pricing {
    /// `PMP` (per message) or `CBP` (per conversation).
    #[serde(default, deserialize_with = "lax_string")]
    pub pricing_model: Option<String>,
    /// `regular`, `free_customer_service` or `free_entry_point`.
    #[serde(default, rename = "type", deserialize_with = "lax_string")]
    pub kind: Option<String>,
    /// Like `utility` or `marketing`.
    #[serde(default, deserialize_with = "lax_string")]
    pub category: Option<String>,
    /// Whether it is charged.
    #[serde(default)]
    pub billable: Option<bool>,
}

/// A billed conversation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Conversation {
    /// Its id.
    #[serde(default, deserialize_with = "lax_string")]
    pub id: Option<String>,
    /// When it ends, in seconds since the epoch.
    #[serde(default, deserialize_with = "lax_string")]
    pub expiration_timestamp: Option<String>,
}
