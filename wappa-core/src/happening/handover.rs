//! What is asked of a conversation that people have, or are to have, from outside its turns.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A conversation is to be handed over, or given back to the bot.
#[derive(Debug, Clone)]
pub struct HandoverAsked(Option<HandoverAsk>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HandoverAsk {
    /// To these, for this long at most.
    Over(String, Duration),
    /// To the bot.
    Back,
    /// To the bot, if the time is over.
    Time,
}

impl HandoverAsked {
    /// Of what we wrote ourselves; something else asks for nothing.
    pub(super) fn read(body: &[u8]) -> Self {
        Self(serde_json::from_slice(body).ok())
    }

    pub(crate) fn into_ask(self) -> Option<HandoverAsk> {
        self.0
    }
}

impl HandoverAsk {
    pub(crate) fn to_bytes(&self) -> Bytes {
        serde_json::to_vec(self).unwrap_or_default().into()
    }
}
