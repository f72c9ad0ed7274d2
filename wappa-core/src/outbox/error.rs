//! Why a send did not end in a receipt.

use wappa_cloud::{DraftError, ErrorKind, GraphError, Timestamp};

use crate::store::StoreError;

/// A message was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The draft breaks one of Meta's limits or has no address it may go to.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// Meta refused it, and would again.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The ledger could not be asked or written.
    #[error("the ledger of sends could not be used: nothing was sent")]
    Store(#[from] StoreError),
    /// The file to upload could not be read.
    #[error("the file {path} could not be read: check that it exists and that the bot may read it")]
    File {
        /// As the author gave it.
        path: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// Another worker has taken over this conversation, so this one must be silent.
    #[error("this turn lost its lease on the conversation; another worker goes on with it, nothing was sent")]
    LeaseLost,
    /// The number is not, or no longer, one of ours.
    #[error("the number {0} is not configured: add it to the bot's numbers")]
    UnknownNumber(String),
    /// Meta does not accept the number's token, and nobody replaced it in time.
    #[error(
        "Meta does not accept the token of the number {0}: make a new one and give it to the bot with set_token"
    )]
    Credentials(String),
    /// More than 24 hours have passed since this person last wrote. It was not even tried.
    #[error(
        "the customer service window of this chat is closed: send a template, or name one with or_template"
    )]
    WindowClosed,
    /// The person has stopped marketing messages. It was not even tried.
    #[error("this person has stopped marketing messages: send them none until they want them again")]
    MarketingStopped,
    /// Meta has said that this person has had enough marketing for now (131049). It was not even tried.
    #[error(
        "this person has had enough marketing for now: wait as long as `until` says before you send more"
    )]
    MarketingCapped {
        /// When it may be tried again.
        until: Timestamp,
    },
    /// Only the turn of a conversation has an end to send after.
    #[error("at_end works in a turn of the conversation: say it with say or send instead")]
    NoTurn,
    /// A POST was cut off, no status has told of it in time, and the message may be sent at most once.
    #[error("Meta may or may not have this message; it is not sent again, as it may be sent at most once")]
    Unsettled,
    /// The process that would have sent it is going away.
    #[error("the send was cut off: it may or may not have reached Meta")]
    CutOff,
}

/// Meta's code for a person who has stopped marketing.
const STOPPED: u32 = 131_050;

impl SendError {
    /// Whether the person wants no marketing, by our own knowledge or by Meta's.
    pub fn is_marketing_stopped(&self) -> bool {
        match self {
            Self::MarketingStopped => true,
            Self::Graph(error) => error.code.is_some_and(Self::stops_marketing),
            _ => false,
        }
    }

    /// Whether Meta says with this code that a person has stopped marketing.
    pub(crate) fn stops_marketing(code: u32) -> bool {
        code == STOPPED
    }

    /// Whether the customer service window is closed, by our own knowledge or by Meta's.
    pub fn is_window_closed(&self) -> bool {
        match self {
            Self::WindowClosed => true,
            Self::Graph(error) => error.kind() == ErrorKind::WindowClosed,
            _ => false,
        }
    }
}
