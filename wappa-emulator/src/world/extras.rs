//! What goes along with what a person says: where it was forwarded from, the ad that led here, the product it is about.

use serde::{Deserialize, Serialize};

use super::action::ProductRef;

/// What goes along with a message of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Extras {
    /// That it was forwarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<Forwarded>,
    /// The ad or post that led here: it opens the free entry point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
    /// The product it asks about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referred_product: Option<ProductRef>,
}

impl Extras {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// It was forwarded.
    pub fn forwarded(forwarded: Forwarded) -> Self {
        Self { forwarded: Some(forwarded), ..Self::default() }
    }

    /// An ad or a post led here.
    pub fn referral(referral: Referral) -> Self {
        Self { referral: Some(referral), ..Self::default() }
    }

    /// It is about a product.
    pub fn product(product: ProductRef) -> Self {
        Self { referred_product: Some(product), ..Self::default() }
    }
}

/// How often a message was forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forwarded {
    /// At most five times.
    Once,
    /// More often.
    Frequently,
}

/// The ad or post that led a person here (Meta's page "Webhooks: messages"), in Meta's JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Its address.
    pub source_url: String,
    /// Its id.
    pub source_id: String,
    /// `ad` or `post`.
    pub source_type: String,
    /// Its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The id of the click.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ctwa_clid: Option<String>,
}

impl Referral {
    /// An ad with this id.
    pub fn ad(id: impl Into<String>) -> Self {
        let source_id = id.into();
        Self {
            source_url: format!("https://fb.me/{source_id}"),
            ctwa_clid: Some(format!("clid-{source_id}")),
            source_id,
            source_type: "ad".to_owned(),
            headline: None,
            body: None,
        }
    }
}

/// What became of a message afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Nothing.
    #[default]
    Untouched,
    /// It was edited.
    Edited,
    /// It was deleted for everyone.
    Revoked,
}

impl Mark {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(crate) fn is_untouched(&self) -> bool {
        *self == Self::Untouched
    }
}
