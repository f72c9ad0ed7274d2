//! Reading fields of a request as Meta does: each reader refuses a missing or unfit value and names it.

use serde_json::Value;
use wappa_cloud::limits::Limit;

use crate::world::content::Location;
use crate::world::refusal::Refusal;

/// A text that must be there and not be empty.
pub(crate) fn text<'a>(value: &'a Value, at: &str, limit: &Limit) -> Result<&'a str, Refusal> {
    match value {
        Value::Null => Err(Refusal::missing(at)),
        Value::String(text) if text.trim().is_empty() => Err(Refusal::missing(at)),
        Value::String(text) => {
            let length = limit.count(text);
            if length > limit.max {
                return Err(too_long(at, length, limit));
            }
            Ok(text)
        }
        _ => Err(Refusal::invalid(at, "must be a string")),
    }
}

/// A text that may be absent, but not too long.
pub(crate) fn optional(value: &Value, at: &str, limit: &Limit) -> Result<Option<String>, Refusal> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        value => text(value, at, limit).map(|text| Some(text.to_owned())),
    }
}

/// A string of any length.
pub(crate) fn string<'a>(value: &'a Value, at: &str) -> Result<&'a str, Refusal> {
    match value {
        Value::Null => Err(Refusal::missing(at)),
        Value::String(string) if string.is_empty() => Err(Refusal::missing(at)),
        Value::String(string) => Ok(string),
        _ => Err(Refusal::invalid(at, "must be a string")),
    }
}

/// A string of any length that may be absent.
pub(crate) fn maybe(value: &Value, at: &str) -> Result<Option<String>, Refusal> {
    match value {
        Value::Null => Ok(None),
        value => string(value, at).map(|string| Some(string.to_owned())),
    }
}

/// An object that must be there.
pub(crate) fn object<'a>(value: &'a Value, at: &str) -> Result<&'a Value, Refusal> {
    match value {
        Value::Null => Err(Refusal::missing(at)),
        Value::Object(_) => Ok(value),
        _ => Err(Refusal::invalid(at, "must be an object")),
    }
}

/// A list with at least one and at most so many items.
pub(crate) fn list<'a>(value: &'a Value, at: &str, limit: &Limit) -> Result<&'a [Value], Refusal> {
    match value {
        Value::Null => Err(Refusal::missing(at)),
        Value::Array(items) if items.is_empty() => Err(Refusal::missing(at)),
        Value::Array(items) if items.len() > limit.max => Err(Refusal::invalid(
            at,
            format!("must have at most {} items, but has {}", limit.max, items.len()),
        )),
        Value::Array(items) => Ok(items),
        _ => Err(Refusal::invalid(at, "must be a list")),
    }
}

/// An http or https URL.
pub(crate) fn url(value: &Value, at: &str) -> Result<String, Refusal> {
    let url = string(value, at)?;
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !url.contains(char::is_whitespace) => Ok(url.to_owned()),
        _ => Err(Refusal::invalid(at, "must be a valid http or https URL")),
    }
}

/// A place with its coordinates in range; Meta takes them as numbers and as strings.
pub(crate) fn location(value: &Value, at: &str) -> Result<Location, Refusal> {
    let place = object(value, at)?;
    Ok(Location {
        latitude: degrees(&place["latitude"], &format!("{at}.latitude"), 90.0)?,
        longitude: degrees(&place["longitude"], &format!("{at}.longitude"), 180.0)?,
        name: maybe(&place["name"], &format!("{at}.name"))?,
        address: maybe(&place["address"], &format!("{at}.address"))?,
    })
}

fn degrees(value: &Value, at: &str, most: f64) -> Result<f64, Refusal> {
    let degrees = match value {
        Value::Null => return Err(Refusal::missing(at)),
        Value::Number(number) => number.as_f64(),
        Value::String(string) => string.parse().ok(),
        _ => None,
    };
    degrees
        .filter(|degrees| (-most..=most).contains(degrees))
        .ok_or_else(|| Refusal::invalid(at, format!("must be a number between -{most} and {most}")))
}

/// A text within a limit of management, where Meta answers with code 100.
pub(crate) fn keeps(limit: &Limit, text: &str) -> Result<(), Refusal> {
    if limit.allows(text) {
        return Ok(());
    }
    Err(Refusal::parameter(format!("Param {} must be at most {} characters long.", limit.name, limit.max)))
}

/// The same for how many there are.
pub(crate) fn at_most(limit: &Limit, count: usize) -> Result<(), Refusal> {
    if count <= limit.max {
        return Ok(());
    }
    Err(Refusal::parameter(format!(
        "Param {} must have at most {} items, but has {count}.",
        limit.name, limit.max
    )))
}

fn too_long(at: &str, length: usize, limit: &Limit) -> Refusal {
    Refusal::invalid(at, format!("must be at most {} characters long, but has {length}", limit.max))
}
