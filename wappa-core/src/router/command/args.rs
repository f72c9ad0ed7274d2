//! `Args`: the words behind a command's name, read as types.

use std::ops::Deref;

use super::{
    argument::{Argument, BadArgument, Wanted},
    words::Words,
};
use crate::router::{
    extract::Look,
    needs::Needs,
    seen::{Miss, Seen},
    turn::Turn,
};

/// The words behind a command's name: one [`Argument`], or up to eight in a tuple. Words are apart at blanks and
/// together within quotes.
///
/// Where they don't fit, the person is told why and how the command is used. In a handler that is no command they are
/// the words of the whole text, and where they don't fit the next route is tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Args<T>(pub T);

impl<T> Deref for Args<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: FromArgs + Send> Look for Args<T> {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        let mut words = Words::new(turn.text().ok_or_else(|| Miss::skip("it is no text"))?);
        let args = T::from_args(&mut words).map_err(Miss::usage)?;
        match words.next() {
            None => Ok(Self(args)),
            Some(word) => Err(Miss::usage(BadArgument::too_much(word))),
        }
    }

    fn needs(needs: &mut Needs) {
        needs.arguments.extend(T::wanted());
    }
}

/// What [`Args`] can hold: one [`Argument`], or up to eight in a tuple.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from the words behind a command's name",
    note = "it is an `Argument`, or a tuple of up to 8 of them, like `Args<(String, Option<u8>)>`",
    note = "`#[derive(Choices)]` on an enum reads its names; `#[derive(Argument)]` uses the `FromStr` of any other type"
)]
pub trait FromArgs: Sized {
    /// Reads them.
    #[doc(hidden)]
    fn from_args(words: &mut Words<'_>) -> Result<Self, BadArgument>;

    /// What is expected, in order.
    #[doc(hidden)]
    fn wanted() -> Vec<Wanted>;
}

impl<T: Argument> FromArgs for T {
    fn from_args(words: &mut Words<'_>) -> Result<Self, BadArgument> {
        T::take(words)
    }

    fn wanted() -> Vec<Wanted> {
        vec![Wanted::of::<T>()]
    }
}

macro_rules! tuples {
    ($($type:ident $name:ident $at:literal),*) => {
        impl<$($type: Argument),*> FromArgs for ($($type,)*) {
            fn from_args(words: &mut Words<'_>) -> Result<Self, BadArgument> {
                $(let $name = $type::take(words).map_err(|bad| bad.at($at))?;)*
                Ok(($($name,)*))
            }

            fn wanted() -> Vec<Wanted> {
                vec![$(Wanted::of::<$type>()),*]
            }
        }
    };
}

tuples!(A a 0);
tuples!(A a 0, B b 1);
tuples!(A a 0, B b 1, C c 2);
tuples!(A a 0, B b 1, C c 2, D d 3);
tuples!(A a 0, B b 1, C c 2, D d 3, E e 4);
tuples!(A a 0, B b 1, C c 2, D d 3, E e 4, F f 5);
tuples!(A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6);
tuples!(A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::command::Rest;

    fn read<T: FromArgs>(text: &str) -> Result<T, String> {
        let mut words = Words::new(text);
        let args = T::from_args(&mut words).map_err(|bad| format!("{:?} {bad}", bad.at))?;
        words.next().map_or(Ok(args), |word| Err(BadArgument::too_much(word).to_string()))
    }

    #[test]
    fn words_become_types_or_a_reason() {
        assert_eq!(read("“Quattro Formaggi” 2"), Ok(("Quattro Formaggi".to_owned(), 2_u8)));
        assert_eq!(read("a"), Ok(("a".to_owned(), None::<u8>)));
        assert_eq!(read("a 7"), Ok(("a".to_owned(), Some(7_u8))));
        assert_eq!(read("5 leave it  at the door"), Ok((5_u8, Rest("leave it  at the door".to_owned()))));
        assert_eq!(read("1 2 3"), Ok(vec![1_u8, 2, 3]));
        assert_eq!(read(""), Ok(Vec::<u8>::new()));
        assert_eq!(read("Yes"), Ok(true));
    }

    #[test]
    fn what_does_not_fit_is_said_in_the_persons_words() {
        let error = |read: Result<(String, u8), String>| read.expect_err("does not fit");
        assert_eq!(error(read("a two")), "Some(1) “two” is not a whole number from 0 to 255.");
        assert_eq!(error(read("a 256")), "Some(1) “256” is not a whole number from 0 to 255.");
        assert_eq!(error(read("a")), "Some(1) an argument is missing: a whole number from 0 to 255.");
        assert_eq!(error(read("a 1 b")), "“b” is too much.");
        assert_eq!(
            read::<Option<u8>>("x").expect_err("no number"),
            "Some(0) “x” is not a whole number from 0 to 255."
        );
        assert_eq!(read::<Rest>(" ").expect_err("no text"), "Some(0) an argument is missing: a text.");
        let long = "x".repeat(10_000);
        assert!(error(read(&format!("a {long}"))).len() < 120);
    }
}
