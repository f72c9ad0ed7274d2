//! Meta's library of templates that are approved already (Meta: *Template library*).

use serde_json::Value;

use super::definition::Category;
use crate::{
    client::{
        Listing,
        open::{answers, requests},
    },
    id::ObjectId,
};

answers! {
    /// A template of the library.
    pub struct LibraryTemplate {
        /// Its id.
        id: Option<ObjectId>,
        /// Its name.
        name: Option<String>,
        /// Its language, like `en_US`.
        language: Option<String>,
        /// Its category.
        category: Option<Category>,
        /// What it is about, like `ORDER_MANAGEMENT`.
        topic: Option<String>,
        /// What it is for, like `SHIPMENT_CONFIRMATION`.
        usecase: Option<String>,
        /// For whom it is.
        industry: Vec<String>,
        /// The header.
        header: Option<String>,
        /// The body.
        body: Option<String>,
        /// What its variables may stand for.
        body_params: Vec<String>,
        /// Of which kind they are.
        body_param_types: Vec<String>,
        /// Its buttons.
        buttons: Vec<Value>,
    }
}

requests! {
    /// Which templates of the library to list; all of them if nothing is said.
    pub struct LibraryFilter {
    } optional {
        /// With these words in it.
        search: String,
        /// About this, like `ORDER_MANAGEMENT`.
        topic: String,
        /// For this, like `SHIPMENT_CONFIRMATION`.
        usecase: String,
        /// For these businesses, like `E_COMMERCE`.
        industry: String,
        /// In this language, like `en_US`.
        language: String,
        /// Of this name.
        name: String,
    }

    /// A template to make from the library.
    pub struct NewFromLibrary {
        /// Its name.
        name: String,
        /// Its language, like `en_US`.
        language: String,
        /// Its category: `UTILITY`, as all of the library's have.
        category: Category,
        /// The template of the library.
        library_template_name: String,
    } optional {
        /// What its buttons need, like `[{"type": "URL", "url": {"base_url": …}}]`.
        library_template_button_inputs: Vec<Value>,
        /// What its body may say besides, like `{"add_contact_number": true}`.
        library_template_body_inputs: Value,
    }
}

impl LibraryFilter {
    pub(super) fn ask<'a>(&self, listing: Listing<'a, LibraryTemplate>) -> Listing<'a, LibraryTemplate> {
        listing
            .maybe("search", self.search.clone())
            .maybe("topic", self.topic.clone())
            .maybe("usecase", self.usecase.clone())
            .maybe("industry", self.industry.clone())
            .maybe("language", self.language.clone())
            .maybe("name", self.name.clone())
    }
}
