//! What a handle on a session promises.

use serde::{Deserialize, Serialize};

use super::*;
use crate::store::MemoryStore;

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

#[derive(Debug, Default, Serialize, Deserialize, PartialEq)]
struct Cart {
    lines: Vec<String>,
}

mod other {
    #[derive(Default, serde::Serialize, serde::Deserialize)]
    pub(super) struct Cart;
}

fn sessions() -> Sessions {
    Sessions::new(Some(Home { lane: LaneId(1), member: None }))
}

#[test]
fn names_leave_out_modules() {
    assert_eq!(short_name("shop::cart::Cart"), "Cart");
    assert_eq!(short_name("core::option::Option<shop::cart::Cart>"), "Option<Cart>");
    assert_eq!(short_name("(alloc::string::String, u8)"), "(String, u8)");
}

#[tokio::test]
async fn an_unchanged_session_is_not_written() {
    let (store, sessions) = (MemoryStore::default(), sessions());
    let mut cart = sessions.open::<Cart>(&store, &SessionRules::default(), NOW).await.unwrap();
    cart.lines.push("x".into());
    cart.lines.pop();
    drop(cart);
    let cart = sessions.open::<Cart>(&store, &SessionRules::default(), NOW).await.unwrap();
    assert_eq!(*cart, Cart::default());
    drop(cart);
    // Touched, but a fresh session that equals the default was still never stored: it is written once.
    assert_eq!(sessions.close(NOW).unwrap().writes.len(), 1);
}

#[tokio::test]
async fn a_second_live_handle_is_refused_and_a_later_one_sees_the_change() {
    let (store, sessions) = (MemoryStore::default(), sessions());
    let mut cart = sessions.open::<Cart>(&store, &SessionRules::default(), NOW).await.unwrap();
    cart.lines.push("margherita".into());
    assert!(matches!(
        sessions.open::<Cart>(&store, &SessionRules::default(), NOW).await,
        Err(SessionError::InUse(_))
    ));
    drop(cart);
    assert_eq!(
        sessions.open::<Cart>(&store, &SessionRules::default(), NOW).await.unwrap().lines,
        ["margherita"]
    );
    assert!(matches!(
        sessions.open::<other::Cart>(&store, &SessionRules::default(), NOW).await,
        Err(SessionError::Ambiguous(_))
    ));
}

#[tokio::test]
async fn after_the_turn_a_handle_neither_opens_nor_writes() {
    let (store, sessions) = (MemoryStore::default(), sessions());
    let mut kept = sessions.open::<Cart>(&store, &SessionRules::default(), NOW).await.unwrap();
    assert!(sessions.close(NOW).unwrap().writes.is_empty());
    kept.lines.push("late".into());
    drop(kept);
    assert!(matches!(
        sessions.open::<Cart>(&store, &SessionRules::default(), NOW).await,
        Err(SessionError::TurnOver(_))
    ));
}

#[tokio::test]
async fn clearing_removes() {
    let (store, sessions) = (MemoryStore::default(), sessions());
    let mut cart = sessions.open::<Cart>(&store, &SessionRules::default(), NOW).await.unwrap();
    cart.lines.push("x".into());
    drop(cart);
    sessions.open::<Cart>(&store, &SessionRules::default(), NOW).await.unwrap().clear();
    assert!(sessions.close(NOW).unwrap().writes.is_empty());
}

async fn store_holds(body: &'static [u8]) -> MemoryStore {
    use wappa_cloud::{DedupKey, ItemKind};

    use crate::store::{
        Arrival, Ingest, LaneKind, Lease, Next, NumberRef, Outcome, Party, PersonRef, TurnEnd, Wish,
    };
    let (store, lease) = (MemoryStore::default(), Lease { now: NOW, until: NOW });
    let arrival = Arrival {
        number: NumberRef { id: "1".into(), portfolio: "".into() },
        lane: LaneKind::Person,
        party: Party::Person(PersonRef::default()),
        kind: ItemKind::Message.into(),
        key: DedupKey(1),
        formerly: None,
        body: Bytes::new(),
        wish: Wish::Lease,
    };
    let ingest = Ingest { arrivals: vec![arrival], statuses: Vec::new(), kept: Vec::new(), lease };
    let claim = store.ingest(ingest).await.unwrap().claims.remove(0);
    let key = SessionKey { lane: claim.lane, member: None, name: "Cart".into() };
    let end = TurnEnd {
        lane: claim.lane,
        epoch: claim.epoch,
        seq: claim.event.seq,
        outcome: Outcome::Done,
        sessions: vec![SessionWrite { key, body: Some(Bytes::from_static(body)) }],
        timers: Vec::new(),
        values: Vec::new(),
        sends: Vec::new(),
        next: Next::Leave,
        lease,
    };
    store.commit(end.into()).await.unwrap();
    store
}

fn rules() -> SessionRules {
    let mut rules = SessionRules::default();
    rules.add(SessionRule::<Cart>::new().at_most(40).version(2, |from, old| match from {
        0 => Ok(Cart { lines: vec![serde_json::from_value(old)?] }),
        _ => Err("no such version".into()),
    }));
    rules
}

#[tokio::test]
async fn what_an_earlier_version_wrote_is_migrated_once() {
    let store = store_holds(b"\"margherita\"").await;
    let sessions = sessions();
    assert_eq!(sessions.open::<Cart>(&store, &rules(), NOW).await.unwrap().lines, ["margherita"]);
    let written = sessions.close(NOW).unwrap().writes;
    let [SessionWrite { body: Some(body), .. }] = &written[..] else { panic!("it is written") };
    assert_eq!(&body[..], b"v2 - {\"lines\":[\"margherita\"]}");
}

#[tokio::test]
async fn what_cannot_be_migrated_is_an_error_and_stays() {
    for (body, part) in [(&b"v1 - {}"[..], "of version 1"), (b"v3 - {}", "versions up to 2")] {
        let store = store_holds(body).await;
        let sessions = sessions();
        let refused = sessions.open::<Cart>(&store, &rules(), NOW).await.unwrap_err();
        assert!(refused.to_string().contains(part), "{refused}");
        assert!(sessions.close(NOW).unwrap().writes.is_empty());
    }
}

#[tokio::test]
async fn what_is_over_is_as_if_it_had_never_been() {
    let store = store_holds(b"v2 1000000 {\"lines\":[\"x\"]}").await;
    let before = NOW - std::time::Duration::from_millis(1);
    assert_eq!(sessions().open::<Cart>(&store, &rules(), before).await.unwrap().lines, ["x"]);
    assert!(sessions().open::<Cart>(&store, &rules(), NOW).await.unwrap().lines.is_empty());
}

#[tokio::test]
async fn too_large_a_session_fails_its_turn() {
    let (store, sessions) = (MemoryStore::default(), sessions());
    let mut cart = sessions.open::<Cart>(&store, &rules(), NOW).await.unwrap();
    cart.lines.push("x".repeat(40));
    drop(cart);
    let refused = sessions.close(NOW).unwrap_err();
    assert!(matches!(refused, SessionError::TooLarge { size: 54, at_most: 40, .. }), "{refused}");
}
