//! Sessions: what a bot remembers about one person at one number, by type. Loaded when asked for, written with the turn
//! that changed them, or not at all.

mod rules;

use std::{
    any::{TypeId, type_name},
    collections::HashMap,
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use wappa_cloud::Timestamp;

pub use self::rules::{MigrateError, SESSION_SIZE, SessionRule, SessionRules};
use self::rules::{Stored, Terms};
use crate::store::{LaneId, PersonId, SessionKey, SessionWrite, Store, StoreError};

/// What is kept in a stored session, as JSON; for development, where somebody looks into a store.
pub fn stored_json(stored: Bytes) -> Option<serde_json::Value> {
    serde_json::from_slice(&Stored::read(stored).json).ok()
}

/// A session was used in a way that would lose what it holds.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// Two live handles would overwrite each other.
    #[error(
        "a second handle on the session `{0}` in one turn: drop the first one, or hand it on by reference"
    )]
    InUse(Arc<str>),
    /// Two types of the same name in one turn.
    #[error("two different types named `{0}` are used as sessions: rename one of them")]
    Ambiguous(Arc<str>),
    /// Not in a conversation's turn.
    #[error("the session `{0}` belongs to a conversation's turn: there is none here")]
    NoTurn(Arc<str>),
    /// The turn is over.
    #[error("the session `{0}` was asked for after its turn had ended")]
    TurnOver(Arc<str>),
    /// What is stored is not of this type's shape.
    #[error("the stored session `{name}` does not fit its type: give new fields `#[serde(default)]`")]
    Shape {
        /// The session's name.
        name: Arc<str>,
        /// The cause.
        #[source]
        source: serde_json::Error,
    },
    /// The value cannot be written as JSON.
    #[error("the session `{name}` cannot be written as JSON")]
    Unwritable {
        /// The session's name.
        name: Arc<str>,
        /// The cause.
        #[source]
        source: serde_json::Error,
    },
    /// More than its rule allows.
    #[error(
        "the session `{name}` takes {size} bytes as JSON, {at_most} are allowed: keep what grows in a table, or raise \
         `SessionRule::at_most`"
    )]
    TooLarge {
        /// The session's name.
        name: Arc<str>,
        /// Its size.
        size: usize,
        /// The limit.
        at_most: usize,
    },
    /// The author's `migrate` could not make sense of what is stored.
    #[error("the stored session `{name}` of version {from} could not be brought to this program's version")]
    Migrate {
        /// The session's name.
        name: Arc<str>,
        /// Its version.
        from: u32,
        /// What the author's function answered.
        #[source]
        source: MigrateError,
    },
    /// A newer version of the program wrote it.
    #[error("the stored session `{name}` is of version {stored}, this program knows versions up to {known}")]
    Newer {
        /// The session's name.
        name: Arc<str>,
        /// Its version.
        stored: u32,
        /// The version of the rule.
        known: u32,
    },
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a bot remembers about one person at one number, in the shape of the author's type `T`.
///
/// A handle for one turn. Reading goes through `Deref`; changing through `DerefMut` marks it, and a changed session is
/// written in the turn's own commit if the handler returns `Ok`. After an `Err` or a panic it is as it was before.
pub struct Session<T: Serialize> {
    value: Option<T>,
    touched: Touched,
    slot: Slot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touched {
    No,
    Yes,
}

struct Slot {
    name: Arc<str>,
    slots: Arc<Mutex<Slots>>,
}

#[derive(Debug, Default)]
struct Slots {
    phase: Phase,
    by_name: HashMap<Arc<str>, Held>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    Over,
}

#[derive(Debug)]
struct Held {
    type_id: TypeId,
    handle: Handle,
    terms: Terms,
    touched: Touched,
    loaded: Option<Bytes>,
    now: Option<Bytes>,
    error: Option<SessionError>,
}

/// Whether this turn has a session already, and its bytes if there are any.
enum Known {
    NotLoaded,
    Loaded(Option<Bytes>),
}

#[derive(Debug, PartialEq, Eq)]
enum Handle {
    Live,
    Free,
}

impl<T: Serialize> Session<T> {
    /// Forgets the session: the next turn starts with `T::default()`.
    pub fn clear(mut self) {
        self.value = None;
        self.touched = Touched::Yes;
    }
}

impl<T: Serialize> Session<T> {
    /// What it holds, for somebody who only looks.
    pub(crate) fn into_value(mut self) -> Option<T> {
        self.value.take()
    }
}

impl<T: Serialize> Deref for Session<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("a live session holds its value until it is dropped")
    }
}

impl<T: Serialize> DerefMut for Session<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.touched = Touched::Yes;
        self.value.as_mut().expect("a live session holds its value until it is dropped")
    }
}

impl<T: Serialize + fmt::Debug> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Session").field(&self.value).finish()
    }
}

impl<T: Serialize> Drop for Session<T> {
    fn drop(&mut self) {
        let mut slots = lock(&self.slot.slots);
        let over = slots.phase == Phase::Over;
        let Some(held) = slots.by_name.get_mut(&self.slot.name) else { return };
        held.handle = Handle::Free;
        if self.touched == Touched::No {
            return;
        }
        if over {
            tracing::error!(session = %self.slot.name, "a session was changed after its turn had ended: the change is lost");
            return;
        }
        held.touched = Touched::Yes;
        let at_most = held.terms.at_most;
        match self.value.as_ref().map(serde_json::to_vec).transpose() {
            Ok(Some(bytes)) if bytes.len() > at_most => {
                let (name, size) = (Arc::clone(&self.slot.name), bytes.len());
                held.error = Some(SessionError::TooLarge { name, size, at_most });
            }
            Ok(bytes) => held.now = bytes.map(Bytes::from),
            Err(source) => {
                held.error = Some(SessionError::Unwritable { name: Arc::clone(&self.slot.name), source });
            }
        }
    }
}

/// The sessions of one turn.
#[derive(Debug)]
pub(crate) struct Sessions {
    home: Option<Home>,
    slots: Arc<Mutex<Slots>>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Home {
    pub(crate) lane: LaneId,
    pub(crate) member: Option<PersonId>,
}

impl Sessions {
    /// The sessions of this lane; without a home there are none.
    pub(crate) fn new(home: Option<Home>) -> Self {
        Self { home, slots: Arc::default() }
    }

    pub(crate) async fn open<T>(
        &self,
        store: &dyn Store,
        rules: &SessionRules,
        now: Timestamp,
    ) -> Result<Session<T>, SessionError>
    where
        T: Default + Serialize + DeserializeOwned + 'static,
    {
        let name: Arc<str> = short_name(type_name::<T>()).into();
        let home = self.home.ok_or_else(|| SessionError::NoTurn(Arc::clone(&name)))?;
        let known = self.take::<T>(&name)?;
        let body = match known {
            Known::Loaded(body) => body,
            Known::NotLoaded => {
                let rule = rules.of::<T>();
                let loaded = store.session(home.key(&name)).await?.map(Stored::read);
                let loaded = loaded.filter(|stored| !stored.is_over(now));
                let current = loaded.clone().map(|stored| renewed(&name, rule, stored)).transpose()?;
                self.put::<T>(&name, loaded.map(|stored| stored.json), current.clone(), Terms::of(rule))?;
                current
            }
        };
        let value = match body {
            Some(body) => serde_json::from_slice(&body).map_err(|source| {
                self.free(&name);
                SessionError::Shape { name: Arc::clone(&name), source }
            })?,
            None => T::default(),
        };
        let slot = Slot { name, slots: Arc::clone(&self.slots) };
        Ok(Session { value: Some(value), touched: Touched::No, slot })
    }

    fn take<T: 'static>(&self, name: &Arc<str>) -> Result<Known, SessionError> {
        let mut slots = lock(&self.slots);
        if slots.phase == Phase::Over {
            return Err(SessionError::TurnOver(Arc::clone(name)));
        }
        let Some(held) = slots.by_name.get_mut(name) else { return Ok(Known::NotLoaded) };
        if held.type_id != TypeId::of::<T>() {
            return Err(SessionError::Ambiguous(Arc::clone(name)));
        }
        if held.handle == Handle::Live {
            return Err(SessionError::InUse(Arc::clone(name)));
        }
        held.handle = Handle::Live;
        Ok(Known::Loaded(held.now.clone()))
    }

    fn put<T: 'static>(
        &self,
        name: &Arc<str>,
        loaded: Option<Bytes>,
        now: Option<Bytes>,
        terms: Terms,
    ) -> Result<(), SessionError> {
        let mut slots = lock(&self.slots);
        if slots.by_name.contains_key(name) {
            return Err(SessionError::InUse(Arc::clone(name)));
        }
        let held = Held {
            type_id: TypeId::of::<T>(),
            handle: Handle::Live,
            terms,
            touched: Touched::No,
            now,
            loaded,
            error: None,
        };
        slots.by_name.insert(Arc::clone(name), held);
        Ok(())
    }

    fn free(&self, name: &Arc<str>) {
        if let Some(held) = lock(&self.slots).by_name.get_mut(name) {
            held.handle = Handle::Free;
        }
    }

    /// The JSON of a session whose time is over, for whoever is to hear of its end.
    pub(crate) async fn expired(
        &self,
        store: &dyn Store,
        name: &str,
        now: Timestamp,
    ) -> Result<Option<Bytes>, StoreError> {
        let Some(home) = self.home else { return Ok(None) };
        let stored = store.session(home.key(&name.into())).await?.map(Stored::read);
        Ok(stored.filter(|stored| stored.is_over(now)).map(|stored| stored.json))
    }

    /// Removes a session that was stored, unless this turn has opened it.
    pub(crate) fn forget(&self, name: &Arc<str>) {
        lock(&self.slots).by_name.entry(Arc::clone(name)).or_insert_with(|| Held {
            type_id: TypeId::of::<()>(),
            handle: Handle::Free,
            terms: Terms::of::<()>(None),
            touched: Touched::Yes,
            loaded: Some(Bytes::new()),
            now: None,
            error: None,
        });
    }

    /// Ends the turn: the sessions whose bytes are other than they were. Later handles and changes are refused.
    pub(crate) fn close(&self, now: Timestamp) -> Result<Ended, SessionError> {
        let mut ended = Ended::default();
        let Some(home) = self.home else { return Ok(ended) };
        let mut slots = lock(&self.slots);
        slots.phase = Phase::Over;
        for (name, held) in &mut slots.by_name {
            if let Some(error) = held.error.take() {
                return Err(error);
            }
            if held.handle == Handle::Live {
                tracing::warn!(session = %name, "a session outlives its turn: what is changed from now on is lost");
            }
            let Terms { keep, .. } = held.terms;
            if held.now == held.loaded && (keep.is_none() || held.touched == Touched::No) {
                continue;
            }
            let expires_at = keep.filter(|_| held.now.is_some()).map(|time| now + time);
            let body = held.now.clone().map(|json| held.terms.wrap(json, expires_at));
            ended.writes.push(SessionWrite { key: home.key(name), body });
            if keep.is_some() {
                ended.timers.push((Arc::clone(name), expires_at));
            }
        }
        Ok(ended)
    }
}

/// What a turn's sessions leave behind.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    pub(crate) writes: Vec<SessionWrite>,
    /// When which session comes to its end; `None` if there is no session any more.
    pub(crate) timers: Vec<(Arc<str>, Option<Timestamp>)>,
}

impl Home {
    fn key(self, name: &Arc<str>) -> SessionKey {
        SessionKey { lane: self.lane, member: self.member, name: Arc::clone(name) }
    }
}

/// The JSON that this program's type has, of what an earlier one may have written.
fn renewed<T: Serialize + 'static>(
    name: &Arc<str>,
    rule: Option<&SessionRule<T>>,
    stored: Stored,
) -> Result<Bytes, SessionError> {
    let Terms { version: known, .. } = Terms::of(rule);
    let Stored { version: from, json, .. } = stored;
    if from == known {
        return Ok(json);
    }
    if from > known {
        return Err(SessionError::Newer { name: Arc::clone(name), stored: from, known });
    }
    let shape = |source| SessionError::Shape { name: Arc::clone(name), source };
    let old = serde_json::from_slice(&json).map_err(shape)?;
    let Some(migrated) = rule.and_then(|rule| rule.migrate(from, old)) else { return Ok(json) };
    let migrated =
        migrated.map_err(|source| SessionError::Migrate { name: Arc::clone(name), from, source })?;
    let json = serde_json::to_vec(&migrated)
        .map_err(|source| SessionError::Unwritable { name: Arc::clone(name), source })?;
    Ok(json.into())
}

fn lock(slots: &Mutex<Slots>) -> MutexGuard<'_, Slots> {
    slots.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A type's name without the modules it stands in, so that moving a type does not lose its sessions.
pub(crate) fn short_name(full: &str) -> String {
    let mut short = String::with_capacity(full.len());
    let mut segment = 0;
    for c in full.chars() {
        if c == ':' {
            short.truncate(segment);
            continue;
        }
        short.push(c);
        if !c.is_alphanumeric() && c != '_' {
            segment = short.len();
        }
    }
    short
}

#[cfg(test)]
mod tests;
