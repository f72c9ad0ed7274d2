//! What can stand above the body of an interactive message.

use serde_json::{Value, json};

use crate::{
    draft::{DraftError, object, required, web_address, within},
    id::MediaId,
    limits::{DOCUMENT_FILENAME, INTERACTIVE_HEADER},
    media::MediaKind,
};

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
    /// A document under this name.
    Named(Box<Header>, String),
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

    /// A film by address.
    pub fn video_link(url: impl Into<String>) -> Self {
        Self::Link(MediaKind::Video, url.into())
    }

    /// A file by id.
    pub fn document(id: impl Into<MediaId>) -> Self {
        Self::Media(MediaKind::Document, id.into())
    }

    /// A file by address.
    pub fn document_link(url: impl Into<String>) -> Self {
        Self::Link(MediaKind::Document, url.into())
    }

    /// Names a document, as the person sees it.
    #[must_use]
    pub fn filename(self, name: impl Into<String>) -> Self {
        Self::Named(Box::new(self), name.into())
    }

    /// As the header of an interactive message.
    pub(super) fn to_value(&self) -> Result<Value, DraftError> {
        match self {
            Self::Text(text) => {
                required(&INTERACTIVE_HEADER, text)?;
                Ok(json!({ "type": "text", "text": text }))
            }
            _ => self.file("interactive.header"),
        }
    }

    /// As a picture, film or file under the key of its kind.
    pub(in crate::draft) fn file(&self, field: &'static str) -> Result<Value, DraftError> {
        let (header, filename) = match self {
            Self::Named(header, filename) => (&**header, Some(filename)),
            _ => (self, None),
        };
        let (kind, id, link) = match header {
            Self::Media(kind, id) => (*kind, Some(id.as_str()), None),
            Self::Link(kind, url) => {
                web_address(field, url)?;
                (*kind, None, Some(url.as_str()))
            }
            Self::Text(_) | Self::Named(..) => {
                return Err(DraftError::wrong(field, "only a document has a file name, and only one"));
            }
        };
        if !matches!(kind, MediaKind::Image | MediaKind::Video | MediaKind::Document) {
            return Err(DraftError::wrong(field, "it is a text, an image, a video or a document"));
        }
        if let Some(filename) = filename {
            within(&DOCUMENT_FILENAME, filename)?;
            if kind != MediaKind::Document {
                return Err(DraftError::wrong(field, "only a document has a file name"));
            }
        }
        let file = object([
            ("id", id.map(Value::from)),
            ("link", link.map(Value::from)),
            ("filename", filename.map(|name| name.as_str().into())),
        ]);
        Ok(json!({ "type": kind.as_str(), kind.as_str(): file }))
    }

    /// The kind of file it shows; `None` for a text.
    pub(in crate::draft) fn media(&self) -> Option<MediaKind> {
        match self {
            Self::Text(_) => None,
            Self::Media(kind, _) | Self::Link(kind, _) => Some(*kind),
            Self::Named(header, _) => header.media(),
        }
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
