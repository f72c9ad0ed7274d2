//! Payloads: what a tap means, as a type. It travels in the id of a button or a row, and is read back by type.

mod code;
mod field;
mod signed;
mod tapped;

pub use self::{
    code::{Decoder, Encoder},
    field::PayloadField,
    signed::{Signed, TapKey, WeakKey},
    tapped::Tapped,
};

/// What a tap means: `#[derive(Payload)]` on an enum or a struct.
///
/// It becomes the id of a button, a row or a quick reply wherever one is asked for, and [`Tapped`] reads it back. The id
/// holds names, so that variants and fields may change their order: `Tap/Add:pizza=Margherita,quantity=2`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no payload",
    note = "put `#[derive(Payload)]` on `{Self}`"
)]
pub trait Payload: Sized {
    /// The most characters its id can have; `None` if a field has no bound.
    const LONGEST: Option<usize>;

    /// The id.
    fn encode(&self) -> String;

    /// Reads an id.
    ///
    /// # Errors
    /// It is none of this type, or of a shape it no longer has.
    fn decode(id: &str) -> Result<Self, Unread>;
}

/// Why an id is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It belongs to something else.
    #[error("it means something else")]
    Foreign,
    /// It is of this type, but from a message of an older or newer version of the bot.
    #[error("it is from an old message")]
    Stale,
}

/// The characters of a variant's name, and of each field's name and value.
#[doc(hidden)]
pub type VariantLengths<'a> = (usize, &'a [(usize, Option<usize>)]);

/// The most characters of an id: of the name in front, and of the variant with the longest name and fields. Each field
/// costs its name, its value and two separators.
#[doc(hidden)]
pub const fn longest(head: usize, variants: &[VariantLengths<'_>]) -> Option<usize> {
    let (mut most, mut at) = (0, 0);
    while at < variants.len() {
        let (mut length, fields) = variants[at];
        let mut field = 0;
        while field < fields.len() {
            let (name, Some(value)) = fields[field] else { return None };
            length += name + value + 2;
            field += 1;
        }
        if length > most {
            most = length;
        }
        at += 1;
    }
    Some(head + most)
}

/// Whether ids of this length fit; what has no bound is checked when a draft is built.
#[doc(hidden)]
pub const fn fits(longest: Option<usize>, max: usize) -> bool {
    match longest {
        Some(longest) => longest <= max,
        None => true,
    }
}
