//! Deliveries as nearly all are, messages and statuses in the usual envelope, read in one pass. Whatever differs in any way
//! is left to `webhook::split` and `read`, which agree with this on the rest.

use std::{fmt, marker::PhantomData};

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};

use super::{
    Event,
    read::{Around, RawMessage, RawStatus, complete, told},
};
use crate::{
    raw::RawJson,
    webhook::{
        few::Few,
        peek::{Contact, Metadata, Text},
    },
};

/// Larger ones are taken apart: an event keeps the body it came in.
const MOST_BYTES: usize = 64 * 1024;

/// Among so few contacts each message's is looked for one by one.
const MOST_CONTACTS: usize = 8;

#[derive(Deserialize)]
struct Usual<'a> {
    #[serde(borrow)]
    object: Text<'a>,
    #[serde(borrow)]
    entry: Few<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    changes: Few<Change<'a>>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    field: Text<'a>,
    #[serde(borrow)]
    value: Value<'a>,
}

/// An unknown member makes a delivery unusual, so that none is ever skipped.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Value<'a> {
    #[serde(rename = "messaging_product")]
    _product: Option<IgnoredAny>,
    #[serde(borrow, default)]
    metadata: Metadata<'a>,
    #[serde(borrow, default)]
    contacts: Few<Contact<'a>>,
    #[serde(borrow, default, deserialize_with = "list")]
    messages: Vec<RawMessage<'a>>,
    #[serde(borrow, default, deserialize_with = "list")]
    statuses: Vec<RawStatus<'a>>,
}

/// The events of a body, if it is as usual in everything.
pub(crate) fn quick(body: &[u8]) -> Option<Vec<Event>> {
    if body.len() > MOST_BYTES {
        return None;
    }
    // Checking the text as a whole is cheaper than string by string.
    let Usual { object, entry } = serde_json::from_str(std::str::from_utf8(body).ok()?).ok()?;
    let is = |text: &Text<'_>, word| text.0.as_deref() == Some(word);
    let is_usual = is(&object, "whatsapp_business_account")
        && !entry.is_empty()
        && entry.iter().all(|entry| !entry.changes.is_empty())
        && changes(&entry).all(|change| is(&change.field, "messages") && change.value.is_usual());
    if !is_usual {
        return None;
    }
    let mut whole = Bytes::copy_from_slice(body);
    let count = changes(&entry).map(|change| change.value.messages.len() + change.value.statuses.len()).sum();
    let mut events = Vec::with_capacity(count);
    // The last event takes the body with it: to share it among several costs memory.
    let mut raw = |n: usize| {
        let whole = if n + 1 == count { std::mem::take(&mut whole) } else { whole.clone() };
        RawJson::nth_of(whole, n)
    };
    for change in entry.into_iter().flat_map(|entry| entry.changes) {
        let Value { metadata, contacts, messages, statuses, .. } = change.value;
        let mut around = Around::of(&metadata);
        for message in messages {
            around.contact = contact(&contacts, [&message.from_user_id, &message.from]);
            let raw = raw(events.len());
            events.push(Event::Message(Box::new(complete(&around, &message, raw))));
        }
        for status in statuses {
            around.contact = contact(&contacts, [&status.recipient_user_id, &status.recipient_id]);
            let raw = raw(events.len());
            events.push(Event::Status(Box::new(told(&around, &status, raw))));
        }
    }
    Some(events)
}

/// A list with room for one, as most have no more.
fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    struct Members<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut all = Vec::new();
            while let Some(next) = list.next_element()? {
                if all.is_empty() {
                    all.reserve_exact(1);
                }
                all.push(next);
            }
            Ok(all)
        }
    }
    from.deserialize_seq(Members(PhantomData))
}

fn changes<'r, 'a>(entry: &'r Few<Entry<'a>>) -> impl Iterator<Item = &'r Change<'a>> {
    entry.iter().flat_map(|entry| entry.changes.iter())
}

impl Value<'_> {
    fn is_usual(&self) -> bool {
        let says = |text: &Text<'_>| text.0.as_deref().is_some_and(|text| !text.is_empty());
        let is_message = |message: &RawMessage<'_>| {
            says(&message.id)
                && (says(&message.from) || says(&message.from_user_id))
                && message.system.is_none()
                && message.kind.0.as_deref().is_some_and(|kind| kind != "system")
        };
        let is_status = |status: &RawStatus<'_>| {
            says(&status.id)
                && says(&status.status)
                && (says(&status.recipient_id) || says(&status.recipient_user_id))
                && !says(&status.recipient_type)
                && status.kind.0.as_deref() != Some("call")
        };
        !(self.messages.is_empty() && self.statuses.is_empty())
            && self.contacts.len() <= MOST_CONTACTS
            && self.messages.iter().all(is_message)
            && self.statuses.iter().all(is_status)
    }
}

/// Whom an item is about: who has the first of these ids, else the second.
fn contact<'r, 'a>(contacts: &'r Few<Contact<'a>>, ids: [&Text<'_>; 2]) -> Option<&'r Contact<'a>> {
    ids.into_iter().filter_map(|id| id.0.as_deref()).filter(|id| !id.is_empty()).find_map(|id| {
        contacts
            .iter()
            .find(|it| [&it.user_id, &it.wa_id].into_iter().any(|own| own.0.as_deref() == Some(id)))
    })
}
