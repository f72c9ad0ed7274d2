//! The shelf, in memory.

use std::{collections::BTreeMap, ops::Bound, sync::Arc};

use wappa_cloud::Timestamp;

use crate::store::{Put, Value, ValueWrite, Version};

#[derive(Debug, Default)]
pub(super) struct Shelf {
    values: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Value>>,
    last: i64,
}

impl Shelf {
    pub(super) fn get(&self, space: &str, key: &str, now: Timestamp) -> Option<Value> {
        self.values.get(space)?.get(key).filter(|value| value.is_there(now)).cloned()
    }

    pub(super) fn put(&mut self, write: ValueWrite) -> Put {
        let ValueWrite { space, key, expected, body, expires_at, now } = write;
        let there = self.get(&space, &key, now);
        if !expected.holds(there.as_ref().map(|value| value.version)) {
            return Put::Conflict(there);
        }
        let Some(body) = body else {
            self.erase(&space, &key);
            return Put::Written(None);
        };
        self.last += 1;
        let version = Version(self.last);
        let value = Value { key: Arc::clone(&key), body, version, expires_at };
        self.values.entry(space).or_default().insert(key, value);
        Put::Written(Some(version))
    }

    pub(super) fn page(&self, space: &str, after: Option<&str>, limit: usize, now: Timestamp) -> Vec<Value> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let values = self.values.get(space).into_iter();
        let values = values.flat_map(|values| values.range::<str, _>((from, Bound::Unbounded)));
        values.map(|(_, value)| value).filter(|value| value.is_there(now)).take(limit).cloned().collect()
    }

    pub(super) fn erase(&mut self, space: &str, key: &str) {
        self.values.get_mut(space).and_then(|values| values.remove(key));
    }

    pub(super) fn erase_all(&mut self, space: &str) {
        self.values.remove(space);
    }

    /// Forgets what has expired.
    pub(super) fn sweep(&mut self, now: Timestamp) -> usize {
        let mut removed = 0;
        self.values.retain(|_, values| {
            let before = values.len();
            values.retain(|_, value| value.is_there(now));
            removed += before - values.len();
            !values.is_empty()
        });
        removed
    }
}
