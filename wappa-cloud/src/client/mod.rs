//! The Graph client: typed calls over any transport. Each makes one attempt; trying again is for those who know what a
//! repetition would do.

mod error;
#[cfg(feature = "client")]
mod http;
mod media;

use std::sync::Arc;

use ::http::Method;
use bytes::Bytes;
use serde::Deserialize;

pub use self::error::{Certainty, GraphError};
#[cfg(feature = "client")]
pub use self::http::{HttpConfig, HttpTransport};
pub use self::media::MediaInfo;
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

/// A business phone number as Meta describes it (Meta: *Phone numbers*).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct PhoneNumberInfo {
    /// Its id.
    pub id: PhoneNumberId,
    /// As it is shown.
    #[serde(default)]
    pub display_phone_number: Option<String>,
    /// The name people see.
    #[serde(default)]
    pub verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    #[serde(default)]
    pub quality_rating: Option<String>,
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

    /// What Meta says about a business number.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn phone_number(
        &self,
        token: &AccessToken,
        number: &PhoneNumberId,
    ) -> Result<PhoneNumberInfo, GraphError> {
        let query =
            vec![("fields".to_owned(), "id,display_phone_number,verified_name,quality_rating".to_owned())];
        self.answer(request(Method::GET, token, number.to_string(), query, RequestBody::Empty)).await
    }

    async fn post<T: for<'de> Deserialize<'de>>(
        &self,
        token: &AccessToken,
        path: String,
        body: Bytes,
    ) -> Result<T, GraphError> {
        self.answer(request(Method::POST, token, path, Vec::new(), RequestBody::Json(body))).await
    }

    async fn answer<T: for<'de> Deserialize<'de>>(&self, request: GraphRequest) -> Result<T, GraphError> {
        let response = self.call(request).await?;
        serde_json::from_slice(&response.body).map_err(|source| GraphError::unreadable(&response, source))
    }

    /// Makes the call; an answer that is not a success is an error.
    async fn call(&self, request: GraphRequest) -> Result<GraphResponse, GraphError> {
        let response = self.transport.call(request).await?;
        if (200..300).contains(&response.status) { Ok(response) } else { Err(GraphError::refused(&response)) }
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
