//! Files on their way down: counted, hashed, and asked for again where their address is too old.

use std::{
    fmt, mem,
    pin::Pin,
    task::{Context, Poll},
};

use ::http::Method;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use futures_util::stream::{BoxStream, Stream, TryStreamExt};
use sha2::{Digest, Sha256};

use super::MediaInfo;
use crate::{
    client::{Graph, GraphError},
    code::ErrorKind,
    secret::AccessToken,
    transport::{GraphRequest, Target, TransportError, TransportErrorKind},
};

/// A file on its way: a stream of its bytes. It ends with an error if it is larger than allowed, or is not the file that Meta
/// announced; what came before must not be trusted then.
#[must_use = "a download is read as a stream"]
pub struct Download {
    chunks: BoxStream<'static, Result<Bytes, TransportError>>,
    hash: Sha256,
    announced: Option<String>,
    left: usize,
    limit: usize,
    is_over: bool,
}

impl Graph {
    /// Fetches a file of at most `limit` bytes and checks it against its hash. If its address is too old, Meta is asked for
    /// another, once.
    ///
    /// # Errors
    /// The file is gone or too large, or what came is not what Meta announced.
    pub async fn download(
        &self,
        token: &AccessToken,
        info: &MediaInfo,
        limit: usize,
    ) -> Result<Bytes, GraphError> {
        let mut download = self.open_download(token, info, limit).await?;
        let mut gathered = BytesMut::new();
        let mut only = Bytes::new();
        while let Some(bytes) = download.try_next().await? {
            // Most files come in one piece from transports that don't stream, which need not be copied.
            if only.is_empty() && gathered.is_empty() {
                only = bytes;
            } else {
                gathered.extend_from_slice(&mem::take(&mut only));
                gathered.extend_from_slice(&bytes);
            }
        }
        Ok(if gathered.is_empty() { only } else { gathered.freeze() })
    }

    /// The same as a stream, for files that should not be in memory as a whole.
    ///
    /// # Errors
    /// The file is gone, or Meta says that it is too large.
    pub async fn open_download(
        &self,
        token: &AccessToken,
        info: &MediaInfo,
        limit: usize,
    ) -> Result<Download, GraphError> {
        if info.file_size.is_some_and(|size| usize::try_from(size).map_or(true, |size| size > limit)) {
            return Err(too_large(limit));
        }
        match self.open_once(token, info, limit).await {
            // Meta's addresses are good for five minutes; it says so in several ways.
            Err(error) if matches!(error.status, Some(401 | 403 | 404 | 410)) => {
                let fresh = self.media(token, &info.id).await.map_err(|_| error)?;
                self.open_once(token, &fresh, limit).await
            }
            opened => opened,
        }
    }

    async fn open_once(
        &self,
        token: &AccessToken,
        info: &MediaInfo,
        limit: usize,
    ) -> Result<Download, GraphError> {
        let fetch = GraphRequest {
            token: Some(token.clone()),
            max_answer: Some(limit),
            ..GraphRequest::new(Method::GET, Target::Url(info.url.clone()))
        };
        let answer = self.transport.open(fetch).await.map_err(|error| fetched_too_much(error, limit))?;
        if !(200..300).contains(&answer.status) {
            return Err(GraphError::refused(&answer.gather().await?));
        }
        Ok(Download {
            chunks: answer.chunks,
            hash: Sha256::new(),
            announced: info.sha256.clone(),
            left: limit,
            limit,
            is_over: false,
        })
    }

    /// Fetches a file of at most `limit` bytes to a path. Nothing stands there before all of it has come and fits its hash.
    ///
    /// # Errors
    /// As for [`Graph::download`]; or it cannot be written.
    #[cfg(feature = "client")]
    pub async fn download_to(
        &self,
        token: &AccessToken,
        info: &MediaInfo,
        limit: usize,
        path: &std::path::Path,
    ) -> Result<(), GraphError> {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = std::path::PathBuf::from(part);
        let download = self.open_download(token, info, limit).await?;
        match write(download, &part).await {
            Ok(()) => tokio::fs::rename(&part, path).await.map_err(GraphError::from_source),
            Err(error) => {
                // The error that is told is the one that matters.
                let _ = tokio::fs::remove_file(&part).await;
                Err(error)
            }
        }
    }
}

#[cfg(feature = "client")]
async fn write(mut download: Download, part: &std::path::Path) -> Result<(), GraphError> {
    use tokio::io::AsyncWriteExt;

    let mut file = tokio::fs::File::create(part).await.map_err(GraphError::from_source)?;
    while let Some(bytes) = download.try_next().await? {
        file.write_all(&bytes).await.map_err(GraphError::from_source)?;
    }
    file.sync_all().await.map_err(GraphError::from_source)
}

impl Stream for Download {
    type Item = Result<Bytes, GraphError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let next = match self.chunks.as_mut().poll_next(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(next) => next,
        };
        let item = match next {
            Some(Ok(bytes)) if bytes.len() <= self.left => {
                self.left -= bytes.len();
                self.hash.update(&bytes);
                return Poll::Ready(Some(Ok(bytes)));
            }
            Some(Ok(_)) => Some(Err(too_large(self.limit))),
            Some(Err(error)) => Some(Err(error.into())),
            None => {
                let hash = mem::take(&mut self.hash).finalize();
                let differs = self.announced.as_deref().is_some_and(|announced| !is_hash(announced, &hash));
                differs.then(|| {
                    let message = "the file is not the one Meta announced: its SHA-256 differs".to_owned();
                    Err(GraphError::local(ErrorKind::Media, message))
                })
            }
        };
        self.is_over = true;
        Poll::Ready(item)
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// What went wrong on the way; a server that announces too much is told of like one that sends it.
pub(super) fn fetched_too_much(error: TransportError, limit: usize) -> GraphError {
    if error.kind == TransportErrorKind::TooLarge { too_large(limit) } else { error.into() }
}

fn too_large(limit: usize) -> GraphError {
    GraphError::local(ErrorKind::Media, format!("the file is larger than the {limit} bytes allowed"))
}

/// Whether an announced hash, in hexadecimal digits or base64, is this one.
fn is_hash(announced: &str, hash: &[u8]) -> bool {
    announced.eq_ignore_ascii_case(&hex::encode(hash)) || STANDARD.encode(hash) == announced
}
