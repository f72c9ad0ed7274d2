//! Erasing a person, in memory.

use super::{State, people::People};
use crate::store::{
    Erased, Identifier, PersonId, PersonRef, TAKEOVER_SPACE, bundle_space, lane_key, missed_space,
};

impl State {
    pub(super) fn erase(&mut self, portfolio: &str, who: &PersonRef) -> Erased {
        let mut gone = Erased::default();
        for person in self.people.known_by(portfolio, who) {
            let kin = self.people.kin(person);
            let lanes = self.lanes.erase(&kin, &mut gone);
            let before = self.sessions.len();
            self.sessions.retain(|key, _| {
                !lanes.contains(&key.lane) && !key.member.is_some_and(|member| kin.contains(&member))
            });
            gone.sessions += before - self.sessions.len();
            gone.timers += self.timers.erase(|timer| {
                lanes.contains(&timer.lane) || timer.name.member.is_some_and(|member| kin.contains(&member))
            });
            gone.sends += self.ledger.erase(&kin);
            self.people.erase(&kin);
            for lane in &lanes {
                self.shelf.erase(TAKEOVER_SPACE, &lane_key(*lane));
                self.shelf.erase_all(&missed_space(*lane));
                self.shelf.erase_all(&bundle_space(*lane));
            }
            gone += Erased { persons: kin.len(), lanes, ..Erased::default() };
        }
        gone
    }
}

impl People {
    /// Everybody who is known by any of these identifiers.
    fn known_by(&self, portfolio: &str, who: &PersonRef) -> Vec<PersonId> {
        let ids = [
            who.user_id.as_ref().map(Identifier::User),
            who.parent_user_id.as_ref().map(Identifier::Parent),
            who.wa_id.as_ref().map(Identifier::Wa),
        ];
        let mut known: Vec<PersonId> =
            ids.into_iter().flatten().filter_map(|by| self.find(portfolio, by)).collect();
        known.sort_unstable();
        known.dedup();
        known
    }
}
