//! Layers: what surrounds the routes of a router.

use std::future::Future;

use super::turn::Turn;
use crate::{clock::BoxFuture, error::Result};

/// What a layer or a route did with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// The message has been dealt with.
    Done,
    /// Not here: the next route is tried.
    Skip,
}

/// Surrounds every route of the router it is given to, once the route is known to be meant for the message.
///
/// ```
/// use wappa_core::{Result, router::{Flow, Layer, Next, Router, Turn}};
///
/// /// Counts what is answered.
/// struct Counted(std::sync::atomic::AtomicUsize);
///
/// impl Layer for Counted {
///     async fn around(&self, _: Turn<'_>, next: Next<'_>) -> Result<Flow> {
///         let flow = next.run().await?;
///         self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         Ok(flow)
///     }
/// }
///
/// let bot = Router::new().layer(Counted(0.into()));
/// # drop(bot);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no layer",
    note = "implement `wappa::router::Layer`: `async fn around(&self, turn: Turn<'_>, next: Next<'_>) -> Result<Flow>`"
)]
pub trait Layer: Send + Sync + 'static {
    /// Does something before or after [`Next::run`], or instead of it: `Ok(Flow::Done)` ends the turn, `Ok(Flow::Skip)`
    /// leaves the message to the routes that follow.
    fn around(&self, turn: Turn<'_>, next: Next<'_>) -> impl Future<Output = Result<Flow>> + Send;
}

/// What a layer surrounds: further layers, and the route.
pub struct Next<'t> {
    turn: Turn<'t>,
    layers: std::vec::IntoIter<&'t dyn AnyLayer>,
    route: BoxFuture<'t, Result<Flow>>,
}

impl<'t> Next<'t> {
    pub(super) fn new(
        turn: Turn<'t>,
        layers: Vec<&'t dyn AnyLayer>,
        route: BoxFuture<'t, Result<Flow>>,
    ) -> Self {
        Self { turn, layers: layers.into_iter(), route }
    }

    /// Goes on inwards.
    ///
    /// # Errors
    /// Those of the layers inside and of the handler.
    pub async fn run(mut self) -> Result<Flow> {
        match self.layers.next() {
            Some(layer) => layer.around(self.turn, self).await,
            None => self.route.await,
        }
    }
}

impl std::fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Next").field("layers", &self.layers.len()).finish_non_exhaustive()
    }
}

/// The object-safe twin of [`Layer`].
pub(super) trait AnyLayer: Send + Sync + 'static {
    fn around<'t>(&'t self, turn: Turn<'t>, next: Next<'t>) -> BoxFuture<'t, Result<Flow>>;
}

impl<L: Layer> AnyLayer for L {
    fn around<'t>(&'t self, turn: Turn<'t>, next: Next<'t>) -> BoxFuture<'t, Result<Flow>> {
        Box::pin(Layer::around(self, turn, next))
    }
}
