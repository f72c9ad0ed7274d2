//! Events of which something remains when they are handled.

use bytes::Bytes;

use super::{arrival, at, claim, dead, end, finish, only, take, wa};
use crate::store::{Committed, EventKind, Fate, Letters, Next, Outcome, SessionKey, SessionWrite, Store};

pub(super) async fn what_continues_keeps_its_place(store: &impl Store) {
    let first = only(take(store, 0, vec![arrival(1, wa("1")), arrival(2, wa("1"))]).await.claims);
    finish(store, &first, 1, Outcome::Retry { at: at(2) }).await;
    let again = only(claim(store, 2).await);
    let rest = Outcome::Continued { kind: EventKind::AtEnd, body: Bytes::from_static(b"rest") };
    let key = SessionKey { lane: again.lane, member: None, name: "Cart".into() };
    let mut done = end(&again, 3, rest.clone());
    done.sessions.push(SessionWrite { key: key.clone(), body: Some(Bytes::from_static(b"kept")) });
    let Committed::Next(next) = store.commit(done.into()).await.expect("an end") else {
        panic!("what remains comes at once")
    };
    assert_eq!(store.session(key).await.expect("a read").as_deref(), Some(&b"kept"[..]), "it is handled");
    assert_eq!((next.event.kind, &next.event.body[..]), (EventKind::AtEnd, &b"rest"[..]));
    assert_eq!(
        (next.event.key, next.event.received, next.event.seq),
        (first.event.key, first.event.received, first.event.seq),
        "in its place and of its key"
    );
    assert_eq!((next.event.attempt, next.event.parks, next.event.interrupted), (1, 0, None));
    let taken = take(store, 3, vec![arrival(1, wa("1"))]).await;
    assert_eq!((taken.fresh, taken.duplicates), (0, 1), "the event was seen");

    // Its lease is lost, and it is begun again.
    let again = only(claim(store, 100).await);
    assert_eq!((again.event.kind, again.event.attempt), (EventKind::AtEnd, 2));
    let Committed::Next(second) = finish(store, &again, 101, dead("why")).await else {
        panic!("the lane goes on")
    };
    assert_eq!(second.event.key.0, 2);
    let mut left = end(&second, 102, rest);
    left.next = Next::Leave;
    let left = store.commit(left.into()).await.expect("an end");
    assert!(matches!(left, Committed::Ready(when) if when == at(102)), "for whoever comes: {left:?}");
    let rest = only(claim(store, 102).await);
    assert_eq!((rest.event.kind, rest.event.attempt), (EventKind::AtEnd, 1));
    assert!(matches!(finish(store, &rest, 103, Outcome::Done).await, Committed::Idle));

    let redriven = store.resolve(Letters::One(first.event.seq), Fate::Redrive, at(104)).await;
    assert_eq!(redriven.expect("an answer"), 1);
    let back = only(claim(store, 104).await);
    assert_eq!((back.event.kind, &back.event.body[..]), (EventKind::AtEnd, &b"rest"[..]));
}
