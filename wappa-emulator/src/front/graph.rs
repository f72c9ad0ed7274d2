//! Graph over HTTP, for a bot in another process: turns requests into calls to the world.

use axum::Form;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::io;
use std::time::Duration;

use crate::clock::within;
use crate::emulator::Emulator;
use crate::world::DOWNLOADS;
use crate::world::graph::{FormFile, GraphBody, GraphCall, Heard};

/// How long a call without an answer is held, of the machine's time.
const LONGEST_SILENCE: Duration = Duration::from_mins(2);

pub(super) async fn call(
    State(emulator): State<Emulator>,
    Path((version, path)): Path<(String, String)>,
    query: Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    if !is_version(&version) {
        let path = format!("{version}/{path}");
        return answer(&emulator, path, query, request).await;
    }
    answer(&emulator, path, query, request).await
}

pub(super) async fn download(
    State(emulator): State<Emulator>,
    Path(id): Path<String>,
    query: Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    answer(&emulator, format!("{DOWNLOADS}/{id}"), query, request).await
}

async fn answer(
    emulator: &Emulator,
    path: String,
    Query(mut query): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let method = request.method().clone();
    let token = bearer(request.headers())
        .or_else(|| query.iter().find(|(key, _)| key == "access_token").map(|(_, token)| token.clone()));
    query.retain(|(key, _)| key != "access_token");
    let body = match body(request).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let answer = emulator.graph(GraphCall { method, path, query, token, body }).await;
    match answer.heard {
        Heard::Now => {}
        Heard::After(wait) => emulator.pause(wait).await,
        Heard::Never => return silence().await,
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response =
        (status, [(header::CONTENT_TYPE, answer.content_type)], Body::from(answer.body)).into_response();
    if let Some(wait) = answer.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

/// Keeps a caller waiting for longer than callers do, then breaks the connection.
async fn silence() -> Response {
    within(LONGEST_SILENCE, std::future::pending::<()>()).await;
    Body::from_stream(stream::once(async {
        Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionAborted))
    }))
    .into_response()
}

fn is_version(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .and_then(|version| version.split_once('.'))
        .is_some_and(|(major, minor)| major.parse::<u16>().is_ok() && minor.parse::<u16>().is_ok())
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
    known.then(|| token.trim().to_owned())
}

async fn body(request: Request) -> Result<GraphBody, Response> {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        let form = Multipart::from_request(request, &()).await.map_err(IntoResponse::into_response)?;
        return read(form).await.map_err(IntoResponse::into_response);
    }
    if kind.starts_with("application/x-www-form-urlencoded") {
        let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
        let Form(fields) = form.map_err(IntoResponse::into_response)?;
        return Ok(GraphBody::Form { fields, file: None });
    }
    let offset = request.headers().get("file_offset").and_then(|offset| offset.to_str().ok()?.parse().ok());
    let bytes = Bytes::from_request(request, &()).await.map_err(IntoResponse::into_response)?;
    if let Some(offset) = offset {
        return Ok(GraphBody::Chunk { offset, bytes });
    }
    Ok(if bytes.is_empty() { GraphBody::Empty } else { GraphBody::Json(bytes) })
}

async fn read(mut form: Multipart) -> Result<GraphBody, axum::extract::multipart::MultipartError> {
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            file = Some(FormFile {
                name: field.file_name().map(str::to_owned),
                mime: field.content_type().map(str::to_owned),
                bytes: field.bytes().await?,
            });
        } else {
            fields.push((name, field.text().await?));
        }
    }
    Ok(GraphBody::Form { fields, file })
}
