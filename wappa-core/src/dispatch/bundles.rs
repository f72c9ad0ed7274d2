//! Bundles: messages that a person sends in quick succession, collected until it is quiet, and then one turn with all of
//! them.
//!
//! Each fragment ends in a turn of its own, which writes it into the bundle and sets the timer at which it may have become
//! quiet; no handler runs. When the bundle is complete its messages take the place of the event that completed it, in one
//! commit: so neither a crash nor a turn that fails loses or repeats one, and a dead letter has all of them.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use wappa_cloud::{Event, Message, Timestamp};

use super::Inner;
use crate::{
    handler::Piece,
    happening::{Bundle, Happening, Open, raw},
    store::{
        Claim, EventKind, Existing, Expected, LaneKind, Outcome, StoreError, TimerName, TimerSet, TimerWrite,
        TurnEnd, ValueWrite, bundle_space,
    },
};

/// Messages in one; the next begins another.
const MOST: usize = 32;

/// When messages that follow each other closely are one turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debounce {
    quiet: Duration,
    max: Duration,
}

impl Debounce {
    /// When a person has been quiet for this long, or has been writing for `max`.
    pub fn new(quiet: Duration, max: Duration) -> Self {
        Self { quiet, max: max.max(quiet) }
    }
}

/// The space and the key under which a bundle is kept.
type Place = (Arc<str>, Arc<str>);

/// A bundle, as it is kept.
#[derive(Serialize, Deserialize)]
struct Collected {
    /// The key of its first message.
    id: Arc<str>,
    /// When that came.
    since: i64,
    messages: Vec<Box<RawValue>>,
}

/// Whether the event is the business of this file.
pub(super) fn concerns(inner: &Inner, claim: &Claim, event: &Happening) -> bool {
    match event {
        Happening::Event(Event::Message(_)) => {
            inner.debounce.is_some() && matches!(claim.kind, LaneKind::Person | LaneKind::Group)
        }
        Happening::Quiet(_) => true,
        _ => false,
    }
}

/// The event, if it has a turn of its own now. Otherwise `end` says what is written instead.
pub(super) async fn meet(
    inner: &Inner,
    claim: &Claim,
    event: Happening,
    end: &mut TurnEnd,
) -> Result<Option<Happening>, StoreError> {
    match (event, inner.debounce) {
        (Happening::Event(Event::Message(message)), Some(rule)) => {
            Ok(collect(inner, rule, claim, message, end)
                .await?
                .map(|it| Happening::Event(Event::Message(it))))
        }
        (Happening::Quiet(quiet), _) => {
            if let Some(open) = quiet.into_open()
                && let Some(collected) = Collected::find(inner, &open.space, &open.key, end.lease.now).await?
                && collected.id == open.id
            {
                collected.complete((open.space, open.key), end);
            }
            Ok(None)
        }
        (event, _) => Ok(Some(event)),
    }
}

async fn collect(
    inner: &Inner,
    rule: Debounce,
    claim: &Claim,
    message: Box<Message>,
    end: &mut TurnEnd,
) -> Result<Option<Box<Message>>, StoreError> {
    let ((space, key), now) = (place(claim), end.lease.now);
    let open = Collected::find(inner, &space, &key, now).await?;
    // People who have the conversation hear everything at once.
    let is_whole =
        inner.messenger.pauses().of(claim.lane).is_some() || inner.handler.piece(&message) == Piece::Whole;
    let mut collected = match open {
        Some(open) => open,
        None if is_whole => return Ok(Some(message)),
        None => Collected::begun_by(claim),
    };
    collected.messages.push(raw(&claim.event.body));
    let longest = Timestamp::from_millis(collected.since) + rule.max;
    if is_whole || longest <= now || collected.messages.len() >= MOST {
        end.timers.push(collected.timer(claim, None));
        collected.complete((space, key), end);
        return Ok(None);
    }
    let (id, at) = (Arc::clone(&collected.id), longest.min(now + rule.quiet));
    let body = Open { space: Arc::clone(&space), key: Arc::clone(&key), id }.to_bytes();
    let set = TimerSet { at, kind: EventKind::Quiet, body };
    end.timers.push(collected.timer(claim, Some(set)));
    let body = serde_json::to_vec(&collected).unwrap_or_default().into();
    end.values.push(write((space, key), Some(body), now));
    Ok(None)
}

impl Collected {
    fn begun_by(claim: &Claim) -> Self {
        let id = format!("{:032x}", claim.event.key.0).into();
        Self { id, since: claim.event.received.as_millis(), messages: Vec::new() }
    }

    async fn find(inner: &Inner, space: &str, key: &str, now: Timestamp) -> Result<Option<Self>, StoreError> {
        let there = inner.store.value(space, key, now).await?;
        Ok(there.and_then(|there| serde_json::from_slice(&there.body).ok()))
    }

    /// Its messages take the place of the event.
    fn complete(&self, place: Place, end: &mut TurnEnd) {
        end.values.push(write(place, None, end.lease.now));
        end.outcome = Outcome::Continued { kind: EventKind::Bundle, body: Bundle::bytes(&self.messages) };
    }

    fn timer(&self, claim: &Claim, set: Option<TimerSet>) -> TimerWrite {
        let member = claim.event.member.filter(|_| claim.group.is_some());
        let name = TimerName { member, name: format!("b.{}", self.id).into() };
        TimerWrite { name, set, existing: Existing::Replace }
    }
}

/// Of one person, also in a group.
fn place(claim: &Claim) -> Place {
    let member = claim.event.member.filter(|_| claim.group.is_some());
    (bundle_space(claim.lane), format!("{:x}", member.map_or(0, |member| member.0)).into())
}

fn write((space, key): Place, body: Option<Bytes>, now: Timestamp) -> ValueWrite {
    ValueWrite { space, key, expected: Expected::Anything, body, expires_at: None, now }
}
