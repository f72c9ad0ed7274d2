//! Says back whatever it is sent: the smallest useful bot, in every kind of message.
//!
//! `cargo run --example echo`, then open the phone page that the banner names and say something.

use wappa::prelude::*;

struct Echo;

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        // Shows blue ticks and "typing…"; if Meta refuses that, the answer matters more.
        chat.typing().await.ok();
        match &message.content {
            Content::Text(text) => chat.say(text).await?,
            // Files go back by the id they came with; nothing is downloaded.
            Content::Image(image) => chat.send(with_caption(Image::id(&image.id), &message)).await?,
            Content::Video(video) => chat.send(Video::id(&video.id)).await?,
            Content::Audio(audio) => chat.send(Audio::id(&audio.id)).await?,
            Content::Document(file) => {
                let name = file.filename.as_deref().unwrap_or("file");
                chat.send(Document::id(&file.id).filename(name)).await?
            }
            Content::Sticker(sticker) => chat.send(Sticker::id(&sticker.id)).await?,
            Content::Location(place) => chat.send(place.clone()).await?,
            Content::Contacts(cards) => chat.send(Contacts::new(cards.clone())).await?,
            Content::Reaction(reaction) => match &reaction.emoji {
                // The same emoji, on the same message.
                Some(emoji) => chat.react_to(&reaction.message_id, emoji).await?,
                None => chat.send(Reaction::remove(&reaction.message_id)).await?,
            },
            _ => match message.tapped() {
                Some(tap) => chat.reply(format!("You tapped {}.", tap.title)).await?,
                None => chat.reply("I cannot send this kind back.").await?,
            },
        };
        Ok(())
    }
}

fn with_caption(image: Image, message: &Message) -> Image {
    match message.caption() {
        Some(caption) => image.caption(caption),
        None => image,
    }
}

#[tokio::main]
async fn main() -> Result {
    Wappa::new().set_event_handler(Echo).run().await
}

#[cfg(test)]
mod tests {
    use wappa::testing::World;

    use super::Echo;

    wappa::transcripts!("tests/talks/echo/*.txt", Echo);

    #[wappa::test]
    async fn says_back_what_it_hears(world: World) {
        let ana = world.bot(Echo).user("Ana");
        ana.says("hello").await;
        ana.sees("hello").exactly("hello");
        ana.sends_image("any bytes").await;
        ana.sees_a("image");
        ana.shares_location(52.52, 13.405).await;
        ana.sees_a("location");
        ana.reacts("👍").await;
        ana.sees_nothing();
    }
}
