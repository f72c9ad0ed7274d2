//! How things are done with this crate, by what you want to do. Each page stands alone; [webhooks](crate::webhook),
//! [Flows](crate::flow), [text formatting](crate::format) and [types for templates](crate::codegen) have theirs where they are.

#[doc = include_str!("docs/errors.md")]
pub mod errors {}

#[doc = include_str!("docs/interactive.md")]
pub mod interactive {}

#[doc = include_str!("docs/management.md")]
pub mod management {}

#[doc = include_str!("docs/media.md")]
pub mod media {}

#[doc = include_str!("docs/sending.md")]
pub mod sending {}

#[doc = include_str!("docs/templates.md")]
pub mod templates {}
