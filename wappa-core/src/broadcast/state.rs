//! How far a broadcast has come, as it is kept on the store's shelf: a head for each, and its recipients in batches.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wappa_cloud::Timestamp;

use super::{BroadcastError, Failure, audience::BadRow, mailing::Mailing};
use crate::store::{Expected, Put, Store, StoreError, ValueWrite, Version};

/// Recipients in one batch: what is in memory of an audience at any time, and what is looked at again after a crash.
pub(super) const BATCH: usize = 256;
/// The space of the heads.
const HEADS: &str = "broadcasts";
/// How long it is known what became of a broadcast that has ended.
const KEEP: Duration = Duration::from_hours(24 * 30);

/// How a broadcast stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BroadcastState {
    /// Its audience is being stored; nothing has been sent.
    Loading,
    /// It is sent.
    Running,
    /// It waits to be resumed.
    Paused,
    /// It was cancelled; what had not been sent will not be.
    Cancelled,
    /// Everybody has been tried.
    Finished,
}

/// What has become of the recipients.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    pub(super) sent: u64,
    pub(super) duplicates: u64,
    pub(super) skipped: u64,
    pub(super) failed: BTreeMap<String, u64>,
}

/// A broadcast's head.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) mailing: Mailing,
    pub(super) number: String,
    pub(super) state: BroadcastState,
    /// Why it is paused, where it was not the author who did it.
    pub(super) reason: Option<String>,
    pub(super) recipients: u64,
    pub(super) bad_rows: u64,
    /// The batch that is sent now.
    pub(super) next: u64,
    pub(super) batches: u64,
    /// Whether sending has begun: who of the first batch has it already is for the ledger to say.
    pub(super) begun: bool,
    pub(super) counts: Counts,
    pub(super) started: i64,
    pub(super) ended: Option<i64>,
}

/// A recipient in a batch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Recipient {
    pub(super) to: String,
    pub(super) values: Vec<String>,
}

impl Counts {
    pub(super) fn done(&self) -> u64 {
        self.sent + self.duplicates + self.skipped + self.failed.values().sum::<u64>()
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.duplicates += other.duplicates;
        self.skipped += other.skipped;
        for (kind, count) in &other.failed {
            *self.failed.entry(kind.clone()).or_default() += count;
        }
    }
}

/// A broadcast's place on the shelf.
#[derive(Clone)]
pub(super) struct Place {
    store: Arc<dyn Store>,
    pub(super) name: Arc<str>,
}

impl Place {
    pub(super) fn new(store: Arc<dyn Store>, name: &str) -> Self {
        Self { store, name: name.into() }
    }

    pub(super) async fn head(&self, now: Timestamp) -> Result<Option<(Head, Version)>, BroadcastError> {
        let Some(value) = self.store.value(HEADS, &self.name, now).await? else { return Ok(None) };
        Ok(Some((read(&value.body)?, value.version)))
    }

    /// Writes the head if nobody else has since it was read.
    pub(super) async fn put_head(
        &self,
        head: &Head,
        expected: Expected,
        now: Timestamp,
    ) -> Result<Version, BroadcastError> {
        let expires_at = head.ended.is_some().then(|| now + KEEP);
        let body = Some(write(head)?);
        match self.put(HEADS.into(), self.name.to_string(), expected, body, expires_at, now).await? {
            Put::Written(Some(version)) => Ok(version),
            _ => Err(BroadcastError::Elsewhere(self.name.to_string())),
        }
    }

    pub(super) async fn batch(
        &self,
        number: u64,
        now: Timestamp,
    ) -> Result<Option<Vec<Recipient>>, BroadcastError> {
        let value = self.store.value(&self.space("to"), &key(number), now).await?;
        value.map(|value| read(&value.body)).transpose()
    }

    pub(super) async fn put_batch(
        &self,
        number: u64,
        batch: &[Recipient],
        now: Timestamp,
    ) -> Result<(), BroadcastError> {
        self.list_put("to", number, batch, None, now).await
    }

    pub(super) async fn drop_batch(&self, number: u64, now: Timestamp) -> Result<(), StoreError> {
        self.put(self.space("to"), key(number), Expected::Anything, None, None, now).await.map(drop)
    }

    pub(super) async fn put_failures(
        &self,
        number: u64,
        failures: &[Failure],
        now: Timestamp,
    ) -> Result<(), BroadcastError> {
        self.list_put("failed", number, failures, Some(now + KEEP), now).await
    }

    pub(super) async fn put_bad_rows(
        &self,
        number: u64,
        rows: &[BadRow],
        now: Timestamp,
    ) -> Result<(), BroadcastError> {
        self.list_put("bad", number, rows, Some(now + KEEP), now).await
    }

    pub(super) async fn failures(
        &self,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Failure>, BroadcastError> {
        self.list("failed", limit, now).await
    }

    pub(super) async fn bad_rows(&self, limit: usize, now: Timestamp) -> Result<Vec<BadRow>, BroadcastError> {
        self.list("bad", limit, now).await
    }

    /// Takes away what is left of a list, a little at a time.
    pub(super) async fn clear(&self, lists: &[&str], now: Timestamp) -> Result<(), StoreError> {
        for list in lists {
            let space = self.space(list);
            loop {
                let values = self.store.values(&space, None, 64, now).await?;
                if values.is_empty() {
                    break;
                }
                for value in values {
                    let (space, key) = (Arc::clone(&space), value.key.to_string());
                    self.put(space, key, Expected::Anything, None, None, now).await?;
                }
            }
        }
        Ok(())
    }

    async fn list_put<T: Serialize>(
        &self,
        list: &str,
        number: u64,
        items: &[T],
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), BroadcastError> {
        let body = Some(write(&items)?);
        self.put(self.space(list), key(number), Expected::Anything, body, expires_at, now).await?;
        Ok(())
    }

    async fn list<T: DeserializeOwned>(
        &self,
        list: &str,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<T>, BroadcastError> {
        let (space, mut after, mut items) = (self.space(list), None::<Arc<str>>, Vec::new());
        while items.len() < limit {
            let values = self.store.values(&space, after.as_deref(), 8, now).await?;
            let Some(last) = values.last() else { break };
            after = Some(Arc::clone(&last.key));
            for value in &values {
                items.extend(read::<Vec<T>>(&value.body)?);
            }
        }
        items.truncate(limit);
        Ok(items)
    }

    fn space(&self, list: &str) -> Arc<str> {
        format!("broadcast/{}/{list}", self.name).into()
    }

    async fn put(
        &self,
        space: Arc<str>,
        key: String,
        expected: Expected,
        body: Option<Bytes>,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Put, StoreError> {
        self.store.put_value(ValueWrite { space, key: key.into(), expected, body, expires_at, now }).await
    }
}

/// The names of all broadcasts that are known, from behind one on.
pub(super) async fn names(
    store: &dyn Store,
    after: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Arc<str>>, StoreError> {
    let heads = store.values(HEADS, after, 64, now).await?;
    Ok(heads.into_iter().map(|head| head.key).collect())
}

fn key(number: u64) -> String {
    format!("{number:010}")
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, BroadcastError> {
    serde_json::from_slice(body).map_err(BroadcastError::Shape)
}

fn write<T: Serialize + ?Sized>(value: &T) -> Result<Bytes, BroadcastError> {
    serde_json::to_vec(value).map(Bytes::from).map_err(BroadcastError::Shape)
}
