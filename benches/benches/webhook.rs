//! What a webhook costs before the store has it: the signature, taking it apart, reading it; beside serde into the least
//! typed structs that a hand-written bot would use.

use std::{borrow::Cow, hint::black_box};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use wappa_cloud::{AppSecret, Event, webhook};

/// One text message, as Meta sends it.
fn body(texts: usize) -> Vec<u8> {
    let message = |n: usize| {
        format!(
            r#"{{"from":"16505551234","from_user_id":"US.13491208655302741918","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTdC{n:08}","timestamp":"1749416383","type":"text","text":{{"body":"hello there, this is a message of a usual length"}}}}"#
        )
    };
    let messages: Vec<String> = (0..texts).map(message).collect();
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"102290129340398","changes":[{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"15550783881","phone_number_id":"106540352242922"}},"contacts":[{{"profile":{{"name":"Sheena Nelson"}},"wa_id":"16505551234","user_id":"US.13491208655302741918"}}],"messages":[{}]}},"field":"messages"}}]}}]}}"#,
        messages.join(",")
    )
    .into_bytes()
}

#[derive(Deserialize)]
struct Minimal<'a> {
    #[serde(borrow)]
    entry: Vec<MinimalEntry<'a>>,
}

#[derive(Deserialize)]
struct MinimalEntry<'a> {
    #[serde(borrow)]
    changes: Vec<MinimalChange<'a>>,
}

#[derive(Deserialize)]
struct MinimalChange<'a> {
    #[serde(borrow)]
    value: MinimalValue<'a>,
}

#[derive(Deserialize)]
struct MinimalValue<'a> {
    #[serde(borrow)]
    metadata: MinimalMetadata<'a>,
    #[serde(borrow, default)]
    messages: Vec<MinimalMessage<'a>>,
}

#[derive(Deserialize)]
struct MinimalMetadata<'a> {
    phone_number_id: &'a str,
}

#[derive(Deserialize)]
struct MinimalMessage<'a> {
    from: &'a str,
    #[serde(borrow)]
    text: Option<MinimalText<'a>>,
}

#[derive(Deserialize)]
struct MinimalText<'a> {
    #[serde(borrow)]
    body: Cow<'a, str>,
}

fn webhooks(c: &mut Criterion) {
    let secret = AppSecret::new("app-secret");
    let mac: Hmac<Sha256> = Hmac::new_from_slice(b"app-secret").expect("any key");
    for (name, texts) in [("1 message", 1), ("4 messages", 4)] {
        let body = body(texts);
        let header = secret.sign(&body);
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function("minimal serde + hmac", |b| {
            b.iter(|| {
                let mut given = [0; 32];
                hex::decode_to_slice(&header.as_bytes()[7..], &mut given).expect("hex");
                mac.clone().chain_update(&body).verify_slice(&given).expect("signed");
                let webhook: Minimal<'_> = serde_json::from_slice(&body).expect("json");
                for change in webhook.entry.iter().flat_map(|entry| &entry.changes) {
                    black_box(change.value.metadata.phone_number_id);
                    for message in &change.value.messages {
                        black_box((message.from, message.text.as_ref().map(|text| text.body.len())));
                    }
                }
            });
        });
        group.bench_function("verify + parse", |b| {
            b.iter(|| {
                secret.verify(&body, Some(header.as_bytes())).expect("signed");
                black_box(webhook::parse(&body).expect("json"));
            });
        });
        group.bench_function("verify", |b| {
            b.iter(|| secret.verify(black_box(&body), Some(header.as_bytes())).expect("signed"));
        });
        group.bench_function("split", |b| b.iter(|| webhook::split(black_box(&body)).expect("json")));
        group.bench_function("verify + split + store form", |b| {
            b.iter(|| {
                secret.verify(&body, Some(header.as_bytes())).expect("signed");
                let delivery = webhook::split(&body).expect("json");
                for item in &delivery.items {
                    black_box(item.to_bytes());
                }
            });
        });
        let delivery = webhook::split(&body).expect("json");
        let stored: Vec<Vec<u8>> = delivery.items.iter().map(webhook::Item::to_bytes).collect();
        group.bench_function("read", |b| {
            b.iter(|| {
                for item in &stored {
                    black_box(Event::read(item));
                }
            });
        });
    }
}

criterion_group!(benches, webhooks);
criterion_main!(benches);
