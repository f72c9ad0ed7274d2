//! Text messages.

use serde::Serialize;

use super::{Draft, DraftError, DraftKind, IntoDraft, required};
use crate::limits::TEXT_BODY;

/// Words: at most 4,096 characters (Meta: *Text messages*).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Text {
    body: String,
    preview: Preview,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Preview {
    Off,
    On,
}

#[derive(Serialize)]
struct Body<'a> {
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    preview_url: Option<bool>,
}

impl Text {
    /// These words.
    pub fn new(body: impl Into<String>) -> Self {
        Self { body: body.into(), preview: Preview::Off }
    }

    /// Shows a preview of the first link in it.
    pub fn preview_url(mut self) -> Self {
        self.preview = Preview::On;
        self
    }
}

impl IntoDraft for Text {
    fn into_draft(self) -> Result<Draft, DraftError> {
        required(&TEXT_BODY, &self.body)?;
        let preview_url = (self.preview == Preview::On).then_some(true);
        Draft::new(DraftKind::Text, &Body { body: &self.body, preview_url })
    }
}
