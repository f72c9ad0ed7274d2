//! What becomes of dead letters.

use super::{arrival, at, claim, dead, end, finish, only, take, wa};
use crate::store::{Committed, EventSeq, Fate, LastTry, Letters, Outcome, Store};

pub(super) fn blocking(error: &str) -> Outcome {
    Outcome::Dead { error: error.to_owned(), then: LastTry::Block }
}

async fn resolve(store: &impl Store, letters: Letters, fate: Fate, seconds: i64) -> usize {
    store.resolve(letters, fate, at(seconds)).await.expect("dead letters are resolved")
}

async fn dead_count(store: &impl Store) -> (usize, u64) {
    let listed = store.dead_letters(100).await.expect("a read").len();
    (listed, store.depth().await.expect("an answer").dead)
}

pub(super) async fn a_redriven_event_is_the_same_event(store: &impl Store) {
    let first = only(take(store, 0, vec![arrival(1, wa("1")), arrival(2, wa("1"))]).await.claims);
    finish(store, &first, 1, Outcome::Retry { at: at(2) }).await;
    let again = only(claim(store, 2).await);
    let Committed::Next(second) = finish(store, &again, 3, dead("why")).await else {
        panic!("a dead letter does not stop its lane")
    };
    assert_eq!(resolve(store, Letters::One(again.event.seq), Fate::Redrive, 4).await, 1);
    assert_eq!(dead_count(store).await, (0, 0), "it is no dead letter any more");
    assert!(claim(store, 4).await.is_empty(), "and waits for its turn");
    let Committed::Next(back) = finish(store, &second, 5, Outcome::Done).await else {
        panic!("it comes after what was waiting")
    };
    assert_eq!(
        (back.event.key, back.event.received, &back.event.body),
        (first.event.key, first.event.received, &first.event.body),
        "what its sends are known by is the same"
    );
    assert_eq!((back.event.attempt, back.event.redriven), (1, 1));
    assert!(matches!(finish(store, &back, 6, dead("again")).await, Committed::Idle));
    assert_eq!(dead_count(store).await, (1, 1), "it may die again");
    assert_eq!(resolve(store, Letters::One(back.event.seq), Fate::Redrive, 7).await, 1);
    let third = only(claim(store, 7).await);
    assert_eq!((third.event.key, third.event.redriven), (first.event.key, 2), "an idle lane is ready");
}

pub(super) async fn dead_letters_are_resolved_one_by_one_or_by_time(store: &impl Store) {
    let who = ["1", "2", "3"];
    let claims =
        take(store, 0, (1..=3).zip(who).map(|(key, id)| arrival(key, wa(id))).collect()).await.claims;
    let mut seqs: Vec<EventSeq> = claims.iter().map(|claim| claim.event.seq).collect();
    seqs.sort();
    for claim in &claims {
        let seconds = claim.event.seq.0 - seqs[0].0 + 10;
        finish(store, claim, seconds, dead("why")).await;
    }
    assert_eq!(dead_count(store).await, (3, 3));
    assert_eq!(resolve(store, Letters::One(EventSeq(seqs[2].0 + 100)), Fate::Forget, 20).await, 0);
    assert_eq!(
        resolve(store, Letters::Until(at(9), 10), Fate::Redrive, 20).await,
        0,
        "none was dead by then"
    );
    assert_eq!(resolve(store, Letters::Until(at(11), 1), Fate::Redrive, 20).await, 1);
    assert_eq!(only(claim(store, 20).await).event.key.0, 1, "the longest dead comes first");
    assert_eq!(resolve(store, Letters::Until(at(11), 10), Fate::Forget, 21).await, 1);
    assert_eq!(dead_count(store).await, (1, 1));
    assert!(claim(store, 22).await.is_empty(), "what is forgotten does not come back");
}

pub(super) async fn a_blocked_lane_stands_still(store: &impl Store) {
    let first = only(take(store, 0, vec![arrival(1, wa("1")), arrival(2, wa("1"))]).await.claims);
    assert!(matches!(finish(store, &first, 1, blocking("why")).await, Committed::Idle));
    assert_eq!(dead_count(store).await, (1, 1));
    assert!(take(store, 2, vec![arrival(3, wa("1"))]).await.claims.is_empty());
    store.wake(first.lane, at(3)).await.expect("a wake");
    assert!(claim(store, 100_000).await.is_empty(), "nothing overtakes the dead letter");
    store.sweep(at(400 * 86_400), crate::store::Retention::default()).await.expect("a sweep");
    assert_eq!(dead_count(store).await, (1, 1), "and as long as it blocks it stays");

    assert_eq!(resolve(store, Letters::One(first.event.seq), Fate::Redrive, 10).await, 1);
    let again = only(claim(store, 10).await);
    assert_eq!((again.event.key.0, again.event.attempt, again.event.redriven), (1, 1, 1), "in its old place");
    assert!(matches!(store.commit(end(&again, 11, blocking("again")).into()).await, Ok(Committed::Idle)));
    assert_eq!(resolve(store, Letters::One(again.event.seq), Fate::Forget, 12).await, 1);
    assert_eq!(dead_count(store).await, (0, 0));
    assert_eq!(only(claim(store, 12).await).event.key.0, 2, "forgotten, it lets the lane go on");
}
