//! What an extractor answers: here it is, not here, or something broke.

use std::{borrow::Cow, fmt};

use super::command::BadArgument;
use crate::error::Error;

/// What an extractor answers: the value, or why there is none.
pub type Seen<T> = Result<T, Miss>;

/// Why an extractor has no value.
///
/// Any error becomes [`Miss::Fail`] with `?`: a database that is down fails the turn, which is then tried again. Only
/// what says [`Miss::skip`] sends the message on to the next route.
#[derive(Debug)]
pub enum Miss {
    /// The route is not meant for this message: the next one is tried.
    Skip(Skip),
    /// It cannot be told: the turn fails.
    Fail(Error),
}

/// Why a route is not meant for a message. Made on every miss, and so made of words that are there already; what has to
/// be put together is put together when it is shown.
#[derive(Debug)]
pub struct Skip {
    pub(super) why: Why,
}

#[derive(Debug)]
pub(super) enum Why {
    Because(Cow<'static, str>),
    /// Something is no value of this type.
    IsNo {
        what: &'static str,
        type_name: &'static str,
    },
    /// A command's words do not fit its arguments.
    Usage(BadArgument),
}

impl Miss {
    /// The route is not meant for this message, because…
    pub fn skip(because: impl Into<Cow<'static, str>>) -> Self {
        Self::Skip(Skip { why: Why::Because(because.into()) })
    }

    pub(super) fn usage(bad: BadArgument) -> Self {
        Self::Skip(Skip { why: Why::Usage(bad) })
    }

    /// `what` is no `T`.
    pub(super) fn is_no<T>(what: &'static str) -> Self {
        Self::Skip(Skip { why: Why::IsNo { what, type_name: std::any::type_name::<T>() } })
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Why::Because(because) => f.write_str(because),
            Why::Usage(bad) => bad.fmt(f),
            Why::IsNo { what, type_name } => write!(f, "{what} is no {}", short(type_name)),
        }
    }
}

impl From<Error> for Miss {
    fn from(error: Error) -> Self {
        Self::Fail(error)
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Miss {
    fn from(error: E) -> Self {
        Self::Fail(error.into())
    }
}

/// A type's name without the modules it and its arguments stand in.
pub(super) fn short(type_name: &str) -> String {
    let mut short = String::with_capacity(type_name.len());
    let mut word = 0;
    for c in type_name.chars() {
        if c == ':' {
            short.truncate(word);
            continue;
        }
        short.push(c);
        if !c.is_alphanumeric() && c != '_' {
            word = short.len();
        }
    }
    short
}
