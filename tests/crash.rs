//! The bot is killed while messages pour in and its handlers think; after the next start every message that it had
//! acknowledged has been answered, once and in order.

mod common;

use std::{sync::Arc, time::Duration};

use common::{
    program::Program,
    wait::{pause, until},
};
use tokio::net::TcpListener;
use wappa::emulator::{
    Actor, Emulator, EmulatorConfig, HttpSink, Pacing,
    world::{Side, Tick},
};

const PEOPLE: usize = 40;
const EACH: usize = 5;
/// A hundred a second.
const BETWEEN: Duration = Duration::from_millis(10);

/// Meta, over HTTP in both directions.
async fn meta() -> (Emulator, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("its address"));
    let config = EmulatorConfig::for_tests()
        .pacing(Pacing::Unlimited)
        .people((0..PEOPLE).map(|at| format!("Person {at}")))
        .origin(&origin);
    let emulator = Emulator::open(config).await.expect("an emulator");
    tokio::spawn(axum::serve(listener, emulator.router()).into_future());
    (emulator, origin)
}

async fn start(folder: &std::path::Path, emulator: &Emulator, origin: &str) -> Program {
    let business = emulator.business();
    let program = Program::start(
        "slow-echo",
        folder,
        &[
            ("WHATSAPP_API_BASE_URL", origin),
            ("WHATSAPP_PHONE_ID", business.phone_number_id.as_str()),
            ("WHATSAPP_BUSINESS_ID", business.waba_id.as_str()),
            ("WHATSAPP_TOKEN", business.access_token.expose()),
            ("WHATSAPP_APP_SECRET", business.app_secret.expose()),
            ("WHATSAPP_VERIFY_TOKEN", business.verify_token.expose()),
        ],
    )
    .await;
    emulator.connect(Arc::new(HttpSink::new(&program.webhook()).expect("a callback")));
    program
}

fn texts(who: &Actor, side: Side) -> Vec<String> {
    let messages = who.chat().messages;
    messages
        .iter()
        .filter(|message| message.from == side)
        .filter_map(|message| message.content.text().map(Into::into))
        .collect()
}

/// How many of the people's messages the bot has acknowledged.
fn acknowledged(people: &[Actor]) -> usize {
    let messages = people.iter().flat_map(|who| who.chat().messages);
    messages.filter(|message| message.from == Side::Person && message.status >= Tick::Delivered).count()
}

fn answers(people: &[Actor]) -> usize {
    people.iter().map(|who| texts(who, Side::Business).len()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_bot_answers_everything_once_and_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let (emulator, origin) = meta().await;
    let names: Vec<String> = emulator.people().into_iter().map(|person| person.name).collect();
    let people: Vec<Actor> = names.iter().map(|name| emulator.person(name).expect("a person")).collect();

    let bot = start(folder.path(), &emulator, &origin).await;
    let mut bot = Some(bot);
    for round in 0..EACH {
        for (at, who) in people.iter().enumerate() {
            who.says(format!("{round}")).expect("said");
            pause(BETWEEN).await;
            if (round, at) == (EACH / 2, PEOPLE / 2)
                && let Some(bot) = bot.take()
            {
                bot.crash().await;
            }
        }
    }
    let (acked, answered) = (acknowledged(&people), answers(&people));
    assert!(answered > 0, "it had answered something");
    assert!(
        acked > answered,
        "it was killed while it owed answers: {acked} acknowledged, {answered} answered"
    );

    let bot = start(folder.path(), &emulator, &origin).await;
    until("an answer to every message", async || {
        (emulator.undelivered() == 0 && answers(&people) >= PEOPLE * EACH).then_some(())
    })
    .await;
    // It finishes what is under way, and has nothing left to say.
    assert_eq!(bot.end().await.code(), Some(0));
    for who in &people {
        assert_eq!(texts(who, Side::Business), texts(who, Side::Person), "{}", who.person().name);
    }
}
