//! Calls: placed, taken, refused and ended, and who may be called (Meta: *Cloud API Calling*). What happens to them is told
//! by webhook.
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::calls::Session;
//! use wappa_cloud::{AccessToken, Address, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"messaging_product":"whatsapp","permission":{"status":"temporary","expiration_time":1767225600},"actions":[{"action_name":"start_call","can_perform_action":true}]}"#), (200, r#"{"messaging_product":"whatsapp","calls":[{"id":"wacid.A"}]}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let (calls, ann) = (graph.calls(&token, &number), Address::Number("+16505551234".into()));
//! if calls.permissions(&ann).await?.can("start_call") {
//!     let call = calls.connect(&ann, &Session::offer("v=0…"), Some("order-17")).await?;
//!     assert_eq!(call.as_str(), "wacid.A");
//! }
//! # Ok(())
//! # }
//! ```

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Graph, GraphError,
    check::wrong,
    node::Node,
    open::{answers, words},
};
use crate::{
    id::{CallId, PhoneNumberId},
    recipient::Address,
    secret::AccessToken,
};

/// The calls of one number.
#[derive(Clone, Copy)]
pub struct Calls<'a>(Node<'a>);

/// A session description by the rules of SDP (RFC 8866).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[must_use]
pub struct Session {
    sdp_type: &'static str,
    sdp: String,
}

impl Session {
    /// What is offered, to begin a call.
    pub fn offer(sdp: impl Into<String>) -> Self {
        Self { sdp_type: "offer", sdp: sdp.into() }
    }

    /// What is answered to an offer.
    pub fn answer(sdp: impl Into<String>) -> Self {
        Self { sdp_type: "answer", sdp: sdp.into() }
    }
}

answers! {
    /// Whether somebody may be called.
    pub struct CallPermissions {
        /// Whether they have permitted it.
        permission: Option<CallPermission>,
        /// What may be done now.
        actions: Vec<CallAction>,
        /// Always `whatsapp`.
        messaging_product: Option<String>,
    }

    /// Whether they have permitted it.
    pub struct CallPermission {
        /// Whether, and for how long.
        status: Option<PermissionStatus>,
        /// When it ends, in seconds since the epoch.
        expiration_time: Option<i64>,
    }

    /// Something that may or may not be done now.
    pub struct CallAction {
        /// What: `send_call_permission_request` or `start_call`.
        action_name: Option<String>,
        /// Whether.
        can_perform_action: Option<bool>,
        /// How often.
        limits: Vec<CallLimit>,
    }

    /// How often something may be done.
    pub struct CallLimit {
        /// In which time, like `PT24H`.
        time_period: Option<String>,
        /// How often in it.
        max_allowed: Option<u64>,
        /// How often it has been done.
        current_usage: Option<u64>,
        /// When the time begins again, in seconds since the epoch.
        limit_expiration_time: Option<i64>,
    }
}

answers! {
    /// The calls that were placed.
    struct Placed {
        calls: Vec<PlacedCall>,
    }

    /// One of them.
    struct PlacedCall {
        id: CallId,
    }
}

words! {
    /// Whether somebody has permitted calls.
    pub enum PermissionStatus {
        /// They have not.
        NoPermission = "no_permission",
        /// For some days.
        Temporary = "temporary",
        /// For good.
        Permanent = "permanent",
    }
}

impl CallPermissions {
    /// Whether this may be done now: `start_call` or `send_call_permission_request`.
    pub fn can(&self, action: &str) -> bool {
        self.actions
            .iter()
            .any(|row| row.action_name.as_deref() == Some(action) && row.can_perform_action == Some(true))
    }
}

impl Graph {
    /// The calls of a number.
    pub fn calls<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> Calls<'a> {
        Calls(Node::new(self, token, number.as_str()))
    }
}

impl Calls<'_> {
    /// Calls somebody. `opaque` (512 characters) comes back in the webhooks about the call.
    ///
    /// # Errors
    /// Code 138006: they have not permitted it; 138000: calling is not switched on. A group can't be called: nothing was
    /// sent. Or Meta refused it for another reason, or no answer came.
    pub async fn connect(
        self,
        to: &Address,
        session: &Session,
        opaque: Option<&str>,
    ) -> Result<CallId, GraphError> {
        let mut body = json!({ "action": "connect", "session": session });
        match to {
            Address::Number(number) => body["to"] = number.as_str().into(),
            Address::User(user) => body["recipient"] = user.as_str().into(),
            Address::Group(_) => return Err(wrong("a group can't be called")),
        }
        if let Some(opaque) = opaque {
            body["biz_opaque_callback_data"] = opaque.into();
        }
        let placed: Placed = self.0.post("calls").product(&body).answer().await?;
        placed.calls.into_iter().next().map(|call| call.id).ok_or_else(GraphError::incomplete)
    }

    /// Prepares to take a call: media begin to flow sooner once it is taken.
    ///
    /// # Errors
    /// The call has ended, Meta refused it for another reason, or no answer came.
    pub async fn pre_accept(self, call: &CallId, session: &Session) -> Result<(), GraphError> {
        self.act(json!({ "action": "pre_accept", "call_id": call, "session": session })).await
    }

    /// Takes a call. `opaque` comes back in the webhooks about the call.
    ///
    /// # Errors
    /// The call has ended, Meta refused it for another reason, or no answer came.
    pub async fn accept(
        self,
        call: &CallId,
        session: &Session,
        opaque: Option<&str>,
    ) -> Result<(), GraphError> {
        let mut body = json!({ "action": "accept", "call_id": call, "session": session });
        if let Some(opaque) = opaque {
            body["biz_opaque_callback_data"] = opaque.into();
        }
        self.act(body).await
    }

    /// Refuses a call.
    ///
    /// # Errors
    /// The call has ended, Meta refused it for another reason, or no answer came.
    pub async fn reject(self, call: &CallId) -> Result<(), GraphError> {
        self.act(json!({ "action": "reject", "call_id": call })).await
    }

    /// Ends a call.
    ///
    /// # Errors
    /// The call has ended, Meta refused it for another reason, or no answer came.
    pub async fn terminate(self, call: &CallId) -> Result<(), GraphError> {
        self.act(json!({ "action": "terminate", "call_id": call })).await
    }

    /// Whether somebody may be called. Asking too often is refused with code 613.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn permissions(self, of: &Address) -> Result<CallPermissions, GraphError> {
        let call = self.0.get("call_permissions");
        match of {
            Address::Number(number) => call.query("user_wa_id", number.trim_start_matches('+')),
            Address::User(user) => call.query("recipient", user.as_str()),
            Address::Group(_) => return Err(wrong("a group can't be called")),
        }
        .answer()
        .await
    }

    async fn act(self, body: Value) -> Result<(), GraphError> {
        self.0.post("calls").product(&body).done().await
    }
}
