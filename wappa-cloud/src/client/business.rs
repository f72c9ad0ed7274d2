//! A business portfolio, its accounts and its credit; what partners see of their clients (Meta: *Business Management
//! API*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::{AccessToken, BusinessId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"data":[{"id":"102290129340398","name":"Shop"}]}"#)]);
//! let (token, business) = (AccessToken::new("EAAG…"), BusinessId::from("2729063490586005"));
//! let accounts = graph.business(&token, &business).owned_wabas().all().await?;
//! assert_eq!(accounts[0].name.as_deref(), Some("Shop"));
//! # Ok(())
//! # }
//! ```

use serde_json::json;

use super::{
    Graph, GraphError, Listing,
    node::Node,
    open::answers,
    preverified::PreverifiedNumber,
    waba::{Made, Task, WabaInfo},
};
use crate::{
    id::{AppId, BusinessId, ObjectId, PhoneNumberId, SolutionId, WabaId},
    secret::AccessToken,
};

/// One business portfolio.
#[derive(Clone, Copy)]
pub struct Business<'a>(Node<'a>);

answers! {
    /// A business.
    pub struct BusinessInfo {
        /// Its id.
        id: BusinessId,
        /// Its name.
        name: Option<String>,
        /// Its timezone, as a number of Meta's.
        timezone_id: Option<String>,
        /// Whether it is verified.
        verification_status: Option<String>,
        /// Whether it may do business.
        business_status: Option<String>,
        /// When it was made.
        created_time: Option<String>,
        /// When it was changed.
        updated_time: Option<String>,
        /// Its page.
        primary_page: Option<serde_json::Value>,
        /// Who of it must sign in with a second factor.
        two_factor_type: Option<String>,
    }

    /// A line of credit.
    pub struct CreditLine {
        /// Its id.
        id: ObjectId,
        /// Whose it is.
        legal_entity_name: Option<String>,
    }

    /// An account that somebody may work with.
    pub struct AssignedWaba {
        /// Its id.
        id: WabaId,
        /// Its name.
        name: Option<String>,
        /// Whether it is in use.
        status: Option<String>,
        /// Since when they may.
        assignment_date: Option<String>,
        /// What they may do.
        permissions: Vec<Task>,
        /// Whose it is.
        business_id: Option<BusinessId>,
        /// Its numbers.
        phone_numbers: Vec<super::numbers::PhoneNumberInfo>,
    }

    /// A business whose people have the same parent ids.
    pub struct ParentAccount {
        /// Its id.
        id: ObjectId,
        /// Its name.
        name: Option<String>,
    }
}

answers! {
    /// What was asked for.
    struct Requested {
        request_id: Option<String>,
    }
}

impl Graph {
    /// One business portfolio.
    pub fn business<'a>(&'a self, token: &'a AccessToken, business: &'a BusinessId) -> Business<'a> {
        Business(Node::new(self, token, business.as_str()))
    }

    /// The businesses that an app works for.
    pub fn client_businesses<'a>(
        &'a self,
        token: &'a AccessToken,
        app: &'a AppId,
    ) -> Listing<'a, BusinessInfo> {
        Node::new(self, token, app.as_str()).list("connected_client_businesses")
    }

    /// The accounts that a user may work with.
    pub fn assigned_wabas<'a>(
        &'a self,
        token: &'a AccessToken,
        user: &'a ObjectId,
    ) -> Listing<'a, AssignedWaba> {
        Node::new(self, token, user.as_str()).list("assigned_whatsapp_business_accounts")
    }
}

impl<'a> Business<'a> {
    /// What Meta says of it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<BusinessInfo, GraphError> {
        self.0.get("").query("fields", "id,name,timezone_id").answer().await
    }

    /// Accounts that are its own.
    pub fn owned_wabas(self) -> Listing<'a, WabaInfo> {
        self.0.list("owned_whatsapp_business_accounts")
    }

    /// Accounts of others that it works with.
    pub fn client_wabas(self) -> Listing<'a, WabaInfo> {
        self.0.list("client_whatsapp_business_accounts")
    }

    /// Its lines of credit.
    pub fn credit_lines(self) -> Listing<'a, CreditLine> {
        self.0.list("extendedcredits").fields("id,legal_entity_name")
    }

    /// Adds a number that belongs to no account yet.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn add_phone_number(self, number: &str) -> Result<PhoneNumberId, GraphError> {
        let call = self.0.post("add_phone_numbers").json(&json!({ "phone_number": number }));
        Ok(PhoneNumberId::from(call.answer::<Made>().await?.id.as_str()))
    }

    /// Numbers it has verified before any account has them.
    pub fn preverified_numbers(self) -> Listing<'a, PreverifiedNumber> {
        self.0.list("preverified_numbers")
    }

    /// Lets a partner use a number that has been verified before.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn share_preverified_number(
        self,
        number: &ObjectId,
        partner: &BusinessId,
    ) -> Result<(), GraphError> {
        let body = json!({ "preverified_id": number, "partner_business_id": partner });
        self.0.post("share_preverified_numbers").json(&body).done().await
    }

    /// Asks for the partners of a solution to be onboarded to the Marketing Messages API.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn onboard_to_marketing_messages(self, solution: &SolutionId) -> Result<String, GraphError> {
        let call = self.0.post("onboard_partners_to_mm_lite").query("solution_id", solution.as_str());
        call.answer::<Requested>().await?.request_id.ok_or_else(GraphError::incomplete)
    }

    /// Which businesses share parent business-scoped ids with it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn parent_accounts(self) -> Result<Vec<ParentAccount>, GraphError> {
        let call = self.0.get("parent-bsuid-accounts").on_api_host();
        Ok(call.answer::<ParentAccounts>().await?.data)
    }
}

answers! {
    /// A list that has no pages.
    struct ParentAccounts {
        data: Vec<ParentAccount>,
    }
}
