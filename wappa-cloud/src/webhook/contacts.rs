//! The contacts of a change, and which of them an item is about.

use std::{borrow::Cow, collections::HashMap};

use serde_json::value::RawValue;

use super::{
    few::Few,
    item::Identity,
    peek::{Contact, Text, object, some},
};

/// Above this many contacts they are found by a map: a delivery may hold thousands of messages, each with its sender.
const LOOKED_THROUGH: usize = 8;

/// One of them: as it came, and what of it is looked at.
pub(super) struct Known<'a> {
    pub(super) raw: &'a RawValue,
    pub(super) read: Contact<'a>,
}

/// Those a change names beside its messages.
#[derive(Default)]
pub(super) struct Contacts<'a> {
    all: Few<Known<'a>>,
    by_id: Option<HashMap<Cow<'a, str>, usize>>,
}

impl<'a> Contacts<'a> {
    pub(super) fn new(raw: Few<&'a RawValue>) -> Self {
        let known = |raw| Some(Known { raw, read: object(Some(raw))? });
        let all: Few<_> = raw.into_iter().filter_map(known).collect();
        let by_id = (all.len() > LOOKED_THROUGH).then(|| {
            let mut by_id = HashMap::new();
            for (n, Known { read, .. }) in all.iter().enumerate() {
                for id in [&read.user_id, &read.wa_id].into_iter().filter_map(said) {
                    by_id.entry(id).or_insert(n);
                }
            }
            by_id
        });
        Self { all, by_id }
    }

    /// The contact that is the same person; the only one there is where nothing says otherwise.
    pub(super) fn of(&self, who: &Identity<'a>) -> Option<&Known<'a>> {
        self.find(who.user_id.as_deref()).or_else(|| self.find(who.wa_id.as_deref())).or_else(|| {
            let is_only = who.is_empty() && self.all.len() == 1;
            self.all.get(0).filter(|_| is_only)
        })
    }

    /// A user id has a dot in it and a WhatsApp id has none, so that one look-up serves both.
    fn find(&self, id: Option<&str>) -> Option<&Known<'a>> {
        let id = id?;
        if let Some(by_id) = &self.by_id {
            return by_id.get(id).and_then(|n| self.all.get(*n));
        }
        let is = |text: &Text<'_>| text.0.as_deref() == Some(id);
        self.all.iter().find(|Known { read, .. }| is(&read.user_id) || is(&read.wa_id))
    }
}

/// A non-empty text.
fn said<'a>(text: &Text<'a>) -> Option<Cow<'a, str>> {
    some(text.clone())
}

/// Who an item names, with what the contact adds.
pub(super) fn complete<'a>(who: Identity<'a>, contact: Option<&Known<'a>>) -> Identity<'a> {
    let Some(Known { read, .. }) = contact else { return who };
    Identity {
        user_id: who.user_id.or_else(|| said(&read.user_id)),
        parent_user_id: who.parent_user_id.or_else(|| said(&read.parent_user_id)),
        wa_id: who.wa_id.or_else(|| said(&read.wa_id)),
        username: said(&read.profile.0.username),
        name: said(&read.profile.0.name),
    }
}
