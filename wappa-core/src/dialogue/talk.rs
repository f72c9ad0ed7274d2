//! The other side of a conversation: what its code asks, says and does, answered from the log where it has happened.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::sync::Notify;
use wappa_cloud::{IntoDraft, Message, Timestamp};

use super::{
    Conversation,
    log::{Entry, EntryState, Log},
};
use crate::{
    chat::Chat,
    error::{Error, Result},
    store::{Expected, Put, ValueWrite},
};

/// The space on the shelf where effects are noted until the turn that had them is written.
const EFFECTS: &str = "once";
/// Longer than a turn may be tried again by whatever means.
const KEEP_EFFECTS: Duration = Duration::from_hours(24 * 90);

/// What a conversation's code talks through. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Talk {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    chat: Chat,
    name: &'static str,
    /// `None` when the run is over.
    state: Mutex<Option<State>>,
    stopped: Notify,
}

#[derive(Debug)]
struct State {
    log: Log,
    /// The next entry of the log to be lived through.
    at: usize,
    heard: Heard,
    stop: Option<Stop>,
    /// Whether an operation is under way: a second one beside it would make the order a matter of chance.
    busy: bool,
}

/// What the turn brings.
#[derive(Debug)]
pub(super) enum Heard {
    Nothing,
    Message(Box<Message>),
    /// A time is over.
    Silence,
    /// What was above the conversation is done: the question is asked again.
    Return,
}

/// Why a run of the code was dropped.
#[derive(Debug)]
pub(super) enum Stop {
    /// It waits, until a moment if one is given.
    Waiting(Option<i64>),
    /// What the person said is not for it.
    Passes,
    /// The log does not fit the code.
    Misfit(String),
}

/// Where an operation stands.
pub(super) enum Place {
    /// It has not been reached before.
    New,
    /// It waits, until a moment if one is given.
    Waiting(Option<i64>),
    /// It is over.
    Past(EntryState),
}

/// An operation under way.
pub(super) struct Op<'t> {
    pub(super) talk: &'t Talk,
    pub(super) at: usize,
    name: String,
}

impl Talk {
    pub(super) fn new(chat: Chat, name: &'static str, log: Log, heard: Heard) -> Self {
        let state = State { log, at: 0, heard, stop: None, busy: false };
        let inner = Inner { chat, name, state: Mutex::new(Some(state)), stopped: Notify::new() };
        Self { inner: Arc::new(inner) }
    }

    /// The chat of this turn, for everything that is not kept in the log: reactions, typing, sessions.
    pub fn chat(&self) -> &Chat {
        &self.inner.chat
    }

    /// Says something, once, however often the code is run again.
    ///
    /// # Errors
    /// What the outbox answers.
    pub async fn say(&self, draft: impl IntoDraft) -> Result {
        let op = self.op("say".to_owned()).await?;
        match op.place().await {
            Place::New => {
                self.inner.chat.send(draft).await?;
                op.done(Value::Null);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Has an effect, and gives the same answer however often the code is run again.
    ///
    /// The answer is noted as soon as it is there. A crash between the effect and its note has it done again with the
    /// same key, so give the key to whatever you call, as its idempotency key.
    ///
    /// # Errors
    /// What the effect answers, which fails the turn and is tried again; the store; an answer that cannot be written as
    /// JSON.
    pub async fn once<T, E, F>(&self, name: &str, effect: impl FnOnce(String) -> F) -> Result<T>
    where
        T: Serialize + DeserializeOwned,
        E: Into<Error>,
        F: Future<Output = Result<T, E>>,
    {
        let op = self.op(format!("once {name}")).await?;
        if let Place::Past(EntryState::Done(answer)) = op.place().await {
            return match serde_json::from_value(answer) {
                Ok(answer) => Ok(answer),
                Err(_) => op.misfit("its answer is of another shape").await,
            };
        }
        let key = op.key(name);
        let noted = match self.noted(&key).await? {
            Some(noted) => noted,
            None => {
                let answer = effect(key.clone()).await.map_err(Into::into)?;
                self.note(key, serde_json::to_vec(&answer)?.into()).await?
            }
        };
        let answer = serde_json::from_slice(&noted)?;
        op.done(serde_json::from_slice(&noted)?);
        Ok(answer)
    }

    async fn noted(&self, key: &str) -> Result<Option<Bytes>> {
        let messenger = self.inner.chat.messenger();
        let noted = messenger.store().value(EFFECTS, key, messenger.clock().now()).await?;
        Ok(noted.map(|value| value.body))
    }

    async fn note(&self, key: String, body: Bytes) -> Result<Bytes> {
        let messenger = self.inner.chat.messenger();
        let now = messenger.clock().now();
        let write = ValueWrite {
            space: EFFECTS.into(),
            key: key.into(),
            expected: Expected::Nothing,
            body: Some(body.clone()),
            expires_at: Some(now + KEEP_EFFECTS),
            now,
        };
        Ok(match messenger.store().put_value(write).await? {
            // Another worker, to which this turn was lost meanwhile, had it first.
            Put::Conflict(Some(there)) => there.body,
            Put::Conflict(None) | Put::Written(_) => body,
        })
    }

    /// The time, the same however often the code is run again.
    ///
    /// # Errors
    /// Operations are under way side by side.
    pub async fn now(&self) -> Result<Timestamp> {
        let op = self.op("now".to_owned()).await?;
        match op.place().await {
            Place::Past(EntryState::Done(millis)) => match millis.as_i64() {
                Some(millis) => Ok(Timestamp::from_millis(millis)),
                None => op.misfit("its answer is of another shape").await,
            },
            _ => {
                let now = self.inner.chat.messenger().clock().now();
                op.done(now.as_millis().into());
                Ok(now)
            }
        }
    }

    /// Waits, over restarts too. What the person says meanwhile goes to the routes.
    ///
    /// # Errors
    /// Operations are under way side by side.
    pub async fn sleep(&self, time: Duration) -> Result {
        let op = self.op("sleep".to_owned()).await?;
        let now = self.inner.chat.messenger().clock().now();
        match op.place().await {
            Place::Past(_) => Ok(()),
            Place::New => {
                let until = (now + time).as_millis();
                op.wait(Some(until));
                op.stop(Stop::Waiting(Some(until))).await
            }
            Place::Waiting(until) => match self.hears() {
                Heard::Silence if until.is_none_or(|at| at <= now.as_millis()) => {
                    op.done(Value::Null);
                    Ok(())
                }
                Heard::Message(_) => op.stop(Stop::Passes).await,
                _ => op.stop(Stop::Waiting(until)).await,
            },
        }
    }

    /// Goes through another conversation as a part of this one.
    ///
    /// # Errors
    /// What that one answers.
    pub async fn call<C: Conversation>(&self, conversation: C) -> Result<C::Output> {
        let op = self.op(format!("call {}", C::NAME)).await?;
        if let Place::New = op.place().await {
            op.done(Value::Null);
        }
        drop(op);
        conversation.run(self.clone()).await
    }

    /// Begins an operation.
    pub(super) async fn op(&self, name: String) -> Result<Op<'_>> {
        let at = {
            let mut state = self.state();
            match state.as_mut() {
                Some(state) if state.busy => {
                    return Err(Error::msg(format!(
                        "`{name}` in the conversation `{}` while another operation is under way: wait for one before \
                         the next",
                        self.inner.name
                    )));
                }
                Some(state) => {
                    state.busy = true;
                    Some(state.at)
                }
                None => None,
            }
        };
        match at {
            Some(at) => Ok(Op { talk: self, at, name }),
            // The run is over, and so is whoever still holds on to it.
            None => std::future::pending().await,
        }
    }

    /// Takes what the turn brought.
    pub(super) fn hears(&self) -> Heard {
        self.state()
            .as_mut()
            .map_or(Heard::Nothing, |state| std::mem::replace(&mut state.heard, Heard::Nothing))
    }

    /// Resolves when the code has come to where it can go no further.
    pub(super) async fn stopped(&self) -> Stop {
        loop {
            if let Some(stop) = self.state().as_mut().and_then(|state| state.stop.take()) {
                return stop;
            }
            self.inner.stopped.notified().await;
        }
    }

    /// Ends the run: its log, and how many of its entries were not lived through.
    pub(super) fn close(&self) -> (Log, usize) {
        self.state().take().map_or_else(Default::default, |state| {
            let unlived = state.log.entries.len().saturating_sub(state.at);
            (state.log, unlived)
        })
    }

    fn state(&self) -> MutexGuard<'_, Option<State>> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Op<'_> {
    /// What the log says of it. Does not resolve if it says something else.
    pub(super) async fn place(&self) -> Place {
        let entry = self.talk.state().as_ref().and_then(|state| state.log.entries.get(self.at).cloned());
        let Some(Entry { op, state }) = entry else { return Place::New };
        if op != self.name {
            return self.misfit(&format!("it has `{op}` there")).await;
        }
        match state {
            EntryState::Waiting(until) => Place::Waiting(until),
            past => {
                self.go_on();
                Place::Past(past)
            }
        }
    }

    /// A key for its effect: the same whenever this run of the conversation comes here.
    fn key(&self, name: &str) -> String {
        let run = self.talk.state().as_ref().map_or_else(String::new, |state| state.log.run.clone());
        format!("{}-{run}-{}-{name}", self.talk.inner.name, self.at)
    }

    pub(super) fn done(&self, answer: Value) {
        self.enter(EntryState::Done(answer));
        self.go_on();
    }

    pub(super) fn timed_out(&self) {
        self.enter(EntryState::TimedOut);
        self.go_on();
    }

    pub(super) fn wait(&self, until: Option<i64>) {
        self.enter(EntryState::Waiting(until));
    }

    fn enter(&self, entry: EntryState) {
        let mut state = self.talk.state();
        let Some(state) = state.as_mut() else { return };
        match state.log.entries.get_mut(self.at) {
            Some(there) => there.state = entry,
            None => state.log.entries.push(Entry { op: self.name.clone(), state: entry }),
        }
    }

    fn go_on(&self) {
        if let Some(state) = self.talk.state().as_mut() {
            state.at = self.at + 1;
        }
    }

    pub(super) async fn misfit<T>(&self, what: &str) -> T {
        let what = format!("the code has `{}` at place {}: {what}", self.name, self.at);
        self.stop(Stop::Misfit(what)).await
    }

    /// Has the run dropped. Never resolves.
    pub(super) async fn stop<T>(&self, stop: Stop) -> T {
        if let Some(state) = self.talk.state().as_mut() {
            state.stop = Some(stop);
        }
        self.talk.inner.stopped.notify_one();
        std::future::pending().await
    }
}

impl Drop for Op<'_> {
    fn drop(&mut self) {
        if let Some(state) = self.talk.state().as_mut() {
            state.busy = false;
        }
    }
}
