//! Timers of a conversation that are set whatever becomes of a turn, and whose lane they enter.

use wappa_cloud::Recipient;

use super::Line;
use crate::{
    happening::{Consent, ConsentBy, RemindError},
    outbox::Wanted,
    store::{
        EventKind, Existing, LaneKind, NumberRef, Party, PersonRef, TimerName, TimerPlace, TimerSet,
        TimerWrite,
    },
};

/// Of the timer by which a choice about marketing enters its lane.
pub(crate) const CHOICE: &str = "m.choice";

impl Line {
    /// Sets or cancels a timer at once.
    pub(crate) async fn set_timer(&self, name: &str, set: Option<TimerSet>) -> Result<(), RemindError> {
        let number = self.number()?;
        let number = NumberRef { id: number.id.shared(), portfolio: number.portfolio.clone() };
        let (lane, party) = party(&self.to).ok_or(RemindError::Nobody)?;
        let at = set.as_ref().map(|set| set.at);
        let name = TimerName { member: None, name: name.into() };
        let place = TimerPlace { number, lane, party };
        let write = TimerWrite { name, set, existing: Existing::Replace };
        self.messenger.store().set_timer(place, write, self.messenger.clock().now()).await?;
        if let Some(at) = at {
            self.messenger.alarm().set(at);
        }
        Ok(())
    }

    /// What lets a choice enter its lane now.
    pub(crate) fn choice(&self, consent: &Consent) -> TimerSet {
        let at = self.messenger.clock().now();
        TimerSet { at, kind: EventKind::Choice, body: consent.to_bytes(None) }
    }

    /// Meta has told that this person wants no marketing.
    pub(crate) async fn marketing_refused(&self) {
        let set = self.choice(&Consent { marketing: Wanted::No, by: ConsentBy::Refusal });
        if let Err(error) = self.set_timer(CHOICE, Some(set)).await {
            tracing::warn!(%error, "that a person wants no marketing could not be kept; Meta refuses the next one again");
        }
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
