//! Numbers that are also in use in the WhatsApp Business app (coexistence): what was said there, to whom, and before.

use super::{
    content::Content,
    lax::{facts, words},
    message::{Context, Message, Sender},
    system::MetaErrorItem,
};
use crate::{
    id::{MessageId, ParentUserId, PhoneNumberId, UserId, WaId, WabaId},
    raw::RawJson,
    time::Timestamp,
};

/// A message that the business sent by another way than this bot, such as from the app (Meta: *smb_message_echoes*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Echo {
    /// Its id; empty where Meta left it out.
    pub id: MessageId,
    /// The number it left from.
    pub phone_number_id: Option<PhoneNumberId>,
    /// Whom it went to.
    pub to: Sender,
    /// When it was sent.
    pub timestamp: Option<Timestamp>,
    /// What it contains.
    pub content: Content,
    /// What it refers to.
    pub context: Option<Context>,
    /// Why some of it is missing.
    pub errors: Vec<MetaErrorItem>,
    pub(super) raw: RawJson,
}

/// A part of what was said before the number came here (Meta: *history*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct History {
    /// The account.
    pub waba_id: Option<WabaId>,
    /// The number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// What it is.
    pub part: HistoryPart,
    pub(super) raw: RawJson,
}

/// What a part of the history is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum HistoryPart {
    /// Conversations.
    Chunk(HistoryChunk),
    /// The business does not share its history, or another error.
    Declined(Vec<MetaErrorItem>),
    /// A message of a person's whose file was left out of its chunk.
    Message(Box<Message>),
    /// A message of the business's whose file was left out of its chunk.
    Echo(Box<Echo>),
}

/// Conversations of one time. Chunks come in any order.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HistoryChunk {
    /// 0 is the last day, 1 the last 90 days, 2 the last 180.
    pub phase: Option<u32>,
    /// Its place among the chunks of its phase.
    pub order: Option<u32>,
    /// How much of all has come, in a hundred.
    pub progress: Option<u32>,
    /// The conversations.
    pub threads: Vec<HistoryThread>,
}

/// A conversation of before.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HistoryThread {
    /// With whom.
    pub with: Sender,
    /// What was said, both ways.
    pub messages: Vec<HistoryMessage>,
}

/// A message of before.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HistoryMessage {
    /// Its id; empty where Meta left it out.
    pub id: MessageId,
    /// Who wrote it: the person or the business number.
    pub from: Option<WaId>,
    /// Whom it went to; told of the business's own messages.
    pub to: Option<WaId>,
    /// When it was written.
    pub timestamp: Option<Timestamp>,
    /// What it contains.
    pub content: Content,
    /// What it refers to.
    pub context: Option<Context>,
    /// How far it had come.
    pub status: Option<HistoryStatus>,
    /// Why some of it is missing.
    pub errors: Vec<MetaErrorItem>,
}

/// A contact in the WhatsApp Business app was added, changed or removed (Meta: *smb_app_state_sync*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AppContact {
    /// The number whose app it is.
    pub phone_number_id: Option<PhoneNumberId>,
    /// What happened to it.
    pub action: Option<ContactAction>,
    /// Who it is.
    pub contact: ContactEntry,
    /// When.
    pub timestamp: Option<Timestamp>,
    pub(super) raw: RawJson,
}

macro_rules! raw {
    ($($name:ident),*) => {$(
        impl $name {
            /// Its JSON as Meta sent it.
            pub fn raw(&self) -> &RawJson {
                &self.raw
            }
        }
    )*};
}

raw!(Echo, History, AppContact);

facts! {
    /// Somebody in the app's address book.
    pub struct ContactEntry {
        /// The whole name.
        full_name: Option<String>,
        /// The first name.
        first_name: Option<String>,
        /// The phone number, as it is written.
        phone_number: Option<String>,
        /// The business-scoped user id.
        user_id: Option<UserId>,
        /// The parent business-scoped user id.
        parent_user_id: Option<ParentUserId>,
        /// The username.
        username: Option<String>,
    }
    pub(super) struct RawAppContact {
        contact: Option<ContactEntry>,
        action: Option<ContactAction>,
        metadata: Option<At>,
    }
    pub(super) struct At {
        timestamp: Option<Timestamp>,
    }
    pub(super) struct RawEcho {
        id: Option<MessageId>,
        to: Option<WaId>,
        to_user_id: Option<UserId>,
        to_parent_user_id: Option<ParentUserId>,
        timestamp: Option<Timestamp>,
        kind as "type": Option<String>,
        context: Option<Context>,
        errors: Vec<MetaErrorItem>,
    }
    pub(super) struct RawHistory {
        metadata: Option<RawProgress>,
        threads: Vec<RawThread>,
        errors: Vec<MetaErrorItem>,
    }
    pub(super) struct RawProgress {
        phase: Option<u32>,
        order as "chunk_order": Option<u32>,
        progress: Option<u32>,
    }
    pub(super) struct RawThread {
        id: Option<WaId>,
        context: Option<RawWith>,
        messages: Vec<RawJson>,
    }
    pub(super) struct RawWith {
        wa_id: Option<WaId>,
        user_id: Option<UserId>,
        parent_user_id: Option<ParentUserId>,
        username: Option<String>,
    }
    pub(super) struct RawHistoryMessage {
        id: Option<MessageId>,
        from: Option<WaId>,
        to: Option<WaId>,
        timestamp: Option<Timestamp>,
        kind as "type": Option<String>,
        context: Option<Context>,
        history as "history_context": Option<RawHistoryContext>,
        errors: Vec<MetaErrorItem>,
    }
    pub(super) struct RawHistoryContext {
        status: Option<HistoryStatus>,
    }
}

words! {
    /// How far a message of before had come.
    pub enum HistoryStatus {
        /// It was waiting.
        Pending = "PENDING",
        /// It was on its way.
        Sent = "SENT",
        /// It was on the device.
        Delivered = "DELIVERED",
        /// It was seen.
        Read = "READ",
        /// It was heard.
        Played = "PLAYED",
        /// It never went.
        Error = "ERROR",
    }
    /// What happened to a contact.
    pub enum ContactAction {
        /// It was added or changed.
        Add = "add",
        /// It was removed.
        Remove = "remove",
    }
}
