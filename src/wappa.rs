//! The builder: everything the environment can say can be said here too, and wins.

mod sending;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use serde::de::DeserializeOwned;
use wappa_cloud::{AppSecret, Transport, VerifyToken};
#[cfg(feature = "flows")]
use wappa_core::flow::{Flow, FlowNameError, Flows};
#[cfg(feature = "texts")]
use wappa_core::texts::Texts;
use wappa_core::{
    clock::Clock,
    dispatch::{Debounce, DispatchSettings},
    external::{ExternalSource, Externals, SourceNameError},
    feed::FeedLimits,
    handler::EventHandler,
    messenger::Messenger,
    meters::MetricsTo,
    schedule::{ScheduleError, Schedules},
    session::{SessionRule, SessionRules},
    store::{Retention, Store},
    takeover::Takeover,
};

use crate::{
    Result,
    assemble::{self, Behaviour, Doors, Measured},
    bot::Bot,
    outbox::OutboxSettings,
    security::{SourceLimit, VaultKey},
    serve,
    settings::{Environment, LogFormat, NumberConfig, Settings, StoreChoice},
};

/// A bot being built.
///
/// ```no_run
/// use wappa::prelude::*;
///
/// struct Echo;
///
/// impl EventHandler for Echo {
///     async fn on_message(&self, chat: Chat, message: Message) -> Result {
///         chat.say(message.text().unwrap_or("Send me some text.")).await?;
///         Ok(())
///     }
/// }
///
/// #[tokio::main]
/// async fn main() -> Result {
///     Wappa::new().set_event_handler(Echo).run().await
/// }
/// ```
#[must_use = "a bot does nothing until it is run or built"]
pub struct Wappa<H = NoHandler> {
    handler: H,
    source: Source,
    over: Settings,
    doors: Doors,
    dispatch: DispatchSettings,
    outbox: OutboxSettings,
    schedules: Result<Schedules, ScheduleError>,
    sessions: SessionRules,
    takeover: Takeover,
    #[cfg(feature = "texts")]
    texts: Option<Texts>,
    debounce: Option<Debounce>,
    metrics: Measured,
    externals: std::result::Result<Externals, SourceNameError>,
    feed: Option<FeedLimits>,
    send_timeout: Option<Duration>,
    #[cfg(feature = "otel")]
    traces: Option<crate::traces::Traces>,
    #[cfg(feature = "flows")]
    flows: Result<Flows, FlowNameError>,
}

/// Stands where the event handler will be.
#[derive(Debug, Clone, Copy)]
pub struct NoHandler;

/// Bounds of the histograms, in seconds: from an answer out of memory to a turn at its deadline.
#[cfg(feature = "metrics")]
const BUCKETS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

enum Source {
    Environment,
    Nothing,
}

impl Default for Wappa {
    fn default() -> Self {
        Self::new()
    }
}

impl Wappa {
    /// A bot that reads its settings from the environment and a `.env` file.
    pub fn new() -> Self {
        Self {
            handler: NoHandler,
            source: Source::Environment,
            over: Settings::default(),
            doors: Doors { clock: None, store: None, transport: None },
            dispatch: DispatchSettings::default(),
            outbox: OutboxSettings::default(),
            schedules: Ok(Schedules::default()),
            sessions: SessionRules::default(),
            takeover: Takeover::default(),
            #[cfg(feature = "texts")]
            texts: None,
            debounce: None,
            metrics: Measured::default(),
            externals: Ok(Externals::default()),
            feed: None,
            send_timeout: None,
            #[cfg(feature = "otel")]
            traces: None,
            #[cfg(feature = "flows")]
            flows: Ok(Flows::default()),
        }
    }

    /// Gives the bot its behaviour.
    pub fn set_event_handler<H: EventHandler>(self, handler: H) -> Wappa<H> {
        Wappa {
            handler,
            source: self.source,
            over: self.over,
            doors: self.doors,
            dispatch: self.dispatch,
            outbox: self.outbox,
            schedules: self.schedules,
            sessions: self.sessions,
            takeover: self.takeover,
            #[cfg(feature = "texts")]
            texts: self.texts,
            debounce: self.debounce,
            metrics: self.metrics,
            externals: self.externals,
            feed: self.feed,
            send_timeout: self.send_timeout,
            #[cfg(feature = "otel")]
            traces: self.traces,
            #[cfg(feature = "flows")]
            flows: self.flows,
        }
    }
}

impl<H> Wappa<H> {
    /// Leaves the environment and the `.env` file alone: only what is said here counts.
    pub fn ignore_environment(mut self) -> Self {
        self.source = Source::Nothing;
        self
    }

    /// Adds a business number. May be called several times.
    pub fn number(mut self, number: NumberConfig) -> Self {
        self.over.numbers.push(number);
        self
    }

    /// The word Meta's handshake must name (`WHATSAPP_VERIFY_TOKEN`).
    pub fn verify_token(mut self, token: VerifyToken) -> Self {
        self.over.verify_token = Some(token);
        self
    }

    /// A secret of the app, for numbers that name none of their own (`WHATSAPP_APP_SECRET`).
    pub fn app_secret(mut self, secret: AppSecret) -> Self {
        self.over.app_secrets.push(secret);
        self
    }

    /// The Graph API's version, like `v25.0` (`WHATSAPP_API_VERSION`).
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.over.api_version = Some(version.into());
        self
    }

    /// Where the Graph API is (`WHATSAPP_API_BASE_URL`). Plain http only to this machine.
    pub fn api_base_url(mut self, url: impl Into<String>) -> Self {
        self.over.api_base_url = Some(url.into());
        self
    }

    /// Where to listen (`WAPPA_LISTEN`).
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.over.listen = Some(address);
        self
    }

    /// Where the built-in emulator's phone page is (`WAPPA_PHONE`): on this machine unless said otherwise. On any other
    /// address it asks for a key, which the banner and a QR code on the page name, so that a real phone can be the phone.
    pub fn phone(mut self, address: SocketAddr) -> Self {
        self.over.phone = Some(address);
        self
    }

    /// Where to keep what must outlive a restart (`WAPPA_STORE`).
    pub fn store(mut self, store: StoreChoice) -> Self {
        self.over.store = Some(store);
        self
    }

    /// The address under which Meta reaches this bot (`WAPPA_PUBLIC_URL`).
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.over.public_url = Some(url.into().trim_end_matches('/').to_owned());
        self
    }

    /// Whether people depend on this bot (`WAPPA_ENV`).
    pub fn environment(mut self, environment: Environment) -> Self {
        self.over.environment = Some(environment);
        self
    }

    /// How log lines look (`WAPPA_LOG`).
    pub fn log(mut self, format: LogFormat) -> Self {
        self.over.log = Some(format);
        self
    }

    /// Whom requests count as coming from, and how many of them may lack a valid signature (`WAPPA_SOURCE`).
    pub fn source_limit(mut self, limit: SourceLimit) -> Self {
        self.over.source_limit = Some(limit);
        self
    }

    /// A key that tokens are kept under ([`BotHandle::keep_token`](crate::BotHandle::keep_token)); the first one
    /// encrypts, all of them decrypt (`WAPPA_TOKEN_KEYS`).
    pub fn token_key(mut self, key: VaultKey) -> Self {
        self.over.token_keys.push(key);
        self
    }

    /// Writes down what happens, for dashboards: [`Bot::feed_routes`](crate::Bot::feed_routes) shows it.
    ///
    /// Events are `received` (what Meta told, whole), `sent` (what was said, from a turn or from outside, and what Meta
    /// answered) and `turn` (how a turn ended). A reader goes on where it was with `Last-Event-ID`; one that missed
    /// something hears `gap`, one that reads too slowly `dropped`, and all of them `closed` at the end.
    pub fn feed(mut self, limits: FeedLimits) -> Self {
        self.feed = Some(limits);
        self
    }

    /// Counts and measures through the `metrics` facade: see [`metrics`](crate::metrics) for what and where.
    pub fn metrics(mut self, to: MetricsTo) -> Self {
        self.metrics = Measured::by(to);
        self
    }

    /// Counts and measures for Prometheus: [`run`](Self::run) serves `GET /metrics` too, and
    /// [`Bot::metrics_routes`](crate::Bot::metrics_routes) has the route. See [`metrics`](crate::metrics).
    #[cfg(feature = "metrics")]
    pub fn prometheus(mut self) -> Self {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new()
            .set_buckets(&BUCKETS)
            .unwrap_or_default()
            .build_recorder();
        let shown = Some(recorder.handle());
        self.metrics = Measured { to: Some(MetricsTo::Recorder(Arc::new(recorder))), shown };
        self
    }

    /// Traces what becomes of each event, from the webhook to what was sent: see [`otel`](crate::otel).
    #[cfg(feature = "otel")]
    pub fn traces(mut self, traces: crate::traces::Traces) -> Self {
        self.traces = Some(traces);
        self
    }

    /// How long things are kept (`WAPPA_KEEP_SEEN`, `WAPPA_KEEP_LEDGER`, `WAPPA_KEEP_DEAD`): see [`Retention`].
    pub fn retention(mut self, keep: Retention) -> Self {
        self.over.keep_seen = Some(keep.seen);
        self.over.keep_ledger = Some(keep.ledger);
        self.over.keep_dead = Some(keep.dead);
        self
    }

    /// How many turns may be under way, how long a handler may run, how often an event is tried.
    pub fn dispatch(mut self, dispatch: DispatchSettings) -> Self {
        self.dispatch = dispatch;
        self
    }

    /// How long turns under way may take to finish when the bot goes down (`WAPPA_GRACE`): 20 seconds unless said
    /// otherwise. Those that have not are cut off and begin again at the next start; see
    /// [`Bot::shutdown`](crate::Bot::shutdown).
    pub fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.over.grace = Some(grace);
        self
    }

    /// Says how long sessions of type `T` are kept, how large they may be, and how old ones become new ones.
    pub fn session<T: 'static>(mut self, rule: SessionRule<T>) -> Self {
        self.sessions.add(rule);
        self
    }

    /// Says when people take conversations over, and give them back: an hour after each message from the WhatsApp Business
    /// app, unless said otherwise.
    pub fn takeover(mut self, takeover: Takeover) -> Self {
        self.takeover = takeover;
        self
    }

    /// What this bot says, by language: see [`Texts`]. Nothing that is said with [`t!`](crate::t!) may be missing in the first
    /// language: it is an error when the bot starts. What others lack is a warning.
    ///
    /// ```no_run
    /// use wappa::{prelude::*, texts};
    ///
    /// async fn hello(chat: Chat, lang: Lang) -> Result {
    ///     chat.say(t!(lang, "hello")).await?;
    ///     Ok(())
    /// }
    ///
    /// // Files are compiled in: `"en" => include_str!("texts/en.ftl")`.
    /// let texts = texts! { "en" => "hello = Hello!", "es" => "hello = ¡Hola!" };
    /// let bot = Wappa::new().set_event_handler(Router::new().on(hello)).texts(texts);
    /// # drop(bot);
    /// ```
    #[cfg(feature = "texts")]
    pub fn texts(mut self, texts: Texts) -> Self {
        self.texts = Some(texts);
        self
    }

    /// Makes messages that a person sends in quick succession one turn: when they have been quiet for `quiet`, or have been
    /// writing for `max`, or with the 32nd message. Reaches [`on_bundle`](EventHandler::on_bundle), and unless that is
    /// written [`on_message`](EventHandler::on_message) with what belongs together, texts joined by line breaks.
    ///
    /// Text, media, places and contact cards wait for what follows. What is complete by itself does not, and has its turn
    /// at once, behind what waits before it: taps, choices, orders, forms, reactions, and of a
    /// [`Router`](crate::router::Router) its commands, with their prefix or by their name alone
    /// ([`EventHandler::piece`] decides). A word about marketing is heeded when it comes and leaves the others waiting.
    ///
    /// What waits is in the store: a process that dies loses nothing, and the next one answers once, in time or late. In a
    /// group each member's fragments are bundled apart. Each fragment costs two commits, as any message.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use wappa::prelude::*;
    /// # let handler = Router::new();
    /// let bot = Wappa::new()
    ///     .set_event_handler(handler)
    ///     .debounce(Duration::from_secs(3), Duration::from_secs(20));
    /// # drop(bot);
    /// ```
    pub fn debounce(mut self, quiet: Duration, max: Duration) -> Self {
        self.debounce = Some(Debounce::new(quiet, max));
        self
    }

    /// Has `run` called at set times, whoever writes: `expression` is minute, hour, day, month and weekday as cron has
    /// them, `zone` a name like `Europe/Madrid`.
    ///
    /// The next moment is kept in the store. One that passed while the bot was down comes once, late. What `run` sends
    /// should be named with [`key`](wappa_core::messenger::Sending::key), as a run that fails is tried again.
    ///
    /// ```no_run
    /// # use wappa::prelude::*;
    /// # let handler = Router::new();
    /// let bot = Wappa::new().set_event_handler(handler).schedule("0 9 * * 1-5", "Europe/Madrid", async |bot| {
    ///     let greeting = bot.chat("106540352242922", WaId::from("34600000001"));
    ///     greeting.template(Template::new("good_morning", "es")).await?;
    ///     Ok(())
    /// });
    /// # drop(bot);
    /// ```
    pub fn schedule<F, Fut>(mut self, expression: &str, zone: &str, run: F) -> Self
    where
        F: Fn(Messenger) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result> + Send + 'static,
    {
        self.schedules = self.schedules.and_then(|mut schedules| {
            schedules.add(expression, zone, run)?;
            Ok(schedules)
        });
        self
    }

    /// Takes the webhooks of another service at `/webhook/external/{name}`: verified, taken once under its id, stored
    /// before it is answered, and told to the conversation it is about, where it reaches `on_external` in its turn.
    ///
    /// ```no_run
    /// use wappa::{external::{ExternalSource, Verifier}, prelude::*};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Paid { id: String, order: u64, customer: String }
    ///
    /// struct Shop;
    ///
    /// impl EventHandler for Shop {
    ///     async fn on_message(&self, _: Chat, _: Message) -> Result { Ok(()) }
    ///
    ///     async fn on_external(&self, chat: Chat, external: External) -> Result {
    ///         if let Some(paid) = external.get::<Paid>()? {
    ///             chat.say(format!("Order {} is paid.", paid.order)).await?;
    ///         }
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # fn main() {
    /// let payments = ExternalSource::new(Verifier::stripe("whsec_…"))
    ///     .id(|paid: &Paid| paid.id.clone())
    ///     .to(async |paid: Paid| Ok(Some(("106540352242922", WaId::from(paid.customer)).into())));
    /// let bot = Wappa::new().set_event_handler(Shop).external("payments", payments);
    /// # drop(bot);
    /// # }
    /// ```
    pub fn external<T: DeserializeOwned + Send + 'static>(
        mut self,
        name: &str,
        source: ExternalSource<T>,
    ) -> Self {
        self.externals = self.externals.and_then(|mut externals| {
            externals.add(name, source)?;
            Ok(externals)
        });
        self
    }

    /// Mounts the endpoint of a Flow at `/flows/{name}`, where Meta is to find it. When the form is complete, its reply
    /// comes as a message, with [`Message::flow_reply`](wappa_cloud::Message::flow_reply).
    ///
    /// ```no_run
    /// use wappa::{flow::{Flow, FlowAnswer, FlowAsk, FlowKeys}, prelude::*};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct SignUp { name: String }
    ///
    /// async fn opened(ask: FlowAsk) -> Result<FlowAnswer> {
    ///     ask.screen("SIGN_UP", &())
    /// }
    ///
    /// async fn signed_up(ask: FlowAsk<SignUp>) -> Result<FlowAnswer> {
    ///     ask.finish(ask.data())
    /// }
    ///
    /// # struct Bot;
    /// # impl EventHandler for Bot {
    /// #     async fn on_message(&self, _: Chat, _: Message) -> Result { Ok(()) }
    /// # }
    /// #[tokio::main]
    /// async fn main() -> Result {
    ///     let key = std::fs::read_to_string("flow-key.pem")?;
    ///     let signup = Flow::new(FlowKeys::from_pem(&key)?).on_open(opened).on("SIGN_UP", signed_up);
    ///     Wappa::new().set_event_handler(Bot).flow("signup", signup).run().await
    /// }
    /// ```
    #[cfg(feature = "flows")]
    pub fn flow(mut self, name: &str, flow: Flow) -> Self {
        self.flows = self.flows.and_then(|mut flows| {
            flows.add(name, flow)?;
            Ok(flows)
        });
        self
    }

    /// A store of your own in the place of the configured one.
    pub fn custom_store(mut self, store: Arc<dyn Store>) -> Self {
        self.doors.store = Some(store);
        self
    }

    /// A way to Meta of your own in the place of the HTTP client.
    pub fn custom_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.doors.transport = Some(transport);
        self
    }

    /// A clock of your own, for tests.
    pub fn custom_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.doors.clock = Some(clock);
        self
    }

    fn settings(&self) -> Result<Settings> {
        let base = match self.source {
            Source::Environment => Settings::from_env()?,
            Source::Nothing => Settings::default(),
        };
        Ok(base.overlaid(self.over.clone()))
    }
}

impl<H: EventHandler> Wappa<H> {
    /// Builds the bot and starts its workers, but no server and no signal handler: for mounting into an application of
    /// your own.
    ///
    /// # Errors
    /// Settings that are missing or wrong, or a store that cannot be opened.
    pub async fn build(self) -> Result<Bot> {
        let settings = self.settings()?;
        let behaviour = Behaviour {
            outbox: self.outbox,
            schedules: self.schedules?,
            sessions: self.sessions,
            takeover: self.takeover,
            #[cfg(feature = "texts")]
            texts: self.texts,
            debounce: self.debounce,
            metrics: self.metrics,
            externals: self.externals?,
            feed: self.feed,
            send_timeout: self.send_timeout,
            #[cfg(feature = "otel")]
            traces: self.traces,
            #[cfg(feature = "flows")]
            flows: self.flows?,
        };
        assemble::assemble(self.handler, settings, self.doors, self.dispatch, behaviour).await
    }

    /// Builds the bot, serves it, and on SIGTERM or ctrl-c ends it in order.
    ///
    /// # Errors
    /// As for [`build`](Self::build), an address that cannot be listened on, or turns that did not end in time.
    pub async fn run(self) -> Result {
        let settings = self.settings()?;
        let behaviour = Behaviour {
            outbox: self.outbox,
            schedules: self.schedules?,
            sessions: self.sessions,
            takeover: self.takeover,
            #[cfg(feature = "texts")]
            texts: self.texts,
            debounce: self.debounce,
            metrics: self.metrics,
            externals: self.externals?,
            feed: self.feed,
            send_timeout: self.send_timeout,
            #[cfg(feature = "otel")]
            traces: self.traces,
            #[cfg(feature = "flows")]
            flows: self.flows?,
        };
        serve::start_log(
            &settings,
            #[cfg(feature = "otel")]
            behaviour.traces.as_ref(),
        );
        let listen = settings.listen_address();
        let bot = assemble::assemble(self.handler, settings, self.doors, self.dispatch, behaviour).await?;
        serve::run(bot, listen).await
    }
}
