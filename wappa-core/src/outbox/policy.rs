//! What to do after a POST that did not end in acceptance: by error class, never by HTTP status.

use std::time::Duration;

use wappa_cloud::{Certainty, ErrorKind, GraphError, Retry};

use crate::store::SendKey;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Meta does not have it: POST it again after this time.
    Again(Duration),
    /// Meta may have it: a status tells, or silence until the window is over.
    Settle,
    /// Meta does not have it, and takes nothing with this token.
    NewToken,
    /// It will be refused again.
    GiveUp,
}

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_mins(1);
/// Meta may name a longer time.
const LONGEST_NAMED: Duration = Duration::from_hours(1);

/// Decides about the `tries`-th failure in a row (from 0).
pub(super) fn decide(error: &GraphError, key: SendKey, tries: u32) -> Step {
    if error.certainty() == Certainty::Unknown {
        return Step::Settle;
    }
    if error.retry() == Retry::RefreshToken {
        return Step::NewToken;
    }
    if let Some(after) = error.retry_after {
        return match error.retry() {
            Retry::Backoff | Retry::Wait => Step::Again(after.min(LONGEST_NAMED)),
            _ => Step::GiveUp,
        };
    }
    match (error.retry(), error.kind()) {
        // Meta's own rule for the pair limit: 4^x seconds.
        (Retry::Backoff, ErrorKind::PairPace) => Step::Again(power(Duration::from_secs(1), 4, tries)),
        // Nobody was there to answer: another connection, or another of Meta's machines, may do.
        (Retry::Backoff, _) if tries == 0 && error.status.is_none() => Step::Again(Duration::ZERO),
        (Retry::Backoff, _) => Step::Again(jittered(power(FIRST, 2, tries), key, tries)),
        _ => Step::GiveUp,
    }
}

fn power(first: Duration, base: u32, tries: u32) -> Duration {
    base.checked_pow(tries)
        .and_then(|factor| first.checked_mul(factor))
        .map_or(LONGEST, |wait| wait.min(LONGEST))
}

/// Up to a fifth more, different for each send, so that many that failed together do not come back together.
fn jittered(wait: Duration, key: SendKey, tries: u32) -> Duration {
    let spread = key.0.rotate_left(tries.wrapping_mul(8)) % 256;
    let part = u32::try_from(spread).unwrap_or(0);
    wait + wait * part / (256 * 5)
}

#[cfg(test)]
mod tests {
    use wappa_cloud::{TransportError, TransportErrorKind};

    use super::*;

    fn after(kind: TransportErrorKind, tries: u32) -> Step {
        decide(&GraphError::from(TransportError::from(kind)), SendKey(0), tries)
    }

    #[test]
    fn what_never_left_is_sent_again_at_once_and_what_may_have_arrived_is_not() {
        assert_eq!(after(TransportErrorKind::Connect, 0), Step::Again(Duration::ZERO));
        assert!(matches!(after(TransportErrorKind::Connect, 1), Step::Again(wait) if !wait.is_zero()));
        for unknown in [TransportErrorKind::Timeout, TransportErrorKind::Broken] {
            assert_eq!(after(unknown, 0), Step::Settle, "{unknown:?}");
        }
    }
}
