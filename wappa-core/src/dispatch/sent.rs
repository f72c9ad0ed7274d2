//! Tells the author what the bot has said, one message after the other, if they listen.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;
use tokio::sync::mpsc::Receiver;

use super::Inner;
use crate::{outbox::Outgoing, shutdown::Phase};

pub(super) async fn run(inner: Arc<Inner>, mut said: Receiver<Outgoing>) {
    loop {
        let message = tokio::select! {
            biased;
            message = said.recv() => message,
            () = inner.drain.reached(Phase::Drained) => return,
        };
        let Some(message) = message else { return };
        let hook = async { inner.handler.sent(inner.messenger.hushed(), message).await };
        tokio::select! {
            told = AssertUnwindSafe(hook).catch_unwind() => match told {
                Ok(Err(error)) if error.is_unhandled() => {
                    inner.messenger.outbox().told().stop();
                    return;
                }
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "on_sent failed"),
                Err(_) => tracing::error!("on_sent panicked"),
            },
            () = inner.clock.sleep(inner.settings.deadline) => {
                tracing::error!("on_sent ran longer than a handler may");
            }
        }
    }
}
