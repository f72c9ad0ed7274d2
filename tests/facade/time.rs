//! What happens later: reminders, schedules, the end of a session, and what is said to a conversation from outside.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use wappa::{inbox::Notified, outbox::WindowGuard, prelude::*};

use crate::{
    dial::Dial,
    stage::{Place, Stage, said},
    wait::until,
    with_either_store,
};

with_either_store!(
    reminds_at_the_moment,
    a_turn_that_fails_sets_no_reminder,
    hears_what_is_said_from_outside_once,
    does_things_at_set_times,
    tells_of_a_session_that_ends,
);

const HOUR: Duration = Duration::from_hours(1);
/// Noon UTC on 1 March 2026.
const NOON: u64 = 1_772_366_400;

#[derive(Debug, Serialize, Deserialize)]
struct Paid {
    order: u64,
}

/// Does what it is told.
#[derive(Clone, Default)]
struct Bot {
    rung: Arc<AtomicUsize>,
}

impl EventHandler for Bot {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        match message.text().unwrap_or_default() {
            "tea" => chat.remind_in(HOUR, "tea", &("green", 1)).await?,
            "more tea" => chat.remind_in(2 * HOUR, "tea", &("black", 2)).await?,
            "egg" => chat.remind_in(HOUR, "egg", "soft").await?,
            "no egg" => chat.forget_reminder("egg").await?,
            "fail" => {
                chat.remind_in(HOUR, "never", &()).await?;
                return Err(Error::msg("as asked"));
            }
            _ => {}
        }
        chat.say("noted").await?;
        Ok(())
    }

    async fn on_timer(&self, chat: Chat, timer: Timer) -> Result {
        self.rung.fetch_add(1, Ordering::Relaxed);
        let (sort, cups): (String, u8) = timer.payload()?;
        chat.say(format!("{} {sort} {cups}", timer.name())).await?;
        Ok(())
    }

    async fn on_custom(&self, chat: Chat, custom: Custom) -> Result {
        if let Some(Paid { order }) = custom.get()? {
            chat.say(format!("order {order} is paid")).await?;
        }
        Ok(())
    }

    async fn on_turn_failed(&self, chat: Chat, _: wappa::handler::TurnFailed) -> Result {
        chat.say("given up").await?;
        Ok(())
    }
}

async fn stage<H: EventHandler>(
    bot: H,
    place: &Place,
    dial: &Dial,
    set_up: impl FnOnce(Wappa<H>) -> Wappa<H>,
) -> Stage {
    let clock = Arc::new(dial.clone());
    Stage::building(bot, place, |wappa| set_up(wappa.custom_clock(clock))).await
}

async fn says(stage: &Stage, text: &str) {
    let before = said(&stage.ana()).len();
    stage.ana().says(text).expect("said");
    stage.ana().sees_answers(before + 1).await.expect("an answer");
}

async fn reminds_at_the_moment(place: Place) {
    let dial = Dial::at(NOON);
    let stage = stage(Bot::default(), &place, &dial, |bot| bot).await;
    for text in ["tea", "egg", "more tea", "no egg"] {
        says(&stage, text).await;
    }
    dial.forward(HOUR, &stage).await;
    says(&stage, "well?").await;
    assert_eq!(said(&stage.ana()), ["noted"; 5], "the tea was moved, the egg is forgotten");
    dial.forward(HOUR, &stage).await;
    stage.ana().sees("tea black 2").await.expect("the reminder");
}

#[tokio::test]
async fn reminds_over_a_restart() {
    let (place, dial) = (Place::sqlite(), Dial::at(NOON));
    let stage = stage(Bot::default(), &place, &dial, |bot| bot).await;
    says(&stage, "tea").await;
    dial.forward(HOUR / 2, &stage).await;
    stage.bot.shutdown().await;
    let Stage { emulator, bot } = stage;
    drop(bot);
    // The moment passes while nobody is there.
    let late = Dial::at(NOON + 7_200);
    let stage = Stage::try_building(Bot::default(), &place, emulator, |bot| bot.custom_clock(Arc::new(late)))
        .await
        .expect("a bot");
    stage.ana().sees("tea green 1").await.expect("the reminder");
}

async fn a_turn_that_fails_sets_no_reminder(place: Place) {
    let (dial, bot) = (Dial::at(NOON), Bot::default());
    let settings = wappa::dispatch::DispatchSettings { attempts: 1, ..Default::default() };
    let stage = stage(bot.clone(), &place, &dial, |bot| bot.dispatch(settings)).await;
    says(&stage, "fail").await;
    dial.forward(2 * HOUR, &stage).await;
    says(&stage, "tea").await;
    dial.forward(HOUR, &stage).await;
    stage.ana().sees("tea green 1").await.expect("the reminder");
    assert_eq!(bot.rung.load(Ordering::Relaxed), 1);
}

async fn hears_what_is_said_from_outside_once(place: Place) {
    let stage = stage(Bot::default(), &place, &Dial::at(NOON), |bot| bot).await;
    says(&stage, "hi").await;
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    let (handle, number) = (stage.bot.handle(), stage.business().phone_number_id);
    let tell = |order: u64| handle.notify((number.clone(), ana.clone()), &Paid { order });
    assert_eq!(tell(17).key("order-17").await.expect("told"), Notified::Taken);
    assert_eq!(tell(17).key("order-17").await.expect("told"), Notified::Known);
    assert_eq!(tell(18).await.expect("told"), Notified::Taken);
    stage.ana().sees("order 18 is paid").await.expect("the event");
    assert_eq!(said(&stage.ana()), ["noted", "order 17 is paid", "order 18 is paid"]);

    let strange = handle.notify(("1", ana.clone()), &Paid { order: 1 }).await.expect_err("not our number");
    assert!(strange.to_string().contains('1'), "{strange}");
    let nobody = handle.notify((number, Recipient::default()), &Paid { order: 1 }).await;
    nobody.expect_err("nobody in particular");
}

async fn does_things_at_set_times(place: Place) {
    let dial = Dial::at(NOON);
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let stage = stage(Bot::default(), &place, &dial, |bot| {
        // A day later Ana's window is closed by the dial, though not by the emulator's clock.
        bot.window_guard(WindowGuard::Off).schedule("0 9 * * *", "Europe/Madrid", move |bot: Messenger| {
            let nth = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                let [number] = &bot.numbers()[..] else { return Err(Error::msg("one number")) };
                let ana = bot.chat(number.id.clone(), bot_knows_ana(&bot).await?);
                // The first time it fails after it has said something.
                ana.say(format!("good morning {nth}")).key(format!("morning {}", nth / 2)).await?;
                if nth == 0 { Err(Error::msg("not yet")) } else { Ok(()) }
            }
        })
    })
    .await;
    says(&stage, "hi").await;
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    stage.bot.handle().shared::<String>("ana").set(&ana.to_string()).await.expect("kept");
    dial.forward(19 * HOUR, &stage).await;
    says(&stage, "not yet nine").await;
    assert_eq!(count.load(Ordering::Relaxed), 0);
    dial.forward(HOUR, &stage).await;
    stage.ana().sees("good morning 0").await.expect("it is nine in Madrid");
    until("the next try", async || {
        dial.by(Duration::from_secs(1));
        (count.load(Ordering::Relaxed) == 2).then_some(())
    })
    .await;
    dial.forward(24 * HOUR, &stage).await;
    stage.ana().sees("good morning 2").await.expect("and again the day after");
    let expected = ["noted", "noted", "good morning 0", "good morning 2"];
    assert_eq!(said(&stage.ana()), expected);
}

async fn bot_knows_ana(bot: &Messenger) -> Result<WaId> {
    let ana = bot.shared::<String>("ana").find().await?;
    Ok(WaId::from(ana.ok_or_else(|| Error::msg("nobody to greet"))?))
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Cart {
    pizzas: u32,
}

struct Forgets;

impl EventHandler for Forgets {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        let mut cart = chat.session::<Cart>().await?;
        cart.pizzas += 1;
        chat.say(format!("{} in the cart", cart.pizzas)).await?;
        Ok(())
    }

    async fn on_expired(&self, chat: Chat, expired: Expired) -> Result {
        if let Some(cart) = expired.get::<Cart>()? {
            chat.say(format!("{} left behind", cart.pizzas)).await?;
        }
        Ok(())
    }
}

async fn tells_of_a_session_that_ends(place: Place) {
    let dial = Dial::at(NOON);
    let rule = SessionRule::<Cart>::new().keep_for(HOUR);
    let stage = stage(Forgets, &place, &dial, |bot| bot.session(rule)).await;
    says(&stage, "one").await;
    dial.forward(HOUR / 2, &stage).await;
    says(&stage, "two").await;
    // An hour after the first, half an hour after the second.
    dial.forward(HOUR / 2, &stage).await;
    says(&stage, "three").await;
    dial.forward(HOUR, &stage).await;
    stage.ana().sees("3 left behind").await.expect("it hears of the end");
    says(&stage, "four").await;
    let expected = ["1 in the cart", "2 in the cart", "3 in the cart", "3 left behind", "1 in the cart"];
    assert_eq!(said(&stage.ana()), expected);
}
