//! A WhatsApp Business Account: what Meta says of it, who may work with it, what has been done to it (Meta: *WhatsApp
//! Business Accounts*). Its numbers are in `numbers`, its webhooks in `subscriptions`.
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::{AccessToken, WabaId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"id":"102290129340398","name":"Shop","currency":"EUR","account_review_status":"APPROVED"}"#), (200, r#"{"success":true}"#)]);
//! let (token, waba) = (AccessToken::new("EAAG…"), WabaId::from("102290129340398"));
//! let account = graph.waba(&token, &waba);
//! assert_eq!(account.get().await?.currency.as_deref(), Some("EUR"));
//! // Figures of templates are told from then on.
//! account.enable_insights().await?;
//! # Ok(())
//! # }
//! ```

use serde_json::{Value, json};

use super::{
    Graph, GraphError, Listing,
    health::Health,
    node::Node,
    open::{answers, requests, words},
};
use crate::{
    id::{BusinessId, ObjectId, WabaId},
    secret::AccessToken,
};

/// One account.
#[derive(Clone, Copy)]
pub struct Waba<'a>(Node<'a>);

answers! {
    /// An account as Meta describes it. What is there depends on the fields that were asked for.
    pub struct WabaInfo {
        /// Its id.
        id: WabaId,
        /// Its name.
        name: Option<String>,
        /// The currency it pays in, like `USD`.
        currency: Option<String>,
        /// Its timezone, as a number of Meta's.
        timezone_id: Option<String>,
        /// The namespace of its templates.
        message_template_namespace: Option<String>,
        /// `APPROVED`, `PENDING` or `REJECTED`.
        account_review_status: Option<String>,
        /// Whether the business is verified: `VERIFIED`, `PENDING`…
        business_verification_status: Option<String>,
        /// Its country, like `US`.
        country: Option<String>,
        /// Where the business is at home.
        primary_business_location: Option<String>,
        /// `SELF`, `CLIENT_OWNED`, `ON_BEHALF_OF`…
        ownership_type: Option<String>,
        /// What kind of business it is, like `ent`.
        business_type: Option<String>,
        /// `ACTIVE`, `RESTRICTED` or `BANNED`.
        status: Option<String>,
        /// The business it is owned by.
        owner_business_info: Option<BusinessName>,
        /// Who works with it on the business's behalf.
        on_behalf_of_business_info: Option<Value>,
        /// Whether template analytics are on. They can't be switched off.
        is_enabled_for_insights: Option<bool>,
        /// How far it is with the Marketing Messages API: `ONBOARDED`, `ELIGIBLE`…
        marketing_messages_lite_api_status: Option<String>,
        /// Whether marketing templates are refused by the Cloud API (code 131063).
        disable_marketing_messages_on_cloud_api: Option<bool>,
        /// How many people a day the portfolio may write to first.
        whatsapp_business_manager_messaging_limit: Option<String>,
        /// Whether it can send, and what stands in the way.
        health_status: Option<Health>,
    }

    /// A business by id and name.
    pub struct BusinessName {
        /// Its id.
        id: BusinessId,
        /// Its name.
        name: Option<String>,
    }

    /// Somebody who may work with an account.
    pub struct AssignedUser {
        /// Their id.
        id: ObjectId,
        /// Their name.
        name: Option<String>,
        /// Their business.
        business: Option<BusinessName>,
        /// `BUSINESS_USER` or `SYSTEM_USER`.
        user_type: Option<String>,
        /// What they may do.
        tasks: Vec<Task>,
    }

    /// Something that was done to an account.
    pub struct Activity {
        /// Its id.
        id: ObjectId,
        /// What, like `PHONE_NUMBER_VERIFIED`.
        activity_type: Option<String>,
        /// When.
        timestamp: Option<String>,
        /// What did it: `USER`, `ADMIN`, `SYSTEM`…
        actor_type: Option<String>,
        /// Who did it.
        actor_id: Option<String>,
        /// Their name.
        actor_name: Option<String>,
        /// What, in words.
        description: Option<String>,
        /// More about it.
        details: Option<Value>,
        /// From where.
        ip_address: Option<String>,
    }

    /// A plan of hours of an account.
    pub struct Schedule {
        /// Its id.
        id: ObjectId,
        /// Its name.
        name: Option<String>,
        /// `ACTIVE` or `INACTIVE`.
        status: Option<String>,
        /// What it is for, like `BUSINESS_HOURS`.
        schedule_type: Option<String>,
        /// What it is for, in words.
        description: Option<String>,
        /// From, like `09:00`.
        start_time: Option<String>,
        /// Until, like `17:00`.
        end_time: Option<String>,
        /// The timezone, like `America/New_York`.
        timezone: Option<String>,
        /// The days, like `MONDAY`.
        days_of_week: Vec<String>,
        /// When it was made.
        created_time: Option<String>,
        /// When it was changed.
        updated_time: Option<String>,
        /// Whether it counts.
        is_active: Option<bool>,
        /// How it comes back.
        recurrence_pattern: Option<Value>,
    }
}

answers! {
    /// The id of what was made.
    pub(super) struct Made {
        id: ObjectId,
    }
}

words! {
    /// What somebody may do with an account.
    pub enum Task {
        /// Everything.
        FullControl = "FULL_CONTROL",
        /// Everything, in an older word.
        Manage = "MANAGE",
        /// Use it by apps.
        Develop = "DEVELOP",
        /// Make templates.
        ManageTemplates = "MANAGE_TEMPLATES",
        /// See templates.
        ViewTemplates = "VIEW_TEMPLATES",
        /// Change numbers.
        ManagePhone = "MANAGE_PHONE",
        /// See numbers.
        ViewPhone = "VIEW_PHONE",
        /// Change who may pay.
        ManageExtensions = "MANAGE_EXTENSIONS",
        /// See costs.
        ViewCost = "VIEW_COST",
        /// See figures.
        ViewInsights = "VIEW_INSIGHTS",
        /// Send.
        Messaging = "MESSAGING",
    }
}

requests! {
    /// What to change about an account. What isn't named stays.
    pub struct WabaUpdate {
    } optional {
        /// Its name.
        name: String,
        /// Its timezone, as a number of Meta's.
        timezone_id: String,
    }

    /// A plan of hours to make.
    pub struct NewSchedule {
        /// Its name.
        name: String,
        /// What it is for: `BUSINESS_HOURS`, `MAINTENANCE_WINDOW`, `AUTOMATED_RESPONSE`…
        schedule_type: String,
    } optional {
        /// What it is for, in words.
        description: String,
        /// From, like `09:00`.
        start_time: String,
        /// Until, like `17:00`.
        end_time: String,
        /// The timezone, like `America/New_York`.
        timezone: String,
        /// The days, like `MONDAY`.
        days_of_week: Vec<String>,
        /// Whether it counts.
        is_active: super::Switch,
        /// How it comes back.
        recurrence_pattern: Recurrence,
    }

    /// How a plan comes back.
    pub struct Recurrence {
        /// Like `WEEKLY`.
        frequency: String,
        /// Every so many.
        interval: u32,
    } optional {}
}

const FIELDS: &str = "id,name,currency,timezone_id,message_template_namespace,account_review_status,\
    business_verification_status,country,ownership_type,status,marketing_messages_lite_api_status,\
    whatsapp_business_manager_messaging_limit";

impl Graph {
    /// One account.
    pub fn waba<'a>(&'a self, token: &'a AccessToken, waba: &'a WabaId) -> Waba<'a> {
        Waba(Node::new(self, token, waba.as_str()))
    }
}

impl<'a> Waba<'a> {
    /// What Meta says of it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<WabaInfo, GraphError> {
        self.get_fields(FIELDS).await
    }

    /// What Meta says of it in these fields, separated by commas.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get_fields(self, fields: &str) -> Result<WabaInfo, GraphError> {
        self.0.get("").query("fields", fields).answer().await
    }

    /// Whether it can send, and what stands in the way.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn health(self) -> Result<Health, GraphError> {
        Health::of(self.0).await
    }

    /// Changes it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn update(self, update: &WabaUpdate) -> Result<(), GraphError> {
        self.0.post("").json(update).done().await
    }

    /// Switches template analytics on, for good (code 200006: they can't be switched off).
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn enable_insights(self) -> Result<(), GraphError> {
        self.0.post("").query("is_enabled_for_insights", "true").answer::<Value>().await.map(drop)
    }

    /// Who may work with it, of this business.
    pub fn assigned_users(self, business: &BusinessId) -> Listing<'a, AssignedUser> {
        self.0.list("assigned_users").query("business", business.as_str())
    }

    /// Lets somebody work with it. What they might do before is replaced.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn assign_user(self, user: &ObjectId, tasks: &[Task]) -> Result<(), GraphError> {
        let tasks = json!(tasks).to_string();
        let form = vec![("user".to_owned(), user.to_string()), ("tasks".to_owned(), tasks)];
        self.0.post("assigned_users").form(form).done().await
    }

    /// Lets somebody work with it no longer.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn remove_user(self, user: &ObjectId) -> Result<(), GraphError> {
        self.0.delete("assigned_users").query("user", user.as_str()).done().await
    }

    /// What has been done to it, the latest first.
    pub fn activities(self) -> Listing<'a, Activity> {
        self.0.list("activities")
    }

    /// Its plans of hours.
    pub fn schedules(self) -> Listing<'a, Schedule> {
        self.0.list("schedules")
    }

    /// Makes a plan of hours.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn add_schedule(self, schedule: &NewSchedule) -> Result<ObjectId, GraphError> {
        Ok(self.0.post("schedules").json(schedule).answer::<Made>().await?.id)
    }
}
