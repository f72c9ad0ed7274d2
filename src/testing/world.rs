//! The world of a test: Meta's side, a bot, people, and a clock that stands.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use wappa_cloud::{IntoDraft, Timestamp};
use wappa_core::handler::EventHandler;
use wappa_emulator::{
    ClosedWindow, Emulator, EmulatorConfig, Faults, Line, Pacing, Time,
    world::{ChatKey, Coexistence, Template},
};

use super::{
    bot::{BotSaid, Live, TestBot},
    engine::{Engine, PATIENCE},
    log::{Log, OWNER, Transcript},
    person::{Person, Settling},
    time::TestClock,
};
use crate::Wappa;

/// Meta's side of the Cloud API, a bot in production form, and people who talk to it. Clones are the same world.
///
/// Everything lives in this process and in this value: no port, no environment, no time but the world's own. So tests
/// run beside each other, and each run is like the last.
#[derive(Clone)]
pub struct World {
    pub(super) inner: Arc<Inner>,
}

/// A world being made.
#[derive(Debug, Clone)]
#[must_use = "a world is made by `build`"]
pub struct WorldBuilder {
    config: EmulatorConfig,
    coexistence: Coexistence,
    store: Kept,
    way: Way,
}

/// The way between bot and Meta's side.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    Direct,
    Http,
}

#[derive(Debug, Clone, Copy)]
enum Kept {
    Memory,
    #[cfg(feature = "sqlite")]
    Sqlite,
}

pub(super) struct Inner {
    pub(super) engine: Engine,
    pub(super) emulator: Emulator,
    pub(super) live: Mutex<Option<Live>>,
    log: Mutex<Log>,
    /// How far each person has been seen to look.
    seen: Mutex<HashMap<ChatKey, usize>>,
    store: Kept,
    pub(super) way: Way,
    folder: Mutex<Option<Folder>>,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// A world with the memory store, Meta's rules, and no limit to how fast a bot may send.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A world with other rules.
    pub fn builder() -> WorldBuilder {
        let config = EmulatorConfig::for_tests()
            .time(Time::Standing)
            .people(Vec::<String>::new())
            .pacing(Pacing::Unlimited)
            .closed_window(ClosedWindow::Refused);
        WorldBuilder { config, coexistence: Coexistence::ApiOnly, store: Kept::Memory, way: Way::Direct }
    }

    /// Gives the business number a bot. A second call replaces the bot, as a new version is deployed: what the store
    /// holds stays, if it is one that outlives a bot.
    #[track_caller]
    pub fn bot(&self, handler: impl EventHandler) -> TestBot {
        self.bot_of(Wappa::new().set_event_handler(handler))
    }

    /// As [`bot`](Self::bot), with what else is set in this builder. Number, store, clock and the way to Meta are the
    /// world's, and the environment is left alone.
    #[track_caller]
    pub fn bot_of(&self, builder: Wappa<impl EventHandler>) -> TestBot {
        TestBot::start(self, builder)
    }

    /// A person, who gets a phone when first named.
    pub fn user(&self, name: &str) -> Person {
        let actor = match self.inner.emulator.person(name) {
            Ok(known) => known,
            Err(_) => self.inner.emulator.add_person(name),
        };
        Person { world: Arc::clone(&self.inner), actor }
    }

    /// The time.
    pub fn clock(&self) -> TestClock {
        TestClock { world: Arc::clone(&self.inner) }
    }

    /// Meta's side itself, for what has no verb here.
    pub fn emulator(&self) -> &Emulator {
        &self.inner.emulator
    }

    /// What goes wrong on request, by name: `world.faults().inject(Fault::refuse(130_429).times(3))`.
    pub fn faults(&self) -> Faults {
        self.inner.emulator.faults()
    }

    /// The bot says something of its own accord, outside of any turn.
    ///
    /// # Panics
    /// If there is no bot.
    #[track_caller]
    pub fn bot_says_to<D: IntoDraft>(
        &self,
        person: &Person,
        draft: D,
    ) -> impl Future<Output = BotSaid> + Send + use<D> {
        TestBot::current(self).says_to(person, draft)
    }

    /// The owner of the number writes to a person from the phone, in the WhatsApp Business app.
    ///
    /// # Panics
    /// The number is not in the app, see [`WorldBuilder::with_app`].
    #[track_caller]
    pub fn owner_says(&self, person: &Person, text: &str) -> Settling {
        person.does(|actor| {
            let chat = actor.chat_key();
            let id = self.inner.emulator.owner_says(&chat, text)?;
            let line = Line { speaker: OWNER.to_owned(), says: text.to_owned(), below: Vec::new() };
            self.inner.log().said(id, chat, line);
            Ok(())
        })
    }

    /// Waits until nothing more happens before the clock goes on: no webhook is under way, no turn, nothing that is
    /// due. Verbs of a [`Person`] do this by themselves when they are awaited.
    #[track_caller]
    pub fn settle(&self) -> Settling {
        Settling::of(&self.inner)
    }

    /// Everything that was said in this world.
    #[track_caller]
    pub fn transcript(&self) -> Transcript {
        self.inner.settle();
        self.inner.log().transcript(&self.inner.emulator, None)
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

impl WorldBuilder {
    /// Makes the world.
    ///
    /// # Panics
    /// If the machine has no thread left.
    pub fn build(self) -> World {
        let engine = Engine::start();
        let emulator = engine.block(Emulator::open(self.config)).expect("a world in memory");
        let number = emulator.business().phone_number_id;
        if self.coexistence == Coexistence::WithApp {
            let edited = emulator.edit_standing(&number, |standing| standing.coexistence = self.coexistence);
            edited.expect("the number of this world");
        }
        let deliveries = emulator.clone();
        engine.watch("deliveries", move || deliveries.under_way());
        World {
            inner: Arc::new(Inner {
                engine,
                emulator,
                live: Mutex::default(),
                log: Mutex::default(),
                seen: Mutex::default(),
                store: self.store,
                way: self.way,
                folder: Mutex::default(),
            }),
        }
    }

    /// Keeps what the bot keeps in a SQLite file of this world, so that another bot can go on there.
    #[cfg(feature = "sqlite")]
    pub fn sqlite(mut self) -> Self {
        self.store = Kept::Sqlite;
        self
    }

    /// Lets bot and Meta's side talk over HTTP on this machine, as two processes would, instead of by calls.
    pub fn over_http(mut self) -> Self {
        self.way = Way::Http;
        self
    }

    /// Makes other ids than those of other worlds.
    pub fn seed(mut self, seed: u64) -> Self {
        self.config = self.config.seed(seed);
        self
    }

    /// The number is used in its owner's WhatsApp Business app, too: what the owner writes there is echoed to the bot, and
    /// it hears what people edit and delete.
    pub fn with_app(mut self) -> Self {
        self.coexistence = Coexistence::WithApp;
        self
    }

    /// Names the business.
    pub fn business(mut self, name: impl Into<String>) -> Self {
        self.config = self.config.name(name);
        self
    }

    /// What a free-form message outside the 24-hour window meets; refused unless said otherwise.
    pub fn closed_window(mut self, closed_window: ClosedWindow) -> Self {
        self.config = self.config.closed_window(closed_window);
        self
    }

    /// Whether Meta's send rates are kept; as fast as the bot can unless said otherwise, because no time passes
    /// between the messages of a test.
    pub fn pacing(mut self, pacing: Pacing) -> Self {
        self.config = self.config.pacing(pacing);
        self
    }

    /// Gives the business an approved template.
    pub fn template(mut self, template: Template) -> Self {
        self.config = self.config.template(template);
        self
    }
}

impl Inner {
    pub(super) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, HashMap<ChatKey, usize>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn live(&self) -> MutexGuard<'_, Option<Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The file for the bot's store; `None` keeps it in memory.
    pub(super) fn store_file(&self) -> Option<PathBuf> {
        match self.store {
            Kept::Memory => None,
            #[cfg(feature = "sqlite")]
            Kept::Sqlite => {
                let mut folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
                Some(folder.get_or_insert_with(Folder::make).path.join("bot.db"))
            }
        }
    }

    /// Waits until nothing more happens before the clock goes on.
    #[track_caller]
    pub(super) fn settle(&self) {
        let settled = self.engine.settled();
        let came_to_rest = self.engine.block(settled);
        self.log().look(&self.emulator);
        assert!(came_to_rest, "{}", self.restless());
    }

    /// What went wrong inside the bot.
    pub(super) fn trouble(&self) -> String {
        let Some(store) = self.live().as_ref().map(Live::store) else {
            return "This world has no bot.\n".to_owned();
        };
        let (depth, dead) =
            self.engine.block(async move { (store.depth().await, store.dead_letters(3).await) });
        let waiting = depth.map_or(0, |depth| depth.waiting);
        let waits = format!("{waiting} event(s) wait: for another try, or for a time to come.");
        let mut trouble: Vec<String> = if waiting > 0 { vec![waits] } else { Vec::new() };
        trouble.extend(dead.unwrap_or_default().into_iter().map(|letter| {
            format!("An event was given up on after {} tries: {}", letter.attempts, letter.error)
        }));
        trouble.join("\n")
    }

    /// Why a world that should have settled has not.
    pub(super) fn restless(&self) -> String {
        let conversation = self.log().transcript(&self.emulator, None);
        format!(
            "the bot still had something under way after {} s: a handler that waits for what this test does not do?\n\n{}",
            PATIENCE.as_secs(),
            conversation.indented()
        )
    }

    /// When the next thing happens by itself.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let now = self.emulator.clock().now();
        let of_bot = self.live().as_ref().map(Live::next_due);
        let of_bot = of_bot.and_then(|next| self.engine.block(next));
        [self.emulator.next_due(), of_bot].into_iter().flatten().filter(|at| *at > now).min()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The emulator and the bot hold each other.
        self.emulator.close();
    }
}

/// A folder that is removed with its world.
struct Folder {
    path: PathBuf,
}

impl Folder {
    #[cfg(feature = "sqlite")]
    fn make() -> Self {
        let mut name = [0; 8];
        getrandom::fill(&mut name).expect("random bytes for the name of a folder");
        let path = std::env::temp_dir().join(format!("wappa-world-{}", hex::encode(name)));
        std::fs::create_dir_all(&path).expect("a folder for the world's store");
        Self { path }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
