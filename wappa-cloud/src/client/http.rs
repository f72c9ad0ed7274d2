//! The HTTP transport: three clients, one for Meta that carries the token, one for everything else that never does, and one
//! for strangers' addresses that doesn't reach private networks either. Messages have a way of their own.

mod clients;
mod connect;
mod direct;

use std::{net::IpAddr, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::stream::{StreamExt, TryStreamExt};
use http::{HeaderMap, Method, StatusCode, Uri};
use reqwest::{RequestBuilder, Response, Url, header, multipart};

use self::{clients::Clients, direct::Direct};
use super::{address::is_public, usage};
use crate::transport::{
    BoxFuture, GraphRequest, GraphResponse, GraphStream, RequestBody, Target, Transport, TransportError,
    TransportErrorKind,
};

/// Hosts of Meta's that a token may be sent to, with everything below them.
const META: [&str; 4] = ["facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net"];

/// Where Meta's newer calls go.
const API: &str = "https://api.facebook.com";

/// Redirects followed, without the token once the host changes.
const REDIRECTS: usize = 3;

const AGENT: &str = concat!("wappa/", env!("CARGO_PKG_VERSION"));

/// How the Graph API is reached.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HttpConfig {
    /// Like `https://graph.facebook.com`. Plain http is taken for this machine only.
    pub base_url: String,
    /// Like `v25.0`.
    pub version: String,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long a call may take in all, but for messages.
    pub timeout: Duration,
    /// How long a message may take in all, from the connection to the last byte of the answer.
    pub message_timeout: Duration,
}

impl HttpConfig {
    /// This base and version, 5 seconds to connect, 10 in all for a message and 30 for any other call.
    pub fn new(base_url: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            version: version.into(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            message_timeout: Duration::from_secs(10),
        }
    }
}

/// Calls the Graph API over HTTP. Credentials go to the configured base and to Meta's hosts, and nowhere else.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    direct: Option<Direct>,
    clients: Clients,
    base: Url,
    /// The path of the base and the version, with a slash at its end.
    prefix: String,
    timeout: Duration,
    message_timeout: Duration,
    /// Where calls without a version go.
    api: Url,
}

impl HttpTransport {
    /// A transport with connections of its own.
    ///
    /// # Errors
    /// The base is no URL, or plain http to another machine; the TLS setup failed.
    pub fn new(config: &HttpConfig) -> Result<Self, TransportError> {
        let refused = || TransportError::from(TransportErrorKind::Refused);
        let base = Url::parse(&config.base_url).map_err(|_| refused())?;
        if !is_safe(&base) {
            return Err(refused());
        }
        let prefix = format!("{}/{}/", base.path().trim_end_matches('/'), config.version);
        let api = match base.host_str() {
            Some("graph.facebook.com") => Url::parse(API).map_err(|_| refused())?,
            _ => base.clone(),
        };
        let root = Uri::try_from(base.as_str()).map_err(|_| refused())?;
        let direct = Direct::new(config, &root, &prefix)?;
        let clients = Clients::new(config);
        if direct.is_none() {
            // What is wrong with TLS is told now, not with the first message.
            clients.meta()?;
        }
        let HttpConfig { timeout, message_timeout, .. } = *config;
        Ok(Self { direct, clients, base, prefix, timeout, message_timeout, api })
    }

    fn is_trusted(&self, url: &Url) -> bool {
        let same_origin = url.origin() == self.base.origin();
        let metas = url.scheme() == "https" && url.host_str().is_some_and(is_metas);
        same_origin || metas
    }

    /// A node below the base. Only the path is parsed each time.
    fn node(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.prefix));
        url
    }

    fn url(&self, request: &GraphRequest) -> Result<Url, TransportError> {
        let refused = || TransportError::from(TransportErrorKind::Refused);
        if let Target::Node(path) | Target::Api(path) = &request.target
            && climbs(path)
        {
            return Err(refused());
        }
        let mut url = match &request.target {
            Target::Node(path) => self.node(path),
            Target::Api(path) => self.versionless(path),
            Target::Url(url) => Url::parse(url).map_err(|_| refused())?,
            Target::Public(_) => return Err(refused()),
        };
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        // A node's URL begins with the base, which was checked when this was built.
        if is_url(request) && (!is_safe(&url) || (request.token.is_some() && !self.is_trusted(&url))) {
            return Err(refused());
        }
        Ok(url)
    }

    /// Goes where a file's URL leads.
    async fn follow(&self, mut response: Response) -> Result<Response, TransportError> {
        let mut followed = 0;
        while response.status().is_redirection() && followed < REDIRECTS {
            let Some(next) = redirected(&response).filter(|next| may_lead(response.url(), next)) else {
                break;
            };
            followed += 1;
            // A redirect leads to a place that needs no token, or it is not followed with one. Nobody outside may send
            // us to a service on this machine.
            response = self.clients.others()?.get(next).send().await.map_err(failed)?;
        }
        Ok(response)
    }

    /// Wherever the request goes, for answers that are read piece by piece.
    async fn respond(&self, request: GraphRequest) -> Result<Response, TransportError> {
        if let Target::Public(url) = &request.target {
            return self.visit(url).await;
        }
        let may_lead_on = is_url(&request);
        let response = self.builder(request)?.send().await.map_err(failed)?;
        if may_lead_on { self.follow(response).await } else { Ok(response) }
    }

    /// Goes where a stranger says, as long as anybody could go there. Names are looked up by the connection itself, so that
    /// they can't mean something else by then.
    async fn visit(&self, url: &str) -> Result<Response, TransportError> {
        let refused = || TransportError::from(TransportErrorKind::Refused);
        let mut url = Url::parse(url).ok().filter(may_visit).ok_or_else(refused)?;
        let mut followed = 0;
        loop {
            let response = self.clients.strangers()?.get(url).send().await.map_err(failed)?;
            if !response.status().is_redirection() || followed == REDIRECTS {
                return Ok(response);
            }
            let Some(next) = redirected(&response) else { return Ok(response) };
            url = Some(next).filter(may_visit).ok_or_else(refused)?;
            followed += 1;
        }
    }

    fn versionless(&self, path: &str) -> Url {
        let mut url = self.api.clone();
        url.set_path(&format!("{}/{path}", self.api.path().trim_end_matches('/')));
        url
    }

    /// How long a POST to this node may take.
    fn timeout(&self, path: &str) -> Duration {
        // `messages` and `marketing_messages`.
        if path.ends_with("messages") { self.message_timeout } else { self.timeout }
    }

    fn builder(&self, request: GraphRequest) -> Result<RequestBuilder, TransportError> {
        let url = self.url(&request)?;
        let client = if request.token.is_some() { self.clients.meta()? } else { self.clients.others()? };
        let mut builder = client.request(request.method, url);
        if let Target::Node(path) = &request.target {
            builder = builder.timeout(self.timeout(path));
        }
        if let Some(token) = &request.token {
            builder = if is_upload(&request.target) {
                // The Resumable Upload API alone wants the older word.
                let mut value = header::HeaderValue::try_from(format!("OAuth {}", token.expose()))
                    .map_err(|source| TransportError::new(TransportErrorKind::Refused, source))?;
                value.set_sensitive(true);
                builder.header(header::AUTHORIZATION, value)
            } else {
                builder.bearer_auth(token.expose())
            };
        }
        Ok(match request.body {
            RequestBody::Empty => builder,
            RequestBody::Form(fields) => builder.form(&fields),
            RequestBody::Chunk { offset, bytes } => builder.header("file_offset", offset).body(bytes),
            RequestBody::Json(body) => builder.header(header::CONTENT_TYPE, "application/json").body(body),
            RequestBody::Multipart { fields, file } => {
                let part = multipart::Part::stream(file.bytes)
                    .file_name(file.name)
                    .mime_str(&file.mime)
                    .map_err(|source| TransportError::new(TransportErrorKind::Refused, source))?;
                let form = fields
                    .into_iter()
                    .fold(multipart::Form::new(), |form, (name, value)| form.text(name, value));
                builder.multipart(form.part("file", part))
            }
        })
    }
}

impl Transport for HttpTransport {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        let limit = request.max_answer.unwrap_or(GraphRequest::MAX_ANSWER);
        if let Target::Public(url) = request.target {
            return Box::pin(async move { read(self.visit(&url).await?, limit).await });
        }
        if let Some(direct) = &self.direct
            && let GraphRequest {
                method: Method::POST,
                target: Target::Node(path),
                token: Some(token),
                body: RequestBody::Json(body),
                query,
                ..
            } = &request
            && query.is_empty()
            && let Some(request) = direct.request(path, token, body)
        {
            return Box::pin(direct.send(request, limit, self.timeout(path)));
        }
        let may_lead_on = is_url(&request);
        let sending = self.builder(request).map(RequestBuilder::send);
        Box::pin(async move {
            let mut response = sending?.await.map_err(failed)?;
            if may_lead_on {
                response = Box::pin(self.follow(response)).await?;
            }
            read(response, limit).await
        })
    }

    fn open(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphStream, TransportError>> {
        let limit = request.max_answer.unwrap_or(GraphRequest::MAX_ANSWER);
        Box::pin(async move {
            let response = self.respond(request).await?;
            if is_longer(&response, limit) {
                return Err(TransportErrorKind::TooLarge.into());
            }
            let Head { status, retry_after, content_type } = Head::of(response.status(), response.headers());
            let chunks = response.bytes_stream().map_err(failed).boxed();
            Ok(GraphStream { status, retry_after, content_type, chunks })
        })
    }
}

/// Whether a path has a part that leads upwards, in any notation that parsers of URLs know.
fn climbs(path: &str) -> bool {
    path.split(['/', '\\']).any(|part| {
        let mut rest = part;
        let mut dots = 0;
        while !rest.is_empty() {
            // Such letters are dropped before the dots are looked for.
            if let Some(next) = rest.strip_prefix(['\t', '\n', '\r']) {
                rest = next;
                continue;
            }
            let dot = ["%2e", "%2E", "."].iter().find_map(|dot| rest.strip_prefix(dot));
            let Some(next) = dot else { return false };
            (rest, dots) = (next, dots + 1);
        }
        matches!(dots, 1 | 2)
    })
}

fn is_url(request: &GraphRequest) -> bool {
    matches!(request.target, Target::Url(_))
}

/// What an answer says before its body.
struct Head {
    status: u16,
    retry_after: Option<Duration>,
    content_type: Option<String>,
}

impl Head {
    fn of(status: StatusCode, headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let said = text(header::RETRY_AFTER.as_str()).and_then(|value| value.parse().ok());
        // The usage comes with successes too, and says nothing then.
        let refused = status.is_client_error() || status.is_server_error();
        let usage = || text(usage::HEADER).filter(|_| refused).and_then(usage::regain_after);
        Self {
            status: status.as_u16(),
            retry_after: said.map(Duration::from_secs).or_else(usage),
            content_type: text(header::CONTENT_TYPE.as_str()).map(str::to_owned),
        }
    }

    fn with(self, body: Bytes) -> GraphResponse {
        let Self { status, retry_after, content_type } = self;
        GraphResponse { status, retry_after, content_type, body }
    }
}

/// Whether an answer says itself that it is longer than allowed.
fn is_longer(response: &Response, limit: usize) -> bool {
    response
        .content_length()
        .is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit))
}

/// Where an answer leads instead.
fn redirected(response: &Response) -> Option<Url> {
    let to = response.headers().get(header::LOCATION)?.to_str().ok()?;
    response.url().join(to).ok()
}

async fn read(mut response: Response, limit: usize) -> Result<GraphResponse, TransportError> {
    let too_large = || TransportError::from(TransportErrorKind::TooLarge);
    let head = Head::of(response.status(), response.headers());
    if is_longer(&response, limit) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(head.with(body.freeze()))
}

fn failed(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if error.is_builder() {
        TransportErrorKind::Refused
    } else {
        TransportErrorKind::Broken
    };
    TransportError::new(kind, error.without_url())
}

/// Whether this is the session of a resumable upload.
fn is_upload(target: &Target) -> bool {
    matches!(target, Target::Node(path) if path.starts_with("upload:"))
}

fn is_metas(host: &str) -> bool {
    META.iter()
        .any(|metas| host.strip_suffix(metas).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Encrypted, or not leaving this machine.
fn is_safe(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_here(url),
        _ => false,
    }
}

/// Whether a redirect may be followed.
fn may_lead(from: &Url, to: &Url) -> bool {
    is_safe(to) && (is_here(from) || !is_here(to))
}

/// Whether a stranger's URL may be followed, as far as can be seen without looking its name up.
fn may_visit(url: &Url) -> bool {
    let is_web = matches!(url.scheme(), "http" | "https");
    let has_no_login = url.username().is_empty() && url.password().is_none();
    let address = url.host_str().and_then(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().ok());
    // Names are looked up, and addresses among them left out, by `PublicOnly`; addresses themselves are not looked up.
    is_web && has_no_login && url.has_host() && address.map_or_else(|| !is_here(url), is_public)
}

/// Whether a URL leads to this machine.
fn is_here(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || host.ends_with(".localhost")
            || bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
    })
}

#[cfg(test)]
mod tests;
