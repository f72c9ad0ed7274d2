//! Two readings of Meta's documents held against each other: what `wappa-cloud` writes the emulator must accept, and
//! what the emulator writes `wappa-cloud` must understand.

use serde_json::json;
use std::sync::Arc;
use wappa_cloud::webhook::{Parsed, parse};
use wappa_cloud::{
    Audio, Buttons, ContactCard, Contacts, Content, CtaUrl, Document, Draft, DraftError, ErrorKind, Event,
    Graph, Header, Image, IntoDraft, List, Location, MediaKind, Reaction, Recipient, Row, StatusState,
    Sticker, Template, Text, Typing, Video,
};
use wappa_emulator::world::{CardAct, Content as Said, PersonAct, Tick};
use wappa_emulator::{Actor, Emulator, EmulatorConfig};

use super::{Bot, all_taken};

async fn open() -> (Emulator, Actor, Graph) {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let ana = emulator.person("Ana").unwrap();
    let graph = Graph::new(emulator.transport());
    (emulator, ana, graph)
}

/// One draft of every kind.
fn drafts(picture: &str) -> Vec<Result<Draft, DraftError>> {
    vec![
        Text::new("Hello https://example.com").preview_url().into_draft(),
        "short".into_draft(),
        Image::link("https://example.com/a.png").caption("a").into_draft(),
        Image::id(picture).into_draft(),
        Video::link("https://example.com/a.mp4").caption("v").into_draft(),
        Audio::link("https://example.com/a.ogg").voice().into_draft(),
        Document::link("https://example.com/a.pdf").caption("d").filename("a.pdf").into_draft(),
        Sticker::link("https://example.com/a.webp").into_draft(),
        Location::new(37.44, -122.16).with_name("Home").with_address("Street 1").into_draft(),
        Contacts::new([ContactCard::new("Ben Ng").phone("+1 555 010 0002")]).into_draft(),
        Buttons::new("Pick")
            .button("y", "Yes")
            .button("n", "No")
            .header("Well?")
            .footer("small")
            .into_draft(),
        Buttons::new("Pick").button("y", "Yes").header(Header::image(picture)).into_draft(),
        Buttons::new("Pick")
            .button("y", "Yes")
            .header(Header::image_link("https://example.com/a.png"))
            .into_draft(),
        List::new("Choose", "See all")
            .rows("Classics", [Row::new("m", "Margherita").description("tomato")])
            .rows("Others", [Row::new("q", "Quattro")])
            .footer("small")
            .into_draft(),
        CtaUrl::new("Look", "Open", "https://example.com").into_draft(),
        Template::new("hello_world", "en_US").into_draft(),
    ]
}

#[tokio::test]
async fn every_draft_is_accepted() {
    let (emulator, ana, graph) = open().await;
    let business = emulator.business();
    let (token, number) = (&business.access_token, &business.phone_number_id);
    let hi = ana.says("hi").unwrap();
    let mine = ana.sends_media(MediaKind::Image, "image/png", &b"png"[..]).await.unwrap();
    let Said::Image(picture) = ana.chat().message(&mine).unwrap().content.clone() else {
        panic!("a picture")
    };
    let picture = picture.media.unwrap();
    let to = Recipient::from(ana.person().wa_id.clone().unwrap());
    for draft in drafts(picture.as_str()) {
        let draft = draft.unwrap().reply_to(hi.clone());
        let accepted = graph.send(token, number, draft.to_json(&to, Some("job-7")).unwrap()).await;
        let accepted = accepted.unwrap_or_else(|error| panic!("{:?}: {error:?}", draft.kind()));
        assert_eq!(ana.chat().message(&accepted.id).unwrap().opaque.as_deref(), Some("job-7"));
    }
    let by_user_id = Recipient::from(ana.person().user_id.clone());
    let text = Text::new("by user id").into_draft().unwrap().to_json(&by_user_id, None).unwrap();
    assert_eq!(graph.send(token, number, text).await.unwrap().user_id.as_ref(), Some(&ana.person().user_id));

    let reaction = Reaction::new(hi.clone(), "👍").into_draft().unwrap().to_json(&to, None).unwrap();
    graph.send(token, number, reaction).await.unwrap();
    assert_eq!(ana.chat().message(&hi).unwrap().reactions.business.as_deref(), Some("👍"));

    graph.mark_read(token, number, &hi, Typing::On).await.unwrap();
    assert_eq!(ana.chat().message(&hi).unwrap().status, Tick::Read);
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
