//! What people do, and how Meta tells a business of it.

use super::*;

/// The one item of the one webhook that waits.
fn heard(case: &mut Case) -> Value {
    let mut webhooks = case.webhooks();
    assert_eq!(webhooks.len(), 1, "{webhooks:?}");
    webhooks.remove(0)["messages"][0].clone()
}

fn says(case: &mut Case, act: PersonAct) -> Value {
    case.act(act);
    heard(case)
}

fn interactive(kind: &str, action: &Value) -> Value {
    json!({"type": "interactive", "interactive": {"type": kind, "body": {"text": "Well?"}, "action": action}})
}

#[test]
fn edits_and_deletions_are_told_whole_where_the_number_is_in_the_app_too() {
    let mut case = open();
    let id = case.act(PersonAct::Text { body: "helo".into(), context: None });
    case.webhooks();
    let chat = case.chat.clone();
    case.world.edit_message(NOW, &chat, &id, "hello").unwrap();
    let told = heard(&mut case);
    assert_eq!(told["type"], "unsupported");
    assert_eq!(told["unsupported"]["type"], "edit");
    assert_eq!(told["errors"][0]["code"], 131_051);
    assert_eq!(case.message(&id).mark, Mark::Edited);
    assert_eq!(case.message(&id).content.text(), Some("hello"));

    let number = case.number.id.clone();
    case.world.edit_standing(NOW, &number, |standing| standing.coexistence = Coexistence::WithApp).unwrap();
    case.world.edit_message(NOW, &chat, &id, "hello!").unwrap();
    let told = heard(&mut case);
    assert_eq!(told["edit"]["original_message_id"], json!(id));
    assert_eq!(told["edit"]["message"]["text"]["body"], "hello!");
    case.world.revoke(NOW, &chat, &id).unwrap();
    assert_eq!(heard(&mut case)["revoke"]["original_message_id"], json!(id));
    assert!(case.world.revoke(NOW, &chat, &id).is_err(), "it is gone already");
}

#[test]
fn what_goes_along_is_told() {
    let mut case = open();
    let chat = case.chat.clone();
    let hi = || PersonAct::Text { body: "hi".into(), context: None };
    case.world.act_with(NOW, &chat, hi(), Extras::forwarded(Forwarded::Once)).unwrap();
    assert_eq!(heard(&mut case)["context"], json!({"forwarded": true}));
    case.world.act_with(NOW, &chat, hi(), Extras::forwarded(Forwarded::Frequently)).unwrap();
    assert_eq!(heard(&mut case)["context"], json!({"frequently_forwarded": true}));
    let product = ProductRef { catalog_id: "c".into(), product_retailer_id: "p".into() };
    case.world.act_with(NOW, &chat, hi(), Extras::product(product)).unwrap();
    assert_eq!(heard(&mut case)["context"]["referred_product"]["product_retailer_id"], "p");
}

#[test]
fn a_flow_comes_back_with_its_token() {
    let mut case = open();
    let parameters =
        json!({"flow_message_version": "3", "flow_id": "12", "flow_cta": "Book", "flow_token": "t-1"});
    let offer = case.sent(NOW, &interactive("flow", &json!({"name": "flow", "parameters": parameters})));
    case.webhooks();
    let told = says(
        &mut case,
        PersonAct::SubmitFlow { message: offer.clone(), response: json!({"date": "2026-12-01"}) },
    );
    let reply = &told["interactive"]["nfm_reply"];
    assert_eq!(reply["name"], "flow");
    let response: Value = serde_json::from_str(reply["response_json"].as_str().unwrap()).unwrap();
    assert_eq!(response, json!({"date": "2026-12-01", "flow_token": "t-1"}));
    assert_eq!(told["context"]["id"], json!(offer));
    let hi = case.act(PersonAct::Text { body: "hi".into(), context: None });
    let chat = case.chat.clone();
    let act = PersonAct::SubmitFlow { message: hi, response: json!({}) };
    assert!(case.world.act(NOW, &chat, act).is_err(), "nothing was offered there");
}

#[test]
fn requests_are_answered() {
    let mut case = open();
    let ask = |case: &mut Case, kind: &str, action: &Value| {
        let id = case.sent(NOW, &interactive(kind, action));
        case.webhooks();
        id
    };
    let where_to = ask(&mut case, "location_request_message", &json!({"name": "send_location"}));
    let location = Location { latitude: 1.0, longitude: 2.0, name: None, address: None };
    let told = says(&mut case, PersonAct::AnswerLocation { message: where_to.clone(), location });
    assert_eq!((&told["type"], &told["context"]["id"]), (&json!("location"), &json!(where_to)));

    let card = ask(&mut case, "request_contact_info", &json!({"name": "request_contact_info"}));
    let cards = vec![CardAct { name: "Ana".into(), phone: "+1 555 0100001".into() }];
    let told = says(&mut case, PersonAct::Contacts { contacts: cards.clone(), context: Some(card) });
    assert_eq!(told["origin"], "contact_request");
    let told = says(&mut case, PersonAct::Contacts { contacts: cards, context: None });
    assert_eq!(told["origin"], "other");

    let call = ask(&mut case, "call_permission_request", &json!({"name": "call_permission_request"}));
    let response = CallPermission::Temporary;
    let told = says(&mut case, PersonAct::AnswerCallRequest { message: call, response });
    assert_eq!(told["interactive"]["call_permission_reply"]["response"], "accept");

    let address = ask(
        &mut case,
        "address_message",
        &json!({"name": "address_message", "parameters": {"country": "IN"}}),
    );
    let told =
        says(&mut case, PersonAct::SubmitAddress { message: address, values: json!({"city": "Pune"}) });
    assert_eq!(told["interactive"]["nfm_reply"]["response_json"], r#"{"values":{"city":"Pune"}}"#);
}

#[test]
fn orders_welcomes_and_what_businesses_can_not_get() {
    let mut case = open();
    let item =
        OrderItem { product_retailer_id: "sku".into(), quantity: 2, item_price: 9.5, currency: "USD".into() };
    let order = Order { catalog_id: "c".into(), text: None, product_items: vec![item] };
    let told = says(&mut case, PersonAct::Order(order));
    assert_eq!(told["order"]["product_items"][0]["quantity"], 2);
    assert_eq!(says(&mut case, PersonAct::Welcome)["type"], "request_welcome");
    let told = says(&mut case, PersonAct::Unsupported { kind: "poll_creation".into() });
    assert_eq!(told["unsupported"]["type"], "poll_creation");
    assert_eq!(told["errors"][0]["code"], 131_051);
}

#[test]
fn a_person_moves_to_another_number() {
    let mut case = open();
    let (chat, before) = (case.chat.clone(), case.ana.clone());
    let after = case.world.change_number(NOW, &chat, "15550109999".into()).unwrap();
    let told = heard(&mut case);
    assert_eq!(told["type"], "system");
    assert_eq!(told["from"], json!(before.wa_id));
    assert_eq!(told["system"]["type"], "user_changed_number");
    assert_eq!(told["system"]["wa_id"], "15550109999");
    assert_ne!(after.user_id, before.user_id);
    let id = case.world.change_user_id(NOW, &chat).unwrap();
    let told = heard(&mut case);
    assert_eq!(told["system"]["type"], "user_changed_user_id");
    assert_eq!(told["system"]["previous_user_id"], json!(after.user_id));
    assert_eq!(told["system"]["user_id"], json!(id));
}

#[test]
fn what_the_owner_writes_in_the_app_is_echoed() {
    let mut case = open();
    let chat = case.chat.clone();
    assert!(matches!(case.world.owner_says(NOW, &chat, "hi"), Err(ActError::NotInTheApp(_))));
    let number = case.number.id.clone();
    case.world.edit_standing(NOW, &number, |standing| standing.coexistence = Coexistence::WithApp).unwrap();
    let id = case.world.owner_says(NOW, &chat, "on my way").unwrap();
    let told = case.webhooks().pop().unwrap();
    assert_eq!(told["message_echoes"][0]["id"], json!(id));
    assert_eq!(told["message_echoes"][0]["text"]["body"], "on my way");
    assert_eq!(case.message(&id).from, Side::Business);
}

#[test]
fn what_people_write_to_the_page_can_be_read() {
    for act in [
        json!({"type": "welcome"}),
        json!({"type": "order", "catalog_id": "c", "product_items": []}),
        json!({"type": "submit_flow", "message": "wamid.1", "response": {}}),
        json!({"type": "answer_call_request", "message": "wamid.1", "response": "permanent"}),
        json!({"type": "contacts", "contacts": []}),
    ] {
        serde_json::from_value::<PersonAct>(act).unwrap();
    }
}

#[test]
fn a_chat_goes_back_to_before_a_message_and_its_window_with_it() {
    let mut case = open();
    let chat = case.chat.clone();
    let said = |case: &mut Case, now: i64, body: &str| {
        case.world.act_with(
            now,
            &chat,
            PersonAct::Text { body: body.into(), context: None },
            Extras::default(),
        )
    };
    let first = said(&mut case, NOW, "first").unwrap();
    case.webhooks();
    let second = said(&mut case, NOW + 5_000, "second").unwrap();
    let answer = case.sent(NOW + 6_000, &text("answer"));
    assert!(case.world.rewind(&chat, &answer).is_err(), "only what a person said can be said again");
    assert_eq!(case.world.rewind(&chat, &second).unwrap().content.text(), Some("second"));
    let known = case.world.state().chat(&chat).unwrap();
    assert_eq!(known.messages.last().map(|message| &message.id), Some(&first));
    assert_eq!(known.window_until, Some(NOW + WINDOW));
    assert_eq!((case.world.next_due(), case.webhooks().len()), (None, 0));
    assert!(case.world.rewind(&chat, &second).is_err(), "it never was");
    let opening = case.world.state().chat(&chat).unwrap().messages[0].id.clone();
    case.world.rewind(&chat, &opening).unwrap();
    let known = case.world.state().chat(&chat).unwrap();
    assert_eq!((known.messages.len(), known.window_until), (0, None));
}

#[test]
fn while_another_app_has_the_conversation_the_bot_hears_on_standby() {
    let mut case = open();
    let chat = case.chat.clone();
    case.world.pass_control(NOW, &chat, Control::AnotherApp).unwrap();
    assert_eq!(case.webhooks()[0]["type"], "control_taken");
    case.act(PersonAct::Text { body: "hello agent".into(), context: None });
    let heard = case.webhooks().remove(0);
    assert_eq!(heard["standby"]["messages"][0]["text"]["body"], "hello agent");
    assert!(heard["messages"].is_null());
    case.world.pass_control(NOW, &chat, Control::Bot).unwrap();
    assert_eq!(case.webhooks()[0]["control_passed"]["new_owner_role"], "escalation");
    assert_eq!(
        says(&mut case, PersonAct::Text { body: "back".into(), context: None })["text"]["body"],
        "back"
    );
}

#[test]
fn what_the_app_knew_before_is_told_once_asked_for() {
    let mut case = open();
    case.act(PersonAct::Text { body: "long ago".into(), context: None });
    case.webhooks();
    let path = format!("{}/smb_app_data", case.number.id);
    for what in ["history", "smb_app_state_sync"] {
        let body =
            GraphBody::Json(json!({"messaging_product": "whatsapp", "sync_type": what}).to_string().into());
        assert_eq!(case.call(NOW, Method::POST, &path, body).status, 200);
    }
    let told = case.webhooks();
    let thread = &told[0]["history"][0]["threads"][0];
    let last = thread["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["text"]["body"], &last["history_context"]["status"]),
        (&json!("long ago"), &json!("DELIVERED"))
    );
    assert_eq!(told[1]["state_sync"][0]["contact"]["full_name"], "Ana");
}
