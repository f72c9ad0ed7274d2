//! Reminders: what a conversation will be told later, by name.

use std::time::Duration;

use serde::Serialize;
use wappa_cloud::Timestamp;

use super::Chat;
use crate::{
    happening::{RemindError, Timer},
    store::{EventKind, TimerSet},
};

/// Before the names of reminders, so that they are apart from the framework's own timers.
const PREFIX: &str = "a.";

/// The name of the timer that is a reminder of this name.
pub(crate) fn timer_name(name: &str) -> String {
    format!("{PREFIX}{name}")
}

impl Chat {
    /// Has `on_timer` called in this conversation after this time, also over a restart. A reminder of the same name is
    /// replaced.
    ///
    /// In a turn it is set when the handler returns `Ok`, together with everything else the turn does; outside of one at
    /// once.
    ///
    /// # Errors
    /// The payload cannot be written as JSON; outside a turn, also what the store answers.
    pub async fn remind_in(
        &self,
        after: Duration,
        name: &str,
        payload: &(impl Serialize + Sync + ?Sized),
    ) -> Result<(), RemindError> {
        self.remind_at(self.line.messenger.clock().now() + after, name, payload).await
    }

    /// Has `on_timer` called in this conversation at this moment; see [`Chat::remind_in`]. A moment that is past is now.
    ///
    /// # Errors
    /// As for [`Chat::remind_in`].
    pub async fn remind_at(
        &self,
        at: Timestamp,
        name: &str,
        payload: &(impl Serialize + Sync + ?Sized),
    ) -> Result<(), RemindError> {
        let body = Timer::of(name, payload)?.to_bytes();
        let set = TimerSet { at, kind: EventKind::Timer, body };
        self.set_timer(&timer_name(name), Some(set)).await
    }

    /// Takes a reminder back, if it has not come yet.
    ///
    /// # Errors
    /// Outside a turn, what the store answers.
    pub async fn forget_reminder(&self, name: &str) -> Result<(), RemindError> {
        self.set_timer(&timer_name(name), None).await
    }

    pub(crate) async fn set_timer(&self, name: &str, set: Option<TimerSet>) -> Result<(), RemindError> {
        if let Some(turn) = &self.line.turn
            && turn.timers.push(name, set.clone())
        {
            return Ok(());
        }
        self.line.set_timer(name, set).await
    }
}
