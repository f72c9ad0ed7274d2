//! The contacts of a change, and which of them an item is about.

use std::{borrow::Cow, collections::HashMap};

use serde_json::value::RawValue;

use super::{
    few::Few,
    item::Identity,
    peek::{Contact, object, some},
};

/// Above this many contacts they are found by a map: a delivery may hold thousands of messages, each with its sender.
const LOOKED_THROUGH: usize = 8;

/// Those a change names beside its messages.
#[derive(Default)]
pub(super) struct Contacts<'a> {
    all: Few<(&'a RawValue, Identity<'a>)>,
    by_id: Option<HashMap<Cow<'a, str>, usize>>,
}

impl<'a> Contacts<'a> {
    pub(super) fn new(raw: Few<&'a RawValue>) -> Self {
        let all: Few<_> = raw.into_iter().filter_map(|raw| Some((raw, identity(raw)?))).collect();
        let by_id = (all.len() > LOOKED_THROUGH).then(|| {
            let mut by_id = HashMap::new();
            for (n, (_, who)) in all.iter().enumerate() {
                for id in [&who.user_id, &who.wa_id].into_iter().flatten() {
                    by_id.entry(id.clone()).or_insert(n);
                }
            }
            by_id
        });
        Self { all, by_id }
    }

    /// The contact that is the same person; the only one there is where nothing says otherwise.
    pub(super) fn of(&self, who: &Identity<'a>) -> Option<&(&'a RawValue, Identity<'a>)> {
        self.find(who.user_id.as_deref()).or_else(|| self.find(who.wa_id.as_deref())).or_else(|| {
            let is_only = who.is_empty() && self.all.len() == 1;
            self.all.get(0).filter(|_| is_only)
        })
    }

    /// A user id has a dot in it and a WhatsApp id has none, so that one look-up serves both.
    fn find(&self, id: Option<&str>) -> Option<&(&'a RawValue, Identity<'a>)> {
        let id = id?;
        if let Some(by_id) = &self.by_id {
            return by_id.get(id).and_then(|n| self.all.get(*n));
        }
        self.all.iter().find(|(_, it)| it.user_id.as_deref() == Some(id) || it.wa_id.as_deref() == Some(id))
    }
}

fn identity(raw: &RawValue) -> Option<Identity<'_>> {
    let contact: Contact<'_> = object(Some(raw))?;
    let profile = contact.profile.0;
    Some(Identity {
        user_id: some(contact.user_id),
        parent_user_id: some(contact.parent_user_id),
        wa_id: some(contact.wa_id),
        username: some(profile.username),
        name: some(profile.name),
    })
}

/// Who an item names, with what the contact adds.
pub(super) fn complete<'a>(
    who: Identity<'a>,
    contact: Option<&(&'a RawValue, Identity<'a>)>,
) -> Identity<'a> {
    let Some((_, contact)) = contact else { return who };
    let or = |own: Option<Cow<'a, str>>, other: &Option<Cow<'a, str>>| own.or_else(|| other.clone());
    Identity {
        user_id: or(who.user_id, &contact.user_id),
        parent_user_id: or(who.parent_user_id, &contact.parent_user_id),
        wa_id: or(who.wa_id, &contact.wa_id),
        username: contact.username.clone(),
        name: contact.name.clone(),
    }
}
