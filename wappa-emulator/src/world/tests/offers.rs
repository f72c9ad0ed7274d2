//! Every interactive message beyond buttons, lists and links: what is taken, and what is refused.

use super::*;

fn message(kind: &str, rest: &Value) -> Value {
    let mut part = json!({"type": kind, "body": {"text": "Well?"}});
    part.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    json!({"type": "interactive", "interactive": part})
}

fn parameters(name: &str, parameters: &Value) -> Value {
    json!({"action": {"name": name, "parameters": parameters}})
}

fn picture() -> Value {
    json!({"type": "image", "image": {"link": "https://example.com/a.jpg"}})
}

fn card(index: usize) -> Value {
    json!({"card_index": index, "type": "cta_url", "header": picture(), "body": {"text": "One"}, "action":
        {"name": "cta_url", "parameters": {"display_text": "Go", "url": "https://example.com"}}})
}

fn reply_card(index: usize) -> Value {
    json!({"card_index": index, "header": picture(), "action": {"buttons": [
        {"type": "quick_reply", "quick_reply": {"id": format!("b{index}"), "title": format!("Take {index}")}}]}})
}

fn product_card(index: usize) -> Value {
    json!({"card_index": index, "type": "product", "action": {"product_retailer_id": "sku", "catalog_id": "c"}})
}

fn order(total: i64) -> Value {
    let amount = |value: i64| json!({"value": value, "offset": 100});
    json!({"reference_id": "order-17", "type": "digital-goods", "currency": "INR", "total_amount": amount(total),
        "payment_settings": [{"type": "payment_gateway"}], "order": {"status": "pending", "subtotal": amount(200),
        "tax": amount(10), "items": [{"name": "Tea", "amount": amount(100), "quantity": 2}]}})
}

fn good() -> Vec<(&'static str, Value)> {
    let flow = json!({"flow_message_version": "3", "flow_id": "1", "flow_cta": "Book"});
    let sections = json!([{"title": "Tea", "product_items": [{"product_retailer_id": "sku"}]}]);
    let header = json!({"type": "text", "text": "Ours"});
    vec![
        ("flow", parameters("flow", &flow)),
        ("product", json!({"action": {"catalog_id": "c", "product_retailer_id": "sku"}})),
        ("product_list", json!({"header": header, "action": {"catalog_id": "c", "sections": sections}})),
        ("catalog_message", json!({"action": {"name": "catalog_message"}})),
        ("carousel", json!({"action": {"cards": [card(0), card(1)]}})),
        ("carousel", json!({"action": {"cards": [reply_card(0), reply_card(1)]}})),
        ("carousel", json!({"action": {"cards": [product_card(0), product_card(1)]}})),
        ("order_details", parameters("review_and_pay", &order(210))),
        (
            "order_status",
            parameters("review_order", &json!({"reference_id": "order-17", "order": {"status": "shipped"}})),
        ),
        ("address_message", parameters("address_message", &json!({"country": "IN"}))),
        ("location_request_message", json!({"action": {"name": "send_location"}})),
        ("voice_call", parameters("voice_call", &json!({"display_text": "Call", "ttl_minutes": 10}))),
        ("call_permission_request", json!({"action": {"name": "call_permission_request"}})),
        ("request_contact_info", json!({"action": {"name": "request_contact_info"}})),
    ]
}

#[test]
fn every_kind_is_taken_and_drawn() {
    let mut case = open();
    for (kind, rest) in good() {
        let id = case.sent(NOW, &message(kind, &rest));
        assert!(
            matches!(&case.message(&id).content, Content::Interactive(asked) if asked.action.kind() == kind)
        );
        let kept = serde_json::to_value(case.message(&id)).unwrap();
        assert_eq!(
            serde_json::from_value::<Msg>(kept).unwrap(),
            *case.message(&id),
            "{kind} survives the journal"
        );
    }
}

#[test]
fn a_quick_reply_of_a_carousel_is_tapped() {
    let mut case = open();
    let id =
        case.sent(NOW, &message("carousel", &json!({"action": {"cards": [reply_card(0), reply_card(1)]}})));
    case.webhooks();
    case.act(PersonAct::Tap { message: id, id: "b1".into() });
    let told = case.webhooks().remove(0);
    assert_eq!(told["messages"][0]["interactive"]["button_reply"]["title"], "Take 1");
}

#[test]
fn what_meta_refuses_is_refused() {
    let mut case = open();
    let flow = |rest: Value| {
        let mut flow = json!({"flow_message_version": "3", "flow_id": "1", "flow_cta": "Book"});
        flow.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        ("flow", parameters("flow", &flow))
    };
    let other = json!({"card_index": 1, "header": picture(), "action": {"buttons": [
        {"type": "quick_reply", "quick_reply": {"id": "x", "title": "X"}}]}});
    let products: Vec<_> = (0..31).map(|n| json!({"product_retailer_id": n.to_string()})).collect();
    let cases = [
        ("hologram", json!({"action": {}}), 131_009),
        ("flow", parameters("flow", &json!({"flow_id": "1", "flow_cta": "Book"})), 131_009),
        ("flow", parameters("stream", &json!({})), 131_009),
        ("flow", parameters("flow", &json!({"flow_message_version": "3", "flow_cta": "Book"})), 131_008),
        (flow(json!({"flow_cta": ""})).0, flow(json!({"flow_cta": ""})).1, 131_008),
        ("flow", flow(json!({"mode": "rough"})).1, 131_009),
        ("flow", flow(json!({"flow_action_payload": {"screen": "A", "data": {}}})).1, 131_009),
        (
            "flow",
            flow(json!({"flow_action": "data_exchange", "flow_action_payload": {"screen": "A"}})).1,
            131_009,
        ),
        ("product", json!({"action": {"catalog_id": "c"}}), 131_008),
        (
            "product_list",
            json!({"action": {"catalog_id": "c", "sections": [{"product_items": [{"product_retailer_id": "1"}]}]}}),
            131_008,
        ),
        (
            "product_list",
            json!({"header": {"type": "text", "text": "Ours"}, "action": {"catalog_id": "c", "sections": [{"product_items": products}]}}),
            131_009,
        ),
        ("carousel", json!({"action": {"cards": [card(0)]}}), 131_009),
        ("carousel", json!({"action": {"cards": [card(0), card(0)]}}), 131_009),
        ("carousel", json!({"action": {"cards": [card(0), other]}}), 131_009),
        (
            "carousel",
            json!({"header": {"type": "text", "text": "no"}, "action": {"cards": [card(0), card(1)]}}),
            131_009,
        ),
        ("order_details", parameters("review_and_pay", &order(209)), 131_009),
        (
            "order_status",
            parameters("review_order", &json!({"reference_id": "o 1", "order": {"status": "shipped"}})),
            131_009,
        ),
        ("order_status", parameters("review_order", &json!({"reference_id": "o1", "order": {}})), 131_008),
        ("address_message", parameters("address_message", &json!({})), 131_008),
        ("voice_call", parameters("voice_call", &json!({"ttl_minutes": 43_201})), 131_009),
        ("location_request_message", json!({"body": null, "action": {"name": "send_location"}}), 131_008),
        (
            "catalog_message",
            json!({"body": {"text": "x".repeat(1_025)}, "action": {"name": "catalog_message"}}),
            131_009,
        ),
    ];
    for (kind, rest, code) in cases {
        let (status, answer) = case.send(NOW, &message(kind, &rest));
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(code)), "{kind} {rest}: {answer}");
    }
}
