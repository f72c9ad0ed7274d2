//! Messages of ours as somebody who listens is told of them, once Meta has answered or they were given up on. Nothing is
//! told where nobody listens, and nobody is waited for.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::mpsc::{Receiver, Sender, channel, error::TrySendError};
use wappa_cloud::{Draft, PhoneNumberId, Recipient, Timestamp};

use super::{Receipt, SendError, Sent};

/// Messages that wait for the listener.
const WAITING: usize = 1_024;

/// A message that this bot has said, or tried to: `on_sent`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outgoing {
    /// The number it left from.
    pub number: PhoneNumberId,
    /// Whom it is for.
    pub to: Recipient,
    /// What it is.
    pub draft: Draft,
    /// Whether a handler said it or the program, from outside any turn.
    pub said: SaidBy,
    /// When Meta answered, or it was given up on.
    pub at: Timestamp,
    /// Meta's id of it, or why it was not sent.
    pub outcome: Result<Receipt, NotSent>,
}

/// Who said a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaidBy {
    /// A handler, in its turn.
    Turn,
    /// The program, from outside any turn.
    Program,
}

/// A message was not sent; what [`SendError`] says of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct NotSent {
    /// Meta's code, where Meta refused it.
    pub code: Option<u32>,
    /// Why, without what was said.
    pub message: String,
}

impl From<&SendError> for NotSent {
    fn from(error: &SendError) -> Self {
        let code = if let SendError::Graph(error) = error { error.code } else { None };
        Self { code, message: error.to_string() }
    }
}

/// Whether a message is told of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Telling {
    #[default]
    Aloud,
    /// What a listener says itself is not: it would hear itself for ever.
    Hushed,
}

/// The way to the listener.
pub(crate) struct Told {
    is_heard: AtomicBool,
    to: Sender<Outgoing>,
    from: Mutex<Option<Receiver<Outgoing>>>,
}

impl Default for Told {
    fn default() -> Self {
        let (to, from) = channel(WAITING);
        Self { is_heard: AtomicBool::new(false), to, from: Mutex::new(Some(from)) }
    }
}

impl Told {
    /// What is said from now on; for one listener.
    pub(crate) fn listen(&self) -> Option<Receiver<Outgoing>> {
        let from = self.from.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.is_heard.store(from.is_some(), Ordering::Relaxed);
        from
    }

    /// Nobody listens after all.
    pub(crate) fn stop(&self) {
        self.is_heard.store(false, Ordering::Relaxed);
    }

    pub(super) fn is_heard(&self) -> bool {
        self.is_heard.load(Ordering::Relaxed)
    }

    /// Tells of it. An earlier attempt's message was told of then, and one that another worker says will be.
    pub(super) fn tell(
        &self,
        outcome: &Result<Receipt, SendError>,
        message: impl FnOnce(Result<Receipt, NotSent>) -> Outgoing,
    ) {
        if matches!(outcome, Ok(Receipt { sent: Sent::Earlier, .. }) | Err(SendError::LeaseLost)) {
            return;
        }
        let outcome = match outcome {
            Ok(receipt) => Ok(receipt.clone()),
            Err(error) => Err(NotSent::from(error)),
        };
        if let Err(TrySendError::Full(_)) = self.to.try_send(message(outcome)) {
            tracing::warn!("on_sent is slower than the bot talks: a message is not told of");
        }
    }
}
