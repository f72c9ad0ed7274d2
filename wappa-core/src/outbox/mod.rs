//! The way out: every message leaves here, once, in the order said, under a key that Meta echoes. What goes in is a
//! draft with an address; what comes out is a receipt, or an error that says why nothing was sent.

pub(crate) mod circuit;
pub(crate) mod consent;
mod error;
pub(crate) mod gate;
mod guard;
mod key;
mod letter;
mod line;
mod pace;
mod policy;
mod settle;
mod told;
mod turn;
mod upload;
mod window;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use wappa_cloud::{AccessToken, Draft, Graph, GraphError, MessageId, PhoneNumberId, Recipient, Timestamp};

pub use self::{
    circuit::CredentialsLost,
    consent::{StopWords, Wanted},
    error::SendError,
    key::{Scope, from_opaque},
    pace::{Pace, Priority},
    settle::Settlements,
    told::{NotSent, Outgoing, SaidBy},
    turn::{LeaseWatch, TurnSends},
    window::{WINDOW, Who, Window, WindowGuard},
};
use self::{
    circuit::{Circuits, Gate},
    letter::Letter,
    line::Lines,
    pace::Pacer,
    window::Windows,
};
pub(crate) use self::{key::take_key, told::Telling, turn::Place};
use crate::{
    clock::Clock,
    feed::Feed,
    meters::{Meters, Wait},
    numbers::{Number, Numbers},
    store::{PersonId, SendKey, Store},
    traces::EventTraces,
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
#[derive(Debug, Clone)]
pub struct OutboxSettings {
    /// A longer wait parks the turn.
    pub park_after: Duration,
    /// How long a status may take to settle a send of unknown fate.
    pub window: Duration,
    /// What is done when none has.
    pub unsettled: Unsettled,
    /// After which silence a message that was accepted is told of as undelivered; `None`: it is not looked after.
    pub undelivered_after: Option<Duration>,
    /// How long a message is waited for that is to arrive before the next one leaves.
    pub gate: Duration,
    /// How long a send outside a turn is tried.
    pub patience: Duration,
    /// How fast numbers may send.
    pub pace: Pace,
    /// Whether the customer service window is looked after.
    pub guard: WindowGuard,
    /// Words by which people stop marketing.
    pub stop_words: StopWords,
    /// Names of templates that advertise, beside those that are sent as marketing.
    pub marketing_templates: Arc<[Box<str>]>,
    /// What tells the sends of this process from those of others.
    pub process: u64,
}

impl Default for OutboxSettings {
    fn default() -> Self {
        Self {
            park_after: Duration::from_secs(5),
            window: Duration::from_secs(30),
            unsettled: Unsettled::default(),
            undelivered_after: None,
            gate: Duration::from_secs(10),
            patience: Duration::from_mins(1),
            pace: Pace::default(),
            guard: WindowGuard::default(),
            stop_words: StopWords::default(),
            marketing_templates: Arc::default(),
            process: u64::from(std::process::id()),
        }
    }
}

/// What is done about a message that Meta may or may not have, when no status has told in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unsettled {
    /// It is sent again: rather twice than not at all.
    #[default]
    Resend,
    /// It is not: rather not at all than twice. The author gets [`SendError::Unsettled`].
    AtMostOnce,
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
    named: Lines<SendKey>,
    /// Recipients to whom something is on its way from outside any turn.
    outside: Lines<(PhoneNumberId, u64)>,
    held_up: AtomicUsize,
    /// Messages that went out long after what caused them, which a walk along the ledger would miss.
    watched: Mutex<Vec<SendKey>>,
    meters: Arc<Meters>,
    feed: Feed,
    traces: Option<Arc<dyn EventTraces>>,
    told: told::Told,
}

/// From which number to whom.
#[derive(Clone, Copy)]
pub(crate) struct Address<'a> {
    pub(crate) number: &'a Arc<Number>,
    pub(crate) to: &'a Recipient,
    pub(crate) person: Option<PersonId>,
}

/// What else is to be known about a message.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct How<'a> {
    /// The author's data for its statuses.
    pub(crate) opaque: Option<&'a str>,
    pub(crate) priority: Priority,
    pub(crate) purpose: consent::Purpose,
    pub(crate) gate: gate::Gate,
    pub(crate) telling: Telling,
    /// In the place of the setting.
    pub(crate) unsettled: Option<Unsettled>,
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
            named: Lines::default(),
            outside: Lines::default(),
            held_up: AtomicUsize::new(0),
            watched: Mutex::default(),
            meters: Arc::default(),
            feed: Feed::default(),
            traces: None,
            told: told::Told::default(),
        }
    }

    pub(crate) fn undelivered_after(&self) -> Option<Duration> {
        self.settings.undelivered_after
    }

    /// The messages to be watched since this was last asked.
    pub(crate) fn take_watched(&self) -> Vec<SendKey> {
        std::mem::take(&mut self.watched.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The same, measured.
    pub fn with_meters(self, meters: Arc<Meters>) -> Self {
        Self { meters, ..self }
    }

    /// The same, with those who look on.
    pub fn with_feed(self, feed: Feed) -> Self {
        Self { feed, ..self }
    }

    /// The same, with the one who joins the spans of an event.
    pub fn with_traces(self, traces: Option<Arc<dyn EventTraces>>) -> Self {
        Self { traces, ..self }
    }

    pub(crate) fn traces(&self) -> Option<&dyn EventTraces> {
        self.traces.as_deref()
    }

    /// The instruments of this bot.
    pub(crate) fn meters(&self) -> &Arc<Meters> {
        &self.meters
    }

    pub(crate) fn told(&self) -> &told::Told {
        &self.told
    }

    pub(crate) fn feed(&self) -> &Feed {
        &self.feed
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
            self.meters.wait(Wait::Token);
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
        how: How<'_>,
        origin: Origin<'_>,
    ) -> Result<Receipt, SendError> {
        let mut letter =
            Letter { outbox: self, address, key: SendKey(0), turn: None, how, draft: draft.kind() };
        match origin {
            Origin::Turn(turn, place) => {
                letter.key = turn.key(place, draft.fingerprint());
                letter.turn = Some(turn);
                let _in_order = turn.order.lock().await;
                letter.send(draft).await
            }
            Origin::Outside(Some(name)) => {
                letter.key = key::named(letter.address.number.id.as_str(), &name);
                let _once = self.named.stand(letter.key).await;
                let _in_order = self.outside.stand(letter.line()).await;
                Box::pin(letter.send(draft)).await
            }
            Origin::Outside(None) => {
                let count = self.unnamed.fetch_add(1, Ordering::Relaxed);
                letter.key = key::unnamed(self.settings.process, self.started, self.clock.now(), count);
                let _in_order = self.outside.stand(letter.line()).await;
                Box::pin(letter.send(draft)).await
            }
        }
    }
}

#[cfg(test)]
mod tests;
