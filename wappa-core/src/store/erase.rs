//! Erasing a person: what a store answers, and what of the shelf goes with a lane.

use std::{ops::AddAssign, sync::Arc};

use super::LaneId;

/// What was removed with a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Erased {
    /// Persons: more than one where several had turned out to be the same. None if nobody was known by what was given.
    pub persons: usize,
    /// Events that waited or were under way.
    pub events: usize,
    /// Dead letters.
    pub dead_letters: usize,
    /// Sessions, dialogues included.
    pub sessions: usize,
    /// Timers.
    pub timers: usize,
    /// Lines of the ledger.
    pub sends: usize,
    /// The lanes that were theirs.
    pub lanes: Vec<LaneId>,
}

impl AddAssign for Erased {
    fn add_assign(&mut self, other: Self) {
        self.persons += other.persons;
        self.events += other.events;
        self.dead_letters += other.dead_letters;
        self.sessions += other.sessions;
        self.timers += other.timers;
        self.sends += other.sends;
        self.lanes.extend(other.lanes);
        self.lanes.sort_unstable();
        self.lanes.dedup();
    }
}

/// The space of the shelf that has, under [`lane_key`], who has a conversation. It goes with the lane.
pub const TAKEOVER_SPACE: &str = "takeover";

/// The space of what was said in a lane while people had the conversation. It goes with the lane.
pub fn missed_space(lane: LaneId) -> Arc<str> {
    format!("missed/{:016x}", lane.0).into()
}

/// What stands for a lane in keys.
pub fn lane_key(lane: LaneId) -> Arc<str> {
    format!("{:016x}", lane.0).into()
}
