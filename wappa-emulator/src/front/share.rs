//! The page's address in the network, and the QR code of it; nothing where the page is for this machine alone.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use qrcode::QrCode;
use qrcode::render::svg;
use serde_json::{Value, json};

use crate::emulator::Emulator;

pub(super) async fn address(State(emulator): State<Emulator>) -> Json<Value> {
    Json(json!({ "url": emulator.shared_address() }))
}

pub(super) async fn code(State(emulator): State<Emulator>) -> Response {
    let code = emulator.shared_address().and_then(|address| QrCode::new(address).ok());
    match code {
        Some(code) => {
            let drawn = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
            ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "no-store")], drawn)
                .into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
