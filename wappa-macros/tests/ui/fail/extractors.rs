//! Arguments that are no extractors, and extractors of what they cannot hold.

use std::rc::Rc;

use wappa::prelude::*;

struct Custom;

enum Pizza {
    Marinara,
}

async fn a_string(text: String) -> Result {
    drop(text);
    Ok(())
}

async fn a_type_of_ones_own(chat: Chat, custom: Custom) -> Result {
    drop((chat, custom));
    Ok(())
}

async fn borrowed(chat: &Chat) -> Result {
    chat.say("…").await?;
    Ok(())
}

async fn no_payload(tap: Tapped<Pizza>) -> Result {
    drop(tap);
    Ok(())
}

async fn no_argument(args: Args<(Pizza, u8)>) -> Result {
    drop(args);
    Ok(())
}

async fn unreadable(text: Text<Pizza>) -> Result {
    drop(text);
    Ok(())
}

async fn no_session(cart: Session<Pizza>) -> Result {
    drop(cart);
    Ok(())
}

async fn no_state(State(custom): State<Custom>) -> Result {
    drop(custom);
    Ok(())
}

async fn not_received(name: Received<String>) -> Result {
    drop(name);
    Ok(())
}

async fn perhaps_a_string(text: Option<String>) -> Result {
    drop(text);
    Ok(())
}

fn main() {
    drop(Pizza::Marinara);
    let rc = Rc::new(());
    let bot = Router::new()
        .on(a_string)
        .on(a_type_of_ones_own)
        .on(borrowed)
        .on(no_payload)
        .on(no_argument)
        .on(unreadable)
        .on(no_session)
        .on(no_state)
        .on(not_received)
        .on(perhaps_a_string)
        .state(rc);
    drop(bot);
}
