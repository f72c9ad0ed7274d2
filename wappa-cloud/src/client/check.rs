//! What is checked before a call is made, by the rows of `limits`.

use super::GraphError;
use crate::{code::ErrorKind, limits::Limit};

/// A text that must be there and keep its limit.
pub(super) fn text(limit: &Limit, text: &str) -> Result<(), GraphError> {
    if text.trim().is_empty() {
        return Err(wrong(format!("`{}` is empty", limit.name)));
    }
    at_most(limit, text)
}

/// A text that may be empty and must keep its limit.
pub(super) fn at_most(limit: &Limit, text: &str) -> Result<(), GraphError> {
    if limit.allows(text) {
        return Ok(());
    }
    let begins: String = text.chars().take(20).collect();
    Err(wrong(format!("{}; it begins {begins:?}", over(limit, limit.count(text)))))
}

/// So many of something.
pub(super) fn count(limit: &Limit, count: usize) -> Result<(), GraphError> {
    if count <= limit.max {
        return Ok(());
    }
    Err(wrong(over(limit, count)))
}

fn over(limit: &Limit, length: usize) -> String {
    let Limit { name, max, unit, .. } = limit;
    format!("`{name}` has {length} {unit}, {max} are allowed: {}", unit.mend())
}

/// A number between two others.
pub(super) fn between(name: &str, value: u64, least: u64, most: u64) -> Result<(), GraphError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(wrong(format!("`{name}` is {value}, it must be between {least} and {most}")))
}

/// A request that must not be sent as it is.
pub(super) fn wrong(why: impl Into<String>) -> GraphError {
    GraphError::local(ErrorKind::InvalidRequest, why.into())
}
