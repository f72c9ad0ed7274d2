//! What people choose about marketing is written down before any code of the author's runs: the turn that notices it ends
//! with that, and goes on as one that tells of it.

use wappa_cloud::{Event, PreferenceValue};

use super::Inner;
use crate::{
    happening::{Consent, ConsentBy, Happening},
    outbox::{Wanted, consent::write_down},
    store::{Claim, EventKind, LaneKind, Outcome, StoreError, TurnEnd},
};

/// The category of Meta's that is about advertising.
const MARKETING: &str = "marketing_messages";

/// Whether this turn is about a choice that has to be written down; `end` says so then.
pub(super) async fn heed(
    inner: &Inner,
    claim: &Claim,
    event: &Happening,
    end: &mut TurnEnd,
) -> Result<Heeded, StoreError> {
    if claim.kind != LaneKind::Person {
        return Ok(Heeded::No);
    }
    let (marketing, by) = match event {
        Happening::Event(Event::Message(message)) => {
            let words = inner.messenger.outbox().stop_words();
            let Some((wanted, word)) = message.text().and_then(|text| words.find(text)) else {
                return Ok(Heeded::No);
            };
            // Words like "start" are often meant otherwise.
            if wanted == Wanted::Yes && inner.messenger.outbox().wanted_in(claim.lane).await? == Wanted::Yes {
                return Ok(Heeded::No);
            }
            (wanted, ConsentBy::Word(word.to_owned()))
        }
        Happening::Event(Event::Preference(preference)) => {
            let wanted = match preference.value {
                Some(PreferenceValue::Stop) => Wanted::No,
                Some(PreferenceValue::Resume) => Wanted::Yes,
                _ => return Ok(Heeded::No),
            };
            if preference.category.as_deref() != Some(MARKETING) {
                return Ok(Heeded::No);
            }
            (wanted, ConsentBy::Preference)
        }
        Happening::Choice(chosen) => (chosen.consent().marketing, chosen.consent().by.clone()),
        _ => return Ok(Heeded::No),
    };
    let told = matches!(event, Happening::Event(_)).then_some(&claim.event.body);
    let body = Consent { marketing, by }.to_bytes(told);
    end.sessions = vec![write_down(claim.lane, marketing)];
    end.outcome = Outcome::Continued { kind: EventKind::Consent, body };
    Ok(Heeded::Yes)
}

/// Whether a turn was about a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heeded {
    Yes,
    No,
}
