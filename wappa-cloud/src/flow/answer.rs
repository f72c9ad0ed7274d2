//! What a Flow's endpoint answers.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{FlowError, FlowErrorKind};

/// What a Flow's endpoint answers (Meta: *Implementing Endpoint for Flows*).
///
/// ```
/// use serde_json::json;
/// use wappa_cloud::flow::FlowAnswer;
///
/// // The next screen, with what it shows.
/// let next = FlowAnswer::screen("SIZES", &json!({ "sizes": [{ "id": "s", "title": "Small" }] }))?;
/// // The same screen again, with a word about what is wrong.
/// let again = FlowAnswer::screen("SIGN_UP", &json!({}))?.error_message("This name is taken.");
/// // The end: what is said here comes to the bot as the Flow's reply.
/// let done = FlowAnswer::finish("token-42", &json!({ "size": "s" }))?;
/// assert_eq!(done.to_json()["screen"], "SUCCESS");
/// # let _ = (next, again);
/// # Ok::<(), wappa_cloud::flow::FlowError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct FlowAnswer {
    body: Value,
    status: u16,
}

impl FlowAnswer {
    /// Shows this screen, with this data: an object.
    ///
    /// # Errors
    /// The data is no object, or cannot be written as JSON.
    pub fn screen(screen: impl Into<String>, data: &impl Serialize) -> Result<Self, FlowError> {
        Ok(Self::of(json!({ "screen": screen.into(), "data": object(data)? })))
    }

    /// Says what is wrong, in a line above the screen.
    #[must_use]
    pub fn error_message(mut self, message: impl Into<String>) -> Self {
        if let Some(Value::Object(data)) = self.body.get_mut("data") {
            data.insert("error_message".to_owned(), Value::String(message.into()));
        }
        self
    }

    /// Closes the Flow. The entries of `params` come to the bot as its reply, with the token; Meta wants it small.
    ///
    /// # Errors
    /// The params are no object, or cannot be written as JSON.
    pub fn finish(flow_token: impl Into<String>, params: &impl Serialize) -> Result<Self, FlowError> {
        let mut params = object(params)?;
        params.insert("flow_token".to_owned(), Value::String(flow_token.into()));
        let message = json!({ "extension_message_response": { "params": params } });
        Ok(Self::of(json!({ "screen": "SUCCESS", "data": message })))
    }

    /// To Meta's health check.
    pub fn active() -> Self {
        Self::of(json!({ "data": { "status": "active" } }))
    }

    /// To the notice that an earlier answer could not be shown.
    pub fn acknowledged() -> Self {
        Self::of(json!({ "data": { "acknowledged": true } }))
    }

    /// This token is not, or no longer, good: WhatsApp says why and switches the message's button off (427).
    pub fn token_expired(message: impl Into<String>) -> Self {
        Self { body: json!({ "error_msg": message.into() }), status: 427 }
    }

    fn of(body: Value) -> Self {
        Self { body, status: 200 }
    }

    /// The HTTP status it is sent with.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// As it is before it is encrypted.
    pub fn to_json(&self) -> &Value {
        &self.body
    }
}

impl std::fmt::Debug for FlowAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlowAnswer").field("screen", &self.body.get("screen")).finish_non_exhaustive()
    }
}

fn object(data: &impl Serialize) -> Result<Map<String, Value>, FlowError> {
    match serde_json::to_value(data) {
        Ok(Value::Object(data)) => Ok(data),
        Ok(Value::Null) => Ok(Map::new()),
        _ => Err(FlowErrorKind::Answer.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_metas() {
        let again = FlowAnswer::screen("A", &()).unwrap().error_message("no");
        assert_eq!(again.to_json(), &json!({"screen": "A", "data": {"error_message": "no"}}));
        let done = FlowAnswer::finish("t", &json!({"k": "v"})).unwrap();
        assert_eq!(
            done.to_json(),
            &json!({"screen": "SUCCESS", "data": {"extension_message_response": {"params": {"k": "v", "flow_token": "t"}}}})
        );
        assert_eq!(FlowAnswer::token_expired("gone").status(), 427);
        assert!(FlowAnswer::screen("A", &[1]).is_err());
        assert!(!format!("{done:?}").contains("\"v\""));
    }
}
