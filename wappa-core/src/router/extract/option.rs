//! `Option<…>`: a handler that runs either way.

use super::{Extract, When};
use crate::router::{
    needs::Needs,
    seen::{Miss, Seen},
    turn::Turn,
};

impl<T: Extract> Extract for Option<T> {
    async fn extract(turn: &Turn<'_>) -> Seen<Self> {
        optional(T::extract(turn).await)
    }

    fn needs(needs: &mut Needs) {
        T::needs(needs);
    }

    fn at_once(turn: &Turn<'_>) -> Option<Seen<Self>> {
        T::at_once(turn).map(optional)
    }

    const WHEN: When = T::WHEN;
}

fn optional<T>(seen: Seen<T>) -> Seen<Option<T>> {
    match seen {
        Ok(found) => Ok(Some(found)),
        Err(Miss::Skip(_)) => Ok(None),
        Err(fail) => Err(fail),
    }
}
