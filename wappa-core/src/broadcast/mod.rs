//! Broadcasts: one template to many people, kept in the store until everybody has been tried. A crash, a restart or a
//! pause neither loses anybody nor sends anything twice.
//!
//! The audience is stored in batches before anything is sent, so that it needn't be in memory, and every recipient has a
//! send key made of the broadcast's name and their address: the ledger knows who has it already.

mod audience;
mod begin;
mod error;
mod mailing;
mod progress;
mod run;
mod state;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;
use wappa_cloud::Timestamp;

pub use self::{
    audience::{Audience, BadRow, Row},
    error::BroadcastError,
    mailing::Mailing,
    progress::{Failure, Progress},
    state::BroadcastState,
};
use self::{begin::Claimed, error::NAME, run::Run, state::Place};
use crate::{messenger::Messenger, shutdown::Drain};

/// The broadcasts of a bot. Cheap to clone.
#[derive(Clone)]
pub struct Broadcasts {
    inner: Arc<Inner>,
}

struct Inner {
    messenger: Messenger,
    drain: Drain,
    /// `None` while its audience is being stored.
    runs: Mutex<HashMap<Arc<str>, Option<Arc<Run>>>>,
    /// How many are sent, or wait to be.
    going: watch::Sender<usize>,
}

/// A broadcast: looked at, paused, resumed, cancelled. Cheap to clone; dropping it changes nothing.
#[derive(Clone)]
pub struct Broadcast {
    run: Arc<Run>,
}

impl Broadcasts {
    /// The broadcasts of the bot that says with this messenger.
    pub fn new(messenger: Messenger, drain: Drain) -> Self {
        Self {
            inner: Arc::new(Inner { messenger, drain, runs: Mutex::default(), going: watch::Sender::new(0) }),
        }
    }

    /// Goes on with what an earlier process has left.
    ///
    /// # Errors
    /// The store could not be read; those before it go on.
    pub async fn go_on(&self) -> Result<(), BroadcastError> {
        let mut after: Option<Arc<str>> = None;
        loop {
            let names = state::names(self.inner.messenger.store(), after.as_deref(), self.now()).await?;
            let Some(last) = names.last() else { return Ok(()) };
            after = Some(Arc::clone(last));
            for name in names {
                self.find(&name).await?;
            }
        }
    }

    /// Stores an audience and begins to send to it. One that has been begun under this name before goes on as it stands,
    /// and the audience is not looked at; one that was cut off while its audience was being stored begins anew.
    ///
    /// # Errors
    /// The template is unknown, or something of it is not filled; the store does not answer. Nothing was sent. A row that
    /// can't be used is no error: it is in [`Broadcast::bad_rows`].
    pub async fn begin(&self, mailing: Mailing, audience: Audience) -> Result<Broadcast, BroadcastError> {
        let name: Arc<str> = mailing.name.as_str().into();
        if name.is_empty() || name.len() > NAME {
            return Err(BroadcastError::Name);
        }
        if let Some(known) = self.find(&name).await? {
            return Ok(known);
        }
        let number = self.number(&mailing)?;
        let mailing = self.checked(mailing, &number).await?;
        let claimed = Claimed::new(&self.inner, &name)?;
        let run = self.load(mailing, &number, audience, &name).await?;
        claimed.hold(&run);
        self.start(&run);
        Ok(Broadcast { run })
    }

    /// The broadcast of this name, if its audience has been stored. What is known of it ends 30 days after it has.
    ///
    /// # Errors
    /// The store does not answer, or the audience is being stored at this moment.
    pub async fn find(&self, name: &str) -> Result<Option<Broadcast>, BroadcastError> {
        match lock(&self.inner.runs).get(name) {
            Some(Some(run)) => return Ok(Some(Broadcast { run: Arc::clone(run) })),
            Some(None) => return Err(BroadcastError::Elsewhere(name.to_owned())),
            None => {}
        }
        let place = self.place(name);
        let Some((head, version)) = place.head(self.now()).await? else { return Ok(None) };
        if head.state == BroadcastState::Loading {
            return Ok(None);
        }
        let ended = head.ended.is_some();
        let (messenger, drain) = (self.inner.messenger.clone(), self.inner.drain.clone());
        let run = Run::new(messenger, drain, place, head, version);
        // Somebody else may have found it meanwhile.
        let mut runs = lock(&self.inner.runs);
        let known = runs.entry(name.into()).or_insert(None);
        if let Some(known) = known {
            return Ok(Some(Broadcast { run: Arc::clone(known) }));
        }
        *known = Some(Arc::clone(&run));
        drop(runs);
        if !ended {
            self.start(&run);
        }
        Ok(Some(Broadcast { run }))
    }

    fn start(&self, run: &Arc<Run>) {
        let (going, run) = (Going::begin(&self.inner), Arc::clone(run));
        tokio::spawn(async move {
            run.go().await;
            drop(going);
        });
    }

    /// Resolves when the bot goes down and nothing of any broadcast is under way any more.
    pub async fn idle(&self) {
        // The sender lives as long as `self`.
        let _ = self.inner.going.subscribe().wait_for(|going| *going == 0).await;
    }

    fn place(&self, name: &str) -> Place {
        Place::new(self.inner.messenger.shared_store(), name)
    }

    fn now(&self) -> Timestamp {
        self.inner.messenger.clock().now()
    }
}

/// One that is sent, or waits to be.
struct Going(Arc<Inner>);

impl Going {
    fn begin(inner: &Arc<Inner>) -> Self {
        inner.going.send_modify(|going| *going += 1);
        Self(Arc::clone(inner))
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        self.0.going.send_modify(|going| *going -= 1);
    }
}

impl Broadcast {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.run.place.name
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.run.progress()
    }

    /// Stops sending until it is resumed, also over a restart. What is under way is finished first. It should be resumed
    /// before the ledger forgets ([`Retention::ledger`](crate::store::Retention::ledger), 30 days): until then it is known
    /// who of the batch in the middle of which it was paused, 256 at most, has the message already.
    ///
    /// # Errors
    /// It has ended.
    pub async fn pause(&self) -> Result<(), BroadcastError> {
        self.run.want(BroadcastState::Paused).await
    }

    /// Goes on with it.
    ///
    /// # Errors
    /// It has ended.
    pub async fn resume(&self) -> Result<(), BroadcastError> {
        self.run.want(BroadcastState::Running).await
    }

    /// Ends it: who has not been sent to won't be.
    ///
    /// # Errors
    /// It has ended by itself.
    pub async fn cancel(&self) -> Result<(), BroadcastError> {
        self.run.want(BroadcastState::Cancelled).await
    }

    /// Waits until it has ended, and answers how.
    pub async fn ended(&self) -> Progress {
        let ended =
            |state: &BroadcastState| matches!(state, BroadcastState::Finished | BroadcastState::Cancelled);
        // The sender lives as long as `self.run`.
        let _ = self.run.state().wait_for(ended).await;
        self.progress()
    }

    /// Whom it could not be sent to, so many of them, in the order of the audience's batches.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn failures(&self, limit: usize) -> Result<Vec<Failure>, BroadcastError> {
        self.run.place.failures(limit, self.run.now()).await
    }

    /// The rows of the audience that could not be used, so many of them, in their order.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn bad_rows(&self, limit: usize) -> Result<Vec<BadRow>, BroadcastError> {
        self.run.place.bad_rows(limit, self.run.now()).await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Broadcasts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Broadcasts").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Broadcast {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Broadcast").field("name", &self.name()).finish_non_exhaustive()
    }
}
