//! What is not as documented around messages and beside them: statuses, envelopes, other fields.

use serde_json::{Value, json};

use super::{ANNE, Row, field, message, one, status, value};

pub(super) fn statuses() -> Vec<Row> {
    let failed: &[&str] = &["Status Failed"];
    vec![
        (
            "errors as a text",
            status(json!({"errors": "Message failed to send"})),
            failed,
            &["Message failed to send"],
        ),
        (
            "errors as texts",
            status(json!({"errors": ["Message failed to send"]})),
            failed,
            &["Message failed to send"],
        ),
        (
            "an error without its list",
            status(json!({"errors": {"code": 131_047, "title": "Re-engagement message"}})),
            failed,
            &["131047"],
        ),
        (
            "a code as a text",
            status(json!({"errors": [{"code": "131047", "title": "Re-engagement message"}]})),
            failed,
            &["131047"],
        ),
        ("errors of null", status(json!({"errors": [null, {"code": 131_026}]})), failed, &["131026"]),
        (
            "details as a text",
            status(json!({"errors": [{"code": 131_026, "error_data": "undeliverable"}]})),
            failed,
            &["undeliverable"],
        ),
        (
            "details of 2021",
            status(
                json!({"errors": [{"code": 470, "title": "Outside window", "href": "https://example.com", "details": "too late"}]}),
            ),
            failed,
            &["470", "too late"],
        ),
        (
            "a recipient as a number",
            status(json!({"status": "READ", "recipient_id": 16_505_551_234_u64})),
            &["Status Read"],
            &[ANNE],
        ),
        (
            "a price of 2021",
            status(json!({"status": "sent", "pricing": {"pricing_model": "NBP", "billable": "false"}})),
            &["Status Sent"],
            &["NBP", "billable: Some(false)"],
        ),
        (
            "a price of null, a conversation as its id",
            status(json!({"status": "delivered", "pricing": null, "conversation": "c1"})),
            &["Status Delivered"],
            &["wamid.X"],
        ),
        (
            "a conversation of 2021",
            status(
                json!({"status": "sent", "conversation": {"id": "c1", "expiration_timestamp": 1_700_000_000, "origin": {"type": "business_initiated"}}}),
            ),
            &["Status Sent"],
            &["c1", "1700000000", "business_initiated"],
        ),
        (
            "a status without its list",
            value(json!({"statuses": {"id": "wamid.X", "status": "sent", "recipient_id": ANNE}})),
            &["Status Sent"],
            &["wamid.X"],
        ),
    ]
}

/// Around it.
pub(super) fn envelopes() -> Vec<Row> {
    let hi = || one(json!({"type": "text", "text": {"body": "hi"}}));
    let entry = |entry: Value| json!({"object": "whatsapp_business_account", "entry": entry});
    let whole = hi();
    let inner = whole["entry"][0].clone();
    let mut capitals = hi();
    capitals["entry"][0]["changes"][0]["field"] = json!("MESSAGES");
    let mut nameless = hi();
    nameless.as_object_mut().unwrap().remove("object");
    let mut bare = hi();
    bare["entry"][0]["changes"][0]["value"]["metadata"] = Value::Null;
    let good = message(json!({"type": "text", "text": {"body": "hi"}}));
    vec![
        ("nulls between entries", entry(json!([null, inner])), &["Unknown of no field", "Message Text"], &[]),
        (
            "nulls between changes",
            entry(json!([{"id": "1", "changes": [null, inner["changes"][0]]}])),
            &["Unknown of no field", "Message Text"],
            &[],
        ),
        (
            "nulls between messages",
            value(json!({"messages": [null, good, "hi", [], 5]})),
            &[
                "Unknown of messages",
                "Message Text",
                "Unknown of messages",
                "Unknown of messages",
                "Unknown of messages",
            ],
            &[],
        ),
        (
            "lists of nothing",
            value(json!({"contacts": [], "messages": [], "statuses": [], "errors": []})),
            &["Unknown of messages"],
            &[],
        ),
        (
            "lists of nothing beside a message",
            value(json!({"contacts": [], "messages": [good], "statuses": [], "errors": []})),
            &["Message Text"],
            &[],
        ),
        ("a field in capitals", capitals, &["Message Text"], &[]),
        ("no object", nameless, &["Message Text"], &[]),
        ("metadata of null", bare, &["Message Text"], &["Text(\"hi\")"]),
        ("a delivery in a text", json!(whole.to_string()), &["Unknown of no field"], &[]),
        (
            "a delivery in a text in somebody's envelope",
            json!({"body": whole.to_string()}),
            &["Unknown of no field"],
            &[],
        ),
        ("an entry of nothing", entry(json!([])), &["Unknown of no field"], &[]),
        ("changes of nothing", entry(json!([{"id": "1", "changes": []}])), &["Unknown of no field"], &[]),
        (
            "a value of null",
            entry(json!([{"id": "1", "changes": [{"field": "messages", "value": null}]}])),
            &["Unknown of messages"],
            &[],
        ),
    ]
}

/// Other fields than messages.
pub(super) fn fields() -> Vec<Row> {
    let good = || message(json!({"type": "text", "text": {"body": "hi"}}));
    vec![
        (
            "standby with messages in its value",
            field("standby", json!({"messages": [good()]})),
            &["Standby message Text"],
            &["Text(\"hi\")"],
        ),
        (
            "standby with a message without its list",
            field("standby", json!({"standby": {"messages": good()}})),
            &["Standby message Text"],
            &["Text(\"hi\")"],
        ),
        (
            "standby as a list",
            field("standby", json!({"standby": [{"messages": [good()]}]})),
            &["Standby message Text"],
            &["Text(\"hi\")"],
        ),
        (
            "a message on standby and another beside it",
            field(
                "standby",
                json!({"standby": {"messages": [good()]}, "statuses": [{"id": "wamid.Y", "status": "read", "recipient_id": ANNE}]}),
            ),
            &["Standby message Text", "Standby status Read"],
            &[],
        ),
        (
            "an echo under messages",
            value(
                json!({"message_echoes": [{"from": "15550783881", "to": ANNE, "id": "wamid.X", "timestamp": 1_700_000_000, "type": "text", "text": {"body": "hi"}}]}),
            ),
            &["Echo Text"],
            &["Text(\"hi\")"],
        ),
        (
            "a contact of the app without its list",
            field(
                "smb_app_state_sync",
                json!({"state_sync": {"type": "contact", "contact": {"full_name": "Ben", "phone_number": 15_550_100_002_u64}, "action": "ADD"}}),
            ),
            &["AppContact Add"],
            &["Ben", "15550100002"],
        ),
        (
            "a call without its list",
            field(
                "calls",
                json!({"calls": {"id": "wacid.A", "event": "terminate", "status": ["COMPLETED"], "duration": "12"}}),
            ),
            &["Call Terminate Completed"],
            &["12"],
        ),
        (
            "a preference without its list",
            field(
                "user_preferences",
                json!({"user_preferences": {"wa_id": ANNE, "category": "marketing_messages", "value": "STOP", "timestamp": "1700000000"}}),
            ),
            &["Preference Stop"],
            &[ANNE],
        ),
        (
            "a template's id as a text",
            field(
                "message_template_status_update",
                json!({"event": "rejected", "message_template_id": "123", "message_template_name": "x", "reason": null}),
            ),
            &["Template Status Rejected"],
            &["\"123\""],
        ),
        (
            "an account's event in small letters",
            field(
                "account_update",
                json!({"event": "account_violation", "violation_info": [{"violation_type": "SPAM"}]}),
            ),
            &["Account Account AccountViolation"],
            &["SPAM"],
        ),
        (
            "participants as numbers",
            field(
                "group_participants_update",
                json!({"groups": {"group_id": 5, "type": "group_participants_add", "added_participants": [{"wa_id": 16_505_551_234_u64}]}}),
            ),
            &["Group ParticipantsAdded"],
            &[ANNE, "GroupId(5)"],
        ),
        (
            "history without its list",
            field(
                "history",
                json!({"history": {"metadata": {"phase": "0", "chunk_order": "1", "progress": "55"}, "threads": {"id": ANNE, "messages": good()}}}),
            ),
            &["History chunk of Text"],
            &["55"],
        ),
        (
            "history of nothing",
            field("history", json!({"history": [{"metadata": null, "threads": null}]})),
            &["History chunk of "],
            &[],
        ),
        (
            "a Flow's event with numbers as texts",
            field(
                "flows",
                json!({"event": "ENDPOINT_LATENCY", "flow_id": 7, "p50_latency": "300", "p90_latency": 500.0, "alert_state": "activated"}),
            ),
            &["Account Flow EndpointLatency"],
            &["\"7\"", "300", "500"],
        ),
        (
            "a username that was refused",
            field(
                "phone_number_username_update",
                json!({"display_phone_number": 15_550_783_881_u64, "decision": "REJECTED", "requested_username": "shop", "rejection_reasons": "TAKEN"}),
            ),
            &["Account Username Rejected"],
            &["shop", "TAKEN"],
        ),
        (
            "a payment whose error is a text",
            value(
                json!({"statuses": [{"id": "wamid.X", "type": "payment", "status": "failed", "recipient_id": ANNE, "payment": {"reference_id": "o-1", "amount": {"value": "21000", "offset": "100"}, "transaction": {"id": "t", "status": "failed", "error": "declined"}}}]}),
            ),
            &["Status payment Failed"],
            &["o-1", "21000"],
        ),
    ]
}
