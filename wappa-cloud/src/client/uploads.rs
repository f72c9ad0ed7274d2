//! Resumable uploads: the way to the handles that template headers and profile pictures need (Meta: *Resumable Upload
//! API*). Files for messages are uploaded by [`Graph::upload`](super::Graph::upload) instead.
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use bytes::Bytes;
//! use wappa_cloud::{AccessToken, AppId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"id":"upload:MTph?sig=ARZ"}"#), (200, r#"{"h":"4::aW1h"}"#)]);
//! let (token, app) = (AccessToken::new("EAAG…"), AppId::from("67084829086449"));
//! let picture = Bytes::from_static(b"a picture");
//! // Where the connection breaks, it goes on from where Meta has got to.
//! let handle = graph.uploads(&token).upload(&app, "header.png", "image/png", &picture).await?;
//! assert_eq!(handle.as_str(), "4::aW1h");
//! # Ok(())
//! # }
//! ```

use std::fmt;

use bytes::Bytes;

use super::{
    Graph, GraphError,
    check::wrong,
    error::Certainty,
    node::{Call, Node},
    open::answers,
};
use crate::{id::AppId, secret::AccessToken};

/// Uploads of an app.
#[derive(Clone, Copy)]
pub struct Uploads<'a> {
    graph: &'a Graph,
    token: &'a AccessToken,
}

/// An upload that has begun. It can be kept, and gone on with after a restart.
#[derive(Clone, PartialEq, Eq)]
pub struct UploadSession {
    id: String,
}

/// What an uploaded file is called in a template's header or a profile, like `4::aW1h…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Handle(String);

answers! {
    /// A session.
    struct Begun {
        id: Option<String>,
    }

    /// How far it is.
    struct Progress {
        file_offset: Option<u64>,
        h: Option<String>,
    }
}

/// How often [`Uploads::upload`] goes on with an upload that was cut off.
const RESUMES: usize = 3;

impl Graph {
    /// Uploads with this token.
    pub fn uploads<'a>(&'a self, token: &'a AccessToken) -> Uploads<'a> {
        Uploads { graph: self, token }
    }
}

impl Uploads<'_> {
    /// Uploads a file. If the connection breaks it goes on from where Meta has got to, three times at most.
    ///
    /// # Errors
    /// Meta refused it, or no answer came as often; then [`Uploads::begin`] and [`Uploads::resume`] leave the pauses to
    /// you.
    pub async fn upload(
        self,
        app: &AppId,
        name: &str,
        mime: &str,
        bytes: &Bytes,
    ) -> Result<Handle, GraphError> {
        let session = self.begin(app, name, mime, bytes.len() as u64).await?;
        let mut last = match self.send(&session, 0, bytes.clone()).await {
            Err(error) if error.certainty() == Certainty::Unknown => error,
            done => return done,
        };
        for _ in 0..RESUMES {
            match self.resume(&session, bytes).await {
                Err(error) if error.certainty() == Certainty::Unknown => last = error,
                done => return done,
            }
        }
        Err(last)
    }

    /// Begins an upload of so many bytes.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn begin(
        self,
        app: &AppId,
        name: &str,
        mime: &str,
        length: u64,
    ) -> Result<UploadSession, GraphError> {
        let checked = if length == 0 { Err(wrong("an empty file can't be uploaded")) } else { Ok(()) };
        let call = Node::new(self.graph, self.token, app.as_str())
            .post("uploads")
            .query("file_length", length.to_string())
            .query("file_type", mime)
            .query("file_name", name)
            .checked(checked);
        let id = call.answer::<Begun>().await?.id.filter(|id| id.starts_with("upload:"));
        id.map(|id| UploadSession { id }).ok_or_else(GraphError::incomplete)
    }

    /// How many bytes Meta has.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn offset(self, session: &UploadSession) -> Result<u64, GraphError> {
        let progress: Progress = self.call(session, Node::get).answer().await?;
        progress.file_offset.ok_or_else(GraphError::incomplete)
    }

    /// Goes on with an upload: asks how far it is and sends the rest. `bytes` is the whole file.
    ///
    /// # Errors
    /// Meta has more bytes than the file, refused it, or no answer came.
    pub async fn resume(self, session: &UploadSession, bytes: &Bytes) -> Result<Handle, GraphError> {
        let offset = self.offset(session).await?;
        let from = usize::try_from(offset).ok().filter(|from| *from <= bytes.len());
        let Some(from) = from else {
            return Err(wrong(format!(
                "Meta has {offset} bytes of a file of {}: it is another one",
                bytes.len()
            )));
        };
        self.send(session, offset, bytes.slice(from..)).await
    }

    /// Sends the bytes from this place to the end.
    async fn send(self, session: &UploadSession, offset: u64, bytes: Bytes) -> Result<Handle, GraphError> {
        let progress: Progress = self.call(session, Node::post).chunk(offset, bytes).answer().await?;
        progress.h.map(Handle).ok_or_else(GraphError::incomplete)
    }

    /// A session's id is a path with a query.
    fn call<'s>(self, session: &'s UploadSession, method: fn(Node<'s>, &str) -> Call<'s>) -> Call<'s>
    where
        Self: 's,
    {
        let (path, query) = session.id.split_once('?').unwrap_or((&session.id, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let call = method(Node::new(self.graph, self.token, path), "");
        pairs.fold(call, |call, (key, value)| call.query(key, value))
    }
}

impl UploadSession {
    /// An upload that has begun before, by the id it had then.
    ///
    /// # Errors
    /// It is no id of an upload: those begin with `upload:`.
    pub fn from_id(id: impl Into<String>) -> Result<Self, GraphError> {
        let id = id.into();
        if id.starts_with("upload:") {
            Ok(Self { id })
        } else {
            Err(wrong("an upload's id begins with `upload:`"))
        }
    }

    /// Its id, to be kept. It lets whoever has the token go on with the upload.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for UploadSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UploadSession(…)")
    }
}

impl Handle {
    /// The handle.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Handle {
    fn from(handle: &str) -> Self {
        Self(handle.to_owned())
    }
}

impl From<String> for Handle {
    fn from(handle: String) -> Self {
        Self(handle)
    }
}

impl From<Handle> for String {
    fn from(handle: Handle) -> Self {
        handle.0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::transport::{
        BoxFuture, GraphRequest, GraphResponse, RequestBody, Transport, TransportError, TransportErrorKind,
    };

    /// Meta's side of an upload, whose connection breaks after every third byte but the last.
    #[derive(Default)]
    struct Breaking {
        had: Mutex<Vec<u8>>,
    }

    impl Transport for Breaking {
        fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
            let mut had = self.had.lock().unwrap();
            let answer = match request.body {
                RequestBody::Chunk { offset, bytes } => {
                    assert_eq!(offset, had.len() as u64, "it goes on where Meta has got to");
                    had.extend(bytes.iter().take(3));
                    if bytes.len() > 3 { None } else { Some(r#"{"h":"4::x"}"#.to_owned()) }
                }
                _ if request.method == http::Method::GET => {
                    Some(format!(r#"{{"file_offset":{}}}"#, had.len()))
                }
                _ => Some(r#"{"id":"upload:MTph?sig=ARZ"}"#.to_owned()),
            };
            let response = answer.map(|body| GraphResponse {
                status: 200,
                retry_after: None,
                content_type: None,
                body: body.into(),
            });
            Box::pin(async move { response.ok_or_else(|| TransportErrorKind::Broken.into()) })
        }
    }

    async fn upload(bytes: &'static [u8]) -> (Result<Handle, GraphError>, Vec<u8>) {
        let breaking = Arc::new(Breaking::default());
        let graph = Graph::new(Arc::clone(&breaking) as Arc<dyn Transport>);
        let (token, app) = (AccessToken::new("EAAB"), AppId::from("1"));
        let handle =
            graph.uploads(&token).upload(&app, "a.png", "image/png", &Bytes::from_static(bytes)).await;
        let had = breaking.had.lock().unwrap().clone();
        (handle, had)
    }

    #[tokio::test]
    async fn what_was_cut_off_goes_on() {
        let (handle, had) = upload(b"hello world!").await;
        assert_eq!((handle.unwrap().as_str(), had.as_slice()), ("4::x", &b"hello world!"[..]));
    }

    #[tokio::test]
    async fn after_three_times_the_caller_decides() {
        let (handle, had) = upload(b"hello world, and more").await;
        assert_eq!(handle.unwrap_err().certainty(), Certainty::Unknown);
        assert_eq!(had.len(), 12);
    }

    #[test]
    fn a_session_is_kept_by_its_id_and_does_not_show_it() {
        assert!(UploadSession::from_id("4::x").is_err());
        let session = UploadSession::from_id("upload:MTph?sig=ARZ").unwrap();
        assert_eq!(format!("{session:?} {}", session.id().len()), "UploadSession(…) 19");
    }
}
