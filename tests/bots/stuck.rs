//! A bot whose disk hangs with its first message: the bot of a test, no example to learn from.

#[path = "../common/mortal.rs"]
mod mortal;

use std::{fs::File, sync::Arc};

use mortal::{Death, Dies, Life, Mortal};
use wappa::{
    prelude::*,
    store::{MemoryLimits, MemoryStore, Store},
};

struct Silent;

impl EventHandler for Silent {
    async fn on_message(&self, _: Chat, _: Message) -> Result {
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result {
    let life = Life::of(1, Dies::After, Death::Played);
    let hangs = Arc::clone(&life);
    tokio::spawn(async move {
        hangs.over.notified().await;
        File::create("it-hangs").expect("the test is told");
    });
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(MemoryLimits::default()));
    Wappa::new().custom_store(Arc::new(Mortal(life, store))).set_event_handler(Silent).run().await
}
