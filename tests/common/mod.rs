//! What the tests with processes of their own share: waiting for something, and our programs as a person starts them.

#![allow(dead_code, reason = "each of the tests uses a part of this")]

pub(crate) mod disk;
pub(crate) mod meta;
pub(crate) mod program;
pub(crate) mod wait;
