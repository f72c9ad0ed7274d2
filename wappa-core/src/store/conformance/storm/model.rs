//! What must be true, whatever the store.

use std::collections::HashSet;

use crate::store::{Claim, LaneId, SendKey, SendState};

/// What a person has said, and how much of it is handled.
#[derive(Debug, Default)]
pub(super) struct Person {
    /// Messages whose taking was acknowledged, in that order.
    pub(super) taken: Vec<u128>,
    pub(super) lane: Option<LaneId>,
    handled: usize,
    /// The process died while the store was writing the end of a turn.
    unsure: bool,
    /// A turn is known to have begun and not to have ended.
    open: bool,
}

impl Person {
    /// What is new of a delivery.
    pub(super) fn take(&mut self, keys: &[u128]) -> usize {
        let before = self.taken.len();
        for key in keys {
            if !self.taken.contains(key) {
                self.taken.push(*key);
            }
        }
        self.taken.len() - before
    }

    /// A turn begins: it is the next message's.
    pub(super) fn begin(&mut self, claim: &Claim) {
        let key = claim.event.key.0;
        if self.unsure && self.taken.get(self.handled) != Some(&key) {
            self.handled += 1;
            self.open = false;
        }
        self.unsure = false;
        assert_eq!(self.taken.get(self.handled), Some(&key), "the next message in order has its turn");
        let interrupted = claim.event.interrupted.is_some();
        assert!(interrupted || !self.open, "a turn that was cut off is noticed");
        self.lane = Some(claim.lane);
        self.open = true;
    }

    /// A turn has ended.
    pub(super) fn end(&mut self, done: Done) {
        self.open = false;
        match done {
            Done::Yes => self.handled += 1,
            Done::No => {}
            Done::Perhaps => self.unsure = true,
        }
    }

    /// After all: the session counts every message once, in order.
    pub(super) fn check(&self, session: &[u8]) {
        let counted: Vec<u128> =
            session.chunks_exact(16).filter_map(|key| key.try_into().ok()).map(u128::from_le_bytes).collect();
        assert_eq!(counted, self.taken, "each message is handled once, in order, and its session is exact");
    }
}

/// Whether a turn handled its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Yes,
    No,
    Perhaps,
}

/// A message that Meta has taken.
#[derive(Debug)]
pub(super) struct Post {
    pub(super) event: u128,
    /// How far its statuses have told the store that it is.
    pub(super) told: Option<SendState>,
}

/// What Meta has.
#[derive(Debug, Default)]
pub(super) struct Meta {
    pub(super) posts: Vec<Post>,
    excused: HashSet<u128>,
}

impl Meta {
    /// The key of the one answer to a message, as evenly spread as real ones.
    pub(super) fn key(event: u128) -> SendKey {
        SendKey(event.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
    }

    /// No status came in time: from here on the answer may go out again.
    pub(super) fn excuse(&mut self, event: u128) {
        let told = self.posts.iter().any(|post| post.event == event && post.told.is_some());
        assert!(!told, "a send that a status has told of is not of unknown fate");
        self.excused.insert(event);
    }

    pub(super) fn accept(&mut self, event: u128) {
        let known = self.posts.iter().any(|post| post.event == event);
        assert!(!known || self.excused.contains(&event), "a message is answered once");
        self.posts.push(Post { event, told: None });
    }

    /// How far the ledger must say that the answer to a message is.
    pub(super) fn state(&self, event: u128) -> SendState {
        let mut told = self.posts.iter().filter(|post| post.event == event).map(|post| post.told);
        let first = told.next().expect("every message that was taken is answered");
        told.fold(first, Option::max).unwrap_or(SendState::Accepted)
    }
}
