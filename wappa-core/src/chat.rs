//! A conversation as its author sees it: say, send, reply, react, show typing, remember.

mod consent;
mod handing;
#[cfg(feature = "texts")]
mod lang;
mod remind;
mod typing;

use std::sync::{Arc, atomic::Ordering};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use wappa_cloud::{
    ErrorKind as GraphErrorKind, GraphError, GroupId, IntoDraft, Media, Message, MessageId, PhoneNumberId,
    Reaction, Recipient, Template, Text, Timestamp, Typing, limits,
};

pub use self::handing::HandOver;
#[cfg(feature = "texts")]
pub use self::lang::LangError;
pub(crate) use self::{remind::timer_name, typing::AFTER as TYPING_AFTER};
pub use crate::messenger::User;
use crate::{
    clock::BoxFuture,
    happening::ChatKey,
    messenger::{Line, Messenger, Sending},
    numbers::Number,
    outbox::{Address, SendError, Window},
    session::{Session, SessionError, Sessions},
    shared::{Shared, Table},
};

/// The conversation between one business number and one person or group. Cheap to clone.
///
/// In a handler it belongs to the turn: what is said is part of it, and [`Chat::session`] works. From
/// [`Messenger::chat`] it stands outside of any turn.
#[derive(Clone)]
pub struct Chat {
    line: Arc<Line>,
}

impl Chat {
    pub(crate) fn on(line: Arc<Line>) -> Self {
        Self { line }
    }

    /// Says a text: at most 4,096 characters (Meta: *Text messages*).
    pub fn say(&self, text: impl Into<String>) -> Sending {
        self.send(Text::new(text))
    }

    /// Sends a draft. Its limits have been checked when this resolves; a draft that breaks one is not sent.
    pub fn send(&self, draft: impl IntoDraft) -> Sending {
        Sending::new(Arc::clone(&self.line), draft)
    }

    /// Sends a draft that quotes the message this turn is about. Outside a turn it quotes nothing.
    pub fn reply(&self, draft: impl IntoDraft) -> Sending {
        let sending = self.send(draft);
        match &self.line.message {
            Some(message) => sending.reply_to(message),
            None => sending,
        }
    }

    /// Sends a template, which is allowed whether or not the customer service window is open.
    pub fn template(&self, template: Template) -> Sending {
        self.send(template)
    }

    /// Sends a draft after the turn: it is committed together with what the turn changes, and goes out then, before anything
    /// else happens in the conversation, or never. A turn that fails leaves nothing; one whose end was written has its
    /// message sent even if the process dies in between. What is said with [`send`](Self::send) goes out at once instead.
    ///
    /// A file goes to Meta when this is called, and its message later.
    ///
    /// # Errors
    /// The draft breaks a limit, its file could not be uploaded, or this is no handler's turn in a conversation.
    pub async fn at_end(&self, draft: impl IntoDraft) -> Result<(), SendError> {
        self.send(draft).at_end().await
    }

    /// Whether free-form messages may be sent here now (Meta: *Customer service windows*).
    ///
    /// # Errors
    /// The number is not ours, or the store could not be read.
    pub async fn window(&self) -> Result<Window, SendError> {
        let Line { messenger, to, user, turn, .. } = &*self.line;
        let address = Address { number: self.line.number()?, to, person: user.id() };
        Ok(messenger.outbox().window(address, turn.as_ref().map(|turn| &turn.sends)).await?)
    }

    /// Until when messages here cost nothing, templates included, if so: for 72 hours after the answer to somebody who came
    /// by an advertisement or a page's button (Meta: *Free entry point*). Known from Meta's statuses. What is no template
    /// needs an open [`window`](Self::window) all the same.
    ///
    /// # Errors
    /// The number is not ours, or the store could not be read.
    pub async fn free_until(&self) -> Result<Option<Timestamp>, SendError> {
        let Line { messenger, to, user, .. } = &*self.line;
        let address = Address { number: self.line.number()?, to, person: user.id() };
        Ok(messenger.outbox().free_until(address).await?)
    }

    /// Puts an emoji on a message.
    pub fn react_to(&self, message: &MessageId, emoji: impl Into<String>) -> Sending {
        self.send(Reaction::new(message.clone(), emoji))
    }

    /// Puts an emoji on the message this turn is about.
    ///
    /// # Errors
    /// When awaited: there is no such message outside a turn, and Meta refuses the empty id.
    pub fn react(&self, emoji: impl Into<String>) -> Sending {
        let message = self.line.message.clone().unwrap_or_else(|| MessageId::from(""));
        self.send(Reaction::new(message, emoji))
    }

    /// Shows the person blue ticks on the message this turn is about, and on those before it.
    ///
    /// # Errors
    /// What Meta or the network answered. Nothing is tried again: the next call covers it.
    pub async fn mark_read(&self) -> Result<(), SendError> {
        self.mark(Typing::Off).await
    }

    /// Shows "typing…" until the next message or for 25 seconds, and marks the message as read, as Meta does both at
    /// once (Meta: *Typing indicators*).
    ///
    /// # Errors
    /// As for [`Chat::mark_read`].
    pub async fn typing(&self) -> Result<(), SendError> {
        self.mark(Typing::On).await
    }

    async fn mark(&self, typing: Typing) -> Result<(), SendError> {
        if let Some(message) = &self.line.message {
            let graph = self.line.messenger.outbox().graph();
            self.with_token(|number| {
                Box::pin(async move { graph.mark_read(&number.token, &number.id, message, typing).await })
            })
            .await?;
        }
        Ok(())
    }

    /// Fetches a file that the person sent: at most 100 MB. The bytes are checked against the hash Meta named.
    ///
    /// # Errors
    /// The media is gone (Meta keeps it for 7 days), too large, or does not arrive whole.
    pub async fn download(&self, media: &Media) -> Result<Bytes, SendError> {
        let graph = self.line.messenger.outbox().graph();
        self.with_token(|number| {
            Box::pin(async move {
                let info = graph.media(&number.token, &media.id).await?;
                graph.download(&number.token, &info, limits::DOCUMENT_SIZE.max).await
            })
        })
        .await
    }

    /// Makes a call that is no message. If the token turns out to be dead, it waits as messages do.
    async fn with_token<'c, T>(
        &self,
        call: impl Fn(Arc<Number>) -> BoxFuture<'c, Result<T, GraphError>>,
    ) -> Result<T, SendError> {
        let outbox = self.line.messenger.outbox();
        let ours = self.line.number()?;
        loop {
            let number = outbox.pass(ours, self.line.turn.as_ref().map(|turn| &turn.sends)).await?;
            match call(Arc::clone(&number)).await {
                Err(error) if error.kind() == GraphErrorKind::Credentials => outbox.refused(&number, &error),
                Err(error) => return Err(error.into()),
                Ok(answer) => {
                    outbox.circuits().close(&number.id);
                    return Ok(answer);
                }
            }
        }
    }

    /// What this bot remembers about this person, in the shape of `T`; `T::default()` at first. Written when the
    /// handler returns `Ok`.
    ///
    /// # Errors
    /// Outside a conversation's turn, while another handle on the same type is alive, or if what is stored does not fit
    /// the type.
    pub async fn session<T>(&self) -> Result<Session<T>, SessionError>
    where
        T: Default + Serialize + DeserializeOwned + 'static,
    {
        let Line { messenger, turn, .. } = &*self.line;
        let (store, rules) = (messenger.store(), messenger.session_rules());
        let now = messenger.clock().now();
        match turn {
            Some(turn) => turn.sessions.open(store, rules, now).await,
            None => Sessions::new(None).open(store, rules, now).await,
        }
    }

    /// A value that every conversation shares, by its name. It is written at once, not with the turn.
    pub fn shared<T: Serialize + DeserializeOwned>(&self, name: &str) -> Shared<T> {
        self.line.messenger.shared(name)
    }

    /// Values of one type that every conversation shares, by the table's name and their keys.
    pub fn table<T: Serialize + DeserializeOwned>(&self, name: &str) -> Table<T> {
        self.line.messenger.table(name)
    }

    /// Names what begins in this turn: the same whenever the turn is tried again, and like nothing else.
    pub(crate) fn run_id(&self) -> String {
        match &self.line.turn {
            Some(turn) => {
                let nth = turn.runs.fetch_add(1, Ordering::Relaxed);
                format!("{:032x}.{nth}", turn.sends.event().0)
            }
            None => format!("{:032x}", self.line.messenger.outbox().fresh_key().0),
        }
    }

    /// The same, where what is quoted and marked as read is this message.
    pub(crate) fn about(&self, message: &Message) -> Self {
        Self::on(Arc::new(Line { message: Some(message.id.clone()), ..Line::clone(&self.line) }))
    }

    /// What this conversation is known by, for [`notify`](crate::inbox::Inbox::notify) from elsewhere.
    pub fn key(&self) -> ChatKey {
        ChatKey { number: self.line.number_id().clone(), who: self.line.to.clone() }
    }

    /// The person.
    pub fn user(&self) -> &User {
        &self.line.user
    }

    /// The group, in a group.
    pub fn group(&self) -> Option<&GroupId> {
        self.line.to.group_id.as_ref()
    }

    /// The business number of this conversation.
    pub fn number(&self) -> &PhoneNumberId {
        self.line.number_id()
    }

    /// For other conversations.
    pub fn messenger(&self) -> &Messenger {
        &self.line.messenger
    }
}

impl Messenger {
    /// The conversation between one of our numbers and somebody. If the number is not ours, what is said there answers
    /// [`SendError::UnknownNumber`].
    pub fn chat(&self, number: impl Into<PhoneNumberId>, who: impl Into<Recipient>) -> Chat {
        let (id, to) = (number.into(), who.into());
        let number = self.number(&id).ok_or(id);
        let user = User::from(&to);
        Chat::on(Arc::new(Line { messenger: self.clone(), number, to, user, message: None, turn: None }))
    }
}

impl std::fmt::Debug for Chat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chat")
            .field("number", self.line.number_id())
            .field("person", &self.line.user.id())
            .finish_non_exhaustive()
    }
}
