//! Timers, in memory.

use std::collections::{BTreeMap, HashMap};

use wappa_cloud::Timestamp;

use crate::store::{Existing, LaneId, PendingTimer, TimerName, TimerWrite};

type Place = (Timestamp, i64);

#[derive(Debug, Default)]
pub(super) struct Timers {
    places: HashMap<(LaneId, TimerName), Place>,
    due: BTreeMap<Place, PendingTimer>,
    last: i64,
}

impl Timers {
    /// `kin` are the lanes in which an earlier timer of this name may be set; the first is the one to set it in.
    pub(super) fn write(&mut self, kin: &[LaneId], write: TimerWrite) {
        let TimerWrite { name, set, existing } = write;
        let known = |timers: &Self| kin.iter().any(|lane| timers.places.contains_key(&(*lane, name.clone())));
        if existing == Existing::Keep && known(self) {
            return;
        }
        for lane in kin {
            if let Some(place) = self.places.remove(&(*lane, name.clone())) {
                self.due.remove(&place);
            }
        }
        let (Some(set), Some(&lane)) = (set, kin.first()) else { return };
        self.last += 1;
        let place = (set.at, self.last);
        self.places.insert((lane, name.clone()), place);
        self.due.insert(place, PendingTimer { lane, name, set });
    }

    /// Takes one that is due, with its number among all that were ever set.
    pub(super) fn take(&mut self, now: Timestamp) -> Option<(i64, PendingTimer)> {
        let first = self.due.first_entry().filter(|first| first.key().0 <= now)?;
        let ((_, nth), timer) = first.remove_entry();
        self.places.remove(&(timer.lane, timer.name.clone()));
        Some((nth, timer))
    }

    /// Forgets those of somebody; answers how many there were.
    pub(super) fn erase(&mut self, is_theirs: impl Fn(&PendingTimer) -> bool) -> usize {
        let before = self.due.len();
        self.due.retain(|_, timer| !is_theirs(timer));
        let due = &self.due;
        self.places.retain(|_, place| due.contains_key(place));
        before - self.due.len()
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    pub(super) fn pending(&self, limit: usize) -> Vec<PendingTimer> {
        self.due.values().take(limit).cloned().collect()
    }
}
