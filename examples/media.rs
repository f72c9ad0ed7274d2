//! Media: what people send, looked into and sent back.
//!
//! `cargo run --example media`, then send a picture, a voice message or a place.

use wappa::prelude::*;

async fn picture(chat: Chat, Received(picture): Received<Image>) -> Result {
    let bytes = chat.download(&picture).await?;
    let text = format!("{} bytes, {}", bytes.len(), picture.mime_type.as_deref().unwrap_or("of some type"));
    // It goes back by its id: nothing is uploaded.
    chat.reply(Image::id(picture.id).caption(text)).await?;
    Ok(())
}

async fn recording(chat: Chat, recording: Received<Audio>) -> Result {
    chat.reply(recording).await?;
    Ok(())
}

async fn any_file(chat: Chat, file: Media) -> Result {
    chat.reply(format!("A {}, thank you.", file.kind.as_str())).await?;
    Ok(())
}

async fn place(chat: Chat, place: Location) -> Result {
    chat.reply(place.with_name("Here you are")).await?;
    Ok(())
}

fn bot() -> Router {
    Router::new().on(picture).on(recording).on(any_file).on(place).otherwise(async |chat: Chat| -> Result {
        chat.say("Send me a picture, a voice message or a place.").await?;
        Ok(())
    })
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(bot()).run().await
}

#[cfg(test)]
mod tests {
    use wappa::testing::World;

    use super::*;

    #[wappa::test]
    async fn what_is_sent_comes_back(world: World) {
        let ana = world.bot(bot()).user("Ana");
        ana.sends_image("any bytes").await;
        ana.sees("9 bytes, image/jpeg");
        ana.shares_location(52.52, 13.405).await;
        ana.sees_a("location");
        ana.says("hi").await;
        ana.sees("Send me a picture");
    }
}
