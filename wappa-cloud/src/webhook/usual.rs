//! The envelope as nearly every delivery has it, read in one pass. What differs in any way is taken apart level by level
//! instead, in `envelope`.

use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

use super::{few::Few, peek::Text};

#[derive(Deserialize)]
pub(super) struct Usual<'a> {
    #[serde(borrow)]
    object: Text<'a>,
    #[serde(borrow)]
    pub(super) entry: Few<Entry<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Entry<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) time: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) changes: Few<Change<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Change<'a> {
    #[serde(borrow)]
    pub(super) field: Text<'a>,
    #[serde(borrow)]
    pub(super) value: Value<'a>,
}

/// An unknown member makes a delivery unusual, so that none is ever skipped.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Value<'a> {
    #[serde(rename = "messaging_product")]
    _product: Option<IgnoredAny>,
    #[serde(borrow)]
    pub(super) metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) contacts: Few<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) messages: Few<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) statuses: Few<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) errors: Few<&'a RawValue>,
}

/// The envelope, if it is as usual and there is something in every part.
pub(super) fn read(text: &str) -> Option<Usual<'_>> {
    let usual: Usual<'_> = serde_json::from_str(text).ok()?;
    let is = |text: &Text<'_>, word| text.0.as_deref() == Some(word);
    let is_usual = is(&usual.object, "whatsapp_business_account")
        && !usual.entry.is_empty()
        && usual.entry.iter().all(|entry| !entry.changes.is_empty())
        && usual.entry.iter().flat_map(|entry| entry.changes.iter()).all(|change| {
            let Value { messages, statuses, errors, .. } = &change.value;
            is(&change.field, "messages")
                && !(messages.is_empty() && statuses.is_empty() && errors.is_empty())
        });
    is_usual.then_some(usual)
}
