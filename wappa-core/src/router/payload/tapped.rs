//! Taps as arguments of handlers.

use super::{Payload, Signed, TapKey};
use crate::{
    error::Error,
    router::{
        extract::Look,
        needs::Needs,
        seen::{Miss, Seen},
        turn::Turn,
    },
};

/// A tap on a reply button, a list row or a template's quick reply, where its id reads as a `T`.
///
/// A tap that no route reads reaches [`Router::on_stale_tap`](crate::router::Router::on_stale_tap). Ids that matter are
/// signed: `Tapped<Signed<T>>` takes only what a [`TapKey`] has signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tapped<T>(pub T);

impl<T: Payload + Send> Look for Tapped<T> {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        let tap = turn.tapped().ok_or_else(|| Miss::skip("it is no tap"))?;
        T::decode(tap.id).map(Self).map_err(|_| Miss::is_no::<T>("the tap"))
    }
}

impl<T: Payload + Send> Look for Tapped<Signed<T>> {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        let tap = turn.tapped().ok_or_else(|| Miss::skip("it is no tap"))?;
        let key: &TapKey =
            turn.state().ok_or_else(|| Error::msg("the router has no `TapKey` as its state"))?;
        let id = key.verified(tap.id).ok_or_else(|| Miss::skip("the tap is not signed by us"))?;
        T::decode(id).map(|payload| Self(Signed(payload))).map_err(|_| Miss::is_no::<T>("the tap"))
    }

    fn needs(needs: &mut Needs) {
        needs.state::<TapKey>();
    }
}
