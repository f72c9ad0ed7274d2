//! What a turn leaves to be sent after it, as it stands in the queue.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use wappa_cloud::{Draft, DraftError};

/// Messages that a turn left to be sent after it.
#[derive(Debug, Clone)]
pub struct AtEnd {
    messages: Vec<Left>,
}

/// One of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Left {
    draft: Box<RawValue>,
    /// Goes out instead where the window is not open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opaque: Option<String>,
}

impl AtEnd {
    /// What [`bytes`](Self::bytes) wrote; of something else, nothing.
    pub(super) fn read(body: &[u8]) -> Self {
        Self { messages: serde_json::from_slice(body).unwrap_or_default() }
    }

    pub(crate) fn bytes(messages: &[Left]) -> Bytes {
        serde_json::to_vec(messages).unwrap_or_default().into()
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub(crate) fn into_messages(self) -> Vec<Left> {
        self.messages
    }
}

impl Left {
    pub(crate) fn of(
        draft: &Draft,
        template: Option<&Draft>,
        opaque: Option<String>,
    ) -> Result<Self, DraftError> {
        let template = template.map(Draft::to_stored).transpose()?;
        Ok(Self { draft: draft.to_stored()?, template, opaque })
    }

    pub(crate) fn draft(&self) -> Result<Draft, DraftError> {
        Draft::from_stored(&self.draft)
    }

    pub(crate) fn template(&self) -> Result<Option<Draft>, DraftError> {
        self.template.as_deref().map(Draft::from_stored).transpose()
    }

    pub(crate) fn opaque(&self) -> Option<&str> {
        self.opaque.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use wappa_cloud::{IntoDraft, Template, Text};

    use super::*;

    #[test]
    fn what_is_left_is_read_again() {
        let text = Text::new("later").into_draft().unwrap();
        let template = Template::new("hello_world", "en_US").into_draft().unwrap();
        let left = [
            Left::of(&text, None, None).unwrap(),
            Left::of(&text, Some(&template), Some("order 7".to_owned())).unwrap(),
        ];
        let read = AtEnd::read(&AtEnd::bytes(&left));
        assert_eq!(read.len(), 2);
        let messages = read.into_messages();
        assert_eq!(messages[0].draft().unwrap(), text);
        assert_eq!((messages[0].template().unwrap(), messages[0].opaque()), (None, None));
        assert_eq!(messages[1].template().unwrap(), Some(template));
        assert_eq!(messages[1].opaque(), Some("order 7"));
        for strange in [&b""[..], b"{}", b"\xff", b"[1]"] {
            assert!(AtEnd::read(strange).is_empty());
        }
    }
}
