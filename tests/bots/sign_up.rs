//! A clerk that dies by `kill -9` at a step of the conversation: the bot of a test, no example to learn from.

#[path = "../common/clerk.rs"]
#[allow(dead_code, reason = "what is said is for the test")]
mod clerk;
#[path = "../common/mortal.rs"]
mod mortal;

use std::{
    fs::File,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use clerk::Clerk;
use mortal::{Life, Mortal};
use wappa::{
    cloud::{
        Transport,
        client::{HttpConfig, HttpTransport},
    },
    prelude::*,
    store::Store,
};
use wappa_sqlite::{SqliteOptions, SqliteStore};

#[tokio::main]
async fn main() -> Result {
    let life = Life::of_this_process();
    let effects = Mutex::new(File::options().create(true).append(true).open("effects.txt")?);
    let note = move |key: &str| {
        let mut effects = effects.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(effects, "{key}").expect("the service keeps its books");
    };
    let clerk = Clerk { service: Arc::new(note), life: Arc::clone(&life) };
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(SqliteOptions::new("sign-up.db"))?);
    #[expect(clippy::disallowed_methods, reason = "the test is Meta")]
    let meta = std::env::var("WHATSAPP_API_BASE_URL")?;
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(&HttpConfig::new(meta, "v25.0"))?);
    Wappa::new()
        .custom_store(Arc::new(Mortal(Arc::clone(&life), store)))
        .custom_transport(Arc::new(Mortal(life, transport)))
        .set_event_handler(clerk)
        .run()
        .await
}
