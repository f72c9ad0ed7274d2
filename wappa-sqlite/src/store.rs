//! [`SqliteStore`]: the store door on the writer, the reader and the notes of begun sends.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use wappa_cloud::Timestamp;
use wappa_core::store::{
    Begun, ClaimAsk, Claimed, Committed, Cost, DeadLetter, Depth, Epoch, Erased, Fate, Ingest, Ingested,
    Kept, LaneId, Lease, Letters, NumberRef, PendingTimer, PersonId, PersonRef, Profile, Put, Queue,
    Retention, Rung, SendKey, SendRecord, SessionKey, Store, StoreError, StoreErrorKind, TimerPlace,
    TimerWrite, TurnEnd, Value, ValueWrite,
};

use crate::{
    begun::{self, Notes},
    file::{self, Lock},
    readers::Reader,
    writer::{Answer, Gone, Links, Op, Stretch, Writer},
};

/// How a store file is opened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// The file; made if it does not exist, with its folder.
    pub path: PathBuf,
}

impl SqliteOptions {
    /// This file, with the defaults otherwise.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

/// A [`Store`] in one SQLite file, durable against the death of the process and of the machine.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    reader: Reader,
    notes: Notes,
    path: PathBuf,
    /// The writer's thread has it too.
    lock: Mutex<Option<Arc<Lock>>>,
}

impl SqliteStore {
    /// Opens the file, bringing it to this version if it is older.
    ///
    /// # Errors
    /// Another process has it open, it is newer than this program, damaged, or cannot be written. The message says
    /// which, and what to do.
    pub fn open(options: SqliteOptions) -> Result<Self, StoreError> {
        let SqliteOptions { path } = options;
        let lock = Arc::new(Lock::take(&path)?);
        let store = if path.exists() { begun::Store::Known } else { begun::Store::New };
        let connection = file::open_writer(&path)?;
        let reader = Reader::start(&path)?;
        let writer = Writer::start(connection, &path, Arc::clone(&lock))?;
        let notes = Notes::open(&path, store);
        Ok(Self { writer, reader, notes, path, lock: Mutex::new(Some(lock)) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

macro_rules! ask {
    ($self:ident, $op:expr, $answer:ident) => {
        match $self.writer.ask($op).await? {
            Answer::$answer(answer) => Ok(answer),
            _ => Err(mixed_up()),
        }
    };
}

impl SqliteStore {
    async fn erase_sends(&self, persons: &[PersonId]) -> Result<usize, StoreError> {
        let (mut erased, mut from) = (0, Vec::new());
        loop {
            let stretch: Stretch = ask!(self, Op::EraseSends(persons.to_vec(), from), Stretch)?;
            erased += stretch.erased;
            let Some(next) = stretch.next else { return Ok(erased) };
            from = next;
        }
    }
}

fn mixed_up() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "the store's thread answered something else than was asked")
}

#[async_trait]
impl Store for SqliteStore {
    async fn ingest(&self, ingest: Ingest) -> Result<Ingested, StoreError> {
        ask!(self, Op::Ingest(ingest), Ingested)
    }

    async fn claim(&self, ask: ClaimAsk) -> Result<Claimed, StoreError> {
        ask!(self, Op::Claim(ask), Claimed)
    }

    async fn commit(&self, end: Arc<TurnEnd>) -> Result<Committed, StoreError> {
        ask!(self, Op::Commit(end), Committed)
    }

    async fn renew(&self, held: Vec<(LaneId, Epoch)>, until: Timestamp) -> Result<Vec<LaneId>, StoreError> {
        ask!(self, Op::Renew(held, until), Lost)
    }

    async fn wake(&self, lane: LaneId, now: Timestamp) -> Result<(), StoreError> {
        self.writer.ask(Op::Wake(lane, now)).await.map(drop)
    }

    async fn clock_set(&self, lease: Lease, furthest: Timestamp) -> Result<(), StoreError> {
        self.writer.ask(Op::ClockSet(lease, furthest)).await.map(drop)
    }

    async fn session(&self, key: SessionKey) -> Result<Option<Bytes>, StoreError> {
        self.reader.session(key).await
    }

    async fn conversation(&self, number: &str, person: PersonId) -> Result<Option<LaneId>, StoreError> {
        self.reader.conversation(number, person).await
    }

    async fn sent(&self, key: SendKey) -> Result<Option<SendRecord>, StoreError> {
        self.reader.sent(key).await
    }

    async fn sent_otherwise(&self, key: SendKey) -> Result<Option<SendKey>, StoreError> {
        self.reader.sent_otherwise(key).await
    }

    async fn sends(
        &self,
        after: SendKey,
        until: SendKey,
        limit: usize,
    ) -> Result<Vec<SendRecord>, StoreError> {
        self.reader.sends(after, until, limit).await
    }

    async fn costs(&self) -> Result<Vec<Cost>, StoreError> {
        self.reader.costs().await
    }

    async fn profile(&self, person: PersonId) -> Result<Option<Profile>, StoreError> {
        self.reader.profile(person).await
    }

    async fn record(&self, records: Vec<SendRecord>) -> Result<Option<SendRecord>, StoreError> {
        ask!(self, Op::Record(records), Before)
    }

    fn begin(&self, key: SendKey) {
        self.notes.note(key);
    }

    fn begun(&self, key: SendKey) -> Begun {
        self.notes.begun(key)
    }

    async fn person(
        &self,
        number: NumberRef,
        who: PersonRef,
        _now: Timestamp,
    ) -> Result<Profile, StoreError> {
        ask!(self, Op::Person(number, who), Person)
    }

    async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        self.reader.dead_letters(limit).await
    }

    async fn resolve(&self, letters: Letters, fate: Fate, now: Timestamp) -> Result<usize, StoreError> {
        ask!(self, Op::Resolve(letters, fate, now), Resolved)
    }

    async fn kept(&self, limit: usize) -> Result<Vec<Kept>, StoreError> {
        self.reader.kept(limit).await
    }

    async fn sweep(&self, now: Timestamp, keep: Retention) -> Result<usize, StoreError> {
        ask!(self, Op::Sweep(now, keep), Swept)
    }

    async fn erase(&self, portfolio: &str, who: PersonRef) -> Result<Erased, StoreError> {
        let portfolio: Arc<str> = portfolio.into();
        let mut erased = Erased::default();
        let ask = |links| Op::Erase(Arc::clone(&portfolio), who.clone(), links);
        let gone: Gone = ask!(self, ask(Links::Keep), Gone)?;
        if gone.persons.is_empty() {
            return Ok(erased);
        }
        erased += gone.counts;
        erased.sends += self.erase_sends(&gone.persons).await?;
        // Whoever writes in this moment is erased as well.
        let late: Gone = ask!(self, ask(Links::Drop), Gone)?;
        erased += late.counts;
        erased.sends += self.erase_sends(&late.persons).await?;
        Ok(erased)
    }

    async fn set_timer(&self, place: TimerPlace, write: TimerWrite, _: Timestamp) -> Result<(), StoreError> {
        self.writer.ask(Op::SetTimer(place, write)).await.map(drop)
    }

    async fn ring(&self, now: Timestamp, limit: usize) -> Result<Rung, StoreError> {
        ask!(self, Op::Ring(now, limit), Rung)
    }

    async fn timers(&self, limit: usize) -> Result<Vec<PendingTimer>, StoreError> {
        self.reader.timers(limit).await
    }

    async fn value(&self, space: &str, key: &str, now: Timestamp) -> Result<Option<Value>, StoreError> {
        self.reader.value(space.to_owned(), key.to_owned(), now).await
    }

    async fn put_value(&self, write: ValueWrite) -> Result<Put, StoreError> {
        ask!(self, Op::PutValue(write), Put)
    }

    async fn values(
        &self,
        space: &str,
        after: Option<&str>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Value>, StoreError> {
        self.reader.values(space.to_owned(), after.map(str::to_owned), limit, now).await
    }

    async fn depth(&self) -> Result<Depth, StoreError> {
        ask!(self, Op::Depth, Depth)
    }

    async fn queues(&self, now: Timestamp) -> Result<Vec<Queue>, StoreError> {
        self.reader.queues(now).await
    }

    async fn close(&self) {
        // The writer last: whoever closes the last connection folds what is beside the file into it.
        self.reader.close().await;
        self.writer.close().await;
        self.notes.close();
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
