//! A bot that has been built: its routes for the host application, its handle for everything else, its end.

use std::{future::Future, sync::Arc, time::Duration};

use axum::Router;
use serde::{Serialize, de::DeserializeOwned};
use wappa_cloud::{AccessToken, PhoneNumberId, Recipient};
use wappa_core::{
    broadcast::{Audience, Broadcast, BroadcastError, Broadcasts, Mailing},
    chat::Chat,
    clock::Clock,
    dispatch::{DeadLetters, Dispatcher},
    external::{self, ExternalParts},
    feed::{self, Feed},
    handler::Outline,
    happening::ChatKey,
    inbox::{Counts, Inbox, Notify},
    messenger::Messenger,
    outbox::SendError,
    shared::{Shared, Table},
    shutdown::{Drain, Phase},
    store::{Cost, Depth, Erased, Kept, Store, StoreError},
    takeover::{Missed, Pause},
    vault::KeepTokenError,
    webhook::{self, Webhook},
};

use crate::{assemble::Measured, banner::Facts};

/// How long turns under way may take to finish when the bot goes down, unless said otherwise.
pub(crate) const GRACE: Duration = Duration::from_secs(20);
/// How long those that have not may take to write down what they have said.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A bot with its workers running and no server of its own.
pub struct Bot {
    pub(crate) webhook: Webhook,
    pub(crate) external: ExternalParts,
    #[cfg(feature = "flows")]
    pub(crate) flows: wappa_core::flow::FlowParts,
    pub(crate) handle: BotHandle,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) grace: Duration,
    pub(crate) facts: Facts,
    pub(crate) outline: Outline,
    #[cfg_attr(not(feature = "metrics"), expect(dead_code, reason = "shown by the feature alone"))]
    pub(crate) metrics: Measured,
    #[cfg(feature = "otel")]
    pub(crate) traces: Option<crate::traces::Traces>,
    pub(crate) feed: Feed,
}

/// Says messages and looks into a bot from outside its turns. Cheap to clone; fits axum's `State`.
#[derive(Clone)]
pub struct BotHandle {
    pub(crate) messenger: Messenger,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) broadcasts: Broadcasts,
    pub(crate) drain: Drain,
}

impl BotHandle {
    /// The conversation between one of the bot's numbers and somebody.
    pub fn chat(&self, number: impl Into<PhoneNumberId>, who: impl Into<Recipient>) -> Chat {
        self.messenger.chat(number, who)
    }

    /// For any conversation.
    pub fn messenger(&self) -> &Messenger {
        &self.messenger
    }

    /// Tells a conversation something from outside: it waits for its turn like a message and reaches `on_custom`. The
    /// conversation is a [`ChatKey`] or a pair of number and person.
    pub fn notify<T: Serialize>(&self, to: impl Into<ChatKey>, event: &T) -> Notify {
        self.inbox.notify(to, event)
    }

    /// A value that every conversation shares, by its name: read with `get`, changed with `update`.
    pub fn shared<T: Serialize + DeserializeOwned>(&self, name: &str) -> Shared<T> {
        self.messenger.shared(name)
    }

    /// Values of one type that every conversation shares, by the table's name and their keys.
    pub fn table<T: Serialize + DeserializeOwned>(&self, name: &str) -> Table<T> {
        self.messenger.table(name)
    }

    /// Replaces the token this number sends with, while the bot runs. What waited because Meta did not accept the old
    /// one goes on. Lasts until the process ends; [`keep_token`](Self::keep_token) lasts longer.
    ///
    /// # Errors
    /// The number is not one of the bot's.
    pub fn set_token(
        &self,
        number: impl Into<PhoneNumberId>,
        token: impl Into<String>,
    ) -> Result<(), SendError> {
        self.messenger.set_token(number, AccessToken::new(token))
    }

    /// The conversations that people have at the moment, the oldest first; [`Chat::release`] gives one back to the bot.
    pub fn paused(&self) -> Vec<Pause> {
        self.messenger.paused()
    }

    /// What was said in a conversation since people have had it, the first of it first: kept for 30 days, also after the
    /// bot has the conversation again.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn missed(&self, pause: &Pause, limit: usize) -> Result<Vec<Missed>, StoreError> {
        self.messenger.missed(pause, limit).await
    }

    /// The same for good: the token is written to the store, encrypted (AES-256-GCM) under the first of
    /// `WAPPA_TOKEN_KEYS`, and counts at the next start too, until the settings name another one than now.
    ///
    /// # Errors
    /// There is no key, the number is not ours, or the store could not write; the number then keeps the token it has.
    pub async fn keep_token(
        &self,
        number: impl Into<PhoneNumberId>,
        token: impl Into<String>,
    ) -> Result<(), KeepTokenError> {
        self.messenger.keep_token(number, AccessToken::new(token)).await
    }

    /// Sends a template to an audience, each once, at Meta's pace and behind what is part of conversations. What was begun
    /// goes on by itself after a restart; called again under the same name it answers with the broadcast as it stands.
    ///
    /// # Errors
    /// The template is unknown to Meta or not filled as it asks, or the store does not answer. Nothing was sent.
    pub async fn broadcast(&self, mailing: Mailing, audience: Audience) -> Result<Broadcast, BroadcastError> {
        self.broadcasts.begin(mailing, audience).await
    }

    /// The broadcasts there are.
    pub fn broadcasts(&self) -> &Broadcasts {
        &self.broadcasts
    }

    /// Events that were given up on: listed, tried again, or forgotten.
    pub fn dead_letters(&self) -> DeadLetters {
        self.dispatcher.dead_letters()
    }

    /// What arrived and belongs in no conversation: unroutable or not understood, newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn kept(&self, limit: usize) -> Result<Vec<Kept>, StoreError> {
        self.store.kept(limit).await
    }

    /// Erases a person on request: sessions and dialogues, timers, events that wait or are under way, what was said while
    /// people had the conversation, dead letters, the ledger's lines, and what links them to their identifiers, at all of
    /// the bot's numbers. A turn of theirs that is under way writes nothing; whoever writes again is a stranger. Doing it
    /// twice does no harm. What stays, and for how long, is said at [`Retention`](crate::store::Retention).
    ///
    /// # Errors
    /// The store could not be written. Some of it may be gone; asking again removes the rest.
    pub async fn erase(&self, who: impl Into<Recipient>) -> Result<Erased, StoreError> {
        let erased = self.messenger.erase(who).await?;
        // A group may have stood still because of them.
        self.dispatcher.poke();
        Ok(erased)
    }

    /// What has arrived since the start: how much was taken, how much was put aside, and how often Meta did not keep to
    /// its documentation.
    pub fn counts(&self) -> &Counts {
        self.inbox.counts()
    }

    /// What the messages of this bot cost, as far as Meta tells: how many there were, and how many of them are charged, by
    /// number, day (in UTC) and category. Each message, or by Meta's old model each conversation, counts once. Meta names no
    /// prices here. Kept for 400 days.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn costs(&self) -> Result<Vec<Cost>, StoreError> {
        self.store.costs().await
    }

    /// How much waits, and how much was put aside.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn depth(&self) -> Result<Depth, StoreError> {
        self.store.depth().await
    }
}

impl std::fmt::Debug for BotHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BotHandle").finish_non_exhaustive()
    }
}

/// What was left when a bot went down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Left {
    /// Turns that did not end in time. They begin again at the next start, where what they have said is known.
    pub cut_off: usize,
    /// Events that wait in the store for the next start, those of the turns cut off included.
    pub waiting: u64,
}

impl Bot {
    /// The webhook's paths, for any host application: `GET` and `POST` on
    /// `/webhook/messenger/{phone_number_id}/whatsapp` and on `/webhook/whatsapp`; and `POST` on `/flows/{name}` for the
    /// endpoints of Flows; and `POST` on `/webhook/external/{name}` for other services.
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let routes = webhook::routes(self.webhook.clone()).merge(external::routes(self.external.clone()));
        #[cfg(feature = "flows")]
        let routes = routes.merge(wappa_core::flow::routes(self.flows.clone()));
        routes
    }

    /// `GET /metrics`, as Prometheus reads it; nothing where [`prometheus`](crate::Wappa::prometheus) was not asked for.
    /// Anybody who can read it learns how much is said, and nothing of what: mount it where only those see it who should.
    #[cfg(feature = "metrics")]
    pub fn metrics_routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let Some(shown) = self.metrics.shown.clone() else { return Router::new() };
        let inbox = Arc::clone(&self.handle.inbox);
        let show = move || {
            let (inbox, shown) = (Arc::clone(&inbox), shown.clone());
            async move {
                // What cannot be looked up is as it was; that the store is down is told by `/ready`.
                let _ = inbox.observe().await;
                ([(axum::http::header::CONTENT_TYPE, "text/plain; version=0.0.4")], shown.render())
            }
        };
        Router::new().route("/metrics", axum::routing::get(show))
    }

    /// `GET /events`: what happens, as server-sent events for a dashboard, where [`feed`](crate::Wappa::feed) was asked
    /// for. It holds what people write, so it wants the key (`Authorization: Bearer …`).
    pub fn feed_routes<S: Clone + Send + Sync + 'static>(&self, key: AccessToken) -> Router<S> {
        feed::routes(self.feed.clone(), key)
    }

    /// What happens, for a route behind an authentication of your own.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// `GET /health` (alive) and `GET /ready` (takes deliveries and works them off; if not, it says why as JSON, with 503).
    pub fn health_routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        webhook::health_routes(self.webhook.clone())
    }

    /// Shows the router's commands and ice breakers in the chats of every number of the bot, in the place of those that
    /// were there. Meta keeps them: call it when they change, such as from a command-line option.
    ///
    /// # Errors
    /// More than 30 commands or 4 ice breakers, names of more than 32 or descriptions of more than 256 characters, or
    /// Meta refused them.
    pub async fn publish_commands(&self) -> crate::Result {
        let Outline { commands, ice_breakers, .. } = &self.outline;
        Ok(self.handle.messenger.publish(commands, ice_breakers).await?)
    }

    /// Says messages and looks into the bot from anywhere.
    pub fn handle(&self) -> BotHandle {
        self.handle.clone()
    }

    /// Events that were given up on: listed, tried again, or forgotten.
    pub fn dead_letters(&self) -> DeadLetters {
        self.handle.dead_letters()
    }

    /// Sends a template to an audience; see [`BotHandle::broadcast`].
    ///
    /// # Errors
    /// The template does not fit, or the store does not answer. Nothing was sent.
    pub async fn broadcast(&self, mailing: Mailing, audience: Audience) -> Result<Broadcast, BroadcastError> {
        self.handle.broadcast(mailing, audience).await
    }

    /// What the messages of this bot cost; see [`BotHandle::costs`].
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn costs(&self) -> Result<Vec<Cost>, StoreError> {
        self.handle.costs().await
    }

    /// The phone page's address, if the emulator is running.
    pub fn phone_page(&self) -> Option<&str> {
        self.facts.phone_page.as_deref()
    }

    /// Goes down in order: deliveries are answered 503, turns under way get 20 seconds to finish, or
    /// [as long as is said](crate::Wappa::shutdown_grace), and what remains is left in the store. A turn that does not
    /// finish is cut off: its handler is dropped where it waits, what it has said is written down, and it begins again at
    /// the next start, without an attempt being spent.
    ///
    /// Whatever Meta or a handler does, this takes no longer than that, 5 seconds in which the turns that were cut off
    /// write down what they have said, and the time in which the store closes.
    pub async fn shutdown(&self) -> Left {
        let drain = &self.handle.drain;
        drain.advance(Phase::Draining);
        let mut cut_off = 0;
        if !self.idle_within(self.grace).await {
            cut_off = self.dispatcher.cut_off();
            self.idle_within(LAST_WORDS).await;
        }
        self.handle.messenger.write_down().await;
        let waiting = self.handle.store.depth().await.map_or(0, |depth| depth.waiting);
        drain.advance(Phase::Drained);
        self.handle.store.close().await;
        #[cfg(feature = "otel")]
        if let Some(traces) = &self.traces {
            traces.flush().await;
        }
        Left { cut_off, waiting }
    }

    /// Whether the last turn has ended by then.
    async fn idle_within(&self, time: Duration) -> bool {
        let idle = async { tokio::join!(self.dispatcher.idle(), self.handle.broadcasts.idle()) };
        tokio::select! {
            biased;
            _ = idle => true,
            () = self.clock.sleep(time) => false,
        }
    }

    /// Tells the store to close without waiting until it has.
    pub(crate) async fn give_up(&self) {
        // The first look is what tells it.
        tokio::select! {
            biased;
            () = self.handle.store.close() => {}
            () = std::future::ready(()) => {}
        }
    }

    /// Resolves when [`shutdown`](Self::shutdown) has finished: for `with_graceful_shutdown` of the host's server.
    pub fn drained(&self) -> impl Future<Output = ()> + Send + 'static {
        let drain = self.handle.drain.clone();
        async move { drain.reached(Phase::Drained).await }
    }
}

impl std::fmt::Debug for Bot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bot").field("facts", &self.facts).finish_non_exhaustive()
    }
}
