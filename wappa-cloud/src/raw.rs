//! JSON as it came, for what the types do not say.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::event::lax::{FromJson, members};

/// A piece of valid JSON, byte for byte as Meta sent it. Cheap to clone. `Debug` shows only its length, as it holds
/// people's words.
#[derive(Clone, PartialEq, Eq)]
pub struct RawJson(Arc<str>);

impl RawJson {
    /// The JSON.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads it as a type of your own.
    ///
    /// # Errors
    /// The JSON has another shape.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.0)
    }
}

impl RawJson {
    /// One member of an object.
    pub(crate) fn member<T: FromJson>(&self, name: &str) -> Option<T> {
        let raw: &RawValue = serde_json::from_str(&self.0).ok()?;
        members(raw)?.into_iter().find(|(key, _)| key == name).and_then(|(_, raw)| T::from_json(raw))
    }
}

impl Default for RawJson {
    fn default() -> Self {
        Self("null".into())
    }
}

impl From<&RawValue> for RawJson {
    fn from(raw: &RawValue) -> Self {
        Self(raw.get().into())
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        <&RawValue>::deserialize(&mut serde_json::Deserializer::from_str(&self.0))
            .map_err(serde::ser::Error::custom)?
            .serialize(to)
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.0.len())
    }
}
