//! The username of a number, by which people find it without knowing the number (Meta: *Business usernames*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::usernames::Transfer;
//! use wappa_cloud::{AccessToken, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"username":"tea_shop","status":"reserved"}"#), (400, r#"{"error":{"message":"(#147001) Unavailable","type":"OAuthException","code":147001,"fbtrace_id":"A"}}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let username = graph.username(&token, &number);
//! assert_eq!(username.set("tea_shop", Transfer::Ask).await?.status.as_deref(), Some("reserved"));
//! let taken = username.set("tea", Transfer::Ask).await.unwrap_err();
//! assert_eq!(taken.code, Some(147_001));
//! # Ok(())
//! # }
//! ```

use serde_json::{Value, json};

use super::{
    Graph, GraphError,
    check::{at_most, wrong},
    node::Node,
    open::answers,
};
use crate::{
    id::PhoneNumberId,
    limits::{USERNAME, USERNAME_LEAST},
    secret::AccessToken,
};

/// The username of one number.
#[derive(Clone, Copy)]
pub struct Username<'a>(Node<'a>);

answers! {
    /// A username.
    pub struct UsernameInfo {
        /// The name.
        username: Option<String>,
        /// `approved`, `reserved`…
        status: Option<String>,
        /// Whether it was done.
        success: Option<bool>,
    }
}

answers! {
    /// A list of lists.
    struct Told {
        data: Vec<Suggested>,
    }

    /// A list.
    struct Suggested {
        username_suggestions: Vec<String>,
    }
}

/// Whether a username is taken over from another number of the business (code 147005 asks for it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transfer {
    /// Only if it is free.
    Ask,
    /// From whichever number of ours has it.
    Force,
}

impl Graph {
    /// The username of a number.
    pub fn username<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> Username<'a> {
        Username(Node::new(self, token, number.as_str()))
    }
}

impl Username<'_> {
    /// What it is.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<UsernameInfo, GraphError> {
        self.0.get("username").answer().await
    }

    /// Asks for a username: 3 to 35 of `a`–`z`, `0`–`9`, `.` and `_`. What becomes of it is told by webhook.
    ///
    /// # Errors
    /// Codes 147001 to 147005: it is not to be had so. Or Meta refused it for another reason, or no answer came.
    pub async fn set(self, username: &str, transfer: Transfer) -> Result<UsernameInfo, GraphError> {
        let mut body = json!({ "username": username });
        if transfer == Transfer::Force {
            body["force_transfer"] = Value::Bool(true);
        }
        self.0.post("username").json(&body).checked(check(username)).answer().await
    }

    /// Gives it up.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn delete(self) -> Result<(), GraphError> {
        self.0.delete("username").done().await
    }

    /// What Meta proposes.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn suggestions(self) -> Result<Vec<String>, GraphError> {
        let told: Told = self.0.get("username_suggestions").answer().await?;
        Ok(told.data.into_iter().flat_map(|row| row.username_suggestions).collect())
    }
}

fn check(username: &str) -> Result<(), GraphError> {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '_';
    at_most(&USERNAME, username)?;
    if username.len() >= USERNAME_LEAST && username.chars().all(is_allowed) {
        return Ok(());
    }
    Err(wrong("a username has 3 to 35 of a-z, 0-9, `.` and `_`"))
}
