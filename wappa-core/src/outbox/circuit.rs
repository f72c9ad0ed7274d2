//! Circuits: one per number, open while Meta does not accept its token. What would be sent meanwhile waits, parked with
//! its conversation; a replaced token, or a probe that gets through, lets everything go on.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::{
    Notify,
    futures::Notified,
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use wappa_cloud::{AccessToken, GraphError, PhoneNumberId, Timestamp};

use crate::{numbers::Number, store::LaneId};

/// A dead token is tried at this pace: Meta may have been mistaken, or the token been given its rights back.
const PROBE: Duration = Duration::from_secs(30);
/// A parked conversation looks by itself after this time at the latest.
const LONGEST_PARK: Duration = Duration::from_mins(5);

/// A number whose token Meta no longer accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CredentialsLost {
    /// The number.
    pub number: PhoneNumberId,
    /// Meta's code, mostly 190; none where something before Meta answered 401.
    pub code: Option<u32>,
    /// When it was noticed.
    pub since: Timestamp,
}

/// What happened to a circuit.
#[derive(Debug)]
pub(crate) enum Change {
    Opened(CredentialsLost),
    /// These conversations may go on.
    Closed(PhoneNumberId, HashSet<LaneId>),
}

/// The circuits of all numbers.
#[derive(Debug)]
pub(crate) struct Circuits {
    /// So that a send which finds every token alive pays for one load.
    open: AtomicUsize,
    ever: AtomicBool,
    circuits: Mutex<HashMap<PhoneNumberId, Circuit>>,
    closed: Notify,
    changes: UnboundedSender<Change>,
    heard: Mutex<Option<UnboundedReceiver<Change>>>,
}

#[derive(Debug)]
struct Circuit {
    dead: AccessToken,
    probe_at: Timestamp,
    /// The conversation that comes back for the next probe.
    prober: Option<LaneId>,
    parked: HashSet<LaneId>,
}

/// Whether a number may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    Go,
    /// Not before this moment.
    Wait(Timestamp),
}

impl Default for Circuits {
    fn default() -> Self {
        let (changes, heard) = unbounded_channel();
        Self {
            open: AtomicUsize::new(0),
            ever: AtomicBool::new(false),
            circuits: Mutex::default(),
            closed: Notify::new(),
            changes,
            heard: Mutex::new(Some(heard)),
        }
    }
}

impl Circuits {
    /// What happens to circuits from now on; for one listener.
    pub(crate) fn changes(&self) -> Option<UnboundedReceiver<Change>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether a token was refused since the start, so that what was read before may be out of date.
    pub(super) fn ever_open(&self) -> bool {
        self.ever.load(Ordering::Relaxed)
    }

    /// Whether this number's token is refused at the moment.
    pub(crate) fn is_open(&self, number: &str) -> bool {
        self.open.load(Ordering::Acquire) > 0 && self.lock().contains_key(number)
    }

    /// Resolves when a circuit closes after this call.
    pub(super) fn closed(&self) -> Notified<'_> {
        self.closed.notified()
    }

    /// Whether this number may send now. A moment at which it may probe is given to one caller.
    pub(super) fn gate(&self, number: &Number, now: Timestamp) -> Gate {
        if self.open.load(Ordering::Acquire) == 0 {
            return Gate::Go;
        }
        let mut circuits = self.lock();
        let Some(circuit) = circuits.get_mut(&number.id) else { return Gate::Go };
        if !same(&circuit.dead, &number.token) {
            self.close_in(&mut circuits, &number.id);
            return Gate::Go;
        }
        if circuit.probe_at > now {
            return Gate::Wait(circuit.probe_at);
        }
        circuit.probe_at = now + PROBE;
        circuit.prober = None;
        Gate::Go
    }

    /// Remembers a conversation that is about to be parked; answers until when.
    pub(super) fn park(&self, number: &Number, lane: LaneId, parks: u32, now: Timestamp) -> Timestamp {
        let mut circuits = self.lock();
        // Closed a moment ago, perhaps.
        let Some(circuit) = circuits.get_mut(&number.id) else { return now };
        circuit.parked.insert(lane);
        if *circuit.prober.get_or_insert(lane) == lane {
            return circuit.probe_at;
        }
        now + (PROBE * 2_u32.saturating_pow(parks.min(8))).min(LONGEST_PARK)
    }

    /// Meta has refused this number's token.
    pub(super) fn trip(&self, number: &Number, error: &GraphError, now: Timestamp) {
        let mut circuits = self.lock();
        self.ever.store(true, Ordering::Relaxed);
        let opened = match circuits.get_mut(&number.id) {
            None => true,
            Some(known) if same(&known.dead, &number.token) => {
                known.probe_at = now + PROBE;
                return;
            }
            // The token that was to replace it is dead too.
            Some(_) => false,
        };
        let parked = circuits.remove(&number.id).map(|known| known.parked).unwrap_or_default();
        let circuit = Circuit { dead: number.token.clone(), probe_at: now + PROBE, prober: None, parked };
        circuits.insert(number.id.clone(), circuit);
        if opened {
            self.open.fetch_add(1, Ordering::Release);
        }
        let lost = CredentialsLost { number: number.id.clone(), code: error.code, since: now };
        // Nobody listens when the bot is going down.
        let _ = self.changes.send(Change::Opened(lost));
    }

    /// This number's token works.
    pub(crate) fn close(&self, number: &PhoneNumberId) {
        if self.open.load(Ordering::Acquire) > 0 {
            self.close_in(&mut self.lock(), number);
        }
    }

    fn close_in(&self, circuits: &mut HashMap<PhoneNumberId, Circuit>, number: &PhoneNumberId) {
        let Some(circuit) = circuits.remove(number) else { return };
        self.open.fetch_sub(1, Ordering::Release);
        let _ = self.changes.send(Change::Closed(number.clone(), circuit.parked));
        self.closed.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PhoneNumberId, Circuit>> {
        self.circuits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether these are the same token. Both are ours, so it may be seen how long the comparison takes.
pub(super) fn same(one: &AccessToken, other: &AccessToken) -> bool {
    one.expose() == other.expose()
}
