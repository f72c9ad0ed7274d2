//! Messages that are not as documented: who sent them, what they contain, what they answer.

use serde_json::{Value, json};

use super::{ANNE, Row, message, one, value};

/// Who and when.
pub(super) fn senders() -> Vec<Row> {
    let text = json!({"type": "text", "text": {"body": "hi"}});
    let with = |contacts: Value| value(json!({"contacts": contacts, "messages": [message(text.clone())]}));
    let hi: &[&str] = &["Message Text"];
    let from_anne: &[&str] = &["Text(\"hi\")", ANNE];
    vec![
        ("no contacts, as before 2022", one(text.clone()), hi, from_anne),
        ("an empty list of contacts", with(json!([])), hi, from_anne),
        ("no list of contacts but null", with(json!(null)), hi, from_anne),
        (
            "a contact without its list",
            with(json!({"profile": {"name": "Anne"}, "wa_id": ANNE})),
            hi,
            &["\"Anne\""],
        ),
        ("contacts of null", with(json!([null])), hi, from_anne),
        ("a profile of null", with(json!([{"profile": null, "wa_id": ANNE}])), hi, from_anne),
        ("a name of null", with(json!([{"profile": {"name": null}, "wa_id": ANNE}])), hi, from_anne),
        (
            "a wa_id as a number",
            with(json!([{"profile": {"name": "Anne"}, "wa_id": 16_505_551_234_u64}])),
            hi,
            &["\"Anne\""],
        ),
        (
            "a sender as a number",
            one(json!({"from": 16_505_551_234_u64, "type": "text", "text": {"body": "hi"}})),
            hi,
            from_anne,
        ),
        (
            "a moment as a number",
            one(json!({"timestamp": 1_700_000_000, "type": "text", "text": {"body": "hi"}})),
            hi,
            &["1700000000"],
        ),
        (
            "a moment as a fraction",
            one(json!({"timestamp": 1_700_000_000.5, "type": "text", "text": {"body": "hi"}})),
            hi,
            &["1700000000"],
        ),
        (
            "a moment of nothing",
            one(json!({"timestamp": "", "type": "text", "text": {"body": "hi"}})),
            hi,
            &["timestamp: None"],
        ),
        (
            "no sender but a contact",
            value(
                json!({"contacts": [{"wa_id": ANNE}], "messages": [message(json!({"from": null, "type": "text", "text": {"body": "hi"}}))]}),
            ),
            hi,
            from_anne,
        ),
        (
            "a text that is JSON of Python's",
            one(json!({"type": "text", "text": {"body": "hi", "preview_url": "False"}})),
            hi,
            from_anne,
        ),
    ]
}

/// What.
pub(super) fn contents() -> Vec<Row> {
    vec![
        (
            "a text without its object",
            one(json!({"type": "text", "text": "hi"})),
            &["Message Text"],
            &["Text(\"hi\")"],
        ),
        (
            "a text in a list",
            one(json!({"type": "text", "text": [{"body": "hi"}]})),
            &["Message Text"],
            &["Text(\"hi\")"],
        ),
        (
            "a text of a number",
            one(json!({"type": "text", "text": {"body": 42}})),
            &["Message Text"],
            &["Text(\"42\")"],
        ),
        (
            "a picture without a type",
            one(json!({"image": {"id": "5", "mime_type": "image/jpeg"}})),
            &["Message Image"],
            &["MediaId(5)", "image/jpeg"],
        ),
        (
            "a picture under another type",
            one(json!({"type": "media", "image": {"id": 5}})),
            &["Message Image"],
            &["MediaId(5)"],
        ),
        ("a picture of null", one(json!({"type": "image", "image": {}})), &["Message Image"], &[]),
        (
            "a file by its link alone",
            one(
                json!({"type": "document", "document": {"link": "https://example.com/a.pdf", "filename": "a.pdf"}}),
            ),
            &["Message Document"],
            &["https://example.com/a.pdf", "a.pdf"],
        ),
        (
            "a voice message that says so in words",
            one(json!({"type": "audio", "audio": {"id": "5", "voice": "true"}})),
            &["Message Audio Voice"],
            &[],
        ),
        (
            "a place in texts",
            one(
                json!({"type": "location", "location": {"latitude": "37.44", "longitude": "-122.16", "name": null}}),
            ),
            &["Message Location"],
            &["37.44", "-122.16"],
        ),
        (
            "a card without its list",
            one(
                json!({"type": "contacts", "contacts": {"name": {"formatted_name": "Ben"}, "phones": {"phone": "+1"}}}),
            ),
            &["Message Contacts"],
            &["Ben"],
        ),
        (
            "cards with nulls",
            one(
                json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Ben"}, "phones": null, "emails": [null], "org": null}, null]}),
            ),
            &["Message Contacts"],
            &["Ben"],
        ),
        (
            "a card whose name is a text",
            one(
                json!({"type": "contacts", "contacts": [{"name": "Ben", "phones": [{"phone": 15_550_100_002_u64}]}]}),
            ),
            &["Message Contacts"],
            &["Ben", "15550100002"],
        ),
        (
            "an order without its list",
            one(
                json!({"type": "order", "order": {"catalog_id": 7, "product_items": {"product_retailer_id": "sku", "quantity": "2", "item_price": "9.5", "currency": "USD"}}}),
            ),
            &["Message Order"],
            &["\"7\"", "sku", "9.5"],
        ),
        (
            "a reaction as an emoji",
            one(json!({"type": "reaction", "reaction": "👍"})),
            &["Message Reaction 👍"],
            &[],
        ),
        (
            "a reaction of null",
            one(json!({"type": "reaction", "reaction": {"message_id": "wamid.Y", "emoji": null}})),
            &["Message Reaction removed"],
            &["wamid.Y"],
        ),
        (
            "an unsupported message of 2022",
            one(
                json!({"type": "unknown", "errors": {"code": "501", "title": "Unknown message type", "details": "Message type is not currently supported"}}),
            ),
            &["Message Unsupported thing"],
            &["501", "not currently supported"],
        ),
        (
            "an edit that says nothing",
            one(json!({"type": "edit", "edit": {"original_message_id": "wamid.Y"}})),
            &["Message Edit to Unknown "],
            &["wamid.Y"],
        ),
        (
            "a notice without its type",
            one(json!({"type": "system", "system": {"body": "Anne changed", "new_wa_id": "16505550000"}})),
            &["System UserChangedNumber"],
            &["16505550000"],
        ),
        (
            "a context as an id",
            one(json!({"type": "text", "text": {"body": "hi"}, "context": "wamid.Y"})),
            &["Message Text"],
            &["Text(\"hi\")"],
        ),
        (
            "a context of nulls",
            one(
                json!({"type": "text", "text": {"body": "hi"}, "context": {"from": null, "id": null, "forwarded": null}}),
            ),
            &["Message Text"],
            &["Text(\"hi\")"],
        ),
        (
            "a referral in a list",
            one(
                json!({"type": "text", "text": {"body": "hi"}, "referral": [{"source_type": "AD", "source_id": 120}]}),
            ),
            &["Message Text from Ad"],
            &["\"120\""],
        ),
        (
            "a product it asks about in a text",
            one(
                json!({"type": "text", "text": {"body": "hi"}, "context": {"referred_product": {"catalog_id": 1, "product_retailer_id": 2}}}),
            ),
            &["Message Text about a product"],
            &["\"1\"", "\"2\""],
        ),
    ]
}

/// What comes back from buttons, lists and forms.
pub(super) fn replies() -> Vec<Row> {
    let form = |reply: Value| {
        one(json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}))
    };
    let flow: &[&str] = &["Message FlowReply"];
    vec![
        (
            "a tap without its type",
            one(json!({"type": "interactive", "interactive": {"button_reply": {"id": 7, "title": "Yes"}}})),
            &["Message ButtonReply"],
            &["\"7\"", "Yes"],
        ),
        (
            "a row with its id alone",
            one(
                json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "r"}}}),
            ),
            &["Message ListReply"],
            &["\"r\""],
        ),
        (
            "a tap beside its place",
            one(json!({"type": "button_reply", "button_reply": {"id": "y", "title": "Yes"}})),
            &["Message ButtonReply"],
            &["\"y\""],
        ),
        (
            "a template's button as a text",
            one(json!({"type": "button", "button": "Yes"})),
            &["Message QuickReply"],
            &["Yes"],
        ),
        ("a form of null", form(json!({"name": "flow", "response_json": null})), flow, &[]),
        ("a form that is no JSON", form(json!({"name": "flow", "response_json": "{oops"})), flow, &["{oops"]),
        ("a form without a name", form(json!({"response_json": "{\"a\":1}"})), flow, &["{\\\"a\\\":1}"]),
        (
            "an address as an object",
            form(
                json!({"name": "address_message", "response_json": {"values": {"city": "Pune", "floor_number": 3}}}),
            ),
            &["Message Address"],
            &["Pune", "3"],
        ),
        (
            "a permission in other words",
            one(
                json!({"type": "interactive", "interactive": {"type": "call_permission_reply", "call_permission_reply": {"response": "ACCEPT", "expiration_timestamp": 1_700_000_000, "is_permanent": "false"}}}),
            ),
            &["Message CallPermission"],
            &["1700000000"],
        ),
        (
            "a reply of a kind nobody knows",
            one(
                json!({"type": "interactive", "interactive": {"type": "rating_reply", "rating_reply": {"stars": 5}}}),
            ),
            &["Message Unknown interactive/rating_reply"],
            &[],
        ),
    ]
}
