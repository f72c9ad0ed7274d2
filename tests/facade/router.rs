//! Bots made of a router: which handler hears what, and what it is given.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use wappa::{
    cloud::{Event, MessageId, webhook},
    emulator::Actor,
    handler::TurnFailed,
    prelude::*,
    router::{Extract, Flow, Layer, Miss, Next, Seen, Turn},
};

use crate::stage::{Place, Stage, said};

#[derive(Default, Serialize, Deserialize)]
struct Count(u32);

#[derive(Clone)]
struct Motto(&'static str);

async fn number(chat: Chat, Text(number): Text<i64>) -> Result {
    chat.say(format!("number {number}")).await?;
    Ok(())
}

async fn counted(chat: Chat, Text(text): Text, mut count: Session<Count>) -> Result {
    count.0 += 1;
    chat.say(format!("{text} {}", count.0)).await?;
    Ok(())
}

async fn motto(chat: Chat, _place: Location, State(motto): State<Motto>) -> Result {
    chat.say(motto.0).await?;
    Ok(())
}

async fn old_button(chat: Chat) -> Result {
    chat.say("this button is from an old message").await?;
    Ok(())
}

/// What the bot says when Ana does these things, one after the other.
async fn answers(bot: Router, asked: &[fn(&Actor) -> MessageId]) -> Vec<String> {
    let stage = Stage::of(bot, &Place::memory()).await;
    let ana = stage.ana();
    for (at, ask) in asked.iter().enumerate() {
        ask(&ana);
        ana.sees_answers(at + 1).await.expect("an answer");
    }
    said(&ana)
}

fn says(text: &'static str) -> impl Fn(&Actor) -> MessageId {
    move |ana| ana.says(text).expect("said")
}

fn message(text: &str) -> Message {
    let body = serde_json::json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{
        "field": "messages",
        "value": crate::stage::value(&"106540352242922".into(), &[crate::stage::message("16505551234", "wamid.1", text)]),
    }]}]})
    .to_string();
    let mut events = webhook::parse(body.as_bytes()).expect("a delivery").events;
    match events.remove(0) {
        Event::Message(message) => *message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_first_handler_whose_arguments_are_there_runs() {
    let bot = Router::new()
        .on(number)
        .on(counted)
        .on(motto)
        .otherwise(async |chat: Chat, message: Message| -> Result {
            chat.say(format!("text: {:?}", message.text())).await?;
            Ok(())
        })
        .state(Motto("here"));
    let asked: &[fn(&Actor) -> MessageId] = &[
        |ana| says(" 17 ")(ana),
        |ana| says("hi")(ana),
        |ana| says("hi")(ana),
        |ana| ana.sends_location(1.0, 2.0).expect("sent"),
        |ana| ana.reacts(&ana.chat().messages[0].id.clone(), "👍").expect("sent"),
    ];
    assert_eq!(answers(bot, asked).await, ["number 17", "hi 1", "hi 2", "here", "text: None"]);
}

/// Somebody on a list that is kept elsewhere.
struct Vip;

static ASKED: AtomicUsize = AtomicUsize::new(0);

impl Extract for Vip {
    async fn extract(turn: &Turn<'_>) -> Seen<Self> {
        ASKED.fetch_add(1, Ordering::Relaxed);
        match turn.text() {
            Some("fail") => Err(std::io::Error::other("the list is not there").into()),
            Some("vip") => Ok(Self),
            _ => Err(Miss::skip("not on the list")),
        }
    }
}

/// A session that notices when it is opened for the first time.
#[derive(Serialize, Deserialize)]
struct Visits(u32);

static OPENED: AtomicUsize = AtomicUsize::new(0);

impl Default for Visits {
    fn default() -> Self {
        OPENED.fetch_add(1, Ordering::Relaxed);
        Self(0)
    }
}

#[tokio::test]
async fn what_asks_elsewhere_skips_or_fails_and_sessions_come_last() {
    let bot = Router::new()
        .on(async |chat: Chat, mut visits: Session<Visits>, _: Vip| -> Result {
            visits.0 += 1;
            chat.say(format!("welcome {}", visits.0)).await?;
            Ok(())
        })
        .otherwise(async |chat: Chat| -> Result {
            chat.say(format!("sessions opened: {}", OPENED.load(Ordering::Relaxed))).await?;
            Ok(())
        })
        .on_turn_failed(async |chat: Chat, failed: TurnFailed| -> Result {
            chat.say(format!("sorry: {}", failed.error)).await?;
            Ok(())
        });
    let asked: &[fn(&Actor) -> MessageId] =
        &[|ana| says("who")(ana), |ana| says("vip")(ana), |ana| says("fail")(ana)];
    assert_eq!(
        answers(bot, asked).await,
        ["sessions opened: 0", "welcome 1", "sorry: the list is not there"]
    );
    assert_eq!(ASKED.load(Ordering::Relaxed), 5, "a failure is tried three times, a skip once");
}

/// Says its name before and after what is inside.
struct Says(&'static str);

impl Layer for Says {
    async fn around(&self, turn: Turn<'_>, next: Next<'_>) -> Result<Flow> {
        let Some(chat) = turn.chat() else { return next.run().await };
        chat.say(format!("{} in", self.0)).await?;
        let flow = next.run().await?;
        chat.say(format!("{} out", self.0)).await?;
        Ok(flow)
    }
}

/// Lets nobody through.
struct Closed(Flow);

impl Layer for Closed {
    async fn around(&self, _: Turn<'_>, _: Next<'_>) -> Result<Flow> {
        Ok(self.0)
    }
}

#[tokio::test]
async fn layers_surround_what_is_inside_and_only_that() {
    let inner = Router::new().on(number).layer(Says("inner"));
    let closed = Router::new().on(number).layer(Closed(Flow::Skip));
    let bot = Router::new().nest(closed).nest(inner).on(counted).layer(Says("first")).layer(Says("second"));
    let stage = Stage::of(bot, &Place::memory()).await;
    let ana = stage.ana();
    says("5")(&ana);
    // The closed router's layers are asked, and the message goes on.
    let expected =
        ["first in", "second in", "second out", "first out", "first in", "second in", "inner in", "number 5"];
    ana.sees_answers(expected.len() + 3).await.expect("answers");
    assert_eq!(said(&ana)[..expected.len()], expected);
    says("five")(&ana);
    ana.sees_answers(expected.len() + 8).await.expect("answers");
    assert_eq!(said(&ana)[11..], ["first in", "second in", "five 1", "second out", "first out"]);
}

#[tokio::test]
async fn a_nested_router_has_its_own_state_and_inherits_the_rest() {
    let inner = Router::new().on(motto).state(Motto("inner"));
    let heir = Router::new().on(motto);
    let asked: &[fn(&Actor) -> MessageId] = &[|ana| ana.sends_location(1.0, 2.0).expect("sent")];
    let first = Router::new().nest(inner).state(Motto("outer"));
    assert_eq!(answers(first, asked).await, ["inner"]);
    let second = Router::new().nest(heir).state(Motto("outer"));
    assert_eq!(answers(second, asked).await, ["outer"]);
}

#[tokio::test]
async fn a_tap_nobody_understands_is_from_an_old_message() {
    let bot = Router::new()
        .on(async |chat: Chat, _: Text| -> Result {
            chat.send(Buttons::new("Well?").button("of an old version", "Yes")).await?;
            Ok(())
        })
        .on_stale_tap(old_button)
        .otherwise(motto)
        .state(Motto("never"));
    let asked: &[fn(&Actor) -> MessageId] = &[|ana| says("hi")(ana), |ana| ana.taps("Yes").expect("tapped")];
    assert_eq!(
        answers(bot, asked).await.last().map(String::as_str),
        Some("this button is from an old message")
    );
}

#[tokio::test]
async fn other_events_have_routes_of_their_own() {
    let read = Arc::new(AtomicUsize::new(0));
    let bot = Router::new()
        .on(number)
        .on_status(async |status: Status, State(read): State<Arc<AtomicUsize>>| -> Result {
            if status.state == StatusState::Read {
                read.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        })
        .state(Arc::clone(&read));
    let stage = Stage::of(bot, &Place::memory()).await;
    let ana = stage.ana();
    says("1")(&ana);
    ana.sees_answers(1).await.expect("an answer");
    ana.opens().expect("opened");
    crate::wait::until("a read status", async || (read.load(Ordering::Relaxed) > 0).then_some(())).await;
}

#[tokio::test]
async fn what_is_missing_is_said_before_the_first_message() {
    let bot = Router::new()
        .on(number)
        .nest(Router::new().on(motto))
        .otherwise(old_button)
        .on_status(async |_: State<u8>, _: State<String>| -> Result { Ok(()) });
    let bot = bot.state(1_u8).state(2_u8);
    let Err(error) = Stage::try_with(bot, &Place::memory(), emulator().await).await else {
        panic!("a bot with a wrong router has started");
    };
    let error = error.to_string();
    let here = "tests/facade/router.rs:";
    assert_eq!(error.matches(here).count(), 3, "{error}");
    assert!(
        error.contains("`motto` takes `State<Motto>`: give the router `.state(…)` of this type"),
        "{error}"
    );
    assert!(error.contains("takes `State<String>`"), "{error}");
    assert!(error.contains("a state of the type `u8` was given before"), "{error}");
}

async fn emulator() -> wappa::emulator::Emulator {
    let config = wappa::emulator::EmulatorConfig::for_tests();
    wappa::emulator::Emulator::open(config).await.expect("an emulator")
}

#[test]
fn a_router_explains_itself() {
    let bot = Router::new().on(number).on(counted).otherwise(old_button).on_turn_failed(old_button);
    let table = bot.explain();
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split("  ").map(str::trim).collect()).collect();
    let rows: Vec<Vec<&str>> =
        rows.into_iter().map(|row| row.into_iter().filter(|cell| !cell.is_empty()).collect()).collect();
    assert_eq!(rows[0][..3], ["message", "number", "Chat, Text<i64>"]);
    assert_eq!(rows[1][..3], ["message", "counted", "Chat, Text, Session<Count>"]);
    assert_eq!(rows[2][..3], ["otherwise", "old_button", "Chat"]);
    assert_eq!(rows[3][0], "turn failed");
    assert!(rows.iter().all(|row| row[3].starts_with("tests/facade/router.rs:")), "{table}");

    let explained = bot.explain_for(&message("hello"));
    assert_eq!(explained.handler(), Some("counted"));
    assert_eq!(explained.tried.len(), 2);
    assert_eq!(explained.tried[0].skipped.as_deref(), Some("the text is no i64"));
    assert!(
        explained.to_string().starts_with("skips  number: the text is no i64\nruns   counted"),
        "{explained}"
    );

    let nothing = Router::new().on(motto).explain_for(&message("hello"));
    assert_eq!(nothing.handler(), None);
    assert_eq!(nothing.to_string(), "skips  motto: it is no place\nnothing runs\n");
}

#[conversation(name = "sign-up")]
async fn sign_up(talk: Talk) -> Result {
    talk.say("Welcome.").await
}

#[conversation(name = "sign-up")]
async fn sign_up_again(talk: Talk) -> Result {
    talk.say("Welcome back.").await
}

#[test]
fn dialogues_are_explained_and_share_no_name() {
    let bot = Router::new().conversation(sign_up).on(number);
    assert!(bot.explain().starts_with("dialogue  sign-up"), "{}", bot.explain());
    assert!(bot.check().is_ok());
    let error = bot.nest(Router::new().conversation(sign_up_again)).check().expect_err("two of one name");
    assert!(error.to_string().contains("two dialogues are kept under the name `sign-up`"), "{error}");
}
