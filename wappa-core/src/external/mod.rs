//! Webhooks of other services, such as a payment or a push: verified, taken once, stored before they are answered, and
//! told to the conversation they are about, where they reach `on_external` in their turn.

mod endpoint;
mod verify;

use std::{any::type_name, collections::BTreeMap, fmt, future::Future, sync::Arc};

use axum::http::HeaderName;
use serde::de::DeserializeOwned;

pub use self::{
    endpoint::{EXTERNAL_PATH, ExternalParts, routes},
    verify::Verifier,
};
use crate::{clock::BoxFuture, error::Result, happening::ChatKey, session::short_name};

/// A service whose webhooks a bot takes. What they hold is of the author's type `T`.
pub struct ExternalSource<T> {
    verifier: Verifier,
    id: Option<Identify<T>>,
    header: Option<HeaderName>,
    to: Option<To<T>>,
}

type Identify<T> = Box<dyn Fn(&T) -> String + Send + Sync>;
type To<T> = Box<dyn Fn(T) -> BoxFuture<'static, Result<Option<ChatKey>>> + Send + Sync>;

/// The name of a source is not one, or is taken.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` cannot be the name of a source: it is the last part of its path, of letters, digits, `-` and `_`, and no two \
     sources have the same"
)]
pub struct SourceNameError(String);

impl<T: DeserializeOwned + Send + 'static> ExternalSource<T> {
    /// A service that signs like this.
    pub fn new(verifier: Verifier) -> Self {
        Self { verifier, id: None, header: None, to: None }
    }

    /// What an event is known by: under one id it is taken once in eight days. Without this and
    /// [`id_header`](Self::id_header) it is the hash of the body.
    pub fn id(mut self, id: impl Fn(&T) -> String + Send + Sync + 'static) -> Self {
        self.id = Some(Box::new(id));
        self
    }

    /// The header that holds the id, such as GitHub's `x-github-delivery`.
    pub fn id_header(mut self, name: HeaderName) -> Self {
        self.header = Some(name);
        self
    }

    /// Whose conversation an event is about; nobody's is answered with 200 and forgotten. The service waits meanwhile:
    /// a look into a table, not more; after five seconds, or on an error, it is asked to come again (503).
    pub fn to<F, Fut>(mut self, to: F) -> Self
    where
        F: Fn(T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<ChatKey>>> + Send + 'static,
    {
        self.to = Some(Box::new(move |event| Box::pin(to(event))));
        self
    }
}

impl<T> fmt::Debug for ExternalSource<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalSource").field("of", &type_name::<T>()).finish_non_exhaustive()
    }
}

/// Sources by name.
#[derive(Default)]
pub struct Externals(BTreeMap<String, Arc<dyn AnySource>>);

impl Externals {
    /// Adds one.
    ///
    /// # Errors
    /// The name cannot be the last part of a path, or is taken.
    pub fn add<T: DeserializeOwned + Send + 'static>(
        &mut self,
        name: &str,
        source: ExternalSource<T>,
    ) -> Result<(), SourceNameError> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        if name.is_empty() || !name.chars().all(is_plain) || self.0.contains_key(name) {
            return Err(SourceNameError(name.to_owned()));
        }
        self.0.insert(name.to_owned(), Arc::new(source));
        Ok(())
    }
}

/// What became of reading an event.
enum Read {
    /// It is about this conversation.
    To {
        key: ChatKey,
        id: Option<String>,
        of: String,
    },
    Nobody,
    /// It is of another shape than its type.
    Misshapen(serde_json::Error),
}

/// The object-safe twin of [`ExternalSource`].
trait AnySource: Send + Sync {
    fn verifier(&self) -> &Verifier;
    fn id_header(&self) -> Option<&HeaderName>;
    fn read(&self, body: &[u8]) -> BoxFuture<'static, Result<Read>>;
}

impl<T: DeserializeOwned + Send + 'static> AnySource for ExternalSource<T> {
    fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    fn id_header(&self) -> Option<&HeaderName> {
        self.header.as_ref()
    }

    fn read(&self, body: &[u8]) -> BoxFuture<'static, Result<Read>> {
        let event: T = match serde_json::from_slice(body) {
            Ok(event) => event,
            Err(error) => return Box::pin(async move { Ok(Read::Misshapen(error)) }),
        };
        let id = self.id.as_ref().map(|id| id(&event));
        let to = self.to.as_ref().map(|to| to(event));
        Box::pin(async move {
            let Some(to) = to else { return Ok(Read::Nobody) };
            let of = short_name(type_name::<T>());
            Ok(to.await?.map_or(Read::Nobody, |key| Read::To { key, id, of }))
        })
    }
}
