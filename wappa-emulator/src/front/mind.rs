//! What the bot remembers of a person, for the page; and saying something again from an earlier message on.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::json;
use wappa_cloud::MessageId;

use super::api::{Answer, chat, read};
use crate::emulator::Emulator;

pub(super) async fn memories(
    State(emulator): State<Emulator>,
    Path((number, person)): Path<(String, String)>,
) -> Answer {
    let memories = emulator.memories(&chat(number, person))?;
    Ok(Json(json!({"known": memories.is_some(), "turns": memories.unwrap_or_default()})))
}

#[derive(Deserialize)]
struct From {
    message: MessageId,
}

pub(super) async fn rewind(
    State(emulator): State<Emulator>,
    Path((number, person)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let From { message } = read(&body)?;
    let (said, rewound) = emulator.rewind(&chat(number, person), &message)?;
    Ok(Json(json!({"message": said, "rewound": rewound})))
}
