//! The transport door: one request to the Graph API, one response. The HTTP client is one transport, an emulator another.

use std::{error::Error as StdError, fmt, future::Future, path::PathBuf, pin::Pin, time::Duration};

use bytes::Bytes;

use crate::secret::AccessToken;

/// A boxed future.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Takes requests to the Graph API.
pub trait Transport: Send + Sync + 'static {
    /// Makes one attempt. Every answer of the other side, whatever its status, is a response; an error means that none
    /// came.
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>>;
}

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
}

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A path below the base URL and version, like `106540352242922/messages`.
    Node(String),
    /// An absolute URL that Meta gave, for media.
    Url(String),
}

/// A request to the Graph API.
#[derive(Debug, Clone)]
pub struct GraphRequest {
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub target: Target,
    /// Query parameters.
    pub query: Vec<(String, String)>,
    /// What it is authorised with.
    pub token: Option<AccessToken>,
    /// What it carries.
    pub body: RequestBody,
    /// The most bytes the response may have.
    pub limit: usize,
}

/// What a request carries.
#[derive(Clone)]
pub enum RequestBody {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Bytes),
    /// A form with a file.
    Multipart {
        /// The plain fields.
        fields: Vec<(&'static str, String)>,
        /// The file.
        file: FilePart,
    },
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(body) => write!(f, "Json({} bytes)", body.len()),
            Self::Multipart { file, .. } => write!(f, "Multipart({} bytes)", file.bytes.len()),
        }
    }
}

/// A file in a form.
#[derive(Debug, Clone)]
pub struct FilePart {
    /// Its name.
    pub name: String,
    /// Its MIME type.
    pub mime: String,
    /// Its content.
    pub bytes: Bytes,
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

/// What came back.
#[derive(Debug, Clone)]
pub struct GraphResponse {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<Duration>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// The body.
    pub body: Bytes,
}

/// No response came.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct TransportError {
    /// What happened, and whether the request can have arrived.
    pub kind: TransportErrorKind,
    /// The cause.
    #[source]
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Why no response came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: the request was certainly not sent.
    #[error("no connection to the Graph API: check the network and WHATSAPP_API_BASE_URL")]
    Connect,
    /// No answer in time: it may have arrived.
    #[error("the Graph API did not answer in time")]
    Timeout,
    /// The connection broke: it may have arrived.
    #[error("the connection to the Graph API broke")]
    Broken,
    /// The response is larger than allowed.
    #[error("the response is larger than allowed")]
    TooLarge,
    /// Credentials may not go there: nothing was sent.
    #[error("credentials are not sent to this destination: it is neither Meta's nor the configured base URL")]
    Refused,
}

impl TransportError {
    /// An error of this kind without a cause of its own.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// An error of this kind.
    pub fn caused(kind: TransportErrorKind, source: impl StdError + Send + Sync + 'static) -> Self {
        Self { kind, source: Some(Box::new(source)) }
    }
}
