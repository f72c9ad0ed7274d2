//! Events back as webhooks: what was read can be passed on, with every key that came.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::Error};
use serde_json::value::{RawValue, to_raw_value};

use super::{
    Event,
    lax::{members, word},
};
use crate::webhook::{self, ItemKind, item::stored};

type Object = BTreeMap<&'static str, Box<RawValue>>;

/// An event becomes the body of a webhook with this event alone in it, and with all that stood around it. Read again it
/// is the same event.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.body().map_err(S::Error::custom)?.serialize(to)
    }
}

impl Event {
    fn body(&self) -> Result<Box<RawValue>, serde_json::Error> {
        let whole = self.raw().whole();
        let raw: &RawValue = serde_json::from_slice(&whole)?;
        let around = members(raw).unwrap_or_default();
        let get = |name: &str| around.iter().find(|(key, _)| key == name).map(|(_, raw)| *raw);
        let text = |name: &str| get(name).and_then(word);
        let item: &RawValue = get(stored::ITEM).unwrap_or(raw);
        let place = text(stored::PLACE).or_else(|| list_of(self.kind()).map(str::to_owned));

        if place.is_none() && has(item, "entry") {
            return Ok(item.to_owned());
        }
        let mut change = Object::new();
        put(&mut change, "field", get(stored::FIELD).or_else(|| get(stored::KNOWN_FIELD)));
        let value = match place.as_deref() {
            Some(list) if webhook::is_list(list) => {
                let mut value = Object::new();
                value.insert("messaging_product", to_raw_value("whatsapp")?);
                put(&mut value, "metadata", get(stored::METADATA));
                put(&mut value, "errors", get(stored::ERRORS));
                let mut lists: BTreeMap<&str, Box<RawValue>> = BTreeMap::new();
                lists.insert(list, to_raw_value(&[item])?);
                if let Some(contact) = get(stored::CONTACT) {
                    lists.insert("contacts", to_raw_value(&[contact])?);
                }
                if text(stored::KNOWN_FIELD).as_deref() == Some("standby") {
                    value.insert("standby", to_raw_value(&lists)?);
                    to_raw_value(&value)?
                } else {
                    lists.extend(value);
                    to_raw_value(&lists)?
                }
            }
            _ => item.to_owned(),
        };
        let change = if place.is_none() && has(item, "value") {
            item.to_owned()
        } else {
            change.insert("value", value);
            to_raw_value(&change)?
        };
        let mut entry = Object::new();
        put(&mut entry, "id", get(stored::WABA));
        put(&mut entry, "time", get(stored::TIME));
        entry.insert("changes", to_raw_value(&[change])?);
        let entry =
            if place.is_none() && has(item, "changes") { item.to_owned() } else { to_raw_value(&entry)? };
        let mut body = Object::new();
        body.insert("object", to_raw_value("whatsapp_business_account")?);
        body.insert("entry", to_raw_value(&[entry])?);
        to_raw_value(&body)
    }
}

fn put(object: &mut Object, key: &'static str, raw: Option<&RawValue>) {
    if let Some(raw) = raw {
        object.insert(key, raw.to_owned());
    }
}

fn has(raw: &RawValue, key: &str) -> bool {
    members(raw).is_some_and(|members| members.iter().any(|(name, _)| name == key))
}

/// The list in which items of the usual kinds stand.
fn list_of(kind: ItemKind) -> Option<&'static str> {
    match kind {
        ItemKind::Message | ItemKind::System => Some("messages"),
        ItemKind::Status => Some("statuses"),
        ItemKind::MetaError => Some("errors"),
        _ => None,
    }
}
