//! The door every byte to Meta leaves through: a Graph request goes in, a response comes out. What the calls mean is in
//! `client`.

use std::{error::Error, fmt, future, path::PathBuf, pin::Pin, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use http::Method;

use crate::secret::AccessToken;

/// A boxed future, as dynamic dispatch needs it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Carries Graph requests. `HttpTransport` goes over the network; an emulator answers in the same process.
pub trait Transport: Send + Sync + 'static {
    /// Makes one call. An answer of any status is `Ok`; what it means is decided by the caller.
    ///
    /// # Errors
    /// There is no answer, or the request was not allowed to go there.
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>>;

    /// Makes one call whose answer is read piece by piece, as files are. Without an implementation of its own the answer
    /// is one piece.
    ///
    /// # Errors
    /// There is no answer, or the request was not allowed to go there.
    fn open(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphStream, TransportError>> {
        Box::pin(async move {
            let GraphResponse { status, retry_after, content_type, body } = self.call(request).await?;
            let chunks = stream::once(future::ready(Ok(body))).boxed();
            Ok(GraphStream { status, retry_after, content_type, chunks })
        })
    }
}

/// A call to make. `Debug` shows the names of query parameters and not their values, as some are secret.
#[derive(Clone)]
pub struct GraphRequest {
    /// The HTTP method.
    pub method: Method,
    /// Where to.
    pub target: Target,
    /// Query parameters, not yet encoded.
    pub query: Vec<(String, String)>,
    /// The bearer token. It goes to Meta's hosts and the configured base alone.
    pub token: Option<AccessToken>,
    /// What to send.
    pub body: RequestBody,
    /// The most bytes of an answer to accept; `None` is [`GraphRequest::MAX_ANSWER`].
    pub max_answer: Option<usize>,
}

impl GraphRequest {
    /// How large an answer may be where the request does not say: 8 MiB, far above any JSON Graph sends.
    pub const MAX_ANSWER: usize = 8 * 1024 * 1024;

    /// A request without body, query and token.
    pub fn new(method: Method, target: Target) -> Self {
        Self { method, target, query: Vec::new(), token: None, body: RequestBody::Empty, max_answer: None }
    }
}

impl fmt::Debug for GraphRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("GraphRequest")
            .field("method", &self.method)
            .field("target", &self.target)
            .field("query", &names)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A path below base URL and version, such as `106540352242922/messages`.
    Node(String),
    /// A path on `api.facebook.com`, which has no versions; below the base URL where that is not Meta's.
    Api(String),
    /// An absolute URL, as Meta gives for media.
    Url(String),
    /// An absolute URL that somebody else gave. It is never given a token, and not followed into a private network,
    /// neither by its name nor along a redirect.
    Public(String),
}

/// What a request carries.
#[derive(Clone)]
pub enum RequestBody {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Bytes),
    /// A form without files.
    Form(Vec<(String, String)>),
    /// The bytes of a resumable upload from this place on (Meta: *Resumable Upload API*). The token goes with it as
    /// `OAuth`.
    Chunk {
        /// How many bytes Meta has.
        offset: u64,
        /// Those that follow.
        bytes: Bytes,
    },
    /// A form with one file.
    Multipart {
        /// The other fields, in order.
        fields: Vec<(String, String)>,
        /// The file.
        file: FilePart,
    },
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(body) => write!(f, "Json({} bytes)", body.len()),
            Self::Form(fields) => write!(f, "Form({} fields)", fields.len()),
            Self::Chunk { offset, bytes } => write!(f, "Chunk({} bytes from {offset})", bytes.len()),
            Self::Multipart { file, .. } => write!(f, "Multipart({file:?})"),
        }
    }
}

/// Where the bytes of a file to upload come from.
#[derive(Clone, PartialEq, Eq)]
pub enum MediaSource {
    /// A file on this machine.
    Path(PathBuf),
    /// Memory.
    Bytes(Bytes),
}

impl fmt::Debug for MediaSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "Path({})", path.display()),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
        }
    }
}

/// The file of a form; its field is called `file`.
#[derive(Clone)]
pub struct FilePart {
    /// The file's name.
    pub name: String,
    /// Its MIME type.
    pub mime: String,
    /// Its bytes.
    pub bytes: Bytes,
}

impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} bytes", self.mime, self.bytes.len())
    }
}

/// An answer.
#[derive(Clone)]
pub struct GraphResponse {
    /// The HTTP status.
    pub status: u16,
    /// What `Retry-After` says, if it does.
    pub retry_after: Option<Duration>,
    /// What `Content-Type` says.
    pub content_type: Option<String>,
    /// The body.
    pub body: Bytes,
}

/// An answer that is read piece by piece.
pub struct GraphStream {
    /// The HTTP status.
    pub status: u16,
    /// What `Retry-After` says, if it does.
    pub retry_after: Option<Duration>,
    /// What `Content-Type` says.
    pub content_type: Option<String>,
    /// The body.
    pub chunks: BoxStream<'static, Result<Bytes, TransportError>>,
}

impl GraphStream {
    /// Most of the body that is gathered of an answer that should have been a file.
    const MOST_OF_AN_ERROR: usize = 64 * 1024;

    /// The answer in one piece, cut off where it is longer than any error of Meta's.
    pub(crate) async fn gather(mut self) -> Result<GraphResponse, TransportError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunks.try_next().await? {
            body.extend_from_slice(&chunk);
            if body.len() > Self::MOST_OF_AN_ERROR {
                break;
            }
        }
        let Self { status, retry_after, content_type, .. } = self;
        Ok(GraphResponse { status, retry_after, content_type, body: body.freeze() })
    }
}

impl fmt::Debug for GraphStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphStream").field("status", &self.status).finish_non_exhaustive()
    }
}

impl GraphResponse {
    /// Whether the status is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl fmt::Debug for GraphResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphResponse")
            .field("status", &self.status)
            .field("retry_after", &self.retry_after)
            .field("content_type", &self.content_type)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// There is no answer.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
#[non_exhaustive]
pub struct TransportError {
    /// What happened, which says whether the request may have arrived.
    pub kind: TransportErrorKind,
    /// The cause.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// An error of this kind with its cause.
    pub fn new(kind: TransportErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, source: Some(source.into()) }
    }
}

impl From<TransportErrorKind> for TransportError {
    fn from(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }
}

/// What happened to a request that got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made: provably nothing was sent.
    #[error("no connection could be made; nothing was sent")]
    Connect,
    /// No answer came in time; the request may have arrived.
    #[error("no answer came in time; the request may have arrived")]
    Timeout,
    /// The connection broke; the request may have arrived.
    #[error("the connection broke; the request may have arrived")]
    Broken,
    /// The request must not go there; nothing was sent.
    #[error("the request must not go to this destination; nothing was sent")]
    Refused,
    /// The answer is larger than asked for.
    #[error("the answer is larger than allowed")]
    TooLarge,
}
