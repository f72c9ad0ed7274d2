//! A conversation whose process dies at every step it takes: at each call of the store and of Meta, before it is done and
//! after. Whoever talks to it notices nothing but the wait.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use wappa::{
    clock::BoxFuture,
    cloud::Transport,
    dispatch::DispatchSettings,
    emulator::{Emulator, EmulatorConfig, RouterSink, SignedWebhook, WebhookSink},
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
    async fn live(&self, life: &Arc<Life>) -> Stage {
        let store = Arc::new(Mortal(Arc::clone(life), Arc::clone(&self.store)));
        let transport: Arc<dyn Transport> = self.emulator.transport();
        let transport = Arc::new(Mortal(Arc::clone(life), transport));
        let effects = Arc::clone(&self.effects);
        let note = move |key: &str| {
            effects.lock().unwrap_or_else(PoisonError::into_inner).push(key.to_owned());
        };
        let clerk = Clerk { service: Arc::new(note), life: Arc::clone(life) };
        let clock = Arc::new(self.dial.clone());
        let stage = Stage::try_building(clerk, &Place::memory(), self.emulator.clone(), |bot| {
            // The clock runs: a turn that is alive must not run out of time for it.
            let dispatch =
                DispatchSettings { deadline: Duration::from_hours(24), ..DispatchSettings::default() };
            bot.custom_store(store).custom_transport(transport).custom_clock(clock).dispatch(dispatch)
        })
        .await
        .expect("a bot");
        let routes = RouterSink::new(stage.bot.routes());
        self.emulator.connect(Arc::new(Mortal(Arc::clone(life), routes)));
        stage
    }
}

/// Lives through the conversation, dying once; answers whether there was an occasion to.
async fn dies_once(step: usize, dies: Dies) -> bool {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.expect("an emulator");
    let store = Arc::new(MemoryStore::default());
    let rest = Rest { store, emulator, dial: Dial::at(1_772_366_400), effects: Arc::default() };
    let mortal = Life::of(step, dies, Death::Played);
    let mut stage = rest.live(&mortal).await;
    let mut life = Arc::clone(&mortal);
    for (text, answers) in SAID {
        stage.ana().says(text).expect("said");
        until("an answer", async || {
            if life.is_over() {
                life = Life::of(usize::MAX, Dies::After, Death::Played);
                stage = rest.live(&life).await;
            }
            let depth = stage.bot.handle().depth().await.expect("a depth");
            if said(&stage.ana()).len() >= answers && depth.waiting == 0 && !life.is_over() {
                return Some(());
            }
            // Leases run out, and sends of unknown fate wait for their status.
            rest.dial.by(Duration::from_secs(15));
            rest.emulator.advance(Duration::from_secs(15));
            None
        })
        .await;
    }
    assert_eq!(said(&stage.ana()), HEARD, "dead {dies:?} step {step}");
    let mut keys = rest.effects.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let times = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), 1, "one effect, dead {dies:?} step {step}: {keys:?}");
    assert!(times <= 2, "again only if it was not noted: {times}");
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
