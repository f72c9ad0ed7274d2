//! Items other than messages, statuses and errors: whose they are.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{
    contacts::{Contacts, complete},
    envelope::{Around, Split, plain},
    item::{Identity, IdentityChange, Item, ItemKind, Role},
};
use crate::event::{
    Sender,
    rest::{Moved, Told},
};

impl<'a> Split<'a> {
    pub(super) fn other(
        &mut self,
        around: &Around<'a>,
        contacts: &Contacts<'a>,
        kind: ItemKind,
        role: Role<'a>,
        raw: &'a RawValue,
    ) {
        let told = Told::read(kind, role.place, raw, around.metadata);
        let who = identity(told.person);
        // In a group nobody in particular is meant where nobody is named.
        let contact = contacts.of(&who).filter(|_| kind != ItemKind::Group || !who.is_empty());
        let person = complete(who, contact);
        let change = told.moved.map(|Moved { before, now }| {
            Box::new(IdentityChange { previous: identity(before), current: identity(now) })
        });
        let plain = plain(around, raw);
        self.push(Item {
            kind,
            id: told.id.map(Cow::Owned),
            person: Some(person).filter(|person| !person.is_empty()),
            group_id: told.group_id.map(|id| Cow::Owned(id.as_str().to_owned())),
            phone_number_id: plain
                .phone_number_id
                .or_else(|| told.phone_number_id.map(|id| Cow::Owned(id.as_str().to_owned()))),
            change,
            timestamp: told.timestamp,
            contact: contact.map(|known| known.raw),
            role: Some(role),
            ..plain
        });
    }
}

fn identity<'a>(who: Sender) -> Identity<'a> {
    let owned = |id: &str| Cow::Owned(id.to_owned());
    Identity {
        user_id: who.user_id.map(|id| owned(id.as_str())),
        parent_user_id: who.parent_user_id.map(|id| owned(id.as_str())),
        wa_id: who.wa_id.map(|id| owned(id.as_str())),
        username: who.username.map(Cow::Owned),
        name: who.name.map(Cow::Owned),
    }
}
