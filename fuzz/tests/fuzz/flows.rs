//! Flows: what an endpoint is asked, the files people pick, and Flow JSON that somebody wrote.

use serde_json::Value;
use wappa_cloud::{
    AppSecret,
    flow::{FlowRequest, json},
};

use crate::fuzz;

fuzz!(flow_request, requests(), request);
fuzz!(flow_token, tokens(), token);
fuzz!(flow_json, flows(), flow);

fuzz!(flow_envelope, envelopes(), envelope);
fuzz!(flow_file, picked(), file);

/// A request is read or refused with a status that WhatsApp acts upon, and shows nothing of what a person wrote.
fn request(bytes: &[u8]) {
    match FlowRequest::read(bytes) {
        Ok(request) => {
            let _ = (request.client_error(), request.data::<Value>().unwrap());
            assert!(request.screen.as_deref() != Some(""));
            assert!(!format!("{request:?}").is_empty());
        }
        Err(error) => assert_eq!(error.status(), 400),
    }
}

/// Token and signature, with a line's end between them: nobody signs without the secret.
fn token(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (token, signature) = text.split_once('\n').unwrap_or((&text, ""));
    let _ = AppSecret::new("app-secret").verify_flow_token(token, signature);
    assert!(AppSecret::new("another").verify_flow_token(token, signature).is_err());
}

/// Problems have a path and words.
fn flow(bytes: &[u8]) {
    let Ok(flow) = serde_json::from_slice::<Value>(bytes) else { return };
    if let Err(error) = json::check(&flow) {
        assert!(!error.to_string().is_empty());
    }
}

fn envelope(bytes: &[u8]) {
    use std::sync::LazyLock;
    use wappa_cloud::flow::FlowKeys;

    static KEYS: LazyLock<FlowKeys> = LazyLock::new(|| {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../wappa-cloud/src/flow/vectors/endpoint.json"))
                .unwrap();
        FlowKeys::from_pem(vectors["private_key_pkcs8"].as_str().unwrap()).unwrap()
    });
    match KEYS.open(bytes) {
        Ok(opened) => drop(opened.request.client_error()),
        Err(error) => assert!([400, 421].contains(&error.status())),
    }
}

/// Metadata and what lies at the address, with a line's end between them.
fn file(bytes: &[u8]) {
    use wappa_cloud::flow::FlowMedia;

    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let Ok(media) = serde_json::from_slice::<FlowMedia>(parts.next().unwrap_or_default()) else { return };
    let _ = media.decrypt(parts.next().unwrap_or_default());
}

fn texts<const N: usize>(seeds: [&str; N]) -> Vec<Vec<u8>> {
    seeds.map(|seed| seed.as_bytes().to_vec()).into()
}

fn requests() -> Vec<Vec<u8>> {
    texts([
        r#"{"version":"3.0","action":"INIT","flow_token":"t","screen":""}"#,
        r#"{"version":"3.0","action":"data_exchange","screen":"A","data":{"n":"1"},"flow_token":"t","flow_token_signature":"a.b.c"}"#,
        r#"{"version":"3.0","action":"BACK","screen":"A","data":{"error":"TIMEOUT","error_message":"slow"}}"#,
        r#"{"version":"3.0","action":"ping"}"#,
    ])
}

fn tokens() -> Vec<Vec<u8>> {
    texts([
        "token-1\neyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJmbG93X3Rva2VuIjoidG9rZW4tMSJ9.30isv5iNBKP22Lr770ftAPXQt4J-0-xo5nm_VJvb2uQ",
        "t\na.b.c",
        "",
    ])
}

fn flows() -> Vec<Vec<u8>> {
    texts([
        r#"{"version":"7.3","data_api_version":"3.0","routing_model":{"A":["B"],"B":[]},"screens":[{"id":"A","title":"T","data":{"g":{"type":"string","__example__":"x"}},"layout":{"type":"SingleColumnLayout","children":[{"type":"TextHeading","text":"${data.g}"},{"type":"TextInput","name":"e","label":"E","required":true,"input-type":"email"},{"type":"Footer","label":"Go","on-click-action":{"name":"navigate","next":{"type":"screen","name":"B"},"payload":{"e":"${form.e}"}}}]}},{"id":"B","title":"D","terminal":true,"data":{},"layout":{"type":"SingleColumnLayout","children":[{"type":"If","condition":"(${data.g} == 'x')","then":[{"type":"TextBody","text":"a"}],"else":[]},{"type":"Footer","label":"End","on-click-action":{"name":"complete","payload":{}}}]}}]}"#,
        r#"{"version":"5.0","screens":[{"id":"A","title":"T","terminal":true,"layout":{"type":"SingleColumnLayout","children":[{"type":"Switch","value":"${data.x}","cases":{"a":[]}},{"type":"Dropdown","name":"d","label":"D","data-source":[{"id":"1","title":"One"}]}]}}]}"#,
    ])
}

fn vector(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

fn envelopes() -> Vec<Vec<u8>> {
    vec![
        vector(include_str!("../../../wappa-cloud/src/flow/vectors/endpoint.json"))["request"]
            .to_string()
            .into_bytes(),
    ]
}

fn picked() -> Vec<Vec<u8>> {
    use base64::{Engine, prelude::BASE64_STANDARD};

    let vectors = vector(include_str!("../../../wappa-cloud/src/flow/vectors/media.json"));
    let mut seed = format!("{}\n", vectors["media"]).into_bytes();
    seed.extend(BASE64_STANDARD.decode(vectors["cdn"].as_str().unwrap()).unwrap());
    vec![seed]
}
