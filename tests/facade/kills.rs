//! A conversation whose process dies at every step it takes: at each call of the store and of Meta, before it is done and
//! after. Whoever talks to it notices nothing but the wait. Fragments, too, are answered once.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use wappa::{
    clock::BoxFuture,
    cloud::Transport,
    dialogue::Dialogues,
    dispatch::DispatchSettings,
    emulator::{Emulator, EmulatorConfig, RouterSink, SignedWebhook, WebhookSink},
    prelude::*,
    store::{MemoryStore, Store},
};

use crate::{
    clerk::{Clerk, HEARD, SAID},
    dial::Dial,
    mortal::{Death, Dies, Life, Mortal},
    stage::{Place, Stage, said},
    wait::until,
};

/// A connection breaks when the process at its end dies.
impl WebhookSink for Mortal<RouterSink> {
    fn deliver(&self, webhook: SignedWebhook) -> BoxFuture<'_, u16> {
        Box::pin(async move {
            let over = self.0.over.notified();
            if self.0.is_over() {
                return 503;
            }
            tokio::select! {
                status = self.1.deliver(webhook) => status,
                () = over => 503,
            }
        })
    }
}

/// What is left over a life: the store, Meta, the clock, the service outside.
struct Rest {
    store: Arc<dyn Store>,
    emulator: Emulator,
    dial: Dial,
    effects: Arc<Mutex<Vec<String>>>,
}

impl Rest {
    async fn new() -> Self {
        let emulator = Emulator::open(EmulatorConfig::for_tests()).await.expect("an emulator");
        let store = Arc::new(MemoryStore::default());
        Self { store, emulator, dial: Dial::at(1_772_366_400), effects: Arc::default() }
    }

    async fn live<H: EventHandler>(
        &self,
        life: &Arc<Life>,
        handler: H,
        set_up: impl FnOnce(Wappa<H>) -> Wappa<H>,
    ) -> Stage {
        let store = Arc::new(Mortal(Arc::clone(life), Arc::clone(&self.store)));
        let transport: Arc<dyn Transport> = self.emulator.transport();
        let transport = Arc::new(Mortal(Arc::clone(life), transport));
        let clock = Arc::new(self.dial.clone());
        let stage = Stage::try_building(handler, &Place::memory(), self.emulator.clone(), |bot| {
            // The clock runs: a turn that is alive must not run out of time for it.
            let dispatch =
                DispatchSettings { deadline: Duration::from_hours(24), ..DispatchSettings::default() };
            let bot =
                bot.custom_store(store).custom_transport(transport).custom_clock(clock).dispatch(dispatch);
            set_up(bot)
        })
        .await
        .expect("a bot");
        let routes = RouterSink::new(stage.bot.routes());
        self.emulator.connect(Arc::new(Mortal(Arc::clone(life), routes)));
        stage
    }

    fn clerk(&self, life: &Arc<Life>) -> Clerk {
        let effects = Arc::clone(&self.effects);
        let note = move |key: &str| {
            effects.lock().unwrap_or_else(PoisonError::into_inner).push(key.to_owned());
        };
        Clerk { service: Arc::new(note), life: Arc::clone(life) }
    }
}

/// A bot, one life after the other.
struct Lives<F> {
    rest: Rest,
    life: Arc<Life>,
    stage: Stage,
    raise: F,
}

impl<F: AsyncFn(&Rest, &Arc<Life>) -> Stage> Lives<F> {
    async fn begin(rest: Rest, first: &Arc<Life>, raise: F) -> Self {
        let stage = raise(&rest, first).await;
        Self { rest, life: Arc::clone(first), stage, raise }
    }

    /// Goes on, in another life if need be, until this is so and nothing waits.
    async fn until(&mut self, what: &str, is_so: impl Fn(&Stage) -> bool) {
        let Self { rest, life, stage, raise } = self;
        until(what, async || {
            if life.is_over() {
                *life = Life::of(usize::MAX, Dies::After, Death::Played);
                *stage = raise(rest, life).await;
            }
            let depth = stage.bot.handle().depth().await.expect("a depth");
            if is_so(stage) && depth.waiting == 0 && !life.is_over() {
                return Some(());
            }
            // Leases run out, and sends of unknown fate wait for their status.
            rest.dial.by(Duration::from_secs(15));
            rest.emulator.advance(Duration::from_secs(15));
            None
        })
        .await;
    }
}

/// Lives through the conversation, dying once; answers whether there was an occasion to.
async fn dies_once(step: usize, dies: Dies) -> bool {
    let mortal = Life::of(step, dies, Death::Played);
    let raise = async |rest: &Rest, life: &Arc<Life>| rest.live(life, rest.clerk(life), |bot| bot).await;
    let mut lives = Lives::begin(Rest::new().await, &mortal, raise).await;
    for (text, answers) in SAID {
        lives.stage.ana().says(text).expect("said");
        lives.until("an answer", |stage| said(&stage.ana()).len() >= answers).await;
    }
    assert_eq!(said(&lives.stage.ana()), HEARD, "dead {dies:?} step {step}");
    let mut keys = lives.rest.effects.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let times = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), 1, "one effect, dead {dies:?} step {step}: {keys:?}");
    assert!(times <= 2, "again only if it was not noted: {times}");
    mortal.is_over()
}

struct Echo;

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        chat.say(message.text().unwrap_or("?")).await?;
        Ok(())
    }
}

/// Far longer than the lives need, and within the customer service window.
const QUIET: Duration = Duration::from_hours(10);

/// The same with fragments, which are one turn when it is quiet.
async fn dies_once_while_collecting(step: usize, dies: Dies) -> bool {
    let mortal = Life::of(step, dies, Death::Played);
    let raise = async |rest: &Rest, life: &Arc<Life>| {
        rest.live(life, Echo, |bot| bot.debounce(QUIET, QUIET * 2)).await
    };
    let mut lives = Lives::begin(Rest::new().await, &mortal, raise).await;
    for text in ["one", "two", "three"] {
        lives.stage.ana().says(text).expect("said");
        lives.until("it is stored", |stage| stage.emulator.undelivered() == 0).await;
    }
    assert!(said(&lives.stage.ana()).is_empty(), "nothing is said before it is quiet");
    lives.rest.dial.by(QUIET);
    lives.rest.emulator.advance(QUIET);
    lives.until("an answer", |stage| !said(&stage.ana()).is_empty()).await;
    assert_eq!(said(&lives.stage.ana()), ["one\ntwo\nthree"], "dead {dies:?} step {step}");
    mortal.is_over()
}

#[derive(Default, Serialize, Deserialize)]
struct Cart {
    pizzas: u32,
}

#[derive(Default, Serialize, Deserialize)]
struct Asking;

impl Dialogue for Asking {
    const NAME: &'static str = "asking";

    async fn begin(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Where to?").await?;
        Ok(Next::Stay.within(QUIET))
    }

    async fn turn(self, _: &Chat, _: &Message) -> Result<Next<Self>> {
        Ok(Next::Stay)
    }

    async fn on_timeout(self, chat: &Chat) -> Result<Next<Self>> {
        chat.say("Another time, then.").await?;
        Ok(Next::Done)
    }
}

/// Remembers a cart and asks something, both for a time.
struct Patient;

impl EventHandler for Patient {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        chat.session::<Cart>().await?.pizzas += 1;
        chat.start::<Asking>().await
    }

    async fn on_expired(&self, chat: Chat, expired: Expired) -> Result {
        if let Some(cart) = expired.get::<Cart>()? {
            chat.say(format!("{} left behind", cart.pizzas)).await?;
        }
        Dialogues::new().dialogue::<Asking>().expired(&chat, &expired).await.map(drop)
    }
}

/// The end of what was kept for a time is told once, whenever the process dies.
async fn dies_once_while_waiting(step: usize, dies: Dies) -> bool {
    let mortal = Life::of(step, dies, Death::Played);
    let raise = async |rest: &Rest, life: &Arc<Life>| {
        let rule = SessionRule::<Cart>::new().keep_for(QUIET);
        rest.live(life, Patient, |bot| bot.session(rule)).await
    };
    let mut lives = Lives::begin(Rest::new().await, &mortal, raise).await;
    lives.stage.ana().says("hi").expect("said");
    lives.until("an answer", |stage| !said(&stage.ana()).is_empty()).await;
    lives.rest.dial.by(QUIET);
    lives.rest.emulator.advance(QUIET);
    lives.until("both ends", |stage| said(&stage.ana()).len() >= 3).await;
    // Nothing is left that could end once more.
    lives.rest.dial.by(QUIET);
    lives.until("rest", |_| true).await;
    let mut heard = said(&lives.stage.ana());
    heard.sort();
    assert_eq!(heard, ["1 left behind", "Another time, then.", "Where to?"], "dead {dies:?} step {step}");
    let timers = lives.rest.store.timers(10).await.expect("the timers");
    assert!(timers.is_empty(), "dead {dies:?} step {step}: {timers:?}");
    mortal.is_over()
}

#[tokio::test]
async fn a_conversation_survives_death_at_every_step() {
    for dies in [Dies::Before, Dies::After] {
        let mut deaths = 0;
        while dies_once(deaths + 1, dies).await {
            deaths += 1;
        }
        // Three deliveries and what is under way at each, four notes and sends, the effect and its note, three ends.
        assert!(deaths >= 18, "{deaths} deaths");
    }
}

#[tokio::test]
async fn fragments_survive_death_at_every_step() {
    for dies in [Dies::Before, Dies::After] {
        let mut deaths = 0;
        while dies_once_while_collecting(deaths + 1, dies).await {
            deaths += 1;
        }
        // Three deliveries and their ends, the end of the silence, the send, the end of its turn.
        assert!(deaths >= 9, "{deaths} deaths");
    }
}

#[tokio::test]
async fn what_ends_is_told_once_at_every_step() {
    for dies in [Dies::Before, Dies::After] {
        let mut deaths = 0;
        while dies_once_while_waiting(deaths + 1, dies).await {
            deaths += 1;
        }
        // The delivery, what its turn reads and says, its end; the same of two ends.
        assert!(deaths >= 9, "{deaths} deaths");
    }
}
