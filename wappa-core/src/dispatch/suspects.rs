//! Events during whose turns the process has died again and again. One of them may be what kills it, so they are tried
//! one at a time: the next death then names the culprit, and the bystanders get their turns.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use crate::store::Queued;

/// How long a suspect waits until it asks again whether it is its turn.
pub(super) const WAIT: Duration = Duration::from_secs(1);

/// The place in which suspects are tried.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    taken: AtomicBool,
}

/// What to do with a claimed event.
pub(super) enum Verdict<'a> {
    /// Give it its turn, and hold this meanwhile.
    Try(Option<Alone<'a>>),
    /// Another suspect is under way.
    Wait,
    /// Alone it has killed the process as often as an event may be tried.
    Guilty,
    /// Its failure hook kills the process too.
    GuiltyToTheEnd,
}

/// Held while a suspect has its turn.
pub(super) struct Alone<'a>(&'a Suspects);

impl Suspects {
    pub(super) fn judge(&self, event: &Queued, attempts: u32) -> Verdict<'_> {
        if event.attempt <= attempts || event.interrupted.is_none() {
            return Verdict::Try(None);
        }
        // Attempts are counted when a lane is leased: those beyond the usual number were made alone, and cut off.
        let alone = event.attempt - attempts;
        if alone > attempts.saturating_add(1) {
            return Verdict::GuiltyToTheEnd;
        }
        if alone > attempts {
            return Verdict::Guilty;
        }
        if self.taken.swap(true, Ordering::Acquire) {
            return Verdict::Wait;
        }
        Verdict::Try(Some(Alone(self)))
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.taken.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use wappa_cloud::{DedupKey, ItemKind, Timestamp};

    use super::*;
    use crate::store::{EventKind, EventSeq};

    fn event(attempt: u32, interrupted: Option<i64>) -> Queued {
        Queued {
            seq: EventSeq(1),
            key: DedupKey(1),
            kind: EventKind::Meta(ItemKind::Message),
            member: None,
            body: Bytes::new(),
            received: Timestamp::from_secs(0),
            attempt,
            parks: 0,
            redriven: 0,
            interrupted: interrupted.map(Timestamp::from_secs),
        }
    }

    #[test]
    fn what_dies_with_the_process_is_tried_alone_and_then_given_up_on() {
        let suspects = Suspects::default();
        for (attempt, interrupted) in [(1, None), (3, Some(1)), (9, None)] {
            assert!(matches!(suspects.judge(&event(attempt, interrupted), 3), Verdict::Try(None)));
        }
        let alone = suspects.judge(&event(4, Some(1)), 3);
        assert!(matches!(alone, Verdict::Try(Some(_))));
        assert!(matches!(suspects.judge(&event(6, Some(1)), 3), Verdict::Wait));
        drop(alone);
        assert!(matches!(suspects.judge(&event(6, Some(1)), 3), Verdict::Try(Some(_))));
        assert!(matches!(suspects.judge(&event(7, Some(1)), 3), Verdict::Guilty));
        assert!(matches!(suspects.judge(&event(8, Some(1)), 3), Verdict::GuiltyToTheEnd));
    }
}
