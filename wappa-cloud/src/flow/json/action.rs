//! What happens when something is tapped or chosen.

use serde_json::{Map, Value, json};

/// What happens when something is tapped or chosen (Meta: *Flow JSON, Actions*).
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Action {
    name: &'static str,
    next: Option<String>,
    url: Option<String>,
    payload: Map<String, Value>,
}

impl Action {
    /// Opens this screen, which gets what is [sent](Self::send).
    pub fn navigate(screen: impl Into<String>) -> Self {
        Self { next: Some(screen.into()), ..Self::of("navigate") }
    }

    /// Asks the endpoint, which gets what is [sent](Self::send).
    pub fn data_exchange() -> Self {
        Self::of("data_exchange")
    }

    /// Ends the Flow; the bot gets what is [sent](Self::send) as the Flow's reply.
    pub fn complete() -> Self {
        Self::of("complete")
    }

    /// Changes data of the screen to what is [sent](Self::send).
    pub fn update_data() -> Self {
        Self::of("update_data")
    }

    /// Opens a web page.
    pub fn open_url(url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..Self::of("open_url") }
    }

    fn of(name: &'static str) -> Self {
        Self { name, next: None, url: None, payload: Map::new() }
    }

    /// Sends this along: a value, or an expression like [`form("name")`](super::form).
    pub fn send(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.payload.insert(name.into(), value.into());
        self
    }

    pub(super) fn into_value(self) -> Value {
        let mut action = json!({ "name": self.name });
        if let Some(next) = self.next {
            action["next"] = json!({ "type": "screen", "name": next });
        }
        match self.url {
            Some(url) => action["url"] = url.into(),
            None => action["payload"] = Value::Object(self.payload),
        }
        action
    }
}
