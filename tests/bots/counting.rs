//! An echo that counts what each person has said: the bot of the kill loop, no example to learn from.

use std::time::Duration;

use wappa::{
    clock::{Clock as _, SystemClock},
    prelude::*,
};

#[derive(Default, Serialize, Deserialize)]
struct Said {
    count: u32,
}

struct Counting;

impl EventHandler for Counting {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let mut said = chat.session::<Said>().await?;
        said.count += 1;
        SystemClock.sleep(Duration::from_millis(20)).await;
        chat.say(format!("{} is the {}th", message.text().unwrap_or("no text"), said.count)).await?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(Counting).run().await
}
