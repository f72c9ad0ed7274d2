//! A message of ours as it is told of later: when it has failed, or when nothing was heard of it.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use wappa_cloud::{DraftKind, MessageId, PhoneNumberId, Status, Timestamp};

use crate::store::SendRecord;

/// A message that was sent, as far as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentMessage {
    /// The number it left from.
    pub number: PhoneNumberId,
    /// Meta's id of it. The store in memory lets go of it when the turn is over.
    pub id: Option<MessageId>,
    /// What kind of message it is.
    pub kind: Option<DraftKind>,
    /// What the author gave to it with [`opaque`](crate::messenger::Sending::opaque).
    pub opaque: Option<String>,
    /// When it was said.
    pub said: Option<Timestamp>,
}

/// A message that was accepted and failed later.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FailedMessage {
    /// What Meta tells, with the errors and their codes.
    pub status: Status,
    /// The message, unless this bot did not send it or its line in the ledger is past its time.
    pub message: Option<SentMessage>,
}

impl FailedMessage {
    /// Meta's code of the first error.
    pub fn code(&self) -> Option<u32> {
        self.status.errors.first().map(|error| error.code)
    }
}

/// As it is queued.
#[derive(Default, Serialize, Deserialize)]
struct Queued {
    number: String,
    id: Option<String>,
    kind: Option<String>,
    opaque: Option<String>,
    said: Option<i64>,
}

impl SentMessage {
    pub(crate) fn to_bytes(&self) -> Bytes {
        let Self { number, id, kind, opaque, said } = self.clone();
        let queued = Queued {
            number: number.to_string(),
            id: id.map(|id| id.to_string()),
            kind: kind.map(|kind| kind.as_str().to_owned()),
            opaque,
            said: said.map(Timestamp::as_millis),
        };
        serde_json::to_vec(&queued).unwrap_or_default().into()
    }

    /// Of what we wrote ourselves; something else counts as nothing.
    pub(super) fn read(body: &[u8]) -> Self {
        let queued: Queued = serde_json::from_slice(body).unwrap_or_default();
        Self {
            number: queued.number.into(),
            id: queued.id.map(MessageId::from),
            kind: queued.kind.as_deref().and_then(DraftKind::of),
            opaque: queued.opaque,
            said: queued.said.map(Timestamp::from_millis),
        }
    }
}

impl From<SendRecord> for SentMessage {
    fn from(record: SendRecord) -> Self {
        Self {
            number: (*record.number).into(),
            id: record.id,
            kind: record.draft,
            opaque: record.opaque.map(|opaque| (*opaque).to_owned()),
            said: record.said,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_queued_is_read_again() {
        let message = SentMessage {
            number: "1".into(),
            id: Some("wamid.1".into()),
            kind: Some(DraftKind::Interactive),
            opaque: Some("order \"7\"".to_owned()),
            said: Some(Timestamp::from_millis(1_700_000_000_123)),
        };
        assert_eq!(SentMessage::read(&message.to_bytes()), message);
        let nothing = SentMessage { number: "".into(), id: None, kind: None, opaque: None, said: None };
        assert_eq!(SentMessage::read(&nothing.to_bytes()), nothing);
        assert_eq!(SentMessage::read(b"something else"), nothing);
    }
}
