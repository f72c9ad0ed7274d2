//! The built-in emulator: opened beside the bot, reached without a port in both directions, shown on loopback.

mod mind;
mod watched;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::Router;
use tokio::net::TcpListener;
use wappa_cloud::{Timestamp, Transport};
use wappa_core::{
    clock::{BoxFuture, Clock},
    shutdown::{Drain, Phase},
    store::Store,
};
use wappa_emulator::{Business, Emulator, EmulatorConfig, Mind, RouterSink, WorldClock};

use crate::Result;

/// Where the phone page is, unless something listens there already.
const PAGE: SocketAddr = SocketAddr::V4(std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 8001));

pub(crate) struct Emulated {
    emulator: Emulator,
    listener: TcpListener,
    page: String,
    mind: Arc<mind::Seen>,
}

impl Emulated {
    pub(crate) async fn open(folder: Option<PathBuf>) -> Result<Self> {
        let any_port = SocketAddr::new(PAGE.ip(), 0);
        let listener = match TcpListener::bind(PAGE).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(any_port).await?,
        };
        let page = format!("http://{}", listener.local_addr()?);
        let config = EmulatorConfig::default().origin(page.clone());
        let config = match folder {
            Some(folder) => config.dir(folder),
            None => config,
        };
        let emulator = Emulator::open(config).await?;
        let mind = Arc::<mind::Seen>::default();
        emulator.look_into(Arc::clone(&mind) as Arc<dyn Mind>);
        Ok(Self { emulator, listener, page, mind })
    }

    /// The store, and what goes by in it kept for the page.
    pub(crate) fn watch(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        Arc::new(watched::Watched::new(store, Arc::clone(&self.mind)))
    }

    pub(crate) fn business(&self) -> Business {
        self.emulator.business()
    }

    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        self.emulator.transport()
    }

    /// The world's time, so that moving it moves the bot too.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(ClockOfWorld::of(&self.emulator))
    }

    /// Publishes the Flows that have their JSON here.
    #[cfg(feature = "flows")]
    pub(crate) fn show(&self, flows: &wappa_core::flow::Flows) {
        for flow in flows.shown() {
            self.emulator.add_flow(flow.name, flow.json, Some(&format!("/flows/{}", flow.name)));
            // A number has one key: the Flows of a bot share theirs, as they do with Meta.
            self.emulator.set_flow_key(&self.business().phone_number_id, flow.public_pem);
        }
    }

    /// Lets webhooks flow to the bot's routes and shows the page until the bot is down; answers with its address.
    pub(crate) fn connect(self, webhook: Router, drain: &Drain) -> String {
        let Self { emulator, listener, page, .. } = self;
        let router = emulator.router();
        emulator.connect(Arc::new(RouterSink::new(webhook)));
        let drain = drain.clone();
        tokio::spawn(async move {
            let server = axum::serve(listener, router).into_future();
            tokio::select! {
                served = server => {
                    if let Err(error) = served {
                        tracing::error!(%error, "the phone page can no longer be served");
                    }
                }
                () = drain.reached(Phase::Drained) => {}
            }
            emulator.close();
        });
        page
    }
}

/// The emulator's clock behind the bot's door.
#[derive(Clone)]
pub(crate) struct ClockOfWorld(WorldClock);

impl ClockOfWorld {
    pub(crate) fn of(emulator: &Emulator) -> Self {
        Self(emulator.clock())
    }

    /// When the first of those who wait has waited enough, where time stands.
    pub(crate) fn next_wait(&self) -> Option<Timestamp> {
        self.0.next_wait()
    }
}

impl Clock for ClockOfWorld {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().as_millis()).unwrap_or(0))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // Counted from the call, whenever it is first polled.
        let (clock, due) = (self.0.clone(), self.0.now() + duration);
        Box::pin(async move { clock.sleep_until(due).await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn moving_the_world_moves_the_bot() {
        let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
        let clock = ClockOfWorld::of(&emulator);
        let (now, ticks) = (clock.now(), clock.monotonic());
        let day = Duration::from_hours(24);
        let waiting = tokio::spawn(clock.sleep(day));
        emulator.advance(day + Duration::from_secs(1));
        waiting.await.unwrap();
        assert!(clock.now().since(now) >= day && clock.monotonic() >= ticks + day);
    }
}
