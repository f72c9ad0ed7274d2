//! What a queued event is an event of, and the numbers by which engines know it.

use wappa_cloud::ItemKind;

/// What a queued event is: something that Meta told, or something of the framework's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// Told by Meta.
    Meta(ItemKind),
    /// A timer that an author set.
    Timer,
    /// What an author's program says from outside.
    Custom,
    /// Something that was kept for a time has come to its end.
    Expired,
    /// A moment of a schedule.
    Scheduled,
    /// Messages that a turn left to be sent after it.
    AtEnd,
    /// A message that was accepted and of which nothing was heard since.
    Undelivered,
    /// A person's choice about marketing, told by something else than a message or a notice of theirs.
    Choice,
    /// A choice about marketing that has been written down.
    Consent,
    /// A conversation is handed over to people, or given back.
    Handover,
    /// Told by another service.
    External,
    /// A person who wrote in fragments may have been quiet for long enough.
    Quiet,
    /// What a person wrote in fragments.
    Bundle,
}

impl From<ItemKind> for EventKind {
    fn from(kind: ItemKind) -> Self {
        Self::Meta(kind)
    }
}

impl EventKind {
    /// The stable number engines store.
    pub fn code(self) -> i64 {
        match self {
            Self::Meta(kind) => kind_code(kind),
            Self::Timer => 100,
            Self::Custom => 101,
            Self::Expired => 102,
            Self::Scheduled => 103,
            Self::AtEnd => 104,
            Self::Undelivered => 105,
            Self::Choice => 106,
            Self::Consent => 107,
            Self::Handover => 108,
            Self::External => 109,
            Self::Quiet => 110,
            Self::Bundle => 111,
        }
    }

    /// The kind with this number.
    pub fn from_code(code: i64) -> Self {
        let own = [
            Self::Timer,
            Self::Custom,
            Self::Expired,
            Self::Scheduled,
            Self::AtEnd,
            Self::Undelivered,
            Self::Choice,
            Self::Consent,
            Self::Handover,
            Self::External,
            Self::Quiet,
            Self::Bundle,
        ];
        own.into_iter().find(|kind| kind.code() == code).unwrap_or_else(|| Self::Meta(kind_from_code(code)))
    }
}

/// The numbers of Meta's kinds.
const KINDS: [(ItemKind, i64); 16] = [
    (ItemKind::Message, 0),
    (ItemKind::Status, 1),
    (ItemKind::System, 2),
    (ItemKind::MetaError, 3),
    (ItemKind::Unknown, 4),
    (ItemKind::Template, 5),
    (ItemKind::Account, 6),
    (ItemKind::Call, 7),
    (ItemKind::Group, 8),
    (ItemKind::Echo, 9),
    (ItemKind::History, 10),
    (ItemKind::AppContact, 11),
    (ItemKind::Preference, 12),
    (ItemKind::Signal, 13),
    (ItemKind::Handover, 14),
    (ItemKind::Standby, 15),
];

fn kind_code(kind: ItemKind) -> i64 {
    KINDS.iter().find(|(of, _)| *of == kind).map_or(4, |(_, code)| *code)
}

fn kind_from_code(code: i64) -> ItemKind {
    KINDS.iter().find(|(_, of)| *of == code).map_or(ItemKind::Unknown, |(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_number_of_its_own() {
        for kind in ItemKind::ALL {
            assert_eq!(EventKind::from_code(EventKind::from(kind).code()), EventKind::Meta(kind));
        }
    }
}
