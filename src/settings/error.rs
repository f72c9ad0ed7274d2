//! What can be wrong with settings. Every message names the setting, the cause and the mend.

use std::path::PathBuf;

use super::table::Name;

/// The bot cannot start with these settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// Two names of one setting say different things.
    #[error(
        "{first} and {second} are two names of the same setting but have different values: remove one of them"
    )]
    Contradiction {
        /// One name.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// Some credentials are there, others are not.
    #[error("{why}, but these settings are missing:\n{}", list(missing))]
    Missing {
        /// Why they are needed.
        why: &'static str,
        /// What is missing.
        missing: Vec<Missing>,
    },
    /// A value that cannot be read.
    #[error("{name} is `{value}`: {mend}")]
    Invalid {
        /// The setting.
        name: &'static str,
        /// Its value; never a secret.
        value: String,
        /// What it should be.
        mend: String,
    },
    /// A file that cannot be read.
    #[error("the file {} named by {name} cannot be used: {cause}", path.display())]
    File {
        /// The setting that names it.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// The process environment holds text that is not Unicode.
    #[error("{0} holds bytes that are not text: set it again")]
    NotText(String),
    /// The program was built without something the settings ask for.
    #[error(
        "{what} is asked for, but this program was built without the feature `{feature}` of wappa: add it in Cargo.toml"
    )]
    Feature {
        /// What is asked for.
        what: String,
        /// The cargo feature.
        feature: &'static str,
    },
}

/// A setting that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// Its name.
    pub name: &'static str,
    /// Where its value is found.
    pub found: &'static str,
}

impl From<Name> for Missing {
    fn from(name: Name) -> Self {
        Self { name: name.name, found: name.found }
    }
}

fn list(missing: &[Missing]) -> String {
    let lines: Vec<String> =
        missing.iter().map(|missing| format!("  {} (found in: {})", missing.name, missing.found)).collect();
    lines.join("\n")
}
