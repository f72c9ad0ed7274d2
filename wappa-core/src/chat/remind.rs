//! Reminders: what a conversation will be told later, by name.

use std::time::Duration;

use serde::Serialize;
use wappa_cloud::{Recipient, Timestamp};

use super::Chat;
use crate::{
    happening::{RemindError, Timer},
    store::{
        EventKind, Existing, LaneKind, NumberRef, Party, PersonRef, TimerName, TimerPlace, TimerSet,
        TimerWrite,
    },
};

/// Before the names of reminders, so that they are apart from the framework's own timers.
const PREFIX: &str = "a.";

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
        self.set_timer(&format!("{PREFIX}{name}"), Some(set)).await
    }

    /// Takes a reminder back, if it has not come yet.
    ///
    /// # Errors
    /// Outside a turn, what the store answers.
    pub async fn forget_reminder(&self, name: &str) -> Result<(), RemindError> {
        self.set_timer(&format!("{PREFIX}{name}"), None).await
    }

    pub(crate) async fn set_timer(&self, name: &str, set: Option<TimerSet>) -> Result<(), RemindError> {
        if let Some(turn) = &self.line.turn
            && turn.timers.push(name, set.clone())
        {
            return Ok(());
        }
        let number = self.line.number()?;
        let number = NumberRef { id: number.id.shared(), portfolio: number.portfolio.clone() };
        let (lane, party) = party(&self.line.to).ok_or(RemindError::Nobody)?;
        let at = set.as_ref().map(|set| set.at);
        let name = TimerName { member: None, name: name.into() };
        let place = TimerPlace { number, lane, party };
        let write = TimerWrite { name, set, existing: Existing::Replace };
        self.line.messenger.store().set_timer(place, write, self.line.messenger.clock().now()).await?;
        if let Some(at) = at {
            self.line.messenger.alarm().set(at);
        }
        Ok(())
    }
}

/// Whose lane somebody's is; nobody's if they are known by phone number alone.
pub(crate) fn party(to: &Recipient) -> Option<(LaneKind, Party)> {
    if let Some(group) = &to.group_id {
        return Some((LaneKind::Group, Party::Group(group.clone(), None)));
    }
    if to.user_id.is_none() && to.wa_id.is_none() {
        return None;
    }
    let who = PersonRef { user_id: to.user_id.clone(), wa_id: to.wa_id.clone(), ..PersonRef::default() };
    Some((LaneKind::Person, Party::Person(who)))
}
