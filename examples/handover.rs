//! A person takes over: the bot is silent until it is given back, or until an hour has passed.
//!
//! `cargo run --example handover`, then open the phone page that the banner names and say "human".

use std::time::Duration;

use wappa::prelude::*;

/// Talk to a person
#[command]
async fn human(chat: Chat) -> Result {
    chat.hand_over("support").for_at_most(Duration::from_hours(1)).await?;
    chat.say("Somebody will be with you in a minute. Say \"bot\" to have me back.").await?;
    Ok(())
}

/// While people have the conversation, what is said goes to their help desk: here, to the log.
async fn forward(chat: Chat, message: Message) -> Result {
    let to = chat.handed_over().map(|pause| pause.to).unwrap_or_default();
    tracing::info!(to, message = %message.id, "something to answer");
    Ok(())
}

async fn back(chat: Chat, resumed: Resumed) -> Result {
    let missed = chat.messenger().missed(&resumed.pause, 100).await?.len();
    chat.say(format!("I'm here again. You wrote {missed} messages to {}.", resumed.pause.to)).await?;
    Ok(())
}

async fn otherwise(chat: Chat) -> Result {
    chat.say("I'm a bot. Say \"human\" for a person.").await?;
    Ok(())
}

fn bot() -> Wappa<Router> {
    let router = Router::new().commands(commands!()).on_paused(forward).on_resumed(back).otherwise(otherwise);
    Wappa::new().set_event_handler(router).takeover(Takeover::new().word("bot"))
}

#[tokio::main]
async fn main() -> Result {
    bot().run().await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use wappa::testing::World;

    use super::bot;

    #[wappa::test]
    async fn people_take_over_and_give_back(world: World) {
        let bot = world.bot_of(bot());
        let ana = bot.user("Ana");
        ana.says("human").await;
        ana.sees("Somebody will be with you");
        ana.says("hello?").await;
        ana.says("is there anybody?").await;
        ana.sees_nothing();

        // The help desk sees what waits, answers, and gives the conversation back.
        let [pause] = &bot.handle().paused()[..] else { panic!("one conversation") };
        assert_eq!(pause.to, "support");
        let missed = bot.handle().missed(pause, 10).await.expect("what was said");
        let texts: Vec<_> = missed.iter().filter_map(|missed| missed.message.text()).collect();
        assert_eq!(texts, ["hello?", "is there anybody?"]);
        bot.says_to(&ana, "This is Ben. How can I help?").await;
        ana.sees("This is Ben.");
        bot.chat(&ana).release().await.expect("given back");
        world.settle().await;
        ana.sees("You wrote 2 messages to support.");
        ana.says("thanks").await;
        ana.sees("I'm a bot.");

        ana.says("human").await;
        ana.sees("Somebody will be with you");
        ana.says(" Bot").await;
        ana.sees("You wrote 0 messages");

        ana.says("human").await;
        ana.sees("Somebody will be with you");
        world.clock().advance(Duration::from_hours(1));
        ana.sees("I'm here again.");
        assert!(bot.handle().paused().is_empty());
    }
}
