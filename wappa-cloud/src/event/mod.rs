//! Events: what an item of a webhook means, in types. Reading never fails: what is not understood is `Unknown`, and
//! every event keeps its JSON.

mod account;
mod body;
mod call;
mod commerce;
mod content;
mod echo;
mod flow;
mod group;
mod handover;
pub(crate) mod lax;
mod message;
mod number;
mod partner;
mod preference;
mod quick;
mod read;
mod referral;
mod reply;
pub(crate) mod rest;
mod status;
mod system;
mod template;
mod write;

pub use self::{
    account::*,
    call::*,
    commerce::{
        Amount, Order, OrderItem, Payment, PaymentMethod, Product, Refund, Transaction, TransactionError,
        TransactionStatus,
    },
    content::{
        ButtonReply, Contact, ContactAddress, ContactEmail, ContactName, ContactOrg, ContactPhone,
        ContactUrl, Content, ListReply, Location, Media, Playback, QuickReply, ReceivedReaction, Tapped,
        Unsupported,
    },
    echo::*,
    flow::*,
    group::*,
    handover::*,
    message::{Context, Forwarded, Message, Sender},
    number::*,
    partner::*,
    preference::*,
    referral::{ContactOrigin, Referral, ReferralSource, WelcomeMessage},
    reply::{AddressReply, CallPermissionReply, Edit, FlowReply, PermissionAnswer, PermissionSource, Revoke},
    status::{Conversation, ConversationOrigin, Pricing, PricingKind, PricingModel, Status, StatusState},
    system::{MetaError, MetaErrorItem, System, SystemKind, Unknown},
    template::*,
};
pub(crate) use self::{
    quick::quick,
    read::{RawMessage, message_of},
};
use bytes::Bytes;

use crate::{raw::RawJson, webhook::ItemKind};

/// One thing that happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A person's message.
    Message(Box<Message>),
    /// What became of a message of ours.
    Status(Box<Status>),
    /// A notice about a person.
    System(Box<System>),
    /// An error that belongs to no single message.
    MetaError(Box<MetaError>),
    /// Something about a message template.
    Template(Box<TemplateUpdate>),
    /// Something about the account, a number, a flow or a partner.
    Account(Box<AccountUpdate>),
    /// A call.
    Call(Box<Call>),
    /// Something about a group.
    Group(Box<GroupUpdate>),
    /// A message the business sent by another way.
    Echo(Box<Echo>),
    /// A part of what was said before the number came here.
    History(Box<History>),
    /// A contact in the WhatsApp Business app.
    AppContact(Box<AppContact>),
    /// What a person wants to get.
    Preference(Box<Preference>),
    /// What Meta noticed of a person's way from an advertisement.
    Signal(Box<Signal>),
    /// A conversation changed hands.
    Handover(Box<Handover>),
    /// What is said while another app has the conversation.
    Standby(Box<Standby>),
    /// Anything else.
    Unknown(Box<Unknown>),
}

impl Event {
    /// Reads what [`Item::to_bytes`](crate::Item::to_bytes) wrote. Of other bytes it makes [`Event::Unknown`].
    pub fn read(bytes: &[u8]) -> Self {
        read::read(&Bytes::copy_from_slice(bytes))
    }

    /// The same without a copy: the event's raw JSON is a part of these bytes.
    pub fn read_shared(bytes: &Bytes) -> Self {
        read::read(bytes)
    }

    /// What it is.
    pub fn kind(&self) -> ItemKind {
        match self {
            Self::Message(_) => ItemKind::Message,
            Self::Status(_) => ItemKind::Status,
            Self::System(_) => ItemKind::System,
            Self::MetaError(_) => ItemKind::MetaError,
            Self::Template(_) => ItemKind::Template,
            Self::Account(_) => ItemKind::Account,
            Self::Call(_) => ItemKind::Call,
            Self::Group(_) => ItemKind::Group,
            Self::Echo(_) => ItemKind::Echo,
            Self::History(_) => ItemKind::History,
            Self::AppContact(_) => ItemKind::AppContact,
            Self::Preference(_) => ItemKind::Preference,
            Self::Signal(_) => ItemKind::Signal,
            Self::Handover(_) => ItemKind::Handover,
            Self::Standby(_) => ItemKind::Standby,
            Self::Unknown(_) => ItemKind::Unknown,
        }
    }

    /// The item's JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        match self {
            Self::Message(message) => message.raw(),
            Self::Status(status) => status.raw(),
            Self::System(system) => system.raw(),
            Self::MetaError(error) => error.raw(),
            Self::Template(it) => it.raw(),
            Self::Account(it) => it.raw(),
            Self::Call(it) => it.raw(),
            Self::Group(it) => it.raw(),
            Self::Echo(it) => it.raw(),
            Self::History(it) => it.raw(),
            Self::AppContact(it) => it.raw(),
            Self::Preference(it) => it.raw(),
            Self::Signal(it) => it.raw(),
            Self::Handover(it) => it.raw(),
            Self::Standby(it) => it.raw(),
            Self::Unknown(unknown) => unknown.raw(),
        }
    }
}
