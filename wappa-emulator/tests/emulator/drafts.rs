//! Every draft there is, as the emulator reads it: what `wappa-cloud` writes it must accept.

use serde_json::{Value, json};
use wappa_cloud::client::Switch;
use wappa_cloud::client::groups::NewGroup;
use wappa_cloud::client::templates::{
    Body, Button as NewButton, Card as NewCard, Category, FlowRef, Header as NewHeader, NewAuthentication,
    NewTemplate, Otp, OtpApp,
};
use wappa_cloud::limits::PIN_DAYS;
use wappa_cloud::{
    Accepted, ActivitySharing, AddressMessage, Audio, AuthenticationTemplate, Beneficiary, Button, Buttons,
    CallPermissionRequest, Card, Carousel, CatalogMessage, Charge, Choice, ContactCard, ContactInfoRequest,
    Contacts, CtaUrl, DateParts, Document, Draft, DraftError, DraftErrorKind, DraftKind, FlowId, FlowMessage,
    FlowMode, Gateway, Goods, Graph, GroupId, Header, Image, IntoDraft, List, Location, LocationRequest,
    MediaId, Money, OrderDetails, OrderLine, OrderState, OrderStatus, Parameter, PaymentSetting, Pin, PixKey,
    ProductList, ProductMessage, ProductPolicy, ProductSection, Reaction, Recipient, Row, Sticker, Template,
    TemplateButton, TemplateCard, Text, Timestamp, Typing, Video, VoiceCall,
};
use wappa_emulator::world::Tick;
use wappa_emulator::{Actor, Business, Emulator, EmulatorConfig, Pacing};

use super::agreement::open;

type Built = Result<Draft, DraftError>;

const PICTURE: &str = "https://example.com/a.png";
const PAGE: &str = "https://example.com";

/// Messages of every kind but templates, with everything that each of them can have.
fn drafts(picture: &str) -> Vec<Built> {
    let mut all = plain(picture);
    all.extend(interactive(picture));
    all.extend(products());
    all.extend(orders());
    all
}

fn plain(picture: &str) -> Vec<Built> {
    vec![
        Text::new("Hello https://example.com").preview_url().into_draft(),
        "short".into_draft(),
        Image::link(PICTURE).caption("a").into_draft(),
        Image::id(picture).into_draft(),
        Video::link("https://example.com/a.mp4").caption("v").into_draft(),
        Audio::link("https://example.com/a.ogg").voice().into_draft(),
        Audio::link("https://example.com/a.mp3").into_draft(),
        Document::link("https://example.com/a.pdf").caption("d").filename("a.pdf").into_draft(),
        Sticker::link("https://example.com/a.webp").into_draft(),
        Location::new(37.44, -122.16).with_name("Home").with_address("Street 1").into_draft(),
        Contacts::new([
            ContactCard::new("Ben Ng").phone("+1 555 010 0002"),
            ContactCard::new("Dr. Ana Ruiz")
                .first_name("Ana")
                .middle_name("Maria")
                .last_name("Ruiz")
                .prefix("Dr.")
                .suffix("PhD")
                .phone_on_whatsapp("WORK", "+34 600 000 001", "34600000001")
                .email_of("WORK", "ana@example.org")
                .url_of("HOME", PAGE)
                .address_of("HOME", ["Street 1", "Madrid", "M", "28001", "Spain", "ES"])
                .company("Pizzeria")
                .department("Kitchen")
                .title("Chef")
                .birthday("1990-02-28"),
        ])
        .into_draft(),
    ]
}

fn interactive(picture: &str) -> Vec<Built> {
    let flow = || FlowMessage::name("signup", "Who are you?", "Sign up");
    vec![
        Buttons::new("Pick")
            .button("y", "Yes")
            .button("n", "No")
            .header("Well?")
            .footer("small")
            .into_draft(),
        Buttons::new("Pick").button("y", "Yes").header(Header::image(picture)).into_draft(),
        Buttons::new("Pick").button("y", "Yes").header(Header::image_link(PICTURE)).into_draft(),
        Buttons::new("Pick").button("y", "Yes").header(Header::video_link(PAGE)).into_draft(),
        Buttons::new("Pick")
            .button("y", "Yes")
            .header(Header::document_link(PAGE).filename("menu.pdf"))
            .into_draft(),
        List::new("Choose", "See all")
            .rows("Classics", [Row::new("m", "Margherita").description("tomato")])
            .rows("Others", [Row::new("q", "Quattro")])
            .header("Pizzas")
            .footer("small")
            .into_draft(),
        Choice::auto("How many?", (1..=5).map(|n| (n.to_string(), n.to_string()))).into_draft(),
        CtaUrl::new("Look", "Open", PAGE).header("Ours").footer("small").into_draft(),
        flow().into_draft(),
        flow()
            .header("Welcome")
            .footer("small")
            .token("t-1")
            .mode(FlowMode::Published)
            .data_exchange()
            .into_draft(),
        flow().mode(FlowMode::Draft).navigate("WELCOME").into_draft(),
        FlowMessage::id("1", "Book", "Book").navigate_with("WELCOME", &json!({"name": "Ana"})).into_draft(),
        LocationRequest::new("Where are you?").into_draft(),
        ContactInfoRequest::new("Your number?").into_draft(),
        AddressMessage::new("Where to?", "IN")
            .value("name", "Ana")
            .saved("a1", [("city", "Pune")])
            .mistake("in_pin_code", "no such code")
            .footer("small")
            .into_draft(),
        VoiceCall::new("Call us").display_text("Call").ttl_minutes(60).payload("from-menu").into_draft(),
        VoiceCall::new("Call us").into_draft(),
        CallPermissionRequest::new().body("May we call?").into_draft(),
        Carousel::new("New")
            .card(Card::link(Header::image(picture), "Open", PAGE).body("Autumn"))
            .card(Card::link(Header::image_link(PICTURE), "Open", PAGE).body("Winter"))
            .into_draft(),
        Carousel::new("New")
            .card(Card::buttons(
                Header::video_link(PAGE),
                [Button::new("a", "Take"), Button::new("b", "More")],
            ))
            .card(Card::buttons(
                Header::video_link(PAGE),
                [Button::new("c", "Take"), Button::new("d", "More")],
            ))
            .into_draft(),
    ]
}

fn products() -> Vec<Built> {
    vec![
        CatalogMessage::new("All of it").thumbnail("sku-1").footer("small").into_draft(),
        CatalogMessage::new("All of it").into_draft(),
        ProductMessage::new("c", "sku-1").body("This one").footer("small").into_draft(),
        ProductMessage::new("c", "sku-1").into_draft(),
        ProductList::new("Ours", "Choose", "c")
            .section(ProductSection::new("Classics", ["sku-1", "sku-2"]))
            .section(ProductSection::new("White", ["sku-3"]))
            .footer("small")
            .into_draft(),
        Carousel::new("New").card(Card::product("c", "sku-1")).card(Card::product("c", "sku-2")).into_draft(),
    ]
}

/// An order with everything that one can have.
fn order(reference: &str) -> OrderDetails {
    OrderDetails::new("Your order", reference, Goods::Physical, "INR")
        .header(Header::image_link(PICTURE))
        .footer("small")
        .catalog("c")
        .item(OrderLine::new("Bread", Money::minor(15_000), 2).retailer_id("sku-1"))
        .item(
            OrderLine::new("Tea", Money::minor(9_000), 1)
                .sale_amount(Money::minor(8_000))
                .imported("India", "Tea Ltd", "Street 1"),
        )
        .tax(Charge::new(Money::minor(1_500)).description("GST"))
        .shipping(Charge::new(Money::minor(500)).description("by bike"))
        .discount(Charge::new(Money::minor(1_000)).program("autumn"))
        .expires(Timestamp::from_secs(4_000_000_000), "too late")
        .beneficiary(
            Beneficiary::new("Ana", "Street 1", "Pune").state("MH").country("India").postal_code("411001"),
        )
        .payment(PaymentSetting::gateway(Gateway::Razorpay, "ours").receipt("r-1").note("k", "v"))
}

fn orders() -> Vec<Built> {
    let bare = |currency| {
        OrderDetails::new("Your order", "order-18", Goods::Digital, currency).item(OrderLine::new(
            "Song",
            Money::minor(100),
            1,
        ))
    };
    vec![
        order("order-17").into_draft(),
        bare("INR").quick_pay().payment(PaymentSetting::upi_intent("upi://pay?x=1")).into_draft(),
        bare("INR").payment(PaymentSetting::link(PAGE)).into_draft(),
        bare("INR").upi_configuration("ours").into_draft(),
        bare("BRL")
            .payment(PaymentSetting::pix("00020101", "Ours", "39580525000189", PixKey::Cnpj))
            .into_draft(),
        bare("BRL")
            .payment(PaymentSetting::boleto("03399026944140000002628346101018898510000008848"))
            .into_draft(),
        OrderStatus::new("On its way", "order-17", OrderState::PartiallyShipped)
            .description("by bike")
            .footer("small")
            .paid(Timestamp::from_secs(1_739_321_024))
            .into_draft(),
    ]
}

async fn define(graph: &Graph, of: &Business, template: NewTemplate) {
    graph.templates(&of.access_token, &of.waba_id).create(&template).await.unwrap();
}

fn new(name: &str, body: impl Into<Body>) -> NewTemplate {
    NewTemplate::new(name, "en_US", Category::Marketing).body(body)
}

/// Defines templates of every kind through the client, and gives what they are sent with.
#[allow(clippy::too_many_lines, reason = "a row for each kind of template")]
async fn templates(graph: &Graph, of: &Business, picture: &str) -> Vec<Built> {
    let named = Body::new("Hi {{first_name}}, your {{thing}} is here")
        .named("first_name", "Ana")
        .named("thing", "tea");
    let counted = Body::new("Hi {{1}}, {{2}} until {{3}} then").examples(["Ana", "1 €", "noon"]);
    let example = "4::x";
    let reply = NewButton::quick_reply("Thanks");
    let card = |header: NewHeader| {
        let body = Body::new("For {{1}} now").examples(["Ana"]);
        NewCard::new(header).body(body).button(NewButton::quick_reply("Take")).button(NewButton::url_with(
            "Go",
            "https://example.com/{{1}}",
            "a",
        ))
    };
    let flow = FlowRef::Id(FlowId::from("1"));
    let defined = [
        new("named", named)
            .header(NewHeader::text(Body::new("For {{who}}").named("who", "Ana")))
            .footer("small"),
        new("counted", counted)
            .header(NewHeader::image(example))
            .button(reply.clone())
            .button(NewButton::url_with("Track", "https://example.com/{{1}}", "17")),
        new("film", "Look").header(NewHeader::video(example)),
        new("paper", "Read").header(NewHeader::document(example)),
        new("place", "Come").header(NewHeader::location()),
        new("product", "Look").header(NewHeader::product()).button(NewButton::product("View")),
        new("coupon", "Save")
            .limited_time_offer("Ends soon", Switch::On)
            .button(NewButton::copy_code("A1"))
            .button(NewButton::url("Shop", PAGE)),
        new("catalog", "All").button(NewButton::catalog("See all")),
        new("several", "Some").header(NewHeader::text("Ours")).button(NewButton::products("See some")),
        new("form", "Book").button(NewButton::flow("Book", flow, Some("WELCOME"))),
        new("call", "Call us").button(NewButton::voice_call("Call")),
        new("pay", "Your order").button(NewButton::order_details("Pay")),
        new("ask", "May we call?").call_permission_request(),
        new("card", "Your number?").button(NewButton::request_contact_info()),
        new("cards", "New").card(card(NewHeader::image(example))).card(card(NewHeader::image(example))),
        new("goods", "New")
            .card(NewCard::new(NewHeader::product()).button(NewButton::product("View")))
            .card(NewCard::new(NewHeader::product()).button(NewButton::product("View"))),
        new("status", "News of your order"),
    ];
    for template in defined {
        define(graph, of, template).await;
    }
    let of = |name| Template::new(name, "en_US");
    let face = |picture: &str| {
        TemplateCard::new(Header::image(picture))
            .body(["Ana"])
            .button(TemplateButton::quick_reply("take"))
            .button(TemplateButton::url("a"))
    };
    let day = DateParts { year: 2026, month: 1, day_of_month: 15, day_of_week: 4, hour: 12, minute: 0 };
    vec![
        of("hello_world").into_draft(),
        of("hello_world").deterministic().into_draft(),
        of("named")
            .header_named("who", "Ana")
            .body_named("thing", "tea")
            .body_named("first_name", "Ana")
            .into_draft(),
        of("counted")
            .header_image(picture)
            .body([
                Parameter::text("Ana"),
                Parameter::currency("1 €", "EUR", 1_000),
                Parameter::date_time_parts("noon", day),
            ])
            .button_payload(0, "thanks")
            .button_url(1, "17")
            .into_draft(),
        of("film").header(Header::video_link(PAGE)).tap_target(PAGE, "Ours").into_draft(),
        of("paper").header(Header::document_link(PAGE).filename("menu.pdf")).into_draft(),
        of("place")
            .header_location(Location::new(1.0, 2.0).with_name("Home").with_address("Street 1"))
            .into_draft(),
        of("product").header_product("c", "sku-1").into_draft(),
        of("coupon")
            .offer_ends(Timestamp::from_secs(4_000_000_000))
            .button(0, TemplateButton::copy_code("A1"))
            .into_draft(),
        of("catalog").button(0, TemplateButton::catalog_with("sku-1")).into_draft(),
        of("catalog").button(0, TemplateButton::catalog()).into_draft(),
        of("several")
            .button(0, TemplateButton::products("sku-1", [ProductSection::new("Tea", ["sku-1"])]))
            .into_draft(),
        of("form").button(0, TemplateButton::flow().token("t-2").data(&json!({"name": "Ana"}))).into_draft(),
        of("call")
            .button(0, TemplateButton::voice_call().ttl_minutes(60).payload("from-template"))
            .into_draft(),
        of("pay").button(0, TemplateButton::order_details(order("order-19"))).into_draft(),
        of("ask").into_draft(),
        of("card").into_draft(),
        of("cards").card(face(picture)).card(face(picture)).into_draft(),
        of("goods")
            .card(TemplateCard::product("c", "sku-1"))
            .card(TemplateCard::product("c", "sku-2"))
            .into_draft(),
        of("status").order_status_described("order-17", OrderState::Shipped, "by bike").into_draft(),
        of("named")
            .header_named("who", "Ana")
            .body_named("thing", "tea")
            .body_named("first_name", "Ana")
            .marketing()
            .product_policy(ProductPolicy::CloudApiFallback)
            .activity_sharing(ActivitySharing::Off)
            .into_draft(),
    ]
}

async fn accepted(graph: &Graph, of: &Business, draft: &Draft, to: &Recipient) -> Accepted {
    let body = draft.to_json(to, Some("job-7")).unwrap();
    let shown = String::from_utf8_lossy(&body).into_owned();
    let sent = graph.send_to(&of.access_token, &of.phone_number_id, draft.endpoint(), body).await;
    sent.unwrap_or_else(|error| panic!("{error:?}\n{shown}"))
}

/// An emulator whose rates don't matter, and a picture that was uploaded to it.
async fn unhurried() -> (Emulator, Actor, Graph, MediaId) {
    let mut config = EmulatorConfig::for_tests();
    config.pacing = Pacing::Unlimited;
    let emulator = Emulator::open(config).await.unwrap();
    let ana = emulator.person("Ana").unwrap();
    let (graph, of) = (Graph::new(emulator.transport()), emulator.business());
    let draft = Image::bytes(&b"png"[..], "image/png").into_draft().unwrap();
    let upload = draft.upload().unwrap();
    let id = graph.upload(&of.access_token, &of.phone_number_id, upload).await.unwrap();
    (emulator, ana, graph, id)
}

#[tokio::test]
async fn every_draft_is_accepted() {
    let (emulator, ana, graph, picture) = unhurried().await;
    let of = emulator.business();
    let ben = emulator.person("Ben").unwrap();
    let mut all = drafts(picture.as_str());
    all.extend(templates(&graph, &of, picture.as_str()).await);
    // What a number takes from us, a user id takes too.
    let by_number = Recipient::from(ana.person().wa_id.clone().unwrap());
    let by_user_id = Recipient::from(ben.person().user_id.clone());
    for (person, to) in [(&ana, &by_number), (&ben, &by_user_id)] {
        let hi = person.says("hi").unwrap();
        for draft in all.clone() {
            let draft = draft.unwrap().reply_to(hi.clone());
            let accepted = self::accepted(&graph, &of, &draft, to).await;
            let kept = person.chat().message(&accepted.id).unwrap().clone();
            assert_eq!(kept.opaque.as_deref(), Some("job-7"));
            assert_eq!(kept.context.map(|quoted| quoted.id), Some(hi.clone()));
            let is_template = draft.kind() == DraftKind::Template;
            assert_eq!(
                accepted.message_status.is_some(),
                is_template,
                "only templates have a message status"
            );
            let told = (accepted.wa_id.is_some(), accepted.user_id.is_some());
            assert_eq!(told, (to == &by_number, to == &by_user_id), "{:?}", draft.kind());
        }
    }
}

#[tokio::test]
async fn reactions_and_ticks_are_accepted() {
    let (emulator, ana, graph) = open().await;
    let of = emulator.business();
    let hi = ana.says("hi").unwrap();
    let to = Recipient::from(ana.person().wa_id.clone().unwrap());
    let on = || ana.chat().message(&hi).unwrap().reactions.business.clone();
    accepted(&graph, &of, &Reaction::new(hi.clone(), "👍").into_draft().unwrap(), &to).await;
    assert_eq!(on().as_deref(), Some("👍"));
    accepted(&graph, &of, &Reaction::remove(hi.clone()).into_draft().unwrap(), &to).await;
    assert_eq!(on(), None);
    graph.mark_read(&of.access_token, &of.phone_number_id, &hi, Typing::On).await.unwrap();
    assert_eq!(ana.chat().message(&hi).unwrap().status, Tick::Read);
}

#[tokio::test]
async fn a_one_time_password_goes_to_numbers_alone() {
    let (emulator, ana, graph) = open().await;
    let of = emulator.business();
    let (token, number) = (&of.access_token, &of.phone_number_id);
    for (name, button) in [
        ("copied", Otp::copy_code()),
        ("tapped", Otp::one_tap([app()])),
        ("untapped", Otp::zero_tap([app()])),
    ] {
        let new = NewAuthentication::new(name, button)
            .security_recommendation(Switch::On)
            .expires_after_minutes(10);
        graph.templates(token, &of.waba_id).create_authentication(&new, "en_US").await.unwrap();
        let draft = AuthenticationTemplate::new(name, "en_US", "482917").into_draft().unwrap();
        let to = Recipient::from(ana.person().wa_id.clone().unwrap());
        let sent = accepted(&graph, &of, &draft, &to).await;
        assert!(ana.chat().message(&sent.id).unwrap().content.text().unwrap().contains("482917"));

        let nobody = Recipient::from(ana.person().user_id.clone());
        let error = draft.to_json(&nobody, None).unwrap_err();
        assert_eq!(error.kind(), DraftErrorKind::NeedsNumber);
        let mut raw: Value = serde_json::from_slice(&draft.to_json(&to, None).unwrap()).unwrap();
        raw.as_object_mut().unwrap().remove("to");
        raw["recipient"] = json!(ana.person().user_id);
        let refused = graph.send(token, number, raw.to_string().into()).await.unwrap_err();
        assert_eq!(refused.code, Some(131_062));
    }
}

fn app() -> OtpApp {
    OtpApp::new("org.example.app", "K8a/AINcGX7")
}

#[tokio::test]
async fn a_group_takes_what_groups_take() {
    let (emulator, ana, graph, picture) = unhurried().await;
    let of = emulator.business();
    let (token, number) = (&of.access_token, &of.phone_number_id);
    graph.groups(token, number).create(&NewGroup::new("Tea")).await.unwrap();
    let id = emulator.groups(number).remove(0);
    ana.joins(&id).unwrap();
    let group = Recipient::from(GroupId::from(id));
    let mut first = None;
    for draft in [
        Text::new("Hi all").into_draft(),
        Image::id(picture.clone()).caption("a").into_draft(),
        Document::link("https://example.com/a.pdf").into_draft(),
        Template::new("hello_world", "en_US").into_draft(),
    ] {
        let sent = accepted(&graph, &of, &draft.unwrap(), &group).await;
        first.get_or_insert(sent.id);
    }
    let first = first.unwrap();
    for days in [1, PIN_DAYS] {
        accepted(&graph, &of, &Pin::new(first.clone(), days).into_draft().unwrap(), &group).await;
    }
    accepted(&graph, &of, &Pin::remove(first.clone()).into_draft().unwrap(), &group).await;

    // What a draft refuses, Meta refuses too.
    let pin = Pin::new(first.clone(), 1).into_draft().unwrap();
    for days in [0, PIN_DAYS + 1] {
        let error = Pin::new(first.clone(), days).into_draft().unwrap_err().to_string();
        assert!(error.contains("pin.expiration_days") && error.contains("1 to 30 days"), "{error}");
        let mut raw: Value = serde_json::from_slice(&pin.to_json(&group, None).unwrap()).unwrap();
        raw["pin"]["expiration_days"] = json!(days);
        assert_eq!(graph.send(token, number, raw.to_string().into()).await.unwrap_err().code, Some(131_009));
    }
    let person = Recipient::from(ana.person().wa_id.clone().unwrap());
    assert!(pin.to_json(&person, None).unwrap_err().to_string().contains("only a message of a group"));
}
