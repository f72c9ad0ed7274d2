//! The way out as a turn uses it: silent without its lease, and heard when it says something else than before.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_util::FutureExt;
use tracing::{Event, Metadata, Subscriber, field::Visit, span};
use wappa_cloud::{
    DedupKey, GraphRequest, GraphResponse, IntoDraft, ItemKind, Text, Transport, TransportError, VerifyToken,
    WaId,
};

use super::*;
use crate::{
    clock::BoxFuture,
    numbers::{App, StaticNumbers},
    store::{
        Arrival, Claim, Ingest, LaneKind, Lease, MemoryLimits, MemoryStore, NumberRef, Party, PersonRef, Wish,
    },
};

const NUMBER: &str = "106540352242922";

/// Takes every message.
#[derive(Default)]
struct Meta(AtomicUsize);

impl Transport for Meta {
    fn call(&self, _: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        let nth = self.0.fetch_add(1, Ordering::SeqCst);
        let body = format!(r#"{{"messages":[{{"id":"wamid.{nth}"}}]}}"#).into();
        Box::pin(
            async move { Ok(GraphResponse { status: 200, retry_after: None, content_type: None, body }) },
        )
    }
}

/// Stands still until it is set.
#[derive(Default)]
struct Still(Mutex<Duration>);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_700_000_000)
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

struct Scene {
    outbox: Outbox,
    meta: Arc<Meta>,
    clock: Arc<Still>,
    store: Arc<MemoryStore>,
    number: Arc<Number>,
}

impl Scene {
    fn new() -> Self {
        let (meta, clock, store) = (
            Arc::new(Meta::default()),
            Arc::new(Still::default()),
            Arc::new(MemoryStore::new(MemoryLimits::default())),
        );
        let number = Number {
            id: NUMBER.into(),
            token: AccessToken::new("token"),
            business_account: None,
            app: Arc::new(App { name: "app".to_owned(), secrets: Vec::new() }),
            portfolio: "".into(),
        };
        let numbers = Arc::new(StaticNumbers::new([number], VerifyToken::new("word")));
        let number = numbers.number(NUMBER).expect("our number");
        let outbox = Outbox::new(
            Graph::new(Arc::clone(&meta) as Arc<dyn Transport>),
            Arc::clone(&store) as Arc<dyn Store>,
            Arc::clone(&clock) as Arc<dyn Clock>,
            Arc::default(),
            numbers,
            OutboxSettings::default(),
        );
        Self { outbox, meta, clock, store, number }
    }

    /// The first attempt at a message of Ana's.
    fn claim(&self) -> Claim {
        let now = self.clock.now();
        let arrival = Arrival {
            number: NumberRef { id: NUMBER.into(), portfolio: "".into() },
            lane: LaneKind::Person,
            party: Party::Person(PersonRef {
                wa_id: Some(WaId::from("15550100001")),
                ..PersonRef::default()
            }),
            kind: ItemKind::Message.into(),
            key: DedupKey(7),
            formerly: None,
            body: Bytes::from_static(b"{}"),
            wish: Wish::Lease,
        };
        let lease = Lease { now, until: now + Duration::from_secs(30) };
        let ingest = Ingest { arrivals: vec![arrival], statuses: Vec::new(), kept: Vec::new(), lease };
        let taken = self.store.ingest(ingest).now_or_never().expect("it does not wait").expect("taken");
        taken.claims.into_iter().next().expect("it is leased")
    }

    fn say(&self, turn: &TurnSends, text: &str) -> Result<Receipt, SendError> {
        let to = Recipient::from(WaId::from("15550100001"));
        let address = Address { number: &self.number, to: &to, person: None };
        let draft = Text::new(text).into_draft().expect("a draft");
        let origin = Origin::Turn(turn, turn.next_place(&to));
        self.outbox.send(address, &draft, How::default(), origin).now_or_never().expect("nothing waits")
    }

    fn posts(&self) -> usize {
        self.meta.0.load(Ordering::SeqCst)
    }
}

#[test]
fn a_worker_that_was_frozen_and_thawed_stays_silent() {
    let scene = Scene::new();
    let watch = Arc::new(LeaseWatch::new(Duration::from_secs(30)));
    let turn = TurnSends::new(&scene.claim(), Scope::Handler, Arc::clone(&watch));
    let at = |seconds| {
        *scene.clock.0.lock().unwrap_or_else(PoisonError::into_inner) = Duration::from_secs(seconds);
    };
    at(29);
    scene.say(&turn, "in time").expect("sent");
    at(30);
    assert!(matches!(scene.say(&turn, "too late"), Err(SendError::LeaseLost)));
    assert_eq!(scene.posts(), 1);
    watch.renew(Duration::from_mins(1));
    scene.say(&turn, "in time again").expect("sent");
    watch.lose();
    assert!(matches!(scene.say(&turn, "somebody else has it"), Err(SendError::LeaseLost)));
    assert_eq!(scene.posts(), 2);
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, _: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        use std::fmt::Write;
        // Nothing fails that writes into a string.
        let _ = write!(self.0, "{value:?} ");
    }
}

impl Subscriber for Heard {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = String::new();
        event.record(&mut Line(&mut line));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[test]
fn a_turn_that_says_something_else_than_before_is_logged() {
    let scene = Scene::new();
    let mut claim = scene.claim();
    let watch = Arc::new(LeaseWatch::new(Duration::from_secs(30)));
    let first = TurnSends::new(&claim, Scope::Handler, Arc::clone(&watch));
    let said = scene.say(&first, "one").expect("sent");
    scene.store.record(first.take_records()).now_or_never().expect("it does not wait").expect("written");

    claim.event.attempt = 2;
    let heard = Heard::default();
    let lines = || heard.0.lock().unwrap_or_else(PoisonError::into_inner).concat();
    tracing::subscriber::with_default(heard.clone(), || {
        let again = TurnSends::new(&claim, Scope::Handler, Arc::clone(&watch));
        let receipt = scene.say(&again, "one").expect("sent before");
        assert_eq!((receipt.id, receipt.sent), (said.id, Sent::Earlier));
        assert!(!lines().contains("something else"));
        let otherwise = TurnSends::new(&claim, Scope::Handler, watch);
        assert_eq!(scene.say(&otherwise, "another").expect("sent").sent, Sent::Now);
        assert!(lines().contains("says something else than it had said"), "{}", lines());
        assert!(!lines().contains("another"), "without people's words");
    });
    assert_eq!(scene.posts(), 2);
}
