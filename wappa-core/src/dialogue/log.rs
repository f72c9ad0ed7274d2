//! What a conversation has lived through: the questions it asked and their answers, what it said, the effects it had.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The log a conversation is run again from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Log {
    /// Of this run alone; part of the keys of its effects.
    #[serde(default)]
    pub(super) run: String,
    /// In the order in which they were reached.
    pub entries: Vec<Entry>,
}

/// One operation of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What it was, like `ask<u8>`, `say` or `once quote`: must be the same when the code is run again.
    pub op: String,
    /// What came of it.
    pub state: EntryState,
}

/// What came of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// It waits: for an answer, or until a moment in milliseconds since 1970.
    Waiting(Option<i64>),
    /// It is done, with this.
    Done(Value),
    /// The answer did not come in time.
    TimedOut,
}
