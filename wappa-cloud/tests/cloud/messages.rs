//! Every request example that Meta's OpenAPI description (v23.0, facebook/openapi, MIT) gives for `/messages`, built
//! through the drafts. `fixtures/messages.json` holds them as Meta wrote them.
//!
//! Before they are compared both sides are brought to one form; [`normal`] says what that evens out, and nothing else is.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use wappa_cloud::{
    Audio, Buttons, CatalogMessage, Charge, ContactCard, Contacts, DateParts, Document, Draft, FlowMessage,
    FlowMode, Goods, Header, Image, IntoDraft, List, Location, MessageId, Money, OrderDetails, OrderLine,
    OrderState, OrderStatus, Parameter, PhoneNumber, ProductList, ProductMessage, ProductSection, Reaction,
    Recipient, Row, Sticker, Template, TemplateButton, Text, Video,
};

/// Some answer to the question what a draft makes of an example.
type Built = (&'static str, Draft);

const MEDIA: &str = "https://example.org/file";
const QUOTED: &str = "<MSGID_OF_PREV_MSG>";

fn of(name: &'static str, draft: impl IntoDraft) -> Built {
    (name, draft.into_draft().unwrap_or_else(|error| panic!("{name}: {error}")))
}

fn reply(name: &'static str, draft: impl IntoDraft) -> Built {
    let (name, draft) = of(name, draft);
    (name, draft.reply_to(MessageId::from(QUOTED)))
}

fn john() -> ContactCard {
    ContactCard::new("John Smith")
        .first_name("John")
        .last_name("Smith")
        .middle_name("D.")
        .prefix("Dr")
        .suffix("Jr")
        .address_of("HOME", ["1 Hacker Way", "Menlo Park", "CA", "94025", "United States", "us"])
        .address_of("WORK", ["200 Jefferson Dr", "Menlo Park", "CA", "94025", "United States", "us"])
        .birthday("2012-08-18")
        .email_of("WORK", "test@fb.com")
        .email_of("HOME", "test@whatsapp.com")
        .company("WhatsApp")
        .department("Design")
        .title("Manager")
        .phone_of("HOME", "+1 (940) 555-1234")
        .phone_on_whatsapp("WORK", "+1 (650) 555-1234", "16505551234")
        .url_of("WORK", "https://www.facebook.com")
        .url_of("HOME", "https://www.whatsapp.com")
}

fn media() -> Vec<Built> {
    vec![
        of("Send Audio Message by ID", Audio::id("<AUDIO_OBJECT_ID>")),
        of("Send Audio Message by URL", Audio::link(MEDIA)),
        of("Send Document Message by ID", document(Document::id("<DOCUMENT_OBJECT_ID>"))),
        of("Send Document Message by URL", Document::link(MEDIA).caption("<DOCUMENT-CAPTION-TEXT>")),
        of("Send Image Message by ID", Image::id("<IMAGE_OBJECT_ID>")),
        of("Send Image Message by URL", Image::link(MEDIA)),
        of("Send Sticker Message by ID", Sticker::id("<MEDIA_OBJECT_ID>")),
        of("Send Sticker Message by URL", Sticker::link(MEDIA)),
        of("Send Video Message by ID", Video::id("<VIDEO_OBJECT_ID>").caption("<VIDEO_CAPTION_TEXT>")),
        of("Send Video Message by URL", Video::link(MEDIA).caption("<VIDEO_CAPTION_TEXT>")),
        reply("Send Reply to Audio Message by ID", Audio::id("<AUDIO_OBJECT_ID>")),
        reply("Send Reply to Audio Message by URL", Audio::link(MEDIA)),
        reply("Send Reply to Document Message by ID", document(Document::id("<DOCUMENT_OBJECT_ID>"))),
        reply(
            "Send Reply to Document Message by URL",
            Document::link(MEDIA).caption("<DOCUMENT_CAPTION_TEXT>"),
        ),
        reply("Send Reply to Image Message by ID", Image::id("<IMAGE_OBJECT_ID>")),
        reply("Send Reply to Image Message by URL", Image::link(MEDIA)),
        reply("Send Reply to Sticker Message by ID", Sticker::id("<MEDIA_OBJECT_ID>")),
        reply("Send Reply to Sticker Message by URL", Sticker::link(MEDIA)),
        reply(
            "Send Reply to Video Message by ID",
            Video::id("<VIDEO_OBJECT_ID>").caption("<VIDEO_CAPTION_TEXT>"),
        ),
        reply("Send Reply to Video Message by URL", Video::link(MEDIA).caption("<VIDEO_CAPTION_TEXT>")),
    ]
}

fn document(document: Document) -> Document {
    document.caption("<DOCUMENT_CAPTION_TO_SEND>").filename("<DOCUMENT_FILENAME>")
}

fn plain() -> Vec<Built> {
    let place = || {
        Location::new(37.758056, -122.425332)
            .with_name("META HQ")
            .with_address("1 Hacker Way, Menlo Park, CA 94025")
    };
    vec![
        of("Send Text Message", Text::new("text-message-content")),
        of(
            "Send Text Message with Preview URL",
            Text::new("Please visit https://youtu.be/hpltvTEiRrY.").preview_url(),
        ),
        reply("Send Reply to Text Message", Text::new("<TEXT_MSG_CONTENT>")),
        of("Send Contact Message", Contacts::new([john()])),
        reply("Send Reply to Contact Message", Contacts::new([john()])),
        of("Send Location Message", place()),
        reply("Send Reply to Location Message", place()),
        of("Send Reply with Reaction Message", Reaction::new("wamid.HBgLM...", "😀")),
    ]
}

fn list() -> List {
    let row = |section: u8, row: u8| {
        Row::new(
            format!("<LIST_SECTION_{section}_ROW_{row}_ID>"),
            format!("<SECTION_{section}_ROW_{row}_TITLE>"),
        )
        .description(format!("<SECTION_{section}_ROW_{row}_DESC>"))
    };
    List::new("<BODY_TEXT>", "<BUTTON_TEXT>")
        .rows("<LIST_SECTION_1_TITLE>", [row(1, 1), row(1, 2)])
        .rows("<LIST_SECTION_2_TITLE>", [row(2, 1), row(2, 2)])
        .header("<HEADER_TEXT>")
        .footer("<FOOTER_TEXT>")
}

fn draft_flow(
    flow: fn(&'static str, &'static str, &'static str) -> FlowMessage,
    which: &'static str,
) -> FlowMessage {
    let unseen = "Not shown in draft mode";
    flow(which, unseen, unseen)
        .header(unseen)
        .footer(unseen)
        .mode(FlowMode::Draft)
        .token("<FLOW_TOKEN>")
        .navigate_with("<SCREEN_ID>", &json!({ "<CUSTOM_KEY>": "<CUSTOM_VALUE>" }))
}

fn published_flow(
    flow: fn(&'static str, &'static str, &'static str) -> FlowMessage,
    which: &'static str,
) -> FlowMessage {
    flow(which, "<BODY_TEXT>", "Open Flow!")
        .header("<HEADER_TEXT>")
        .footer("<FOOTER_TEXT>")
        .token("<FLOW_TOKEN>")
        .navigate_with("<SCREEN_ID>", &json!({ "<CUSTOM_KEY>": "<CUSTOM_VALUE>" }))
}

fn interactive() -> Vec<Built> {
    let order = OrderDetails::new("your-text-body-content", "unique-reference-id", Goods::Digital, "INR")
        .header(Header::image_link(
            "https://upload.wikimedia.org/wikipedia/commons/thumb/3/3b/Home_made_sour_dough_bread.jpg/640px-Home_made_sour_dough_bread.jpg",
        ))
        .footer("your-text-footer-content")
        .item(
            OrderLine::new("bread", Money::minor(1500), 1)
                .sale_amount(Money::minor(1000))
                .retailer_id("1234567"),
        )
        .tax(Charge::new(Money::minor(100)).description("optional_text"))
        .shipping(Charge::new(Money::minor(100)).description("optional_text"))
        .discount(Charge::new(Money::minor(100)).description("optional_text").program("optional_text"))
        .upi_configuration("my-payment-config-name");
    let status = OrderStatus::new("your-text-body-content", "unique-reference-id", OrderState::Processing);
    vec![
        of(
            "Send Reply Button",
            Buttons::new("<BUTTON_TEXT>")
                .button("<UNIQUE_BUTTON_ID_1>", "<BUTTON_TITLE_1>")
                .button("<UNIQUE_BUTTON_ID_2>", "<BUTTON_TITLE_2>"),
        ),
        of("Send List Message", list()),
        reply("Send Reply to List Message", list()),
        of("Send Draft Flow by ID", draft_flow(FlowMessage::id, "{{Flow-ID}}")),
        of("Send Draft Flow by Name", draft_flow(FlowMessage::name, "{{Flow-Name}}")),
        of("Send Published Flow by ID", published_flow(FlowMessage::id, "{{Flow-ID}}")),
        of("Send Published Flow by Name", published_flow(FlowMessage::name, "{{Flow-Name}}")),
        of(
            "Send Catalog Message",
            CatalogMessage::new(
                "Hello! Thanks for your interest. Ordering is easy. Just visit our catalog and add items to purchase.",
            )
            .footer("Best grocery deals on WhatsApp!")
            .thumbnail("2lc20305pt"),
        ),
        of(
            "Send Single Product Message",
            ProductMessage::new("367025965434465", "<ID_TEST_ITEM_1>")
                .body("<OPTIONAL_BODY_TEXT>")
                .footer("<OPTIONAL_FOOTER_TEXT>"),
        ),
        of(
            "Send Multi-Product Message",
            ProductList::new("<YOUR_TEXT_HEADER_CONTENT>", "<YOUR_TEXT_BODY_CONTENT>", "146265584024623")
                .section(ProductSection::new(
                    "<SECTION1_TITLE>",
                    ["<YOUR_PRODUCT1_SKU_IN_CATALOG>", "<YOUR_SECOND_PRODUCT1_SKU_IN_CATALOG>"],
                ))
                .section(ProductSection::new(
                    "<SECTION2_TITLE>",
                    ["<YOUR_PRODUCT2_SKU_IN_CATALOG>", "<YOUR_SECOND_PRODUCT2_SKU_IN_CATALOG>"],
                ))
                .footer("<YOUR_TEXT_FOOTER_CONTENT>"),
        ),
        of("Send Order Details Message", order),
        of("Send Order Status Message", status.description("optional-text")),
    ]
}

fn localized(template: Template) -> Template {
    let parts = DateParts { year: 1977, month: 2, day_of_month: 25, day_of_week: 5, hour: 15, minute: 33 };
    template.body([
        Parameter::text("text-string"),
        Parameter::currency("$100.99", "USD", 100_990),
        Parameter::date_time_parts("February 25, 1977", parts),
    ])
}

fn templates() -> Vec<Built> {
    let named = || Template::new("template_name", "language-and-locale-code");
    let pictured = || named().header(Header::image_link(MEDIA));
    let flow =
        TemplateButton::flow().token("<FLOW_TOKEN>").data(&json!({ "<CUSTOM_KEY>": "<CUSTOM_VALUE>" }));
    vec![
        of("Send Test Message", Template::new("hello_world", "en_US")),
        of("Send Sample Text Message", localized(named())),
        of("Send Sample Shipping Confirmation Template", localized(named())),
        of("Send Message Template Text", localized(named())),
        of("Send Message Template Media", localized(pictured())),
        of(
            "Send Message Template Interactive",
            localized(pictured())
                .button_payload(0, "aGlzIHRoaXMgaXMgY29v")
                .button_payload(1, "9rwnB8RbYmPF5t2Mn09x4h"),
        ),
        of(
            "Send Catalog Template Message",
            Template::new("intro_catalog_offer", "en_US")
                .body(["100", "400", "3"])
                .button(0, TemplateButton::catalog_with("2lc20305pt")),
        ),
        of("Send Flow Template Message", Template::new("template_name", "en_US").button(0, flow)),
        of(
            "Send Sample Issue Resolution Template",
            Template::new("sample_issue_resolution", "en_US")
                .deterministic()
                .body(["*Mr. Jones*"])
                .button_payload(0, "true")
                .button_payload(1, "false"),
        ),
    ]
}

/// Examples of `/messages` that no draft stands for, and what does.
const ELSEWHERE: &[(&str, &str)] = &[(
    "Send typing indicator and read receipt",
    "it is no message: `Graph::mark_read` says it; the transport sees it in the client's tests",
)];

#[test]
fn every_request_example_is_built_by_a_draft() {
    let examples: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("fixtures/messages.json")).unwrap();
    assert_eq!(examples.len(), 50);
    let built: Vec<Built> = [media(), plain(), interactive(), templates()].into_iter().flatten().collect();
    let to = Recipient::from("+16505551234".parse::<PhoneNumber>().unwrap());
    for (name, draft) in &built {
        let example = examples.get(*name).unwrap_or_else(|| panic!("no example is called {name}"));
        let ours: Value = serde_json::from_slice(&draft.to_json(&to, None).unwrap()).unwrap();
        assert_eq!(normal(name, ours), normal(name, example.clone()), "{name}");
    }
    let covered = built.iter().map(|(name, _)| *name).chain(ELSEWHERE.iter().map(|(name, _)| *name));
    let mut covered: Vec<&str> = covered.collect();
    covered.sort_unstable();
    let names: Vec<&str> = examples.keys().map(String::as_str).collect();
    assert_eq!(covered, names, "each example once");
}

/// One form for what Meta's samples write in several ways, and for what stands in them for something else.
fn normal(name: &str, mut request: Value) -> Value {
    let Value::Object(top) = &mut request else { panic!("{name} is no object") };
    // Left out by some samples: Meta takes these for granted.
    top.entry("recipient_type").or_insert("individual".into());
    let kind = if top.contains_key("interactive") { "interactive" } else { "text" };
    top.entry("type").or_insert(kind.into());
    // Whom it is for is not what is compared, nor which message it quotes.
    top.insert("to".into(), "+16505551234".into());
    if let Some(context) = top.get_mut("context") {
        context["message_id"] = QUOTED.into();
    }
    if let Some(Value::Object(text)) = top.get_mut("text") {
        text.retain(|key, value| key != "preview_url" || *value != false);
    }
    if let Some(Value::Object(template)) = top.get_mut("template") {
        template_form(template);
    }
    if let Some(Value::Object(header)) = request.pointer_mut("/interactive/header")
        && header["type"] == "<HEADER_TYPE>"
    {
        header.insert("type".into(), "text".into());
    }
    placeholders(&mut request);
    request
}

fn template_form(template: &mut Map<String, Value>) {
    // These stand for names; a name has neither hyphens nor capitals.
    if template["name"] == "template-name" || template["name"] == "<TEMPLATE_NAME>" {
        template.insert("name".into(), "template_name".into());
    }
    for component in template.get_mut("components").and_then(Value::as_array_mut).into_iter().flatten() {
        if component["type"] != "button" {
            continue;
        }
        // Meta takes both cases, and numbers as well as digits.
        component["sub_type"] = component["sub_type"].as_str().unwrap().to_lowercase().into();
        component["index"] =
            component["index"].as_u64().map_or(component["index"].clone(), |n| n.to_string().into());
        // One sample gives quick replies a `text` of true and false; the reference says `payload`, a string.
        for parameter in component["parameters"].as_array_mut().unwrap() {
            if let Some(said) = parameter["text"].as_bool() {
                *parameter = json!({ "type": "payload", "payload": said.to_string() });
            }
        }
    }
}

/// `<http(s)://image-url>` stands for an address, `unique-reference-id-from…` for a reference.
fn placeholders(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if key == "link" && value.as_str().is_some_and(|link| link.contains("http(s)://")) {
                    *value = MEDIA.into();
                }
                // What stands for a reference here is longer than one may be.
                if key == "reference_id"
                    && value.as_str().is_some_and(|id| id.starts_with("unique-reference-id"))
                {
                    *value = "unique-reference-id".into();
                }
                placeholders(value);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(placeholders),
        _ => {}
    }
}
