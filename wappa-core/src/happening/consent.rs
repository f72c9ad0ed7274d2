//! A person's choice about marketing, and the event by which it was made.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use wappa_cloud::Event;

use crate::outbox::Wanted;

/// A person has stopped marketing messages from a number, or wants them again. It has been written down already: messages
/// that advertise are refused from now on, or go out again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consent {
    /// What they want now.
    pub marketing: Wanted,
    /// How it is known.
    pub by: ConsentBy,
}

/// How a choice about marketing is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConsentBy {
    /// By one of the words, as it stands in the list.
    Word(String),
    /// By WhatsApp's own switch (Meta: *user_preferences*).
    Preference,
    /// Meta did not deliver a message for it (131050).
    Refusal,
    /// The program said so.
    Program,
}

/// A choice, with the event that brought it.
#[derive(Debug)]
pub struct Chosen {
    pub(crate) consent: Consent,
    pub(crate) event: Option<Event>,
}

#[derive(Serialize, Deserialize)]
struct Queued {
    marketing: Wanted,
    by: ConsentBy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<Box<RawValue>>,
}

impl Consent {
    /// As it is queued, with the stored event that brought it.
    pub(crate) fn to_bytes(&self, event: Option<&Bytes>) -> Bytes {
        let event = event.and_then(|event| serde_json::from_slice(event).ok());
        let queued = Queued { marketing: self.marketing, by: self.by.clone(), event };
        serde_json::to_vec(&queued).unwrap_or_default().into()
    }
}

impl Chosen {
    /// What we wrote ourselves; nothing of anything else.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let Queued { marketing, by, event } = serde_json::from_slice(body).ok()?;
        let event = event.map(|raw| Event::read_shared(&Bytes::from(String::from(Box::<str>::from(raw)))));
        Some(Self { consent: Consent { marketing, by }, event })
    }

    /// What was chosen.
    pub fn consent(&self) -> &Consent {
        &self.consent
    }

    /// The message or notice by which it was chosen, if it was one.
    pub fn event(&self) -> Option<&Event> {
        self.event.as_ref()
    }
}
