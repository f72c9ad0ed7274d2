//! Webhooks on the wire: takes a delivery apart into items that can be stored and routed one by one. What an item means
//! is read later, by [`Event::read`](crate::Event::read); of a message, by then mostly known, by [`Item::event`].
//!
#![doc = include_str!("../docs/webhooks.md")]

mod careful;
mod contacts;
mod envelope;
pub(crate) mod few;
mod field;
pub(crate) mod item;
mod key;
mod other;
pub(crate) mod peek;
mod usual;

pub use self::{
    item::{Identity, IdentityChange, Item, ItemKind, Price, StatusLine},
    key::DedupKey,
};
use crate::event::Event;

/// The largest body that is taken, in bytes. Meta's own bound is 3 MB (Meta: *Webhooks*).
pub const MAX_BODY: usize = 4 * 1024 * 1024;

/// A body is not JSON.
#[derive(Debug, thiserror::Error)]
#[error("the body is not JSON")]
pub struct NotJson(#[from] serde_json::Error);

/// A delivery taken apart.
#[derive(Debug, Default)]
pub struct Delivery<'a> {
    /// Every `entry × change × message, status or error`, in order; what is none of these is one item of kind
    /// [`ItemKind::Unknown`] per change.
    pub items: Vec<Item<'a>>,
    /// What was not as documented. The items concerned are among `items` all the same.
    pub problems: Vec<Problem>,
}

/// A part of a delivery that was not as documented. Holds no content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {kind}")]
pub struct Problem {
    /// Where, like `entry[0].changes[2]`; empty for the whole.
    pub place: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a part of a delivery. The part is among the items all the same, as specific as it could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// It should be an object.
    #[error("expected an object")]
    ExpectedObject,
    /// It is about something else than a WhatsApp Business Account.
    #[error("expected the object whatsapp_business_account")]
    ForeignObject,
    /// It has no entries.
    #[error("expected entries")]
    ExpectedEntries,
    /// It has no changes.
    #[error("expected changes")]
    ExpectedChanges,
    /// Its value should be an object.
    #[error("expected an object in `value`")]
    ExpectedValue,
    /// It should be a list.
    #[error("expected a list of items")]
    ExpectedList,
    /// It should be a message, a status, an error or the like.
    #[error("expected an item")]
    ExpectedItem,
    /// It has no id or no sender.
    #[error("expected a message with an id and a sender")]
    IncompleteMessage,
    /// It has no id, no state or no recipient.
    #[error("expected a status with an id, a state and a recipient")]
    IncompleteStatus,
    /// It stands on a higher level than it should.
    #[error("expected one level lower")]
    Misplaced,
    /// It is of a field this version does not know.
    #[error("the field is not known")]
    UnknownField,
}

/// A delivery read into events.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Parsed {
    /// Everything that happened, in order.
    pub events: Vec<Event>,
    /// What was not as documented. The events concerned are among `events` all the same.
    pub problems: Vec<Problem>,
}

/// Whether a value holds its events in a list of this name.
pub(crate) fn is_list(name: &str) -> bool {
    field::list("messages", name).is_some()
}

/// Takes a body apart.
///
/// # Errors
/// It is not JSON. JSON of any other shape is one unknown item.
pub fn split(body: &[u8]) -> Result<Delivery<'_>, NotJson> {
    envelope::split(without_mark(body))
}

/// Some editors and proxies put a mark of the byte order before a text; JSON has none.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// An item of a body that [`split`] takes apart, and its stored form.
pub(crate) fn nth(body: &[u8], n: usize) -> Option<Item<'_>> {
    split(body).ok()?.items.into_iter().nth(n)
}

/// Takes a body apart and reads every item: for use without a store in between.
///
/// # Errors
/// As for [`split`].
pub fn parse(body: &[u8]) -> Result<Parsed, NotJson> {
    let body = without_mark(body);
    if let Some(events) = crate::event::quick(body) {
        return Ok(Parsed { events, problems: Vec::new() });
    }
    let Delivery { items, problems } = split(body)?;
    let events = items.iter().map(|item| Event::read_shared(&item.to_bytes().into())).collect();
    Ok(Parsed { events, problems })
}

#[cfg(test)]
mod tests;
