//! One event meeting the author's handler: with a deadline, with panics caught, and with one end for everything it did.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::AtomicU32},
};

use futures_util::FutureExt;
use tracing::{Span, field::Empty};
use wappa_cloud::{Event, Recipient, Timestamp};

use super::{
    Inner, bundles,
    consent::{self, Heeded},
    retry, ring,
    suspects::{self, Verdict},
    takeover::{self, Keeping},
};
use crate::{
    chat::Chat,
    clock::BoxFuture,
    error::{Error, Result, TurnError},
    handler::{Heard, Place, TurnFailed},
    happening::{AtEnd, Expired, Happening, Scheduled},
    messenger::{Line, Turn, TurnChanges, TurnTimers, User},
    numbers::Number,
    outbox::{LeaseWatch, Scope, TurnSends},
    session::{Home, Sessions},
    store::{Claim, EventKind, LaneKind, Next, Outcome, StoreError, TurnEnd},
    takeover::TurnTakeover,
};

/// How a handler's run ended.
pub(super) enum Ran {
    Returned(Result),
    Parked(Timestamp),
}

/// The trace of a turn: what it is about, by the ids that other logs know it by, and nothing anybody has said.
pub(super) fn span(claim: &Claim) -> Span {
    tracing::debug_span!(
        "turn",
        event = format_args!("{:032x}", claim.event.key.0),
        kind = ?claim.event.kind,
        number = &*claim.number,
        lane = claim.lane.0,
        attempt = claim.event.attempt,
        wamid = Empty,
    )
}

/// Runs the turn this claim begins, and says how it ends. `next` is for the lane to decide. `read` is its event, where it has
/// been read already.
pub(super) async fn run(
    inner: &Arc<Inner>,
    claim: &Claim,
    read: Option<Event>,
    watch: &Arc<LeaseWatch>,
    span: &Span,
) -> TurnEnd {
    let mut end = TurnEnd {
        lane: claim.lane,
        epoch: claim.epoch,
        seq: claim.event.seq,
        outcome: Outcome::Done,
        sessions: Vec::new(),
        timers: Vec::new(),
        values: Vec::new(),
        sends: Vec::new(),
        next: Next::Leave,
        lease: inner.lease(),
    };
    let event = match read {
        Some(event) => Happening::Event(event),
        None => Happening::read(claim.event.kind, &claim.event.body),
    };
    if let Some(message) = event.message().filter(|_| !span.is_disabled()) {
        span.record("wamid", message.id.as_str());
    }
    let Some(number) = number_of(inner, claim) else {
        let error = format!("the number {} is no longer configured", claim.number);
        end.outcome = Outcome::Dead { error, then: inner.settings.last_try };
        return end;
    };
    let _alone = match inner.suspects.judge(claim, inner.settings.attempts) {
        Verdict::Try(alone) => alone,
        Verdict::Wait => {
            end.outcome = Outcome::Parked { until: end.lease.now + suspects::WAIT };
            return end;
        }
        Verdict::Guilty => {
            let error = TurnError::CutOff { attempts: claim.event.attempt - 1 };
            Box::pin(fail(inner, claim, &number, error.into(), watch, &mut end)).await;
            return end;
        }
        Verdict::GuiltyToTheEnd => {
            let error = TurnError::CutOff { attempts: claim.event.attempt - 1 }.to_string();
            end.outcome = Outcome::Dead { error, then: inner.settings.last_try };
            return end;
        }
    };
    let event = match before(inner, claim, event, &mut end).await {
        Ok(Some(event)) => event,
        Ok(None) => return end,
        Err(error) => {
            Box::pin(fail(inner, claim, &number, error.into(), watch, &mut end)).await;
            return end;
        }
    };
    let kind = event.kind();
    let heard = match &event {
        Happening::Event(event) => Some(Heard::of_event(event)),
        _ => None,
    };
    let scope = if kind == EventKind::AtEnd { Scope::AtEnd } else { Scope::Handler };
    let (chat, turn) = stage(inner, claim, &number, &event, scope, watch);
    let turn = Closing(turn);
    let place = Place { chat, messenger: inner.messenger.clone() };
    let mut keeping = Keeping::Nothing;
    let ran = match event {
        event if takeover::concerns(inner, claim, &event) => {
            let (ran, what) = Box::pin(takeover::run(inner, claim, place, event, &turn.0)).await;
            keeping = what;
            ran
        }
        Happening::Scheduled(moment) => Box::pin(scheduled(inner, &moment, &turn.0)).await,
        Happening::AtEnd(left) => Box::pin(at_end(inner, &place.chat, left, &turn.0)).await,
        Happening::Expired(ended) => Box::pin(expired(inner, place, ended, &turn.0)).await,
        event => drive(inner, || inner.handler.handle(place, event), &turn.0).await,
    };
    end.sends = turn.0.sends.take_records();
    let error = match ran {
        Ran::Parked(until) => {
            end.outcome = Outcome::Parked { until };
            return end;
        }
        Ran::Returned(Ok(())) => match turn.0.close(end.lease.now) {
            Ok(TurnChanges { sessions, timers, at_end }) => {
                (end.sessions, end.timers) = (sessions, timers);
                if let Some(body) = at_end {
                    end.outcome = Outcome::Continued { kind: EventKind::AtEnd, body };
                }
                takeover::end(inner, claim, turn.0.takeover.close(), keeping, &mut end);
                return end;
            }
            Err(error) => error.into(),
        },
        Ran::Returned(Err(error)) => error,
    };
    if error.is_unhandled() {
        unhandled(inner, kind, heard);
    } else {
        Box::pin(fail(inner, claim, &number, error, watch, &mut end)).await;
    }
    end
}

/// What is written down before any handler runs. Answers the event if its turn is now; else `end` says what becomes of it.
async fn before(
    inner: &Inner,
    claim: &Claim,
    event: Happening,
    end: &mut TurnEnd,
) -> std::result::Result<Option<Happening>, StoreError> {
    if consent::heed(inner, claim, &event, end).await? == Heeded::Yes {
        return Ok(None);
    }
    if bundles::concerns(inner, claim, &event) {
        return Box::pin(bundles::meet(inner, claim, event, end)).await;
    }
    Ok(Some(event))
}

async fn fail(
    inner: &Arc<Inner>,
    claim: &Claim,
    number: &Arc<Number>,
    error: Error,
    watch: &Arc<LeaseWatch>,
    end: &mut TurnEnd,
) {
    let attempt = claim.event.attempt;
    let now = inner.clock.now();
    end.outcome = retry::decide(&error, &claim.event, &inner.settings, now);
    let seq = claim.event.seq.0;
    if !matches!(end.outcome, Outcome::Dead { .. }) {
        tracing::warn!(event = seq, attempt, %error, "a turn failed and will be tried again");
        return;
    }
    tracing::error!(event = seq, attempt, %error, "a turn failed for the last time: its event is a dead letter");
    let failed =
        TurnFailed { event: Happening::read(claim.event.kind, &claim.event.body), error, attempts: attempt };
    let (chat, turn) = stage(inner, claim, number, &failed.event, Scope::FailureHook, watch);
    match drive(inner, || inner.handler.failed(chat, failed), &turn).await {
        Ran::Returned(Err(error)) if !error.is_unhandled() => {
            tracing::error!(event = seq, %error, "on_turn_failed failed as well");
        }
        // Not dead yet: the last try is made again when the hook can say what it has to say.
        Ran::Parked(until) => end.outcome = Outcome::Parked { until },
        Ran::Returned(_) => {}
    }
    end.sends.append(&mut turn.sends.take_records());
}

/// Sets the schedule's next moment before this one is lived through, so that it comes whatever becomes of this one.
async fn scheduled(inner: &Inner, moment: &Scheduled, turn: &Turn) -> Ran {
    let Some(schedule) = inner.schedules.of(moment) else {
        tracing::info!(schedule = moment.name(), "a schedule that this program no longer has is forgotten");
        return Ran::Returned(Ok(()));
    };
    if let Err(error) = ring::arm(inner, schedule).await {
        return Ran::Returned(Err(error.into()));
    }
    drive(inner, || schedule.run(inner.messenger.clone()), turn).await
}

/// Sends what the turn before this has left to be sent.
async fn at_end(inner: &Inner, chat: &Chat, left: AtEnd, turn: &Turn) -> Ran {
    let sends = async {
        for message in left.into_messages() {
            let sending = chat.send(message.draft()?);
            let sending = match message.template()? {
                Some(template) => sending.or_draft(template),
                None => sending,
            };
            match message.opaque() {
                Some(opaque) => sending.opaque(opaque).await?,
                None => sending.await?,
            };
        }
        Ok(())
    };
    drive(inner, || Box::pin(sends), turn).await
}

/// Tells of a session that has come to its end and removes it, unless it has been written to since.
async fn expired(inner: &Inner, place: Place, ended: Expired, turn: &Turn) -> Ran {
    if ended.is_patience() {
        return drive(inner, || inner.handler.handle(place, Happening::Expired(ended)), turn).await;
    }
    let (name, now) = (Arc::<str>::from(ended.name()), inner.clock.now());
    let last = match turn.sessions.expired(&*inner.store, &name, now).await {
        Ok(Some(last)) => last,
        Ok(None) => return Ran::Returned(Ok(())),
        Err(error) => return Ran::Returned(Err(error.into())),
    };
    let ended = Happening::Expired(ended.with(Some(last)));
    let ran = drive(inner, || inner.handler.handle(place, ended), turn).await;
    match ran {
        Ran::Returned(Err(error)) if !error.is_unhandled() => Ran::Returned(Err(error)),
        Ran::Parked(until) => Ran::Parked(until),
        Ran::Returned(_) => {
            turn.sessions.forget(&name);
            Ran::Returned(Ok(()))
        }
    }
}

/// Whom the conversation is with.
pub(super) fn recipient(claim: &Claim) -> Recipient {
    match (&claim.group, &claim.person) {
        (Some(group), _) => Recipient::from(group.clone()),
        (None, Some(person)) => person.recipient(),
        (None, None) => Recipient::default(),
    }
}

fn unhandled(inner: &Inner, kind: EventKind, heard: Option<Heard>) {
    match heard {
        Some(heard) => inner.listening.learn_unheard(heard),
        None => tracing::debug!(?kind, "nobody listens to this kind of event"),
    }
}

/// Ends the sessions of a turn however it ends: one that failed writes nothing, and handles that outlive it are told so.
struct Closing(Arc<Turn>);

impl Drop for Closing {
    fn drop(&mut self) {
        let _ = self.0.close(Timestamp::default());
    }
}

/// Runs the handler until it returns, panics, is parked, or its deadline is over.
pub(super) async fn drive<'h>(
    inner: &Inner,
    call: impl FnOnce() -> BoxFuture<'h, Result>,
    turn: &Turn,
) -> Ran {
    let begun = inner.clock.monotonic();
    let deadline = inner.settings.deadline;
    let panicked = |payload: Box<dyn Any + Send>| Ran::Returned(Err(TurnError::panic(&*payload).into()));
    // The author's code may panic before its first await.
    let mut handling = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(handling) => AssertUnwindSafe(handling).catch_unwind(),
        Err(payload) => return panicked(payload),
    };
    let mut left = deadline;
    loop {
        tokio::select! {
            biased;
            ended = &mut handling => {
                return ended.map_or_else(panicked, Ran::Returned);
            }
            until = turn.sends.parked() => {
                return Ran::Parked(until.unwrap_or_else(|| inner.clock.now()));
            }
            () = inner.clock.sleep(left) => {
                let now = inner.clock.monotonic();
                let ran = now.saturating_sub(begun).saturating_sub(turn.sends.waited(now));
                left = deadline.saturating_sub(ran);
                if left.is_zero() {
                    return Ran::Returned(Err(TurnError::Deadline { seconds: deadline.as_secs() }.into()));
                }
            }
        }
    }
}

fn number_of(inner: &Inner, claim: &Claim) -> Option<Arc<Number>> {
    match claim.kind {
        // An account's events belong to no number; any of ours serves to answer from.
        LaneKind::Account => {
            inner.numbers.owner_of(&claim.number).or_else(|| inner.numbers.all().into_iter().next())
        }
        _ => inner.numbers.number(&claim.number),
    }
}

/// What a handler is given: the chat, and the turn it belongs to.
fn stage(
    inner: &Arc<Inner>,
    claim: &Claim,
    number: &Arc<Number>,
    event: &Happening,
    scope: Scope,
    watch: &Arc<LeaseWatch>,
) -> (Chat, Arc<Turn>) {
    let conversation = matches!(claim.kind, LaneKind::Person | LaneKind::Group) && scope == Scope::Handler;
    let home = Home { lane: claim.lane, member: claim.event.member.filter(|_| claim.group.is_some()) };
    let home = conversation.then_some(home);
    let turn = Arc::new(Turn {
        sends: TurnSends::new(claim, scope, Arc::clone(watch)),
        sessions: Sessions::new(home),
        timers: TurnTimers::new(home),
        takeover: TurnTakeover::new(home),
        runs: AtomicU32::new(0),
    });
    let line = Line {
        messenger: inner.messenger.clone(),
        number: Ok(Arc::clone(number)),
        to: recipient(claim),
        user: claim.person.clone().map(User::from).unwrap_or_default(),
        message: event.message().map(|message| message.id.clone()),
        turn: Some(Arc::clone(&turn)),
    };
    (Chat::on(Arc::new(line)), turn)
}
