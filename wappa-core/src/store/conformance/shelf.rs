//! What every store promises of the shelf.

use std::sync::Arc;

use bytes::Bytes;

use super::{arrival, at, claim, end, only, take, wa};
use crate::store::{Claim, Committed, Expected, Outcome, Put, Retention, Store, Value, ValueWrite, Version};

fn write(key: &str, expected: Expected, body: Option<&'static [u8]>) -> ValueWrite {
    ValueWrite {
        space: "carts".into(),
        key: key.into(),
        expected,
        body: body.map(Bytes::from_static),
        expires_at: None,
        now: at(0),
    }
}

async fn put(store: &impl Store, write: ValueWrite) -> Version {
    match store.put_value(write).await.expect("a write") {
        Put::Written(Some(version)) => version,
        other => panic!("a value is written: {other:?}"),
    }
}

async fn get(store: &impl Store, key: &str, seconds: i64) -> Option<Value> {
    store.value("carts", key, at(seconds)).await.expect("a read")
}

/// A write counts only if what it expects stands there; a version is never given twice.
pub(super) async fn values_are_compared_and_set(store: &impl Store) {
    assert_eq!(get(store, "a", 0).await, None);
    let first = put(store, write("a", Expected::Nothing, Some(b"1"))).await;
    let there = get(store, "a", 0).await.expect("a value");
    assert_eq!((&there.body[..], there.version, &*there.key), (&b"1"[..], first, "a"));
    let late = store.put_value(write("a", Expected::Nothing, Some(b"2"))).await.expect("an answer");
    assert_eq!(late, Put::Conflict(Some(there)), "who comes late hears what stands there");
    let second = put(store, write("a", Expected::Version(first), Some(b"2"))).await;
    assert!(second > first);
    let stale = store.put_value(write("a", Expected::Version(first), None)).await.expect("an answer");
    assert!(matches!(stale, Put::Conflict(Some(value)) if value.version == second));
    let gone = store.put_value(write("a", Expected::Version(second), None)).await.expect("an answer");
    assert_eq!(gone, Put::Written(None));
    assert_eq!(get(store, "a", 0).await, None);
    let third = put(store, write("a", Expected::Anything, Some(b"3"))).await;
    assert!(third > second, "a value that comes back is not the one that went");
    let elsewhere = store.value("orders", "a", at(0)).await.expect("a read");
    assert_eq!(elsewhere, None, "spaces share nothing");
}

/// Values come in the order of their keys, a page at a time, from their own space.
pub(super) async fn values_come_in_pages(store: &impl Store) {
    for key in ["b", "d", "a", "c", "é"] {
        put(store, write(key, Expected::Anything, Some(b"x"))).await;
    }
    put(store, ValueWrite { space: "orders".into(), ..write("b2", Expected::Anything, Some(b"x")) }).await;
    let page = async |after, limit| {
        let values = store.values("carts", after, limit, at(0)).await.expect("a read");
        values.into_iter().map(|value| value.key).collect::<Vec<Arc<str>>>()
    };
    assert_eq!(page(None, 2).await, ["a".into(), "b".into()] as [Arc<str>; 2]);
    assert_eq!(page(Some("b"), 10).await, ["c".into(), "d".into(), "é".into()] as [Arc<str>; 3]);
    assert!(page(Some("é"), 10).await.is_empty());
}

/// What has expired is not there, whether or not it has been swept away.
pub(super) async fn values_expire(store: &impl Store) {
    let until = |key, seconds| ValueWrite {
        expires_at: Some(at(seconds)),
        ..write(key, Expected::Nothing, Some(b"x"))
    };
    put(store, until("a", 10)).await;
    put(store, until("b", 20)).await;
    put(store, write("c", Expected::Nothing, Some(b"x"))).await;
    assert!(get(store, "a", 9).await.is_some());
    assert_eq!(get(store, "a", 10).await, None);
    let there = store.values("carts", None, 10, at(10)).await.expect("a read");
    assert_eq!(there.len(), 2, "nor among the others");
    let again = ValueWrite { now: at(10), ..until("a", 30) };
    put(store, again).await;
    while store.sweep(at(25), Retention::default()).await.expect("a sweep") > 0 {}
    assert!(get(store, "a", 25).await.is_some(), "what was written anew stays");
    assert_eq!(store.values("carts", None, 10, at(0)).await.expect("a read").len(), 2, "swept away");
}

/// Values go with the end of an event, also with a bad one, and with no other end of a turn.
pub(super) async fn values_go_with_the_end_of_an_event(store: &impl Store) {
    let first = only(take(store, 0, vec![arrival(1, wa("1")), arrival(2, wa("1"))]).await.claims);
    let with = |claim: &Claim, seconds, outcome, key| {
        let mut end = end(claim, seconds, outcome);
        end.values.push(write(key, Expected::Anything, Some(b"there")));
        end
    };
    let retried = with(&first, 1, Outcome::Retry { at: at(2) }, "retried");
    store.commit(retried.into()).await.expect("an end");
    assert_eq!(get(store, "retried", 1).await, None);
    let again = only(claim(store, 2).await);
    let stale = Claim { epoch: first.epoch, ..again.clone() };
    let fenced = store.commit(with(&stale, 2, Outcome::Done, "fenced").into()).await.expect("an answer");
    assert!(matches!(fenced, Committed::Fenced));
    assert_eq!(get(store, "fenced", 2).await, None);
    let done = store.commit(with(&again, 2, Outcome::Done, "done").into()).await.expect("an end");
    let Committed::Next(second) = done else { panic!("there is more") };
    store.commit(with(&second, 3, super::dead("gone"), "dead").into()).await.expect("an end");
    for key in ["done", "dead"] {
        assert_eq!(get(store, key, 3).await.map(|value| value.body).as_deref(), Some(&b"there"[..]), "{key}");
    }
}
