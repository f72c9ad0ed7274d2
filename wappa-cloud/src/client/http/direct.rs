//! The way of messages: JSON posted to a node of the base, over hyper's own pooled client. A general client parses the
//! URL of each call three times and offers it to a chain of layers, which costs as much as all else a message needs.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT},
    uri::{Authority, PathAndQuery, Scheme},
};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::{
        legacy::{Client, Error, connect::HttpConnector},
        proxy::matcher::Matcher,
    },
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore};

use super::{AGENT, Head, HttpConfig, connect::InTime};
use crate::{
    secret::AccessToken,
    transport::{GraphResponse, TransportError, TransportErrorKind},
};

/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(90);
/// How long nothing is said before the other side is asked whether it is there.
const KEEPALIVE: Duration = Duration::from_secs(20);

/// Nodes whose addresses are remembered.
const MOST_ADDRESSES: usize = 4_096;

#[derive(Clone)]
pub(super) struct Direct {
    client: Client<InTime<HttpsConnector<HttpConnector>>, Full<Bytes>>,
    scheme: Scheme,
    authority: Authority,
    host: HeaderValue,
    prefix: Arc<str>,
    /// By path. A bot posts to the same few over and over.
    addresses: Arc<RwLock<HashMap<Box<str>, Address>>>,
}

/// What is the same in every message that a number sends.
struct Address {
    uri: Uri,
    token: AccessToken,
    bearer: HeaderValue,
}

impl Direct {
    /// To the base of this config, below which nodes have this prefix. There is no direct way through a proxy.
    pub(super) fn new(config: &HttpConfig, base: &Uri, prefix: &str) -> Result<Option<Self>, TransportError> {
        let (Some(scheme), Some(authority)) = (base.scheme(), base.authority()) else { return Ok(None) };
        if Matcher::from_system().intercept(base).is_some() {
            return Ok(None);
        }
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let tls = HttpsConnectorBuilder::new();
        let tls = if *scheme == Scheme::HTTP {
            let tls_config = ClientConfig::builder_with_provider(Arc::new(provider))
                .with_safe_default_protocol_versions()
                .map_err(|source| TransportError::new(TransportErrorKind::Connect, source))?;
            let trusts_nobody = tls_config.with_root_certificates(RootCertStore::empty());
            tls.with_tls_config(trusts_nobody.with_no_client_auth())
        } else {
            tls.with_provider_and_platform_verifier(provider)
                .map_err(|source| TransportError::new(TransportErrorKind::Connect, source))?
        };
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        // What is between here and Meta forgets connections on which nothing is said, mostly after minutes, and a message
        // on a forgotten one hears nothing.
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE / 4));
        tcp.enforce_http(false);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(InTime::new(
                tls.https_or_http().enable_http1().wrap_connector(tcp),
                config.connect_timeout,
            ));
        let Ok(host) = HeaderValue::try_from(host_of(scheme, authority)) else { return Ok(None) };
        Ok(Some(Self {
            client,
            scheme: scheme.clone(),
            authority: authority.clone(),
            host,
            prefix: prefix.into(),
            addresses: Arc::default(),
        }))
    }

    /// The request, if the path may stand in a URL as it is.
    pub(super) fn request(
        &self,
        path: &str,
        token: &AccessToken,
        body: &Bytes,
    ) -> Option<Request<Full<Bytes>>> {
        let (uri, bearer) = self.address(path, token)?;
        let mut request = Request::post(uri).body(Full::new(body.clone())).ok()?;
        let headers = request.headers_mut();
        headers.reserve(6);
        headers.insert(HOST, self.host.clone());
        headers.insert(AUTHORIZATION, bearer);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        Some(request)
    }

    fn address(&self, path: &str, token: &AccessToken) -> Option<(Uri, HeaderValue)> {
        let addresses = self.addresses.read().unwrap_or_else(PoisonError::into_inner);
        let known = addresses.get(path).filter(|address| address.token.expose() == token.expose());
        if let Some(Address { uri, bearer, .. }) = known {
            return Some((uri.clone(), bearer.clone()));
        }
        drop(addresses);
        let whole = is_plain(path).then(|| [&*self.prefix, path].concat())?;
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(PathAndQuery::try_from(whole).ok()?)
            .build()
            .ok()?;
        let mut bearer = HeaderValue::try_from(["Bearer ", token.expose()].concat()).ok()?;
        bearer.set_sensitive(true);
        let mut addresses = self.addresses.write().unwrap_or_else(PoisonError::into_inner);
        if addresses.len() < MOST_ADDRESSES || addresses.contains_key(path) {
            let address = Address { uri: uri.clone(), token: token.clone(), bearer: bearer.clone() };
            addresses.insert(path.into(), address);
        }
        Some((uri, bearer))
    }

    pub(super) async fn send(
        &self,
        request: Request<Full<Bytes>>,
        limit: usize,
        timeout: Duration,
    ) -> Result<GraphResponse, TransportError> {
        let answered = self.client.request(request);
        let answer = async move {
            let (head, body) = answered.await.map_err(failed)?.into_parts();
            // What is longer is cut off here, announced or not.
            let body = Limited::new(body, limit).collect().await.map_err(|source| {
                let too_large = source.is::<LengthLimitError>();
                let kind = if too_large { TransportErrorKind::TooLarge } else { TransportErrorKind::Broken };
                TransportError::new(kind, source)
            })?;
            Ok(Head::of(head.status, &head.headers).with(body.to_bytes()))
        };
        #[expect(clippy::disallowed_methods, reason = "the network's time is the machine's")]
        let answer = tokio::time::timeout(timeout, answer);
        answer.await.unwrap_or_else(|_| Err(TransportErrorKind::Timeout.into()))
    }
}

/// The host as its header has it: with the port only where the scheme has another.
fn host_of(scheme: &Scheme, authority: &Authority) -> String {
    let usual = if *scheme == Scheme::HTTP { 80 } else { 443 };
    match authority.port_u16().filter(|port| *port != usual) {
        Some(port) => format!("{}:{port}", authority.host()),
        None => authority.host().to_owned(),
    }
}

/// Whether a path consists of what needs no encoding, and leads nowhere else.
fn is_plain(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'.'))
        && path.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
}

fn failed(error: Error) -> TransportError {
    let kind = if error.is_connect() { TransportErrorKind::Connect } else { TransportErrorKind::Broken };
    TransportError::new(kind, error)
}

impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Direct").field("authority", &self.authority).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_token_is_used_from_then_on() {
        let config = HttpConfig::new("http://graph.example:8001", "v25.0");
        let base = Uri::from_static("http://graph.example:8001");
        let direct = Direct::new(&config, &base, "/v25.0/").expect("a client").expect("no proxy");
        for (path, token) in [("1/messages", "old"), ("1/messages", "new"), ("2/messages", "new")] {
            let asked = || {
                let body = Bytes::from_static(b"{}");
                let request = direct.request(path, &AccessToken::new(token), &body).expect("a request");
                let bearer = request.headers()[AUTHORIZATION].to_str().expect("text").to_owned();
                (request.uri().to_string(), bearer, request.headers()[HOST].clone())
            };
            let uri = format!("http://graph.example:8001/v25.0/{path}");
            let expected = (uri, format!("Bearer {token}"), HeaderValue::from_static("graph.example:8001"));
            assert_eq!([asked(), asked()], [expected.clone(), expected]);
        }
    }

    #[test]
    fn the_usual_port_goes_without_saying() {
        for (base, host) in [
            ("https://graph.facebook.com:443", "graph.facebook.com"),
            ("https://graph.facebook.com", "graph.facebook.com"),
            ("http://127.0.0.1:80", "127.0.0.1"),
            ("http://[::1]:8001", "[::1]:8001"),
            ("https://user@graph.example:80", "graph.example:80"),
        ] {
            let base = Uri::from_static(base);
            let (scheme, authority) = (base.scheme().expect("one"), base.authority().expect("one"));
            assert_eq!(host_of(scheme, authority), host);
        }
    }

    #[test]
    fn what_needs_encoding_or_leads_away_is_not_plain() {
        for plain in ["106540352242922/messages", "a_b-c.d/x"] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in ["", "1//x", "1/../x", "./x", "1/x?y", "1/x#y", "1/%2e", "1 2", "1/\r\nx", "é"] {
            assert!(!is_plain(other), "{other}");
        }
    }
}
