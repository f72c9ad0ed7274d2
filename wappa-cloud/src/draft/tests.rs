//! Every limit of every kind of draft, from both sides, and the JSON that leaves.

use serde_json::{Value, json};

use super::*;
use crate::{
    event::Location,
    id::{GroupId, UserId, WaId},
    limits,
    time::Timestamp,
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
    limited(&limits::FLOW_CTA, |text| FlowMessage::id("1", "x", text));
    limited(&limits::INTERACTIVE_BODY, LocationRequest::new);
    limited(&limits::INTERACTIVE_BODY, ContactInfoRequest::new);
    limited(&limits::INTERACTIVE_BODY, VoiceCall::new);
    limited(&limits::INTERACTIVE_BODY, |text| CallPermissionRequest::new().body(text));
    limited(&limits::INTERACTIVE_BODY, CatalogMessage::new);
    limited(&limits::INTERACTIVE_BODY, |text| ProductMessage::new("c", "p").body(text));
    limited(&limits::INTERACTIVE_BODY, |text| AddressMessage::new(text, "IN"));
    limited(&limits::CTA_DISPLAY_TEXT, |text| VoiceCall::new("x").display_text(text));
    limited(&limits::VOICE_CALL_PAYLOAD, |text| VoiceCall::new("x").payload(text));
    limited(&limits::CARD_BODY, |text| {
        pair(|n| Card::link(Header::image("1"), "Go", address(n)).body(text.clone()))
    });
    limited(&limits::CARD_BUTTON_TITLE, |text| {
        pair(|n| Card::buttons(Header::image("1"), [Button::new(n.to_string(), text.clone())]))
    });
    limited(&limits::CARD_BUTTON_ID, |text| {
        let id = |n: usize| if n == 0 { text.clone() } else { "other".to_owned() };
        pair(|n| Card::buttons(Header::image("1"), [Button::new(id(n), "A")]))
    });
    let products = |title: String| ProductSection::new(title, ["p"]);
    limited(&limits::SECTION_TITLE, |text| ProductList::new("h", "x", "c").section(products(text)));
    limited(&limits::INTERACTIVE_HEADER, |text| {
        ProductList::new(text, "x", "c").section(products("s".into()))
    });
    limited(&limits::ORDER_ITEM_NAME, |text| order().item(OrderLine::new(text, Money::minor(1), 1)));
    limited(&limits::ORDER_ITEM_NAME, |text| order().tax(Charge::new(Money::minor(1)).description(text)));
    limited(&limits::ORDER_EXPIRATION_DESCRIPTION, |text| order().expires(Timestamp::from_secs(1), text));
    limited(&limits::ORDER_STATUS_DESCRIPTION, |text| {
        OrderStatus::new("x", "r", OrderState::Shipped).description(text)
    });
    limited(&limits::PAYMENT_CONFIGURATION, |text| {
        order().payment(PaymentSetting::gateway(Gateway::Payu, text))
    });
    let button = |button: TemplateButton| Template::new("t", "en").button(0, button);
    limited(&limits::COUPON_CODE, |text| button(TemplateButton::copy_code(text)));
    limited(&limits::TEMPLATE_PAYLOAD, |text| button(TemplateButton::quick_reply(text)));
    limited(&limits::TEMPLATE_HEADER, |text| Template::new("t", "en").header_named("n", text));
    limited(&limits::TEMPLATE_BODY, |text| Template::new("t", "en").body([text]));
    limited(&limits::TEMPLATE_HEADER, |text| Template::new("t", "en").header(text));
}

/// An order with what it needs.
fn order() -> OrderDetails {
    OrderDetails::new("x", "order-1", Goods::Digital, "INR")
        .item(OrderLine::new("Bread", Money::minor(1_500), 2))
        .payment(PaymentSetting::gateway(Gateway::Razorpay, "mine"))
}

fn address(n: usize) -> String {
    format!("https://example.org/{n}")
}

/// A carousel of two cards.
fn pair(card: impl Fn(usize) -> Card) -> Carousel {
    Carousel::new("x").cards((0..2).map(card))
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
    refused(Template::new("t", "en").button_url(10, "x"), "Meta allows 10");
    let picture = |n: usize| Card::link(Header::image("1"), "Go", address(n));
    refused(Carousel::new("x").card(picture(0)), "two cards");
    refused(Carousel::new("x").cards((0..11).map(picture)), "11 entries");
    refused(Carousel::new("x").card(picture(0)).card(Card::product("c", "p")), "all cards");
    refused(
        Carousel::new("x").card(picture(0)).card(Card::link(Header::video("1"), "Go", address(1))),
        "all cards",
    );
    refused(Carousel::new("x").cards([Card::product("c", "p"), Card::product("d", "p")]), "one catalog");
    refused(pair(|n| picture(n).body("a\nb\nc\nd")), "line breaks");
    refused(pair(|n| Card::link(Header::document("1"), "Go", address(n))), "image or a video");
    refused(pair(|_| Card::buttons(Header::image("1"), [Button::new("same", "A")])), "twice");
    refused(pair(|_| Card::product("c", "p").body("words")), "no text");
    refused(ProductList::new("h", "x", "c"), "empty");
    let many = |n: usize| ProductSection::new("s", (0..n).map(|n| n.to_string()));
    refused(ProductList::new("h", "x", "c").section(many(31)), "31 entries");
    refused((0..11).fold(ProductList::new("h", "x", "c"), |list, _| list.section(many(1))), "11 entries");
    refused(
        ProductList::new("h", "x", "c").section(ProductSection::new("", ["a"])).section(many(1)),
        "section title",
    );
    refused(ProductMessage::new("", "p"), "catalog_id");
    refused(FlowMessage::id("", "x", "Go"), "flow_id");
    refused(FlowMessage::id("1", "x", "Go").navigate(""), "screen");
    refused(FlowMessage::id("1", "x", "Go").navigate_with("A", &json!({})), "at least one");
    refused(FlowMessage::id("1", "x", "Go").navigate_with("A", &json!([1])), "at least one");
    refused(VoiceCall::new("x").ttl_minutes(0), "43,200");
    refused(VoiceCall::new("x").ttl_minutes(43_201), "43,200");
    refused(AddressMessage::new("x", "India"), "two capital");
    refused(order().header("words"), "picture");
    refused(OrderDetails::new("x", "r", Goods::Digital, "INR"), "order.items");
    refused(order().item(OrderLine::new("a", Money::minor(1), 0)), "at least one");
    refused(
        order().item(OrderLine::new("a", Money::minor(1), 1).sale_amount(Money::minor(2))),
        "sale_amount",
    );
    refused(order().discount(Money::minor(3_000)), "left to pay");
    refused(order().tax(Money::minor(-1)), "not negative");
    let unpaid =
        OrderDetails::new("x", "r", Goods::Digital, "INR").item(OrderLine::new("a", Money::minor(1), 1));
    refused(unpaid.clone(), "payment_settings");
    refused(unpaid.payment(PaymentSetting::boleto(" ")), "boleto");
    refused(OrderStatus::new("x", "no spaces", OrderState::Shipped), "only letters");
    refused(OrderStatus::new("x", "r".repeat(36), OrderState::Shipped), "36 characters");
    refused(Choice::auto("x", Vec::<(String, String)>::new()), "empty");
    refused(Pin::new("wamid.X", 0), "1 to 30");
    refused(Pin::new("", 1), "message_id");
    refused(
        Buttons::new("x").button("a", "A").header(Header::image("1").filename("a.png")),
        "only a document",
    );
    refused(Template::new("t", "en").button_payload(1, "a").button_url(1, "b"), "twice");
    refused(Template::new("t", "en").body([Parameter::currency("$1", "dollar", 1)]), "three capital");
    refused(Template::new("t", "en").button(0, TemplateButton::flow().data(&json!([]))), "object");
    let cards = (0..11).map(|_| TemplateCard::new(Header::image("1")));
    refused(cards.fold(Template::new("t", "en"), Template::card), "11 entries");
    refused(AuthenticationTemplate::new("t", "en", ""), "empty");
    refused(Contacts::new([ContactCard::new("Ana").birthday("1.2.1990")]), "YYYY-MM-DD");
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
    let liked = Reaction::new("wamid.X", "👍").into_draft().unwrap().reply_to(MessageId::from("wamid.Q"));
    assert_eq!(sent(liked)["context"], Value::Null, "a reaction quotes nothing");
    let group = to(Recipient::from(GroupId::from("g")), None);
    assert_eq!((&group["recipient_type"], &group["to"]), (&json!("group"), &json!("g")));
    let long = "x".repeat(513);
    assert!(draft.to_json(&Recipient::from(UserId::from("US.1")), Some(&long)).is_err());
}

#[test]
fn the_json_of_the_rarer_kinds_is_metas() {
    assert_eq!(
        sent(LocationRequest::new("Where?"))["interactive"],
        json!({"type": "location_request_message", "body": {"text": "Where?"}, "action": {"name": "send_location"}})
    );
    assert_eq!(
        sent(CallPermissionRequest::new())["interactive"],
        json!({"type": "call_permission_request", "action": {"name": "call_permission_request"}})
    );
    assert_eq!(
        sent(VoiceCall::new("Call us").display_text("Call").ttl_minutes(60).payload("p"))["interactive"]["action"],
        json!({"name": "voice_call", "parameters": {"display_text": "Call", "ttl_minutes": 60, "payload": "p"}})
    );
    assert_eq!(sent(VoiceCall::new("Call us"))["interactive"]["action"], json!({"name": "voice_call"}));
    let carousel =
        pair(|n| Card::buttons(Header::image_link(address(n)), [Button::new(n.to_string(), "Take")]));
    assert_eq!(
        sent(carousel)["interactive"]["action"]["cards"][1],
        json!({"card_index": 1, "header": {"type": "image", "image": {"link": "https://example.org/1"}},
               "action": {"buttons": [{"type": "quick_reply", "quick_reply": {"id": "1", "title": "Take"}}]}})
    );
    assert_eq!(
        sent(pair(|n| Card::product("c", n.to_string())))["interactive"]["action"]["cards"][0],
        json!({"card_index": 0, "type": "product", "action": {"product_retailer_id": "0", "catalog_id": "c"}})
    );
    let address =
        AddressMessage::new("Where to?", "IN").saved("home", [("city", "Pune")]).mistake("in_pin_code", "no");
    assert_eq!(
        sent(address)["interactive"]["action"]["parameters"],
        json!({"country": "IN", "saved_addresses": [{"id": "home", "value": {"city": "Pune"}}],
               "validation_errors": {"in_pin_code": "no"}})
    );
    let paid = sent(
        order().payment(PaymentSetting::pix("00020", "Shop", "k", PixKey::Email)).shipping(Money::minor(500)),
    );
    let paid = &paid["interactive"]["action"]["parameters"];
    assert_eq!(paid["total_amount"], json!({"value": 3_500, "offset": 100}));
    assert_eq!(paid["payment_type"], "br");
    assert_eq!(
        paid["payment_settings"][0],
        json!({"type": "payment_gateway", "payment_gateway": {"type": "razorpay", "configuration_name": "mine"}})
    );
    let noted = PaymentSetting::gateway(Gateway::Razorpay, "mine").receipt("r").note("k", "v");
    assert_eq!(
        sent(order().payment(noted))["interactive"]["action"]["parameters"]["payment_settings"][1]["payment_gateway"],
        json!({"type": "razorpay", "configuration_name": "mine", "razorpay": {"receipt": "r", "notes": {"k": "v"}}})
    );
    let titles = |n: usize| Choice::auto("x", (0..n).map(|n| (n.to_string(), "A")));
    assert_eq!(sent(titles(3))["interactive"]["type"], "button");
    assert_eq!(sent(titles(4))["interactive"]["type"], "list");
    let wordy =
        Choice::auto("x", [ChoiceOption::new("a", "A").description("more"), ChoiceOption::new("b", "B")]);
    assert_eq!(sent(wordy)["interactive"]["type"], "list");
    assert_eq!(sent(Choice::auto("x", [("a", "Twenty-one characters")]))["interactive"]["type"], "list");
    let group = Recipient::from(GroupId::from("g"));
    let pin = |pin: Pin| {
        serde_json::from_slice::<Value>(&pin.into_draft().unwrap().to_json(&group, None).unwrap()).unwrap()
    };
    assert_eq!(
        pin(Pin::new("wamid.X", 7))["pin"],
        json!({"type": "pin", "message_id": "wamid.X", "expiration_days": 7})
    );
    assert_eq!(pin(Pin::remove("wamid.X"))["pin"], json!({"type": "unpin", "message_id": "wamid.X"}));
    let alone = Pin::remove("wamid.X").into_draft().unwrap().to_json(&Recipient::from(WaId::from("1")), None);
    assert!(alone.unwrap_err().to_string().contains("group"));
}

#[test]
fn every_component_of_a_template_is_metas() {
    let component = |template: Template| sent(template)["template"]["components"][0].clone();
    let named = || Template::new("t", "en");
    let offer =
        json!({"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1_209_600_000}});
    assert_eq!(
        component(named().offer_ends(Timestamp::from_millis(1_209_600_000))),
        json!({"type": "limited_time_offer", "parameters": [offer]})
    );
    let card = TemplateCard::new(Header::image("1")).body(["a"]).button(TemplateButton::quick_reply("x"));
    assert_eq!(
        component(named().card(card)),
        json!({"type": "carousel", "cards": [{"card_index": 0, "components": [
            {"type": "header", "parameters": [{"type": "image", "image": {"id": "1"}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "a"}]},
            {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "x"}]}]}]})
    );
    assert_eq!(
        component(named().order_status_described("r", OrderState::Shipped, "soon")),
        json!({"type": "order_status", "parameters": [{"type": "order_status", "order_status":
            {"reference_id": "r", "order": {"status": "shipped", "description": "soon"}}}]})
    );
    assert_eq!(
        component(named().tap_target("https://example.org", "Us")),
        json!({"type": "tap_target_configuration", "parameters": [{"type": "tap_target_configuration",
            "tap_target_configuration": [{"url": "https://example.org", "title": "Us"}]}]})
    );
    let header = |template: Template| component(template)["parameters"][0].clone();
    assert_eq!(header(named().header_gif("1")), json!({"type": "gif", "gif": {"id": "1"}}));
    assert_eq!(
        header(named().header_location(Location::new(1.0, 2.0).with_name("n"))),
        json!({"type": "location", "location": {"latitude": 1.0, "longitude": 2.0, "name": "n"}})
    );
    assert_eq!(
        header(named().header_product("c", "p")),
        json!({"type": "product", "product": {"product_retailer_id": "p", "catalog_id": "c"}})
    );
    assert_eq!(
        header(named().header(Header::document("1").filename("a.pdf"))),
        json!({"type": "document", "document": {"id": "1", "filename": "a.pdf"}})
    );
    assert_eq!(header(named().body([Parameter::group("g")])), json!({"type": "group_id", "group_id": "g"}));
    let button = |button: TemplateButton| component(named().button(2, button));
    assert_eq!(
        button(TemplateButton::copy_code("SAVE")),
        json!({"type": "button", "sub_type": "copy_code", "index": "2", "parameters": [{"type": "coupon_code", "coupon_code": "SAVE"}]})
    );
    let products = TemplateButton::products("p", [ProductSection::new("s", ["p"])]);
    assert_eq!(
        button(products)["parameters"][0]["action"],
        json!({"thumbnail_product_retailer_id": "p", "sections": [{"title": "s", "product_items": [{"product_retailer_id": "p"}]}]})
    );
    assert_eq!(
        button(TemplateButton::catalog()),
        json!({"type": "button", "sub_type": "catalog", "index": "2"})
    );
    assert_eq!(
        button(TemplateButton::voice_call().ttl_minutes(5).payload("p"))["parameters"],
        json!([{"type": "ttl_minutes", "ttl_minutes": 5}, {"type": "payload", "payload": "p"}])
    );
    let ordered = button(TemplateButton::order_details(order()));
    assert_eq!(ordered["parameters"][0]["action"]["order_details"]["reference_id"], "order-1");
}

#[test]
fn a_code_goes_to_numbers_into_body_and_button_and_into_no_error() {
    let template = AuthenticationTemplate::new("login", "en_US", "482917");
    assert!(!format!("{template:?}").contains("482917"));
    let draft = template.into_draft().unwrap();
    let both = Recipient { wa_id: Some(WaId::from("1650")), ..Recipient::from(UserId::from("US.1")) };
    let json: Value = serde_json::from_slice(&draft.to_json(&both, None).unwrap()).unwrap();
    assert_eq!((&json["to"], &json["recipient"]), (&json!("+1650"), &Value::Null));
    let parameters = json!([{"type": "text", "text": "482917"}]);
    assert_eq!(
        json["template"]["components"],
        json!([{"type": "body", "parameters": parameters},
               {"type": "button", "sub_type": "url", "index": "0", "parameters": parameters}])
    );
    let error = draft.to_json(&Recipient::from(UserId::from("US.1")), None).unwrap_err();
    assert_eq!(error.kind(), DraftErrorKind::NeedsNumber);
    let long = AuthenticationTemplate::new("login", "en_US", "1234567890123456").into_draft().unwrap_err();
    assert!(!long.to_string().contains("12345678"), "{long}");
}

#[test]
fn marketing_and_identity_stand_beside_the_body() {
    let offer = || Template::new("offer", "en").marketing().product_policy(ProductPolicy::CloudApiFallback);
    let draft = offer().activity_sharing(ActivitySharing::Off).into_draft().unwrap();
    assert_eq!(draft.endpoint(), Endpoint::MarketingMessages);
    let json = sent(draft.clone());
    assert_eq!(
        (&json["product_policy"], &json["message_activity_sharing"]),
        (&json!("CLOUD_API_FALLBACK"), &json!(false))
    );
    let plain = Template::new("offer", "en").into_draft().unwrap();
    let prints = [plain.fingerprint(), draft.fingerprint(), offer().into_draft().unwrap().fingerprint()];
    assert_eq!(prints.iter().collect::<std::collections::HashSet<_>>().len(), 3);
    let checked = "hi".into_draft().unwrap().only_for_identity("a\"b").only_for_identity("DF2lS5v2W6x=");
    assert_eq!(sent(checked)["recipient_identity_key_hash"], "DF2lS5v2W6x=");
}

#[test]
fn long_bodies_fit_if_asked() {
    let long = "word ".repeat(1_000);
    for draft in [
        Buttons::new(long.clone()).button("a", "A").fit().into_draft(),
        List::new(long.clone(), "Open").rows("", [Row::new("a", "A")]).fit().into_draft(),
        LocationRequest::new(long.clone()).fit().into_draft(),
        Carousel::new(long.clone())
            .cards((0..2).map(|n| Card::product("c", n.to_string())))
            .fit()
            .into_draft(),
    ] {
        let json = sent(draft.unwrap());
        assert!(json["interactive"]["body"]["text"].as_str().unwrap().ends_with("word…"));
    }
    assert_eq!(Text::new(&long).fit(Fit::Truncate).len(), 1);
    assert_eq!(Text::new("short").preview_url().fit(Fit::Split), [Text::new("short").preview_url()]);
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
