//! Templates sent through Meta's own endpoint for marketing.

use super::Template;
use crate::draft::{Draft, DraftError, Endpoint, IntoDraft};

/// A marketing template sent by `POST /{phone-number-id}/marketing_messages` (Meta: *Marketing Messages API*), which
/// optimises delivery. Templates of other categories are refused there (134100).
///
/// ```
/// use wappa_cloud::{IntoDraft, MarketingMessage, ProductPolicy, Template};
///
/// let draft = MarketingMessage::new(Template::new("autumn_offer", "en_US"))
///     .product_policy(ProductPolicy::Strict)
///     .into_draft()?;
/// assert_eq!(draft.endpoint().as_str(), "marketing_messages");
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct MarketingMessage {
    template: Template,
    policy: Option<ProductPolicy>,
    sharing: Option<ActivitySharing>,
}

/// What happens where the marketing endpoint cannot send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductPolicy {
    /// It is sent as any other template.
    CloudApiFallback,
    /// It is refused.
    Strict,
}

/// Whether Meta may use what happens with this message to optimise others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivitySharing {
    /// It may.
    On,
    /// It may not.
    Off,
}

impl MarketingMessage {
    /// This template.
    pub fn new(template: Template) -> Self {
        Self { template, policy: None, sharing: None }
    }

    /// What happens where the marketing endpoint cannot send.
    pub fn product_policy(mut self, policy: ProductPolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Whether Meta may use what happens with this message; otherwise as the account says.
    pub fn activity_sharing(mut self, sharing: ActivitySharing) -> Self {
        self.sharing = Some(sharing);
        self
    }
}

impl IntoDraft for MarketingMessage {
    fn into_draft(self) -> Result<Draft, DraftError> {
        let mut draft = self.template.into_draft()?;
        draft.endpoint = Endpoint::MarketingMessages;
        let policy = self.policy.map(|policy| match policy {
            ProductPolicy::CloudApiFallback => "\"CLOUD_API_FALLBACK\"",
            ProductPolicy::Strict => "\"STRICT\"",
        });
        draft.beside.extend(policy.map(|policy| ("product_policy", policy.to_owned())));
        let sharing = self.sharing.map(|sharing| (sharing == ActivitySharing::On).to_string());
        draft.beside.extend(sharing.map(|sharing| ("message_activity_sharing", sharing)));
        Ok(draft)
    }
}
