//! Calls.

use super::{
    lax::{facts, words},
    message::Sender,
    system::MetaErrorItem,
};
use crate::{
    id::{MediaId, PhoneNumberId, UserId, WaId},
    raw::RawJson,
    time::Timestamp,
};

/// Something happened to a call (Meta: *calls webhook reference*).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Call {
    /// The call: `wacid.…`; empty where Meta left it out.
    pub id: String,
    /// The business number.
    pub phone_number_id: Option<PhoneNumberId>,
    /// The person at the other end.
    pub person: Sender,
    /// Who called whom.
    pub direction: Option<CallDirection>,
    /// When.
    pub timestamp: Option<Timestamp>,
    /// What happened.
    pub change: CallChange,
    /// What went wrong.
    pub errors: Vec<MetaErrorItem>,
    /// What a call of ours was made with as `biz_opaque_callback_data`.
    pub opaque: Option<String>,
    /// What the button was sent with that the person tapped to call.
    pub cta_payload: Option<String>,
    pub(super) raw: RawJson,
}

impl Call {
    /// Its JSON as Meta sent it.
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// What happened to a call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CallChange {
    /// It was made, and waits for an answer.
    Created,
    /// It can be connected: an offer of a person's, or their answer to ours.
    Connect(Option<CallSession>),
    /// It is over.
    Terminate(CallEnd),
    /// It rings, was accepted or rejected.
    Status(CallStatus),
    /// What was said can be read.
    Transcript(Option<CallTranscript>),
    /// Something else, in Meta's word.
    Other(String),
}

facts! {
    /// How to connect a call: a description of its media (SDP, RFC 8866).
    pub struct CallSession {
        /// `offer` or `answer`.
        sdp_type: Option<String>,
        /// The description.
        sdp: Option<String>,
    }
    /// How a call ended.
    pub struct CallEnd {
        /// Well or not.
        status: Option<CallOutcome>,
        /// When it was accepted.
        started as "start_time": Option<Timestamp>,
        /// When it ended.
        ended as "end_time": Option<Timestamp>,
        /// How long it was, in seconds.
        seconds as "duration": Option<u64>,
    }
    /// What was said in a call.
    pub struct CallTranscript {
        /// The file.
        id: Option<MediaId>,
        /// Its SHA-256, in base64.
        sha256: Option<String>,
        /// Its MIME type.
        mime_type: Option<String>,
        /// A URL that needs the token and is good for 5 minutes.
        url: Option<String>,
    }
    pub(super) struct RawCall {
        id as "id" | "call_id": Option<String>,
        from: Option<WaId>,
        from_user_id: Option<UserId>,
        to as "to" | "recipient_id": Option<WaId>,
        to_user_id as "to_user_id" | "recipient_user_id": Option<UserId>,
        event: Option<String>,
        status: Option<CallStatus>,
        direction: Option<CallDirection>,
        timestamp: Option<Timestamp>,
        session as "session" | "connection": Option<CallSession>,
        transcript as "call_transcript": Option<RawTranscript>,
        errors: Vec<MetaErrorItem>,
        opaque as "biz_opaque_callback_data": Option<String>,
        cta_payload: Option<String>,
    }
    pub(super) struct RawTranscript {
        document: Option<CallTranscript>,
    }
}

words! {
    /// Who called whom.
    pub enum CallDirection {
        /// A person called.
        UserInitiated = "USER_INITIATED",
        /// The business called.
        BusinessInitiated = "BUSINESS_INITIATED",
    }
    /// How a call ended.
    pub enum CallOutcome {
        /// Somebody hung up.
        Completed = "COMPLETED",
        /// It never came about.
        Failed = "FAILED",
    }
    /// How far a call of ours is.
    pub enum CallStatus {
        /// It rings.
        Ringing = "RINGING",
        /// The person took it.
        Accepted = "ACCEPTED",
        /// The person did not.
        Rejected = "REJECTED",
    }
}
