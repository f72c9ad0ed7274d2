//! Whether a person wants marketing, as their conversation has it.

use super::Chat;
use crate::{
    happening::{Consent, ConsentBy, RemindError},
    messenger::CHOICE,
    outbox::{SendError, Wanted},
};

impl Chat {
    /// Whether this person wants marketing messages from this number, as far as they have said: by one of the stop words
    /// or by WhatsApp's own switch.
    ///
    /// # Errors
    /// The number is not ours, or the store could not be read.
    pub async fn marketing(&self) -> Result<Wanted, SendError> {
        let outbox = self.line.messenger.outbox();
        Ok(outbox.wanted(self.line.number()?, &self.line.to).await?)
    }

    /// Notes that this person does or does not want marketing messages, because they told the program: by a button, on a
    /// website. In a turn it counts if the turn ends well; `on_consent` is told like of any other choice.
    ///
    /// # Errors
    /// The number is not ours, nobody is known by this address, or the store did not answer.
    pub async fn set_marketing(&self, marketing: Wanted) -> Result<(), RemindError> {
        let set = self.line.choice(&Consent { marketing, by: ConsentBy::Program });
        self.set_timer(CHOICE, Some(set)).await
    }
}
