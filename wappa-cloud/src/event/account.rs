//! What becomes of the account: alerts, reviews, restrictions, bans, prices.

use super::{
    flow::FlowHealth,
    lax::{facts, words},
    number::{
        AccountSettings, BusinessCapability, PhoneNameReview, PhoneQuality, SecurityChange, UsernameUpdate,
    },
    partner::{PartnerSolution, PaymentConfiguration},
};
use crate::{
    id::{AppId, PhoneNumberId, WabaId},
    raw::RawJson,
    time::Timestamp,
};

/// Something changed about the account (Meta: *Webhooks reference*, by the name of each field).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AccountUpdate {
    /// The account; of partner events the business portfolio.
    pub waba_id: Option<WabaId>,
    /// The number, where Meta names its id.
    pub phone_number_id: Option<PhoneNumberId>,
    /// The number as Meta shows it, where it is about one.
    pub display_phone_number: Option<String>,
    /// When.
    pub time: Option<Timestamp>,
    /// What changed.
    pub change: AccountChange,
    pub(super) raw: RawJson,
}

impl AccountUpdate {
    /// The value of the change as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// What changed about the account.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AccountChange {
    /// Something wants attention.
    Alert(AccountAlert),
    /// Meta has looked at the account.
    Review(AccountReview),
    /// Restrictions, bans, partners, prices…
    Account(Box<AccountNews>),
    /// A number's settings.
    Settings(AccountSettings),
    /// A number's two-step PIN.
    Security(SecurityChange),
    /// What the account may do.
    Capability(BusinessCapability),
    /// A number's display name.
    PhoneName(PhoneNameReview),
    /// A number's quality and limits.
    PhoneQuality(PhoneQuality),
    /// The business's username.
    Username(UsernameUpdate),
    /// A way to be paid.
    Payments(PaymentConfiguration),
    /// A solution with a partner.
    Partner(PartnerSolution),
    /// How a flow fares.
    Flow(FlowHealth),
}

facts! {
    pub(super) struct Numbered {
        display_phone_number as "display_phone_number" | "phone_number": Option<String>,
        phone_number_id: Option<PhoneNumberId>,
    }
    pub(super) struct FlatAlert {
        severity as "alert_severity": Option<AlertSeverity>,
        status as "alert_status": Option<String>,
        kind as "alert_type": Option<AlertKind>,
        description as "alert_description": Option<String>,
    }
    pub(super) struct RawAlert {
        entity_type: Option<String>,
        entity_id: Option<String>,
        info as "alert_info": Option<FlatAlert>,
    }
    /// Meta has looked at the account (Meta: *account_review_update*).
    pub struct AccountReview {
        /// What it decided.
        decision: Option<Decision>,
    }
    /// Restrictions, bans, partners, prices… (Meta: *account_update*).
    pub struct AccountNews {
        /// What happened.
        event: Option<AccountEvent>,
        /// The country, two letters.
        country: Option<String>,
        /// The number.
        phone_number: Option<String>,
        /// Which account, and who has to do with it.
        waba_info: Option<WabaInfo>,
        /// What was done wrong.
        violation_info: Option<Violation>,
        /// What the account may not do.
        restrictions as "restriction_info": Vec<Restriction>,
        /// Whether it is banned.
        ban_info: Option<Ban>,
        /// From when international authentication messages cost more.
        auth_international as "auth_international_rate_eligibility": Option<AuthInternational>,
        /// What became of a client's certification.
        certification as "partner_client_certification_info": Option<Certification>,
        /// The price for as many messages as were sent.
        volume_tier as "volume_tier_info": Option<VolumeTier>,
        /// Why the WhatsApp Business app no longer shares the number.
        disconnection as "disconnection_info": Option<Disconnection>,
    }
    /// An account and who has to do with it.
    pub struct WabaInfo {
        /// The account.
        waba_id: Option<WabaId>,
        /// The business that owns it.
        owner_business_id: Option<String>,
        /// The ad account.
        ad_account as "ad_account_linked": Option<String>,
        /// The partner's app.
        partner_app_id: Option<AppId>,
        /// The solution with the partner.
        solution_id: Option<String>,
        /// The partners of the solution.
        partners as "solution_partner_business_ids": Vec<String>,
    }
    /// What was done wrong.
    pub struct Violation {
        /// Like `SCAM` or `USER_INITIATED_CALLS_LOW_PICKUP_RATE`.
        kind as "violation_type": Option<String>,
        /// What to do about it.
        remediation: Option<String>,
    }
    /// What an account may not do.
    pub struct Restriction {
        /// Like `RESTRICTED_BIZ_INITIATED_MESSAGING`.
        kind as "restriction_type": Option<String>,
        /// Until when.
        expires as "expiration": Option<Timestamp>,
        /// What to do about it.
        remediation: Option<String>,
    }
    /// Whether an account is banned.
    pub struct Ban {
        /// How far it is.
        state as "waba_ban_state": Option<BanState>,
        /// When; Meta writes it in words.
        date as "waba_ban_date": Option<String>,
    }
    /// Why the WhatsApp Business app no longer shares a number.
    pub struct Disconnection {
        /// Like `PRIMARY_INACTIVITY`.
        reason: Option<String>,
        /// Like `SYSTEM`.
        initiated_by: Option<String>,
    }
    /// From when international authentication messages cost more.
    pub struct AuthInternational {
        /// From then on.
        start as "start_time": Option<Timestamp>,
        /// Countries with a time of their own.
        exceptions as "exception_countries": Vec<AuthCountry>,
    }
    /// A country with a time of its own.
    pub struct AuthCountry {
        /// Two letters.
        country as "country_code": Option<String>,
        /// From then on.
        start as "start_time": Option<Timestamp>,
    }
    /// What became of a client's certification.
    pub struct Certification {
        /// The client.
        client_business_id: Option<String>,
        /// How far it is, like `APPROVED`.
        status: Option<String>,
        /// Why not.
        rejection_reasons: Vec<String>,
    }
    /// The price for as many messages as were sent.
    pub struct VolumeTier {
        /// From when.
        updated as "tier_update_time": Option<Timestamp>,
        /// Of what, like `UTILITY`.
        category as "pricing_category": Option<String>,
        /// How many messages, like `25000001:50000000`.
        tier: Option<String>,
        /// The month, like `2025-11`.
        month as "effective_month": Option<String>,
        /// Where, like `India`.
        region: Option<String>,
    }
}

/// Something wants attention (Meta: *account_alerts*).
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AccountAlert {
    /// `BUSINESS`, `PHONE_NUMBER`…
    pub entity_type: Option<String>,
    /// Its id.
    pub entity_id: Option<String>,
    /// How bad it is.
    pub severity: Option<AlertSeverity>,
    /// `ACTIVE` or `NONE`.
    pub status: Option<String>,
    /// What it is.
    pub kind: Option<AlertKind>,
    /// A sentence.
    pub description: Option<String>,
}

words! {
    /// How bad an alert is.
    pub enum AlertSeverity {
        /// Act now.
        Critical = "CRITICAL",
        /// Good to know.
        Informational = "INFORMATIONAL" | "INFO",
        /// Act soon.
        Warning = "WARNING",
    }
    /// What an alert is about.
    pub enum AlertKind {
        /// More messages a day: decided later.
        CapabilityDeferred = "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
        /// More messages a day: refused.
        CapabilityFailed = "INCREASED_CAPABILITIES_ELIGIBILITY_FAILED",
        /// More messages a day: Meta asks for more.
        CapabilityNeedsInfo = "INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO",
        /// The business is an official one.
        OfficialApproved = "OBA_APPROVED",
        /// The business is no official one.
        OfficialRejected = "OBA_REJECTED",
        /// The profile picture is gone.
        ProfilePictureLost = "PROFILE_PICTURE_LOST",
    }
    /// What Meta decided.
    pub enum Decision {
        /// Yes.
        Approved = "APPROVED",
        /// No.
        Rejected = "REJECTED",
        /// Not yet.
        Pending = "PENDING",
        /// Later.
        Deferred = "DEFERRED",
    }
    /// What happened to an account.
    pub enum AccountEvent {
        /// It was deleted.
        AccountDeleted = "ACCOUNT_DELETED",
        /// It broke a rule.
        AccountViolation = "ACCOUNT_VIOLATION",
        /// It may no longer do something.
        AccountRestriction = "ACCOUNT_RESTRICTION",
        /// It left the platform.
        AccountOffboarded = "ACCOUNT_OFFBOARDED",
        /// It came back.
        AccountReconnected = "ACCOUNT_RECONNECTED",
        /// An ad account belongs to it now.
        AdAccountLinked = "AD_ACCOUNT_LINKED",
        /// International authentication messages will cost more.
        AuthInternationalPrice = "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
        /// The business is in another country.
        PrimaryCountry = "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
        /// It was banned, or is so no longer.
        Disabled = "DISABLED_UPDATE",
        /// The terms of marketing messages were signed.
        MarketingTermsSigned = "MM_LITE_TERMS_SIGNED",
        /// It is shared with a partner.
        PartnerAdded = "PARTNER_ADDED",
        /// A partner's app was added.
        PartnerAppInstalled = "PARTNER_APP_INSTALLED",
        /// A partner's app was removed.
        PartnerAppUninstalled = "PARTNER_APP_UNINSTALLED",
        /// What became of a client's certification.
        PartnerCertification = "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE",
        /// It is no longer shared with a partner.
        PartnerRemoved = "PARTNER_REMOVED",
        /// Another price for as many messages as were sent.
        VolumeTier = "VOLUME_BASED_PRICING_TIER_UPDATE",
        /// A number was verified, in old versions.
        Verified = "VERIFIED_ACCOUNT",
    }
    /// How far a ban is.
    pub enum BanState {
        /// The account is banned.
        Disabled = "DISABLE" | "DISABLED",
        /// It is so no longer.
        Reinstated = "REINSTATE" | "REINSTATED",
        /// It will be.
        Scheduled = "SCHEDULE_FOR_DISABLE" | "SCHEDULED_FOR_DISABLE",
    }
}
