//! Flows: made, given their JSON, published, measured, taken out of use (Meta: *Flows API*). A Flow goes from draft to
//! published to deprecated and never back.
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::flows::{FlowCategory, NewFlow};
//! use wappa_cloud::flow::json::{Action, Component, FlowJson, Screen};
//! use wappa_cloud::{AccessToken, WabaId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"id":"594425479261596","success":true,"validation_errors":[]}"#), (200, r#"{"success":true}"#)]);
//! let (token, waba) = (AccessToken::new("EAAG…"), WabaId::from("102290129340398"));
//! let survey = FlowJson::new().screen(
//!     Screen::new("SURVEY", "How was it?")
//!         .terminal()
//!         .child(Component::text_input("words", "In a word"))
//!         .child(Component::footer("Send", Action::complete())),
//! );
//! let json = survey.build().expect("Meta's validator would take it").to_string();
//! let new = NewFlow::new("survey", [FlowCategory::Survey]).flow_json(json);
//! let made = graph.flows(&token, &waba).create(&new).await?;
//! assert!(made.validation_errors.is_empty());
//! graph.flow(&token, &made.id.expect("its id")).publish().await?;
//! # Ok(())
//! # }
//! ```

use bytes::Bytes;
use serde_json::Value;

use super::{
    Graph, GraphError, Listing,
    check::{count, text},
    health::Health,
    node::{Node, fields},
    open::{answers, requests, words},
    subscriptions::AppName,
    waba::WabaInfo,
};
use crate::{
    id::{FlowId, WabaId},
    limits::{FLOW_JSON, FLOW_NAME},
    secret::AccessToken,
    transport::FilePart,
};

/// The Flows of one account.
#[derive(Clone, Copy)]
pub struct Flows<'a>(Node<'a>);

/// One Flow.
#[derive(Clone, Copy)]
pub struct Flow<'a>(Node<'a>);

answers! {
    /// A Flow. What is there depends on the fields that were asked for.
    pub struct FlowInfo {
        /// Its id.
        id: FlowId,
        /// Its name.
        name: Option<String>,
        /// How far it is.
        status: Option<FlowStatus>,
        /// What it is for.
        categories: Vec<FlowCategory>,
        /// What is wrong with its JSON.
        validation_errors: Vec<FlowProblem>,
        /// The version of its JSON, like `7.3`.
        json_version: Option<String>,
        /// The version in which it speaks to its endpoint, like `4.0`.
        data_api_version: Option<String>,
        /// Its endpoint.
        endpoint_uri: Option<String>,
        /// The same in older answers.
        data_channel_uri: Option<String>,
        /// A page that shows it.
        preview: Option<FlowPreview>,
        /// Its account.
        whatsapp_business_account: Option<WabaInfo>,
        /// Its app.
        application: Option<AppName>,
        /// Whether it can be sent, and what stands in the way.
        health_status: Option<Health>,
        /// A measure that was asked for.
        metric: Option<FlowMetric>,
    }

    /// Something wrong with a Flow's JSON.
    pub struct FlowProblem {
        /// What, like `INVALID_PROPERTY`.
        error: Option<String>,
        /// Of which kind, like `JSON_SCHEMA_ERROR`.
        error_type: Option<String>,
        /// In words.
        message: Option<String>,
        /// The first line.
        line_start: Option<u32>,
        /// The last line.
        line_end: Option<u32>,
        /// The first column.
        column_start: Option<u32>,
        /// The last column.
        column_end: Option<u32>,
        /// Where, as paths into the JSON.
        pointers: Vec<Value>,
    }

    /// A page that shows a Flow to anybody who has the link, for 30 days.
    pub struct FlowPreview {
        /// The link.
        preview_url: Option<String>,
        /// Until when.
        expires_at: Option<String>,
    }

    /// A file of a Flow.
    pub struct FlowAsset {
        /// Its name, `flow.json`.
        name: Option<String>,
        /// What it is, `FLOW_JSON`.
        asset_type: Option<String>,
        /// Where it is.
        download_url: Option<String>,
    }

    /// A measure of a Flow's endpoint.
    pub struct FlowMetric {
        /// What is measured.
        name: Option<MetricName>,
        /// In which steps.
        granularity: Option<MetricGranularity>,
        /// The steps.
        data_points: Vec<MetricPoint>,
    }

    /// A step of a measure.
    pub struct MetricPoint {
        /// When it began.
        timestamp: Option<String>,
        /// What was measured.
        data: Vec<MetricValue>,
    }

    /// A figure.
    pub struct MetricValue {
        /// Of what.
        key: Option<String>,
        /// How much.
        value: Option<f64>,
    }

    /// What became of a Flow's JSON.
    pub struct FlowOutcome {
        /// The id, if it was made.
        id: Option<FlowId>,
        /// Whether it was taken.
        success: Option<bool>,
        /// What is wrong with it. A Flow with problems can be kept but not published.
        validation_errors: Vec<FlowProblem>,
    }

    /// What became of each Flow that was to be copied.
    pub struct FlowMigration {
        /// Those that were.
        migrated_flows: Vec<MigratedFlow>,
        /// Those that were not, which the others don't suffer from.
        failed_flows: Vec<FailedFlow>,
    }

    /// A Flow that was copied.
    pub struct MigratedFlow {
        /// Its name.
        source_name: Option<String>,
        /// Its id.
        source_id: Option<FlowId>,
        /// The copy's id.
        migrated_id: Option<FlowId>,
    }

    /// A Flow that was not copied.
    pub struct FailedFlow {
        /// Its name.
        source_name: Option<String>,
        /// Why.
        error_code: Option<u32>,
        /// Why, in words.
        error_message: Option<String>,
    }
}

words! {
    /// How far a Flow is.
    pub enum FlowStatus {
        /// It can be changed, and sent to testers.
        Draft = "DRAFT",
        /// It can be sent to anybody and changed no more.
        Published = "PUBLISHED",
        /// It can be sent no more.
        Deprecated = "DEPRECATED",
        /// Meta has stopped it: its endpoint fails.
        Blocked = "BLOCKED",
        /// Meta lets 10 messages an hour through: its endpoint fails often.
        Throttled = "THROTTLED",
    }

    /// What a Flow is for.
    pub enum FlowCategory {
        /// Signing up.
        SignUp = "SIGN_UP",
        /// Signing in.
        SignIn = "SIGN_IN",
        /// Appointments.
        AppointmentBooking = "APPOINTMENT_BOOKING",
        /// Leads.
        LeadGeneration = "LEAD_GENERATION",
        /// Contact.
        ContactUs = "CONTACT_US",
        /// Support.
        CustomerSupport = "CUSTOMER_SUPPORT",
        /// Surveys.
        Survey = "SURVEY",
        /// Something else.
        OtherPurpose = "OTHER",
    }

    /// What can be measured of a Flow's endpoint.
    pub enum MetricName {
        /// How often it was asked.
        RequestCount = "ENDPOINT_REQUEST_COUNT",
        /// How often it failed, by kind.
        RequestError = "ENDPOINT_REQUEST_ERROR",
        /// How large a share failed.
        RequestErrorRate = "ENDPOINT_REQUEST_ERROR_RATE",
        /// How many seconds it took, rounded up.
        RequestLatency = "ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL",
        /// Whether it answered pings.
        Availability = "ENDPOINT_AVAILABILITY",
    }

    /// In which steps something is measured.
    pub enum MetricGranularity {
        /// Days.
        Day = "DAY",
        /// Hours.
        Hour = "HOUR",
        /// One step.
        Lifetime = "LIFETIME",
    }
}

requests! {
    /// A Flow to make.
    pub struct NewFlow {
        /// Its name: 200 characters.
        name: String,
        /// What it is for.
        categories: Vec<FlowCategory>,
    } optional {
        /// Its JSON.
        flow_json: String,
        /// Publishes it at once, if its JSON has no problems.
        publish: super::Switch,
        /// The Flow whose JSON it begins with.
        clone_flow_id: FlowId,
        /// Its endpoint.
        endpoint_uri: String,
    }

    /// What to change about a Flow. What isn't named stays.
    pub struct FlowUpdate {
    } optional {
        /// Its name.
        name: String,
        /// What it is for.
        categories: Vec<FlowCategory>,
        /// Its endpoint.
        endpoint_uri: String,
        /// The app it belongs to.
        application_id: crate::id::AppId,
    }
}

const FIELDS: &str = "id,name,categories,status,validation_errors,json_version,data_api_version,endpoint_uri,\
    preview.invalidate(false),whatsapp_business_account,application,health_status";

impl Graph {
    /// The Flows of an account.
    pub fn flows<'a>(&'a self, token: &'a AccessToken, waba: &'a WabaId) -> Flows<'a> {
        Flows(Node::new(self, token, waba.as_str()))
    }

    /// One Flow.
    pub fn flow<'a>(&'a self, token: &'a AccessToken, flow: &'a FlowId) -> Flow<'a> {
        Flow(Node::new(self, token, flow.as_str()))
    }
}

impl<'a> Flows<'a> {
    /// All of them.
    pub fn list(self) -> Listing<'a, FlowInfo> {
        self.0.list("flows")
    }

    /// Makes one. Problems of its JSON are in the answer and don't keep it from being made.
    ///
    /// # Errors
    /// The name is empty or too long: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn create(self, flow: &NewFlow) -> Result<FlowOutcome, GraphError> {
        self.0.post("flows").json(flow).checked(text(&FLOW_NAME, &flow.name)).answer().await
    }

    /// Copies Flows of another account, by name; all of them, up to 100, if none is named. The copies are drafts.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn migrate_from(self, source: &WabaId, names: &[&str]) -> Result<FlowMigration, GraphError> {
        let call = self.0.post("migrate_flows").query("source_waba_id", source.as_str());
        let names = (!names.is_empty()).then(|| serde_json::json!(names).to_string());
        call.maybe("source_flow_names", names).answer().await
    }
}

impl<'a> Flow<'a> {
    /// What it is.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<FlowInfo, GraphError> {
        self.get_fields(FIELDS).await
    }

    /// What it is, in these fields, separated by commas.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get_fields(self, fields: &str) -> Result<FlowInfo, GraphError> {
        self.0.get("").query("fields", fields).answer().await
    }

    /// A page that shows it, good for 30 days; a new one ends the old.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn new_preview(self) -> Result<FlowPreview, GraphError> {
        let flow = self.get_fields("preview.invalidate(true)").await?;
        flow.preview.ok_or_else(GraphError::incomplete)
    }

    /// Measures its endpoint from one day to another, like `2026-01-28`.
    ///
    /// # Errors
    /// Code 139006: there is too little data. Or Meta refused it for another reason, or no answer came.
    pub async fn metric(
        self,
        name: &MetricName,
        granularity: &MetricGranularity,
        since: &str,
        until: &str,
    ) -> Result<FlowMetric, GraphError> {
        let fields = format!("metric.name({name}).granularity({granularity}).since({since}).until({until})");
        self.get_fields(&fields).await?.metric.ok_or_else(GraphError::incomplete)
    }

    /// Changes its name, its purpose or its endpoint.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn update(self, update: &FlowUpdate) -> Result<(), GraphError> {
        self.0.post("").json(update).done().await
    }

    /// Gives it its JSON: 10 MB at most. Problems are in the answer; the JSON is kept all the same.
    ///
    /// # Errors
    /// Code 139001: it is published, or still being processed. Or Meta refused it for another reason, or no answer came.
    pub async fn upload_json(self, json: impl Into<Bytes>) -> Result<FlowOutcome, GraphError> {
        let bytes: Bytes = json.into();
        let checked = count(&FLOW_JSON, bytes.len());
        let file = FilePart { name: "flow.json".to_owned(), mime: "application/json".to_owned(), bytes };
        let form = fields([("name", Some("flow.json")), ("asset_type", Some("FLOW_JSON"))]);
        self.0.post("assets").file(form, file).checked(checked).answer().await
    }

    /// Its files.
    pub fn assets(self) -> Listing<'a, FlowAsset> {
        self.0.list("assets")
    }

    /// Publishes it, for good.
    ///
    /// # Errors
    /// Code 139002: it has problems. Or Meta refused it for another reason, or no answer came.
    pub async fn publish(self) -> Result<(), GraphError> {
        self.0.post("publish").done().await
    }

    /// Takes it out of use, for good.
    ///
    /// # Errors
    /// Code 139003: it is not published. Or Meta refused it for another reason, or no answer came.
    pub async fn deprecate(self) -> Result<(), GraphError> {
        self.0.post("deprecate").done().await
    }

    /// Deletes a draft.
    ///
    /// # Errors
    /// Code 139004: it is no draft. Or Meta refused it for another reason, or no answer came.
    pub async fn delete(self) -> Result<(), GraphError> {
        self.0.delete("").done().await
    }
}
