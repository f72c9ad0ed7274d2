//! The emulator: a world with a clock, a place to keep it, a page that hears of it and a bot to talk to. What happens
//! in the world is decided in `world`, how webhooks travel in `deliver`.

use bytes::Bytes;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wappa_cloud::{MediaId, MessageId, PhoneNumberId, Timestamp, Transport};

use crate::actor::Actor;
use crate::business::Business;
use crate::clock::WorldClock;
use crate::config::EmulatorConfig;
use crate::deliver::{self, Lanes};
use crate::error::EmulatorError;
use crate::faults::Faults;
use crate::feed::{Feed, groups_view, number_view};
use crate::inner::{Answer, Core, Inner};
use crate::journal::Journal;
use crate::mind::{Memory, Mind, Rewound, without_secrets};
use crate::sink::{Handshake, WebhookSink};
use crate::sinks::Sinks;
use crate::transport::InProcess;
use crate::vault::Vault;
use crate::world::graph::{GraphBody, GraphCall};
use crate::world::{
    ActError, Change, Chat, ChatKey, DOWNLOADS, Extras, Media, Msg, Person, PersonAct, PersonId, Rules, Side,
    Template, World,
};

/// How many changes a journal may have before it is worth looking whether fewer would do.
const LONG_HISTORY: usize = 2_000;

/// Meta's side, ready to talk to a bot. Clones are the same emulator; dropping the last one ends it.
#[derive(Clone)]
pub struct Emulator {
    pub(crate) inner: Arc<Inner>,
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator").finish_non_exhaustive()
    }
}

impl Emulator {
    /// Opens a world, or begins one with a business number and a few people.
    ///
    /// # Errors
    /// The directory can't be used, is in use, or holds something else.
    ///
    /// # Panics
    /// Outside a tokio runtime, because the world lives in a task.
    pub async fn open(mut config: EmulatorConfig) -> Result<Self, EmulatorError> {
        let dir = config.dir.take();
        let (vault, kept) = blocking(move || load(dir.as_deref())).await?;
        let rules = Rules {
            closed_window: config.closed_window,
            pacing: config.pacing,
            review: config.review,
            delivery_delay: i64::try_from(config.delivery_delay.as_millis()).unwrap_or(i64::MAX),
            origin: config.origin.trim_end_matches('/').to_owned(),
        };
        let (mut journal, history) =
            kept.map_or((None, Vec::new()), |(journal, history)| (Some(journal), history));
        let length = history.len();
        let mut world = World::new(rules, seed(config.seed)?, history);
        // With a seed, ids follow from the length of the history, which must not shrink then.
        if let (Some(journal), None) = (&mut journal, config.seed)
            && length > LONG_HISTORY
        {
            let shorter = world.state().history();
            if shorter.len() < length / 2 {
                journal.replace(&shorter)?;
            }
        }
        if world.state().numbers().is_empty() {
            world.add_number(&config.name);
            for name in &config.people {
                world.add_person(name);
            }
        }
        for template in config.templates {
            world.add_template(template);
        }
        let clock = WorldClock::new(config.time, world.state().clock_offset);
        // A page that is still open from before a restart must not take new numbers for old ones.
        let start = match config.seed {
            Some(_) => 0,
            None => u64::try_from(clock.millis()).unwrap_or_default().saturating_mul(1000),
        };
        let mut core = Core {
            world,
            feed: Feed::new(start),
            lanes: Lanes::default(),
            vault,
            journal,
            sinks: Sinks::default(),
            mind: None,
            shared_address: None,
            next_due: None,
        };
        core.keep();
        let changed = core.feed.subscribe();
        let inner = Arc::new(Inner::new(clock.clone(), core));
        tokio::spawn(deliver::drive(Arc::downgrade(&inner), changed, clock));
        Ok(Self { inner })
    }

    /// The first business number.
    pub fn business(&self) -> Business {
        self.businesses().swap_remove(0)
    }

    /// All business numbers, oldest first; there is always one.
    pub fn businesses(&self) -> Vec<Business> {
        self.inner.core().world.state().numbers().iter().map(Business::from).collect()
    }

    /// Makes another business number in the same account.
    pub fn add_business(&self, name: &str) -> Business {
        self.step(|world, _| Business::from(&world.add_number(name)))
    }

    /// The time of this world. A bot that shares it travels along.
    pub fn clock(&self) -> WorldClock {
        self.inner.clock.clone()
    }

    /// Moves the world's time ahead, and does what becomes due.
    pub fn advance(&self, by: Duration) {
        let offset = self.inner.clock.advance(by);
        self.step(|world, _| world.set_clock_offset(offset));
    }

    /// Makes things go wrong, on request.
    pub fn faults(&self) -> Faults {
        Faults::new(self.clone())
    }

    /// Graph without a port, for a bot in this process.
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(InProcess::new(self.clone()))
    }

    /// Where webhooks go from now on, those that wait included.
    pub fn connect(&self, sink: Arc<dyn WebhookSink>) {
        let mut core = self.inner.core();
        core.sinks.connect(sink);
        core.lanes.forget_failures();
        core.feed.poke();
    }

    /// Shows what the bot remembers on the page, and lets it be taken back there. For development only.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn look_into(&self, mind: Arc<dyn Mind>) {
        let mut changed = mind.changed();
        self.inner.core().mind = Some(mind);
        let inner = Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            while changed.changed().await.is_ok() {
                let Some(inner) = inner.upgrade() else { return };
                inner.core().feed.mind_changed();
            }
        });
    }

    /// What the bot remembered of a person, turn by turn; `None` of a bot that doesn't say.
    pub(crate) fn memories(&self, chat: &ChatKey) -> Result<Option<Vec<Memory>>, ActError> {
        let (mind, person) = self.minded(chat)?;
        let memories = mind.map(|mind| mind.memories(&chat.number, &person));
        Ok(memories.map(|memories| memories.into_iter().map(without_secrets).collect()))
    }

    /// Goes back to before a message of the person, with the bot's memory if it can.
    pub(crate) fn rewind(&self, chat: &ChatKey, message: &MessageId) -> Result<(Msg, Rewound), ActError> {
        let (mind, person) = self.minded(chat)?;
        let said = self.step(|world, _| world.rewind(chat, message))?;
        let before = Timestamp::from_millis(said.at);
        let rewound = mind.map(|mind| mind.rewind(&chat.number, &person, before));
        Ok((said, rewound.unwrap_or(Rewound::WorldOnly)))
    }

    fn minded(&self, chat: &ChatKey) -> Result<(Option<Arc<dyn Mind>>, Person), ActError> {
        let core = self.inner.core();
        core.world.known(chat)?;
        let person = core.world.state().person(&chat.person).cloned();
        Ok((core.mind.clone(), person.ok_or_else(|| ActError::NoSuchPerson(chat.person.to_string()))?))
    }

    /// Ends deliveries and the page's event streams, so that a bot can be dropped and a server can stop: the emulator
    /// otherwise keeps the bot it delivers to. What waits goes out after the next start.
    pub fn close(&self) {
        let mut core = self.inner.core();
        core.sinks.close();
        core.mind = None;
        core.feed.close();
    }

    /// Says where this emulator answers over HTTP; media URLs begin with it, e.g. `http://127.0.0.1:8001`.
    pub fn set_origin(&self, origin: &str) {
        self.inner.core().world.set_origin(origin);
    }

    /// Says under which address, its key included, browsers in the network reach the page; the page shows it as a QR code.
    pub fn set_shared_address(&self, address: &str) {
        self.inner.core().shared_address = Some(address.to_owned());
    }

    pub(crate) fn shared_address(&self) -> Option<String> {
        self.inner.core().shared_address.clone()
    }

    pub(crate) fn origin(&self) -> String {
        self.inner.core().world.origin().to_owned()
    }

    /// Gives the business a template.
    pub fn add_template(&self, template: Template) {
        self.step(|world, _| world.add_template(template));
    }

    /// Gives the business a published Flow, or the one of this name another JSON. `endpoint` is where it asks, a path of
    /// the bot in this process or a URL.
    pub fn add_flow(&self, name: &str, flow_json: &Value, endpoint: Option<&str>) {
        let account = self.business().waba_id;
        self.step(|world, _| world.add_flow(account.as_str(), name, flow_json, endpoint));
    }

    /// Registers the public key, in PEM, that requests to the endpoints of a number's Flows are encrypted for.
    pub fn set_flow_key(&self, number: &PhoneNumberId, public_pem: &str) {
        let key = json!({"business_public_key": public_pem, "business_public_key_signature_status": "VALID"});
        self.step(|world, _| world.keep_record(number.as_str(), "whatsapp_business_encryption", Some(key)));
    }

    /// Gives somebody a phone.
    pub fn add_person(&self, name: &str) -> Actor {
        let person = self.step(|world, _| world.add_person(name));
        Actor::new(self.clone(), person, self.business().phone_number_id)
    }

    /// A person to act as, talking to the first business number.
    ///
    /// # Errors
    /// Nobody has this name.
    pub fn person(&self, name: &str) -> Result<Actor, EmulatorError> {
        let person = self.inner.core().world.state().person_named(name).cloned();
        let person = person.ok_or_else(|| ActError::NoSuchPerson(name.to_owned()))?;
        Ok(Actor::new(self.clone(), person, self.business().phone_number_id))
    }

    /// The people, oldest first.
    pub fn people(&self) -> Vec<Person> {
        self.inner.core().world.state().people().to_vec()
    }

    /// A chat as it is now, if something happened in it.
    pub fn chat(&self, key: &ChatKey) -> Option<Chat> {
        self.inner.core().world.state().chat(key).cloned()
    }

    /// The chats in which something happened.
    pub fn chats(&self) -> Vec<Chat> {
        self.inner.core().world.state().chats().cloned().collect()
    }

    /// How many webhooks wait to be taken.
    pub fn undelivered(&self) -> usize {
        self.inner.core().world.state().outbox.all().count()
    }

    /// How many webhooks a bot has been handed and not yet answered.
    pub fn under_way(&self) -> usize {
        self.inner.core().lanes.under_way()
    }

    /// How many Graph calls are held back by a fault until their time.
    pub fn held_back(&self) -> usize {
        self.inner.held_back()
    }

    /// When something will happen here by itself: a message reaches a phone, a webhook that was not taken is tried
    /// again.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.inner.core().next_due.map(Timestamp::from_millis)
    }

    /// Changes its value whenever something happened: wait for it, then look.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.inner.core().feed.subscribe()
    }

    pub(crate) fn act(&self, chat: &ChatKey, act: PersonAct, extras: Extras) -> Result<MessageId, ActError> {
        self.step(|world, now| world.act_with(now, chat, act, extras))
    }

    pub(crate) fn react(
        &self,
        chat: &ChatKey,
        on: &MessageId,
        emoji: Option<&str>,
    ) -> Result<MessageId, ActError> {
        self.step(|world, now| world.react(now, chat, on, emoji))
    }

    pub(crate) fn open_chat(&self, chat: &ChatKey) -> Result<(), ActError> {
        self.step(|world, now| world.open(now, chat))
    }

    pub(crate) fn play(&self, chat: &ChatKey, id: &MessageId) -> Result<(), ActError> {
        self.step(|world, now| world.play(now, chat, id))
    }

    pub(crate) fn clear_chat(&self, chat: &ChatKey) -> Result<(), ActError> {
        self.step(|world, _| world.clear(chat))
    }

    pub(crate) fn hide_number(&self, person: &PersonId, username: &str) {
        self.step(|world, _| world.hide_number(person, username));
    }

    /// Takes a file from a person's phone.
    pub(crate) async fn keep_media(
        &self,
        mime: String,
        filename: Option<String>,
        bytes: Bytes,
    ) -> Result<Media, EmulatorError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || {
            let mut core = inner.core();
            let media = core.world.add_media(inner.clock.millis(), Side::Person, &mime, &bytes, filename);
            core.vault.put(&media.id, bytes)?;
            core.keep();
            Ok(media)
        })
        .await
    }

    /// The bytes of a file and its MIME type.
    pub(crate) async fn media(&self, id: &MediaId) -> Option<(Media, Bytes)> {
        let (media, found) = {
            let core = self.inner.core();
            let media = core.world.state().media(id)?.clone();
            (media, core.vault.find(id)?)
        };
        let bytes = blocking(move || found.read()).await?;
        Some((media, bytes))
    }

    /// The groups as the page sees them.
    pub(crate) fn groups_shown(&self) -> Vec<Value> {
        groups_view(self.inner.core().world.state())
    }

    /// What the page draws when it opens.
    pub(crate) fn page_state(&self) -> Value {
        let core = self.inner.core();
        let state = core.world.state();
        json!({
            "seq": core.feed.seq(),
            "now": self.inner.clock.millis(),
            "numbers": state.numbers().iter().map(number_view).collect::<Vec<_>>(),
            "people": state.people(),
            "groups": groups_view(state),
            "chats": state.chats().collect::<Vec<_>>(),
            "faults": core.world.faults_active(self.inner.clock.millis()),
            "wire": core.feed.wire().collect::<Vec<_>>(),
        })
    }

    /// Answers a Graph call, from wherever it came.
    pub(crate) async fn graph(&self, call: GraphCall) -> Answer {
        if let Some((callback, token)) = call.callback() {
            let (sink, challenge) = {
                let mut core = self.inner.core();
                let app = core.world.app_of(call.token.as_deref()).map(|app| app.id);
                (core.sinks.asks(app.as_deref()), core.world.challenge())
            };
            if let Some(sink) = sink
                && sink.verify(callback, token, challenge).await == Handshake::Failed
            {
                return self.inner.graph_with(call, |world, now, call| world.callback_failed(now, &call));
            }
        }
        let inner = Arc::clone(&self.inner);
        let with_files = matches!(call.body, GraphBody::Form { .. })
            || call.path.trim_start_matches('/').starts_with(DOWNLOADS);
        if with_files { blocking(move || inner.graph(call)).await } else { inner.graph(call) }
    }

    /// Waits so many milliseconds of the world's time.
    pub(crate) async fn pause(&self, millis: i64) {
        let _held = self.inner.hold();
        self.inner.clock.sleep(Duration::from_millis(millis.unsigned_abs())).await;
    }

    pub(crate) fn step<T>(&self, input: impl FnOnce(&mut World, i64) -> T) -> T {
        let mut core = self.inner.core();
        let now = self.inner.clock.millis();
        let output = input(&mut core.world, now);
        core.keep();
        output
    }
}

type Kept = (Vault, Option<(Journal, Vec<Change>)>);

fn load(dir: Option<&Path>) -> Result<Kept, EmulatorError> {
    let kept = dir.map(Journal::open).transpose()?;
    Ok((Vault::open(dir)?, kept))
}

fn seed(seed: Option<u64>) -> Result<[u8; 32], EmulatorError> {
    let mut bytes = [0; 32];
    match seed {
        Some(seed) => {
            for (byte, of_seed) in bytes.iter_mut().zip(seed.to_be_bytes()) {
                *byte = of_seed;
            }
        }
        None => getrandom::fill(&mut bytes).map_err(|_| EmulatorError::NoRandomness)?,
    }
    Ok(bytes)
}

/// Runs file work where it holds up nobody; a panic in it is passed on.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
