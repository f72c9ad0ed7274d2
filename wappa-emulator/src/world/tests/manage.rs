//! Graph beyond messages: settings, lists, Flows, groups, calls, subscriptions, uploads.

use super::*;

pub(super) fn call(case: &mut Case, method: &Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query = query.split('&').filter_map(|pair| pair.split_once('='));
    let query = query.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let body = body.map_or(GraphBody::Empty, |body| GraphBody::Json(body.to_string().into()));
    let token = Some(case.number.access_token.clone());
    let reply = case
        .world
        .graph(NOW, GraphCall { method: method.clone(), path: path.to_owned(), query, token, body });
    (reply.status, json_of(reply))
}

fn get(case: &mut Case, path: &str) -> Value {
    let (status, answer) = call(case, &Method::GET, path, None);
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

fn post(case: &mut Case, path: &str, body: Value) -> Value {
    let (status, answer) = call(case, &Method::POST, path, Some(body));
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

fn delete(case: &mut Case, path: &str) -> Value {
    let (status, answer) = call(case, &Method::DELETE, path, None);
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

#[test]
fn settings_are_kept() {
    let mut case = open();
    let id = case.number.id.to_string();
    let whatsapp = |rest: Value| {
        let mut body = json!({"messaging_product": "whatsapp"});
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        body
    };
    let profile = format!("{id}/whatsapp_business_profile");
    post(&mut case, &profile, whatsapp(json!({"about": "Tea", "email": "a@b.example"})));
    post(&mut case, &profile, whatsapp(json!({"about": "Coffee"})));
    let kept = get(&mut case, &format!("{profile}?fields=about,email"));
    assert_eq!(
        (&kept["data"][0]["about"], &kept["data"][0]["email"]),
        (&json!("Coffee"), &json!("a@b.example"))
    );
    let long = whatsapp(json!({"about": "x".repeat(140)}));
    assert_eq!(call(&mut case, &Method::POST, &profile, Some(long)).1["error"]["code"], 100);

    post(&mut case, &format!("{id}/whatsapp_commerce_settings?is_cart_enabled=true"), json!({}));
    let kept = get(&mut case, &format!("{id}/whatsapp_commerce_settings"));
    assert_eq!(kept["data"][0]["is_cart_enabled"], true);

    let greetings = json!({"enable_welcome_message": true, "prompts": ["Hi"], "commands": []});
    post(&mut case, &format!("{id}/conversational_automation"), greetings);
    let kept = get(&mut case, &format!("{id}?fields=conversational_automation"));
    assert_eq!(kept["conversational_automation"]["prompts"][0], "Hi");

    let key = json!({"business_public_key": "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----"});
    post(&mut case, &format!("{id}/whatsapp_business_encryption"), key);
    let kept = get(&mut case, &format!("{id}/whatsapp_business_encryption"));
    assert_eq!(kept["data"][0]["business_public_key_signature_status"], "VALID");

    post(&mut case, &format!("{id}/username"), json!({"username": "tea_shop"}));
    assert_eq!(get(&mut case, &format!("{id}/username"))["username"], "tea_shop");
    assert_eq!(case.webhooks().pop().unwrap()["status"], "approved");

    post(&mut case, &format!("{id}/settings"), json!({"calling": {"status": "DISABLED"}}));
    assert_eq!(get(&mut case, &format!("{id}/settings"))["calling"]["status"], "DISABLED");
    // A world that is opened again knows it all.
    let again = World::new(rules(), [7; 32], case.world.state().history());
    assert_eq!(again.record(&id, "username"), case.world.record(&id, "username"));
}

#[test]
fn qr_codes_come_in_pages() {
    let mut case = open();
    let path = format!("{}/message_qrdls", case.number.id);
    let codes: Vec<Value> = (0..5)
        .map(|n| post(&mut case, &path, json!({"prefilled_message": format!("code {n}")}))["code"].clone())
        .collect();
    let first = get(&mut case, &format!("{path}?limit=3&fields=code"));
    assert_eq!(first["data"].as_array().unwrap().len(), 3);
    assert!(first["data"][0]["prefilled_message"].is_null());
    let after = first["paging"]["cursors"]["after"].as_str().unwrap().to_owned();
    let rest = get(&mut case, &format!("{path}?limit=3&after={after}"));
    assert_eq!(rest["data"][1]["code"], codes[4]);
    assert!(rest["paging"]["next"].is_null());
    let one = codes[0].as_str().unwrap();
    post(&mut case, &path, json!({"code": one, "prefilled_message": "changed"}));
    assert_eq!(get(&mut case, &format!("{path}/{one}"))["data"][0]["prefilled_message"], "changed");
    delete(&mut case, &format!("{path}/{one}"));
    assert_eq!(get(&mut case, &format!("{path}/{one}"))["data"], json!([]));
}

#[test]
fn only_those_who_wrote_lately_are_blocked_and_then_not_heard() {
    let mut case = open();
    let ben = case.world.add_person("Ben");
    let path = format!("{}/block_users", case.number.id);
    let users = json!([{"user": case.ana.wa_id}, {"user": ben.user_id}]);
    let body = json!({"messaging_product": "whatsapp", "block_users": users});
    let (status, answer) = call(&mut case, &Method::POST, &path, Some(body));
    assert_eq!((status, &answer["error"]["code"]), (400, &json!(139_100)));
    assert_eq!(answer["block_users"]["added_users"][0]["wa_id"], json!(case.ana.wa_id));
    assert_eq!(answer["block_users"]["failed_users"][0]["input"], json!(ben.user_id));
    case.act(PersonAct::Text { body: "hello?".into(), context: None });
    assert_eq!(case.webhooks(), Vec::<Value>::new());
    let user = json!([{"user": case.ana.wa_id}]);
    let body = json!({"messaging_product": "whatsapp", "block_users": user});
    assert_eq!(call(&mut case, &Method::DELETE, &path, Some(body)).0, 200);
    assert_eq!(get(&mut case, &path)["data"], json!([]));
}

#[test]
fn a_flow_lives_from_draft_to_deprecated() {
    let mut case = open();
    let waba = case.number.waba_id.to_string();
    let made = post(&mut case, &format!("{waba}/flows"), json!({"name": "book", "categories": ["OTHER"]}));
    let id = made["id"].as_str().unwrap().to_owned();
    let file = FormFile {
        name: Some("flow.json".into()),
        mime: Some("application/json".into()),
        bytes: Bytes::from_static(br#"{"version": "7.1", "screens": [{"id": "A"}]}"#),
    };
    let form = GraphBody::Form { fields: vec![("asset_type".into(), "FLOW_JSON".into())], file: Some(file) };
    let reply = case.call(NOW, Method::POST, &format!("{id}/assets"), form);
    assert_eq!(json_of(reply)["validation_errors"], json!([]));
    let read = get(&mut case, &format!("{id}?fields=status,json_version,preview.invalidate(false)"));
    assert_eq!((&read["status"], &read["json_version"]), (&json!("DRAFT"), &json!("7.1")));
    assert!(read["preview"]["preview_url"].is_string());
    post(&mut case, &format!("{id}/publish"), json!({}));
    let told = case.webhooks().pop().unwrap();
    assert_eq!((&told["old_status"], &told["new_status"]), (&json!("DRAFT"), &json!("PUBLISHED")));
    post(&mut case, &format!("{id}/deprecate"), json!({}));
    assert_eq!(get(&mut case, &format!("{waba}/flows"))["data"][0]["status"], "DEPRECATED");
}

/// A group that Ana has joined.
pub(super) fn group(case: &mut Case) -> String {
    let path = format!("{}/groups", case.number.id);
    post(case, &path, json!({"messaging_product": "whatsapp", "subject": "Tea"}));
    let id = case.webhooks().pop().unwrap()["groups"][0]["group_id"].as_str().unwrap().to_owned();
    let ana = case.ana.id.clone();
    case.world.membership(NOW, &id, &ana, Membership::Join).unwrap();
    case.webhooks();
    id
}

#[test]
fn a_group_is_made_joined_and_spoken_in() {
    let mut case = open();
    let id = group(&mut case);
    let ana = case.ana.id.clone();
    case.world.say_in_group(NOW, &id, &ana, "hi all").unwrap();
    let heard = case.webhooks().pop().unwrap();
    assert_eq!(heard["messages"][0]["group_id"], json!(id));
    assert_eq!(heard["messages"][0]["from"], json!(case.ana.wa_id));

    let body = json!({"messaging_product": "whatsapp", "recipient_type": "group", "to": id, "text": {"body": "hello"}});
    let (status, answer) = case.post(NOW, &body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["messages"][0]["group_id"], json!(id));
    case.world.tick(NOW + 300);
    let statuses = case.webhooks();
    assert_eq!(statuses[0]["statuses"][0]["recipient_type"], "group");
    assert_eq!(statuses[1]["statuses"][0]["recipient_participant_id"], json!(case.ana.wa_id));
    let pin = json!({"type": "pin", "message_id": answer["messages"][0]["id"], "expiration_days": 7});
    let body = json!({"messaging_product": "whatsapp", "recipient_type": "group", "to": id, "type": "pin", "pin": pin});
    assert_eq!(case.post(NOW, &body).0, 200);

    let path = format!("{}/groups", case.number.id);
    let listed = get(&mut case, &path);
    assert_eq!(listed["data"]["groups"][0]["subject"], "Tea");
    let read = get(&mut case, &format!("{id}?fields=participants,total_participant_count"));
    assert_eq!(read["total_participant_count"], 1);
    let body = json!({"messaging_product": "whatsapp", "participants": [{"user": case.ana.wa_id}]});
    let (status, _) = call(&mut case, &Method::DELETE, &format!("{id}/participants"), Some(body));
    assert_eq!(status, 200);
    assert_eq!(case.webhooks().pop().unwrap()["groups"][0]["type"], "group_participants_remove");
}

#[test]
fn who_asks_to_join_is_let_in_or_not() {
    let mut case = open();
    let path = format!("{}/groups", case.number.id);
    let made =
        json!({"messaging_product": "whatsapp", "subject": "Tea", "join_approval_mode": "approval_required"});
    post(&mut case, &path, made);
    let id = case.webhooks().pop().unwrap()["groups"][0]["group_id"].as_str().unwrap().to_owned();
    let ana = case.ana.id.clone();
    case.world.membership(NOW, &id, &ana, Membership::Join).unwrap();
    let request = case.webhooks().pop().unwrap()["groups"][0]["join_request_id"].clone();
    let body = json!({"messaging_product": "whatsapp", "join_requests": [request, "1"]});
    let (status, answer) = call(&mut case, &Method::POST, &format!("{id}/join_requests"), Some(body));
    assert_eq!((status, &answer["error"]["code"]), (206, &json!(131_201)));
    assert_eq!(answer["approved_join_requests"], json!([request]));
    assert_eq!(case.world.members(&id), [ana]);
}

#[test]
fn calls_ring_and_end() {
    let mut case = open();
    let chat = case.chat.clone();
    let id = case.world.call_business(NOW, &chat).unwrap();
    let rings = case.webhooks().pop().unwrap();
    assert_eq!((&rings["calls"][0]["event"], &rings["calls"][0]["id"]), (&json!("connect"), &json!(id)));
    let path = format!("{}/calls", case.number.id);
    let act = |action: &str, id: &str| {
        json!({"messaging_product": "whatsapp", "action": action, "call_id": id,
            "session": {"sdp_type": "answer", "sdp": "v=0"}})
    };
    post(&mut case, &path, act("accept", &id));
    post(&mut case, &path, act("terminate", &id));
    let over = case.webhooks().pop().unwrap();
    assert_eq!(over["calls"][0]["status"], "COMPLETED");
    assert_eq!(call(&mut case, &Method::POST, &path, Some(act("terminate", &id))).0, 400);

    let ask = json!({"type": "interactive", "interactive": {"type": "call_permission_request", "body": {"text": "May we?"},
        "action": {"name": "call_permission_request"}}});
    let asked = case.sent(NOW, &ask);
    case.act(PersonAct::AnswerCallRequest { message: asked, response: CallPermission::Temporary });
    let permissions = format!("{}/call_permissions?user_wa_id=15550100001", case.number.id);
    let may = get(&mut case, &permissions);
    assert_eq!(may["permission"]["status"], "temporary");
    let connect = json!({"messaging_product": "whatsapp", "action": "connect", "to": case.ana.wa_id,
        "session": {"sdp_type": "offer", "sdp": "v=0"}, "biz_opaque_callback_data": "c-1"});
    let placed = post(&mut case, &path, connect)["calls"][0]["id"].as_str().unwrap().to_owned();
    case.webhooks();
    case.world.act_on_call(NOW, &placed, CallAct::Accept).unwrap();
    case.world.act_on_call(NOW + 60_000, &placed, CallAct::HangUp).unwrap();
    let told = case.webhooks();
    assert_eq!(told[0]["statuses"][0]["status"], "ACCEPTED");
    assert_eq!(told[1]["calls"][0]["session"]["sdp_type"], "answer");
    assert_eq!(
        (&told[2]["calls"][0]["duration"], &told[2]["calls"][0]["biz_opaque_callback_data"]),
        (&json!(60), &json!("c-1"))
    );
}

#[test]
fn a_number_is_registered_with_its_pin() {
    let mut case = open();
    let id = case.number.id.to_string();
    let step = |case: &mut Case, step: &str, body: Value| {
        call(case, &Method::POST, &format!("{id}/{step}"), Some(body))
    };
    let with = |pin: &str| json!({"messaging_product": "whatsapp", "pin": pin});
    assert_eq!(step(&mut case, "register", with("123456")).0, 200);
    assert_eq!(step(&mut case, "deregister", json!({})).0, 200);
    assert_eq!(case.send(NOW, &text("hi")).1["error"]["code"], 133_010);
    assert_eq!(step(&mut case, "register", with("654321")).1["error"]["code"], 133_005);
    assert_eq!(step(&mut case, "register", with("123456")).0, 200);
    assert_eq!(case.send(NOW, &text("hi")).0, 200);
    assert_eq!(get(&mut case, &format!("{id}?fields=is_pin_enabled"))["is_pin_enabled"], true);
}

#[test]
fn webhooks_go_where_they_are_sent_and_only_to_who_hears() {
    let mut case = open();
    let (id, waba) = (case.number.id.to_string(), case.number.waba_id.to_string());
    let callback = |case: &Case| case.world.callback_of(&case.number, "messages");
    let to = |url: &str| json!({"override_callback_uri": url, "verify_token": "v"});
    post(&mut case, &format!("{waba}/subscribed_apps"), to("https://a.example/waba"));
    assert_eq!(callback(&case).as_deref(), Some("https://a.example/waba"));
    post(&mut case, &id, json!({"webhook_configuration": to("https://a.example/phone")}));
    assert_eq!(callback(&case).as_deref(), Some("https://a.example/phone"));
    case.act(PersonAct::Text { body: "hi".into(), context: None });
    let waiting = case.world.state().outbox.all().next().unwrap();
    assert_eq!(waiting.callback.as_deref(), Some("https://a.example/phone"));
    assert_eq!(case.world.callback_of(&case.number, "message_template_status_update"), None);
    case.webhooks();
    post(&mut case, &id, json!({"webhook_configuration": {"override_callback_uri": ""}}));
    post(&mut case, &format!("{waba}/subscribed_apps"), json!({}));
    assert_eq!(callback(&case), None);

    delete(&mut case, &format!("{waba}/subscribed_apps"));
    case.act(PersonAct::Text { body: "anybody?".into(), context: None });
    assert_eq!(case.webhooks(), Vec::<Value>::new());
    let answer =
        call(&mut case, &Method::POST, &format!("{waba}/subscribed_apps"), Some(to("https://a.example"))).1;
    assert_eq!(answer["error"]["code"], 100, "an app that isn't subscribed can't say where");
    post(&mut case, &format!("{waba}/subscribed_apps"), json!({}));

    let app = case.number.app_id();
    let fields = json!({"object": "whatsapp_business_account", "callback_url": "https://a.example/app", "verify_token": "v",
        "fields": "messages,calls"});
    post(&mut case, &format!("{app}/subscriptions"), fields);
    assert_eq!(callback(&case).as_deref(), Some("https://a.example/app"));
    let chat = case.chat.clone();
    case.world.opt(NOW, &chat, Marketing::Stop).unwrap();
    assert_eq!(case.webhooks(), Vec::<Value>::new(), "user_preferences is not among the fields");
}

#[test]
fn tokens_are_looked_up_and_codes_exchanged_once() {
    let mut case = open();
    let token = case.number.access_token.clone();
    let told = get(&mut case, &format!("debug_token?input_token={token}"));
    assert_eq!(
        (&told["data"]["is_valid"], &told["data"]["app_id"]),
        (&json!(true), &json!(case.number.app_id()))
    );
    assert_eq!(get(&mut case, "debug_token?input_token=other")["data"]["is_valid"], false);
    let exchange =
        json!({"client_id": case.number.app_id(), "client_secret": case.number.app_secret, "code": "AQ1"});
    assert_eq!(post(&mut case, "oauth/access_token", exchange.clone())["access_token"], json!(token));
    assert_eq!(call(&mut case, &Method::POST, "oauth/access_token", Some(exchange)).1["error"]["code"], 100);
}

#[test]
fn a_file_is_uploaded_piece_by_piece() {
    let mut case = open();
    let path = format!("{}/uploads?file_length=5&file_type=image/png&file_name=a.png", case.number.app_id());
    let id = post(&mut case, &path, json!({}))["id"].as_str().unwrap().to_owned();
    let chunk = |offset, bytes: &'static [u8]| GraphBody::Chunk { offset, bytes: Bytes::from_static(bytes) };
    let first = json_of(case.call(NOW, Method::POST, &id, chunk(0, b"abc")));
    assert_eq!(first["file_offset"], 3);
    assert_eq!(case.call(NOW, Method::POST, &id, chunk(0, b"abc")).status, 400);
    assert_eq!(get(&mut case, &id)["file_offset"], 3);
    let last = json_of(case.call(NOW, Method::POST, &id, chunk(3, b"de")));
    assert!(last["h"].as_str().unwrap().starts_with("4::"));
}

#[test]
fn templates_are_read_edited_and_deleted() {
    let mut case = open();
    let path = format!("{}/message_templates", case.number.waba_id);
    let body = |text: &str| json!([{"type": "BODY", "text": text}]);
    let made =
        json!({"name": "news", "language": "en", "category": "UTILITY", "components": body("Old news")});
    let id = post(&mut case, &path, made.clone())["id"].as_str().unwrap().to_owned();
    assert_eq!(call(&mut case, &Method::POST, &path, Some(made)).1["error"]["code"], 100, "it exists");
    post(&mut case, &id, json!({"components": body("New news")}));
    assert_eq!(get(&mut case, &id)["components"][0]["text"], "New news");
    assert_eq!(
        get(&mut case, &format!("{path}?status=APPROVED&name=news"))["data"].as_array().unwrap().len(),
        1
    );
    delete(&mut case, &format!("{path}?name=news"));
    assert_eq!(call(&mut case, &Method::GET, &id, None).1["error"]["error_subcode"], 33);
}
