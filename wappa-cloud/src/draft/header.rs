//! What can stand above the body of an interactive message.

use serde_json::{Value, json};

use super::{DraftError, required, web_address};
use crate::{id::MediaId, limits::INTERACTIVE_HEADER, media::MediaKind};

/// What stands above the body: a text of at most 60 characters, or a picture, film or file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Header {
    /// A text.
    Text(String),
    /// A file by the id of its upload.
    Media(MediaKind, MediaId),
    /// A file by its address.
    Link(MediaKind, String),
}

impl Header {
    /// A picture by id.
    pub fn image(id: impl Into<MediaId>) -> Self {
        Self::Media(MediaKind::Image, id.into())
    }

    /// A picture by address.
    pub fn image_link(url: impl Into<String>) -> Self {
        Self::Link(MediaKind::Image, url.into())
    }

    /// A film by id.
    pub fn video(id: impl Into<MediaId>) -> Self {
        Self::Media(MediaKind::Video, id.into())
    }

    /// A file by id.
    pub fn document(id: impl Into<MediaId>) -> Self {
        Self::Media(MediaKind::Document, id.into())
    }

    pub(super) fn to_value(&self) -> Result<Value, DraftError> {
        match self {
            Self::Text(text) => {
                required(&INTERACTIVE_HEADER, text)?;
                Ok(json!({ "type": "text", "text": text }))
            }
            Self::Media(kind, id) => {
                fits(*kind)?;
                Ok(json!({ "type": kind.as_str(), kind.as_str(): { "id": id.as_str() } }))
            }
            Self::Link(kind, url) => {
                fits(*kind)?;
                web_address("interactive.header link", url)?;
                Ok(json!({ "type": kind.as_str(), kind.as_str(): { "link": url } }))
            }
        }
    }
}

fn fits(kind: MediaKind) -> Result<(), DraftError> {
    match kind {
        MediaKind::Image | MediaKind::Video | MediaKind::Document => Ok(()),
        _ => Err(DraftError::wrong("interactive.header", "it is a text, an image, a video or a document")),
    }
}

impl From<&str> for Header {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Header {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
