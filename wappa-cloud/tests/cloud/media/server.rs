//! Meta's side of files: a server on this machine with a clock of its own, that remembers what it was asked.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde_json::json;
use sha2::{Digest, Sha256};
use wappa_cloud::{Graph, HttpConfig, HttpTransport};

/// For how long the address of a file is good, in seconds.
const GOOD_FOR: u64 = 300;

/// A server that is asked by clients of its own.
pub(super) struct Meta {
    state: Shared,
    origin: String,
}

type Shared = Arc<Mutex<Inner>>;

#[derive(Default)]
struct Inner {
    origin: String,
    now: u64,
    files: HashMap<String, File>,
    hits: Vec<Hit>,
    made: u32,
    /// After how many bytes the next parts of a resumable upload break off.
    breaks: VecDeque<usize>,
    uploaded: Vec<u8>,
}

/// A file as Meta tells of it.
#[derive(Clone)]
pub(super) struct File {
    pub(super) mime: &'static str,
    pub(super) body: Body,
    pub(super) size: Option<usize>,
    pub(super) sha256: Option<String>,
    /// Whether it is given without a token and for longer.
    pub(super) is_open: bool,
}

/// How a file comes.
#[derive(Clone)]
pub(super) enum Body {
    /// All of it, with its length.
    Whole(Bytes),
    /// So many pieces of four bytes, of which nobody says how many.
    Pieces(usize),
    /// Ten bytes are announced and five come.
    CutOff,
    /// It is elsewhere.
    Redirect(String),
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) path: String,
    pub(super) token: Option<String>,
    pub(super) offset: Option<usize>,
    pub(super) body: Bytes,
}

impl File {
    pub(super) fn of(mime: &'static str, body: Body) -> Self {
        let (size, sha256) = match &body {
            Body::Whole(bytes) => (Some(bytes.len()), Some(hex::encode(Sha256::digest(bytes)))),
            _ => (None, None),
        };
        Self { mime, body, size, sha256, is_open: false }
    }
}

impl Meta {
    pub(super) async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let state = Shared::new(Mutex::new(Inner { origin: origin.clone(), ..Inner::default() }));
        let router = Router::new()
            .route("/file/{id}", get(file))
            .route("/v25.0/{id}", get(node).post(chunk))
            .route("/v25.0/{id}/media", post(upload))
            .route("/v25.0/{id}/uploads", post(begin))
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { state, origin }
    }

    /// A client with connections of its own.
    pub(super) fn graph(&self) -> Graph {
        Graph::new(Arc::new(HttpTransport::new(&HttpConfig::new(&self.origin, "v25.0")).unwrap()))
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn keep(&self, id: &str, file: File) {
        lock(&self.state).files.insert(id.to_owned(), file);
    }

    pub(super) fn drop_file(&self, id: &str) {
        lock(&self.state).files.remove(id);
    }

    /// Lets time pass on the server.
    pub(super) fn advance(&self, by: Duration) {
        lock(&self.state).now += by.as_secs();
    }

    pub(super) fn hits(&self) -> Vec<Hit> {
        lock(&self.state).hits.clone()
    }

    pub(super) fn break_uploads<const N: usize>(&self, after: [usize; N]) {
        lock(&self.state).breaks = after.into();
    }

    pub(super) fn uploaded(&self) -> Vec<u8> {
        lock(&self.state).uploaded.clone()
    }
}

fn lock(state: &Shared) -> MutexGuard<'_, Inner> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn token(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(header::AUTHORIZATION)?.to_str().ok()?.to_owned())
}

fn hit(state: &Shared, path: String, headers: &HeaderMap, body: Bytes) {
    let offset = headers.get("file_offset").and_then(|offset| offset.to_str().ok()?.parse().ok());
    lock(state).hits.push(Hit { path, token: token(headers), offset, body });
}

/// What is known of a file, or how far an upload is.
async fn node(State(state): State<Shared>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    hit(&state, format!("/v25.0/{id}"), &headers, Bytes::new());
    let inner = lock(&state);
    if id.starts_with("upload:") {
        return axum::Json(json!({ "id": id, "file_offset": inner.uploaded.len() })).into_response();
    }
    let Some(file) = inner.files.get(&id) else { return StatusCode::NOT_FOUND.into_response() };
    let url = format!("{}/file/{id}?from={}", inner.origin, inner.now);
    axum::Json(json!({
        "messaging_product": "whatsapp", "id": id, "url": url, "mime_type": file.mime, "sha256": file.sha256,
        "file_size": file.size,
    }))
    .into_response()
}

async fn file(
    State(state): State<Shared>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, u64>>,
    headers: HeaderMap,
) -> Response {
    hit(&state, format!("/file/{id}"), &headers, Bytes::new());
    let inner = lock(&state);
    let Some(file) = inner.files.get(&id).cloned() else { return StatusCode::NOT_FOUND.into_response() };
    let from = query.get("from").copied().unwrap_or_default();
    if !file.is_open && (token(&headers).is_none() || inner.now > from + GOOD_FOR) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let piece = |bytes: &'static [u8]| Ok::<_, std::io::Error>(Bytes::from_static(bytes));
    match file.body {
        Body::Whole(bytes) => bytes.into_response(),
        Body::Pieces(count) => {
            let pieces = stream::iter((0..count).map(move |_| piece(b"four")));
            axum::body::Body::from_stream(pieces).into_response()
        }
        Body::CutOff => {
            let broken = stream::iter([piece(b"hello"), Err(std::io::Error::other("broken"))]);
            ([(header::CONTENT_LENGTH, "10")], axum::body::Body::from_stream(broken)).into_response()
        }
        Body::Redirect(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
    }
}

async fn upload(
    State(state): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    hit(&state, format!("/v25.0/{id}/media"), &headers, body);
    let mut inner = lock(&state);
    inner.made += 1;
    axum::Json(json!({ "id": format!("9{}", inner.made) })).into_response()
}

async fn begin(State(state): State<Shared>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    hit(&state, format!("/v25.0/{id}/uploads"), &headers, Bytes::new());
    axum::Json(json!({ "id": "upload:MTph?sig=ARZ" })).into_response()
}

/// A part of a file, of which perhaps only the beginning arrives.
async fn chunk(State(state): State<Shared>, Path(id): Path<String>, request: Request) -> Response {
    let headers = request.headers().clone();
    hit(&state, format!("/v25.0/{id}"), &headers, Bytes::new());
    let most = lock(&state).breaks.pop_front();
    let mut got = Vec::new();
    let mut parts = request.into_body().into_data_stream();
    while let Some(Ok(part)) = parts.next().await {
        got.extend_from_slice(&part);
        if most.is_some_and(|most| got.len() >= most) {
            break;
        }
    }
    if let Some(most) = most {
        got.truncate(most);
    }
    lock(&state).uploaded.extend(got);
    if most.is_some() {
        // The connection breaks while the answer is on its way.
        let broken = stream::iter([Err::<Bytes, _>(std::io::Error::other("broken"))]);
        return ([(header::CONTENT_LENGTH, "10")], axum::body::Body::from_stream(broken)).into_response();
    }
    axum::Json(json!({ "h": "4::done" })).into_response()
}
