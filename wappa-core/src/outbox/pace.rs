//! Pace: how fast messages may leave, for a number and for each person, as Meta counts it; and what is learned from
//! Meta's refusals. Only arithmetic on moments: whoever asks does the waiting.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use dashmap::DashMap;
use foldhash::fast::RandomState;
use wappa_cloud::{ErrorKind, GraphError, PhoneNumberId};

use super::{
    How, Outbox, SendError, Who,
    letter::{Letter, Waiting},
};
use crate::numbers::Number;

/// Messages a second that Meta allows an ordinary number (Meta: *Throughput*).
const STANDARD: NonZeroU32 = NonZeroU32::new(80).expect("not zero");
const COEXISTENCE: NonZeroU32 = NonZeroU32::new(20).expect("not zero");
const HIGH: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");
/// Meta's codes for an app and for accounts that make too many calls.
const OF_APP: u32 = 4;
const OF_ACCOUNT: u32 = 80_007;
const OF_ACCOUNT_TOO: u32 = 80_008;
/// To one person: one message in six seconds, and up to 45 at once (Meta: *Pair rate limits*).
const PAIR: Rate = Rate { each: Duration::from_secs(6), burst: 45 };
/// Meta counts a message when it arrives: one that has waited leaves so much later, lest it overtake the time that the ones
/// before it were on their way.
const ON_THE_WAY: Duration = Duration::from_millis(500);
/// A refused number sends so much slower each time, down to a sixteenth of its pace…
const SLOWER: u32 = 2;
const SLOWEST: u32 = 16;
/// …and is back at twice the pace after so long without a refusal.
const RECOVERY: Duration = Duration::from_secs(10);
/// Pairs remembered before those at rest are forgotten.
const PAIRS: usize = 4_096;
/// How long a person has had enough marketing, at first and at most.
const CAP: Duration = Duration::from_hours(24);
const LONGEST_CAP: Duration = Duration::from_hours(24 * 7);
/// People remembered who have had enough.
const CAPPED: usize = 65_536;
const SHARDS: usize = 16;
const _: () = assert!(SHARDS.is_power_of_two());

/// How fast the numbers of a bot may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace(Option<NonZeroU32>);

impl Default for Pace {
    fn default() -> Self {
        Self::STANDARD
    }
}

impl Pace {
    /// 80 messages a second and number, received ones included: what Meta allows unless it has raised a number.
    pub const STANDARD: Self = Self(Some(STANDARD));
    /// 1,000 messages a second and number: after Meta's throughput upgrade.
    pub const HIGH: Self = Self(Some(HIGH));
    /// 20 messages a second and number: where the WhatsApp Business app is used at the same time.
    pub const COEXISTENCE: Self = Self(Some(COEXISTENCE));
    /// As fast as the network goes; Meta's refusals are still obeyed, one by one.
    pub const OFF: Self = Self(None);

    /// So many messages a second and number, received ones included.
    pub const fn per_second(messages: NonZeroU32) -> Self {
        Self(Some(messages))
    }
}

/// What a message gives way to when a number may not send as much as it would.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Priority {
    /// It is part of a conversation.
    #[default]
    Reply,
    /// It is one of many, and gives way to what is part of conversations: it takes what is free at once and leaves them
    /// half of a burst.
    Broadcast,
}

/// Whether a message may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// After this time: its place is kept.
    In(Duration),
    /// Not soon: come back after this time. No place is kept.
    Later(Duration),
}

/// A rate, as the generic cell rate algorithm has it: the moment up to which everything is given away moves on by `each`
/// with every message, and may be ahead of now by `burst` messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rate {
    each: Duration,
    burst: u32,
}

impl Rate {
    fn per_second(messages: NonZeroU32) -> Self {
        Self { each: Duration::from_secs(1) / messages.get(), burst: messages.get() }
    }

    fn wait(self, taken: Duration, now: Duration) -> Duration {
        taken.saturating_sub(now + self.each * (self.burst - 1))
    }

    fn take(self, taken: Duration, now: Duration) -> Duration {
        taken.max(now) + self.each
    }
}

/// The pace of all numbers.
#[derive(Debug)]
pub(super) struct Pacer {
    rate: Option<Rate>,
    numbers: DashMap<PhoneNumberId, Arc<Mutex<NumberPace>>, RandomState>,
    pairs: [Mutex<Pairs>; SHARDS],
    /// People to whom Meta delivers no more marketing for a time: until when, and how often it has said so.
    capped: Mutex<HashMap<u64, (Duration, u32), RandomState>>,
}

#[derive(Debug, Default)]
struct NumberPace {
    taken: Duration,
    /// Up to where parked conversations have been told to come back.
    parked: Duration,
    /// Not before this moment: Meta has named it.
    paused: Duration,
    /// Nothing of a broadcast before this moment.
    bulk_paused: Duration,
    slowed: u32,
    refused: Duration,
}

#[derive(Debug)]
struct Pairs {
    taken: HashMap<u64, Duration, RandomState>,
    sweep_at: usize,
}

impl Default for Pairs {
    fn default() -> Self {
        Self { taken: HashMap::default(), sweep_at: PAIRS / SHARDS }
    }
}

impl NumberPace {
    /// The rate by now: slower after refusals, and recovering from them.
    fn rate(&mut self, rate: Rate, now: Duration) -> Rate {
        while self.slowed > 1 && now >= self.refused + RECOVERY {
            self.slowed /= SLOWER;
            self.refused += RECOVERY;
        }
        let slowed = self.slowed.max(1);
        Rate { each: rate.each * slowed, burst: (rate.burst / slowed).max(1) }
    }
}

impl Pacer {
    /// Nobody has sent anything yet.
    pub(super) fn new(pace: Pace) -> Self {
        let rate = pace.0.map(Rate::per_second);
        Self { rate, numbers: DashMap::default(), pairs: Default::default(), capped: Mutex::default() }
    }

    /// Whether anything ever waits.
    pub(super) fn is_on(&self) -> bool {
        self.rate.is_some()
    }

    /// A place for a message of this number to this person. `patience` is how long may be waited for it.
    pub(super) fn take(
        &self,
        number: &PhoneNumberId,
        person: Option<u64>,
        priority: Priority,
        now: Duration,
        patience: Duration,
    ) -> Slot {
        let Some(rate) = self.rate else { return Slot::In(Duration::ZERO) };
        let mut pair = person.map(|person| (person, lock(self.pairs_of(person))));
        let known = pair.as_ref().and_then(|(person, pairs)| pairs.taken.get(person).copied());
        let known = known.unwrap_or_default();
        let mut pair_wait = PAIR.wait(known, now);
        if !pair_wait.is_zero() {
            pair_wait += ON_THE_WAY;
        }
        if pair_wait > patience {
            return Slot::Later(pair_wait);
        }
        let number = self.number(number);
        let mut of_number = lock(&number);
        let rate = of_number.rate(rate, now);
        let paused = of_number.paused.saturating_sub(now);
        let wait = rate.wait(of_number.taken, now).max(paused);
        if priority == Priority::Broadcast {
            // It takes only what is free at once, and leaves half of the burst to conversations.
            let spare = of_number.taken.saturating_sub(now + rate.each * (rate.burst / 2));
            let wait = wait.max(spare).max(of_number.bulk_paused.saturating_sub(now)).max(pair_wait);
            if !wait.is_zero() {
                return Slot::Later(wait);
            }
        } else if wait > patience {
            // Those told to come back do so one after the other, as fast as they may send.
            of_number.parked = of_number.parked.max(now + wait) + rate.each;
            return Slot::Later(of_number.parked.saturating_sub(now));
        }
        of_number.taken = rate.take(of_number.taken, now).max(of_number.paused);
        if let Some((person, pairs)) = &mut pair {
            pairs.taken.insert(*person, PAIR.take(known, now));
            pairs.sweep(now);
        }
        Slot::In(wait.max(pair_wait))
    }

    /// A message has come in, which counts too.
    pub(super) fn received(&self, number: &PhoneNumberId, now: Duration) {
        let Some(rate) = self.rate else { return };
        let number = self.number(number);
        let mut number = lock(&number);
        // What comes in is not held back, so it can't take more than there is.
        let most = now + rate.each * rate.burst;
        if number.taken < most {
            number.taken = rate.take(number.taken, now);
        }
    }

    /// Meta finds the number too fast, or names a time for it to wait.
    pub(super) fn refused(&self, number: &PhoneNumberId, wait: Duration, now: Duration) {
        let Some(rate) = self.rate else { return };
        let number = self.number(number);
        let mut number = lock(&number);
        // Many messages are refused at once; that is one refusal.
        if now >= number.refused + Duration::from_secs(1) || number.slowed <= 1 {
            number.slowed = (number.slowed.max(1) * SLOWER).min(SLOWEST);
            number.refused = now;
        }
        number.paused = number.paused.max(now + wait);
        // There is no burst left.
        number.taken = number.taken.max(number.paused + rate.each * (rate.burst - 1));
    }

    /// Meta finds the number too fast for this person.
    pub(super) fn pair_refused(&self, person: u64, wait: Duration, now: Duration) {
        if self.rate.is_some() {
            let mut pairs = lock(self.pairs_of(person));
            let full = now + wait + PAIR.each * (PAIR.burst - 1);
            let taken = pairs.taken.entry(person).or_default();
            *taken = full.max(*taken);
        }
    }

    /// Meta has had complaints about the number: broadcasts stop for a time, conversations go on.
    pub(super) fn complained(&self, number: &PhoneNumberId, wait: Duration, now: Duration) {
        let number = self.number(number);
        let mut number = lock(&number);
        number.bulk_paused = number.bulk_paused.max(now + wait);
    }

    /// Meta delivers no marketing to this person for now: for a day, and longer each time (131049).
    pub(super) fn cap(&self, person: u64, now: Duration) {
        let mut capped = lock(&self.capped);
        if capped.len() >= CAPPED {
            capped.retain(|_, (until, _)| *until > now);
        }
        if capped.len() < CAPPED || capped.contains_key(&person) {
            let (until, times) = capped.entry(person).or_default();
            // What was under way when it was said says it again.
            if *until <= now {
                *times += 1;
                *until = now + (CAP * 2_u32.saturating_pow(*times - 1)).min(LONGEST_CAP);
            }
        }
    }

    /// How long no marketing should be sent to this person.
    pub(super) fn capped(&self, person: u64, now: Duration) -> Option<Duration> {
        let (until, _) = *lock(&self.capped).get(&person)?;
        until.checked_sub(now).filter(|left| !left.is_zero())
    }

    fn number(&self, id: &PhoneNumberId) -> Arc<Mutex<NumberPace>> {
        if let Some(known) = self.numbers.get(id) {
            return Arc::clone(&known);
        }
        Arc::clone(&self.numbers.entry(id.clone()).or_default())
    }

    fn pairs_of(&self, person: u64) -> &Mutex<Pairs> {
        // The high bits: the low ones choose a place in the shard's table.
        let place = usize::try_from(person >> 60).unwrap_or(0);
        &self.pairs[place % SHARDS]
    }
}

impl Letter<'_> {
    /// Takes a place; answers with what there is to wait for, if anything.
    pub(super) fn slot(&self, waited: Waited) -> Option<Slot> {
        let Self { outbox, address, turn, how: How { priority, .. }, .. } = *self;
        let number = &address.number.id;
        let person = Who::of(address.to).person_code(number.as_str());
        // Who has been sent away before is let in before those that come new.
        let parked = waited == Waited::Yes || turn.is_some_and(|turn| turn.history.parks > 0);
        let patience = outbox.settings.park_after * if parked { 2 } else { 1 };
        let slot = outbox.pacer.take(number, person, priority, outbox.clock.monotonic(), patience);
        (slot != Slot::In(Duration::ZERO)).then_some(slot)
    }

    pub(super) async fn keep_pace(&self, mut slot: Slot) {
        let Self { outbox, turn, .. } = *self;
        let clock = &outbox.clock;
        loop {
            let _waiting = turn.map(|turn| Waiting::begin(turn, outbox));
            match (slot, turn) {
                (Slot::In(wait), _) => {
                    clock.sleep(wait).await;
                    return;
                }
                (Slot::Later(wait), Some(turn)) => turn.park(clock.now() + wait).await,
                (Slot::Later(wait), None) => clock.sleep(wait).await,
            }
            match self.slot(Waited::Yes) {
                Some(next) => slot = next,
                None => return,
            }
        }
    }

    /// Takes note of a refusal that says "too fast".
    pub(super) fn slow_down(&self, error: &GraphError, wait: Duration) {
        let Self { outbox: Outbox { pacer, clock, .. }, address, .. } = *self;
        let number = &address.number.id;
        match error.kind() {
            ErrorKind::Pace => {
                for number in self.slowed_by(error) {
                    pacer.refused(&number, wait, clock.monotonic());
                }
            }
            ErrorKind::PairPace => {
                if let Some(person) = Who::of(address.to).person_code(number.as_str()) {
                    pacer.pair_refused(person, wait, clock.monotonic());
                }
            }
            _ => {}
        }
    }
}

/// Whether a message has been told to come back before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waited {
    Yes,
    No,
}

impl Letter<'_> {
    /// Which numbers Meta finds too fast: this one, or all of its account or app.
    fn slowed_by(&self, error: &GraphError) -> Vec<PhoneNumberId> {
        let ours = self.address.number;
        let together = |other: &Number| match error.code {
            Some(OF_APP) => Arc::ptr_eq(&other.app, &ours.app),
            Some(OF_ACCOUNT | OF_ACCOUNT_TOO) => {
                other.business_account.is_some() && other.business_account == ours.business_account
            }
            _ => false,
        };
        let others =
            self.outbox.numbers.all().into_iter().filter(|other| other.id != ours.id && together(other));
        others.map(|other| other.id.clone()).chain([ours.id.clone()]).collect()
    }

    /// Whether the person has had enough marketing for now.
    pub(super) fn check_cap(&self) -> Result<(), SendError> {
        let Self { outbox: Outbox { pacer, clock, .. }, address, .. } = *self;
        let person = Who::of(address.to).person_code(address.number.id.as_str());
        match person.and_then(|person| pacer.capped(person, clock.monotonic())) {
            Some(left) => Err(SendError::MarketingCapped { until: clock.now() + left }),
            None => Ok(()),
        }
    }
}

impl Pairs {
    /// Forgets pairs that may send a whole burst again, now and then.
    fn sweep(&mut self, now: Duration) {
        if self.taken.len() > self.sweep_at {
            self.taken.retain(|_, taken| *taken > now);
            self.sweep_at = (self.taken.len() * 2).max(PAIRS / SHARDS);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
