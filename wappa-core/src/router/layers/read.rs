//! Blue ticks and "typing…".

use std::time::Duration;

use crate::{
    chat::TYPING_AFTER,
    error::Result,
    router::{Flow, Layer, Next, Turn},
};

/// Shows the person blue ticks before the handler runs. If Meta refuses, the answer matters more: it is in the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MarkRead;

/// Shows "typing…", and blue ticks with it, before the handler runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShowTyping;

/// Shows "typing…", and blue ticks with it, while a handler is at work: from a second on, again and again, and until its
/// first message, as [`Chat::typing_while`](crate::chat::Chat::typing_while) does. A handler that is faster costs no call.
///
/// For some handlers only, it surrounds the router that is nested for them:
///
/// ```
/// # use wappa_core::{Result, chat::Chat, router::{Router, layers::KeepTyping}};
/// # async fn slow(_: Chat) -> Result { Ok(()) }
/// # async fn fast(_: Chat) -> Result { Ok(()) }
/// let bot = Router::new().nest(Router::new().on(slow).layer(KeepTyping::new())).on(fast);
/// # drop(bot);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepTyping {
    after: Duration,
}

impl Default for KeepTyping {
    fn default() -> Self {
        Self { after: TYPING_AFTER }
    }
}

impl KeepTyping {
    /// From a second on.
    pub fn new() -> Self {
        Self::default()
    }

    /// From this time on.
    #[must_use]
    pub fn after(mut self, time: Duration) -> Self {
        self.after = time;
        self
    }
}

impl Layer for KeepTyping {
    async fn around(&self, turn: Turn<'_>, next: Next<'_>) -> Result<Flow> {
        match turn.chat().filter(|_| turn.message().is_some()) {
            Some(chat) => chat.typing_while_after(self.after, next.run()).await,
            None => next.run().await,
        }
    }
}

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
