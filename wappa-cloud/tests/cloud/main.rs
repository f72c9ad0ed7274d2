//! The crate as its users see it.

mod codegen;
#[rustfmt::skip]
mod generated;
mod messages;
mod operations;
mod webhooks;
