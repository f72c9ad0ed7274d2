//! Templates: defined, reviewed, changed, copied, compared (Meta: *Template management*). Sending one is the draft
//! [`Template`](crate::Template); writing types for them is `codegen`.
//!
//! ```no_run
//! use futures_util::TryStreamExt;
//! use wappa_cloud::client::templates::{Body, Button, Category, Filter, NewTemplate, Status};
//! use wappa_cloud::{AccessToken, Graph, GraphError, WabaId};
//!
//! # async fn run(graph: Graph, token: AccessToken, waba: WabaId) -> Result<(), GraphError> {
//! let paid = NewTemplate::new("order_paid", "en", Category::Utility)
//!     .body(Body::new("Order {{id}} is paid, {{name}}. Thank you!").named("id", "17").named("name", "Ann"))
//!     .button(Button::url_with("See it", "https://shop.example/orders/{{1}}", "17"));
//! let created = graph.templates(&token, &waba).create(&paid).await?;
//! println!("{} waits for its review", created.id);
//!
//! let approved = graph.templates(&token, &waba).list(&Filter::new().status(Status::Approved));
//! let mut approved = std::pin::pin!(approved.stream());
//! while let Some(template) = approved.try_next().await? {
//!     println!("{} in {}", template.name, template.language);
//! }
//! # Ok(())
//! # }
//! # let _ = run;
//! ```

mod authentication;
mod button;
mod component;
mod definition;
mod library;
mod new;
mod variables;

use serde_json::{Value, json};

pub(crate) use self::variables::{Variables, variables};
pub use self::{
    authentication::{NewAuthentication, Otp, OtpApp},
    button::{Button, FlowRef},
    component::{Body, Card, Header},
    definition::{
        ButtonInfo, ButtonKind, CardInfo, Category, Component, ComponentKind, Definition, HeaderFormat,
        ParameterFormat, Place, Quality, Status,
    },
    library::{LibraryFilter, LibraryTemplate, NewFromLibrary},
    new::NewTemplate,
};
use super::{
    Graph, GraphError, Listing,
    check::count,
    node::Node,
    open::{answers, requests},
};
use crate::{
    id::{TemplateId, WabaId},
    limits::ARCHIVED_AT_ONCE,
    secret::AccessToken,
    time::Timestamp,
};

/// The templates of one account.
#[derive(Clone, Copy)]
pub struct Templates<'a>(Node<'a>);

/// One template in one language.
#[derive(Clone, Copy)]
pub struct TemplateNode<'a>(Node<'a>);

requests! {
    /// Which templates to list; all of them if nothing is said.
    pub struct Filter {
    } optional {
        /// Of this name.
        name: String,
        /// In this language, like `en_US`.
        language: String,
        /// In this state.
        status: Status,
        /// Of this category.
        category: Category,
        /// Liked so well.
        quality_score: super::numbers::QualityRating,
        /// With these words in it.
        content: String,
    }
}

answers! {
    /// A template that was made.
    pub struct CreatedTemplate {
        /// Its id.
        id: TemplateId,
        /// How far its review is.
        status: Option<Status>,
        /// The category Meta gave it, which may not be the one it was made with.
        category: Option<Category>,
        /// Its language, where several were made.
        language: Option<String>,
    }

    /// What became of each template that was to be copied, archived or taken out of the archive.
    pub struct BatchOutcome {
        /// Those that were copied.
        migrated_templates: Vec<Value>,
        /// Those that were archived.
        archived_templates: Vec<TemplateId>,
        /// Those that were taken out of the archive.
        unarchived_templates: Vec<TemplateId>,
        /// Those for which it failed, with the reason; the others don't suffer from it.
        failed_templates: Option<Value>,
    }

    /// How two templates compare in one measure.
    pub struct Comparison {
        /// The measure: `BLOCK_RATE`, `MESSAGE_SENDS` or `TOP_BLOCK_REASON`.
        metric: Option<String>,
        /// How it is told: `RELATIVE`, `NUMBER_VALUES` or `STRING_VALUES`.
        r#type: Option<String> = "type",
        /// The templates, the one with the most first.
        order_by_relative_metric: Vec<TemplateId>,
        /// Numbers, by template.
        number_values: Vec<Measured>,
        /// Words, by template.
        string_values: Vec<Measured>,
    }

    /// What was measured of a template.
    pub struct Measured {
        /// Which.
        key: Option<TemplateId>,
        /// What.
        value: Option<Value>,
    }

    /// What became of a pause.
    pub struct Unpaused {
        /// Whether it is over.
        success: Option<bool>,
        /// Why not.
        reason: Option<String>,
    }

    /// What an authentication template would say.
    pub struct Preview {
        /// In which language.
        language: Option<String>,
        /// The body.
        body: Option<String>,
        /// The footer.
        footer: Option<String>,
        /// The buttons.
        buttons: Vec<Value>,
    }
}

answers! {
    /// A list that has no pages.
    struct Upserted {
        data: Vec<CreatedTemplate>,
    }

    /// A list that has no pages.
    struct Compared {
        data: Vec<Comparison>,
    }
}

impl Graph {
    /// The templates of an account.
    pub fn templates<'a>(&'a self, token: &'a AccessToken, waba: &'a WabaId) -> Templates<'a> {
        Templates(Node::new(self, token, waba.as_str()))
    }

    /// One template in one language.
    pub fn template<'a>(&'a self, token: &'a AccessToken, template: &'a TemplateId) -> TemplateNode<'a> {
        TemplateNode(Node::new(self, token, template.as_str()))
    }

    /// Templates that Meta has written and approved already.
    pub fn template_library<'a>(
        &'a self,
        token: &'a AccessToken,
        filter: &LibraryFilter,
    ) -> Listing<'a, LibraryTemplate> {
        filter.ask(Node::new(self, token, "message_template_library").list(""))
    }
}

impl<'a> Templates<'a> {
    /// Those that pass a filter.
    pub fn list(self, filter: &Filter) -> Listing<'a, Definition> {
        self.0
            .list("message_templates")
            .maybe("name", filter.name.clone())
            .maybe("language", filter.language.clone())
            .maybe("status", filter.status.as_ref().map(Status::as_str))
            .maybe("category", filter.category.as_ref().map(Category::as_str))
            .maybe("quality_score", filter.quality_score.as_ref().map(super::numbers::QualityRating::as_str))
            .maybe("content", filter.content.clone())
    }

    /// Makes one and hands it in for review: 100 an hour.
    ///
    /// # Errors
    /// It breaks one of Meta's rules that can be seen from here: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn create(self, template: &NewTemplate) -> Result<CreatedTemplate, GraphError> {
        let body = template.to_value()?;
        self.0.post("message_templates").json(&body).answer().await
    }

    /// Makes one from Meta's library, approved at once.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn create_from_library(self, template: &NewFromLibrary) -> Result<CreatedTemplate, GraphError> {
        self.0.post("message_templates").json(template).answer().await
    }

    /// Makes an authentication template in one language.
    ///
    /// # Errors
    /// It breaks one of Meta's rules that can be seen from here: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn create_authentication(
        self,
        template: &NewAuthentication,
        language: &str,
    ) -> Result<CreatedTemplate, GraphError> {
        let mut body = template.to_value()?;
        body["language"] = language.into();
        self.0.post("message_templates").json(&body).answer().await
    }

    /// Makes or changes an authentication template in many languages at once. Its buttons' texts are Meta's.
    ///
    /// # Errors
    /// It breaks one of Meta's rules that can be seen from here: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn upsert_authentication(
        self,
        template: &NewAuthentication,
        languages: &[&str],
    ) -> Result<Vec<CreatedTemplate>, GraphError> {
        let mut body = template.without_texts().to_value()?;
        body["languages"] = json!(languages);
        Ok(self.0.post("upsert_message_templates").json(&body).answer::<Upserted>().await?.data)
    }

    /// What an authentication template would say in these languages.
    pub fn previews(self, template: &NewAuthentication, languages: &[&str]) -> Listing<'a, Preview> {
        template.ask(self.0.list("message_template_previews")).query("languages", languages.join(","))
    }

    /// Deletes one in all its languages. An approved name can't be used again for 30 days.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn delete(self, name: &str) -> Result<(), GraphError> {
        self.0.delete("message_templates").query("name", name).done().await
    }

    /// Deletes one in one language.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn delete_one(self, name: &str, id: &TemplateId) -> Result<(), GraphError> {
        self.0.delete("message_templates").query("hsm_id", id.as_str()).query("name", name).done().await
    }

    /// Puts up to 100 in the archive, from which Meta deletes them after 28 days.
    ///
    /// # Errors
    /// They are too many: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn archive(self, ids: &[TemplateId]) -> Result<BatchOutcome, GraphError> {
        self.batch("message_templates/archive", ids).await
    }

    /// Takes up to 100 out of the archive. They are what they were before.
    ///
    /// # Errors
    /// They are too many: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn unarchive(self, ids: &[TemplateId]) -> Result<BatchOutcome, GraphError> {
        self.batch("message_templates/unarchive", ids).await
    }

    /// Copies approved templates of another account of the business to this one, page by page, from 0.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn migrate_from(self, source: &WabaId, page: u32) -> Result<BatchOutcome, GraphError> {
        self.0
            .post("migrate_message_templates")
            .query("source_waba_id", source.as_str())
            .query("page_number", page.to_string())
            .answer()
            .await
    }

    async fn batch(self, edge: &str, ids: &[TemplateId]) -> Result<BatchOutcome, GraphError> {
        let checked = count(&ARCHIVED_AT_ONCE, ids.len());
        self.0.post(edge).on_api_host().json(&json!({ "hsm_ids": ids })).checked(checked).answer().await
    }
}

impl TemplateNode<'_> {
    /// What it says.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<Definition, GraphError> {
        self.0.get("").answer().await
    }

    /// Gives it other components or another category, and hands it in for review again. Its name and its language stay.
    /// Only approved, rejected and paused ones can be changed; approved ones once a day and ten times in 30 days.
    ///
    /// # Errors
    /// It breaks one of Meta's rules that can be seen from here: nothing was sent. Or Meta refused it, or no answer came.
    pub async fn edit(self, template: &NewTemplate) -> Result<(), GraphError> {
        let mut body = template.to_value()?;
        if let Value::Object(body) = &mut body {
            body.remove("name");
            body.remove("language");
        }
        self.0.post("").json(&body).done().await
    }

    /// How it does beside others, over 7, 30, 60 or 90 days that end now.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn compare(
        self,
        others: &[TemplateId],
        start: Timestamp,
        end: Timestamp,
    ) -> Result<Vec<Comparison>, GraphError> {
        let others = others.iter().map(TemplateId::as_str).collect::<Vec<_>>().join(",");
        let call = self.0.get("compare").query("template_ids", format!("[{others}]"));
        let call = call.query("start", start.as_secs().to_string()).query("end", end.as_secs().to_string());
        Ok(call.answer::<Compared>().await?.data)
    }

    /// Ends a pause for pacing.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn unpause(self) -> Result<Unpaused, GraphError> {
        self.0.post("unpause").answer().await
    }
}

#[cfg(test)]
mod tests;
