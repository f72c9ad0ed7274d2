//! Every error code there is can be provoked: by a request where the world models its cause, else by a fault.

use super::manage::{call, group};
use super::*;

/// What provokes a code; the code that came of it.
type Cause = fn(&mut Case) -> Option<u64>;

fn of((_, answer): (u16, Value)) -> Option<u64> {
    answer["error"]["code"].as_u64()
}

/// The code of a refusal, or of the status that follows an acceptance.
fn sent(case: &mut Case, message: &Value) -> Option<u64> {
    let (status, answer) = case.send(NOW, message);
    if status != 200 {
        return answer["error"]["code"].as_u64();
    }
    let id = MessageId::from(answer["messages"][0]["id"].as_str()?);
    case.message(&id).error.as_ref().map(|error| u64::from(error.code))
}

fn hi(case: &mut Case) -> Option<u64> {
    sent(case, &text("hi"))
}

fn post(case: &mut Case, path: &str, body: Value) -> Option<u64> {
    of(call(case, &Method::POST, path, Some(body)))
}

fn of_number(case: &mut Case, edge: &str, mut body: Value) -> Option<u64> {
    body["messaging_product"] = json!("whatsapp");
    let path = format!("{}/{edge}", case.number.id);
    post(case, &path, body)
}

fn stand(case: &mut Case, edit: impl FnOnce(&mut Standing)) {
    let id = case.number.id.clone();
    case.number = case.world.edit_standing(NOW, &id, edit).unwrap();
}

fn trouble(case: &mut Case, trouble: Trouble) -> Option<u64> {
    stand(case, |standing| standing.trouble = Some(trouble));
    hi(case)
}

fn attitude(case: &mut Case, edit: impl FnOnce(&mut Attitude)) {
    let id = case.ana.id.clone();
    case.ana = case.world.edit_person(&id, |person| edit(&mut person.attitude)).unwrap();
}

fn template(case: &mut Case, template: Template, components: &Value) -> Option<u64> {
    let part = json!({"name": template.name, "language": {"code": "en"}, "components": components});
    case.world.add_template(template);
    sent(case, &json!({"type": "template", "template": part}))
}

fn sale() -> Template {
    Template::new("sale", "en", "Hi {{1}}, a sale").category("MARKETING")
}

fn for_ana() -> Value {
    json!([{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}])
}

fn define(case: &mut Case, components: &Value) -> Option<u64> {
    let path = format!("{}/message_templates", case.number.waba_id);
    post(
        case,
        &path,
        json!({"name": "new", "language": "en", "category": "UTILITY", "components": components}),
    )
}

fn flow(case: &mut Case) -> String {
    let path = format!("{}/flows", case.number.waba_id);
    let flow = json!({"name": "book", "categories": ["OTHER"], "flow_json": r#"{"version": "7.1", "screens": [{}]}"#});
    let (_, made) = call(case, &Method::POST, &path, Some(flow));
    made["id"].as_str().unwrap().to_owned()
}

fn flow_in(case: &mut Case, status: &str) -> Option<u64> {
    let id = flow(case);
    case.world.move_flow(NOW, &id, status).unwrap();
    let parameters = json!({"flow_message_version": "3", "flow_id": id, "flow_cta": "Book"});
    sent(
        case,
        &json!({"type": "interactive", "interactive": {"type": "flow", "body": {"text": "Book"},
        "action": {"name": "flow", "parameters": parameters}}}),
    )
}

fn order(case: &mut Case, status: &str) -> Option<u64> {
    let parameters = json!({"reference_id": "o1", "order": {"status": status}});
    sent(
        case,
        &json!({"type": "interactive", "interactive": {"type": "order_status", "body": {"text": "Order"},
        "action": {"name": "review_order", "parameters": parameters}}}),
    )
}

fn ask_to_call(case: &mut Case) -> Option<u64> {
    sent(
        case,
        &json!({"type": "interactive", "interactive": {"type": "call_permission_request", "body": {"text": "May we?"},
        "action": {"name": "call_permission_request"}}}),
    )
}

fn permit(case: &mut Case, response: CallPermission) {
    ask_to_call(case);
    let chat = case.world.state().chat(&case.chat).unwrap();
    let message = chat.messages.last().unwrap().id.clone();
    case.act(PersonAct::AnswerCallRequest { message, response });
}

fn connect(case: &mut Case) -> Option<u64> {
    let to = case.ana.wa_id.clone();
    of_number(
        case,
        "calls",
        json!({"action": "connect", "to": to, "session": {"sdp_type": "offer", "sdp": "v=0"}}),
    )
}

fn to_group(case: &mut Case, group: &str, mut message: Value) -> Option<u64> {
    message["messaging_product"] = json!("whatsapp");
    message["recipient_type"] = json!("group");
    message["to"] = json!(group);
    of(case.post(NOW, &message))
}

fn of_group(case: &mut Case, method: &Method, path: &str, mut body: Value) -> Option<u64> {
    body["messaging_product"] = json!("whatsapp");
    of(call(case, method, path, Some(body)))
}

fn picture(case: &mut Case, wide: u32, high: u32) -> Option<u64> {
    let id = group(case);
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(wide.to_be_bytes());
    bytes.extend(high.to_be_bytes());
    let file = FormFile { name: None, mime: Some("image/png".into()), bytes: bytes.into() };
    let form =
        GraphBody::Form { fields: vec![("messaging_product".into(), "whatsapp".into())], file: Some(file) };
    let reply = case.call(NOW, Method::POST, &id, form);
    of((reply.status, json_of(reply)))
}

fn unpaced(case: &mut Case, people: usize, each: usize) -> Option<u64> {
    let mut last = None;
    for _ in 0..people {
        let person = case.world.add_person("Somebody");
        case.chat.person = person.id.clone();
        case.ana = person;
        case.act(PersonAct::Welcome);
        for _ in 0..each {
            last = hi(case);
        }
    }
    last
}

fn username(case: &mut Case, name: &str) -> Option<u64> {
    of_number(case, "username", json!({ "username": name }))
}

/// The codes whose causes the world models, each with one.
#[rustfmt::skip]
const CAUSES: &[(u32, Cause)] = &[
    (10, |case| trouble(case, Trouble::Permission)),
    (100, |case| of(case.send(NOW, &json!({"type": "song"})))),
    (190, |case| { let id = case.number.id.clone(); case.world.expire_token(NOW, &id).unwrap(); hi(case) }),
    (200, |case| {
        let call = GraphCall { method: Method::GET, path: case.number.id.to_string(), query: vec![], token: None, body: GraphBody::Empty };
        of((0, json_of(case.world.graph(NOW, call))))
    }),
    (368, |case| trouble(case, Trouble::Restricted)),
    (2046, |case| { order(case, "canceled"); order(case, "shipped") }),
    (2047, |case| { order(case, "shipped"); order(case, "canceled") }),
    (80_007, |case| {
        let path = format!("{}/phone_numbers", case.number.waba_id);
        (0..=5_000).map(|_| of(call(case, &Method::GET, &path, None))).last().flatten()
    }),
    (130_429, |case| unpaced(case, 9, 10)),
    (130_472, |case| { attitude(case, |attitude| attitude.experiment = Experiment::Inside); template(case, sale(), &for_ana()) }),
    (130_497, |case| { stand(case, |standing| { standing.restricted_countries.insert("US".into()); }); hi(case) }),
    (131_005, |case| trouble(case, Trouble::Denied)),
    (131_008, |case| sent(case, &json!({"type": "text", "text": {}}))),
    (131_009, |case| sent(case, &text(&"x".repeat(4_097)))),
    (131_020, |case| {
        let id = group(case);
        let ana = case.ana.id.clone();
        case.world.membership(NOW, &id, &ana, Membership::Leave).unwrap();
        to_group(case, &id, text("hi"))
    }),
    (131_021, |case| sent(case, &json!({"text": {"body": "hi"}, "to": "15550199000"}))),
    (131_026, |case| { attitude(case, |attitude| attitude.app = PhoneApp::Missing); hi(case) }),
    (131_030, |case| { stand(case, |standing| standing.allow_list = Some([].into())); hi(case) }),
    (131_031, |case| trouble(case, Trouble::Locked)),
    (131_037, |case| trouble(case, Trouble::NameNotApproved)),
    (131_041, |case| to_group(case, "1", text("hi"))),
    (131_042, |case| trouble(case, Trouble::Unpaid)),
    (131_045, |case| trouble(case, Trouble::Certificate)),
    (131_047, |case| { let chat = case.chat.clone(); case.world.close_window(NOW, &chat).unwrap(); hi(case) }),
    (131_048, |case| trouble(case, Trouble::Spam)),
    (131_049, |case| { stand(case, |standing| standing.marketing_cap = Some(0)); template(case, sale(), &for_ana()) }),
    (131_050, |case| { let chat = case.chat.clone(); case.world.opt(NOW, &chat, Marketing::Stop).unwrap(); template(case, sale(), &for_ana()) }),
    (131_051, |case| { let id = group(case); to_group(case, &id, buttons(&["Yes"])) }),
    (131_053, |case| of(case.upload("image/png", 0))),
    (131_056, |case| unpaced(case, 1, 46)),
    (131_057, |case| trouble(case, Trouble::Maintenance)),
    (131_059, |case| { let path = format!("{}/message_templates?after=nonsense", case.number.waba_id); of(call(case, &Method::GET, &path, None)) }),
    (131_062, |case| {
        case.world.add_template(Template::new("code", "en", "*{{1}}* is your code").category("AUTHENTICATION"));
        let part = json!({"name": "code", "language": {"code": "en"}, "components": for_ana()});
        let to = case.ana.user_id.clone();
        of(case.send(NOW, &json!({"to": null, "recipient": to, "type": "template", "template": part})))
    }),
    (131_063, |case| { stand(case, |standing| standing.marketing = Ability::Off); template(case, sale(), &for_ana()) }),
    (131_064, |case| trouble(case, Trouble::Misclassified)),
    (131_201, |case| {
        let path = format!("{}/groups", case.number.id);
        of_group(case, &Method::POST, &path, json!({"subject": "Tea", "join_approval_mode": "approval_required"}));
        let id = case.webhooks().pop().unwrap()["groups"][0]["group_id"].as_str().unwrap().to_owned();
        let ana = case.ana.id.clone();
        case.world.membership(NOW, &id, &ana, Membership::Join).unwrap();
        let request = case.webhooks().pop().unwrap()["groups"][0]["join_request_id"].clone();
        of_group(case, &Method::POST, &format!("{id}/join_requests"), json!({"join_requests": [request, "1"]}))
    }),
    (131_202, |case| { let id = group(case); of_group(case, &Method::DELETE, &format!("{id}/participants"), json!({"participants": [{"user": "15550100001"}, {"user": "15550100001"}]})) }),
    (131_204, |case| {
        let id = group(case);
        let people: Vec<Value> = (0..9).map(|n| json!({"user": n.to_string()})).collect();
        of_group(case, &Method::DELETE, &format!("{id}/participants"), json!({ "participants": people }))
    }),
    (131_207, |case| { let id = group(case); case.world.suspend_group(NOW, &id, Suspension::Suspended).unwrap(); to_group(case, &id, text("hi")) }),
    (131_209, |case| picture(case, 200, 300)),
    (131_210, |case| picture(case, 100, 100)),
    (131_212, |case| { let id = group(case); of_group(case, &Method::DELETE, &format!("{id}/participants"), json!({"participants": [{"user": "1"}]})) }),
    (131_213, |case| { let id = group(case); of_group(case, &Method::POST, &format!("{id}/join_requests"), json!({"join_requests": ["1"]})) }),
    (131_215, |case| { stand(case, |standing| standing.groups = Ability::Off); of_number(case, "groups", json!({"subject": "Tea"})) }),
    (132_000, |case| template(case, sale(), &json!([]))),
    (132_001, |case| sent(case, &json!({"type": "template", "template": {"name": "none", "language": {"code": "en"}}}))),
    (132_005, |case| template(case, sale(), &json!([{"type": "body", "parameters": [{"type": "text", "text": "x".repeat(1_100)}]}]))),
    (132_012, |case| template(case, sale(), &json!([{"type": "body", "parameters": [{"type": "image", "image": {}}]}]))),
    (132_015, |case| template(case, sale().status(TemplateStatus::Paused), &for_ana())),
    (132_016, |case| template(case, sale().status(TemplateStatus::Disabled), &for_ana())),
    (132_018, |case| {
        let otp = Template::new("otp", "en", "*{{1}}* is it").button(ButtonDefinition::Otp { otp_type: "copy_code".into(), text: None });
        let given = |code: &str| json!([{"type": "text", "text": code}]);
        template(case, otp, &json!([{"type": "body", "parameters": given("1")}, {"type": "button", "sub_type": "url", "index": 0, "parameters": given("2")}]))
    }),
    (132_068, |case| flow_in(case, "BLOCKED")),
    (132_069, |case| flow_in(case, "THROTTLED")),
    (133_005, |case| { of_number(case, "register", json!({"pin": "123456"})); of_number(case, "register", json!({"pin": "654321"})) }),
    (133_006, |case| { stand(case, |standing| standing.registration = Registration::Unverified); of_number(case, "register", json!({"pin": "123456"})) }),
    (133_010, |case| { stand(case, |standing| standing.registration = Registration::Verified); hi(case) }),
    (133_016, |case| (0..11).map(|_| of_number(case, "register", json!({"pin": "123456"}))).last().flatten()),
    (134_100, |case| {
        let part = json!({"name": "hello_world", "language": {"code": "en_US"}});
        let to = case.ana.wa_id.clone();
        of_number(case, "marketing_messages", json!({"to": to, "type": "template", "template": part}))
    }),
    (136_024, |case| of_number(case, "request_code", json!({"code_method": "SMS", "language": "en_US"}))),
    (137_000, |case| sent(case, &json!({"text": {"body": "hi"}, "recipient_identity_key_hash": "old"}))),
    (138_000, |case| { stand(case, |standing| standing.calling = Ability::Off); connect(case) }),
    (138_001, |case| { attitude(case, |attitude| attitude.app = PhoneApp::Missing); connect(case) }),
    (138_003, |case| { permit(case, CallPermission::Temporary); connect(case); connect(case) }),
    (138_006, connect),
    (138_009, |case| { ask_to_call(case); ask_to_call(case) }),
    (138_013, |case| { stand(case, |standing| standing.business_calls = Ability::Off); permit(case, CallPermission::Temporary); connect(case) }),
    (138_017, |case| { permit(case, CallPermission::Permanent); ask_to_call(case) }),
    (139_001, |case| { let id = flow(case); case.world.move_flow(NOW, &id, "DEPRECATED").unwrap(); post(case, &id, json!({"name": "x"})) }),
    (139_002, |case| { let id = flow(case); case.world.move_flow(NOW, &id, "PUBLISHED").unwrap(); post(case, &format!("{id}/publish"), json!({})) }),
    (139_003, |case| { let id = flow(case); post(case, &format!("{id}/deprecate"), json!({})) }),
    (139_004, |case| { let id = flow(case); case.world.move_flow(NOW, &id, "PUBLISHED").unwrap(); of(call(case, &Method::DELETE, &id, None)) }),
    (139_006, |case| { let id = flow(case); of(call(case, &Method::GET, &format!("{id}?fields=metric.name(ENDPOINT_AVAILABILITY)"), None)) }),
    (139_100, |case| of_number(case, "block_users", json!({"block_users": [{"user": "1"}]}))),
    (147_001, |case| { let id = case.ana.id.clone(); case.world.hide_number(&id, "tea_shop"); username(case, "tea_shop") }),
    (147_005, |case| {
        username(case, "tea_shop");
        case.number = case.world.add_number("Other");
        username(case, "tea_shop")
    }),
    (200_007, |case| { let path = format!("{}/template_analytics", case.number.waba_id); of(call(case, &Method::GET, &path, None)) }),
    (2_388_019, |case| {
        (0..250).for_each(|n| case.world.add_template(Template::new(format!("t{n}"), "en", "Hi")));
        define(case, &json!([{"type": "BODY", "text": "Hi"}]))
    }),
    (2_388_039, |case| {
        case.world.add_template(sale().status(TemplateStatus::Pending));
        let id = case.world.state().templates.values().find(|template| template.name == "sale").unwrap().id.clone();
        post(case, &id, json!({"category": "UTILITY"}))
    }),
    (2_388_040, |case| define(case, &json!([{"type": "BODY", "text": "x".repeat(1_025)}]))),
    (2_388_047, |case| define(case, &json!([{"type": "BODY", "text": "Hi"}, {"type": "HEADER", "format": "SONG"}]))),
    (2_388_072, |case| define(case, &json!([{"type": "BODY", "text": "Hi {{1} there"}]))),
    (2_388_073, |case| define(case, &json!([{"type": "BODY", "text": "Hi"}, {"type": "FOOTER", "text": "{{1}}"}]))),
    (2_388_293, |case| define(case, &json!([{"type": "BODY", "text": "a {{1}} {{2}} {{3}} b"}]))),
    (2_388_299, |case| define(case, &json!([{"type": "BODY", "text": "{{1}} is here"}]))),
    (2_593_107, |case| { of_number(case, "smb_app_data", json!({"sync_type": "history"})); of_number(case, "smb_app_data", json!({"sync_type": "history"})) }),
];

#[test]
fn what_the_world_models_is_provoked_by_requests() {
    for (code, cause) in CAUSES {
        let mut case = open();
        assert_eq!(cause(&mut case), Some(u64::from(*code)), "{code}");
    }
}

#[test]
fn every_other_code_is_provoked_by_a_fault() {
    for row in wappa_cloud::code::ALL {
        let mut case = open();
        case.world.faults().inject(NOW, Fault::refuse(row.code));
        let (status, answer) = case.send(NOW, &text("hi"));
        assert_eq!(answer["error"]["code"], json!(row.code));
        if let Some(http) = row.http {
            assert_eq!(status, http, "{}", row.code);
        }
        assert_eq!(hi(&mut case), None, "{} is over", row.code);
        case.world.faults().inject(NOW, Fault::fail_delivery(row.code));
        assert_eq!(hi(&mut case), Some(u64::from(row.code)), "{} as a status", row.code);
    }
    let known = |code: &u32| wappa_cloud::code::lookup(*code).is_some();
    assert!(CAUSES.iter().all(|(code, _)| known(code)), "every modelled code is in the table");
}
