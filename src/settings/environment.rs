//! The one place that reads the process environment and the `.env` file.

use std::{collections::HashMap, ffi::OsString};

use super::{
    error::SettingsError,
    table::{self, Name},
};

/// Variables by name.
#[derive(Clone, Default)]
pub struct Variables {
    values: HashMap<String, String>,
}

impl Variables {
    /// Those of the process and of a `.env` file here or in a parent folder; the process wins.
    ///
    /// # Errors
    /// The `.env` file cannot be read, or one of our variables is not text.
    pub fn of_process() -> Result<Self, SettingsError> {
        let mut variables = Self::default();
        variables.read_dot_env()?;
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.to_str().filter(|name| is_ours(name)) else { continue };
            variables.values.insert(name.to_owned(), text(name, value)?);
        }
        Ok(variables)
    }

    fn read_dot_env(&mut self) -> Result<(), SettingsError> {
        let unusable = |cause: &dyn std::fmt::Display| SettingsError::File {
            name: ".env",
            path: ".env".into(),
            cause: format!("{cause}; each line is NAME=value, with quotes around values that hold spaces"),
        };
        let lines = match dotenvy::dotenv_iter() {
            Ok(lines) => lines,
            Err(error) if error.not_found() => return Ok(()),
            Err(error) => return Err(unusable(&error)),
        };
        for line in lines {
            // dotenvy names the whole line in its errors, which may hold a token.
            let (name, value) = line.map_err(|_| unusable(&"a line cannot be read"))?;
            self.values.insert(name, value);
        }
        Ok(())
    }

    /// The value of a setting under any of its names. Blank values and placeholders count as missing.
    pub(super) fn get(&self, setting: Name) -> Result<Option<String>, SettingsError> {
        let mut found: Option<(&'static str, &str)> = None;
        for name in std::iter::once(setting.name).chain(setting.aliases.iter().copied()) {
            let Some(value) = self.values.get(name).map(|value| value.trim()) else { continue };
            if is_placeholder(value) {
                continue;
            }
            match found {
                Some((first, known)) if known != value => {
                    return Err(SettingsError::Contradiction { first, second: name });
                }
                Some(_) => {}
                None => found = Some((name, value)),
            }
        }
        Ok(found.map(|(_, value)| value.to_owned()))
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self { values: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}

impl std::fmt::Debug for Variables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

fn is_ours(name: &str) -> bool {
    table::ALL.iter().any(|setting| setting.name == name || setting.aliases.contains(&name))
}

fn text(name: &str, value: OsString) -> Result<String, SettingsError> {
    value.into_string().map_err(|_| SettingsError::NotText(name.to_owned()))
}

/// What example files and guides put where a value belongs.
fn is_placeholder(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    value.is_empty()
        || value.starts_with("your-")
        || value.starts_with("your_")
        || value.ends_with("-here")
        || value.ends_with("_here")
        || value.contains("xxxx")
        || value.ends_with("...")
        || value.ends_with('…')
        || (value.starts_with('<') && value.ends_with('>'))
}
