//! A dialogue's step, driven without knowing its type.

use std::marker::PhantomData;

use serde_json::Value;

use super::{
    Callee, Dialogue, Next,
    stack::{Frame, Patience},
};
use crate::{
    chat::Chat,
    clock::BoxFuture,
    error::{Error, Result},
};
use wappa_cloud::Message;

/// What happens to the topmost of what is under way.
pub(super) enum Input<'a> {
    /// It was started.
    Begin,
    /// The person said something.
    Message(&'a Message),
    /// Its time is over.
    Waited,
    /// What was above it is done.
    Back(Value),
}

/// What became of it.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It waits for more.
    Stays { version: u32, state: Value, patience: Patience },
    /// It waits for another one.
    Calls { version: u32, state: Value, patience: Patience, callee: Callee },
    /// It is over.
    Done(Value),
    /// What happened is not for it.
    Passes,
    /// It is over without having heard what happened, as it no longer fits the code.
    GivenUp,
}

/// A dialogue or a conversation, whatever its type.
pub(super) trait Kind: Send + Sync + 'static {
    fn name(&self) -> &'static str;
    fn cancel(&self) -> &'static [&'static str];
    fn run<'a>(&'a self, chat: &'a Chat, frame: Frame, input: Input<'a>) -> BoxFuture<'a, Result<Outcome>>;
    fn cancelled<'a>(&'a self, chat: &'a Chat, frame: Frame) -> BoxFuture<'a, Result>;
}

/// The dialogues of this type.
pub(super) struct Steps<D>(PhantomData<fn() -> D>);

impl<D: Dialogue> Steps<D> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }

    pub(super) fn read(frame: &Frame) -> Option<D> {
        if frame.version == D::VERSION
            && let Ok(step) = serde_json::from_value(frame.state.clone())
        {
            return Some(step);
        }
        let step = D::migrate(frame.version, frame.state.clone());
        if step.is_none() {
            tracing::warn!(
                dialogue = D::NAME,
                from = frame.version,
                "what is stored no longer fits: it begins anew"
            );
        }
        step
    }
}

impl<D: Dialogue> Kind for Steps<D> {
    fn name(&self) -> &'static str {
        D::NAME
    }

    fn cancel(&self) -> &'static [&'static str] {
        D::CANCEL
    }

    fn run<'a>(&'a self, chat: &'a Chat, frame: Frame, input: Input<'a>) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            let Some(step) = Self::read(&frame) else {
                let step = D::default();
                let mut anew = frame;
                (anew.version, anew.state) = (D::VERSION, serde_json::to_value(&step)?);
                return outcome(chat, anew, step.begin(chat).await?);
            };
            let next = match input {
                Input::Begin => step.begin(chat).await?,
                Input::Message(message) => step.turn(chat, message).await?,
                Input::Waited => step.on_timeout(chat).await?,
                Input::Back(result) => step.back(chat, result).await?,
            };
            outcome(chat, frame, next)
        })
    }

    fn cancelled<'a>(&'a self, chat: &'a Chat, frame: Frame) -> BoxFuture<'a, Result> {
        Box::pin(async move { Self::read(&frame).unwrap_or_default().on_cancel(chat).await })
    }
}

fn outcome<D: Dialogue>(chat: &Chat, frame: Frame, next: Next<D>) -> Result<Outcome> {
    let (next, time) = match next {
        Next::Within(next, time) => (*next, Some(time)),
        next => (next, None),
    };
    let until = time.map(|time| Patience::Until(chat.messenger().clock().now() + time));
    let version = D::VERSION;
    Ok(match next {
        Next::Stay => Outcome::Stays {
            version: frame.version,
            state: frame.state,
            patience: until.unwrap_or(Patience::Same),
        },
        Next::Go(step) => {
            let state = serde_json::to_value(&step)?;
            Outcome::Stays { version, state, patience: until.unwrap_or(Patience::Endless) }
        }
        Next::Call(step, callee) => {
            let state = serde_json::to_value(&step)?;
            Outcome::Calls { version, state, patience: until.unwrap_or(Patience::Endless), callee }
        }
        Next::Done => Outcome::Done(Value::Null),
        Next::Return(result) => Outcome::Done(result),
        Next::Within(..) => {
            return Err(Error::msg("a step of a dialogue has two times within which to answer"));
        }
    })
}
