//! People the bot doesn't answer.

use std::{collections::BTreeSet, sync::Arc};

use dashmap::DashSet;

use super::{names, plain};
use crate::{
    error::Result,
    router::{Flow, Layer, Next, Turn},
};

/// People the bot doesn't answer. Clones are the same list, so that one can be kept to change it while the bot runs;
/// what must outlive a restart is for the author to keep.
#[derive(Debug, Clone, Default)]
pub struct BanList(Arc<DashSet<String>>);

impl BanList {
    /// A list of WhatsApp ids, with or without `+`, or user ids.
    pub fn new(banned: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let plain = banned.into_iter().map(|who| plain(&who.into()).to_owned());
        Self(Arc::new(plain.collect()))
    }

    /// From now on this person isn't answered.
    pub fn ban(&self, who: impl Into<String>) {
        self.0.insert(plain(&who.into()).to_owned());
    }

    /// Answers this person again.
    pub fn pardon(&self, who: &str) {
        self.0.remove(plain(who));
    }

    /// Everybody on it.
    pub fn banned(&self) -> BTreeSet<String> {
        self.0.iter().map(|who| who.clone()).collect()
    }
}

impl Layer for BanList {
    async fn around(&self, turn: Turn<'_>, next: Next<'_>) -> Result<Flow> {
        let banned = !self.0.is_empty() && turn.chat().is_some_and(|chat| names(self.banned(), chat.user()));
        if banned { Ok(Flow::Done) } else { next.run().await }
    }
}
