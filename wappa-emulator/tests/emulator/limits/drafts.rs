//! The limits of what is sent.

use bytes::Bytes;
use wappa_cloud::limits::{self as l, Limit};
use wappa_cloud::{
    Button, Buttons, Card, Carousel, Charge, Choice, ContactCard, Contacts, CtaUrl, Document, DraftError,
    FlowMessage, Gateway, Goods, GraphRequest, Header, Image, IntoDraft, List, MediaKind, Money,
    OrderDetails, OrderLine, OrderState, OrderStatus, PaymentSetting, ProductList, ProductSection, Recipient,
    RequestBody, Row, Target, Template, TemplateButton, TemplateCard, Text, Timestamp, Video, VoiceCall,
};

use super::{Side, one_more, says, x};

type Made = Result<Bytes, DraftError>;

/// A limit, a message with so much of it, where it stands in its JSON, and Meta's code for one more.
pub(super) struct Case(pub(super) &'static Limit, fn(usize, &Recipient) -> Made, &'static str, u64);

const LINK: &str = "https://example.com/a.jpg";

fn to(draft: impl IntoDraft, to: &Recipient) -> Made {
    draft.into_draft()?.to_json(to, None)
}

fn buttons(id: String, title: String) -> Buttons {
    Buttons::new("Pick").button(id, title)
}

fn list(rows: impl IntoIterator<Item = Row>) -> List {
    List::new("Choose", "See all").rows("All", rows)
}

fn rows(count: usize) -> Vec<Row> {
    (0..count).map(|n| Row::new(format!("r{n}"), format!("Row {n}"))).collect()
}

fn link_card(words: String) -> Card {
    Card::link(Header::image_link(LINK), "Open", "https://example.com").body(words)
}

fn reply_card(id: &str, title: &str) -> Card {
    Card::buttons(Header::image_link(LINK), [Button::new(id, title)])
}

fn order(reference: String) -> OrderDetails {
    OrderDetails::new("Your order", reference, Goods::Digital, "INR")
        .payment(PaymentSetting::gateway(Gateway::Razorpay, "ours"))
}

fn bread(name: impl Into<String>) -> OrderLine {
    OrderLine::new(name, Money::minor(100), 1)
}

fn products(sections: usize, each: usize) -> ProductList {
    (0..sections).fold(ProductList::new("Ours", "Choose", "c"), |list, section| {
        let products = (0..each).map(|product| format!("p{section}-{product}"));
        list.section(ProductSection::new(format!("Section {section}"), products))
    })
}

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case(&l::TEXT_BODY, |n, ana| to(Text::new(x(n)), ana), "/text/body", 131_009),
    Case(&l::IMAGE_CAPTION, |n, ana| to(Image::link(LINK).caption(x(n)), ana), "/image/caption", 131_009),
    Case(&l::VIDEO_CAPTION, |n, ana| to(Video::link(LINK).caption(x(n)), ana), "/video/caption", 131_009),
    Case(&l::DOCUMENT_CAPTION, |n, ana| to(Document::link(LINK).caption(x(n)), ana), "/document/caption", 131_009),
    Case(&l::DOCUMENT_FILENAME, |n, ana| to(Document::link(LINK).filename(x(n)), ana), "/document/filename", 131_009),
    Case(&l::DOCUMENT_FILENAME, |n, ana| to(buttons("y".into(), "Yes".into()).header(Header::document_link(LINK).filename(x(n))), ana), "/interactive/header/document/filename", 131_009),
    Case(&l::CONTACTS, |n, ana| to(Contacts::new((0..n).map(|_| ContactCard::new("Ben Ng"))), ana), "/contacts", 131_009),
    Case(&l::INTERACTIVE_BODY, |n, ana| to(Buttons::new(x(n)).button("y", "Yes"), ana), "/interactive/body/text", 131_009),
    Case(&l::INTERACTIVE_HEADER, |n, ana| to(buttons("y".into(), "Yes".into()).header(x(n)), ana), "/interactive/header/text", 131_009),
    Case(&l::INTERACTIVE_FOOTER, |n, ana| to(buttons("y".into(), "Yes".into()).footer(x(n)), ana), "/interactive/footer/text", 131_009),
    Case(&l::BUTTONS, |n, ana| to((0..n).fold(Buttons::new("Pick"), |all, n| all.button(format!("b{n}"), format!("B{n}"))), ana), "/interactive/action/buttons", 131_009),
    Case(&l::BUTTON_TITLE, |n, ana| to(buttons("y".into(), x(n)), ana), "/interactive/action/buttons/0/reply/title", 131_009),
    Case(&l::BUTTON_ID, |n, ana| to(buttons(x(n), "Yes".into()), ana), "/interactive/action/buttons/0/reply/id", 131_009),
    Case(&l::LIST_BODY, |n, ana| to(List::new(x(n), "See all").rows("", rows(1)), ana), "/interactive/body/text", 131_009),
    Case(&l::LIST_BUTTON, |n, ana| to(List::new("Choose", x(n)).rows("", rows(1)), ana), "/interactive/action/button", 131_009),
    Case(&l::LIST_SECTIONS, |n, ana| to((0..n).fold(List::new("Choose", "See all"), |list, n| list.rows(format!("S{n}"), [Row::new(format!("r{n}"), "Row")])), ana), "/interactive/action/sections", 131_009),
    Case(&l::LIST_ROWS, |n, ana| to(list(rows(n)), ana), "/interactive/action/sections/0/rows", 131_009),
    Case(&l::LIST_ROWS, |n, ana| to(Choice::auto("Choose", (0..n).map(|n| (n.to_string(), n.to_string()))), ana), "/interactive/action/sections/0/rows", 131_009),
    Case(&l::SECTION_TITLE, |n, ana| to(List::new("Choose", "See all").rows(x(n), rows(1)), ana), "/interactive/action/sections/0/title", 131_009),
    Case(&l::ROW_TITLE, |n, ana| to(list([Row::new("r", x(n))]), ana), "/interactive/action/sections/0/rows/0/title", 131_009),
    Case(&l::ROW_ID, |n, ana| to(list([Row::new(x(n), "Row")]), ana), "/interactive/action/sections/0/rows/0/id", 131_009),
    Case(&l::ROW_DESCRIPTION, |n, ana| to(list([Row::new("r", "Row").description(x(n))]), ana), "/interactive/action/sections/0/rows/0/description", 131_009),
    Case(&l::CTA_DISPLAY_TEXT, |n, ana| to(CtaUrl::new("Look", x(n), "https://example.com"), ana), "/interactive/action/parameters/display_text", 131_009),
    Case(&l::CTA_DISPLAY_TEXT, |n, ana| to(VoiceCall::new("Call").display_text(x(n)), ana), "/interactive/action/parameters/display_text", 131_009),
    Case(&l::FLOW_CTA, |n, ana| to(FlowMessage::id("1", "Book", x(n)), ana), "/interactive/action/parameters/flow_cta", 131_009),
    Case(&l::PRODUCTS, |n, ana| to(products(1, n), ana), "/interactive/action/sections/0/product_items", 131_009),
    Case(&l::PRODUCT_SECTIONS, |n, ana| to(products(n, 1), ana), "/interactive/action/sections", 131_009),
    Case(&l::CARDS, |n, ana| to(Carousel::new("New").cards((0..n).map(|_| link_card("One".into()))), ana), "/interactive/action/cards", 131_009),
    Case(&l::CARDS, |n, ana| to(Carousel::new("New").cards((0..n).map(|n| Card::product("c", n.to_string()))), ana), "/interactive/action/cards", 131_009),
    Case(&l::CARD_BODY, |n, ana| to(Carousel::new("New").card(link_card(x(n))).card(link_card("Two".into())), ana), "/interactive/action/cards/0/body/text", 131_009),
    Case(&l::CARD_BUTTON_TITLE, |n, ana| to(Carousel::new("New").card(reply_card("a", &x(n))).card(reply_card("b", &x(n))), ana), "/interactive/action/cards/0/action/buttons/0/quick_reply/title", 131_009),
    Case(&l::CARD_BUTTON_ID, |n, ana| to(Carousel::new("New").card(reply_card(&x(n), "Take")).card(reply_card("b", "Take")), ana), "/interactive/action/cards/0/action/buttons/0/quick_reply/id", 131_009),
    Case(&l::VOICE_CALL_PAYLOAD, |n, ana| to(VoiceCall::new("Call").payload(x(n)), ana), "/interactive/action/parameters/payload", 131_009),
    Case(&l::ORDER_REFERENCE, |n, ana| to(order(x(n)).item(bread("Bread")), ana), "/interactive/action/parameters/reference_id", 131_009),
    Case(&l::ORDER_REFERENCE, |n, ana| to(OrderStatus::new("Well", x(n), OrderState::Processing), ana), "/interactive/action/parameters/reference_id", 131_009),
    Case(&l::ORDER_ITEM_NAME, |n, ana| to(order("a".into()).item(bread(x(n))), ana), "/interactive/action/parameters/order/items/0/name", 131_009),
    Case(&l::ORDER_ITEM_NAME, |n, ana| to(order("a".into()).item(bread("Bread")).tax(Charge::new(Money::minor(1)).description(x(n))), ana), "/interactive/action/parameters/order/tax/description", 131_009),
    Case(&l::ORDER_EXPIRATION_DESCRIPTION, |n, ana| to(order("a".into()).item(bread("Bread")).expires(Timestamp::from_secs(4_000_000_000), x(n)), ana), "/interactive/action/parameters/order/expiration/description", 131_009),
    Case(&l::ORDER_STATUS_DESCRIPTION, |n, ana| to(OrderStatus::new("Well", "o2", OrderState::Processing).description(x(n)), ana), "/interactive/action/parameters/order/description", 131_009),
    Case(&l::PAYMENT_CONFIGURATION, |n, ana| to(OrderDetails::new("Your order", "a", Goods::Digital, "INR").item(bread("Bread")).payment(PaymentSetting::gateway(Gateway::Payu, x(n))), ana), "/interactive/action/parameters/payment_settings/0/payment_gateway/configuration_name", 131_009),
    Case(&l::TEMPLATE_NAME, |n, ana| to(Template::new(x(n), "en"), ana), "/template/name", 132_001),
    Case(&l::TEMPLATE_BODY, |n, ana| to(Template::new("body", "en").body([x(n)]), ana), "/template/components/0/parameters/0/text", 132_005),
    Case(&l::TEMPLATE_HEADER, |n, ana| to(Template::new("header", "en").header(x(n)), ana), "/template/components/0/parameters/0/text", 132_005),
    Case(&l::COUPON_CODE, |n, ana| to(Template::new("code", "en").button(0, TemplateButton::copy_code(x(n))), ana), "/template/components/0/parameters/0/coupon_code", 132_005),
    Case(&l::TEMPLATE_BUTTONS, |n, ana| to((0..n).fold(Template::new("many", "en"), |all, n| all.button_payload(n, "p")), ana), "/template/components", 132_000),
    Case(&l::TEMPLATE_PAYLOAD, |n, ana| to(Template::new("many", "en").button_payload(0, x(n)), ana), "/template/components/0/parameters/0/payload", 132_005),
    Case(&l::TEMPLATE_CARDS, |n, ana| to((0..n).fold(Template::new("cards", "en"), |all, _| all.card(TemplateCard::new(Header::Link(MediaKind::Image, LINK.into())))), ana), "/template/components/0/cards", 132_000),
    Case(&l::OPAQUE_DATA, |n, ana| Text::new("hi").into_draft()?.to_json(ana, Some(&x(n))), "/biz_opaque_callback_data", 131_009),
];

#[tokio::test]
async fn one_over_each_limit_of_a_message_is_refused_here_and_there() {
    let side = Side::open().await;
    for Case(limit, make, at, code) in CASES {
        let of = format!("{} at {at}", limit.name);
        let request = |body: Bytes| GraphRequest {
            token: Some(side.of.access_token.clone()),
            body: RequestBody::Json(body),
            ..GraphRequest::new(
                http::Method::POST,
                Target::Node(format!("{}/messages", side.of.phone_number_id)),
            )
        };
        let most = make(limit.max, &side.to).unwrap_or_else(|error| panic!("{of}: {error}"));
        assert_eq!(side.refusal(request(most.clone())).await, None, "{of}: as much as there may be");
        says(&make(limit.max + 1, &side.to).unwrap_err().to_string(), limit);
        assert_eq!(side.refusal(one_more(request(most), at)).await, Some(*code), "{of}: one more");
    }
}
