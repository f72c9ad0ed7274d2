//! A router as the corridor sees it: an event handler.

use std::sync::Mutex;

use wappa_cloud::{
    AccountUpdate, AppContact, Call, Echo, Event, GroupUpdate, Handover, History, ItemKind, Message,
    MetaError, Preference, Signal, Standby, Status, System, TemplateUpdate, Unknown,
};

use super::{
    Occasion, Router,
    command::{Called, Table, did_you_mean, help},
    layer::Flow,
    route::{Entry, first_of},
    scope::{BareWords, Scopes},
    turn::{Facts, Subject, Turn},
};
use crate::{
    chat::Chat,
    dialogue::Taken,
    error::{Error, Result},
    handler::{CredentialsLost, EventHandler, Outline, Piece, TurnFailed},
    happening::{Chosen, Consent, Custom, Expired, External, FailedMessage, Happening, SentMessage, Timer},
    messenger::Messenger,
    outbox::Outgoing,
    takeover::Resumed,
};

impl EventHandler for Router {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let facts = in_chat(chat, Happening::Event(Event::Message(Box::new(message))));
        let turn = facts.turn(&self.scopes);
        if self.route(turn).await? == Flow::Skip {
            tracing::debug!("no route is meant for this message, and there is no `otherwise`");
        }
        Ok(())
    }

    fn piece(&self, message: &Message) -> Piece {
        match message.text() {
            Some(text) if self.calls(text) => Piece::Whole,
            _ => Piece::of(message),
        }
    }

    async fn on_status(&self, chat: Chat, status: Status) -> Result {
        self.other(
            Occasion::Event(ItemKind::Status),
            in_chat(chat, Happening::Event(Event::Status(Box::new(status)))),
        )
        .await
    }

    async fn on_failed(&self, chat: Chat, failed: FailedMessage) -> Result {
        if !self.events.iter().any(|(of, _)| *of == Occasion::Failed) {
            return self.on_status(chat, failed.status).await;
        }
        let messenger = Some(chat.messenger().clone());
        let subject = Subject::Message(Box::new(failed));
        self.other(Occasion::Failed, Facts { subject, chat: Some(chat), messenger }).await
    }

    async fn on_undelivered(&self, chat: Chat, message: SentMessage) -> Result {
        self.other(Occasion::Undelivered, in_chat(chat, Happening::Undelivered(message))).await
    }

    async fn on_consent(&self, chat: Chat, consent: Consent) -> Result {
        let chosen = Chosen { consent, event: None };
        self.other(Occasion::Consent, in_chat(chat, Happening::Consent(chosen))).await
    }

    async fn on_system(&self, chat: Chat, system: System) -> Result {
        self.other(
            Occasion::Event(ItemKind::System),
            in_chat(chat, Happening::Event(Event::System(Box::new(system)))),
        )
        .await
    }

    async fn on_meta_error(&self, messenger: Messenger, error: MetaError) -> Result {
        self.other(
            Occasion::Event(ItemKind::MetaError),
            outside(messenger, Subject::Happening(Happening::Event(Event::MetaError(Box::new(error))))),
        )
        .await
    }

    async fn on_template(&self, messenger: Messenger, template: TemplateUpdate) -> Result {
        self.other(Occasion::Event(ItemKind::Template), about(messenger, Event::Template(Box::new(template))))
            .await
    }

    async fn on_account(&self, messenger: Messenger, account: AccountUpdate) -> Result {
        self.other(Occasion::Event(ItemKind::Account), about(messenger, Event::Account(Box::new(account))))
            .await
    }

    async fn on_call(&self, chat: Chat, call: Call) -> Result {
        self.other(
            Occasion::Event(ItemKind::Call),
            in_chat(chat, Happening::Event(Event::Call(Box::new(call)))),
        )
        .await
    }

    async fn on_group(&self, chat: Chat, group: GroupUpdate) -> Result {
        self.other(
            Occasion::Event(ItemKind::Group),
            in_chat(chat, Happening::Event(Event::Group(Box::new(group)))),
        )
        .await
    }

    async fn on_echo(&self, chat: Chat, echo: Echo) -> Result {
        self.other(
            Occasion::Event(ItemKind::Echo),
            in_chat(chat, Happening::Event(Event::Echo(Box::new(echo)))),
        )
        .await
    }

    async fn on_history(&self, messenger: Messenger, history: History) -> Result {
        self.other(Occasion::Event(ItemKind::History), about(messenger, Event::History(Box::new(history))))
            .await
    }

    async fn on_app_contact(&self, messenger: Messenger, app_contact: AppContact) -> Result {
        self.other(
            Occasion::Event(ItemKind::AppContact),
            about(messenger, Event::AppContact(Box::new(app_contact))),
        )
        .await
    }

    async fn on_preference(&self, chat: Chat, preference: Preference) -> Result {
        self.other(
            Occasion::Event(ItemKind::Preference),
            in_chat(chat, Happening::Event(Event::Preference(Box::new(preference)))),
        )
        .await
    }

    async fn on_signal(&self, messenger: Messenger, signal: Signal) -> Result {
        self.other(Occasion::Event(ItemKind::Signal), about(messenger, Event::Signal(Box::new(signal)))).await
    }

    async fn on_handover(&self, chat: Chat, handover: Handover) -> Result {
        self.other(
            Occasion::Event(ItemKind::Handover),
            in_chat(chat, Happening::Event(Event::Handover(Box::new(handover)))),
        )
        .await
    }

    async fn on_standby(&self, chat: Chat, standby: Standby) -> Result {
        self.other(
            Occasion::Event(ItemKind::Standby),
            in_chat(chat, Happening::Event(Event::Standby(Box::new(standby)))),
        )
        .await
    }

    async fn on_unknown(&self, messenger: Messenger, unknown: Unknown) -> Result {
        self.other(
            Occasion::Event(ItemKind::Unknown),
            outside(messenger, Subject::Happening(Happening::Event(Event::Unknown(Box::new(unknown))))),
        )
        .await
    }

    async fn on_credentials(&self, messenger: Messenger, lost: CredentialsLost) -> Result {
        if !self.events.iter().any(|(of, _)| *of == Occasion::Credentials) {
            return Ok(());
        }
        self.other(Occasion::Credentials, outside(messenger, Subject::Credentials(lost))).await
    }

    async fn on_sent(&self, messenger: Messenger, message: Outgoing) -> Result {
        self.other(Occasion::Sent, outside(messenger, Subject::Sent(Box::new(message)))).await
    }

    async fn on_timer(&self, chat: Chat, timer: Timer) -> Result {
        self.other(Occasion::Timer, in_chat(chat, Happening::Timer(timer))).await
    }

    async fn on_custom(&self, chat: Chat, custom: Custom) -> Result {
        self.other(Occasion::Custom, in_chat(chat, Happening::Custom(custom))).await
    }

    async fn on_external(&self, chat: Chat, external: External) -> Result {
        self.other(Occasion::External, in_chat(chat, Happening::External(external))).await
    }

    async fn on_expired(&self, chat: Chat, expired: Expired) -> Result {
        if self.dialogues.expired(&chat, &expired).await? == Taken::Yes {
            return Ok(());
        }
        self.other(Occasion::Expired, in_chat(chat, Happening::Expired(expired))).await
    }

    async fn on_paused(&self, chat: Chat, message: Message) -> Result {
        self.other(Occasion::Paused, in_chat(chat, Happening::Event(Event::Message(Box::new(message))))).await
    }

    async fn on_resumed(&self, chat: Chat, resumed: Resumed) -> Result {
        let messenger = Some(chat.messenger().clone());
        self.other(
            Occasion::Resumed,
            Facts { subject: Subject::Resumed(resumed), chat: Some(chat), messenger },
        )
        .await
    }

    async fn on_turn_failed(&self, chat: Chat, failed: TurnFailed) -> Result {
        if self.failures.is_empty() {
            return Err(Error::unhandled());
        }
        let messenger = Some(chat.messenger().clone());
        let subject = Subject::Failed(Mutex::new(Some(failed)));
        let facts = Facts { subject, chat: Some(chat), messenger };
        first_of(&self.failures, facts.turn(&self.scopes)).await.map(drop)
    }

    fn outline(&self) -> Result<Outline> {
        self.check()?;
        Ok(self.summary())
    }
}

impl Router {
    async fn route(&self, turn: Turn<'_>) -> Result<Flow> {
        if let Some(text) = turn.text()
            && self.call(text, turn).await? == Flow::Done
        {
            return Ok(Flow::Done);
        }
        if self.under_way(turn).await? == Flow::Done {
            return Ok(Flow::Done);
        }
        for claim in &self.claims {
            if claim.run(turn).await? == Flow::Done {
                return Ok(Flow::Done);
            }
        }
        if first_of(&self.routes, turn).await? == Flow::Done {
            return Ok(Flow::Done);
        }
        if let Some(text) = turn.text()
            && self.nearly_call(text, turn).await? == Flow::Done
        {
            return Ok(Flow::Done);
        }
        if turn.tapped().is_some() && first_of(&self.stale_taps, turn).await? == Flow::Done {
            return Ok(Flow::Done);
        }
        first_of(&self.otherwise, turn).await
    }

    /// Whether this is a command: with its prefix, or its name and nothing else.
    fn calls(&self, text: &str) -> bool {
        let is_prefixed = |scope| Called::prefixed(text, self.scopes.prefixes(scope)).is_some();
        let is_name = |table: &Table, scope| {
            self.scopes.bare_words(scope) == BareWords::On
                && Called::bare(text).is_some_and(|called| called.is_all() && table.find(&called).is_some())
        };
        is_prefixed(Scopes::ROOT)
            || self.scopes.tables().any(|(table, scope)| is_prefixed(scope) || is_name(table, scope))
    }

    /// Commands with their prefix.
    async fn call(&self, text: &str, turn: Turn<'_>) -> Result<Flow> {
        for (table, scope) in self.scopes.tables() {
            let Some(called) = Called::prefixed(text, self.scopes.prefixes(scope)) else { continue };
            if table.run(&called, turn.within(scope)).await? == Flow::Done {
                return Ok(Flow::Done);
            }
        }
        match Called::prefixed(text, self.scopes.prefixes(Scopes::ROOT)) {
            Some(called) => help(&called, turn).await,
            None => Ok(Flow::Skip),
        }
    }

    /// `help` without its prefix, and names that are none but nearly.
    async fn nearly_call(&self, text: &str, turn: Turn<'_>) -> Result<Flow> {
        if let Some(called) = Called::prefixed(text, self.scopes.prefixes(Scopes::ROOT)) {
            return did_you_mean(&called, turn).await;
        }
        match Called::bare(text) {
            Some(called) if !turn.is_prefixed_only() => help(&called, turn).await,
            _ => Ok(Flow::Skip),
        }
    }

    /// The routes of another kind of event. Without any the corridor learns not to ask again.
    async fn other(&self, occasion: Occasion, facts: Facts) -> Result {
        let entries: Vec<&Entry> =
            self.events.iter().filter(|(of, _)| *of == occasion).map(|(_, e)| e).collect();
        if entries.is_empty() {
            return Err(Error::unhandled());
        }
        first_of(entries, facts.turn(&self.scopes)).await.map(drop)
    }
}

fn in_chat(chat: Chat, happening: Happening) -> Facts {
    let messenger = Some(chat.messenger().clone());
    Facts { subject: Subject::Happening(happening), chat: Some(chat), messenger }
}

fn about(messenger: Messenger, event: Event) -> Facts {
    outside(messenger, Subject::Happening(Happening::Event(event)))
}

fn outside(messenger: Messenger, subject: Subject) -> Facts {
    Facts { subject, chat: None, messenger: Some(messenger) }
}
