//! Signing up, as straight-line code: stop the program in the middle, start it again, and go on where you were.
//!
//! `cargo run --example conversation`, then open the phone page that the banner names and say "hi".

use wappa::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Choices)]
enum Size {
    Small,
    Medium,
    Large,
}

/// Stands for a service that costs money each time it is asked.
#[derive(Clone, Copy)]
struct Prices;

impl Prices {
    /// `key` is the same however often this question is repeated: a good service answers it once.
    #[expect(clippy::unused_async, reason = "a real one goes over the network")]
    async fn quote(self, key: String, size: Size) -> Result<u32> {
        tracing::info!(key, "asked for a price");
        Ok(900 + 200 * size as u32)
    }
}

/// Run from its beginning at every message, with what has happened answered from a log, until it comes to a question that
/// has no answer yet.
#[conversation(cancelled = "Maybe another day.")]
async fn sign_up(talk: Talk, prices: Prices) -> Result {
    let name: String = talk.ask("What's your name?").await?;
    let size: Size = talk.choose("Which size?").await?;
    let price = talk.once("quote", |key| prices.quote(key, size)).await?;
    talk.say(format!("{name}, {} is € {}.{:02}.", size.name(), price / 100, price % 100)).await?;
    let of_age = |age: &u8| if *age >= 18 { Ok(()) } else { Err("You must be 18 for that.") };
    let age: u8 = talk.ask_with("How old are you?", of_age).again("A number, please; 18 or more.").await?;
    talk.say(format!("Welcome, {name} ({age})!")).await
}

async fn welcome(chat: Chat) -> Result {
    chat.talk(sign_up(Prices)).await
}

fn bot() -> Router {
    Router::new().conversation(sign_up(Prices)).otherwise(welcome)
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(bot()).run().await
}

#[cfg(test)]
mod tests {
    use wappa::testing::World;

    use super::bot;

    #[wappa::test]
    async fn signs_up(world: World) {
        let ana = world.bot(bot()).user("Ana");
        ana.says("hi").await;
        ana.sees("What's your name?");
        ana.says("Ana").await;
        ana.sees("Which size?").buttons(["Small", "Medium", "Large"]);
        ana.says("enormous").await;
        ana.sees("Please choose one of Small, Medium, Large.");
        ana.taps("Medium").await;
        ana.sees("Ana, Medium is € 11.00.");
        ana.sees("How old are you?");
        ana.says("17").await;
        ana.sees("A number, please");
        ana.says("18").await;
        ana.sees("Welcome, Ana (18)!");
        ana.says("hi").await;
        ana.sees("What's your name?");
        ana.says("cancel").await;
        ana.sees("Maybe another day.");
    }
}
