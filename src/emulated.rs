//! The built-in emulator: opened beside the bot, reached without a port in both directions, shown on loopback.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use axum::Router;
use tokio::net::TcpListener;
use wappa_cloud::Transport;
use wappa_core::shutdown::{Drain, Phase};
use wappa_emulator::{Business, Emulator, EmulatorConfig, RouterSink};

use crate::Result;

/// Where the phone page is, unless something listens there already.
const PAGE: SocketAddr = SocketAddr::V4(std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 8001));

pub(crate) struct Emulated {
    emulator: Emulator,
    listener: TcpListener,
    page: String,
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
        Ok(Self { emulator: Emulator::open(config).await?, listener, page })
    }

    pub(crate) fn business(&self) -> Business {
        self.emulator.business()
    }

    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        self.emulator.transport()
    }

    /// Lets webhooks flow to the bot's routes and shows the page until the bot is down; answers with its address.
    pub(crate) fn connect(self, webhook: Router, drain: &Drain) -> String {
        let Self { emulator, listener, page } = self;
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
