//! What goes wrong around a bot, and what its people notice of it: that they wait.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::Notify;
use wappa::{
    clock::{BoxFuture, Clock},
    cloud::Timestamp,
    dispatch::DispatchSettings,
    emulator::{
        Actor, Emulator, EmulatorConfig, Fault, Pacing, Time,
        world::{Scope, Side, Tick},
    },
    outbox::Pace,
    prelude::*,
};

use crate::{
    stage::{Hurried, Place, Stage, World, said},
    wait::until,
    with_either_store,
};

with_either_store!(
    a_clock_that_is_set_ahead_loses_and_doubles_nothing,
    a_clock_that_is_set_back_loses_and_doubles_nothing,
    nobody_is_kept_waiting_by_a_slow_graph,
    a_hundred_slow_handlers_are_in_nobodys_way,
    after_a_black_hole_everything_arrives_once,
    what_gets_no_answer_holds_its_own_chat_only,
    what_outlives_its_turn_harms_nobody,
);

const DAY: i64 = 86_400_000;

/// A clock that somebody sets, as its monotonic side goes on.
#[derive(Default)]
struct Settable {
    ahead: AtomicI64,
}

impl Clock for Settable {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(Hurried.now().as_millis() + self.ahead.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Hurried.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Hurried.sleep(duration)
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Visits {
    count: u32,
}

/// Counts, holds "hold" until it is let, and fails at the first "fail".
#[derive(Clone, Default)]
struct Moody {
    runs: Arc<AtomicUsize>,
    failed: Arc<AtomicUsize>,
    begun: Arc<Notify>,
    go: Arc<Notify>,
}

impl EventHandler for Moody {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let mut visits = chat.session::<Visits>().await?;
        visits.count += 1;
        match message.text() {
            Some("hold") => {
                self.begun.notify_one();
                self.go.notified().await;
            }
            Some("fail") if self.failed.fetch_add(1, Ordering::SeqCst) == 0 => {
                return Err(Error::msg("not yet"));
            }
            _ => {}
        }
        chat.say(format!("visit {}", visits.count)).await?;
        Ok(())
    }
}

async fn a_clock_that_is_set_ahead_loses_and_doubles_nothing(place: Place) {
    a_clock_is_set(place, DAY).await;
}

async fn a_clock_that_is_set_back_loses_and_doubles_nothing(place: Place) {
    a_clock_is_set(place, -DAY).await;
}

/// While one turn is under way and another waits for its next try.
async fn a_clock_is_set(place: Place, by: i64) {
    let (handler, clock) = (Moody::default(), Arc::new(Settable::default()));
    let shared = Arc::clone(&clock) as Arc<dyn Clock>;
    let stage = Stage::building(handler.clone(), &place, |bot| bot.custom_clock(shared)).await;
    let (ana, ben) = (stage.ana(), stage.ben());
    for who in [&ana, &ben] {
        who.says("hi").expect("said");
        who.sees("visit 1").await.expect("an answer");
    }
    ana.says("hold").expect("said");
    handler.begun.notified().await;
    ben.says("fail").expect("said");
    until("a first try", async || (handler.failed.load(Ordering::SeqCst) == 1).then_some(())).await;

    clock.ahead.store(by, Ordering::SeqCst);
    ben.sees("visit 2").await.expect("an answer at the second try");
    // Long enough for leases to be renewed and waiting lanes to be looked for.
    let renewed = clock.monotonic() + Duration::from_secs(40);
    until("a lease's time", async || (clock.monotonic() > renewed).then_some(())).await;
    ben.says("hi").expect("said");
    ben.sees("visit 3").await.expect("an answer");
    handler.go.notify_one();
    ana.sees("visit 2").await.expect("an answer to what was under way");
    let again = stage.text(&ben, "wamid.twice", "hi").to_string();
    stage.post(again.clone()).await;
    ben.sees("visit 4").await.expect("an answer");
    clock.ahead.store(0, Ordering::SeqCst);
    stage.post(again).await;
    ana.says("hi").expect("said");
    ana.sees("visit 3").await.expect("an answer, after the clock was set right");

    assert_eq!(said(&ana), ["visit 1", "visit 2", "visit 3"]);
    assert_eq!(said(&ben), ["visit 1", "visit 2", "visit 3", "visit 4"]);
    assert_eq!(handler.runs.load(Ordering::SeqCst), 8, "one turn each, and the one that failed");
}

struct Echo;

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        chat.say(message.text().unwrap_or("no text")).await?;
        Ok(())
    }
}

const MANY: usize = 300;

/// So many people, and a bot that lives in the emulator's time, which stands until it is moved.
async fn crowd<H: EventHandler>(place: &Place, handler: impl FnOnce(Arc<dyn Clock>) -> H) -> Stage {
    let config = EmulatorConfig::for_tests()
        .pacing(Pacing::Unlimited)
        .time(Time::Standing)
        .people((0..MANY).map(|nth| format!("Person {nth}")));
    let emulator = Emulator::open(config).await.expect("an emulator");
    let clock: Arc<dyn Clock> = Arc::new(World(emulator.clock()));
    let handler = handler(Arc::clone(&clock));
    let stage =
        Stage::try_building(handler, place, emulator, |bot| bot.custom_clock(clock).pace(Pace::OFF)).await;
    stage.expect("a bot")
}

fn acknowledged(emulator: &Emulator) -> usize {
    let messages = emulator.chats().into_iter().flat_map(|chat| chat.messages);
    messages.filter(|message| message.from == Side::Person && message.status >= Tick::Delivered).count()
}

fn everybody_says(stage: &Stage, text: &str) {
    for person in stage.emulator.people() {
        stage.emulator.person(&person.name).expect("a person").says(text).expect("said");
    }
}

/// Nobody has heard anything but this.
fn everybody_has_heard(stage: &Stage, texts: &[&str]) {
    for person in stage.emulator.people() {
        let who = stage.emulator.person(&person.name).expect("a person");
        assert_eq!(said(&who), texts, "{}", person.name);
    }
}

async fn nobody_is_kept_waiting_by_a_slow_graph(place: Place) {
    let stage = crowd(&place, |_| Echo).await;
    let began = stage.emulator.clock().now();
    stage.emulator.faults().inject(Fault::slow(Duration::from_secs(2)).only(Scope::Sends).until_lifted());
    everybody_says(&stage, "hi");
    until("everybody's tick", async || (acknowledged(&stage.emulator) == MANY).then_some(())).await;
    assert_eq!(stage.emulator.clock().now(), began, "acknowledged before Graph has answered anything");
    until("everybody's turn", async || {
        stage.emulator.advance(Duration::from_millis(100));
        (stage.bot.handle().depth().await.ok()?.waiting == 0).then_some(())
    })
    .await;
    everybody_has_heard(&stage, &["hi"]);
}

async fn after_a_black_hole_everything_arrives_once(place: Place) {
    let stage = crowd(&place, |_| Echo).await;
    let minute = Duration::from_mins(1);
    stage.emulator.faults().inject(Fault::timeout().only(Scope::Sends).lasting(minute));
    everybody_says(&stage, "one");
    until("everybody's tick", async || (acknowledged(&stage.emulator) == MANY).then_some(())).await;
    let began = stage.emulator.clock().now();
    stage.emulator.advance(minute / 2);
    everybody_says(&stage, "two");
    until("everybody's turns", async || {
        stage.emulator.advance(Duration::from_millis(500));
        (stage.bot.handle().depth().await.ok()?.waiting == 0).then_some(())
    })
    .await;
    assert!(stage.emulator.clock().now() >= began + minute, "it was a minute before Graph was back");
    everybody_has_heard(&stage, &["one", "two"]);
    assert_eq!(stage.bot.handle().depth().await.expect("a depth").dead, 0);
}

/// With a single worker: whoever waits for a send's fate lets the next one work.
async fn what_gets_no_answer_holds_its_own_chat_only(place: Place) {
    let emulator =
        Emulator::open(EmulatorConfig::for_tests().time(Time::Standing)).await.expect("an emulator");
    let clock: Arc<dyn Clock> = Arc::new(World(emulator.clock()));
    let one = DispatchSettings { turns: 1, ..DispatchSettings::default() };
    let set_up = |bot: Wappa<Echo>| bot.custom_clock(clock).dispatch(one);
    let stage = Stage::try_building(Echo, &place, emulator, set_up).await.expect("a bot");
    let (ana, ben) = (stage.ana(), stage.ben());
    let began = stage.emulator.clock().now();
    stage.emulator.faults().inject(Fault::timeout().only(Scope::Sends));
    ana.says("one").expect("said");
    until("the fault", async || stage.emulator.faults().active().is_empty().then_some(())).await;
    ben.says("two").expect("said");
    let passes = async |who: &Actor, by: Duration| {
        until("an answer", async || {
            stage.emulator.advance(by);
            said(who).pop()
        })
        .await
    };
    assert_eq!(passes(&ben, Duration::from_millis(10)).await, "two");
    assert!(said(&ana).is_empty(), "nobody knows yet");
    assert_eq!(passes(&ana, Duration::from_secs(1)).await, "one");
    assert!(stage.emulator.clock().now().since(began) >= Duration::from_secs(30), "a status might have come");
    assert_eq!((said(&ana), said(&ben)), (vec!["one".to_owned()], vec!["two".to_owned()]));
}

/// Leaves a task behind that goes on speaking.
#[derive(Clone, Default)]
struct Leaks {
    over: Arc<Notify>,
    spoken: Arc<Notify>,
}

impl EventHandler for Leaks {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        if message.text() == Some("leak") {
            let (chat, leaks) = (chat.clone(), self.clone());
            tokio::spawn(async move {
                leaks.over.notified().await;
                // Whatever becomes of it: its turn is over.
                let _ = chat.say("and another thing").await;
                leaks.spoken.notify_one();
            });
        }
        chat.say(message.text().unwrap_or("no text")).await?;
        Ok(())
    }
}

async fn what_outlives_its_turn_harms_nobody(place: Place) {
    let handler = Leaks::default();
    let stage = Stage::of(handler.clone(), &place).await;
    stage.ana().says("leak").expect("said");
    stage.ana().sees("leak").await.expect("an answer");
    handler.over.notify_one();
    handler.spoken.notified().await;
    for text in ["one", "two"] {
        stage.ana().says(text).expect("said");
        stage.ana().sees(text).await.expect("an answer");
    }
    let heard: Vec<String> = said(&stage.ana()).into_iter().filter(|text| !text.contains("thing")).collect();
    assert_eq!(heard, ["leak", "one", "two"]);
    assert_eq!(stage.bot.handle().depth().await.expect("a depth").dead, 0);
}

/// Takes ten seconds for whoever says "slow".
struct Thinks(Arc<dyn Clock>);

impl EventHandler for Thinks {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        if message.text() == Some("slow") {
            self.0.sleep(Duration::from_secs(10)).await;
        }
        chat.say(message.text().unwrap_or("no text")).await?;
        Ok(())
    }
}

async fn a_hundred_slow_handlers_are_in_nobodys_way(place: Place) {
    let stage = crowd(&place, Thinks).await;
    let began = stage.emulator.clock().now();
    let people: Vec<_> = stage.emulator.people().into_iter().map(|person| person.name).collect();
    let (slow, quick) = people.split_at(100);
    let person = |name: &String| stage.emulator.person(name).expect("a person");
    for name in slow {
        person(name).says("slow").expect("said");
    }
    for name in quick {
        person(name).says("quick").expect("said");
        person(name).sees("quick").await.expect("an answer");
    }
    assert_eq!(stage.emulator.clock().now(), began, "answered while the others' time stood");
    assert!(slow.iter().all(|name| said(&person(name)).is_empty()));
    until("the slow ones", async || {
        stage.emulator.advance(Duration::from_secs(1));
        slow.iter().all(|name| said(&person(name)) == ["slow"]).then_some(())
    })
    .await;
}
