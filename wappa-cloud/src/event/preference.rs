//! What a person wants and does: whether they want advertising, what they tapped, what they bought.

use super::{
    lax::{facts, words},
    message::Sender,
};
use crate::{
    id::{MessageId, PhoneNumberId},
    raw::RawJson,
    time::Timestamp,
};

/// A person wants, or no longer wants, some kind of message (Meta: *user_preferences*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Preference {
    /// The business number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// Who.
    pub person: Sender,
    /// What kind of message, like `marketing_messages`.
    pub category: Option<String>,
    /// Whether it is wanted.
    pub value: Option<PreferenceValue>,
    /// Meta's sentence about it.
    pub detail: Option<String>,
    /// When.
    pub timestamp: Option<Timestamp>,
    pub(super) raw: RawJson,
}

/// What Meta noticed of a person's way from an advertisement: a tapped link, a lead, a purchase.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Signal {
    /// The business number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// Who, where Meta tells.
    pub person: Sender,
    /// When.
    pub timestamp: Option<Timestamp>,
    /// What it was.
    pub kind: SignalKind,
    pub(super) raw: RawJson,
}

/// What Meta noticed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SignalKind {
    /// A link in a marketing message was tapped (Meta: *user_actions*).
    LinkClick(LinkClick),
    /// A conversation led to something (Meta: *automatic_events*).
    Automatic(AutomaticEvent),
    /// Something else, in Meta's word.
    Other(String),
}

impl Preference {
    /// Its JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

impl Signal {
    /// Its JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

facts! {
    /// A tap on a link in a marketing message.
    pub struct LinkClick {
        /// Which part of the message: `cta` or `body`.
        component as "click_component": Option<String>,
        /// The product.
        product_id: Option<String>,
        /// The tap.
        click_id: Option<String>,
        /// What the message was tracked by.
        tracking_token: Option<String>,
        /// The browser.
        user_agent as "client_user_agent": Option<String>,
    }
    /// What a conversation led to.
    pub struct AutomaticEvent {
        /// The message it was noticed in.
        message_id as "id": Option<MessageId>,
        /// What it is.
        name as "event_name": Option<AutomaticEventName>,
        /// The click on the ad that began the conversation.
        ctwa_clid: Option<String>,
        /// For how much.
        data as "custom_data": Option<Worth>,
    }
    /// How much something is worth.
    pub struct Worth {
        /// Three letters, as in ISO 4217.
        currency: Option<String>,
        /// How much.
        value: Option<f64>,
    }
    pub(super) struct RawPreference {
        category: Option<String>,
        value: Option<PreferenceValue>,
        detail: Option<String>,
        timestamp: Option<Timestamp>,
    }
    pub(super) struct RawAction {
        kind as "action_type": Option<String>,
        timestamp: Option<Timestamp>,
        click as "marketing_messages_link_click_data": Option<LinkClick>,
    }
}

words! {
    /// Whether a kind of message is wanted.
    pub enum PreferenceValue {
        /// No more of them.
        Stop = "stop",
        /// They are welcome again.
        Resume = "resume",
    }
    /// What a conversation led to.
    pub enum AutomaticEventName {
        /// Somebody became a prospect.
        LeadSubmitted = "LeadSubmitted",
        /// Somebody bought.
        Purchase = "Purchase",
    }
}
