//! The crate as its users see it.

mod codegen;
#[rustfmt::skip]
mod generated;
#[cfg(feature = "client")]
mod media;
mod messages;
mod operations;
mod webhooks;
