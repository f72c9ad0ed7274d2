//! Groups, files, what became of messages, and objects reached by an id of their own.

use bytes::Bytes;
use serde_json::Value;
use wappa_cloud::{
    FilePart, MediaId, ObjectId, PhoneNumberId,
    client::{groups::GroupUpdate, profile::ProfileUpdate, profile::Vertical},
};

use super::{Case, IDS, case, done, numbers::PICTURE, page, told};

pub(super) fn cases() -> Vec<Case> {
    [groups(), by_id()].into_iter().flatten().collect()
}

fn groups() -> Vec<Case> {
    let (token, group) = (&IDS.token, &IDS.group);
    let requests = || vec![ObjectId::from("1")];
    // Meta gives no examples of what these answer.
    let unread = |answer: Result<String, _>| answer.map(Value::from).or(Ok(Value::Null));
    vec![
        case("POST {group_id}/invite_link", "", move |g| async move {
            unread(g.group(token, group).reset_invite_link().await)
        }),
        case("DELETE {group_id}/invite_link", "", move |g| async move {
            done(g.group(token, group).delete_invite_link().await)
        }),
        case("GET {group_id}/join_requests", "", move |g| async move {
            page(g.group(token, group).join_requests().page().await)
        }),
        case("POST {group_id}/join_requests", "", move |g| async move {
            g.group(token, group).approve(&requests()).await.map(|_| Value::Null)
        }),
        case("DELETE {group_id}/join_requests", "", move |g| async move {
            g.group(token, group).reject(&requests()).await.map(|_| Value::Null)
        }),
        case("POST {group_id}/participants", "", move |g| async move {
            told(g.group(token, group).add(&["+16505551234"]).await)
        }),
        case("DELETE {group_id}/participants", "", move |g| async move {
            told(g.group(token, group).remove(&["+16505551234"]).await)
        }),
        case("GET {group_id}", "", move |g| async move {
            g.group(token, group).get().await.map(|_| Value::Null).or(Ok(Value::Null))
        }),
        case("DELETE {group_id}", "", move |g| async move { done(g.group(token, group).delete().await) }),
        case("POST {group_id}", "", move |g| async move {
            told(g.group(token, group).update(&GroupUpdate::new().subject("Bread")).await)
        }),
        case("POST {group_id}", "", move |g| async move {
            let bytes = Bytes::from_static(b"picture");
            let picture = FilePart { name: "a.jpg".into(), mime: "image/jpeg".into(), bytes };
            told(g.group(token, group).set_picture(picture).await)
        }),
    ]
}

fn by_id() -> Vec<Case> {
    let token = &IDS.token;
    let media = || MediaId::from("{Media-ID}");
    let profile = || ObjectId::from("{WhatsApp-Business-Profile-ID}");
    let update = move |example, make: fn(ProfileUpdate) -> ProfileUpdate| {
        case("POST {WhatsApp-Business-Profile-ID}", example, move |g| async move {
            done(g.profile_by_id(token, &profile()).update(&make(ProfileUpdate::new())).await)
        })
    };
    vec![
        case("GET {Media-ID}", "", move |g| async move { told(g.media(token, &media()).await) }),
        case("DELETE {Media-ID}", "", move |g| async move { done(g.delete_media(token, &media()).await) }),
        case("GET {Message-History-ID}/events", "", move |g| async move {
            page(g.message_events(token, &ObjectId::from("{Message-History-ID}"), None).page().await)
        }),
        case("GET {WhatsApp-Account-Number-ID}", "", move |g| async move {
            told(g.number(token, &PhoneNumberId::from("{WhatsApp-Account-Number-ID}")).get().await)
        }),
        case("GET {WhatsApp-Business-Profile-ID}", "", move |g| async move {
            told(g.profile_by_id(token, &profile()).get().await)
        }),
        update("complete_update", |update| {
            update
                .account_name("Updated E-commerce Business")
                .description("Updated leading e-commerce platform for premium products")
                .email("updated-contact@business-example.com")
                .about("Premium products delivered worldwide with excellent service")
                .address("456 Updated Business Avenue, Commerce City, CC 54321")
                .vertical(Vertical::Retail)
                .websites([
                    "https://www.updated-business-example.com".to_owned(),
                    "https://shop.updated-business-example.com".to_owned(),
                ])
                .profile_picture_handle(PICTURE)
        }),
        update("minimal_update", |update| {
            update
                .description("Updated customer service business")
                .email("updated-support@service-example.com")
        }),
    ]
}
