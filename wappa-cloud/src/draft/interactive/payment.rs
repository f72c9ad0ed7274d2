//! How an order is paid: gateways and links of India, Pix and boleto of Brazil.

use serde_json::{Map, Value, json};

use crate::{
    draft::{DraftError, object, required},
    limits::PAYMENT_CONFIGURATION,
};

/// A way to pay an order (Meta: *Receive payments*, India and Brazil).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct PaymentSetting {
    kind: &'static str,
    body: Value,
    country: Country,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Country {
    Any,
    Brazil,
}

/// A payment gateway (India).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gateway {
    /// Razorpay.
    Razorpay,
    /// PayU.
    Payu,
    /// BillDesk.
    Billdesk,
    /// Zaakpay.
    Zaakpay,
    /// UPI, of whichever bank.
    Upi,
}

impl Gateway {
    fn as_str(self) -> &'static str {
        match self {
            Self::Razorpay => "razorpay",
            Self::Payu => "payu",
            Self::Billdesk => "billdesk",
            Self::Zaakpay => "zaakpay",
            Self::Upi => "upi",
        }
    }
}

/// What kind of key a Pix key is (Brazil).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixKey {
    /// A person's tax number.
    Cpf,
    /// A company's tax number.
    Cnpj,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A random key.
    Evp,
}

impl PixKey {
    fn as_str(self) -> &'static str {
        match self {
            Self::Cpf => "CPF",
            Self::Cnpj => "CNPJ",
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
            Self::Evp => "EVP",
        }
    }
}

impl PaymentSetting {
    /// Through a gateway, by the name of its configuration with Meta: at most 60 characters.
    pub fn gateway(gateway: Gateway, configuration: impl Into<String>) -> Self {
        let body = json!({ "type": gateway.as_str(), "configuration_name": configuration.into() });
        Self { kind: "payment_gateway", body, country: Country::Any }
    }

    /// A receipt number that the gateway keeps with the payment. Other ways to pay have none.
    pub fn receipt(mut self, receipt: impl Into<String>) -> Self {
        if let Some(own) = self.own() {
            own.insert("receipt".to_owned(), Value::String(receipt.into()));
        }
        self
    }

    /// A note that the gateway keeps with the payment. Other ways to pay have none.
    pub fn note(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        if let Some(own) = self.own() {
            let notes = own.entry("notes").or_insert_with(|| Value::Object(Map::new()));
            if let Some(notes) = notes.as_object_mut() {
                notes.insert(key.into(), Value::String(value.into()));
            }
        }
        self
    }

    /// What is said to the gateway itself, under its name.
    fn own(&mut self) -> Option<&mut Map<String, Value>> {
        let body = self.body.as_object_mut()?;
        let gateway = match self.kind {
            "payment_gateway" => body.get("type")?.as_str()?.to_owned(),
            _ => return None,
        };
        body.entry(gateway).or_insert_with(|| Value::Object(Map::new())).as_object_mut()
    }

    /// A link to a page where it is paid.
    pub fn link(uri: impl Into<String>) -> Self {
        Self { kind: "payment_link", body: json!({ "uri": uri.into() }), country: Country::Any }
    }

    /// A UPI intent, `upi://pay?…` (India).
    pub fn upi_intent(link: impl Into<String>) -> Self {
        Self { kind: "upi_intent_link", body: json!({ "link": link.into() }), country: Country::Any }
    }

    /// A dynamic Pix code (Brazil).
    pub fn pix(
        code: impl Into<String>,
        merchant_name: impl Into<String>,
        key: impl Into<String>,
        kind: PixKey,
    ) -> Self {
        let (code, merchant_name, key) = (code.into(), merchant_name.into(), key.into());
        let body =
            json!({ "code": code, "merchant_name": merchant_name, "key": key, "key_type": kind.as_str() });
        Self { kind: "pix_dynamic_code", body, country: Country::Brazil }
    }

    /// A boleto, by its digitable line (Brazil).
    pub fn boleto(digitable_line: impl Into<String>) -> Self {
        let body = json!({ "digitable_line": digitable_line.into() });
        Self { kind: "boleto", body, country: Country::Brazil }
    }

    /// Whether Meta wants to be told that this is Brazil.
    pub(super) fn is_brazilian(&self) -> bool {
        self.country == Country::Brazil
    }

    pub(super) fn to_value(&self) -> Result<Value, DraftError> {
        if let Some(name) = self.body.get("configuration_name").and_then(Value::as_str) {
            required(&PAYMENT_CONFIGURATION, name)?;
        }
        let strings = self.body.as_object().into_iter().flat_map(Map::values).filter_map(Value::as_str);
        if strings.into_iter().any(|text| text.trim().is_empty()) {
            return Err(DraftError::empty(format!("payment_settings.{}", self.kind)));
        }
        Ok(json!({ "type": self.kind, self.kind: self.body }))
    }
}

/// Where physical goods go (India).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Beneficiary {
    name: String,
    address: [String; 2],
    city: String,
    state: String,
    country: String,
    postal_code: String,
}

impl Beneficiary {
    /// Somebody in a street of a city.
    pub fn new(name: impl Into<String>, address_line: impl Into<String>, city: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            address: [address_line.into(), String::new()],
            city: city.into(),
            state: String::new(),
            country: String::new(),
            postal_code: String::new(),
        }
    }

    /// A second line of the address.
    pub fn address_line_2(mut self, line: impl Into<String>) -> Self {
        let [_, second] = &mut self.address;
        *second = line.into();
        self
    }

    /// The state.
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = state.into();
        self
    }

    /// The country.
    pub fn country(mut self, country: impl Into<String>) -> Self {
        self.country = country.into();
        self
    }

    /// The postal code.
    pub fn postal_code(mut self, code: impl Into<String>) -> Self {
        self.postal_code = code.into();
        self
    }

    pub(super) fn to_value(&self) -> Value {
        let said = |text: &String| (!text.is_empty()).then(|| Value::from(text.as_str()));
        let [first, second] = &self.address;
        object([
            ("name", said(&self.name)),
            ("address_line1", said(first)),
            ("address_line2", said(second)),
            ("city", said(&self.city)),
            ("state", said(&self.state)),
            ("country", said(&self.country)),
            ("postal_code", said(&self.postal_code)),
        ])
    }
}
