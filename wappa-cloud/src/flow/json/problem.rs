//! What is wrong with Flow JSON, and where.

use std::fmt;

use crate::limits::Unit;

/// What Meta's validator would refuse: all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowJsonError(pub(super) Vec<Problem>);

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where, like `screens[0].layout.children[2].label`.
    pub path: String,
    /// What.
    pub kind: ProblemKind,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// Something that must be there is not.
    Missing,
    /// There is no such property, or no such component.
    Unknown(String),
    /// It is of another type.
    Type {
        /// What it should be.
        expected: &'static str,
    },
    /// A text is too long.
    TooLong {
        /// Characters there may be.
        limit: usize,
        /// Characters there are.
        length: usize,
    },
    /// Too many or too few.
    Count {
        /// The least there may be.
        least: usize,
        /// The most there may be.
        most: usize,
        /// What there is.
        count: usize,
    },
    /// Not one of these words.
    NotOneOf(&'static [&'static str]),
    /// The same name twice.
    Duplicate(String),
    /// There is no such screen.
    NoScreen(String),
    /// The expression names data that the screen does not declare.
    NoData(String),
    /// The expression names an input that the screen does not have.
    NoInput(String),
    /// The next screen wants this data, and the action does not send it.
    Unsent(String),
    /// Another rule.
    Rule(&'static str),
}

impl FlowJsonError {
    /// Each thing that is wrong.
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }
}

impl fmt::Display for FlowJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FlowJsonError {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.kind)
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("it is missing"),
            Self::Unknown(name) => write!(f, "`{name}` is not known here"),
            Self::Type { expected } => write!(f, "it should be {expected}"),
            Self::TooLong { limit, length } => {
                write!(f, "it has {length} characters, Meta allows {limit}: {}", Unit::Characters.mend())
            }
            Self::Count { least, most, count } => {
                write!(f, "there are {count}, Meta wants {least} to {most}")
            }
            Self::NotOneOf(words) => write!(f, "it should be one of {}", words.join(", ")),
            Self::Duplicate(name) => write!(f, "`{name}` is used twice"),
            Self::NoScreen(id) => write!(f, "there is no screen `{id}`"),
            Self::NoData(name) => write!(f, "the screen declares no data `{name}`"),
            Self::NoInput(name) => write!(f, "the screen has no input `{name}`"),
            Self::Unsent(name) => write!(f, "the next screen wants data `{name}`, and it is not sent"),
            Self::Rule(rule) => f.write_str(rule),
        }
    }
}
