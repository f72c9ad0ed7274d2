//! What Meta would refuse is refused before it is sent.

use serde_json::json;

use super::*;
use crate::client::Switch;

fn plain() -> NewTemplate {
    NewTemplate::new("order_paid", "en", Category::Utility).body("Paid, thank you")
}

fn why(template: &NewTemplate) -> String {
    template.to_value().map(|value| value.to_string()).unwrap_err().to_string()
}

#[test]
fn what_breaks_a_rule_is_named() {
    let pictures =
        |kind: fn(&'static str) -> Button| Card::new(Header::image("4::a")).body("A card").button(kind("Go"));
    for (template, part) in [
        (NewTemplate::new("Order", "en", Category::Utility).body("x"), "small letters"),
        (NewTemplate::new("order", "", Category::Utility).body("x"), "language"),
        (NewTemplate::new("order", "en", Category::Utility), "has a body"),
        (plain().body("x".repeat(1025)), "1025 characters"),
        (plain().body("x".repeat(601)).limited_time_offer("Ends soon", Switch::On), "600"),
        (plain().limited_time_offer("x".repeat(17), Switch::On), "17 characters"),
        (plain().body("{{1}} is paid"), "begins or ends"),
        (plain().body("Paid by {{1}}!"), "1 variables and 0 examples"),
        (plain().body(Body::new("Paid by {{name}}!").examples(["Ann"])), "by its number or its name"),
        (plain().header(Header::text(Body::new("{{1}} {{2}}").examples(["a", "b"]))), "one variable"),
        (
            plain()
                .header(Header::text(Body::new("Hi {{name}}").named("name", "Ann")))
                .body(Body::new("By {{1}}!").examples(["a"])),
            "all have numbers",
        ),
        (plain().footer("By {{1}}"), "footer"),
        (plain().footer("x".repeat(61)), "61 characters"),
        (plain().button(Button::quick_reply("x".repeat(26))), "26 characters"),
        (plain().button(Button::url("Go", "ftp://x")), "https://"),
        (plain().button(Button::url("Go", "https://x/{{1}}")), "no example"),
        (plain().button(Button::url_with("Go", "https://x/{{1}}/y", "a")), "at its end"),
        (plain().button(Button::phone("Call", "1")).button(Button::phone("Call", "2")), "PHONE_NUMBER"),
        (plain().button(Button::copy_code("x".repeat(16))), "16 characters"),
        (
            plain()
                .button(Button::quick_reply("a"))
                .button(Button::url("b", "https://x"))
                .button(Button::quick_reply("c")),
            "together",
        ),
        ((0..11).fold(plain(), |some, n| some.button(Button::quick_reply(n.to_string()))), "11 entries"),
        (plain().card(pictures(Button::quick_reply)), "two cards"),
        (
            plain().card(pictures(Button::quick_reply)).card(pictures(|text| Button::url(text, "https://x"))),
            "same kinds",
        ),
        (
            plain()
                .card(Card::new(Header::location()).button(Button::quick_reply("a")))
                .card(Card::new(Header::location()).button(Button::quick_reply("a"))),
            "picture",
        ),
        (plain().ttl_seconds(29), "between 30 and 43200"),
        (plain().ttl_seconds(-2), "-1 alone"),
    ] {
        let why = why(&template);
        assert!(why.contains(part), "{why}\ndoes not say: {part}");
    }
    assert!(plain().ttl_seconds(-1).to_value().is_ok());
}

#[test]
fn every_component_is_written_as_meta_reads_it() {
    let card = |example: &str| {
        Card::new(Header::image("4::a"))
            .body(Body::new("Only {{1}} today").examples([example]))
            .button(Button::quick_reply("Buy"))
    };
    let template = NewTemplate::new("sale", "en_US", Category::Marketing)
        .header(Header::text(Body::new("{{name}}, look").named("name", "Ann")))
        .body(Body::new("For you, {{name}}: {{share}} off").named("name", "Ann").named("share", "20 %"))
        .footer("Until Sunday")
        .limited_time_offer("Ends soon", Switch::On)
        .card(card("1"))
        .card(card("2"))
        .button(Button::copy_code("SALE20"))
        .button(Button::flow("Choose", FlowRef::Name("choice".into()), None))
        .link_tracking(Switch::Off)
        .ttl_seconds(43_200);
    let written = template.to_value().unwrap();
    assert_eq!(written["parameter_format"], "NAMED");
    assert_eq!(written["cta_url_link_tracking_opted_out"], true);
    let components = written["components"].as_array().unwrap();
    let kinds: Vec<&str> = components.iter().filter_map(|part| part["type"].as_str()).collect();
    assert_eq!(kinds, ["HEADER", "BODY", "LIMITED_TIME_OFFER", "FOOTER", "BUTTONS", "CAROUSEL"]);
    let named = json!([{"param_name": "name", "example": "Ann"}, {"param_name": "share", "example": "20 %"}]);
    assert_eq!(components[1]["example"], json!({ "body_text_named_params": named }));
    assert_eq!(components[4]["buttons"][1]["flow_action"], "data_exchange");
    let body = json!({"type": "BODY", "text": "Only {{1}} today", "example": {"body_text": [["2"]]}});
    assert_eq!(components[5]["cards"][1]["components"][1], body);
}

#[test]
fn an_authentication_template_needs_apps_to_fill_its_code_in() {
    let with = |button| NewAuthentication::new("code", button).security_recommendation(Switch::On);
    assert!(with(Otp::one_tap([])).to_value().is_err());
    assert!(with(Otp::copy_code()).expires_after_minutes(91).to_value().is_err());
    let zero = with(Otp::zero_tap([OtpApp::new("com.example", "K8a/AINcGX7")]).text("Copy")).without_texts();
    let button = &zero.to_value().unwrap()["components"][1]["buttons"][0];
    assert_eq!((&button["zero_tap_terms_accepted"], &button["text"]), (&json!(true), &json!(null)));
}

#[test]
fn definitions_are_read_from_any_form_of_json() {
    let one = r#"{"name":"a","language":"en","status":"NEW_STATE","components":[{"type":"body","text":"x","odd":1}]}"#;
    for json in [one.to_owned(), format!("[{one}]"), format!(r#"{{"data":[{one},{{"no":"name"}}]}}"#)] {
        let read = Definition::from_json(json.as_bytes()).unwrap();
        assert_eq!(read.len(), 1, "{json}");
        assert_eq!(read[0].status, Some(Status::Other("NEW_STATE".into())));
        let body = read[0].component(&ComponentKind::Body).unwrap();
        assert_eq!(body.rest.get("odd"), Some(&json!(1)));
    }
    assert!(Definition::from_json(b"<html>").is_err());
}
