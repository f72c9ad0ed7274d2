//! What a broadcast says: a template, and which column of a row fills which of its places.

use serde::{Deserialize, Serialize};
use wappa_cloud::{
    Draft, DraftError, IntoDraft, MediaId, Parameter, PhoneNumberId, Template,
    client::templates::{Category, Definition, Place},
};

use super::{BroadcastError, audience::Row};
use crate::outbox::consent::Purpose;

/// A broadcast's name, its template, and what fills the template's places for each recipient.
///
/// ```
/// use wappa_core::broadcast::Mailing;
///
/// let mailing = Mailing::new("spring-2026", "spring_sale", "en_US")
///     .text("first_name")
///     .money("price", "EUR")
///     .button_url(0, "coupon");
/// # drop(mailing);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct Mailing {
    pub(super) name: String,
    pub(super) number: Option<String>,
    template: String,
    language: String,
    header: Option<Header>,
    body: Vec<Column>,
    buttons: Vec<(usize, String)>,
    /// Whether the template's parameters have names, which are then those of the columns.
    named: bool,
    /// Whether the template advertises, as Meta has it.
    #[serde(default)]
    pub(super) purpose: Purpose,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Header {
    Text(String),
    Image(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Column {
    name: String,
    kind: ColumnKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum ColumnKind {
    Text,
    Number,
    Money(String),
    Date,
}

/// A row cannot be sent, and why.
#[derive(Debug, thiserror::Error)]
pub(super) enum RowError {
    #[error("the column `{0}` is missing or empty")]
    Missing(String),
    #[error("`{column}` is not {expected}")]
    Type { column: String, expected: &'static str },
    #[error(transparent)]
    Draft(#[from] DraftError),
}

impl Mailing {
    /// A broadcast of this name, which tells it from all others, with this template in this language.
    pub fn new(name: impl Into<String>, template: impl Into<String>, language: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            number: None,
            template: template.into(),
            language: language.into(),
            header: None,
            body: Vec::new(),
            buttons: Vec::new(),
            named: false,
            purpose: Purpose::default(),
        }
    }

    /// Sends from this number; needed if the bot has several.
    pub fn from(mut self, number: impl Into<PhoneNumberId>) -> Self {
        self.number = Some(number.into().to_string());
        self
    }

    /// Fills the body's next place with this column, as it is. In a template with named parameters the column has the
    /// parameter's name.
    pub fn text(self, column: impl Into<String>) -> Self {
        self.column(column, ColumnKind::Text)
    }

    /// Fills the body's next place with this column, which must be a number.
    pub fn number(self, column: impl Into<String>) -> Self {
        self.column(column, ColumnKind::Number)
    }

    /// Fills the body's next place with this column, an amount like `12.50` of the currency (three letters, ISO 4217).
    pub fn money(self, column: impl Into<String>, currency: impl Into<String>) -> Self {
        self.column(column, ColumnKind::Money(currency.into()))
    }

    /// Fills the body's next place with this column, a date like `2026-03-31`.
    pub fn date(self, column: impl Into<String>) -> Self {
        self.column(column, ColumnKind::Date)
    }

    /// Fills the header's text with this column.
    pub fn header(mut self, column: impl Into<String>) -> Self {
        self.header = Some(Header::Text(column.into()));
        self
    }

    /// The picture in the header, by id: the same for everybody.
    pub fn header_image(mut self, id: impl Into<MediaId>) -> Self {
        self.header = Some(Header::Image(id.into().to_string()));
        self
    }

    /// Ends the address of the link button at this place (from 0) with this column.
    pub fn button_url(mut self, index: usize, column: impl Into<String>) -> Self {
        self.buttons.push((index, column.into()));
        self
    }

    fn column(mut self, name: impl Into<String>, kind: ColumnKind) -> Self {
        self.body.push(Column { name: name.into(), kind });
        self
    }

    /// The template's name and language.
    pub(super) fn template(&self) -> (&str, &str) {
        (&self.template, &self.language)
    }

    /// Holds the places that are filled against those there are.
    pub(super) fn check(mut self, definition: &Definition) -> Result<Self, BroadcastError> {
        let places = definition.places();
        let names: Vec<&str> = places
            .iter()
            .filter_map(|place| if let Place::Body(name) = place { Some(&**name) } else { None })
            .collect();
        self.named = names.iter().any(|name| name.parse::<usize>().is_err());
        if definition.category == Some(Category::Marketing) {
            self.purpose = Purpose::Marketing;
        }
        let mut filled: Vec<Place> = Vec::new();
        filled.extend(self.header.as_ref().map(|header| match header {
            Header::Text(_) => Place::Header,
            Header::Image(_) => Place::HeaderFile,
        }));
        for (at, column) in self.body.iter().enumerate() {
            let name = if self.named { column.name.clone() } else { (at + 1).to_string() };
            filled.push(Place::Body(name));
        }
        filled.extend(self.buttons.iter().map(|(index, _)| Place::Button(*index)));
        let left_out = |of: &[Place], by: &[Place]| {
            let without: Vec<String> =
                of.iter().filter(|place| !by.contains(place)).map(Place::to_string).collect();
            without.join(", ")
        };
        let (missing, unknown) = (left_out(&places, &filled), left_out(&filled, &places));
        if missing.is_empty() && unknown.is_empty() {
            return Ok(self);
        }
        Err(BroadcastError::Places { template: self.template, missing, unknown })
    }

    /// The columns a row must have, in the order in which they are stored.
    fn columns(&self) -> impl Iterator<Item = &str> {
        let header = match &self.header {
            Some(Header::Text(column)) => Some(column.as_str()),
            _ => None,
        };
        let body = self.body.iter().map(|column| column.name.as_str());
        header.into_iter().chain(body).chain(self.buttons.iter().map(|(_, column)| column.as_str()))
    }

    /// What of a row is kept, in the order of the columns; a row that can't be sent is refused.
    pub(super) fn pick(&self, row: &Row) -> Result<Vec<String>, RowError> {
        let picked: Vec<String> = self
            .columns()
            .map(|column| {
                let value =
                    row.values.get(column).map(|value| value.trim()).filter(|value| !value.is_empty());
                value.map(str::to_owned).ok_or_else(|| RowError::Missing(column.to_owned()))
            })
            .collect::<Result<_, _>>()?;
        self.draft(&picked)?;
        Ok(picked)
    }

    /// The message that these values make.
    pub(super) fn draft(&self, values: &[String]) -> Result<Draft, RowError> {
        let mut values = self.columns().zip(values);
        let mut next = || values.next().map(|(_, value)| value.as_str()).unwrap_or_default();
        let mut template = Template::new(&self.template, &self.language);
        match &self.header {
            Some(Header::Text(column)) if self.named => template = template.header_named(column, next()),
            Some(Header::Text(_)) => template = template.header(next()),
            Some(Header::Image(id)) => template = template.header_image(id.as_str()),
            None => {}
        }
        for column in &self.body {
            let parameter = column.parameter(next())?;
            template = template.body([if self.named { parameter.named(&column.name) } else { parameter }]);
        }
        for (index, _) in &self.buttons {
            template = template.button_url(*index, next());
        }
        Ok(template.into_draft()?)
    }
}

impl Column {
    fn parameter(&self, value: &str) -> Result<Parameter, RowError> {
        let refuse = |expected| RowError::Type { column: self.name.clone(), expected };
        Ok(match &self.kind {
            ColumnKind::Text => Parameter::text(value),
            ColumnKind::Number => {
                value
                    .parse::<f64>()
                    .ok()
                    .filter(|number| number.is_finite())
                    .ok_or_else(|| refuse("a number"))?;
                Parameter::text(value)
            }
            ColumnKind::Money(currency) => {
                let amount = thousandths(value).ok_or_else(|| refuse("an amount like 12.50"))?;
                Parameter::currency(format!("{value} {currency}"), currency, amount)
            }
            ColumnKind::Date => {
                value.parse::<jiff::civil::Date>().map_err(|_| refuse("a date like 2026-03-31"))?;
                Parameter::date_time(value)
            }
        })
    }
}

/// `12.5` → 12500. No more than three decimals, and nothing is rounded.
fn thousandths(value: &str) -> Option<i64> {
    let (negative, digits) = value.strip_prefix('-').map_or((false, value), |digits| (true, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 3 || !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let part: i64 = format!("{part:0<3}").parse().ok()?;
    let amount = whole.parse::<i64>().ok()?.checked_mul(1_000)?.checked_add(part)?;
    Some(if negative { -amount } else { amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        let amounts = [("12.50", 12_500), ("0.001", 1), ("7", 7_000), ("-3.2", -3_200)];
        for (text, amount) in amounts {
            assert_eq!(thousandths(text), Some(amount), "{text}");
        }
        for odd in ["", ".5", "1,5", "1.2345", "1e3", "12.5.0", "99999999999999999999"] {
            assert_eq!(thousandths(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_row_must_fill_every_place_with_what_belongs_there() {
        let mailing = Mailing::new("b", "sale", "en").text("name").money("price", "EUR").date("until");
        let row = |values: &[(&str, &str)]| {
            values
                .iter()
                .fold(Row::to(wappa_cloud::WaId::from("1")), |row, (name, value)| row.with(*name, *value))
        };
        let good = [("name", "Ana"), ("price", "9.90"), ("until", "2026-03-31"), ("other", "x")];
        assert_eq!(mailing.pick(&row(&good)).unwrap(), ["Ana", "9.90", "2026-03-31"]);
        for (column, value, why) in [
            ("name", " ", "the column `name` is missing or empty"),
            ("price", "cheap", "`price` is not an amount like 12.50"),
            ("until", "31.3.2026", "`until` is not a date like 2026-03-31"),
        ] {
            let mut values = good.to_vec();
            values.iter_mut().filter(|(name, _)| *name == column).for_each(|pair| pair.1 = value);
            assert_eq!(mailing.pick(&row(&values)).unwrap_err().to_string(), why);
        }
    }
}
