//! The first minute.

use wappa::prelude::*;

pub(super) struct Echo;

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        match message.text() {
            Some(text) => chat.say(text).await?,
            None => chat.say("Send me some text.").await?,
        };
        Ok(())
    }
}

#[tokio::main]
pub(super) async fn main() -> Result {
    Wappa::new().set_event_handler(Echo).run().await
}
