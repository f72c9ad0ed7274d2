//! Dialogues and conversations alone: what they ask, what they take for an answer, and where they are, as values.

use std::{
    str::FromStr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use wappa::{
    dialogue::{Conversation, TimedOut},
    prelude::*,
    testing::{Rehearsal, hours},
};

#[derive(Debug, PartialEq)]
struct Email(String);

#[derive(Debug, thiserror::Error)]
#[error("An e-mail address has an @ in it.")]
struct NoEmail;

impl FromStr for Email {
    type Err = NoEmail;

    fn from_str(text: &str) -> Result<Self, NoEmail> {
        text.contains('@').then(|| Self(text.to_owned())).ok_or(NoEmail)
    }
}

#[derive(Choices, Debug, Clone, Copy, PartialEq)]
enum Size {
    Small,
    Large,
}

/// Everything that can be asked.
#[conversation(name = "sign up", cancel = ["stop it"], cancelled = "As you like.")]
async fn sign_up(talk: Talk, quotes: Quotes) -> Result<String> {
    let email: Email = talk.ask("Your e-mail?").await?;
    let size: Size = talk.choose("Which size?").await?;
    let price = talk.once("price", async |key| quotes.ask(key)).await?;
    let place = talk.ask_location("Where to?").await?;
    let photo = talk.ask_media("A photo of the door?").again("Just a photo.").await?;
    let sure = talk.ask::<String>("Sure?").within(hours(1)).await;
    let sure = match sure {
        Ok(sure) => sure,
        Err(error) if error.find::<TimedOut>().is_some() => "silence".to_owned(),
        Err(error) => return Err(error),
    };
    let photo = photo.caption.unwrap_or_default();
    Ok(format!("{} {} {price} {} {photo} {sure}", email.0, size.name(), place.latitude))
}

/// A service that is asked by key.
#[derive(Clone, Default)]
struct Quotes {
    keys: Arc<Mutex<Vec<String>>>,
    fails: Arc<AtomicU32>,
}

impl Quotes {
    fn ask(&self, key: String) -> Result<u32> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).push(key);
        match self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) {
            Ok(_) => Err(Error::msg("the service is down")),
            Err(_) => Ok(7),
        }
    }

    fn keys(&self) -> Vec<String> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn played(quotes: &Quotes) -> impl Conversation<Output = String> + use<> {
    sign_up(quotes.clone())
}

#[wappa::test]
async fn a_conversation_asks_until_it_has_an_answer() {
    let quotes = Quotes::default();
    let ana = Rehearsal::of_conversation(played(&quotes)).begin().await;
    ana.sees("Your e-mail?");
    ana.says("ana at example").await;
    ana.sees("An e-mail address has an @ in it.");
    ana.says("ana@example.org").await;
    ana.sees("Which size?");
    ana.taps("Large").await;
    ana.sees("Where to?");
    assert_eq!(quotes.keys().len(), 1);
    ana.says("home").await;
    ana.sees("Please send a location.");
    ana.shares_location(1.5, 2.0).await;
    ana.sees("A photo of the door?");
    ana.says("later").await;
    ana.sees("Just a photo.");
    ana.sends_image(&b"a door"[..]).await;
    ana.sees("Sure?");
    assert_eq!(ana.result::<String>().await, None, "it goes on");
    ana.says("yes").await;
    assert_eq!(ana.result::<String>().await.as_deref(), Some("ana@example.org Large 7 1.5  yes"));
    assert_eq!(quotes.keys().len(), 1, "had once, replayed since");
}

#[wappa::test]
async fn an_effect_that_fails_is_had_again_under_its_key() {
    let quotes = Quotes::default();
    quotes.fails.store(1, Ordering::SeqCst);
    let ana = Rehearsal::of_conversation(played(&quotes)).begin().await;
    ana.says("ana@example.org").await;
    ana.says("small").await;
    ana.world().clock().advance(hours(1));
    ana.sees("Where to?");
    let keys = quotes.keys();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}

#[wappa::test]
async fn a_conversation_that_is_not_answered_goes_on() {
    let ana = Rehearsal::of_conversation(played(&Quotes::default())).begin().await;
    ana.says("ana@example.org").await;
    ana.says("small").await;
    ana.shares_location(1.0, 2.0).await;
    ana.sends_image(&b"a door"[..]).await;
    ana.sees("Sure?");
    ana.world().clock().advance(hours(1));
    assert_eq!(ana.result::<String>().await.as_deref(), Some("ana@example.org Small 7 1  silence"));
}

#[wappa::test]
async fn a_word_ends_a_conversation_without_a_result() {
    let ana = Rehearsal::of_conversation(played(&Quotes::default())).begin().await;
    ana.says("Stop it").await;
    ana.sees("As you like.");
    ana.says("ana@example.org").await;
    ana.sees_nothing();
    assert_eq!(ana.result::<String>().await, None);
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
enum Order {
    #[default]
    What,
    Where {
        pizza: String,
    },
}

impl Dialogue for Order {
    const NAME: &'static str = "order";

    async fn begin(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Which pizza?").await?;
        Ok(Next::Stay.within(hours(2)))
    }

    async fn turn(self, chat: &Chat, message: &Message) -> Result<Next<Self>> {
        match (self, message.text()) {
            (Self::What, Some("which?")) => {
                chat.say("Margherita or Marinara.").await?;
                Ok(Next::Stay)
            }
            (Self::What, Some(pizza)) => Next::call(Self::Where { pizza: pizza.to_owned() }, &Street),
            (order, _) => {
                chat.say("In words, please.").await?;
                Ok(Next::Go(order))
            }
        }
    }

    async fn back(self, _: &Chat, street: serde_json::Value) -> Result<Next<Self>> {
        let Self::Where { pizza } = self else { return Ok(Next::Done) };
        Ok(Next::Return(format!("{pizza} to {}", street.as_str().unwrap_or_default()).into()))
    }

    async fn on_timeout(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Another time, then.").await?;
        Ok(Next::Done)
    }
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Street;

impl Dialogue for Street {
    const NAME: &'static str = "street";

    async fn begin(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Which street?").await?;
        Ok(Next::Stay)
    }

    async fn turn(self, _: &Chat, message: &Message) -> Result<Next<Self>> {
        Ok(Next::Return(message.text().unwrap_or_default().into()))
    }
}

#[wappa::test]
async fn a_dialogue_is_a_value_at_each_step() {
    let ana = Rehearsal::of(Order::default()).with::<Street>().begin().await;
    ana.sees("Which pizza?");
    assert_eq!(ana.step().await, Some(Order::What));
    ana.says("which?").await;
    ana.sees("Margherita or Marinara.");
    assert_eq!(ana.step().await, Some(Order::What));
    ana.says("Marinara").await;
    ana.sees("Which street?");
    assert_eq!(ana.step().await, Some(Order::Where { pizza: "Marinara".to_owned() }));
    assert_eq!(ana.step().await, Some(Street));
    ana.says("Elm Street").await;
    assert_eq!(ana.step::<Order>().await, None);
    assert_eq!(ana.result::<String>().await.as_deref(), Some("Marinara to Elm Street"));
}

#[wappa::test]
async fn a_dialogue_begins_at_any_step_and_runs_out_of_time() {
    let ana = Rehearsal::of(Order::Where { pizza: "Marinara".to_owned() }).begin().await;
    ana.sees("Which pizza?");
    assert_eq!(ana.step().await, Some(Order::Where { pizza: "Marinara".to_owned() }));
    ana.says("nothing").await;
    ana.sees("In words, please.");

    let ana = Rehearsal::of(Order::default()).begin().await;
    ana.world().clock().advance(hours(2));
    ana.sees("Another time, then.");
    assert_eq!(ana.step::<Order>().await, None);
}
