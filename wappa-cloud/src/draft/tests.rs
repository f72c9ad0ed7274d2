//! Every limit of every kind of draft, from both sides, and the JSON that leaves.

use serde_json::{Value, json};

use super::*;
use crate::{
    event::Location,
    id::{GroupId, UserId, WaId},
    limits,
};

fn sent(draft: impl IntoDraft) -> Value {
    let json =
        draft.into_draft().unwrap().to_json(&Recipient::from(WaId::from("16505551234")), None).unwrap();
    serde_json::from_slice(&json).unwrap()
}

/// What `make` makes of a text just within the limit, and just beyond.
fn limited<D: IntoDraft>(limit: &limits::Limit, make: impl Fn(String) -> D) {
    let text = "ä".repeat(limit.max);
    make(text.clone()).into_draft().unwrap_or_else(|error| panic!("{}: {error}", limit.name));
    let error = make(format!("{text}x")).into_draft().unwrap_err();
    let shown = error.to_string();
    for part in [limit.name, &limit.max.to_string(), &(limit.max + 1).to_string()] {
        assert!(shown.contains(part), "{shown} should name {part}");
    }
    assert!(!shown.contains(&"ä".repeat(21)), "no more than the beginning is shown: {shown}");
}

#[test]
fn texts_are_limited() {
    limited(&limits::TEXT_BODY, Text::new);
    limited(&limits::IMAGE_CAPTION, |text| Image::id("1").caption(text));
    limited(&limits::IMAGE_CAPTION, |text| Document::id("1").caption(text));
    limited(&limits::INTERACTIVE_BODY, |text| Buttons::new(text).button("a", "A"));
    limited(&limits::BUTTON_TITLE, |text| Buttons::new("x").button("a", text));
    limited(&limits::BUTTON_ID, |text| Buttons::new("x").button(text, "A"));
    limited(&limits::INTERACTIVE_HEADER, |text| Buttons::new("x").button("a", "A").header(text));
    limited(&limits::INTERACTIVE_FOOTER, |text| Buttons::new("x").button("a", "A").footer(text));
    let list = |row: Row| List::new("x", "Open").rows("", [row]);
    limited(&limits::LIST_BODY, |text| List::new(text, "Open").rows("", [Row::new("a", "A")]));
    limited(&limits::LIST_BUTTON, |text| List::new("x", text).rows("", [Row::new("a", "A")]));
    limited(&limits::SECTION_TITLE, |text| List::new("x", "Open").rows(text, [Row::new("a", "A")]));
    limited(&limits::ROW_TITLE, |text| list(Row::new("a", text)));
    limited(&limits::ROW_ID, |text| list(Row::new(text, "A")));
    limited(&limits::ROW_DESCRIPTION, |text| list(Row::new("a", "A").description(text)));
    limited(&limits::CTA_DISPLAY_TEXT, |text| CtaUrl::new("x", text, "https://example.org"));
    limited(&limits::TEMPLATE_BODY, |text| Template::new("t", "en").body([text]));
    limited(&limits::TEMPLATE_HEADER, |text| Template::new("t", "en").header(text));
}

fn refused(draft: impl IntoDraft, why: &str) {
    let error = draft.into_draft().unwrap_err().to_string();
    assert!(error.contains(why), "{error} should say {why}");
}

#[test]
fn what_meta_does_not_take_is_refused() {
    refused("", "empty");
    refused("  \n", "empty");
    refused(Buttons::new("x"), "empty");
    let four = (0..4).fold(Buttons::new("x"), |buttons, n| buttons.button(n.to_string(), "A"));
    refused(four, "4 entries");
    refused(Buttons::new("x").button("a", "A").button("a", "B"), "twice");
    refused(List::new("x", "Open"), "empty");
    let row = |n: usize| Row::new(n.to_string(), "A");
    refused(List::new("x", "Open").rows("", (0..11).map(row)), "11 entries");
    refused(List::new("x", "Open").rows("A", (0..6).map(row)).rows("B", (6..11).map(row)), "11 entries");
    refused(List::new("x", "Open").rows("A", [row(1)]).rows("", [row(2)]), "section title");
    refused(List::new("x", "Open").rows("A", [row(1)]).rows("B", [row(1)]), "twice");
    refused(CtaUrl::new("x", "Go", "javascript:alert(1)"), "https://");
    refused(Image::link("ftp://x"), "https://");
    refused(Location::new(91.0, 0.0), "latitude");
    refused(Location::new(0.0, f64::NAN), "longitude");
    refused(Contacts::new(Vec::<ContactCard>::new()), "empty");
    refused(Contacts::new((0..258).map(|n| ContactCard::new(n.to_string()))), "258 entries");
    refused(Contacts::new([crate::event::Contact::default()]), "formatted_name");
    refused(Reaction::new("wamid.X", "nice"), "emoji");
    refused(Reaction::new("", "👍"), "message_id");
    refused(Template::new("Bad Name", "en"), "small letters");
    refused(Template::new("t", "en").body(["a"]).body_named("n", "b"), "all named");
    refused(Template::new("t", "en").button_url(10, "x"), "at most 10");
    refused(Image::bytes(vec![0; limits::IMAGE_SIZE.max + 1], "image/png"), "image has");
    refused(Image::bytes(vec![0], "image/gif"), "does not take");
    refused(Image::path("picture.gif"), "not known");
    refused(Sticker::path("picture.png"), "does not take");
}

#[test]
fn the_json_is_metas() {
    assert_eq!(
        sent(Text::new("hi").preview_url()),
        json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+16505551234", "type": "text",
               "text": {"body": "hi", "preview_url": true}})
    );
    assert_eq!(sent(Image::id("1").caption("c"))["image"], json!({"id": "1", "caption": "c"}));
    assert_eq!(
        sent(Audio::link("https://x.org/a.ogg").voice())["audio"],
        json!({"link": "https://x.org/a.ogg", "voice": true})
    );
    assert_eq!(
        sent(Document::id("1").filename("a.pdf"))["document"],
        json!({"id": "1", "filename": "a.pdf"})
    );
    assert_eq!(sent(Reaction::remove("wamid.X"))["reaction"], json!({"message_id": "wamid.X", "emoji": ""}));
    assert_eq!(
        sent(Location::new(37.5, -122.25).with_name("Here"))["location"],
        json!({"latitude": 37.5, "longitude": -122.25, "name": "Here"})
    );
    assert_eq!(
        sent(Contacts::new([ContactCard::new("Ann").phone("+1555").company("Shop")]))["contacts"],
        json!([{"name": {"formatted_name": "Ann", "first_name": "Ann"}, "phones": [{"phone": "+1555"}], "org": {"company": "Shop"}}])
    );
    assert_eq!(
        sent(Buttons::new("Ok?").button("y", "Yes").header("H").footer("F"))["interactive"],
        json!({"type": "button", "header": {"type": "text", "text": "H"}, "body": {"text": "Ok?"}, "footer": {"text": "F"},
               "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]}})
    );
    assert_eq!(
        sent(List::new("Which?", "Open").rows("S", [Row::new("a", "A").description("d")]))["interactive"]["action"],
        json!({"button": "Open", "sections": [{"title": "S", "rows": [{"id": "a", "title": "A", "description": "d"}]}]})
    );
    assert_eq!(
        sent(CtaUrl::new("x", "Go", "https://example.org").header(Header::image("7")))["interactive"],
        json!({"type": "cta_url", "header": {"type": "image", "image": {"id": "7"}}, "body": {"text": "x"},
               "action": {"name": "cta_url", "parameters": {"display_text": "Go", "url": "https://example.org"}}})
    );
    let template = Template::new("order_ok", "en_US")
        .header_image("1")
        .body_named("first_name", "Ann")
        .button_url(0, "n3");
    assert_eq!(
        sent(template)["template"],
        json!({"name": "order_ok", "language": {"code": "en_US"}, "components": [
            {"type": "header", "parameters": [{"type": "image", "image": {"id": "1"}}]},
            {"type": "body", "parameters": [{"type": "text", "parameter_name": "first_name", "text": "Ann"}]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "n3"}]}]})
    );
}

#[test]
fn addresses_quotes_and_opaque_data_stand_around_the_body() {
    let draft = "hi".into_draft().unwrap().reply_to(MessageId::from("wamid.Q"));
    let to = |recipient: Recipient, opaque| -> Value {
        serde_json::from_slice(&draft.to_json(&recipient, opaque).unwrap()).unwrap()
    };
    let user = to(Recipient::from(UserId::from("US.1")), Some("job-7"));
    assert_eq!((&user["recipient"], &user["to"]), (&json!("US.1"), &Value::Null));
    assert_eq!(user["context"], json!({"message_id": "wamid.Q"}));
    assert_eq!(user["biz_opaque_callback_data"], json!("job-7"));
    let group = to(Recipient::from(GroupId::from("g")), None);
    assert_eq!((&group["recipient_type"], &group["to"]), (&json!("group"), &json!("g")));
    let long = "x".repeat(513);
    assert!(draft.to_json(&Recipient::from(UserId::from("US.1")), Some(&long)).is_err());
}

#[test]
fn uploads_come_before_their_message() {
    let draft = Image::bytes(vec![1, 2, 3], "image/png").caption("c").into_draft().unwrap();
    let upload = draft.upload().unwrap();
    assert_eq!((upload.mime.as_str(), upload.kind), ("image/png", crate::media::MediaKind::Image));
    let to = Recipient::from(WaId::from("1"));
    assert!(draft.to_json(&to, None).is_err());
    let named = draft.with_media(&MediaId::from("9"));
    assert_eq!(sent(named)["image"], json!({"id": "9", "caption": "c"}));
    let path = Document::path("/tmp/menu.pdf").into_draft().unwrap();
    let upload = path.upload().unwrap();
    assert_eq!((upload.mime.as_str(), upload.filename.as_str()), ("application/pdf", "menu.pdf"));
}

#[test]
fn fingerprints_tell_drafts_apart_and_stay_the_same() {
    let print = |draft: Draft| draft.fingerprint();
    let hi = || "hi".into_draft().unwrap();
    assert_eq!(print(hi()), print(hi()));
    let others = [
        print("ho".into_draft().unwrap()),
        print(hi().reply_to(MessageId::from("wamid.Q"))),
        print(Image::bytes(vec![1], "image/png").into_draft().unwrap()),
        print(Image::bytes(vec![2], "image/png").into_draft().unwrap()),
    ];
    assert!(others.iter().all(|other| *other != print(hi())));
    assert_ne!(others[2], others[3]);
    // Keys in stores depend on it: it must not change between versions.
    assert_eq!(print(hi()), 9_305_652_106_805_850_722, "the fingerprint of a text");
}
