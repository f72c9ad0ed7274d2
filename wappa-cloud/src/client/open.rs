//! Answers that say more, or other things, than we know: `answers!` makes types that keep every key they have no field
//! for, `words!` makes words of Meta's that may be new ones.

use std::fmt;

use serde_json::{Map, Value};

use crate::{
    id,
    secret::{AccessToken, SipPassword},
    time::Timestamp,
};

/// What an answer says beside the fields of its type: keys that are new, and values of another kind than they should
/// be. `Debug` shows the keys alone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Rest(Map<String, Value>);

impl Rest {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The keys and their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Whether the type had a field for everything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn new(rest: Map<String, Value>) -> Self {
        Self(rest)
    }

    pub(crate) fn to_map(&self) -> Map<String, Value> {
        self.0.clone()
    }
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A value that is read if it can be, and given back if not.
pub(crate) trait Open: Sized {
    fn read(value: Value) -> Result<Self, Value>;
    fn write(&self) -> Value;
}

/// A field of an answer.
pub(crate) trait Field: Sized {
    /// Takes it out of the answer; what cannot be read stays in.
    fn take(from: &mut Map<String, Value>, key: &'static str) -> Result<Self, &'static str>;
    fn put(&self, into: &mut Map<String, Value>, key: &'static str);
}

impl<T: Open> Field for Option<T> {
    fn take(from: &mut Map<String, Value>, key: &'static str) -> Result<Self, &'static str> {
        let Some(value) = from.remove(key).filter(|value| !value.is_null()) else { return Ok(None) };
        match T::read(value) {
            Ok(read) => Ok(Some(read)),
            Err(value) => {
                from.insert(key.to_owned(), value);
                Ok(None)
            }
        }
    }

    fn put(&self, into: &mut Map<String, Value>, key: &'static str) {
        match self.as_ref().map(Open::write) {
            None | Some(Value::Null) => {}
            Some(value) => {
                into.insert(key.to_owned(), value);
            }
        }
    }
}

impl<T: Open> Field for Vec<T> {
    /// Items that cannot be read stay behind; the others are taken.
    fn take(from: &mut Map<String, Value>, key: &'static str) -> Result<Self, &'static str> {
        let items = match from.remove(key) {
            Some(Value::Array(items)) => items,
            Some(Value::Null) | None => return Ok(Self::new()),
            Some(other) => {
                from.insert(key.to_owned(), other);
                return Ok(Self::new());
            }
        };
        let mut taken = Self::with_capacity(items.len());
        let mut left = Vec::new();
        for item in items {
            match T::read(item) {
                Ok(item) => taken.push(item),
                Err(item) => left.push(item),
            }
        }
        if !left.is_empty() {
            from.insert(key.to_owned(), Value::Array(left));
        }
        Ok(taken)
    }

    fn put(&self, into: &mut Map<String, Value>, key: &'static str) {
        if self.is_empty() {
            return;
        }
        let mut items: Vec<Value> = self.iter().map(Open::write).collect();
        if let Some(Value::Array(left)) = into.remove(key) {
            items.extend(left);
        }
        into.insert(key.to_owned(), Value::Array(items));
    }
}

impl<T: Open> Open for Vec<T> {
    fn read(value: Value) -> Result<Self, Value> {
        let Value::Array(items) = value else { return Err(value) };
        let read: Result<Self, Value> = items.iter().cloned().map(T::read).collect();
        read.map_err(|_| Value::Array(items))
    }

    fn write(&self) -> Value {
        Value::Array(self.iter().map(Open::write).collect())
    }
}

/// Texts are also read from numbers, and numbers from texts: Meta uses both for the same field.
impl Open for String {
    fn read(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            other => Err(other),
        }
    }

    fn write(&self) -> Value {
        Value::String(self.clone())
    }
}

/// A text that must be there.
impl Field for String {
    fn take(from: &mut Map<String, Value>, key: &'static str) -> Result<Self, &'static str> {
        let text = from.get(key).cloned().ok_or(key)?;
        let text = Self::read(text).map_err(|_| key)?;
        from.remove(key);
        Ok(text)
    }

    fn put(&self, into: &mut Map<String, Value>, key: &'static str) {
        into.insert(key.to_owned(), self.write());
    }
}

impl Open for bool {
    fn read(value: Value) -> Result<Self, Value> {
        match value.as_bool().or_else(|| value.as_str()?.parse().ok()) {
            Some(read) => Ok(read),
            None => Err(value),
        }
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Open for Value {
    fn read(value: Value) -> Result<Self, Value> {
        if value.is_null() { Err(value) } else { Ok(value) }
    }

    fn write(&self) -> Value {
        self.clone()
    }
}

impl Open for Timestamp {
    fn read(value: Value) -> Result<Self, Value> {
        i64::read(value).map(Self::from_secs)
    }

    fn write(&self) -> Value {
        self.as_secs().into()
    }
}

macro_rules! read_secrets {
    ($($secret:ident)*) => {$(
        /// Read, never written.
        impl Open for $secret {
            fn read(value: Value) -> Result<Self, Value> {
                String::read(value).map(Self::new)
            }

            fn write(&self) -> Value {
                Value::Null
            }
        }
    )*};
}

read_secrets! { AccessToken SipPassword }

macro_rules! numbers {
    ($($number:ty, $as:ident;)*) => {$(
        impl Open for $number {
            fn read(value: Value) -> Result<Self, Value> {
                let read = value.$as().and_then(|number| number.try_into().ok());
                match read.or_else(|| value.as_str()?.parse().ok()) {
                    Some(read) => Ok(read),
                    None => Err(value),
                }
            }

            fn write(&self) -> Value {
                (*self).into()
            }
        }
    )*};
}

numbers! {
    u64, as_u64;
    u32, as_u64;
    u16, as_u64;
    i64, as_i64;
    f64, as_f64;
}

macro_rules! read_ids {
    ($($id:ident)*) => {$(
        impl Open for id::$id {
            fn read(value: Value) -> Result<Self, Value> {
                String::read(value).map(Self::from)
            }

            fn write(&self) -> Value {
                Value::String(self.as_str().to_owned())
            }
        }

        impl Field for id::$id {
            fn take(from: &mut Map<String, Value>, key: &'static str) -> Result<Self, &'static str> {
                let id = from.get(key).cloned().ok_or(key)?;
                let id = Self::read(id).map_err(|_| key)?;
                from.remove(key);
                Ok(id)
            }

            fn put(&self, into: &mut Map<String, Value>, key: &'static str) {
                into.insert(key.to_owned(), self.write());
            }
        }
    )*};
}

read_ids! {
    PhoneNumberId WabaId AppId MessageId MediaId WaId UserId GroupId TemplateId FlowId BusinessId CallId SolutionId
    ObjectId
}

/// Types of answers. Every field is public; what the answer says beside them is in `rest`. One id may be required: it
/// comes first.
macro_rules! answers {
    ($($(#[$doc:meta])* $vis:vis struct $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty $(= $key:literal)?,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        $vis struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            /// What else the answer says.
            pub rest: $crate::client::Rest,
        }

        impl $name {
            fn from_map(mut map: serde_json::Map<String, serde_json::Value>)
                -> Result<Self, (serde_json::Map<String, serde_json::Value>, &'static str)> {
                $(
                    let $field = match $crate::client::open::Field::take(&mut map, answers!(@key $field $($key)?)) {
                        Ok(field) => field,
                        Err(missing) => return Err((map, missing)),
                    };
                )*
                Ok(Self { $($field,)* rest: $crate::client::Rest::new(map) })
            }
        }

        impl $crate::client::open::Open for $name {
            fn read(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                match value {
                    serde_json::Value::Object(map) => {
                        Self::from_map(map).map_err(|(map, _)| serde_json::Value::Object(map))
                    }
                    other => Err(other),
                }
            }

            fn write(&self) -> serde_json::Value {
                let mut map = self.rest.to_map();
                $($crate::client::open::Field::put(&self.$field, &mut map, answers!(@key $field $($key)?));)*
                serde_json::Value::Object(map)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let map = serde_json::Map::deserialize(from)?;
                Self::from_map(map).map_err(|(_, missing)| serde::de::Error::missing_field(missing))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::client::open::Open::write(self).serialize(to)
            }
        }
    )*};
    (@key $field:ident $key:literal) => { $key };
    (@key $field:ident) => { stringify!($field) };
}

/// Enumerations of words, written in Meta's capitals and read in any.
macro_rules! words {
    ($($(#[$doc:meta])* pub enum $name:ident {
        $($(#[$word_doc:meta])* $word:ident = $text:literal,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$word_doc])* $word,)*
            /// A word this version does not know, as Meta wrote it.
            Other(String),
        }

        impl $name {
            /// As Meta writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$word => $text,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                $(if word.eq_ignore_ascii_case($text) {
                    return Self::$word;
                })*
                Self::Other(word.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                <std::borrow::Cow<'_, str>>::deserialize(from).map(|word| Self::from(&*word))
            }
        }

        impl $crate::client::open::Open for $name {
            fn read(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                match &value {
                    serde_json::Value::String(word) => Ok(Self::from(word.as_str())),
                    _ => Err(value),
                }
            }

            fn write(&self) -> serde_json::Value {
                serde_json::Value::String(self.as_str().to_owned())
            }
        }
    )*};
}

/// Bodies of requests: what they need is asked for by `new`, the rest is set by a method each and left out if it isn't.
macro_rules! requests {
    ($($(#[$doc:meta])* pub struct $name:ident {
        $($(#[$need_doc:meta])* $need:ident: $need_type:ty $(= $need_key:literal)?,)*
    } optional {
        $($(#[$may_doc:meta])* $may:ident: $may_type:ty $(= $may_key:literal)?,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[must_use]
        pub struct $name {
            $($(#[serde(rename = $need_key)])? $need: $need_type,)*
            $(#[serde(skip_serializing_if = "Option::is_none"$(, rename = $may_key)?)] $may: Option<$may_type>,)*
        }

        impl $name {
            /// With what it needs at least.
            #[allow(clippy::new_without_default, reason = "an empty request says nothing")]
            pub fn new($($need: impl Into<$need_type>),*) -> Self {
                Self { $($need: $need.into(),)* $($may: None,)* }
            }

            $($(#[$may_doc])*
            pub fn $may(mut self, $may: impl Into<$may_type>) -> Self {
                self.$may = Some($may.into());
                self
            })*
        }
    )*};
}

pub(crate) use {answers, requests, words};

#[cfg(test)]
mod tests {
    #![allow(unreachable_pub, reason = "the macros make public types")]

    use serde_json::json;

    use super::*;

    words! {
        /// How it looks.
        pub enum Colour {
            /// Like grass.
            Green = "GREEN",
        }
    }

    answers! {
        /// A thing.
        pub struct Thing {
            /// Its id.
            id: id::ObjectId,
            /// Its name.
            name: Option<String>,
            /// How many.
            count: Option<u64>,
            /// Its colour.
            colour: Option<Colour>,
            /// What it is made of.
            parts: Vec<Thing>,
        }
    }

    #[test]
    fn what_is_new_or_of_another_kind_is_kept() {
        let told = json!({
            "id": 7, "name": 12, "count": "3", "colour": "mauve", "new": [1],
            "parts": [{"id": "8", "count": {"not": "a number"}}, {"no": "id"}, 5],
        });
        let thing: Thing = serde_json::from_value(told).unwrap();
        assert_eq!((thing.id.as_str(), thing.name.as_deref(), thing.count), ("7", Some("12"), Some(3)));
        assert_eq!(thing.colour, Some(Colour::Other("mauve".into())));
        assert_eq!(thing.parts.len(), 1);
        assert_eq!(thing.parts[0].rest.get("count"), Some(&json!({"not": "a number"})));
        assert_eq!(thing.rest.get("parts"), Some(&json!([{"no": "id"}, 5])));
        assert_eq!(thing.rest.get("new"), Some(&json!([1])));
        let again = serde_json::to_value(&thing).unwrap();
        assert_eq!(again["parts"], json!([{"id": "8", "count": {"not": "a number"}}, {"no": "id"}, 5]));
        assert_eq!(again["new"], json!([1]));
    }

    #[test]
    fn words_are_read_in_any_case() {
        assert_eq!(Colour::from("green"), Colour::Green);
        assert_eq!(serde_json::to_value(Colour::Green).unwrap(), json!("GREEN"));
    }

    #[test]
    fn an_answer_without_its_id_is_not_read() {
        let error = serde_json::from_value::<Thing>(json!({"name": "x"})).unwrap_err();
        assert!(error.to_string().contains("id"), "{error}");
    }

    #[test]
    fn what_an_answer_says_beside_its_fields_does_not_show() {
        let thing: Thing = serde_json::from_value(json!({"id": "1", "password": "hunter2"})).unwrap();
        let shown = format!("{thing:?}");
        assert!(shown.contains("password") && !shown.contains("hunter2"), "{shown}");
    }
}
