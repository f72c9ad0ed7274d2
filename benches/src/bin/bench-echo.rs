//! The echo bot that a load generator drives: settings from the environment, `HANDLER_MS` (0) says how long the handler
//! pretends to work before it answers, and `SLOW_MS` (0) how long where a text begins with "slow".

use std::time::Duration;

use wappa::{outbox::Pace, prelude::*};

struct Echo {
    work: Duration,
    slow: Duration,
}

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let slow = message.text().is_some_and(|text| text.starts_with("slow"));
        let work = if slow { self.slow } else { self.work };
        if !work.is_zero() {
            #[expect(clippy::disallowed_methods, reason = "stands for a database or a language model")]
            tokio::time::sleep(work).await;
        }
        if let Some(text) = message.text() {
            chat.say(text).await?;
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result {
    let (work, slow) = (millis("HANDLER_MS")?, millis("SLOW_MS")?);
    // Meta's own pace would be all that is measured.
    Wappa::new().pace(Pace::OFF).set_event_handler(Echo { work, slow }).run().await
}

fn millis(name: &str) -> Result<Duration> {
    #[expect(clippy::disallowed_methods, reason = "the load generator's own setting")]
    let millis = std::env::var(name).unwrap_or_else(|_| "0".to_owned());
    Ok(Duration::from_millis(millis.parse()?))
}
