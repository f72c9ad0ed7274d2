//! The guard before the way out: what it learns of the window of a chat, and what it lets pass.

use std::{sync::Arc, time::Duration};

use wappa_cloud::{Draft, ErrorKind, GraphError, PhoneNumberId, Timestamp, code};

use super::{
    Address, How, Origin, Outbox, Receipt, SendError, TurnSends,
    letter::{Letter, write},
    window::{WINDOW, Who, Window},
};
use crate::{
    shutdown::{Drain, Phase},
    store::{SendState, StoreError},
};

/// How often marks are written.
const KEEP: Duration = Duration::from_secs(30);
/// How long broadcasts rest when Meta holds a number back for complaints (131048).
const COMPLAINED: Duration = Duration::from_hours(1);

impl Outbox {
    /// Takes note that somebody wrote to this number, or called it.
    pub fn heard(&self, number: &PhoneNumberId, who: Who<'_>, at: Timestamp) {
        self.windows.heard(number.as_str(), who, at);
        if self.pacer.is_on() {
            self.pacer.received(number, self.clock.monotonic());
        }
    }

    /// Takes note that the clock was set ahead.
    pub(crate) fn distrust_windows(&self) {
        self.windows.distrust(self.clock.now());
    }

    /// Takes note of what a status says about a message that was accepted and failed later.
    pub fn failed(&self, number: &PhoneNumberId, who: Who<'_>, code: u32, at: Timestamp) {
        match code::lookup(code).map(|row| row.kind) {
            Some(ErrorKind::WindowClosed) => self.windows.closed(number.as_str(), who, at),
            Some(ErrorKind::MarketingCap) => self.cap(number, who),
            Some(ErrorKind::Spam) => self.pacer.complained(number, COMPLAINED, self.clock.monotonic()),
            _ => {}
        }
    }

    fn cap(&self, number: &PhoneNumberId, who: Who<'_>) {
        if let Some(person) = who.person_code(number.as_str()) {
            self.pacer.cap(person, self.clock.monotonic());
        }
    }

    /// Takes note of a conversation that is free of charge up to this moment.
    pub(crate) fn is_free(&self, number: &PhoneNumberId, who: Who<'_>, until: Timestamp) {
        self.windows.is_free(number.as_str(), who, until);
    }

    /// Until when a conversation is free of charge, if it is.
    pub(crate) async fn free_until(&self, address: Address<'_>) -> Result<Option<Timestamp>, StoreError> {
        self.windows.free_until(&*self.store, address.number.id.as_str(), address.to, self.clock.now()).await
    }

    /// What is known of the window of a chat.
    pub(crate) async fn window(
        &self,
        address: Address<'_>,
        turn: Option<&TurnSends>,
    ) -> Result<Window, StoreError> {
        let now = self.clock.now();
        let until = turn.and_then(|turn| turn.heard).map(|heard| heard + WINDOW);
        match until {
            Some(until) if until > now => Ok(Window::Open { until }),
            _ => self.windows.of(&*self.store, address.number.id.as_str(), address.to, now).await,
        }
    }

    /// Sends the draft if the window is known to be open, and otherwise the template.
    pub(crate) async fn send_or(
        &self,
        address: Address<'_>,
        draft: &Draft,
        template: &Draft,
        how: How<'_>,
        origin: Origin<'_>,
    ) -> Result<Receipt, SendError> {
        let turn = if let Origin::Turn(turn, _) = origin { Some(turn) } else { None };
        if let Origin::Turn(turn, place) = origin
            && turn.history.again
        {
            // What an earlier attempt chose counts, whatever became of the window since.
            let known = self.store.sent(turn.key(place, template.fingerprint())).await?;
            if known.is_some_and(|known| known.state.is_accepted()) {
                return self.send(address, template, how, origin).await;
            }
            let known = self.store.sent(turn.key(place, draft.fingerprint())).await?;
            if known.is_some_and(|known| known.state.is_accepted()) {
                return self.send(address, draft, how, origin).await;
            }
        }
        if !draft.needs_window() || matches!(self.window(address, turn).await?, Window::Open { .. }) {
            match self.send(address, draft, how, origin.clone()).await {
                Err(error) if error.is_window_closed() => {}
                sent => return sent,
            }
        }
        self.send(address, template, how, origin).await
    }

    /// Writes down now and then what the next process should know, until the bot goes down.
    pub(crate) async fn keep(self: Arc<Self>, drain: Drain) {
        if !self.windows.is_on() {
            return;
        }
        loop {
            tokio::select! {
                () = drain.reached(Phase::Draining) => return,
                () = self.clock.sleep(KEEP) => self.write_down().await,
            }
        }
    }

    /// Writes down what the next process should know.
    pub(crate) async fn write_down(&self) {
        if let Err(error) = self.windows.keep(&*self.store, self.clock.now()).await {
            tracing::warn!(%error, "which windows are open could not be written down: the next process asks Meta");
        }
    }
}

impl Letter<'_> {
    /// Whether this is the answer to a message that has just come: its window is open.
    pub(super) fn is_fresh_answer(&self) -> bool {
        self.turn.is_some_and(|turn| turn.heard.is_some() && !turn.history.again)
    }

    pub(super) async fn check_window(&self) -> Result<(), SendError> {
        let Self { outbox, address, turn, .. } = *self;
        if outbox.window(address, turn).await? != Window::Closed {
            return Ok(());
        }
        outbox.meters.window_refusal();
        if turn.is_none() {
            write(&outbox.store, self.record(SendState::Rejected)).await;
        }
        Err(SendError::WindowClosed)
    }

    /// Takes note of a refusal that will stay one.
    pub(super) fn learn(&self, error: &GraphError) {
        let Self { outbox, address, .. } = *self;
        let number = &address.number.id;
        match error.kind() {
            ErrorKind::WindowClosed => {
                outbox.windows.closed(number.as_str(), Who::of(address.to), outbox.clock.now());
            }
            ErrorKind::MarketingCap => outbox.cap(number, Who::of(address.to)),
            ErrorKind::Spam => outbox.pacer.complained(number, COMPLAINED, outbox.clock.monotonic()),
            _ => {}
        }
    }
}
