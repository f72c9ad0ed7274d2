//! What fills the places of a template's body.

use serde_json::{Value, json};

use crate::{
    draft::{DraftError, object, required},
    id::GroupId,
    limits::TEMPLATE_BODY,
};

/// A parameter of a template's body: a text of at most 1,024 characters, or one of Meta's rarer kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Parameter {
    name: Option<String>,
    value: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Text(String),
    Currency { fallback: String, code: String, amount_1000: i64 },
    DateTime { fallback: String, parts: Option<DateParts> },
    Group(GroupId),
}

/// A day and a time of day, as people write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateParts {
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day_of_month: u8,
    /// 1 is Monday.
    pub day_of_week: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

impl Parameter {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::of(Kind::Text(text.into()))
    }

    /// Money, written as the person's language writes it, or as `fallback`: thousandths of a unit of the currency.
    pub fn currency(fallback: impl Into<String>, code: impl Into<String>, amount_1000: i64) -> Self {
        Self::of(Kind::Currency { fallback: fallback.into(), code: code.into(), amount_1000 })
    }

    /// A moment in words.
    pub fn date_time(fallback: impl Into<String>) -> Self {
        Self::of(Kind::DateTime { fallback: fallback.into(), parts: None })
    }

    /// A moment, written as the person's language writes it, or as `fallback`.
    pub fn date_time_parts(fallback: impl Into<String>, parts: DateParts) -> Self {
        Self::of(Kind::DateTime { fallback: fallback.into(), parts: Some(parts) })
    }

    /// The group a group invitation invites to.
    pub fn group(id: impl Into<GroupId>) -> Self {
        Self::of(Kind::Group(id.into()))
    }

    /// For the place of this name, in templates with named parameters.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    pub(super) fn is_named(&self) -> bool {
        self.name.is_some()
    }

    fn of(value: Kind) -> Self {
        Self { name: None, value }
    }

    pub(super) fn to_value(&self) -> Result<Value, DraftError> {
        let (kind, value) = match &self.value {
            Kind::Text(text) => {
                required(&TEMPLATE_BODY, text)?;
                ("text", Value::from(text.as_str()))
            }
            Kind::Currency { fallback, code, amount_1000 } => {
                required(&TEMPLATE_BODY, fallback)?;
                if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
                    return Err(DraftError::wrong(
                        "currency.code",
                        "a currency has three capital letters, like USD",
                    ));
                }
                let money = json!({ "fallback_value": fallback, "code": code, "amount_1000": amount_1000 });
                ("currency", money)
            }
            Kind::DateTime { fallback, parts } => {
                required(&TEMPLATE_BODY, fallback)?;
                let said = |part: fn(&DateParts) -> i64| parts.as_ref().map(|parts| part(parts).into());
                let moment = object([
                    ("fallback_value", Some(fallback.as_str().into())),
                    ("calendar", parts.map(|_| "GREGORIAN".into())),
                    ("year", said(|parts| parts.year.into())),
                    ("month", said(|parts| parts.month.into())),
                    ("day_of_month", said(|parts| parts.day_of_month.into())),
                    ("day_of_week", said(|parts| parts.day_of_week.into())),
                    ("hour", said(|parts| parts.hour.into())),
                    ("minute", said(|parts| parts.minute.into())),
                ]);
                ("date_time", moment)
            }
            Kind::Group(id) => ("group_id", Value::from(id.as_str())),
        };
        let name = self.name.as_deref().map(Value::from);
        Ok(object([("type", Some(kind.into())), ("parameter_name", name), (kind, Some(value))]))
    }
}

impl From<&str> for Parameter {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Parameter {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<&String> for Parameter {
    fn from(text: &String) -> Self {
        Self::text(text)
    }
}
