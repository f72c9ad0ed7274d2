//! Flows for the page: the JSON a form is drawn from, and what a form asks its endpoint.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;
use wappa_cloud::MessageId;

use super::api::{Answer, ApiError, chat, read};
use crate::emulator::Emulator;

pub(super) async fn form(
    State(emulator): State<Emulator>,
    Path((number, person, message)): Path<(String, String, String)>,
) -> Answer {
    let (invite, flow) = emulator.flow_of(&chat(number, person), &MessageId::from(message))?;
    let Some(flow) = flow.filter(|flow| flow["json"].is_object()) else {
        let why = format!("this account has no Flow {} with JSON", invite.flow);
        return Err(ApiError(StatusCode::NOT_FOUND, why));
    };
    Ok(Json(json!({"name": flow["name"], "status": flow["status"], "json": flow["json"], "invite": invite})))
}

pub(super) async fn ask(
    State(emulator): State<Emulator>,
    Path((number, person, message)): Path<(String, String, String)>,
    body: Bytes,
) -> Answer {
    let next = emulator.exchange(&chat(number, person), &MessageId::from(message), read(&body)?).await?;
    Ok(Json(json!(next)))
}
