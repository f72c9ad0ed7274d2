//! Two readings of Meta's documents held against each other: what the emulator writes `wappa-cloud` must understand. What
//! `wappa-cloud` writes, and the emulator must accept, is in `drafts`.

use serde_json::json;
use std::sync::Arc;
use wappa_cloud::webhook::{Parsed, parse};
use wappa_cloud::{Buttons, Content, ErrorKind, Event, Graph, IntoDraft, MediaKind, Recipient, StatusState};
use wappa_emulator::world::{CardAct, PersonAct};
use wappa_emulator::{Actor, Emulator, EmulatorConfig};

use super::{Bot, all_taken};

pub(super) async fn open() -> (Emulator, Actor, Graph) {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let ana = emulator.person("Ana").unwrap();
    let graph = Graph::new(emulator.transport());
    (emulator, ana, graph)
}

#[tokio::test]
async fn everything_a_person_does_is_understood() {
    let (emulator, ana, graph) = open().await;
    let business = emulator.business();
    let bot = Bot::answering([]);
    emulator.connect(Arc::<Bot>::clone(&bot));
    ana.says("hi").unwrap();
    let offer = Buttons::new("Pick").button("y", "Yes").into_draft().unwrap();
    let to = Recipient::from(ana.person().wa_id.clone().unwrap());
    let offer = graph.send(
        &business.access_token,
        &business.phone_number_id,
        offer.to_json(&to, Some("job-7")).unwrap(),
    );
    let offer = offer.await.unwrap().id;
    ana.sees("Pick").await.unwrap();
    ana.taps("Yes").unwrap();
    for (kind, mime) in [
        (MediaKind::Image, "image/jpeg"),
        (MediaKind::Video, "video/mp4"),
        (MediaKind::Audio, "audio/ogg; codecs=opus"),
        (MediaKind::Document, "application/pdf"),
        (MediaKind::Sticker, "image/webp"),
    ] {
        ana.sends_media(kind, mime, &b"bytes"[..]).await.unwrap();
    }
    ana.sends_location(1.5, 2.5).unwrap();
    ana.acts(PersonAct::Contacts {
        contacts: vec![CardAct { name: "Ben".into(), phone: "+1 555 010 0002".into() }],
        context: None,
    })
    .unwrap();
    ana.reacts(&offer, "👍").unwrap();
    ana.opens().unwrap();
    all_taken(&ana).await;
    let mut changed = emulator.changed();
    while emulator.undelivered() > 0 {
        changed.changed().await.unwrap();
    }

    let (mut contents, mut lives) = (Vec::new(), Vec::new());
    for webhook in bot.taken.lock().unwrap().iter() {
        let Parsed { events, problems, .. } = parse(&webhook.body).unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(events.len(), 1);
        for event in events {
            match event {
                Event::Message(message) => {
                    assert_eq!(message.from.user_id.as_ref(), Some(&ana.person().user_id));
                    contents.push(message.content.clone());
                }
                Event::Status(status) => {
                    assert_eq!((&status.id, status.opaque.as_deref()), (&offer, Some("job-7")));
                    lives.push(status.state.clone());
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(lives, [StatusState::Sent, StatusState::Delivered, StatusState::Read]);
    let known = contents
        .iter()
        .filter(|content| !matches!(content, Content::Unknown { .. } | Content::Unsupported(_)));
    assert_eq!(known.count(), 10, "{contents:?}");
    let media = contents.iter().find_map(|content| match content {
        Content::Image(media) => Some(media.id.clone()),
        _ => None,
    });
    let info = graph.media(&business.access_token, &media.unwrap()).await.unwrap();
    let bytes = graph.download(&business.access_token, &info, 1_000).await.unwrap();
    assert_eq!(bytes, "bytes");
}

#[tokio::test]
async fn refusals_have_the_kind_the_table_gives_them() {
    let (emulator, ana, graph) = open().await;
    let business = emulator.business();
    let send = |body: serde_json::Value| {
        let (graph, business) = (graph.clone(), business.clone());
        async move {
            let sent =
                graph.send(&business.access_token, &business.phone_number_id, body.to_string().into()).await;
            sent.unwrap_err().kind()
        }
    };
    let to = ana.person().wa_id.clone().unwrap();
    let whatsapp = "whatsapp";
    let kinds = [
        (json!({"messaging_product": whatsapp, "to": to, "text": {"body": ""}}), ErrorKind::InvalidRequest),
        (
            json!({"messaging_product": whatsapp, "to": "15559999999", "text": {"body": "x"}}),
            ErrorKind::Recipient,
        ),
        (
            json!({"messaging_product": whatsapp, "to": to, "type": "template", "template": {"name": "no", "language": {"code": "en"}}}),
            ErrorKind::Template,
        ),
    ];
    for (body, kind) in kinds {
        assert_eq!(send(body).await, kind);
    }
}
