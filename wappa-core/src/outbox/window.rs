//! The customer service window of each chat: open for 24 hours since the person last wrote or called. Known from what
//! arrives, bounded in memory; for the next process a coarse mark of each open window stands on the store's shelf.

use std::{
    collections::HashMap,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use foldhash::fast::RandomState;
use futures_util::future::try_join_all;
use wappa_cloud::{Recipient, Timestamp};

use crate::store::{Expected, Store, StoreError, ValueWrite};

/// How long a window stays open (Meta: *Send messages, customer service windows*).
pub const WINDOW: Duration = Duration::from_hours(24);
/// How much later an open window must end before its mark is written again.
const COARSE: u32 = 3_600;
/// Chats remembered in each half of a shard; with 16 shards and two halves about 260,000.
const HALF: usize = 8_192;
const SHARDS: usize = 16;
/// Marks written in one go at most. What is beyond is not marked, and unknown to the next process.
const MARKS: usize = 8_192;
/// Marks that are on their way to the store at once. They wait for the disk together, and what else is written waits
/// for no more of them than these.
const TOGETHER: usize = 256;
const SPACE: &str = "wappa.window";
const FREE: &str = "wappa.free";

/// Whether free-form messages may be sent in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Window {
    /// They may, until this moment at least.
    Open {
        /// When it closes unless the person writes again.
        until: Timestamp,
    },
    /// They may not: only templates.
    Closed,
    /// The person has not written to this process, and not lately to an earlier one. Meta knows.
    Unknown,
}

/// Whether the window is looked after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WindowGuard {
    /// What Meta would refuse because the window is closed is refused before the network.
    #[default]
    On,
    /// Everything goes to Meta.
    Off,
}

/// By whom a chat is known: stable in every process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ChatCode(u64);

/// What is known of a chat's window, in seconds since the epoch.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// When it closes, or closed; 0 if Meta has said that it is closed.
    until: u32,
    /// Until when the mark on the shelf says it is open.
    marked: u32,
}

#[derive(Debug, Default)]
struct Shard {
    young: HashMap<u64, Known, RandomState>,
    old: HashMap<u64, Known, RandomState>,
}

/// The windows of all chats.
#[derive(Debug)]
pub(super) struct Windows {
    guard: WindowGuard,
    shards: [Mutex<Shard>; SHARDS],
    marks: Mutex<Vec<(ChatCode, u32)>>,
    /// Free entry points that are not on the shelf yet.
    free: Mutex<Vec<(ChatCode, u32)>>,
    /// Until this second, what seems to have closed may not have: the clock was set ahead.
    doubtful: AtomicU32,
}

/// Who is in a chat, by the names they go under; more than one if known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Who<'a> {
    /// The business-scoped user id.
    pub user_id: Option<&'a str>,
    /// The WhatsApp id.
    pub wa_id: Option<&'a str>,
    /// The group; the others don't matter then.
    pub group_id: Option<&'a str>,
}

impl<'a> Who<'a> {
    pub(super) fn of(to: &'a Recipient) -> Self {
        // A number that Meta has not confirmed is mostly the wa_id with a plus before it; where it is not, the window is
        // unknown.
        let phone = || to.phone.as_ref().map(|phone| phone.as_str().trim_start_matches('+'));
        Self {
            user_id: to.user_id.as_ref().map(AsRef::as_ref),
            wa_id: to.wa_id.as_ref().map(AsRef::as_ref).or_else(phone),
            group_id: to.group_id.as_ref().map(AsRef::as_ref),
        }
    }

    /// A number for the person that is the same in every process; none for a group.
    pub(super) fn person_code(self, number: &str) -> Option<u64> {
        self.codes(number).next().filter(|_| self.group_id.is_none()).map(|code| code.0)
    }

    fn codes(self, number: &str) -> impl Iterator<Item = ChatCode> {
        let group = self.group_id.map(|id| ChatCode::of(number, 2, id));
        let user = self.user_id.filter(|_| group.is_none()).map(|id| ChatCode::of(number, 0, id));
        let wa = self.wa_id.filter(|_| group.is_none()).map(|id| ChatCode::of(number, 1, id));
        group.into_iter().chain(user).chain(wa)
    }
}

impl ChatCode {
    fn of(number: &str, kind: u8, id: &str) -> Self {
        // FNV-1a: stable, and fast for a few dozen bytes.
        let bytes = number.bytes().chain([0, kind]).chain(id.bytes());
        Self(bytes.fold(0xcbf2_9ce4_8422_2325_u64, |code, byte| {
            (code ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    fn key(self) -> Arc<str> {
        format!("{:016x}", self.0).into()
    }
}

impl Shard {
    fn get(&mut self, code: ChatCode) -> Option<Known> {
        if let Some(known) = self.young.get(&code.0) {
            return Some(*known);
        }
        let known = self.old.remove(&code.0)?;
        self.put(code, known);
        Some(known)
    }

    fn put(&mut self, code: ChatCode, known: Known) {
        if self.young.len() >= HALF && !self.young.contains_key(&code.0) {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(code.0, known);
    }
}

impl Windows {
    /// Windows that are looked after like this; nothing is known yet.
    pub(super) fn new(guard: WindowGuard) -> Self {
        Self {
            guard,
            shards: Default::default(),
            marks: Mutex::default(),
            free: Mutex::default(),
            doubtful: AtomicU32::new(0),
        }
    }

    /// Whether anything is asked of this at all.
    pub(super) fn is_on(&self) -> bool {
        self.guard == WindowGuard::On
    }

    /// The clock was set ahead, to this moment: what it closed is Meta's to judge.
    pub(super) fn distrust(&self, now: Timestamp) {
        self.doubtful.store(seconds(now + WINDOW), Ordering::Relaxed);
    }

    /// The person wrote or called at this moment.
    pub(super) fn heard(&self, number: &str, who: Who<'_>, at: Timestamp) {
        if self.guard == WindowGuard::Off {
            return;
        }
        let until = seconds(at + WINDOW);
        for code in who.codes(number) {
            let mut shard = self.shard(code);
            let known = shard.get(code).unwrap_or_default();
            if known.until >= until {
                continue;
            }
            let mark = until.saturating_sub(known.marked) > COARSE;
            let marked = if mark { until } else { known.marked };
            shard.put(code, Known { until, marked });
            drop(shard);
            if mark {
                let mut marks = lock(&self.marks);
                if marks.len() < MARKS {
                    marks.push((code, until));
                }
            }
        }
    }

    /// Meta says that messages to this chat cost nothing up to this moment: the person came by an advertisement.
    pub(super) fn is_free(&self, number: &str, who: Who<'_>, until: Timestamp) {
        let mut free = lock(&self.free);
        let room = MARKS.saturating_sub(free.len());
        free.extend(who.codes(number).map(|code| (code, seconds(until))).take(room));
    }

    /// Until when messages to this chat cost nothing.
    pub(super) async fn free_until(
        &self,
        store: &dyn Store,
        number: &str,
        to: &Recipient,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let mut latest = None;
        for code in Who::of(to).codes(number) {
            let fresh = lock(&self.free).iter().filter(|(of, _)| *of == code).map(|(_, until)| *until).max();
            latest = latest.max(fresh).max(mark(store, FREE, code, now).await?);
        }
        let until = latest.map(|until| Timestamp::from_secs(until.into()));
        Ok(until.filter(|until| *until > now))
    }

    /// Meta says that the window was closed at this moment.
    pub(super) fn closed(&self, number: &str, who: Who<'_>, at: Timestamp) {
        if self.guard == WindowGuard::Off {
            return;
        }
        for code in who.codes(number) {
            let mut shard = self.shard(code);
            let known = shard.get(code).unwrap_or_default();
            // They may have written since.
            if known.until < seconds(at + WINDOW) {
                shard.put(code, Known { until: 0, ..known });
            }
        }
    }

    /// What is known of a chat.
    pub(super) async fn of(
        &self,
        store: &dyn Store,
        number: &str,
        to: &Recipient,
        now: Timestamp,
    ) -> Result<Window, StoreError> {
        let mut latest = None;
        for code in Who::of(to).codes(number) {
            let known = self.shard(code).get(code);
            let until = match known {
                Some(known) => Some(known.until),
                None => self.recall(store, code, now).await?,
            };
            latest = latest.max(until);
        }
        Ok(match latest {
            None => Window::Unknown,
            Some(until) if until > seconds(now) => Window::Open { until: Timestamp::from_secs(until.into()) },
            Some(1..) if seconds(now) < self.doubtful.load(Ordering::Relaxed) => Window::Unknown,
            Some(_) => Window::Closed,
        })
    }

    /// Reads the mark of a chat. That there is none means nothing: it may have been lost.
    async fn recall(
        &self,
        store: &dyn Store,
        code: ChatCode,
        now: Timestamp,
    ) -> Result<Option<u32>, StoreError> {
        let Some(until) = mark(store, SPACE, code, now).await? else { return Ok(None) };
        let mut shard = self.shard(code);
        if shard.get(code).is_none() {
            shard.put(code, Known { until, marked: until });
        }
        Ok(Some(until))
    }

    /// Writes the marks that are due.
    pub(super) async fn keep(&self, store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
        let marks = mem::take(&mut *lock(&self.marks));
        let free = mem::take(&mut *lock(&self.free));
        for (space, marks) in [(SPACE, marks), (FREE, free)] {
            let space = Arc::<str>::from(space);
            let write = |(code, until): &(ChatCode, u32)| ValueWrite {
                space: Arc::clone(&space),
                key: code.key(),
                expected: Expected::Anything,
                body: Some(Bytes::copy_from_slice(&until.to_le_bytes())),
                expires_at: Some(Timestamp::from_secs((*until).into())),
                now,
            };
            for some in marks.chunks(TOGETHER) {
                try_join_all(some.iter().map(|mark| store.put_value(write(mark)))).await?;
            }
        }
        Ok(())
    }

    fn shard(&self, code: ChatCode) -> MutexGuard<'_, Shard> {
        // The high bits: the low ones choose a place in the shard's table.
        let place = usize::try_from(code.0 >> 60).unwrap_or(0);
        lock(&self.shards[place % SHARDS])
    }
}

/// The moment that is marked for a chat.
async fn mark(
    store: &dyn Store,
    space: &str,
    code: ChatCode,
    now: Timestamp,
) -> Result<Option<u32>, StoreError> {
    let mark = store.value(space, &code.key(), now).await?;
    Ok(mark.and_then(|mark| <[u8; 4]>::try_from(&mark.body[..]).ok()).map(u32::from_le_bytes))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.as_secs().max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
