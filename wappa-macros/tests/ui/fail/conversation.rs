//! `#[conversation]` on what cannot be run again from a log.

use wappa::prelude::*;

#[conversation]
fn not_async(talk: Talk) -> Result {
    drop(talk);
    Ok(())
}

#[conversation]
async fn without_a_talk() -> Result {
    Ok(())
}

#[conversation]
async fn generic<T>(talk: Talk) -> Result {
    talk.say("…").await
}

#[conversation]
async fn borrowing(talk: Talk, prices: &str) -> Result {
    talk.say(prices).await
}

#[conversation(colour = "red", misfit = "guess", version = "one")]
async fn unknown_options(talk: Talk) -> Result {
    talk.say("…").await
}

#[conversation(misfit = "guess")]
fn three_mistakes_at_once<T>(talk: Talk) -> Result {
    drop(talk);
    Ok(())
}

#[conversation]
async fn without_an_answer(talk: Talk) {
    drop(talk);
}

#[conversation]
async fn with_self(&self, talk: Talk) -> Result {
    talk.say("…").await
}

#[conversation]
struct NotAFunction;

// The functions stand all the same: nothing is said about this.
fn main() {
    drop(without_a_talk());
}
