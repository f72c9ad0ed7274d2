//! Products: the whole catalog, one product, or a selection.

use serde_json::{Value, json};

use super::{Around, Header, around};
use crate::{
    draft::{Draft, DraftError, IntoDraft, count, object, required, within},
    limits::{INTERACTIVE_BODY, PRODUCT_SECTIONS, PRODUCTS, SECTION_TITLE},
};

/// A button that opens the business's catalog (Meta: *Catalog messages*). The body has at most 1,024 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct CatalogMessage {
    around: Around,
    thumbnail: Option<String>,
}

impl CatalogMessage {
    /// The catalog below this text.
    pub fn new(body: impl Into<String>) -> Self {
        Self { around: Around::new(body), thumbnail: None }
    }

    /// The product whose picture is shown, by its id in the catalog; otherwise the first one's.
    pub fn thumbnail(mut self, product_retailer_id: impl Into<String>) -> Self {
        self.thumbnail = Some(product_retailer_id.into());
        self
    }
}

around!(CatalogMessage: footer, fit);

impl IntoDraft for CatalogMessage {
    fn into_draft(self) -> Result<Draft, DraftError> {
        let parameters = self.thumbnail.map(|id| json!({ "thumbnail_product_retailer_id": id }));
        let action = object([("name", Some("catalog_message".into())), ("parameters", parameters)]);
        self.around.into_draft("catalog_message", &INTERACTIVE_BODY, action)
    }
}

/// One product of a catalog, with an optional text of at most 1,024 characters (Meta: *Single product messages*).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ProductMessage {
    around: Around,
    catalog_id: String,
    product: String,
}

impl ProductMessage {
    /// The product of this catalog with this id.
    pub fn new(catalog_id: impl Into<String>, product_retailer_id: impl Into<String>) -> Self {
        Self { around: Around::bare(), catalog_id: catalog_id.into(), product: product_retailer_id.into() }
    }

    /// Words with it.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.around.body = Some(body.into());
        self
    }
}

around!(ProductMessage: footer, fit);

impl IntoDraft for ProductMessage {
    fn into_draft(self) -> Result<Draft, DraftError> {
        there("interactive.action.catalog_id", &self.catalog_id)?;
        there("product_retailer_id", &self.product)?;
        let action = json!({ "catalog_id": self.catalog_id, "product_retailer_id": self.product });
        self.around.into_draft("product", &INTERACTIVE_BODY, action)
    }
}

/// Up to 30 products of a catalog in up to 10 sections, below a text header (Meta: *Multi-product messages*).
///
/// ```
/// use wappa_cloud::{IntoDraft, ProductList, ProductSection};
///
/// let draft = ProductList::new("Our pizzas", "Choose what you like.", "catalog-1")
///     .section(ProductSection::new("Classics", ["margherita", "marinara"]))
///     .section(ProductSection::new("White", ["quattro"]))
///     .into_draft()?;
/// # let _ = draft;
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ProductList {
    around: Around,
    catalog_id: String,
    sections: Vec<ProductSection>,
}

/// Products under one title: at most 24 characters, needed if there are several sections.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ProductSection {
    title: String,
    products: Vec<String>,
}

impl ProductSection {
    /// These products, by their ids in the catalog.
    pub fn new<P: Into<String>>(title: impl Into<String>, products: impl IntoIterator<Item = P>) -> Self {
        Self { title: title.into(), products: products.into_iter().map(Into::into).collect() }
    }
}

impl ProductList {
    /// A header, which Meta wants here, a text, and the catalog the products are of.
    pub fn new(header: impl Into<String>, body: impl Into<String>, catalog_id: impl Into<String>) -> Self {
        let around = Around { header: Some(Header::Text(header.into())), ..Around::new(body) };
        Self { around, catalog_id: catalog_id.into(), sections: Vec::new() }
    }

    /// Adds a section.
    pub fn section(mut self, section: ProductSection) -> Self {
        self.sections.push(section);
        self
    }
}

around!(ProductList: footer, fit);

impl IntoDraft for ProductList {
    fn into_draft(self) -> Result<Draft, DraftError> {
        there("interactive.action.catalog_id", &self.catalog_id)?;
        let sections = sections(&self.sections)?;
        let action = json!({ "catalog_id": self.catalog_id, "sections": sections });
        self.around.into_draft("product_list", &INTERACTIVE_BODY, action)
    }
}

/// Sections as a product list and a template's button want them.
pub(in crate::draft) fn sections(sections: &[ProductSection]) -> Result<Value, DraftError> {
    count(&PRODUCT_SECTIONS, sections.len())?;
    count(&PRODUCTS, sections.iter().map(|section| section.products.len()).sum())?;
    if sections.is_empty() || sections.iter().any(|section| section.products.is_empty()) {
        return Err(DraftError::empty("sections.product_items"));
    }
    let several = sections.len() > 1;
    let sections = sections.iter().map(|ProductSection { title, products }| {
        if several {
            required(&SECTION_TITLE, title)?;
        }
        within(&SECTION_TITLE, title)?;
        let items = products.iter().map(|id| {
            there("product_retailer_id", id)?;
            Ok(json!({ "product_retailer_id": id }))
        });
        let items = items.collect::<Result<Vec<_>, DraftError>>()?;
        let title = (!title.is_empty()).then(|| Value::from(title.as_str()));
        Ok(object([("title", title), ("product_items", Some(items.into()))]))
    });
    Ok(Value::Array(sections.collect::<Result<_, DraftError>>()?))
}

fn there(field: &'static str, id: &str) -> Result<(), DraftError> {
    if id.trim().is_empty() { Err(DraftError::empty(field)) } else { Ok(()) }
}
