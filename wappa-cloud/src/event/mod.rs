//! Events: what an item of a webhook means, in types. Reading never fails: what is not understood is `Unknown`, and
//! every event keeps its JSON.

mod body;
mod commerce;
mod content;
pub(crate) mod lax;
mod message;
mod read;
mod referral;
mod reply;
mod status;
mod system;

pub use self::{
    commerce::{
        Amount, Order, OrderItem, Payment, PaymentMethod, Product, Refund, Transaction, TransactionError,
        TransactionStatus,
    },
    content::{
        ButtonReply, Contact, ContactAddress, ContactEmail, ContactName, ContactOrg, ContactPhone,
        ContactUrl, Content, ListReply, Location, Media, Playback, QuickReply, ReceivedReaction, Tapped,
        Unsupported,
    },
    message::{Context, Forwarded, Message, Sender},
    referral::{ContactOrigin, Referral, ReferralSource, WelcomeMessage},
    reply::{AddressReply, CallPermissionReply, Edit, FlowReply, PermissionAnswer, PermissionSource, Revoke},
    status::{Conversation, ConversationOrigin, Pricing, PricingKind, PricingModel, Status, StatusState},
    system::{MetaError, MetaErrorItem, System, SystemKind, Unknown},
};
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
    /// Anything else.
    Unknown(Box<Unknown>),
}

impl Event {
    /// Reads what [`Item::to_bytes`](crate::Item::to_bytes) wrote. Of other bytes it makes [`Event::Unknown`].
    pub fn read(bytes: &[u8]) -> Self {
        read::read(bytes)
    }

    /// What it is.
    pub fn kind(&self) -> ItemKind {
        match self {
            Self::Message(_) => ItemKind::Message,
            Self::Status(_) => ItemKind::Status,
            Self::System(_) => ItemKind::System,
            Self::MetaError(_) => ItemKind::MetaError,
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
            Self::Unknown(unknown) => unknown.raw(),
        }
    }
}
