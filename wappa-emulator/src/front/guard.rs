//! Who may come in: only requests to a loopback name, or with the key where the page is shared; and changes only from the
//! page itself.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

/// Refuses requests whose `Host` isn't a loopback name: a web page that had its own name resolved to 127.0.0.1
/// still sends that name.
pub(super) async fn loopback(request: Request, next: Next) -> Response {
    match host(request.headers(), request.uri()) {
        Some(host) if is_loopback(host) => next.run(request).await,
        _ => (StatusCode::FORBIDDEN, "The emulator answers on loopback names only.").into_response(),
    }
}

/// What browsers that aren't on this machine have to show. Its `Debug` shows nothing.
#[derive(Clone)]
pub(super) struct Key(Arc<str>);

impl Key {
    pub(super) fn new(key: &str) -> Self {
        Self(key.into())
    }

    /// Takes as long for a key that is nearly right as for one that is quite wrong.
    fn is(&self, shown: &str) -> bool {
        !self.0.is_empty() && Sha256::digest(self.0.as_bytes()) == Sha256::digest(shown.as_bytes())
    }
}

const COOKIE: &str = "wappa_phone";

/// Lets this machine in, and who shows the key: once in the page's address, from then on in a cookie.
pub(super) async fn keyed(State(key): State<Key>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let near = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    if near && host(request.headers(), request.uri()).is_some_and(is_loopback)
        || cookie(request.headers()).is_some_and(|shown| key.is(shown))
    {
        return next.run(request).await;
    }
    let shown =
        request.uri().query().unwrap_or_default().split('&').find_map(|part| part.strip_prefix("key="));
    if request.uri().path() != "/" || !shown.is_some_and(|shown| key.is(shown)) {
        return (StatusCode::FORBIDDEN, "Open the address with the key that the program has printed.")
            .into_response();
    }
    let mut response = next.run(request).await;
    let set = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", key.0);
    if let Ok(set) = HeaderValue::from_str(&set) {
        response.headers_mut().insert(header::SET_COOKIE, set);
    }
    response
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(name, value)| (name == COOKIE).then_some(value))
}

/// Refuses changes from other origins, and bodies that a form of another page could send without asking.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let headers = request.headers();
    if let Some(origin) = headers.get(header::ORIGIN) {
        let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
        if origin.is_none() || origin != host(headers, request.uri()) {
            return (StatusCode::FORBIDDEN, "Changes come from the page itself only.").into_response();
        }
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let upload = request.uri().path() == "/api/media";
    // These three, and none at all, cross origins without a preflight.
    let simple = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""];
    let declared = headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site");
    // A form can't delete, and a script of another origin can't without a preflight.
    let fit = match *request.method() {
        Method::DELETE => true,
        _ if upload => declared || !simple.contains(&kind.as_str()),
        _ => kind == "application/json",
    };
    if !fit {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send JSON with Content-Type: application/json.")
            .into_response();
    }
    if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site") {
        return (StatusCode::FORBIDDEN, "Changes come from the page itself only.").into_response();
    }
    next.run(request).await
}

fn host<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    match headers.get(header::HOST) {
        Some(host) => host.to_str().ok(),
        None => uri.authority().map(axum::http::uri::Authority::as_str),
    }
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        // An IPv6 address has colons of its own, and stands in brackets if a port follows.
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "[::1]") || name.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_loopback_names_are_let_in() {
        for host in ["127.0.0.1", "127.0.0.1:8001", "localhost", "LocalHost:80", "[::1]", "[::1]:8001"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example:80",
            "localhost.evil.example",
            "10.0.0.1",
            "",
            "0.0.0.0:80",
            "::1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
