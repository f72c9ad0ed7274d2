//! Commands: names, typed words, and a `/help` that writes itself.
//!
//! `cargo run --example commands`, then say "/help", "/roll", "/roll 20 3" or "/rol".

use wappa::prelude::*;

#[derive(Choices, Clone, Copy)]
enum Unit {
    #[choice(aliases = ["c"])]
    Celsius,
    #[choice(aliases = ["f"])]
    Fahrenheit,
}

/// Say it back, as in /echo "two words" and more
#[command(aliases = ["say"])]
async fn echo(chat: Chat, Args(words): Args<Rest>) -> Result {
    chat.say(words.0).await?;
    Ok(())
}

/// Convert a temperature, as in /convert 20 celsius
#[command(section = "Numbers")]
async fn convert(chat: Chat, Args((degrees, from)): Args<(f64, Unit)>) -> Result {
    let answer = match from {
        Unit::Celsius => format!("{:.1} °F", degrees * 1.8 + 32.0),
        Unit::Fahrenheit => format!("{:.1} °C", (degrees - 32.0) / 1.8),
    };
    chat.say(answer).await?;
    Ok(())
}

/// Add up to as many numbers as you like
#[command(section = "Numbers", aliases = ["sum"])]
async fn add(chat: Chat, Args(numbers): Args<Vec<i64>>) -> Result {
    let sum = numbers.into_iter().try_fold(0_i64, i64::checked_add);
    chat.say(sum.map_or("That is too much for me.".to_owned(), |sum| sum.to_string())).await?;
    Ok(())
}

fn bot() -> Router {
    Router::new().commands(commands!()).otherwise(async |chat: Chat| -> Result {
        chat.say("Say /help.").await?;
        Ok(())
    })
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(bot()).run().await
}

#[cfg(test)]
mod tests {
    use wappa::testing::World;

    use super::*;

    #[wappa::test]
    async fn what_is_said_is_understood_or_explained(world: World) {
        let ana = world.bot(bot()).user("Ana");
        for (says, sees) in [
            ("/convert 20 C", "68.0 °F"),
            ("convert 68 fahrenheit", "20.0 °C"),
            ("/convert warm c", "“warm” is not a number.\nUsage: /convert <degrees> <from>"),
            ("/sum 1 2 3", "6"),
            ("/say “two words” and more", "“two words” and more"),
            ("/convret 1 c", "There is no /convret. Did you mean /convert?"),
            ("hello", "Say /help."),
        ] {
            ana.says(says).await;
            ana.sees(sees).exactly(sees);
        }
        ana.says("/help").await;
        ana.sees("/add [numbers…]: Add up to as many numbers as you like");
    }
}
