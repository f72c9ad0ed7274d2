//! What may claim a message before the routes are tried: dialogues and conversations that are under way.

use std::{future::Future, panic::Location};

use super::{
    layer::{Flow, Next},
    needs::Needs,
    scope::Scopes,
    turn::Turn,
};
use crate::{clock::BoxFuture, error::Result};

/// Something that is under way with a person, or isn't, and then leaves the message to the routes. Commands with a
/// prefix come before it, so that a person can ask for help in the middle of anything.
pub trait Claim: Send + Sync + 'static {
    /// Deals with the message if this is under way, or answers [`Flow::Skip`].
    fn claim(&self, turn: Turn<'_>) -> impl Future<Output = Result<Flow>> + Send;

    /// As it is called in explanations.
    fn name(&self) -> &str;

    /// Says what must be there when the bot starts.
    fn needs(&self, needs: &mut Needs) {
        let _ = needs;
    }
}

/// The object-safe twin of [`Claim`].
pub(super) trait AnyClaim: Send + Sync + 'static {
    fn claim<'t>(&'t self, turn: Turn<'t>) -> BoxFuture<'t, Result<Flow>>;
    fn name(&self) -> &str;
    fn needs(&self, needs: &mut Needs);
}

impl<C: Claim> AnyClaim for C {
    fn claim<'t>(&'t self, turn: Turn<'t>) -> BoxFuture<'t, Result<Flow>> {
        Box::pin(Claim::claim(self, turn))
    }

    fn name(&self) -> &str {
        Claim::name(self)
    }

    fn needs(&self, needs: &mut Needs) {
        Claim::needs(self, needs);
    }
}

/// A claim and where it was written.
pub(super) struct ClaimEntry {
    pub(super) claim: Box<dyn AnyClaim>,
    pub(super) scope: usize,
    pub(super) place: &'static Location<'static>,
}

impl ClaimEntry {
    pub(super) fn new(claim: impl Claim, place: &'static Location<'static>) -> Self {
        Self { claim: Box::new(claim), scope: Scopes::ROOT, place }
    }

    pub(super) fn moved(mut self, by: usize) -> Self {
        self.scope += by;
        self
    }

    pub(super) async fn run(&self, turn: Turn<'_>) -> Result<Flow> {
        let turn = turn.within(self.scope);
        Next::new(turn, turn.layers(), self.claim.claim(turn)).run().await
    }
}
