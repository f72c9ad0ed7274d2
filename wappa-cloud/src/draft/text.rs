//! Text messages.

use serde::Serialize;

use super::{Draft, DraftError, DraftKind, IntoDraft, required};
use crate::{format, limits::TEXT_BODY};

/// Words: at most 4,096 characters (Meta: *Text messages*).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Text {
    body: String,
    preview: Preview,
}

/// What becomes of a text that is longer than Meta allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It becomes several messages, taken apart at paragraphs, lines, sentences or words.
    Split,
    /// It is cut, and ends in `…`.
    Truncate,
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

    /// As many messages as are needed to say it within Meta's limit, one after the other. WhatsApp's formatting stays
    /// whole. A text within the limit is one message.
    ///
    /// ```
    /// use wappa_cloud::{Fit, IntoDraft, Text};
    ///
    /// let long = "Once upon a time there was a bot. ".repeat(200);
    /// let messages = Text::new(long).fit(Fit::Split);
    /// assert_eq!(messages.len(), 2);
    /// assert!(messages.into_iter().all(|text| text.into_draft().is_ok()));
    /// ```
    pub fn fit(self, how: Fit) -> Vec<Self> {
        let preview = self.preview;
        if TEXT_BODY.allows(&self.body) {
            return vec![self];
        }
        match how {
            Fit::Truncate => vec![Self { body: format::truncate(&self.body, &TEXT_BODY), preview }],
            Fit::Split => {
                let parts = format::split(&self.body, &TEXT_BODY);
                parts.into_iter().map(|body| Self { body, preview }).collect()
            }
        }
    }
}

impl IntoDraft for Text {
    fn into_draft(self) -> Result<Draft, DraftError> {
        required(&TEXT_BODY, &self.body)?;
        let preview_url = (self.preview == Preview::On).then_some(true);
        Draft::new(DraftKind::Text, &Body { body: &self.body, preview_url })
    }
}
