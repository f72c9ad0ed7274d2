//! Why a draft cannot be sent: always with the field, the limit, and the beginning of what is there.

use std::fmt;

use crate::limits::{Limit, Unit};

/// A draft breaks one of Meta's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftError {
    /// The field, as in Meta's JSON.
    pub field: String,
    kind: DraftErrorKind,
    beginning: String,
}

/// What is wrong with a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DraftErrorKind {
    /// More than the limit allows.
    TooLong {
        /// The most there may be.
        limit: usize,
        /// What there is.
        length: usize,
        /// Of what.
        unit: Unit,
    },
    /// Nothing where something must be.
    Empty,
    /// The same id twice.
    Duplicate,
    /// Another rule.
    Wrong(&'static str),
    /// Nothing known that the message could be addressed to.
    NoAddress,
    /// Only a business-scoped user id is known, and this kind of message needs a phone number (131062).
    NeedsNumber,
}

/// How much of a text is shown in an error.
const BEGINNING: usize = 20;

impl DraftError {
    pub(crate) fn too_long(limit: &Limit, text: &str) -> Self {
        let kind = DraftErrorKind::TooLong { limit: limit.max, length: limit.count(text), unit: limit.unit };
        Self { field: limit.name.to_owned(), kind, beginning: text.chars().take(BEGINNING).collect() }
    }

    pub(crate) fn too_many(limit: &Limit, length: usize) -> Self {
        let kind = DraftErrorKind::TooLong { limit: limit.max, length, unit: limit.unit };
        Self { field: limit.name.to_owned(), kind, beginning: String::new() }
    }

    pub(crate) fn empty(field: impl Into<String>) -> Self {
        Self { field: field.into(), kind: DraftErrorKind::Empty, beginning: String::new() }
    }

    pub(crate) fn duplicate(field: impl Into<String>, id: &str) -> Self {
        let beginning = id.chars().take(BEGINNING).collect();
        Self { field: field.into(), kind: DraftErrorKind::Duplicate, beginning }
    }

    pub(crate) fn wrong(field: impl Into<String>, why: &'static str) -> Self {
        Self { field: field.into(), kind: DraftErrorKind::Wrong(why), beginning: String::new() }
    }

    pub(crate) fn no_address() -> Self {
        Self { field: "to".to_owned(), kind: DraftErrorKind::NoAddress, beginning: String::new() }
    }

    pub(crate) fn needs_number() -> Self {
        Self { field: "recipient".to_owned(), kind: DraftErrorKind::NeedsNumber, beginning: String::new() }
    }

    /// The same for a text that must not show.
    pub(crate) fn without_beginning(self) -> Self {
        Self { beginning: String::new(), ..self }
    }

    /// What is wrong.
    pub fn kind(&self) -> DraftErrorKind {
        self.kind
    }
}

impl fmt::Display for DraftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = &self.field;
        match self.kind {
            DraftErrorKind::TooLong { limit, length, unit } => {
                write!(f, "{field} has {length} {unit}, Meta allows {limit}: {}", unit.mend())?;
                if self.beginning.is_empty() { Ok(()) } else { write!(f, " (it begins with `{}`)", self.beginning) }
            }
            DraftErrorKind::Empty => write!(f, "{field} is empty, Meta wants something there"),
            DraftErrorKind::Duplicate => {
                write!(f, "{field} `{}` is used twice: give each an id of its own", self.beginning)
            }
            DraftErrorKind::Wrong(why) => write!(f, "{field}: {why}"),
            DraftErrorKind::NeedsNumber => f.write_str(
                "an authentication template goes to a phone number, and only a user id is known: ask for the number",
            ),
            DraftErrorKind::NoAddress => f.write_str(
                "there is nobody to send to: neither a user id this kind of message allows, nor a wa_id, nor a number",
            ),
        }
    }
}

impl std::error::Error for DraftError {}
