//! Connections that are made in time or not at all, with all that belongs to making one: the name, TCP and TLS. What has no
//! connection has provably not been sent.

use std::{
    error::Error,
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use tower_service::Service;

type BoxError = Box<dyn Error + Send + Sync>;

/// A connector that gives up after a time.
#[derive(Debug, Clone)]
pub(super) struct InTime<C> {
    connector: C,
    limit: Duration,
}

impl<C> InTime<C> {
    pub(super) fn new(connector: C, limit: Duration) -> Self {
        Self { connector, limit }
    }
}

impl<C> Service<Uri> for InTime<C>
where
    C: Service<Uri, Error: Into<BoxError>, Future: Send + 'static>,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let (connecting, limit) = (self.connector.call(to), self.limit);
        Box::pin(async move {
            #[expect(clippy::disallowed_methods, reason = "the network's time is the machine's")]
            let connected = tokio::time::timeout(limit, connecting).await;
            connected
                .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no connection in time"))?
                .map_err(Into::into)
        })
    }
}
