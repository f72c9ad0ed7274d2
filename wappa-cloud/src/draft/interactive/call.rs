//! Call buttons, and the request for the permission to call.

use serde_json::{Value, json};

use super::Around;
use crate::{
    draft::{Draft, DraftError, IntoDraft, object, required, within},
    limits::{CTA_DISPLAY_TEXT, INTERACTIVE_BODY, VOICE_CALL_MINUTES, VOICE_CALL_PAYLOAD},
};

/// A button with which the person calls the business in WhatsApp (Meta: *Call button messages*). The body has at most
/// 1,024 characters, the button 20.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct VoiceCall {
    around: Around,
    display_text: Option<String>,
    minutes: Option<u32>,
    payload: Option<String>,
}

impl VoiceCall {
    /// The button below this text; it says what WhatsApp says, unless it is given [`display_text`](Self::display_text).
    pub fn new(body: impl Into<String>) -> Self {
        Self { around: Around::new(body), display_text: None, minutes: None, payload: None }
    }

    /// What stands on the button: at most 20 characters.
    pub fn display_text(mut self, text: impl Into<String>) -> Self {
        self.display_text = Some(text.into());
        self
    }

    /// How many minutes it works: 1 to 43,200 (30 days); 10,080 (7 days) if nothing is said.
    pub fn ttl_minutes(mut self, minutes: u32) -> Self {
        self.minutes = Some(minutes);
        self
    }

    /// Comes back as `cta_payload` of the call: at most 512 characters.
    pub fn payload(mut self, payload: impl Into<String>) -> Self {
        self.payload = Some(payload.into());
        self
    }
}

super::around!(VoiceCall: fit);

impl IntoDraft for VoiceCall {
    fn into_draft(self) -> Result<Draft, DraftError> {
        if let Some(text) = &self.display_text {
            required(&CTA_DISPLAY_TEXT, text)?;
        }
        if let Some(payload) = &self.payload {
            within(&VOICE_CALL_PAYLOAD, payload)?;
        }
        if let Some(minutes) = self.minutes {
            call_minutes(minutes)?;
        }
        let parameters = object([
            ("display_text", self.display_text.map(Value::from)),
            ("ttl_minutes", self.minutes.map(Value::from)),
            ("payload", self.payload.map(Value::from)),
        ]);
        let said = parameters.as_object().is_some_and(|parameters| !parameters.is_empty());
        let action =
            object([("name", Some("voice_call".into())), ("parameters", said.then_some(parameters))]);
        self.around.into_draft("voice_call", &INTERACTIVE_BODY, action)
    }
}

/// How long a call button may work.
pub(in crate::draft) fn call_minutes(minutes: u32) -> Result<(), DraftError> {
    if (1..=VOICE_CALL_MINUTES).contains(&minutes) {
        Ok(())
    } else {
        Err(DraftError::wrong("ttl_minutes", "a call button works for 1 to 43,200 minutes"))
    }
}

/// Asks whether the business may call (Meta: *Call permission requests*); the answer is a call permission reply. Words are
/// optional: at most 1,024 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct CallPermissionRequest(Around);

impl CallPermissionRequest {
    /// The bare request.
    pub fn new() -> Self {
        Self(Around::bare())
    }

    /// Says why.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.0.body = Some(body.into());
        self
    }
}

impl Default for CallPermissionRequest {
    fn default() -> Self {
        Self::new()
    }
}

impl IntoDraft for CallPermissionRequest {
    fn into_draft(self) -> Result<Draft, DraftError> {
        let action = json!({ "name": "call_permission_request" });
        self.0.into_draft("call_permission_request", &INTERACTIVE_BODY, action)
    }
}
