//! From the cart to the oven, step by step.

use std::time::Duration;

use wappa::prelude::*;

use crate::shop::Order;

/// Where somebody is: a value that each message consumes, kept over restarts. The compiler names a step that was forgotten.
#[derive(Default, Serialize, Deserialize)]
pub enum Checkout {
    #[default]
    Address,
    Payment {
        address: String,
    },
}

const TIME_TO_ANSWER: Duration = Duration::from_hours(2);
const TIME_IN_THE_OVEN: Duration = Duration::from_mins(20);

impl Dialogue for Checkout {
    const NAME: &'static str = "checkout";

    async fn begin(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Where to? (\"cancel\" to stop)").await?;
        Ok(Next::Stay.within(TIME_TO_ANSWER))
    }

    async fn turn(self, chat: &Chat, message: &Message) -> Result<Next<Self>> {
        let said = message.text().or(message.tapped().map(|tap| tap.title));
        let Some(said) = said else {
            chat.say("In words, please.").await?;
            return Ok(Next::Stay);
        };
        match self {
            Self::Address => {
                let question = Buttons::new("Cash or card?");
                chat.send(question.button("cash", "Cash").button("card", "Card"))
                    .await?;
                let address = said.to_owned();
                Ok(Next::Go(Self::Payment { address }).within(TIME_TO_ANSWER))
            }
            Self::Payment { address } => {
                let mut order = chat.session::<Order>().await?;
                let ordered = format!("{} ({said}), to {address}.", order.in_words());
                order.in_the_oven = Some(ordered);
                order.cart.clear();
                chat.remind_in(TIME_IN_THE_OVEN, "ready", &()).await?;
                chat.say("Thank you! We'll write when it is on its way.")
                    .await?;
                Ok(Next::Done)
            }
        }
    }

    async fn on_timeout(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Your order is still waiting: say \"cart\" to go on.")
            .await?;
        Ok(Next::Done)
    }

    async fn on_cancel(self, chat: &Chat) -> Result {
        chat.say("All right, no order.").await?;
        Ok(())
    }
}
