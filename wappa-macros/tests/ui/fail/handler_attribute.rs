//! `#[wappa::handler]` names the part of a handler that is wrong.

use std::rc::Rc;

use wappa::prelude::*;

struct Custom;

#[wappa::handler]
async fn one_of_three(chat: Chat, custom: Custom, text: Text) -> Result {
    drop((chat, custom, text));
    Ok(())
}

#[wappa::handler]
async fn two_of_three(custom: Custom, text: String, chat: Chat) -> Result {
    drop((chat, custom, text));
    Ok(())
}

#[wappa::handler]
fn not_async(_: Chat) -> Result {
    Ok(())
}

#[wappa::handler]
async fn without_an_answer(_: Chat) {}

#[wappa::handler]
async fn of_another_answer(_: Chat) -> std::result::Result<(), String> {
    Ok(())
}

#[wappa::handler]
async fn borrowed(chat: &Chat) -> Result {
    chat.say("…").await?;
    Ok(())
}

#[wappa::handler]
async fn not_send(chat: Chat) -> Result {
    let here = Rc::new(());
    chat.say("…").await?;
    drop(here);
    Ok(())
}

#[wappa::handler]
async fn generic<T>(_: Chat) -> Result {
    Ok(())
}

#[wappa::handler(strict)]
async fn with_an_option(_: Chat) -> Result {
    Ok(())
}

#[wappa::handler]
struct NotAFunction;

fn main() {
    drop(not_async);
}
