//! Gives what a person says to what is under way with them.

use std::{fmt, sync::Arc};

use wappa_cloud::{Message, Timestamp};

use super::{
    Callee, Conversation, Dialogue,
    conversation::Conversations,
    stack::{Frame, UnderWay},
    step::{Input, Kind, Outcome, Steps},
};
use crate::{chat::Chat, error::Result, happening::Expired};

/// How many calls one turn may go through.
const CALLS: usize = 64;

/// The dialogues and conversations of a bot. A router has one; without a router, ask it first in `on_message` and
/// `on_expired`.
#[derive(Clone, Default)]
pub struct Dialogues {
    kinds: Vec<Arc<dyn Kind>>,
}

/// Whether something under way dealt with what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It did.
    Yes,
    /// Nothing is under way, or it is not for it.
    No,
}

/// A dialogue could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DialogueError {
    /// Nobody knows the one that was called.
    #[error("the dialogue `{0}` is called and not registered: give it to `Router::dialogue` as well")]
    Unknown(&'static str),
    /// They call each other without end.
    #[error("dialogues called each other {CALLS} times in one turn")]
    Endless,
}

impl Dialogues {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a dialogue.
    pub fn dialogue<D: Dialogue>(mut self) -> Self {
        self.kinds.push(Arc::new(Steps::<D>::new()));
        self
    }

    /// Adds a conversation.
    pub fn conversation<C: Conversation>(mut self, conversation: C) -> Self {
        self.kinds.push(Arc::new(Conversations(conversation)));
        self
    }

    /// Takes in others as well.
    pub fn with(mut self, others: Self) -> Self {
        self.kinds.extend(others.kinds);
        self
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.iter().map(|kind| kind.name())
    }

    /// Gives a message to what is under way.
    ///
    /// # Errors
    /// What the dialogue answers, or the store.
    pub async fn message(&self, chat: &Chat, message: &Message) -> Result<Taken> {
        let under_way = UnderWay::of(chat).await?;
        let Some(top) = under_way.frames.last() else { return Ok(Taken::No) };
        let Some(kind) = self.kind(&top.name) else { return Ok(Taken::No) };
        if message.text().is_some_and(|text| is_one_of(kind.cancel(), text)) {
            let top = top.clone();
            UnderWay::change(chat, |under_way| under_way.frames.clear()).await?;
            kind.cancelled(chat, top).await?;
            return Ok(Taken::Yes);
        }
        self.run(chat, Arc::clone(kind), top.clone(), Input::Message(message)).await
    }

    /// Tells what is under way that its time is over, if that is what has expired.
    ///
    /// # Errors
    /// What the dialogue answers, or the store.
    pub async fn expired(&self, chat: &Chat, expired: &Expired) -> Result<Taken> {
        if !expired.is_patience() {
            return Ok(Taken::No);
        }
        let now: Timestamp = chat.messenger().clock().now();
        let mut under_way = UnderWay::of(chat).await?;
        // It may have been answered while this waited for its turn.
        let Some(due) = under_way.due(now) else { return Ok(Taken::Yes) };
        let Some(kind) = self.kind(&due.name) else { return Ok(Taken::No) };
        UnderWay::change(chat, |there| *there = under_way).await?;
        self.run(chat, Arc::clone(kind), due, Input::Waited).await
    }

    fn kind(&self, name: &str) -> Option<&Arc<dyn Kind>> {
        self.kinds.iter().find(|kind| kind.name() == name)
    }

    async fn run(
        &self,
        chat: &Chat,
        mut kind: Arc<dyn Kind>,
        mut frame: Frame,
        mut input: Input<'_>,
    ) -> Result<Taken> {
        for _ in 0..CALLS {
            let id = frame.id;
            match settle(chat, id, kind.run(chat, frame, input).await?).await? {
                Settled::Waits => return Ok(Taken::Yes),
                Settled::Passes => return Ok(Taken::No),
                Settled::Called(callee, called) => {
                    let known = self.kind(callee.name).ok_or(DialogueError::Unknown(callee.name))?;
                    (kind, frame, input) = (Arc::clone(known), called, Input::Begin);
                }
                Settled::Back(below, result) => match self.kind(&below.name) {
                    Some(known) => (kind, frame, input) = (Arc::clone(known), below, Input::Back(result)),
                    None => return Ok(Taken::Yes),
                },
            }
        }
        Err(DialogueError::Endless.into())
    }
}

/// What is to be done after a step.
pub(super) enum Settled {
    Waits,
    Passes,
    Called(Callee, Frame),
    Back(Frame, serde_json::Value),
}

/// Writes down what became of a frame.
pub(super) async fn settle(chat: &Chat, id: u64, outcome: Outcome) -> Result<Settled> {
    UnderWay::change(chat, |under_way| match outcome {
        Outcome::Passes => Settled::Passes,
        Outcome::Stays { version, state, patience } => {
            if let Some(frame) = under_way.get_mut(id) {
                (frame.version, frame.state) = (version, state);
                frame.wait(patience);
            }
            Settled::Waits
        }
        Outcome::Calls { version, state, patience, callee } => {
            let Some(frame) = under_way.get_mut(id) else { return Settled::Waits };
            (frame.version, frame.state) = (version, state);
            frame.wait(patience);
            let called = under_way.push(callee.name, callee.version, callee.step.clone());
            Settled::Called(callee, called)
        }
        Outcome::Done(result) => match under_way.remove(id) {
            Some(below) => Settled::Back(below, result),
            None => Settled::Waits,
        },
        Outcome::GivenUp => {
            under_way.remove(id);
            Settled::Passes
        }
    })
    .await
}

fn is_one_of(words: &[&str], text: &str) -> bool {
    let text = text.trim().to_lowercase();
    words.iter().any(|word| word.to_lowercase() == text)
}

impl fmt::Debug for Dialogues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
