//! Templates: defined, reviewed, and sent with every component.

use super::*;

fn define(case: &mut Case, definition: &Value) -> (u16, Value) {
    let path = format!("{}/message_templates", case.number.waba_id);
    let reply = case.call(NOW, Method::POST, &path, GraphBody::Json(definition.to_string().into()));
    (reply.status, json_of(reply))
}

fn definition(category: &str, components: &Value) -> Value {
    json!({"name": "offer", "language": "en", "category": category, "components": components})
}

fn send(case: &mut Case, components: &Value) -> (u16, Value) {
    let template = json!({"name": "offer", "language": {"code": "en"}, "components": components});
    case.send(NOW, &json!({"type": "template", "template": template}))
}

fn rendered(case: &mut Case, components: &Value) -> Rendered {
    let (status, answer) = send(case, components);
    assert_eq!(status, 200, "{answer}");
    let id = MessageId::from(answer["messages"][0]["id"].as_str().unwrap());
    match &case.message(&id).content {
        Content::Template(rendered) => rendered.clone(),
        other => panic!("a template, not {other:?}"),
    }
}

#[test]
fn a_one_time_password_is_in_body_and_button() {
    let mut case = open();
    let otp = json!([
        {"type": "body", "add_security_recommendation": true},
        {"type": "footer", "code_expiration_minutes": 5},
        {"type": "buttons", "buttons": [{"type": "otp", "otp_type": "copy_code", "text": "Copy"}]}]);
    assert_eq!(define(&mut case, &definition("AUTHENTICATION", &otp)).0, 200);
    let given = |body: &str, button: &str| {
        json!([{"type": "body", "parameters": [{"type": "text", "text": body}]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": button}]}])
    };
    let shown = rendered(&mut case, &given("123456", "123456"));
    assert!(shown.body.starts_with("*123456* is your verification code."));
    assert_eq!(shown.footer.as_deref(), Some("This code expires in 5 minutes."));
    assert!(matches!(&shown.buttons[0], TemplateButton::CopyCode { payload, .. } if payload == "123456"));
    assert_eq!(send(&mut case, &given("123456", "654321")).1["error"]["code"], 132_018);
    assert_eq!(send(&mut case, &given("1234567890123456", "1234567890123456")).1["error"]["code"], 132_005);
}

#[test]
fn a_carousel_an_offer_and_a_flow_are_sent() {
    let mut case = open();
    let card = json!({"components": [
        {"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Hat {{1}} here"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Take"}]}]});
    let components = json!([{"type": "BODY", "text": "Hats for {{1}} today"},
        {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Ends soon", "has_expiration": true}},
        {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Order", "flow_id": "12"}]},
        {"type": "CAROUSEL", "cards": [card, card]}]);
    let (status, answer) = define(&mut case, &definition("MARKETING", &components));
    assert_eq!(status, 200, "{answer}");
    let sent_card = |index: usize| {
        json!({"card_index": index, "components": [
            {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://example.com/a.jpg"}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "red"}]},
            {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": format!("take-{index}")}]}]})
    };
    let body = json!({"type": "body", "parameters": [{"type": "text", "text": "Ana"}]});
    let offer = json!({"type": "limited_time_offer", "parameters": [
        {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": NOW + 1_000}}]});
    let flow = json!({"type": "button", "sub_type": "flow", "index": "0", "parameters": [
        {"type": "action", "action": {"flow_token": "t"}}]});
    let cards = |cards: &[Value]| json!({"type": "carousel", "cards": cards});
    let shown = rendered(&mut case, &json!([body, offer, flow, cards(&[sent_card(0), sent_card(1)])]));
    assert_eq!(shown.cards[1].body, "Hat red here");
    assert_eq!(shown.offer.as_ref().unwrap().ends_at, NOW + 1_000);
    assert!(matches!(&shown.buttons[0], TemplateButton::Flow { token, .. } if token == "t"));
    let content = Content::Template(shown);
    assert_eq!(content.options()[1].id, "take-1");
    for (components, code) in [
        (json!([body, offer, flow, cards(&[sent_card(0)])]), 132_000),
        (json!([body, flow, cards(&[sent_card(0), sent_card(1)])]), 132_000),
        (json!([body, offer, {"type": "sidebar"}]), 131_009),
    ] {
        assert_eq!(send(&mut case, &components).1["error"]["code"], code, "{components}");
    }
}

#[test]
fn wrong_definitions_have_codes_of_their_own() {
    let mut case = open();
    let body = |text: &str| json!({"type": "BODY", "text": text});
    let many: Vec<_> = (0..11).map(|n| json!({"type": "QUICK_REPLY", "text": n.to_string()})).collect();
    let reply = json!({"type": "QUICK_REPLY", "text": "Yes"});
    let link = json!({"type": "URL", "text": "Go", "url": "https://example.com"});
    let cases = [
        (json!([body(&"x".repeat(1_025))]), 2_388_040),
        (
            json!([body("Hi there"), {"type": "HEADER", "format": "TEXT", "text": "{{1}} and {{2}}"}]),
            2_388_047,
        ),
        (json!([body("Hi {{1}, there")]), 2_388_072),
        (json!([body("Hi there"), {"type": "FOOTER", "text": "by {{1}}"}]), 2_388_073),
        (json!([body("a {{1}} {{2}} {{3}} b")]), 2_388_293),
        (json!([body("{{1}} is here")]), 2_388_299),
        (json!([body("Hi there"), {"type": "BUTTONS", "buttons": many}]), 100),
        (json!([body("Hi there"), {"type": "BUTTONS", "buttons": [reply, link, reply]}]), 100),
        (json!([body("Hi there"), {"type": "MARQUEE"}]), 100),
        (json!([]), 100),
    ];
    for (components, code) in cases {
        let (status, answer) = define(&mut case, &definition("UTILITY", &components));
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(code)), "{components}: {answer}");
    }
}

#[test]
fn only_what_is_approved_is_sent() {
    let mut case = open();
    case.world.rules.review = Review::Wait;
    let body = json!([{"type": "BODY", "text": "Hi there"}]);
    let (_, answer) = define(&mut case, &definition("UTILITY", &body));
    assert_eq!(answer["status"], "PENDING");
    for (status, code) in [
        (TemplateStatus::Pending, Some(132_001)),
        (TemplateStatus::Rejected, Some(132_001)),
        (TemplateStatus::Paused, Some(132_015)),
        (TemplateStatus::Disabled, Some(132_016)),
        (TemplateStatus::Approved, None),
    ] {
        case.webhooks();
        case.world.review(NOW, "offer", "en", status, None).unwrap();
        assert_eq!(case.webhooks().pop().unwrap()["event"], status.as_str());
        assert_eq!(send(&mut case, &json!([])).1["error"]["code"].as_u64(), code);
    }
    case.webhooks();
    case.world.rate_template(NOW, "offer", "en", Quality::Red).unwrap();
    assert_eq!(case.webhooks().pop().unwrap()["new_quality_score"], "RED");
}

#[test]
fn templates_are_defined_over_graph() {
    let mut case = closed(rules());
    let path = format!("{}/message_templates", case.number.waba_id);
    let definition = json!({"name": "order_ok", "language": "en", "category": "UTILITY", "components": [{"type": "BODY", "text": "Order {{1}} is ready"}]});
    let reply = case.call(NOW, Method::POST, &path, GraphBody::Json(definition.to_string().into()));
    assert_eq!(json_of(reply)["status"], "APPROVED");
    let send = |parameters: Value| {
        json!({"type": "template", "template": {"name": "order_ok", "language": {"code": "en"},
            "components": [{"type": "body", "parameters": parameters}]}})
    };
    let id = case.sent(NOW, &send(json!([{"type": "text", "text": "17"}])));
    assert_eq!(case.message(&id).content.text(), Some("Order 17 is ready"));
    assert_eq!(case.send(NOW, &send(json!([]))).1["error"]["code"], 132_000);
    let listed = json_of(case.call(NOW, Method::GET, &path, GraphBody::Empty));
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
}
