//! Marketing messages, which are drafts sent to an endpoint of their own.

use serde_json::json;
use wappa_cloud::{
    ActivitySharing, Endpoint, IntoDraft, Parameter, PhoneNumber, ProductPolicy, Recipient, Template,
};

use super::{Case, IDS, case};

const OPERATION: &str = "POST {Phone-Number-ID}/marketing_messages";

pub(super) fn cases() -> Vec<Case> {
    vec![
        send("Simple Template Message", || Template::new("hello_world", "en").marketing().into_draft()),
        send("Template with Product Policy", || {
            Template::new("welcome_offer", "en_US")
                .marketing()
                .product_policy(ProductPolicy::CloudApiFallback)
                .activity_sharing(ActivitySharing::On)
                .into_draft()
        }),
        send("Parameterized Template", || {
            Template::new("promotional_offer", "en")
                .body([Parameter::text("John Doe"), Parameter::currency("$25.00", "USD", 25_000)])
                .marketing()
                .product_policy(ProductPolicy::Strict)
                .activity_sharing(ActivitySharing::Off)
                .into_draft()
        }),
    ]
}

fn send(example: &'static str, draft: fn() -> Result<wappa_cloud::Draft, wappa_cloud::DraftError>) -> Case {
    case(OPERATION, example, move |g| async move {
        let draft = draft().unwrap();
        assert_eq!(draft.endpoint(), Endpoint::MarketingMessages);
        let to = Recipient::from("+16315552222".parse::<PhoneNumber>().unwrap());
        let body = draft.to_json(&to, None).unwrap();
        let sent = g.send_to(&IDS.token, &IDS.number, draft.endpoint(), body).await?;
        let contact = json!({ "input": "16315552222", "wa_id": sent.wa_id });
        let message = json!({ "id": sent.id });
        Ok(json!({
            "messaging_product": "whatsapp", "success": true, "contacts": [contact], "messages": [message],
        }))
    })
}
