//! Figures of an account: messages, conversations, prices, calls, groups, templates (Meta: *Analytics*). Meta keeps a year
//! of them, and 90 days of templates'.
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::analytics::{Granularity, Query};
//! use wappa_cloud::{AccessToken, Timestamp, WabaId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"id":"1","analytics":{"granularity":"DAY","data_points":[{"start":1767225600,"end":1767312000,"sent":12,"delivered":11}]}}"#)]);
//! let (token, waba) = (AccessToken::new("EAAG…"), WabaId::from("102290129340398"));
//! let new_year = Timestamp::from_secs(1_767_225_600);
//! let january = Query::new(new_year, new_year + std::time::Duration::from_hours(24 * 31), Granularity::Day);
//! let figures = graph.analytics(&token, &waba).messages(&january).await?;
//! assert_eq!(figures.data_points[0].delivered, Some(11));
//! # Ok(())
//! # }
//! ```

use super::{
    Graph, GraphError, Listing,
    check::{count, wrong},
    node::Node,
    open::{answers, words},
};
use crate::{
    id::{GroupId, TemplateId, WabaId},
    limits::ANALYTICS_TEMPLATES,
    secret::AccessToken,
    time::Timestamp,
};

/// The figures of one account.
#[derive(Clone, Copy)]
pub struct Analytics<'a>(Node<'a>);

/// In which steps figures are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Granularity {
    /// Half hours.
    HalfHour,
    /// Days, by UTC.
    Day,
    /// Months, by UTC.
    Month,
}

/// What to be told: from when to when, in which steps, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Query {
    start: Timestamp,
    end: Timestamp,
    granularity: Granularity,
    filters: Vec<(&'static str, Vec<String>)>,
}

impl Query {
    /// Everything from one moment to another.
    pub fn new(start: Timestamp, end: Timestamp, granularity: Granularity) -> Self {
        Self { start, end, granularity, filters: Vec::new() }
    }

    /// Of these numbers only, written with country code and without `+`.
    pub fn phone_numbers<T: Into<String>>(self, numbers: impl IntoIterator<Item = T>) -> Self {
        self.filter("phone_numbers", numbers)
    }

    /// Of these countries only, like `US`.
    pub fn country_codes<T: Into<String>>(self, countries: impl IntoIterator<Item = T>) -> Self {
        self.filter("country_codes", countries)
    }

    /// Told apart by these, like `COUNTRY`, `PHONE`, `PRICING_CATEGORY`, `PRICING_TYPE`, `TIER` or `DIRECTION`.
    pub fn dimensions<T: Into<String>>(self, dimensions: impl IntoIterator<Item = T>) -> Self {
        self.filter("dimensions", dimensions)
    }

    /// These figures only, like `COST`, `VOLUME` or `COUNT`.
    pub fn metric_types<T: Into<String>>(self, metrics: impl IntoIterator<Item = T>) -> Self {
        self.filter("metric_types", metrics)
    }

    /// Only where this list of values holds, by the name Meta's page gives it, like `pricing_types` or `directions`.
    pub fn filter<T: Into<String>>(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        self.filters.push((name, values.into_iter().map(Into::into).collect()));
        self
    }

    /// As a field of the account: `analytics.start(1).end(2).granularity(DAY)`.
    fn field(&self, name: &str) -> Result<String, GraphError> {
        if self.end <= self.start {
            return Err(wrong("figures end after they begin"));
        }
        let step = match (self.granularity, name) {
            (Granularity::HalfHour, _) => "HALF_HOUR",
            (Granularity::Day, "analytics") => "DAY",
            (Granularity::Month, "analytics") => "MONTH",
            (Granularity::Day, _) => "DAILY",
            (Granularity::Month, _) => "MONTHLY",
        };
        let (start, end) = (self.start.as_secs(), self.end.as_secs());
        let mut field = format!("{name}.start({start}).end({end}).granularity({step})");
        for (filter, values) in &self.filters {
            if values.iter().any(|value| value.contains([')', '(', '"', '\\'])) {
                return Err(wrong(format!("`{filter}` has a value that no figure has")));
            }
            let values = values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(",");
            field = format!("{field}.{filter}([{values}])");
        }
        Ok(field)
    }
}

answers! {
    /// Messages sent and delivered.
    pub struct MessageFigures {
        /// Of which numbers.
        phone_numbers: Vec<String>,
        /// Of which countries.
        country_codes: Vec<String>,
        /// In which steps.
        granularity: Option<String>,
        /// The steps.
        data_points: Vec<MessagePoint>,
    }

    /// Messages in a step.
    pub struct MessagePoint {
        /// When it began, in seconds since the epoch.
        start: Option<i64>,
        /// When it ended.
        end: Option<i64>,
        /// How many were sent.
        sent: Option<u64>,
        /// How many were delivered.
        delivered: Option<u64>,
    }

    /// Conversations or prices.
    pub struct PriceFigures {
        /// The steps, in groups.
        data: Vec<PriceGroup>,
    }

    /// Steps that belong together.
    pub struct PriceGroup {
        /// The steps.
        data_points: Vec<PricePoint>,
    }

    /// Conversations or prices in a step. What is there depends on the dimensions.
    pub struct PricePoint {
        /// When it began, in seconds since the epoch.
        start: Option<i64>,
        /// When it ended.
        end: Option<i64>,
        /// How many conversations.
        conversation: Option<u64>,
        /// How many messages.
        volume: Option<u64>,
        /// What they cost, roughly.
        cost: Option<f64>,
        /// Of which number.
        phone_number: Option<String>,
        /// In which country.
        country: Option<String>,
        /// Of which kind of conversation.
        conversation_type: Option<String>,
        /// Who began it.
        conversation_direction: Option<String>,
        /// What it was about.
        conversation_category: Option<String>,
        /// How it is charged.
        pricing_type: Option<String>,
        /// As what it is charged.
        pricing_category: Option<String>,
        /// At which volume.
        tier: Option<String>,
    }

    /// Calls.
    pub struct CallFigures {
        /// In which steps.
        granularity: Option<String>,
        /// The steps.
        data_points: Vec<CallPoint>,
    }

    /// Calls in a step.
    pub struct CallPoint {
        /// When it began, in seconds since the epoch.
        start: Option<i64>,
        /// When it ended.
        end: Option<i64>,
        /// How many.
        count: Option<u64>,
        /// What they cost, roughly.
        cost: Option<f64>,
        /// How long they were, in seconds.
        average_duration: Option<f64>,
        /// Who called.
        direction: Option<String>,
        /// In which country.
        country: Option<String>,
        /// Of which number.
        phone_number: Option<String>,
        /// At which volume.
        tier: Option<String>,
    }

    /// Groups.
    pub struct GroupFigures {
        /// In which steps.
        granularity: Option<String>,
        /// The steps.
        data_points: Vec<GroupPoint>,
    }

    /// A group in a step.
    pub struct GroupPoint {
        /// When it began, in seconds since the epoch.
        start: Option<i64>,
        /// When it ended.
        end: Option<i64>,
        /// Which group.
        group_id: Option<GroupId>,
        /// How many messages were sent.
        sent: Option<u64>,
        /// How many were delivered.
        delivered: Option<u64>,
        /// How many were read.
        read: Option<u64>,
    }

    /// Templates.
    pub struct TemplateFigures {
        /// In which steps.
        granularity: Option<String>,
        /// By which API they were sent: `cloud_api` or `marketing_messages_lite_api`.
        product_type: Option<String>,
        /// The steps.
        data_points: Vec<TemplatePoint>,
    }

    /// A template, or a group of them, in a step.
    pub struct TemplatePoint {
        /// Which template.
        template_id: Option<TemplateId>,
        /// Which group.
        template_group_id: Option<String>,
        /// When it began, in seconds since the epoch.
        start: Option<i64>,
        /// When it ended.
        end: Option<i64>,
        /// How many were sent.
        sent: Option<u64>,
        /// How many were delivered.
        delivered: Option<u64>,
        /// How many were read.
        read: Option<u64>,
        /// How many were answered.
        replied: Option<u64>,
        /// Which buttons were tapped, and how often.
        clicked: Vec<ButtonClicks>,
        /// What they cost.
        cost: Vec<TemplateCost>,
    }

    /// How often a button was tapped.
    pub struct ButtonClicks {
        /// Its kind, like `quick_reply_button`.
        r#type: Option<String> = "type",
        /// What is written on it.
        button_content: Option<String>,
        /// How often.
        count: Option<u64>,
    }

    /// What a template cost.
    pub struct TemplateCost {
        /// What for, like `amount_spent` or `cost_per_delivered`.
        r#type: Option<String> = "type",
        /// How much.
        value: Option<f64>,
    }
}

answers! {
    /// An account with its figures.
    struct Told {
        analytics: Option<MessageFigures>,
        conversation_analytics: Option<PriceFigures>,
        pricing_analytics: Option<PriceFigures>,
        call_analytics: Option<CallFigures>,
        group_analytics: Option<GroupFigures>,
    }
}

words! {
    /// By which API templates were sent.
    pub enum ProductType {
        /// The Cloud API.
        CloudApi = "CLOUD_API",
        /// The Marketing Messages API.
        MarketingMessages = "MARKETING_MESSAGES_LITE_API",
    }
}

impl Graph {
    /// The figures of an account.
    pub fn analytics<'a>(&'a self, token: &'a AccessToken, waba: &'a WabaId) -> Analytics<'a> {
        Analytics(Node::new(self, token, waba.as_str()))
    }
}

impl<'a> Analytics<'a> {
    /// Messages sent and delivered.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn messages(self, query: &Query) -> Result<MessageFigures, GraphError> {
        self.ask(query, "analytics").await?.analytics.ok_or_else(GraphError::incomplete)
    }

    /// Conversations, as they were charged before July 2025.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn conversations(self, query: &Query) -> Result<PriceFigures, GraphError> {
        let told = self.ask(query, "conversation_analytics").await?;
        told.conversation_analytics.ok_or_else(GraphError::incomplete)
    }

    /// Messages by price.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn pricing(self, query: &Query) -> Result<PriceFigures, GraphError> {
        self.ask(query, "pricing_analytics").await?.pricing_analytics.ok_or_else(GraphError::incomplete)
    }

    /// Calls.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn calls(self, query: &Query) -> Result<CallFigures, GraphError> {
        self.ask(query, "call_analytics").await?.call_analytics.ok_or_else(GraphError::incomplete)
    }

    /// Groups.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn groups(self, query: &Query) -> Result<GroupFigures, GraphError> {
        self.ask(query, "group_analytics").await?.group_analytics.ok_or_else(GraphError::incomplete)
    }

    /// Up to ten templates, day by day. Needs insights to be on (code 200007): `graph.waba(…).enable_insights()`.
    pub fn templates(
        self,
        start: Timestamp,
        end: Timestamp,
        templates: &[TemplateId],
        product: Option<&ProductType>,
    ) -> Listing<'a, TemplateFigures> {
        let ids: Vec<&str> = templates.iter().map(TemplateId::as_str).collect();
        self.daily("template_analytics", start, end)
            .checked(count(&ANALYTICS_TEMPLATES, ids.len()))
            .query("template_ids", format!("[{}]", ids.join(",")))
            .maybe("product_type", product.map(ProductType::as_str))
    }

    /// Groups of templates, day by day.
    pub fn template_groups(
        self,
        start: Timestamp,
        end: Timestamp,
        groups: &[&str],
    ) -> Listing<'a, TemplateFigures> {
        self.daily("template_group_analytics", start, end)
            .query("template_group_ids", format!("[{}]", groups.join(",")))
    }

    fn daily(self, edge: &str, start: Timestamp, end: Timestamp) -> Listing<'a, TemplateFigures> {
        self.0
            .list(edge)
            .query("start", start.as_secs().to_string())
            .query("end", end.as_secs().to_string())
            .query("granularity", "daily")
    }

    async fn ask(self, query: &Query, name: &str) -> Result<Told, GraphError> {
        self.0.get("").query("fields", query.field(name)?).answer().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_names_its_steps_as_meta_does() {
        let day = Query::new(Timestamp::from_secs(1), Timestamp::from_secs(2), Granularity::Day);
        assert_eq!(day.field("analytics").unwrap(), "analytics.start(1).end(2).granularity(DAY)");
        let by = day.dimensions(["PHONE", "TIER"]);
        assert_eq!(
            by.field("pricing_analytics").unwrap(),
            "pricing_analytics.start(1).end(2).granularity(DAILY).dimensions([\"PHONE\",\"TIER\"])"
        );
    }

    #[test]
    fn values_cannot_leave_their_place() {
        let query = Query::new(Timestamp::from_secs(1), Timestamp::from_secs(2), Granularity::Day);
        assert!(query.clone().phone_numbers(["1\"]).x(\""]).field("analytics").is_err());
        let never = Query::new(Timestamp::from_secs(2), Timestamp::from_secs(2), Granularity::Day);
        assert!(never.field("analytics").is_err());
    }
}
