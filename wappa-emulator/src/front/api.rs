//! The page's API: the state of the world, and what people do on their phones. Live events are in `events`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;
use wappa_cloud::{MediaId, MessageId, PhoneNumberId};

use crate::emulator::Emulator;
use crate::error::EmulatorError;
use crate::export;
use crate::world::{ChatKey, Extras, PersonAct, PersonId};

/// What the page is told when something isn't possible.
pub(super) struct ApiError(pub(super) StatusCode, pub(super) String);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl<E: Into<EmulatorError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        match error.into() {
            EmulatorError::Act(error) => Self(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
            error => Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        }
    }
}

pub(super) type Answer = Result<Json<Value>, ApiError>;

pub(super) async fn state(State(emulator): State<Emulator>) -> Json<Value> {
    Json(emulator.page_state())
}

#[derive(Deserialize)]
struct NewPerson {
    name: String,
}

pub(super) async fn add_person(State(emulator): State<Emulator>, body: Bytes) -> Answer {
    let NewPerson { name } = read(&body)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 {
        return Err(ApiError(StatusCode::UNPROCESSABLE_ENTITY, "a name has 1 to 60 characters".to_owned()));
    }
    Ok(Json(json!(emulator.add_person(name).person())))
}

pub(super) async fn act(
    State(emulator): State<Emulator>,
    Path((number, person)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let Saying { act, extras } = read(&body)?;
    let id = emulator.act(&chat(number, person), act, extras)?;
    Ok(Json(json!({ "id": id })))
}

/// What a person says and what goes along with it, in one object.
#[derive(Deserialize)]
struct Saying {
    #[serde(flatten)]
    act: PersonAct,
    #[serde(flatten)]
    extras: Extras,
}

#[derive(Deserialize)]
struct NewReaction {
    message: MessageId,
    emoji: String,
}

pub(super) async fn react(
    State(emulator): State<Emulator>,
    Path((number, person)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let NewReaction { message, emoji } = read(&body)?;
    let emoji = Some(emoji.as_str()).filter(|emoji| !emoji.is_empty());
    let id = emulator.react(&chat(number, person), &message, emoji)?;
    Ok(Json(json!({ "id": id })))
}

pub(super) async fn open(
    State(emulator): State<Emulator>,
    Path((number, person)): Path<(String, String)>,
) -> Answer {
    emulator.open_chat(&chat(number, person))?;
    Ok(Json(json!({})))
}

pub(super) async fn clear(
    State(emulator): State<Emulator>,
    Path((number, person)): Path<(String, String)>,
) -> Answer {
    emulator.clear_chat(&chat(number, person))?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
struct Passing {
    seconds: u64,
}

/// The most the page may let pass at once: a leap year.
const LONGEST: u64 = 366 * 24 * 60 * 60;

pub(super) async fn advance(State(emulator): State<Emulator>, body: Bytes) -> Answer {
    let Passing { seconds } = read(&body)?;
    if seconds > LONGEST {
        return Err(ApiError(StatusCode::UNPROCESSABLE_ENTITY, "a year at most can pass at once".to_owned()));
    }
    emulator.advance(Duration::from_secs(seconds));
    Ok(Json(json!({ "now": emulator.clock().millis() })))
}

#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    form: Kept,
}

/// As what a chat is kept.
#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    #[default]
    Talk,
    Test,
}

pub(super) async fn transcript(
    State(emulator): State<Emulator>,
    Path((number, person)): Path<(String, String)>,
    Query(Form { form }): Query<Form>,
) -> Response {
    let key = chat(number, person);
    let name = emulator.people().into_iter().find(|known| known.id == key.person).map(|known| known.name);
    let (Some(name), Some(chat)) = (name, emulator.chat(&key)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let text = match form {
        Kept::Talk => export::talk(&chat, &name),
        Kept::Test => export::test(&chat, &name),
    };
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

#[derive(Deserialize)]
pub(super) struct Upload {
    filename: Option<String>,
}

pub(super) async fn upload(
    State(emulator): State<Emulator>,
    Query(Upload { filename }): Query<Upload>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    if body.is_empty() {
        return Err(ApiError(StatusCode::UNPROCESSABLE_ENTITY, "the file is empty".to_owned()));
    }
    let mime = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let mime = mime.filter(|mime| !mime.is_empty()).unwrap_or("application/octet-stream").to_owned();
    let media = emulator.keep_media(mime, filename, body).await?;
    Ok(Json(json!({"id": media.id, "mime": media.mime, "size": media.size, "sha256": media.sha256})))
}

pub(super) async fn media(State(emulator): State<Emulator>, Path(id): Path<String>) -> Response {
    let Some((media, bytes)) = emulator.media(&MediaId::from(id)).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let shown = ["image/", "video/", "audio/"].iter().any(|kind| media.mime.starts_with(kind))
        && !media.mime.starts_with("image/svg");
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let plain = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&media.mime).unwrap_or(plain));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400, immutable"));
    if !shown {
        // A document with scripts in it must not run on the page's own origin.
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    response
}

pub(super) fn chat(number: String, person: String) -> ChatKey {
    ChatKey { number: PhoneNumberId::from(number), person: PersonId(person) }
}

pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError(StatusCode::BAD_REQUEST, error.to_string()))
}
