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
    buttons: Vec<(usize, TemplateButton)>,
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
    pub fn button(self, button: TemplateButton) -> Self {
        let next = self.buttons.last().map_or(0, |(index, _)| index + 1);
        self.button_at(next, button)
    }

    /// What the button at this place (from 0) is sent with, where a button before it needs nothing.
    pub fn button_at(mut self, index: usize, button: TemplateButton) -> Self {
        self.buttons.push((index, button));
        self
    }

    /// The end of the address that the link button at this place (from 0) opens.
    pub fn button_url_at(self, index: usize, suffix: impl Into<String>) -> Self {
        self.button_at(index, TemplateButton::url(suffix))
    }

    pub(super) fn to_value(&self, index: usize) -> Result<Value, DraftError> {
        let shown = match &self.face {
            Face::File(header) => header.file("carousel.cards.header")?,
            Face::Product { catalog_id, product } => product_parameter(catalog_id, product),
        };
        let mut components = vec![json!({ "type": "header", "parameters": [shown] })];
        components.extend(body_component(&self.body)?);
        for (index, button) in &self.buttons {
            components.push(button.to_value(*index)?);
        }
        Ok(json!({ "card_index": index, "components": components }))
    }
}

pub(super) fn product_parameter(catalog_id: &str, product: &str) -> Value {
    let product = json!({ "product_retailer_id": product, "catalog_id": catalog_id });
    json!({ "type": "product", "product": product })
}
