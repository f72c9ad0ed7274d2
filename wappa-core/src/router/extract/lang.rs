//! What a bot says, as an argument: in the language of whom it is said to.

use super::Extract;
use crate::{
    router::{
        seen::{Miss, Seen},
        turn::Turn,
    },
    texts::Lang,
};

impl Extract for Lang {
    async fn extract(turn: &Turn<'_>) -> Seen<Self> {
        let chat = turn.chat().ok_or_else(|| Miss::skip("this event belongs to no conversation"))?;
        Ok(chat.lang().await?)
    }
}
