//! What became of a message of ours.

use super::{
    commerce::Payment,
    lax::{facts, words},
    message::Sender,
    system::MetaErrorItem,
};
use crate::{
    id::{GroupId, MessageId, PhoneNumberId},
    raw::RawJson,
    time::Timestamp,
};

/// What became of a message of ours (Meta: *messages webhook reference, statuses*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Status {
    /// The message; empty where Meta left it out.
    pub id: MessageId,
    /// The number it left from.
    pub phone_number_id: Option<PhoneNumberId>,
    /// What it is about, in Meta's word: `payment`, `call`, or in old versions `message`.
    pub kind: Option<String>,
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
    /// What became of a payment.
    pub payment: Option<Box<Payment>>,
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
    /// Meta warns about it, in old versions.
    Warning,
    /// Of a payment: the money is there.
    Captured,
    /// Of a payment: it is under way.
    Pending,
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
            "warning" => Self::Warning,
            "captured" => Self::Captured,
            "pending" => Self::Pending,
            other if other.bytes().any(|letter| letter.is_ascii_uppercase()) => {
                match Self::from(&*other.to_ascii_lowercase()) {
                    Self::Other(_) => Self::Other(other.to_owned()),
                    known => known,
                }
            }
            other => Self::Other(other.to_owned()),
        }
    }
}

facts! {
    /// What a message costs.
    pub struct Pricing {
        /// How it is counted.
        pricing_model: Option<PricingModel>,
        /// Whether it is free, and why.
        kind as "type": Option<PricingKind>,
        /// Like `utility` or `marketing`.
        category: Option<String>,
        /// Whether it is charged.
        billable: Option<bool>,
    }
    /// A billed conversation.
    pub struct Conversation {
        /// Its id.
        id: Option<String>,
        /// When it ends; told when the message was sent.
        expires as "expiration_timestamp": Option<Timestamp>,
        /// Who began it.
        origin: Option<ConversationOrigin>,
    }
    /// Who began a conversation.
    pub struct ConversationOrigin {
        /// Like `utility`, `referral_conversion` or `service`.
        kind as "type": Option<String>,
    }
}

words! {
    /// How messages are counted.
    pub enum PricingModel {
        /// Each message by itself.
        PerMessage = "PMP",
        /// By conversation, until July 2025.
        PerConversation = "CBP",
    }
    /// Whether a message is free, and why.
    pub enum PricingKind {
        /// It is charged.
        Regular = "regular",
        /// It is an answer within the customer service window.
        FreeCustomerService = "free_customer_service",
        /// It is within the free entry point window.
        FreeEntryPoint = "free_entry_point",
    }
}
