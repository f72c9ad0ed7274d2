//! The way out: every message leaves here, once, in the order said, under a key that Meta echoes. What goes in is a
//! draft with an address; what comes out is a receipt, or an error that says why nothing was sent.

pub(crate) mod circuit;
mod error;
mod guard;
mod key;
mod pace;
mod policy;
mod settle;
mod turn;
mod window;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use dashmap::DashMap;
use wappa_cloud::{
    AccessToken, Certainty, Draft, Endpoint, Graph, GraphError, MediaId, MediaSource, MessageId,
    PhoneNumberId, Recipient, Timestamp, Upload,
};

pub(crate) use self::turn::Place;
pub use self::{
    circuit::CredentialsLost,
    error::SendError,
    key::{Scope, from_opaque},
    pace::Pace,
    settle::Settlements,
    turn::{LeaseWatch, TurnSends},
    window::{WINDOW, Who, Window, WindowGuard},
};
use self::{
    circuit::{Circuits, Gate},
    pace::{Class, Pacer},
    policy::Step,
    turn::History,
    window::Windows,
};
use crate::{
    clock::Clock,
    numbers::{Number, Numbers},
    store::{Begun, PersonId, SendKey, SendRecord, SendState, Store},
};

/// What Meta accepted. Accepted is not delivered: that is told by the statuses which follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Meta's id of the message.
    pub id: MessageId,
    /// Whether it went out now, or an earlier attempt at the same turn had sent it already.
    pub sent: Sent,
}

/// When a message went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// By this call.
    Now,
    /// By an earlier attempt; it was not said again.
    Earlier,
}

/// How patient the outbox is.
#[derive(Debug, Clone, Copy)]
pub struct OutboxSettings {
    /// A longer wait parks the turn.
    pub park_after: Duration,
    /// How long a status may take to settle a send of unknown fate before it is sent again.
    pub window: Duration,
    /// How long a send outside a turn is tried.
    pub patience: Duration,
    /// How fast numbers may send.
    pub pace: Pace,
    /// Whether the customer service window is looked after.
    pub guard: WindowGuard,
    /// What tells the sends of this process from those of others.
    pub process: u64,
}

impl Default for OutboxSettings {
    fn default() -> Self {
        Self {
            park_after: Duration::from_secs(5),
            window: Duration::from_secs(30),
            patience: Duration::from_mins(1),
            pace: Pace::default(),
            guard: WindowGuard::default(),
            process: u64::from(std::process::id()),
        }
    }
}

/// The way out. One per bot.
pub struct Outbox {
    graph: Graph,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    settlements: Arc<Settlements>,
    numbers: Arc<dyn Numbers>,
    circuits: Circuits,
    pacer: Pacer,
    windows: Windows,
    settings: OutboxSettings,
    unnamed: AtomicU64,
    started: Timestamp,
    named: DashMap<SendKey, Arc<tokio::sync::Mutex<()>>>,
    held_up: AtomicUsize,
}

/// How long a turn that was cut off once waits in its place for a status.
const SOON: Duration = Duration::from_millis(500);

/// From which number to whom.
#[derive(Clone, Copy)]
pub(crate) struct Address<'a> {
    pub(crate) number: &'a Arc<Number>,
    pub(crate) to: &'a Recipient,
    pub(crate) person: Option<PersonId>,
}

/// Who says it.
#[derive(Clone)]
pub(crate) enum Origin<'a> {
    /// A turn.
    Turn(&'a TurnSends, Place),
    /// The author, from outside any turn, perhaps with a name for it.
    Outside(Option<String>),
}

impl Outbox {
    /// The way out through this Graph client.
    pub fn new(
        graph: Graph,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        settlements: Arc<Settlements>,
        numbers: Arc<dyn Numbers>,
        settings: OutboxSettings,
    ) -> Self {
        let started = clock.now();
        Self {
            graph,
            store,
            clock,
            settlements,
            numbers,
            circuits: Circuits::default(),
            pacer: Pacer::new(settings.pace),
            windows: Windows::new(settings.guard),
            settings,
            unnamed: AtomicU64::new(0),
            started,
            named: DashMap::new(),
            held_up: AtomicUsize::new(0),
        }
    }

    /// A key that nothing else has.
    pub(crate) fn fresh_key(&self) -> SendKey {
        let count = self.unnamed.fetch_add(1, Ordering::Relaxed);
        key::unnamed(self.settings.process, self.started, self.clock.now(), count)
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Turns that we keep waiting at the moment, for Meta's pace or for a send's fate.
    pub(crate) fn held_up(&self) -> usize {
        self.held_up.load(Ordering::Relaxed)
    }

    pub(crate) fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(crate) fn circuits(&self) -> &Circuits {
        &self.circuits
    }

    /// Replaces the token of a number, and lets what waited for it go on.
    pub(crate) fn set_token(&self, id: &PhoneNumberId, token: AccessToken) -> Result<(), SendError> {
        match self.numbers.set_token(id.as_str(), token) {
            Some(number) => {
                self.circuits.close(&number.id);
                Ok(())
            }
            None => Err(SendError::UnknownNumber(id.to_string())),
        }
    }

    /// The number with the token it has now, once that may be used. While every token is alive this is one load.
    pub(crate) async fn pass(
        &self,
        number: &Arc<Number>,
        turn: Option<&TurnSends>,
    ) -> Result<Arc<Number>, SendError> {
        if self.circuits.ever_open() {
            Box::pin(self.pass_circuit(number, turn)).await
        } else {
            Ok(Arc::clone(number))
        }
    }

    async fn pass_circuit(
        &self,
        number: &Arc<Number>,
        turn: Option<&TurnSends>,
    ) -> Result<Arc<Number>, SendError> {
        let patience = self.clock.monotonic() + self.settings.patience;
        loop {
            let closed = self.circuits.closed();
            let id = &number.id;
            let number =
                self.numbers.number(id.as_str()).ok_or_else(|| SendError::UnknownNumber(id.to_string()))?;
            let now = self.clock.now();
            let Gate::Wait(until) = self.circuits.gate(&number, now) else { return Ok(number) };
            if let Some(turn) = turn {
                turn.park(self.circuits.park(&number, turn.lane, turn.history.parks, now)).await;
            }
            let left = patience.saturating_sub(self.clock.monotonic());
            if left.is_zero() {
                return Err(SendError::Credentials(id.to_string()));
            }
            tokio::select! {
                () = closed => {}
                () = self.clock.sleep(until.since(now).min(left)) => {}
            }
        }
    }

    /// Takes note of a refused token. A call that was made with one that has been replaced since may be made again.
    pub(crate) fn refused(&self, used: &Number, error: &GraphError) {
        let current = self.numbers.number(used.id.as_str());
        if current.is_none_or(|current| circuit::same(&current.token, &used.token)) {
            self.circuits.trip(used, error, self.clock.now());
        }
    }

    pub(crate) async fn send(
        &self,
        address: Address<'_>,
        draft: &Draft,
        opaque: Option<&str>,
        origin: Origin<'_>,
    ) -> Result<Receipt, SendError> {
        let mut letter = Letter { outbox: self, address, key: SendKey(0), turn: None };
        match origin {
            Origin::Turn(turn, place) => {
                letter.key = turn.key(place, draft.fingerprint());
                letter.turn = Some(turn);
                let _in_order = turn.order.lock().await;
                letter.send(draft, opaque).await
            }
            Origin::Outside(Some(name)) => {
                letter.key = key::named(letter.address.number.id.as_str(), &name);
                let one_at_a_time = Arc::clone(&self.named.entry(letter.key).or_default());
                let held = one_at_a_time.lock().await;
                let sent = Box::pin(letter.send(draft, opaque)).await;
                drop(held);
                self.named.remove_if(&letter.key, |_, lock| Arc::strong_count(lock) <= 2);
                sent
            }
            Origin::Outside(None) => {
                let count = self.unnamed.fetch_add(1, Ordering::Relaxed);
                letter.key = key::unnamed(self.settings.process, self.started, self.clock.now(), count);
                Box::pin(letter.send(draft, opaque)).await
            }
        }
    }
}

/// A message on its way through the outbox.
struct Letter<'a> {
    outbox: &'a Outbox,
    address: Address<'a>,
    key: SendKey,
    turn: Option<&'a TurnSends>,
}

/// What the ledger says about a send before it is made.
enum Before {
    New,
    Accepted(Receipt),
    /// Unknown since this moment.
    Open(Timestamp),
}

impl Letter<'_> {
    async fn send(&self, draft: &Draft, opaque: Option<&str>) -> Result<Receipt, SendError> {
        match self.before().await? {
            Before::New => {}
            Before::Accepted(receipt) => return Ok(receipt),
            Before::Open(since) => {
                if let Some(receipt) = Box::pin(self.settle(since)).await? {
                    return Ok(receipt);
                }
            }
        }
        if draft.needs_window() && self.outbox.windows.is_on() && !self.is_fresh_answer() {
            Box::pin(self.check_window()).await?;
        }
        let opaque = key::to_opaque(self.key, opaque);
        let body = match draft.upload() {
            None => draft.to_json(self.address.to, Some(&opaque))?,
            Some(upload) => {
                let id = Box::pin(self.upload(upload)).await?;
                draft.clone().with_media(&id).to_json(self.address.to, Some(&opaque))?
            }
        };
        drop(opaque);
        let endpoint = draft.endpoint();
        Box::pin(self.post_until_settled(endpoint, body)).await
    }

    async fn before(&self) -> Result<Before, SendError> {
        let Self { outbox: Outbox { store, .. }, key, turn, .. } = *self;
        let known = match turn {
            Some(turn) if turn.history.again => {
                let known = store.sent(key).await?;
                if known.is_none() && store.sent_otherwise(key).await?.is_some() {
                    tracing::warn!(
                        number = %self.address.number.id,
                        lane = turn.lane.0,
                        "a turn that was begun again says something else than it had said: both are sent"
                    );
                }
                known
            }
            Some(_) => return Ok(Before::New),
            None => store.record(vec![self.record(SendState::Intended)]).await?,
        };
        if let Some(SendRecord { state, id: Some(id), .. }) = &known
            && state.is_accepted()
        {
            return Ok(Before::Accepted(Receipt { id: id.clone(), sent: Sent::Earlier }));
        }
        let cut_off =
            known.as_ref().filter(|record| record.state == SendState::Indeterminate).map(|record| record.at);
        // Whoever died in the middle left no line about its last POST, whatever an earlier line says.
        let lost = match turn {
            Some(turn) => turn.history.interrupted,
            None => known.filter(|record| record.state == SendState::Intended).map(|record| record.at),
        };
        let lost = lost.filter(|_| store.begun(key) != Begun::No);
        Ok(cut_off.max(lost).map_or(Before::New, Before::Open))
    }

    /// Media given as a file or as bytes goes to Meta first; the draft then names it by id.
    async fn upload(&self, upload: &Upload) -> Result<MediaId, SendError> {
        let Self { outbox, address: Address { number, .. }, key, turn } = *self;
        let bytes = match &upload.source {
            MediaSource::Bytes(bytes) => bytes.clone(),
            MediaSource::Path(path) => read(path).await?,
        };
        let upload = upload.clone().with_bytes(bytes);
        let mut tries = 0;
        loop {
            let number = outbox.pass(number, turn).await?;
            match outbox.graph.upload(&number.token, &number.id, &upload).await {
                Ok(id) => return Ok(id),
                Err(error) => match policy::decide(&error, key, tries) {
                    Step::NewToken => outbox.refused(&number, &error),
                    Step::Again(wait) => self.wait(wait, error, tries).await?,
                    // An upload that may have arrived is no message: doing it again harms nobody.
                    Step::Settle if tries < 3 => {
                        self.wait(Duration::from_secs(1), error, tries).await?;
                    }
                    Step::Settle | Step::GiveUp => return Err(error.into()),
                },
            }
            tries += 1;
        }
    }

    async fn post_until_settled(&self, endpoint: Endpoint, body: Bytes) -> Result<Receipt, SendError> {
        let mut tries = 0;
        loop {
            if self.outbox.pacer.is_on()
                && let Some(slot) = self.slot(Class::Talk)
            {
                Box::pin(self.keep_pace(slot, Class::Talk)).await?;
            }
            let number = self.outbox.pass(self.address.number, self.turn).await?;
            match self.post(&number, endpoint, body.clone()).await? {
                Ok(receipt) => {
                    self.outbox.circuits.close(&number.id);
                    return Ok(receipt);
                }
                Err(error) => match policy::decide(&error, self.key, tries) {
                    Step::NewToken => {
                        self.outbox.refused(&number, &error);
                        continue;
                    }
                    Step::GiveUp => {
                        self.learn(&error);
                        return Err(error.into());
                    }
                    Step::Again(wait) => {
                        self.slow_down(&error, wait);
                        Box::pin(self.wait(wait, error, tries)).await?;
                    }
                    Step::Settle => {
                        tracing::warn!(number = %self.address.number.id, %error, "a send was cut off; waiting for its status");
                        if let Some(receipt) = Box::pin(self.settle(self.outbox.clock.now())).await? {
                            return Ok(receipt);
                        }
                    }
                },
            }
            tries += 1;
        }
    }

    /// One POST, and its line for the ledger. If this is dropped in the middle, by the author or by a deadline, the
    /// line says that its fate is open.
    async fn post(
        &self,
        number: &Number,
        endpoint: Endpoint,
        body: Bytes,
    ) -> Result<Result<Receipt, GraphError>, SendError> {
        let Self { outbox: Outbox { graph, store, clock, .. }, key, turn, .. } = *self;
        store.begin(key);
        if turn.is_some_and(|turn| !turn.lease.is_held(clock.monotonic())) {
            return Err(SendError::LeaseLost);
        }
        let cut_off = CutOff(self);
        let answer = graph.send_to(&number.token, &number.id, endpoint, body).await;
        std::mem::forget(cut_off);
        let record = match &answer {
            Ok(accepted) => SendRecord { id: Some(accepted.id.clone()), ..self.record(SendState::Accepted) },
            Err(error) => {
                let state = match error.certainty() {
                    Certainty::Unknown => SendState::Indeterminate,
                    Certainty::NotSent => SendState::Rejected,
                };
                SendRecord { error: error.code, ..self.record(state) }
            }
        };
        match turn {
            Some(turn) => turn.record(record),
            None => write(store, record).await,
        }
        Ok(answer.map(|accepted| Receipt { id: accepted.id, sent: Sent::Now }))
    }

    fn record(&self, state: SendState) -> SendRecord {
        SendRecord {
            key: self.key,
            number: self.address.number.id.shared(),
            person: self.address.person,
            state,
            id: None,
            error: None,
            at: self.outbox.clock.now(),
        }
    }

    /// Waits before another try; a turn that would wait long is parked instead.
    async fn wait(&self, wait: Duration, error: GraphError, tries: u32) -> Result<(), SendError> {
        let Self { outbox: Outbox { clock, settings, .. }, turn, .. } = *self;
        // A turn that has been parked before goes on where its patience was.
        let parks = turn.map_or(0, |turn| turn.history.parks);
        let wait = if parks > 0 { wait.max(settings.park_after * parks.min(12)) } else { wait };
        tracing::info!(number = %self.address.number.id, %error, ?wait, "Meta did not take a message; trying again");
        match turn {
            Some(turn) if wait > settings.park_after => turn.park(clock.now() + wait).await,
            Some(turn) => {
                let _waiting = Waiting::begin(turn, self.outbox);
                clock.sleep(wait).await;
                Ok(())
            }
            None if wait * (tries + 1) > settings.patience => Err(error.into()),
            None => {
                clock.sleep(wait).await;
                Ok(())
            }
        }
    }

    /// Waits until a status says that Meta has the message, or the window is over: then nobody has it.
    async fn settle(&self, since: Timestamp) -> Result<Option<Receipt>, SendError> {
        let Self { outbox: Outbox { clock, settings, store, settlements, .. }, key, turn, .. } = *self;
        // A process that has just died may die again soon: what is parked isn't cut off by that, and is not suspected.
        let patience = match turn.map(|turn| turn.history) {
            Some(History { interrupted: Some(_), attempt: 3.., .. }) => Duration::ZERO,
            Some(History { interrupted: Some(_), .. }) => SOON,
            _ => settings.park_after,
        };
        let _waiting = turn.map(|turn| Waiting::begin(turn, self.outbox));
        loop {
            let learned = settlements.wait(key);
            if let Some(record) = store.sent(key).await?
                && record.state.is_accepted()
                && let Some(id) = record.id
            {
                settlements.forget(key);
                if let Some(turn) = turn {
                    turn.record(SendRecord { id: Some(id.clone()), ..self.record(SendState::Accepted) });
                }
                return Ok(Some(Receipt { id, sent: Sent::Earlier }));
            }
            let over = since + settings.window;
            let now = clock.now();
            if now >= over {
                settlements.forget(key);
                tracing::warn!(number = %self.address.number.id, "no status settled a send in time; sending it again");
                return Ok(None);
            }
            let left = over.since(now);
            tokio::select! {
                _ = learned => {}
                () = clock.sleep(left.min(patience)) => {
                    if let Some(turn) = turn && left > patience {
                        settlements.park(key, turn.lane);
                        turn.park(over).await;
                    }
                }
            }
        }
    }
}

/// Stops a handler's deadline while it lives.
struct Waiting<'a> {
    turn: &'a TurnSends,
    outbox: &'a Outbox,
}

impl<'a> Waiting<'a> {
    fn begin(turn: &'a TurnSends, outbox: &'a Outbox) -> Self {
        turn.begin_wait(outbox.clock.monotonic());
        outbox.held_up.fetch_add(1, Ordering::Relaxed);
        Self { turn, outbox }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.outbox.held_up.fetch_sub(1, Ordering::Relaxed);
        self.turn.end_wait(self.outbox.clock.monotonic());
    }
}

/// Records a POST that was dropped in the middle.
struct CutOff<'a>(&'a Letter<'a>);

impl Drop for CutOff<'_> {
    fn drop(&mut self) {
        let record = self.0.record(SendState::Indeterminate);
        match self.0.turn {
            Some(turn) => turn.record(record),
            None => {
                // Without a runtime the whole program is ending, and the line before the POST stands.
                if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                    let store = Arc::clone(&self.0.outbox.store);
                    runtime.spawn(async move { write(&store, record).await });
                }
            }
        }
    }
}

async fn write(store: &Arc<dyn Store>, record: SendRecord) {
    if let Err(error) = store.record(vec![record]).await {
        tracing::error!(%error, "the outcome of a send could not be written to the ledger");
    }
}

async fn read(path: &Path) -> Result<Bytes, SendError> {
    let owned = path.to_owned();
    let read = tokio::task::spawn_blocking(move || std::fs::read(owned)).await;
    let read = read.map_err(|_| SendError::CutOff)?;
    read.map(Bytes::from).map_err(|source| SendError::File { path: path.display().to_string(), source })
}
