//! JSON as it came, for what the types do not say.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{
    event::lax::{FromJson, members},
    webhook,
};

/// A piece of valid JSON, byte for byte as Meta sent it. Cheap to clone. `Debug` shows only its length, as it holds
/// people's words.
#[derive(Clone)]
pub struct RawJson {
    whole: Bytes,
    part: Part,
}

/// Which part of a stored form it is.
#[derive(Clone)]
enum Part {
    Cut(Bytes),
    /// The item, looked for when somebody asks.
    Item,
    /// So many items into the body of a delivery, looked for when somebody asks.
    Nth(usize),
}

impl RawJson {
    /// The JSON.
    pub fn as_str(&self) -> &str {
        match &self.part {
            // It was read as JSON and so is UTF-8.
            Part::Cut(text) => std::str::from_utf8(text).unwrap_or("null"),
            Part::Item | Part::Nth(_) => self.raw().map_or("null", RawValue::get),
        }
    }

    /// Reads it as a type of your own.
    ///
    /// # Errors
    /// The JSON has another shape.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }

    /// The item in the stored form of an event.
    pub(crate) fn item_of(whole: &Bytes) -> Self {
        Self { whole: whole.clone(), part: Part::Item }
    }

    /// An item of a delivery's body.
    pub(crate) fn nth_of(whole: Bytes, n: usize) -> Self {
        Self { whole, part: Part::Nth(n) }
    }

    fn item(&self) -> Option<&RawValue> {
        #[derive(Deserialize)]
        struct Stored<'a> {
            #[serde(borrow)]
            item: &'a RawValue,
        }
        serde_json::from_slice::<Stored<'_>>(&self.whole).ok().map(|stored| stored.item)
    }

    /// The same, to be taken apart.
    pub(crate) fn raw(&self) -> Option<&RawValue> {
        match &self.part {
            Part::Cut(text) => serde_json::from_slice(text).ok(),
            Part::Item => self.item(),
            Part::Nth(n) => webhook::nth(&self.whole, *n).map(|item| item.raw),
        }
    }

    /// The part of `whole` that was read as `part`.
    pub(crate) fn cut(whole: &Bytes, part: &RawValue) -> Self {
        Self { part: Part::Cut(whole.slice_ref(part.get().as_bytes())), whole: whole.clone() }
    }

    /// The stored form it was cut from.
    pub(crate) fn whole(&self) -> Cow<'_, [u8]> {
        match self.part {
            Part::Nth(n) => {
                webhook::nth(&self.whole, n).map(|item| item.to_bytes()).unwrap_or_default().into()
            }
            Part::Cut(_) | Part::Item => Cow::Borrowed(&self.whole),
        }
    }

    /// One member of an object.
    pub(crate) fn member<T: FromJson>(&self, name: &str) -> Option<T> {
        members(self.raw()?)?.into_iter().find(|(key, _)| key == name).and_then(|(_, raw)| T::from_json(raw))
    }
}

impl Default for RawJson {
    fn default() -> Self {
        let null = Bytes::from_static(b"null");
        Self { part: Part::Cut(null.clone()), whole: null }
    }
}

impl From<&RawValue> for RawJson {
    fn from(raw: &RawValue) -> Self {
        let text = Bytes::copy_from_slice(raw.get().as_bytes());
        Self { part: Part::Cut(text.clone()), whole: text }
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RawJson {}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.raw().ok_or_else(|| serde::ser::Error::custom("no JSON"))?.serialize(to)
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.as_str().len())
    }
}
