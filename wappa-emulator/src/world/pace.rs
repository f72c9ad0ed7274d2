//! How fast a number may send: so many messages a second, to one person one in 6 seconds with a burst of 45, and to so
//! many people first in 24 hours.

use std::collections::BTreeMap;
use wappa_cloud::PhoneNumberId;

use super::DAY;
use super::model::{ChatKey, PersonId};
use super::refusal::Refusal;
use super::standing::Throughput;
use crate::config::Pacing;

/// Meta's page "Cloud API: pair rate limits".
const PAIR: Rate = Rate { each: 6_000_000, burst: 45 };
const HOUR: i64 = 60 * 60 * 1000;

/// Buckets and counts on the world's clock. They are not in the journal: a restart fills them.
#[derive(Default)]
pub(crate) struct Pace {
    numbers: BTreeMap<PhoneNumberId, Bucket>,
    pairs: BTreeMap<ChatKey, Bucket>,
    /// Whom a number has written to first, and when.
    reached: BTreeMap<PhoneNumberId, BTreeMap<PersonId, i64>>,
    /// Management calls of an account: since when, and how many.
    managed: BTreeMap<String, (i64, u32)>,
}

impl Pace {
    /// Takes one message's worth from both buckets, or says which is empty and takes nothing.
    pub(crate) fn take(
        &mut self,
        pacing: Pacing,
        throughput: Throughput,
        chat: &ChatKey,
        now: i64,
    ) -> Result<(), Refusal> {
        if pacing == Pacing::Unlimited {
            return Ok(());
        }
        let of_number = Rate::per_second(throughput.per_second());
        let pair = self.pairs.entry(chat.clone()).or_default();
        if !pair.has_one(PAIR, now) {
            return Err(Refusal::new(
                131_056,
                "Message failed to send because there were too many messages sent from this phone number to the \
                 same phone number in a short period of time",
            ));
        }
        let number = self.numbers.entry(chat.number.clone()).or_default();
        if !number.has_one(of_number, now) {
            return Err(Refusal::new(
                130_429,
                "Message failed to send because there were too many messages sent from this phone number in a \
                 short period of time",
            ));
        }
        number.take(of_number);
        pair.take(PAIR);
        Ok(())
    }

    /// Whether one more management call of this account fits into the hour; counts it.
    pub(crate) fn manage(&mut self, most: u32, account: &str, now: i64) -> bool {
        let (since, count) = self.managed.entry(account.to_owned()).or_insert((now, 0));
        if now - *since >= HOUR {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= most
    }

    /// Whether one more person may be written to first; counts this one then.
    pub(crate) fn reach(&mut self, most: Option<usize>, chat: &ChatKey, now: i64) -> bool {
        let Some(most) = most else { return true };
        let reached = self.reached.entry(chat.number.clone()).or_default();
        reached.retain(|_, at| *at > now - DAY);
        let may = reached.contains_key(&chat.person) || reached.len() < most;
        if may {
            reached.entry(chat.person.clone()).or_insert(now);
        }
        may
    }
}

/// In microseconds of the world's clock: whole ones, so that the last message of a burst is worth as much as the first.
#[derive(Clone, Copy, Default)]
struct Bucket {
    /// Up to when everything is given away.
    taken: i64,
    /// The latest moment it was looked at: a clock that is set back neither fills nor empties it.
    now: i64,
}

/// One message each so many microseconds, and so many at once.
#[derive(Clone, Copy)]
struct Rate {
    each: i64,
    burst: i64,
}

impl Rate {
    fn per_second(messages: u32) -> Self {
        let burst = i64::from(messages.max(1));
        Self { each: 1_000_000 / burst, burst }
    }
}

impl Bucket {
    /// `now` in milliseconds.
    fn has_one(&mut self, rate: Rate, now: i64) -> bool {
        self.now = self.now.max(now.saturating_mul(1_000));
        self.taken <= self.now.saturating_add(rate.each * (rate.burst - 1))
    }

    fn take(&mut self, rate: Rate) {
        self.taken = self.taken.max(self.now).saturating_add(rate.each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(person: &str) -> ChatKey {
        ChatKey { number: PhoneNumberId::from("1"), person: PersonId(person.to_owned()) }
    }

    #[test]
    fn a_pair_has_a_burst_of_45_and_then_one_in_six_seconds() {
        let mut pace = Pace::default();
        for _ in 0..45 {
            pace.take(Pacing::Meta, Throughput::Standard, &chat("p1"), 0).unwrap();
        }
        assert_eq!(
            pace.take(Pacing::Meta, Throughput::Standard, &chat("p1"), 5_900).unwrap_err().code,
            131_056
        );
        pace.take(Pacing::Meta, Throughput::Standard, &chat("p1"), 6_100).unwrap();
        assert_eq!(
            pace.take(Pacing::Meta, Throughput::Standard, &chat("p1"), 6_200).unwrap_err().code,
            131_056
        );
    }

    #[test]
    fn a_number_sends_eighty_a_second() {
        let mut pace = Pace::default();
        for n in 0..80 {
            pace.take(Pacing::Meta, Throughput::Standard, &chat(&format!("p{n}")), 0).unwrap();
        }
        assert_eq!(pace.take(Pacing::Meta, Throughput::Standard, &chat("p99"), 0).unwrap_err().code, 130_429);
        pace.take(Pacing::Meta, Throughput::Standard, &chat("p99"), 1_000).unwrap();
        pace.take(Pacing::Unlimited, Throughput::Standard, &chat("p1"), 0).unwrap();
    }
}
