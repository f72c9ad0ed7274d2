//! Functions that are no handlers, without the attribute that says why.

use std::rc::Rc;

use wappa::prelude::*;

fn not_async(_: Chat) -> Result {
    Ok(())
}

async fn without_an_answer(_: Chat) {}

async fn of_another_answer(_: Chat) -> std::result::Result<(), String> {
    Ok(())
}

async fn not_send(chat: Chat) -> Result {
    let here = Rc::new(());
    chat.say("…").await?;
    drop(here);
    Ok(())
}

async fn nine(_: Chat, _: Chat, _: Chat, _: Chat, _: Chat, _: Chat, _: Chat, _: Chat, _: Chat) -> Result {
    Ok(())
}

fn main() {
    let greeting = String::from("Hi");
    let bot = Router::new()
        .on(not_async)
        .on(without_an_answer)
        .on(of_another_answer)
        .on(not_send)
        .on(nine)
        .otherwise(async |chat: Chat| -> Result {
            chat.say(&greeting).await?;
            Ok(())
        });
    drop(bot);
}
