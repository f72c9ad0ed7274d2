//! Sends whose fate is open, and who waits for it: a status that echoes the key settles it.

use dashmap::DashMap;
use tokio::sync::oneshot;

use crate::store::{LaneId, SendKey};

/// Sends that wait for a status.
#[derive(Debug, Default)]
pub struct Settlements {
    waiting: DashMap<SendKey, Waiting>,
}

#[derive(Debug)]
enum Waiting {
    Here(oneshot::Sender<()>),
    Parked(LaneId),
}

impl Settlements {
    /// The ledger has learned of this send. Answers with the lane that is parked for it, which may be woken.
    pub fn learned(&self, key: SendKey) -> Option<LaneId> {
        match self.waiting.remove(&key)?.1 {
            Waiting::Here(sender) => {
                // The receiver may have given up meanwhile; the ledger has the news all the same.
                let _ = sender.send(());
                None
            }
            Waiting::Parked(lane) => Some(lane),
        }
    }

    /// Resolves when the ledger learns of this send.
    pub(super) fn wait(&self, key: SendKey) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.waiting.insert(key, Waiting::Here(sender));
        receiver
    }

    pub(super) fn park(&self, key: SendKey, lane: LaneId) {
        self.waiting.insert(key, Waiting::Parked(lane));
    }

    pub(super) fn forget(&self, key: SendKey) {
        self.waiting.remove(&key);
    }
}
