//! Traces for OpenTelemetry: where they go, and the layer that sends them. `joined.rs` has what makes one trace of all that
//! becomes of an event; `client.rs` the way to the collector.

mod client;
mod joined;

use std::{fmt, sync::Arc, time::Duration};

use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchSpanProcessor, Sampler, SdkTracerProvider},
};
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{Layer, filter::Targets, registry::LookupSpan};
use wappa_core::{
    clock::{Clock, SystemClock},
    traces::EventTraces,
};

use self::{
    client::Client,
    joined::{Joined, Shared},
};

/// How long one export may take, and the last one when the bot goes down.
const PATIENCE: Duration = Duration::from_secs(5);
const SCOPE: &str = "wappa";

/// Where traces go: a collector that understands OTLP over HTTP with protobuf.
#[derive(Clone)]
#[must_use = "traces go nowhere until they are started"]
pub struct Otlp {
    endpoint: Option<String>,
    headers: Vec<(String, String)>,
    service: Option<String>,
    share: f64,
}

/// Traces cannot be sent there.
#[derive(Debug, thiserror::Error)]
#[error("traces cannot be sent: check the collector's address, like http://127.0.0.1:4318")]
pub struct OtlpError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl Default for Otlp {
    fn default() -> Self {
        Self { endpoint: None, headers: Vec::new(), service: None, share: 1.0 }
    }
}

impl Otlp {
    /// To the collector that OpenTelemetry's own variables name (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS`,
    /// `OTEL_SERVICE_NAME`), else to `http://localhost:4318`.
    pub fn new() -> Self {
        Self::default()
    }

    /// To this collector, like `http://127.0.0.1:4318`, without the path.
    pub fn to(endpoint: impl Into<String>) -> Self {
        Self { endpoint: Some(endpoint.into()), ..Self::default() }
    }

    /// A header for the collector, such as a key. It stands in no log.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// What the collector calls this program; `wappa` unless a variable or this says otherwise.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.service = Some(name.into());
        self
    }

    /// The share of events that are traced, from 0 to 1, which is the default. It is decided by the event's id, so that an
    /// event is traced as a whole, in every process.
    pub fn share(mut self, share: f64) -> Self {
        self.share = share.clamp(0.0, 1.0);
        self
    }

    /// Starts sending. Needs a tokio runtime.
    ///
    /// # Errors
    /// The collector's address is none, or TLS cannot be set up.
    pub fn start(self) -> Result<Traces, OtlpError> {
        let Self { endpoint, headers, service, share } = self;
        let mut exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(PATIENCE)
            .with_headers(headers.into_iter().collect())
            .with_http_client(Client::new(PATIENCE).map_err(|error| OtlpError(error.into()))?);
        if let Some(endpoint) = endpoint {
            exporter = exporter.with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')));
        }
        let exporter = exporter.build().map_err(|error| OtlpError(error.into()))?;
        // The variable wins over the default, and what is said here over both.
        let resource = Resource::builder();
        let resource = match service {
            Some(name) => resource.with_service_name(name),
            None => resource,
        };
        let resource = resource.with_attribute(KeyValue::new("telemetry.distro.name", SCOPE)).build();
        let sampler = Sampler::TraceIdRatioBased(share);
        let processor = Shared::new(BatchSpanProcessor::builder(exporter).build(), &resource);
        let joined = Joined::new(processor.clone(), sampler.clone());
        let provider = SdkTracerProvider::builder()
            .with_span_processor(processor)
            .with_sampler(sampler)
            .with_resource(resource)
            .build();
        Ok(Traces { provider, joined: Arc::new(joined) })
    }
}

impl fmt::Debug for Otlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("Otlp")
            .field("endpoint", &self.endpoint)
            .field("headers", &headers)
            .field("service", &self.service)
            .field("share", &self.share)
            .finish()
    }
}

/// Traces on their way to a collector. Cheap to clone.
#[derive(Clone)]
pub struct Traces {
    provider: SdkTracerProvider,
    joined: Arc<Joined>,
}

impl Traces {
    /// The layer that a program with a subscriber of its own puts into it; [`run`](crate::Wappa::run) does so by itself where
    /// it starts the log. Traced is what the bot does, and what the program's own spans say from `INFO` on.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static + use<S>
    where
        S: Subscriber + for<'s> LookupSpan<'s> + Send + Sync,
    {
        // What sends traces is not traced, or there would be no end to it.
        let quiet = ["hyper", "hyper_util", "reqwest", "h2", "rustls", "opentelemetry", "opentelemetry_sdk"];
        let targets = Targets::new()
            .with_default(LevelFilter::INFO)
            .with_target("wappa_core", LevelFilter::DEBUG)
            .with_targets(quiet.map(|target| (target, LevelFilter::OFF)));
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer(SCOPE))
            // A delivery is known by its events, which are known when it has been read.
            .with_context_activation(false)
            .with_tracked_inactivity(false)
            .with_threads(false)
            .with_location(false)
            .with_filter(targets)
    }

    /// Sends what has ended so far, for 5 seconds at most. The end of a bot does so by itself.
    pub async fn flush(&self) {
        let provider = self.provider.clone();
        let flushing = tokio::task::spawn_blocking(move || provider.force_flush());
        tokio::select! {
            flushed = flushing => match flushed {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the last traces did not reach the collector"),
                Err(error) => tracing::warn!(%error, "the last traces could not be sent"),
            },
            () = SystemClock.sleep(PATIENCE) => tracing::warn!("the collector did not take the last traces in time"),
        }
    }

    pub(crate) fn joined(&self) -> Arc<dyn EventTraces> {
        Arc::clone(&self.joined) as _
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces").finish_non_exhaustive()
    }
}
