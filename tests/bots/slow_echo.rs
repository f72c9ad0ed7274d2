//! An echo that thinks for 300 ms before it answers: the bot of the crash test, no example to learn from.

use std::time::Duration;

use wappa::{
    clock::{Clock as _, SystemClock},
    prelude::*,
};

struct SlowEcho;

impl EventHandler for SlowEcho {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        SystemClock.sleep(Duration::from_millis(300)).await;
        chat.say(message.text().unwrap_or("no text")).await?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(SlowEcho).run().await
}
