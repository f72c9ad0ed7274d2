//! Dead letters as an operator sees them: listed, tried again, forgotten.

use super::Dispatcher;
use crate::store::{DeadLetter, EventSeq, Fate, Letters, StoreError};

/// Dead letters redriven in one transaction.
const STEP: usize = 256;

/// Events that were given up on. They stay until they are redriven or forgotten, at most 90 days.
#[derive(Clone)]
pub struct DeadLetters {
    dispatcher: Dispatcher,
}

/// Nothing was done to a dead letter.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeadLetterError {
    /// It was redriven or forgotten before, or there never was one.
    #[error("there is no dead letter {}: it may have been redriven or forgotten already", .0.0)]
    Unknown(EventSeq),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DeadLetters {
    pub(super) fn new(dispatcher: Dispatcher) -> Self {
        Self { dispatcher }
    }

    /// So many of them, the newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn list(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        self.dispatcher.inner.store.dead_letters(limit).await
    }

    /// Tries this one again, with all its attempts before it: after what waits in its conversation, or in its old place
    /// if the conversation stands still because of it. What its earlier attempts had said is not said again.
    ///
    /// # Errors
    /// There is no such dead letter, or the store could not be written.
    pub async fn redrive(&self, letter: EventSeq) -> Result<(), DeadLetterError> {
        self.one(letter, Fate::Redrive).await
    }

    /// Tries all of them again, those that are longest dead first; answers how many there were. What dies while this
    /// runs is left.
    ///
    /// # Errors
    /// The store could not be written; those redriven before that are under way.
    pub async fn redrive_all(&self) -> Result<usize, StoreError> {
        let until = self.dispatcher.inner.clock.now();
        let mut count = 0;
        loop {
            let step = self.resolve(Letters::Until(until, STEP), Fate::Redrive).await?;
            count += step;
            if step < STEP {
                return Ok(count);
            }
        }
    }

    /// Throws this one away. If its conversation stands still because of it, it goes on.
    ///
    /// # Errors
    /// There is no such dead letter, or the store could not be written.
    pub async fn forget(&self, letter: EventSeq) -> Result<(), DeadLetterError> {
        self.one(letter, Fate::Forget).await
    }

    async fn one(&self, letter: EventSeq, fate: Fate) -> Result<(), DeadLetterError> {
        match self.resolve(Letters::One(letter), fate).await? {
            0 => Err(DeadLetterError::Unknown(letter)),
            _ => Ok(()),
        }
    }

    async fn resolve(&self, letters: Letters, fate: Fate) -> Result<usize, StoreError> {
        let inner = &self.dispatcher.inner;
        let count = inner.store.resolve(letters, fate, inner.clock.now()).await?;
        self.dispatcher.poke();
        Ok(count)
    }
}

impl std::fmt::Debug for DeadLetters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeadLetters").finish_non_exhaustive()
    }
}
