//! Who is who, case by case: what is known, what comes, and whose it is. The rows are those of the table in
//! `docs/identity.md`, in its order.

use std::collections::HashMap;

use bytes::Bytes;
use wappa_cloud::{GroupId, ParentUserId, UserId};

use super::{Arrival, NUMBER, arrival, both, bsuid, claim, end, finish, only, take, wa};
use crate::store::{
    Claim, Committed, LaneId, LaneKind, Outcome, Party, PersonId, PersonRef, SessionKey, SessionWrite, Store,
};

/// Something that happens, and whose conversation it must be in.
struct Step {
    who: PersonRef,
    formerly: Option<PersonRef>,
    /// A letter for each person there is, or seems to be.
    is: char,
    /// Who turns out to be the same person with it.
    joins: Option<char>,
}

impl Step {
    fn joins(self, other: char) -> Self {
        Self { joins: Some(other), ..self }
    }
}

/// A way in which identifiers come together.
pub(super) struct Case {
    name: &'static str,
    steps: Vec<Step>,
    /// The identifiers that the last step's person is written to afterwards.
    reached_at: PersonRef,
}

fn parent(id: &str, who: PersonRef) -> PersonRef {
    PersonRef { parent_user_id: Some(ParentUserId::from(id)), ..who }
}

fn named(username: &str, who: PersonRef) -> PersonRef {
    PersonRef { username: Some(username.to_owned()), ..who }
}

fn says(is: char, who: PersonRef) -> Step {
    Step { who, formerly: None, is, joins: None }
}

fn notice(is: char, formerly: PersonRef, who: PersonRef) -> Step {
    Step { who, formerly: Some(formerly), is, joins: None }
}

fn case(name: &'static str, reached_at: PersonRef, steps: impl IntoIterator<Item = Step>) -> Case {
    Case { name, steps: steps.into_iter().collect(), reached_at }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = first_contacts();
    cases.extend(changes());
    cases.extend(recycled());
    cases.extend(turned_out_to_be_one());
    cases
}

fn first_contacts() -> Vec<Case> {
    vec![
        case("a number, again", wa("1"), [says('a', wa("1")), says('a', wa("1"))]),
        case(
            "a number, then its first BSUID, then the BSUID alone",
            both("U1", "1"),
            [says('a', wa("1")), says('a', both("U1", "1")), says('a', bsuid("U1"))],
        ),
        case(
            "no number at first contact, then one",
            both("U1", "1"),
            [says('a', bsuid("U1")), says('a', both("U1", "1")), says('a', wa("1"))],
        ),
        case(
            "a username comes and changes, the number is hidden",
            named("ana.b", both("U1", "1")),
            [
                says('a', both("U1", "1")),
                says('a', named("ana", bsuid("U1"))),
                says('a', named("ana.b", bsuid("U1"))),
            ],
        ),
        case(
            "a username is taken over by somebody else",
            named("ana", bsuid("U2")),
            [says('a', named("ana", bsuid("U1"))), says('b', named("ana", bsuid("U2")))],
        ),
        case(
            "the parent BSUID with a new BSUID",
            parent("P1", bsuid("U1")),
            [
                says('a', parent("P1", bsuid("U1"))),
                says('a', parent("P1", bsuid("U2"))),
                says('a', bsuid("U1")),
            ],
        ),
        case(
            "a parent BSUID is learned later",
            parent("P1", bsuid("U2")),
            [
                says('a', bsuid("U1")),
                says('a', parent("P1", bsuid("U1"))),
                says('a', parent("P1", bsuid("U2"))),
            ],
        ),
        case(
            "one person, two ways to write a Brazilian number",
            both("BR.1", "5511987654321"),
            [
                says('a', both("BR.1", "551187654321")),
                says('a', both("BR.1", "5511987654321")),
                says('a', wa("551187654321")),
                says('a', wa("5511987654321")),
            ],
        ),
        case(
            "one person, two ways to write a Mexican number",
            both("MX.1", "525512345678"),
            [
                says('a', both("MX.1", "5215512345678")),
                says('a', both("MX.1", "525512345678")),
                says('a', wa("5215512345678")),
            ],
        ),
    ]
}

fn changes() -> Vec<Case> {
    vec![
        case(
            "user_changed_number without BSUIDs",
            wa("2"),
            [says('a', wa("1")), notice('a', wa("1"), wa("2")), says('a', wa("2"))],
        ),
        case(
            "user_changed_number with a new BSUID",
            both("U2", "2"),
            [
                says('a', both("U1", "1")),
                notice('a', both("U1", "1"), both("U2", "2")),
                says('a', bsuid("U2")),
                says('a', wa("2")),
            ],
        ),
        case(
            "what was sent before user_changed_number comes after it",
            bsuid("U2"),
            [
                says('a', bsuid("U1")),
                notice('a', bsuid("U1"), bsuid("U2")),
                says('a', bsuid("U1")),
                says('a', bsuid("U2")),
            ],
        ),
        case(
            "user_changed_number comes before anything else",
            both("U2", "2"),
            [
                notice('a', both("U1", "1"), both("U2", "2")),
                says('a', bsuid("U1")),
                says('a', both("U2", "2")),
            ],
        ),
        case(
            "user_changed_number comes after the first message from the new number",
            both("U2", "2"),
            [
                says('a', both("U1", "1")),
                says('A', both("U2", "2")),
                notice('a', both("U1", "1"), both("U2", "2")).joins('A'),
                says('a', both("U2", "2")),
                says('a', bsuid("U1")),
                says('a', both("U2", "2")),
            ],
        ),
        case(
            "user_changed_number reaches a second number of ours, after the first",
            both("U2", "2"),
            [
                says('a', both("U1", "1")),
                notice('a', both("U1", "1"), both("U2", "2")),
                notice('a', both("U1", "1"), both("U2", "2")),
                says('a', wa("2")),
            ],
        ),
        case(
            "user_changed_user_id",
            both("U2", "1"),
            [
                says('a', both("U1", "1")),
                notice('a', bsuid("U1"), bsuid("U2")),
                says('a', bsuid("U2")),
                says('a', wa("1")),
            ],
        ),
        case(
            "user_changed_user_id with parents",
            bsuid("U2"),
            [
                says('a', parent("P1", bsuid("U1"))),
                notice('a', parent("P1", bsuid("U1")), parent("P2", bsuid("U2"))),
                says('a', parent("P2", bsuid("U2"))),
                says('a', parent("P1", PersonRef::default())),
            ],
        ),
        case(
            "a number is changed and changed back",
            wa("1"),
            [
                says('a', wa("1")),
                notice('a', wa("1"), wa("2")),
                notice('a', wa("2"), wa("1")),
                says('a', wa("1")),
                says('b', wa("2")),
                says('a', wa("1")),
            ],
        ),
    ]
}

fn recycled() -> Vec<Case> {
    vec![
        case(
            "a number comes back with another BSUID and no notice",
            both("U2", "1"),
            [
                says('a', both("U1", "1")),
                says('b', both("U2", "1")),
                says('a', bsuid("U1")),
                says('b', wa("1")),
            ],
        ),
        case(
            "a number comes back after its owner has changed theirs",
            wa("1"),
            [says('a', wa("1")), notice('a', wa("1"), wa("2")), says('b', wa("1"))],
        ),
        case(
            "somebody moves to a number that a stranger had",
            both("U1", "2"),
            [
                says('b', wa("2")),
                says('a', both("U1", "1")),
                notice('a', both("U1", "1"), both("U1", "2")),
                says('a', wa("2")),
            ],
        ),
        case(
            "a late second notice names a number that is a stranger's by now",
            both("U2", "2"),
            [
                says('a', both("U1", "1")),
                notice('a', both("U1", "1"), both("U2", "2")),
                says('b', both("U9", "1")),
                notice('a', wa("1"), both("U2", "2")),
                says('b', bsuid("U9")),
                says('a', bsuid("U2")),
            ],
        ),
        case(
            "the same number with another parent BSUID",
            parent("P2", wa("1")),
            [says('a', parent("P1", wa("1"))), says('b', parent("P2", wa("1"))), says('b', wa("1"))],
        ),
    ]
}

fn turned_out_to_be_one() -> Vec<Case> {
    vec![
        case(
            "a number and a BSUID turn out to be one",
            both("U1", "1"),
            [
                says('a', bsuid("U1")),
                says('A', wa("1")),
                says('a', both("U1", "1")).joins('A'),
                says('a', wa("1")),
                says('a', bsuid("U1")),
            ],
        ),
        case(
            "they do, and the older session was the number's",
            both("U1", "1"),
            [
                says('A', wa("1")),
                says('a', bsuid("U1")),
                says('a', both("U1", "1")).joins('A'),
                says('a', wa("1")),
            ],
        ),
        case(
            "a number and a parent BSUID turn out to be one",
            parent("P1", wa("1")),
            [
                says('a', parent("P1", bsuid("U1"))),
                says('A', wa("1")),
                says('a', PersonRef { user_id: Some(UserId::from("U2")), ..parent("P1", wa("1")) })
                    .joins('A'),
                says('a', wa("1")),
            ],
        ),
        case(
            "two BSUIDs turn out to have one parent",
            parent("P1", bsuid("U2")),
            [
                says('A', parent("P1", bsuid("U1"))),
                says('a', bsuid("U2")),
                says('a', parent("P1", bsuid("U2"))).joins('A'),
                says('a', bsuid("U1")),
                says('a', bsuid("U2")),
                says('a', parent("P1", bsuid("U2"))),
            ],
        ),
        case(
            "three turn out to be one",
            both("U2", "2"),
            [
                says('a', bsuid("U1")),
                says('b', bsuid("U2")),
                says('c', wa("2")),
                says('b', both("U2", "2")).joins('c'),
                notice('a', bsuid("U1"), both("U2", "2")).joins('b'),
                says('a', wa("2")),
            ],
        ),
    ]
}

fn session(lane: LaneId) -> SessionKey {
    SessionKey { lane, member: None, name: "Owner".into() }
}

/// Plays a case. Every person remembers their letter: whoever finds another's has been given a stranger's session, and
/// whoever finds nothing has lost theirs. Of two who turn out to be one the newer counts.
pub(super) async fn every_case_of_who_is_who(store: &impl Store, case: &Case) {
    let name = case.name;
    let mut written: HashMap<char, usize> = HashMap::new();
    let mut last: Option<Claim> = None;
    for (n, step) in case.steps.iter().enumerate() {
        let key = u128::try_from(n).expect("few steps") + 1;
        let seconds = i64::try_from(n).expect("few steps");
        let came = Arrival { formerly: step.formerly.clone(), ..arrival(key, step.who.clone()) };
        let claim = only(take(store, seconds, vec![came]).await.claims);
        let known = store.session(session(claim.lane)).await.expect("a read");
        let found = known.and_then(|letter| letter.first().copied()).map(char::from);
        let theirs = [Some(step.is), step.joins].into_iter().flatten();
        let expected = theirs
            .filter(|letter| written.contains_key(letter))
            .max_by_key(|letter| written.get(letter).copied());
        assert_eq!(found, expected, "{name}: whose session step {n} finds");
        let body = Bytes::from(step.is.to_string());
        let mut done = end(&claim, seconds, Outcome::Done);
        done.sessions.push(SessionWrite { key: session(claim.lane), body: Some(body) });
        store.commit(done.into()).await.expect("an end");
        written.insert(step.is, n);
        let person = claim.person.as_ref().expect("a person").id;
        let lane = store.conversation(NUMBER, person).await.expect("a read");
        assert_eq!(lane, Some(claim.lane), "{name}: the conversation of step {n}");
        last = Some(claim);
    }
    let last = last.and_then(|claim| claim.person).expect("a person");
    assert!(last.who.covers(&case.reached_at), "{name}: {:?}", last.who);
}

/// What waits and what is under way under the name of the one who is gone goes on, as the one who stays.
pub(super) async fn a_lane_of_before_drains_as_the_same_person(store: &impl Store) {
    let mut number = only(take(store, 0, vec![arrival(1, wa("1")), arrival(2, wa("1"))]).await.claims);
    let user = only(take(store, 1, vec![arrival(3, bsuid("U1"))]).await.claims);
    let kept = user.person.as_ref().expect("a person").id;
    finish(store, &user, 2, Outcome::Done).await;
    let one = only(take(store, 3, vec![arrival(4, both("U1", "1"))]).await.claims);
    assert_eq!(one.person.as_ref().map(|person| person.id), Some(kept));
    let mut write = end(&one, 4, Outcome::Done);
    write.sessions.push(SessionWrite { key: session(one.lane), body: Some(Bytes::from_static(b"new")) });
    store.commit(write.into()).await.expect("an end");

    let Committed::Next(second) = finish(store, &number, 5, Outcome::Done).await else {
        panic!("what waits in the lane of before is not lost")
    };
    number = *second;
    let person = number.person.as_ref().expect("a person");
    assert_eq!((number.event.key.0, person.id), (2, kept), "and belongs to the one who stays");
    assert!(person.who.covers(&both("U1", "1")), "who is written to as they are called now");
    let seen = store.session(session(number.lane)).await.expect("a read");
    assert_eq!(seen.as_deref(), Some(&b"new"[..]), "with the session they have now");
    let gone = PersonId(if kept.0 == 1 { 2 } else { 1 });
    let lane = store.conversation(NUMBER, gone).await.expect("a read");
    assert!(lane.is_some(), "a reference of before still leads to a conversation");
    finish(store, &number, 6, Outcome::Done).await;
    assert!(claim(store, 100).await.is_empty(), "and nothing is left over");
}

/// In a group it is the member who has the session.
pub(super) async fn a_member_of_a_group_keeps_theirs(store: &impl Store) {
    let group = |key, who| Arrival {
        lane: LaneKind::Group,
        party: Party::Group(GroupId::from("G"), Some(who)),
        ..arrival(key, PersonRef::default())
    };
    let of = |claim: &Claim| SessionKey { member: claim.event.member, ..session(claim.lane) };
    let first = only(take(store, 0, vec![group(1, wa("1"))]).await.claims);
    let mut done = end(&first, 1, Outcome::Done);
    done.sessions.push(SessionWrite { key: of(&first), body: Some(Bytes::from_static(b"a")) });
    store.commit(done.into()).await.expect("an end");
    let user = only(take(store, 2, vec![group(2, bsuid("U1"))]).await.claims);
    assert_eq!(store.session(of(&user)).await.expect("a read"), None, "nobody knows that it is them");
    finish(store, &user, 3, Outcome::Done).await;
    let one = only(take(store, 4, vec![group(3, both("U1", "1"))]).await.claims);
    assert_eq!(store.session(of(&one)).await.expect("a read").as_deref(), Some(&b"a"[..]));
}
