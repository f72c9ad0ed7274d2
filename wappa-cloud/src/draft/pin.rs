//! Pinned messages of groups.

use serde_json::json;

use super::{Draft, DraftError, DraftKind, IntoDraft};
use crate::{id::MessageId, limits::PIN_DAYS};

/// Pins a message in a group, or takes the pin away (Meta: *Groups, Pin messages*). A group has at most three pinned
/// messages. In a conversation with one person Meta refuses it, and so does the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Pin {
    message: MessageId,
    days: Option<u32>,
}

impl Pin {
    /// Pins this message for 1 to 30 days.
    pub fn new(message: impl Into<MessageId>, days: u32) -> Self {
        Self { message: message.into(), days: Some(days) }
    }

    /// Takes the pin away.
    pub fn remove(message: impl Into<MessageId>) -> Self {
        Self { message: message.into(), days: None }
    }
}

impl IntoDraft for Pin {
    fn into_draft(self) -> Result<Draft, DraftError> {
        let message = self.message.as_str();
        if message.is_empty() {
            return Err(DraftError::empty("pin.message_id"));
        }
        let body = match self.days {
            Some(days) if !(1..=PIN_DAYS).contains(&days) => {
                return Err(DraftError::wrong("pin.expiration_days", "a message is pinned for 1 to 30 days"));
            }
            Some(days) => json!({ "type": "pin", "message_id": message, "expiration_days": days }),
            None => json!({ "type": "unpin", "message_id": message }),
        };
        Draft::new(DraftKind::Pin, &body)
    }
}
