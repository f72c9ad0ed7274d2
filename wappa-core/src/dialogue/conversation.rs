//! Conversations: straight-line code that is run again from its log at each turn, and dropped where it waits.

use std::{future::Future, pin::pin, sync::Arc};

use serde::Serialize;
use wappa_cloud::Timestamp;

use super::{
    CANCEL, TimedOut,
    log::Log,
    stack::{Frame, Patience},
    step::{Input, Kind, Outcome},
    talk::{Heard, Stop, Talk},
};
use crate::{chat::Chat, clock::BoxFuture, error::Result};

/// A conversation: what `#[conversation]` makes of an `async fn` that takes a [`Talk`].
///
/// It is run from its beginning at every turn, with what it had asked, said and done answered from a log, until it comes
/// to where it waits; there its future is dropped. So its code must do the same things in the same order each time:
/// effects, random numbers and the time belong in [`Talk::once`] and [`Talk::now`], and one operation is waited for
/// before the next.
///
/// When the code has changed so that it no longer fits a log, [`VERSION`](Self::VERSION) and
/// [`migrate`](Self::migrate) decide, and without them [`MISFIT`](Self::MISFIT). It is never guessed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no conversation",
    note = "put `#[conversation]` on an `async fn` that takes a `Talk`"
)]
pub trait Conversation: Send + Sync + 'static {
    /// What it is kept under: must not change while somebody is in the middle of one.
    const NAME: &'static str;
    /// Raised when the code changes so that logs of the old one need [`migrate`](Self::migrate).
    const VERSION: u32 = 0;
    /// Words that end everything that is under way, whatever their case.
    const CANCEL: &'static [&'static str] = CANCEL;
    /// What becomes of a log that does not fit the code.
    const MISFIT: Misfit = Misfit::Restart;

    /// What it answers to whoever called it.
    type Output: Serialize + Send;

    /// Its code.
    fn run(&self, talk: Talk) -> impl Future<Output = Result<Self::Output>> + Send;

    /// The person said a word of [`CANCEL`](Self::CANCEL).
    fn on_cancel(&self, chat: &Chat) -> impl Future<Output = Result> + Send {
        let _ = chat;
        async { Ok(()) }
    }

    /// Makes a log for this version of one that version `from` left. `None` lets [`MISFIT`](Self::MISFIT) decide.
    fn migrate(&self, from: u32, log: Log) -> Option<Log> {
        let _ = (from, log);
        None
    }
}

impl<C: Conversation> Conversation for Arc<C> {
    const NAME: &'static str = C::NAME;
    const VERSION: u32 = C::VERSION;
    const CANCEL: &'static [&'static str] = C::CANCEL;
    const MISFIT: Misfit = C::MISFIT;

    type Output = C::Output;

    fn run(&self, talk: Talk) -> impl Future<Output = Result<Self::Output>> + Send {
        C::run(self, talk)
    }

    fn on_cancel(&self, chat: &Chat) -> impl Future<Output = Result> + Send {
        C::on_cancel(self, chat)
    }

    fn migrate(&self, from: u32, log: Log) -> Option<Log> {
        C::migrate(self, from, log)
    }
}

/// What a conversation's code returns: `Result<T>`.
#[diagnostic::on_unimplemented(
    message = "a conversation returns `wappa::Result`, not `{Self}`",
    note = "write `-> Result`, or `-> Result<T>` if it answers something"
)]
pub trait Answers {
    /// What it answers to whoever called it.
    type Output;
}

impl<T> Answers for Result<T> {
    type Output = T;
}

/// What becomes of a conversation whose log does not fit its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// It begins anew with its first question; what the person said last is not taken for an answer.
    Restart,
    /// It ends, and what the person said goes to the routes.
    Finish,
}

pub(super) struct Conversations<C>(pub(super) C);

/// How far one run of the code came.
enum Ran<T> {
    Ended(Result<T>),
    Stopped(Stop),
}

impl<C: Conversation> Conversations<C> {
    async fn drive(&self, chat: &Chat, mut log: Log, heard: Heard) -> Result<Outcome> {
        if log.run.is_empty() {
            log.run = chat.run_id();
        }
        let talk = Talk::new(chat.clone(), C::NAME, log, heard);
        let ran = {
            let mut code = pin!(self.0.run(talk.clone()));
            tokio::select! {
                biased;
                ended = &mut code => Ran::Ended(ended),
                stop = talk.stopped() => Ran::Stopped(stop),
            }
        };
        let (log, unlived) = talk.close();
        match ran {
            Ran::Ended(Ok(_)) if unlived > 0 => self.misfit(chat, "it ends earlier than its log").await,
            Ran::Ended(Ok(output)) => Ok(Outcome::Done(serde_json::to_value(output)?)),
            Ran::Ended(Err(error)) if error.find::<TimedOut>().is_some() => {
                Ok(Outcome::Done(serde_json::Value::Null))
            }
            Ran::Ended(Err(error)) => Err(error),
            Ran::Stopped(Stop::Waiting(until)) => {
                let patience =
                    until.map_or(Patience::Endless, |at| Patience::Until(Timestamp::from_millis(at)));
                Ok(Outcome::Stays { version: C::VERSION, state: serde_json::to_value(log)?, patience })
            }
            Ran::Stopped(Stop::Passes) => Ok(Outcome::Passes),
            Ran::Stopped(Stop::Misfit(what)) => self.misfit(chat, &what).await,
        }
    }

    async fn misfit(&self, chat: &Chat, what: &str) -> Result<Outcome> {
        tracing::warn!(conversation = C::NAME, what, rule = ?C::MISFIT, "a log does not fit the code");
        match C::MISFIT {
            // An empty log fits any code, so this happens once.
            Misfit::Restart => Box::pin(self.drive(chat, Log::default(), Heard::Nothing)).await,
            Misfit::Finish => Ok(Outcome::GivenUp),
        }
    }
}

impl<C: Conversation> Kind for Conversations<C> {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn cancel(&self) -> &'static [&'static str] {
        C::CANCEL
    }

    fn run<'a>(&'a self, chat: &'a Chat, frame: Frame, input: Input<'a>) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let heard = match input {
                Input::Begin => Heard::Nothing,
                Input::Message(message) => Heard::Message(Box::new(message.clone())),
                Input::Waited => Heard::Silence,
                Input::Back(_) => Heard::Return,
            };
            let from = frame.version;
            let log = serde_json::from_value(frame.state).ok();
            let log = match log {
                Some(log) if from != C::VERSION => self.0.migrate(from, log),
                log => log,
            };
            match log {
                Some(log) => self.drive(chat, log, heard).await,
                None => self.misfit(chat, "it is of another version").await,
            }
        })
    }

    fn cancelled<'a>(&'a self, chat: &'a Chat, _: Frame) -> BoxFuture<'a, Result> {
        Box::pin(self.0.on_cancel(chat))
    }
}
