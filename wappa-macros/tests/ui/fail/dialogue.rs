//! A dialogue that forgets a step, and one that cannot be kept.

use wappa::prelude::*;

#[derive(Default, Serialize, Deserialize)]
enum Checkout {
    #[default]
    Address,
    Payment { address: String },
    Confirm { address: String },
}

impl Dialogue for Checkout {
    const NAME: &'static str = "checkout";

    async fn turn(self, _: &Chat, _: &Message) -> Result<Next<Self>> {
        match self {
            Self::Address => Ok(Next::Go(Self::Payment { address: String::new() })),
            Self::Payment { address } => Ok(Next::Go(Self::Confirm { address })),
        }
    }
}

#[derive(Default)]
struct NotKept;

impl Dialogue for NotKept {
    async fn turn(self, _: &Chat, _: &Message) -> Result<Next<Self>> {
        Ok(Next::Done)
    }
}

fn main() {}
