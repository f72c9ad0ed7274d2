//! Those an account works with: payment providers and solution partners.

use super::lax::{facts, words};
use crate::time::Timestamp;

facts! {
    /// A way to be paid (Meta: *payment_configuration_update*).
    pub struct PaymentConfiguration {
        /// Its name.
        name as "configuration_name": Option<String>,
        /// The provider, like `razorpay`.
        provider as "provider_name": Option<String>,
        /// Your id with the provider.
        merchant_id as "provider_mid": Option<String>,
        /// How far it is.
        status: Option<PaymentConfigurationStatus>,
        /// When it was made.
        created as "created_timestamp": Option<Timestamp>,
        /// When it last changed.
        updated as "updated_timestamp": Option<Timestamp>,
    }
    /// A solution with a partner (Meta: *partner_solutions*).
    pub struct PartnerSolution {
        /// What happened.
        event: Option<PartnerEvent>,
        /// Which one.
        id as "solution_id": Option<String>,
        /// How far it is, like `ACTIVE`.
        status as "solution_status": Option<String>,
    }
}

words! {
    /// How far a way to be paid is.
    pub enum PaymentConfigurationStatus {
        /// It works.
        Active = "Active",
        /// The provider is not connected yet.
        NeedsConnecting = "Needs Connecting" | "Needs_Connecting",
        /// It was not tried yet.
        NeedsTesting = "Needs Testing" | "Needs_Testing",
    }
    /// What happened to a partner's solution.
    pub enum PartnerEvent {
        /// It is new.
        Created = "SOLUTION_CREATED",
        /// It changed.
        Updated = "SOLUTION_UPDATED",
    }
}
