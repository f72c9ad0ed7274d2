//! What a command's argument can be: one word read as a type, perhaps, or all that is left.

use std::{borrow::Cow, fmt, ops::Deref};

use wappa_cloud::PhoneNumber;

use super::words::Words;

/// Something that can be read from the words behind a command's name.
///
/// Numbers, `bool`, `char`, `String` and `PhoneNumber` can; so can `Option<…>`, [`Rest`] and `Vec<…>`. Of your own types,
/// enums `#[derive(Choices)]`, and what has a `FromStr` says `#[derive(Argument)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a command",
    note = "`#[derive(Choices)]` on an enum reads its names; `#[derive(Argument)]` uses the `FromStr` of any other type"
)]
pub trait Argument: Sized {
    /// How many words it takes.
    const SHAPE: Shape = Shape::One;

    /// What is expected, as a person would say it: `a whole number`.
    fn wanted() -> Cow<'static, str>;

    /// Reads one word, or one phrase in quotes. `None` if it is none of these.
    fn read(word: &str) -> Option<Self>;

    /// Reads as many words as it takes.
    #[doc(hidden)]
    fn take(words: &mut Words<'_>) -> Result<Self, BadArgument> {
        let Some(word) = words.next() else { return Err(BadArgument::missing(Self::wanted())) };
        Self::read(word).ok_or_else(|| BadArgument::wrong(word, Self::wanted()))
    }
}

/// How many words an argument takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One.
    One,
    /// One or none.
    Optional,
    /// All that are left, and at least one.
    Rest,
    /// All that are left.
    Several,
}

/// What a command expects in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub(super) shape: Shape,
    pub(super) what: Cow<'static, str>,
}

impl Wanted {
    pub(super) fn of<T: Argument>() -> Self {
        Self { shape: T::SHAPE, what: T::wanted() }
    }
}

/// Why a command's words do not fit it, as it is said to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadArgument {
    /// Which argument, counted from 0; `None` if there are too many words.
    pub(super) at: Option<usize>,
    reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    Missing { wanted: Cow<'static, str> },
    Wrong { word: String, wanted: Cow<'static, str> },
    TooMuch { word: String },
}

impl BadArgument {
    fn missing(wanted: Cow<'static, str>) -> Self {
        Self { at: Some(0), reason: Reason::Missing { wanted } }
    }

    fn wrong(word: &str, wanted: Cow<'static, str>) -> Self {
        Self { at: Some(0), reason: Reason::Wrong { word: beginning(word), wanted } }
    }

    pub(super) fn too_much(word: &str) -> Self {
        Self { at: None, reason: Reason::TooMuch { word: beginning(word) } }
    }

    pub(super) fn at(mut self, at: usize) -> Self {
        self.at = Some(at);
        self
    }

    /// The reason, for the argument of this name.
    pub(super) fn about(&self, name: &str) -> String {
        match &self.reason {
            Reason::Missing { wanted } if *wanted == name => format!("{name} is missing."),
            Reason::Missing { wanted } => format!("{name} is missing: {wanted}."),
            Reason::Wrong { word, wanted } => format!("“{word}” is not {wanted}."),
            Reason::TooMuch { word } => format!("“{word}” is too much."),
        }
    }
}

impl fmt::Display for BadArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.about("an argument"))
    }
}

/// Enough of a word to recognise it.
fn beginning(word: &str) -> String {
    const SHOWN: usize = 40;
    match word.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", word.get(..end).unwrap_or_default()),
        None => word.to_owned(),
    }
}

macro_rules! arguments {
    ($($wanted:literal: $($type:ty)*;)*) => {$($(
        impl Argument for $type {
            fn wanted() -> Cow<'static, str> {
                $wanted.into()
            }

            fn read(word: &str) -> Option<Self> {
                word.parse().ok()
            }
        }
    )*)*};
}

arguments! {
    "a number": f32 f64;
    "a single character": char;
    "a text": String;
    "a phone number": PhoneNumber;
}

macro_rules! whole_numbers {
    ($($type:ty)*) => {$(
        impl Argument for $type {
            fn wanted() -> Cow<'static, str> {
                format!("a whole number from {} to {}", <$type>::MIN, <$type>::MAX).into()
            }

            fn read(word: &str) -> Option<Self> {
                word.parse().ok()
            }
        }
    )*};
}

whole_numbers! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }

impl Argument for bool {
    fn wanted() -> Cow<'static, str> {
        "yes or no".into()
    }

    fn read(word: &str) -> Option<Self> {
        match &*super::fold::fold(word) {
            "yes" | "y" | "true" | "on" | "1" => Some(true),
            "no" | "n" | "false" | "off" | "0" => Some(false),
            _ => None,
        }
    }
}

impl<T: Argument> Argument for Option<T> {
    const SHAPE: Shape = Shape::Optional;

    fn wanted() -> Cow<'static, str> {
        T::wanted()
    }

    fn read(word: &str) -> Option<Self> {
        T::read(word).map(Some)
    }

    fn take(words: &mut Words<'_>) -> Result<Self, BadArgument> {
        if words.is_empty() { Ok(None) } else { T::take(words).map(Some) }
    }
}

impl<T: Argument> Argument for Vec<T> {
    const SHAPE: Shape = Shape::Several;

    fn wanted() -> Cow<'static, str> {
        T::wanted()
    }

    fn read(word: &str) -> Option<Self> {
        T::read(word).map(|one| vec![one])
    }

    fn take(words: &mut Words<'_>) -> Result<Self, BadArgument> {
        let mut all = Self::new();
        while !words.is_empty() {
            all.push(T::take(words)?);
        }
        Ok(all)
    }
}

/// All the words that are left, as they were written: `Args((whom, Rest(what))): Args<(PhoneNumber, Rest)>`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rest(pub String);

impl Deref for Rest {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Argument for Rest {
    const SHAPE: Shape = Shape::Rest;

    fn wanted() -> Cow<'static, str> {
        "a text".into()
    }

    fn read(word: &str) -> Option<Self> {
        Some(Self(word.to_owned()))
    }

    fn take(words: &mut Words<'_>) -> Result<Self, BadArgument> {
        match words.rest() {
            "" => Err(BadArgument::missing(Self::wanted())),
            text => Ok(Self(text.to_owned())),
        }
    }
}
