//! The way of messages: JSON posted to a node of the base, over hyper's own pooled client. A general client parses the
//! URL of each call three times and offers it to a chain of layers, which costs as much as all else a message needs.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT},
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

#[derive(Clone)]
pub(super) struct Direct {
    client: Client<InTime<HttpsConnector<HttpConnector>>, Full<Bytes>>,
    scheme: Scheme,
    authority: Authority,
    prefix: Arc<str>,
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
        Ok(Some(Self { client, scheme: scheme.clone(), authority: authority.clone(), prefix: prefix.into() }))
    }

    /// The request, if the path may stand in a URL as it is.
    pub(super) fn request(
        &self,
        path: &str,
        token: &AccessToken,
        body: &Bytes,
    ) -> Option<Request<Full<Bytes>>> {
        let path = is_plain(path).then(|| [&*self.prefix, path].concat())?;
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(PathAndQuery::try_from(path).ok()?)
            .build()
            .ok()?;
        let mut bearer = HeaderValue::try_from(["Bearer ", token.expose()].concat()).ok()?;
        bearer.set_sensitive(true);
        let mut request = Request::post(uri).body(Full::new(body.clone())).ok()?;
        let headers = request.headers_mut();
        headers.reserve(5);
        headers.insert(AUTHORIZATION, bearer);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        Some(request)
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
    use super::is_plain;

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
