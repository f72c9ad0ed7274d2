//! Numbers that a partner verifies before it knows whose they will be (Meta: *Pre-verified phone numbers*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::registration::CodeMethod;
//! use wappa_cloud::{AccessToken, ObjectId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"success":true}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), ObjectId::from("106540352242922"));
//! graph.preverified(&token, &number).request_code(CodeMethod::Sms, "en_US").await?;
//! # Ok(())
//! # }
//! ```

use serde_json::json;

use super::{
    Graph, GraphError, Listing, business::BusinessInfo, node::Node, open::answers, registration::CodeMethod,
};
use crate::{id::ObjectId, secret::AccessToken};

/// One number that is verified before it has an account.
#[derive(Clone, Copy)]
pub struct Preverified<'a>(Node<'a>);

answers! {
    /// A number that is verified before it has an account.
    pub struct PreverifiedNumber {
        /// Its id.
        id: ObjectId,
        /// As it is shown.
        display_phone_number: Option<String>,
        /// The country's prefix.
        country_prefix: Option<u32>,
        /// The country, like `US`.
        country_code: Option<String>,
        /// The part of the world.
        region: Option<String>,
        /// `VERIFIED`, `PENDING`…
        verification_status: Option<String>,
        /// `AVAILABLE`, `RESERVED`…
        availability_status: Option<String>,
        /// When it was added.
        created_time: Option<String>,
        /// When it was changed.
        last_updated: Option<String>,
        /// What it can be used for.
        supported_features: Vec<String>,
        /// Whether the id is one of such a number.
        is_input_id_valid: Option<bool>,
        /// Why it is not.
        error_msg: Option<String>,
    }
}

impl Graph {
    /// One number that is verified before it has an account.
    pub fn preverified<'a>(&'a self, token: &'a AccessToken, number: &'a ObjectId) -> Preverified<'a> {
        Preverified(Node::new(self, token, number.as_str()))
    }
}

impl<'a> Preverified<'a> {
    /// What Meta says of it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<PreverifiedNumber, GraphError> {
        self.0.get("").answer().await
    }

    /// Gives it up.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn delete(self) -> Result<(), GraphError> {
        self.0.delete("").done().await
    }

    /// Who may use it.
    pub fn partners(self) -> Listing<'a, BusinessInfo> {
        self.0.list("partners")
    }

    /// Has Meta send a verification code to it, in a language like `en_US`.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn request_code(self, method: CodeMethod, language: &str) -> Result<(), GraphError> {
        let body = json!({ "code_method": method, "language": language });
        self.0.post("request_code").json(&body).done().await
    }

    /// Enters the code that came.
    ///
    /// # Errors
    /// The code is wrong or too old, Meta refused it for another reason, or no answer came.
    pub async fn verify_code(self, code: &str) -> Result<(), GraphError> {
        self.0.post("verify_code").json(&json!({ "code": code })).done().await
    }
}
