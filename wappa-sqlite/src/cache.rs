//! A bounded cache in two generations: when the young one is full it becomes the old one, and what nobody asked for
//! since is forgotten.

use std::{borrow::Borrow, collections::HashMap, hash::Hash, mem};

use foldhash::fast::RandomState;

#[derive(Debug)]
pub(crate) struct Cache<K, V> {
    young: HashMap<K, V, RandomState>,
    old: HashMap<K, V, RandomState>,
    size: usize,
}

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    /// Holds between `size` and twice that.
    pub(crate) fn new(size: usize) -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), size }
    }

    pub(crate) fn get<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        if let Some(value) = self.young.get(key) {
            return Some(value.clone());
        }
        let (key, value) = self.old.remove_entry(key)?;
        self.insert(key, value.clone());
        Some(value)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        if self.young.len() >= self.size {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    pub(crate) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays() {
        let mut cache = Cache::new(2);
        cache.insert("kept", 0);
        for n in 1..10 {
            cache.insert(["a", "b", "c"][n % 3], n);
            assert_eq!(cache.get("kept"), Some(0));
        }
        assert!(cache.young.len() + cache.old.len() <= 4);
        cache.clear();
        assert_eq!(cache.get("kept"), None);
    }
}
