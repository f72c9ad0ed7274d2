//! Two business numbers in one bot: a shop and its help desk, each with routes of its own.
//!
//! `WHATSAPP_NUMBERS` names a file with both numbers, and `cargo run --example two_numbers -- 123456789012345` says which of
//! them is the help desk's. Without either it is the shop, on the emulator's number.

use wappa::{
    prelude::*,
    router::{Flow, Layer, Next, Turn},
};

/// Lets a router's routes run for messages to one of the numbers only.
struct At(PhoneNumberId);

impl Layer for At {
    async fn around(&self, turn: Turn<'_>, next: Next<'_>) -> Result<Flow> {
        match turn.chat() {
            Some(chat) if *chat.number() == self.0 => next.run().await,
            _ => Ok(Flow::Skip),
        }
    }
}

/// Sessions belong to a person at a number: what somebody asks at the help desk is no secret of the shop's.
#[derive(Default, Serialize, Deserialize)]
struct Asked(u32);

async fn ask(chat: Chat, question: Text, mut asked: Session<Asked>) -> Result {
    asked.0 += 1;
    chat.say(format!("Question {} is noted: {}", asked.0, *question)).await?;
    Ok(())
}

async fn order(chat: Chat, wish: Text, asked: Session<Asked>) -> Result {
    chat.say(format!("One {}, please! You have asked {} questions here.", *wish, asked.0)).await?;
    Ok(())
}

fn bot(help_desk: Option<PhoneNumberId>) -> Router {
    let shop = Router::new().on(order);
    match help_desk {
        Some(number) => Router::new().nest(Router::new().on(ask).layer(At(number))).nest(shop),
        None => shop,
    }
}

#[tokio::main]
async fn main() -> Result {
    let help_desk = std::env::args().nth(1).map(PhoneNumberId::from);
    Wappa::new().set_event_handler(bot(help_desk)).run().await
}

#[cfg(test)]
mod tests {
    use wappa::testing::World;

    use super::*;

    #[wappa::test]
    async fn each_number_has_its_own_routes_and_sessions(world: World) {
        let desk = world.emulator().add_business("Help desk");
        let number = NumberConfig::new(desk.phone_number_id.clone(), desk.access_token.clone())
            .app_secret(desk.app_secret.clone())
            .business_account(desk.waba_id.clone());
        let handler = bot(Some(desk.phone_number_id.clone()));
        world.bot_of(Wappa::new().number(number).set_event_handler(handler));

        let ana = world.user("Ana");
        let ana_at_the_desk = world.emulator().person("Ana").expect("she is there").with(&desk);
        ana_at_the_desk.says("Where is my pizza?").expect("a phone");
        world.settle().await;
        ana.says("Marinara").await;
        ana.sees("One Marinara, please! You have asked 0 questions here.");
        ana_at_the_desk.says("And now?").expect("a phone");
        world.settle().await;
        let messages = ana_at_the_desk.chat().messages;
        let newest = messages.last().and_then(|message| message.content.text());
        assert_eq!(newest, Some("Question 2 is noted: And now?"));
        ana.sees_nothing();
    }
}
