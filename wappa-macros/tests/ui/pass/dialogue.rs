//! Dialogues and conversations, with everything they may say of themselves.

use std::time::Duration;

use wappa::{dialogue::Conversation, prelude::*};

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
    const VERSION: u32 = 1;

    async fn turn(self, chat: &Chat, message: &Message) -> Result<Next<Self>> {
        match self {
            Self::Address => {
                let address = message.text().unwrap_or_default().to_owned();
                Ok(Next::Go(Self::Payment { address }).within(Duration::from_hours(2)))
            }
            Self::Payment { address } => {
                chat.say(address).await?;
                Ok(Next::Done)
            }
        }
    }
}

#[derive(Choices)]
enum Size {
    Small,
    Large,
}

#[derive(Clone)]
struct Prices(u32);

/// With everything in its parentheses, and things it needs.
#[conversation(name = "sign-up", version = 2, cancel = ["stop"], cancelled = "…", misfit = "finish")]
pub async fn sign_up(mut talk: Talk, prices: Prices, (low, high): (u32, u32)) -> Result<u32> {
    let size: Size = talk.choose("Which size?").await?;
    let price = talk.once("price", async |_| Ok::<_, wappa::Error>(prices.0 + size as u32)).await?;
    let more: u32 = talk.call(count).await?;
    talk = talk.clone();
    talk.say("…").await?;
    Ok((price + more).clamp(low, high))
}

#[conversation]
async fn count(talk: Talk) -> Result<u32> {
    let number: u32 = talk.ask("How many?").await?;
    Ok(number)
}

pub fn main() {
    fn name<C: Conversation>(_: &C) -> (&'static str, u32) {
        (C::NAME, C::VERSION)
    }
    let signing_up = sign_up(Prices(900), (1, 1_000));
    assert_eq!((name(&signing_up), name(&count)), (("sign-up", 2), ("count", 0)));
    let bot = Router::new().dialogue::<Checkout>().conversation(signing_up).conversation(count);
    bot.check().expect("nothing is missing");
    drop(Size::Large);
}
