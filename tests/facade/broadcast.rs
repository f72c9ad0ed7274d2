//! Broadcasts: everybody once, in their own words, whatever happens on the way.

use std::{
    io::Cursor,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use tokio::sync::watch;
use wappa::{
    broadcast::{Audience, Broadcast, BroadcastError, BroadcastState, Mailing, Progress, Row},
    clock::{Clock as _, SystemClock},
    cloud::{BoxFuture, GraphRequest, GraphResponse, Target, Transport, TransportError},
    emulator::{
        Emulator, EmulatorConfig, Pacing,
        world::{Template as Definition, TemplateStatus},
    },
    outbox::{Pace, Wanted},
    prelude::*,
    store::{MemoryStore, Store},
};
use wappa_sqlite::{SqliteOptions, SqliteStore};

use crate::{
    dial::Dial,
    stage::{Place, Stage, said},
    wait::{until, within},
    with_either_store,
};

with_either_store!(
    everybody_is_reached_once_in_their_own_words,
    what_does_not_fit_is_refused_before_the_first_send,
    a_broadcast_is_paused_resumed_and_cancelled,
    a_template_that_is_gone_pauses_instead_of_failing_for_everybody,
    who_has_stopped_marketing_gets_none,
    an_audience_is_never_in_memory,
    an_answer_does_not_wait_for_a_broadcast,
    a_name_is_one_broadcast,
);

/// More than a batch.
const CROWD: usize = 300;

struct Silent;

impl EventHandler for Silent {
    async fn on_message(&self, _: Chat, _: Message) -> Result {
        Ok(())
    }
}

fn sale() -> Definition {
    Definition::new("sale", "en_US", "Hi {{1}}, it is {{2}} today").category("MARKETING")
}

async fn emulator() -> Emulator {
    let people =
        ["Ana", "Ben"].into_iter().map(str::to_owned).chain((0..CROWD).map(|at| format!("Person {at}")));
    let config = EmulatorConfig::for_tests().pacing(Pacing::Unlimited).people(people).template(sale());
    Emulator::open(config).await.expect("an emulator")
}

/// Lets so many messages through and holds the others, so that there is a middle of a broadcast.
struct Gate {
    behind: Arc<dyn Transport>,
    came: AtomicUsize,
    may_pass: watch::Sender<usize>,
}

impl Gate {
    fn open(&self) {
        self.may_pass.send_replace(usize::MAX);
    }

    /// So many in all.
    fn let_pass(&self, messages: usize) {
        self.may_pass.send_replace(messages);
    }
}

impl Transport for Gate {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        Box::pin(async move {
            if matches!(&request.target, Target::Node(path) if path.ends_with("/messages")) {
                let before = self.came.fetch_add(1, Ordering::SeqCst);
                self.may_pass.subscribe().wait_for(|most| before < *most).await.expect("the gate stands");
            }
            self.behind.call(request).await
        })
    }
}

/// A bot behind an open gate.
async fn stage(place: &Place, emulator: Emulator) -> (Stage, Arc<Gate>) {
    let (came, may_pass) = (AtomicUsize::default(), watch::Sender::new(usize::MAX));
    let gate = Arc::new(Gate { behind: emulator.transport(), came, may_pass });
    let transport = Arc::clone(&gate) as Arc<dyn Transport>;
    // What is cut off has all the time it has elsewhere to be settled.
    let clock = Arc::new(SystemClock);
    let stage = Stage::try_building(Silent, place, emulator, |bot| {
        bot.pace(Pace::OFF).custom_transport(transport).custom_clock(clock)
    });
    (stage.await.expect("a bot"), gate)
}

/// Has the broadcast come as far as this, and no further.
async fn come_to(stage: &Stage, messages: usize) {
    until("some are reached", async || (count(stage) == messages).then_some(())).await;
}

fn mailing() -> Mailing {
    Mailing::new("spring", "sale", "en_US").text("name").text("price")
}

/// Everybody of the crowd.
fn crowd(stage: &Stage) -> Audience {
    let people = stage.emulator.people();
    let crowd = people.into_iter().filter(|person| person.name.starts_with("Person"));
    Audience::of(crowd.map(|who| Row::to(who.user_id).with("name", who.name).with("price", "9 €")))
}

fn reached(stage: &Stage) -> Vec<usize> {
    let actors = (0..CROWD).map(|at| stage.emulator.person(&format!("Person {at}")).expect("a person"));
    actors.map(|actor| said(&actor).len()).collect()
}

fn count(stage: &Stage) -> usize {
    reached(stage).iter().sum()
}

async fn ended(broadcast: &Broadcast) -> Progress {
    within("a broadcast to end", broadcast.ended()).await
}

async fn everybody_is_reached_once_in_their_own_words(place: Place) {
    let (stage, _) = stage(&place, emulator().await).await;
    let (ana, ben) = (stage.ana(), stage.ben());
    let number = |who: &wappa::emulator::Actor| who.person().wa_id.clone().expect("a number");
    let file = format!(
        "phone,name,price\n+{},Ana,9.50 €\nnobody,Cleo,1 €\n+{},Ben,8 €\n{},Ana again,7 €\n+{},,3 €\n+4915730000000,Nobody,2 €\n",
        number(&ana),
        number(&ben),
        number(&ana),
        number(&ben),
    );
    let broadcast =
        stage.bot.handle().broadcast(mailing(), Audience::csv(Cursor::new(file))).await.expect("begun");
    let progress = ended(&broadcast).await;
    assert_eq!(said(&ana), ["Hi Ana, it is 9.50 € today"], "the first row counts");
    assert_eq!(said(&ben), ["Hi Ben, it is 8 € today"]);
    assert_eq!(progress.state, BroadcastState::Finished);
    let counts =
        (progress.recipients, progress.sent, progress.duplicates, progress.skipped, progress.bad_rows);
    assert_eq!(counts, (4, 2, 1, 0, 2));
    assert_eq!(progress.failed.into_iter().collect::<Vec<_>>(), [("recipient".to_owned(), 1)]);
    assert!((progress.percent - 100.0).abs() < f64::EPSILON);
    let failures = broadcast.failures(10).await.expect("a read");
    assert_eq!(failures.iter().map(|failure| failure.to.as_str()).collect::<Vec<_>>(), ["4915730000000"]);
    let bad = broadcast.bad_rows(10).await.expect("a read");
    assert_eq!(bad.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 6]);
    assert!(bad[0].reason.contains("not a phone number"), "{bad:?}");
    assert_eq!(bad[1].reason, "the column `name` is missing or empty");
}

async fn what_does_not_fit_is_refused_before_the_first_send(place: Place) {
    let (stage, _) = stage(&place, emulator().await).await;
    let begin =
        async |mailing| stage.bot.handle().broadcast(mailing, crowd(&stage)).await.expect_err("a refusal");
    let unknown = begin(Mailing::new("a", "no_such_template", "en_US")).await;
    assert!(matches!(unknown, BroadcastError::Template { .. }), "{unknown}");
    let language = begin(Mailing::new("a", "sale", "de").text("name").text("price")).await;
    assert!(matches!(language, BroadcastError::Template { .. }), "{language}");
    let few = begin(Mailing::new("a", "sale", "en_US").text("name")).await;
    assert!(few.to_string().contains("missing is [{{2}}]"), "{few}");
    let many = begin(mailing().text("more").header("top")).await;
    assert!(many.to_string().contains("too much is [the header's text, {{3}}]"), "{many}");
    let number = begin(mailing().from("4711")).await;
    assert!(matches!(number, BroadcastError::Number), "{number}");
    assert!(matches!(begin(Mailing::new("", "sale", "en_US")).await, BroadcastError::Name));
    assert_eq!(count(&stage), 0);
}

async fn a_broadcast_is_paused_resumed_and_cancelled(place: Place) {
    let (stage, gate) = stage(&place, emulator().await).await;
    gate.let_pass(100);
    let broadcast = stage.bot.handle().broadcast(mailing(), crowd(&stage)).await.expect("begun");
    come_to(&stage, 100).await;
    let (paused, ()) = tokio::join!(broadcast.pause(), async { gate.open() });
    paused.expect("paused");
    let paused = count(&stage);
    assert!((100..CROWD).contains(&paused), "what was under way is finished, and no more: {paused}");
    assert_eq!(broadcast.progress().state, BroadcastState::Paused);
    gate.let_pass(paused + 50);
    broadcast.resume().await.expect("resumed");
    come_to(&stage, paused + 50).await;
    let (cancelled, ()) = tokio::join!(broadcast.cancel(), async { gate.open() });
    cancelled.expect("cancelled");
    let progress = ended(&broadcast).await;
    assert_eq!(progress.state, BroadcastState::Cancelled);
    assert!(count(&stage) < CROWD, "the others never hear of it");
    assert!(reached(&stage).iter().all(|times| *times <= 1), "nobody twice");
    let error = broadcast.resume().await.expect_err("over is over");
    assert!(matches!(error, BroadcastError::Ended { .. }), "{error}");
}

async fn a_template_that_is_gone_pauses_instead_of_failing_for_everybody(place: Place) {
    let (stage, gate) = stage(&place, emulator().await).await;
    gate.let_pass(100);
    let broadcast = stage.bot.handle().broadcast(mailing(), crowd(&stage)).await.expect("begun");
    come_to(&stage, 100).await;
    stage.emulator.add_template(sale().status(TemplateStatus::Paused));
    gate.open();
    until("it is paused", async || (broadcast.progress().state == BroadcastState::Paused).then_some(()))
        .await;
    let progress = broadcast.progress();
    assert!(progress.reason.is_some(), "and says why");
    assert!(progress.failed.is_empty(), "{:?}", progress.failed);
    stage.emulator.add_template(sale());
    broadcast.resume().await.expect("resumed");
    assert_eq!(ended(&broadcast).await.sent, CROWD as u64);
    assert!(reached(&stage).iter().all(|times| *times == 1), "everybody once");
}

async fn who_has_stopped_marketing_gets_none(place: Place) {
    let (stage, _) = stage(&place, emulator().await).await;
    let (ana, ben, handle) = (stage.ana(), stage.ben(), stage.bot.handle());
    let chat = handle.chat(stage.business().phone_number_id, ana.person().user_id.clone());
    ana.says("stop").expect("said");
    until("the choice", async || (chat.marketing().await.expect("an answer") == Wanted::No).then_some(()))
        .await;
    let rows = [&ana, &ben]
        .map(|who| Row::to(who.person().user_id.clone()).with("name", "you").with("price", "5 €"));
    let progress = ended(&handle.broadcast(mailing(), Audience::of(rows)).await.expect("begun")).await;
    assert_eq!((progress.sent, progress.skipped, progress.failed.len()), (1, 1, 0));
    assert_eq!((said(&ana).len(), said(&ben).len()), (0, 1));
}

/// Rows are asked for as fast as they are stored, and no faster.
async fn an_audience_is_never_in_memory(place: Place) {
    const ROWS: usize = 1_000;
    const BATCH: usize = 256;
    let store: Arc<dyn Store> = match place.choice() {
        StoreChoice::Sqlite(path) => Arc::new(SqliteStore::open(SqliteOptions::new(path)).expect("a store")),
        StoreChoice::Memory => Arc::new(MemoryStore::default()),
    };
    let emulator = emulator().await;
    let kept = Arc::clone(&store);
    let stage = Stage::try_building(Silent, &place, emulator, |bot| bot.pace(Pace::OFF).custom_store(kept));
    let stage = stage.await.expect("a bot");
    let rows = stream::iter(0..ROWS).then(move |nth| {
        let store = Arc::clone(&store);
        async move {
            let stored =
                store.values("broadcast/spring/to", None, ROWS, SystemClock.now()).await.expect("a read");
            assert_eq!(stored.len(), nth / BATCH, "batches that are stored before row {nth} is asked for");
            Row::to(WaId::from(format!("1555{nth:07}"))).with("name", "you").with("price", "5 €")
        }
    });
    let broadcast = stage.bot.handle().broadcast(mailing(), Audience::stream(rows)).await.expect("begun");
    let progress = ended(&broadcast).await;
    assert_eq!((progress.recipients, progress.bad_rows), (ROWS as u64, 0));
}

/// Answers whoever writes.
struct Answers;

impl EventHandler for Answers {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        chat.say("at your service").await?;
        Ok(())
    }
}

/// While time stands still, a broadcast has taken what it may; there is room for an answer.
async fn an_answer_does_not_wait_for_a_broadcast(place: Place) {
    let dial = Dial::at(1_772_366_400);
    let clock = Arc::new(dial.clone());
    let stage = Stage::try_building(Answers, &place, emulator().await, |bot| {
        bot.pace(Pace::COEXISTENCE).custom_clock(clock)
    });
    let stage = stage.await.expect("a bot");
    let broadcast = stage.bot.handle().broadcast(mailing(), crowd(&stage)).await.expect("begun");
    // Half of the 20 a second that the number has, and no more.
    until("some are reached", async || (count(&stage) >= 10).then_some(())).await;
    stage.ana().says("hello?").expect("said");
    stage.ana().sees("at your service").await.expect("an answer");
    assert!(count(&stage) <= 11, "and the broadcast has waited");
    until("the end", async || {
        dial.by(Duration::from_millis(250));
        let progress = broadcast.progress();
        if progress.state == BroadcastState::Running && progress.sent >= CROWD as u64 / 2 {
            let rate = progress.rate.expect("a rate");
            assert!(rate > 0.0 && rate < 25.0, "{rate} a second");
            assert!(progress.remaining.is_some(), "it can be told when it ends");
            assert!(progress.percent >= 50.0 && progress.percent <= 100.0, "{} %", progress.percent);
        }
        (progress.state == BroadcastState::Finished).then_some(())
    })
    .await;
    assert!(reached(&stage).iter().all(|times| *times == 1), "everybody once");
}

async fn a_name_is_one_broadcast(place: Place) {
    let (stage, _) = stage(&place, emulator().await).await;
    let handle = stage.bot.handle();
    let first = handle.broadcast(mailing(), crowd(&stage)).await.expect("begun");
    ended(&first).await;
    let again = handle.broadcast(mailing(), crowd(&stage)).await.expect("known");
    assert_eq!(ended(&again).await.sent, CROWD as u64);
    assert_eq!(count(&stage), CROWD);
    assert!(handle.broadcasts().find("spring").await.expect("a read").is_some());
    assert!(handle.broadcasts().find("autumn").await.expect("a read").is_none());
}

/// A broadcast in the middle, and the bot that has it goes down. The next one is on the same file.
async fn goes_down_in_the_middle(place: &Place, paused: bool) -> Stage {
    let (first, gate) = stage(place, emulator().await).await;
    let emulator = first.emulator.clone();
    gate.let_pass(100);
    let broadcast = first.bot.handle().broadcast(mailing(), crowd(&first)).await.expect("begun");
    come_to(&first, 100).await;
    if paused {
        let (paused, ()) = tokio::join!(broadcast.pause(), async { gate.open() });
        paused.expect("paused");
    }
    tokio::join!(first.bot.shutdown(), async { gate.open() });
    assert!(count(&first) < CROWD, "it went down in the middle");
    drop(first);
    stage(place, emulator).await.0
}

async fn known(stage: &Stage) -> Broadcast {
    until("it is found", async || stage.bot.handle().broadcasts().find("spring").await.expect("a read")).await
}

#[tokio::test]
async fn a_restart_goes_on_by_itself() {
    let place = Place::sqlite();
    let second = goes_down_in_the_middle(&place, false).await;
    let progress = ended(&known(&second).await).await;
    assert_eq!((progress.sent, progress.duplicates), (CROWD as u64, 0));
    assert!(reached(&second).iter().all(|times| *times == 1), "everybody once");
}

#[tokio::test]
async fn a_pause_outlives_the_bot() {
    let place = Place::sqlite();
    let second = goes_down_in_the_middle(&place, true).await;
    let broadcast = known(&second).await;
    assert_eq!(broadcast.progress().state, BroadcastState::Paused);
    broadcast.resume().await.expect("resumed");
    assert_eq!(ended(&broadcast).await.sent, CROWD as u64);
    assert!(reached(&second).iter().all(|times| *times == 1), "everybody once");
}
