//! One question of a Flow, as its handler sees it.

use std::{sync::Arc, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use wappa_cloud::flow::{FlowAnswer, FlowMedia, FlowRequest};

use crate::{clock::Clock, error::Result, messenger::Messenger};

/// What a Flow asks: which screen comes next?
pub struct FlowAsk<T = Value> {
    data: T,
    pub(super) request: Arc<FlowRequest>,
    pub(super) messenger: Messenger,
    pub(super) clock: Arc<dyn Clock>,
    /// On the monotonic clock.
    pub(super) until: Duration,
}

/// What a screen sent does not fit the type its handler reads it as. Its text shows nothing that a person entered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "what the screen {screen:?} sent does not fit the type of its handler ({hint}): compare the payload of the screen's action with the type"
)]
pub struct FlowDataError {
    screen: String,
    hint: String,
}

impl FlowDataError {
    fn new(screen: Option<&str>, error: &serde_json::Error) -> Self {
        let text = error.to_string();
        // Before "expected" stands the value itself.
        let hint = match text.rsplit_once(", expected ") {
            Some((_, expected)) => format!("expected {expected}"),
            None if text.starts_with("missing field") => text,
            None => "it has another shape".to_owned(),
        };
        Self { screen: screen.unwrap_or_default().to_owned(), hint }
    }
}

impl FlowAsk {
    pub(super) fn new(
        request: Arc<FlowRequest>,
        messenger: Messenger,
        clock: Arc<dyn Clock>,
        until: Duration,
    ) -> Self {
        Self { data: request.data.clone(), request, messenger, clock, until }
    }

    /// The same, its data as a type of the author's.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<FlowAsk<T>, FlowDataError> {
        let Self { data, request, messenger, clock, until } = self;
        let data = serde_json::from_value(data)
            .map_err(|error| FlowDataError::new(request.screen.as_deref(), &error))?;
        Ok(FlowAsk { data, request, messenger, clock, until })
    }
}

impl<T> FlowAsk<T> {
    /// What the person entered, and what the screen sends along.
    pub fn data(&self) -> &T {
        &self.data
    }

    /// The same, to keep.
    pub fn into_data(self) -> T {
        self.data
    }

    /// The screen that was submitted or left.
    pub fn from_screen(&self) -> Option<&str> {
        self.request.screen.as_deref()
    }

    /// The token the Flow was sent with.
    pub fn token(&self) -> Option<&str> {
        self.request.flow_token.as_deref()
    }

    /// The request as it came.
    pub fn request(&self) -> &FlowRequest {
        &self.request
    }

    /// How much time is left to answer: WhatsApp waits ten seconds, and likes it within one.
    pub fn remaining(&self) -> Duration {
        self.until.saturating_sub(self.clock.monotonic())
    }

    /// For messages besides the Flow.
    pub fn messenger(&self) -> &Messenger {
        &self.messenger
    }

    /// Fetches a file that the person picked, checks it and decrypts it: at most 25 MB.
    ///
    /// # Errors
    /// It is gone, or not what was picked.
    pub async fn fetch(&self, media: &FlowMedia) -> Result<Vec<u8>> {
        Ok(self.messenger.outbox().graph().flow_media(media).await?)
    }

    /// Shows this screen, with this data: an object, or `&()` for none.
    ///
    /// # Errors
    /// The data is no object.
    pub fn screen(&self, screen: impl Into<String>, data: &impl Serialize) -> Result<FlowAnswer> {
        Ok(FlowAnswer::screen(screen, data)?)
    }

    /// Shows the same screen again, with a line about what is wrong.
    ///
    /// # Errors
    /// None that is known.
    pub fn again(&self, what_is_wrong: impl Into<String>) -> Result<FlowAnswer> {
        let screen = self.request.screen.clone().unwrap_or_default();
        Ok(FlowAnswer::screen(screen, &())?.error_message(what_is_wrong))
    }

    /// Closes the Flow; these entries come to the bot as its reply. Meta wants them small.
    ///
    /// # Errors
    /// They are no object.
    pub fn finish(&self, entries: &impl Serialize) -> Result<FlowAnswer> {
        Ok(FlowAnswer::finish(self.token().unwrap_or_default(), entries)?)
    }

    /// Says that this Flow is over: WhatsApp shows why, and switches the message's button off.
    ///
    /// # Errors
    /// None that is known.
    pub fn over(&self, why: impl Into<String>) -> Result<FlowAnswer> {
        Ok(FlowAnswer::token_expired(why))
    }
}

impl<T> std::fmt::Debug for FlowAsk<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlowAsk").field("request", &self.request).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_do_not_show_what_was_entered() {
        let hint = |json: &str| {
            let error = serde_json::from_value::<Vec<u8>>(serde_json::from_str(json).unwrap()).unwrap_err();
            FlowDataError::new(Some("PIN"), &error).to_string()
        };
        let shown = hint(r#"["4711"]"#);
        assert!(shown.contains("expected u8") && shown.contains("PIN") && !shown.contains("4711"), "{shown}");
    }
}
