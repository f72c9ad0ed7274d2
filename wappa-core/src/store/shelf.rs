//! The shelf: small versioned values that belong to no turn, each under a space and a key. What they mean is decided by
//! the rooms that put them there.

use std::sync::Arc;

use bytes::Bytes;
use wappa_cloud::Timestamp;

use super::LaneId;

/// Which writing of a value this is. Greater with each one, and never given twice, also not after a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version(pub i64);

/// A value on the shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Its key in the space.
    pub key: Arc<str>,
    /// Its bytes.
    pub body: Bytes,
    /// The writing that put it there.
    pub version: Version,
    /// When it is gone by itself.
    pub expires_at: Option<Timestamp>,
}

/// What must stand there for a write to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Whatever it is.
    Anything,
    /// Nothing, or what has expired.
    Nothing,
    /// This writing.
    Version(Version),
}

/// A value to be put on the shelf or taken from it.
#[derive(Debug, Clone)]
pub struct ValueWrite {
    /// The space, one for each use.
    pub space: Arc<str>,
    /// The key in it.
    pub key: Arc<str>,
    /// What must stand there now.
    pub expected: Expected,
    /// The bytes; `None` removes the value.
    pub body: Option<Bytes>,
    /// When it is gone by itself.
    pub expires_at: Option<Timestamp>,
    /// The moment of writing: what has expired by then counts as nothing.
    pub now: Timestamp,
}

/// The answer to a [`ValueWrite`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// Done; of a removal there is no version.
    Written(Option<Version>),
    /// Something else stood there, and still does.
    Conflict(Option<Value>),
}

/// The space of what a person of this lane has written in fragments, until it is complete.
pub fn bundle_space(lane: LaneId) -> Arc<str> {
    format!("bundle/{:016x}", lane.0).into()
}

impl Expected {
    /// Whether this is what stands there.
    pub fn holds(self, there: Option<Version>) -> bool {
        match self {
            Self::Anything => true,
            Self::Nothing => there.is_none(),
            Self::Version(version) => there == Some(version),
        }
    }
}

impl Value {
    /// Whether it still stands at this moment.
    pub fn is_there(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|at| at > now)
    }
}
