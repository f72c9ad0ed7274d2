//! Straight-line code that survives a restart.

use wappa::prelude::*;

#[derive(Choices, Clone, Copy)]
enum Size {
    Small,
    Large,
}

#[derive(Clone)]
struct Prices;

impl Prices {
    async fn quote(&self, _: String, size: Size) -> Result<u32> {
        Ok(std::future::ready(900 + 300 * size as u32).await)
    }
}

#[conversation]
async fn sign_up(talk: Talk, prices: Prices) -> Result {
    let name: String = talk.ask("What's your name?").await?;
    let size: Size = talk.choose("Which size?").await?;
    let quote = talk.once("quote", |key| prices.quote(key, size)).await?;
    talk.say(format!("{name}, that is {quote}.")).await?;
    Ok(())
}

pub(super) fn bot() -> Router {
    let welcome = async |chat: Chat| chat.talk(sign_up(Prices)).await;
    Router::new().conversation(sign_up(Prices)).otherwise(welcome)
}
