//! Serving a bot: its listener, its log, the signals that end it.

use std::{
    io::{self, IsTerminal, Write},
    net::SocketAddr,
    time::Duration,
};

use axum::{Router, serve::ListenerExt};
use tokio::net::TcpListener;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};
use wappa_core::clock::{Clock, SystemClock};

use crate::{
    Result,
    banner::Banner,
    bot::Bot,
    settings::{LogFormat, Settings},
};

/// The bot cannot be served, or did not end well.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error(
        "{address} cannot be listened on: stop what listens there, or name another address in WAPPA_LISTEN"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The server failed.
    #[error("the server failed")]
    Server(#[source] io::Error),
    /// The system does not let us wait for signals.
    #[error("signals cannot be waited for")]
    Signals(#[source] io::Error),
    /// Handlers were still running when the time to go down was over.
    #[error("{turns} turns did not end in time and were cut off; they begin again at the next start")]
    CutOff {
        /// How many.
        turns: usize,
    },
    /// The store did not close in time.
    #[error(
        "the store did not close within {} seconds: nothing is lost, as after a crash; look after its disk",
        within.as_secs()
    )]
    Stuck {
        /// How long going down may take in all.
        within: Duration,
    },
}

/// How long all else may take when the bot goes down, beyond the time that turns have.
const BEYOND_GRACE: Duration = Duration::from_secs(10);
const QUIET: &str = "info,hyper=warn,reqwest=warn,h2=warn,rustls=warn";

/// Starts the log, unless the program has one already.
pub(crate) fn start_log(
    settings: &Settings,
    #[cfg(feature = "otel")] traces: Option<&crate::traces::Traces>,
) {
    let filter = EnvFilter::new(settings.log_filter.as_deref().unwrap_or(QUIET));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        // A log that cannot be written, on a full disk perhaps, would take the thread that writes it along.
        .log_internal_errors(false)
        .with_ansi(io::stderr().is_terminal());
    match settings.log {
        Some(LogFormat::Json) => install(
            lines.json().flatten_event(true),
            filter,
            #[cfg(feature = "otel")]
            traces,
        ),
        _ => install(
            lines.with_target(false),
            filter,
            #[cfg(feature = "otel")]
            traces,
        ),
    }
}

fn install(
    lines: impl Layer<Registry> + Send + Sync,
    filter: EnvFilter,
    #[cfg(feature = "otel")] traces: Option<&crate::traces::Traces>,
) {
    #[cfg(feature = "otel")]
    if let Some(traces) = traces {
        // What is traced is more than what is logged.
        let _ =
            tracing_subscriber::registry().with(lines.with_filter(filter)).with(traces.layer()).try_init();
        return;
    }
    // An error means that the program has set up a log of its own, which is just as well.
    let _ = tracing_subscriber::registry().with(lines).with(filter).try_init();
}

/// Serves until a signal comes, then goes down in order.
pub(crate) async fn run(bot: Bot, address: SocketAddr) -> Result {
    let signal = signal().map_err(ServeError::Signals)?;
    let listener =
        TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })?;
    let listen = listener.local_addr().unwrap_or(address);
    // Nobody may be reading; the log tells the same.
    let _ = write!(io::stdout(), "{}", Banner { facts: &bot.facts, listen });
    let app: Router = bot.routes().merge(bot.health_routes());
    #[cfg(feature = "metrics")]
    let app = app.merge(bot.metrics_routes());
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY could not be set");
        }
    });
    // While the bot drains the server still answers, with 503; it ends when the bot has.
    let server = tokio::spawn(axum::serve(listener, app).with_graceful_shutdown(bot.drained()).into_future());
    signal.await;
    tracing::info!("going down: no more deliveries are taken, turns under way are finished");
    let within = bot.grace.saturating_add(BEYOND_GRACE);
    // A disk that hangs hangs in the machine's time.
    let left = tokio::select! {
        left = bot.shutdown() => left,
        () = SystemClock.sleep(within) => {
            bot.give_up().await;
            return Err(ServeError::Stuck { within }.into());
        }
    };
    server.abort();
    if let Ok(Err(source)) = server.await {
        return Err(ServeError::Server(source).into());
    }
    tracing::info!(waiting = left.waiting, cut_off = left.cut_off, "down; what waits is in the store");
    if left.cut_off > 0 {
        return Err(ServeError::CutOff { turns: left.cut_off }.into());
    }
    Ok(())
}

#[cfg(unix)]
fn signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "ctrl-c cannot be waited for");
            std::future::pending::<()>().await;
        }
    })
}
