//! A library that brings commands along.

use wappa::prelude::*;

#[command]
async fn menu(chat: Chat) -> Result {
    chat.say("Bread and cake.").await?;
    Ok(())
}

pub mod cakes {
    use wappa::prelude::*;

    #[command]
    pub async fn cake(chat: Chat) -> Result {
        chat.say("There is none left.").await?;
        Ok(())
    }

    pub fn bot() -> Router {
        Router::new().commands(commands!())
    }
}

pub fn bot() -> Router {
    Router::new().commands(commands!())
}
