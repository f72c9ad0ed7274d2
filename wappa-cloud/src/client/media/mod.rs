//! Files: up to Meta and down from it (Meta: *Media*). Uploads that templates and profiles need are in `uploads`.
//!
//! ```no_run
//! use wappa_cloud::{AccessToken, Graph, GraphError, MediaId, MediaKind, PhoneNumberId};
//!
//! # async fn run(graph: Graph, token: AccessToken, number: PhoneNumberId, id: MediaId) -> Result<(), GraphError> {
//! // What somebody sent: its size is known before anything is fetched, its hash is checked when it is there.
//! let info = graph.media(&token, &id).await?;
//! println!("{} bytes of {}", info.file_size.unwrap_or(0), info.mime_type.as_deref().unwrap_or("something"));
//! let bytes = graph.download(&token, &info, 5 * 1024 * 1024).await?;
//!
//! // An address that somebody wrote: it is not fetched if it leads into a private network.
//! let upload = graph.fetch(MediaKind::Image, "https://example.org/cat.png").await?;
//! let id = graph.upload(&token, &number, &upload).await?;
//! # let _ = (bytes, id);
//! # Ok(())
//! # }
//! # let _ = run;
//! ```

mod cache;
mod download;

use ::http::Method;
use bytes::{Bytes, BytesMut};
use futures_util::stream::{Stream, TryStreamExt};

pub use self::{cache::UploadCache, download::Download};
use super::{Graph, GraphError, Success, check::wrong, node::fields, open::answers, request};
use crate::{
    code::ErrorKind,
    draft::Upload,
    id::{MediaId, PhoneNumberId},
    limits::{DOCUMENT_SIZE, file_rule, media_rule},
    media::MediaKind,
    secret::AccessToken,
    transport::{FilePart, GraphRequest, MediaSource, RequestBody, Target},
};

answers! {
    /// A file that Meta keeps.
    pub struct MediaInfo {
        /// Its id.
        id: MediaId,
        /// Where it is for the next five minutes.
        url: String,
        /// Its MIME type.
        mime_type: Option<String>,
        /// The SHA-256 of its bytes, in hexadecimal digits or base64.
        sha256: Option<String>,
        /// Its size in bytes.
        file_size: Option<u64>,
        /// Always `whatsapp`.
        messaging_product: Option<String>,
    }
}

answers! {
    /// A file that was uploaded.
    struct Uploaded {
        id: MediaId,
    }
}

impl Upload {
    /// Gathers a stream in memory, and stops where it becomes larger than Meta takes.
    ///
    /// # Errors
    /// Meta does not take this type for it, it is too large, or the stream failed.
    pub async fn from_stream<S, E>(
        kind: MediaKind,
        mime: &str,
        filename: Option<String>,
        stream: S,
    ) -> Result<Self, GraphError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: std::error::Error + Send + Sync + 'static,
    {
        let most = media_rule(kind, mime).ok_or_else(|| not_taken(kind, mime))?.max_bytes;
        let mut stream = std::pin::pin!(stream);
        let mut gathered = BytesMut::new();
        while let Some(bytes) = stream.try_next().await.map_err(GraphError::from_source)? {
            if gathered.len() + bytes.len() > most {
                return Err(wrong(format!(
                    "the stream is larger than the {most} bytes Meta takes of {mime}"
                )));
            }
            gathered.extend_from_slice(&bytes);
        }
        Self::new(kind, MediaSource::Bytes(gathered.freeze()), mime, filename)
            .map_err(GraphError::from_source)
    }

    /// The same file with its bytes in memory, read by blocking calls. Its size is looked at before it is read.
    ///
    /// # Errors
    /// It is larger than Meta takes, or cannot be read.
    pub fn read_blocking(self) -> Result<Self, GraphError> {
        let MediaSource::Path(path) = &self.source else { return Ok(self) };
        let most =
            media_rule(self.kind, &self.mime).ok_or_else(|| not_taken(self.kind, &self.mime))?.max_bytes;
        let length = std::fs::metadata(path).map_err(GraphError::from_source)?.len();
        if usize::try_from(length).map_or(true, |length| length > most) {
            let mime = &self.mime;
            return Err(wrong(format!("the file has {length} bytes; Meta takes {most} of {mime}")));
        }
        let bytes = std::fs::read(path).map_err(GraphError::from_source)?;
        let read = self.with_bytes(bytes.into());
        // What its header says is known only now.
        read.fits()?;
        Ok(read)
    }

    /// What is wrong with it, found before it goes anywhere.
    fn check(&self) -> Result<(), GraphError> {
        match &self.source {
            MediaSource::Bytes(bytes) if bytes.is_empty() => Err(wrong("an empty file can't be uploaded")),
            _ => self.fits(),
        }
    }

    /// Whether its type and, as far as it is known, its size are what Meta takes.
    fn fits(&self) -> Result<(), GraphError> {
        let bytes = match &self.source {
            MediaSource::Bytes(bytes) => &bytes[..],
            MediaSource::Path(_) => &[],
        };
        let most = file_rule(self.kind, &self.mime, bytes)
            .ok_or_else(|| not_taken(self.kind, &self.mime))?
            .max_bytes;
        if bytes.len() <= most {
            return Ok(());
        }
        let (length, mime) = (bytes.len(), &self.mime);
        Err(wrong(format!("the file has {length} bytes; Meta takes {most} of {mime}: make it smaller")))
    }
}

fn not_taken(kind: MediaKind, mime: &str) -> GraphError {
    wrong(format!("Meta does not take {mime:?} as {kind}"))
}

impl Graph {
    /// Uploads a file. Its id is good for 30 days and this number. A file on disk is read first.
    ///
    /// # Errors
    /// It is larger than Meta takes, or of a type Meta does not take, or cannot be read: nothing was sent. Or Meta refused
    /// it, or no answer came.
    pub async fn upload(
        &self,
        token: &AccessToken,
        number: &PhoneNumberId,
        upload: &Upload,
    ) -> Result<MediaId, GraphError> {
        upload.check()?;
        let bytes = match &upload.source {
            MediaSource::Bytes(bytes) => bytes.clone(),
            MediaSource::Path(_) => read(upload.clone()).await?,
        };
        let file = FilePart { name: upload.filename.clone(), mime: upload.mime.clone(), bytes };
        let fields = fields([("messaging_product", Some("whatsapp")), ("type", Some(&upload.mime))]);
        let body = RequestBody::Multipart { fields, file };
        let path = format!("{number}/media");
        let uploaded: Uploaded = self.answer(request(Method::POST, token, path, Vec::new(), body)).await?;
        Ok(uploaded.id)
    }

    /// Fetches a file from an address that somebody gave, to be uploaded: without any token, and not from a private
    /// network, wherever the address leads. Its type is what its server says.
    ///
    /// # Errors
    /// The address leads into a private network, or to nothing, or to something larger or of another type than Meta takes
    /// for this kind of media.
    pub async fn fetch(&self, kind: MediaKind, url: &str) -> Result<Upload, GraphError> {
        let most = largest(kind);
        let fetch = GraphRequest {
            max_answer: Some(most),
            ..GraphRequest::new(Method::GET, Target::Public(url.to_owned()))
        };
        let answered = self.transport.call(fetch).await;
        let response = answered.map_err(|error| download::fetched_too_much(error, most))?;
        if !response.is_success() {
            let message = format!("the address answered {}", response.status);
            return Err(GraphError::local(ErrorKind::Media, message));
        }
        let mime = response.content_type.as_deref().unwrap_or("application/octet-stream");
        let name = url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next());
        let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
        Upload::new(kind, MediaSource::Bytes(response.body), mime, name).map_err(GraphError::from_source)
    }

    /// Where a file is, and what Meta knows of it: its size and its hash, before it is fetched.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn media(&self, token: &AccessToken, id: &MediaId) -> Result<MediaInfo, GraphError> {
        self.answer(request(Method::GET, token, id.to_string(), Vec::new(), RequestBody::Empty)).await
    }

    /// The same, if the file is this number's.
    ///
    /// # Errors
    /// It is another number's, Meta refused it for another reason, or no answer came.
    pub async fn media_of(
        &self,
        token: &AccessToken,
        id: &MediaId,
        number: &PhoneNumberId,
    ) -> Result<MediaInfo, GraphError> {
        let query = vec![("phone_number_id".to_owned(), number.to_string())];
        self.answer(request(Method::GET, token, id.to_string(), query, RequestBody::Empty)).await
    }

    /// Uploads a file of one number for another, whose ids are its own. It goes through the memory of this machine.
    ///
    /// # Errors
    /// The file is gone, or no longer what Meta announced; Meta refused it; or no answer came.
    pub async fn upload_again(
        &self,
        (from_token, id): (&AccessToken, &MediaId),
        (to_token, number): (&AccessToken, &PhoneNumberId),
        kind: MediaKind,
    ) -> Result<MediaId, GraphError> {
        let info = self.media(from_token, id).await?;
        let bytes = self.download(from_token, &info, largest(kind)).await?;
        let mime = info.mime_type.as_deref().unwrap_or("application/octet-stream");
        let upload =
            Upload::new(kind, MediaSource::Bytes(bytes), mime, None).map_err(GraphError::from_source)?;
        self.upload(to_token, number, &upload).await
    }

    /// Has Meta forget a file.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn delete_media(&self, token: &AccessToken, id: &MediaId) -> Result<(), GraphError> {
        let delete = request(Method::DELETE, token, id.to_string(), Vec::new(), RequestBody::Empty);
        self.answer::<Success>(delete).await?.confirmed()
    }
}

/// The most bytes of any type that Meta takes for this kind.
fn largest(kind: MediaKind) -> usize {
    use crate::limits::{AUDIO_SIZE, IMAGE_SIZE, STICKER_SIZE, VIDEO_SIZE};
    match kind {
        MediaKind::Image => IMAGE_SIZE.max,
        MediaKind::Video => VIDEO_SIZE.max,
        MediaKind::Audio => AUDIO_SIZE.max,
        MediaKind::Sticker => STICKER_SIZE.max,
        MediaKind::Document => DOCUMENT_SIZE.max,
    }
}

/// Reads a file beside the tasks that wait for the network.
#[cfg(feature = "client")]
async fn read(upload: Upload) -> Result<Bytes, GraphError> {
    let read = tokio::task::spawn_blocking(move || upload.read_blocking()).await;
    bytes_of(read.map_err(GraphError::from_source)??)
}

/// Without a runtime there is nothing to read it beside.
#[cfg(not(feature = "client"))]
async fn read(upload: Upload) -> Result<Bytes, GraphError> {
    std::future::ready(upload.read_blocking().and_then(bytes_of)).await
}

fn bytes_of(upload: Upload) -> Result<Bytes, GraphError> {
    match upload.source {
        MediaSource::Bytes(bytes) if !bytes.is_empty() => Ok(bytes),
        MediaSource::Bytes(_) | MediaSource::Path(_) => Err(wrong("an empty file can't be uploaded")),
    }
}

#[cfg(test)]
mod tests;
