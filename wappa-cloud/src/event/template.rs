//! What becomes of message templates.

use super::lax::{facts, words};
use crate::{id::WabaId, raw::RawJson, time::Timestamp};

/// Something changed about a message template (Meta: *message_template_status_update* and its siblings).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TemplateUpdate {
    /// The account it belongs to.
    pub waba_id: Option<WabaId>,
    /// When.
    pub time: Option<Timestamp>,
    /// The template's id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its language, like `en_US`.
    pub language: Option<String>,
    /// What changed.
    pub change: TemplateChange,
    pub(super) raw: RawJson,
}

/// What changed about a template.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TemplateChange {
    /// It was approved, rejected, paused…
    Status(TemplateStatus),
    /// People like it more or less than before.
    Quality(TemplateQuality),
    /// Somebody edited it.
    Components(TemplateComponents),
    /// In a day it will be of another category.
    CategoryImpending(TemplateCategoryNotice),
    /// It is of another category now.
    Category(TemplateCategory),
    /// Meta thinks it is of another category.
    CorrectCategory(TemplateCorrectCategory),
}

impl TemplateUpdate {
    /// The value of the change as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

facts! {
    pub(super) struct TemplateName {
        id as "message_template_id": Option<String>,
        name as "message_template_name": Option<String>,
        language as "message_template_language": Option<String>,
    }
    /// What became of a template (Meta: *message_template_status_update*).
    pub struct TemplateStatus {
        /// What happened.
        event: Option<TemplateEvent>,
        /// Why.
        reason: Option<TemplateReason>,
        /// Its category.
        category as "message_template_category": Option<String>,
        /// When it will be or was disabled.
        disable_info: Option<DisableInfo>,
        /// More about a pause or its end.
        other_info: Option<TemplateOtherInfo>,
        /// More about a rejection.
        rejection_info: Option<TemplateRejection>,
    }
    /// When a template is disabled.
    pub struct DisableInfo {
        /// The day.
        date as "disable_date": Option<Timestamp>,
    }
    /// More about a pause or its end.
    pub struct TemplateOtherInfo {
        /// Like `FIRST_PAUSE`, `RATE_LIMITING_PAUSE` or `UNPAUSE`.
        title: Option<String>,
        /// A sentence.
        description: Option<String>,
    }
    /// More about a rejection.
    pub struct TemplateRejection {
        /// Why.
        reason: Option<String>,
        /// What to do about it.
        recommendation: Option<String>,
    }
    /// How much people like a template (Meta: *message_template_quality_update*).
    pub struct TemplateQuality {
        /// Before.
        previous as "previous_quality_score": Option<Quality>,
        /// Now.
        new as "new_quality_score": Option<Quality>,
    }
    /// What a template says now (Meta: *message_template_components_update*).
    pub struct TemplateComponents {
        /// Its header, if that is text.
        title as "message_template_title": Option<String>,
        /// Its body.
        element as "message_template_element": Option<String>,
        /// Its footer.
        footer as "message_template_footer": Option<String>,
        /// Its buttons.
        buttons as "message_template_buttons": Vec<TemplateComponentButton>,
    }
    /// A button of a template.
    pub struct TemplateComponentButton {
        /// Like `URL` or `QUICK_REPLY`.
        kind as "message_template_button_type": Option<String>,
        /// What stands on it.
        text as "message_template_button_text": Option<String>,
        /// Where it leads.
        url as "message_template_button_url": Option<String>,
        /// Whom it calls.
        phone_number as "message_template_button_phone_number": Option<String>,
    }
    /// A template will be of another category (Meta: *template_category_update*).
    pub struct TemplateCategoryNotice {
        /// What it is until then.
        current as "new_category": Option<String>,
        /// What it will be.
        next as "correct_category": Option<String>,
        /// When.
        at as "category_update_timestamp": Option<Timestamp>,
    }
    /// A template is of another category (Meta: *template_category_update*).
    pub struct TemplateCategory {
        /// Before.
        previous as "previous_category": Option<String>,
        /// Now.
        new as "new_category": Option<String>,
    }
    /// Meta thinks a template is of another category (Meta: *template_correct_category_detection*).
    pub struct TemplateCorrectCategory {
        /// What it is.
        category: Option<String>,
        /// What it should be.
        correct as "correct_category": Option<String>,
    }
}

words! {
    /// What happened to a template.
    pub enum TemplateEvent {
        /// It can be sent.
        Approved = "APPROVED",
        /// It was put away, and is deleted after 28 days.
        Archived = "ARCHIVED",
        /// It was taken back from there.
        Unarchived = "UNARCHIVED",
        /// It is gone.
        Deleted = "DELETED",
        /// It can no longer be sent.
        Disabled = "DISABLED",
        /// It is about to be disabled.
        Flagged = "FLAGGED",
        /// Its rejection is being looked into.
        InAppeal = "IN_APPEAL",
        /// The account has as many templates as it may have.
        LimitExceeded = "LIMIT_EXCEEDED",
        /// It cannot be edited.
        Locked = "LOCKED",
        /// People do not like it: it rests for a while.
        Paused = "PAUSED",
        /// It is being looked at.
        Pending = "PENDING",
        /// It is no longer flagged or disabled.
        Reinstated = "REINSTATED",
        /// It is being deleted.
        PendingDeletion = "PENDING_DELETION",
        /// It was refused.
        Rejected = "REJECTED",
    }
    /// Why a template was refused.
    pub enum TemplateReason {
        /// For no reason that is told.
        None = "NONE",
        /// It is abusive.
        AbusiveContent = "ABUSIVE_CONTENT",
        /// Its category does not exist here.
        CategoryNotAvailable = "CATEGORY_NOT_AVAILABLE",
        /// It is of another category.
        IncorrectCategory = "INCORRECT_CATEGORY",
        /// Its form is wrong.
        InvalidFormat = "INVALID_FORMAT",
        /// It is an advertisement.
        Promotional = "PROMOTIONAL",
        /// It is a fraud.
        Scam = "SCAM",
        /// What it says does not fit its kind.
        TagContentMismatch = "TAG_CONTENT_MISMATCH",
    }
    /// How much people like what they get.
    pub enum Quality {
        /// Much.
        Green = "GREEN",
        /// Less.
        Yellow = "YELLOW",
        /// Not.
        Red = "RED",
        /// It is not known yet.
        Unknown = "UNKNOWN",
    }
}
