//! The clients for all that is no message, each made when it is first needed: reading the system's certificates takes
//! longer than all else a start does, and a bot that only talks needs none of them.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{
    Client, ClientBuilder,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};

use super::{AGENT, HttpConfig};
use crate::{
    client::address::is_public,
    transport::{TransportError, TransportErrorKind},
};

#[derive(Debug, Clone)]
pub(super) struct Clients {
    connect_timeout: Duration,
    timeout: Duration,
    meta: OnceLock<Client>,
    others: OnceLock<Client>,
    pub(super) strangers: OnceLock<Client>,
}

impl Clients {
    pub(super) fn new(config: &HttpConfig) -> Self {
        Self {
            connect_timeout: config.connect_timeout,
            timeout: config.timeout,
            meta: OnceLock::new(),
            others: OnceLock::new(),
            strangers: OnceLock::new(),
        }
    }

    /// For Meta: may be given the token.
    pub(super) fn meta(&self) -> Result<&Client, TransportError> {
        made(&self.meta, || self.builder())
    }

    /// For any other host: never given a token.
    pub(super) fn others(&self) -> Result<&Client, TransportError> {
        made(&self.others, || self.builder())
    }

    /// For addresses that somebody wrote: never given a token, and finds no private addresses. A proxy would look names
    /// up for us, and find what it likes.
    pub(super) fn strangers(&self) -> Result<&Client, TransportError> {
        made(&self.strangers, || self.for_strangers())
    }

    pub(super) fn for_strangers(&self) -> ClientBuilder {
        self.builder().dns_resolver(Arc::new(PublicOnly)).no_proxy()
    }

    /// Clients follow no redirects by themselves.
    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            .redirect(redirect::Policy::none())
            .tcp_nodelay(true)
            // With HTTP/2 all calls share one connection and queue when its streams run out.
            .http1_only()
            .user_agent(AGENT)
    }
}

fn made(cell: &OnceLock<Client>, builder: impl FnOnce() -> ClientBuilder) -> Result<&Client, TransportError> {
    if let Some(client) = cell.get() {
        return Ok(client);
    }
    let client =
        builder().build().map_err(|source| TransportError::new(TransportErrorKind::Connect, source))?;
    Ok(cell.get_or_init(|| client))
}

/// Finds those addresses of a name that are not of a private network.
#[derive(Debug)]
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("the name leads into a private network, or nowhere".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
