//! How flows fare.

use super::lax::{facts, words};

facts! {
    /// How a flow fares (Meta: *Flows webhooks*).
    pub struct FlowHealth {
        /// What happened.
        event: Option<FlowEvent>,
        /// Which flow.
        flow_id: Option<String>,
        /// Meta's sentence about it.
        message: Option<String>,
        /// What it was, like `DRAFT`.
        old_status: Option<String>,
        /// What it is, like `THROTTLED`.
        new_status: Option<String>,
        /// Whether the alert is on.
        alert_state: Option<AlertState>,
        /// Errors in a hundred.
        error_rate: Option<f64>,
        /// Answers in a hundred.
        availability: Option<f64>,
        /// Where the alert begins.
        threshold: Option<f64>,
        /// Half of the answers came within as many milliseconds.
        p50_latency: Option<f64>,
        /// Nine of ten answers came within as many milliseconds.
        p90_latency: Option<f64>,
        /// Of how many requests that is told.
        requests_count: Option<u64>,
        /// What went wrong.
        errors: Vec<FlowError>,
        /// More words about a version that ends.
        warning: Option<String>,
    }
    /// What went wrong in a flow.
    pub struct FlowError {
        /// Which error.
        kind as "error_type": Option<String>,
        /// Its part of all requests, in a hundred.
        rate as "error_rate": Option<f64>,
        /// How often.
        count as "error_count": Option<u64>,
    }
}

words! {
    /// What happened to a flow.
    pub enum FlowEvent {
        /// It was published, throttled, blocked…
        StatusChange = "FLOW_STATUS_CHANGE",
        /// It fails on phones.
        ClientErrorRate = "CLIENT_ERROR_RATE",
        /// Its endpoint fails.
        EndpointErrorRate = "ENDPOINT_ERROR_RATE",
        /// Its endpoint is slow.
        EndpointLatency = "ENDPOINT_LATENCY",
        /// Its endpoint does not answer.
        EndpointAvailability = "ENDPOINT_AVAILABILITY",
    }
    /// Whether an alert is on.
    pub enum AlertState {
        /// It is.
        Activated = "ACTIVATED",
        /// It is over.
        Deactivated = "DEACTIVATED",
    }
}
