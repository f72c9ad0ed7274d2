//! A checkout, as a value that each message consumes: the compiler names the step you forgot.
//!
//! `cargo run --example dialogue`, then open the phone page that the banner names and say "checkout".

use std::time::Duration;

use wappa::prelude::*;

#[derive(Default, Serialize, Deserialize)]
enum Checkout {
    #[default]
    Address,
    Payment {
        address: String,
    },
}

impl Dialogue for Checkout {
    const NAME: &'static str = "checkout";

    async fn begin(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Where to? (\"cancel\" to stop)").await?;
        Ok(Next::Stay.within(Duration::from_hours(2)))
    }

    async fn turn(self, chat: &Chat, message: &Message) -> Result<Next<Self>> {
        let Some(text) = message.text().or(message.tapped().map(|tap| tap.title)) else {
            chat.say("In words, please.").await?;
            return Ok(Next::Stay);
        };
        match self {
            Self::Address => {
                chat.send(
                    Buttons::new("How would you like to pay?").button("cash", "Cash").button("card", "Card"),
                )
                .await?;
                Ok(Next::Go(Self::Payment { address: text.to_owned() }).within(Duration::from_hours(2)))
            }
            Self::Payment { address } => {
                chat.say(format!("{text}, to {address}. It's on its way!")).await?;
                Ok(Next::Done)
            }
        }
    }

    async fn on_timeout(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Your order is still waiting. Say \"checkout\" to go on.").await?;
        Ok(Next::Done)
    }

    async fn on_cancel(self, chat: &Chat) -> Result {
        chat.say("All right, no order.").await?;
        Ok(())
    }
}

/// Order what is in the cart
#[command]
async fn checkout(chat: Chat) -> Result {
    chat.start::<Checkout>().await
}

async fn otherwise(chat: Chat) -> Result {
    chat.say("Say \"checkout\".").await?;
    Ok(())
}

fn bot() -> Router {
    Router::new().commands(commands!()).dialogue::<Checkout>().otherwise(otherwise)
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(bot()).run().await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use wappa::testing::World;

    use super::bot;

    #[wappa::test]
    async fn checks_out(world: World) {
        let ana = world.bot(bot()).user("Ana");
        ana.says("checkout").await;
        ana.sees("Where to?");
        ana.says("/help").await;
        ana.sees("checkout");
        ana.says("Elm Street 7").await;
        ana.sees("How would you like to pay?").buttons(["Cash", "Card"]);
        ana.taps("Card").await;
        ana.sees("Card, to Elm Street 7. It's on its way!");
        ana.says("checkout").await;
        ana.sees("Where to?");
        world.clock().advance(Duration::from_hours(2));
        ana.sees("still waiting");
        ana.says("cash").await;
        ana.sees("Say \"checkout\".");
    }
}
