//! A `#[conversation]` whose types don't fit.

use wappa::prelude::*;

struct Prices;

#[conversation]
async fn with_a_chat(chat: Chat) -> Result {
    chat.say("…").await?;
    Ok(())
}

#[conversation]
async fn of_another_answer(talk: Talk) -> Option<()> {
    drop(talk);
    None
}

#[conversation]
async fn what_it_needs_is_not_cloned(talk: Talk, prices: Prices) -> Result {
    drop(prices);
    talk.say("…").await
}

#[conversation]
async fn asks_for_what_cannot_be_read(talk: Talk) -> Result {
    let prices: Prices = talk.ask("Which prices?").await?;
    drop(prices);
    Ok(())
}

#[conversation]
async fn offers_what_is_no_choice(talk: Talk) -> Result {
    let prices: Prices = talk.choose("Which prices?").await?;
    drop(prices);
    Ok(())
}

fn main() {}
