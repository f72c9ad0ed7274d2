//! Choices: closed sets of which a person takes one, by name.

use super::command::fold;

/// A closed set of things of which a person chooses one: what `#[derive(Choices)]` makes of an enum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no closed set of choices",
    note = "put `#[derive(Choices)]` on an enum whose variants hold nothing"
)]
pub trait Choices: Sized + 'static {
    /// Everything there is to choose from.
    const ALL: &'static [Self];

    /// As it is shown to a person.
    fn name(&self) -> &'static str;

    /// As it is written where it must be found again: in button ids and in stores. Not translated.
    fn tag(&self) -> &'static str;

    /// What else a person may call it.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }
}

/// A text that names none of the possibilities.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not {one_of}")]
pub struct NoChoice {
    one_of: String,
}

/// The one of `all` that this text names, whatever the case and without accents.
///
/// # Errors
/// It names none.
#[doc(hidden)]
pub fn choose<T: Choices>(all: impl IntoIterator<Item = T>, text: &str) -> Result<T, NoChoice> {
    let wanted = fold(text.trim());
    let is_named = |one: &T| {
        let names = [one.name(), one.tag()].into_iter().chain(one.aliases().iter().copied());
        names.into_iter().any(|name| fold(name) == wanted)
    };
    all.into_iter().find(is_named).ok_or_else(|| NoChoice { one_of: one_of::<T>() })
}

/// `one of Margherita, Marinara`
#[doc(hidden)]
pub fn one_of<T: Choices>() -> String {
    let names: Vec<&str> = T::ALL.iter().map(Choices::name).collect();
    format!("one of {}", names.join(", "))
}
