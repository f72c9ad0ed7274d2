//! Images, videos, audio, documents and stickers: by the id of an upload, by a link that Meta fetches, or as a file that
//! is uploaded first.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde_json::Value;

use super::{Draft, DraftError, DraftKind, Fnv, IntoDraft, object, web_address, within};
use crate::{
    id::MediaId,
    limits::{DOCUMENT_FILENAME, IMAGE_CAPTION, Limit, Unit, file_rule, media_rule},
    media::MediaKind,
    transport::MediaSource,
};

/// A file that must be uploaded before its message can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upload {
    /// What it is.
    pub kind: MediaKind,
    /// Where its bytes are.
    pub source: MediaSource,
    /// Its MIME type.
    pub mime: String,
    /// The name it is uploaded under.
    pub filename: String,
}

impl Upload {
    /// A file of this kind and type, under a name that its type has an ending for if none is given.
    ///
    /// # Errors
    /// Meta does not take this type for it, or it is larger than Meta takes. The size of a path is not looked at.
    pub fn new(
        kind: MediaKind,
        source: MediaSource,
        mime: impl Into<String>,
        filename: Option<String>,
    ) -> Result<Self, DraftError> {
        upload(kind, source, Some(mime.into()), filename)
    }

    /// The same file, with its bytes in memory.
    pub fn with_bytes(self, bytes: Bytes) -> Self {
        Self { source: MediaSource::Bytes(bytes), ..self }
    }

    pub(super) fn print(&self, print: &mut Fnv) {
        match &self.source {
            MediaSource::Path(path) => print.add(path.as_os_str().as_encoded_bytes()),
            MediaSource::Bytes(bytes) => print.add(bytes),
        }
        print.add(self.mime.as_bytes());
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Id(MediaId),
    Link(String),
    File(MediaSource, Option<String>),
}

/// What all kinds of media have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    source: Source,
    caption: Option<String>,
    filename: Option<String>,
    voice: Option<bool>,
}

impl Parts {
    fn new(source: Source) -> Self {
        Self { source, caption: None, filename: None, voice: None }
    }

    fn into_draft(self, kind: MediaKind, draft_kind: DraftKind) -> Result<Draft, DraftError> {
        if let Some(caption) = &self.caption {
            within(&IMAGE_CAPTION, caption)?;
        }
        if let Some(filename) = &self.filename {
            within(&DOCUMENT_FILENAME, filename)?;
        }
        let (id, link, upload) = match self.source {
            Source::Id(id) => (Some(id), None, None),
            Source::Link(link) => {
                web_address("link", &link)?;
                (None, Some(link), None)
            }
            Source::File(source, mime) => {
                let upload = upload(kind, source, mime, self.filename.clone())?;
                (None, None, Some(upload))
            }
        };
        let body = object([
            ("id", id.map(|id| id.as_str().into())),
            ("link", link.map(Value::from)),
            ("caption", self.caption.map(Value::from)),
            ("filename", self.filename.map(Value::from)),
            ("voice", self.voice.map(Value::from)),
        ]);
        Ok(Draft { upload, ..Draft::new(draft_kind, &body)? })
    }
}

fn upload(
    kind: MediaKind,
    source: MediaSource,
    mime: Option<String>,
    filename: Option<String>,
) -> Result<Upload, DraftError> {
    let own_name = match &source {
        MediaSource::Path(path) => path.file_name().map(|name| name.to_string_lossy().into_owned()),
        MediaSource::Bytes(_) => None,
    };
    let mime = match (mime, &source) {
        (Some(mime), _) => mime,
        (None, MediaSource::Path(path)) => mime_of(path)
            .ok_or_else(|| {
                DraftError::wrong(kind.as_str(), "the type of the file is not known by its ending")
            })?
            .to_owned(),
        (None, MediaSource::Bytes(_)) => return Err(DraftError::empty("mime type")),
    };
    let rule = match &source {
        MediaSource::Bytes(bytes) => file_rule(kind, &mime, bytes),
        MediaSource::Path(_) => media_rule(kind, &mime),
    };
    let rule =
        rule.ok_or_else(|| DraftError::wrong(kind.as_str(), "Meta does not take this type of file for it"))?;
    if let MediaSource::Bytes(bytes) = &source
        && bytes.len() > rule.max_bytes
    {
        let limit = Limit { name: kind.as_str(), max: rule.max_bytes, unit: Unit::Bytes, source: "Media" };
        return Err(DraftError::too_many(&limit, bytes.len()));
    }
    let filename = filename.or(own_name).unwrap_or_else(|| kind.as_str().to_owned());
    Ok(Upload { kind, source, mime, filename })
}

/// The types Meta takes, by the endings files have (Meta: *Media, Supported media types*).
const ENDINGS: &[(&str, &str)] = &[
    ("aac", "audio/aac"),
    ("amr", "audio/amr"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("txt", "text/plain"),
    ("csv", "text/csv"),
    ("pdf", "application/pdf"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("3gp", "video/3gpp"),
    ("mp4", "video/mp4"),
];

fn mime_of(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    ENDINGS.iter().find(|(of, _)| *of == ending).map(|(_, mime)| *mime)
}

macro_rules! media {
    ($($(#[$doc:meta])* $name:ident $kind:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[must_use]
        pub struct $name(Parts);

        impl $name {
            /// A file that was uploaded or received, by its id.
            pub fn id(id: impl Into<MediaId>) -> Self {
                Self(Parts::new(Source::Id(id.into())))
            }

            /// A file that Meta fetches from this address and remembers for ten minutes.
            pub fn link(url: impl Into<String>) -> Self {
                Self(Parts::new(Source::Link(url.into())))
            }

            /// A file on this machine. Its type follows from its ending; it is uploaded when it is sent.
            pub fn path(path: impl Into<PathBuf>) -> Self {
                Self(Parts::new(Source::File(MediaSource::Path(path.into()), None)))
            }

            /// Bytes of this MIME type; they are uploaded when it is sent.
            pub fn bytes(bytes: impl Into<Bytes>, mime: impl Into<String>) -> Self {
                Self(Parts::new(Source::File(MediaSource::Bytes(bytes.into()), Some(mime.into()))))
            }
        }

        impl IntoDraft for $name {
            fn into_draft(self) -> Result<Draft, DraftError> {
                self.0.into_draft(MediaKind::$kind, DraftKind::$kind)
            }
        }
    )*};
}

media! {
    /// A picture: JPEG or PNG, at most 5 MB (Meta: *Image messages*).
    Image Image;
    /// A film: MP4 or 3GP with H.264 and AAC, at most 16 MB (Meta: *Video messages*).
    Video Video;
    /// A recording: AAC, AMR, MP3, M4A or OGG with Opus, at most 16 MB (Meta: *Audio messages*).
    Audio Audio;
    /// A file of any type, at most 100 MB (Meta: *Document messages*).
    Document Document;
    /// A sticker: WebP, 512 × 512, at most 100 KB, or 500 KB if it moves (Meta: *Sticker messages*).
    Sticker Sticker;
}

macro_rules! captioned {
    ($($name:ident)*) => {$(
        impl $name {
            /// Words below it: at most 1,024 characters.
            pub fn caption(mut self, caption: impl Into<String>) -> Self {
                self.0.caption = Some(caption.into());
                self
            }
        }
    )*};
}

captioned! { Image Video Document }

impl Document {
    /// The name the person sees.
    pub fn filename(mut self, filename: impl Into<String>) -> Self {
        self.0.filename = Some(filename.into());
        self
    }
}

impl Audio {
    /// Shows it as a voice message; Meta wants OGG with Opus, one channel.
    pub fn voice(mut self) -> Self {
        self.0.voice = Some(true);
        self
    }
}
