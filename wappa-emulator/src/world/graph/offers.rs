//! Interactive messages beyond buttons, lists and links: Flows, products, carousels, orders, requests and calls.

use serde_json::Value;
use wappa_cloud::limits;

use super::fields;
use super::interactive::{body, footer, header};
use crate::world::action::{Action, Card, FlowInvite, Interactive, Link, ProductRef, ProductSection};
use crate::world::content::{Button, Header};
use crate::world::refusal::Refusal;

/// What a header may be: text only, or a file too.
type Check<'a> = &'a dyn Fn(&Header, &str) -> Result<(), Refusal>;

/// Reads the kinds that `interactive` doesn't.
pub(super) fn read(kind: &str, part: &Value, check: Check<'_>) -> Result<Interactive, Refusal> {
    let action = &part["action"];
    let parameters = &action["parameters"];
    let head = header(&part["header"])?;
    if let Some(head) = &head {
        check(head, "interactive.header")?;
    }
    let no_header = || match &head {
        Some(_) => Err(Refusal::invalid("interactive.header", "is not allowed here")),
        None => Ok(()),
    };
    let action = match kind {
        "flow" => {
            named(action, "flow")?;
            Action::Flow(flow(parameters)?)
        }
        "product" => {
            no_header()?;
            Action::Product(product(action, "interactive.action")?)
        }
        "product_list" => {
            if !matches!(head, Some(Header::Text { .. })) {
                return Err(Refusal::missing("interactive.header.text"));
            }
            products(action)?
        }
        "catalog_message" => {
            named(action, "catalog_message")?;
            let at = "interactive.action.parameters.thumbnail_product_retailer_id";
            Action::Catalog { thumbnail: fields::maybe(&parameters["thumbnail_product_retailer_id"], at)? }
        }
        "carousel" => {
            no_header()?;
            Action::Carousel { cards: cards(&action["cards"], check)? }
        }
        "order_details" => {
            named(action, "review_and_pay")?;
            order_details(parameters)?
        }
        "order_status" => {
            named(action, "review_order")?;
            order_status(parameters)?
        }
        "address_message" => {
            named(action, "address_message")?;
            let country = fields::string(&parameters["country"], "interactive.action.parameters.country")?;
            Action::Address { country: country.to_owned(), values: parameters["values"].clone() }
        }
        "location_request_message" => {
            named(action, "send_location")?;
            Action::LocationRequest
        }
        "voice_call" => {
            named(action, "voice_call")?;
            voice_call(parameters)?
        }
        "call_permission_request" => {
            named(action, "call_permission_request")?;
            Action::CallPermission
        }
        "request_contact_info" => {
            named(action, "request_contact_info")?;
            Action::ContactRequest
        }
        other => {
            return Err(Refusal::invalid(
                "interactive.type",
                format!("is not a type of interactive message: '{other}'"),
            ));
        }
    };
    let bodiless = matches!(action, Action::Product(_) | Action::CallPermission);
    let words = match &part["body"] {
        Value::Null if bodiless => None,
        _ => Some(body(part, &limits::INTERACTIVE_BODY)?),
    };
    Ok(Interactive { header: head, body: words, footer: footer(part)?, action })
}

fn named(action: &Value, name: &str) -> Result<(), Refusal> {
    match fields::string(&action["name"], "interactive.action.name")? {
        given if given == name => Ok(()),
        _ => Err(Refusal::invalid("interactive.action.name", format!("must be {name}"))),
    }
}

fn flow(parameters: &Value) -> Result<FlowInvite, Refusal> {
    let at = |field: &str| format!("interactive.action.parameters.{field}");
    if parameters["flow_message_version"] != "3" {
        return Err(Refusal::invalid(&at("flow_message_version"), "must be 3"));
    }
    let flow = match (&parameters["flow_id"], &parameters["flow_name"]) {
        (Value::Null, Value::Null) => return Err(Refusal::missing(&at("flow_id"))),
        (Value::Null, name) => fields::string(name, &at("flow_name"))?.to_owned(),
        (id, Value::Null) => id_of(id, &at("flow_id"))?,
        _ => return Err(Refusal::invalid(&at("flow_id"), "and flow_name can't both be given")),
    };
    let mode = one_of(&parameters["mode"], &at("mode"), &["published", "draft"])?;
    let action = one_of(&parameters["flow_action"], &at("flow_action"), &["navigate", "data_exchange"])?;
    let payload = &parameters["flow_action_payload"];
    if payload["data"].as_object().is_some_and(serde_json::Map::is_empty) {
        return Err(Refusal::invalid(&at("flow_action_payload.data"), "must not be empty"));
    }
    if action == "data_exchange" && !payload.is_null() {
        return Err(Refusal::invalid(&at("flow_action_payload"), "is for flow_action navigate only"));
    }
    let cta = fields::text(&parameters["flow_cta"], &at("flow_cta"), &limits::FLOW_CTA)?;
    Ok(FlowInvite {
        flow,
        cta: cta.to_owned(),
        token: fields::maybe(&parameters["flow_token"], &at("flow_token"))?
            .unwrap_or_else(|| "unused".to_owned()),
        mode,
        action,
        screen: fields::maybe(&payload["screen"], &at("flow_action_payload.screen"))?,
        data: payload["data"].clone(),
        over: None,
    })
}

/// One of these words; the first where none is given.
fn one_of(value: &Value, at: &str, words: &[&str]) -> Result<String, Refusal> {
    match value {
        Value::Null => Ok(words.first().copied().unwrap_or_default().to_owned()),
        Value::String(word) if words.contains(&word.as_str()) => Ok(word.clone()),
        _ => Err(Refusal::invalid(at, format!("must be one of {}", words.join(", ")))),
    }
}

fn id_of(value: &Value, at: &str) -> Result<String, Refusal> {
    match value {
        Value::Number(id) => Ok(id.to_string()),
        id => fields::string(id, at).map(str::to_owned),
    }
}

fn product(action: &Value, at: &str) -> Result<ProductRef, Refusal> {
    Ok(ProductRef {
        catalog_id: id_of(&action["catalog_id"], &format!("{at}.catalog_id"))?,
        product_retailer_id: id_of(&action["product_retailer_id"], &format!("{at}.product_retailer_id"))?,
    })
}

fn products(action: &Value) -> Result<Action, Refusal> {
    let sections = sections(&action["sections"], "interactive.action.sections")?;
    Ok(Action::Products {
        catalog_id: id_of(&action["catalog_id"], "interactive.action.catalog_id")?,
        sections,
    })
}

/// Sections of products, in a message or in a template's button.
pub(in crate::world) fn sections(value: &Value, at: &str) -> Result<Vec<ProductSection>, Refusal> {
    let given = fields::list(value, at, &limits::PRODUCT_SECTIONS)?;
    let mut sections = Vec::with_capacity(given.len());
    let most = limits::PRODUCTS.max;
    for (index, section) in given.iter().enumerate() {
        let at = format!("{at}[{index}]");
        let title = fields::optional(&section["title"], &format!("{at}.title"), &limits::SECTION_TITLE)?;
        if title.is_none() && given.len() > 1 {
            return Err(Refusal::missing(&format!("{at}.title")));
        }
        let items = section["product_items"].as_array().filter(|items| !items.is_empty());
        let items = items.ok_or_else(|| Refusal::missing(&format!("{at}.product_items")))?;
        let products = items
            .iter()
            .map(|item| {
                id_of(&item["product_retailer_id"], &format!("{at}.product_items.product_retailer_id"))
            })
            .collect::<Result<_, _>>()?;
        sections.push(ProductSection { title, products });
    }
    let count: usize = sections.iter().map(|section: &ProductSection| section.products.len()).sum();
    if count > most {
        let why = format!("must have at most {most} products in all, but has {count}");
        return Err(Refusal::invalid(at, why));
    }
    Ok(sections)
}

fn cards(value: &Value, check: Check<'_>) -> Result<Vec<Card>, Refusal> {
    let at = "interactive.action.cards";
    let given = fields::list(value, at, &limits::CARDS)?;
    if given.len() < limits::CARDS_LEAST {
        return Err(Refusal::invalid(at, "must have at least 2 cards, but has 1"));
    }
    let mut cards = Vec::with_capacity(given.len());
    for (index, part) in given.iter().enumerate() {
        let at = format!("{at}[{index}]");
        if part["card_index"].as_u64() != u64::try_from(index).ok() {
            return Err(Refusal::invalid(&format!("{at}.card_index"), "must count up from 0"));
        }
        cards.push(card(part, &at, check)?);
    }
    let shape = |card: &Card| {
        let header = card.header.as_ref().map(std::mem::discriminant);
        (
            header,
            card.buttons.len(),
            card.link.is_some(),
            card.product.as_ref().map(|of| of.catalog_id.clone()),
        )
    };
    if let Some(first) = cards.first().map(shape)
        && cards.iter().any(|card| shape(card) != first)
    {
        return Err(Refusal::invalid(at, "must all have the same parts"));
    }
    Ok(cards)
}

fn card(part: &Value, at: &str, check: Check<'_>) -> Result<Card, Refusal> {
    let action = &part["action"];
    if part["type"] == "product" {
        let product = Some(product(action, &format!("{at}.action"))?);
        return Ok(Card { header: None, body: None, buttons: Vec::new(), link: None, product });
    }
    let header = header(&part["header"])?;
    match &header {
        Some(file @ (Header::Image(_) | Header::Video(_))) => check(file, &format!("{at}.header"))?,
        _ => return Err(Refusal::invalid(&format!("{at}.header.type"), "must be image or video")),
    }
    let words = fields::optional(&part["body"]["text"], &format!("{at}.body.text"), &limits::CARD_BODY)?;
    let breaks = words.as_deref().map_or(0, |words| words.matches('\n').count());
    if breaks > limits::CARD_BODY_LINE_BREAKS {
        return Err(Refusal::invalid(&format!("{at}.body.text"), "must have at most 2 line breaks"));
    }
    let mut card = Card { header, body: words, buttons: Vec::new(), link: None, product: None };
    if action["name"] == "cta_url" {
        let parameters = &action["parameters"];
        let text = &parameters["display_text"];
        card.link = Some(Link {
            text: fields::text(text, &format!("{at}.action.display_text"), &limits::CTA_DISPLAY_TEXT)?
                .to_owned(),
            url: fields::url(&parameters["url"], &format!("{at}.action.url"))?,
        });
        return Ok(card);
    }
    let at = format!("{at}.action.buttons");
    for button in fields::list(&action["buttons"], &at, &limits::BUTTONS)? {
        let reply = &button["quick_reply"];
        let id = fields::text(&reply["id"], &format!("{at}.quick_reply.id"), &limits::CARD_BUTTON_ID)?;
        let title =
            fields::text(&reply["title"], &format!("{at}.quick_reply.title"), &limits::CARD_BUTTON_TITLE)?;
        card.buttons.push(Button { id: id.to_owned(), title: title.to_owned() });
    }
    Ok(card)
}

pub(in crate::world) fn order_details(parameters: &Value) -> Result<Action, Refusal> {
    let at = |field: &str| format!("interactive.action.parameters.{field}");
    let reference_id = reference(parameters)?;
    one_of(&parameters["type"], &at("type"), &["digital-goods", "physical-goods"])?;
    fields::string(&parameters["currency"], &at("currency"))?;
    if !parameters["payment_settings"].is_array() && parameters["payment_type"].is_null() {
        return Err(Refusal::missing(&at("payment_settings")));
    }
    for setting in parameters["payment_settings"].as_array().into_iter().flatten() {
        let name = &setting["payment_gateway"]["configuration_name"];
        fields::optional(name, &at("payment_settings.configuration_name"), &limits::PAYMENT_CONFIGURATION)?;
    }
    let order = fields::object(&parameters["order"], &at("order"))?;
    let ends = &order["expiration"]["description"];
    fields::optional(ends, &at("order.expiration.description"), &limits::ORDER_EXPIRATION_DESCRIPTION)?;
    for charge in ["tax", "shipping", "discount"] {
        for words in ["description", "discount_program_name"] {
            let at = at(&format!("order.{charge}.{words}"));
            fields::optional(&order[charge][words], &at, &limits::ORDER_ITEM_NAME)?;
        }
    }
    let total = amount(&parameters["total_amount"], &at("total_amount"))?;
    let optional = |field: &str| match &order[field] {
        Value::Null => Ok(0),
        value => amount(value, &at(&format!("order.{field}"))),
    };
    let subtotal = amount(&order["subtotal"], &at("order.subtotal"))?;
    let wanted = subtotal + optional("tax")? + optional("shipping")? - optional("discount")?;
    if total != wanted {
        return Err(Refusal::invalid(
            &at("total_amount"),
            format!("must be subtotal + tax + shipping - discount, which is {wanted}, but is {total}"),
        ));
    }
    let items = order["items"].as_array().filter(|items| !items.is_empty());
    for item in items.ok_or_else(|| Refusal::missing(&at("order.items")))? {
        fields::text(&item["name"], &at("order.items.name"), &limits::ORDER_ITEM_NAME)?;
        amount(&item["amount"], &at("order.items.amount"))?;
        if item["quantity"].as_u64().is_none_or(|quantity| quantity == 0) {
            return Err(Refusal::invalid(&at("order.items.quantity"), "must be a number of at least 1"));
        }
    }
    Ok(Action::OrderDetails { reference_id, parameters: parameters.clone() })
}

fn amount(value: &Value, at: &str) -> Result<i64, Refusal> {
    if value["offset"] != 100 {
        return Err(Refusal::invalid(&format!("{at}.offset"), "must be 100"));
    }
    value["value"].as_i64().ok_or_else(|| Refusal::missing(&format!("{at}.value")))
}

fn reference(parameters: &Value) -> Result<String, Refusal> {
    let at = "interactive.action.parameters.reference_id";
    let id = fields::text(&parameters["reference_id"], at, &limits::ORDER_REFERENCE)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if !id.chars().all(plain) {
        return Err(Refusal::invalid(at, "must have only letters, digits, underscores, dots and dashes"));
    }
    Ok(id.to_owned())
}

pub(in crate::world) fn order_status(parameters: &Value) -> Result<Action, Refusal> {
    let order = &parameters["order"];
    let at = "interactive.action.parameters.order.status";
    fields::string(&order["status"], at)?;
    let known = ["pending", "processing", "partially_shipped", "shipped", "completed", "canceled"];
    Ok(Action::OrderStatus {
        reference_id: reference(parameters)?,
        status: one_of(&order["status"], at, &known)?,
        description: fields::optional(
            &order["description"],
            "interactive.action.parameters.order.description",
            &limits::ORDER_STATUS_DESCRIPTION,
        )?,
    })
}

fn voice_call(parameters: &Value) -> Result<Action, Refusal> {
    let at = |field: &str| format!("interactive.action.parameters.{field}");
    let text = fields::optional(&parameters["display_text"], &at("display_text"), &limits::CTA_DISPLAY_TEXT)?;
    call_minutes(&parameters["ttl_minutes"], &at("ttl_minutes"))?;
    let payload = fields::optional(&parameters["payload"], &at("payload"), &limits::VOICE_CALL_PAYLOAD)?;
    Ok(Action::VoiceCall { display_text: text, payload })
}

/// How long a call button works, in a message or in a template.
pub(in crate::world) fn call_minutes(minutes: &Value, at: &str) -> Result<(), Refusal> {
    let most = u64::from(limits::VOICE_CALL_MINUTES);
    if !minutes.is_null() && minutes.as_u64().is_none_or(|minutes| !(1..=most).contains(&minutes)) {
        return Err(Refusal::invalid(at, format!("must be 1 to {most}")));
    }
    Ok(())
}
