//! Turns of conversations that people have, or have had until now: what the author hears of them, and what is written
//! with their ends.

use std::sync::Arc;

use wappa_cloud::Event;

use super::{
    Inner,
    turn::{Ran, drive, recipient},
};
use crate::{
    handler::Place,
    happening::{ChatKey, Chosen, HandoverAsk, Happening},
    messenger::Turn,
    store::{Claim, EventKind, Existing, LaneKind, TimerName, TimerSet, TimerWrite, TurnEnd},
    takeover::{APP, END, Handing, Held, Missed, Pause, Resumed, ResumedBy},
};

/// What is kept of an event that the bot did not hear.
#[derive(Debug, Default)]
pub(super) enum Keeping {
    #[default]
    Nothing,
    /// What the person said.
    Message,
    /// A timer, to be set again.
    Timer(String),
}

/// Whether the event is the business of this file.
pub(super) fn concerns(inner: &Inner, claim: &Claim, event: &Happening) -> bool {
    let pauses = inner.messenger.pauses();
    match event {
        Happening::Handover(_) => true,
        Happening::Event(event) if matches!(claim.kind, LaneKind::Person | LaneKind::Group) => {
            pauses.concerns(claim.lane, event)
        }
        Happening::Timer(_) | Happening::Expired(_) | Happening::Consent(_) | Happening::Bundle(_) => {
            pauses.of(claim.lane).is_some()
        }
        _ => false,
    }
}

pub(super) async fn run(
    inner: &Inner,
    claim: &Claim,
    place: Place,
    event: Happening,
    turn: &Turn,
) -> (Ran, Keeping) {
    let pauses = inner.messenger.pauses();
    let pause = pauses.of(claim.lane);
    let mut keeping = Keeping::Nothing;
    let ran = match (event, pause) {
        (Happening::Handover(asked), pause) => match (asked.into_ask(), pause) {
            (Some(HandoverAsk::Over(to, time)), _) => {
                turn.takeover.set(Handing::Over(to, time));
                Ran::Returned(Ok(()))
            }
            (Some(HandoverAsk::Back), Some(pause)) => {
                resumed(inner, place, &pause, ResumedBy::Program, turn).await
            }
            (Some(HandoverAsk::Time), Some(pause)) if pause.until <= inner.clock.now() => {
                resumed(inner, place, &pause, ResumedBy::Time, turn).await
            }
            _ => Ran::Returned(Ok(())),
        },
        (Happening::Event(event @ Event::Echo(_)), _) if claim.kind == LaneKind::Person => {
            if let Some(time) = pauses.after_echo() {
                turn.takeover.set(Handing::Echo(time));
            }
            heard(drive(inner, || inner.handler.handle(place, Happening::Event(event)), turn).await)
        }
        (Happening::Event(Event::Message(message)), Some(pause)) if pauses.is_word(&message) => {
            resumed(inner, place, &pause, ResumedBy::Person, turn).await
        }
        (Happening::Event(Event::Message(message)), Some(_)) => {
            keeping = Keeping::Message;
            heard(drive(inner, || inner.handler.paused(place.chat, *message), turn).await)
        }
        (Happening::Bundle(bundle), Some(pause)) => {
            keeping = Keeping::Message;
            let (words, said): (Vec<_>, Vec<_>) =
                bundle.into_messages().into_iter().partition(|message| pauses.is_word(message));
            let (handler, chat) = (&inner.handler, place.chat.clone());
            let tell = async move {
                for message in said {
                    handler.paused(chat.about(&message), message).await?;
                }
                Ok(())
            };
            match heard(drive(inner, || Box::pin(tell), turn).await) {
                Ran::Returned(Ok(())) if !words.is_empty() => {
                    resumed(inner, place, &pause, ResumedBy::Person, turn).await
                }
                ran => ran,
            }
        }
        (Happening::Timer(timer), Some(_)) => {
            keeping = Keeping::Timer(crate::chat::timer_name(timer.name()));
            Ran::Returned(Ok(()))
        }
        (Happening::Expired(ended), Some(_)) => {
            keeping = Keeping::Timer(ended.timer_name());
            Ran::Returned(Ok(()))
        }
        // The choice counts; the message that told it is not for the bot.
        (Happening::Consent(chosen), Some(_)) => {
            let chosen = Happening::Consent(Chosen { event: None, ..chosen });
            heard(drive(inner, || inner.handler.handle(place, chosen), turn).await)
        }
        (event, _) => drive(inner, || inner.handler.handle(place, event), turn).await,
    };
    (ran, keeping)
}

async fn resumed(inner: &Inner, place: Place, pause: &Pause, by: ResumedBy, turn: &Turn) -> Ran {
    turn.takeover.set(Handing::Back);
    let resumed = Resumed { pause: pause.clone(), by };
    heard(drive(inner, || inner.handler.resumed(place.chat, resumed), turn).await)
}

/// An event of which the framework takes care, whoever else listens.
fn heard(ran: Ran) -> Ran {
    match ran {
        Ran::Returned(Err(error)) if error.is_unhandled() => Ran::Returned(Ok(())),
        ran => ran,
    }
}

/// What is written with the end of a turn that went well.
pub(super) fn end(
    inner: &Inner,
    claim: &Claim,
    handing: Option<Handing>,
    keeping: Keeping,
    end: &mut TurnEnd,
) {
    let (lane, now) = (claim.lane, end.lease.now);
    let pause = inner.messenger.pauses().of(lane);
    match keeping {
        Keeping::Nothing => {}
        Keeping::Message => end.values.extend(Missed::writes(lane, &claim.event, now)),
        Keeping::Timer(name) => {
            if let Some(mut pause) = pause.as_deref().cloned() {
                let (member, body) = (claim.event.member, claim.event.body.clone());
                pause.held.retain(|held| held.member != member || held.name != name);
                pause.held.push(Held { member, name, kind: claim.event.kind, body });
                end.values.push(pause.write(now));
            }
        }
    }
    let (until, mut next) = match handing {
        None => return,
        Some(Handing::Back) => {
            let Some(pause) = pause else { return };
            end.values.push(Pause::remove(lane, now));
            end.timers.push(timer(END.to_owned(), None, None));
            end.timers.extend(pause.held.iter().cloned().map(|held| {
                let set = TimerSet { at: now, kind: held.kind, body: held.body };
                TimerWrite { existing: Existing::Keep, ..timer(held.name, held.member, Some(set)) }
            }));
            return;
        }
        Some(Handing::Over(to, time)) => {
            let chat = ChatKey { number: claim.number.to_string().into(), who: recipient(claim) };
            (now + time, Pause::new(lane, &claim.event, chat, to, now, now + time))
        }
        Some(Handing::Echo(time)) => match &pause {
            // It was theirs before, perhaps for longer.
            Some(pause) => (pause.until.max(now + time), Pause::clone(pause)),
            None => {
                let chat = ChatKey { number: claim.number.to_string().into(), who: recipient(claim) };
                (now + time, Pause::new(lane, &claim.event, chat, APP.to_owned(), now, now + time))
            }
        },
    };
    next.until = until;
    if let Some(pause) = pause {
        next.held.clone_from(&pause.held);
    }
    end.values.push(next.write(now));
    let set = TimerSet { at: until, kind: EventKind::Handover, body: HandoverAsk::Time.to_bytes() };
    end.timers.push(timer(END.to_owned(), None, Some(set)));
}

fn timer(name: String, member: Option<crate::store::PersonId>, set: Option<TimerSet>) -> TimerWrite {
    let name = TimerName { member, name: Arc::from(name) };
    TimerWrite { name, set, existing: Existing::Replace }
}
