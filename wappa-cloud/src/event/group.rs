//! Groups.

use super::{
    lax::{facts, words},
    message::Sender,
    system::MetaErrorItem,
};
use crate::{
    id::{GroupId, ParentUserId, PhoneNumberId, UserId, WaId},
    raw::RawJson,
    time::Timestamp,
};

/// Something changed about a group (Meta: *Groups API, webhooks*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GroupUpdate {
    /// The group; absent where making it failed.
    pub id: Option<GroupId>,
    /// The business number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// When.
    pub timestamp: Option<Timestamp>,
    /// The request that caused it.
    pub request_id: Option<String>,
    /// What changed.
    pub change: GroupChange,
    /// What went wrong.
    pub errors: Vec<MetaErrorItem>,
    pub(super) raw: RawJson,
}

impl GroupUpdate {
    /// Its JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// What changed about a group.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum GroupChange {
    /// There is a new one, or the errors say why not.
    Created(GroupCreated),
    /// It is gone.
    Deleted,
    /// People joined.
    ParticipantsAdded(ParticipantsAdded),
    /// People left or were removed.
    ParticipantsRemoved(ParticipantsRemoved),
    /// Somebody asks to join.
    JoinRequested(JoinRequest),
    /// Somebody asks no longer.
    JoinRevoked(JoinRequest),
    /// It has another subject, description or picture.
    Settings(GroupSettings),
    /// Meta does not let it be used.
    Suspended,
    /// It may be used again.
    SuspensionCleared,
    /// Something else, in Meta's word.
    Other(String),
}

facts! {
    /// A new group.
    pub struct GroupCreated {
        /// Its subject.
        subject: Option<String>,
        /// Its description.
        description: Option<String>,
        /// The link by which people join.
        invite_link: Option<String>,
        /// Whether joining needs a yes.
        join_approval_mode: Option<JoinApproval>,
        /// Who is in it, in old versions.
        participants as "added_participants": Vec<Participant>,
    }
    /// People who joined.
    pub struct ParticipantsAdded {
        /// How, like `invite_link`.
        reason: Option<String>,
        /// Who.
        participants as "added_participants": Vec<Participant>,
        /// Who did not.
        failed as "failed_participants": Vec<Participant>,
    }
    /// People who left or were removed.
    pub struct ParticipantsRemoved {
        /// Who.
        participants as "removed_participants": Vec<Participant>,
        /// Who could not be removed.
        failed as "failed_participants": Vec<Participant>,
        /// By whom.
        initiated_by: Option<RemovedBy>,
    }
    /// Somebody in a group.
    pub struct Participant {
        /// The business-scoped user id.
        user_id: Option<UserId>,
        /// The parent business-scoped user id.
        parent_user_id: Option<ParentUserId>,
        /// The WhatsApp id.
        wa_id: Option<WaId>,
        /// The username.
        username: Option<String>,
        /// How the request named them.
        input: Option<String>,
        /// What went wrong with them.
        errors: Vec<MetaErrorItem>,
    }
    /// Somebody asks to join.
    pub struct JoinRequest {
        /// The request, by which it is approved.
        id as "join_request_id": Option<String>,
        /// The business-scoped user id.
        user_id: Option<UserId>,
        /// The parent business-scoped user id.
        parent_user_id: Option<ParentUserId>,
        /// The WhatsApp id.
        wa_id: Option<WaId>,
        /// The username.
        username: Option<String>,
    }
    /// What is different about a group.
    pub struct GroupSettings {
        /// The picture.
        picture as "profile_picture": Option<GroupPicture>,
        /// The subject.
        subject as "group_subject": Option<GroupText>,
        /// The description.
        description as "group_description": Option<GroupText>,
    }
    /// A group's picture.
    pub struct GroupPicture {
        /// Its MIME type.
        mime_type: Option<String>,
        /// Its SHA-256, in base64.
        sha256: Option<String>,
        /// Whether it is in use.
        update_successful: Option<bool>,
        /// Why not.
        errors: Vec<MetaErrorItem>,
    }
    /// A group's subject or description.
    pub struct GroupText {
        /// Its words.
        text: Option<String>,
        /// Whether it is in use.
        update_successful: Option<bool>,
        /// Why not.
        errors: Vec<MetaErrorItem>,
    }
    pub(super) struct RawGroup {
        id as "group_id": Option<GroupId>,
        kind as "type": Option<String>,
        timestamp: Option<Timestamp>,
        request_id: Option<String>,
        errors: Vec<MetaErrorItem>,
    }
}

words! {
    /// Whether joining a group needs a yes.
    pub enum JoinApproval {
        /// Who has the link is in.
        Automatic = "auto_approve",
        /// It does.
        Required = "approval_required",
    }
    /// By whom somebody was removed from a group.
    pub enum RemovedBy {
        /// By the business.
        Business = "business",
        /// They left.
        Participant = "participant",
    }
}

impl From<&Participant> for Sender {
    fn from(who: &Participant) -> Self {
        Self {
            user_id: who.user_id.clone(),
            parent_user_id: who.parent_user_id.clone(),
            wa_id: who.wa_id.clone(),
            username: who.username.clone(),
            ..Self::default()
        }
    }
}
