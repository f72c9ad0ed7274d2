//! The door to what a bot remembers: shown on the page, and taken back with the world. Bots in other processes have none.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;
use wappa_cloud::{PhoneNumberId, Timestamp};

use crate::world::Person;

/// What a bot in this process remembers of people, turn by turn. Only for development: it shows what bots keep.
pub trait Mind: Send + Sync + 'static {
    /// What was remembered of a person at a number, oldest first; the last is what is remembered now.
    fn memories(&self, number: &PhoneNumberId, person: &Person) -> Vec<Memory>;

    /// Forgets what was learned of a person from this moment on.
    fn rewind(&self, number: &PhoneNumberId, person: &Person, before: Timestamp) -> Rewound;

    /// Changes its value whenever something is learned or forgotten.
    fn changed(&self) -> watch::Receiver<u64>;
}

/// What is remembered of a person after a turn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Memory {
    /// When the event of the turn was received, in milliseconds since the epoch; 0 for what was known before the first.
    pub at: i64,
    /// The sessions, by name.
    pub sessions: BTreeMap<String, Value>,
}

/// Whether a bot's memory went back together with the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rewound {
    /// It did.
    WithTheBot,
    /// There was nothing to take back, or no way to.
    WorldOnly,
}

/// Words in the names of what isn't shown.
const SECRETS: &[&str] =
    &["password", "passcode", "secret", "token", "pin", "otp", "credential", "api_key", "apikey"];

/// A memory as it is shown: what is called like a secret is left out.
pub(crate) fn without_secrets(mut memory: Memory) -> Memory {
    memory.sessions.values_mut().for_each(hide);
    memory
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if is_secret(name) && !value.is_null() {
                    *value = Value::from("…");
                } else {
                    hide(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let word = |word: &&str| match word.len() {
        // Short ones stand within harmless words.
        ..=3 => name.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|part| part == *word),
        _ => name.contains(*word),
    };
    SECRETS.iter().any(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_called_like_a_secret_is_not_shown() {
        let sessions = json!({"password": "p", "shopping": 1, "card": {"PIN": "1234", "access_token": null, "steps": [{"api_key": "k"}]}});
        let memory = Memory { at: 0, sessions: BTreeMap::from([("Login".to_owned(), sessions)]) };
        let shown = &without_secrets(memory).sessions["Login"];
        let expected = json!({"password": "…", "shopping": 1, "card": {"PIN": "…", "access_token": null, "steps": [{"api_key": "…"}]}});
        assert_eq!(*shown, expected);
    }
}
