//! People take a conversation over, and the bot has it again: what it hears meanwhile, and what waits.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::json;
use wappa::{
    dialogue::{Dialogues, Taken},
    prelude::*,
    takeover::ResumedBy,
};

use crate::{
    dial::Dial,
    stage::{Place, Stage, envelope, said},
    wait::until,
    with_either_store,
};

with_either_store!(
    an_answer_by_hand_silences_the_bot_for_a_while,
    reminders_and_dialogues_wait_for_the_bot,
    who_is_erased_is_heard_by_the_bot_again,
    a_turn_that_fails_hands_nothing_over,
);

const HOUR: Duration = Duration::from_hours(1);

/// What the bot was told beside messages.
#[derive(Clone, Default)]
struct Desk(Arc<Mutex<Vec<String>>>);

impl Desk {
    fn note(&self, what: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    fn notes(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn has(&self, notes: &[&str]) {
        until(&format!("{notes:?}"), async || (self.notes() == notes).then_some(())).await;
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Order;

impl Dialogue for Order {
    const NAME: &'static str = "order";

    async fn begin(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Where to?").await?;
        Ok(Next::Stay.within(HOUR / 2))
    }

    async fn turn(self, chat: &Chat, message: &Message) -> Result<Next<Self>> {
        chat.say(format!("to {}", message.text().unwrap_or_default())).await?;
        Ok(Next::Done)
    }

    async fn on_timeout(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("still there?").await?;
        Ok(Next::Stay)
    }
}

impl EventHandler for Desk {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        if Dialogues::new().dialogue::<Order>().message(&chat, &message).await? == Taken::Yes {
            return Ok(());
        }
        match message.text().unwrap_or_default() {
            "order" => chat.start::<Order>().await,
            "tea" => Ok(chat.remind_in(HOUR / 2, "tea", &()).await?),
            "human" => Ok(chat.hand_over("support").for_at_most(4 * HOUR).await?),
            "fail" => {
                chat.hand_over("nobody").await?;
                Err(Error::msg("as asked"))
            }
            text => {
                chat.say(format!("echo {text}")).await?;
                Ok(())
            }
        }
    }

    async fn on_timer(&self, chat: Chat, timer: Timer) -> Result {
        chat.say(format!("{} is ready", timer.name())).await?;
        Ok(())
    }

    async fn on_expired(&self, chat: Chat, expired: Expired) -> Result {
        Dialogues::new().dialogue::<Order>().expired(&chat, &expired).await.map(drop)
    }

    async fn on_paused(&self, chat: Chat, message: Message) -> Result {
        let to = chat.handed_over().map(|pause| pause.to).unwrap_or_default();
        self.note(format!("{} for {to}", message.text().unwrap_or_default()));
        Ok(())
    }

    async fn on_resumed(&self, _: Chat, resumed: Resumed) -> Result {
        self.note(format!("back by {:?}", resumed.by));
        Ok(())
    }
}

async fn stage(desk: &Desk, place: &Place, dial: &Dial) -> Stage {
    let clock = Arc::new(dial.clone());
    Stage::building(desk.clone(), place, |wappa| wappa.custom_clock(clock)).await
}

async fn hears(stage: &Stage, text: &str, answer: &str) {
    let before = said(&stage.ana()).len();
    stage.ana().says(text).expect("said");
    stage.ana().sees_answers(before + 1).await.expect("an answer");
    assert_eq!(said(&stage.ana()).last().map(String::as_str), Some(answer), "to {text:?}");
}

/// Somebody answers Ana from the WhatsApp Business app.
async fn answers_by_hand(stage: &Stage, id: &str) {
    let to = stage.ana().person().wa_id.clone().expect("a wa_id");
    let number = stage.business().phone_number_id;
    let echo = json!({ "from": "15550783881", "to": to.as_str(), "timestamp": "1739321024", "id": id,
        "type": "text", "text": { "body": "we are open" } });
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550783881", "phone_number_id": number },
        "message_echoes": [echo],
    });
    let change = json!({ "field": "smb_message_echoes", "value": value });
    let delivery = envelope(&[json!({ "id": "102290129340398", "changes": [change] })]);
    assert_eq!(stage.post(delivery.to_string()).await, 200);
    stage.is_at_rest().await;
}

async fn an_answer_by_hand_silences_the_bot_for_a_while(place: Place) {
    let (desk, dial) = (Desk::default(), Dial::at(1_772_366_400));
    let stage = stage(&desk, &place, &dial).await;
    hears(&stage, "hi", "echo hi").await;
    answers_by_hand(&stage, "wamid.echo1").await;
    stage.ana().says("thanks").expect("said");
    desk.has(&["thanks for the WhatsApp Business app"]).await;
    stage.ben().says("hi").expect("said");
    stage.ben().sees("echo hi").await.expect("other conversations go on");

    // Each answer by hand counts anew.
    dial.forward(HOUR / 2, &stage).await;
    answers_by_hand(&stage, "wamid.echo2").await;
    dial.forward(HOUR / 2, &stage).await;
    stage.is_at_rest().await;
    let [pause] = &stage.bot.handle().paused()[..] else { panic!("one pause") };
    assert_eq!(pause.until, pause.since + HOUR + HOUR / 2);
    stage.ana().says("one more thing").expect("said");
    desk.has(&["thanks for the WhatsApp Business app", "one more thing for the WhatsApp Business app"]).await;
    stage.is_at_rest().await;
    let missed = stage.bot.handle().missed(pause, 10).await.expect("what was said");
    assert_eq!(
        missed.iter().filter_map(|it| it.message.text()).collect::<Vec<_>>(),
        ["thanks", "one more thing"]
    );
    dial.forward(HOUR / 2, &stage).await;
    until("the end of the pause", async || stage.bot.handle().paused().is_empty().then_some(())).await;
    assert_eq!(desk.notes().last(), Some(&format!("back by {:?}", ResumedBy::Time)));
    hears(&stage, "hi", "echo hi").await;
}

async fn reminders_and_dialogues_wait_for_the_bot(place: Place) {
    let (desk, dial) = (Desk::default(), Dial::at(1_772_366_400));
    let stage = stage(&desk, &place, &dial).await;
    stage.ana().says("tea").expect("said");
    hears(&stage, "order", "Where to?").await;
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    let chat = stage.bot.handle().chat(stage.business().phone_number_id, ana);
    chat.hand_over("support").for_at_most(4 * HOUR).await.expect("handed over");
    until("the pause", async || chat.handed_over()).await;
    stage.ana().says("Elm Street 7").expect("said");
    desk.has(&["Elm Street 7 for support"]).await;
    dial.forward(HOUR, &stage).await;
    stage.ana().says("hello?").expect("said");
    desk.has(&["Elm Street 7 for support", "hello? for support"]).await;
    assert_eq!(
        said(&stage.ana()),
        ["Where to?"],
        "neither the reminder nor the end of the dialogue's patience"
    );
    chat.release().await.expect("given back");
    stage.ana().sees("tea is ready").await.expect("it comes now");
    stage.ana().sees("still there?").await.expect("and so does this");
    assert!(chat.handed_over().is_none());
    hears(&stage, "Oak Street 1", "to Oak Street 1").await;
    assert_eq!(desk.notes().last(), Some(&format!("back by {:?}", ResumedBy::Program)));
}

async fn who_is_erased_is_heard_by_the_bot_again(place: Place) {
    let desk = Desk::default();
    let stage = Stage::of(desk.clone(), &place).await;
    let (ana, handle) = (stage.ana(), stage.bot.handle());
    let chat = handle.chat(stage.business().phone_number_id, ana.person().user_id.clone());
    ana.says("human").expect("said");
    let pause = until("the pause", async || chat.handed_over()).await;
    ana.says("Elm Street 7").expect("said");
    desk.has(&["Elm Street 7 for support"]).await;
    until("it is kept", async || {
        let missed = handle.missed(&pause, 10).await.expect("a read");
        (missed.len() == 1).then_some(())
    })
    .await;
    handle.erase(ana.person().user_id.clone()).await.expect("erased");
    assert!(chat.handed_over().is_none());
    assert!(handle.missed(&pause, 10).await.expect("a read").is_empty(), "nothing of it is kept");
    hears(&stage, "hi", "echo hi").await;
}

async fn a_turn_that_fails_hands_nothing_over(place: Place) {
    let desk = Desk::default();
    let stage = Stage::of(desk.clone(), &place).await;
    stage.ana().says("fail").expect("said");
    until("a dead letter", async || {
        let letters = stage.bot.handle().dead_letters().list(1).await.expect("dead letters");
        (!letters.is_empty()).then_some(())
    })
    .await;
    hears(&stage, "hi", "echo hi").await;
    assert!(stage.bot.handle().paused().is_empty());
}

#[tokio::test]
async fn a_pause_outlives_the_bot() {
    let (place, desk, dial) = (Place::sqlite(), Desk::default(), Dial::at(1_772_366_400));
    let stage = stage(&desk, &place, &dial).await;
    stage.ana().says("tea").expect("said");
    stage.ana().says("human").expect("said");
    stage.ana().says("hello?").expect("said");
    desk.has(&["hello? for support"]).await;
    dial.forward(HOUR, &stage).await;
    stage.is_at_rest().await;
    stage.bot.shutdown().await;

    let clock = Arc::new(dial.clone());
    let next = Stage::try_building(desk.clone(), &place, stage.emulator, |bot| bot.custom_clock(clock)).await;
    let stage = next.expect("a bot");
    stage.ana().says("still here").expect("said");
    desk.has(&["hello? for support", "still here for support"]).await;
    stage.is_at_rest().await;
    let [pause] = &stage.bot.handle().paused()[..] else { panic!("one pause") };
    assert_eq!(stage.bot.handle().missed(pause, 10).await.expect("what was said").len(), 2);
    assert!(said(&stage.ana()).is_empty());
    dial.forward(3 * HOUR, &stage).await;
    stage.ana().sees("tea is ready").await.expect("its time is over");
    hears(&stage, "hi", "echo hi").await;
}
