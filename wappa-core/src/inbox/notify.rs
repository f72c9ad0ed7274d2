//! What a program says to a conversation from outside: an event of its lane like any other, once under one name.

use std::{
    future::IntoFuture,
    sync::{Arc, atomic::Ordering},
};

use serde::Serialize;
use wappa_cloud::DedupKey;

use super::Inbox;
use crate::{
    clock::BoxFuture,
    happening::{ChatKey, Custom, PayloadError},
    messenger::party,
    store::{Arrival, EventKind, Ingest, NumberRef, StoreError, Wish, derived_key},
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
        let number = self.numbers.number(to.number.as_str());
        let number = number.ok_or_else(|| NotifyError::UnknownNumber(to.number.to_string()))?;
        let (lane, party) = party(&to.who).ok_or(NotifyError::Nobody)?;
        let key = match name {
            Some(name) => derived_key("custom", &[number.id.as_str().as_bytes(), name.as_bytes()]),
            None => DedupKey(self.dispatcher.fresh_key().0),
        };
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
            kind: EventKind::Custom,
            key,
            formerly: None,
            body: event.to_bytes(),
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
