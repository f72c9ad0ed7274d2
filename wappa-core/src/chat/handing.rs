//! Handing a conversation over to people, and taking it back.

use std::{future::IntoFuture, time::Duration};

use super::Chat;
use crate::{
    clock::BoxFuture,
    happening::{HandoverAsk, RemindError},
    store::{EventKind, TimerSet},
    takeover::{BEGIN, END, Handing, Pause},
};

/// How long people have a conversation, unless it is said.
const TIME: Duration = Duration::from_hours(12);

/// A conversation about to be handed over: `.await` does it.
#[must_use = "a conversation is handed over when this is awaited"]
#[derive(Debug)]
pub struct HandOver {
    chat: Chat,
    to: String,
    time: Duration,
}

impl Chat {
    /// Hands this conversation over to people: the bot is silent until [`release`](Self::release), or for 12 hours unless
    /// [`HandOver::for_at_most`] says otherwise. What happens meanwhile is said at
    /// [`Takeover`](crate::takeover::Takeover).
    ///
    /// In a turn it holds from its end on, if the handler returns `Ok`. From outside it comes to the conversation as an
    /// event, after what has arrived before.
    ///
    /// # Errors
    /// When awaited outside a turn: the number is not ours, nobody is known by this address, or the store does not answer.
    pub fn hand_over(&self, to: impl Into<String>) -> HandOver {
        HandOver { chat: self.clone(), to: to.into(), time: TIME }
    }

    /// Gives the conversation back to the bot, if people have it; see [`hand_over`](Self::hand_over) for when. From
    /// outside a turn `on_resumed` is told.
    ///
    /// # Errors
    /// As for [`hand_over`](Self::hand_over).
    pub async fn release(&self) -> Result<(), RemindError> {
        if self.line.turn.as_ref().is_some_and(|turn| turn.takeover.set(Handing::Back)) {
            return Ok(());
        }
        self.ask(END, &HandoverAsk::Back).await
    }

    /// Who has the conversation, if not the bot; in a turn, as it was at its beginning.
    pub fn handed_over(&self) -> Option<Pause> {
        let pauses = self.line.messenger.pauses();
        let lane = self.line.turn.as_ref().and_then(|turn| turn.takeover.lane());
        let pause = match lane {
            Some(lane) => pauses.of(lane),
            None => pauses.find(&self.key()),
        };
        pause.map(|pause| Pause::clone(&pause))
    }

    /// Has this come to the conversation as an event.
    async fn ask(&self, name: &str, ask: &HandoverAsk) -> Result<(), RemindError> {
        let at = self.line.messenger.clock().now();
        let set = TimerSet { at, kind: EventKind::Handover, body: ask.to_bytes() };
        self.line.set_timer(name, Some(set)).await
    }
}

impl HandOver {
    /// The bot has the conversation again after this time, whatever happens.
    pub fn for_at_most(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }
}

impl IntoFuture for HandOver {
    type Output = Result<(), RemindError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { chat, to, time } = self;
        Box::pin(async move {
            let handing = Handing::Over(to.clone(), time);
            if chat.line.turn.as_ref().is_some_and(|turn| turn.takeover.set(handing)) {
                return Ok(());
            }
            chat.ask(BEGIN, &HandoverAsk::Over(to, time)).await
        })
    }
}
