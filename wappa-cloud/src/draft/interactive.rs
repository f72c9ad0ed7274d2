//! Reply buttons, and what all interactive messages share.

use serde_json::{Value, json};

use super::{Draft, DraftError, DraftKind, Header, IntoDraft, count, object, required};
use crate::limits::{BUTTON_ID, BUTTON_TITLE, BUTTONS, INTERACTIVE_BODY, INTERACTIVE_FOOTER, Limit};

/// One to three reply buttons below a text (Meta: *Interactive reply buttons messages*). The body has at most 1,024
/// characters, a title 20, an id 256.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Buttons {
    around: Around,
    buttons: Vec<(String, String)>,
}

/// Header, body and footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Around {
    pub(super) body: String,
    pub(super) header: Option<Header>,
    pub(super) footer: Option<String>,
}

impl Around {
    pub(super) fn new(body: impl Into<String>) -> Self {
        Self { body: body.into(), header: None, footer: None }
    }

    pub(super) fn into_draft(self, kind: &str, limit: &Limit, action: Value) -> Result<Draft, DraftError> {
        required(limit, &self.body)?;
        if let Some(footer) = &self.footer {
            required(&INTERACTIVE_FOOTER, footer)?;
        }
        let body = object([
            ("type", Some(kind.into())),
            ("header", self.header.as_ref().map(Header::to_value).transpose()?),
            ("body", Some(json!({ "text": self.body }))),
            ("footer", self.footer.map(|footer| json!({ "text": footer }))),
            ("action", Some(action)),
        ]);
        Draft::new(DraftKind::Interactive, &body)
    }
}

impl Buttons {
    /// Buttons below this text.
    pub fn new(body: impl Into<String>) -> Self {
        Self { around: Around::new(body), buttons: Vec::new() }
    }

    /// Adds a button: `id` comes back when it is tapped, `title` stands on it.
    pub fn button(mut self, id: impl Into<String>, title: impl Into<String>) -> Self {
        self.buttons.push((id.into(), title.into()));
        self
    }

    /// What stands above the text.
    pub fn header(mut self, header: impl Into<Header>) -> Self {
        self.around.header = Some(header.into());
        self
    }

    /// Small words below: at most 60 characters.
    pub fn footer(mut self, footer: impl Into<String>) -> Self {
        self.around.footer = Some(footer.into());
        self
    }
}

impl IntoDraft for Buttons {
    fn into_draft(self) -> Result<Draft, DraftError> {
        if self.buttons.is_empty() {
            return Err(DraftError::empty(BUTTONS.name));
        }
        count(&BUTTONS, self.buttons.len())?;
        for (id, title) in &self.buttons {
            required(&BUTTON_ID, id)?;
            required(&BUTTON_TITLE, title)?;
        }
        unique(BUTTON_ID.name, self.buttons.iter().map(|(id, _)| id.as_str()))?;
        let buttons: Vec<Value> = self
            .buttons
            .iter()
            .map(|(id, title)| json!({ "type": "reply", "reply": { "id": id, "title": title } }))
            .collect();
        self.around.into_draft("button", &INTERACTIVE_BODY, json!({ "buttons": buttons }))
    }
}

/// No id twice.
pub(super) fn unique<'a>(field: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), DraftError> {
    let mut seen: Vec<&str> = Vec::new();
    for id in ids {
        if seen.contains(&id) {
            return Err(DraftError::duplicate(field, id));
        }
        seen.push(id);
    }
    Ok(())
}
