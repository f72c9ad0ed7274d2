//! What is under way with a person: a stack, kept as a session, with one timer for the first of its deadlines.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wappa_cloud::Timestamp;

use crate::{
    chat::Chat,
    error::Result,
    happening::{Expired, PATIENCE_TIMER},
    store::{EventKind, TimerSet},
};

/// What is under way; the last one hears what the person says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct UnderWay {
    pub(super) frames: Vec<Frame>,
    last: u64,
}

/// One dialogue or conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Frame {
    /// Of this frame alone, as long as anything is under way.
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) version: u32,
    pub(super) state: Value,
    /// In milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deadline: Option<i64>,
}

/// How long a frame waits from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// As long as before.
    Same,
    /// For ever.
    Endless,
    /// Until then.
    Until(Timestamp),
}

impl UnderWay {
    pub(super) async fn of(chat: &Chat) -> Result<Self> {
        Ok((*chat.session::<Self>().await?).clone())
    }

    /// Changes what is under way, and its timer.
    pub(super) async fn change<R>(chat: &Chat, change: impl FnOnce(&mut Self) -> R) -> Result<R> {
        let mut session = chat.session::<Self>().await?;
        let mut there = (*session).clone();
        let answer = change(&mut there);
        if there == *session {
            return Ok(answer);
        }
        let (before, after) = (session.first_deadline(), there.first_deadline());
        if there.frames.is_empty() {
            session.clear();
        } else {
            *session = there;
            drop(session);
        }
        if before != after {
            let set = after.map(|at| TimerSet {
                at: Timestamp::from_millis(at),
                kind: EventKind::Expired,
                body: Expired::patience(),
            });
            chat.set_timer(PATIENCE_TIMER, set).await?;
        }
        Ok(answer)
    }

    /// Puts another one on top. One of the same name, and what is above it, is given up for it.
    pub(super) fn push(&mut self, name: &str, version: u32, state: Value) -> Frame {
        if let Some(at) = self.frames.iter().position(|frame| frame.name == name) {
            self.frames.truncate(at);
        }
        self.last += 1;
        let frame = Frame { id: self.last, name: name.to_owned(), version, state, deadline: None };
        self.frames.push(frame.clone());
        frame
    }

    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut Frame> {
        self.frames.iter_mut().find(|frame| frame.id == id)
    }

    /// Takes one away; answers with the one below if that is the topmost now.
    pub(super) fn remove(&mut self, id: u64) -> Option<Frame> {
        let at = self.frames.iter().position(|frame| frame.id == id)?;
        self.frames.remove(at);
        if at == self.frames.len() { self.frames.last().cloned() } else { None }
    }

    /// The topmost one whose time is over, and nothing above it.
    pub(super) fn due(&mut self, now: Timestamp) -> Option<Frame> {
        let at = self.frames.iter().rposition(|frame| {
            frame.deadline.is_some_and(|deadline| Timestamp::from_millis(deadline) <= now)
        })?;
        self.frames.truncate(at + 1);
        self.frames.last().cloned()
    }

    fn first_deadline(&self) -> Option<i64> {
        self.frames.iter().filter_map(|frame| frame.deadline).min()
    }
}

impl Frame {
    pub(super) fn wait(&mut self, patience: Patience) {
        match patience {
            Patience::Same => {}
            Patience::Endless => self.deadline = None,
            Patience::Until(at) => self.deadline = Some(at.as_millis()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(stack: &UnderWay) -> Vec<&str> {
        stack.frames.iter().map(|frame| &*frame.name).collect()
    }

    #[test]
    fn what_is_started_again_begins_anew() {
        let mut stack = UnderWay::default();
        for name in ["order", "address", "help"] {
            stack.push(name, 0, Value::Null);
        }
        let again = stack.push("address", 0, Value::Null);
        assert_eq!(names(&stack), ["order", "address"]);
        assert_eq!(again.id, 4, "another one than the first");
        assert_eq!(stack.remove(again.id).map(|below| below.name).as_deref(), Some("order"));
        assert_eq!(stack.remove(again.id), None);
    }

    #[test]
    fn the_topmost_that_is_due_is_woken() {
        let mut stack = UnderWay::default();
        for (name, deadline) in [("order", Some(10)), ("address", Some(20)), ("help", None)] {
            let id = stack.push(name, 0, Value::Null).id;
            let patience = deadline.map_or(Patience::Endless, |at| Patience::Until(Timestamp::from_secs(at)));
            stack.get_mut(id).unwrap().wait(patience);
        }
        assert_eq!(stack.first_deadline(), Some(10_000));
        assert_eq!(stack.due(Timestamp::from_secs(9)), None);
        assert_eq!(names(&stack), ["order", "address", "help"]);
        assert_eq!(stack.due(Timestamp::from_secs(15)).map(|due| due.name).as_deref(), Some("order"));
        assert_eq!(names(&stack), ["order"]);
    }
}
