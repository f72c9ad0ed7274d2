//! Pace, second by second.

use super::*;

const PATIENCE: Duration = Duration::from_secs(5);

fn number() -> PhoneNumberId {
    PhoneNumberId::from("106540352242922")
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Sends one after the other as soon as each may, and tells when each left.
fn send(
    pacer: &Pacer,
    count: u64,
    person: impl Fn(u64) -> u64,
    priority: Priority,
    from: Duration,
) -> Vec<Duration> {
    let mut now = from;
    (0..count)
        .map(|nth| {
            loop {
                match pacer.take(&number(), Some(person(nth)), priority, now, PATIENCE) {
                    Slot::In(wait) => break now + wait,
                    Slot::Later(wait) => now += wait,
                }
            }
        })
        .collect()
}

fn most_in_a_second(left: &[Duration]) -> usize {
    left.iter()
        .map(|from| left.iter().filter(|at| (*from..*from + secs(1)).contains(at)).count())
        .max()
        .unwrap_or(0)
}

#[test]
fn a_number_keeps_its_pace() {
    let pacer = Pacer::new(Pace::STANDARD);
    let mut left = send(&pacer, 800, |person| person, Priority::Reply, secs(10));
    left.sort();
    assert_eq!(left.iter().filter(|at| **at == secs(10)).count(), 80, "a burst at first");
    let steady: Vec<Duration> = left.into_iter().filter(|at| *at > secs(10)).collect();
    assert!(most_in_a_second(&steady) <= 81, "then no more than its rate");
    assert!(*steady.last().expect("some") <= secs(20), "and no less");
}

#[test]
fn what_comes_in_counts_but_is_not_held_against_the_number_for_long() {
    let pacer = Pacer::new(Pace::STANDARD);
    for _ in 0..10_000 {
        pacer.received(&number(), secs(10));
    }
    let Slot::In(wait) = pacer.take(&number(), Some(1), Priority::Reply, secs(10), PATIENCE) else {
        panic!("it may go soon")
    };
    assert!(wait > Duration::ZERO && wait < secs(1), "{wait:?}");
}

#[test]
fn a_person_gets_a_burst_and_then_one_in_six_seconds() {
    let pacer = Pacer::new(Pace::HIGH);
    let left = send(&pacer, 50, |_| 7, Priority::Reply, secs(100));
    assert!(left[..45].iter().all(|at| *at == secs(100)));
    assert_eq!(left[45..], [106, 112, 118, 124, 130].map(|second| secs(second) + ON_THE_WAY));
    assert_eq!(
        pacer.take(&number(), Some(8), Priority::Reply, secs(130), PATIENCE),
        Slot::In(Duration::ZERO)
    );
}

#[test]
fn a_long_queue_sends_people_away_one_after_the_other() {
    let pacer = Pacer::new(Pace::COEXISTENCE);
    let mut later = Vec::new();
    for person in 0..200 {
        if let Slot::Later(wait) = pacer.take(&number(), Some(person), Priority::Reply, secs(10), PATIENCE) {
            later.push(wait);
        }
    }
    assert_eq!(later.len(), 80, "20 at once and 5 seconds' worth have a place");
    assert!(later.is_sorted() && later[0] > PATIENCE);
    assert!(later.windows(2).all(|pair| pair[0] < pair[1]), "they don't come back at the same moment");
}

#[test]
fn broadcasts_give_way_to_conversations() {
    let pacer = Pacer::new(Pace::STANDARD);
    let bulk = (0..1_000)
        .take_while(|nth| {
            pacer.take(&number(), Some(*nth), Priority::Broadcast, secs(10), PATIENCE)
                == Slot::In(Duration::ZERO)
        })
        .count();
    assert_eq!(bulk, 41, "half of the burst");
    for person in 2_000..2_039 {
        assert_eq!(
            pacer.take(&number(), Some(person), Priority::Reply, secs(10), PATIENCE),
            Slot::In(Duration::ZERO)
        );
    }
    let left = send(&pacer, 160, |nth| 5_000 + nth, Priority::Broadcast, secs(10));
    assert!(left.last().is_some_and(|at| *at < secs(14)), "and still use what is free");
    pacer.complained(&number(), secs(3_600), secs(20));
    let held = pacer.take(&number(), Some(9_000), Priority::Broadcast, secs(20), PATIENCE);
    assert_eq!(held, Slot::Later(secs(3_600)));
    let Slot::In(_) = pacer.take(&number(), Some(9_001), Priority::Reply, secs(20), PATIENCE) else {
        panic!("conversations go on")
    };
}

#[test]
fn refusals_slow_a_number_down_for_a_time() {
    let pacer = Pacer::new(Pace::STANDARD);
    for _ in 0..50 {
        pacer.refused(&number(), secs(2), secs(10));
    }
    let left = send(&pacer, 100, |person| person, Priority::Reply, secs(10));
    assert!(left.iter().all(|at| *at >= secs(12)), "Meta's time is kept");
    let most = most_in_a_second(&left);
    assert!((40..=42).contains(&most), "half the pace: many refusals at once count once: {most}");
    let later = send(&pacer, 80, |person| 2_000 + person, Priority::Reply, secs(60));
    assert!(later.iter().all(|at| *at == secs(60)), "then it is as fast as before");
}

#[test]
fn a_refused_pair_waits_alone() {
    let pacer = Pacer::new(Pace::STANDARD);
    pacer.pair_refused(7, secs(4), secs(10));
    assert_eq!(
        pacer.take(&number(), Some(7), Priority::Reply, secs(10), PATIENCE),
        Slot::In(secs(4) + ON_THE_WAY)
    );
    assert_eq!(pacer.take(&number(), Some(8), Priority::Reply, secs(10), PATIENCE), Slot::In(Duration::ZERO));
}

#[test]
fn a_chat_that_says_much_does_not_hold_up_others() {
    let pacer = Pacer::new(Pace::COEXISTENCE);
    let mut now = secs(10);
    let mut chatty = 0;
    // One says a thing after the other; somebody else comes now and then with one thing.
    for nth in 0..45 {
        if let Slot::In(wait) = pacer.take(&number(), Some(7), Priority::Reply, now, PATIENCE) {
            now += wait;
            chatty += 1;
        }
        if nth % 5 == 0 {
            let other = pacer.take(&number(), Some(100 + nth), Priority::Reply, now, PATIENCE);
            let Slot::In(wait) = other else { panic!("it is let in: {other:?}") };
            assert!(wait <= secs(1) / 10, "behind one message of the other's: {wait:?}");
        }
    }
    assert_eq!(chatty, 45);
}

#[test]
fn who_has_had_enough_marketing_gets_none_for_longer_each_time() {
    let (pacer, hour) = (Pacer::new(Pace::OFF), secs(3_600));
    assert_eq!(pacer.capped(7, secs(1)), None);
    pacer.cap(7, secs(0));
    pacer.cap(7, secs(1));
    assert_eq!(pacer.capped(7, hour), Some(hour * 23), "what was said at the same time counts once");
    assert_eq!(pacer.capped(8, hour), None);
    assert_eq!(pacer.capped(7, hour * 24), None);
    pacer.cap(7, hour * 24);
    assert_eq!(pacer.capped(7, hour * 24), Some(hour * 48));
    let mut now = hour * 24;
    for _ in 0..40 {
        now += pacer.capped(7, now).unwrap_or_default();
        pacer.cap(7, now);
    }
    assert_eq!(pacer.capped(7, now), Some(hour * 24 * 7), "a week at most");
}

#[test]
fn pairs_at_rest_are_forgotten() {
    let pacer = Pacer::new(Pace::HIGH);
    for nth in 0_u64..100_000 {
        let person = nth.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        pacer.take(&number(), Some(person), Priority::Reply, Duration::from_millis(nth * 10), secs(60));
    }
    let known: usize = pacer.pairs.iter().map(|pairs| lock(pairs).taken.len()).sum();
    assert!(known <= PAIRS + 2 * SHARDS, "{known}");
}

#[test]
fn switched_off_nothing_waits() {
    let pacer = Pacer::new(Pace::OFF);
    for _ in 0..10_000 {
        assert_eq!(
            pacer.take(&number(), Some(7), Priority::Broadcast, secs(1), PATIENCE),
            Slot::In(Duration::ZERO)
        );
    }
    assert!(pacer.numbers.is_empty());
}
