//! The little that is read of an item before it is stored. Every field is lenient: a value of the wrong type counts as
//! absent, so that no sample of Meta's can cost an item.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;

use crate::event::lax::{self, word};

/// A text, borrowed where it has no escapes. Numbers are taken as text, everything else as absent.
#[derive(Debug, Default, Clone)]
pub(crate) struct Text<'a>(pub(crate) Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(number.to_string())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(number.to_string())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// An object read in place; a value of any other type counts as an empty one.
#[derive(Debug, Default, Clone)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<T, A::Error> {
        TextVisitor.visit_seq(seq).map(|_| T::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }
}

/// The members of an array; of anything else, none.
pub(crate) fn members(raw: &RawValue) -> Option<Vec<&RawValue>> {
    raw.get().trim_start().starts_with('[').then(|| serde_json::from_str(raw.get()).unwrap_or_default())
}

/// What of an object is looked at, read part by part where it cannot be read as a whole: a text that ends within an emoji
/// costs itself.
pub(crate) trait Part<'a>: Default {
    fn of(raw: &'a RawValue) -> Self;
}

impl<'a> Part<'a> for Text<'a> {
    fn of(raw: &'a RawValue) -> Self {
        Self(word(raw).map(Cow::Owned))
    }
}

impl<'a> Part<'a> for Option<&'a RawValue> {
    fn of(raw: &'a RawValue) -> Self {
        Some(raw).filter(|raw| raw.get() != "null")
    }
}

impl<'a, T: Part<'a>> Part<'a> for Object<T> {
    fn of(raw: &'a RawValue) -> Self {
        Self(T::of(raw))
    }
}

/// An object or nothing, read in place. Anything else makes the whole unreadable: it is then read part by part.
#[derive(Debug, Default, Clone)]
pub(crate) struct Maybe<T>(pub(crate) Option<Box<T>>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Option::deserialize(from).map(Self)
    }
}

impl<'a, T: Part<'a>> Part<'a> for Maybe<T> {
    fn of(raw: &'a RawValue) -> Self {
        Self(lax::members(raw).map(|_| Box::new(T::of(raw))))
    }
}

/// An object, as far as it is looked at; `None` for anything else.
pub(crate) fn object<'a, T: Part<'a> + Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
    let raw = raw.filter(|raw| raw.get().starts_with('{'))?;
    Some(serde_json::from_str(raw.get()).unwrap_or_else(|_| T::of(raw)))
}

/// Reads the wanted keys of an object into fields, and the others into the last one if it is named `..like this`; of several of
/// one key the last counts.
macro_rules! peek {
    ($(#[$doc:meta])* struct $name:ident { $($field:ident $key:literal: $type:ty,)* $(..$rest:ident,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Clone)]
        pub(crate) struct $name<'a> {
            $(pub(crate) $field: $type,)*
            $(pub(crate) $rest: Vec<(std::borrow::Cow<'a, str>, &'a serde_json::value::RawValue)>,)?
        }

        impl<'de: 'a, 'a> serde::Deserialize<'de> for $name<'a> {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Fields<'a>(std::marker::PhantomData<&'a ()>);
                impl<'de: 'a, 'a> serde::de::Visitor<'de> for Fields<'a> {
                    type Value = $name<'a>;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> Result<Self::Value, A::Error> {
                        let mut found = $name::default();
                        while let Some(key) = map.next_key_seed($crate::webhook::peek::Key)? {
                            match &*key {
                                $($key => found.$field = map.next_value()?,)*
                                _ => $crate::webhook::peek::peek!(@other key, found, map $(, $rest)?),
                            }
                        }
                        Ok(found)
                    }
                }
                from.deserialize_map(Fields(std::marker::PhantomData))
            }
        }

        impl<'a> $crate::webhook::peek::Part<'a> for $name<'a> {
            fn of(raw: &'a RawValue) -> Self {
                let mut found = Self::default();
                for (key, value) in $crate::event::lax::members(raw).unwrap_or_default() {
                    match &*key {
                        $($key => found.$field = $crate::webhook::peek::Part::of(value),)*
                        _ => { $(found.$rest.push((key, value));)? }
                    }
                }
                found
            }
        }
    };
    (@other $key:ident, $found:ident, $map:ident) => {
        drop($map.next_value::<serde::de::IgnoredAny>()?)
    };
    (@other $key:ident, $found:ident, $map:ident, $rest:ident) => {
        $found.$rest.push(($key, $map.next_value()?))
    };
}

pub(crate) use peek;

/// A key, borrowed where it has no escapes.
pub(crate) struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(TextVisitor).map(Option::unwrap_or_default)
    }
}

peek! {
    /// The number a value is about.
    struct Metadata {
        phone_number_id "phone_number_id": Text<'a>,
        display_phone_number "display_phone_number": Text<'a>,
    }
}

peek! {
    /// A contact beside messages.
    struct Contact {
        wa_id "wa_id": Text<'a>,
        user_id "user_id": Text<'a>,
        parent_user_id "parent_user_id": Text<'a>,
        profile "profile": Object<Profile<'a>>,
        identity_key_hash "identity_key_hash": Text<'a>,
    }
}

peek! {
    /// A contact's profile.
    struct Profile {
        name "name": Text<'a>,
        username "username": Text<'a>,
    }
}

peek! {
    /// The body of a system message.
    struct System {
        kind "type": Text<'a>,
        wa_id "wa_id": Text<'a>,
        new_wa_id "new_wa_id": Text<'a>,
        user_id "user_id": Text<'a>,
        parent_user_id "parent_user_id": Text<'a>,
        previous_user_id "previous_user_id": Text<'a>,
        previous_parent_user_id "previous_parent_user_id": Text<'a>,
    }
}

peek! {
    /// A status.
    struct Status {
        id "id": Text<'a>,
        kind "type": Text<'a>,
        status "status": Text<'a>,
        timestamp "timestamp": Text<'a>,
        recipient_id "recipient_id": Text<'a>,
        recipient_type "recipient_type": Text<'a>,
        recipient_user_id "recipient_user_id": Text<'a>,
        recipient_parent_user_id "recipient_parent_user_id": Text<'a>,
        parent_recipient_user_id "parent_recipient_user_id": Text<'a>,
        participant_id "recipient_participant_id": Text<'a>,
        participant_user_id "recipient_participant_user_id": Text<'a>,
        participant_parent_user_id "recipient_participant_parent_user_id": Text<'a>,
        group_id "group_id": Text<'a>,
        participant_recipient_id "participant_recipient_id": Text<'a>,
        opaque "biz_opaque_callback_data": Text<'a>,
        payment "payment": Option<&'a RawValue>,
        pricing "pricing": Option<&'a RawValue>,
        conversation "conversation": Option<&'a RawValue>,
        errors "errors": Option<&'a RawValue>,
    }
}

peek! {
    /// What a message costs.
    struct Pricing {
        model "pricing_model": Text<'a>,
        kind "type": Text<'a>,
        category "category": Text<'a>,
        billable "billable": Option<&'a RawValue>,
    }
}

peek! {
    /// What a message is billed under.
    struct Conversation {
        id "id": Text<'a>,
        ends "expiration_timestamp": Text<'a>,
    }
}

peek! {
    /// A payment.
    struct Payment {
        transaction "transaction": Option<&'a RawValue>,
    }
}

peek! {
    /// The transaction of a payment.
    struct Transaction {
        id "id": Text<'a>,
        status "status": Text<'a>,
    }
}

peek! {
    /// An error.
    struct Failure {
        code "code": Text<'a>,
    }
}

/// A non-empty text.
pub(crate) fn some(text: Text<'_>) -> Option<Cow<'_, str>> {
    text.0.filter(|text| !text.is_empty())
}
