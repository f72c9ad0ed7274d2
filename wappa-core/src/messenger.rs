//! What an author says messages with: a [`Messenger`] for any conversation, and the [`Sending`] that each call answers.

mod erase;
mod line;
mod timer;

use std::{
    future::{IntoFuture, ready},
    sync::Arc,
};

use serde::{Serialize, de::DeserializeOwned};
use wappa_cloud::{
    AccessToken, Draft, DraftError, GraphError, IntoDraft, MessageId, PhoneNumberId, Recipient, Status,
    Template,
    client::{Switch, automation::Components},
};

pub use self::line::User;
pub(crate) use self::{
    line::{Line, Turn, TurnChanges, TurnTimers},
    timer::{CHOICE, party},
};
use crate::{
    alarm::Alarm,
    clock::{BoxFuture, Clock},
    happening::{FailedMessage, Left, SentMessage},
    numbers::{Number, Numbers},
    outbox::{
        Address, How, Origin, Outbox, Place, Priority, Receipt, SendError, Telling, Unsettled,
        consent::Purpose, gate::Gate,
    },
    session::{Home, SessionError, SessionRules, Sessions},
    shared::{Shared as SharedValue, Shelf, Table},
    store::{NumberRef, PersonRef, SendKey, Store, StoreError},
    takeover::{Missed, Pause, Pauses},
    vault::{KeepTokenError, Vault, VaultKey},
};

/// Says messages in any conversation, from inside or outside a turn. Cheap to clone.
#[derive(Clone)]
pub struct Messenger {
    shared: Arc<Shared>,
}

#[derive(Clone)]
struct Shared {
    outbox: Arc<Outbox>,
    numbers: Arc<dyn Numbers>,
    store: Arc<dyn Store>,
    alarm: Arc<Alarm>,
    sessions: SessionRules,
    pauses: Arc<Pauses>,
    #[cfg(feature = "texts")]
    texts: Option<Arc<crate::texts::Texts>>,
    vault: Arc<Vault>,
    telling: Telling,
}

impl Messenger {
    /// Says through this outbox, for these numbers.
    pub fn new(outbox: Arc<Outbox>, numbers: Arc<dyn Numbers>, store: Arc<dyn Store>) -> Self {
        let vault = Arc::new(Vault::new(Vec::new(), &*numbers));
        Self {
            shared: Arc::new(Shared {
                outbox,
                numbers,
                store,
                alarm: Arc::default(),
                sessions: SessionRules::default(),
                pauses: Arc::default(),
                #[cfg(feature = "texts")]
                texts: None,
                vault,
                telling: Telling::Aloud,
            }),
        }
    }

    /// The same, with these rules for sessions.
    pub fn with_session_rules(self, sessions: SessionRules) -> Self {
        Self { shared: Arc::new(Shared { sessions, ..Shared::clone(&self.shared) }) }
    }

    /// The same, with these conversations in the hands of people.
    pub fn with_pauses(self, pauses: Pauses) -> Self {
        Self { shared: Arc::new(Shared { pauses: Arc::new(pauses), ..Shared::clone(&self.shared) }) }
    }

    /// The same, saying these texts.
    #[cfg(feature = "texts")]
    pub fn with_texts(self, texts: Arc<crate::texts::Texts>) -> Self {
        Self { shared: Arc::new(Shared { texts: Some(texts), ..Shared::clone(&self.shared) }) }
    }

    /// What this bot says, in all its languages, if it was given to it.
    #[cfg(feature = "texts")]
    pub fn texts(&self) -> Option<&Arc<crate::texts::Texts>> {
        self.shared.texts.as_ref()
    }

    /// The same, with these keys for tokens that are to outlive the process: the first encrypts, all of them decrypt.
    /// Numbers whose token was replaced under one of them have it again.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn with_token_keys(self, keys: Vec<VaultKey>) -> Result<Self, StoreError> {
        let vault = Vault::new(keys, &*self.shared.numbers);
        vault.recall(self.store(), &**self.clock(), &*self.shared.numbers).await?;
        Ok(Self { shared: Arc::new(Shared { vault: Arc::new(vault), ..Shared::clone(&self.shared) }) })
    }

    /// The same for whoever listens to what is said: what is said through this is not told of.
    pub(crate) fn hushed(&self) -> Self {
        Self { shared: Arc::new(Shared { telling: Telling::Hushed, ..Shared::clone(&self.shared) }) }
    }

    pub(crate) fn pauses(&self) -> &Pauses {
        &self.shared.pauses
    }

    /// The conversations that people have at the moment, the oldest first.
    pub fn paused(&self) -> Vec<Pause> {
        self.pauses().all()
    }

    /// What was said in a conversation since people have had it, the first of it first: kept for 30 days, also after the
    /// bot has the conversation again.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn missed(&self, pause: &Pause, limit: usize) -> Result<Vec<Missed>, StoreError> {
        pause.read_missed(self.store(), limit, self.clock().now()).await
    }

    pub(crate) fn session_rules(&self) -> &SessionRules {
        &self.shared.sessions
    }

    /// What the bot remembers about a person, in the shape of `T`, to look at; `T::default()` if nothing.
    ///
    /// # Errors
    /// What is stored does not fit the type, or the store could not be read.
    pub async fn session_of<T>(
        &self,
        number: impl Into<PhoneNumberId>,
        who: impl Into<Recipient>,
    ) -> Result<T, SessionError>
    where
        T: Default + Serialize + DeserializeOwned + 'static,
    {
        let (number, who) = (number.into(), who.into());
        let Some(number) = self.number(&number) else { return Ok(T::default()) };
        let (store, now) = (self.store(), self.clock().now());
        let whose = NumberRef { id: number.id.shared(), portfolio: Arc::clone(&number.portfolio) };
        let known = PersonRef { user_id: who.user_id, wa_id: who.wa_id, ..PersonRef::default() };
        let person = store.person(whose, known, now).await?;
        let Some(lane) = store.conversation(number.id.as_str(), person.id).await? else {
            return Ok(T::default());
        };
        let sessions = Sessions::new(Some(Home { lane, member: None }));
        let session = sessions.open::<T>(store, self.session_rules(), now).await?;
        Ok(session.into_value().unwrap_or_default())
    }

    /// Shows these commands and ice breakers at every number, in the place of those that were there. Whether Meta tells
    /// of chats that are opened for the first time stays as it is.
    ///
    /// # Errors
    /// More or longer ones than Meta takes, or Meta refused them for a number; those before it have them.
    pub async fn publish(
        &self,
        commands: &[(String, String)],
        ice_breakers: &[String],
    ) -> Result<(), GraphError> {
        for number in self.numbers() {
            let graph = self.outbox().graph();
            let mut components = Components::new();
            for (name, about) in commands {
                components = components.command(name, about);
            }
            for sentence in ice_breakers {
                components = components.ice_breaker(sentence);
            }
            components.check()?;
            let now = graph.automation(&number.token, &number.id).get().await?;
            if now.enable_welcome_message == Some(true) {
                components = components.welcome(Switch::On);
            }
            graph.automation(&number.token, &number.id).set(&components).await?;
        }
        Ok(())
    }

    /// The numbers this bot has.
    pub fn numbers(&self) -> Vec<Arc<Number>> {
        self.shared.numbers.all()
    }

    /// Replaces the token this number sends with. What waited because Meta did not accept the old one goes on. Lasts
    /// until the process ends; [`keep_token`](Self::keep_token) lasts longer.
    ///
    /// # Errors
    /// The number is not ours, or its tokens are kept elsewhere.
    pub fn set_token(&self, number: impl Into<PhoneNumberId>, token: AccessToken) -> Result<(), SendError> {
        self.shared.outbox.set_token(&number.into(), token)
    }

    /// The same for good: the token is written to the store, encrypted (AES-256-GCM) under the first of
    /// `WAPPA_TOKEN_KEYS`, and counts at the next start too, until the settings name another one than now.
    ///
    /// # Errors
    /// There is no key, the number is not ours, or the store could not write; the number then keeps the token it has.
    pub async fn keep_token(
        &self,
        number: impl Into<PhoneNumberId>,
        token: AccessToken,
    ) -> Result<(), KeepTokenError> {
        let (number, shared) = (number.into(), &self.shared);
        shared.vault.keep(self.store(), &**self.clock(), &number, &token).await?;
        Ok(shared.outbox.set_token(&number, token)?)
    }

    /// Turns that are kept waiting at the moment, for Meta's pace or for the fate of a send.
    pub fn held_up(&self) -> usize {
        self.shared.outbox.held_up()
    }

    /// A failed status, with the message it is about.
    pub(crate) async fn failed(
        &self,
        status: Status,
        key: Option<SendKey>,
    ) -> Result<FailedMessage, StoreError> {
        let message = match key {
            Some(key) => self.store().sent(key).await?.map(SentMessage::from),
            None => None,
        };
        Ok(FailedMessage { status, message })
    }

    /// Writes down what the next process should know; for the end of this one.
    pub async fn write_down(&self) {
        self.shared.outbox.write_down().await;
    }

    pub(crate) fn outbox(&self) -> &Arc<Outbox> {
        &self.shared.outbox
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        self.shared.outbox.clock()
    }

    pub(crate) fn alarm(&self) -> &Arc<Alarm> {
        &self.shared.alarm
    }

    pub(crate) fn shared_store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.shared.store)
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.shared.store
    }

    /// A value that every conversation shares, by its name.
    pub fn shared<T: Serialize + DeserializeOwned>(&self, name: &str) -> SharedValue<T> {
        self.shelf().value(name)
    }

    /// Values of one type that every conversation shares, by the table's name and their keys.
    pub fn table<T: Serialize + DeserializeOwned>(&self, name: &str) -> Table<T> {
        self.shelf().table(name)
    }

    fn shelf(&self) -> Shelf {
        Shelf { store: Arc::clone(&self.shared.store), clock: Arc::clone(self.clock()) }
    }

    pub(crate) fn number(&self, id: &PhoneNumberId) -> Option<Arc<Number>> {
        self.shared.numbers.number(id.as_str())
    }
}

impl std::fmt::Debug for Messenger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Messenger").finish_non_exhaustive()
    }
}

/// A message about to be sent: `.await` sends it.
///
/// Inside a turn messages leave in the order in which they were said. A message that an earlier attempt at the same
/// turn had sent is not sent again: the earlier [`Receipt`] is the answer.
#[must_use = "a message is sent when this is awaited"]
pub struct Sending {
    line: Arc<Line>,
    draft: Result<Draft, DraftError>,
    /// Goes out instead where the window is not open.
    template: Option<Box<Result<Draft, DraftError>>>,
    opaque: Option<String>,
    priority: Priority,
    unsettled: Option<Unsettled>,
    purpose: Purpose,
    gate: Gate,
    said: Said,
}

/// Where something was said, which makes its key.
enum Said {
    InTurn(Place),
    Outside(Option<String>),
}

impl Sending {
    pub(crate) fn new(line: Arc<Line>, draft: impl IntoDraft) -> Self {
        let said = match &line.turn {
            Some(turn) => Said::InTurn(turn.sends.next_place(&line.to)),
            None => Said::Outside(None),
        };
        Self {
            line,
            draft: draft.into_draft(),
            template: None,
            opaque: None,
            priority: Priority::Reply,
            unsettled: None,
            purpose: Purpose::Service,
            gate: Gate::Open,
            said,
        }
    }

    /// Quotes this message.
    pub fn reply_to(mut self, message: &MessageId) -> Self {
        self.draft = self.draft.map(|draft| draft.reply_to(message.clone()));
        self
    }

    /// Sends this template instead unless the customer service window is known to be open: a template always arrives, and
    /// mostly costs something.
    pub fn or_template(self, template: Template) -> Self {
        self.or_draft(template)
    }

    pub(crate) fn or_draft(mut self, template: impl IntoDraft) -> Self {
        self.template = Some(Box::new(template.into_draft()));
        self
    }

    /// What it gives way to when the number may not send as much as it would; unless said otherwise nothing.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Waits until it is on the person's device, so that what comes after it is seen after it: Meta may deliver a picture
    /// later than the text that was sent behind it. Goes on when it has failed, or after 10 seconds unless the bot's
    /// settings say otherwise. A handler's deadline doesn't run meanwhile.
    pub fn until_delivered(mut self) -> Self {
        self.gate = Gate::UntilDelivered;
        self
    }

    /// Says that it advertises: it is not sent to people who have stopped marketing ([`SendError::MarketingStopped`]). So is
    /// what goes through Meta's endpoint for marketing, or is a template that the bot's settings list.
    pub fn marketing(mut self) -> Self {
        self.purpose = Purpose::Marketing;
        self
    }

    /// What is done if Meta may or may not have this message and no status tells in time, in the place of the bot's
    /// setting.
    pub fn unsettled(mut self, unsettled: Unsettled) -> Self {
        self.unsettled = Some(unsettled);
        self
    }

    /// Names a send from outside a turn, like `"order-17-paid"`: under one name and number a message goes out once, also
    /// across restarts. Inside a turn every send has a key already and this changes nothing.
    pub fn key(mut self, name: impl Into<String>) -> Self {
        if let Said::Outside(key) = &mut self.said {
            *key = Some(name.into());
        }
        self
    }

    /// Data of yours that Meta echoes in this message's statuses; at most 476 characters, as a key of ours travels in
    /// the same 512.
    pub fn opaque(mut self, data: impl Into<String>) -> Self {
        self.opaque = Some(data.into());
        self
    }
}

impl Sending {
    /// Leaves it to be sent after the turn instead of now: it is committed with what the turn changes and goes out then, or
    /// never.
    pub(crate) async fn at_end(self) -> Result<(), SendError> {
        let Self { line, draft, template, opaque, .. } = self;
        let turn = line.turn.as_ref().ok_or(SendError::NoTurn)?;
        let mut draft = draft?;
        if let Some(upload) = draft.upload() {
            let id = line.messenger.outbox().upload(line.number()?, &turn.sends, upload).await?;
            draft = draft.with_media(&id);
        }
        let template = template.map(|template| *template).transpose()?;
        turn.timers.leave(Left::of(&draft, template.as_ref(), opaque)?)
    }
}

impl IntoFuture for Sending {
    type Output = Result<Receipt, SendError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { line, draft, template, opaque, priority, unsettled, purpose, gate, said } = self;
        let draft = match draft {
            Ok(draft) => draft,
            Err(error) => return Box::pin(ready(Err(error.into()))),
        };
        Box::pin(async move {
            let origin = match (&line.turn, said) {
                (Some(turn), Said::InTurn(place)) => Origin::Turn(&turn.sends, place),
                (_, Said::Outside(name)) => Origin::Outside(name),
                (None, Said::InTurn(_)) => Origin::Outside(None),
            };
            let to = Address { number: line.number()?, to: &line.to, person: line.user.id() };
            let telling = line.messenger.shared.telling;
            let how = How { opaque: opaque.as_deref(), priority, purpose, gate, unsettled, telling };
            let outbox = line.messenger.outbox();
            let sent = match template {
                None => outbox.send(to, &draft, how, origin).await,
                Some(template) => Box::pin(outbox.send_or(to, &draft, &(*template)?, how, origin)).await,
            };
            if let Err(SendError::Graph(error)) = &sent
                && error.code.is_some_and(SendError::stops_marketing)
            {
                Box::pin(line.marketing_refused()).await;
            }
            sent
        })
    }
}
