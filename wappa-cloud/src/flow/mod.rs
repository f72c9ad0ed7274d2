#![doc = include_str!("../docs/flows.md")]

mod answer;
mod error;
pub mod json;
#[cfg(feature = "flows")]
mod keys;
#[cfg(feature = "flows")]
mod media;
mod request;
#[cfg(feature = "flows")]
mod seal;
mod token;

pub use self::{
    answer::FlowAnswer,
    error::{FlowError, FlowErrorKind},
    request::{FlowAction, FlowClientError, FlowRequest},
    token::TokenError,
};
#[cfg(feature = "flows")]
pub use self::{
    keys::{FlowKeyError, FlowKeys},
    media::{EncryptionMetadata, FlowMedia, FlowMediaError},
    seal::{AnswerKey, Opened},
};
