//! The built-in emulator: opened beside the bot, reached without a port in both directions, shown on loopback.

mod mind;
mod watched;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use tokio::net::TcpListener;
use wappa_cloud::{Timestamp, Transport};
use wappa_core::{
    clock::{BoxFuture, Clock},
    shutdown::{Drain, Phase},
    store::Store,
};
use wappa_emulator::{Business, Emulator, EmulatorConfig, Mind, RouterSink, WorldClock};

use crate::{Error, Result, ServeError};

/// Where the phone page is, unless something listens there already.
const PAGE: SocketAddr = SocketAddr::V4(std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 8001));

pub(crate) struct Emulated {
    emulator: Emulator,
    listener: TcpListener,
    page: String,
    shared: Option<Shared>,
    mind: Arc<mind::Seen>,
}

impl Emulated {
    /// `address` is asked for by somebody; without one, the page is on this machine alone.
    pub(crate) async fn open(folder: Option<PathBuf>, address: Option<SocketAddr>) -> Result<Self> {
        let listener = match address {
            Some(address) => {
                TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })?
            }
            None => match TcpListener::bind(PAGE).await {
                Ok(listener) => listener,
                Err(_) => TcpListener::bind(SocketAddr::new(PAGE.ip(), 0)).await?,
            },
        };
        let (page, shared) = addresses(listener.local_addr()?)?;
        let config = EmulatorConfig::default().origin(page.clone());
        let config = match folder {
            Some(folder) => config.dir(folder),
            None => config,
        };
        let emulator = Emulator::open(config).await?;
        if let Some(Shared { address, .. }) = &shared {
            emulator.set_shared_address(address);
        }
        let mind = Arc::<mind::Seen>::default();
        emulator.look_into(Arc::clone(&mind) as Arc<dyn Mind>);
        Ok(Self { emulator, listener, page, shared, mind })
    }

    /// The address for browsers in the network, its key included.
    pub(crate) fn shared(&self) -> Option<&str> {
        self.shared.as_ref().map(|shared| shared.address.as_str())
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
        let Self { emulator, listener, page, shared, .. } = self;
        let router = match shared {
            Some(Shared { key, .. }) => emulator.shared_router(&key),
            None => emulator.router(),
        };
        emulator.connect(Arc::new(RouterSink::new(webhook)));
        let drain = drain.clone();
        tokio::spawn(async move {
            let server = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
                .into_future();
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

/// How browsers that aren't on this machine come in.
struct Shared {
    key: String,
    address: String,
}

/// The page's address on this machine, and the one in the network if it listens there.
fn addresses(listen: SocketAddr) -> Result<(String, Option<Shared>)> {
    let ip = listen.ip().to_canonical();
    if ip.is_loopback() {
        return Ok((format!("http://{listen}"), None));
    }
    let mut key = [0_u8; 16];
    getrandom::fill(&mut key).map_err(|error| Error::msg(format!("no random bytes: {error}")))?;
    let key = hex::encode(key);
    let port = listen.port();
    let host = if ip.is_unspecified() { own_address().unwrap_or(ip) } else { ip };
    let address = format!("http://{}/?key={key}", SocketAddr::new(host, port));
    let page = if ip.is_unspecified() { format!("http://127.0.0.1:{port}") } else { address.clone() };
    Ok((page, Some(Shared { key, address })))
}

/// By which address this machine would speak to another network; nothing is sent there.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
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

    #[test]
    fn a_page_in_the_network_has_a_key() {
        let (page, shared) = addresses(SocketAddr::from(([127, 0, 0, 1], 8001))).unwrap();
        assert!(page == "http://127.0.0.1:8001" && shared.is_none());
        let (page, shared) = addresses(SocketAddr::from(([0, 0, 0, 0], 8001))).unwrap();
        let Shared { key, address } = shared.unwrap();
        assert_eq!((page.as_str(), key.len()), ("http://127.0.0.1:8001", 32));
        assert!(
            address.ends_with(&format!(":8001/?key={key}")) && !address.contains("0.0.0.0:"),
            "{address}"
        );
        let (page, shared) = addresses(SocketAddr::from(([192, 168, 1, 5], 80))).unwrap();
        assert_eq!(page, shared.unwrap().address);
    }

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
