//! The thread a world lives on, with a runtime of its own, and how one learns there that nothing more will happen.
//!
//! A runtime that parks its thread has nothing left to run. If moreover no turn, delivery or look into the store is
//! under way, whatever comes next comes from outside or when the clock goes on: the world has settled. So nobody
//! needs to poll or to guess a time that is long enough.

use std::{
    collections::BTreeMap,
    panic::resume_unwind,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use tokio::{
    runtime::{Builder, Handle},
    sync::{oneshot, watch},
};

/// How long, of the machine's time, a test waits for a bot that has something under way.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A thread with a runtime. Ends when dropped, and cuts off what still runs.
pub(super) struct Engine {
    handle: Handle,
    quiet: Arc<Quiet>,
    stop: Option<oneshot::Sender<()>>,
}

/// Count what is under way, by who counts.
type Busy = BTreeMap<&'static str, Box<dyn Fn() -> usize + Send>>;

struct Quiet {
    /// The newest question.
    last: AtomicU64,
    /// The newest question the runtime has come to, behind everything that was there before it.
    asked: AtomicU64,
    answered: watch::Sender<u64>,
    busy: Mutex<Busy>,
}

impl Engine {
    pub(super) fn start() -> Self {
        let quiet = Arc::new(Quiet {
            last: AtomicU64::new(0),
            asked: AtomicU64::new(0),
            answered: watch::channel(0).0,
            busy: Mutex::default(),
        });
        let parked = Arc::clone(&quiet);
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        thread::Builder::new()
            .name("world".to_owned())
            .spawn(move || {
                let runtime = Builder::new_current_thread()
                    .enable_all()
                    .on_thread_park(move || parked.look())
                    .build()
                    .expect("a runtime for the world");
                let _ = tell.send(runtime.handle().clone());
                let _ = runtime.block_on(stopped);
                runtime.shutdown_background();
            })
            .expect("a thread for the world");
        let handle = told.recv().expect("a runtime for the world");
        Self { handle, quiet, stop: Some(stop) }
    }

    /// Nothing has settled while this is more than 0. Called often: it must be cheap. The last of a name counts.
    pub(super) fn watch(&self, name: &'static str, busy: impl Fn() -> usize + Send + 'static) {
        self.quiet.busy().insert(name, Box::new(busy));
    }

    /// Runs this on the world's thread and waits for it, from wherever it is called.
    pub(super) fn block<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        let (tell, told) = mpsc::channel();
        let task = self.handle.spawn(future);
        self.handle.spawn(async move {
            let _ = tell.send(task.await);
        });
        match told.recv() {
            Ok(Ok(done)) => done,
            Ok(Err(error)) => resume_unwind(error.into_panic()),
            Err(_) => unreachable!("the world's thread lives as long as the world"),
        }
    }

    /// Runs this on the world's thread.
    pub(super) async fn run<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        match self.handle.spawn(future).await {
            Ok(done) => done,
            Err(error) => resume_unwind(error.into_panic()),
        }
    }

    /// Waits until nothing more happens by itself; tells whether it came to that.
    pub(super) fn settled(&self) -> impl Future<Output = bool> + Send + 'static {
        let quiet = Arc::clone(&self.quiet);
        let ticket = quiet.last.fetch_add(1, Ordering::AcqRel) + 1;
        let mut answered = quiet.answered.subscribe();
        self.handle.spawn(async move { quiet.asked.fetch_max(ticket, Ordering::AcqRel) });
        let waiting = self.handle.spawn(async move {
            #[expect(clippy::disallowed_methods, reason = "a bot that hangs must not hang its test")]
            let waited = tokio::time::timeout(PATIENCE, answered.wait_for(|answered| *answered >= ticket));
            waited.await.is_ok_and(|answered| answered.is_ok())
        });
        async move { waiting.await.unwrap_or(false) }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

impl Quiet {
    fn busy(&self) -> MutexGuard<'_, Busy> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The runtime has nothing left to run.
    fn look(&self) {
        let asked = self.asked.load(Ordering::Acquire);
        if *self.answered.borrow() < asked && self.busy().values().all(|busy| busy() == 0) {
            self.answered.send_replace(asked);
        }
    }
}
