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
        }
    }

    /// The kind with this number.
    pub fn from_code(code: i64) -> Self {
        let own = [Self::Timer, Self::Custom, Self::Expired, Self::Scheduled];
        own.into_iter().find(|kind| kind.code() == code).unwrap_or_else(|| Self::Meta(kind_from_code(code)))
    }
}

/// The numbers of Meta's kinds.
fn kind_code(kind: ItemKind) -> i64 {
    match kind {
        ItemKind::Message => 0,
        ItemKind::Status => 1,
        ItemKind::System => 2,
        ItemKind::MetaError => 3,
        _ => 4,
    }
}

fn kind_from_code(code: i64) -> ItemKind {
    match code {
        0 => ItemKind::Message,
        1 => ItemKind::Status,
        2 => ItemKind::System,
        3 => ItemKind::MetaError,
        _ => ItemKind::Unknown,
    }
}
