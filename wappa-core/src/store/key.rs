//! Keys of events that are made here, of what they are about.

use sha2::{Digest, Sha256};
use wappa_cloud::DedupKey;

/// The key of an event that is known by these parts: the same in every process.
pub(crate) fn derived_key(kind: &str, parts: &[&[u8]]) -> DedupKey {
    let mut hash = Sha256::new();
    hash.update(kind);
    for part in parts {
        hash.update([0]);
        hash.update(part);
    }
    let mut key = [0; 16];
    key.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    DedupKey(u128::from_le_bytes(key))
}
