//! What has been uploaded already: the same bytes need not go to Meta twice in a month.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};

use crate::{
    client::{Graph, GraphError},
    draft::Upload,
    id::{MediaId, PhoneNumberId},
    secret::AccessToken,
    time::Timestamp,
    transport::MediaSource,
};

/// For how long an id is trusted. Meta keeps files for 30 days; a message that is sent at the last moment must still find
/// its file.
const TRUSTED: Duration = Duration::from_hours(29 * 24);

/// Ids of uploaded files by number, type and content. It holds so many at most, in memory; it is yours to keep.
pub struct UploadCache {
    capacity: usize,
    known: Mutex<HashMap<Key, (MediaId, Timestamp)>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    number: PhoneNumberId,
    mime: String,
    hash: [u8; 32],
}

impl UploadCache {
    /// For so many files.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, known: Mutex::default() }
    }

    /// The id under which this number has these bytes, which are uploaded if it doesn't have them, or not for a day longer.
    /// A file on disk is always uploaded, as nobody knows whether it is still the same.
    ///
    /// # Errors
    /// As for [`Graph::upload`].
    pub async fn upload(
        &self,
        graph: &Graph,
        token: &AccessToken,
        number: &PhoneNumberId,
        upload: &Upload,
        now: Timestamp,
    ) -> Result<MediaId, GraphError> {
        let MediaSource::Bytes(bytes) = &upload.source else {
            return graph.upload(token, number, upload).await;
        };
        let key =
            Key { number: number.clone(), mime: upload.mime.clone(), hash: Sha256::digest(bytes).into() };
        if let Some(id) = self.find(&key, now) {
            return Ok(id);
        }
        let id = graph.upload(token, number, upload).await?;
        self.keep(key, id.clone(), now);
        Ok(id)
    }

    /// Forgets an id, as when Meta says that there is no such file.
    pub fn forget(&self, id: &MediaId) {
        self.known().retain(|_, (known, _)| known != id);
    }

    fn find(&self, key: &Key, now: Timestamp) -> Option<MediaId> {
        let known = self.known();
        known.get(key).filter(|(_, at)| now.since(*at) < TRUSTED).map(|(id, _)| id.clone())
    }

    fn keep(&self, key: Key, id: MediaId, now: Timestamp) {
        if self.capacity == 0 {
            return;
        }
        let mut known = self.known();
        if known.len() >= self.capacity && !known.contains_key(&key) {
            known.retain(|_, (_, at)| now.since(*at) < TRUSTED);
            let oldest = known.iter().min_by_key(|(_, (_, at))| *at).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest.filter(|_| known.len() >= self.capacity) {
                known.remove(&oldest);
            }
        }
        known.insert(key, (id, now));
    }

    /// A panic elsewhere leaves nothing half done in here.
    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<Key, (MediaId, Timestamp)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for UploadCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadCache").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}
