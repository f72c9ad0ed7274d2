//! A number on its way to the Cloud API: verified by a code, registered with a PIN, deregistered (Meta: *Business phone
//! numbers, Registration*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::registration::{CodeMethod, Registration, TwoStepPin};
//! use wappa_cloud::{AccessToken, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"success":true}"#), (200, r#"{"success":true}"#), (200, r#"{"success":true}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let number = graph.registration(&token, &number);
//! number.request_code(CodeMethod::Sms, "en_US").await?;
//! number.verify_code("123456").await?;
//! let pin = TwoStepPin::new("654321").expect("six digits");
//! number.register(&Registration::new(pin)).await?;
//! # Ok(())
//! # }
//! ```

use std::fmt;

use serde::Serialize;
use serde_json::json;

use super::{
    Graph, GraphError,
    node::Node,
    open::{requests, words},
};
use crate::{id::PhoneNumberId, secret::AccessToken};

/// The registration of one number.
#[derive(Clone, Copy)]
pub struct NumberRegistration<'a>(Node<'a>);

/// A two-step PIN: six digits.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TwoStepPin(String);

/// What was given is not six digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a two-step PIN has six digits")]
pub struct NotAPin;

impl TwoStepPin {
    /// Takes six digits.
    ///
    /// # Errors
    /// It is something else.
    pub fn new(pin: impl Into<String>) -> Result<Self, NotAPin> {
        let pin = pin.into();
        let is_pin = pin.len() == 6 && pin.bytes().all(|digit| digit.is_ascii_digit());
        if is_pin { Ok(Self(pin)) } else { Err(NotAPin) }
    }
}

impl fmt::Debug for TwoStepPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TwoStepPin(…)")
    }
}

words! {
    /// How a verification code reaches the owner of a number.
    pub enum CodeMethod {
        /// By a text message.
        Sms = "SMS",
        /// By a call.
        Voice = "VOICE",
    }
}

requests! {
    /// How to register a number.
    pub struct Registration {
        /// The PIN it has, or shall have if it has none.
        pin: TwoStepPin,
    } optional {
        /// The country its messages are stored in, like `DE` (Meta: *Local storage*).
        data_localization_region: String,
        /// What the on-premises client has put away, for a number that is moved from there.
        backup: Backup,
        /// `PROD`, for on-premises numbers.
        tier: String,
    }
}

/// What an on-premises client has put away of a number.
#[derive(Clone, PartialEq, Serialize)]
pub struct Backup {
    password: String,
    data: String,
}

impl Backup {
    /// The data, and the password it was sealed with.
    pub fn new(password: impl Into<String>, data: impl Into<String>) -> Self {
        Self { password: password.into(), data: data.into() }
    }
}

impl fmt::Debug for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Backup(…)")
    }
}

impl Graph {
    /// The registration of a number.
    pub fn registration<'a>(
        &'a self,
        token: &'a AccessToken,
        number: &'a PhoneNumberId,
    ) -> NumberRegistration<'a> {
        NumberRegistration(Node::new(self, token, number.as_str()))
    }
}

impl NumberRegistration<'_> {
    /// Has Meta send a verification code to the number, in a language like `en_US`.
    ///
    /// # Errors
    /// Code 136024: the number is verified already. Or Meta refused it for another reason, or no answer came.
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

    /// Registers the number with the Cloud API: 10 times in 72 hours, deregistering included.
    ///
    /// # Errors
    /// Code 133005: the PIN is wrong; 133006: verify the number first; 133016: too often. Or no answer came.
    pub async fn register(self, registration: &Registration) -> Result<(), GraphError> {
        self.0.post("register").product(registration).done().await
    }

    /// Takes the number off the Cloud API. It keeps its verification.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn deregister(self) -> Result<(), GraphError> {
        self.0.post("deregister").done().await
    }

    /// Sets the two-step PIN.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn set_pin(self, pin: &TwoStepPin) -> Result<(), GraphError> {
        self.0.post("").json(&json!({ "pin": pin })).done().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_has_six_digits_and_does_not_show() {
        assert!(
            TwoStepPin::new("12345").is_err()
                && TwoStepPin::new("12345a").is_err()
                && TwoStepPin::new("１２３４５６").is_err()
        );
        let pin = TwoStepPin::new("123456").unwrap();
        assert_eq!(format!("{pin:?} {:?}", Backup::new("secret", "secret")), "TwoStepPin(…) Backup(…)");
    }
}
