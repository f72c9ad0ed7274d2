//! Sessions: what a bot remembers about one person at one number, by type. Loaded when asked for, written with the turn
//! that changed them, or not at all.

use std::{
    any::{TypeId, type_name},
    collections::HashMap,
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

use crate::store::{LaneId, PersonId, SessionKey, SessionWrite, Store, StoreError};

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

#[derive(Clone, Copy, PartialEq, Eq)]
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
        match self.value.as_ref().map(serde_json::to_vec).transpose() {
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

    pub(crate) async fn open<T>(&self, store: &dyn Store) -> Result<Session<T>, SessionError>
    where
        T: Default + Serialize + DeserializeOwned + 'static,
    {
        let name: Arc<str> = short_name(type_name::<T>()).into();
        let home = self.home.ok_or_else(|| SessionError::NoTurn(Arc::clone(&name)))?;
        let known = self.take::<T>(&name)?;
        let body = match known {
            Known::Loaded(body) => body,
            Known::NotLoaded => {
                let key = SessionKey { lane: home.lane, member: home.member, name: Arc::clone(&name) };
                let loaded = store.session(key).await?;
                self.put::<T>(&name, loaded.clone())?;
                loaded
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

    fn put<T: 'static>(&self, name: &Arc<str>, loaded: Option<Bytes>) -> Result<(), SessionError> {
        let mut slots = lock(&self.slots);
        if slots.by_name.contains_key(name) {
            return Err(SessionError::InUse(Arc::clone(name)));
        }
        let held = Held {
            type_id: TypeId::of::<T>(),
            handle: Handle::Live,
            now: loaded.clone(),
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

    /// Ends the turn: the sessions whose bytes are other than they were. Later handles and changes are refused.
    pub(crate) fn close(&self) -> Result<Vec<SessionWrite>, SessionError> {
        let Some(home) = self.home else { return Ok(Vec::new()) };
        let mut slots = lock(&self.slots);
        slots.phase = Phase::Over;
        let mut writes = Vec::new();
        for (name, held) in &mut slots.by_name {
            if let Some(error) = held.error.take() {
                return Err(error);
            }
            if held.handle == Handle::Live {
                tracing::warn!(session = %name, "a session outlives its turn: what is changed from now on is lost");
            }
            if held.now != held.loaded {
                let key = SessionKey { lane: home.lane, member: home.member, name: Arc::clone(name) };
                writes.push(SessionWrite { key, body: held.now.clone() });
            }
        }
        Ok(writes)
    }
}

fn lock(slots: &Mutex<Slots>) -> MutexGuard<'_, Slots> {
    slots.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A type's name without the modules it stands in, so that moving a type does not lose its sessions.
fn short_name(full: &str) -> String {
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
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::store::MemoryStore;

    #[derive(Debug, Default, Serialize, Deserialize, PartialEq)]
    struct Cart {
        lines: Vec<String>,
    }

    mod other {
        #[derive(Default, serde::Serialize, serde::Deserialize)]
        pub(super) struct Cart;
    }

    fn sessions() -> Sessions {
        Sessions::new(Some(Home { lane: LaneId(1), member: None }))
    }

    #[test]
    fn names_leave_out_modules() {
        assert_eq!(short_name("shop::cart::Cart"), "Cart");
        assert_eq!(short_name("core::option::Option<shop::cart::Cart>"), "Option<Cart>");
        assert_eq!(short_name("(alloc::string::String, u8)"), "(String, u8)");
    }

    #[tokio::test]
    async fn an_unchanged_session_is_not_written() {
        let (store, sessions) = (MemoryStore::default(), sessions());
        let mut cart = sessions.open::<Cart>(&store).await.unwrap();
        cart.lines.push("x".into());
        cart.lines.pop();
        drop(cart);
        let cart = sessions.open::<Cart>(&store).await.unwrap();
        assert_eq!(*cart, Cart::default());
        drop(cart);
        // Touched, but a fresh session that equals the default was still never stored: it is written once.
        assert_eq!(sessions.close().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_second_live_handle_is_refused_and_a_later_one_sees_the_change() {
        let (store, sessions) = (MemoryStore::default(), sessions());
        let mut cart = sessions.open::<Cart>(&store).await.unwrap();
        cart.lines.push("margherita".into());
        assert!(matches!(sessions.open::<Cart>(&store).await, Err(SessionError::InUse(_))));
        drop(cart);
        assert_eq!(sessions.open::<Cart>(&store).await.unwrap().lines, ["margherita"]);
        assert!(matches!(sessions.open::<other::Cart>(&store).await, Err(SessionError::Ambiguous(_))));
    }

    #[tokio::test]
    async fn after_the_turn_a_handle_neither_opens_nor_writes() {
        let (store, sessions) = (MemoryStore::default(), sessions());
        let mut kept = sessions.open::<Cart>(&store).await.unwrap();
        assert!(sessions.close().unwrap().is_empty());
        kept.lines.push("late".into());
        drop(kept);
        assert!(matches!(sessions.open::<Cart>(&store).await, Err(SessionError::TurnOver(_))));
    }

    #[tokio::test]
    async fn clearing_removes() {
        let (store, sessions) = (MemoryStore::default(), sessions());
        let mut cart = sessions.open::<Cart>(&store).await.unwrap();
        cart.lines.push("x".into());
        drop(cart);
        sessions.open::<Cart>(&store).await.unwrap().clear();
        assert!(sessions.close().unwrap().is_empty());
    }
}
