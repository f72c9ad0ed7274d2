//! What is set for a number: calls, where its data is stored, encryption of payloads, notices of changed identities
//! (Meta: *Phone number settings*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::settings::{Calling, CallHoursUpdate, Hours, SettingsUpdate, Status};
//! use wappa_cloud::{AccessToken, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"success":true}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let monday = Hours::new("MONDAY", "0900", "1700");
//! let hours = CallHoursUpdate::new(Status::Enabled, "Europe/Lisbon", [monday]);
//! let calling = Calling::new().status(Status::Enabled).call_hours(hours);
//! graph.settings(&token, &number).set(&SettingsUpdate::new().calling(calling)).await?;
//! # Ok(())
//! # }
//! ```

use super::{
    Graph, GraphError, Switch,
    node::Node,
    open::{answers, requests, words},
};
use crate::{
    id::{AppId, PhoneNumberId},
    secret::{AccessToken, SipPassword},
};

/// The settings of one number.
#[derive(Clone, Copy)]
pub struct Settings<'a>(Node<'a>);

answers! {
    /// The settings of a number.
    pub struct SettingsInfo {
        /// Calls.
        calling: Option<CallingInfo>,
        /// Whether payloads are encrypted with a key of the business.
        payload_encryption: Option<PayloadEncryption>,
        /// Where messages are stored.
        storage_configuration: Option<Storage>,
        /// Whether sending stops when a person's identity has changed.
        user_identity_change: Option<IdentityChange>,
    }

    /// Calls.
    pub struct CallingInfo {
        /// Whether people can call.
        status: Option<Status>,
        /// Whether the call button is shown.
        call_icon_visibility: Option<IconVisibility>,
        /// Whether people who call permit to be called back.
        callback_permission_status: Option<Status>,
        /// When calls are taken.
        call_hours: Option<CallHours>,
        /// Meta's addresses for media.
        ip_addresses: Option<IpAddresses>,
        /// How keys for media are agreed on: `DTLS` or `SDES`.
        srtp_key_exchange_protocol: Option<String>,
        /// The SIP servers of the business.
        sip: Option<Sip>,
        /// Video.
        video: Option<Toggle>,
    }

    /// Meta's addresses for media.
    pub struct IpAddresses {
        /// Those used if nothing else is agreed on.
        default: Vec<String>,
    }

    /// Something that is on or off.
    pub struct Toggle {
        /// Which.
        status: Option<Status>,
    }

    /// Calls over SIP.
    pub struct Sip {
        /// Whether calls go there.
        status: Option<Status>,
        /// The servers.
        servers: Vec<SipServerInfo>,
    }

    /// A SIP server.
    pub struct SipServerInfo {
        /// The app it belongs to.
        app_id: Option<AppId>,
        /// Its host.
        hostname: Option<String>,
        /// Its port.
        port: Option<u16>,
        /// What Meta adds to its address.
        request_uri_user_params: Option<serde_json::Value>,
        /// The password Meta made for it; only if it was asked for.
        sip_user_password: Option<SipPassword>,
    }

    /// Encrypted payloads.
    pub struct PayloadEncryption {
        /// Whether they are.
        status: Option<Status>,
        /// The fingerprint of the business's key.
        client_encryption_key_fingerprint: Option<String>,
        /// Meta's key.
        cloud_encryption_key: Option<String>,
    }

    /// Where messages are stored.
    pub struct Storage {
        /// `DEFAULT`, `IN_COUNTRY_STORAGE_ENABLED` or `NO_STORAGE_ENABLED`.
        status: Option<String>,
        /// The country.
        data_localization_region: Option<String>,
        /// For how long, in minutes.
        retention_minutes: Option<u64>,
    }

    /// Notices of changed identities.
    pub struct IdentityChange {
        /// Whether `recipient_identity_key_hash` is compared before a message is delivered.
        enable_identity_key_check: Option<bool>,
    }

    /// When calls are taken. Also used to set them.
    pub struct CallHours {
        /// Whether there are hours at all.
        status: Option<Status>,
        /// The timezone, like `America/New_York`.
        timezone_id: Option<String>,
        /// The hours of the week, at most two a day.
        weekly_operating_hours: Vec<OpeningHours>,
        /// Days on which they differ, at most 20.
        holiday_schedule: Vec<Holiday>,
    }

    /// The hours of a day.
    pub struct OpeningHours {
        /// Which, like `MONDAY`.
        day_of_week: Option<String>,
        /// From, like `0900`.
        open_time: Option<String>,
        /// Until, like `1800`.
        close_time: Option<String>,
    }

    /// A day with hours of its own.
    pub struct Holiday {
        /// Which, like `2026-12-24`.
        date: Option<String>,
        /// From.
        start_time: Option<String>,
        /// Until.
        end_time: Option<String>,
    }
}

words! {
    /// On or off, in Meta's words.
    pub enum Status {
        /// On.
        Enabled = "ENABLED",
        /// Off.
        Disabled = "DISABLED",
    }

    /// Whether people see the call button.
    pub enum IconVisibility {
        /// In chat and profile.
        Default = "DEFAULT",
        /// Nowhere; calls are possible from a message's button.
        DisableAll = "DISABLE_ALL",
    }
}

requests! {
    /// What to set. What isn't named stays.
    pub struct SettingsUpdate {
    } optional {
        /// Calls.
        calling: Calling,
        /// Whether sending stops when a person's identity has changed.
        user_identity_change: IdentityCheck,
        /// Where messages are stored.
        storage_configuration: StorageUpdate,
        /// Whether payloads are encrypted.
        payload_encryption: Encryption,
    }

    /// Calls.
    pub struct Calling {
    } optional {
        /// Whether people can call.
        status: Status,
        /// Whether they see a button for it.
        call_icon_visibility: IconVisibility,
        /// Whether people who call permit to be called back.
        callback_permission_status: Status,
        /// When calls are taken.
        call_hours: CallHoursUpdate,
        /// How keys for media are agreed on: `DTLS` or `SDES`.
        srtp_key_exchange_protocol: String,
        /// The SIP servers of the business.
        sip: SipUpdate,
        /// Video.
        video: Video,
    }

    /// When calls are taken.
    pub struct CallHoursUpdate {
        /// Whether there are hours at all.
        status: Status,
        /// The timezone, like `America/New_York`.
        timezone_id: String,
        /// The hours of the week.
        weekly_operating_hours: Vec<Hours>,
    } optional {
        /// Days on which they differ.
        holiday_schedule: Vec<HolidayHours>,
    }

    /// Hours of a day of the week.
    pub struct Hours {
        /// Like `MONDAY`.
        day_of_week: String,
        /// Like `0900`.
        open_time: String,
        /// Like `1800`.
        close_time: String,
    } optional {}

    /// A day with hours of its own.
    pub struct HolidayHours {
        /// Like `2026-12-24`.
        date: String,
        /// Like `0900`.
        start_time: String,
        /// Like `1300`.
        end_time: String,
    } optional {}

    /// Video calls.
    pub struct Video {
        /// Whether they are possible.
        status: Status,
    } optional {}

    /// Calls over SIP.
    pub struct SipUpdate {
        /// Whether calls go to the servers instead of the webhook.
        status: Status,
    } optional {
        /// The servers: one for each app.
        servers: Vec<SipServer>,
    }

    /// A SIP server.
    pub struct SipServer {
        /// Its host; TLS is a must.
        hostname: String,
    } optional {
        /// Its port; 5061 unless said otherwise.
        port: u16,
        /// What Meta adds to the user part of its address.
        request_uri_user_params: std::collections::BTreeMap<String, String>,
    }

    /// Whether `recipient_identity_key_hash` is compared before a message is delivered (code 137000 if it differs).
    pub struct IdentityCheck {
        /// Whether it is.
        enable_identity_key_check: Switch,
    } optional {}

    /// Where messages are stored.
    pub struct StorageUpdate {
        /// `DEFAULT`, `IN_COUNTRY_STORAGE_ENABLED` or `NO_STORAGE_ENABLED`.
        status: String,
    } optional {
        /// The country, like `DE`.
        data_localization_region: String,
        /// For how long, in minutes.
        retention_minutes: u32,
    }

    /// Whether payloads are encrypted.
    pub struct Encryption {
        /// Whether they are.
        status: Status,
    } optional {
        /// The business's public key, in base64.
        client_encryption_key: String,
    }
}

/// Whether to be told the passwords of SIP servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SipCredentials {
    /// Yes.
    Include,
    /// No.
    Omit,
}

impl Graph {
    /// The settings of a number.
    pub fn settings<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> Settings<'a> {
        Settings(Node::new(self, token, number.as_str()))
    }
}

impl Settings<'_> {
    /// What is set.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self, credentials: SipCredentials) -> Result<SettingsInfo, GraphError> {
        let include = (credentials == SipCredentials::Include).then_some("true");
        self.0.get("settings").maybe("include_sip_credentials", include).answer().await
    }

    /// Sets something.
    ///
    /// # Errors
    /// Codes 138015 and 138018: calling can't be switched on. Or Meta refused it for another reason, or no answer came.
    pub async fn set(self, update: &SettingsUpdate) -> Result<(), GraphError> {
        self.0.post("settings").json(update).done().await
    }
}
