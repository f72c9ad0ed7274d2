//! What the author handed to the router.

use std::{any::type_name, ops::Deref};

use super::Look;
use crate::{
    error::Error,
    router::{needs::Needs, seen::Seen, turn::Turn},
};

/// What [`Router::state`](crate::router::Router::state) was given of this type: a database, settings, a client. It is
/// cloned for each handler that asks, so that things shared stand behind an `Arc`, as most clients do.
///
/// A state that nobody has given is an error when the bot starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State<S>(pub S);

impl<S> Deref for State<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

impl<S: Clone + Send + Sync + 'static> Look for State<S> {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        match turn.state::<S>() {
            Some(state) => Ok(Self(state.clone())),
            // Only where a router was not asked to check itself.
            None => {
                Err(Error::msg(format!("the router has no state of the type {}", type_name::<S>())).into())
            }
        }
    }

    fn needs(needs: &mut Needs) {
        needs.state::<S>();
    }
}
