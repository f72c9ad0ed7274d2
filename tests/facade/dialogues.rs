//! What is under way with a person: dialogues and conversations, over several turns and over restarts.

use std::{
    future::{Future, ready},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use wappa::{
    dialogue::{Conversation, Dialogues, Misfit, Taken, TimedOut},
    prelude::*,
};

use crate::{
    dial::Dial,
    stage::{Place, Stage, said},
    with_either_store,
};

with_either_store!(
    a_dialogue_goes_step_by_step,
    a_dialogue_calls_another_and_goes_on,
    a_dialogue_runs_out_of_time,
    a_conversation_is_straight_line_code,
    a_conversation_waits_and_runs_out_of_time,
    a_command_in_the_middle_and_then_back,
    a_word_ends_everything,
    a_log_that_no_longer_fits_begins_anew,
    a_log_that_no_longer_fits_may_end,
);

const HOUR: Duration = Duration::from_hours(1);

/// Hears what is said; starts what it is told to; the rest is an echo.
#[derive(Clone, Default)]
struct Shop {
    dialogues: Dialogues,
    effects: Effects,
}

/// What a service outside was asked to do, by key.
#[derive(Clone, Default)]
struct Effects(Arc<Mutex<Vec<String>>>);

impl Effects {
    fn list(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn quote(&self, key: String, age: u8) -> impl Future<Output = Result<u32>> + use<> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(key);
        ready(Ok(100 + u32::from(age)))
    }
}

impl EventHandler for Shop {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let text = message.text().unwrap_or_default();
        if text == "/help" {
            chat.say("help is on its way").await?;
            return Ok(());
        }
        if self.dialogues.message(&chat, &message).await? == Taken::Yes {
            return Ok(());
        }
        match text {
            "checkout" => chat.start::<Checkout>().await?,
            "sign up" => chat.talk(SignUp(self.effects.clone())).await?,
            "nap" => chat.talk(Nap).await?,
            "hurry" => chat.talk(Hurry).await?,
            text => {
                chat.say(format!("echo {text}")).await?;
            }
        }
        Ok(())
    }

    async fn on_expired(&self, chat: Chat, expired: Expired) -> Result {
        self.dialogues.expired(&chat, &expired).await.map(drop)
    }
}

fn shop() -> Shop {
    let effects = Effects::default();
    let dialogues = Dialogues::new()
        .dialogue::<Checkout>()
        .dialogue::<Address>()
        .conversation(SignUp(effects.clone()))
        .conversation(Nap)
        .conversation(Hurry);
    Shop { dialogues, effects }
}

#[derive(Debug, Default, Serialize, Deserialize)]
enum Checkout {
    #[default]
    Where,
    How {
        address: String,
    },
}

impl Dialogue for Checkout {
    const NAME: &'static str = "checkout";

    async fn begin(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Here or at home?").await?;
        Ok(Next::Stay.within(HOUR))
    }

    async fn turn(self, chat: &Chat, message: &Message) -> Result<Next<Self>> {
        let text = message.text().unwrap_or_default().to_owned();
        match self {
            Self::Where if text == "home" => Next::call(Self::Where, &Address::default()),
            Self::Where => self.back(chat, text.into()).await,
            Self::How { address } => {
                chat.say(format!("{text}, {address}: done")).await?;
                Ok(Next::Done)
            }
        }
    }

    async fn back(self, chat: &Chat, result: serde_json::Value) -> Result<Next<Self>> {
        chat.say("Cash or card?").await?;
        Ok(Next::Go(Self::How { address: result.as_str().unwrap_or_default().to_owned() }))
    }

    async fn on_timeout(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Another time, then.").await?;
        Ok(Next::Done)
    }

    async fn on_cancel(self, chat: &Chat) -> Result {
        chat.say("Forgotten.").await?;
        Ok(())
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Address {
    street: Option<String>,
}

impl Dialogue for Address {
    const NAME: &'static str = "address";

    async fn begin(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Which street?").await?;
        Ok(Next::Stay)
    }

    async fn turn(self, chat: &Chat, message: &Message) -> Result<Next<Self>> {
        let text = message.text().unwrap_or_default();
        match self.street {
            None => {
                chat.say("Which number?").await?;
                Ok(Next::Go(Self { street: Some(text.to_owned()) }))
            }
            Some(street) => Ok(Next::Return(format!("{street} {text}").into())),
        }
    }
}

struct SignUp(Effects);

impl Conversation for SignUp {
    const NAME: &'static str = "sign up";
    type Output = ();

    async fn run(&self, talk: Talk) -> Result {
        let name: String = talk.ask("What's your name?").await?;
        let adult = |age: &u8| if *age >= 18 { Ok(()) } else { Err("Too young.") };
        let age: u8 = talk.ask_with("How old are you?", adult).await?;
        let price = talk.once("quote", |key| self.0.quote(key, age)).await?;
        talk.say(format!("{name}, that is {price}.")).await?;
        let answer: String = talk.ask("Deal?").again("Yes or no?").await?;
        talk.say(format!("{answer} it is.")).await
    }
}

struct Nap;

impl Conversation for Nap {
    const NAME: &'static str = "nap";
    type Output = ();

    async fn run(&self, talk: Talk) -> Result {
        talk.say("good night").await?;
        let began = talk.now().await?;
        talk.sleep(2 * HOUR).await?;
        talk.say(format!("slept {} h", (talk.now().await?.since(began)).as_secs() / 3600)).await
    }
}

struct Hurry;

impl Conversation for Hurry {
    const NAME: &'static str = "hurry";
    type Output = ();

    async fn run(&self, talk: Talk) -> Result {
        match talk.ask::<String>("Quick! One or two?").within(HOUR).await {
            Ok(answer) => talk.say(format!("{answer}!")).await?,
            Err(error) if error.find::<TimedOut>().is_some() => talk.say("Too late.").await?,
            Err(error) => return Err(error),
        }
        // Left alone, it ends the conversation.
        talk.ask::<String>("And now?").within(HOUR).await?;
        talk.say("never said").await
    }
}

async fn stage(shop: &Shop, place: &Place, dial: &Dial) -> Stage {
    let clock = Arc::new(dial.clone());
    Stage::building(shop.clone(), place, |wappa| wappa.custom_clock(clock)).await
}

async fn hears(stage: &Stage, text: &str, answers: &[&str]) {
    let before = said(&stage.ana()).len();
    stage.ana().says(text).expect("said");
    stage.ana().sees_answers(before + answers.len()).await.expect("answers");
    assert_eq!(said(&stage.ana()).get(before..).unwrap_or_default(), answers, "to {text:?}");
}

async fn a_dialogue_goes_step_by_step(place: Place) {
    let stage = stage(&shop(), &place, &Dial::at(1_000_000)).await;
    hears(&stage, "hi", &["echo hi"]).await;
    hears(&stage, "checkout", &["Here or at home?"]).await;
    hears(&stage, "here", &["Cash or card?"]).await;
    hears(&stage, "card", &["card, here: done"]).await;
    hears(&stage, "hi", &["echo hi"]).await;
}

async fn a_dialogue_calls_another_and_goes_on(place: Place) {
    let stage = stage(&shop(), &place, &Dial::at(1_000_000)).await;
    hears(&stage, "checkout", &["Here or at home?"]).await;
    hears(&stage, "home", &["Which street?"]).await;
    hears(&stage, "Elm", &["Which number?"]).await;
    hears(&stage, "7", &["Cash or card?"]).await;
    hears(&stage, "cash", &["cash, Elm 7: done"]).await;
}

async fn a_dialogue_runs_out_of_time(place: Place) {
    let dial = Dial::at(1_000_000);
    let stage = stage(&shop(), &place, &dial).await;
    hears(&stage, "checkout", &["Here or at home?"]).await;
    dial.forward(HOUR, &stage).await;
    stage.ana().sees("Another time, then.").await.expect("the time is over");
    hears(&stage, "checkout", &["Here or at home?"]).await;
    hears(&stage, "here", &["Cash or card?"]).await;
    dial.forward(2 * HOUR, &stage).await;
    hears(&stage, "cash", &["cash, here: done"]).await;
}

async fn a_conversation_is_straight_line_code(place: Place) {
    let shop = shop();
    let stage = stage(&shop, &place, &Dial::at(1_000_000)).await;
    hears(&stage, "sign up", &["What's your name?"]).await;
    hears(&stage, "Ana", &["How old are you?"]).await;
    hears(&stage, "old enough", &["invalid digit found in string"]).await;
    hears(&stage, "12", &["Too young."]).await;
    hears(&stage, "30", &["Ana, that is 130.", "Deal?"]).await;
    stage.ana().sends_location(1.0, 2.0).expect("sent");
    stage.ana().sees("Yes or no?").await.expect("it asks again");
    hears(&stage, "yes", &["yes it is."]).await;
    hears(&stage, "hi", &["echo hi"]).await;
    assert_eq!(shop.effects.list().len(), 1);
    // The next run is another one.
    for (text, answer) in [("sign up", "What's your name?"), ("Ana", "How old are you?")] {
        hears(&stage, text, &[answer]).await;
    }
    hears(&stage, "31", &["Ana, that is 131.", "Deal?"]).await;
    let [first, second] = &shop.effects.list()[..] else { panic!("two effects") };
    assert_ne!(first, second);
}

#[tokio::test]
async fn a_conversation_goes_on_after_a_restart() {
    let (place, shop) = (Place::sqlite(), shop());
    let stage = stage(&shop, &place, &Dial::at(1_000_000)).await;
    let mut emulator = stage.emulator.clone();
    let mut bot = stage.bot;
    for (text, answers) in [
        ("sign up", &["What's your name?"][..]),
        ("Ana", &["How old are you?"]),
        ("30", &["Ana, that is 130.", "Deal?"]),
        ("yes", &["yes it is."]),
    ] {
        let stage = Stage { bot, emulator };
        hears(&stage, text, answers).await;
        stage.bot.shutdown().await;
        let clock = Arc::new(Dial::at(2_000_000));
        let next = Stage::try_building(shop.clone(), &place, stage.emulator, |bot| bot.custom_clock(clock));
        Stage { bot, emulator } = next.await.expect("a bot");
    }
    assert_eq!(shop.effects.list().len(), 1);
}

async fn a_conversation_waits_and_runs_out_of_time(place: Place) {
    let dial = Dial::at(1_000_000);
    let stage = stage(&shop(), &place, &dial).await;
    hears(&stage, "nap", &["good night"]).await;
    dial.forward(HOUR, &stage).await;
    hears(&stage, "hi", &["echo hi"]).await;
    dial.forward(HOUR, &stage).await;
    stage.ana().sees("slept 2 h").await.expect("it wakes");

    hears(&stage, "hurry", &["Quick! One or two?"]).await;
    dial.forward(HOUR, &stage).await;
    stage.ana().sees("And now?").await.expect("it goes on");
    dial.forward(HOUR, &stage).await;
    hears(&stage, "two", &["echo two"]).await;
    assert!(!said(&stage.ana()).contains(&"never said".to_owned()));
}

async fn a_command_in_the_middle_and_then_back(place: Place) {
    let stage = stage(&shop(), &place, &Dial::at(1_000_000)).await;
    hears(&stage, "sign up", &["What's your name?"]).await;
    hears(&stage, "/help", &["help is on its way"]).await;
    hears(&stage, "Ana", &["How old are you?"]).await;
}

async fn a_word_ends_everything(place: Place) {
    let stage = stage(&shop(), &place, &Dial::at(1_000_000)).await;
    hears(&stage, "checkout", &["Here or at home?"]).await;
    hears(&stage, " Cancel ", &["Forgotten."]).await;
    hears(&stage, "here", &["echo here"]).await;
}

/// A conversation whose code changes between two deployments.
struct Changed<const NEW: bool, const ENDS: bool>;

impl<const NEW: bool, const ENDS: bool> Conversation for Changed<NEW, ENDS> {
    const NAME: &'static str = "changed";
    const MISFIT: Misfit = if ENDS { Misfit::Finish } else { Misfit::Restart };
    type Output = ();

    async fn run(&self, talk: Talk) -> Result {
        if NEW {
            talk.say("new!").await?;
        }
        let name: String = talk.ask("Name?").await?;
        talk.say(format!("hello {name}")).await
    }
}

#[derive(Clone)]
struct Deploys<const NEW: bool, const ENDS: bool>;

impl<const NEW: bool, const ENDS: bool> EventHandler for Deploys<NEW, ENDS> {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let dialogues = Dialogues::new().conversation(Changed::<NEW, ENDS>);
        if dialogues.message(&chat, &message).await? == Taken::No {
            match message.text() {
                Some("go") => chat.talk(Changed::<NEW, ENDS>).await?,
                text => drop(chat.say(format!("echo {}", text.unwrap_or_default())).await?),
            }
        }
        Ok(())
    }
}

/// Both deployments in one process: the first message is heard by the old one.
struct Either<const ENDS: bool>(AtomicUsize);

impl<const ENDS: bool> EventHandler for Either<ENDS> {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        if self.0.fetch_add(1, Ordering::Relaxed) == 0 {
            Deploys::<false, ENDS>.on_message(chat, message).await
        } else {
            Deploys::<true, ENDS>.on_message(chat, message).await
        }
    }
}

async fn a_log_that_no_longer_fits_begins_anew(place: Place) {
    let stage = Stage::of(Either::<false>(AtomicUsize::new(0)), &place).await;
    hears(&stage, "go", &["Name?"]).await;
    hears(&stage, "Ana", &["new!", "Name?"]).await;
    hears(&stage, "Ana", &["hello Ana"]).await;
}

async fn a_log_that_no_longer_fits_may_end(place: Place) {
    let stage = Stage::of(Either::<true>(AtomicUsize::new(0)), &place).await;
    hears(&stage, "go", &["Name?"]).await;
    hears(&stage, "Ana", &["echo Ana"]).await;
}
