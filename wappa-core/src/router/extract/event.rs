//! What an event brings along: the conversation, the person, the event itself.

use serde::de::DeserializeOwned;
use wappa_cloud::{
    AccountUpdate, AppContact, Call, Content, Echo, Event, GroupUpdate, Handover, History, Message,
    MetaError, Preference, Sender, Signal, Standby, Status, System, TemplateUpdate, Unknown,
};

use super::{Extract, Look};
use crate::{
    chat::{Chat, User},
    handler::{CredentialsLost, TurnFailed},
    happening::{Consent, Custom, Expired, External, FailedMessage, SentMessage, Timer},
    messenger::Messenger,
    outbox::Outgoing,
    router::{
        seen::{Miss, Seen},
        turn::Turn,
    },
    takeover::Resumed,
};

impl Extract for Chat {
    async fn extract(turn: &Turn<'_>) -> Seen<Self> {
        turn.chat().cloned().ok_or_else(|| Miss::skip("this event belongs to no conversation"))
    }
}

impl Extract for User {
    async fn extract(turn: &Turn<'_>) -> Seen<Self> {
        let chat = turn.chat().ok_or_else(|| Miss::skip("this event belongs to no conversation"))?;
        Ok(chat.user().clone())
    }
}

impl Extract for Messenger {
    async fn extract(turn: &Turn<'_>) -> Seen<Self> {
        turn.messenger().cloned().ok_or_else(|| Miss::skip("there is no messenger here"))
    }
}

impl Extract for TurnFailed {
    async fn extract(turn: &Turn<'_>) -> Seen<Self> {
        turn.failed()
            .ok_or_else(|| Miss::skip("no turn has failed, or it has been taken by an earlier route"))
    }
}

macro_rules! events {
    ($($kind:ident, $type:ty, $not:literal;)*) => {$(
        // Where the compiler lists extractors it shows eight: those that hold anything are the ones to know.
        #[diagnostic::do_not_recommend]
        impl Look for $type {
            fn look(turn: &Turn<'_>) -> Seen<Self> {
                match turn.event() {
                    Some(Event::$kind(it)) => Ok((**it).clone()),
                    _ => Err(Miss::skip($not)),
                }
            }
        }
    )*};
}

events! {
    Message, Message, "it is no message";
    Status, Status, "it is no status";
    System, System, "it is no system notice";
    MetaError, MetaError, "it is no error of Meta's";
    Template, TemplateUpdate, "it is no notice about a template";
    Account, AccountUpdate, "it is no notice about the account";
    Call, Call, "it is no call";
    Group, GroupUpdate, "it is no notice about a group";
    Echo, Echo, "it is no echo";
    History, History, "it is no part of the history";
    AppContact, AppContact, "it is no contact of the app";
    Preference, Preference, "it is no preference";
    Signal, Signal, "it is no signal from an advertisement";
    Handover, Handover, "it is no handover";
    Standby, Standby, "it is no talk on standby";
    Unknown, Unknown, "it is of a kind that is understood";
}

macro_rules! happenings {
    ($($type:ty, $get:ident, $not:literal;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Look for $type {
            fn look(turn: &Turn<'_>) -> Seen<Self> {
                turn.$get().cloned().ok_or_else(|| Miss::skip($not))
            }
        }
    )*};
}

happenings! {
    CredentialsLost, credentials, "no token was lost";
    Outgoing, sent, "nothing was said";
    Timer, timer, "it is no reminder";
    Custom, custom, "it is nothing a program has said";
    External, external, "it is nothing another service has told";
    Expired, expired, "no session has ended";
    FailedMessage, failed_message, "no message has failed";
    Consent, consent, "nobody has chosen anything about marketing";
    SentMessage, undelivered, "every message was heard of";
    Resumed, resumed, "the conversation was not with people";
}

/// What a program said from outside, if it is of this type.
#[derive(Debug, Clone)]
pub struct Told<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> Look for Told<T> {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        let custom = turn.custom().ok_or_else(|| Miss::skip("it is nothing a program has said"))?;
        match custom.get() {
            Ok(Some(told)) => Ok(Self(told)),
            Ok(None) => Err(Miss::skip("it is of another type")),
            Err(error) => Err(Miss::Fail(error.into())),
        }
    }
}

#[diagnostic::do_not_recommend]
impl Look for Content {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        turn.message().map(|message| message.content.clone()).ok_or_else(|| Miss::skip("it is no message"))
    }
}

#[diagnostic::do_not_recommend]
impl Look for Sender {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        turn.message().map(|message| message.from.clone()).ok_or_else(|| Miss::skip("it is no message"))
    }
}
