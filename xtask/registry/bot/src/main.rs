//! Two bots in one process, beside those of a library; prints what each of them can be told.

use wappa::prelude::*;

mod pizzeria {
    use wappa::prelude::*;

    #[command]
    async fn pizza(chat: Chat) -> Result {
        chat.say("Margherita?").await?;
        Ok(())
    }

    pub mod oven {
        use wappa::prelude::*;

        #[command]
        async fn status(chat: Chat) -> Result {
            chat.say("Hot.").await?;
            Ok(())
        }
    }

    pub fn bot() -> Router {
        Router::new().commands(commands!())
    }
}

mod bank {
    use wappa::prelude::*;

    // The name it has in the pizzeria, too: they are two bots.
    #[command]
    async fn status(chat: Chat) -> Result {
        chat.say("You are rich.").await?;
        Ok(())
    }

    pub fn bot() -> Router {
        Router::new().commands(commands!())
    }
}

fn main() {
    let everything = Router::new().commands(commands!(all));
    let bots = [
        ("pizzeria", pizzeria::bot()),
        ("bank", bank::bot()),
        ("shop", shop::bot()),
        ("cakes", shop::cakes::bot()),
        ("program", Router::new().commands(commands!())),
        ("everything", everything),
    ];
    for (name, bot) in bots {
        println!("{name}: {}", commands(&bot));
    }
}

/// In the order of the alphabet.
fn commands(bot: &Router) -> String {
    let table = bot.explain();
    let usages = table.split_whitespace().filter_map(|word| word.strip_prefix('/'));
    let mut names: Vec<&str> = usages.filter(|word| !word.contains('/')).collect();
    names.sort_unstable();
    names.join(" ")
}
