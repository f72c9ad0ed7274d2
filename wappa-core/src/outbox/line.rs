//! Lines: who comes with the same key goes one after the other, in the order of coming.

use std::{hash::Hash, sync::Arc};

use dashmap::DashMap;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Lines by key; only those in which somebody stands exist.
#[derive(Debug)]
pub(super) struct Lines<K: Eq + Hash + Clone>(DashMap<K, Arc<Mutex<()>>>);

impl<K: Eq + Hash + Clone> Default for Lines<K> {
    fn default() -> Self {
        Self(DashMap::new())
    }
}

/// A place at the head of a line; dropped, it lets the next one go.
pub(super) struct Head<'a, K: Eq + Hash + Clone> {
    lines: &'a Lines<K>,
    key: K,
    line: Option<Arc<Mutex<()>>>,
    held: Option<OwnedMutexGuard<()>>,
}

impl<K: Eq + Hash + Clone> Lines<K> {
    /// Resolves at the head of the line.
    pub(super) async fn stand(&self, key: K) -> Head<'_, K> {
        let line = Arc::clone(&self.0.entry(key.clone()).or_default());
        // From here on the line is left in order, also by whoever gives up waiting.
        let mut head = Head { lines: self, key, line: Some(Arc::clone(&line)), held: None };
        head.held = Some(line.lock_owned().await);
        head
    }
}

impl<K: Eq + Hash + Clone> Drop for Head<'_, K> {
    fn drop(&mut self) {
        self.held = None;
        self.line = None;
        self.lines.0.remove_if(&self.key, |_, line| Arc::strong_count(line) <= 1);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn one_after_the_other_and_nobody_stays() {
        let lines = Lines::default();
        let first = lines.stand("a").await;
        let other = lines.stand("b").now_or_never();
        assert!(other.is_some(), "another line");
        drop(other);
        let mut second = Box::pin(lines.stand("a"));
        assert!((&mut second).now_or_never().is_none());
        let third = Box::pin(lines.stand("a"));
        drop(third);
        drop(first);
        let second = second.now_or_never();
        assert!(second.is_some(), "the next one");
        drop(second);
        assert!(lines.0.is_empty());
    }
}
