//! Reading what Meta may have written in another way: a number for a text, a list for an object, a word nobody knows. A
//! value that cannot be used is as good as absent; nothing here fails.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{
    id::{AppId, GroupId, MediaId, MessageId, ParentUserId, PhoneNumberId, UserId, WaId, WabaId},
    raw::RawJson,
    time::Timestamp,
};

/// A value read from JSON of whatever shape.
pub(crate) trait FromJson: Sized {
    /// `None` if nothing of it can be used.
    fn from_json(raw: &RawValue) -> Option<Self>;
}

/// A field of a type: takes what it can use and keeps what it has otherwise. Of several keys for one field, and of several
/// values for one key, the first usable one counts.
pub(super) trait Slot {
    fn offer(&mut self, raw: &RawValue);
}

impl<T: FromJson> Slot for Option<T> {
    fn offer(&mut self, raw: &RawValue) {
        if self.is_none() {
            *self = T::from_json(raw);
        }
    }
}

impl<T: FromJson> Slot for Vec<T> {
    fn offer(&mut self, raw: &RawValue) {
        if self.is_empty() {
            *self = match list(raw) {
                Some(members) => members.into_iter().filter_map(T::from_json).collect(),
                None => T::from_json(raw).into_iter().collect(),
            };
        }
    }
}

/// The members of an array; `None` for anything else.
pub(super) fn list(raw: &RawValue) -> Option<Vec<&RawValue>> {
    raw.get().trim_start().starts_with('[').then(|| serde_json::from_str(raw.get()).unwrap_or_default())
}

/// The members of an object in their order. Of an array it takes the first object, as some senders wrap single things.
pub(crate) fn members(raw: &RawValue) -> Option<Vec<(Cow<'_, str>, &RawValue)>> {
    match raw.get().trim_start().as_bytes().first() {
        Some(b'{') => serde_json::from_str::<Members<'_>>(raw.get()).ok().map(|it| it.0),
        Some(b'[') => {
            list(raw)?.into_iter().find(|it| it.get().trim_start().starts_with('{')).and_then(members)
        }
        _ => None,
    }
}

struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut found = Vec::new();
                while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
                    found.push((key, map.next_value()?));
                }
                Ok(Members(found))
            }
        }
        from.deserialize_map(Visitor)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// What is between the quotes, or the digits of a number.
pub(crate) fn word(raw: &RawValue) -> Option<String> {
    let text = raw.get().trim_start();
    match text.as_bytes().first()? {
        b'"' => serde_json::from_str(text).ok().or_else(|| lossy(text)),
        b'-' | b'0'..=b'9' => Some(text.trim_end().to_owned()),
        b'[' => match &list(raw)?[..] {
            // One list around it is an oddity of the sender's; more are another thing, however many there are.
            [only] if !only.get().trim_start().starts_with('[') => word(only),
            _ => None,
        },
        _ => None,
    }
}

/// A text in which half of a surrogate pair is missing, as when somebody cut it in the middle of an emoji.
fn lossy(text: &str) -> Option<String> {
    struct Bytes;
    impl serde::de::Visitor<'_> for Bytes {
        type Value = String;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a text")
        }

        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
            Ok(String::from_utf8_lossy(bytes).into_owned())
        }
    }
    serde_json::Deserializer::from_str(text).deserialize_bytes(Bytes).ok()
}

impl FromJson for String {
    fn from_json(raw: &RawValue) -> Option<Self> {
        word(raw)
    }
}

macro_rules! from_word {
    ($($name:ty),*) => {$(
        impl FromJson for $name {
            fn from_json(raw: &RawValue) -> Option<Self> {
                word(raw).filter(|word| !word.is_empty()).map(<$name>::from)
            }
        }
    )*};
}

from_word!(AppId, GroupId, MediaId, MessageId, ParentUserId, PhoneNumberId, UserId, WaId, WabaId);

macro_rules! from_number {
    ($($name:ty),*) => {$(
        impl FromJson for $name {
            fn from_json(raw: &RawValue) -> Option<Self> {
                word(raw)?.trim().parse().ok()
            }
        }
    )*};
}

from_number!(i64, u32, u64);

impl FromJson for f64 {
    fn from_json(raw: &RawValue) -> Option<Self> {
        word(raw)?.trim().parse().ok().filter(|number: &f64| number.is_finite())
    }
}

impl FromJson for bool {
    fn from_json(raw: &RawValue) -> Option<Self> {
        match word(raw).as_deref().unwrap_or_else(|| raw.get().trim()) {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }
}

impl FromJson for Timestamp {
    fn from_json(raw: &RawValue) -> Option<Self> {
        Self::read(&word(raw)?)
    }
}

impl FromJson for RawJson {
    fn from_json(raw: &RawValue) -> Option<Self> {
        (raw.get().trim() != "null").then(|| raw.into())
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(raw: &RawValue) -> Option<Self> {
        T::from_json(raw).map(Self::new)
    }
}

/// For types that have a `Deserialize` of their own.
pub(super) fn shaped<T: DeserializeOwned>(raw: &RawValue) -> Option<T> {
    serde_json::from_str(raw.get())
        .ok()
        .or_else(|| list(raw)?.into_iter().find_map(|it| serde_json::from_str(it.get()).ok()))
}

/// Types whose every field is read on its own, so that one odd value costs itself alone.
macro_rules! facts {
    ($($(#[$doc:meta])* $vis:vis struct $name:ident {
        $($(#[$field_doc:meta])* $field:ident $(as $($key:literal)|+)?: $type:ty,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        $vis struct $name {$( $(#[$field_doc])* $vis $field: $type, )*}

        impl $crate::event::lax::FromJson for $name {
            fn from_json(raw: &serde_json::value::RawValue) -> Option<Self> {
                let mut found = Self::default();
                for (key, _value) in $crate::event::lax::members(raw)? {
                    $(if $crate::event::lax::facts!(@is key, $field $(, $($key)|+)?) {
                        $crate::event::lax::Slot::offer(&mut found.$field, _value);
                    })*
                    let _ = key;
                }
                Some(found)
            }
        }
    )*};
    (@is $given:ident, $field:ident) => { $given == stringify!($field) };
    (@is $given:ident, $field:ident, $($key:literal)|+) => { matches!(&*$given, $($key)|+) };
}

/// Enums of Meta's words, with a place for those that are not known yet. Upper and lower case count as the same.
macro_rules! words {
    ($($(#[$doc:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $word:literal $(| $other:literal)*,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// Another word of Meta's.
            Other(String),
        }

        impl $name {
            /// Meta's word for it.
            $vis fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                $(if [$word $(, $other)*].iter().any(|known| known.eq_ignore_ascii_case(word)) {
                    return Self::$variant;
                })*
                Self::Other(word.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::event::lax::FromJson for $name {
            fn from_json(raw: &serde_json::value::RawValue) -> Option<Self> {
                let word = $crate::event::lax::word(raw)?;
                (!word.is_empty()).then(|| Self::from(&*word))
            }
        }
    )*};
}

pub(super) use {facts, words};

#[cfg(test)]
mod tests {
    use super::*;

    facts! {
        /// For the tests.
        struct Thing {
            /// A word.
            name: Option<String>,
            /// A number under either key.
            size as "size" | "length": Option<u64>,
            /// Moments.
            at: Vec<Timestamp>,
            /// A thing in it.
            inner: Option<Box<Thing>>,
        }
    }

    words! {
        /// For the tests.
        enum Colour {
            /// Red.
            Red = "RED" | "ROUGE",
        }
    }

    fn read<T: FromJson>(json: &str) -> Option<T> {
        T::from_json(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn an_odd_value_costs_itself() {
        let thing: Thing = read(
            r#"{"name":["a","b"],"size":"7","at":[1700000000,{},"1700000001"],"inner":[{"name":5}],"x":0}"#,
        )
        .unwrap();
        assert_eq!((thing.name, thing.size), (None, Some(7)));
        assert_eq!(thing.at, [Timestamp::from_secs(1_700_000_000), Timestamp::from_secs(1_700_000_001)]);
        assert_eq!(thing.inner.unwrap().name.as_deref(), Some("5"));
        assert_eq!(read::<Thing>("7"), None);
    }

    #[test]
    fn the_first_usable_value_counts() {
        let thing: Thing = read(r#"{"size":null,"length":4,"size":9,"at":1700000000}"#).unwrap();
        assert_eq!((thing.size, thing.at.len()), (Some(4), 1));
    }

    #[test]
    fn words_are_known_in_any_case_and_kept_otherwise() {
        assert_eq!(read::<Colour>("\"red\""), Some(Colour::Red));
        assert_eq!(read::<Colour>("\"rouge\""), Some(Colour::Red));
        assert_eq!(read::<Colour>("\"blue\"").unwrap().as_str(), "blue");
        assert_eq!(read::<Colour>("{}"), None);
    }

    #[test]
    fn half_an_emoji_costs_itself() {
        assert_eq!(read::<String>(r#""hi \ud83d""#).unwrap(), "hi \u{fffd}\u{fffd}\u{fffd}");
    }

    #[test]
    fn truth_is_written_in_many_ways() {
        for yes in ["true", "\"true\"", "1", "\"1\""] {
            assert_eq!(read::<bool>(yes), Some(true), "{yes}");
        }
        assert_eq!(read::<bool>("{}"), None);
    }
}
