//! The gate: what comes after a message waits until that one is on the person's device, for sequences that Meta would put
//! in another order. It opens by itself after a time.

use wappa_cloud::Timestamp;

use super::{
    Outbox, Receipt, Sent,
    letter::{Letter, Waiting},
};
use crate::store::SendState;

/// Whether what comes after a message waits for it to arrive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Gate {
    #[default]
    Open,
    UntilDelivered,
}

impl Letter<'_> {
    /// Waits until the message is delivered or has failed, or the time for that is over. A turn that waits long is parked,
    /// and goes on here when it is begun again.
    pub(super) async fn keep_gate(&self, receipt: &Receipt) {
        let Self { outbox: Outbox { clock, settings, store, settlements, .. }, key, turn, .. } = *self;
        let over = self.sent_at(receipt).await + settings.gate;
        let _waiting = turn.map(|turn| Waiting::begin(turn, self.outbox));
        loop {
            let learned = settlements.wait(key);
            let arrived = match store.sent(key).await {
                Ok(known) => known.is_some_and(|known| known.state >= SendState::Failed),
                Err(error) => {
                    tracing::warn!(%error, "the ledger does not tell whether a message arrived; going on");
                    true
                }
            };
            let now = clock.now();
            if arrived || now >= over {
                settlements.forget(key);
                return;
            }
            let left = over.since(now);
            tokio::select! {
                _ = learned => {}
                () = clock.sleep(left.min(settings.park_after)) => {
                    if let Some(turn) = turn && left > settings.park_after {
                        settlements.park(key, turn.lane);
                        turn.park(over).await;
                    }
                }
            }
        }
    }

    async fn sent_at(&self, receipt: &Receipt) -> Timestamp {
        let now = self.outbox.clock.now();
        if receipt.sent == Sent::Now {
            return now;
        }
        let known = self.outbox.store.sent(self.key).await.ok().flatten();
        // The clock may have been set back.
        known.and_then(|known| known.said).map_or(now, |said| said.min(now))
    }
}
