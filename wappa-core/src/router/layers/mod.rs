//! Layers that many bots want, ready to be put around a router with [`Router::layer`](super::Router::layer).

mod bans;
mod cooldown;
mod hours;
mod log;
mod owners;
mod read;

pub use self::{
    bans::BanList,
    cooldown::Cooldown,
    hours::{BusinessHours, HoursError, Weekday},
    log::Log,
    owners::OnlyFor,
    read::{KeepTyping, MarkRead, ShowTyping},
};
use super::{layer::Flow, turn::Turn};
use crate::{chat::User, error::Result};

/// Who somebody is, for lists and clocks: the WhatsApp id, else the user id.
fn who(turn: &Turn<'_>) -> Option<String> {
    let user = turn.chat()?.user();
    user.wa_id().or_else(|| user.user_id()).map(str::to_owned)
}

/// Whether a list that people wrote names this person: by WhatsApp id with or without `+`, or by user id.
fn names(list: impl IntoIterator<Item = impl AsRef<str>>, user: &User) -> bool {
    list.into_iter().any(|name| {
        let name = name.as_ref();
        user.user_id() == Some(name) || user.wa_id().is_some_and(|id| plain(id) == plain(name))
    })
}

fn plain(id: &str) -> &str {
    id.trim().trim_start_matches('+')
}

/// What a layer that lets nobody through does: says this, or leaves the message to the routes that follow.
async fn refuse(turn: Turn<'_>, say: Option<&str>) -> Result<Flow> {
    match (turn.chat(), say) {
        (Some(chat), Some(say)) => chat.say(say).await.map(|_| Flow::Done).map_err(Into::into),
        _ => Ok(Flow::Skip),
    }
}
