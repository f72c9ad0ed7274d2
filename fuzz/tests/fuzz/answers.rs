//! Answers of the Graph API: errors, and what a success says.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use serde_json::Value;
use wappa_cloud::{
    AccessToken, BoxFuture, ErrorKind, FlowId, Graph, GraphError, GraphRequest, GraphResponse, MediaId,
    PhoneNumberId, Transport, TransportError, WabaId,
    client::templates::{Definition, Filter},
    codegen,
};

use crate::{files, fuzz};

fuzz!(graph_error, answers(), error);
fuzz!(graph_answer, answers(), success);
fuzz!(template_definitions, definitions(), generated);

/// Answers every call alike.
struct Says(u16, Bytes);

impl Transport for Says {
    fn call(&self, _: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        let Self(status, body) = self;
        let answer =
            GraphResponse { status: *status, retry_after: None, content_type: None, body: body.clone() };
        Box::pin(async move { Ok(answer) })
    }
}

fn now<T>(answer: impl Future<Output = T>) -> T {
    answer.now_or_never().expect("nothing to wait for")
}

fn says(status: u16, body: &[u8]) -> Graph {
    Graph::new(Arc::new(Says(status, Bytes::copy_from_slice(body))))
}

/// The first byte chooses a status of failure. Whatever follows is an error that says what it can, of a kind, with a way on;
/// Meta's code decides where there is one.
fn error(bytes: &[u8]) {
    const STATUSES: [u16; 8] = [400, 401, 403, 404, 429, 500, 502, 503];
    let (first, body) = bytes.split_first().unwrap_or((&0, &[]));
    let status = STATUSES[usize::from(first % 8)];
    let error = now(says(status, body).media(&AccessToken::new("token"), &MediaId::from("1"))).unwrap_err();
    assert_eq!(error.status, Some(status));
    assert!(!error.to_string().is_empty() && !format!("{error:?}").is_empty());
    assert_eq!(error.garbled().is_some(), error.code.is_none() && error.garbled().is_some());
    let known = error.code.and_then(wappa_cloud::code::lookup);
    assert_eq!(error.cause().is_some(), known.is_some());
    if let Some(row) = known {
        assert_eq!(error.kind(), row.kind);
    }
    let said = serde_json::from_slice::<Value>(body).ok();
    if let Some(code) = said.as_ref().and_then(|said| said.get("error")?.get("code")?.as_u64()) {
        assert_eq!(error.code.map(u64::from), u32::try_from(code).ok().map(u64::from));
    }
}

/// A success that says nothing is an error of its own, and never a bug of the caller's. The first byte only makes these the
/// inputs of errors, too.
fn success(bytes: &[u8]) {
    let (_, body) = bytes.split_first().unwrap_or((&0, &[]));
    let (graph, token) = (says(200, body), AccessToken::new("token"));
    let (number, waba, flow) = (PhoneNumberId::from("1"), WabaId::from("1"), FlowId::from("1"));
    let unreadable = |error: &GraphError| {
        assert_ne!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert!(!error.to_string().is_empty());
    };
    let _ = now(graph.media(&token, &MediaId::from("1"))).inspect_err(unreadable);
    let _ = now(graph.send(&token, &number, Bytes::from_static(b"{}"))).inspect_err(unreadable);
    let _ = now(graph.templates(&token, &waba).list(&Filter::new()).page()).inspect_err(unreadable);
    let _ = now(graph.flow(&token, &flow).get()).inspect_err(unreadable);
    let _ = now(graph.profile(&token, &number).get()).inspect_err(unreadable);
    let _ = now(graph.blocks(&token, &number).list().page()).inspect_err(unreadable);
}

/// Whatever templates an account has, what is written for them is Rust.
fn generated(bytes: &[u8]) {
    let Ok(definitions) = Definition::from_json(bytes) else { return };
    let source = codegen::templates(&definitions);
    if let Err(error) = syn::parse_file(&source) {
        panic!("{error}:\n{source}");
    }
}

fn answers() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for file in files("cloud/fixtures/operations") {
        let operations: Value = serde_json::from_slice(&file).unwrap();
        for operation in operations.as_array().into_iter().flatten() {
            for key in ["responses", "errors"] {
                let examples = operation[key].as_object().into_iter().flatten();
                seeds.extend(examples.map(|(_, example)| format!("0{example}").into_bytes()));
            }
        }
    }
    seeds
        .extend(["0", "0<html>", "1{\"error\":", "2upstream timed out"].map(|seed| seed.as_bytes().to_vec()));
    seeds
}

fn definitions() -> Vec<Vec<u8>> {
    vec![include_bytes!("../../../wappa-cloud/tests/cloud/fixtures/definitions.json").to_vec()]
}
