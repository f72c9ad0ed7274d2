//! Marking messages as read, which is no message itself.

use bytes::Bytes;
use serde_json::json;

use crate::id::MessageId;

/// Whether marking a message as read also shows "typing…" for up to 25 seconds (Meta: *Typing indicators*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// Only mark.
    Off,
    /// Show it.
    On,
}

pub(crate) fn mark_read_json(message: &MessageId, typing: Typing) -> Bytes {
    let mut body =
        json!({ "messaging_product": "whatsapp", "status": "read", "message_id": message.as_str() });
    if typing == Typing::On {
        body["typing_indicator"] = json!({ "type": "text" });
    }
    Bytes::from(body.to_string())
}
