//! What can go wrong in a store, whatever its engine.

use std::error::Error as StdError;

/// A store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    #[source]
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What to make of a [`StoreError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Locked, out of space, out of reach: the same call may succeed later.
    Unavailable,
    /// Another process has the store open.
    InUse,
    /// The file is of a newer version, damaged, or not a store.
    Unusable,
    /// What was read could not be understood.
    Corrupt,
    /// The store has been closed.
    Closed,
}

impl StoreError {
    /// An error of this kind; `message` names what was tried, the cause and the mend.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The same, with the engine's own error kept.
    pub fn with_source(
        kind: StoreErrorKind,
        message: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { kind, message: message.into(), source: Some(source.into()) }
    }

    /// What to do next.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}
