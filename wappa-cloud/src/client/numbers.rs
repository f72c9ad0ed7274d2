//! The phone numbers of an account: listed, added, read and changed (Meta: *Phone numbers*). Registering one is in
//! `registration`, its settings for calls and storage in `settings`.
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::numbers::{CallbackOverride, QualityRating};
//! use wappa_cloud::{AccessToken, PhoneNumberId, VerifyToken};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"id":"106540352242922","display_phone_number":"+1 555-078-3881","verified_name":"Shop","quality_rating":"GREEN"}"#), (200, r#"{"success":true}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let one = graph.number(&token, &number);
//! assert_eq!(one.get().await?.quality_rating, Some(QualityRating::Green));
//! // Webhooks of this number go elsewhere.
//! let there = CallbackOverride::new("https://bot.example/hook", &VerifyToken::new("secret"));
//! one.override_callback(&there).await?;
//! # Ok(())
//! # }
//! ```

use std::fmt;

use serde::{Serialize, ser::SerializeMap};
use serde_json::json;

use super::{
    Graph, GraphError, Listing, Switch,
    automation::ComponentsInfo,
    check::{at_most, wrong},
    health::Health,
    node::Node,
    open::{answers, requests, words},
    registration::TwoStepPin,
};
use crate::{
    id::{ObjectId, PhoneNumberId, WabaId},
    limits::CALLBACK_URI,
    secret::{AccessToken, VerifyToken},
};

/// The numbers of an account.
#[derive(Clone, Copy)]
pub struct Numbers<'a>(Node<'a>);

/// One number.
#[derive(Clone, Copy)]
pub struct Number<'a>(Node<'a>);

answers! {
    /// A business phone number as Meta describes it. What is there depends on the fields that were asked for.
    pub struct PhoneNumberInfo {
        /// Its id.
        id: PhoneNumberId,
        /// As it is shown.
        display_phone_number: Option<String>,
        /// The name people see.
        verified_name: Option<String>,
        /// How people like its messages: of the last seven days, the latest counting most.
        quality_rating: Option<QualityRating>,
        /// Whether its owner has entered the verification code: `VERIFIED`, `NOT_VERIFIED` or `EXPIRED`.
        code_verification_status: Option<String>,
        /// What became of the display name: `APPROVED`, `PENDING_REVIEW`, `DECLINED`…
        name_status: Option<String>,
        /// What became of the display name that was asked for since.
        new_name_status: Option<String>,
        /// `CONNECTED` when it can send; others are `PENDING`, `FLAGGED`, `RESTRICTED`, `BANNED`…
        status: Option<String>,
        /// Where it is registered: `CLOUD_API`, `ON_PREMISE` or `NOT_APPLICABLE`.
        platform_type: Option<String>,
        /// The same in older answers.
        host_platform: Option<String>,
        /// How many messages a second it may send.
        throughput: Option<Throughput>,
        /// Whether it has the mark of an official business account.
        is_official_business_account: Option<bool>,
        /// Whether it has a two-step PIN.
        is_pin_enabled: Option<bool>,
        /// `LIVE` or `SANDBOX`.
        account_mode: Option<String>,
        /// Where its webhooks go.
        webhook_configuration: Option<WebhookConfiguration>,
        /// Whether it can send, and what stands in the way.
        health_status: Option<Health>,
        /// How many people a day the portfolio may write to first: `TIER_250`… `TIER_UNLIMITED`.
        whatsapp_business_manager_messaging_limit: Option<String>,
        /// The same in older answers, where it was the number's own.
        messaging_limit_tier: Option<String>,
        /// The country, like `US`.
        country_code: Option<String>,
        /// The country's prefix, without `+`.
        country_dial_code: Option<String>,
        /// What became of the certificate of its name.
        unified_cert_status: Option<String>,
        /// Its username, if it has one.
        username: Option<String>,
        /// Whether it is found by searching: `VISIBLE` or `NON_VISIBLE`.
        search_visibility: Option<String>,
        /// When it was onboarded last.
        last_onboarded_time: Option<String>,
        /// Ice breakers and commands.
        conversational_automation: Option<ComponentsInfo>,
    }

    /// How fast a number may send.
    pub struct Throughput {
        /// `STANDARD` (80 messages a second), `HIGH` (1,000) or `NOT_APPLICABLE`.
        level: Option<String>,
    }

    /// Where the webhooks of a number go; the first that is set counts (Meta: *Webhook overrides*).
    pub struct WebhookConfiguration {
        /// The number's own address.
        phone_number: Option<String>,
        /// The account's.
        whatsapp_business_account: Option<String>,
        /// The app's.
        application: Option<String>,
    }
}

words! {
    /// How people like a number's messages (Meta: *Message quality rating*).
    pub enum QualityRating {
        /// High.
        Green = "GREEN",
        /// Medium.
        Yellow = "YELLOW",
        /// Low.
        Red = "RED",
        /// Not known yet.
        Unknown = "UNKNOWN",
    }
}

requests! {
    /// A number to add to an account. It must be registered before it can send.
    pub struct NewPhoneNumber {
        /// The country's prefix, like `1`.
        cc: String,
        /// The number.
        phone_number: String,
        /// The name people see.
        verified_name: String,
    } optional {
        /// Whether it is moved here from another account.
        migrate_phone_number: Switch,
        /// The id under which it has been verified before.
        preverified_id: ObjectId,
    }

    /// What to change about a number. What isn't named stays.
    pub struct NumberUpdate {
    } optional {
        /// `CONNECTED` or `DISCONNECTED`.
        connection_status: String,
        /// The webhook's address.
        webhook_url: String,
        /// The PIN and what people are told.
        whatsapp_business_api_data: ApiData,
        /// Whether it is found by searching: `VISIBLE` or `NON_VISIBLE`.
        search_visibility: String,
        /// Where the number's webhooks go instead of the app's address.
        webhook_configuration: CallbackOverride,
        /// The display name to be reviewed.
        new_display_name: String,
        /// The username.
        username: String,
    }

    /// The PIN of a number, and what people are told about it.
    pub struct ApiData {
    } optional {
        /// The two-step PIN.
        pin: TwoStepPin,
        /// Whether people are told that the security code has changed.
        show_security_notifications: Switch,
        /// Whether people are told that the number has changed.
        notify_user_change_number: Switch,
    }
}

/// An address that webhooks go to instead of the app's (Meta: *Webhook overrides*; at most 200 characters).
#[derive(Clone, PartialEq)]
#[must_use]
pub struct CallbackOverride {
    uri: String,
    token: Option<String>,
}

impl CallbackOverride {
    /// This address, which answers Meta's handshake with this token.
    pub fn new(uri: impl Into<String>, token: &VerifyToken) -> Self {
        Self { uri: uri.into(), token: Some(token.expose().to_owned()) }
    }

    /// The app's address again.
    pub fn none() -> Self {
        Self { uri: String::new(), token: None }
    }

    pub(super) fn check(&self) -> Result<(), GraphError> {
        match (&self.token, self.uri.starts_with("https://")) {
            (None, _) => Ok(()),
            (Some(_), true) => at_most(&CALLBACK_URI, &self.uri),
            (Some(_), false) => Err(wrong("`override_callback_uri` must begin with https://")),
        }
    }
}

impl Serialize for CallbackOverride {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("override_callback_uri", &self.uri)?;
        if let Some(token) = &self.token {
            map.serialize_entry("verify_token", token)?;
        }
        map.end()
    }
}

impl fmt::Debug for CallbackOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackOverride").field("uri", &self.uri).finish_non_exhaustive()
    }
}

/// What is asked for when nothing else is said.
const FIELDS: &str = "id,display_phone_number,verified_name,quality_rating,code_verification_status,name_status,\
    new_name_status,status,platform_type,throughput,is_official_business_account,is_pin_enabled,account_mode,\
    webhook_configuration,whatsapp_business_manager_messaging_limit";

impl Graph {
    /// The numbers of an account.
    pub fn numbers<'a>(&'a self, token: &'a AccessToken, waba: &'a WabaId) -> Numbers<'a> {
        Numbers(Node::new(self, token, waba.as_str()))
    }

    /// One number.
    pub fn number<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> Number<'a> {
        Number(Node::new(self, token, number.as_str()))
    }
}

impl<'a> Numbers<'a> {
    /// All of them.
    pub fn list(self) -> Listing<'a, PhoneNumberInfo> {
        self.0.list("phone_numbers")
    }

    /// Adds one, to be verified and registered next.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn add(self, number: &NewPhoneNumber) -> Result<PhoneNumberId, GraphError> {
        let added: PhoneNumberInfo = self.0.post("phone_numbers").json(number).answer().await?;
        Ok(added.id)
    }
}

impl Number<'_> {
    /// What Meta says of it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<PhoneNumberInfo, GraphError> {
        self.get_fields(FIELDS).await
    }

    /// What Meta says of it in these fields, separated by commas.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get_fields(self, fields: &str) -> Result<PhoneNumberInfo, GraphError> {
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
    pub async fn update(self, update: &NumberUpdate) -> Result<(), GraphError> {
        let checked = update.webhook_configuration.as_ref().map_or(Ok(()), CallbackOverride::check);
        self.0.post("").json(update).checked(checked).done().await
    }

    /// Has the number's webhooks go elsewhere, or to the app's address again. The app must be subscribed to the account.
    ///
    /// # Errors
    /// Meta refused it, or the address did not answer its handshake, or no answer came.
    pub async fn override_callback(self, callback: &CallbackOverride) -> Result<(), GraphError> {
        let body = json!({ "webhook_configuration": callback });
        self.0.post("").json(&body).checked(callback.check()).done().await
    }
}
