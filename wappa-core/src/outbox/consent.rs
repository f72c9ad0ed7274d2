//! Whether people want marketing: the words by which they say so, what is kept of it, and the look before every message
//! that advertises.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use wappa_cloud::{Draft, Endpoint, Recipient, WaId};

use super::{
    Outbox, SendError,
    letter::{Letter, write},
};
use crate::{
    numbers::Number,
    store::{LaneId, NumberRef, PersonId, PersonRef, SendState, SessionKey, SessionWrite, StoreError},
};

/// Whether a person wants marketing messages from a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wanted {
    /// As far as anybody knows.
    Yes,
    /// They have said so.
    No,
}

/// What a message is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    #[default]
    Service,
    Marketing,
}

/// What stands for a session's type. No type's name has a dot.
const NAME: &str = "wappa.consent";

#[derive(Serialize, Deserialize)]
struct Stored {
    marketing: Wanted,
}

/// Words by which people stop marketing and have it again, each a whole message. Capitals, and what is neither letter nor
/// digit around them, don't matter.
///
/// By default these stop it: `stop`, `stop all`, `stopall`, `unsubscribe`, `opt out`, `optout`, `baja`, `darme de baja`,
/// `cancelar suscripción`, `parar`, `sair`, `descadastrar`, `stopp`, `abmelden`, `abbestellen`, `arrêt`, `arrêter`,
/// `désabonner`, `disiscrivimi`, `afmelden`; and these have it again, from whoever has stopped it: `start`, `unstop`,
/// `resume`, `subscribe`, `alta`, `anmelden`, `reprendre`, `voltar`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopWords {
    words: Arc<Vec<(Box<str>, Wanted)>>,
    /// The first letters of all words, so that nearly every message is passed over at once.
    first: u64,
    longest: usize,
}

const STOP: [&str; 20] = [
    "stop",
    "stop all",
    "stopall",
    "unsubscribe",
    "opt out",
    "optout",
    "baja",
    "darme de baja",
    "cancelar suscripción",
    "parar",
    "sair",
    "descadastrar",
    "stopp",
    "abmelden",
    "abbestellen",
    "arrêt",
    "arrêter",
    "désabonner",
    "disiscrivimi",
    "afmelden",
];
const RESUME: [&str; 8] =
    ["start", "unstop", "resume", "subscribe", "alta", "anmelden", "reprendre", "voltar"];

impl Default for StopWords {
    fn default() -> Self {
        let stop = STOP.into_iter().fold(Self::none(), Self::stop);
        RESUME.into_iter().fold(stop, Self::resume)
    }
}

impl StopWords {
    /// None: only Meta's own switch and the program stop marketing.
    pub fn none() -> Self {
        Self { words: Arc::default(), first: 0, longest: 0 }
    }

    /// One more word that stops marketing.
    #[must_use]
    pub fn stop(self, word: &str) -> Self {
        self.with(word, Wanted::No)
    }

    /// One more word by which whoever has stopped marketing has it again.
    #[must_use]
    pub fn resume(self, word: &str) -> Self {
        self.with(word, Wanted::Yes)
    }

    fn with(mut self, word: &str, wanted: Wanted) -> Self {
        let word: Box<str> = folded(word).collect::<String>().into();
        let Some(first) = word.chars().next() else { return self };
        self.first |= bit(first);
        self.longest = self.longest.max(word.len());
        Arc::make_mut(&mut self.words).push((word, wanted));
        self
    }

    /// What somebody who says this wants, and by which of the words.
    pub(crate) fn find(&self, text: &str) -> Option<(Wanted, &str)> {
        // A letter may take up less room folded than before, but not that much.
        if text.len() > self.longest * 2 + 8 || self.first & bit(folded(text).next()?) == 0 {
            return None;
        }
        let found = self.words.iter().find(|(word, _)| folded(text).eq(word.chars()));
        found.map(|(word, wanted)| (*wanted, &**word))
    }
}

fn bit(letter: char) -> u64 {
    1 << (u32::from(letter) % 64)
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.trim_matches(|letter: char| !letter.is_alphanumeric()).chars().flat_map(char::to_lowercase)
}

/// What the turn has to be written with that hears of a person's choice.
pub(crate) fn write_down(lane: LaneId, marketing: Wanted) -> SessionWrite {
    let body = serde_json::to_vec(&Stored { marketing }).map(Bytes::from).ok();
    SessionWrite { key: key(lane), body }
}

fn key(lane: LaneId) -> SessionKey {
    SessionKey { lane, member: None, name: NAME.into() }
}

impl Outbox {
    pub(crate) fn stop_words(&self) -> &StopWords {
        &self.settings.stop_words
    }

    /// What the person of this lane wants.
    pub(crate) async fn wanted_in(&self, lane: LaneId) -> Result<Wanted, StoreError> {
        let stored = self.store.session(key(lane)).await?;
        let stored = stored.and_then(|body| serde_json::from_slice::<Stored>(&body).ok());
        Ok(stored.map_or(Wanted::Yes, |stored| stored.marketing))
    }

    /// What a person wants from a number, under whatever they are called.
    pub(crate) async fn wanted(&self, number: &Number, to: &Recipient) -> Result<Wanted, StoreError> {
        if to.group_id.is_some() {
            return Ok(Wanted::Yes);
        }
        // A number that Meta has not confirmed is mostly the wa_id with a plus before it.
        let phone = || to.phone.as_ref().map(|phone| WaId::from(phone.as_str().trim_start_matches('+')));
        let wa_id = to.wa_id.clone().or_else(phone);
        let who = PersonRef { user_id: to.user_id.clone(), wa_id, ..PersonRef::default() };
        let whose = NumberRef { id: number.id.shared(), portfolio: Arc::clone(&number.portfolio) };
        let PersonId(person) = self.store.person(whose, who, self.clock.now()).await?.id;
        match self.store.conversation(number.id.as_str(), PersonId(person)).await? {
            Some(lane) => self.wanted_in(lane).await,
            None => Ok(Wanted::Yes),
        }
    }
}

impl Letter<'_> {
    pub(super) fn is_marketing(&self, draft: &Draft) -> bool {
        let listed = &self.outbox.settings.marketing_templates;
        self.how.purpose == Purpose::Marketing
            || draft.endpoint() == Endpoint::MarketingMessages
            || !listed.is_empty()
                && draft.template_name().is_some_and(|name| listed.iter().any(|listed| **listed == *name))
    }

    pub(super) async fn check_consent(&self) -> Result<(), SendError> {
        let Self { outbox, address, turn, .. } = *self;
        if outbox.wanted(address.number, address.to).await? == Wanted::Yes {
            return Ok(());
        }
        if turn.is_none() {
            write(&outbox.store, self.record(SendState::Rejected)).await;
        }
        Err(SendError::MarketingStopped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_messages_are_words_however_written() {
        let words = StopWords::default();
        for stop in
            ["STOP", " stop. ", "¡Baja!", "Désabonner", "ARRÊT", "\"Opt out\"", "Cancelar Suscripción"]
        {
            assert_eq!(words.find(stop).map(|(wanted, _)| wanted), Some(Wanted::No), "{stop}");
        }
        assert_eq!(words.find("Start"), Some((Wanted::Yes, "start")));
        let long = "stop ".repeat(1_000);
        for other in ["", "!?", "stop it please", "don't stop", "nonstop", "sto", "🛑", &long] {
            assert_eq!(words.find(other), None, "{other}");
        }
    }

    #[test]
    fn words_can_be_ones_own() {
        let words = StopWords::none().stop("Basta!").resume("ancora").stop("  ");
        assert_eq!(words.find("basta"), Some((Wanted::No, "basta")));
        assert_eq!(words.find("ANCORA"), Some((Wanted::Yes, "ancora")));
        assert_eq!(words.find("stop"), None);
        assert_eq!(StopWords::none().find("stop"), None);
    }
}
