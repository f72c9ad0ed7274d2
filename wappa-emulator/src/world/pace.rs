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
const PAIR_PER_SECOND: f64 = 1.0 / 6.0;
const PAIR_BURST: f64 = 45.0;
const HOUR: i64 = 60 * 60 * 1000;

/// Token buckets and counts on the world's clock. They are not in the journal: a restart fills them.
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
        let per_second = throughput.per_second();
        let pair = self.pairs.entry(chat.clone()).or_insert_with(|| Bucket::full(PAIR_BURST, now));
        if !pair.has_one(PAIR_PER_SECOND, PAIR_BURST, now) {
            return Err(Refusal::new(
                131_056,
                "Message failed to send because there were too many messages sent from this phone number to the \
                 same phone number in a short period of time",
            ));
        }
        let number = self.numbers.entry(chat.number.clone()).or_insert_with(|| Bucket::full(per_second, now));
        if !number.has_one(per_second, per_second, now) {
            return Err(Refusal::new(
                130_429,
                "Message failed to send because there were too many messages sent from this phone number in a \
                 short period of time",
            ));
        }
        number.tokens -= 1.0;
        pair.tokens -= 1.0;
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

struct Bucket {
    tokens: f64,
    at: i64,
}

impl Bucket {
    fn full(tokens: f64, at: i64) -> Self {
        Self { tokens, at }
    }

    fn has_one(&mut self, per_second: f64, burst: f64, now: i64) -> bool {
        // A month is far more than either bucket needs to fill up, and exact in an f64.
        let passed = u32::try_from(now.saturating_sub(self.at).max(0)).unwrap_or(u32::MAX);
        self.tokens = (self.tokens + f64::from(passed) / 1000.0 * per_second).min(burst);
        self.at = self.at.max(now);
        self.tokens >= 1.0
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
