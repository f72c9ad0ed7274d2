//! What WhatsApp asks a Flow's endpoint.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use super::{FlowError, FlowErrorKind};

/// A decrypted request to a Flow's endpoint (Meta: *Implementing Endpoint for Flows*). Its `Debug` shows nothing that a
/// person wrote.
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct FlowRequest {
    /// The version of the protocol, like `3.0`.
    #[serde(default)]
    pub version: Option<String>,
    /// What is asked.
    pub action: FlowAction,
    /// The screen that was submitted or left; absent when the Flow opens.
    #[serde(default, deserialize_with = "said")]
    pub screen: Option<String>,
    /// What the person entered, and what the Flow sends along.
    #[serde(default)]
    pub data: Value,
    /// The token the Flow was sent with.
    #[serde(default)]
    pub flow_token: Option<String>,
    /// Meta's signature over the token: from Flow JSON 7.3 and data API 4.0 on. See
    /// [`AppSecret::verify_flow_token`](crate::AppSecret::verify_flow_token).
    #[serde(default)]
    pub flow_token_signature: Option<String>,
}

/// What a Flow asks its endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlowAction {
    /// It opens: which screen comes first?
    Init,
    /// Somebody went back to a screen that wants to be asked again.
    Back,
    /// A screen was submitted.
    DataExchange,
    /// Meta's health check.
    Ping,
    /// Another one.
    Other(String),
}

impl<'de> Deserialize<'de> for FlowAction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let action = String::deserialize(deserializer)?;
        Ok(match action.to_ascii_lowercase().as_str() {
            "init" => Self::Init,
            "back" => Self::Back,
            "data_exchange" => Self::DataExchange,
            "ping" => Self::Ping,
            _ => Self::Other(action),
        })
    }
}

/// What went wrong on the person's phone with the endpoint's last answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlowClientError {
    /// Meta's name of it, like `INVALID_SCREEN_TRANSITION`.
    pub key: String,
    /// In words.
    pub message: Option<String>,
}

impl FlowRequest {
    /// Reads a decrypted request.
    ///
    /// # Errors
    /// It is not JSON, or names no action.
    pub fn read(json: &[u8]) -> Result<Self, FlowError> {
        serde_json::from_slice(json).map_err(|_| FlowErrorKind::Unreadable.into())
    }

    /// What the person entered, as a type of yours.
    ///
    /// # Errors
    /// It does not fit the type.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.data)
    }

    /// That an answer of ours could not be shown; it only wants to be
    /// [acknowledged](super::FlowAnswer::acknowledged).
    pub fn client_error(&self) -> Option<FlowClientError> {
        let text = |key: &str| self.data.get(key)?.as_str().map(str::to_owned);
        let key = text("error").or_else(|| text("error_key"))?;
        Some(FlowClientError { key, message: text("error_message") })
    }
}

impl std::fmt::Debug for FlowRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlowRequest")
            .field("action", &self.action)
            .field("screen", &self.screen)
            .finish_non_exhaustive()
    }
}

/// When a Flow opens, WhatsApp says an empty screen.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|screen| !screen.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_they_come() {
        let request =
            FlowRequest::read(br#"{"version":"3.0","action":"INIT","flow_token":"t","screen":""}"#).unwrap();
        assert_eq!((&request.action, &request.screen), (&FlowAction::Init, &None));
        let request =
            FlowRequest::read(br#"{"action":"data_exchange","screen":"A","data":{"n":"1"}}"#).unwrap();
        assert_eq!(request.data::<std::collections::BTreeMap<String, String>>().unwrap()["n"], "1");
        assert!(request.client_error().is_none());
        assert!(!format!("{request:?}").contains('1'));
        let failed = br#"{"action":"data_exchange","data":{"error":"TIMEOUT","error_message":"slow"}}"#;
        let error = FlowRequest::read(failed).unwrap().client_error().unwrap();
        assert_eq!((error.key.as_str(), error.message.as_deref()), ("TIMEOUT", Some("slow")));
        assert_eq!(
            FlowRequest::read(br#"{"action":"NEW"}"#).unwrap().action,
            FlowAction::Other("NEW".into())
        );
        for odd in [&b"{}"[..], b"", b"[]", b"{\"action\":1}"] {
            assert_eq!(FlowRequest::read(odd).unwrap_err().status(), 400);
        }
    }
}
