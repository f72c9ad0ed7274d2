//! Meta's own webhook examples, from the OpenAPI document it has published. The document is not part of this repository:
//! where it does not lie beside the checkout there is nothing to test.

use std::{collections::BTreeMap, path::Path};

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc;
use wappa::{cloud::AppSecret, emulator::Emulator, prelude::*};

use crate::{
    stage::{Place, post, strange_number},
    with_either_store,
};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/reference/meta-openapi-v23.yaml");
/// The number of all examples.
const NUMBER: &str = "106540352242922";

#[derive(Deserialize)]
struct Document {
    paths: Paths,
}

#[derive(Deserialize)]
struct Paths {
    #[serde(rename = "/whatsapp/webhooks")]
    webhooks: Webhooks,
}

#[derive(Deserialize)]
struct Webhooks {
    post: Post,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Post {
    request_body: RequestBody,
}

#[derive(Deserialize)]
struct RequestBody {
    content: BTreeMap<String, MediaType>,
}

#[derive(Deserialize)]
struct MediaType {
    examples: BTreeMap<String, Example>,
}

#[derive(Deserialize)]
struct Example {
    value: Value,
}

fn examples() -> Option<BTreeMap<String, Value>> {
    if !Path::new(DOCUMENT).exists() {
        println!("not tested: Meta's OpenAPI document is not at {DOCUMENT}");
        return None;
    }
    let text = std::fs::read_to_string(DOCUMENT).expect("Meta's document is readable");
    let document: Document = serde_norway::from_str(&text).expect("Meta's document has webhook examples");
    let by_type = document.paths.webhooks.post.request_body.content.into_values();
    Some(by_type.flat_map(|of| of.examples).map(|(name, example)| (name, example.value)).collect())
}

/// Tells the test of which kind an event is.
struct Witness(mpsc::UnboundedSender<&'static str>);

impl Witness {
    fn tell(&self, kind: &'static str) -> Result {
        Ok(self.0.send(kind)?)
    }
}

impl EventHandler for Witness {
    async fn on_message(&self, _: Chat, message: Message) -> Result {
        self.tell(match &message.content {
            Content::Text(_) => "text",
            Content::Image(_) => "image",
            Content::Location(_) => "location",
            Content::Contacts(_) => "contacts",
            Content::Reaction(_) => "reaction",
            Content::QuickReply(_) => "quick reply",
            Content::ListReply(_) => "list reply",
            Content::ButtonReply(_) => "button reply",
            Content::Order(_) => "order",
            Content::Unsupported(_) => "unsupported",
            _ => "another content",
        })
    }

    async fn on_system(&self, _: Chat, _: System) -> Result {
        self.tell("system")
    }

    async fn on_group(&self, _: Chat, _: GroupUpdate) -> Result {
        self.tell("group")
    }

    async fn on_unknown(&self, _: Messenger, _: Unknown) -> Result {
        self.tell("unknown")
    }
}

/// What each example has to become.
const EXPECTED: [(&str, &str); 16] = [
    ("Button Message", "quick reply"),
    ("Contact Sharing Message", "contacts"),
    ("Group Create Message", "group"),
    ("Group Remove Participants", "group"),
    ("Group Settings Update", "group"),
    ("Image Message", "image"),
    ("Interactive Button Reply Message", "button reply"),
    ("Interactive List Reply Message", "list reply"),
    ("Location Message", "location"),
    ("Order Message", "order"),
    ("Reaction Message", "reaction"),
    ("System Message", "system"),
    ("Text Message", "text"),
    ("Text Message from Click to WhatsApp Ad", "text"),
    ("Text Message with Context (Product Inquiry)", "text"),
    ("Unsupported Message", "unsupported"),
];

with_either_store!(takes_every_example_of_meta);

async fn takes_every_example_of_meta(place: Place) {
    let Some(examples) = examples() else { return };
    let names: Vec<&str> = examples.keys().map(String::as_str).collect();
    assert_eq!(names, EXPECTED.map(|(name, _)| name));

    let secret = AppSecret::new("the app's secret");
    for ((name, body), (_, expected)) in examples.iter().zip(EXPECTED) {
        // A bot for each: some examples share an id.
        let place = if place.choice() == StoreChoice::Memory { Place::memory() } else { Place::sqlite() };
        let (heard, mut hears) = mpsc::unbounded_channel();
        let emulator =
            Emulator::open(wappa::emulator::EmulatorConfig::for_tests()).await.expect("an emulator");
        let bot = Wappa::new()
            .ignore_environment()
            .number(strange_number(NUMBER, &secret))
            .store(place.choice())
            .custom_transport(emulator.transport())
            .set_event_handler(Witness(heard))
            .build()
            .await
            .expect("a bot");
        let body = body.to_string();
        let signature = secret.sign(body.as_bytes());
        assert_eq!(post(bot.routes(), body.into(), Some(&signature)).await, StatusCode::OK, "{name}");
        assert_eq!(hears.recv().await, Some(expected), "{name}");

        let kept = bot.handle().kept(10).await.expect("what is kept");
        assert!(kept.is_empty(), "{name} is not understood");
        bot.shutdown().await;
    }
}
