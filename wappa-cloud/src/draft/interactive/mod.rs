//! Interactive messages: what they share lives here (header, body, footer), each kind in a file of its own.

mod address;
mod buttons;
mod call;
mod carousel;
mod catalog;
mod choice;
mod cta_url;
mod flow;
mod header;
mod list;
mod order_details;
mod order_status;
mod payment;
mod request;

use serde_json::{Value, json};

pub use self::{
    address::{AddressFields, AddressMessage},
    buttons::{Button, Buttons},
    call::{CallPermissionRequest, VoiceCall},
    carousel::{Card, Carousel},
    catalog::{CatalogMessage, ProductList, ProductMessage, ProductSection},
    choice::{Choice, ChoiceOption},
    cta_url::CtaUrl,
    flow::{FlowMessage, FlowMode},
    header::Header,
    list::{List, Row},
    order_details::{Charge, Goods, Money, OrderDetails, OrderLine},
    order_status::{OrderState, OrderStatus},
    payment::{Beneficiary, Gateway, PaymentSetting, PixKey},
    request::{ContactInfoRequest, LocationRequest},
};
pub(super) use self::{call::call_minutes, catalog::sections as product_sections};
use super::{Draft, DraftError, DraftKind, object, required};
use crate::limits::{INTERACTIVE_FOOTER, Limit};

/// Header, body and footer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Around {
    body: Option<String>,
    header: Option<Header>,
    footer: Option<String>,
}

impl Around {
    fn new(body: impl Into<String>) -> Self {
        Self { body: Some(body.into()), header: None, footer: None }
    }

    /// For the kinds that may stand without words.
    fn bare() -> Self {
        Self { body: None, header: None, footer: None }
    }

    fn fit(mut self, limit: &Limit) -> Self {
        self.body = self.body.map(|body| crate::format::truncate(&body, limit));
        self
    }

    fn into_draft(self, kind: &str, limit: &Limit, action: Value) -> Result<Draft, DraftError> {
        if let Some(body) = &self.body {
            required(limit, body)?;
        }
        if let Some(footer) = &self.footer {
            required(&INTERACTIVE_FOOTER, footer)?;
        }
        let body = object([
            ("type", Some(kind.into())),
            ("header", self.header.as_ref().map(Header::to_value).transpose()?),
            ("body", self.body.map(|body| json!({ "text": body }))),
            ("footer", self.footer.map(|footer| json!({ "text": footer }))),
            ("action", Some(action)),
        ]);
        Draft::new(DraftKind::Interactive, &body)
    }
}

/// The methods that kinds with a header, a footer or a body have in common.
macro_rules! around {
    ($name:ident: $($part:ident),*) => {
        impl $name {
            $($crate::draft::interactive::around!(@ $part);)*
        }
    };
    (@ header) => {
        /// What stands above the text.
        pub fn header(mut self, header: impl Into<$crate::draft::Header>) -> Self {
            self.around.header = Some(header.into());
            self
        }
    };
    (@ text_header) => {
        /// A text above the body: at most 60 characters.
        pub fn header(mut self, text: impl Into<String>) -> Self {
            self.around.header = Some($crate::draft::Header::Text(text.into()));
            self
        }
    };
    (@ footer) => {
        /// Small words below: at most 60 characters.
        pub fn footer(mut self, footer: impl Into<String>) -> Self {
            self.around.footer = Some(footer.into());
            self
        }
    };
    (@ fit) => {
        /// Shortens a body that is longer than Meta allows: it ends in `…` then, and its formatting stays whole.
        pub fn fit(mut self) -> Self {
            self.around = self.around.fit(&$crate::limits::INTERACTIVE_BODY);
            self
        }
    };
}
use around;

/// No id twice.
fn unique<'a>(field: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), DraftError> {
    let mut seen: Vec<&str> = Vec::new();
    for id in ids {
        if seen.contains(&id) {
            return Err(DraftError::duplicate(field, id));
        }
        seen.push(id);
    }
    Ok(())
}
