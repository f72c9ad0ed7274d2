//! An assistant that answers in words: what answers is pluggable, what was said is kept with the person, within bounds.

mod answerer;
mod model;
mod talk;
#[cfg(all(test, feature = "emulator"))]
mod tests;

use std::{sync::Arc, time::Duration};

use wappa::{
    cloud::{
        format::{from_markdown, split},
        limits::TEXT_BODY,
    },
    prelude::*,
};

use crate::{answerer::AnyAnswerer, model::Model, talk::Talk};

/// Said when no answer comes: nobody is left waiting.
const FALLBACK: &str = "I can't answer that right now. Please try again in a while.";

/// Shorter than the minute a handler has: the fallback is still said in this turn.
const TIME_TO_ANSWER: Duration = Duration::from_secs(40);

type Answerers = State<Arc<dyn AnyAnswerer>>;

async fn answer(
    chat: Chat,
    question: Text,
    answerer: Answerers,
    mut talk: Session<Talk>,
) -> Result {
    talk.person(&question);
    let answer = tokio::time::timeout(TIME_TO_ANSWER, answerer.answer(talk.so_far())).await;
    let answer = match answer {
        Ok(Ok(answer)) if !answer.trim().is_empty() => answer,
        Ok(Ok(_)) => return give_up(&chat, "it was empty").await,
        Ok(Err(error)) => return give_up(&chat, &error.to_string()).await,
        Err(_) => return give_up(&chat, "it took too long").await,
    };
    talk.assistant(&answer);
    // Models write Markdown, and more of it than one message holds.
    for part in split(&from_markdown(&answer), &TEXT_BODY) {
        chat.say(part).await?;
    }
    Ok(())
}

/// The question stays in the talk, so that "try again" is enough.
async fn give_up(chat: &Chat, why: &str) -> Result {
    tracing::warn!(why, "there was no answer");
    chat.say(FALLBACK).await?;
    Ok(())
}

/// Begin a new talk: what was said is forgotten
#[command(aliases = ["forget"])]
async fn new(chat: Chat, talk: Session<Talk>) -> Result {
    talk.clear();
    chat.say("All forgotten. What can I do for you?").await?;
    Ok(())
}

async fn no_words(chat: Chat) -> Result {
    chat.say("I understand words only. Please write to me.")
        .await?;
    Ok(())
}

fn bot(answerer: Arc<dyn AnyAnswerer>) -> Router {
    Router::new()
        .commands(commands!())
        .on(answer)
        .otherwise(no_words)
        .state(answerer)
        .layer(ShowTyping)
}

/// After a day without a word the talk is forgotten.
fn memory() -> SessionRule<Talk> {
    SessionRule::new().keep_for(Duration::from_hours(24))
}

#[tokio::main]
async fn main() -> Result {
    let bot = bot(Arc::new(Model::from_env()?));
    Wappa::new()
        .set_event_handler(bot)
        .session(memory())
        .run()
        .await
}
