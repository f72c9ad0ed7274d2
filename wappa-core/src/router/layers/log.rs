//! A line in the log for each turn.

use crate::{
    error::Result,
    router::{Flow, Layer, Next, Turn},
};

/// Writes a line for each turn: what kind of event, how long it took, how it ended. Never what anybody wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Log;

impl Layer for Log {
    async fn around(&self, turn: Turn<'_>, next: Next<'_>) -> Result<Flow> {
        let now = || turn.clock().map(crate::clock::Clock::monotonic).unwrap_or_default();
        let (began, kind) = (now(), turn.event().map(wappa_cloud::Event::kind));
        let ended = next.run().await;
        let milliseconds = now().saturating_sub(began).as_millis();
        match &ended {
            Ok(Flow::Done) => tracing::info!(?kind, milliseconds, "answered"),
            Ok(Flow::Skip) => tracing::info!(?kind, milliseconds, "left to another route"),
            Err(error) => tracing::warn!(?kind, milliseconds, %error, "failed"),
        }
        ended
    }
}
