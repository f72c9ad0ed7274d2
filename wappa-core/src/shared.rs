//! Shared state: what a bot keeps that belongs to no one person. Single values and tables of them, by type, changed by
//! compare-and-set, so that no change of one turn is lost to another's.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    clock::Clock,
    store::{Expected, Put, Store, StoreError, Value, ValueWrite},
};

/// The most a shared value may take as JSON, in bytes.
pub const VALUE_SIZE: usize = 1 << 20;
/// Tries of an update before it gives up. At each one somebody else's has succeeded.
const TRIES: u32 = 1_000;
/// The space of the single values; each table has one of its own beside it.
const SPACE: &str = "shared";

/// A shared value could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SharedError {
    /// What is stored is not of this type's shape.
    #[error("the stored value `{name}` does not fit its type: give new fields `#[serde(default)]`")]
    Shape {
        /// The value's name.
        name: Arc<str>,
        /// The cause.
        #[source]
        source: serde_json::Error,
    },
    /// The value cannot be written as JSON.
    #[error("the value `{name}` cannot be written as JSON")]
    Unwritable {
        /// The value's name.
        name: Arc<str>,
        /// The cause.
        #[source]
        source: serde_json::Error,
    },
    /// More than [`VALUE_SIZE`].
    #[error(
        "the value `{name}` takes {size} bytes as JSON, {VALUE_SIZE} are allowed: keep what grows in a table, one \
         entry each"
    )]
    TooLarge {
        /// The value's name.
        name: Arc<str>,
        /// Its size.
        size: usize,
    },
    /// Others changed it all the time.
    #[error("the value `{0}` was changed by others at each of {TRIES} tries: keep it in more than one place")]
    Contended(Arc<str>),
    /// The store did not answer.
    #[error("shared state could not be reached")]
    Store(#[from] StoreError),
}

/// A value that every conversation of this bot shares, in the shape of the author's type `T`. Cheap to clone.
///
/// Unlike a session it is written at once, also when the turn fails later.
pub struct Shared<T> {
    shelf: Shelf,
    space: Arc<str>,
    key: Arc<str>,
    keep: Option<Duration>,
    of: PhantomData<fn() -> T>,
}

/// Values of one type by key, shared by every conversation. Cheap to clone.
pub struct Table<T> {
    shelf: Shelf,
    space: Arc<str>,
    keep: Option<Duration>,
    of: PhantomData<fn() -> T>,
}

/// What shared values stand on.
#[derive(Clone)]
pub(crate) struct Shelf {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Shelf {
    pub(crate) fn value<T>(self, name: &str) -> Shared<T> {
        Shared { shelf: self, space: SPACE.into(), key: name.into(), keep: None, of: PhantomData }
    }

    pub(crate) fn table<T>(self, name: &str) -> Table<T> {
        Table { shelf: self, space: format!("{SPACE}/{name}").into(), keep: None, of: PhantomData }
    }
}

impl<T: Serialize + DeserializeOwned> Shared<T> {
    /// Has what is written from now on be gone by itself after this time.
    pub fn keep_for(mut self, time: Duration) -> Self {
        self.keep = Some(time);
        self
    }

    /// The value, if there is one.
    ///
    /// # Errors
    /// The store does not answer, or what it holds does not fit the type.
    pub async fn find(&self) -> Result<Option<T>, SharedError> {
        self.load().await?.map(|value| self.read(&value)).transpose()
    }

    /// The value, or `T::default()`.
    ///
    /// # Errors
    /// As for [`Shared::find`].
    pub async fn get(&self) -> Result<T, SharedError>
    where
        T: Default,
    {
        self.find().await.map(Option::unwrap_or_default)
    }

    /// Writes the value, whatever stood there.
    ///
    /// # Errors
    /// The store does not answer, or the value is too large; nothing was written.
    pub async fn set(&self, value: &T) -> Result<(), SharedError> {
        self.put(Expected::Anything, Some(self.write(value)?)).await.map(drop)
    }

    /// Removes the value.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn clear(&self) -> Result<(), SharedError> {
        self.put(Expected::Anything, None).await.map(drop)
    }

    /// Changes the value, or `T::default()` if there is none. If somebody else changed it meanwhile, `change` runs again
    /// on what they wrote: it must do nothing but change the value. A value that stays as it was is not written.
    ///
    /// # Errors
    /// The store does not answer, the value is too large, or does not fit the type; nothing was written.
    pub async fn update<R>(&self, mut change: impl FnMut(&mut T) -> R) -> Result<R, SharedError>
    where
        T: Default,
    {
        let mut there = self.load().await?;
        for _ in 0..TRIES {
            let mut value = there.as_ref().map(|value| self.read(value)).transpose()?.unwrap_or_default();
            let answer = change(&mut value);
            let body = self.write(&value)?;
            if self.keep.is_none() && there.as_ref().is_some_and(|there| there.body == body) {
                return Ok(answer);
            }
            let expected = there.as_ref().map_or(Expected::Nothing, |there| Expected::Version(there.version));
            match self.put(expected, Some(body)).await? {
                Put::Written(_) => return Ok(answer),
                Put::Conflict(other) => there = other,
            }
        }
        Err(SharedError::Contended(Arc::clone(&self.key)))
    }

    async fn load(&self) -> Result<Option<Value>, SharedError> {
        Ok(self.shelf.store.value(&self.space, &self.key, self.shelf.clock.now()).await?)
    }

    async fn put(&self, expected: Expected, body: Option<Bytes>) -> Result<Put, SharedError> {
        let now = self.shelf.clock.now();
        let (space, key) = (Arc::clone(&self.space), Arc::clone(&self.key));
        let expires_at = self.keep.map(|time| now + time);
        Ok(self.shelf.store.put_value(ValueWrite { space, key, expected, body, expires_at, now }).await?)
    }

    fn read(&self, value: &Value) -> Result<T, SharedError> {
        read(&self.key, value)
    }

    fn write(&self, value: &T) -> Result<Bytes, SharedError> {
        let name = || Arc::clone(&self.key);
        let body =
            serde_json::to_vec(value).map_err(|source| SharedError::Unwritable { name: name(), source })?;
        if body.len() > VALUE_SIZE {
            return Err(SharedError::TooLarge { name: name(), size: body.len() });
        }
        Ok(body.into())
    }
}

impl<T: Serialize + DeserializeOwned> Table<T> {
    /// Has entries that are written from now on be gone by themselves after this time.
    pub fn keep_for(mut self, time: Duration) -> Self {
        self.keep = Some(time);
        self
    }

    /// The entry under this key, whether or not there is one.
    pub fn entry(&self, key: impl Into<Arc<str>>) -> Shared<T> {
        Shared {
            shelf: self.shelf.clone(),
            space: Arc::clone(&self.space),
            key: key.into(),
            keep: self.keep,
            of: PhantomData,
        }
    }

    /// The entries in the order of their keys' bytes, from behind `after` on, at most `limit`.
    ///
    /// # Errors
    /// The store does not answer, or what it holds does not fit the type.
    pub async fn page(&self, after: Option<&str>, limit: usize) -> Result<Vec<(Arc<str>, T)>, SharedError> {
        let Shelf { store, clock } = &self.shelf;
        let values = store.values(&self.space, after, limit, clock.now()).await?;
        values.into_iter().map(|value| Ok((Arc::clone(&value.key), read(&value.key, &value)?))).collect()
    }
}

fn read<T: DeserializeOwned>(name: &Arc<str>, value: &Value) -> Result<T, SharedError> {
    serde_json::from_slice(&value.body)
        .map_err(|source| SharedError::Shape { name: Arc::clone(name), source })
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self {
            shelf: self.shelf.clone(),
            space: Arc::clone(&self.space),
            key: Arc::clone(&self.key),
            keep: self.keep,
            of: PhantomData,
        }
    }
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        Self { shelf: self.shelf.clone(), space: Arc::clone(&self.space), keep: self.keep, of: PhantomData }
    }
}

impl<T> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("space", &self.space).field("key", &self.key).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("space", &self.space).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::{clock::SystemClock, store::MemoryStore};

    fn shelf() -> Shelf {
        Shelf { store: Arc::new(MemoryStore::default()), clock: Arc::new(SystemClock) }
    }

    #[tokio::test]
    async fn no_change_is_lost_to_another() {
        let shelf = shelf();
        let (count, other) = (shelf.clone().value::<u32>("n"), shelf.value::<u32>("n"));
        count.set(&1).await.unwrap();
        let mut seen = Vec::new();
        let add = |n: &mut u32| {
            seen.push(*n);
            if seen.len() < 3 {
                // Somebody else writes between our reading and our writing.
                other.set(&(*n * 10)).now_or_never().unwrap().unwrap();
            }
            *n += 1;
        };
        count.update(add).await.unwrap();
        assert_eq!(seen, [1, 10, 100]);
        assert_eq!(count.get().await.unwrap(), 101);
    }

    #[tokio::test]
    async fn what_stays_as_it_was_is_not_written() {
        let list = shelf().value::<Vec<u8>>("list");
        list.set(&vec![1]).await.unwrap();
        let before = list.load().await.unwrap();
        list.update(Vec::dedup).await.unwrap();
        assert_eq!(list.load().await.unwrap(), before);
    }

    #[tokio::test]
    async fn tables_are_apart_from_each_other_and_from_single_values() {
        let shelf = shelf();
        let (prices, names) = (shelf.clone().table::<u32>("prices"), shelf.clone().table::<String>("names"));
        prices.entry("b").set(&2).await.unwrap();
        prices.entry("a").set(&1).await.unwrap();
        names.entry("a").set(&"Ana".to_owned()).await.unwrap();
        assert_eq!(prices.page(None, 10).await.unwrap(), [("a".into(), 1), ("b".into(), 2)]);
        assert_eq!(shelf.value::<u32>("a").find().await.unwrap(), None);
        prices.entry("a").clear().await.unwrap();
        assert_eq!(prices.entry("a").find().await.unwrap(), None);
    }

    #[tokio::test]
    async fn too_much_and_the_wrong_shape_are_refused() {
        let shelf = shelf();
        let text = shelf.clone().value::<String>("text");
        let refused = text.set(&"x".repeat(VALUE_SIZE)).await.unwrap_err();
        assert!(matches!(refused, SharedError::TooLarge { size, .. } if size == VALUE_SIZE + 2));
        text.set(&"x".to_owned()).await.unwrap();
        let read = shelf.value::<u32>("text").find().await;
        assert!(matches!(read, Err(SharedError::Shape { .. })));
    }
}
