//! Texts by language: a bot that lacks what it says does not start.

use std::sync::Arc;

use wappa::{prelude::*, texts};

use crate::stage::{Place, Stage, said};

async fn hello(chat: Chat, lang: Lang) -> Result {
    chat.say(t!(lang, "hello", name = "you")).await?;
    Ok(())
}

async fn start(texts: Option<Texts>) -> Result<Stage> {
    let emulator = wappa::emulator::Emulator::open(wappa::emulator::EmulatorConfig::for_tests()).await;
    let bot = Router::new().on(hello);
    Stage::try_building(bot, &Place::memory(), emulator.expect("an emulator"), |wappa| match texts {
        Some(texts) => wappa.texts(texts),
        None => wappa,
    })
    .await
}

#[tokio::test]
async fn a_bot_that_lacks_what_it_says_does_not_start() {
    let refused = start(Some(texts! { "en" => "other = Other" })).await.err().expect("it does not start");
    assert!(refused.to_string().contains("there is no text `hello` in `en`"), "{refused}");
    let stage = start(Some(texts! { "en" => "hello = Hello, { $name }!", "es" => "" })).await.expect("a bot");
    stage.ana().says("hi").expect("said");
    stage.ana().sees_answers(1).await.expect("an answer");
    assert_eq!(said(&stage.ana()), ["Hello, you!"]);

    // From outside a turn as well.
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    let chat = stage.bot.handle().chat(stage.business().phone_number_id, ana);
    let lang = chat.lang().await.expect("a language");
    assert_eq!(lang.tag(), "en");
    assert_eq!(Lang::of(&Arc::new(texts! { "es" => "hola = Hola" }), ["es"]).get("hola").to_string(), "Hola");
}
