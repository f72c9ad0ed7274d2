//! Dead letters: events given up on, and what may become of them afterwards.

use std::sync::Arc;

use bytes::Bytes;
use wappa_cloud::Timestamp;

use super::{EventKind, EventSeq, LaneId};

/// An event given up on.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// Its place in the order of arrival.
    pub seq: EventSeq,
    /// The lane.
    pub lane: LaneId,
    /// The number it came to.
    pub number: Arc<str>,
    /// What it is an event of.
    pub kind: EventKind,
    /// The self-contained JSON.
    pub body: Bytes,
    /// Why it was given up on.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up on.
    pub at: Timestamp,
}

/// What a lane does whose first event has been given up on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LastTry {
    /// It goes on with the next event.
    #[default]
    Skip,
    /// It stands still until somebody redrives or forgets the dead letter: nothing of the conversation is handled out of
    /// order.
    Block,
}

/// Which dead letters are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// The one with this place in the order of arrival.
    One(EventSeq),
    /// Those given up on by this moment, the oldest first, so many at most.
    Until(Timestamp, usize),
}

/// What becomes of dead letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They are tried again, with all their attempts before them: at the end of their lane, or in their old place if the
    /// lane has been blocked by them.
    Redrive,
    /// They are thrown away. A lane that was blocked by one goes on.
    Forget,
}

/// When a blocked lane is ready: not in this world.
pub const BLOCKED: Timestamp = Timestamp::from_millis(i64::MAX);
