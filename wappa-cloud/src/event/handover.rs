//! Conversations that several apps share: who has it now, and what is said while somebody else does.

use super::{
    echo::Echo,
    lax::{facts, words},
    message::{Message, Sender},
    status::Status,
};
use crate::{
    id::{AppId, PhoneNumberId},
    raw::RawJson,
    time::Timestamp,
};

/// A conversation changed hands (Meta: *messaging_handovers*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Handover {
    /// The business number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// Whose conversation.
    pub person: Sender,
    /// When.
    pub timestamp: Option<Timestamp>,
    /// What happened.
    pub kind: HandoverKind,
    /// Who had it, has it, and what they tell.
    pub control: Option<Control>,
    /// What was said so far, in short.
    pub summary: Option<String>,
    pub(super) raw: RawJson,
}

impl Handover {
    /// Its JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// What is said in a conversation that another app has (Meta: *standby*). Nothing here is for the bot to answer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Standby {
    /// The business number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// What it is.
    pub part: StandbyPart,
    pub(super) raw: RawJson,
}

impl Standby {
    /// Its JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// What is said while another app has the conversation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum StandbyPart {
    /// A person wrote.
    Message(Box<Message>),
    /// The other app wrote; [`Standby::raw`] has its whole request.
    Echo(Box<Echo>),
    /// What became of what the other app wrote.
    Status(Box<Status>),
}

words! {
    /// What happened to a conversation.
    pub enum HandoverKind {
        /// Another app gave it away.
        Passed = "control_passed",
        /// Another app took it.
        Taken = "control_taken",
        /// What was said so far comes with a message.
        Summary = "summary",
    }
    /// What an app is there for.
    pub enum OwnerRole {
        /// For questions.
        CustomerService = "customer_service",
        /// For advertising.
        Marketing = "marketing",
        /// For notices.
        Utility = "utility",
        /// For people who come from an ad.
        ClickToWhatsApp = "ctwa",
        /// Meta's own agent.
        AiAgent = "ai_agent",
        /// For what others could not do.
        Escalation = "escalation",
    }
}

facts! {
    /// Who had a conversation and who has it.
    pub struct Control {
        /// The app that had it.
        previous_owner_app_id: Option<AppId>,
        /// The app that has it.
        new_owner_app_id: Option<AppId>,
        /// What the one that had it is there for.
        previous_owner_role: Option<OwnerRole>,
        /// What the one that has it is there for.
        new_owner_role: Option<OwnerRole>,
        /// What the one gave to the other.
        metadata: Option<RawJson>,
        /// What was said so far.
        context as "conversation_context": Option<ConversationContext>,
    }
    /// What was said so far.
    pub struct ConversationContext {
        /// `summary`
        kind as "type": Option<String>,
        /// It, in short.
        summary: Option<ConversationSummary>,
    }
    /// What was said so far, in short.
    pub struct ConversationSummary {
        /// Its words.
        text: Option<String>,
    }
    pub(super) struct RawHandover {
        kind as "type": Option<HandoverKind>,
        timestamp: Option<Timestamp>,
        control as "control_passed" | "control_taken" | "pass_thread_control" | "take_thread_control": Option<Control>,
        recipient: Option<RawRecipient>,
    }
    pub(super) struct RawRecipient {
        phone_number_id: Option<PhoneNumberId>,
    }
}
