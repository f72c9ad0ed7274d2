//! `#[command]` on an `impl`, and on what is in it.

use wappa::prelude::*;

struct Shop;

#[command(section = "Shop")]
impl Shop {
    #[command]
    async fn by_value(self, chat: Chat) -> Result {
        chat.say("…").await?;
        Ok(())
    }

    #[command]
    async fn exclusive(&mut self) -> Result {
        Ok(())
    }

    #[command]
    async fn without_self() -> Result {
        Ok(())
    }

    #[command = "menu"]
    async fn no_parentheses(&self) -> Result {
        Ok(())
    }

    #[command(nmae = "menu")]
    fn two_mistakes(&self) -> Result {
        Ok(())
    }

    #[command]
    fn not_async(&self) -> Result {
        Ok(())
    }
}

struct Nothing;

#[command]
impl Nothing {
    async fn unmarked(&self) -> Result {
        Ok(())
    }
}

struct Of<T>(T);

#[command]
impl<T> Of<T> {
    #[command]
    async fn generic(&self) -> Result {
        Ok(())
    }
}

fn main() {
    drop(Shop.not_async());
}
