//! What every store must do, as a suite: an engine's tests call [`run`] with a way to make an empty store, and are done.
//! Failing means panicking with the name of the promise.

mod continued;
mod costs;
mod erase;
mod identity;
mod letters;
mod shelf;
mod storm;
mod timers;

use std::{future::Future, sync::Arc, time::Duration};

use bytes::Bytes;
use wappa_cloud::{DedupKey, DraftKind, ItemKind, MessageId, StatusState, Timestamp, UserId, WaId};

use super::{
    Arrival, BLOCKED, Begun, Claim, ClaimAsk, Committed, Ingest, Ingested, Kept, KeptReason, LaneClass,
    LaneKind, LastTry, Lease, Next, NumberRef, Outcome, Party, PersonId, PersonRef, Retention, SendKey,
    SendRecord, SendState, SessionKey, SessionWrite, StatusNote, Store, TurnEnd, Wish,
};

pub use self::storm::{Reopen, storms};

const NUMBER: &str = "106540352242922";
const LEASE: Duration = Duration::from_secs(30);

/// Checks every promise on a fresh store each.
pub async fn run<S, F, Fut>(make: F)
where
    S: Store,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    once(&make().await).await;
    in_order(&make().await).await;
    wishes(&make().await).await;
    leases_are_fenced(&make().await).await;
    an_expired_lease_is_noticed(&make().await).await;
    what_a_lost_lease_had_begun_is_known(&make().await).await;
    retries_count_and_parks_do_not(&make().await).await;
    queues_tell_what_waits(&make().await).await;
    dead_letters_let_the_lane_go_on(&make().await).await;
    sessions_go_with_done(&make().await).await;
    the_ledger_moves_forward(&make().await).await;
    statuses_do_not_wait(&make().await).await;
    numbers_can_be_skipped(&make().await).await;
    persons_are_linked(&make().await).await;
    merged_persons_keep_the_newer_session(&make().await).await;
    odd_ones_are_kept(&make().await).await;
    sweeping_forgets_the_old(&make().await).await;
    waking_brings_a_parked_lane_forward(&make().await).await;
    the_clock_can_be_set(&make().await).await;
    Box::pin(beside_the_lanes(make)).await;
}

async fn beside_the_lanes<S, F, Fut>(make: F)
where
    S: Store,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    for case in identity::cases() {
        Box::pin(identity::every_case_of_who_is_who(&make().await, &case)).await;
    }
    identity::a_lane_of_before_drains_as_the_same_person(&make().await).await;
    identity::a_member_of_a_group_keeps_theirs(&make().await).await;
    Box::pin(erasing(&make)).await;
    shelf::values_are_compared_and_set(&make().await).await;
    shelf::values_come_in_pages(&make().await).await;
    shelf::values_expire(&make().await).await;
    shelf::values_go_with_the_end_of_an_event(&make().await).await;
    timers::timers_go_with_done(&make().await).await;
    timers::timers_are_replaced_and_cancelled(&make().await).await;
    timers::timers_are_set_outside_a_turn(&make().await).await;
    timers::timers_follow_merged_persons(&make().await).await;
    letters::a_redriven_event_is_the_same_event(&make().await).await;
    letters::dead_letters_are_resolved_one_by_one_or_by_time(&make().await).await;
    letters::a_blocked_lane_stands_still(&make().await).await;
    costs::each_message_is_counted_once(&make().await).await;
    costs::the_ledger_comes_in_pages(&make().await).await;
    continued::what_continues_keeps_its_place(&make().await).await;
}

async fn erasing<S, F, Fut>(make: F)
where
    S: Store,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    erase::a_person_is_erased_and_nobody_else(&make().await).await;
    erase::a_turn_of_an_erased_person_writes_nothing(&make().await).await;
    erase::those_who_turned_out_to_be_one_are_erased_as_one(&make().await).await;
    erase::a_member_is_erased_and_the_group_goes_on(&make().await).await;
    erase::what_a_member_blocked_goes_on_without_them(&make().await).await;
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000 + seconds)
}

fn lease(seconds: i64) -> Lease {
    Lease { now: at(seconds), until: at(seconds) + LEASE }
}

/// A person known by wa_id.
pub fn wa(id: &str) -> PersonRef {
    PersonRef { wa_id: Some(WaId::from(id)), ..PersonRef::default() }
}

/// A person known by business-scoped user id.
pub fn bsuid(id: &str) -> PersonRef {
    PersonRef { user_id: Some(UserId::from(id)), ..PersonRef::default() }
}

fn both(user: &str, wa_id: &str) -> PersonRef {
    PersonRef { user_id: Some(UserId::from(user)), ..wa(wa_id) }
}

/// An event `key` of this person.
pub fn arrival(key: u128, who: PersonRef) -> Arrival {
    Arrival {
        number: NumberRef { id: NUMBER.into(), portfolio: "".into() },
        lane: LaneKind::Person,
        party: Party::Person(who),
        kind: ItemKind::Message.into(),
        key: DedupKey(key),
        formerly: None,
        body: Bytes::from(format!("{{\"n\":{key}}}")),
        wish: Wish::Lease,
    }
}

/// A delivery of these, taken at this second.
pub fn delivery(seconds: i64, arrivals: Vec<Arrival>) -> Ingest {
    Ingest { arrivals, statuses: Vec::new(), kept: Vec::new(), lease: lease(seconds) }
}

async fn take(store: &impl Store, seconds: i64, arrivals: Vec<Arrival>) -> Ingested {
    store.ingest(delivery(seconds, arrivals)).await.expect("a delivery is taken")
}

fn end(claim: &Claim, seconds: i64, outcome: Outcome) -> TurnEnd {
    TurnEnd {
        lane: claim.lane,
        epoch: claim.epoch,
        seq: claim.event.seq,
        outcome,
        sessions: Vec::new(),
        timers: Vec::new(),
        values: Vec::new(),
        sends: Vec::new(),
        next: Next::Take,
        lease: lease(seconds),
    }
}

fn dead(error: &str) -> Outcome {
    Outcome::Dead { error: error.to_owned(), then: LastTry::Skip }
}

async fn finish(store: &impl Store, claim: &Claim, seconds: i64, outcome: Outcome) -> Committed {
    store.commit(end(claim, seconds, outcome).into()).await.expect("a turn is ended")
}

async fn claim(store: &impl Store, seconds: i64) -> Vec<Claim> {
    let ask =
        ClaimAsk { class: LaneClass::Conversation, limit: 100, skip: Vec::new(), lease: lease(seconds) };
    store.claim(ask).await.expect("lanes are claimed").claims
}

fn only(claims: Vec<Claim>) -> Claim {
    let [claim] = <[Claim; 1]>::try_from(claims).expect("exactly one lane is leased");
    claim
}

async fn once(store: &impl Store) {
    let first = take(store, 0, vec![arrival(1, wa("1")), arrival(1, wa("1"))]).await;
    assert_eq!((first.fresh, first.duplicates), (1, 1), "a repetition inside a delivery is noticed");
    let again = take(store, 1, vec![arrival(1, wa("1"))]).await;
    assert_eq!((again.fresh, again.duplicates, again.claims.len()), (0, 1, 0), "an event is taken once");
    let claim = only(first.claims);
    assert!(matches!(finish(store, &claim, 1, Outcome::Done).await, Committed::Idle));
    assert_eq!(take(store, 2, vec![arrival(1, wa("1"))]).await.duplicates, 1, "also after it was handled");
}

async fn in_order(store: &impl Store) {
    let first = take(store, 0, vec![arrival(1, wa("1")), arrival(2, wa("1")), arrival(3, wa("2"))]).await;
    assert_eq!(first.claims.len(), 2, "one lease per person, not per event");
    assert!(
        take(store, 1, vec![arrival(4, wa("1"))]).await.claims.is_empty(),
        "a leased lane is not leased again"
    );
    let mut claim =
        first.claims.into_iter().find(|claim| claim.event.key.0 == 1).expect("the first event leads");
    let mut seen = vec![claim.event.key.0];
    while let Committed::Next(next) = finish(store, &claim, 2, Outcome::Done).await {
        assert!(next.epoch > claim.epoch, "each lease raises the epoch");
        assert_eq!((next.event.attempt, next.event.interrupted), (1, None));
        claim = *next;
        seen.push(claim.event.key.0);
    }
    assert_eq!(seen, [1, 2, 4], "events leave in the order of arrival");
    assert_eq!(&claim.event.body[..], b"{\"n\":4}", "with the bytes they came with");
}

async fn wishes(store: &impl Store) {
    let left = Arrival { wish: Wish::Leave, ..arrival(1, wa("1")) };
    let taken = take(store, 0, vec![left]).await;
    assert!(taken.claims.is_empty(), "a lane that is not wished for is left");
    assert_eq!(taken.left_ready.conversations, 1);
    assert_eq!(only(claim(store, 1).await).event.key.0, 1, "and claimed by whoever asks");
    assert!(claim(store, 2).await.is_empty());
}

async fn leases_are_fenced(store: &impl Store) {
    let first = only(take(store, 0, vec![arrival(1, wa("1"))]).await.claims);
    assert!(claim(store, 10).await.is_empty(), "a lease holds");
    let renewed = store.renew(vec![(first.lane, first.epoch)], at(100)).await.expect("a lease is renewed");
    assert!(renewed.is_empty());
    assert!(claim(store, 60).await.is_empty(), "a renewed lease holds longer");
    let second = only(claim(store, 101).await);
    assert!(second.epoch > first.epoch);
    let mut late = end(&first, 102, Outcome::Done);
    let key = SessionKey { lane: first.lane, member: None, name: "S".into() };
    late.sessions.push(SessionWrite { key: key.clone(), body: Some(Bytes::from_static(b"1")) });
    assert!(matches!(store.commit(late.into()).await, Ok(Committed::Fenced)), "an earlier owner is refused");
    assert_eq!(store.session(key).await.expect("a read"), None, "and writes nothing");
    let lost = store.renew(vec![(first.lane, first.epoch)], at(200)).await.expect("an answer");
    assert_eq!(lost, [first.lane], "and is told that it lost");
    assert!(matches!(finish(store, &second, 103, Outcome::Done).await, Committed::Idle));
}

async fn what_a_lost_lease_had_begun_is_known(store: &impl Store) {
    let first = only(take(store, 0, vec![arrival(1, wa("1"))]).await.claims);
    store.begin(SendKey(7));
    let second = only(claim(store, 31).await);
    assert!(second.event.interrupted.is_some() && second.epoch > first.epoch);
    assert_ne!(
        store.begun(SendKey(7)),
        Begun::No,
        "its owner may have lost the lease in the middle of a POST"
    );
}

async fn an_expired_lease_is_noticed(store: &impl Store) {
    take(store, 0, vec![arrival(1, wa("1"))]).await;
    let second = only(claim(store, 31).await);
    assert_eq!(second.event.attempt, 2, "an attempt that never ended counts");
    assert_eq!(second.event.interrupted, Some(at(31)), "and its loss is noticed");
    finish(store, &second, 32, Outcome::Retry { at: at(40) }).await;
    let third = only(claim(store, 41).await);
    assert_eq!(third.event.interrupted, Some(at(31)), "until the event is done");
}

async fn retries_count_and_parks_do_not(store: &impl Store) {
    let first = only(take(store, 0, vec![arrival(1, wa("1")), arrival(2, wa("1"))]).await.claims);
    let ended = finish(store, &first, 1, Outcome::Retry { at: at(5) }).await;
    assert!(matches!(ended, Committed::Ready(when) if when == at(5)), "a failed event blocks its lane");
    assert!(claim(store, 4).await.is_empty(), "until its backoff is over");
    let second = only(claim(store, 5).await);
    assert_eq!((second.event.key.0, second.event.attempt, second.event.parks), (1, 2, 0));
    finish(store, &second, 6, Outcome::Parked { until: at(9) }).await;
    let third = only(claim(store, 9).await);
    assert_eq!(
        (third.event.key.0, third.event.attempt, third.event.parks),
        (1, 2, 1),
        "parking costs no attempt"
    );
    let Committed::Next(next) = finish(store, &third, 10, Outcome::Done).await else {
        panic!("the lane goes on")
    };
    assert_eq!(
        (next.event.key.0, next.event.attempt, next.event.parks),
        (2, 1, 0),
        "the next event starts anew"
    );
}

async fn queues_tell_what_waits(store: &impl Store) {
    let arrivals = vec![arrival(1, wa("1")), arrival(2, wa("1")), arrival(3, wa("2"))];
    let claims = take(store, 0, arrivals).await.claims;
    let queue = async |now| {
        let queues = store.queues(at(now)).await.expect("a read");
        let queue = queues.into_iter().find(|queue| &*queue.number == NUMBER).expect("the number's");
        (queue.waiting, queue.oldest, queue.idle_since)
    };
    assert_eq!(queue(5).await, (3, at(0), None), "both lanes are under way");
    let first = claims.first().expect("a claim");
    finish(store, first, 1, Outcome::Retry { at: at(10) }).await;
    assert_eq!(queue(5).await, (3, at(0), None), "it backs off");
    assert_eq!(queue(11).await, (3, at(0), Some(at(0))), "it could be under way");
}

async fn dead_letters_let_the_lane_go_on(store: &impl Store) {
    let first = only(take(store, 0, vec![arrival(1, wa("1")), arrival(2, wa("1"))]).await.claims);
    let Committed::Next(next) = finish(store, &first, 1, dead("why")).await else {
        panic!("a dead letter does not stop its lane")
    };
    assert_eq!(next.event.key.0, 2);
    let letters = store.dead_letters(10).await.expect("a read");
    let letter = letters.first().expect("the dead letter is kept");
    assert_eq!((letter.error.as_str(), letter.attempts, &*letter.number), ("why", 1, NUMBER));
    assert_eq!(&letter.body[..], b"{\"n\":1}");
    let depth = store.depth().await.expect("an answer");
    assert_eq!((depth.waiting, depth.dead), (1, 1));
}

async fn sessions_go_with_done(store: &impl Store) {
    let claim = only(
        take(store, 0, vec![arrival(1, wa("1")), arrival(2, wa("1")), arrival(3, wa("1"))]).await.claims,
    );
    let who = claim.person.as_ref().expect("a person").id;
    assert_eq!(store.conversation(&claim.number, who).await.expect("a read"), Some(claim.lane));
    assert_eq!(store.conversation("elsewhere", who).await.expect("a read"), None);
    let key = SessionKey { lane: claim.lane, member: None, name: "Cart".into() };
    let write =
        |body: Option<&'static [u8]>| SessionWrite { key: key.clone(), body: body.map(Bytes::from_static) };
    let mut failed = end(&claim, 1, Outcome::Retry { at: at(2) });
    failed.sessions.push(write(Some(b"lost")));
    store.commit(failed.into()).await.expect("an end");
    assert_eq!(store.session(key.clone()).await.expect("a read"), None, "a failed turn writes no session");
    let again = only(self::claim(store, 3).await);
    let mut done = end(&again, 3, Outcome::Done);
    done.sessions.push(write(Some(b"kept")));
    let Committed::Next(next) = store.commit(done.into()).await.expect("an end") else {
        panic!("there is more")
    };
    assert_eq!(store.session(key.clone()).await.expect("a read").as_deref(), Some(&b"kept"[..]));
    let mut cleared = end(&next, 4, Outcome::Done);
    cleared.sessions.push(write(None));
    store.commit(cleared.into()).await.expect("an end");
    assert_eq!(store.session(key).await.expect("a read"), None, "a cleared session is gone");
}

/// A ledger line.
pub fn record(key: u128, state: SendState, seconds: i64) -> SendRecord {
    let id = state.is_accepted().then(|| MessageId::from("wamid.X"));
    SendRecord {
        key: SendKey(key),
        number: NUMBER.into(),
        person: None,
        state,
        id,
        error: None,
        at: at(seconds),
        draft: Some(DraftKind::Text),
        opaque: None,
        said: Some(at(seconds)),
    }
}

async fn the_ledger_moves_forward(store: &impl Store) {
    let claim = only(take(store, 0, vec![arrival(1, wa("1"))]).await.claims);
    let mut done = end(&claim, 1, Outcome::Done);
    done.sends.push(record(1, SendState::Accepted, 1));
    store.commit(done.into()).await.expect("an end");
    let note = |state| StatusNote {
        key: SendKey(1),
        id: MessageId::from("wamid.X"),
        state,
        error: None,
        cost: None,
    };
    let mut statuses = delivery(2, Vec::new());
    statuses.statuses = vec![note(StatusState::Read), note(StatusState::Sent), note(StatusState::Failed)];
    store.ingest(statuses).await.expect("statuses are taken");
    let known = store.sent(SendKey(1)).await.expect("a read").expect("a record");
    assert_eq!(known.state, SendState::Read, "a status that comes late changes nothing");
    assert_eq!((known.id, &*known.number), (Some(MessageId::from("wamid.X")), NUMBER));

    // A status before the turn's own record.
    let mut early = delivery(3, Vec::new());
    early.statuses = vec![StatusNote { key: SendKey(2), ..note(StatusState::Delivered) }];
    store.ingest(early).await.expect("statuses are taken");
    let before = store.record(vec![record(2, SendState::Accepted, 4)]).await.expect("a write");
    assert_eq!(before.map(|before| before.state), Some(SendState::Delivered));
    let known = store.sent(SendKey(2)).await.expect("a read").expect("a record");
    assert_eq!((known.state, &*known.number), (SendState::Delivered, NUMBER), "what is missing is filled in");
    assert_eq!(store.sent(SendKey(3)).await.expect("a read"), None);

    assert_eq!(store.sent_otherwise(SendKey(1 << 64)).await.expect("a read"), None);
    store.record(vec![record(1 << 64, SendState::Accepted, 4)]).await.expect("a write");
    assert_eq!(store.sent_otherwise(SendKey(1 << 64)).await.expect("a read"), None, "itself does not count");
    let other = SendKey((1 << 64) | 7);
    assert_eq!(store.sent_otherwise(other).await.expect("a read"), Some(SendKey(1 << 64)));
    let elsewhere = SendKey((1 << 64) | (1 << 40));
    assert_eq!(store.sent_otherwise(elsewhere).await.expect("a read"), None, "nor do other places");

    // Refused, then cut off, and cut off once more: its fate is open since the last time.
    let open = [
        (SendState::Rejected, 5),
        (SendState::Indeterminate, 6),
        (SendState::Indeterminate, 9),
        (SendState::Rejected, 10),
    ];
    let records = open.into_iter().map(|(state, seconds)| record(4, state, seconds)).collect();
    store.record(records).await.expect("a write");
    let known = store.sent(SendKey(4)).await.expect("a read").expect("a record");
    assert_eq!((known.state, known.at), (SendState::Indeterminate, at(9)));
}

async fn statuses_do_not_wait(store: &impl Store) {
    let status = Arrival { lane: LaneKind::Status, kind: ItemKind::Status.into(), ..arrival(2, wa("1")) };
    let taken = take(store, 0, vec![arrival(1, wa("1")), status]).await;
    assert_eq!(taken.claims.len(), 2, "statuses have a lane of their own");
    let kinds: Vec<LaneKind> = taken.claims.iter().map(|claim| claim.kind).collect();
    assert!(kinds.contains(&LaneKind::Person) && kinds.contains(&LaneKind::Status));
}

async fn numbers_can_be_skipped(store: &impl Store) {
    let number = |id: &str| NumberRef { id: id.into(), portfolio: "".into() };
    let one = Arrival { wish: Wish::Leave, number: number("1"), ..arrival(1, wa("1")) };
    let two = Arrival { wish: Wish::Leave, number: number("2"), ..arrival(2, wa("1")) };
    take(store, 0, vec![one, two]).await;
    let ask =
        |skip: Vec<Arc<str>>| ClaimAsk { class: LaneClass::Conversation, limit: 10, skip, lease: lease(1) };
    let claimed = store.claim(ask(vec!["1".into()])).await.expect("a claim");
    assert_eq!(&*only(claimed.claims).number, "2", "a number without workers is passed over");
    assert_eq!(&*only(store.claim(ask(Vec::new())).await.expect("a claim").claims).number, "1");
}

/// Every case of who is who: what is known, what comes, and whether it is the same person.
async fn persons_are_linked(store: &impl Store) {
    let number = NumberRef { id: NUMBER.into(), portfolio: "".into() };
    let known = async |who: PersonRef| store.person(number.clone(), who, at(0)).await.expect("a person").id;
    let ana = known(wa("1")).await;
    assert_eq!(known(wa("1")).await, ana, "found by wa_id");
    assert_eq!(known(both("US.1", "1")).await, ana, "a first BSUID is linked");
    assert_eq!(known(bsuid("US.1")).await, ana, "and found by alone");
    assert_eq!(known(both("US.1", "2")).await, ana, "the BSUID wins over a new wa_id");
    assert_eq!(known(wa("2")).await, ana, "which points to the same person now");
    let ben = known(both("US.2", "2")).await;
    assert_ne!(ben, ana, "the same wa_id with another BSUID is another person");
    assert_eq!(known(wa("2")).await, ben, "and the wa_id points to the new one");
    assert_eq!(known(bsuid("US.1")).await, ana);

    let parent = wappa_cloud::ParentUserId::from("US.ENT.9");
    let cleo = known(PersonRef { parent_user_id: Some(parent.clone()), ..bsuid("US.3") }).await;
    let again = known(PersonRef { parent_user_id: Some(parent), ..bsuid("US.4") }).await;
    assert_eq!(again, cleo, "found by the parent BSUID");

    let elsewhere = NumberRef { id: NUMBER.into(), portfolio: "other".into() };
    let other = store.person(elsewhere, bsuid("US.1"), at(0)).await.expect("a person").id;
    assert_ne!(other, ana, "portfolios do not share persons");

    let moved = Arrival { formerly: Some(wa("7")), ..arrival(11, both("US.8", "8")) };
    let before = only(take(store, 1, vec![arrival(10, wa("7"))]).await.claims);
    finish(store, &before, 1, Outcome::Done).await;
    let after = only(take(store, 2, vec![moved]).await.claims);
    assert_eq!(after.lane, before.lane, "a changed number keeps the lane, and with it the session");
    assert_eq!(known(wa("8")).await, after.person.expect("a person").id);

    let profile = store.profile(ana).await.expect("a read").expect("a person");
    assert_eq!((profile.id, profile.who.user_id.clone()), (ana, bsuid("US.1").user_id));
    assert_eq!(store.profile(PersonId(i64::from(u32::MAX))).await.expect("a read"), None);
}

async fn merged_persons_keep_the_newer_session(store: &impl Store) {
    let by_wa = only(take(store, 0, vec![arrival(1, wa("1"))]).await.claims);
    let by_user = only(take(store, 0, vec![arrival(2, bsuid("US.1"))]).await.claims);
    assert_ne!(by_wa.lane, by_user.lane);
    for (claim, seconds, body) in [(&by_user, 1, &b"older"[..]), (&by_wa, 2, &b"newer"[..])] {
        let key = SessionKey { lane: claim.lane, member: None, name: "Cart".into() };
        let mut done = end(claim, seconds, Outcome::Done);
        done.sessions.push(SessionWrite { key, body: Some(Bytes::from_static(body)) });
        store.commit(done.into()).await.expect("an end");
    }
    let one = only(take(store, 3, vec![arrival(3, both("US.1", "1"))]).await.claims);
    assert_eq!(one.lane, by_user.lane, "the BSUID's person goes on");
    let key = SessionKey { lane: one.lane, member: None, name: "Cart".into() };
    assert_eq!(store.session(key).await.expect("a read").as_deref(), Some(&b"newer"[..]));

    // Who has a conversation turns out to be somebody who has none.
    let before = only(take(store, 4, vec![arrival(4, wa("2"))]).await.claims);
    let number = NumberRef { id: NUMBER.into(), portfolio: "".into() };
    store.person(number.clone(), bsuid("US.2"), at(5)).await.expect("a person");
    let one = store.person(number, both("US.2", "2"), at(6)).await.expect("a person");
    assert_ne!(before.person.as_ref().map(|person| person.id), Some(one.id));
    let lane = store.conversation(NUMBER, one.id).await.expect("a read");
    assert_eq!(lane, Some(before.lane), "they still have it");
}

async fn odd_ones_are_kept(store: &impl Store) {
    let kept = |note: &str, reason| Kept {
        reason,
        note: note.to_owned(),
        body: Bytes::from_static(b"{}"),
        at: at(0),
    };
    let mut odd = delivery(0, Vec::new());
    odd.kept = vec![kept("a", KeptReason::Unknown), kept("b", KeptReason::Unroutable)];
    store.ingest(odd).await.expect("a delivery is taken");
    let newest = store.kept(1).await.expect("a read");
    assert_eq!(
        newest.first().map(|kept| (kept.note.as_str(), kept.reason)),
        Some(("b", KeptReason::Unroutable))
    );
    assert_eq!(store.depth().await.expect("an answer").kept, 2);
}

async fn sweeping_forgets_the_old(store: &impl Store) {
    let claim = only(take(store, 0, vec![arrival(1, wa("1"))]).await.claims);
    finish(store, &claim, 0, dead("")).await;
    let keep = Retention::default();
    let day = Duration::from_hours(24);
    store.sweep(at(0) + day * 7, keep).await.expect("a sweep");
    assert_eq!(store.dead_letters(10).await.expect("a read").len(), 1, "what is young stays");
    assert_eq!(
        take(store, 7 * 86_400, vec![arrival(1, wa("1"))]).await.duplicates,
        1,
        "for seven days at least"
    );
    while store.sweep(at(0) + day * 400, keep).await.expect("a sweep") > 0 {}
    assert!(store.dead_letters(10).await.expect("a read").is_empty(), "what is old goes");
}

async fn waking_brings_a_parked_lane_forward(store: &impl Store) {
    let first = only(take(store, 0, vec![arrival(1, wa("1"))]).await.claims);
    finish(store, &first, 1, Outcome::Parked { until: at(60) }).await;
    assert!(self::claim(store, 2).await.is_empty());
    store.wake(first.lane, at(2)).await.expect("a wake");
    let second = only(self::claim(store, 2).await);
    assert_eq!(second.event.parks, 1);

    store.wake(second.lane, at(3)).await.expect("a wake");
    assert!(self::claim(store, 4).await.is_empty(), "a leased lane stays leased");
    let ended = finish(store, &second, 5, Outcome::Parked { until: at(60) }).await;
    assert!(matches!(ended, Committed::Ready(when) if when == at(5)), "what it waits for has happened");
    let third = only(self::claim(store, 5).await);
    finish(store, &third, 6, Outcome::Parked { until: at(60) }).await;
    assert!(self::claim(store, 59).await.is_empty(), "which counts once");
    store.wake(third.lane, at(59)).await.expect("a wake");
    let fourth = only(self::claim(store, 59).await);
    store.wake(fourth.lane, at(59)).await.expect("a wake");
    finish(store, &fourth, 60, Outcome::Retry { at: at(90) }).await;
    assert!(self::claim(store, 61).await.is_empty(), "and not for a turn that failed");
}

async fn the_clock_can_be_set(store: &impl Store) {
    let day = 86_400;
    let held = only(take(store, day, vec![arrival(1, wa("1"))]).await.claims);
    let late = only(take(store, day, vec![arrival(2, wa("2"))]).await.claims);
    finish(store, &late, day, Outcome::Retry { at: at(day + 5) }).await;
    let soon = only(take(store, 0, vec![arrival(3, wa("3"))]).await.claims);
    finish(store, &soon, 0, Outcome::Retry { at: at(20) }).await;
    let blocked = only(take(store, 0, vec![arrival(4, wa("4"))]).await.claims);
    finish(store, &blocked, 0, letters::blocking("why")).await;

    store.clock_set(lease(10), at(3_600)).await.expect("the clock is set back");
    let ready = only(claim(store, 10).await);
    assert_eq!(ready.event.key.0, 2, "what waits for a moment that far off is ready, and nothing else");
    finish(store, &ready, 10, Outcome::Done).await;
    store.clock_set(lease(day), BLOCKED).await.expect("the clock is set ahead");
    assert_eq!(only(claim(store, day).await).event.key.0, 3, "what was due is due, and no lease has run out");
    assert!(matches!(finish(store, &held, day, Outcome::Done).await, Committed::Idle));
}
