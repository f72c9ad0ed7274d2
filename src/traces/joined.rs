//! One trace for all that becomes of an event, in whichever process: the id of the trace is the event's own, so that nothing
//! need be carried through the store, and whoever has an event's id from a log has its trace.
//!
//! ```text
//! event     from its place in the store to the beginning of its first turn: how long it waited
//! ├ delivery  the request that brought it
//! └ turn      one for each attempt
//!   └ send
//! ```

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use opentelemetry::{
    Context, InstrumentationScope, KeyValue,
    trace::{SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId, TraceState},
};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{
        BatchSpanProcessor, Sampler, SamplingDecision, ShouldSample, Span as SdkSpan, SpanData, SpanEvents,
        SpanLinks, SpanProcessor,
    },
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use wappa_cloud::DedupKey;
use wappa_core::{
    clock::{Clock, SystemClock},
    store::{Claim, Queued},
    traces::EventTraces,
};

use super::SCOPE;

/// A processor that takes spans of a tracer's, and others.
#[derive(Debug, Clone)]
pub(super) struct Shared(Arc<BatchSpanProcessor>);

impl Shared {
    pub(super) fn new(mut processor: BatchSpanProcessor, resource: &Resource) -> Self {
        processor.set_resource(resource);
        Self(Arc::new(processor))
    }
}

impl SpanProcessor for Shared {
    fn on_start(&self, span: &mut SdkSpan, context: &Context) {
        self.0.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        self.0.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }
}

/// Knows which trace an event has.
#[derive(Debug)]
pub(super) struct Joined {
    processor: Shared,
    sampler: Sampler,
    scope: InstrumentationScope,
}

impl Joined {
    pub(super) fn new(processor: Shared, sampler: Sampler) -> Self {
        Self { processor, sampler, scope: InstrumentationScope::builder(SCOPE).build() }
    }

    /// The span that the event itself is.
    fn root(event: DedupKey) -> SpanContext {
        let span = u64::try_from(event.0 & u128::from(u64::MAX)).unwrap_or_default();
        let (trace, span) = (TraceId::from(event.0), SpanId::from(span.max(1)));
        SpanContext::new(trace, span, TraceFlags::SAMPLED, true, TraceState::default())
    }

    fn is_sampled(&self, trace: TraceId) -> bool {
        let decided = self.sampler.should_sample(None, trace, "event", &SpanKind::Consumer, &[], &[]);
        decided.decision == SamplingDecision::RecordAndSample
    }

    fn tell(&self, root: SpanContext, claim: &Claim, waited: Duration) {
        // As the layer has it: traces of several programs stand beside each other in the machine's time.
        let now = u64::try_from(SystemClock.now().as_millis()).unwrap_or_default();
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(now);
        self.processor.on_end(SpanData {
            span_context: root,
            parent_span_id: SpanId::INVALID,
            parent_span_is_remote: false,
            span_kind: SpanKind::Consumer,
            name: "event".into(),
            start_time: now.checked_sub(waited).unwrap_or(now),
            end_time: now,
            attributes: vec![
                KeyValue::new("event", format!("{:032x}", claim.event.key.0)),
                KeyValue::new("kind", format!("{:?}", claim.event.kind)),
                KeyValue::new("number", claim.number.to_string()),
            ],
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: self.scope.clone(),
        });
    }
}

fn is_first(event: &Queued) -> bool {
    event.attempt == 1 && event.parks == 0 && event.redriven == 0
}

impl EventTraces for Joined {
    fn delivered(&self, delivery: &Span, events: &mut dyn Iterator<Item = DedupKey>) {
        if delivery.is_disabled() {
            return;
        }
        let Some(first) = events.next() else { return };
        // It belongs to its first event and names the others. Where the layer is not installed nothing is traced.
        let _ = delivery.set_parent(Context::new().with_remote_span_context(Self::root(first)));
        for event in events {
            delivery.add_link(Self::root(event));
        }
    }

    fn begins(&self, turn: &Span, claim: &Claim, waited: Duration) {
        if turn.is_disabled() {
            return;
        }
        let root = Self::root(claim.event.key);
        let joined = turn.set_parent(Context::new().with_remote_span_context(root.clone()));
        if joined.is_ok() && is_first(&claim.event) && self.is_sampled(root.trace_id()) {
            self.tell(root, claim, waited);
        }
    }
}
