//! How a business number and a person stand with Meta: what decides whether a well-formed message may go out and arrives.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use wappa_cloud::{PhoneNumberId, WabaId};

use super::model::PersonId;

/// How a business number stands with Meta. From the start nothing is in its way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Standing {
    /// How many people it may write to first in 24 hours.
    pub tier: Tier,
    /// What people think of it.
    pub quality: Quality,
    /// How fast it may send.
    pub throughput: Throughput,
    /// The only people a test number may write to (131030 for others); `None` for a real number.
    pub allow_list: Option<BTreeSet<PersonId>>,
    /// Countries it may not write to (130497), as two letters.
    pub restricted_countries: BTreeSet<String>,
    /// How many marketing templates a person gets in 24 hours, from this number (131049 beyond).
    pub marketing_cap: Option<u32>,
    /// What keeps it from sending anything.
    pub trouble: Option<Trouble>,
    /// Whether it is registered with the Cloud API.
    pub registration: Registration,
    /// Whether it can call and be called.
    pub calling: Ability,
    /// Whether it may call people (138013 if not).
    pub business_calls: Ability,
    /// Whether it may have groups.
    pub groups: Ability,
    /// Whether marketing templates may be sent by the messages endpoint (131063 if not).
    pub marketing: Ability,
    /// Whether it is used in the WhatsApp Business app as well.
    pub coexistence: Coexistence,
}

/// The messaging limit: people written to first in 24 hours (Meta's page "Messaging limits").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tier {
    /// 250.
    #[serde(rename = "TIER_250")]
    Of250,
    /// 2,000.
    #[serde(rename = "TIER_2K")]
    Of2K,
    /// 10,000.
    #[serde(rename = "TIER_10K")]
    Of10K,
    /// 100,000.
    #[serde(rename = "TIER_100K")]
    Of100K,
    /// As many as there are.
    #[default]
    #[serde(rename = "TIER_UNLIMITED")]
    Unlimited,
}

impl Tier {
    /// How many people.
    pub fn people(self) -> Option<usize> {
        match self {
            Self::Of250 => Some(250),
            Self::Of2K => Some(2_000),
            Self::Of10K => Some(10_000),
            Self::Of100K => Some(100_000),
            Self::Unlimited => None,
        }
    }
}

/// A quality rating.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Quality {
    /// Good.
    #[default]
    Green,
    /// Middling.
    Yellow,
    /// Bad.
    Red,
    /// Not rated yet.
    Unknown,
}

/// Messages a second (Meta's page "Throughput").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Throughput {
    /// 80.
    #[default]
    Standard,
    /// 1,000.
    High,
    /// 20, for a number that is used in the app as well.
    Coexistence,
}

impl Throughput {
    pub(crate) fn per_second(self) -> u32 {
        match self {
            Self::Standard => 80,
            Self::High => 1_000,
            Self::Coexistence => 20,
        }
    }
}

/// What keeps a number from sending anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Trouble {
    /// The token lost its permission (10).
    Permission,
    /// The account is restricted for a violation (368).
    Restricted,
    /// Access to the account was taken away (131005).
    Denied,
    /// The account is locked (131031).
    Locked,
    /// The display name isn't approved (131037).
    NameNotApproved,
    /// There is no payment method (131042).
    Unpaid,
    /// Its certificate is wrong (131045).
    Certificate,
    /// Too many of its messages were blocked or reported (131048).
    Spam,
    /// It is being moved to a higher throughput (131057).
    Maintenance,
    /// Its templates were in wrong categories (131064).
    Misclassified,
}

impl Trouble {
    /// Meta's code for it.
    pub fn code(self) -> u32 {
        match self {
            Self::Permission => 10,
            Self::Restricted => 368,
            Self::Denied => 131_005,
            Self::Locked => 131_031,
            Self::NameNotApproved => 131_037,
            Self::Unpaid => 131_042,
            Self::Certificate => 131_045,
            Self::Spam => 131_048,
            Self::Maintenance => 131_057,
            Self::Misclassified => 131_064,
        }
    }
}

/// Whether a number is registered with the Cloud API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// It is.
    #[default]
    Registered,
    /// It is verified, but not registered (133010).
    Verified,
    /// It isn't even verified (133006 when registered).
    Unverified,
}

/// Whether something is switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ability {
    /// It is.
    #[default]
    On,
    /// It isn't.
    Off,
}

/// Whether a number is used in the WhatsApp Business app as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coexistence {
    /// By the Cloud API alone.
    #[default]
    ApiOnly,
    /// By its owner's phone too: webhooks tell what the owner writes, and edits and revokes come whole.
    WithApp,
}

/// What stands between a person and a business.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Attitude {
    /// The app on the phone.
    pub app: PhoneApp,
    /// The numbers this person has blocked: what they send stays `sent`.
    pub blocks: BTreeSet<PhoneNumberId>,
    /// The accounts this person wants no marketing from (131050).
    pub stopped_marketing: BTreeSet<WabaId>,
    /// Whether Meta keeps marketing from this person as an experiment (130472).
    pub experiment: Experiment,
    /// The hash of the person's identity key, for numbers that check it (137000).
    pub identity_hash: Option<String>,
}

/// The WhatsApp on a phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneApp {
    /// A new one.
    #[default]
    Current,
    /// An old one, which can't show what came later than plain messages (131026).
    Old,
    /// None (131026).
    Missing,
}

/// Whether a person is in an experiment of Meta's on marketing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Experiment {
    /// No.
    #[default]
    Outside,
    /// Yes: marketing doesn't arrive.
    Inside,
}
