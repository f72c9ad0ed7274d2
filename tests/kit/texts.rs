//! What a bot says by language: as people from different places hear it, and as they choose.

use wappa::{prelude::*, testing::World, texts};

fn bot() -> Wappa<Router> {
    let texts = texts! {
        "en" => "hello = Hello, { $name }!\nbye = Bye!",
        "es" => "hello = ¡Hola, { $name }!",
    };
    Wappa::new().set_event_handler(Router::new().commands(commands!()).otherwise(hello)).texts(texts)
}

async fn hello(chat: Chat, lang: Lang) -> Result {
    chat.say(t!(lang, "hello", name = chat.user().name().unwrap_or_default())).await?;
    Ok(())
}

#[command]
async fn bye(chat: Chat, lang: Lang) -> Result {
    chat.say(t!(lang, "bye")).await?;
    Ok(())
}

#[command]
async fn language(chat: Chat, Args(tag): Args<String>) -> Result {
    match chat.choose_language(&tag).await {
        Ok(lang) => hello(chat, lang).await,
        Err(error) => {
            chat.say(error.to_string()).await?;
            Ok(())
        }
    }
}

#[wappa::test]
async fn people_hear_the_language_they_chose_for_good() {
    let world = World::builder().sqlite().build();
    let ana = world.bot_of(bot()).user("Ana");
    ana.says("hi").await;
    ana.sees("Hello, Ana!");
    ana.says("/language es-MX").await;
    ana.sees("¡Hola, Ana!");
    ana.says("/bye").await;
    ana.sees("Bye!");
    ana.says("/language fr").await;
    ana.sees("this bot does not speak `fr`: it speaks en, es");

    // A new version is deployed.
    let bot = world.bot_of(bot());
    ana.says("hi").await;
    ana.sees("¡Hola, Ana!");
    let ben = bot.user("Ben");
    ben.says("hi").await;
    ben.sees("Hello, Ben!");
}
