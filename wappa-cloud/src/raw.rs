//! JSON as it came, for what the types do not say.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::event::lax::{FromJson, members};

/// A piece of valid JSON, byte for byte as Meta sent it. Cheap to clone. `Debug` shows only its length, as it holds
/// people's words.
#[derive(Clone)]
pub struct RawJson {
    text: Bytes,
    /// What it was cut from.
    whole: Bytes,
}

impl RawJson {
    /// The JSON.
    pub fn as_str(&self) -> &str {
        // It was read as JSON and so is UTF-8.
        std::str::from_utf8(&self.text).unwrap_or("null")
    }

    /// Reads it as a type of your own.
    ///
    /// # Errors
    /// The JSON has another shape.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.text)
    }

    /// The part of `whole` that was read as `part`.
    pub(crate) fn cut(whole: &Bytes, part: &RawValue) -> Self {
        Self { text: whole.slice_ref(part.get().as_bytes()), whole: whole.clone() }
    }

    /// What it was cut from.
    pub(crate) fn whole(&self) -> &[u8] {
        &self.whole
    }

    /// One member of an object.
    pub(crate) fn member<T: FromJson>(&self, name: &str) -> Option<T> {
        let raw: &RawValue = serde_json::from_slice(&self.text).ok()?;
        members(raw)?.into_iter().find(|(key, _)| key == name).and_then(|(_, raw)| T::from_json(raw))
    }
}

impl Default for RawJson {
    fn default() -> Self {
        let null = Bytes::from_static(b"null");
        Self { text: null.clone(), whole: null }
    }
}

impl From<&RawValue> for RawJson {
    fn from(raw: &RawValue) -> Self {
        let text = Bytes::copy_from_slice(raw.get().as_bytes());
        Self { text: text.clone(), whole: text }
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for RawJson {}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        <&RawValue>::deserialize(&mut serde_json::Deserializer::from_slice(&self.text))
            .map_err(serde::ser::Error::custom)?
            .serialize(to)
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.text.len())
    }
}
