//! Someone with whom one signs up, in a conversation whose every step may be the last of the process.

use std::sync::Arc;

use wappa::{
    dialogue::{Conversation, Dialogues, Taken},
    prelude::*,
};

use super::mortal::Life;

/// What the person says, and how often the clerk has spoken by then.
pub(crate) const SAID: [(&str, usize); 3] = [("hi", 1), ("Ana", 3), ("yes", 4)];
/// What the clerk says, each once.
pub(crate) const HEARD: [&str; 4] = ["Your name?", "Ana, that is 7.", "Deal?", "yes it is."];

/// A service outside, told by key what is asked of it.
type Service = Arc<dyn Fn(&str) + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Clerk {
    pub(crate) service: Service,
    pub(crate) life: Arc<Life>,
}

impl Conversation for Clerk {
    const NAME: &'static str = "sign up";
    type Output = ();

    async fn run(&self, talk: Talk) -> Result {
        let name: String = talk.ask("Your name?").await?;
        let quote = async |key: String| {
            let asked = async { (self.service)(&key) };
            self.life.step(asked).await;
            Ok::<u32, Error>(7)
        };
        let price = talk.once("quote", quote).await?;
        talk.say(format!("{name}, that is {price}.")).await?;
        let answer: String = talk.ask("Deal?").await?;
        talk.say(format!("{answer} it is.")).await
    }
}

impl EventHandler for Clerk {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        if Dialogues::new().conversation(self.clone()).message(&chat, &message).await? == Taken::No {
            chat.talk(self.clone()).await?;
        }
        Ok(())
    }
}
