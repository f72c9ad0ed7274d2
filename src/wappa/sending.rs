//! How the bot sends: what of the way out can be set.

use std::time::Duration;

use super::Wappa;
use crate::outbox::{Pace, StopWords, Unsettled, WindowGuard};

impl<H> Wappa<H> {
    /// How fast the numbers send (`WAPPA_PACE`): 80 messages a second and number unless said otherwise. What would be
    /// faster waits.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.over.pace = Some(pace);
        self
    }

    /// Whether messages into a closed customer service window are refused before they go to Meta, which is so unless
    /// said otherwise.
    pub fn window_guard(mut self, guard: WindowGuard) -> Self {
        self.over.window_guard = Some(guard);
        self
    }

    /// How long Meta may take to answer a message that is sent, 5 seconds for a new connection included: 10 seconds unless
    /// said otherwise, a multiple of what it takes. What has no answer by then may have arrived or not, and is treated as
    /// [`unsettled`](Self::unsettled) says; only its own chat waits meanwhile. Other calls, as those for files, have 30
    /// seconds. A [transport of your own](Self::custom_transport) has its own patience.
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.send_timeout = Some(timeout);
        self
    }

    /// What is done about a message that Meta may or may not have, because a connection broke or the process died in the
    /// middle: unless a status tells within the [window](Self::settle_window) it is sent again, and with
    /// [`Unsettled::AtMostOnce`] it is not. A single message may be treated otherwise with
    /// [`unsettled`](wappa_core::messenger::Sending::unsettled).
    pub fn unsettled(mut self, unsettled: Unsettled) -> Self {
        self.outbox.unsettled = unsettled;
        self
    }

    /// Has `on_undelivered` told of messages that Meta accepted and of which nothing was heard for so long; unless this is
    /// set, nobody looks. Statuses mostly come within seconds, and `delivered` when the person's phone is on again, but
    /// `sent` comes at once: some minutes are enough. Two days at most are looked back over when the bot starts.
    pub fn undelivered_after(mut self, silence: Duration) -> Self {
        self.outbox.undelivered_after = Some(silence.min(Duration::from_hours(120)));
        self
    }

    /// The words by which people stop marketing messages and have them again; several languages' by default. What they have
    /// chosen is kept, and messages that advertise are refused accordingly.
    ///
    /// ```
    /// use wappa::{outbox::StopWords, prelude::*};
    ///
    /// let bot = Wappa::new().stop_words(StopWords::default().stop("prekini").resume("nastavi"));
    /// # drop(bot);
    /// ```
    pub fn stop_words(mut self, words: StopWords) -> Self {
        self.outbox.stop_words = words;
        self
    }

    /// Names of templates that advertise: they are not sent to people who have stopped marketing, as is nothing that goes
    /// through Meta's endpoint for marketing or is sent with [`marketing`](wappa_core::messenger::Sending::marketing).
    pub fn marketing_templates<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.outbox.marketing_templates =
            names.into_iter().map(|name| Box::<str>::from(name.into())).collect();
        self
    }

    /// How long a message sent with [`until_delivered`](wappa_core::messenger::Sending::until_delivered) holds up what comes
    /// after it, if nothing is heard of it: 10 seconds unless said otherwise.
    pub fn delivery_gate(mut self, longest: Duration) -> Self {
        self.outbox.gate = longest;
        self
    }

    /// How long a status is waited for that tells whether Meta has a message whose sending was cut off: 30 seconds unless
    /// said otherwise. Meta's statuses mostly come within one.
    pub fn settle_window(mut self, window: Duration) -> Self {
        self.outbox.window = window;
        self
    }
}
