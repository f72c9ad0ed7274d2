//! What the law asks of a number: the officers an Indian business must name (Meta: *Business compliance*), and the mark of
//! an official business account (Meta: *Official Business Accounts*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::compliance::{ComplianceUpdate, Officer};
//! use wappa_cloud::{AccessToken, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"success":true}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let officer = Officer::new("help@example.org", "+919000000000").name("Asha");
//! let shop = ComplianceUpdate::new("Tea Ltd", "LIMITED_LIABILITY_PARTNERSHIP", officer.clone(), officer);
//! graph.compliance(&token, &number).set(&shop).await?;
//! # Ok(())
//! # }
//! ```

use super::{
    Graph, GraphError, Switch,
    node::Node,
    open::{answers, requests, words},
};
use crate::{
    id::{ObjectId, PhoneNumberId, WabaId},
    secret::AccessToken,
};

/// What one number is obliged to say.
#[derive(Clone, Copy)]
pub struct Compliance<'a>(Node<'a>);

/// The mark of one number.
#[derive(Clone, Copy)]
pub struct OfficialAccount<'a>(Node<'a>);

answers! {
    /// What an Indian business says of itself.
    pub struct ComplianceInfo {
        /// The account.
        whatsapp_business_account_id: Option<WabaId>,
        /// What it is called.
        entity_name: Option<String>,
        /// What it is.
        entity_type: Option<String>,
        /// What it is, in words, if it is something else.
        entity_type_custom: Option<String>,
        /// Whether it is registered.
        is_registered: Option<bool>,
        /// Who hears complaints.
        grievance_officer_details: Option<OfficerInfo>,
        /// Who helps customers.
        customer_care_details: Option<OfficerInfo>,
        /// Always `whatsapp`.
        messaging_product: Option<String>,
    }

    /// Somebody to turn to.
    pub struct OfficerInfo {
        /// Their name.
        name: Option<String>,
        /// Where to write to.
        email: Option<String>,
        /// Where to call.
        mobile_number: Option<String>,
        /// Where else to call.
        landline_number: Option<String>,
    }

    /// How far the mark is.
    pub struct OfficialStatus {
        /// The number.
        id: Option<ObjectId>,
        /// `PENDING`, `APPROVED`, `REJECTED`, `CANCELLED`…
        oba_status: Option<String>,
        /// In words.
        status_message: Option<String>,
    }

    /// What became of an application.
    pub struct OfficialOutcome {
        /// Whether it was taken.
        success: Option<bool>,
        /// In words.
        message: Option<String>,
        /// How far the mark is.
        updated_status: Option<OfficialStatus>,
        /// What to ask by.
        tracking_id: Option<String>,
    }
}

answers! {
    /// A list of one.
    struct Told {
        data: Vec<ComplianceInfo>,
    }
}

words! {
    /// What to do about the mark.
    pub enum OfficialAction {
        /// Apply for it.
        Submit = "SUBMIT_APPLICATION",
        /// Apply again.
        Resubmit = "RESUBMIT_APPLICATION",
        /// Don't apply after all.
        Withdraw = "WITHDRAW_APPLICATION",
    }
}

requests! {
    /// What an Indian business says of itself.
    pub struct ComplianceUpdate {
        /// What it is called.
        entity_name: String,
        /// What it is, like `PARTNERSHIP` or `OTHER`.
        entity_type: String,
        /// Who hears complaints.
        grievance_officer_details: Officer,
        /// Who helps customers.
        customer_care_details: Officer,
    } optional {
        /// What it is, in words, if it is something else.
        entity_type_custom: String,
        /// Whether it is registered.
        is_registered: Switch,
    }

    /// Somebody to turn to.
    pub struct Officer {
        /// Where to write to.
        email: String,
        /// Where to call, with country code.
        mobile_number: String,
    } optional {
        /// Their name.
        name: String,
        /// Where else to call.
        landline_number: String,
    }

    /// Something to be done about the mark.
    pub struct OfficialRequest {
        /// What.
        action: OfficialAction,
    } optional {
        /// What the business says of itself.
        application_data: OfficialApplication,
    }

    /// What a business says of itself.
    pub struct OfficialApplication {
        /// What it is called.
        business_name: String,
        /// What it does.
        business_description: String,
    } optional {
        /// Its website.
        website_url: String,
        /// Where to write to.
        contact_email: String,
    }
}

impl Graph {
    /// What a number is obliged to say.
    pub fn compliance<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> Compliance<'a> {
        Compliance(Node::new(self, token, number.as_str()))
    }

    /// The mark of a number.
    pub fn official_account<'a>(
        &'a self,
        token: &'a AccessToken,
        number: &'a PhoneNumberId,
    ) -> OfficialAccount<'a> {
        OfficialAccount(Node::new(self, token, number.as_str()))
    }
}

impl Compliance<'_> {
    /// What it says; `None` if nothing.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<Option<ComplianceInfo>, GraphError> {
        let call = self.0.get("business_compliance_info").query(
            "fields",
            "entity_name,entity_type,entity_type_custom,is_registered,grievance_officer_details,customer_care_details",
        );
        Ok(call.answer::<Told>().await?.data.into_iter().next())
    }

    /// Says something else.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn set(self, update: &ComplianceUpdate) -> Result<(), GraphError> {
        self.0.post("business_compliance_info").product(update).done().await
    }
}

impl OfficialAccount<'_> {
    /// How far it is.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<OfficialStatus, GraphError> {
        self.0.get("official_business_account").answer().await
    }

    /// Does something about it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn request(self, request: &OfficialRequest) -> Result<OfficialOutcome, GraphError> {
        self.0.post("official_business_account").json(request).answer().await
    }
}
