//! Meta over HTTP in both directions, for programs in processes of their own.

use std::{path::Path, sync::Arc};

use tokio::net::TcpListener;
use wappa::emulator::{
    Actor, Business, Emulator, EmulatorConfig, HttpSink, Pacing,
    world::{Side, Tick},
};

use super::{
    disk::{self, Disk},
    program::Program,
};

/// An emulator with so many people, and where it is.
pub(crate) async fn meta(people: usize) -> (Emulator, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("its address"));
    let config = EmulatorConfig::for_tests()
        .pacing(Pacing::Unlimited)
        .people((0..people).map(|at| format!("Person {at}")))
        .origin(&origin);
    let emulator = Emulator::open(config).await.expect("an emulator");
    tokio::spawn(axum::serve(listener, emulator.router()).into_future());
    (emulator, origin)
}

/// Its people.
pub(crate) fn everybody(emulator: &Emulator) -> Vec<Actor> {
    let names = emulator.people().into_iter().map(|person| person.name);
    names.map(|name| emulator.person(&name).expect("a person")).collect()
}

/// Starts the example of this name and has its webhooks delivered there.
pub(crate) async fn start(example: &str, folder: &Path, emulator: &Emulator, origin: &str) -> Program {
    start_with(example, folder, emulator, origin, None).await
}

/// The same, with one more variable in its environment.
pub(crate) async fn start_with(
    example: &str,
    folder: &Path,
    emulator: &Emulator,
    origin: &str,
    variable: Option<(&str, &str)>,
) -> Program {
    let business = emulator.business();
    let mut variables = credentials(&business, origin).to_vec();
    variables.extend(variable);
    connect(emulator, Program::start(example, folder, &variables).await)
}

/// The same, with its store on this disk.
pub(crate) async fn start_on(
    disk: Disk,
    example: &str,
    folder: &Path,
    emulator: &Emulator,
    origin: &str,
) -> Program {
    let business = emulator.business();
    let store = format!("sqlite:{}/bot.db", disk::FOLDER);
    let mut variables = credentials(&business, origin).to_vec();
    variables.push(("WAPPA_STORE", &store));
    connect(emulator, Program::start_by(disk.launcher(), example, folder, &variables).await)
}

fn credentials<'a>(business: &'a Business, origin: &'a str) -> [(&'static str, &'a str); 6] {
    [
        ("WHATSAPP_API_BASE_URL", origin),
        ("WHATSAPP_PHONE_ID", business.phone_number_id.as_str()),
        ("WHATSAPP_BUSINESS_ID", business.waba_id.as_str()),
        ("WHATSAPP_TOKEN", business.access_token.expose()),
        ("WHATSAPP_APP_SECRET", business.app_secret.expose()),
        ("WHATSAPP_VERIFY_TOKEN", business.verify_token.expose()),
    ]
}

fn connect(emulator: &Emulator, program: Program) -> Program {
    emulator.connect(Arc::new(HttpSink::new(&program.webhook()).expect("a callback")));
    program
}

/// What one side has written in a person's chat.
pub(crate) fn texts(who: &Actor, side: Side) -> Vec<String> {
    let messages = who.chat().messages;
    messages
        .iter()
        .filter(|message| message.from == side)
        .filter_map(|message| message.content.text().map(Into::into))
        .collect()
}

/// How many of the people's messages the bot has acknowledged.
pub(crate) fn acknowledged(people: &[Actor]) -> usize {
    let messages = people.iter().flat_map(|who| who.chat().messages);
    messages.filter(|message| message.from == Side::Person && message.status >= Tick::Delivered).count()
}

/// How many messages the bot has sent.
pub(crate) fn answers(people: &[Actor]) -> usize {
    people.iter().map(|who| texts(who, Side::Business).len()).sum()
}
