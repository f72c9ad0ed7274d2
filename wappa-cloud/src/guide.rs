//! How things are done with this crate, by what you want to do. Each page stands alone; Flows have [theirs](crate::flow),
//! and so has [text formatting](crate::format).

#[doc = include_str!("docs/sending.md")]
pub mod sending {}

#[doc = include_str!("docs/templates.md")]
pub mod templates {}
