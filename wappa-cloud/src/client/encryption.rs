//! The public key with which people's apps encrypt what they send to a Flow's endpoint, and messages whose payload is
//! encrypted itself (Meta: *Flows, Business public key*; *Payload encryption*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::encryption::KeyStatus;
//! use wappa_cloud::{AccessToken, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"success":true}"#), (200, r#"{"data":[{"business_public_key":"-----BEGIN PUBLIC KEY-----…","business_public_key_signature_status":"VALID"}]}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! // With the feature `flows`, `flow::FlowKeys::generate` makes one.
//! let public_pem = "-----BEGIN PUBLIC KEY-----\nMIIB…\n-----END PUBLIC KEY-----";
//! let key = graph.business_key(&token, &number);
//! key.set(public_pem).await?;
//! let known = key.get().await?.expect("it was set");
//! assert_eq!(known.business_public_key_signature_status, Some(KeyStatus::Valid));
//!
//! // The private half never leaves this machine.
//! assert!(key.set("-----BEGIN PRIVATE KEY-----…").await.is_err());
//! # Ok(())
//! # }
//! ```

use serde_json::json;

use super::{
    Graph, GraphError,
    check::wrong,
    node::{Node, fields},
    open::{answers, words},
};
use crate::{id::PhoneNumberId, secret::AccessToken};

/// The key of one number.
#[derive(Clone, Copy)]
pub struct BusinessKey<'a>(Node<'a>);

answers! {
    /// The key Meta has.
    pub struct BusinessKeyInfo {
        /// The key in PEM.
        business_public_key: Option<String>,
        /// Whether it is signed as the number needs it.
        business_public_key_signature_status: Option<KeyStatus>,
    }
}

answers! {
    /// A list of one.
    struct Told {
        data: Vec<BusinessKeyInfo>,
    }

    /// What came back.
    struct Sealed {
        encrypted_contents: Option<String>,
    }
}

words! {
    /// Whether the key is signed as the number needs it.
    pub enum KeyStatus {
        /// It is.
        Valid = "VALID",
        /// It is not: the number has been registered again since; set the key once more.
        Mismatch = "MISMATCH",
    }
}

impl Graph {
    /// The key of a number.
    pub fn business_key<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> BusinessKey<'a> {
        BusinessKey(Node::new(self, token, number.as_str()))
    }

    /// Sends a message whose JSON is encrypted: a JWE made with RSA-OAEP and A128CBC-HS256. The answer is encrypted, too;
    /// errors are not.
    ///
    /// # Errors
    /// Meta refused it, or no answer came; [`GraphError::certainty`] says whether Meta may have it.
    pub async fn send_encrypted(
        &self,
        token: &AccessToken,
        number: &PhoneNumberId,
        contents: &str,
    ) -> Result<String, GraphError> {
        let call = Node::new(self, token, number.as_str()).post("messages_encrypted");
        let sealed: Sealed = call.product(&json!({ "encrypted_contents": contents })).answer().await?;
        sealed.encrypted_contents.ok_or_else(GraphError::incomplete)
    }
}

impl BusinessKey<'_> {
    /// The key Meta has; `None` before one has been set.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<Option<BusinessKeyInfo>, GraphError> {
        Ok(self.0.get("whatsapp_business_encryption").answer::<Told>().await?.data.into_iter().next())
    }

    /// Sets it: an RSA public key of 2,048 bits, in PEM. Must be done again whenever the number is registered again.
    ///
    /// # Errors
    /// It is no public key, or a private one: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn set(self, pem: &str) -> Result<(), GraphError> {
        let checked =
            match (pem.contains("PRIVATE KEY"), pem.trim().starts_with("-----BEGIN PUBLIC KEY-----")) {
                (true, _) => Err(wrong("this is a private key; it must never leave this machine")),
                (false, false) => Err(wrong("a public key in PEM begins with -----BEGIN PUBLIC KEY-----")),
                (false, true) => Ok(()),
            };
        let form = fields([("business_public_key", Some(pem))]);
        self.0.post("whatsapp_business_encryption").form(form).checked(checked).done().await
    }
}
