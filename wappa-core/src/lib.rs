//! The corridor of the WhatsApp bot framework [wappa](https://docs.rs/wappa): webhook, inbox, dispatch, the author's
//! handler, messenger and outbox, and the doors behind which stores, clocks, numbers and transports are put.
//!
//! Bots are written against the `wappa` crate, which assembles these rooms; this crate is for those who bring a store of
//! their own or assemble the rooms otherwise. Each module is a room and says at its head what it does and does not do;
//! a room knows those further down the corridor, never those before it.

#![doc(test(attr(deny(warnings))))]

pub(crate) mod alarm;
pub mod broadcast;
pub mod chat;
pub mod clock;
pub mod dialogue;
pub mod dispatch;
pub mod error;
pub mod external;
pub mod feed;
#[cfg(feature = "flows")]
pub mod flow;
pub mod handler;
pub mod happening;
pub mod inbox;
pub mod messenger;
pub mod meters;
pub mod numbers;
pub mod outbox;
pub mod router;
pub mod schedule;
pub mod session;
pub mod shared;
pub mod shutdown;
pub mod store;
pub mod takeover;
#[cfg(feature = "texts")]
pub mod texts;
pub mod traces;
pub mod vault;
pub mod webhook;

/// What macros put into other crates.
#[doc(hidden)]
pub mod __private {
    pub use inventory;
}

pub use self::error::{Error, ErrorKind, Result};
