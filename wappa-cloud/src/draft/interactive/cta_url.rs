//! Link buttons.

use serde_json::json;

use super::{Around, around};
use crate::{
    draft::{Draft, DraftError, IntoDraft, required, web_address},
    limits::{CTA_DISPLAY_TEXT, INTERACTIVE_BODY},
};

/// A button that opens a web page (Meta: *Interactive Call-to-Action URL Button messages*). The body has at most 1,024
/// characters, the button 20.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct CtaUrl {
    around: Around,
    display_text: String,
    url: String,
}

impl CtaUrl {
    /// Below this text, a button with these words that opens this address.
    pub fn new(body: impl Into<String>, display_text: impl Into<String>, url: impl Into<String>) -> Self {
        Self { around: Around::new(body), display_text: display_text.into(), url: url.into() }
    }
}

around!(CtaUrl: header, footer, fit);

impl IntoDraft for CtaUrl {
    fn into_draft(self) -> Result<Draft, DraftError> {
        required(&CTA_DISPLAY_TEXT, &self.display_text)?;
        web_address("interactive.action.parameters.url", &self.url)?;
        let parameters = json!({ "display_text": self.display_text, "url": self.url });
        let action = json!({ "name": "cta_url", "parameters": parameters });
        self.around.into_draft("cta_url", &INTERACTIVE_BODY, action)
    }
}
