//! Blue ticks and "typing…".

use crate::{
    error::Result,
    router::{Flow, Layer, Next, Turn},
};

/// Shows the person blue ticks before the handler runs. If Meta refuses, the answer matters more: it is in the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MarkRead;

/// Shows "typing…", and blue ticks with it, before the handler runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShowTyping;

impl Layer for MarkRead {
    async fn around(&self, turn: Turn<'_>, next: Next<'_>) -> Result<Flow> {
        if let (Some(chat), Some(_)) = (turn.chat(), turn.message())
            && let Err(error) = chat.mark_read().await
        {
            tracing::debug!(%error, "a message could not be marked as read");
        }
        next.run().await
    }
}

impl Layer for ShowTyping {
    async fn around(&self, turn: Turn<'_>, next: Next<'_>) -> Result<Flow> {
        if let (Some(chat), Some(_)) = (turn.chat(), turn.message())
            && let Err(error) = chat.typing().await
        {
            tracing::debug!(%error, "typing could not be shown");
        }
        next.run().await
    }
}
