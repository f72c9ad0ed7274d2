//! How far a broadcast has come, and whom it has failed for.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use wappa_cloud::Timestamp;

use super::{
    BroadcastState,
    state::{Counts, Head},
};

/// Somebody whom a broadcast could not be sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// The user id or the number, as the audience had it.
    pub to: String,
    /// The kind, as it is counted in [`Progress::failed`].
    pub kind: String,
    /// What was said, by Meta or by us.
    pub error: String,
}

impl Failure {
    pub(super) fn new(to: &str, kind: &str, error: String) -> Self {
        let to = to.get(1..).unwrap_or_default().to_owned();
        Self { to, kind: kind.to_owned(), error }
    }
}

/// How far a broadcast has come. Accepted by Meta is not delivered: that is told by statuses.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// How it stands.
    pub state: BroadcastState,
    /// Why it is paused, where it was not the author who did it.
    pub reason: Option<String>,
    /// Recipients in the audience, duplicates included and bad rows not.
    pub recipients: u64,
    /// Messages Meta has accepted.
    pub sent: u64,
    /// Rows whose recipient had been sent to for an earlier row. Right after a crash, some of them count as sent.
    pub duplicates: u64,
    /// Recipients who don't want marketing.
    pub skipped: u64,
    /// Recipients for whom it failed, by kind.
    pub failed: BTreeMap<String, u64>,
    /// Rows that could not be used.
    pub bad_rows: u64,
    /// How much is done, from 0 to 100.
    pub percent: f64,
    /// Recipients a second, since it was last begun or resumed, while it is sent.
    pub rate: Option<f64>,
    /// How long the rest takes at that rate.
    pub remaining: Option<Duration>,
    /// When it was begun.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

impl Progress {
    pub(super) fn of(head: &Head, counts: Counts, lately: Option<(u64, Duration)>) -> Self {
        let done = counts.done();
        let left = head.recipients.saturating_sub(done);
        // More than 2^52 recipients would lose their last digits.
        #[expect(clippy::cast_precision_loss)]
        let [all, done, left] = [head.recipients, done, left].map(|count| count as f64);
        #[expect(clippy::cast_precision_loss)]
        let rate = lately
            .filter(|(count, elapsed)| *count > 0 && !elapsed.is_zero())
            .map(|(count, elapsed)| count as f64 / elapsed.as_secs_f64());
        Self {
            state: head.state,
            reason: head.reason.clone(),
            recipients: head.recipients,
            sent: counts.sent,
            duplicates: counts.duplicates,
            skipped: counts.skipped,
            failed: counts.failed,
            bad_rows: head.bad_rows,
            percent: if all > 0.0 { done / all * 100.0 } else { 100.0 },
            rate,
            remaining: rate.and_then(|rate| Duration::try_from_secs_f64(left / rate).ok()),
            started: Timestamp::from_millis(head.started),
            ended: head.ended.map(Timestamp::from_millis),
        }
    }
}
