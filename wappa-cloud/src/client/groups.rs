//! Groups of a number and at most 8 people, who join by a link (Meta: *Groups API*). What becomes of most calls is told by
//! webhook.
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::groups::{JoinApproval, NewGroup};
//! use wappa_cloud::{AccessToken, GroupId, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"messaging_product":"whatsapp","request_id":"r-1"}"#), (200, r#"{"messaging_product":"whatsapp","invite_link":"https://chat.whatsapp.com/X"}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let tea = NewGroup::new("Tea at five").join_approval_mode(JoinApproval::ApprovalRequired);
//! let asked = graph.groups(&token, &number).create(&tea).await?;
//! // The webhook that tells of the group names the same request.
//! assert_eq!(asked.request_id.as_deref(), Some("r-1"));
//! let group = GroupId::from("Y2FwaV9ncm91cDox");
//! assert!(graph.group(&token, &group).invite_link().await?.starts_with("https://"));
//! # Ok(())
//! # }
//! ```

use serde_json::{Value, json};

use super::{
    Graph, GraphError, Listing,
    check::{at_most, count, text},
    node::{Node, fields},
    open::{answers, requests, words},
};
use crate::{
    id::{GroupId, ObjectId, PhoneNumberId, UserId, WaId},
    limits::{GROUP_DESCRIPTION, GROUP_PEOPLE, GROUP_SUBJECT},
    secret::AccessToken,
    transport::FilePart,
};

/// The groups of one number.
#[derive(Clone, Copy)]
pub struct Groups<'a>(Node<'a>);

/// One group.
#[derive(Clone, Copy)]
pub struct Group<'a>(Node<'a>);

answers! {
    /// A group.
    pub struct GroupInfo {
        /// Its id.
        id: GroupId,
        /// What it is called.
        subject: Option<String>,
        /// What it is for.
        description: Option<String>,
        /// Who lets people in.
        join_approval_mode: Option<JoinApproval>,
        /// Whether Meta has suspended it.
        suspended: Option<bool>,
        /// When it was made, in seconds since the epoch.
        creation_timestamp: Option<i64>,
        /// The same in lists.
        created_at: Option<String>,
        /// Who is in it, without the business.
        participants: Vec<Participant>,
        /// How many are in it, without the business.
        total_participant_count: Option<u64>,
        /// Always `whatsapp`.
        messaging_product: Option<String>,
    }

    /// Somebody in a group.
    pub struct Participant {
        /// Their WhatsApp id.
        wa_id: Option<WaId>,
        /// Their business-scoped id.
        user_id: Option<UserId>,
        /// Their username.
        username: Option<String>,
    }

    /// Somebody who wants to join.
    pub struct JoinRequest {
        /// The id of the request.
        join_request_id: Option<ObjectId>,
        /// Their WhatsApp id.
        wa_id: Option<WaId>,
        /// Their business-scoped id.
        user_id: Option<UserId>,
        /// When they asked, in seconds since the epoch.
        creation_timestamp: Option<i64>,
    }

    /// What became of requests to join.
    pub struct JoinOutcome {
        /// Those that were let in.
        approved_join_requests: Vec<ObjectId>,
        /// Those that were not.
        rejected_join_requests: Vec<ObjectId>,
        /// Those for which it failed, which the others don't suffer from.
        failed_join_requests: Vec<FailedJoin>,
        /// What went wrong over all.
        errors: Vec<Value>,
        /// Always `whatsapp`.
        messaging_product: Option<String>,
    }

    /// A request for which it failed.
    pub struct FailedJoin {
        /// Its id.
        join_request_id: Option<ObjectId>,
        /// Why.
        errors: Vec<Value>,
    }

    /// What was asked for. The webhook about it names the same id.
    pub struct GroupRequest {
        /// Its id.
        request_id: Option<String>,
        /// Whether it was taken.
        success: Option<bool>,
        /// Always `whatsapp`.
        messaging_product: Option<String>,
    }
}

answers! {
    /// A link.
    struct Invitation {
        invite_link: Option<String>,
    }
}

words! {
    /// Who lets people in.
    pub enum JoinApproval {
        /// Nobody: the link is enough.
        AutoApprove = "auto_approve",
        /// The business.
        ApprovalRequired = "approval_required",
    }
}

requests! {
    /// A group to make.
    pub struct NewGroup {
        /// What it is called: 128 characters.
        subject: String,
    } optional {
        /// What it is for: 2,048 characters.
        description: String,
        /// Who lets people in; nobody unless said otherwise.
        join_approval_mode: JoinApproval,
    }

    /// What to change about a group. What isn't named stays.
    pub struct GroupUpdate {
    } optional {
        /// What it is called: 128 characters.
        subject: String,
        /// What it is for: 2,048 characters.
        description: String,
    }
}

impl Graph {
    /// The groups of a number.
    pub fn groups<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> Groups<'a> {
        Groups(Node::new(self, token, number.as_str()))
    }

    /// One group.
    pub fn group<'a>(&'a self, token: &'a AccessToken, group: &'a GroupId) -> Group<'a> {
        Group(Node::new(self, token, group.as_str()))
    }
}

impl<'a> Groups<'a> {
    /// All of them.
    pub fn list(self) -> Listing<'a, GroupInfo> {
        self.0.list("groups")
    }

    /// Makes one. Its id and link are told by webhook.
    ///
    /// # Errors
    /// A text is too long: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn create(self, group: &NewGroup) -> Result<GroupRequest, GraphError> {
        let description = group.description.as_deref().unwrap_or_default();
        let checked = text(&GROUP_SUBJECT, &group.subject);
        let checked = checked.and_then(|()| at_most(&GROUP_DESCRIPTION, description));
        self.0.post("groups").product(group).checked(checked).answer().await
    }
}

impl<'a> Group<'a> {
    /// What it is, and who is in it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<GroupInfo, GraphError> {
        let fields = "id,subject,description,join_approval_mode,suspended,creation_timestamp,participants,\
            total_participant_count";
        self.0.get("").query("fields", fields).answer().await
    }

    /// Changes it.
    ///
    /// # Errors
    /// A text is too long: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn update(self, update: &GroupUpdate) -> Result<GroupRequest, GraphError> {
        let subject = update.subject.as_deref().map_or(Ok(()), |subject| text(&GROUP_SUBJECT, subject));
        let description = update.description.as_deref().unwrap_or_default();
        let checked = subject.and_then(|()| at_most(&GROUP_DESCRIPTION, description));
        self.0.post("").product(update).checked(checked).answer().await
    }

    /// Gives it a picture: square, 192 pixels or more (codes 131209, 131210).
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn set_picture(self, picture: FilePart) -> Result<GroupRequest, GraphError> {
        self.0.post("").file(fields([("messaging_product", Some("whatsapp"))]), picture).answer().await
    }

    /// Deletes it and removes everybody.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn delete(self) -> Result<(), GraphError> {
        self.0.delete("").done().await
    }

    /// The link by which people join.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn invite_link(self) -> Result<String, GraphError> {
        self.0.get("invite_link").answer::<Invitation>().await?.invite_link.ok_or_else(GraphError::incomplete)
    }

    /// Makes another link; the old one leads nowhere from then on.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn reset_invite_link(self) -> Result<String, GraphError> {
        let told: Invitation = self.0.post("invite_link").product(&json!({})).answer().await?;
        told.invite_link.ok_or_else(GraphError::incomplete)
    }

    /// Takes the link away. Only Meta's OpenAPI description knows of it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn delete_invite_link(self) -> Result<(), GraphError> {
        self.0.delete("invite_link").product(&json!({})).done().await
    }

    /// Who wants to join.
    pub fn join_requests(self) -> Listing<'a, JoinRequest> {
        self.0.list("join_requests")
    }

    /// Lets people in. Those for whom it failed are in the answer.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn approve(self, requests: &[ObjectId]) -> Result<JoinOutcome, GraphError> {
        self.0.post("join_requests").product(&json!({ "join_requests": requests })).answer().await
    }

    /// Doesn't let people in. Those for whom it failed are in the answer.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn reject(self, requests: &[ObjectId]) -> Result<JoinOutcome, GraphError> {
        self.0.delete("join_requests").product(&json!({ "join_requests": requests })).answer().await
    }

    /// Adds people, 8 at most. Only Meta's OpenAPI description knows of it: as the guides have it, people join by the link.
    ///
    /// # Errors
    /// They are more than a group has: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn add(self, users: &[&str]) -> Result<GroupRequest, GraphError> {
        let checked = count(&GROUP_PEOPLE, users.len());
        self.0.post("participants").product(&people(users)).checked(checked).answer().await
    }

    /// Removes people, 8 at most, by WhatsApp id, number or business-scoped id. They can't join again by the link.
    ///
    /// # Errors
    /// They are more than a group has: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn remove(self, users: &[&str]) -> Result<GroupRequest, GraphError> {
        let checked = count(&GROUP_PEOPLE, users.len());
        self.0.delete("participants").product(&people(users)).checked(checked).answer().await
    }
}

fn people(users: &[&str]) -> Value {
    let users: Vec<Value> = users.iter().map(|user| json!({ "user": user })).collect();
    json!({ "participants": users })
}
