//! Types written from definitions: `generated.rs` is what `codegen` writes from `fixtures/definitions.json`.

use serde_json::{Value, json};
use wappa_cloud::{
    AuthenticationTemplate, Header, IntoDraft, PhoneNumber, Recipient, Template, TemplateButton,
    TemplateCard, Timestamp, client::templates::Definition, codegen,
};

use crate::generated::{
    ABEn, ABEn2, CodeEn, FormDe, HelloWorldEnUs, MatchPt, MatchPtBr, NewPizzasEn, NewPizzasEnCard0,
    NewPizzasEnCard1, OrderPaidEn, SaleEnUs, T2For1En,
};

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

#[test]
fn each_language_is_a_type_of_its_own_whatever_it_is_called() {
    let brazil = MatchPtBr {
        the_type: "a".into(),
        the_self: "b".into(),
        the_fn: "c".into(),
        this: "d".into(),
        the_2nd: "e".into(),
        path: "f".into(),
        header_type: "g".into(),
    };
    let by_hand = Template::new("match", "pt_BR")
        .body_named("type", "a")
        .body_named("self", "b")
        .body_named("fn", "c")
        .body_named("this", "d")
        .body_named("2nd", "e")
        .body_named("path", "f")
        .header_named("type", "g");
    assert_eq!(sent(brazil), sent(by_hand));
    let portugal = MatchPt { body_1: "Ana".into() };
    assert_eq!(sent(portugal), sent(Template::new("match", "pt").body(["Ana"])));
}

#[test]
fn names_that_collide_or_begin_with_digits_stay_apart() {
    for (made, name) in [(sent(ABEn {}), "a__b"), (sent(ABEn2 {}), "a_b"), (sent(T2For1En {}), "2_for_1")] {
        assert_eq!(made["name"], name);
    }
}

#[test]
fn each_card_of_a_carousel_has_the_parameters_it_has() {
    let carousel = NewPizzasEn {
        name: "Ann".into(),
        card_0: NewPizzasEnCard0 {
            body_1: "20 %".into(),
            header: Header::image("1"),
            button_1_payload: "q".into(),
        },
        card_1: NewPizzasEnCard1 {
            header: Header::image("2"),
            button_0_url: "m".into(),
            button_1_payload: "r".into(),
        },
    };
    let by_hand = Template::new("new_pizzas", "en")
        .body_named("name", "Ann")
        .card(
            TemplateCard::new(Header::image("1"))
                .body(["20 %"])
                .button_at(1, TemplateButton::quick_reply("q")),
        )
        .card(
            TemplateCard::new(Header::image("2"))
                .button(TemplateButton::url("m"))
                .button(TemplateButton::quick_reply("r")),
        );
    let carousel = sent(carousel);
    assert_eq!(carousel, sent(by_hand));
    let places = carousel["components"][1]["cards"][0]["components"].as_array().unwrap();
    assert_eq!(places.last().unwrap()["index"], "1", "the first button of this card needs nothing");
}
