//! Messages that open a Flow. What a Flow is made of, and its endpoint, are in `crate::flow`.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Around, around};
use crate::{
    draft::{Draft, DraftError, IntoDraft, object, required},
    limits::{FLOW_CTA, INTERACTIVE_BODY},
};

/// A button that opens a Flow (Meta: *Sending a Flow*). The body has at most 1,024 characters, the button 30.
///
/// ```
/// use serde_json::json;
/// use wappa_cloud::{FlowMessage, IntoDraft};
///
/// // A Flow without an endpoint opens at a screen, with what that screen shows.
/// let draft = FlowMessage::id("1029384756", "Tell us who you are.", "Sign up")
///     .token("signup-42")
///     .navigate_with("WELCOME", &json!({ "name": "Ana" }))
///     .into_draft()?;
/// # let _ = draft;
/// // One with an endpoint asks it for the first screen.
/// let draft = FlowMessage::name("signup", "Tell us who you are.", "Sign up").data_exchange().into_draft()?;
/// # let _ = draft;
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct FlowMessage {
    around: Around,
    flow: (&'static str, String),
    cta: String,
    token: Option<String>,
    mode: Option<FlowMode>,
    action: Action,
}

/// Which state of a Flow is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowMode {
    /// One that is not published yet, for testers.
    Draft,
    /// A published one, which is what Meta takes if nothing is said.
    Published,
}

#[derive(Debug, Clone, PartialEq)]
enum Action {
    Unsaid,
    Navigate { screen: String, data: Option<Result<Value, ()>> },
    DataExchange,
}

impl FlowMessage {
    /// The Flow with this id, opened by a button with the words `cta`: at most 30 characters, no emoji.
    pub fn id(id: impl Into<String>, body: impl Into<String>, cta: impl Into<String>) -> Self {
        Self::new("flow_id", id.into(), body.into(), cta.into())
    }

    /// The Flow with this name, opened by a button with the words `cta`: at most 30 characters, no emoji.
    pub fn name(name: impl Into<String>, body: impl Into<String>, cta: impl Into<String>) -> Self {
        Self::new("flow_name", name.into(), body.into(), cta.into())
    }

    fn new(key: &'static str, flow: String, body: String, cta: String) -> Self {
        let around = Around::new(body);
        Self { around, flow: (key, flow), cta, token: None, mode: None, action: Action::Unsaid }
    }

    /// Tells this opening of the Flow from others: it comes to the endpoint, and back with the reply. Meta says `unused`
    /// where nothing is said.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Whether a draft is opened.
    pub fn mode(mut self, mode: FlowMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// Opens at this screen.
    pub fn navigate(mut self, screen: impl Into<String>) -> Self {
        self.action = Action::Navigate { screen: screen.into(), data: None };
        self
    }

    /// Opens at this screen, with this data: an object with at least one entry.
    pub fn navigate_with(mut self, screen: impl Into<String>, data: &impl Serialize) -> Self {
        let data = serde_json::to_value(data).map_err(|_| ());
        self.action = Action::Navigate { screen: screen.into(), data: Some(data) };
        self
    }

    /// Asks the Flow's endpoint for the first screen.
    pub fn data_exchange(mut self) -> Self {
        self.action = Action::DataExchange;
        self
    }
}

around!(FlowMessage: header, footer, fit);

impl IntoDraft for FlowMessage {
    fn into_draft(self) -> Result<Draft, DraftError> {
        let (key, flow) = self.flow;
        if flow.trim().is_empty() {
            return Err(DraftError::empty(key));
        }
        required(&FLOW_CTA, &self.cta)?;
        let (action, payload) = match self.action {
            Action::Unsaid => (None, None),
            Action::DataExchange => (Some("data_exchange"), None),
            Action::Navigate { screen, data } => {
                if screen.trim().is_empty() {
                    return Err(DraftError::empty("flow_action_payload.screen"));
                }
                let data = match data {
                    None => None,
                    Some(Ok(Value::Object(data))) if !data.is_empty() => Some(Value::Object(data)),
                    Some(_) => {
                        let why = "it is an object with at least one entry, or is left out";
                        return Err(DraftError::wrong("flow_action_payload.data", why));
                    }
                };
                (Some("navigate"), Some(object([("screen", Some(screen.into())), ("data", data)])))
            }
        };
        let mode = self.mode.map(|mode| match mode {
            FlowMode::Draft => "draft".into(),
            FlowMode::Published => "published".into(),
        });
        let parameters = object([
            ("flow_message_version", Some("3".into())),
            (key, Some(flow.into())),
            ("flow_cta", Some(self.cta.into())),
            ("flow_token", self.token.map(Value::from)),
            ("mode", mode),
            ("flow_action", action.map(Value::from)),
            ("flow_action_payload", payload),
        ]);
        let action = json!({ "name": "flow", "parameters": parameters });
        self.around.into_draft("flow", &INTERACTIVE_BODY, action)
    }
}
