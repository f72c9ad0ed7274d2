//! The door for traces that go on in another process: what an event is about may be traced in one and answered in the next,
//! so whoever keeps traces is told which event a span belongs to.

use tracing::Span;
use wappa_cloud::DedupKey;

use crate::store::Claim;

/// Joins the spans of an event into one trace. Called where an event arrives and where its turn begins, with spans that
/// nobody has entered or that have not started anything; must not block.
pub trait EventTraces: Send + Sync + 'static {
    /// This delivery has brought these events. Nothing has been stored yet.
    fn delivered(&self, delivery: &Span, events: &mut dyn Iterator<Item = DedupKey>);

    /// This turn is about to begin; its event has been waiting for so long since it was stored.
    fn begins(&self, turn: &Span, claim: &Claim, waited: std::time::Duration);
}
