//! The world from the outside: inputs, changes, webhooks. No clock, no IO.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::graph::{FormFile, GraphBody, GraphCall, GraphReply, ReplyBody};
use super::*;

mod acts;
mod apps;
mod codes;
mod manage;
mod offers;
mod standing;
mod templates;

const NOW: i64 = 1_739_321_024_000;

struct Case {
    world: World,
    number: Number,
    ana: Person,
    chat: ChatKey,
}

fn rules() -> Rules {
    Rules {
        closed_window: ClosedWindow::FailedStatus,
        pacing: Pacing::Meta,
        review: Review::Approve,
        delivery_delay: 300,
        origin: "http://127.0.0.1:8001".to_owned(),
    }
}

/// Ana has just written "hi", and the bot has taken it.
fn open() -> Case {
    let mut case = closed(rules());
    case.act(PersonAct::Text { body: "hi".into(), context: None });
    case.webhooks();
    case
}

/// Ana has not written yet.
fn closed(rules: Rules) -> Case {
    let mut world = World::new(rules, [7; 32], []);
    let number = world.add_number("Shop");
    let ana = world.add_person("Ana");
    let chat = ChatKey { number: number.id.clone(), person: ana.id.clone() };
    Case { world, number, ana, chat }
}

impl World {
    fn act(&mut self, now: i64, chat: &ChatKey, act: PersonAct) -> Result<MessageId, ActError> {
        self.act_with(now, chat, act, Extras::default())
    }
}

impl Case {
    fn act(&mut self, act: PersonAct) -> MessageId {
        let chat = self.chat.clone();
        self.world.act(NOW, &chat, act).unwrap()
    }

    fn call(&mut self, now: i64, method: Method, path: &str, body: GraphBody) -> GraphReply {
        let token = Some(self.number.access_token.clone());
        self.world.graph(now, GraphCall { method, path: path.to_owned(), query: Vec::new(), token, body })
    }

    fn post(&mut self, now: i64, body: &Value) -> (u16, Value) {
        let path = format!("{}/messages", self.number.id);
        let reply = self.call(now, Method::POST, &path, GraphBody::Json(body.to_string().into()));
        (reply.status, json_of(reply))
    }

    /// Sends with Ana as the recipient and what is given.
    fn send(&mut self, now: i64, rest: &Value) -> (u16, Value) {
        let mut body =
            json!({"messaging_product": "whatsapp", "to": format!("+{}", self.ana.wa_id.clone().unwrap())});
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        self.post(now, &body)
    }

    fn sent(&mut self, now: i64, rest: &Value) -> MessageId {
        let (status, answer) = self.send(now, rest);
        assert_eq!(status, 200, "{answer}");
        MessageId::from(answer["messages"][0]["id"].as_str().unwrap())
    }

    fn upload(&mut self, mime: &str, size: usize) -> (u16, Value) {
        let path = format!("{}/media", self.number.id);
        let fields = vec![("messaging_product".to_owned(), "whatsapp".to_owned())];
        let bytes = Bytes::from(vec![1; size]);
        let file = Some(FormFile { name: Some("f".into()), mime: Some(mime.to_owned()), bytes });
        let reply = self.call(NOW, Method::POST, &path, GraphBody::Form { fields, file });
        (reply.status, json_of(reply))
    }

    /// Takes the webhooks that wait, and answers 200 to each; the `value` of each.
    fn webhooks(&mut self) -> Vec<Value> {
        let waiting: Vec<Webhook> = self.world.state().outbox.all().cloned().collect();
        for webhook in &waiting {
            self.world.acknowledged(NOW, webhook);
        }
        waiting.into_iter().map(|webhook| webhook.body["entry"][0]["changes"][0]["value"].clone()).collect()
    }

    fn message(&self, id: &MessageId) -> &Msg {
        self.world.state().chat(&self.chat).unwrap().message(id).unwrap()
    }
}

fn json_of(reply: GraphReply) -> Value {
    match reply.body {
        ReplyBody::Json(body) => body,
        ReplyBody::File(_) | ReplyBody::Page(_) => panic!("no JSON"),
    }
}

fn text(body: &str) -> Value {
    json!({"type": "text", "text": {"body": body}})
}

fn buttons(titles: &[&str]) -> Value {
    let buttons: Vec<Value> = titles
        .iter()
        .map(|title| json!({"type": "reply", "reply": {"id": format!("id-{title}"), "title": title}}))
        .collect();
    json!({"type": "interactive", "interactive": {"type": "button", "body": {"text": "Pick"}, "action": {"buttons": buttons}}})
}

#[test]
fn the_same_inputs_make_the_same_changes_and_their_fold_is_the_state() {
    let play = || {
        let mut case = open();
        let id = case.sent(NOW, &buttons(&["Yes", "No"]));
        case.world.tick(NOW + 300);
        case.act(PersonAct::Tap { message: id.clone(), id: "id-Yes".into() });
        let chat = case.chat.clone();
        case.world.react(NOW, &chat, &id, Some("👍")).unwrap();
        case.world.open(NOW + 900, &chat).unwrap();
        case.upload("image/png", 10);
        case
    };
    let (mut one, mut two) = (play(), play());
    let (changes, again) = (one.world.take_changes(), two.world.take_changes());
    assert_eq!(json!(changes), json!(again));

    let journal = changes.iter().map(|change| serde_json::to_string(change).unwrap());
    let replayed = journal.map(|line| serde_json::from_str(&line).unwrap());
    let mut replayed = World::new(rules(), [8; 32], replayed);
    assert_eq!(format!("{:?}", replayed.state()), format!("{:?}", one.world.state()));
    assert!(replayed.take_changes().is_empty());

    let shorter = one.world.state().history();
    assert!(shorter.len() < changes.len());
    let shorter = World::new(rules(), [8; 32], shorter);
    assert_eq!(format!("{:?}", shorter.state()), format!("{:?}", one.world.state()));
}

#[test]
fn a_message_is_sent_delivered_and_read_and_the_business_hears_of_it() {
    let mut case = open();
    let mut body = text("Hello");
    body["biz_opaque_callback_data"] = json!("job-7");
    let id = case.sent(NOW, &body);
    assert_eq!(case.message(&id).status, Tick::Sent);
    assert_eq!(case.world.next_due(), Some(NOW + 300));
    case.world.tick(NOW + 299);
    assert_eq!(case.message(&id).status, Tick::Sent);
    case.world.tick(NOW + 300);
    assert_eq!(case.message(&id).status, Tick::Delivered);
    let chat = case.chat.clone();
    case.world.open(NOW + 400, &chat).unwrap();
    case.world.open(NOW + 500, &chat).unwrap();
    assert_eq!(case.message(&id).status, Tick::Read);

    let webhooks = case.webhooks();
    let statuses: Vec<&str> =
        webhooks.iter().map(|value| value["statuses"][0]["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["sent", "delivered", "read"]);
    for value in &webhooks {
        let status = &value["statuses"][0];
        assert_eq!(status["id"], id.as_str());
        assert_eq!(status["biz_opaque_callback_data"], "job-7");
        assert_eq!(status["recipient_id"], case.ana.wa_id.as_ref().unwrap().as_str());
        assert_eq!(status["recipient_user_id"], case.ana.user_id.as_str());
        assert_eq!(value["contacts"][0]["profile"]["name"], "Ana");
    }
    assert_eq!(webhooks[0]["statuses"][0]["pricing"]["type"], "free_customer_service");
    assert_eq!(webhooks[2]["statuses"][0]["timestamp"], "1739321024");
}

#[test]
fn a_voice_message_can_be_played() {
    let mut case = open();
    let voice = case
        .sent(NOW, &json!({"type": "audio", "audio": {"link": "https://x.example/a.ogg", "voice": true}}));
    let song = case.sent(NOW, &json!({"type": "audio", "audio": {"link": "https://x.example/a.mp3"}}));
    let chat = case.chat.clone();
    case.world.play(NOW, &chat, &voice).unwrap();
    assert_eq!(case.world.play(NOW, &chat, &song), Err(ActError::NoSuchMessage(song.clone())));
    assert_eq!((case.message(&voice).status, case.message(&song).status), (Tick::Played, Tick::Read));
    assert_eq!(case.webhooks().last().unwrap()["statuses"][0]["status"], "played");
}

#[test]
fn the_answer_to_a_send_names_the_recipient_as_it_was_given() {
    let mut case = open();
    let (wa_id, user_id) = (case.ana.wa_id.clone().unwrap(), case.ana.user_id.clone());
    for to in [format!("+{wa_id}"), wa_id.to_string()] {
        let (status, answer) = case.post(
            NOW,
            &json!({"messaging_product": "whatsapp", "to": to, "text": {"body": "x"}, "recipient": "US.1"}),
        );
        assert_eq!(status, 200, "`to` wins over `recipient`: {answer}");
        assert_eq!(answer["contacts"], json!([{"input": to, "wa_id": wa_id}]));
        assert!(answer["messages"][0]["id"].as_str().unwrap().starts_with("wamid.HBgL"));
    }
    let (_, answer) = case
        .post(NOW, &json!({"messaging_product": "whatsapp", "recipient": user_id, "text": {"body": "x"}}));
    assert_eq!(answer["contacts"], json!([{"input": user_id, "user_id": user_id}]));
}

#[test]
fn what_meta_refuses_is_refused() {
    let long = |length: usize| "x".repeat(length);
    let rows = |count: usize| -> Value {
        let rows: Vec<Value> =
            (0..count).map(|n| json!({"id": n.to_string(), "title": format!("Row {n}")})).collect();
        json!({"type": "interactive", "interactive": {"type": "list", "body": {"text": "b"},
            "action": {"button": "See", "sections": [{"title": "s", "rows": rows}]}}})
    };
    let mut two_sections = rows(1);
    two_sections["interactive"]["action"]["sections"] =
        json!([{"rows": [{"id": "1", "title": "a"}]}, {"title": "t", "rows": [{"id": "2", "title": "b"}]}]);
    let cta = |url: &str, label: &str| {
        json!({"type": "interactive", "interactive": {"type": "cta_url", "body": {"text": "b"},
            "action": {"name": "cta_url", "parameters": {"display_text": label, "url": url}}}})
    };
    let table: Vec<(Value, u32, &str)> = vec![
        (text(""), 131_008, "text.body"),
        (json!({"type": "text"}), 131_008, "text"),
        (text(&long(4_097)), 131_009, "text.body"),
        (json!({"type": "text", "text": "hi"}), 131_009, "text"),
        (json!({"type": "poem", "poem": {}}), 100, ""),
        (json!({"type": "image", "image": {}}), 131_008, "image.id"),
        (json!({"type": "image", "image": {"id": "404"}}), 100, ""),
        (json!({"type": "image", "image": {"link": "ftp://x"}}), 131_009, "image.link"),
        (
            json!({"type": "image", "image": {"link": "https://x/y.png", "caption": long(1_025)}}),
            131_009,
            "image.caption",
        ),
        (
            json!({"type": "audio", "audio": {"link": "https://x/y.ogg", "caption": "no"}}),
            131_009,
            "audio.caption",
        ),
        (
            json!({"type": "location", "location": {"latitude": 91, "longitude": 0}}),
            131_009,
            "location.latitude",
        ),
        (json!({"type": "location", "location": {"latitude": 1}}), 131_008, "location.longitude"),
        (json!({"type": "contacts", "contacts": []}), 131_008, "contacts"),
        (
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "A"}}]}),
            131_009,
            "contacts[0].name",
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "ok"}}),
            131_009,
            "reaction.emoji",
        ),
        (json!({"type": "reaction", "reaction": {"emoji": "👍"}}), 131_008, "reaction.message_id"),
        (buttons(&[]), 131_008, "interactive.action.buttons"),
        (buttons(&["a", "b", "c", "d"]), 131_009, "interactive.action.buttons"),
        (buttons(&["a", "a"]), 131_009, "interactive.action.buttons[1]"),
        (buttons(&["123456789012345678901"]), 131_009, "interactive.action.buttons[0].reply.title"),
        (rows(11), 131_009, "interactive.action.sections[0].rows"),
        (two_sections, 131_008, "interactive.action.sections[0].title"),
        (cta("https://x.example", &long(21)), 131_009, "display_text"),
        (cta("x.example", "Go"), 131_009, "url"),
        (
            json!({"type": "interactive", "interactive": {"type": "product", "body": {"text": "b"}}}),
            131_008,
            "catalog_id",
        ),
        (
            json!({"type": "template", "template": {"name": "nope", "language": {"code": "en"}}}),
            132_001,
            "nope",
        ),
        (json!({"type": "template", "template": {"name": "hello_world"}}), 131_008, "template.language.code"),
        (
            json!({"type": "text", "text": {"body": "x"}, "biz_opaque_callback_data": long(513)}),
            131_009,
            "biz_opaque",
        ),
        (json!({"type": "text", "text": {"body": "x"}, "context": {}}), 131_008, "context.message_id"),
        (json!({"type": "text", "text": {"body": "x"}, "recipient_type": "group"}), 131_041, ""),
        (json!({"type": "text", "text": {"body": "x"}, "to": "+1 555 999 9999"}), 131_026, ""),
        (json!({"type": "text", "text": {"body": "x"}, "to": "Ana"}), 131_009, "to"),
        (json!({"type": "text", "text": {"body": "x"}, "to": "15550199000"}), 131_021, ""),
        (json!({"type": "text", "text": {"body": "x"}, "to": null}), 131_008, "to"),
        (json!({"type": "text", "text": {"body": "x"}, "messaging_product": "sms"}), 100, ""),
        (json!({"status": "read", "message_id": "wamid.x"}), 131_009, "message_id"),
        (json!({"status": "seen", "message_id": "wamid.x"}), 131_009, "status"),
    ];
    let mut case = open();
    for (body, code, names) in table {
        let (status, answer) = case.send(NOW, &body);
        let error = &answer["error"];
        assert_eq!(error["code"], code, "{body} → {answer}");
        assert!((400..500).contains(&status), "{answer}");
        assert!(error["error_data"]["details"].as_str().unwrap_or_default().contains(names), "{answer}");
        assert!(error["fbtrace_id"].as_str().unwrap().len() > 10);
    }
    assert!(case.webhooks().is_empty(), "a refused send leaves no trace");
    assert_eq!(case.world.state().chat(&case.chat).unwrap().messages.len(), 1);
}

#[test]
fn a_wrong_token_or_number_or_path_is_refused() {
    let mut case = open();
    let path = format!("{}/messages", case.number.id);
    for (token, status, code) in [(None, 403, 200), (Some("EAAwrong".to_owned()), 401, 190)] {
        let body = GraphBody::Json("{}".into());
        let reply = case.world.graph(
            NOW,
            GraphCall { method: Method::POST, path: path.clone(), query: Vec::new(), token, body },
        );
        assert_eq!(reply.status, status);
        assert_eq!(json_of(reply)["error"]["code"], code);
    }
    let other = case.call(NOW, Method::POST, "1/messages", GraphBody::Json("{}".into()));
    let other = (other.status, json_of(other));
    assert_eq!(
        (other.0, &other.1["error"]["code"], &other.1["error"]["error_subcode"]),
        (400, &json!(100), &json!(33))
    );
    let path = format!("{}/poems", case.number.id);
    let unknown = case.call(NOW, Method::GET, &path, GraphBody::Empty);
    assert_eq!(json_of(unknown)["error"]["code"], 2_500);
}

#[test]
fn outside_the_window_only_templates_arrive() {
    let hello =
        json!({"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}}});
    let mut case = closed(rules());
    let id = case.sent(NOW, &text("psst"));
    assert_eq!(case.message(&id).status, Tick::Failed);
    let webhooks = case.webhooks();
    assert_eq!(webhooks.len(), 1);
    assert_eq!(webhooks[0]["statuses"][0]["errors"][0]["code"], 131_047);
    assert!(webhooks[0].get("contacts").is_none());
    let id = case.sent(NOW, &hello);
    case.world.tick(NOW + 300);
    assert_eq!(case.message(&id).status, Tick::Delivered);
    assert_eq!(case.webhooks()[0]["statuses"][0]["pricing"]["category"], "utility");

    let mut refusing = closed(Rules { closed_window: ClosedWindow::Refused, ..rules() });
    assert_eq!(refusing.send(NOW, &text("psst")).1["error"]["code"], 131_047);

    let mut silent = closed(Rules { closed_window: ClosedWindow::Silent, ..rules() });
    silent.sent(NOW, &text("psst"));
    silent.world.tick(NOW + 1_000);
    assert!(silent.webhooks().is_empty());
}

#[test]
fn the_window_is_24_hours_from_the_persons_last_message() {
    let mut case = open();
    let id = case.sent(NOW + WINDOW - 1, &text("still there?"));
    assert_eq!(case.message(&id).status, Tick::Sent);
    let id = case.sent(NOW + WINDOW, &text("too late"));
    assert_eq!(case.message(&id).status, Tick::Failed);
}

#[test]
fn taps_come_back_as_meta_writes_them() {
    let mut case = open();
    let id = case.sent(NOW, &buttons(&["Yes", "No"]));
    case.webhooks();
    case.act(PersonAct::Tap { message: id.clone(), id: "id-No".into() });
    let message = case.webhooks()[0]["messages"][0].clone();
    assert_eq!(
        message["interactive"],
        json!({"type": "button_reply", "button_reply": {"id": "id-No", "title": "No"}})
    );
    assert_eq!(message["context"], json!({"from": case.number.phone, "id": id}));

    let list = json!({"type": "interactive", "interactive": {"type": "list", "body": {"text": "b"}, "action": {"button": "See",
        "sections": [{"rows": [{"id": "m", "title": "Margherita", "description": "classic"}]}]}}});
    let id = case.sent(NOW, &list);
    case.webhooks();
    case.act(PersonAct::Tap { message: id, id: "m".into() });
    let message = case.webhooks()[0]["messages"][0].clone();
    let reply = json!({"id": "m", "title": "Margherita", "description": "classic"});
    assert_eq!(message["interactive"], json!({"type": "list_reply", "list_reply": reply}));

    let button = ButtonDefinition::QuickReply { text: "Thanks".into() };
    case.world.add_template(Template::new("done", "en", "Done.").button(button));
    let id = case.sent(
        NOW,
        &json!({"type": "template", "template": {"name": "done", "language": {"code": "en"}, "components": [
            {"type": "button", "sub_type": "quick_reply", "index": 0, "parameters": [{"type": "payload", "payload": "ty"}]}]}}),
    );
    case.webhooks();
    case.act(PersonAct::Tap { message: id.clone(), id: "ty".into() });
    let message = case.webhooks()[0]["messages"][0].clone();
    assert_eq!(
        (&message["type"], &message["button"]),
        (&json!("button"), &json!({"payload": "ty", "text": "Thanks"}))
    );

    let chat = case.chat.clone();
    let nothing = case.world.act(NOW, &chat, PersonAct::Tap { message: id, id: "no".into() });
    assert_eq!(nothing, Err(ActError::NothingToTap("no".into())));
}

#[test]
fn a_person_behind_a_username_is_named_by_user_id_alone() {
    let mut case = closed(rules());
    let id = case.ana.id.clone();
    case.world.hide_number(&id, "ana.b");
    case.act(PersonAct::Text { body: "hi".into(), context: None });
    let value = case.webhooks().remove(0);
    assert_eq!(
        value["contacts"],
        json!([{"profile": {"name": "Ana", "username": "ana.b"}, "user_id": case.ana.user_id}])
    );
    assert!(value["messages"][0].get("from").is_none());
    assert_eq!(value["messages"][0]["from_user_id"], case.ana.user_id.as_str());

    case.post(
        NOW,
        &json!({"messaging_product": "whatsapp", "recipient": case.ana.user_id, "text": {"body": "x"}}),
    );
    let value = case.webhooks().remove(0);
    assert!(value["statuses"][0].get("recipient_id").is_none());
    assert!(value["contacts"][0]["profile"].get("username").is_none(), "sent leaves the username out");
}

#[test]
fn marking_read_reaches_back_and_typing_lasts_25_seconds() {
    let mut case = open();
    case.act(PersonAct::Text { body: "and".into(), context: None });
    let last = case.act(PersonAct::Text { body: "then?".into(), context: None });
    let bad = json!({"status": "read", "message_id": last, "typing_indicator": {"type": "video"}});
    assert_eq!(case.send(NOW, &bad).1["error"]["code"], 131_009);
    assert!(
        case.world
            .state()
            .chat(&case.chat)
            .unwrap()
            .messages
            .iter()
            .all(|message| message.status < Tick::Read)
    );
    let (status, answer) =
        case.send(NOW, &json!({"status": "read", "message_id": last, "typing_indicator": {"type": "text"}}));
    assert_eq!((status, answer), (200, json!({"success": true})));
    let chat = case.world.state().chat(&case.chat).unwrap();
    assert!(chat.messages.iter().all(|message| message.status == Tick::Read));
    assert_eq!(chat.typing_until, NOW + 25_000);
    case.sent(NOW, &text("Then this."));
    assert_eq!(case.world.state().chat(&case.chat).unwrap().typing_until, 0);
    assert_eq!(case.message(&last).status, Tick::Read);
}

#[test]
fn a_reaction_is_only_ever_sent() {
    let mut case = open();
    let hi = case.world.state().chat(&case.chat).unwrap().messages[0].id.clone();
    case.sent(NOW, &json!({"type": "reaction", "reaction": {"message_id": hi, "emoji": "❤️"}}));
    case.world.tick(NOW + 1_000);
    assert_eq!(case.message(&hi).reactions.business.as_deref(), Some("❤️"));
    assert_eq!(case.webhooks().len(), 1);
    case.sent(NOW, &json!({"type": "reaction", "reaction": {"message_id": hi, "emoji": ""}}));
    assert_eq!(case.message(&hi).reactions.business, None);

    let chat = case.chat.clone();
    case.webhooks();
    case.world.react(NOW, &chat, &hi, None).unwrap();
    assert_eq!(case.webhooks()[0]["messages"][0]["reaction"], json!({"message_id": hi}));
}

#[test]
fn a_file_is_uploaded_sent_looked_up_downloaded_and_deleted() {
    let mut case = open();
    let (_, answer) = case.upload("image/png", 10);
    let id = answer["id"].as_str().unwrap().to_owned();
    let sent = case.sent(NOW, &json!({"type": "image", "image": {"id": id, "caption": "look"}}));
    assert!(matches!(&case.message(&sent).content, Content::Image(file) if file.mime == "image/png"));
    assert_eq!(case.send(NOW, &json!({"type": "video", "video": {"id": id}})).1["error"]["code"], 131_053);

    let info = json_of(case.call(NOW, Method::GET, &id, GraphBody::Empty));
    assert_eq!((&info["mime_type"], &info["file_size"]), (&json!("image/png"), &json!(10)));
    let url = info["url"].as_str().unwrap();
    let (path, query) = url.trim_start_matches("http://127.0.0.1:8001/").split_once('?').unwrap();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let query: Vec<_> = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let mut download = |now: i64, token: Option<String>, query: Vec<(String, String)>| {
        let (path, body) = (path.to_owned(), GraphBody::Empty);
        case.world.graph(now, GraphCall { method: Method::GET, path, query, token, body }).status
    };
    let token = Some(case.number.access_token.clone());
    assert_eq!(download(NOW, token.clone(), query.clone()), 200);
    assert_eq!(download(NOW, None, query.clone()), 401, "the URL alone opens nothing");
    assert_eq!(download(NOW, token.clone(), Vec::new()), 400);
    assert_eq!(download(NOW + 5 * 60 * 1000 + 1_000, token, query), 400, "a URL works for 5 minutes");

    assert_eq!(case.call(NOW, Method::DELETE, &id, GraphBody::Empty).status, 200);
    assert_eq!(case.call(NOW, Method::GET, &id, GraphBody::Empty).status, 400);
}

#[test]
fn files_that_whatsapp_does_not_take_are_refused() {
    let mut case = open();
    assert_eq!(case.upload("nonsense", 10).1["error"]["code"], 131_053);
    assert_eq!(case.upload("image/png", 0).1["error"]["code"], 131_053);

    // Too large for a picture, and all right as a document.
    let (status, answer) = case.upload("image/png", 6 * 1024 * 1024);
    assert_eq!(status, 200);
    let id = answer["id"].clone();
    assert_eq!(case.send(NOW, &json!({"type": "image", "image": {"id": id}})).1["error"]["code"], 131_053);
    assert_eq!(
        case.send(NOW, &json!({"type": "sticker", "sticker": {"id": id}})).1["error"]["code"],
        131_053
    );
    case.sent(NOW, &json!({"type": "document", "document": {"id": id}}));
}

#[test]
fn what_is_too_old_is_forgotten() {
    let mut case = open();
    case.act(PersonAct::Text { body: "anyone?".into(), context: None });
    case.upload("image/png", 10);
    case.world.tick(NOW + outbox::KEPT_FOR);
    assert_eq!(case.world.state().outbox.all().count(), 1);
    case.world.tick(NOW + outbox::KEPT_FOR + 1);
    assert_eq!(case.world.state().outbox.all().count(), 0);
    assert!(case.world.tick(NOW + 29 * DAY).is_empty());
    assert_eq!(case.world.tick(NOW + 30 * DAY).len(), 1);
}

#[test]
fn a_persons_picture_comes_with_its_hash_and_an_address() {
    let mut case = open();
    let media = case.world.add_media(NOW, Side::Person, "image/jpeg", b"picture", None);
    case.act(PersonAct::Image(MediaAct { caption: Some("me".into()), ..MediaAct::new(media.id.clone()) }));
    let image = case.webhooks().remove(0)["messages"][0]["image"].clone();
    assert_eq!(
        (&image["id"], &image["caption"], &image["mime_type"]),
        (&json!(media.id), &json!("me"), &json!("image/jpeg"))
    );
    assert_eq!(image["sha256"].as_str().unwrap().len(), 44);
    assert!(image["url"].as_str().unwrap().starts_with("http://127.0.0.1:8001/media-download/"));
}

#[test]
fn a_phone_number_is_read_field_by_field() {
    let mut case = closed(rules());
    let path = case.number.id.to_string();
    let token = Some(case.number.access_token.clone());
    let query = vec![("fields".to_owned(), "verified_name,throughput".to_owned())];
    let call = GraphCall { method: Method::GET, path, query, token, body: GraphBody::Empty };
    let answer = json_of(case.world.graph(NOW, call));
    assert_eq!(
        answer,
        json!({"id": case.number.id, "verified_name": "Shop", "throughput": {"level": "STANDARD"}})
    );
}

#[test]
fn secrets_are_not_in_debug() {
    let case = closed(rules());
    let debug = format!("{:?}", case.number);
    for secret in [&case.number.access_token, &case.number.app_secret, &case.number.verify_token] {
        assert!(!debug.contains(secret.as_str()));
    }
}
