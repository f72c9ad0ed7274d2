//! What follows when a circuit opens or closes: the author is told once, and parked conversations go on.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;
use tokio::sync::mpsc::UnboundedReceiver;

use super::Inner;
use crate::{
    outbox::{CredentialsLost, circuit::Change},
    shutdown::Phase,
};

pub(super) async fn run(inner: Arc<Inner>, mut changes: UnboundedReceiver<Change>) {
    loop {
        let change = tokio::select! {
            () = inner.drain.reached(Phase::Draining) => return,
            change = changes.recv() => change,
        };
        match change {
            None => return,
            Some(Change::Opened(lost)) => {
                tracing::error!(
                    number = %lost.number,
                    code = lost.code,
                    "Meta does not accept the number's token: what it would send waits for another (set_token)"
                );
                // The hook may take its time to fetch a token; others must hear of theirs meanwhile.
                tokio::spawn(tell(Arc::clone(&inner), lost));
            }
            Some(Change::Closed(number, lanes)) => {
                tracing::info!(%number, conversations = lanes.len(), "the number's token works again");
                let now = inner.clock.now();
                for lane in lanes {
                    if let Err(error) = inner.store.wake(lane, now).await {
                        tracing::warn!(%error, "a parked conversation could not be woken; it goes on when its time comes");
                    }
                }
                inner.pools.poke(crate::store::LaneClass::Conversation);
                inner.pools.poke(crate::store::LaneClass::Status);
            }
        }
    }
}

async fn tell(inner: Arc<Inner>, lost: CredentialsLost) {
    let hook = async { inner.handler.credentials(inner.messenger.clone(), lost).await };
    tokio::select! {
        told = AssertUnwindSafe(hook).catch_unwind() => match told {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "on_credentials failed"),
            Err(_) => tracing::error!("on_credentials panicked"),
        },
        () = inner.clock.sleep(inner.settings.deadline) => {
            tracing::error!("on_credentials ran longer than a handler may");
        }
    }
}
