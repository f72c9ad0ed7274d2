//! The bot in a world: in production form, with the world behind its doors.

use std::{net::Ipv4Addr, panic::Location, sync::Arc};

use axum::Router;
use tokio::net::TcpListener;
use wappa_cloud::{IntoDraft, MessageId, Timestamp, code};
use wappa_core::{
    ErrorKind,
    chat::Chat,
    clock::BoxFuture,
    handler::EventHandler,
    outbox::{Receipt, SendError},
    shutdown::Phase,
    store::{ClaimAsk, LaneClass, Lease, Store},
};
use wappa_emulator::{HttpSink, RouterSink, WebhookSink, world::Failure};

use super::{
    person::Person,
    world::{Inner, Way, World},
};
use crate::{Bot, BotHandle, NumberConfig, StoreChoice, Wappa, emulated::ClockOfWorld};

/// A bot that runs in a [`World`].
#[derive(Clone)]
pub struct TestBot {
    world: World,
    handle: BotHandle,
}

/// The bot that has the number at the moment.
pub(super) struct Live {
    bot: Arc<Bot>,
    store: Arc<dyn Store>,
    clock: ClockOfWorld,
}

impl TestBot {
    #[track_caller]
    pub(super) fn start(world: &World, builder: Wappa<impl EventHandler>) -> Self {
        let inner = &world.inner;
        retire(inner);
        let business = inner.emulator.business();
        let number = NumberConfig::new(business.phone_number_id, business.access_token)
            .app_secret(business.app_secret)
            .business_account(business.waba_id);
        let store = inner.store_file().map_or(StoreChoice::Memory, StoreChoice::Sqlite);
        let clock = ClockOfWorld::of(&inner.emulator);
        let builder = builder
            .ignore_environment()
            .number(number)
            .verify_token(business.verify_token)
            .store(store)
            .custom_clock(Arc::new(clock.clone()));
        let builder = match inner.way {
            Way::Direct => builder.custom_transport(inner.emulator.transport()),
            Way::Http => {
                let origin = serve(inner, inner.emulator.router());
                inner.emulator.set_origin(&origin);
                builder.api_base_url(origin)
            }
        };
        let bot = match inner.engine.block(builder.build()) {
            Ok(bot) => Arc::new(bot),
            Err(error) => panic!("the bot can't be built: {error:?}"),
        };
        let sink: Arc<dyn WebhookSink> = match inner.way {
            Way::Direct => Arc::new(RouterSink::new(bot.routes())),
            Way::Http => {
                let callback = format!("{}/webhook/whatsapp", serve(inner, bot.routes()));
                Arc::new(HttpSink::new(&callback).expect("a way to the bot"))
            }
        };
        let handle = bot.handle();
        let dispatcher = bot.dispatcher.clone();
        let emulator = inner.emulator.clone();
        inner.engine.watch("bot", move || dispatcher.busy().saturating_sub(emulator.held_back()));
        inner.emulator.connect(sink);
        *inner.live() = Some(Live { bot, store: Arc::clone(&handle.store), clock });
        Self { world: world.clone(), handle }
    }

    /// The bot that has the number now.
    #[track_caller]
    pub(super) fn current(world: &World) -> Self {
        let handle = world.inner.live().as_ref().map(|live| live.bot.handle());
        let handle = handle.expect("this world has no bot yet: give it one with `world.bot(handler)`");
        Self { world: world.clone(), handle }
    }

    /// A person, who gets a phone when first named.
    pub fn user(&self, name: &str) -> Person {
        self.world.user(name)
    }

    /// What a host application holds of a bot.
    pub fn handle(&self) -> &BotHandle {
        &self.handle
    }

    /// The conversation with a person, outside of any turn.
    pub fn chat(&self, person: &Person) -> Chat {
        self.handle.chat(person.number(), person.recipient())
    }

    /// Says something of its own accord, outside of any turn.
    #[track_caller]
    pub fn says_to<D: IntoDraft>(
        &self,
        person: &Person,
        draft: D,
    ) -> impl Future<Output = BotSaid> + Send + use<D> {
        let sending = self.chat(person).send(draft);
        let (world, person) = (self.world.clone(), person.clone());
        let settling = world.settle();
        async move {
            settling.await;
            let outcome = world.inner.engine.run(sending.into_future()).await;
            world.settle().await;
            let id = outcome.as_ref().ok().map(|receipt: &Receipt| &receipt.id);
            let failed = id.and_then(|id| person.actor.chat().message(id)?.error.clone());
            BotSaid { outcome, failed, person }
        }
    }
}

impl std::fmt::Debug for TestBot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestBot").finish_non_exhaustive()
    }
}

impl Live {
    pub(super) fn handle(&self) -> BotHandle {
        self.bot.handle()
    }

    pub(super) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// When the bot has something to do that waits for its time.
    pub(super) fn next_due(&self) -> BoxFuture<'static, Option<Timestamp>> {
        use wappa_core::clock::Clock as _;
        let now = self.clock.now();
        // While a turn waits for its time, so does what it is in: each wait counts.
        let held_up = self.bot.dispatcher.under_way() > 0;
        let waits = held_up.then(|| self.clock.next_wait()).flatten();
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            let timer = store
                .timers(1)
                .await
                .ok()
                .and_then(|timers| Some(timers.first()?.set.at))
                .filter(|at| *at > now);
            let mut due = [waits, timer].into_iter().flatten().min();
            for class in [LaneClass::Conversation, LaneClass::Status] {
                // Leases nothing and tells when something could be.
                let lease = Lease { now, until: now };
                let ask = ClaimAsk { class, limit: 0, skip: Vec::new(), lease };
                let next = store.claim(ask).await.ok().and_then(|claimed| claimed.next_ready);
                due = [due, next].into_iter().flatten().filter(|at| *at > now).min();
            }
            due
        })
    }
}

/// Serves this on a free port of this machine, until the world ends; answers with its origin.
fn serve(inner: &Inner, router: Router) -> String {
    inner.engine.block(async move {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("the port");
        tokio::spawn(axum::serve(listener, router).into_future());
        format!("http://{address}")
    })
}

/// Ends the bot that has the number, if there is one.
#[track_caller]
fn retire(inner: &Arc<Inner>) {
    if inner.live().is_none() {
        return;
    }
    inner.settle();
    let Some(Live { bot, store, .. }) = inner.live().take() else { return };
    inner.engine.block(async move {
        if bot.dispatcher.under_way() == 0 {
            bot.shutdown().await;
        } else {
            // What waits for a time that stands would wait forever.
            bot.handle.drain.advance(Phase::Drained);
            store.close().await;
        }
    });
}

/// What became of something the bot said of its own accord.
#[derive(Debug)]
pub struct BotSaid {
    outcome: Result<Receipt, SendError>,
    failed: Option<Failure>,
    person: Person,
}

impl BotSaid {
    /// It reached the person's phone, under this id.
    ///
    /// # Panics
    /// It was not sent, or failed on its way.
    #[track_caller]
    pub fn arrives(&self) -> &MessageId {
        let here = Location::caller();
        match (&self.outcome, &self.failed) {
            (Ok(receipt), None) => &receipt.id,
            (Ok(_), Some(failed)) => {
                self.person.fail(here, &format!("the message to arrive, but it failed: {}", failed.details))
            }
            (Err(error), _) => {
                self.person.fail(here, &format!("the message to arrive, but it was not sent: {error}"))
            }
        }
    }

    /// It was refused, or failed on its way, for a reason of this kind.
    ///
    /// # Panics
    /// It arrived, or the reason is another.
    #[track_caller]
    pub fn fails_with(&self, kind: ErrorKind) {
        let actual = match (&self.outcome, &self.failed) {
            (Err(error), _) => error.kind(),
            (Ok(_), Some(failed)) => {
                code::lookup(failed.code).map_or(ErrorKind::InvalidRequest, |code| code.kind.into())
            }
            (Ok(_), None) => {
                self.person.fail(Location::caller(), &format!("no message ({kind:?}), but it arrived"))
            }
        };
        if actual != kind {
            self.person
                .fail(Location::caller(), &format!("a failure of kind {kind:?}, but it was {actual:?}"));
        }
    }

    /// What the send answered to the bot.
    ///
    /// # Errors
    /// What the bot was told.
    pub fn into_result(self) -> Result<Receipt, SendError> {
        self.outcome
    }
}
