//! Pace: as fast as Meta allows, never faster, and nothing lost or said twice on the way.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use wappa::{
    cloud::{BoxFuture, GraphRequest, GraphResponse, Transport, TransportError},
    emulator::{Emulator, EmulatorConfig, Pacing},
    outbox::Pace,
    prelude::*,
};

use crate::{
    stage::{Place, Stage, World, said},
    wait::until,
    with_either_store,
};

with_either_store!(a_long_answer_keeps_metas_pace, what_meta_refuses_as_too_fast_arrives_all_the_same);

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

/// Counts Meta's refusals.
struct Refusals {
    behind: Arc<dyn Transport>,
    count: AtomicUsize,
}

impl Transport for Refusals {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        Box::pin(async move {
            let answer = self.behind.call(request).await?;
            if answer.status >= 400 {
                self.count.fetch_add(1, Ordering::SeqCst);
            }
            Ok(answer)
        })
    }
}

/// Has Ana hear everything at this pace; answers how often Meta refused.
async fn hears_everything(place: &Place, pace: Pace) -> usize {
    let config = EmulatorConfig::for_tests().pacing(Pacing::Meta);
    let emulator = Emulator::open(config).await.expect("an emulator");
    let refusals = Arc::new(Refusals { behind: emulator.transport(), count: AtomicUsize::new(0) });
    let transport = Arc::clone(&refusals) as Arc<dyn Transport>;
    let clock = Arc::new(World(emulator.clock()));
    let stage = Stage::try_building(Talkative, place, emulator, |bot| {
        bot.custom_transport(transport).custom_clock(clock).pace(pace)
    });
    let stage = stage.await.expect("a bot");
    stage.ana().says("go").expect("said");
    until("everything", async || {
        stage.emulator.advance(Duration::from_millis(500));
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
