//! What the kit promises: it waits for all there is, time stands until it is moved, and a failure shows everything.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use wappa::{
    prelude::*,
    testing::{Fault, World, hours, seconds},
};

/// Fails so many times before it answers.
struct Fails(AtomicUsize);

impl EventHandler for Fails {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        if self.0.fetch_sub(1, Ordering::Relaxed) > 0 {
            return Err(Error::msg("the oven is cold"));
        }
        chat.say(format!("at last: {}", message.text().unwrap_or_default())).await?;
        Ok(())
    }
}

#[wappa::test]
async fn a_retry_waits_until_the_clock_is_moved(world: World) {
    let ana = world.bot(Fails(AtomicUsize::new(1))).user("Ana");
    ana.says("go").await;
    ana.sees_nothing();
    world.clock().advance(seconds(60));
    ana.sees("at last: go");
}

#[wappa::test]
async fn a_failed_expectation_shows_the_conversation_and_what_went_wrong(world: World) {
    let ana = world.bot(Fails(AtomicUsize::new(9))).user("Ana");
    ana.says("go").await;
    let shown = failure(|| drop(ana.sees("at last")));
    for part in ["Ana expected to see \"at last\"", "tests/kit/promises.rs", "Ana: go", "1 event(s) wait"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    world.clock().advance(hours(1));
    let shown = failure(|| drop(ana.sees("at last")));
    assert!(shown.contains("given up on after 3 tries: the oven is cold"), "{shown}");
}

fn failure(act: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(act)).expect_err("a failing expectation");
    payload.downcast::<String>().map(|text| *text).unwrap_or_default()
}

/// Says what it hears after as many trips around the runtime, other threads and timers as it is told.
struct Slow;

impl EventHandler for Slow {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let trips: usize = message.text().and_then(|text| text.parse().ok()).unwrap_or_default();
        for _ in 0..trips {
            tokio::task::yield_now().await;
            tokio::task::spawn_blocking(std::thread::yield_now).await?;
            let (tell, told) = tokio::sync::oneshot::channel();
            std::thread::spawn(move || tell.send(()));
            told.await?;
        }
        chat.say(format!("{trips} trips")).await?;
        Ok(())
    }
}

#[wappa::test]
async fn a_verb_waits_for_whatever_the_bot_is_at(world: World) {
    let bot = world.bot(Slow);
    for trips in [0, 1, 40] {
        let ana = bot.user("Ana");
        ana.says(trips.to_string()).await;
        ana.sees(&format!("{trips} trips"));
        ana.sees_nothing();
    }
}

#[wappa::test(sqlite)]
async fn a_bot_that_goes_on_finds_what_the_last_one_kept(world: World) {
    for count in 1..=3 {
        let ana = world.bot(Counts).user("Ana");
        ana.says("hi").await;
        ana.sees(&format!("visit {count}"));
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Visits(u32);

struct Counts;

impl EventHandler for Counts {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        let mut visits = chat.session::<Visits>().await?;
        visits.0 += 1;
        chat.say(format!("visit {}", visits.0)).await?;
        Ok(())
    }
}

#[wappa::test]
async fn the_window_closes_when_a_day_has_passed(world: World) {
    let ana = world.bot(Slow).user("Ana");
    ana.says("0").await;
    world.bot_says_to(&ana, "Still hungry?").await.arrives();
    world.clock().advance(hours(25));
    world.bot_says_to(&ana, "Still hungry?").await.fails_with(ErrorKind::WindowClosed);
}

/// Hangs on what never comes.
struct Hangs(Arc<tokio::sync::Notify>);

impl EventHandler for Hangs {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        chat.say("one moment").await?;
        self.0.notified().await;
        chat.say("done").await?;
        Ok(())
    }
}

#[wappa::test]
async fn a_turn_can_be_left_at_work(world: World) {
    let signal = Arc::new(tokio::sync::Notify::new());
    let ana = world.bot(Hangs(Arc::clone(&signal))).user("Ana");
    ana.says("go").meanwhile();
    signal.notify_one();
    ana.sees("one moment");
    ana.sees("done");
}

#[wappa::test]
async fn a_slow_answer_comes_when_its_time_has_come(world: World) {
    let ana = world.bot(Slow).user("Ana");
    world.faults().inject(Fault::slow(seconds(20)).times(1));
    ana.says("0").await;
    ana.sees("0 trips");
    ana.says("1").await;
    ana.sees_nothing();
    world.clock().advance(seconds(21));
    ana.sees("1 trips");
}

#[wappa::test]
async fn a_refusal_is_waited_out_and_each_wait_ends_at_its_own_time(world: World) {
    let ana = world.bot(Slow).user("Ana");
    world.faults().inject(Fault::refuse(131_056).times(2));
    ana.says("0").await;
    ana.sees_nothing();
    world.clock().advance(hours(1));
    ana.sees("0 trips");
    ana.sees_nothing();
}

#[wappa::test]
async fn the_same_acts_make_the_same_ids(world: World) {
    let again = World::new();
    let ids = [world, again].map(|world| {
        let ana = world.bot(Slow).user("Ana");
        ana.says("0").meanwhile();
        let seen = ana.sees("0 trips");
        (seen.message().id.clone(), seen.message().at)
    });
    assert_eq!(ids[0], ids[1]);
}
