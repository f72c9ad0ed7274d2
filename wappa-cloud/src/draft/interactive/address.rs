//! Requests for a postal address.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Around;
use crate::{
    draft::{Draft, DraftError, IntoDraft, object},
    limits::INTERACTIVE_BODY,
};

/// The fields of an address by Meta's names, like `in_pin_code`, `house_number` or `city`.
pub type AddressFields = BTreeMap<String, String>;

/// Asks for a postal address with a form of WhatsApp's (Meta: *Address messages*; India only). The answer is a flow reply
/// named `address_message`. The body has at most 1,024 characters.
///
/// ```
/// use wappa_cloud::{AddressMessage, IntoDraft};
///
/// let draft = AddressMessage::new("Where to?", "IN").value("name", "Ana").value("city", "Pune").into_draft()?;
/// # let _ = draft;
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct AddressMessage {
    around: Around,
    country: String,
    values: AddressFields,
    saved: Vec<(String, AddressFields)>,
    mistakes: AddressFields,
}

impl AddressMessage {
    /// Asks with this text for an address in this country: two capital letters.
    pub fn new(body: impl Into<String>, country: impl Into<String>) -> Self {
        Self {
            around: Around::new(body),
            country: country.into(),
            values: AddressFields::new(),
            saved: Vec::new(),
            mistakes: AddressFields::new(),
        }
    }

    /// Fills a field in beforehand.
    pub fn value(mut self, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.insert(field.into(), value.into());
        self
    }

    /// Offers an address the business knows; its id comes back if it is chosen.
    pub fn saved<K: Into<String>, V: Into<String>>(
        mut self,
        id: impl Into<String>,
        fields: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let fields = fields.into_iter().map(|(field, value)| (field.into(), value.into()));
        self.saved.push((id.into(), fields.collect()));
        self
    }

    /// Says what is wrong with a field, when an address is asked for again.
    pub fn mistake(mut self, field: impl Into<String>, what: impl Into<String>) -> Self {
        self.mistakes.insert(field.into(), what.into());
        self
    }
}

super::around!(AddressMessage: footer, fit);

impl IntoDraft for AddressMessage {
    fn into_draft(self) -> Result<Draft, DraftError> {
        if self.country.len() != 2 || !self.country.bytes().all(|b| b.is_ascii_uppercase()) {
            let why = "a country has two capital letters, like IN";
            return Err(DraftError::wrong("interactive.action.parameters.country", why));
        }
        if self.saved.iter().any(|(id, _)| id.is_empty()) {
            return Err(DraftError::empty("saved_addresses.id"));
        }
        let fields = |fields: AddressFields| (!fields.is_empty()).then(|| json!(fields));
        let saved = self.saved.iter().map(|(id, value)| json!({ "id": id, "value": value }));
        let parameters = object([
            ("country", Some(self.country.into())),
            ("values", fields(self.values)),
            ("saved_addresses", (!self.saved.is_empty()).then(|| Value::Array(saved.collect()))),
            ("validation_errors", fields(self.mistakes)),
        ]);
        let action = json!({ "name": "address_message", "parameters": parameters });
        self.around.into_draft("address_message", &INTERACTIVE_BODY, action)
    }
}
