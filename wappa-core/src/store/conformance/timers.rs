//! What every store promises of timers.

use bytes::Bytes;

use super::{NUMBER, arrival, at, bsuid, claim, end, finish, only, take, wa};
use crate::store::{
    Claim, Committed, EventKind, Existing, LaneKind, NumberRef, Outcome, Party, PersonRef, Rung, Store,
    TimerName, TimerPlace, TimerSet, TimerWrite,
};

fn name(name: &str) -> TimerName {
    TimerName { member: None, name: name.into() }
}

fn set(timer: &str, seconds: i64, body: &'static [u8]) -> TimerWrite {
    let set = TimerSet { at: at(seconds), kind: EventKind::Timer, body: Bytes::from_static(body) };
    TimerWrite { name: name(timer), set: Some(set), existing: Existing::Replace }
}

fn cancel(timer: &str) -> TimerWrite {
    TimerWrite { name: name(timer), set: None, existing: Existing::Replace }
}

fn place(who: PersonRef) -> TimerPlace {
    let number = NumberRef { id: NUMBER.into(), portfolio: "".into() };
    TimerPlace { number, lane: LaneKind::Person, party: Party::Person(who) }
}

async fn ring(store: &impl Store, seconds: i64) -> Rung {
    store.ring(at(seconds), 100).await.expect("a look")
}

async fn done_with(store: &impl Store, claim: &Claim, seconds: i64, timers: Vec<TimerWrite>) -> Committed {
    let mut done = end(claim, seconds, Outcome::Done);
    done.timers = timers;
    store.commit(done.into()).await.expect("an end")
}

/// A timer is set with the turn that asks for it, or not at all, and becomes an event of its lane once.
pub(super) async fn timers_go_with_done(store: &impl Store) {
    let first = only(take(store, 0, vec![arrival(1, wa("1"))]).await.claims);
    let mut failed = end(&first, 1, Outcome::Retry { at: at(2) });
    failed.timers.push(set("never", 3, b"{}"));
    store.commit(failed.into()).await.expect("an end");
    let again = only(claim(store, 2).await);
    done_with(store, &again, 2, vec![set("tea", 60, b"\"green\""), set("egg", 30, b"\"soft\"")]).await;

    assert_eq!(ring(store, 29).await, Rung { next_at: Some(at(30)), ..Rung::default() });
    assert!(claim(store, 29).await.is_empty(), "nothing is due");
    let rung = ring(store, 45).await;
    assert_eq!((rung.moved, rung.left_ready.conversations, rung.next_at), (1, 1, Some(at(60))));
    let egg = only(claim(store, 45).await);
    assert_eq!((egg.lane, egg.event.kind, egg.event.attempt), (first.lane, EventKind::Timer, 1));
    assert_eq!(&egg.event.body[..], b"\"soft\"");
    assert!(egg.person.is_some(), "the event belongs to the person");
    assert_eq!(ring(store, 60).await.moved, 1, "also while the lane is busy");
    let Committed::Next(tea) = finish(store, &egg, 61, Outcome::Done).await else { panic!("it waits") };
    assert_ne!(tea.event.key, egg.event.key);
    assert!(matches!(finish(store, &tea, 62, Outcome::Done).await, Committed::Idle));
    assert_eq!(ring(store, 1_000).await, Rung::default(), "each rings once");
}

/// A name is one timer: setting it again moves it, cancelling it takes it away.
pub(super) async fn timers_are_replaced_and_cancelled(store: &impl Store) {
    let first = only(take(store, 0, vec![arrival(1, wa("1")), arrival(2, wa("1"))]).await.claims);
    let Committed::Next(second) =
        done_with(store, &first, 1, vec![set("a", 10, b"1"), set("b", 10, b"2"), set("c", 10, b"3")]).await
    else {
        panic!("there is more")
    };
    let kept = TimerWrite { existing: Existing::Keep, ..set("c", 99, b"5") };
    done_with(store, &second, 2, vec![set("a", 20, b"4"), cancel("b"), cancel("unknown"), kept]).await;
    let pending: Vec<(String, i64)> = store
        .timers(10)
        .await
        .expect("a read")
        .into_iter()
        .map(|timer| (timer.name.name.to_string(), timer.set.at.as_secs() - at(0).as_secs()))
        .collect();
    assert_eq!(pending, [("c".to_owned(), 10), ("a".to_owned(), 20)]);
    assert_eq!(ring(store, 10).await.moved, 1);
    assert_eq!(&only(claim(store, 10).await).event.body[..], b"3");
}

/// Timers can be set for somebody without a turn, and in bunches.
pub(super) async fn timers_are_set_outside_a_turn(store: &impl Store) {
    for timer in ["a", "b", "c"] {
        store.set_timer(place(wa("1")), set(timer, 10, b"{}"), at(0)).await.expect("a write");
    }
    store.set_timer(place(wa("1")), cancel("c"), at(0)).await.expect("a write");
    let one = store.ring(at(10), 1).await.expect("a look");
    assert_eq!((one.moved, one.next_at), (1, Some(at(10))), "more is due");
    assert_eq!(ring(store, 10).await.moved, 1);
    let first = only(claim(store, 10).await);
    assert!(matches!(finish(store, &first, 10, Outcome::Done).await, Committed::Next(_)));
}

/// When two persons turn out to be one, a timer of either finds them, and rings where their turns are.
pub(super) async fn timers_follow_merged_persons(store: &impl Store) {
    let by_wa = only(take(store, 0, vec![arrival(1, wa("1"))]).await.claims);
    done_with(store, &by_wa, 1, vec![set("tea", 10, b"1"), set("egg", 10, b"2")]).await;
    let by_user = only(take(store, 2, vec![arrival(2, bsuid("US.1"))]).await.claims);
    finish(store, &by_user, 2, Outcome::Done).await;
    let one = only(take(store, 3, vec![arrival(3, super::both("US.1", "1"))]).await.claims);
    done_with(store, &one, 3, vec![cancel("egg")]).await;
    assert_eq!(ring(store, 10).await.moved, 1);
    let tea = only(claim(store, 10).await);
    assert_eq!((tea.lane, &tea.event.body[..]), (one.lane, &b"1"[..]));
}
