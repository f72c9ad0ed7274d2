//! Rules for sessions of one type: how long they are kept, how large they may be, and how what an earlier version of the
//! program wrote becomes what this one reads.

use std::{
    any::{Any, TypeId, type_name},
    collections::HashMap,
    error::Error as StdError,
    fmt,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;
use wappa_cloud::Timestamp;

use super::short_name;

/// The most a session may take as JSON unless a rule says otherwise, in bytes.
pub const SESSION_SIZE: usize = 1 << 20;

/// What goes wrong while a session is migrated.
pub type MigrateError = Box<dyn StdError + Send + Sync>;

type Migrate<T> = Arc<dyn Fn(u32, Value) -> Result<T, MigrateError> + Send + Sync>;

/// What holds for the sessions of type `T`.
///
/// ```
/// # use std::time::Duration;
/// # use wappa_core::session::SessionRule;
/// #[derive(Default, serde::Serialize, serde::Deserialize)]
/// struct Cart {
///     lines: Vec<(String, u8)>,
/// }
///
/// // Version 0 kept the names alone.
/// let rule = SessionRule::<Cart>::new().keep_for(Duration::from_hours(24)).version(1, |_from, old| {
///     let names: Vec<String> = serde_json::from_value(old["lines"].clone())?;
///     Ok(Cart { lines: names.into_iter().map(|name| (name, 1)).collect() })
/// });
/// # let _ = rule;
/// ```
pub struct SessionRule<T> {
    keep: Option<Duration>,
    at_most: usize,
    version: u32,
    migrate: Option<Migrate<T>>,
}

impl<T: 'static> Default for SessionRule<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: 'static> SessionRule<T> {
    /// Kept for ever, of version 0, at most [`SESSION_SIZE`].
    pub fn new() -> Self {
        Self { keep: None, at_most: SESSION_SIZE, version: 0, migrate: None }
    }

    /// Kept for this time after it was last written to; then `on_expired` hears of it and it is gone.
    pub fn keep_for(mut self, time: Duration) -> Self {
        self.keep = Some(time);
        self
    }

    /// At most so many bytes as JSON.
    pub fn at_most(mut self, bytes: usize) -> Self {
        self.at_most = bytes;
        self
    }

    /// Of this version. What an earlier one wrote goes through `migrate`, which is given its version and its JSON;
    /// sessions that were written before there was a rule are of version 0.
    pub fn version(
        mut self,
        version: u32,
        migrate: impl Fn(u32, Value) -> Result<T, MigrateError> + Send + Sync + 'static,
    ) -> Self {
        self.version = version;
        self.migrate = Some(Arc::new(migrate));
        self
    }
}

/// The rules of a bot, by type.
#[derive(Clone, Default)]
pub struct SessionRules {
    by_type: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl SessionRules {
    /// Adds a rule; the later one of two for the same type counts.
    pub fn add<T: 'static>(&mut self, rule: SessionRule<T>) {
        self.by_type.insert(TypeId::of::<T>(), Arc::new(rule));
    }

    pub(super) fn of<T: 'static>(&self) -> Option<&SessionRule<T>> {
        if self.by_type.is_empty() {
            return None;
        }
        self.by_type.get(&TypeId::of::<T>())?.downcast_ref()
    }
}

/// The part of a rule that does not depend on the type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) keep: Option<Duration>,
    pub(super) at_most: usize,
    pub(super) version: u32,
}

impl Terms {
    pub(super) fn of<T: 'static>(rule: Option<&SessionRule<T>>) -> Self {
        rule.map_or(Self { keep: None, at_most: SESSION_SIZE, version: 0 }, |rule| Self {
            keep: rule.keep,
            at_most: rule.at_most,
            version: rule.version,
        })
    }

    /// What is stored: the JSON alone where nothing more is to be said, as a session without a rule.
    pub(super) fn wrap(self, json: Bytes, expires_at: Option<Timestamp>) -> Bytes {
        if self.version == 0 && expires_at.is_none() {
            return json;
        }
        let until = expires_at.map_or("-".to_owned(), |at| at.as_millis().to_string());
        let mut stored = format!("v{} {until} ", self.version).into_bytes();
        stored.extend_from_slice(&json);
        stored.into()
    }
}

impl<T: 'static> SessionRule<T> {
    pub(super) fn migrate(&self, from: u32, old: Value) -> Option<Result<T, MigrateError>> {
        self.migrate.as_ref().map(|migrate| migrate(from, old))
    }
}

/// What is stored, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) version: u32,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) json: Bytes,
}

impl Stored {
    /// No JSON begins with a `v`.
    pub(super) fn read(stored: Bytes) -> Self {
        let header = stored.strip_prefix(b"v").and_then(|rest| {
            let mut words = rest.splitn(3, |byte| *byte == b' ');
            let version = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
            let until = std::str::from_utf8(words.next()?).ok()?;
            let expires_at = until.parse().ok().map(Timestamp::from_millis);
            Some((version, expires_at, words.next()?.len()))
        });
        match header {
            Some((version, expires_at, length)) => {
                Self { version, expires_at, json: stored.slice(stored.len() - length..) }
            }
            None => Self { version: 0, expires_at: None, json: stored },
        }
    }

    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

impl<T> fmt::Debug for SessionRule<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRule")
            .field("of", &short_name(type_name::<T>()))
            .field("keep", &self.keep)
            .field("at_most", &self.at_most)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SessionRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRules").field("types", &self.by_type.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrapped_is_read() {
        let json = Bytes::from_static(b"{\"a\": 1}");
        for version in [0, 1, 70] {
            for expires_at in [None, Some(Timestamp::from_secs(5))] {
                let terms = Terms { keep: None, at_most: 0, version };
                let stored = Stored::read(terms.wrap(json.clone(), expires_at));
                assert_eq!(stored, Stored { version, expires_at, json: json.clone() });
            }
        }
    }

    #[test]
    fn what_has_no_header_is_taken_as_it_is() {
        for plain in [&b""[..], b"v", b"v1", b"v1 5", b"v1x 5 {}", b"null", b"\"v1 5 {}\""] {
            let stored = Stored::read(Bytes::copy_from_slice(plain));
            assert_eq!((stored.version, &stored.json[..]), (0, plain));
        }
    }
}
