//! Templates over Graph: listed, defined, edited, deleted (Meta's page "Templates: management").

use http::Method;
use serde_json::{Value, json};
use wappa_cloud::limits;

use super::paging::only;
use super::{Good, GraphCall, fields};
use crate::config::Review;
use crate::world::World;
use crate::world::change::Change;
use crate::world::refusal::Refusal;
use crate::world::template::{Template, TemplateHeader, TemplateStatus};

/// How many templates an account that isn't verified has.
const MOST: usize = 250;
const FIELDS: &[&str] = &["id", "name", "language", "status", "category", "components", "parameter_format"];

impl World {
    /// `/{waba}/message_templates`.
    pub(super) fn message_templates(&mut self, call: &GraphCall, waba: &str) -> Result<Good, Refusal> {
        match call.method {
            Method::GET => {
                let fits = |filter: &str, value: &str| {
                    call.query(filter).is_none_or(|wanted| value.eq_ignore_ascii_case(wanted))
                };
                let listed = self.state.templates.values().filter(|template| {
                    fits("name", &template.name)
                        && fits("language", &template.language)
                        && fits("status", template.status.as_str())
                        && fits("category", &template.category)
                        && call.query("content").is_none_or(|content| template.body.contains(content))
                });
                let listed = listed.map(listed_as).collect();
                Ok(Good::json("lists templates", call.page(listed, FIELDS)?))
            }
            Method::POST => {
                let definition = call.parameters()?;
                let mut template = Template::define(&definition)?;
                let key = (template.name.clone(), template.language.clone());
                if self.state.templates.contains_key(&key) {
                    return Err(Refusal::parameter("Content in this language already exists."));
                }
                if self.state.templates.len() >= MOST {
                    return Err(Refusal::new(
                        2_388_019,
                        "This account has as many templates as it may have.",
                    ));
                }
                (template.status, template.reason) = self.reviewed();
                self.add_template(template);
                let template = self.state.templates.get(&key);
                let answer = template.map(|template| {
                    json!({"id": template.id, "status": template.status, "category": template.category})
                });
                Ok(Good::json("defines a template", answer.unwrap_or_default()))
            }
            Method::DELETE => {
                let name = call
                    .query("name")
                    .ok_or_else(|| Refusal::parameter("The parameter name is required."))?;
                let id = call.query("hsm_id");
                let doomed: Vec<Template> = self
                    .state
                    .templates
                    .values()
                    .filter(|template| template.name == name && id.is_none_or(|id| template.id == id))
                    .cloned()
                    .collect();
                if doomed.is_empty() {
                    return Err(Refusal::parameter(format!("There is no template named {name}.")));
                }
                for Template { name, language, .. } in doomed {
                    self.put(Change::TemplateGone { name, language });
                }
                Ok(Good::success("deletes a template"))
            }
            _ => Err(Refusal::no_such_object(call.method.as_str(), waba)),
        }
    }

    /// `GET` and `POST /{template}`; `None` if it is none.
    pub(super) fn template_node(&mut self, call: &GraphCall, id: &str) -> Option<Result<Good, Refusal>> {
        let known = self.state.templates.values().find(|template| template.id == id)?.clone();
        Some(match call.method {
            Method::GET => {
                Ok(Good::json("reads a template", only(listed_as(&known), call.query("fields"), FIELDS)))
            }
            Method::POST => self.edit_template(call, known),
            _ => Err(Refusal::no_such_object(call.method.as_str(), id)),
        })
    }

    /// `POST /{waba}/message_templates/archive` and `unarchive`.
    pub(super) fn archive(&mut self, call: &GraphCall, edge: &str) -> Result<Good, Refusal> {
        let given = call.parameters()?;
        let ids = given["hsm_ids"].as_array().filter(|ids| !ids.is_empty());
        let ids = ids.ok_or_else(|| Refusal::parameter("The parameter hsm_ids is required."))?;
        fields::at_most(&limits::ARCHIVED_AT_ONCE, ids.len())?;
        let (from, to) = match edge {
            "archive" => (TemplateStatus::Approved, TemplateStatus::Archived),
            _ => (TemplateStatus::Archived, TemplateStatus::Approved),
        };
        let (mut done, mut failed) = (Vec::new(), serde_json::Map::new());
        for id in ids.iter().filter_map(Value::as_str) {
            let found = self.state.templates.values().find(|known| known.id == id && known.status == from);
            match found.cloned() {
                Some(template) => {
                    self.put(Change::Template { template: Template { status: to, ..template } });
                    done.push(id);
                }
                None => {
                    failed.insert(id.to_owned(), json!(format!("It can't be {edge}d in its present state.")));
                }
            }
        }
        let mut answer = json!({ format!("{edge}d_templates"): done });
        if !failed.is_empty() {
            answer["failed_templates"] = failed.into();
        }
        Ok(Good::json(format!("{edge}s templates"), answer))
    }

    fn edit_template(&mut self, call: &GraphCall, mut template: Template) -> Result<Good, Refusal> {
        if template.status == TemplateStatus::Pending {
            return Err(Refusal::new(2_388_039, "A template can't be changed while it is under review."));
        }
        let given = call.parameters()?;
        if let Some(category) = fields::maybe(&given["category"], "category")? {
            template.category = category.to_ascii_uppercase();
        }
        if !given["components"].is_null() {
            template.redefine(&given["components"])?;
        }
        (template.status, template.reason) = self.reviewed();
        self.put(Change::Template { template });
        Ok(Good::success("edits a template"))
    }

    /// What Meta's review says at once.
    fn reviewed(&self) -> (TemplateStatus, Option<String>) {
        match self.rules.review {
            Review::Approve => (TemplateStatus::Approved, None),
            Review::Reject => (TemplateStatus::Rejected, Some("INVALID_FORMAT".to_owned())),
            Review::Wait => (TemplateStatus::Pending, None),
        }
    }
}

fn listed_as(template: &Template) -> Value {
    let components =
        if template.definition.is_null() { components(template) } else { template.definition.clone() };
    let named = template.body.split("{{").skip(1).any(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    json!({
        "name": template.name, "language": template.language, "category": template.category,
        "status": template.status, "id": template.id, "components": components,
        "parameter_format": if named { "NAMED" } else { "POSITIONAL" },
        "quality_score": {"score": template.quality},
        "rejected_reason": template.reason.as_deref().unwrap_or("NONE")
    })
}

fn components(template: &Template) -> Value {
    let mut components = Vec::new();
    match &template.header {
        None => {}
        Some(TemplateHeader::Text(text)) => {
            components.push(json!({"type": "HEADER", "format": "TEXT", "text": text}));
        }
        Some(other) => {
            let mut header = json!(other);
            header["type"] = json!("HEADER");
            components.push(header);
        }
    }
    components.push(json!({"type": "BODY", "text": template.body}));
    if let Some(footer) = &template.footer {
        components.push(json!({"type": "FOOTER", "text": footer}));
    }
    if !template.buttons.is_empty() {
        components.push(json!({"type": "BUTTONS", "buttons": template.buttons}));
    }
    json!(components)
}
