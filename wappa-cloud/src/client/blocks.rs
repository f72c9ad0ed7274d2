//! Whom a number has blocked: 64,000 people at most, and only those who wrote within the last 24 hours (Meta: *Block
//! users*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::{AccessToken, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"messaging_product":"whatsapp","block_users":{"added_users":[{"input":"+16505551234","wa_id":"16505551234"}],"failed_users":[{"input":"1","errors":[{"code":131047}]}]},"error":{"code":139100}}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let done = graph.blocks(&token, &number).block(&["+16505551234", "1"]).await?;
//! assert_eq!(done.added_users.len(), 1);
//! // One that fails does not cost the others.
//! assert_eq!(done.failed_users[0].input.as_deref(), Some("1"));
//! # Ok(())
//! # }
//! ```

use serde_json::{Value, json};

use super::{Graph, GraphError, Listing, node::Node, open::answers};
use crate::{
    id::{PhoneNumberId, UserId, WaId},
    secret::AccessToken,
};

/// The block list of one number.
#[derive(Clone, Copy)]
pub struct Blocks<'a>(Node<'a>);

answers! {
    /// Somebody who is blocked.
    pub struct BlockedUser {
        /// Their WhatsApp id.
        wa_id: Option<WaId>,
        /// Their business-scoped id.
        user_id: Option<UserId>,
        /// Always `whatsapp`.
        messaging_product: Option<String>,
    }

    /// What became of each.
    pub struct BlockOutcome {
        /// Those that are blocked now.
        added_users: Vec<BlockedInput>,
        /// Those that are blocked no longer.
        removed_users: Vec<BlockedInput>,
        /// Those for whom it failed, which the others don't suffer from.
        failed_users: Vec<BlockedInput>,
    }

    /// Somebody, as they were named and as Meta knows them.
    pub struct BlockedInput {
        /// As they were named.
        input: Option<String>,
        /// Their WhatsApp id.
        wa_id: Option<WaId>,
        /// Their business-scoped id.
        user_id: Option<UserId>,
        /// Why it failed.
        errors: Vec<Value>,
    }
}

answers! {
    /// What became of each, also where some failed.
    struct Told {
        block_users: Option<BlockOutcome>,
    }
}

impl Graph {
    /// The block list of a number.
    pub fn blocks<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> Blocks<'a> {
        Blocks(Node::new(self, token, number.as_str()))
    }
}

impl<'a> Blocks<'a> {
    /// Who is blocked. Code 139102: the list has changed meanwhile; begin again.
    pub fn list(self) -> Listing<'a, BlockedUser> {
        self.0.list("block_users")
    }

    /// Blocks people, by phone number with `+` or by business-scoped id. Those for whom it failed are in the answer.
    ///
    /// # Errors
    /// It failed for all of them, or no answer came.
    pub async fn block(self, users: &[&str]) -> Result<BlockOutcome, GraphError> {
        outcome(self.0.post("block_users").product(&people(users)).response().await)
    }

    /// Blocks people no longer. Those for whom it failed are in the answer.
    ///
    /// # Errors
    /// It failed for all of them, or no answer came.
    pub async fn unblock(self, users: &[&str]) -> Result<BlockOutcome, GraphError> {
        outcome(self.0.delete("block_users").product(&people(users)).response().await)
    }
}

fn people(users: &[&str]) -> Value {
    let users: Vec<Value> = users.iter().map(|user| json!({ "user": user })).collect();
    json!({ "block_users": users })
}

/// If it failed for some, Meta's answer is an error (139100) that says what became of each.
fn outcome(
    answer: Result<crate::transport::GraphResponse, (GraphError, Option<crate::transport::GraphResponse>)>,
) -> Result<BlockOutcome, GraphError> {
    let (response, error) = match answer {
        Ok(response) => (response, None),
        Err((error, Some(response))) => (response, Some(error)),
        Err((error, None)) => return Err(error),
    };
    let told = serde_json::from_slice::<Told>(&response.body).map(|told| told.block_users);
    match (told, error) {
        (Ok(Some(outcome)), None) => Ok(outcome),
        (Ok(Some(outcome)), Some(_)) if outcome.failed_users.len() < outcome.all() => Ok(outcome),
        (_, Some(error)) => Err(error),
        (Ok(None), None) => Err(GraphError::incomplete()),
        (Err(source), None) => Err(GraphError::unreadable(&response, source)),
    }
}

impl BlockOutcome {
    fn all(&self) -> usize {
        self.added_users.len() + self.removed_users.len() + self.failed_users.len()
    }
}
