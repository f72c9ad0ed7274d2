//! The echo bot that a load generator drives: settings from the environment, and `HANDLER_MS` (0) says how long the
//! handler pretends to work before it answers.

use std::time::Duration;

use wappa::{outbox::Pace, prelude::*};

struct Echo {
    work: Duration,
}

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        if !self.work.is_zero() {
            #[expect(clippy::disallowed_methods, reason = "stands for a database or a language model")]
            tokio::time::sleep(self.work).await;
        }
        if let Some(text) = message.text() {
            chat.say(text).await?;
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result {
    #[expect(clippy::disallowed_methods, reason = "the load generator's own setting")]
    let work = std::env::var("HANDLER_MS").unwrap_or_else(|_| "0".to_owned());
    let work = Duration::from_millis(work.parse()?);
    // Meta's own pace would be all that is measured.
    Wappa::new().pace(Pace::OFF).set_event_handler(Echo { work }).run().await
}
