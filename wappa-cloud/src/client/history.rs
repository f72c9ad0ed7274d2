//! What became of messages and of the webhooks about them; not what they said (Meta: *Message history*). And what a number
//! from the WhatsApp Business app brings with it (Meta: *Onboarding WhatsApp Business app users*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::history::SyncType;
//! use wappa_cloud::{AccessToken, MessageId, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"messaging_product":"whatsapp","request_id":"r-1"}"#), (200, r#"{"data":[{"id":"9","message_id":"wamid.X","events":{"data":[{"id":"1","delivery_status":"delivered"}]}}]}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let history = graph.history(&token, &number);
//! history.sync(&SyncType::History).await?;
//! let records = history.of(&MessageId::from("wamid.X")).all().await?;
//! let events = records[0].events.as_ref().expect("what became of it");
//! assert_eq!(events.data[0].delivery_status.as_deref(), Some("delivered"));
//! # Ok(())
//! # }
//! ```

use serde_json::json;

use super::{
    Graph, GraphError, Listing,
    node::Node,
    open::{answers, words},
    subscriptions::AppName,
};
use crate::{
    id::{MessageId, ObjectId, PhoneNumberId},
    secret::AccessToken,
};

/// The messages of one number.
#[derive(Clone, Copy)]
pub struct History<'a>(Node<'a>);

answers! {
    /// What became of a message.
    pub struct MessageRecord {
        /// The id of the record.
        id: ObjectId,
        /// The message.
        message_id: Option<MessageId>,
        /// What happened to it, the first of it.
        events: Option<MessageEvents>,
    }

    /// What happened to a message.
    pub struct MessageEvents {
        /// One after the other.
        data: Vec<MessageEvent>,
    }

    /// Something that happened to a message.
    pub struct MessageEvent {
        /// Its id.
        id: Option<ObjectId>,
        /// `SENT`, `DELIVERED`, `READ`, `FAILED`…
        delivery_status: Option<String>,
        /// When, in seconds since the epoch.
        timestamp: Option<i64>,
        /// When it happened.
        occurrence_timestamp: Option<i64>,
        /// When Meta knew of it.
        status_timestamp: Option<i64>,
        /// What became of the webhook about it.
        webhook_update_state: Option<String>,
        /// Which app was told.
        application: Option<AppName>,
        /// Where it was told.
        webhook_uri: Option<String>,
    }

    /// An event and its place.
    pub struct MessageEventRow {
        /// Its place.
        cursor: Option<String>,
        /// The event.
        node: Option<MessageEvent>,
    }

    /// What was asked for. The webhooks about it name the same id.
    pub struct SyncRequest {
        /// Its id.
        request_id: Option<String>,
        /// Always `whatsapp`.
        messaging_product: Option<String>,
    }
}

words! {
    /// What a number from the WhatsApp Business app brings with it.
    pub enum SyncType {
        /// Contacts: webhooks `smb_app_state_sync`.
        Contacts = "smb_app_state_sync",
        /// Messages of the last 180 days: webhooks `history`.
        History = "history",
    }
}

impl Graph {
    /// What became of the messages of a number.
    pub fn history<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> History<'a> {
        History(Node::new(self, token, number.as_str()))
    }

    /// What happened to one message, by the id of its record. Only events of one status, if it is named.
    pub fn message_events<'a>(
        &'a self,
        token: &'a AccessToken,
        record: &'a ObjectId,
        status: Option<&str>,
    ) -> Listing<'a, MessageEventRow> {
        Node::new(self, token, record.as_str()).list("events").maybe("status_filter", status)
    }
}

impl<'a> History<'a> {
    /// All messages.
    pub fn list(self) -> Listing<'a, MessageRecord> {
        self.0.list("message_history")
    }

    /// One message.
    pub fn of(self, message: &MessageId) -> Listing<'a, MessageRecord> {
        self.list().query("message_id", message.as_str())
    }

    /// Has contacts or messages sent by webhook: each once, within 24 hours after the number was onboarded.
    ///
    /// # Errors
    /// Code 2593107: it was asked for before; 2593108: too late; 2593109: the business declined. Or no answer came.
    pub async fn sync(self, what: &SyncType) -> Result<SyncRequest, GraphError> {
        self.0.post("smb_app_data").product(&json!({ "sync_type": what })).answer().await
    }
}
