//! What handlers may look like.

use std::sync::Arc;

use wappa::prelude::*;

#[wappa::handler]
async fn nothing() -> Result {
    Ok(())
}

#[wappa::handler]
async fn eight(
    _: Chat,
    _: Message,
    _: Text,
    _: Text<u32>,
    _: Option<Location>,
    _: Received<Image>,
    _: State<Arc<str>>,
    _: Session<u32>,
) -> Result {
    Ok(())
}

#[wappa::handler]
async fn of_a_status(status: Status, messenger: Messenger) -> Result {
    drop((status, messenger));
    Ok(())
}

#[wappa::handler]
async fn of_a_failure(chat: Chat, failed: TurnFailed, event: Option<Message>) -> Result {
    chat.say(failed.error.to_string()).await?;
    drop(event);
    Ok(())
}

struct Calm;

impl wappa::router::Layer for Calm {
    async fn around(
        &self,
        _: wappa::router::Turn<'_>,
        next: wappa::router::Next<'_>,
    ) -> Result<wappa::router::Flow> {
        next.run().await
    }
}

pub fn main() {
    let bot = Router::new()
        .on(nothing)
        .on(eight)
        .on(async |_: Chat| -> Result { Ok(()) })
        .on(|chat: Chat| async move { chat.say("…").await.map(drop).map_err(Into::into) })
        .on_status(of_a_status)
        .on_turn_failed(of_a_failure)
        .otherwise(async || Ok(()))
        .state(Arc::<str>::from("state"))
        .layer(Calm)
        .layer(MarkRead);
    bot.check().expect("nothing is missing");
}
