//! What happens later: reminders that survive a restart, and a schedule by the clock of a place.
//!
//! `cargo run --example reminders`, then open the phone page that the banner names and say "tea 3".

use std::time::Duration;

use wappa::prelude::*;

#[derive(Serialize, Deserialize)]
struct Tea {
    minutes: u64,
}

/// Reminds you of your tea: tea 3
#[command]
async fn tea(chat: Chat, Args((minutes,)): Args<(u64,)>) -> Result {
    chat.remind_in(Duration::from_mins(minutes), "tea", &Tea { minutes }).await?;
    chat.say(format!("In {minutes} minutes, then.")).await?;
    Ok(())
}

/// Forgets the tea
#[command]
async fn never_mind(chat: Chat) -> Result {
    chat.forget_reminder("tea").await?;
    chat.say("Forgotten.").await?;
    Ok(())
}

async fn ready(chat: Chat, timer: Timer) -> Result {
    let Tea { minutes } = timer.payload()?;
    chat.say(format!("Your tea has drawn for {minutes} minutes.")).await?;
    Ok(())
}

async fn otherwise(chat: Chat) -> Result {
    chat.say("Say \"tea 3\".").await?;
    Ok(())
}

fn bot() -> Router {
    Router::new().commands(commands!()).on_timer(ready).otherwise(otherwise)
}

/// Greets everybody in a table that other handlers could fill; there is nobody in it here.
async fn greet(bot: Messenger) -> Result {
    for (wa_id, number) in bot.table::<String>("early birds").page(None, 1_000).await? {
        let morning = Template::new("good_morning", "en");
        bot.chat(number, WaId::from(&*wa_id)).template(morning).await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(bot()).schedule("0 9 * * 1-5", "Europe/Madrid", greet).run().await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use wappa::testing::World;

    use super::bot;

    #[wappa::test]
    async fn reminds(world: World) {
        let ana = world.bot(bot()).user("Ana");
        ana.says("tea 3").await;
        ana.sees("In 3 minutes");
        world.clock().advance(Duration::from_mins(2));
        ana.sees_nothing();
        world.clock().advance(Duration::from_mins(1));
        ana.sees("Your tea has drawn for 3 minutes.");
    }
}
