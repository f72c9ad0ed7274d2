//! The username of a number, by which people find it without knowing the number (Meta: *Business usernames*).

use serde_json::{Value, json};

use super::{Graph, GraphError, node::Node, open::answers};
use crate::{id::PhoneNumberId, secret::AccessToken};

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
    if (3..=35).contains(&username.len()) && username.chars().all(is_allowed) {
        return Ok(());
    }
    Err(super::check::wrong("a username has 3 to 35 of a-z, 0-9, `.` and `_`"))
}
