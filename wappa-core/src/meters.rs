//! Meters: what is counted and measured on the corridor, through the `metrics` facade. Every instrument is registered
//! once, before the first message; where nobody measures, each of them costs the look at one pointer.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder, Unit};
use wappa_cloud::{DraftKind, Timestamp};

use crate::store::{Depth, Queue};

/// Where measures go.
#[derive(Clone)]
pub enum MetricsTo {
    /// To the recorder that the program has installed for the whole process (`metrics::set_global_recorder`).
    Installed,
    /// To this one: two bots in a process can each have their own.
    Recorder(Arc<dyn Recorder + Send + Sync>),
}

impl MetricsTo {
    fn with(&self, register: impl FnOnce(&dyn Recorder)) {
        match self {
            Self::Installed => metrics::with_recorder(register),
            Self::Recorder(recorder) => register(&**recorder),
        }
    }
}

impl fmt::Debug for MetricsTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Installed => "Installed",
            Self::Recorder(_) => "Recorder(…)",
        })
    }
}

/// What kind of instrument it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeterKind {
    /// Only grows.
    Counter,
    /// What it is at the moment.
    Gauge,
    /// How often which value.
    Histogram,
}

/// A row of the table of instruments.
#[derive(Debug, Clone, Copy)]
pub struct Meter {
    /// Its name.
    pub name: &'static str,
    /// Its kind.
    pub kind: MeterKind,
    /// What its values are.
    pub unit: Unit,
    /// The name of its label, if it has one.
    pub label: Option<&'static str>,
    /// All values of the label there are; empty where they are the bot's own numbers.
    pub values: &'static [&'static str],
    /// What it says.
    pub about: &'static str,
}

macro_rules! meters {
    ($($row:ident: $kind:ident $name:literal, $unit:ident, $label:expr, $values:expr, $about:literal;)*) => {
        $(const $row: Meter = Meter {
            name: $name,
            kind: MeterKind::$kind,
            unit: Unit::$unit,
            label: $label,
            values: $values,
            about: $about,
        };)*

        /// Every instrument there is. The number of series is theirs and the bot's numbers': no label names a person.
        pub const METERS: &[Meter] = &[$($row),*];
    };
}

meters! {
    DELIVERIES: Counter "wappa_deliveries_total", Count, Some("outcome"),
        &["taken", "unavailable", "refused", "malformed", "limited"],
        "Deliveries by what Meta was told: taken 200, unavailable 503, refused 401, malformed 400, 408 or 413, limited 429";
    ACK: Histogram "wappa_ack_seconds", Seconds, None, &[],
        "How long Meta waited for its 200";
    EVENTS: Counter "wappa_events_total", Count, Some("outcome"),
        &["taken", "duplicate", "unroutable", "unknown"],
        "Items of deliveries; duplicate: seen before and dropped";
    TURNS: Counter "wappa_turns_total", Count, Some("outcome"),
        &["done", "retried", "parked", "dead"],
        "Turns by how they ended; retried: failed and tried again, dead: given up on";
    TURN: Histogram "wappa_turn_seconds", Seconds, None, &[],
        "How long turns ran, what they waited for us included";
    UNDER_WAY: Gauge "wappa_turns_under_way", Count, None, &[],
        "Turns that run";
    SENDS: Counter "wappa_sends_total", Count, Some("outcome"),
        &["accepted", "refused", "unknown"],
        "Messages by their kind and by what Meta said; unknown: it was cut off before it said anything";
    SEND: Histogram "wappa_send_seconds", Seconds, None, &[],
        "How long Meta took to say something about a message";
    WAITS: Counter "wappa_send_waits_total", Count, Some("reason"),
        &["pace", "retry", "token", "fate"],
        "Waits of sends: for Meta's pace, before another try, for another token, for the fate of an earlier try";
    WINDOW: Counter "wappa_window_refusals_total", Count, None, &[],
        "Messages refused before the network as the customer service window was closed";
    QUEUE: Gauge "wappa_queue_events", Count, Some("number"), &[],
        "Events that wait or are under way";
    AGE: Gauge "wappa_queue_age_seconds", Seconds, Some("number"), &[],
        "How long the oldest of them has been here";
    DEAD: Gauge "wappa_dead_letters", Count, None, &[],
        "Events that were given up on and are still kept";
    KEPT: Gauge "wappa_kept", Count, None, &[],
        "Items kept outside every conversation: unroutable or not understood";
    TOKEN: Gauge "wappa_token_dead", Count, Some("number"), &[],
        "1 while Meta does not accept the number's token";
}

/// What Meta was told about a delivery.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Told {
    Taken,
    Unavailable,
    Refused,
    Malformed,
    Limited,
}

/// What became of an item.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Came {
    Taken,
    Duplicate,
    Unroutable,
    Unknown,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ended {
    Done,
    Retried,
    Parked,
    Dead,
}

/// What Meta said about a message.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Said {
    Accepted,
    Refused,
    Unknown,
}

impl Said {
    pub(crate) fn as_str(self) -> &'static str {
        SENDS.values.get(self as usize).copied().unwrap_or_default()
    }
}

impl Ended {
    pub(crate) fn as_str(self) -> &'static str {
        TURNS.values.get(self as usize).copied().unwrap_or_default()
    }
}

/// What a send waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wait {
    Pace,
    Retry,
    Token,
    Fate,
}

/// How things stand at a moment.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// What waits, by number.
    pub queues: Vec<Queue>,
    /// What is kept.
    pub depth: Depth,
    /// Turns under way.
    pub turns: usize,
    /// Every number, and whether its token is dead.
    pub numbers: Vec<(Arc<str>, TokenState)>,
}

/// Whether Meta accepts a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// It does, as far as known.
    Alive,
    /// It does not.
    Dead,
}

/// The instruments of one bot.
#[derive(Debug, Default)]
pub struct Meters(Option<Box<Instruments>>);

struct Instruments {
    to: MetricsTo,
    deliveries: Vec<Counter>,
    ack: Histogram,
    events: Vec<Counter>,
    turns: Vec<Counter>,
    turn: Histogram,
    under_way: Gauge,
    /// By kind, then by outcome.
    sends: Vec<Vec<Counter>>,
    send: Histogram,
    waits: Vec<Counter>,
    window: Counter,
    dead: Gauge,
    kept: Gauge,
    numbers: Mutex<HashMap<Arc<str>, OfNumber>>,
}

#[derive(Clone)]
struct OfNumber {
    queue: Gauge,
    age: Gauge,
    token: Gauge,
}

impl Meters {
    /// Nobody measures.
    pub fn off() -> Self {
        Self(None)
    }

    /// Registers every instrument.
    pub fn new(to: &MetricsTo) -> Self {
        let mut made = None;
        to.with(|recorder| made = Some(Instruments::register(recorder, to.clone())));
        Self(made.map(Box::new))
    }

    /// Whether anybody measures.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// The moment, if anybody measures: a clock that nobody asked for is not read.
    pub(crate) fn begin(&self, now: impl FnOnce() -> Duration) -> Option<Duration> {
        self.0.as_ref().map(|_| now())
    }

    pub(crate) fn delivery(&self, told: Told, took: impl FnOnce() -> Option<Duration>) {
        let Some(on) = &self.0 else { return };
        count(&on.deliveries, told as usize, 1);
        if let (Told::Taken, Some(took)) = (told, took()) {
            on.ack.record(took.as_secs_f64());
        }
    }

    pub(crate) fn events(&self, came: Came, how_many: usize) {
        if let Some(on) = &self.0 {
            count(&on.events, came as usize, how_many as u64);
        }
    }

    pub(crate) fn turn(&self, ended: Ended, took: impl FnOnce() -> Option<Duration>) {
        let Some(on) = &self.0 else { return };
        count(&on.turns, ended as usize, 1);
        if let Some(took) = took() {
            on.turn.record(took.as_secs_f64());
        }
    }

    pub(crate) fn send(&self, kind: DraftKind, said: Said, took: impl FnOnce() -> Option<Duration>) {
        let Some(on) = &self.0 else { return };
        let kind = DraftKind::ALL.iter().position(|of| *of == kind);
        if let Some(outcomes) = kind.and_then(|kind| on.sends.get(kind)) {
            count(outcomes, said as usize, 1);
        }
        if let Some(took) = took() {
            on.send.record(took.as_secs_f64());
        }
    }

    pub(crate) fn wait(&self, wait: Wait) {
        if let Some(on) = &self.0 {
            count(&on.waits, wait as usize, 1);
        }
    }

    pub(crate) fn window_refusal(&self) {
        if let Some(on) = &self.0 {
            on.window.increment(1);
        }
    }

    /// Sets the gauges.
    pub fn observe(&self, standing: &Standing, now: Timestamp) {
        let Some(on) = &self.0 else { return };
        #[expect(clippy::cast_precision_loss, reason = "nobody has that many")]
        let float = |count: u64| count as f64;
        on.under_way.set(float(standing.turns as u64));
        on.dead.set(float(standing.depth.dead));
        on.kept.set(float(standing.depth.kept));
        for (number, token) in &standing.numbers {
            let of = on.number(number);
            of.token.set(if *token == TokenState::Dead { 1.0 } else { 0.0 });
            let queue = standing.queues.iter().find(|queue| queue.number == *number);
            of.queue.set(float(queue.map_or(0, |queue| queue.waiting)));
            of.age.set(queue.map_or(0.0, |queue| now.since(queue.oldest).as_secs_f64()));
        }
    }
}

fn count(counters: &[Counter], at: usize, by: u64) {
    if let Some(counter) = counters.get(at) {
        counter.increment(by);
    }
}

impl fmt::Debug for Instruments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instruments").finish_non_exhaustive()
    }
}

const METADATA: Metadata<'static> = Metadata::new("wappa", Level::INFO, Some("wappa"));

impl Instruments {
    fn register(recorder: &dyn Recorder, to: MetricsTo) -> Self {
        for meter in METERS {
            let (name, unit, about) = (meter.name.into(), Some(meter.unit), meter.about.into());
            match meter.kind {
                MeterKind::Counter => recorder.describe_counter(name, unit, about),
                MeterKind::Gauge => recorder.describe_gauge(name, unit, about),
                MeterKind::Histogram => recorder.describe_histogram(name, unit, about),
            }
        }
        let counter = |key: &Key| recorder.register_counter(key, &METADATA);
        let each = |meter: &Meter| -> Vec<Counter> {
            meter.values.iter().map(|value| counter(&key(meter, Some(*value), None))).collect()
        };
        let gauge = |meter: &Meter| recorder.register_gauge(&key(meter, None, None), &METADATA);
        let histogram = |meter: &Meter| recorder.register_histogram(&key(meter, None, None), &METADATA);
        Self {
            deliveries: each(&DELIVERIES),
            ack: histogram(&ACK),
            events: each(&EVENTS),
            turns: each(&TURNS),
            turn: histogram(&TURN),
            under_way: gauge(&UNDER_WAY),
            sends: DraftKind::ALL
                .iter()
                .map(|kind| {
                    let outcomes = SENDS.values.iter();
                    outcomes.map(|value| counter(&key(&SENDS, Some(*value), Some(kind.as_str())))).collect()
                })
                .collect(),
            send: histogram(&SEND),
            waits: each(&WAITS),
            window: counter(&key(&WINDOW, None, None)),
            dead: gauge(&DEAD),
            kept: gauge(&KEPT),
            numbers: Mutex::default(),
            to,
        }
    }

    fn number(&self, id: &Arc<str>) -> OfNumber {
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of) = numbers.get(id) {
            return of.clone();
        }
        let mut made = None;
        self.to.with(|recorder| {
            let gauge = |meter: &Meter| {
                let label = Label::new("number", id.to_string());
                recorder.register_gauge(&Key::from_parts(meter.name, vec![label]), &METADATA)
            };
            made = Some(OfNumber { queue: gauge(&QUEUE), age: gauge(&AGE), token: gauge(&TOKEN) });
        });
        let of = made.unwrap_or_else(|| OfNumber {
            queue: Gauge::noop(),
            age: Gauge::noop(),
            token: Gauge::noop(),
        });
        numbers.insert(Arc::clone(id), of.clone());
        of
    }
}

/// A series: the meter with a value of its label, and a kind of message where it has those.
fn key(meter: &Meter, value: Option<&'static str>, kind: Option<&'static str>) -> Key {
    let label = meter.label.zip(value).map(|(name, value)| Label::from_static_parts(name, value));
    let kind = kind.map(|kind| Label::from_static_parts("kind", kind));
    Key::from_parts(meter.name, label.into_iter().chain(kind).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_its_place_in_the_table() {
        let at = |meter: &Meter, at: usize| meter.values.get(at).copied();
        assert_eq!(at(&DELIVERIES, Told::Limited as usize), Some("limited"));
        assert_eq!(at(&DELIVERIES, Told::Malformed as usize), Some("malformed"));
        assert_eq!(at(&DELIVERIES, Told::Refused as usize), Some("refused"));
        assert_eq!(at(&DELIVERIES, Told::Unavailable as usize), Some("unavailable"));
        assert_eq!(at(&EVENTS, Came::Duplicate as usize), Some("duplicate"));
        assert_eq!(at(&EVENTS, Came::Unknown as usize), Some("unknown"));
        assert_eq!(at(&EVENTS, Came::Unroutable as usize), Some("unroutable"));
        assert_eq!(at(&TURNS, Ended::Dead as usize), Some("dead"));
        assert_eq!(at(&TURNS, Ended::Parked as usize), Some("parked"));
        assert_eq!(at(&TURNS, Ended::Retried as usize), Some("retried"));
        assert_eq!(at(&SENDS, Said::Unknown as usize), Some("unknown"));
        assert_eq!(at(&SENDS, Said::Refused as usize), Some("refused"));
        assert_eq!(at(&WAITS, Wait::Fate as usize), Some("fate"));
        assert_eq!(at(&WAITS, Wait::Token as usize), Some("token"));
        assert_eq!(at(&WAITS, Wait::Retry as usize), Some("retry"));
    }
}
