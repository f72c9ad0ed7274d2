//! `#[command]` on what is no handler: each mistake is named, all of them at once.

use wappa::prelude::*;

#[command(name = "/menu")]
async fn with_its_prefix(chat: Chat) -> Result {
    chat.say("…").await?;
    Ok(())
}

#[command(name = "")]
async fn without_a_name() -> Result {
    Ok(())
}

#[command(aliases = ["two words"])]
async fn of_two_words() -> Result {
    Ok(())
}

#[command(aliases = "start")]
async fn not_a_list() -> Result {
    Ok(())
}

#[command(aliases = [start])]
async fn not_strings() -> Result {
    Ok(())
}

#[command(alias = ["start"])]
async fn unknown_option() -> Result {
    Ok(())
}

#[command(section, aliases = ["start" "hola"])]
async fn not_well_formed() -> Result {
    Ok(())
}

#[command]
async fn borrowing(_: &Chat) -> Result {
    Ok(())
}

#[command]
fn not_async() -> Result {
    Ok(())
}

#[command]
async fn generic<T>() -> Result {
    Ok(())
}

#[command]
async fn without_an_answer() {}

#[command(colour = "red", hidden = true, section = 3)]
fn six_mistakes_at_once<T>() {}

#[command]
async fn nine(_: Chat, _: Chat, _: Chat, _: Chat, _: Chat, _: Chat, _: Chat, _: Chat, _: Chat) -> Result {
    Ok(())
}

#[command]
async fn with_self(&self) -> Result {
    Ok(())
}

#[command]
struct NotAFunction;

// The functions stand all the same: nothing is said about these calls.
fn main() {
    drop((not_async(), without_an_answer()));
}
