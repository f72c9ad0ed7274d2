//! The cards of a template's carousel.

use serde_json::{Value, json};

use super::{Parameter, TemplateButton, body_component};
use crate::draft::{DraftError, Header};

/// What one card of a template's carousel is sent with.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct TemplateCard {
    face: Face,
    body: Vec<Parameter>,
    buttons: Vec<TemplateButton>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Face {
    File(Header),
    Product { catalog_id: String, product: String },
}

impl TemplateCard {
    /// A card that shows this picture or film.
    pub fn new(header: Header) -> Self {
        Self { face: Face::File(header), body: Vec::new(), buttons: Vec::new() }
    }

    /// A card that shows this product.
    pub fn product(catalog_id: impl Into<String>, product_retailer_id: impl Into<String>) -> Self {
        let face = Face::Product { catalog_id: catalog_id.into(), product: product_retailer_id.into() };
        Self { face, body: Vec::new(), buttons: Vec::new() }
    }

    /// The parameters of its body, in order.
    pub fn body<P: Into<Parameter>>(mut self, parameters: impl IntoIterator<Item = P>) -> Self {
        self.body.extend(parameters.into_iter().map(Into::into));
        self
    }

    /// What its next button is sent with.
    pub fn button(mut self, button: TemplateButton) -> Self {
        self.buttons.push(button);
        self
    }

    pub(super) fn to_value(&self, index: usize) -> Result<Value, DraftError> {
        let shown = match &self.face {
            Face::File(header) => header.file("carousel.cards.header")?,
            Face::Product { catalog_id, product } => product_parameter(catalog_id, product),
        };
        let mut components = vec![json!({ "type": "header", "parameters": [shown] })];
        components.extend(body_component(&self.body)?);
        for (place, button) in self.buttons.iter().enumerate() {
            components.push(button.to_value(place)?);
        }
        Ok(json!({ "card_index": index, "components": components }))
    }
}

pub(super) fn product_parameter(catalog_id: &str, product: &str) -> Value {
    let product = json!({ "product_retailer_id": product, "catalog_id": catalog_id });
    json!({ "type": "product", "product": product })
}
