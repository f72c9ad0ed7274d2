//! Deliveries that nobody documents: shapes of years ago, and what happens to them on their way through other people's
//! code. Each becomes an event as specific as what is left of it, and says what could still be read.

#![allow(
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    reason = "rows of a table, written as literals"
)]

mod around;
mod messages;

use serde_json::{Value, json};
use wappa_cloud::webhook;

use super::name;

/// What is delivered, which events it becomes, and what these still say, as `Debug` shows it.
type Row = (&'static str, Value, &'static [&'static str], &'static [&'static str]);

const ANNE: &str = "16505551234";

/// A value under `messages` in its envelope.
fn value(value: Value) -> Value {
    field("messages", value)
}

fn field(field: &str, mut value: Value) -> Value {
    if let Some(value) = value.as_object_mut() {
        let metadata = json!({"display_phone_number": "15550783881", "phone_number_id": "106540352242922"});
        value.entry("metadata").or_insert(metadata);
    }
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": field, "value": value}]}]})
}

/// A message with these members besides those every message has; `null` takes one of those away.
fn message(rest: Value) -> Value {
    let mut message = json!({"from": ANNE, "id": "wamid.X", "timestamp": "1700000000"});
    for (key, member) in rest.as_object().unwrap() {
        message[key] = member.clone();
    }
    message.as_object_mut().unwrap().retain(|_, member| !member.is_null());
    message
}

fn one(rest: Value) -> Value {
    value(json!({"messages": [message(rest)]}))
}

fn status(rest: Value) -> Value {
    let mut status =
        json!({"id": "wamid.X", "status": "failed", "timestamp": "1700000000", "recipient_id": ANNE});
    for (key, member) in rest.as_object().unwrap() {
        status[key] = member.clone();
    }
    value(json!({"statuses": [status]}))
}

fn rows() -> Vec<Row> {
    let mut rows = messages::senders();
    rows.extend(messages::contents());
    rows.extend(messages::replies());
    rows.extend(around::statuses());
    rows.extend(around::envelopes());
    rows.extend(around::fields());
    rows
}

#[test]
fn what_nobody_documents_is_as_specific_as_it_can_be() {
    let mut wrong = Vec::new();
    for (what, body, names, says) in rows() {
        let body = serde_json::to_vec(&body).unwrap();
        let events = webhook::parse(&body).unwrap().events;
        let got: Vec<String> = events.iter().map(name::of).collect();
        let shown = format!("{events:?}");
        let missing: Vec<&&str> = says.iter().filter(|part| !shown.contains(**part)).collect();
        if got != names || !missing.is_empty() {
            wrong.push(format!("{what}: {got:?}, without {missing:?}"));
        }
        // The store's way: taken apart first, read later.
        let items = webhook::split(&body).unwrap().items;
        let stored: Vec<String> =
            items.iter().map(|item| name::of(&wappa_cloud::Event::read(&item.to_bytes()))).collect();
        if stored != got {
            wrong.push(format!("{what}: through a store {stored:?}, at once {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What no writer of JSON makes, but editors and pipes do.
#[test]
fn a_mark_before_and_blanks_around_are_no_part_of_a_body() {
    let body = one(json!({"type": "text", "text": {"body": "hi"}})).to_string();
    for body in [format!("\u{feff}{body}"), format!("  \r\n{body}\r\n\r\n"), format!("\u{feff}\n{body} ")] {
        let parsed = webhook::parse(body.as_bytes()).unwrap();
        assert_eq!(parsed.events.iter().map(name::of).collect::<Vec<_>>(), ["Message Text"]);
        assert_eq!(webhook::split(body.as_bytes()).unwrap().items.len(), 1);
    }
    for body in ["", "  ", "\u{feff}", "hub.mode=subscribe", "{\"object\":", "\0"] {
        assert!(webhook::parse(body.as_bytes()).is_err(), "{body:?} is no JSON");
    }
}
