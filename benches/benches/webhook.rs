//! What a webhook costs before the store has it: the signature, taking it apart, reading it; beside serde into the least
//! typed structs that a hand-written bot would use. What is to be compared is
//! `verify + parse` with `owned structs + hmac`: what outlives the request in both.

#[path = "../tests/bodies/mod.rs"]
mod bodies;

use std::{borrow::Cow, hint::black_box};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use wappa_cloud::{AppSecret, Event, webhook};

/// What outlives the request, as an event does that is given to a handler.
#[derive(Deserialize)]
struct Owned {
    entry: Vec<OwnedEntry>,
}

#[derive(Deserialize)]
struct OwnedEntry {
    changes: Vec<OwnedChange>,
}

#[derive(Deserialize)]
struct OwnedChange {
    value: OwnedValue,
}

#[derive(Deserialize)]
struct OwnedValue {
    metadata: OwnedMetadata,
    #[serde(default)]
    contacts: Vec<OwnedContact>,
    #[serde(default)]
    messages: Vec<OwnedMessage>,
}

#[derive(Deserialize)]
struct OwnedMetadata {
    display_phone_number: String,
    phone_number_id: String,
}

#[derive(Deserialize)]
struct OwnedContact {
    profile: OwnedProfile,
    wa_id: Option<String>,
    user_id: Option<String>,
}

#[derive(Deserialize)]
struct OwnedProfile {
    name: String,
}

#[derive(Deserialize)]
struct OwnedMessage {
    from: Option<String>,
    id: String,
    timestamp: String,
    r#type: String,
    text: Option<OwnedText>,
}

#[derive(Deserialize)]
struct OwnedText {
    body: String,
}

impl Owned {
    /// As much as a bot looks at.
    fn visit(&self) -> usize {
        let value = |value: &OwnedValue| {
            let contact = |it: &OwnedContact| {
                it.profile.name.len() + it.wa_id.iter().chain(&it.user_id).map(String::len).sum::<usize>()
            };
            let message = |it: &OwnedMessage| {
                let texts = [&it.id, &it.timestamp, &it.r#type].into_iter().chain(&it.from);
                texts.chain(it.text.iter().map(|text| &text.body)).map(String::len).sum::<usize>()
            };
            value.metadata.display_phone_number.len()
                + value.metadata.phone_number_id.len()
                + value.contacts.iter().map(contact).sum::<usize>()
                + value.messages.iter().map(message).sum::<usize>()
        };
        self.entry.iter().flat_map(|entry| &entry.changes).map(|change| value(&change.value)).sum()
    }
}

/// The least that can be read at all, borrowed from the body.
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
    for (name, body) in bodies::all() {
        let header = secret.sign(&body);
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function("owned structs + hmac", |b| {
            b.iter(|| {
                let mut given = [0; 32];
                hex::decode_to_slice(&header.as_bytes()[7..], &mut given).expect("hex");
                mac.clone().chain_update(&body).verify_slice(&given).expect("signed");
                let webhook: Owned = serde_json::from_slice(&body).expect("json");
                black_box(webhook.visit())
            });
        });
        group.bench_function("borrowed structs + hmac", |b| {
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
