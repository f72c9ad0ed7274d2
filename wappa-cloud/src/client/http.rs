//! The HTTP transport: two clients, one for Meta that carries the token and one for everything else that never does.

use std::{net::IpAddr, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{Client, RequestBuilder, Response, Url, header, multipart, redirect};

use crate::transport::{
    BoxFuture, GraphRequest, GraphResponse, RequestBody, Target, Transport, TransportError,
    TransportErrorKind,
};

/// Hosts of Meta's that a token may be sent to, with everything below them.
const META: [&str; 4] = ["facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net"];

/// Where Meta's newer calls go.
const API: &str = "https://api.facebook.com";

/// Redirects followed, without the token once the host changes.
const REDIRECTS: usize = 3;

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
    /// How long a call may take in all.
    pub timeout: Duration,
}

impl HttpConfig {
    /// This base and version, 10 seconds to connect and 30 in all.
    pub fn new(base_url: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            version: version.into(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
        }
    }
}

/// Calls the Graph API over HTTP. Credentials go to the configured base and to Meta's hosts, and nowhere else.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    /// Follows no redirects by itself.
    meta: Client,
    /// Never given a token.
    others: Client,
    base: Url,
    /// The path of the base and the version, with a slash at its end.
    prefix: String,
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
        let client = || {
            Client::builder()
                .connect_timeout(config.connect_timeout)
                .timeout(config.timeout)
                .redirect(redirect::Policy::none())
                .tcp_nodelay(true)
                // With HTTP/2 all calls share one connection and queue when its streams run out.
                .http1_only()
                .user_agent(concat!("wappa/", env!("CARGO_PKG_VERSION")))
                .build()
                .map_err(|source| TransportError::new(TransportErrorKind::Connect, source))
        };
        let prefix = format!("{}/{}/", base.path().trim_end_matches('/'), config.version);
        let api = match base.host_str() {
            Some("graph.facebook.com") => Url::parse(API).map_err(|_| refused())?,
            _ => base.clone(),
        };
        Ok(Self { meta: client()?, others: client()?, base, prefix, api })
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
        let mut url = match &request.target {
            Target::Node(path) => self.node(path),
            Target::Api(path) => {
                let mut url = self.api.clone();
                url.set_path(&format!("{}/{path}", self.api.path().trim_end_matches('/')));
                url
            }
            Target::Url(url) => Url::parse(url).map_err(|_| refused())?,
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
            let Some(next) = response
                .headers()
                .get(header::LOCATION)
                .and_then(|to| to.to_str().ok())
                .and_then(|to| response.url().join(to).ok())
                .filter(|next| may_lead(response.url(), next))
            else {
                break;
            };
            followed += 1;
            // A redirect leads to a place that needs no token, or it is not followed with one. Nobody outside may send
            // us to a service on this machine.
            response = self.others.get(next).send().await.map_err(failed)?;
        }
        Ok(response)
    }

    fn builder(&self, request: GraphRequest) -> Result<RequestBuilder, TransportError> {
        let url = self.url(&request)?;
        let client = if request.token.is_some() { &self.meta } else { &self.others };
        let mut builder = client.request(request.method, url);
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
}

fn is_url(request: &GraphRequest) -> bool {
    matches!(request.target, Target::Url(_))
}

async fn read(mut response: Response, limit: usize) -> Result<GraphResponse, TransportError> {
    let too_large = || TransportError::from(TransportErrorKind::TooLarge);
    let status = response.status().as_u16();
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let retry_after = text(header::RETRY_AFTER).and_then(|value| value.parse().ok()).map(Duration::from_secs);
    let content_type = text(header::CONTENT_TYPE);
    if response
        .content_length()
        .is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > limit))
    {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    let mut only = Bytes::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + only.len() + chunk.len() > limit {
            return Err(too_large());
        }
        // Most answers come in one piece, which need not be copied.
        if only.is_empty() && body.is_empty() {
            only = chunk;
        } else {
            if !only.is_empty() {
                body.extend_from_slice(&std::mem::take(&mut only));
            }
            body.extend_from_slice(&chunk);
        }
    }
    let body = if only.is_empty() { body.freeze() } else { only };
    Ok(GraphResponse { status, retry_after, content_type, body })
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
