//! Changing the world over HTTP: people, how numbers stand, templates, calls, groups. What people say is in `api`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wappa_cloud::{MessageId, PhoneNumberId};

use super::api::{Answer, ApiError, chat, read};
use crate::emulator::Emulator;
use crate::sink::HttpSink;
use crate::world::graph::{GraphBody, GraphCall};
use crate::world::{
    ActError, Blocking, CallAct, Control, Marketing, Membership, Person, PersonId, Standing, TemplateStatus,
};

/// What the page sends to change a thing: its fields, each of which takes the place of the old one.
fn patched<T: Serialize + DeserializeOwned>(thing: &T, patch: Value) -> Result<T, ApiError> {
    let mut whole = json!(thing);
    merge(&mut whole, patch);
    serde_json::from_value(whole)
        .map_err(|error| ApiError(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))
}

fn merge(whole: &mut Value, patch: Value) {
    match (whole, patch) {
        (Value::Object(whole), Value::Object(patch)) => {
            for (name, value) in patch {
                merge(whole.entry(name).or_insert(Value::Null), value);
            }
        }
        (whole, patch) => *whole = patch,
    }
}

pub(super) async fn person(State(emulator): State<Emulator>, Path(id): Path<String>, body: Bytes) -> Answer {
    let id = PersonId(id);
    let known = emulator.edit_person(&id, |_| {})?;
    let changed: Person = patched(&known, read(&body)?)?;
    Ok(Json(json!(emulator.edit_person(&id, |person| *person = changed)?)))
}

pub(super) async fn standing(State(emulator): State<Emulator>, Path(number): Path<String>) -> Answer {
    Ok(Json(json!(emulator.standing(&PhoneNumberId::from(number))?)))
}

pub(super) async fn stand(
    State(emulator): State<Emulator>,
    Path(number): Path<String>,
    body: Bytes,
) -> Answer {
    let number = PhoneNumberId::from(number);
    let changed: Standing = patched(&emulator.standing(&number)?, read(&body)?)?;
    Ok(Json(json!(emulator.edit_standing(&number, |standing| *standing = changed)?.standing)))
}

pub(super) async fn templates(State(emulator): State<Emulator>) -> Json<Value> {
    Json(json!({ "templates": emulator.templates() }))
}

#[derive(Deserialize)]
struct Decision {
    name: String,
    language: String,
    status: TemplateStatus,
    reason: Option<String>,
}

pub(super) async fn review(State(emulator): State<Emulator>, body: Bytes) -> Answer {
    let Decision { name, language, status, reason } = read(&body)?;
    emulator.review(&name, &language, status, reason.as_deref())?;
    Ok(Json(json!({})))
}

/// What a person does in a chat beside saying something.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Deed {
    Edit { message: MessageId, body: String },
    Delete { message: MessageId },
    Click { message: MessageId },
    Play { message: MessageId },
    Block,
    Unblock,
    StopMarketing,
    ResumeMarketing,
    ChangeNumber { wa_id: String },
    ChangeUserId,
    Call,
    OwnerSays { body: String },
    PassControl { to: Control },
}

pub(super) async fn deed(
    State(emulator): State<Emulator>,
    Path((number, person)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let chat = chat(number, person);
    let answer = match read(&body)? {
        Deed::Edit { message, body } => json!({"id": emulator.edit_message(&chat, &message, &body)?}),
        Deed::Delete { message } => json!({"id": emulator.revoke(&chat, &message)?}),
        Deed::Click { message } => {
            emulator.click(&chat, &message)?;
            json!({})
        }
        Deed::Play { message } => {
            emulator.play(&chat, &message)?;
            json!({})
        }
        Deed::Block => {
            emulator.block(&chat, Blocking::Block)?;
            json!({})
        }
        Deed::Unblock => {
            emulator.block(&chat, Blocking::Unblock)?;
            json!({})
        }
        Deed::StopMarketing => {
            emulator.opt(&chat, Marketing::Stop)?;
            json!({})
        }
        Deed::ResumeMarketing => {
            emulator.opt(&chat, Marketing::Resume)?;
            json!({})
        }
        Deed::ChangeNumber { wa_id } => json!(emulator.change_number(&chat, wa_id.into())?),
        Deed::ChangeUserId => json!({"user_id": emulator.change_user_id(&chat)?}),
        Deed::Call => json!({"id": emulator.call_business(&chat)?}),
        Deed::PassControl { to } => {
            emulator.pass_control(&chat, to)?;
            json!({})
        }
        Deed::OwnerSays { body } => json!({"id": emulator.owner_says(&chat, &body)?}),
    };
    Ok(Json(answer))
}

#[derive(Deserialize)]
struct OnCall {
    act: CallAct,
}

pub(super) async fn call(State(emulator): State<Emulator>, Path(id): Path<String>, body: Bytes) -> Answer {
    let OnCall { act } = read(&body)?;
    emulator.act_on_call(&id, act)?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
struct Member {
    person: PersonId,
    act: Membership,
}

pub(super) async fn membership(
    State(emulator): State<Emulator>,
    Path(group): Path<String>,
    body: Bytes,
) -> Answer {
    let Member { person, act } = read(&body)?;
    emulator.membership(&group, &person, act)?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
struct NewGroup {
    number: PhoneNumberId,
    subject: String,
}

/// Makes a group as the business would, over Graph.
pub(super) async fn add_group(State(emulator): State<Emulator>, body: Bytes) -> Answer {
    let NewGroup { number, subject } = read(&body)?;
    let business = emulator.businesses().into_iter().find(|known| known.phone_number_id == number);
    let business = business.ok_or_else(|| ActError::NoSuchNumber(number.to_string()))?;
    let before = emulator.groups_shown();
    let asked = json!({"messaging_product": "whatsapp", "subject": subject});
    let call = GraphCall {
        method: Method::POST,
        path: format!("{number}/groups"),
        query: Vec::new(),
        token: Some(business.access_token.expose().to_owned()),
        body: GraphBody::Json(asked.to_string().into()),
    };
    emulator.graph(call).await;
    let made = emulator.groups_shown().into_iter().find(|group| !before.contains(group));
    match made {
        Some(group) => Ok(Json(group)),
        None => Err(ApiError(StatusCode::UNPROCESSABLE_ENTITY, "the group can't be made".to_owned())),
    }
}

#[derive(Deserialize)]
struct GroupText {
    person: PersonId,
    body: String,
}

pub(super) async fn say_in_group(
    State(emulator): State<Emulator>,
    Path(group): Path<String>,
    body: Bytes,
) -> Answer {
    let GroupText { person, body } = read(&body)?;
    Ok(Json(json!({"id": emulator.say_in_group(&group, &person, &body)?})))
}

#[derive(Deserialize)]
struct NewApp {
    name: String,
    callback_url: String,
}

/// Makes another app that hears at this address. Its credentials open nothing but this emulator.
pub(super) async fn add_app(State(emulator): State<Emulator>, body: Bytes) -> Answer {
    let NewApp { name, callback_url } = read(&body)?;
    HttpSink::new(&callback_url)
        .map_err(|error| ApiError(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    let app = emulator.add_app(&name);
    emulator.send_app_to(&app, &callback_url);
    Ok(Json(json!({
        "id": app.id, "name": app.name, "app_secret": app.app_secret.expose(), "access_token": app.access_token.expose()
    })))
}

pub(super) async fn apps(State(emulator): State<Emulator>) -> Json<Value> {
    let apps = emulator.apps().into_iter().map(|app| json!({"id": app.id, "name": app.name}));
    Json(json!({ "apps": apps.collect::<Vec<_>>() }))
}
