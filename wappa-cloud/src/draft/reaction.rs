//! Reactions: an emoji on a message, or its removal.

use serde_json::json;

use super::{Draft, DraftError, DraftKind, IntoDraft};
use crate::id::MessageId;

/// An emoji on a message that is less than 30 days old (Meta: *Reaction messages*).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Reaction {
    message: MessageId,
    emoji: String,
}

impl Reaction {
    /// Puts this emoji on the message.
    pub fn new(message: impl Into<MessageId>, emoji: impl Into<String>) -> Self {
        Self { message: message.into(), emoji: emoji.into() }
    }

    /// Takes our emoji away.
    pub fn remove(message: impl Into<MessageId>) -> Self {
        Self::new(message, "")
    }
}

impl IntoDraft for Reaction {
    fn into_draft(self) -> Result<Draft, DraftError> {
        if self.message.as_str().is_empty() {
            return Err(DraftError::empty("reaction.message_id"));
        }
        if self.emoji.chars().any(|c| c.is_ascii_alphanumeric() && !c.is_ascii_digit()) {
            return Err(DraftError::wrong("reaction.emoji", "it is one emoji, not words"));
        }
        let body = json!({ "message_id": self.message.as_str(), "emoji": self.emoji });
        Draft::new(DraftKind::Reaction, &body)
    }
}
