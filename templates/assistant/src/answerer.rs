//! The door behind which answers are found. Put there what you like: a language model, a search, a colleague.

use std::{future::Future, pin::Pin};

use wappa::prelude::*;

use crate::talk::Said;

/// Finds the next thing to say.
pub trait Answerer: Send + Sync + 'static {
    /// Answers what was said, the newest last.
    ///
    /// # Errors
    /// There is no answer: the person is told so, and the reason is logged.
    fn answer(&self, talk: &[Said]) -> impl Future<Output = Result<String>> + Send;
}

/// The object-safe twin of [`Answerer`], which every answerer is.
pub trait AnyAnswerer: Send + Sync + 'static {
    fn answer<'a>(
        &'a self,
        talk: &'a [Said],
    ) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>>;
}

impl<A: Answerer> AnyAnswerer for A {
    fn answer<'a>(
        &'a self,
        talk: &'a [Said],
    ) -> Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>> {
        Box::pin(Answerer::answer(self, talk))
    }
}
