//! Events during whose turns the process has died again and again. One of them may be what kills it, so they are tried
//! one at a time: the next death then names the culprit, and the bystanders get their turns.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::store::{Claim, LaneId};

/// How long a suspect waits until it asks by itself whether it is its turn.
pub(super) const WAIT: Duration = Duration::from_secs(5);

/// The place in which suspects are tried, and the lanes that wait for it.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    place: Mutex<Place>,
    /// How many wait, to be read without the lock.
    waiting: AtomicUsize,
}

#[derive(Debug, Default)]
struct Place {
    taken: Option<LaneId>,
    waiting: VecDeque<LaneId>,
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
    pub(super) fn judge(&self, claim: &Claim, attempts: u32) -> Verdict<'_> {
        let (event, lane) = (&claim.event, claim.lane);
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
        let mut place = self.lock();
        if place.taken.is_some() {
            if !place.waiting.contains(&lane) {
                place.waiting.push_back(lane);
                self.waiting.store(place.waiting.len(), Ordering::Relaxed);
            }
            return Verdict::Wait;
        }
        place.taken = Some(lane);
        Verdict::Try(Some(Alone(self)))
    }

    /// The lane that may be tried next, if the place is free.
    pub(super) fn next(&self) -> Option<LaneId> {
        if self.waiting.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut place = self.lock();
        if place.taken.is_some() {
            return None;
        }
        let next = place.waiting.pop_front();
        self.waiting.store(place.waiting.len(), Ordering::Relaxed);
        next
    }

    fn lock(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.lock().taken = None;
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use wappa_cloud::{DedupKey, ItemKind, Timestamp};

    use super::*;
    use crate::store::{Epoch, EventKind, EventSeq, LaneKind, Queued};

    fn claim(lane: i64, attempt: u32, interrupted: Option<i64>) -> Claim {
        let event = Queued {
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
        };
        let lane = LaneId(lane);
        let (epoch, kind, number) = (Epoch(1), LaneKind::Person, "1".into());
        Claim { lane, epoch, kind, number, person: None, group: None, event }
    }

    #[test]
    fn what_dies_with_the_process_is_tried_alone_and_then_given_up_on() {
        let suspects = Suspects::default();
        for (attempt, interrupted) in [(1, None), (3, Some(1)), (9, None)] {
            assert!(matches!(suspects.judge(&claim(1, attempt, interrupted), 3), Verdict::Try(None)));
        }
        let alone = suspects.judge(&claim(1, 4, Some(1)), 3);
        assert!(matches!(alone, Verdict::Try(Some(_))));
        assert!(matches!(suspects.judge(&claim(2, 6, Some(1)), 3), Verdict::Wait));
        drop(alone);
        assert!(matches!(suspects.judge(&claim(2, 6, Some(1)), 3), Verdict::Try(Some(_))));
        assert!(matches!(suspects.judge(&claim(2, 7, Some(1)), 3), Verdict::Guilty));
        assert!(matches!(suspects.judge(&claim(2, 8, Some(1)), 3), Verdict::GuiltyToTheEnd));
    }

    #[test]
    fn suspects_follow_each_other_at_once() {
        let suspects = Suspects::default();
        let alone = suspects.judge(&claim(1, 4, Some(1)), 3);
        for lane in [2, 3, 2] {
            assert!(matches!(suspects.judge(&claim(lane, 4, Some(1)), 3), Verdict::Wait));
        }
        assert_eq!(suspects.next(), None, "as long as one is tried");
        drop(alone);
        assert_eq!(
            [suspects.next(), suspects.next(), suspects.next()],
            [Some(LaneId(2)), Some(LaneId(3)), None]
        );
    }
}
