//! What the menu sells, and its dialogue: a value that a turn consumes.

use wappa::prelude::*;

#[derive(Choices, Serialize, Deserialize, Clone, Copy)]
pub(super) enum Pizza {
    Margherita,
    Marinara,
}

#[derive(Serialize, Deserialize, Default)]
pub(super) enum Checkout {
    #[default]
    Address,
    Confirm(String),
}

impl Dialogue for Checkout {
    const NAME: &'static str = "checkout";
    async fn begin(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Where to?").await?;
        Ok(Next::Stay)
    }
    async fn turn(self, chat: &Chat, message: &Message) -> Result<Next<Self>> {
        let text = message.text().unwrap_or_default().to_owned();
        match self {
            Self::Address => {
                chat.say(format!("To {text}: right?")).await?;
                Ok(Next::Go(Self::Confirm(text)))
            }
            Self::Confirm(address) => {
                chat.say(format!("On its way to {address}.")).await?;
                Ok(Next::Done)
            }
        }
    }
}
