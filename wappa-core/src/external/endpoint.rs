//! The sources over HTTP: signature, shape, whose it is, and the answer once the event is safe.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use futures_util::FutureExt;
use sha2::{Digest, Sha256};

use super::{AnySource, Externals, Read};
use crate::{
    happening::External,
    inbox::{Inbox, NotifyError},
    shutdown::{Drain, Phase},
    webhook::{Sources, read, refuse},
};

/// The path of a source.
pub const EXTERNAL_PATH: &str = "/webhook/external/{name}";
/// How long the author may take to say whose an event is.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the sources stand on.
#[derive(Clone)]
pub struct ExternalParts {
    /// By the last part of their path.
    pub externals: Arc<Externals>,
    /// Where events go.
    pub inbox: Arc<Inbox>,
    /// Whether the bot is going down.
    pub drain: Drain,
    /// Who has asked too often without knowing a secret.
    pub sources: Arc<Sources>,
}

/// The sources, for any host application.
pub fn routes<S: Clone + Send + Sync + 'static>(parts: ExternalParts) -> Router<S> {
    Router::new().route(EXTERNAL_PATH, post(take)).with_state(Arc::new(parts))
}

async fn take(
    State(parts): State<Arc<ExternalParts>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    if parts.drain.phase() > Phase::Open {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "going down; come again");
    }
    let Some(source) = parts.externals.0.get(&name) else {
        return refuse(StatusCode::NOT_FOUND, "this bot has no source of this name");
    };
    let (head, body) = request.into_parts();
    let charged = match parts.sources.charge(&head) {
        Ok(charged) => charged,
        Err(refused) => return refused.into_response(),
    };
    let clock = parts.sources.clock();
    let body = match read(&head.headers, body, clock).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    if let Err(error) = source.verifier().verify(&head.headers, &body, clock.now()) {
        tracing::warn!(source = name, %error, "an event of another service was refused");
        return refuse(StatusCode::UNAUTHORIZED, "the signature is missing, old or wrong");
    }
    parts.sources.forgive(charged);
    let again = || refuse(StatusCode::SERVICE_UNAVAILABLE, "it could not be taken; come again");
    let Some(whose) = parts.whose(&name, &**source, &body).await else { return again() };
    let (key, id, of) = match whose {
        Read::To { key, id, of } => (key, id, of),
        Read::Nobody => {
            tracing::debug!(source = name, "an event of another service is about nobody");
            return StatusCode::OK.into_response();
        }
        Read::Misshapen(error) if error.is_syntax() || error.is_eof() => {
            return refuse(StatusCode::BAD_REQUEST, "the body is not JSON");
        }
        Read::Misshapen(error) => {
            tracing::warn!(
                source = name,
                line = error.line(),
                column = error.column(),
                "an event of another service does not fit its type and is kept aside"
            );
            let note = format!(
                "of the source {name}, at line {} column {}: it does not fit its type",
                error.line(),
                error.column()
            );
            return match parts.inbox.keep_aside(note, body).await {
                Ok(()) => StatusCode::OK.into_response(),
                Err(_) => again(),
            };
        }
    };
    let id =
        id.or_else(|| named(&head.headers, &**source)).unwrap_or_else(|| hex::encode(Sha256::digest(&body)));
    let Some(external) = External::of(&name, &id, &of, &body) else {
        return refuse(StatusCode::BAD_REQUEST, "the body is not JSON");
    };
    match parts.inbox.tell_external(key, &external).await {
        Ok(_) => StatusCode::OK.into_response(),
        Err(error @ (NotifyError::UnknownNumber(_) | NotifyError::Nobody)) => {
            tracing::warn!(source = name, %error, "an event of another service leads to no conversation and is kept aside");
            match parts.inbox.keep_aside(format!("of the source {name}: {error}"), body).await {
                Ok(()) => StatusCode::OK.into_response(),
                Err(_) => again(),
            }
        }
        Err(error) => {
            tracing::error!(source = name, %error, "an event of another service could not be taken; it is asked to come again");
            again()
        }
    }
}

impl ExternalParts {
    /// Asks the author, who may fail, panic or take too long.
    async fn whose(&self, name: &str, source: &dyn AnySource, body: &Bytes) -> Option<Read> {
        let Ok(asking) = catch_unwind(AssertUnwindSafe(|| source.read(body))) else {
            tracing::error!(source = name, "asking whose an event is panicked");
            return None;
        };
        tokio::select! {
            biased;
            read = AssertUnwindSafe(asking).catch_unwind() => match read {
                Ok(Ok(read)) => return Some(read),
                Ok(Err(error)) => tracing::error!(source = name, %error, "it could not be told whose an event is"),
                Err(_) => tracing::error!(source = name, "asking whose an event is panicked"),
            },
            () = self.sources.clock().sleep(PATIENCE) => {
                tracing::error!(source = name, "it took longer than five seconds to tell whose an event is");
            }
        }
        None
    }
}

fn named(headers: &HeaderMap, source: &dyn AnySource) -> Option<String> {
    headers.get(source.id_header()?)?.to_str().ok().map(str::to_owned)
}
