//! How a payload is written as an id: `Name.version/Variant:field=value,field=value`.

use std::{borrow::Cow, fmt::Write as _};

use super::Unread;

/// Letters with a meaning of their own; in values they are written as `%2C`.
const MARKS: &[char] = &['%', ',', '=', ':', '/', '~'];

fn escape(value: &str, id: &mut String) {
    for letter in value.chars() {
        if MARKS.contains(&letter) || letter.is_ascii_control() {
            // Writing to a string cannot fail.
            let _ = write!(id, "%{:02X}", u32::from(letter));
        } else {
            id.push(letter);
        }
    }
}

fn unescape(value: &str) -> Option<Cow<'_, str>> {
    let Some((plain, escaped)) = value.split_once('%') else { return Some(Cow::Borrowed(value)) };
    let mut text = plain.to_owned();
    for part in escaped.split('%') {
        let (code, rest) = part.split_at_checked(2)?;
        text.push(char::from(u8::from_str_radix(code, 16).ok()?));
        text.push_str(rest);
    }
    Some(Cow::Owned(text))
}

/// Writes an id, field by field.
#[doc(hidden)]
#[derive(Debug)]
pub struct Encoder {
    id: String,
    next: char,
}

impl Encoder {
    /// `head` is the name, with the version and the variant if there are any.
    pub fn new(head: &str) -> Self {
        Self { id: head.to_owned(), next: ':' }
    }

    pub fn field(mut self, name: &str, write: impl FnOnce(&mut String) -> Option<()>) -> Self {
        let mut text = String::new();
        if write(&mut text).is_some() {
            self.id.push(self.next);
            self.id.push_str(name);
            self.id.push('=');
            escape(&text, &mut self.id);
            self.next = ',';
        }
        self
    }

    pub fn end(self) -> String {
        self.id
    }
}

/// An id taken apart.
#[doc(hidden)]
#[derive(Debug)]
pub struct Decoder<'a> {
    variant: &'a str,
    fields: &'a str,
}

impl<'a> Decoder<'a> {
    /// `names` are those the type has and had, `version` the one it is in.
    ///
    /// # Errors
    /// It has another name, or another version.
    pub fn new(id: &'a str, names: &[&str], version: &str) -> Result<Self, Unread> {
        let (head, fields) = id.split_once(':').unwrap_or((id, ""));
        let (name, variant) = head.split_once('/').unwrap_or((head, ""));
        let (name, of) = name.split_once('.').unwrap_or((name, ""));
        if !names.contains(&name) {
            return Err(Unread::Foreign);
        }
        if of == version { Ok(Self { variant, fields }) } else { Err(Unread::Stale) }
    }

    pub fn variant(&self) -> &'a str {
        self.variant
    }

    /// The field under the name it has, or one it had.
    ///
    /// # Errors
    /// There is none, or it does not read as this.
    pub fn field<T>(
        &self,
        names: &[&str],
        read: impl FnOnce(&str) -> Option<T>,
        absent: impl FnOnce() -> Option<T>,
    ) -> Result<T, Unread> {
        let written = self.fields.split(',').filter_map(|field| field.split_once('='));
        let value = written.into_iter().find(|(name, _)| names.contains(name)).map(|(_, value)| value);
        let read = match value {
            Some(value) => unescape(value).and_then(|value| read(&value)),
            None => absent(),
        };
        read.ok_or(Unread::Stale)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::PayloadField, *};

    fn field<T: PayloadField>(read: &Decoder<'_>, names: &[&str]) -> Result<T, Unread> {
        read.field(names, T::read, T::absent)
    }

    proptest! {
        #[test]
        fn every_text_survives(first in ".{0,20}", second in proptest::option::of(".{0,20}")) {
            let id = Encoder::new("Tap.2/Note").field("first", |text| first.write(text)).field("second", |text| second.write(text)).end();
            let read = Decoder::new(&id, &["Tap"], "2").expect("of this type");
            prop_assert_eq!(read.variant(), "Note");
            prop_assert_eq!(field::<String>(&read, &["first"]), Ok(first));
            prop_assert_eq!(field::<Option<String>>(&read, &["was", "second"]), Ok(second));
        }

        #[test]
        fn any_id_is_read_without_a_panic(id in "(Tap)?[./:=,%A-Z0-9é~]{0,30}") {
            if let Ok(read) = Decoder::new(&id, &["Tap"], "") {
                let _ = field::<u8>(&read, &["a"]);
                let _ = field::<Option<String>>(&read, &["A"]);
            }
        }
    }

    #[test]
    fn other_types_and_other_versions_are_told_apart() {
        let read = |id| Decoder::new(id, &["Tap", "Old"], "2").map(|read| read.variant().to_owned());
        assert_eq!(read("Tap.2/Add:n=1"), Ok("Add".to_owned()));
        assert_eq!(read("Old.2/Add"), Ok("Add".to_owned()));
        assert_eq!(read("Tap/Add:n=1"), Err(Unread::Stale));
        assert_eq!(read("Tapped.2/Add"), Err(Unread::Foreign));
        assert_eq!(read("menu"), Err(Unread::Foreign));
    }
}
