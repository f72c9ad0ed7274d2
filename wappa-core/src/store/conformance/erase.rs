//! Erasing a person: all of them, nobody else, and for good.

use std::sync::Arc;

use bytes::Bytes;
use wappa_cloud::{GroupId, Timestamp};

use super::{
    Arrival, NUMBER, arrival, at, both, bsuid, claim, dead, end, finish, lease, letters::blocking, only,
    record, take, wa,
};
use crate::store::{
    Committed, Erased, EventKind, Existing, Expected, LaneId, LaneKind, Next, NumberRef, Outcome, Party,
    PersonRef, SendKey, SendRecord, SendState, SessionKey, SessionWrite, Store, TAKEOVER_SPACE, TimerName,
    TimerSet, TimerWrite, TurnEnd, ValueWrite, bundle_space, lane_key, missed_space,
};

fn session(lane: LaneId) -> SessionKey {
    SessionKey { lane, member: None, name: "Cart".into() }
}

fn timer(at: Timestamp) -> TimerWrite {
    let set = TimerSet { at, kind: EventKind::Timer, body: Bytes::from_static(b"{}") };
    TimerWrite {
        name: TimerName { member: None, name: "t".into() },
        set: Some(set),
        existing: Existing::Replace,
    }
}

/// What the shelf has of a lane.
fn of_shelf(lane: LaneId) -> [(Arc<str>, Arc<str>); 4] {
    let said = missed_space(lane);
    [
        (TAKEOVER_SPACE.into(), lane_key(lane)),
        (Arc::clone(&said), "1".into()),
        (said, "2".into()),
        (bundle_space(lane), "0".into()),
    ]
}

async fn put(store: &impl Store, space: Arc<str>, key: Arc<str>) {
    let body = Some(Bytes::from_static(b"{}"));
    let write = ValueWrite { space, key, expected: Expected::Nothing, body, expires_at: None, now: at(3) };
    store.put_value(write).await.expect("a write");
}

async fn on_shelf(store: &impl Store, lane: LaneId) -> usize {
    let mut there = 0;
    for (space, key) in of_shelf(lane) {
        there += usize::from(store.value(&space, &key, at(4)).await.expect("a read").is_some());
    }
    there
}

async fn erase(store: &impl Store, who: PersonRef) -> Erased {
    store.erase("", who).await.expect("a person is erased")
}

/// One of everything, for this person: a session, a timer, a send, a dead letter and an event that waits.
async fn live(store: &impl Store, who: &PersonRef, keys: u128) -> LaneId {
    let events = (0..3).map(|n| arrival(keys + n, who.clone())).collect();
    let first = only(take(store, 0, events).await.claims);
    let mut done = end(&first, 1, Outcome::Done);
    done.sessions.push(SessionWrite { key: session(first.lane), body: Some(Bytes::from_static(b"1")) });
    done.timers.push(timer(at(1_000)));
    done.sends.push(SendRecord {
        person: first.person.as_ref().map(|person| person.id),
        ..record(keys, SendState::Accepted, 1)
    });
    let Committed::Next(second) = store.commit(done.into()).await.expect("an end") else {
        panic!("there is more")
    };
    let buried: TurnEnd = TurnEnd { next: Next::Leave, ..end(&second, 2, dead("why")) };
    store.commit(buried.into()).await.expect("an end");
    for (space, key) in of_shelf(first.lane) {
        put(store, space, key).await;
    }
    first.lane
}

pub(super) async fn a_person_is_erased_and_nobody_else(store: &impl Store) {
    let ana = both("U1", "1");
    let lane = live(store, &ana, 10).await;
    let bens = live(store, &wa("2"), 20).await;

    let erased = erase(store, bsuid("U1")).await;
    let one_of_each =
        (erased.persons, erased.events, erased.dead_letters, erased.sessions, erased.timers, erased.sends);
    assert_eq!(one_of_each, (1, 1, 1, 1, 1, 1));
    assert_eq!(erased.lanes, [lane]);
    assert_eq!((on_shelf(store, lane).await, on_shelf(store, bens).await), (0, 4));
    assert_eq!(store.session(session(lane)).await.expect("a read"), None);
    assert_eq!(store.sent(SendKey(10)).await.expect("a read"), None);
    let timers = store.timers(10).await.expect("a read");
    assert_eq!(timers.iter().map(|timer| timer.lane).collect::<Vec<_>>(), [bens]);
    let letters = store.dead_letters(10).await.expect("a read");
    assert_eq!(letters.iter().map(|letter| letter.lane).collect::<Vec<_>>(), [bens]);
    let depth = store.depth().await.expect("an answer");
    assert_eq!((depth.waiting, depth.dead), (1, 1));
    assert!(store.session(session(bens)).await.expect("a read").is_some(), "others keep theirs");
    assert!(store.sent(SendKey(20)).await.expect("a read").is_some());
    assert_eq!(only(claim(store, 10).await).lane, bens);

    assert_eq!(erase(store, ana.clone()).await, Erased::default(), "erased once is erased");
    let again = (10..13).map(|key| arrival(key, ana.clone())).collect();
    assert_eq!(take(store, 20, again).await.duplicates, 3, "what was seen stays seen");
    let anew = only(take(store, 21, vec![arrival(30, ana)]).await.claims);
    assert_ne!(anew.lane, lane, "whoever writes again is a stranger");
    assert_eq!(store.session(session(anew.lane)).await.expect("a read"), None);
}

pub(super) async fn a_turn_of_an_erased_person_writes_nothing(store: &impl Store) {
    let under_way = only(take(store, 0, vec![arrival(1, wa("1"))]).await.claims);
    assert_eq!(erase(store, wa("1")).await.events, 1);
    let mut late = end(&under_way, 1, Outcome::Done);
    late.sessions.push(SessionWrite { key: session(under_way.lane), body: Some(Bytes::from_static(b"1")) });
    late.timers.push(timer(at(5)));
    assert!(matches!(store.commit(late.into()).await, Ok(Committed::Fenced)), "its lease is lost");
    let lost = store.renew(vec![(under_way.lane, under_way.epoch)], lease(2).until).await.expect("an answer");
    assert_eq!(lost, [under_way.lane], "as its owner is told");
    assert_eq!(store.session(session(under_way.lane)).await.expect("a read"), None);
    assert!(store.timers(10).await.expect("a read").is_empty());
    assert!(claim(store, 1_000).await.is_empty());
}

pub(super) async fn those_who_turned_out_to_be_one_are_erased_as_one(store: &impl Store) {
    let number = live(store, &wa("1"), 10).await;
    let user = live(store, &bsuid("U1"), 20).await;
    let one = only(claim(store, 5).await.into_iter().filter(|claim| claim.lane == user).collect());
    finish(store, &one, 6, Outcome::Done).await;
    take(store, 7, vec![arrival(30, both("U1", "1"))]).await;
    assert_eq!(erase(store, bsuid("U1")).await.persons, 2);
    for lane in [number, user] {
        assert_eq!(store.session(session(lane)).await.expect("a read"), None);
    }
    let depth = store.depth().await.expect("an answer");
    assert_eq!((depth.waiting, depth.dead), (0, 0));
    assert!(store.timers(10).await.expect("a read").is_empty());
    let anew = store
        .person(NumberRef { id: NUMBER.into(), portfolio: "".into() }, wa("1"), at(8))
        .await
        .expect("a person");
    assert_eq!(anew.who.user_id, None, "nothing links them any more");
}

fn group(key: u128, who: PersonRef) -> Arrival {
    Arrival {
        lane: LaneKind::Group,
        party: Party::Group(GroupId::from("G"), Some(who)),
        ..arrival(key, PersonRef::default())
    }
}

pub(super) async fn what_a_member_blocked_goes_on_without_them(store: &impl Store) {
    let first = only(take(store, 0, vec![group(1, wa("1")), group(2, wa("2"))]).await.claims);
    finish(store, &first, 1, blocking("why")).await;
    assert!(claim(store, 2).await.is_empty(), "the group stands still");
    assert_eq!(erase(store, wa("1")).await.dead_letters, 1);
    assert_eq!(only(claim(store, 3).await).event.key.0, 2);
}

pub(super) async fn a_member_is_erased_and_the_group_goes_on(store: &impl Store) {
    let first =
        only(take(store, 0, vec![group(1, wa("1")), group(2, wa("2")), group(3, wa("1"))]).await.claims);
    assert_eq!(erase(store, wa("1")).await.events, 2);
    assert!(matches!(finish(store, &first, 1, Outcome::Done).await, Committed::Fenced));
    let next = only(claim(store, 100).await);
    assert_eq!((next.event.key.0, next.event.attempt), (2, 1), "what others said is heard");
    assert!(matches!(finish(store, &next, 101, Outcome::Done).await, Committed::Idle));
}
