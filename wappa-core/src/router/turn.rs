//! What extractors and layers see of a turn.

use std::sync::Mutex;

use wappa_cloud::{Event, Message, Tapped, Timestamp};

use super::{
    command::Command,
    layer::AnyLayer,
    scope::{BareWords, Scopes},
};
use crate::{
    chat::Chat,
    clock::Clock,
    handler::{CredentialsLost, TurnFailed},
    happening::{Consent, Custom, Expired, External, FailedMessage, Happening, SentMessage, Timer},
    messenger::Messenger,
    outbox::Outgoing,
    takeover::Resumed,
};

/// One event on its way through a router: what extractors and layers look at.
#[derive(Clone, Copy)]
pub struct Turn<'t> {
    facts: &'t Facts,
    scopes: &'t Scopes,
    /// The scope of the route that is being tried.
    scope: usize,
    /// What stands behind a command's name.
    words: Option<&'t str>,
}

/// What stays the same from route to route.
pub(super) struct Facts {
    pub(super) subject: Subject,
    /// None where there is no conversation: an account's events, and explanations.
    pub(super) chat: Option<Chat>,
    pub(super) messenger: Option<Messenger>,
}

pub(super) enum Subject {
    Happening(Happening),
    Credentials(CredentialsLost),
    Sent(Box<Outgoing>),
    Message(Box<FailedMessage>),
    Resumed(Resumed),
    /// Taken out by the one who asks for it.
    Failed(Mutex<Option<TurnFailed>>),
}

impl Facts {
    pub(super) fn turn<'t>(&'t self, scopes: &'t Scopes) -> Turn<'t> {
        Turn { facts: self, scopes, scope: Scopes::ROOT, words: None }
    }
}

impl<'t> Turn<'t> {
    /// What this turn is about. `None` in `on_turn_failed`, which takes its event with [`TurnFailed`], in
    /// `on_credentials`, in `on_sent` and in `on_failed`.
    pub fn happening(&self) -> Option<&'t Happening> {
        match &self.facts.subject {
            Subject::Happening(happening) => Some(happening),
            _ => None,
        }
    }

    /// What Meta told, if it is about that.
    pub fn event(&self) -> Option<&'t Event> {
        match self.happening()? {
            Happening::Event(event) => Some(event),
            _ => None,
        }
    }

    /// A person's message, if it is about one.
    pub fn message(&self) -> Option<&'t Message> {
        match self.event()? {
            Event::Message(message) => Some(message),
            _ => None,
        }
    }

    /// What a person tapped.
    pub fn tapped(&self) -> Option<Tapped<'t>> {
        self.message()?.tapped()
    }

    /// The words of a text message; behind a command's name, the rest of them.
    pub fn text(&self) -> Option<&'t str> {
        self.words.or_else(|| self.message()?.text())
    }

    /// The conversation. `None` if the event belongs to none, as an account's events do.
    pub fn chat(&self) -> Option<&'t Chat> {
        self.facts.chat.as_ref()
    }

    /// For other conversations. `None` only while a router explains itself.
    pub fn messenger(&self) -> Option<&'t Messenger> {
        self.facts.messenger.as_ref()
    }

    /// The time by the bot's clock.
    pub fn now(&self) -> Option<Timestamp> {
        Some(self.clock()?.now())
    }

    /// What [`Router::state`](super::Router::state) was given of this type, in the router the route was written in or
    /// in one around it.
    pub fn state<S: Send + Sync + 'static>(&self) -> Option<&'t S> {
        self.scopes.state(self.scope)
    }

    pub(super) fn within(self, scope: usize) -> Self {
        Self { scope, ..self }
    }

    pub(super) fn with_words(self, words: &'t str) -> Self {
        Self { words: Some(words), ..self }
    }

    /// What stands behind the command's name, in a command.
    pub(super) fn words(&self) -> Option<&'t str> {
        self.words
    }

    /// Every command of the router.
    pub(super) fn commands(&self) -> impl Iterator<Item = &'t Command> + use<'t> {
        self.scopes.tables().flat_map(|(table, _)| &table.commands)
    }

    /// What commands begin with here, where they are shown; empty if with nothing.
    pub(super) fn prefix(&self) -> &'t str {
        self.scopes.prefixes(self.scope).first().map(|prefix| &**prefix).unwrap_or_default()
    }

    pub(super) fn is_prefixed_only(&self) -> bool {
        self.scopes.bare_words(self.scope) == BareWords::Off
    }

    pub(super) fn layers(&self) -> Vec<&'t dyn AnyLayer> {
        self.scopes.layers(self.scope)
    }

    pub(super) fn timer(&self) -> Option<&'t Timer> {
        match self.happening()? {
            Happening::Timer(timer) => Some(timer),
            _ => None,
        }
    }

    pub(super) fn external(&self) -> Option<&'t External> {
        match self.happening()? {
            Happening::External(external) => Some(external),
            _ => None,
        }
    }

    pub(super) fn custom(&self) -> Option<&'t Custom> {
        match self.happening()? {
            Happening::Custom(custom) => Some(custom),
            _ => None,
        }
    }

    pub(super) fn expired(&self) -> Option<&'t Expired> {
        match self.happening()? {
            Happening::Expired(expired) => Some(expired),
            _ => None,
        }
    }

    pub(super) fn credentials(&self) -> Option<&'t CredentialsLost> {
        match &self.facts.subject {
            Subject::Credentials(lost) => Some(lost),
            _ => None,
        }
    }

    pub(super) fn sent(&self) -> Option<&'t Outgoing> {
        match &self.facts.subject {
            Subject::Sent(message) => Some(message),
            _ => None,
        }
    }

    pub(super) fn failed_message(&self) -> Option<&'t FailedMessage> {
        match &self.facts.subject {
            Subject::Message(failed) => Some(failed),
            _ => None,
        }
    }

    pub(super) fn consent(&self) -> Option<&'t Consent> {
        match self.happening()? {
            Happening::Consent(chosen) => Some(chosen.consent()),
            _ => None,
        }
    }

    pub(super) fn undelivered(&self) -> Option<&'t SentMessage> {
        match self.happening()? {
            Happening::Undelivered(message) => Some(message),
            _ => None,
        }
    }

    pub(super) fn resumed(&self) -> Option<&'t Resumed> {
        match &self.facts.subject {
            Subject::Resumed(resumed) => Some(resumed),
            _ => None,
        }
    }

    pub(super) fn clock(&self) -> Option<&'t dyn Clock> {
        Some(&**self.messenger()?.outbox().clock())
    }

    pub(super) fn failed(&self) -> Option<TurnFailed> {
        match &self.facts.subject {
            Subject::Failed(failed) => {
                failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
            }
            _ => None,
        }
    }
}

impl std::fmt::Debug for Turn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Turn")
            .field("kind", &self.event().map(Event::kind))
            .field("chat", &self.chat())
            .finish_non_exhaustive()
    }
}
