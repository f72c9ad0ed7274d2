//! Webhooks on the wire: takes a delivery apart into items that can be stored and routed one by one, without reading
//! more of each than that takes. What an item means is read later, by [`Event::read`](crate::Event::read).

mod contacts;
mod envelope;
mod few;
pub(crate) mod item;
mod key;
pub(crate) mod peek;
mod usual;

use std::borrow::Cow;

pub use self::{
    item::{Identity, IdentityChange, Item, ItemKind, StatusLine},
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
#[error("{place}: {what}")]
pub struct Problem {
    /// Where, like `entry[0].changes[2]`.
    pub place: String,
    /// What was expected.
    pub what: Cow<'static, str>,
}

/// Takes a body apart.
///
/// # Errors
/// It is not JSON. JSON of any other shape is one unknown item.
pub fn split(body: &[u8]) -> Result<Delivery<'_>, NotJson> {
    envelope::split(body)
}

/// Takes a body apart and reads every item: for use without a store in between.
///
/// # Errors
/// As for [`split`].
pub fn parse(body: &[u8]) -> Result<(Vec<Event>, Vec<Problem>), NotJson> {
    let delivery = split(body)?;
    let events = delivery.items.iter().map(|item| Event::read(&item.to_bytes())).collect();
    Ok((events, delivery.problems))
}

#[cfg(test)]
mod tests;
