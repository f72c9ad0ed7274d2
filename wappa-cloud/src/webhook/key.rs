//! Dedup keys: what makes two items the same item.

use sha2::{Digest, Sha256};

use super::item::{Item, ItemKind};

/// Says whether an item was seen before: half of a SHA-256 over what identifies it. Messages are identified by number
/// and wamid, statuses by what they say about a message, everything else by its JSON and the time of its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DedupKey(pub u128);

/// Hashes parts so that moving a byte from one to the next changes the result.
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    fn key(self) -> DedupKey {
        let mut half = [0; 16];
        half.iter_mut().zip(self.0.finalize()).for_each(|(to, from)| *to = from);
        DedupKey(u128::from_le_bytes(half))
    }
}

pub(super) fn of(item: &Item<'_>) -> DedupKey {
    let mut parts = Parts(Sha256::new());
    let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().unwrap_or("").to_owned();
    let number = item.phone_number_id.as_deref().unwrap_or("");
    match (item.kind, item.id.as_deref(), &item.status) {
        (ItemKind::Message | ItemKind::System, Some(id), _) => {
            parts.add(b"message");
            parts.add(number.as_bytes());
            parts.add(id.as_bytes());
        }
        (ItemKind::Echo, Some(id), _) => {
            parts.add(b"echo");
            parts.add(number.as_bytes());
            parts.add(id.as_bytes());
        }
        (ItemKind::Status, Some(id), Some(status)) => {
            parts.add(b"status");
            parts.add(number.as_bytes());
            parts.add(id.as_bytes());
            for part in [&status.kind, &status.participant] {
                parts.add(text(part).as_bytes());
            }
            if let Some((transaction, state)) = &status.payment {
                parts.add(transaction.as_bytes());
                parts.add(state.as_bytes());
            }
            parts.add(status.word.as_bytes());
            parts.add(text(&item.person.as_ref().and_then(|who| who.wa_id.clone())).as_bytes());
            parts.add(text(&item.person.as_ref().and_then(|who| who.user_id.clone())).as_bytes());
            parts.add(&status.error_code.unwrap_or(0).to_le_bytes());
        }
        _ => {
            parts.add(b"other");
            parts.add(item.waba_id.as_deref().unwrap_or("").as_bytes());
            parts.add(number.as_bytes());
            parts.add(item.field.as_deref().unwrap_or("").as_bytes());
            parts.add(item.time.map_or("", |time| time.get()).as_bytes());
            parts.add(item.raw.get().as_bytes());
        }
    }
    parts.key()
}
