//! What becomes of the account's numbers: settings, PIN, limits, display name, quality, username.

use super::{
    account::Decision,
    lax::{facts, words},
    template::Quality,
};
use crate::{id::PhoneNumberId, raw::RawJson, time::Timestamp};

facts! {
    /// A number's settings (Meta: *account_settings_update*).
    pub struct AccountSettings {
        /// When.
        timestamp: Option<Timestamp>,
        /// Like `phone_number_settings`.
        kind as "type": Option<String>,
        /// Them.
        phone_number_settings: Option<PhoneSettings>,
    }
    /// The settings of a number.
    pub struct PhoneSettings {
        /// The number.
        phone_number_id: Option<PhoneNumberId>,
        /// Its settings for calls, in the shape of the settings endpoint.
        calling: Option<RawJson>,
    }
    /// A number's two-step PIN (Meta: *security*).
    pub struct SecurityChange {
        /// What happened.
        event: Option<SecurityEvent>,
        /// Who did it.
        requester: Option<String>,
    }
    /// What the account may do (Meta: *business_capability_update*).
    pub struct BusinessCapability {
        /// How many people a number may write to first in a day; -1 without limit. Removed in February 2026.
        daily_per_phone as "max_daily_conversation_per_phone": Option<i64>,
        /// How many people all numbers may write to first in a day: a tier or a number.
        daily_per_business as "max_daily_conversations_per_business": Option<Tier>,
        /// How many numbers the business may have.
        numbers_per_business as "max_phone_numbers_per_business": Option<u64>,
        /// How many numbers the account may have.
        numbers_per_account as "max_phone_numbers_per_waba": Option<u64>,
    }
    /// A number's display name was looked at (Meta: *phone_number_name_update*).
    pub struct PhoneNameReview {
        /// What Meta decided.
        decision: Option<Decision>,
        /// The name that was wished for.
        requested_name as "requested_verified_name": Option<String>,
        /// Why not, like `NAME_FORMAT_UNACCEPTABLE`.
        rejection_reason: Option<String>,
    }
    /// A number's quality and limits (Meta: *phone_number_quality_update*).
    pub struct PhoneQuality {
        /// What happened.
        event: Option<PhoneQualityEvent>,
        /// The limit before.
        old_limit: Option<Tier>,
        /// The limit now. Removed in February 2026.
        current_limit: Option<Tier>,
        /// The limit of all numbers together.
        daily_per_business as "max_daily_conversations_per_business": Option<Tier>,
        /// How much people like the number, in old versions.
        quality as "new_quality_score": Option<Quality>,
    }
    /// The business's username (Meta: *business_username_updates*; before that *phone_number_username_update*).
    pub struct UsernameUpdate {
        /// The name.
        username as "username" | "requested_username": Option<String>,
        /// What became of it.
        status as "status" | "decision": Option<UsernameStatus>,
        /// Why not.
        rejection_reasons as "rejection_reasons" | "rejection_reason": Vec<String>,
    }
}

words! {
    /// What happened to a number's PIN.
    pub enum SecurityEvent {
        /// It is another one.
        PinChanged = "PIN_CHANGED",
        /// Somebody asked to turn it off.
        PinResetRequest = "PIN_RESET_REQUEST",
        /// It was turned off.
        PinResetSuccess = "PIN_REQUEST_SUCCESS" | "PIN_RESET_SUCCESS",
    }
    /// What happened to a number's quality or limits.
    pub enum PhoneQualityEvent {
        /// It can send faster.
        ThroughputUpgrade = "THROUGHPUT_UPGRADE",
        /// It is new.
        Onboarding = "ONBOARDING",
        /// Its limit rose.
        Upgrade = "UPGRADE",
        /// Its limit fell.
        Downgrade = "DOWNGRADE",
        /// Its limit is about to fall.
        Flagged = "FLAGGED",
        /// It is no longer.
        Unflagged = "UNFLAGGED",
    }
    /// To how many people a business may write first in 24 hours.
    pub enum Tier {
        /// 50.
        T50 = "TIER_50" | "50",
        /// 250.
        T250 = "TIER_250" | "250",
        /// 1,000, in old versions.
        T1K = "TIER_1K" | "1000",
        /// 2,000.
        T2K = "TIER_2K" | "2000",
        /// 10,000.
        T10K = "TIER_10K" | "10000",
        /// 100,000.
        T100K = "TIER_100K" | "100000",
        /// As many as it wants.
        Unlimited = "TIER_UNLIMITED" | "-1",
        /// It has none yet.
        NotSet = "TIER_NOT_SET",
    }
    /// What became of a username.
    pub enum UsernameStatus {
        /// It is in use.
        Approved = "approved",
        /// It waits for the business.
        Reserved = "reserved",
        /// It was given up.
        Deleted = "deleted",
        /// It was refused.
        Rejected = "rejected",
    }
}
