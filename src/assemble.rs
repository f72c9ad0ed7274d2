//! The assembly: the one place where store, numbers, Graph client, clock, emulator and the rooms of the corridor meet.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use wappa_cloud::{AppSecret, Graph, HttpConfig, HttpTransport, Transport, VerifyToken};
use wappa_core::{
    broadcast::Broadcasts,
    clock::{Clock, SystemClock},
    dispatch::{Debounce, DispatchParts, DispatchSettings, Dispatcher},
    external::{ExternalParts, Externals},
    feed::{Feed, FeedLimits},
    handler::{EventHandler, Listening},
    inbox::{Inbox, InboxParts},
    messenger::Messenger,
    meters::{Meters, MetricsTo},
    numbers::{App, Number, Numbers, StaticNumbers},
    outbox::{Outbox, OutboxSettings, Settlements},
    schedule::Schedules,
    session::SessionRules,
    shutdown::{Drain, Phase},
    store::{MemoryStore, Retention, Store},
    takeover::{Pauses, Takeover},
    webhook::{Sources, Webhook},
};

use crate::{
    Result,
    banner::Facts,
    bot::{Bot, BotHandle, GRACE},
    settings::{Mode, NumberConfig, Settings, SettingsError, StoreChoice},
};

/// Meta's Graph API.
const GRAPH: &str = "https://graph.facebook.com";
const VERSION: &str = "v25.0";
/// Where the store is unless `WAPPA_STORE` says otherwise.
const STORE: &str = ".wappa/wappa.db";
/// How often the store forgets a little of what is past its time.
const SWEEP: Duration = Duration::from_secs(10);
/// Small steps at a time: together more than a number at its full rate can add meanwhile.
const SWEEPS: usize = 40;

/// What the builder may put behind the doors.
pub(crate) struct Doors {
    pub(crate) clock: Option<Arc<dyn Clock>>,
    pub(crate) store: Option<Arc<dyn Store>>,
    pub(crate) transport: Option<Arc<dyn Transport>>,
}

/// What the author said beside the handler.
pub(crate) struct Behaviour {
    pub(crate) outbox: OutboxSettings,
    pub(crate) schedules: Schedules,
    pub(crate) sessions: SessionRules,
    pub(crate) takeover: Takeover,
    pub(crate) debounce: Option<Debounce>,
    #[cfg(feature = "texts")]
    pub(crate) texts: Option<wappa_core::texts::Texts>,
    pub(crate) metrics: Measured,
    pub(crate) externals: Externals,
    pub(crate) feed: Option<FeedLimits>,
    pub(crate) send_timeout: Option<Duration>,
    #[cfg(feature = "otel")]
    pub(crate) traces: Option<crate::traces::Traces>,
    #[cfg(feature = "flows")]
    pub(crate) flows: wappa_core::flow::Flows,
}

/// Where measures go.
#[derive(Clone, Default)]
pub(crate) struct Measured {
    pub(crate) to: Option<MetricsTo>,
    /// What `/metrics` shows.
    #[cfg(feature = "metrics")]
    pub(crate) shown: Option<metrics_exporter_prometheus::PrometheusHandle>,
}

impl Measured {
    pub(crate) fn by(to: MetricsTo) -> Self {
        Self {
            to: Some(to),
            #[cfg(feature = "metrics")]
            shown: None,
        }
    }
}

/// What differs between Meta and the emulator.
struct Side {
    numbers: Vec<NumberConfig>,
    verify_token: VerifyToken,
    verify_hint: String,
    transport: Arc<dyn Transport>,
    mode: String,
    #[cfg(feature = "emulator")]
    emulator: Option<crate::emulated::Emulated>,
}

#[expect(
    clippy::too_many_lines,
    reason = "the rooms in the order in which they are put together, and nothing else"
)]
pub(crate) async fn assemble(
    handler: impl EventHandler,
    settings: Settings,
    doors: Doors,
    dispatch: DispatchSettings,
    behaviour: Behaviour,
) -> Result<Bot> {
    let outline = handler.outline()?;
    let keep = settings.retention()?;
    let Ground { store, store_name, side, clock } = ground(&settings, doors, behaviour.send_timeout).await?;
    let numbers =
        Arc::new(StaticNumbers::new(own_numbers(side.numbers), side.verify_token)) as Arc<dyn Numbers>;
    let drain = Drain::default();
    let listening = Arc::new(Listening::default());
    let settlements = Arc::new(Settlements::default());
    let outbox = Outbox::new(
        Graph::new(side.transport),
        Arc::clone(&store),
        Arc::clone(&clock),
        Arc::clone(&settlements),
        Arc::clone(&numbers),
        outbox_settings(behaviour.outbox, &settings),
    );
    let meters = Arc::new(behaviour.metrics.to.as_ref().map_or_else(Meters::off, Meters::new));
    let feed =
        behaviour.feed.map_or_else(Feed::default, |limits| Feed::new(limits, clock.now(), drain.clone()));
    let outbox = outbox.with_meters(Arc::clone(&meters)).with_feed(feed.clone());
    #[cfg(feature = "otel")]
    let outbox = outbox.with_traces(behaviour.traces.as_ref().map(crate::traces::Traces::joined));
    let outbox = Arc::new(outbox);
    let pauses = Pauses::load(&*store, behaviour.takeover, clock.now()).await?;
    let messenger = Messenger::new(Arc::clone(&outbox), Arc::clone(&numbers), Arc::clone(&store))
        .with_session_rules(behaviour.sessions)
        .with_pauses(pauses)
        .with_token_keys(settings.token_keys)
        .await?;
    #[cfg(feature = "texts")]
    let messenger = speaking(messenger, behaviour.texts)?;
    let parts = DispatchParts {
        store: Arc::clone(&store),
        numbers: Arc::clone(&numbers),
        clock: Arc::clone(&clock),
        messenger: messenger.clone(),
        schedules: behaviour.schedules,
        debounce: behaviour.debounce,
        listening: Arc::clone(&listening),
        drain: drain.clone(),
    };
    let dispatcher = Dispatcher::start(handler, parts, dispatch);
    let inbox = Arc::new(Inbox::new(InboxParts {
        store: Arc::clone(&store),
        numbers: Arc::clone(&numbers),
        dispatcher: dispatcher.clone(),
        listening,
        settlements,
        outbox,
    }));
    let sources = Arc::new(Sources::new(settings.source_limit.unwrap_or_default(), Arc::clone(&clock)));
    let webhook = Webhook {
        inbox: Arc::clone(&inbox),
        numbers: Arc::clone(&numbers),
        drain: drain.clone(),
        sources: Arc::clone(&sources),
    };
    let broadcasts = Broadcasts::new(messenger.clone(), drain.clone());
    tokio::spawn(go_on(broadcasts.clone()));
    tokio::spawn(sweep(Arc::clone(&store), Arc::clone(&clock), keep, drain.clone()));
    if meters.is_on() {
        let (inbox, clock) = (Arc::clone(&inbox), Arc::clone(&clock));
        tokio::spawn(observe(inbox, behaviour.metrics.clone(), clock, drain.clone()));
    }

    #[cfg(feature = "flows")]
    let flows = wappa_core::flow::FlowParts {
        flows: Arc::new(behaviour.flows),
        numbers: Arc::clone(&numbers),
        messenger: messenger.clone(),
        clock: Arc::clone(&clock),
        sources: Arc::clone(&sources),
    };
    #[cfg(all(feature = "emulator", feature = "flows"))]
    if let Some(emulated) = &side.emulator {
        emulated.show(&flows.flows);
    }
    #[cfg(feature = "emulator")]
    let pages = {
        let routes = wappa_core::webhook::routes(webhook.clone());
        #[cfg(feature = "flows")]
        let routes = routes.merge(wappa_core::flow::routes(flows.clone()));
        pages(side.emulator, routes, &drain)
    };
    #[cfg(not(feature = "emulator"))]
    let pages = Pages::default();
    let external = ExternalParts {
        externals: Arc::new(behaviour.externals),
        inbox: Arc::clone(&inbox),
        drain: drain.clone(),
        sources: Arc::clone(&sources),
    };
    let numbers = numbers.all();
    Ok(Bot {
        webhook,
        external,
        #[cfg(feature = "flows")]
        flows,
        handle: BotHandle { messenger, dispatcher: dispatcher.clone(), store, inbox, broadcasts, drain },
        dispatcher,
        clock,
        grace: settings.grace.unwrap_or(GRACE),
        facts: Facts {
            mode: side.mode,
            numbers: numbers.iter().map(|number| number.id.to_string()).collect(),
            public_url: settings.public_url,
            verify_token: side.verify_hint,
            phone_page: pages.here,
            shared_page: pages.shared,
            store: store_name,
            routes: outline.routes,
        },
        outline,
        metrics: behaviour.metrics,
        #[cfg(feature = "otel")]
        traces: behaviour.traces,
        feed,
    })
}

/// Gives the bot what it says, if that is complete.
#[cfg(feature = "texts")]
fn speaking(messenger: Messenger, texts: Option<wappa_core::texts::Texts>) -> Result<Messenger> {
    let Some(texts) = texts else { return Ok(messenger) };
    texts.check()?;
    for (language, key) in texts.missing() {
        tracing::warn!(language, key, "a text is missing in a language: it is said in the next best one");
    }
    Ok(messenger.with_texts(Arc::new(texts)))
}

/// Where the phone page is: on this machine, and for browsers in the network.
#[derive(Default)]
struct Pages {
    here: Option<String>,
    shared: Option<String>,
}

#[cfg(feature = "emulator")]
fn pages(emulated: Option<crate::emulated::Emulated>, routes: axum::Router, drain: &Drain) -> Pages {
    let Some(emulated) = emulated else { return Pages::default() };
    let shared = emulated.shared().map(str::to_owned);
    Pages { here: Some(emulated.connect(routes, drain)), shared }
}

/// What a corridor stands on.
struct Ground {
    store: Arc<dyn Store>,
    store_name: String,
    side: Side,
    clock: Arc<dyn Clock>,
}

async fn ground(settings: &Settings, doors: Doors, send_timeout: Option<Duration>) -> Result<Ground> {
    let (mode, warnings) = Mode::decide(settings)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let choice = store_choice(settings, &mode);
    let (store, store_name) = match doors.store {
        Some(store) => (store, "the program's own".to_owned()),
        None => open_store(&choice)?,
    };
    let side = match mode {
        Mode::Meta(numbers) => {
            let transport = doors.transport.map_or_else(|| http(settings, send_timeout), Ok)?;
            meta(numbers, settings, &choice, transport)?
        }
        Mode::Emulator => emulator(settings, &choice, doors.transport).await?,
    };
    #[cfg(feature = "emulator")]
    let store = match &side.emulator {
        Some(emulated) => emulated.watch(store),
        None => store,
    };
    #[cfg(feature = "emulator")]
    let world_clock = side.emulator.as_ref().map(crate::emulated::Emulated::clock);
    #[cfg(not(feature = "emulator"))]
    let world_clock = None;
    let clock = doors.clock.or(world_clock).unwrap_or_else(|| Arc::new(SystemClock));
    Ok(Ground { store, store_name, side, clock })
}

fn outbox_settings(said: OutboxSettings, settings: &Settings) -> OutboxSettings {
    OutboxSettings {
        pace: settings.pace.unwrap_or(said.pace),
        guard: settings.window_guard.unwrap_or(said.guard),
        ..said
    }
}

/// The store that is asked for. With the emulator it is a file of its own, never the one real conversations are in.
fn store_choice(settings: &Settings, mode: &Mode) -> StoreChoice {
    let chosen = settings.store.clone().unwrap_or_else(|| StoreChoice::Sqlite(STORE.into()));
    match (chosen, mode) {
        (StoreChoice::Sqlite(path), Mode::Emulator) => StoreChoice::Sqlite(emulator_path(&path)),
        (chosen, _) => chosen,
    }
}

/// `wappa.db` → `wappa.emulator.db`
fn emulator_path(path: &Path) -> PathBuf {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = match path.extension() {
        Some(extension) => format!("{stem}.emulator.{}", extension.to_string_lossy()),
        None => format!("{stem}.emulator"),
    };
    path.with_file_name(name)
}

fn open_store(choice: &StoreChoice) -> Result<(Arc<dyn Store>, String)> {
    match choice {
        StoreChoice::Memory => {
            let limits = wappa_core::store::MemoryLimits::default();
            tracing::warn!(
                entries = limits.entries,
                "the store is in memory: a restart loses what waits, sessions and the memory of duplicates; each of \
                 the latter is bounded"
            );
            Ok((Arc::new(MemoryStore::new(limits)), "memory (a restart forgets everything)".to_owned()))
        }
        #[cfg(feature = "sqlite")]
        StoreChoice::Sqlite(path) => {
            let store = wappa_sqlite::SqliteStore::open(wappa_sqlite::SqliteOptions::new(path))?;
            Ok((Arc::new(store), path.display().to_string()))
        }
        #[cfg(not(feature = "sqlite"))]
        StoreChoice::Sqlite(path) => {
            let what = format!("the store sqlite:{}", path.display());
            Err(SettingsError::Feature { what, feature: "sqlite" }.into())
        }
    }
}

/// Where Graph is, and which version of it.
fn graph(settings: &Settings) -> (&str, &str) {
    let base = settings.api_base_url.as_deref().unwrap_or(GRAPH);
    (base, settings.api_version.as_deref().unwrap_or(VERSION))
}

fn http(settings: &Settings, send_timeout: Option<Duration>) -> Result<Arc<dyn Transport>> {
    let (base, version) = graph(settings);
    let mut config = HttpConfig::new(base, version);
    config.message_timeout = send_timeout.unwrap_or(config.message_timeout);
    Ok(Arc::new(HttpTransport::new(&config)?))
}

fn meta(
    numbers: Vec<NumberConfig>,
    settings: &Settings,
    choice: &StoreChoice,
    transport: Arc<dyn Transport>,
) -> Result<Side> {
    let (base, version) = graph(settings);
    let (verify_token, verify_hint) = verify_token(settings, choice)?;
    if base != GRAPH {
        tracing::warn!(base, "tokens are sent to WHATSAPP_API_BASE_URL, not to Meta");
    }
    let environment = if settings.is_production() { "production" } else { "development" };
    let mode = format!("Meta, {version}, {environment}");
    #[cfg(feature = "emulator")]
    return Ok(Side { numbers, verify_token, verify_hint, transport, mode, emulator: None });
    #[cfg(not(feature = "emulator"))]
    return Ok(Side { numbers, verify_token, verify_hint, transport, mode });
}

#[cfg(feature = "emulator")]
async fn emulator(
    settings: &Settings,
    choice: &StoreChoice,
    transport: Option<Arc<dyn Transport>>,
) -> Result<Side> {
    let folder = match choice {
        StoreChoice::Memory => None,
        StoreChoice::Sqlite(path) => Some(path.with_extension("world")),
    };
    let emulated = crate::emulated::Emulated::open(folder, settings.phone).await?;
    let business = emulated.business();
    let number = NumberConfig::new(business.phone_number_id.clone(), business.access_token.clone())
        .app_secret(business.app_secret.clone())
        .business_account(business.waba_id.clone());
    Ok(Side {
        numbers: vec![number],
        verify_hint: format!("{} (the emulator's own)", business.verify_token.expose()),
        verify_token: business.verify_token,
        transport: transport.unwrap_or_else(|| emulated.transport()),
        mode: "emulator: no WhatsApp credentials are set, so a phone in the browser plays Meta".to_owned(),
        emulator: Some(emulated),
    })
}

#[cfg(not(feature = "emulator"))]
#[expect(clippy::unused_async, reason = "called as the one of the feature is")]
async fn emulator(_: &Settings, _: &StoreChoice, _: Option<Arc<dyn Transport>>) -> Result<Side> {
    let what = "the emulator, as neither WHATSAPP_TOKEN nor WHATSAPP_PHONE_ID is set,".to_owned();
    Err(SettingsError::Feature { what, feature: "emulator" }.into())
}

/// Numbers that name the same secrets belong to the same app.
fn own_numbers(configs: Vec<NumberConfig>) -> Vec<Number> {
    let mut apps: Vec<Arc<App>> = Vec::new();
    let mut app_of = |secrets: Vec<AppSecret>, id: &str| {
        let same = |app: &&Arc<App>| {
            app.secrets.len() == secrets.len()
                && app.secrets.iter().zip(&secrets).all(|(a, b)| a.expose() == b.expose())
        };
        if let Some(app) = apps.iter().find(same) {
            return Arc::clone(app);
        }
        let app = Arc::new(App { name: format!("the app of number {id}"), secrets });
        apps.push(Arc::clone(&app));
        app
    };
    configs
        .into_iter()
        .map(|config| Number {
            app: app_of(config.app_secrets, config.id.as_str()),
            id: config.id,
            token: config.token,
            business_account: config.business_account,
            portfolio: config.portfolio.unwrap_or_default().into(),
        })
        .collect()
}

/// The verify token and what the banner says of it. One that is not set is made, shown and kept.
fn verify_token(settings: &Settings, choice: &StoreChoice) -> Result<(VerifyToken, String)> {
    if let Some(token) = &settings.verify_token {
        let hint = if settings.is_production() {
            "as set in WHATSAPP_VERIFY_TOKEN".to_owned()
        } else {
            format!("{} (from WHATSAPP_VERIFY_TOKEN)", token.expose())
        };
        return Ok((token.clone(), hint));
    }
    let StoreChoice::Sqlite(store) = choice else {
        let token = made_token()?;
        let hint = format!("{token} (made for this run; set WHATSAPP_VERIFY_TOKEN to keep one)");
        return Ok((VerifyToken::new(token), hint));
    };
    let path = store.with_file_name("verify-token");
    let token = match fs::read_to_string(&path) {
        Ok(kept) if !kept.trim().is_empty() => kept.trim().to_owned(),
        _ => {
            let token = made_token()?;
            keep(&path, &token).map_err(|error| SettingsError::File {
                name: "WHATSAPP_VERIFY_TOKEN, as it is not set,",
                path: path.clone(),
                cause: error.to_string(),
            })?;
            token
        }
    };
    let hint = if settings.is_production() {
        format!("made by us, kept in {}", path.display())
    } else {
        format!("{token} (made by us, kept in {})", path.display())
    };
    Ok((VerifyToken::new(token), hint))
}

fn made_token() -> Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| wappa_core::Error::msg(format!("no random bytes: {error}")))?;
    Ok(hex::encode(bytes))
}

fn keep(path: &Path, token: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(token.as_bytes())
}

/// Sets the gauges now and then, and has measures that nobody looks at thrown away.
async fn observe(inbox: Arc<Inbox>, metrics: Measured, clock: Arc<dyn Clock>, drain: Drain) {
    // Shown by the feature alone.
    let _ = &metrics;
    loop {
        if let Err(error) = inbox.observe().await {
            tracing::warn!(%error, "how things stand could not be measured");
        }
        #[cfg(feature = "metrics")]
        if let Some(shown) = &metrics.shown {
            shown.run_upkeep();
        }
        tokio::select! {
            () = drain.reached(Phase::Draining) => return,
            () = clock.sleep(SWEEP) => {}
        }
    }
}

/// Has broadcasts go on that an earlier process has left.
async fn go_on(broadcasts: Broadcasts) {
    if let Err(error) = broadcasts.go_on().await {
        tracing::error!(%error, "broadcasts of an earlier process do not go on");
    }
}

/// Lets the store forget, a little at a time.
async fn sweep(store: Arc<dyn Store>, clock: Arc<dyn Clock>, keep: Retention, drain: Drain) {
    loop {
        tokio::select! {
            () = drain.reached(Phase::Draining) => return,
            () = clock.sleep(SWEEP) => {}
        }
        for _ in 0..SWEEPS {
            if let Err(error) = store.sweep(clock.now(), keep).await {
                tracing::warn!(%error, "the store could not forget what is past its time; it tries again");
                break;
            }
        }
    }
}
