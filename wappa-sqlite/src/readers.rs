//! The threads that read, each on a connection of its own: readers of a WAL wait for nobody. What is read stands in
//! `read.rs`.

use std::{
    collections::VecDeque,
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use rusqlite::Connection;
use tokio::sync::oneshot;
use wappa_core::store::{StoreError, StoreErrorKind};

use crate::{
    file::{self, failed},
    writer::closed,
};

/// Threads at most. The first starts with the store, the others when reads have to wait for one that is not done.
const MOST: usize = 4;

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// Talks to the threads.
#[derive(Debug)]
pub(crate) struct Reader {
    shared: Arc<Shared>,
    path: PathBuf,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// Threads that wait for a job.
    idle: usize,
    /// Resolve when a thread has let go of the file.
    threads: Vec<oneshot::Receiver<()>>,
    closed: bool,
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { jobs, idle, threads, closed } = self;
        f.debug_struct("Queue")
            .field("jobs", &jobs.len())
            .field("idle", idle)
            .field("threads", &threads.len())
            .field("closed", closed)
            .finish()
    }
}

impl Reader {
    pub(crate) fn start(path: &Path) -> Result<Self, StoreError> {
        let reader = Self { shared: Arc::default(), path: path.to_owned() };
        // What is wrong with the file is told now.
        let connection = file::open_reader(path)?;
        reader.shared.hire(move || Ok(connection), &mut reader.shared.lock())?;
        Ok(reader)
    }

    /// What the query answers. Queries are begun in the order in which they were asked.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Box::new(move |db| {
            // Whoever asked may have gone away.
            let _ = reply.send(query(db).map_err(failed));
        }))?;
        answer.await.map_err(|_| closed())?
    }

    fn ask(&self, job: Job) -> Result<(), StoreError> {
        let mut queue = self.shared.lock();
        if queue.closed {
            return Err(closed());
        }
        queue.jobs.push_back(job);
        if queue.jobs.len() > queue.idle && queue.threads.len() < MOST {
            let path = self.path.clone();
            // Those that are there do the work if there can be no more of them.
            if let Err(error) = self.shared.hire(move || file::open_reader(&path), &mut queue) {
                tracing::warn!(%error, "reads go on with the threads there are");
            }
        }
        drop(queue);
        self.shared.wake.notify_one();
        Ok(())
    }

    /// Lets go of the file. Later reads fail, as do those that have not begun.
    pub(crate) async fn close(&self) {
        let threads = self.shared.close();
        for thread in threads {
            // It answers or is gone; both mean that it has let go.
            let _ = thread.await;
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.shared.close();
    }
}

impl Shared {
    fn hire(
        self: &Arc<Self>,
        open: impl FnOnce() -> Result<Connection, StoreError> + Send + 'static,
        queue: &mut Queue,
    ) -> Result<(), StoreError> {
        let (done, gone) = oneshot::channel();
        let shared = Arc::clone(self);
        let work = move || {
            match open() {
                Ok(connection) => shared.work(&connection),
                Err(error) => tracing::warn!(%error, "reads go on with the connections there are"),
            }
            // Nobody may be waiting.
            let _ = done.send(());
        };
        thread::Builder::new().name("store reader".to_owned()).spawn(work).map_err(|source| {
            let message = "a thread that reads the store could not be started";
            StoreError::with_source(StoreErrorKind::Unusable, message, source)
        })?;
        queue.threads.push(gone);
        Ok(())
    }

    fn work(&self, connection: &Connection) {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                drop(queue);
                // A query that panics costs its own answer.
                let _ = catch_unwind(AssertUnwindSafe(|| job(connection)));
                queue = self.lock();
            } else if queue.closed {
                return;
            } else {
                queue.idle += 1;
                queue = self.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
                queue.idle -= 1;
            }
        }
    }

    fn close(&self) -> Vec<oneshot::Receiver<()>> {
        let mut queue = self.lock();
        queue.closed = true;
        let (jobs, threads) = (mem::take(&mut queue.jobs), mem::take(&mut queue.threads));
        drop(queue);
        self.wake.notify_all();
        drop(jobs);
        threads
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
