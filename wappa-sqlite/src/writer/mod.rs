//! The writer thread: drains what waits into one transaction, and answers after the commit.

mod clearing;
mod costs;
mod erase;
mod ingest;
mod lanes;
mod ledger;
mod letters;
mod people;
mod shelf;
mod timers;
mod turn;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use rusqlite::Connection;
use tokio::sync::oneshot;
use wappa_cloud::Timestamp;
use wappa_core::store::{
    ClaimAsk, Claimed, Committed, Depth, Epoch, Fate, Ingest, Ingested, LaneId, Lease, Letters, NumberRef,
    PersonId, PersonRef, Profile, Put, Retention, Rung, SendRecord, StoreError, StoreErrorKind, TimerPlace,
    TimerWrite, TurnEnd, ValueWrite,
};

use self::{clearing::Clearing, lanes::Lanes, people::PeopleCache};
pub(crate) use self::{
    costs::all as costs,
    erase::{Gone, Links, Stretch},
    ledger::{get as sent, page as sends},
    people::{kin, kin_lanes, profile},
    shelf::{get as value, page as values},
    timers::pending as timers,
};
use crate::file::{Lock, failed};

/// Operations in one transaction at most.
const GROUP: usize = 1_000;

/// What the writer is asked to do. Borrowed while it runs, so that it can run again if its group fails.
#[derive(Debug)]
pub(crate) enum Op {
    Ingest(Ingest),
    Claim(ClaimAsk),
    Commit(Arc<TurnEnd>),
    Renew(Vec<(LaneId, Epoch)>, Timestamp),
    Wake(LaneId, Timestamp),
    ClockSet(Lease, Timestamp),
    Record(Vec<SendRecord>),
    Person(NumberRef, PersonRef),
    Sweep(Timestamp, Retention),
    PutValue(ValueWrite),
    SetTimer(TimerPlace, TimerWrite),
    Ring(Timestamp, usize),
    Resolve(Letters, Fate, Timestamp),
    Erase(Arc<str>, PersonRef, Links),
    EraseSends(Vec<PersonId>, Vec<u8>),
    Depth,
}

/// What it answers.
#[derive(Debug)]
pub(crate) enum Answer {
    Ingested(Ingested),
    Claimed(Claimed),
    Committed(Committed),
    Lost(Vec<LaneId>),
    Before(Option<SendRecord>),
    Person(Profile),
    Swept(usize),
    Put(Put),
    Rung(Rung),
    Resolved(usize),
    Gone(Gone),
    Stretch(Stretch),
    Depth(Depth),
    Done,
}

type Reply = oneshot::Sender<Result<Answer, StoreError>>;

enum Job {
    Do(Box<Op>, Reply),
    Close(oneshot::Sender<()>),
}

/// Talks to the writer thread. Dropped, it waits for the thread: whoever opens the file next finds it at rest. Who has
/// asked for the end before and has not waited for it does not wait here either.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
    thread: Option<thread::JoinHandle<()>>,
    closing: AtomicBool,
}

impl Writer {
    /// Starts the thread on this connection.
    pub(crate) fn start(connection: Connection, path: &Path, lock: Arc<Lock>) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel();
        let work = Work::open(connection, lock)?;
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let thread = thread::Builder::new().name(format!("store {name}")).spawn(move || work.run(&queue));
        let thread = thread.map_err(|source| {
            let message = "the store's thread could not be started";
            StoreError::with_source(StoreErrorKind::Unusable, message, source)
        })?;
        Ok(Self { jobs, thread: Some(thread), closing: AtomicBool::new(false) })
    }

    pub(crate) async fn ask(&self, op: Op) -> Result<Answer, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.send(Job::Do(Box::new(op), reply)).map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Finishes what was asked before and ends the thread.
    pub(crate) async fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
        let (done, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(done)).is_ok() {
            // The thread answers or is gone; both mean closed.
            let _ = closed.await;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Without a sender the thread finishes what it was asked before and ends.
        self.jobs = mpsc::channel().0;
        if let Some(thread) = self.thread.take()
            && !self.closing.load(Ordering::Relaxed)
        {
            // A thread that panicked has ended as well.
            let _ = thread.join();
        }
    }
}

pub(crate) fn closed() -> StoreError {
    StoreError::new(StoreErrorKind::Closed, "the store has been closed")
}

/// What the thread owns: the connection, and what follows from the file but is not in it.
struct Work {
    connection: Connection,
    state: State,
    /// Kept for as long as the connection: nobody else may open the file before it is at rest.
    _lock: Arc<Lock>,
}

pub(crate) struct State {
    clearing: Clearing,
    lanes: Lanes,
    people: PeopleCache,
    dead: u64,
    kept: u64,
    /// How far the sweeps of seen events and of named sends have come.
    sweep_from: Option<Vec<u8>>,
    sweep_named: Option<Vec<u8>>,
}

impl Work {
    fn open(connection: Connection, lock: Arc<Lock>) -> Result<Self, StoreError> {
        let state = State {
            // First, for the others read what is left.
            clearing: Clearing::open(&connection).map_err(failed)?,
            lanes: Lanes::open(&connection).map_err(failed)?,
            people: PeopleCache::default(),
            dead: count(&connection, "SELECT count(*) FROM dead").map_err(failed)?,
            kept: count(&connection, "SELECT count(*) FROM kept").map_err(failed)?,
            sweep_from: None,
            sweep_named: None,
        };
        Ok(Self { connection, state, _lock: lock })
    }

    fn run(mut self, queue: &mpsc::Receiver<Job>) {
        let mut group: Vec<(Box<Op>, Reply)> = Vec::new();
        loop {
            // Clearing goes on while nobody waits.
            let mut next = if self.state.clearing.under_way() {
                queue.try_recv().ok()
            } else {
                let Ok(first) = queue.recv() else { return };
                Some(first)
            };
            let mut closing = None;
            while let Some(job) = next.take() {
                match job {
                    Job::Do(op, reply) => group.push((op, reply)),
                    Job::Close(done) => closing = Some(done),
                }
                if closing.is_none() && group.len() < GROUP {
                    next = queue.try_recv().ok();
                }
            }
            if !group.is_empty() {
                self.finish(&mut group);
            }
            self.clear();
            if let Some(done) = closing {
                self.close();
                // Nobody may be waiting any more.
                let _ = done.send(());
                return;
            }
        }
    }

    fn close(self) {
        if let Err(error) = self.state.clearing.close(&self.connection) {
            tracing::warn!(%error, "events that are done were not cleared away; the next start does it");
        }
    }

    fn clear(&mut self) {
        if let Err(error) = self.state.clearing.step(&self.connection) {
            tracing::warn!(%error, "events that are done were not cleared away; they will be later");
        }
    }

    /// Writes a group and answers it. If it fails as a whole, each operation gets its own try: one that cannot be done
    /// must not take the others with it.
    fn finish(&mut self, group: &mut Vec<(Box<Op>, Reply)>) {
        let ops: Vec<&Op> = group.iter().map(|(op, _)| &**op).collect();
        match self.transact(&ops) {
            Ok(answers) => {
                for ((_, reply), answer) in group.drain(..).zip(answers) {
                    // A caller that went away does not need its answer.
                    let _ = reply.send(Ok(answer));
                }
            }
            Err(error) if group.len() == 1 => {
                tracing::error!(%error, "the store failed");
                for (_, reply) in group.drain(..) {
                    let _ = reply.send(Err(failed_copy(&error)));
                }
            }
            Err(_) => {
                for (op, reply) in group.drain(..) {
                    let answer = self.transact(&[&*op]).map_err(failed);
                    let _ = reply.send(answer.and_then(|mut answers| answers.pop().ok_or_else(closed)));
                }
            }
        }
    }

    fn transact(&mut self, ops: &[&Op]) -> rusqlite::Result<Vec<Answer>> {
        let Self { connection, state, .. } = self;
        // An operation that only looks at the state needs no transaction of its own.
        if ops.iter().all(|op| matches!(op, Op::Depth | Op::Renew(..) | Op::Wake(..) | Op::ClockSet(..))) {
            return ops.iter().map(|op| state.answer(connection, op)).collect();
        }
        state.lanes.begin();
        state.clearing.begin();
        let counts = (state.dead, state.kept);
        let answers =
            in_transaction(connection, || ops.iter().map(|op| state.answer(connection, op)).collect());
        match answers {
            Ok(answers) => {
                state.lanes.keep();
                state.clearing.keep();
                Ok(answers)
            }
            Err(error) => {
                state.lanes.undo();
                state.clearing.undo();
                state.people.clear();
                (state.dead, state.kept) = counts;
                Err(error)
            }
        }
    }
}

impl State {
    fn answer(&mut self, db: &Connection, op: &Op) -> rusqlite::Result<Answer> {
        Ok(match op {
            Op::Ingest(ingest) => Answer::Ingested(self.ingest(db, ingest)?),
            Op::Claim(ask) => Answer::Claimed(self.claim(db, ask)?),
            Op::Commit(end) => Answer::Committed(self.commit(db, end)?),
            Op::Renew(held, until) => Answer::Lost(self.lanes.renew(held, *until)),
            Op::Wake(lane, now) => {
                self.lanes.wake(*lane, *now);
                Answer::Done
            }
            Op::ClockSet(lease, furthest) => {
                self.lanes.clock_set(*lease, *furthest);
                Answer::Done
            }
            Op::Record(records) => Answer::Before(ledger::record_all(db, records)?),
            Op::Person(number, who) => {
                Answer::Person(self.people.resolve(db, &number.portfolio, who, None)?)
            }
            Op::Sweep(now, keep) => {
                self.clearing.ask();
                Answer::Swept(self.sweep(db, *now, *keep)?)
            }
            Op::SetTimer(place, write) => {
                self.set_timer(db, place, write)?;
                Answer::Done
            }
            Op::Ring(now, limit) => Answer::Rung(self.ring(db, *now, *limit)?),
            Op::PutValue(write) => Answer::Put(shelf::put(db, write)?),
            Op::Resolve(letters, fate, now) => Answer::Resolved(self.resolve(db, *letters, *fate, *now)?),
            Op::Erase(portfolio, who, links) => Answer::Gone(self.erase(db, portfolio, who, *links)?),
            Op::EraseSends(persons, from) => Answer::Stretch(erase::sends(db, persons, from)?),
            Op::Depth => {
                Answer::Depth(Depth { waiting: self.lanes.waiting(), dead: self.dead, kept: self.kept })
            }
        })
    }
}

/// Does the work in one transaction, or none of it.
fn in_transaction<T>(db: &Connection, work: impl FnOnce() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let done = work().and_then(|answer| {
        db.prepare_cached("COMMIT")?.execute([])?;
        Ok(answer)
    });
    // Some errors have ended the transaction already.
    if done.is_err() && !db.is_autocommit() {
        db.prepare_cached("ROLLBACK")?.execute([])?;
    }
    done
}

fn count(db: &Connection, sql: &str) -> rusqlite::Result<u64> {
    db.query_row(sql, [], |row| row.get::<_, i64>(0)).map(|n| u64::try_from(n).unwrap_or(0))
}

/// `rusqlite::Error` cannot be cloned; what matters of it can.
fn failed_copy(error: &rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(code, text) => {
            failed(rusqlite::Error::SqliteFailure(*code, text.clone()))
        }
        other => StoreError::new(StoreErrorKind::Unavailable, other.to_string()),
    }
}
