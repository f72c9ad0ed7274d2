//! Pace: as fast as Meta allows, never faster, and nothing lost or said twice on the way.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::task::JoinHandle;
use wappa::{
    cloud::{
        BoxFuture, GraphRequest, GraphResponse, IntoDraft, RequestBody, Target, Transport, TransportError,
    },
    emulator::{Emulator, EmulatorConfig, Pacing},
    outbox::{Pace, Priority, SendError},
    prelude::*,
};

use crate::{
    stage::{Place, Stage, World, said},
    wait::until,
    with_either_store,
};

with_either_store!(
    a_long_answer_keeps_metas_pace,
    what_meta_refuses_as_too_fast_arrives_all_the_same,
    a_crowd_waits_and_nobody_sees_an_error,
    replies_go_before_broadcasts,
    an_account_that_is_too_fast_slows_all_its_numbers,
);

const LONG: usize = 50;

/// Says a lot.
struct Talkative;

impl EventHandler for Talkative {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        for nth in 0..LONG {
            chat.say(format!("{nth}")).await?;
        }
        Ok(())
    }
}

/// Counts Meta's refusals, and the calls without an answer yet.
struct Refusals {
    behind: Arc<dyn Transport>,
    count: AtomicUsize,
    under_way: AtomicUsize,
}

impl Transport for Refusals {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        Box::pin(async move {
            self.under_way.fetch_add(1, Ordering::SeqCst);
            let answer = self.behind.call(request).await;
            self.under_way.fetch_sub(1, Ordering::SeqCst);
            if answer.as_ref().is_ok_and(|answer| answer.status >= 400) {
                self.count.fetch_add(1, Ordering::SeqCst);
            }
            answer
        })
    }
}

/// Has Ana hear everything at this pace; answers how often Meta refused.
async fn hears_everything(place: &Place, pace: Pace) -> usize {
    let config = EmulatorConfig::for_tests().pacing(Pacing::Meta);
    let emulator = Emulator::open(config).await.expect("an emulator");
    let refusals = Arc::new(Refusals {
        behind: emulator.transport(),
        count: AtomicUsize::default(),
        under_way: AtomicUsize::default(),
    });
    let transport = Arc::clone(&refusals) as Arc<dyn Transport>;
    let clock = Arc::new(World(emulator.clock()));
    let stage = Stage::try_building(Talkative, place, emulator, |bot| {
        bot.custom_transport(transport).custom_clock(clock).pace(pace)
    });
    let stage = stage.await.expect("a bot");
    stage.ana().says("go").expect("said");
    until("everything", async || {
        // A call that time runs away from arrives late, as it would at Meta, and that is not what is asked here.
        if refusals.under_way.load(Ordering::SeqCst) == 0 {
            stage.emulator.advance(Duration::from_millis(500));
        }
        (said(&stage.ana()).len() == LONG).then_some(())
    })
    .await;
    let expected: Vec<String> = (0..LONG).map(|nth| nth.to_string()).collect();
    assert_eq!(said(&stage.ana()), expected, "each once, in order");
    assert_eq!(stage.bot.handle().depth().await.expect("a depth").dead, 0);
    refusals.count.load(Ordering::SeqCst)
}

async fn a_long_answer_keeps_metas_pace(place: Place) {
    assert_eq!(hears_everything(&place, Pace::STANDARD).await, 0, "Meta had nothing to refuse");
}

async fn what_meta_refuses_as_too_fast_arrives_all_the_same(place: Place) {
    assert!(hears_everything(&place, Pace::OFF).await > 0, "Meta had to refuse");
}

/// Takes everything there and then; the first messages it is told to refuse are refused.
#[derive(Default)]
struct Meta {
    /// From which number to whom.
    taken: Mutex<Vec<(String, String)>>,
    refusals: AtomicUsize,
}

impl Meta {
    fn taken(&self) -> Vec<(String, String)> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Transport for Meta {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        let Target::Node(path) = &request.target else { panic!("only messages are sent here") };
        let RequestBody::Json(body) = &request.body else { panic!("as JSON") };
        let body: serde_json::Value = serde_json::from_slice(body).expect("JSON");
        let refuse = |left: usize| left.checked_sub(1);
        let refused = self.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, refuse).is_ok();
        let answer = if refused {
            let body = r#"{"error":{"message":"too many calls","code":80007}}"#;
            let retry_after = Some(Duration::from_secs(30));
            GraphResponse { status: 400, retry_after, content_type: None, body: body.into() }
        } else {
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            let number = path.split('/').next().unwrap_or_default().to_owned();
            taken.push((number, body["to"].as_str().unwrap_or_default().to_owned()));
            let body = format!(r#"{{"messages":[{{"id":"wamid.{}"}}]}}"#, taken.len());
            GraphResponse { status: 200, retry_after: None, content_type: None, body: body.into() }
        };
        Box::pin(async move { Ok(answer) })
    }
}

const OTHER: &str = "106540352242999";

/// A bot with two numbers of one account at 20 messages a second, on the emulator's time, and Meta's side.
async fn scene(place: &Place) -> (Stage, Arc<Meta>) {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.expect("an emulator");
    let (meta, clock, business) =
        (Arc::new(Meta::default()), Arc::new(World(emulator.clock())), emulator.business());
    let transport = Arc::clone(&meta) as Arc<dyn Transport>;
    let stage = Stage::try_building(Talkative, place, emulator, |bot| {
        let other = NumberConfig::new(OTHER, business.access_token.clone())
            .app_secret(business.app_secret.clone())
            .business_account(business.waba_id.clone());
        bot.custom_clock(clock).custom_transport(transport).pace(Pace::COEXISTENCE).number(other)
    });
    (stage.await.expect("a bot"), meta)
}

/// Sends a template to so many people at once.
fn crowd(stage: &Stage, count: u64, priority: Priority) -> Vec<JoinHandle<Result<Receipt, SendError>>> {
    let number = stage.business().phone_number_id;
    let chat = |nth| stage.bot.handle().chat(number.clone(), WaId::from(format!("1555{nth:07}")));
    let offer = || Template::new("hello_world", "en_US").into_draft().expect("a draft");
    (0..count).map(|nth| tokio::spawn(chat(nth).send(offer()).priority(priority).into_future())).collect()
}

/// Lets time pass until these are sent, which all of them must be; while some are, it stands still.
async fn all_sent(stage: &Stage, meta: &Meta, sends: Vec<JoinHandle<Result<Receipt, SendError>>>) {
    let mut before = 0;
    until("all of them", async || {
        let taken = meta.taken().len();
        if taken == std::mem::replace(&mut before, taken) {
            stage.emulator.advance(Duration::from_millis(250));
        }
        sends.iter().all(JoinHandle::is_finished).then_some(())
    })
    .await;
    for sent in sends {
        sent.await.expect("it ran").expect("sent, in its time");
    }
}

async fn a_crowd_waits_and_nobody_sees_an_error(place: Place) {
    let (stage, meta) = scene(&place).await;
    let began = stage.emulator.clock().now();
    all_sent(&stage, &meta, crowd(&stage, 400, Priority::Reply)).await;
    assert_eq!(meta.taken().len(), 400, "each once");
    let took = stage.emulator.clock().now().since(began);
    assert!(took >= Duration::from_secs(18), "at the pace of the number: {took:?}");
    assert!(took <= Duration::from_mins(2), "and not much slower: {took:?}");
}

async fn replies_go_before_broadcasts(place: Place) {
    let (stage, meta) = scene(&place).await;
    let broadcast = crowd(&stage, 200, Priority::Broadcast);
    until("the broadcast to be on its way", async || (meta.taken().len() > 5).then_some(())).await;
    let number = stage.business().phone_number_id;
    let ana = stage.bot.handle().chat(number, WaId::from("15550100001"));
    ana.template(Template::new("hello_world", "en_US")).await.expect("sent");
    let before = meta.taken().iter().take_while(|(_, to)| !to.contains("15550100001")).count();
    assert!(before < 30, "a reply doesn't stand behind the others: {before}");
    all_sent(&stage, &meta, broadcast).await;
    assert_eq!(meta.taken().len(), 201);
}

async fn an_account_that_is_too_fast_slows_all_its_numbers(place: Place) {
    let (stage, meta) = scene(&place).await;
    meta.refusals.store(1, Ordering::SeqCst);
    let began = stage.emulator.clock().now();
    let first = crowd(&stage, 1, Priority::Reply);
    until("the refusal", async || (meta.refusals.load(Ordering::SeqCst) == 0).then_some(())).await;
    let handle = stage.bot.handle();
    let other = handle.chat(OTHER, WaId::from("15550100001")).template(Template::new("hello_world", "en_US"));
    let other = tokio::spawn(other.into_future());
    all_sent(&stage, &meta, first.into_iter().chain([other]).collect()).await;
    let taken = meta.taken();
    assert!(taken.iter().any(|(number, _)| number == OTHER) && taken.len() == 2, "{taken:?}");
    let took = stage.emulator.clock().now().since(began);
    assert!(took >= Duration::from_secs(30), "both waited as long as Meta said: {took:?}");
}
