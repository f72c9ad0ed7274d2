//! What becomes of an event whose handler failed.

use std::time::Duration;

use wappa_cloud::Timestamp;

use super::DispatchSettings;
use crate::{
    error::{Error, ErrorKind},
    store::{Outcome, Queued},
};

/// The first wait; each further one is four times as long.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(5);

/// Decides after a failed try.
pub(super) fn decide(error: &Error, event: &Queued, settings: &DispatchSettings, now: Timestamp) -> Outcome {
    let attempt = event.attempt;
    if attempt >= settings.attempts || !is_worth_another_try(error.kind()) {
        return Outcome::Dead { error: error.to_string(), then: settings.last_try };
    }
    let wait = 4_u32.checked_pow(attempt - 1).and_then(|factor| FIRST.checked_mul(factor)).unwrap_or(LONGEST);
    // Up to a quarter more, so that what failed together does not come back together.
    let spread = u32::try_from(event.key.0 % 256).unwrap_or(0);
    let wait = wait.min(LONGEST);
    Outcome::Retry { at: now + wait + wait * spread / (256 * 4) }
}

/// Refusals that will be the same the next time are not tried again.
fn is_worth_another_try(kind: ErrorKind) -> bool {
    !matches!(
        kind,
        ErrorKind::InvalidRequest
            | ErrorKind::Recipient
            | ErrorKind::WindowClosed
            | ErrorKind::Permission
            | ErrorKind::Held
            | ErrorKind::Unsettled
            | ErrorKind::Session
    )
}
