//! Dialogues and conversations: what is under way with a person over several turns, and over restarts between them. A
//! dialogue is a value that a turn consumes; a conversation is straight-line code that is run again from a log.

mod ask;
mod conversation;
mod driver;
mod log;
mod stack;
mod start;
mod step;
mod talk;

use std::{future::Future, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use wappa_cloud::Message;

pub use self::{
    ask::{Ask, TimedOut},
    conversation::{Answers, Conversation, Misfit},
    driver::{DialogueError, Dialogues, Taken},
    log::{Entry, EntryState, Log},
    talk::Talk,
};
use crate::{chat::Chat, error::Result};

/// What a person says in the middle of a dialogue to be rid of it, unless it says otherwise.
pub const CANCEL: &[&str] = &["cancel", "/cancel"];

/// A dialogue: a value, usually an enum with a variant for each step, that a turn consumes and gives back changed.
///
/// It is kept with the person's sessions, written with the turn or not at all, and so survives restarts. Only the topmost
/// of what is under way hears what the person says.
///
/// ```
/// use wappa_core::{Result, chat::Chat, dialogue::{Dialogue, Next}};
/// use wappa_cloud::Message;
///
/// #[derive(Default, serde::Serialize, serde::Deserialize)]
/// enum Checkout {
///     #[default]
///     Address,
///     Payment { address: String },
/// }
///
/// impl Dialogue for Checkout {
///     const NAME: &'static str = "checkout";
///
///     async fn begin(self, chat: &Chat) -> Result<Next<Self>> {
///         chat.say("Where to?").await?;
///         Ok(Next::Stay)
///     }
///
///     async fn turn(self, chat: &Chat, message: &Message) -> Result<Next<Self>> {
///         let Some(text) = message.text() else {
///             chat.say("In words, please.").await?;
///             return Ok(Next::Stay);
///         };
///         match self {
///             Self::Address => {
///                 chat.say("Cash or card?").await?;
///                 Ok(Next::Go(Self::Payment { address: text.to_owned() }))
///             }
///             Self::Payment { address } => {
///                 chat.say(format!("{text}, to {address}. On its way!")).await?;
///                 Ok(Next::Done)
///             }
///         }
///     }
/// }
///
/// async fn checkout(chat: &Chat) -> Result {
///     chat.start::<Checkout>().await?;
///     Ok(())
/// }
/// # let _ = checkout;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no dialogue",
    note = "a dialogue is a value that a turn consumes: `impl Dialogue for {Self}` with a `NAME` and `async fn turn`"
)]
pub trait Dialogue: Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What it is kept under: must not change while somebody is in the middle of one.
    const NAME: &'static str;
    /// Raised when the shape changes; what an older version wrote goes through [`migrate`](Self::migrate).
    const VERSION: u32 = 0;
    /// Words that end everything that is under way, whatever their case.
    const CANCEL: &'static [&'static str] = CANCEL;

    /// The person said something.
    fn turn(self, chat: &Chat, message: &Message) -> impl Future<Output = Result<Next<Self>>> + Send;

    /// It was started: the place to ask the first question.
    fn begin(self, chat: &Chat) -> impl Future<Output = Result<Next<Self>>> + Send {
        let _ = chat;
        async { Ok(Next::Stay) }
    }

    /// The person said nothing for as long as [`Next::within`] allowed.
    fn on_timeout(self, chat: &Chat) -> impl Future<Output = Result<Next<Self>>> + Send {
        let _ = chat;
        async { Ok(Next::Done) }
    }

    /// What was above it is done, with this result if it was called for one.
    fn back(self, chat: &Chat, result: Value) -> impl Future<Output = Result<Next<Self>>> + Send {
        let _ = (chat, result);
        async { Ok(Next::Stay) }
    }

    /// The person said a word of [`CANCEL`](Self::CANCEL).
    fn on_cancel(self, chat: &Chat) -> impl Future<Output = Result> + Send {
        let _ = chat;
        async { Ok(()) }
    }

    /// Makes a step of what version `from` had stored. `None` begins the dialogue anew; the same happens to what does not
    /// fit the shape.
    fn migrate(from: u32, stored: Value) -> Option<Self> {
        let _ = (from, stored);
        None
    }
}

/// Where a dialogue goes from here.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Next<D> {
    /// It stays as it was before the turn, and so does its time.
    Stay,
    /// To this step.
    Go(D),
    /// It is over.
    Done,
    /// It is over, and this is the result for whoever called it.
    Return(Value),
    /// To this step, once another dialogue is done; made by [`Next::call`].
    Call(D, Callee),
    /// One of the others, and a time within which the person must say something; made by [`Next::within`].
    Within(Box<Self>, Duration),
}

/// Another dialogue, to be gone through first.
#[derive(Debug, Clone, PartialEq)]
pub struct Callee {
    name: &'static str,
    version: u32,
    step: Value,
}

impl<D> Next<D> {
    /// The same, and `on_timeout` if the person says nothing for this long.
    pub fn within(self, time: Duration) -> Self {
        Self::Within(Box::new(self), time)
    }

    /// Goes through another dialogue first, which must be registered as well; then `back` is called at the step `then`.
    ///
    /// # Errors
    /// The other's first step cannot be written as JSON.
    pub fn call<O: Dialogue>(then: D, other: &O) -> Result<Self> {
        let step = serde_json::to_value(other)?;
        Ok(Self::Call(then, Callee { name: O::NAME, version: O::VERSION, step }))
    }
}
