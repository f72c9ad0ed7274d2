//! What can go wrong with an emulator as a whole. Refusals to bots are Graph answers, not errors of ours.

use std::path::PathBuf;

use crate::world::ActError;

/// An emulator can't be opened, or a person can't do something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// The directory of the world can't be read or written.
    #[error("the emulator's file {path} can't be used")]
    File {
        /// Which file or directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process has this world open.
    #[error(
        "the emulator's world in {path} is open in another process; stop that one or give this one another directory"
    )]
    InUse {
        /// Its directory.
        path: PathBuf,
    },
    /// The journal holds something that is not a change.
    #[error("line {line} of {path} can't be read; move the directory away to begin with an empty world")]
    Journal {
        /// The journal.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// The system gives no random bytes for fresh ids.
    #[error("the system gives no random bytes")]
    NoRandomness,
    /// A callback URL that can't be posted to.
    #[error("the callback URL {url:?} can't be used")]
    Callback {
        /// As it was given.
        url: String,
        /// Why.
        source: reqwest::Error,
    },
    /// The emulator in another process does not answer, or not as one does.
    #[error("the emulator does not answer; is a bot with its phone page running?")]
    Remote(#[source] reqwest::Error),
    /// What was typed means nothing, or the emulator refused it.
    #[error("{0}")]
    Typed(String),
    /// The terminal can't be written to.
    #[error("the terminal can't be written to")]
    Terminal(#[from] std::io::Error),
    /// A person can't do that.
    #[error(transparent)]
    Act(#[from] ActError),
    /// What a test waited for didn't happen in time.
    #[error("{what} didn't happen within {seconds} s")]
    NotSeen {
        /// What was waited for.
        what: String,
        /// How long.
        seconds: u64,
    },
}

impl EmulatorError {
    /// What kind of error this is.
    pub fn kind(&self) -> EmulatorErrorKind {
        match self {
            Self::File { .. } | Self::InUse { .. } | Self::Journal { .. } => EmulatorErrorKind::Storage,
            Self::NoRandomness | Self::Terminal(_) => EmulatorErrorKind::System,
            Self::Callback { .. } | Self::Remote(_) => EmulatorErrorKind::Settings,
            Self::Act(_) | Self::Typed(_) => EmulatorErrorKind::Act,
            Self::NotSeen { .. } => EmulatorErrorKind::NotSeen,
        }
    }
}

/// What to do about an [`EmulatorError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmulatorErrorKind {
    /// Look at the directory.
    Storage,
    /// Look at the machine.
    System,
    /// Mend a setting.
    Settings,
    /// A person was asked to do something impossible.
    Act,
    /// A test's expectation wasn't met.
    NotSeen,
}
