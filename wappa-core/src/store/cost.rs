//! What messages cost, as far as Meta tells: counts by number, day and category, and never money.

use std::sync::Arc;

use wappa_cloud::{DedupKey, Timestamp};

/// Which messages are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CostLine {
    /// The number they left from.
    pub number: Arc<str>,
    /// The day in UTC, as its number since the epoch.
    pub day: i64,
    /// Meta's category, like `utility` or `marketing`.
    pub category: Arc<str>,
    /// Whether they are free, and why, in Meta's word: `regular`, `free_customer_service`, `free_entry_point`.
    pub kind: Arc<str>,
    /// How they are counted, in Meta's word: `PMP`, each by itself, or `CBP`, by conversation.
    pub model: Arc<str>,
}

/// How many messages, or conversations, of one day and category there were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Which ones.
    pub line: CostLine,
    /// How many.
    pub count: u64,
    /// How many of them Meta charges.
    pub billable: u64,
}

/// What a status adds to the costs, the first time it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostNote {
    /// Where it is counted.
    pub line: CostLine,
    /// Whether Meta charges it.
    pub billed: Billed,
    /// What is counted once.
    pub of: Priced,
}

/// Whether Meta charges something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Billed {
    /// It does.
    Charged,
    /// It does not.
    Free,
}

/// What has a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priced {
    /// The message of the status.
    Message,
    /// The conversation that is known by this key.
    Conversation(DedupKey),
}

impl CostLine {
    /// The day on which a moment lies.
    pub fn day_of(at: Timestamp) -> i64 {
        at.as_secs().div_euclid(DAY)
    }

    /// When its day begins.
    pub fn begins(&self) -> Timestamp {
        Timestamp::from_secs(self.day.saturating_mul(DAY))
    }
}

const DAY: i64 = 86_400;

impl Billed {
    /// What it adds to the charged ones.
    pub fn count(self) -> u64 {
        u64::from(self == Self::Charged)
    }
}
