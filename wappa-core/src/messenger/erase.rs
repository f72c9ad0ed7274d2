//! Erasing a person on request, at all of a bot's numbers.

use std::sync::Arc;

use wappa_cloud::{PhoneNumber, Recipient, WaId};

use super::Messenger;
use crate::store::{Erased, PersonRef, StoreError};

impl Messenger {
    /// Erases a person on request: sessions and dialogues, timers, events that wait or are under way, what was said while
    /// people had the conversation, dead letters, the ledger's lines, and what links them to their identifiers, at all of
    /// the bot's numbers. A turn of theirs that is under way writes nothing; whoever writes again is a stranger. Doing it
    /// twice does no harm. What stays, and for how long, is said at [`Retention`](crate::store::Retention).
    ///
    /// # Errors
    /// The store could not be written. Some of it may be gone; asking again removes the rest.
    pub async fn erase(&self, who: impl Into<Recipient>) -> Result<Erased, StoreError> {
        let Recipient { user_id, wa_id, phone, .. } = who.into();
        let digits = |phone: PhoneNumber| WaId::from(phone.as_str().trim_start_matches('+'));
        let who = PersonRef { user_id, wa_id: wa_id.or_else(|| phone.map(digits)), ..PersonRef::default() };
        let mut portfolios: Vec<Arc<str>> =
            self.numbers().iter().map(|number| Arc::clone(&number.portfolio)).collect();
        portfolios.sort_unstable();
        portfolios.dedup();
        let mut erased = Erased::default();
        for portfolio in portfolios {
            let gone = self.store().erase(&portfolio, who.clone()).await?;
            self.pauses().forget(&gone.lanes);
            erased += gone;
        }
        Ok(erased)
    }
}
