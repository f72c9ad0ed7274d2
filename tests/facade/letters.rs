//! Dead letters: tried again without repeating themselves, in the order the author wants, and never the death of a bot.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use wappa::{
    cloud::{DedupKey, ItemKind, Timestamp},
    dispatch::{DeadLetterError, DispatchSettings},
    prelude::*,
    store::{
        Arrival, ClaimAsk, EventKind, Ingest, LaneClass, LaneKind, LastTry, Lease, MemoryLimits, MemoryStore,
        NumberRef, Party, PersonRef, Store, Wish,
    },
};

use crate::{
    stage::{Place, Stage, said},
    wait::until,
    with_either_store,
};

with_either_store!(redriven_it_goes_on_where_it_was, a_blocked_conversation_waits_for_its_dead_letter);

/// Cannot bill before the till works.
#[derive(Clone, Default)]
struct Till {
    works: Arc<AtomicBool>,
}

impl EventHandler for Till {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let text = message.text().unwrap_or_default();
        if text != "bill" {
            chat.say(text).await?;
            return Ok(());
        }
        chat.say("one moment").await?;
        if !self.works.load(Ordering::Relaxed) {
            return Err(Error::msg("the till is broken"));
        }
        chat.say("here is your bill").await?;
        Ok(())
    }
}

async fn dead(stage: &Stage) -> wappa::store::DeadLetter {
    let letters = stage.bot.dead_letters();
    until("a dead letter", async || letters.list(10).await.expect("the letters").pop()).await
}

async fn redriven_it_goes_on_where_it_was(place: Place) {
    let till = Till::default();
    let stage = Stage::of(till.clone(), &place).await;
    stage.ana().says("bill").expect("said");
    stage.ana().says("hello?").expect("said");
    stage.ana().sees("hello?").await.expect("the conversation goes on");
    let letter = dead(&stage).await;
    assert_eq!((letter.error.as_str(), letter.attempts), ("the till is broken", 3));

    till.works.store(true, Ordering::Relaxed);
    let letters = stage.bot.dead_letters();
    letters.redrive(letter.seq).await.expect("redriven");
    stage.ana().sees("here is your bill").await.expect("the bill");
    assert_eq!(said(&stage.ana()), ["one moment", "hello?", "here is your bill"]);
    assert!(matches!(letters.redrive(letter.seq).await, Err(DeadLetterError::Unknown(_))));
    assert_eq!(stage.bot.handle().depth().await.expect("a depth").dead, 0);
}

async fn a_blocked_conversation_waits_for_its_dead_letter(place: Place) {
    let till = Till::default();
    let settings = DispatchSettings { last_try: LastTry::Block, ..DispatchSettings::default() };
    let stage = Stage::building(till.clone(), &place, |bot| bot.dispatch(settings)).await;
    stage.ana().says("bill").expect("said");
    stage.ana().says("hello?").expect("said");
    stage.ben().says("hi").expect("said");
    dead(&stage).await;
    stage.ben().sees("hi").await.expect("others go on");
    assert_eq!(said(&stage.ana()), ["one moment"], "nothing overtakes");

    till.works.store(true, Ordering::Relaxed);
    assert_eq!(stage.bot.dead_letters().redrive_all().await.expect("redriven"), 1);
    stage.ana().sees("hello?").await.expect("the rest");
    assert_eq!(said(&stage.ana()), ["one moment", "here is your bill", "hello?"]);
}

/// Counts how often it is reached.
#[derive(Clone, Default)]
struct Never {
    reached: Arc<AtomicUsize>,
    sorry: Arc<AtomicUsize>,
}

impl EventHandler for Never {
    async fn on_message(&self, _: Chat, _: Message) -> Result {
        Ok(())
    }

    async fn on_unknown(&self, _: Messenger, _: Unknown) -> Result {
        self.reached.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn on_turn_failed(&self, _: Chat, failed: wappa::handler::TurnFailed) -> Result {
        assert_eq!(failed.error.kind(), ErrorKind::Panic);
        self.sorry.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// A store in which attempts at an event had begun so many times, and never ended.
async fn cut_off(number: &PhoneNumberId, times: i64) -> Arc<MemoryStore> {
    let store = Arc::new(MemoryStore::new(MemoryLimits::default()));
    let lease = |at| Lease { now: Timestamp::from_secs(at), until: Timestamp::from_secs(at + 1) };
    let arrival = Arrival {
        number: NumberRef { id: number.shared(), portfolio: "".into() },
        lane: LaneKind::Person,
        party: Party::Person(PersonRef { wa_id: Some(WaId::from("15550100001")), ..PersonRef::default() }),
        kind: EventKind::Meta(ItemKind::Unknown),
        key: DedupKey(1),
        formerly: None,
        body: "{}".into(),
        wish: Wish::Lease,
    };
    let ingest = Ingest { arrivals: vec![arrival], statuses: Vec::new(), kept: Vec::new(), lease: lease(0) };
    store.ingest(ingest).await.expect("taken");
    for at in 1..times {
        let ask =
            ClaimAsk { class: LaneClass::Conversation, limit: 1, skip: Vec::new(), lease: lease(at * 10) };
        assert_eq!(store.claim(ask).await.expect("a claim").claims.len(), 1);
    }
    store
}

#[tokio::test]
async fn an_event_that_kills_the_process_is_given_up_on() {
    let number = Stage::of(Never::default(), &Place::memory()).await.business().phone_number_id;
    for (times, reached, sorry) in [(5, 1, 0), (6, 0, 1), (7, 0, 0)] {
        let handler = Never::default();
        let store = cut_off(&number, times).await;
        let watched = Arc::clone(&store);
        let _stage = Stage::building(handler.clone(), &Place::memory(), |bot| bot.custom_store(store)).await;
        until("the end of the event", async || (watched.depth().await.ok()?.waiting == 0).then_some(()))
            .await;
        let counts = (handler.reached.load(Ordering::Relaxed), handler.sorry.load(Ordering::Relaxed));
        assert_eq!(counts, (reached, sorry), "cut off {times} times");
        let letters = watched.dead_letters(10).await.expect("the letters");
        let given_up: Vec<&str> = letters.iter().map(|letter| letter.error.as_str()).collect();
        if reached == 0 {
            assert_eq!(
                given_up,
                [format!("the program ended {times} times while this event was being handled")]
            );
        } else {
            assert!(given_up.is_empty());
        }
    }
}
