//! Apps beside the bot's: what they hear, where, and signed by whom.

use super::*;

struct Two {
    case: Case,
    helpdesk: App,
}

/// Ana has said hi, and the helpdesk is subscribed since.
fn two() -> Two {
    let mut case = open();
    let waba = case.number.waba_id.clone();
    let helpdesk = case.world.add_app("Helpdesk", &waba);
    Two { case, helpdesk }
}

impl Two {
    /// A call of the helpdesk.
    fn call(&mut self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let (token, body) = (Some(self.helpdesk.token.clone()), GraphBody::Json(body.to_string().into()));
        let call = GraphCall { method, path: path.to_owned(), query: Vec::new(), token, body };
        let reply = self.case.world.graph(NOW, call);
        (reply.status, json_of(reply))
    }

    fn says(&mut self, text: &str) {
        self.case.act(PersonAct::Text { body: text.into(), context: None });
    }

    /// Takes what waits: whose it is, its field, where it goes.
    fn told(&mut self) -> Vec<(String, String, Option<String>)> {
        let waiting: Vec<Webhook> = self.case.world.state().outbox.all().cloned().collect();
        self.case.webhooks();
        let who = |lane: &Lane| match lane {
            Lane::App { app, .. } if *app == self.helpdesk.id => "helpdesk",
            Lane::App { .. } => "nobody",
            _ => "bot",
        };
        let told = |webhook: Webhook| {
            let field = webhook.body["entry"][0]["changes"][0]["field"].as_str().unwrap_or_default();
            (who(&webhook.lane).to_owned(), field.to_owned(), webhook.callback)
        };
        let mut told: Vec<_> = waiting.into_iter().map(told).collect();
        told.sort();
        told
    }
}

fn heard(who: &str, field: &str, at: Option<&str>) -> (String, String, Option<String>) {
    (who.to_owned(), field.to_owned(), at.map(str::to_owned))
}

#[test]
fn another_app_hears_what_the_bot_hears_until_it_unsubscribes() {
    let mut two = two();
    let waba = two.case.number.waba_id.to_string();
    two.says("hello both");
    assert_eq!(two.told(), [heard("bot", "messages", None), heard("helpdesk", "messages", None)]);
    two.case.sent(NOW, &text("hello"));
    assert_eq!(two.told().len(), 2, "statuses as well");
    let listed = two.call(Method::GET, &format!("{waba}/subscribed_apps"), &json!({})).1;
    let names: Vec<&Value> = listed["data"].as_array().unwrap().iter().collect();
    assert_eq!(names[0]["whatsapp_business_api_data"]["id"], json!(two.case.number.app_id()));
    assert_eq!(names[1]["whatsapp_business_api_data"]["name"], "Helpdesk");

    assert_eq!(two.call(Method::DELETE, &format!("{waba}/subscribed_apps"), &json!({})).0, 200);
    two.says("only the bot");
    assert_eq!(two.told(), [heard("bot", "messages", None)]);
    let to = json!({"override_callback_uri": "https://desk.example/in", "verify_token": "v"});
    let refused = two.call(Method::POST, &format!("{waba}/subscribed_apps"), &to).1;
    assert_eq!(refused["error"]["code"], 100, "only who is subscribed can say where");
    assert_eq!(two.call(Method::POST, &format!("{waba}/subscribed_apps"), &json!({})).0, 200);
    two.says("both again");
    assert_eq!(two.told().len(), 2);
}

#[test]
fn each_app_says_for_itself_where_its_webhooks_go() {
    let mut two = two();
    let (id, waba) = (two.case.number.id.to_string(), two.case.number.waba_id.to_string());
    let app = two.helpdesk.id.clone();
    let subscription = json!({"object": "whatsapp_business_account", "callback_url": "https://desk.example/app",
        "verify_token": "v", "fields": "messages"});
    assert_eq!(two.call(Method::POST, &format!("{app}/subscriptions"), &subscription).0, 200);
    two.says("to the app's address");
    assert_eq!(
        two.told(),
        [heard("bot", "messages", None), heard("helpdesk", "messages", Some("https://desk.example/app"))]
    );

    let to = |url: &str| json!({"override_callback_uri": url, "verify_token": "v"});
    two.call(Method::POST, &format!("{waba}/subscribed_apps"), &to("https://desk.example/waba"));
    two.says("to the account's");
    assert_eq!(two.told()[1].2.as_deref(), Some("https://desk.example/waba"));
    two.call(Method::POST, &id, &json!({"webhook_configuration": to("https://desk.example/number")}));
    two.says("to the number's");
    assert_eq!(
        two.told(),
        [heard("bot", "messages", None), heard("helpdesk", "messages", Some("https://desk.example/number"))]
    );
    let path = format!("{id}?fields=webhook_configuration");
    let (path, query) = path.split_once('?').unwrap();
    let query = query.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
    let token = Some(two.helpdesk.token.clone());
    let call = GraphCall {
        method: Method::GET,
        path: path.to_owned(),
        query: query.into_iter().collect(),
        token,
        body: GraphBody::Empty,
    };
    let read = json_of(two.case.world.graph(NOW, call))["webhook_configuration"].clone();
    assert_eq!(
        read,
        json!({"phone_number": "https://desk.example/number", "application": "https://desk.example/app",
            "whatsapp_business_account": "https://desk.example/waba"})
    );

    // It chose messages alone.
    let chat = two.case.chat.clone();
    two.case.world.opt(NOW, &chat, Marketing::Stop).unwrap();
    assert_eq!(two.told(), [heard("bot", "user_preferences", None)]);
    // Nor does it decide for the bot.
    let bots = two.case.number.app_id();
    assert_eq!(two.call(Method::POST, &format!("{bots}/subscriptions"), &subscription).0, 400);
}

#[test]
fn faults_are_the_bots_and_the_secret_is_the_apps() {
    let mut two = two();
    two.case.world.faults.inject(NOW, Fault::lose());
    two.says("lost for the bot");
    assert_eq!(two.told(), [heard("helpdesk", "messages", None)]);
    two.says("hi");
    let waiting: Vec<Webhook> = two.case.world.state().outbox.all().cloned().collect();
    let secrets: Vec<String> =
        waiting.iter().map(|webhook| two.case.world.signs(&webhook.lane).unwrap().secret).collect();
    assert_eq!(secrets.len(), 2);
    assert!(secrets.contains(&two.helpdesk.secret) && secrets.contains(&two.case.number.app_secret));
    let line = serde_json::to_string(&waiting).unwrap();
    let again: Vec<Webhook> = serde_json::from_str(&line).unwrap();
    assert_eq!(format!("{again:?}"), format!("{waiting:?}"), "it is written down and read again");
}

#[test]
fn who_has_the_conversation_hears_messages_and_the_other_stands_by() {
    let mut two = two();
    let chat = two.case.chat.clone();
    two.case.world.pass_control(NOW, &chat, Control::AnotherApp).unwrap();
    let waiting: Vec<Webhook> = two.case.world.state().outbox.all().cloned().collect();
    let kinds: Vec<&Value> =
        waiting.iter().map(|webhook| &webhook.body["entry"][0]["changes"][0]["value"]["type"]).collect();
    assert!(kinds.contains(&&json!("control_taken")) && kinds.contains(&&json!("control_passed")));
    two.told();
    two.says("is there a human?");
    assert_eq!(two.told(), [heard("bot", "standby", None), heard("helpdesk", "messages", None)]);
    two.case.world.pass_control(NOW, &chat, Control::Bot).unwrap();
    let passed = two.case.webhooks();
    assert!(
        passed.iter().any(|value| value["control_passed"]["previous_owner_app_id"] == json!(two.helpdesk.id))
    );
}
