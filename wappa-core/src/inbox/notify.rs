//! What a program says to a conversation from outside: an event of its lane like any other, once under one name.

use std::{
    future::IntoFuture,
    sync::{Arc, atomic::Ordering},
};

use bytes::Bytes;
use serde::Serialize;
use wappa_cloud::DedupKey;

use super::Inbox;
use crate::{
    clock::BoxFuture,
    happening::{ChatKey, Custom, External, PayloadError},
    messenger::party,
    meters::Came,
    store::{Arrival, EventKind, Ingest, Kept, KeptReason, NumberRef, StoreError, Wish, derived_key},
};

/// A conversation could not be told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotifyError {
    /// The event cannot be written.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// Not our number.
    #[error("the phone number id {0} is not one of this bot's")]
    UnknownNumber(String),
    /// A phone number alone is not a person.
    #[error("a conversation is with somebody known by user id, WhatsApp id or group id")]
    Nobody,
    /// The store did not answer.
    #[error("the event could not be written")]
    Store(#[from] StoreError),
}

/// An event about to be told to a conversation: `.await` tells it.
#[must_use = "a conversation is told when this is awaited"]
pub struct Notify {
    inbox: Arc<Inbox>,
    to: ChatKey,
    event: Result<Custom, PayloadError>,
    name: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notified {
    /// It waits for its turn, safe from a crash.
    Taken,
    /// It had been told under this name before.
    Known,
}

impl Inbox {
    /// Tells a conversation something: it reaches `on_custom` in its turn.
    pub fn notify<T: Serialize>(self: &Arc<Self>, to: impl Into<ChatKey>, event: &T) -> Notify {
        Notify { inbox: Arc::clone(self), to: to.into(), event: Custom::of(event), name: None }
    }

    async fn tell(&self, to: ChatKey, event: Custom, name: Option<String>) -> Result<Notified, NotifyError> {
        let key = match name {
            Some(name) => derived_key("custom", &[to.number.as_str().as_bytes(), name.as_bytes()]),
            None => DedupKey(self.dispatcher.fresh_key().0),
        };
        self.enter(to, EventKind::Custom, key, event.to_bytes()).await
    }

    /// Tells a conversation what another service told: it reaches `on_external` in its turn, once under its id, whatever
    /// conversation it was about the first time.
    pub(crate) async fn tell_external(&self, to: ChatKey, event: &External) -> Result<Notified, NotifyError> {
        let key = derived_key("external", &[event.source().as_bytes(), event.id().as_bytes()]);
        self.enter(to, EventKind::External, key, event.to_bytes()).await
    }

    /// Keeps what belongs in no conversation.
    pub(crate) async fn keep_aside(&self, note: String, body: Bytes) -> Result<(), StoreError> {
        self.counts.unknown.fetch_add(1, Ordering::Relaxed);
        self.meters().events(Came::Unknown, 1);
        let lease = self.dispatcher.lease();
        let kept = vec![Kept { reason: KeptReason::Unknown, note, body, at: lease.now }];
        let ingest = Ingest { arrivals: Vec::new(), statuses: Vec::new(), kept, lease };
        self.store.ingest(ingest).await.map(drop)
    }

    async fn enter(
        &self,
        to: ChatKey,
        kind: EventKind,
        key: DedupKey,
        body: Bytes,
    ) -> Result<Notified, NotifyError> {
        let number = self.numbers.number(to.number.as_str());
        let number = number.ok_or_else(|| NotifyError::UnknownNumber(to.number.to_string()))?;
        let (lane, party) = party(&to.who).ok_or(NotifyError::Nobody)?;
        let mut reserved = self.dispatcher.reservation();
        let number = NumberRef { id: number.id.shared(), portfolio: Arc::clone(&number.portfolio) };
        let arrival = Arrival {
            wish: if self.dispatcher.is_draining() {
                Wish::Leave
            } else {
                reserved.wish(lane.class(), &number.id)
            },
            number,
            lane,
            party,
            kind,
            key,
            formerly: None,
            body,
        };
        let lease = self.dispatcher.lease();
        let ingest = Ingest { arrivals: vec![arrival], statuses: Vec::new(), kept: Vec::new(), lease };
        let ingested = self.store.ingest(ingest).await?;
        self.counts.taken.fetch_add(ingested.fresh as u64, Ordering::Relaxed);
        let notified = if ingested.fresh > 0 { Notified::Taken } else { Notified::Known };
        self.dispatcher.accept(ingested.claims, reserved, ingested.left_ready);
        Ok(notified)
    }
}

impl Notify {
    /// Names it, like `"order-17-paid"`: under one name and number an event is taken once in eight days, also across
    /// restarts.
    pub fn key(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl IntoFuture for Notify {
    type Output = Result<Notified, NotifyError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { inbox, to, event, name } = self;
        Box::pin(async move { inbox.tell(to, event?, name).await })
    }
}
