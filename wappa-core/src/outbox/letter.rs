//! One message on its way out: what the ledger knows of it, the POST, and what follows if that is not accepted.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;
use tracing::{Instrument, field::Empty};
use wappa_cloud::{Accepted, Certainty, Draft, DraftKind, Endpoint, GraphError, PhoneNumberId, Timestamp};

use super::{
    Address, How, NotSent, Outbox, Outgoing, Receipt, SaidBy, SendError, Sent, TurnSends, Unsettled,
    gate::Gate,
    key,
    pace::Waited,
    policy::{self, Step},
    told::Telling,
    turn::History,
};
use crate::{
    feed::{self, Spoken},
    meters::{Said, Wait},
    numbers::Number,
    store::{Begun, NumberRef, PersonId, PersonRef, SendKey, SendRecord, SendState, Store},
};

/// How long a turn waits in its place for a status that would mostly have come by now.
const SOON: Duration = Duration::from_millis(500);

/// A message on its way through the outbox.
pub(super) struct Letter<'a> {
    pub(super) outbox: &'a Outbox,
    pub(super) address: Address<'a>,
    pub(super) key: SendKey,
    pub(super) turn: Option<&'a TurnSends>,
    pub(super) how: How<'a>,
    pub(super) draft: DraftKind,
}

/// What the ledger says about a send before it is made.
enum Before {
    New,
    Accepted(Receipt),
    /// Unknown since this moment.
    Open(Timestamp),
}

impl Letter<'_> {
    /// In which line it stands, if no turn sees to the order.
    pub(super) fn line(&self) -> (PhoneNumberId, u64) {
        (self.address.number.id.clone(), key::recipient_code(self.address.to))
    }

    pub(super) async fn send(&self, draft: &Draft) -> Result<Receipt, SendError> {
        let sent = self.deliver(draft).await;
        if self.outbox.told.is_heard() && self.how.telling == Telling::Aloud {
            self.outbox.told.tell(&sent, |outcome| self.outgoing(draft, outcome));
        }
        let receipt = sent?;
        if self.how.gate == Gate::UntilDelivered {
            Box::pin(self.keep_gate(&receipt)).await;
        }
        Ok(receipt)
    }

    fn outgoing(&self, draft: &Draft, outcome: Result<Receipt, NotSent>) -> Outgoing {
        Outgoing {
            number: self.address.number.id.clone(),
            to: self.address.to.clone(),
            draft: draft.clone(),
            said: if self.turn.is_some() { SaidBy::Turn } else { SaidBy::Program },
            at: self.outbox.clock.now(),
            outcome,
        }
    }

    async fn deliver(&self, draft: &Draft) -> Result<Receipt, SendError> {
        match self.before().await? {
            Before::New => {}
            Before::Accepted(receipt) => return Ok(receipt),
            Before::Open(since) => {
                if let Some(receipt) = Box::pin(self.settle(since, self.patience())).await? {
                    return Ok(receipt);
                }
            }
        }
        if self.is_marketing(draft) {
            Box::pin(self.check_consent()).await?;
            self.check_cap()?;
        }
        if draft.needs_window() && self.outbox.windows.is_on() && !self.is_fresh_answer() {
            Box::pin(self.check_window()).await?;
        }
        let opaque = key::to_opaque(self.key, self.how.opaque);
        let body = match draft.upload() {
            None => draft.to_json(self.address.to, Some(&opaque))?,
            Some(upload) => {
                let id = Box::pin(self.upload(upload)).await?;
                draft.clone().with_media(&id).to_json(self.address.to, Some(&opaque))?
            }
        };
        drop(opaque);
        let endpoint = draft.endpoint();
        Box::pin(self.post_until_settled(endpoint, body)).await
    }

    async fn before(&self) -> Result<Before, SendError> {
        let Self { outbox: Outbox { store, .. }, key, turn, .. } = *self;
        let known = match turn {
            Some(turn) if turn.history.again => {
                let known = store.sent(key).await?;
                if known.is_none() && store.sent_otherwise(key).await?.is_some() {
                    tracing::warn!(
                        number = %self.address.number.id,
                        lane = turn.lane.0,
                        "a turn that was begun again says something else than it had said: both are sent"
                    );
                }
                known
            }
            Some(_) => return Ok(Before::New),
            None => store.record(vec![self.record(SendState::Intended)]).await?,
        };
        if let Some(SendRecord { state, id: Some(id), .. }) = &known
            && state.is_accepted()
        {
            return Ok(Before::Accepted(Receipt { id: id.clone(), sent: Sent::Earlier }));
        }
        let cut_off =
            known.as_ref().filter(|record| record.state == SendState::Indeterminate).map(|record| record.at);
        // Whoever died in the middle left no line about its last POST, whatever an earlier line says.
        let lost = match turn {
            Some(turn) => turn.history.interrupted,
            None => known.filter(|record| record.state == SendState::Intended).map(|record| record.at),
        };
        let lost = lost.filter(|_| store.begun(key) != Begun::No);
        Ok(cut_off.max(lost).map_or(Before::New, Before::Open))
    }

    async fn post_until_settled(&self, endpoint: Endpoint, body: Bytes) -> Result<Receipt, SendError> {
        let mut tries = 0;
        loop {
            if self.outbox.pacer.is_on()
                && let Some(slot) = self.slot(Waited::No)
            {
                self.outbox.meters.wait(Wait::Pace);
                Box::pin(self.keep_pace(slot)).await;
            }
            let number = self.outbox.pass(self.address.number, self.turn).await?;
            match self.post(&number, endpoint, body.clone()).await? {
                Ok(receipt) => {
                    self.outbox.circuits.close(&number.id);
                    return Ok(receipt);
                }
                Err(error) => match policy::decide(&error, self.key, tries) {
                    Step::NewToken => {
                        self.outbox.refused(&number, &error);
                        continue;
                    }
                    Step::GiveUp => {
                        self.learn(&error);
                        return Err(error.into());
                    }
                    Step::Again(wait) => {
                        self.slow_down(&error, wait);
                        Box::pin(self.wait(wait, error, tries)).await?;
                    }
                    Step::Settle => {
                        tracing::warn!(number = %self.address.number.id, %error, "a send was cut off; waiting for its status");
                        let settings = &self.outbox.settings;
                        let patience = if error.is_timeout() { SOON } else { settings.park_after };
                        if let Some(receipt) =
                            Box::pin(self.settle(self.outbox.clock.now(), patience)).await?
                        {
                            return Ok(receipt);
                        }
                    }
                },
            }
            tries += 1;
        }
    }

    /// One POST, and its line for the ledger. If this is dropped in the middle, by the author or by a deadline, the
    /// line says that its fate is open.
    async fn post(
        &self,
        number: &Number,
        endpoint: Endpoint,
        body: Bytes,
    ) -> Result<Result<Receipt, GraphError>, SendError> {
        let Self { outbox: Outbox { graph, store, clock, meters, feed, .. }, key, turn, .. } = *self;
        store.begin(key);
        if turn.is_some_and(|turn| !turn.lease.is_held(clock.monotonic())) {
            return Err(SendError::LeaseLost);
        }
        let cut_off = CutOff(self);
        let begun = meters.begin(|| clock.monotonic());
        let span = tracing::debug_span!(
            "send",
            key = format_args!("{:032x}", key.0),
            kind = self.draft.as_str(),
            number = number.id.as_str(),
            wamid = Empty,
        );
        let shown = feed.is_on().then(|| body.clone());
        let sending = graph.send_to(&number.token, &number.id, endpoint, body);
        let answer = sending.instrument(span.clone()).await;
        let said = match &answer {
            Ok(accepted) => {
                span.record("wamid", accepted.id.as_str());
                Said::Accepted
            }
            Err(error) if error.certainty() == Certainty::Unknown => Said::Unknown,
            Err(_) => Said::Refused,
        };
        if let Some(message) = shown {
            self.show(said, &answer, &message);
        }
        meters.send(self.draft, said, || Some(clock.monotonic().saturating_sub(begun?)));
        let record = match &answer {
            Ok(accepted) => {
                let person = self.watch(accepted).await;
                SendRecord { id: Some(accepted.id.clone()), person, ..self.record(SendState::Accepted) }
            }
            Err(error) => {
                let state = match error.certainty() {
                    Certainty::Unknown => SendState::Indeterminate,
                    Certainty::NotSent => SendState::Rejected,
                };
                SendRecord { error: error.code, ..self.record(state) }
            }
        };
        std::mem::forget(cut_off);
        match turn {
            Some(turn) => turn.record(record),
            None => write(store, record).await,
        }
        Ok(answer.map(|accepted| Receipt { id: accepted.id, sent: Sent::Now }))
    }

    /// Sees to it that silence about this message will be noticed, and tells whom it is for.
    async fn watch(&self, accepted: &Accepted) -> Option<PersonId> {
        let Self { outbox, key, turn, address: Address { number, to, person }, .. } = *self;
        if outbox.settings.undelivered_after.is_none() {
            return person;
        }
        if turn.is_some_and(|turn| turn.history.again) {
            outbox.watched.lock().unwrap_or_else(PoisonError::into_inner).push(key);
        }
        if person.is_some() || to.group_id.is_some() {
            return person;
        }
        let wa_id = to.wa_id.clone().or_else(|| accepted.wa_id.clone());
        let who = PersonRef { user_id: to.user_id.clone(), wa_id, ..PersonRef::default() };
        let whose = NumberRef { id: number.id.shared(), portfolio: Arc::clone(&number.portfolio) };
        let found = outbox.store.person(whose, who, outbox.clock.now()).await;
        found.map(|profile| profile.id).ok()
    }

    /// Tells those who look on.
    fn show(&self, said: Said, answer: &Result<Accepted, GraphError>, message: &[u8]) {
        self.outbox.feed.tell(
            "sent",
            &Spoken {
                at: self.outbox.clock.now().as_millis(),
                number: self.address.number.id.as_str(),
                kind: self.draft.as_str(),
                outcome: said.as_str(),
                wamid: answer.as_ref().ok().map(|accepted| accepted.id.as_str()),
                code: answer.as_ref().err().and_then(|error| error.code),
                message: feed::raw(message),
            },
        );
    }

    pub(super) fn record(&self, state: SendState) -> SendRecord {
        let now = self.outbox.clock.now();
        SendRecord {
            key: self.key,
            number: self.address.number.id.shared(),
            person: self.address.person,
            state,
            id: None,
            error: None,
            at: now,
            draft: Some(self.draft),
            opaque: self.how.opaque.map(Arc::from),
            said: Some(now),
        }
    }

    /// Waits before another try; a turn that would wait long is parked instead.
    pub(super) async fn wait(&self, wait: Duration, error: GraphError, tries: u32) -> Result<(), SendError> {
        let Self { outbox: Outbox { clock, settings, .. }, turn, .. } = *self;
        // A turn that has been parked before goes on where its patience was.
        let parks = turn.map_or(0, |turn| turn.history.parks);
        self.outbox.meters.wait(Wait::Retry);
        let wait = if parks > 0 { wait.max(settings.park_after * parks.min(12)) } else { wait };
        tracing::info!(number = %self.address.number.id, %error, ?wait, "Meta did not take a message; trying again");
        match turn {
            Some(turn) if wait > settings.park_after => turn.park(clock.now() + wait).await,
            Some(turn) => {
                let _waiting = Waiting::begin(turn, self.outbox);
                clock.sleep(wait).await;
                Ok(())
            }
            None if wait * (tries + 1) > settings.patience => Err(error.into()),
            None => {
                clock.sleep(wait).await;
                Ok(())
            }
        }
    }

    /// How long a turn waits in its place for the fate of what an earlier attempt had begun to send.
    fn patience(&self) -> Duration {
        // A process that has just died may die again soon: what is parked isn't cut off by that, and is not suspected.
        match self.turn.map(|turn| turn.history) {
            Some(History { interrupted: Some(_), attempt: 3.., .. }) => Duration::ZERO,
            Some(History { interrupted: Some(_), .. }) => SOON,
            _ => self.outbox.settings.park_after,
        }
    }

    /// Waits until a status says that Meta has the message, or the window is over: then nobody has it. A turn that would
    /// wait for longer than `patience` is parked, and a status wakes it.
    async fn settle(&self, since: Timestamp, patience: Duration) -> Result<Option<Receipt>, SendError> {
        let Self { outbox: Outbox { clock, settings, store, settlements, .. }, key, turn, .. } = *self;
        let now = clock.now();
        let over = match turn {
            _ if since <= now => since + settings.window,
            // The clock was set back since. Whoever has been parked has waited.
            Some(turn) if turn.history.parks > 0 => now,
            _ => now + settings.window,
        };
        self.outbox.meters.wait(Wait::Fate);
        let _waiting = turn.map(|turn| Waiting::begin(turn, self.outbox));
        loop {
            let learned = settlements.wait(key);
            if let Some(record) = store.sent(key).await?
                && record.state.is_accepted()
                && let Some(id) = record.id
            {
                settlements.forget(key);
                if let Some(turn) = turn {
                    turn.record(SendRecord { id: Some(id.clone()), ..self.record(SendState::Accepted) });
                }
                return Ok(Some(Receipt { id, sent: Sent::Earlier }));
            }
            let now = clock.now();
            if now >= over {
                settlements.forget(key);
                let unsettled = self.how.unsettled.unwrap_or(settings.unsettled);
                tracing::warn!(number = %self.address.number.id, ?unsettled, "no status settled a send in time");
                return match unsettled {
                    Unsettled::Resend => Ok(None),
                    Unsettled::AtMostOnce => Err(SendError::Unsettled),
                };
            }
            let left = over.since(now);
            tokio::select! {
                _ = learned => {}
                () = clock.sleep(left.min(patience)) => {
                    if let Some(turn) = turn && left > patience {
                        settlements.park(key, turn.lane);
                        turn.park(over).await;
                    }
                }
            }
        }
    }
}

/// Stops a handler's deadline while it lives.
pub(super) struct Waiting<'a> {
    turn: &'a TurnSends,
    outbox: &'a Outbox,
}

impl<'a> Waiting<'a> {
    pub(super) fn begin(turn: &'a TurnSends, outbox: &'a Outbox) -> Self {
        turn.begin_wait(outbox.clock.monotonic());
        outbox.held_up.fetch_add(1, Ordering::Relaxed);
        Self { turn, outbox }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.outbox.held_up.fetch_sub(1, Ordering::Relaxed);
        self.turn.end_wait(self.outbox.clock.monotonic());
    }
}

/// Records a POST that was dropped in the middle.
struct CutOff<'a>(&'a Letter<'a>);

impl Drop for CutOff<'_> {
    fn drop(&mut self) {
        let record = self.0.record(SendState::Indeterminate);
        match self.0.turn {
            Some(turn) => turn.record(record),
            None => {
                // Without a runtime the whole program is ending, and the line before the POST stands.
                if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                    let store = Arc::clone(&self.0.outbox.store);
                    runtime.spawn(async move { write(&store, record).await });
                }
            }
        }
    }
}

pub(super) async fn write(store: &Arc<dyn Store>, record: SendRecord) {
    if let Err(error) = store.record(vec![record]).await {
        tracing::error!(%error, "the outcome of a send could not be written to the ledger");
    }
}
