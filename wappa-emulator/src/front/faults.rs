//! Faults over HTTP, for the page's panel and for tests in any language.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde_json::{Value, json};
use wappa_cloud::PhoneNumberId;

use super::api::{Answer, chat, read};
use crate::emulator::Emulator;
use crate::world::{Fault, FaultId};

pub(super) async fn list(State(emulator): State<Emulator>) -> Json<Value> {
    Json(json!({ "faults": emulator.faults().active() }))
}

pub(super) async fn inject(State(emulator): State<Emulator>, body: Bytes) -> Answer {
    let fault: Fault = read(&body)?;
    Ok(Json(json!({ "id": emulator.faults().inject(fault) })))
}

pub(super) async fn lift(State(emulator): State<Emulator>, Path(id): Path<u64>) -> Json<Value> {
    emulator.faults().lift(FaultId(id));
    Json(json!({}))
}

pub(super) async fn lift_all(State(emulator): State<Emulator>) -> Json<Value> {
    emulator.faults().lift_all();
    Json(json!({}))
}

pub(super) async fn close_window(
    State(emulator): State<Emulator>,
    Path((number, person)): Path<(String, String)>,
) -> Answer {
    emulator.faults().close_window(&chat(number, person))?;
    Ok(Json(json!({})))
}

pub(super) async fn expire_token(State(emulator): State<Emulator>, Path(number): Path<String>) -> Answer {
    emulator.faults().expire_token(&PhoneNumberId::from(number))?;
    Ok(Json(json!({})))
}
