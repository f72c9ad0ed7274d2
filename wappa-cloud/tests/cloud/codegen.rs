//! Types written from definitions: `generated.rs` is what `codegen` writes from `fixtures/definitions.json`.

use serde_json::{Value, json};
use wappa_cloud::{
    AuthenticationTemplate, Header, IntoDraft, PhoneNumber, Recipient, Template, Timestamp,
    client::templates::Definition, codegen,
};

use crate::generated::{CodeEn, FormDe, HelloWorldEnUs, OrderPaidEn, SaleEnUs};

fn sent(draft: impl IntoDraft) -> Value {
    let to = Recipient::from("+16505551234".parse::<PhoneNumber>().unwrap());
    let json = draft.into_draft().unwrap().to_json(&to, None).unwrap();
    serde_json::from_slice::<Value>(&json).unwrap()["template"].clone()
}

#[test]
fn what_is_written_is_what_is_checked_in() {
    let definitions = Definition::from_json(include_bytes!("fixtures/definitions.json")).unwrap();
    let written = codegen::templates(&definitions);
    let fresh = concat!(env!("CARGO_TARGET_TMPDIR"), "/generated.rs");
    std::fs::write(fresh, &written).unwrap();
    assert_eq!(written, include_str!("generated.rs"), "what is written now: {fresh}");
}

#[test]
fn named_parameters_are_fields() {
    let paid = OrderPaidEn { id: "17".into(), name: "Ann".into(), button_0_url: "17".into() };
    let by_hand = Template::new("order_paid", "en")
        .body_named("id", "17")
        .body_named("name", "Ann")
        .button_url(0, "17");
    assert_eq!(sent(paid), sent(by_hand));
}

#[test]
fn headers_offers_and_coupons_are_fields() {
    let sale = SaleEnUs {
        header: Header::image("5"),
        body_1: "Sunday".into(),
        body_2: "20 %".into(),
        offer_ends: Timestamp::from_secs(1_800_000_000),
        button_0_code: "SALE20".into(),
    };
    let sent = sent(sale);
    let kinds: Vec<&Value> =
        sent["components"].as_array().unwrap().iter().map(|part| &part["type"]).collect();
    assert_eq!(kinds, ["header", "body", "limited_time_offer", "button"]);
    assert_eq!(sent["components"][1]["parameters"][1]["text"], "20 %");
}

#[test]
fn a_code_goes_where_authentication_templates_want_it() {
    let by_hand = AuthenticationTemplate::new("code", "en", "123456");
    assert_eq!(sent(CodeEn { code: "123456".into() }), sent(by_hand));
}

#[test]
fn a_template_without_parameters_has_no_fields() {
    assert_eq!(sent(HelloWorldEnUs {}), json!({"name": "hello_world", "language": {"code": "en_US"}}));
    let form = sent(FormDe { button_0_flow_token: "t".into() });
    assert_eq!(form["components"][0]["parameters"][0]["action"]["flow_token"], "t");
}
