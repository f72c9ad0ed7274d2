//! Questions of a conversation: what is asked, what counts as an answer, and how long there is for it.

use std::{
    any::type_name,
    fmt::{self, Display},
    future::IntoFuture,
    str::FromStr,
    time::Duration,
};

use serde_json::Value;
use wappa_cloud::{Draft, DraftError, IntoDraft, Location, Media, Message};

use super::{
    log::EntryState,
    talk::{Heard, Op, Place, Stop, Talk},
};
use crate::{clock::BoxFuture, error::Result, session::short_name};

/// The answer did not come in time. Left alone it ends the conversation; `error.find::<TimedOut>()` recognises it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the person did not answer in time")]
pub struct TimedOut;

type Read = Box<dyn Fn(&Message) -> Result<Value, String> + Send + Sync>;
type Replay<T> = Box<dyn Fn(Value) -> Option<T> + Send + Sync>;

/// A question about to be asked: `.await` asks it and waits for the answer, over restarts too.
#[must_use = "a question is asked when this is awaited"]
pub struct Ask<T> {
    talk: Talk,
    op: String,
    question: Result<Draft, DraftError>,
    read: Read,
    replay: Replay<T>,
    again: Option<String>,
    within: Option<Duration>,
}

impl Talk {
    /// Asks for something that is written, like `ask::<u8>`. What does not read as that is answered with why, as the
    /// type's own error says it or as [`Ask::again`] does, and the question stays open.
    pub fn ask<T>(&self, question: impl IntoDraft) -> Ask<T>
    where
        T: FromStr<Err: Display> + 'static,
    {
        let read = |message: &Message| match message.text() {
            Some(text) => match text.trim().parse::<T>() {
                Ok(_) => Ok(Value::from(text.trim())),
                Err(error) => Err(error.to_string()),
            },
            None => Err("Please answer in words.".to_owned()),
        };
        let replay = |answer: Value| answer.as_str()?.parse().ok();
        self.asking("ask", question, read, replay)
    }

    /// The same, with a check of your own: what it answers to a wrong answer is said to the person.
    pub fn ask_with<T, R>(
        &self,
        question: impl IntoDraft,
        check: impl Fn(&T) -> Result<(), R> + Send + Sync + 'static,
    ) -> Ask<T>
    where
        T: FromStr<Err: Display> + 'static,
        R: Into<String>,
    {
        let ask = self.ask::<T>(question);
        let first = ask.read;
        let read = move |message: &Message| {
            let answer = first(message)?;
            let value = answer.as_str().and_then(|text| text.parse().ok());
            value.as_ref().map_or(Ok(()), &check).map_err(Into::into)?;
            Ok(answer)
        };
        Ask { read: Box::new(read), ..ask }
    }

    /// Asks for a picture, a document or another file.
    pub fn ask_media(&self, question: impl IntoDraft) -> Ask<Media> {
        let read = |message: &Message| match message.media() {
            Some(media) => serde_json::to_value(media).map_err(|error| error.to_string()),
            None => Err("Please send a picture or a file.".to_owned()),
        };
        self.asking("ask", question, read, |answer| serde_json::from_value(answer).ok())
    }

    /// Asks for a place.
    pub fn ask_location(&self, question: impl IntoDraft) -> Ask<Location> {
        let read = |message: &Message| match message.location() {
            Some(location) => serde_json::to_value(location).map_err(|error| error.to_string()),
            None => Err("Please send a location.".to_owned()),
        };
        self.asking("ask", question, read, |answer| serde_json::from_value(answer).ok())
    }

    pub(crate) fn asking<T: 'static>(
        &self,
        what: &str,
        question: impl IntoDraft,
        read: impl Fn(&Message) -> Result<Value, String> + Send + Sync + 'static,
        replay: impl Fn(Value) -> Option<T> + Send + Sync + 'static,
    ) -> Ask<T> {
        Ask {
            talk: self.clone(),
            op: format!("{what}<{}>", short_name(type_name::<T>())),
            question: question.into_draft(),
            read: Box::new(read),
            replay: Box::new(replay),
            again: None,
            within: None,
        }
    }
}

impl<T> Ask<T> {
    /// What to say to something that is no answer, instead of why it is none.
    pub fn again(mut self, text: impl Into<String>) -> Self {
        self.again = Some(text.into());
        self
    }

    /// Waits no longer than this for a right answer; then it fails with [`TimedOut`].
    pub fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }
}

impl<T: 'static> Ask<T> {
    async fn answer(self) -> Result<T> {
        let Self { talk, op, question, read, replay, again, within } = self;
        let op = talk.op(op).await?;
        let chat = talk.chat();
        let until = match op.place().await {
            Place::Past(EntryState::Done(answer)) => return settled(&op, replay(answer)).await,
            Place::Past(_) => return Err(TimedOut.into()),
            Place::New => {
                chat.send(question?).await?;
                let until = within.map(|time| (chat.messenger().clock().now() + time).as_millis());
                op.wait(until);
                until
            }
            Place::Waiting(until) => {
                let now = chat.messenger().clock().now().as_millis();
                match talk.hears() {
                    Heard::Message(message) => match read(&message) {
                        Ok(answer) => {
                            op.done(answer.clone());
                            return settled(&op, replay(answer)).await;
                        }
                        Err(why) => drop(chat.say(again.unwrap_or(why)).await?),
                    },
                    Heard::Silence if until.is_some_and(|at| at <= now) => {
                        op.timed_out();
                        return Err(TimedOut.into());
                    }
                    Heard::Return => drop(chat.send(question?).await?),
                    Heard::Silence | Heard::Nothing => {}
                }
                until
            }
        };
        op.stop(Stop::Waiting(until)).await
    }
}

async fn settled<T>(op: &Op<'_>, answer: Option<T>) -> Result<T> {
    match answer {
        Some(answer) => Ok(answer),
        None => op.misfit("its answer is of another shape").await,
    }
}

impl<T: Send + 'static> IntoFuture for Ask<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.answer())
    }
}

impl<T> fmt::Debug for Ask<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("op", &self.op).finish_non_exhaustive()
    }
}
