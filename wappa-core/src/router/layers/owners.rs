//! Routes for a few people only.

use super::{names, refuse};
use crate::{
    error::Result,
    router::{Flow, Layer, Next, Turn},
};

/// Keeps routes for a few people, such as the shop's owners. For others they don't exist, unless
/// [`or_say`](Self::or_say) tells them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlyFor {
    who: Vec<String>,
    say: Option<String>,
}

impl OnlyFor {
    /// People by WhatsApp id, with or without `+`, or by user id.
    pub fn new(who: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { who: who.into_iter().map(Into::into).collect(), say: None }
    }

    /// What others are told.
    #[must_use]
    pub fn or_say(mut self, say: impl Into<String>) -> Self {
        self.say = Some(say.into());
        self
    }
}

impl Layer for OnlyFor {
    async fn around(&self, turn: Turn<'_>, next: Next<'_>) -> Result<Flow> {
        if turn.chat().is_some_and(|chat| names(&self.who, chat.user())) {
            return next.run().await;
        }
        refuse(turn, self.say.as_deref()).await
    }
}
