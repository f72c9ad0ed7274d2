//! Deliveries of every shape.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::event::{
    Content, Event, Forwarded, PermissionAnswer, Playback, PricingKind, ReferralSource, StatusState,
    SystemKind, TransactionStatus,
};

const NUMBER: &str = "106540352242922";

fn message(id: &str, more: Value) -> Value {
    let mut message =
        json!({"from": "16505551234", "from_user_id": "US.1", "id": id, "timestamp": "1739321024"});
    merge(&mut message, more);
    message
}

fn merge(into: &mut Value, more: Value) {
    if let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
}

fn text(id: &str) -> Value {
    message(id, json!({"type": "text", "text": {"body": id}}))
}

fn value(more: Value) -> Value {
    let mut value = json!({"messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": "Ann", "username": "ann.b"}, "wa_id": "16505551234", "user_id": "US.1"}]});
    merge(&mut value, more);
    value
}

fn body(values: Vec<Value>) -> Value {
    let changes: Vec<Value> =
        values.into_iter().map(|value| json!({"field": "messages", "value": value})).collect();
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1022", "changes": changes}]})
}

fn read(body: &Value) -> Vec<Event> {
    let bytes = serde_json::to_vec(body).unwrap();
    parse(&bytes).unwrap().events
}

fn one(value: Value) -> Event {
    let [event] = <[Event; 1]>::try_from(read(&body(vec![value]))).unwrap();
    event
}

fn content(more: Value) -> Content {
    let Event::Message(message) = one(value(json!({"messages": [message("wamid.X", more)]}))) else {
        panic!("a message")
    };
    message.content
}

#[test]
fn every_type_of_message_becomes_its_content() {
    let media =
        json!({"id": 7, "mime_type": "audio/ogg; codecs=opus", "sha256": "x", "voice": true, "caption": "c"});
    assert!(
        matches!(content(json!({"type": "text", "text": {"body": "hi"}})), Content::Text(text) if text == "hi")
    );
    for kind in ["image", "video", "audio", "document", "sticker"] {
        let content = content(json!({"type": kind, kind: media}));
        let (Content::Image(got)
        | Content::Video(got)
        | Content::Audio(got)
        | Content::Document(got)
        | Content::Sticker(got)) = content
        else {
            panic!("{kind}")
        };
        assert_eq!((got.kind.as_str(), got.id.as_str(), got.caption.as_deref()), (kind, "7", Some("c")));
    }
    let place =
        json!({"type": "location", "location": {"latitude": "37.5", "longitude": -122.25, "name": "N"}});
    assert!(
        matches!(content(place), Content::Location(it) if (it.latitude - 37.5).abs() < 1e-9 && it.name.as_deref() == Some("N"))
    );
    let cards = json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "B"}, "phones": [{"phone": "1"}]}]});
    assert!(matches!(content(cards), Content::Contacts(cards) if cards.len() == 1));
    let tap = json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "a", "title": "A"}}});
    assert!(matches!(content(tap), Content::ButtonReply(it) if it.id == "a"));
    let row = json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "r", "title": "R"}}});
    assert!(matches!(content(row), Content::ListReply(it) if it.id == "r" && it.description.is_none()));
    let quick = json!({"type": "button", "button": {"payload": "p", "text": "t"}});
    assert!(matches!(content(quick), Content::QuickReply(it) if it.payload.as_deref() == Some("p")));
    let reaction = json!({"type": "reaction", "reaction": {"message_id": "wamid.Q"}});
    assert!(matches!(content(reaction), Content::Reaction(it) if it.emoji.is_none()));
    let poll = json!({"type": "unsupported", "unsupported": {"type": "poll_creation"}, "errors": [{"code": 131051}]});
    assert!(matches!(content(poll), Content::Unsupported(it) if it.kind.as_deref() == Some("poll_creation")));
    let new = json!({"type": "hologram", "hologram": {}});
    assert!(matches!(content(new), Content::Unknown { kind } if kind == "hologram"));
    let odd = json!({"type": "text", "text": ["not", "an", "object"]});
    assert!(matches!(content(odd), Content::Unknown { kind } if kind == "text"));
}

#[test]
fn richer_messages_become_their_content() {
    let flow = json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply":
        {"name": "flow", "body": "Sent", "response_json": "{\"flow_token\":\"t\",\"size\":3}"}}});
    let Content::FlowReply(reply) = content(flow) else { panic!("a flow") };
    assert_eq!(reply.flow_token().as_deref(), Some("t"));
    assert_eq!(reply.response::<Value>().unwrap()["size"], 3);
    let object = json!({"type": "interactive", "interactive": {"nfm_reply": {"response_json": {"size": 4}}}});
    assert!(
        matches!(content(object), Content::FlowReply(it) if it.response::<Value>().unwrap()["size"] == 4)
    );
    let address = json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply":
        {"name": "address_message", "response_json": "{\"saved_address_id\":\"a1\",\"values\":{\"city\":\"Pune\",\"in_pin_code\":411001}}"}}});
    let Content::Address(address) = content(address) else { panic!("an address") };
    let values = address.values.unwrap();
    assert_eq!((values["city"].as_str(), values["in_pin_code"].as_str()), ("Pune", "411001"));
    let call = json!({"type": "interactive", "interactive": {"type": "call_permission_reply", "call_permission_reply":
        {"response": "accept", "is_permanent": false, "expiration_timestamp": 1750000000, "response_source": "user_action"}}});
    let Content::CallPermission(reply) = content(call) else { panic!("a permission") };
    assert_eq!(reply.answer, Some(PermissionAnswer::Accept));
    assert_eq!(reply.expires.unwrap().as_secs(), 1_750_000_000);
    let order = json!({"type": "order", "order": {"catalog_id": 19483, "product_items":
        [{"product_retailer_id": "a", "quantity": "2", "item_price": 30, "currency": "USD"}, 7]}});
    let Content::Order(order) = content(order) else { panic!("an order") };
    assert_eq!(
        (order.items.len(), order.items[0].quantity, order.items[0].item_price),
        (1, Some(2), Some(30.0))
    );
    let product = json!({"type": "interactive", "interactive": {"type": "product", "product": {"catalog_id": "1", "product_retailer_id": "sku"}}});
    assert!(
        matches!(content(product), Content::Product(it) if it.product_retailer_id.as_deref() == Some("sku"))
    );
    assert_eq!(content(json!({"type": "request_welcome"})), Content::RequestWelcome);
    assert_eq!(content(json!({"type": "media_placeholder"})), Content::MediaPlaceholder);
    let edit = json!({"type": "edit", "edit": {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "better"}}}});
    assert!(matches!(content(edit), Content::Edit(it) if it.content == Content::Text("better".into())));
    let revoke = json!({"type": "revoke", "revoke": {"original_message_id": "wamid.0"}});
    assert!(matches!(content(revoke), Content::Revoke(it) if it.original_message_id.is_some()));
    let new = json!({"type": "interactive", "interactive": {"type": "hologram", "hologram": {}}});
    assert!(matches!(content(new), Content::Unknown { kind } if kind == "interactive/hologram"));
}

#[test]
fn odd_shapes_of_messages_are_still_what_they_are() {
    for text in [
        json!({"text": {"body": "hi"}}),
        json!({"type": "text", "text": [{"body": "hi"}]}),
        json!({"type": "text", "text": "hi"}),
        json!({"type": null, "text": {"body": "hi", "preview_url": true}}),
        json!({"type": "message", "text": {"body": "hi"}, "id": 7}),
        json!({"type": "text", "text": {"body": "hi"}, "timestamp": 1_739_321_024_000_u64}),
    ] {
        assert_eq!(content(text.clone()), Content::Text("hi".into()), "{text}");
    }
    let voice = json!({"type": "voice", "voice": {"id": 7, "mime_type": "audio/ogg", "voice": "true"}});
    assert!(
        matches!(content(voice), Content::Audio(it) if it.playback == Playback::Voice && it.id.as_str() == "7")
    );
    let link = json!({"type": "image", "image": {"link": "https://example.org/a.jpg"}});
    assert!(matches!(content(link), Content::Image(it) if it.id.as_str().is_empty() && it.url.is_some()));
    let card = json!({"type": "contacts", "contacts": {"name": "Bo", "org": [], "phones": {"phone": 1}}});
    assert!(
        matches!(content(card), Content::Contacts(it) if it[0].name.formatted_name.as_deref() == Some("Bo"))
    );
    assert!(matches!(content(json!({"type": "unknown"})), Content::Unsupported(_)));
    let cut = r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":
        [{"from":"1","id":"w","type":"text","text":{"body":"hi \ud83d"}}]}}]}]}"#;
    let Event::Message(message) = &parse(cut.as_bytes()).unwrap().events[0] else { panic!("a message") };
    assert_eq!(message.text().map(|text| text.starts_with("hi ")), Some(true));
    assert_eq!(message.phone_number_id, None);
}

#[test]
fn a_message_may_come_from_an_ad_or_ask_about_a_product() {
    let asked = message(
        "wamid.X",
        json!({"type": "text", "text": {"body": "?"},
        "context": {"from": "1555", "id": "wamid.0", "from_user_id": "US.9", "forwarded": "true",
            "referred_product": {"catalog_id": "1", "product_retailer_id": "sku"}},
        "referral": {"source_url": "https://fb.me/x", "source_type": "ad", "ctwa_clid": "c", "welcome_message": {"text": "Hi"}}}),
    );
    let Event::Message(message) = one(value(json!({"messages": [asked]}))) else { panic!("a message") };
    assert_eq!(message.product().and_then(|it| it.product_retailer_id.as_deref()), Some("sku"));
    assert_eq!(message.forwarded(), Forwarded::Yes);
    let referral = message.referral().unwrap();
    assert_eq!(
        (&referral.source_type, referral.ctwa_clid.as_deref()),
        (&Some(ReferralSource::Ad), Some("c"))
    );
}

#[test]
fn statuses_tell_of_payments_prices_and_participants() {
    let Event::Status(paid) = one(value(
        json!({"statuses": [{"id": "wamid.A", "type": "payment", "status": "captured", "recipient_id": "1",
        "timestamp": "1", "payment": {"reference_id": "r", "amount": {"value": 21000, "offset": 100}, "currency": "INR",
            "transaction": {"id": "t", "type": "upi", "status": "success", "method": {"type": "card"}}}}]}),
    )) else {
        panic!("a status")
    };
    assert_eq!(paid.state, StatusState::Captured);
    let payment = paid.payment.unwrap();
    assert_eq!(payment.transaction.unwrap().status, Some(TransactionStatus::Success));
    let Event::Status(read) = one(value(
        json!({"statuses": [{"id": "wamid.A", "status": "read", "recipient_id": "g1", "recipient_type": "group",
        "recipient_participant_id": "16505551234", "participant_recipient_id": "2", "recipient_participant_user_id": "US.1",
        "pricing": {"billable": "false", "pricing_model": "PMP", "type": "free_customer_service", "category": "service"},
        "conversation": {"id": "c", "expiration_timestamp": 5, "origin": {"type": "service"}}}]}),
    )) else {
        panic!("a status")
    };
    assert_eq!(read.group_id.as_ref().map(AsRef::as_ref), Some("g1"));
    assert_eq!(read.recipient.wa_id.as_ref().map(AsRef::as_ref), Some("16505551234"));
    let pricing = read.pricing.unwrap();
    assert_eq!((pricing.billable, pricing.kind), (Some(false), Some(PricingKind::FreeCustomerService)));
    assert_eq!(read.conversation.unwrap().origin.unwrap().kind.as_deref(), Some("service"));
}

#[test]
fn a_payment_worded_anew_is_the_same_status() {
    let key = |state: &str, updated: u32| {
        let status = json!({"id": "wamid.A", "type": "payment", "status": "pending", "recipient_id": "1",
            "payment": {"transaction": {"id": "t", "status": state, "updated_timestamp": updated}}});
        let bytes = serde_json::to_vec(&body(vec![value(json!({"statuses": [status]}))])).unwrap();
        split(&bytes).unwrap().items[0].key
    };
    assert_eq!(key("pending", 1), key("pending", 2));
    assert_ne!(key("pending", 1), key("success", 1));
}

#[test]
fn a_message_knows_its_sender_from_message_and_contact() {
    let Event::Message(message) = one(value(json!({"messages": [text("wamid.X")]}))) else {
        panic!("a message")
    };
    let from = &message.from;
    assert_eq!(from.user_id.as_ref().map(AsRef::as_ref), Some("US.1"));
    assert_eq!((from.name.as_deref(), from.username.as_deref()), (Some("Ann"), Some("ann.b")));
    assert_eq!(message.timestamp.unwrap().as_secs(), 1_739_321_024);
    assert_eq!(message.phone_number_id.unwrap().as_str(), NUMBER);
    // Neither phone number nor contact: a username's owner.
    let mut hidden = text("wamid.Y");
    hidden.as_object_mut().unwrap().remove("from");
    let Event::Message(message) = one(json!({"metadata": {"phone_number_id": NUMBER}, "messages": [hidden]}))
    else {
        panic!("a message")
    };
    assert_eq!((message.from.wa_id, message.from.name), (None, None));
}

#[test]
fn statuses_errors_and_system_messages_are_items_of_their_own() {
    let events = read(&body(vec![value(json!({
        "statuses": [
            {"id": "wamid.A", "status": "delivered", "timestamp": "1", "recipient_id": "1650", "biz_opaque_callback_data": "job"},
            {"id": "wamid.B", "status": "failed", "timestamp": "1", "recipient_user_id": "US.1", "errors": [{"code": 131047, "error_data": {"details": "d"}}]},
        ],
        "errors": [{"code": 130429, "title": "t"}],
        "messages": [message("wamid.S", json!({"type": "system", "system": {"type": "user_changed_number", "wa_id": "1999", "body": "b"}}))],
    }))]));
    let [Event::System(system), Event::Status(delivered), Event::Status(failed), Event::MetaError(error)] =
        &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(system.kind, SystemKind::UserChangedNumber);
    assert_eq!(system.now.wa_id.as_ref().map(AsRef::as_ref), Some("1999"));
    assert_eq!((&delivered.state, delivered.opaque.as_deref()), (&StatusState::Delivered, Some("job")));
    assert_eq!(failed.errors[0].details.as_deref(), Some("d"));
    assert_eq!(error.error.code, 130_429);
}

#[test]
fn a_changed_number_links_before_and_after() {
    let system = message(
        "wamid.S",
        json!({"type": "system", "system": {"type": "user_changed_number", "wa_id": "1999", "user_id": "US.2"}}),
    );
    let bytes = serde_json::to_vec(&body(vec![
        json!({"metadata": {"phone_number_id": NUMBER}, "messages": [system]}),
    ]))
    .unwrap();
    let delivery = split(&bytes).unwrap();
    let change = delivery.items[0].change.as_ref().unwrap();
    assert_eq!(
        (change.previous.wa_id.as_deref(), change.current.wa_id.as_deref()),
        (Some("16505551234"), Some("1999"))
    );
    assert_eq!(
        (change.previous.user_id.as_deref(), change.current.user_id.as_deref()),
        (Some("US.1"), Some("US.2"))
    );
}

#[test]
fn sixty_events_in_order() {
    let ids = |entry: usize, change: usize, item: usize| format!("wamid.{entry}.{change}.{item}");
    let entries: Vec<Value> = (0..3)
        .map(|entry| {
            let changes: Vec<Value> = (0..4)
                .map(|change| {
                    let messages: Vec<Value> = (0..5).map(|item| text(&ids(entry, change, item))).collect();
                    json!({"field": "messages", "value": value(json!({"messages": messages}))})
                })
                .collect();
            json!({"id": entry, "changes": changes})
        })
        .collect();
    let events = read(&json!({"object": "whatsapp_business_account", "entry": entries}));
    let seen: Vec<&str> = events
        .iter()
        .map(|event| match event {
            Event::Message(message) => message.text().unwrap(),
            _ => "other",
        })
        .collect();
    let expected: Vec<String> = (0..60).map(|n| ids(n / 20, n / 5 % 4, n % 5)).collect();
    assert_eq!(seen, expected);
}

#[test]
fn what_is_not_ours_is_one_unknown() {
    for odd in [
        json!({"object": "page", "entry": []}),
        json!({"object": "whatsapp_business_account", "entry": []}),
        json!({"object": "whatsapp_business_account"}),
        json!([]),
        json!("text"),
        json!(null),
        json!({"object": "whatsapp_business_account", "entry": [7]}),
        json!({"object": "whatsapp_business_account", "entry": [{"id": "1"}]}),
        json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [null]}]}),
        body(vec![json!({"metadata": {"phone_number_id": NUMBER}, "new_things": [1]})]),
    ] {
        let events = read(&odd);
        assert!(matches!(&events[..], [Event::Unknown(_)]), "{odd}: {events:?}");
    }
    for not_json in [&b""[..], b"{", b"\xff", b"{\"object\":\"\xff\"}", b"nonsense"] {
        assert!(split(not_json).is_err());
    }
}

#[test]
fn a_malformed_item_costs_itself() {
    let events = read(&body(vec![value(
        json!({"messages": [text("wamid.1"), 7, {"type": "text"}, text("wamid.2")]}),
    )]));
    let kinds: Vec<ItemKind> = events.iter().map(Event::kind).collect();
    assert_eq!(kinds, [ItemKind::Message, ItemKind::Unknown, ItemKind::Unknown, ItemKind::Message]);
}

#[test]
fn the_same_item_has_the_same_key_in_other_surroundings() {
    let keys = |body: &Value| -> Vec<DedupKey> {
        let bytes = serde_json::to_vec(body).unwrap();
        split(&bytes).unwrap().items.iter().map(|item| item.key).collect()
    };
    let plain = keys(&body(vec![value(json!({"messages": [text("wamid.X")]}))]));
    let mut renamed = value(json!({"messages": [text("wamid.X")]}));
    renamed["contacts"][0]["profile"]["name"] = json!("Somebody Else");
    assert_eq!(plain, keys(&body(vec![renamed])));
    assert_ne!(plain, keys(&body(vec![value(json!({"messages": [text("wamid.Y")]}))])));
    let status = |state: &str, code: u32| {
        let status = json!({"id": "wamid.A", "status": state, "recipient_id": "1", "timestamp": "1", "errors": [{"code": code}]});
        keys(&body(vec![value(json!({"statuses": [status]}))]))
    };
    assert_eq!(status("sent", 0), status("sent", 0));
    assert_ne!(status("sent", 0), status("read", 0));
    assert_ne!(status("failed", 1), status("failed", 2));
}

#[test]
fn nothing_is_lost_on_the_way_through_the_store() {
    let sent = text("wamid.X");
    let bytes = serde_json::to_vec(&body(vec![value(json!({"messages": [sent.clone()]}))])).unwrap();
    let delivery = split(&bytes).unwrap();
    let event = Event::read(&delivery.items[0].to_bytes());
    assert_eq!(event.raw().parse::<Value>().unwrap(), sent);
}

#[test]
fn what_stands_beside_messages_is_kept() {
    let actions = json!([{"action_type": "marketing_messages_link_click"}]);
    let news = json!({"shape": "unknown"});
    let value = value(json!({"messages": [text("wamid.1")], "user_actions": actions, "weather": news}));
    let events = read(&body(vec![value]));
    let kinds: Vec<ItemKind> = events.iter().map(Event::kind).collect();
    assert_eq!(kinds, [ItemKind::Message, ItemKind::Signal, ItemKind::Unknown]);
    assert_eq!(events[1].raw().parse::<Value>().unwrap(), actions[0]);
    assert_eq!(events[2].raw().parse::<Value>().unwrap(), news);
}

#[test]
fn one_alone_counts_as_a_list_of_one() {
    let mut value = value(
        json!({"messages": text("wamid.1"), "statuses": {"id": "wamid.2", "status": "sent"}, "errors": 7}),
    );
    let contact = value["contacts"][0].clone();
    value["contacts"] = contact;
    let events = read(&body(vec![value]));
    let Some(Event::Message(message)) = events.iter().find(|event| event.kind() == ItemKind::Message) else {
        panic!("{events:?}")
    };
    assert_eq!((message.text(), message.from.name.as_deref()), (Some("wamid.1"), Some("Ann")));
    let mut kinds: Vec<String> = events.iter().map(|event| format!("{:?}", event.kind())).collect();
    kinds.sort();
    assert_eq!(kinds, ["Message", "Status", "Unknown"]);
}

#[test]
fn a_change_that_comes_again_later_is_another_event() {
    let approved_at = |time: u32| {
        let change = json!({"field": "message_template_status_update", "value": {"event": "APPROVED"}});
        let body = json!({"object": "whatsapp_business_account",
            "entry": [{"id": "1022", "time": time, "changes": [change]}]});
        split(&serde_json::to_vec(&body).unwrap()).unwrap().items[0].key
    };
    assert_eq!(approved_at(1), approved_at(1));
    assert_ne!(approved_at(1), approved_at(2));
}

/// The short way and the careful way agree; a member nobody knows sends a delivery the careful way.
#[test]
fn the_usual_envelope_is_read_as_any_other() {
    let usual = value(json!({
        "messages": [text("wamid.1"), {"id": "wamid.2", "type": "text", "from_user_id": "US.1"}, 7],
        "statuses": [{"id": "wamid.3", "status": "sent", "recipient_id": "16505551234", "timestamp": "1"}],
        "errors": [{"code": 130_429}]
    }));
    let mut careful = usual.clone();
    careful["version"] = json!(1);
    let seen = |value: Value| -> Vec<(ItemKind, DedupKey, Vec<u8>)> {
        let bytes = serde_json::to_vec(&body(vec![value])).unwrap();
        split(&bytes).unwrap().items.iter().map(|item| (item.kind, item.key, item.to_bytes())).collect()
    };
    assert_eq!(seen(usual), seen(careful));
}

#[test]
fn among_many_contacts_each_message_finds_its_own() {
    let contacts: Vec<Value> =
        (0..50).map(|n| json!({"profile": {"name": format!("P{n}")}, "wa_id": n.to_string()})).collect();
    let messages: Vec<Value> = (0..50)
        .rev()
        .map(|n| json!({"from": n.to_string(), "id": format!("w{n}"), "type": "text", "text": {"body": "x"}}))
        .collect();
    for event in read(&body(vec![value(json!({"contacts": contacts, "messages": messages}))])) {
        let Event::Message(message) = event else { panic!("a message") };
        let name = format!("P{}", message.from.wa_id.as_ref().unwrap());
        assert_eq!(message.from.name.as_deref(), Some(name.as_str()));
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(".{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Puts `what` in the place of the `at`-th node.
fn plant(tree: &mut Value, at: &mut usize, what: &Value) -> bool {
    if *at == 0 {
        *tree = what.clone();
        return true;
    }
    *at -= 1;
    match tree {
        Value::Array(members) => members.iter_mut().any(|member| plant(member, at, what)),
        Value::Object(members) => members.values_mut().any(|member| plant(member, at, what)),
        _ => false,
    }
}

proptest! {
    #[test]
    fn any_json_anywhere_neither_panics_nor_costs_siblings(at in 0_usize..60, what in any_json()) {
        let mut odd = value(json!({"messages": [text("wamid.1"), message("wamid.2", json!({
            "type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "a", "title": "A"}},
            "context": {"id": "wamid.0", "from": "1"}}))], "statuses": [{"id": "wamid.A", "status": "sent", "timestamp": "1",
            "recipient_id": "1", "errors": [{"code": 1, "error_data": {"details": "d"}}], "pricing": {"billable": true}}]}));
        plant(&mut odd, &mut at.clone(), &what);
        let whole = body(vec![value(json!({"messages": [text("wamid.before")]})), odd, value(json!({"messages": [text("wamid.after")]}))]);
        let events = read(&whole);
        let ids = |event: Option<&Event>| match event {
            Some(Event::Message(message)) => message.id.to_string(),
            _ => String::new(),
        };
        prop_assert_eq!(ids(events.first()), "wamid.before");
        prop_assert_eq!(ids(events.last()), "wamid.after");
        prop_assert!(events.len() >= 3);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Event::read(&bytes);
        let _ = split(&bytes);
    }
}
