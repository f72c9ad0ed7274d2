//! Why a broadcast was not begun, or not changed.

use wappa_cloud::{GraphError, PhoneNumberId};

use super::BroadcastState;
use crate::store::StoreError;

/// The longest name of a broadcast, in bytes.
pub(super) const NAME: usize = 128;

/// A broadcast was not begun, or not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BroadcastError {
    /// Its name.
    #[error("a broadcast's name has 1 to {NAME} bytes")]
    Name,
    /// From which number?
    #[error(
        "the bot has several numbers, or not this one: say with Mailing::from which one of its numbers sends"
    )]
    Number,
    /// Templates belong to an account.
    #[error(
        "the business account of the number {0} is not known, so the template cannot be looked at: set WHATSAPP_BUSINESS_ID"
    )]
    Account(PhoneNumberId),
    /// There is none, or Meta has not approved it.
    #[error("the account has no approved template `{template}` in `{language}`: nothing was sent")]
    Template {
        /// Its name.
        template: String,
        /// Its language.
        language: String,
    },
    /// What the broadcast fills is not what the template has.
    #[error(
        "the template `{template}` and the broadcast don't fit: missing is [{missing}], too much is [{unknown}]; nothing was sent"
    )]
    Places {
        /// The template.
        template: String,
        /// Places that nothing fills.
        missing: String,
        /// What fills no place.
        unknown: String,
    },
    /// Meta could not be asked about the template.
    #[error("Meta could not be asked about the template: nothing was sent")]
    Graph(#[from] GraphError),
    /// The store did not answer.
    #[error("the broadcast could not be stored")]
    Store(#[from] StoreError),
    /// What is stored is of another version's shape.
    #[error("what is stored of the broadcast cannot be read")]
    Shape(#[source] serde_json::Error),
    /// It is being begun or sent elsewhere.
    #[error("the broadcast `{0}` is being begun, or is sent by another process")]
    Elsewhere(String),
    /// It is over.
    #[error("the broadcast `{name}` has ended: it is {state:?}")]
    Ended {
        /// Which.
        name: String,
        /// How it ended.
        state: BroadcastState,
    },
}
