//! What has a least as well as a most. Pins are in `drafts`, beside the groups they are for.

use serde_json::{Value, json};
use wappa_cloud::limits as l;
use wappa_cloud::{Card, Carousel, Draft, GraphRequest, Header, IntoDraft, RequestBody, Target, VoiceCall};

use super::Side;

fn cards(count: u32) -> Carousel {
    let card = || Card::link(Header::image_link("https://example.com/a.jpg"), "Go", "https://example.com");
    Carousel::new("New").cards((0..count).map(|_| card()))
}

impl Side {
    async fn raw(&self, draft: &Draft, edit: impl FnOnce(&mut Value)) -> Option<u64> {
        let sent = draft.to_json(&self.to, None).unwrap();
        let mut body: Value = serde_json::from_slice(&sent).unwrap();
        edit(&mut body);
        self.refusal(GraphRequest {
            token: Some(self.of.access_token.clone()),
            body: RequestBody::Json(body.to_string().into()),
            ..GraphRequest::new(
                http::Method::POST,
                Target::Node(format!("{}/messages", self.of.phone_number_id)),
            )
        })
        .await
    }
}

#[tokio::test]
async fn a_call_button_works_for_a_minute_at_least_and_a_month_at_most() {
    let side = Side::open().await;
    let call = |minutes| VoiceCall::new("Call").ttl_minutes(minutes).into_draft();
    for within in [1, l::VOICE_CALL_MINUTES] {
        assert_eq!(side.raw(&call(within).unwrap(), |_| {}).await, None);
    }
    for beyond in [0, l::VOICE_CALL_MINUTES + 1] {
        let error = call(beyond).unwrap_err().to_string();
        assert!(error.contains("ttl_minutes") && error.contains("1 to 43,200"), "{error}");
        let edit = |body: &mut Value| {
            body["interactive"]["action"]["parameters"]["ttl_minutes"] = json!(beyond);
        };
        assert_eq!(side.raw(&call(1).unwrap(), edit).await, Some(131_009));
    }
}

#[tokio::test]
async fn a_carousel_is_two_cards_at_least_with_few_lines_each() {
    let side = Side::open().await;
    let two = cards(2).into_draft().unwrap();
    assert_eq!(side.raw(&two, |_| {}).await, None);
    let error = cards(1).into_draft().unwrap_err().to_string();
    assert!(error.contains("at least two cards"), "{error}");
    let pop = |body: &mut Value| drop(body["interactive"]["action"]["cards"].as_array_mut().unwrap().pop());
    assert_eq!(side.raw(&two, pop).await, Some(131_009));

    let lines = "x\n".repeat(l::CARD_BODY_LINE_BREAKS + 1);
    let card = || Card::link(Header::image("1"), "Go", "https://example.com").body(lines.clone());
    let error = Carousel::new("New").card(card()).card(card()).into_draft().unwrap_err().to_string();
    assert!(error.contains("card body") && error.contains("two line breaks"), "{error}");
    let lined =
        |body: &mut Value| body["interactive"]["action"]["cards"][0]["body"] = json!({ "text": lines });
    assert_eq!(side.raw(&two, lined).await, Some(131_009));
}
