//! Sessions as arguments: opened when every other argument has matched.

use serde::{Serialize, de::DeserializeOwned};

use super::{Extract, When};
use crate::{
    router::{
        seen::{Miss, Seen},
        turn::Turn,
    },
    session::Session,
};

impl<T> Extract for Session<T>
where
    T: Default + Serialize + DeserializeOwned + Send + 'static,
{
    async fn extract(turn: &Turn<'_>) -> Seen<Self> {
        let chat = turn.chat().ok_or_else(|| Miss::skip("this event belongs to no conversation"))?;
        Ok(chat.session().await?)
    }

    const WHEN: When = When::Last;
}
