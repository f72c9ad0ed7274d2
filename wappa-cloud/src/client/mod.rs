//! The Graph client: typed calls over any transport. Each makes one attempt; trying again is for those who know what a
//! repetition would do.
//!
//! Messages and media are sent by methods of [`Graph`] itself. Everything else is in families, one module each, which are
//! reached by naming the token and the object: `graph.automation(&token, &number).set(&components)`.
//!
//! Answers are open-world: what Meta adds is in `rest`, a word this version does not know is `Other`, and a field of
//! another kind than it should be is left in `rest`, too.

#[cfg(feature = "client")]
mod address;
pub mod analytics;
pub mod automation;
pub mod blocks;
pub mod business;
pub mod calls;
mod check;
pub mod commerce;
pub mod compliance;
pub mod encryption;
mod error;
#[cfg(feature = "flows")]
mod flow_media;
pub mod flows;
pub mod groups;
pub mod health;
pub mod history;
#[cfg(feature = "client")]
mod http;
mod listing;
pub mod media;
mod node;
pub mod numbers;
mod open;
pub mod preverified;
pub mod profile;
pub mod qr;
pub mod registration;
pub mod settings;
pub mod solutions;
pub mod subscriptions;
pub mod templates;
pub mod tokens;
pub mod uploads;
#[cfg(feature = "client")]
mod usage;
pub mod usernames;
pub mod waba;

use std::sync::Arc;

use ::http::Method;
use bytes::Bytes;
use serde::Deserialize;

pub use self::error::{Certainty, Garbled, GraphError};
#[cfg(feature = "client")]
pub use self::http::{HttpConfig, HttpTransport};
pub use self::{
    listing::{Listing, Page},
    media::MediaInfo,
    node::Switch,
    open::Rest,
};
use crate::{
    draft::Endpoint,
    id::{MessageId, PhoneNumberId, UserId, WaId},
    secret::AccessToken,
    transport::{GraphRequest, GraphResponse, RequestBody, Target, Transport},
};

/// The Graph API, typed. Cheap to clone.
#[derive(Clone)]
pub struct Graph {
    transport: Arc<dyn Transport>,
}

/// A message that Meta accepted, which is not to say delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted {
    /// Its id.
    pub id: MessageId,
    /// The recipient's WhatsApp id, where Meta tells it.
    pub wa_id: Option<WaId>,
    /// The recipient's business-scoped user id, where it was sent to one.
    pub user_id: Option<UserId>,
    /// For templates: `accepted`, `held_for_quality_assessment` or `paused`.
    pub message_status: Option<String>,
}

#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    contacts: Vec<SentContact>,
    #[serde(default)]
    messages: Vec<SentMessage>,
}

#[derive(Deserialize)]
struct SentContact {
    #[serde(default)]
    wa_id: Option<WaId>,
    #[serde(default)]
    user_id: Option<UserId>,
}

#[derive(Deserialize)]
struct SentMessage {
    id: MessageId,
    #[serde(default)]
    message_status: Option<String>,
}

#[derive(Deserialize)]
struct Success {
    #[serde(default)]
    success: bool,
}

impl Graph {
    /// Over this transport.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }

    /// Sends a message: `POST /{phone-number-id}/messages` with the JSON of a draft.
    ///
    /// # Errors
    /// Meta refused it, or no answer came; [`GraphError::certainty`] says whether Meta may have it.
    pub async fn send(
        &self,
        token: &AccessToken,
        number: &PhoneNumberId,
        body: Bytes,
    ) -> Result<Accepted, GraphError> {
        self.send_to(token, number, Endpoint::Messages, body).await
    }

    /// Sends a message to the endpoint its draft is for.
    ///
    /// # Errors
    /// As for [`Graph::send`].
    pub async fn send_to(
        &self,
        token: &AccessToken,
        number: &PhoneNumberId,
        endpoint: Endpoint,
        body: Bytes,
    ) -> Result<Accepted, GraphError> {
        let sent: Sent = self.post(token, format!("{number}/{}", endpoint.as_str()), body).await?;
        let message = sent.messages.into_iter().next().ok_or_else(GraphError::incomplete)?;
        let contact = sent.contacts.into_iter().next();
        let (wa_id, user_id) = contact.map_or((None, None), |contact| (contact.wa_id, contact.user_id));
        Ok(Accepted { id: message.id, wa_id, user_id, message_status: message.message_status })
    }

    /// Marks a message, and those before it, as read; with [`Typing::On`](crate::Typing::On) also shows "typing…".
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn mark_read(
        &self,
        token: &AccessToken,
        number: &PhoneNumberId,
        message: &MessageId,
        typing: crate::Typing,
    ) -> Result<(), GraphError> {
        let body = crate::draft::mark_read_json(message, typing);
        self.post::<Success>(token, format!("{number}/messages"), body).await?.confirmed()
    }

    fn post<T: for<'de> Deserialize<'de>>(
        &self,
        token: &AccessToken,
        path: String,
        body: Bytes,
    ) -> impl Future<Output = Result<T, GraphError>> + Send {
        self.answer(request(Method::POST, token, path, Vec::new(), RequestBody::Json(body)))
    }

    fn answer<T: for<'de> Deserialize<'de>>(
        &self,
        request: GraphRequest,
    ) -> impl Future<Output = Result<T, GraphError>> + Send {
        let answered = self.call(request);
        async move {
            let response = answered.await?;
            serde_json::from_slice(&response.body).map_err(|source| GraphError::unreadable(&response, source))
        }
    }

    /// Makes the call; an answer that is not a success is an error.
    fn call(&self, request: GraphRequest) -> impl Future<Output = Result<GraphResponse, GraphError>> + Send {
        // Called here and not in the future, which would have to hold the request as well.
        let answered = self.transport.call(request);
        async move {
            let response = answered.await?;
            if response.is_success() { Ok(response) } else { Err(GraphError::refused(&response)) }
        }
    }
}

impl Success {
    fn confirmed(&self) -> Result<(), GraphError> {
        if self.success { Ok(()) } else { Err(GraphError::incomplete()) }
    }
}

fn request(
    method: Method,
    token: &AccessToken,
    path: String,
    query: Vec<(String, String)>,
    body: RequestBody,
) -> GraphRequest {
    GraphRequest { query, token: Some(token.clone()), body, ..GraphRequest::new(method, Target::Node(path)) }
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").finish_non_exhaustive()
    }
}
