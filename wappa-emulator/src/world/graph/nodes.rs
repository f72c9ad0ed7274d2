//! Reading nodes: phone numbers, business accounts, media; and the templates of an account.

use http::Method;
use serde_json::{Map, Value, json};
use wappa_cloud::{MediaId, PhoneNumberId};

use super::{Good, GraphBody, GraphCall};
use crate::config::Review;
use crate::world::World;
use crate::world::model::Number;
use crate::world::refusal::Refusal;
use crate::world::template::{Template, TemplateHeader, TemplateStatus};

impl World {
    /// `GET` or `DELETE /{id}`: a number, an account or a media file.
    pub(super) fn node(&mut self, now: i64, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        let none = || Refusal::no_such_object(call.method.as_str(), id);
        let media = MediaId::from(id);
        if call.method == Method::DELETE {
            return self.delete_media(now, &media).ok_or_else(none);
        }
        if self.state.number(&PhoneNumberId::from(id)).is_some() {
            let number = self.number_for(call, id)?;
            return Ok(Good::json(
                "reads a phone number",
                only(phone_number(&number), call.query("fields"), NUMBER),
            ));
        }
        if self.is_waba(id) {
            let name = self.state.numbers.first().map_or("", |number| number.name.as_str());
            let account = json!({
                "id": id, "name": name, "currency": "USD", "timezone_id": "1", "account_review_status": "APPROVED",
                "message_template_namespace": "emulator"
            });
            return Ok(Good::json("reads a business account", only(account, call.query("fields"), ACCOUNT)));
        }
        self.media_info(now, call, &media).ok_or_else(none)
    }

    pub(super) fn phone_numbers(&self, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        if !self.is_waba(id) {
            return Err(Refusal::no_such_object(call.method.as_str(), id));
        }
        let numbers = self.state.numbers.iter().filter(|number| number.waba_id.as_str() == id);
        let data: Vec<Value> =
            numbers.map(|number| only(phone_number(number), call.query("fields"), NUMBER)).collect();
        Ok(Good::json("lists phone numbers", json!({ "data": data })))
    }

    /// What Meta's review says at once.
    fn reviewed(&self) -> (TemplateStatus, Option<String>) {
        match self.rules.review {
            Review::Approve => (TemplateStatus::Approved, None),
            Review::Reject => (TemplateStatus::Rejected, Some("INVALID_FORMAT".to_owned())),
            Review::Wait => (TemplateStatus::Pending, None),
        }
    }

    pub(super) fn message_templates(&mut self, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        if !self.is_waba(id) {
            return Err(Refusal::no_such_object(call.method.as_str(), id));
        }
        match (&call.method, &call.body) {
            (&Method::GET, _) => {
                let data: Vec<Value> = self
                    .state
                    .templates
                    .values()
                    .filter(|template| call.query("name").is_none_or(|name| template.name == name))
                    .map(listed)
                    .collect();
                Ok(Good::json("lists templates", json!({ "data": data })))
            }
            (&Method::POST, GraphBody::Json(body)) => {
                let definition: Value = serde_json::from_slice(body).map_err(|_| {
                    Refusal::parameter("Invalid parameter: the request body is not valid JSON.")
                })?;
                let mut template = Template::define(&definition)?;
                (template.status, template.reason) = self.reviewed();
                let key = (template.name.clone(), template.language.clone());
                self.add_template(template);
                let template = self.state.templates.get(&key);
                let answer = template.map(|template| {
                    json!({"id": template.id, "status": template.status, "category": template.category})
                });
                Ok(Good::json("defines a template", answer.unwrap_or_default()))
            }
            _ => Err(Refusal::no_such_object(call.method.as_str(), id)),
        }
    }
}

const NUMBER: &[&str] = &["id", "display_phone_number", "verified_name", "quality_rating"];
const ACCOUNT: &[&str] = &["id", "name"];

fn phone_number(number: &Number) -> Value {
    json!({
        "id": number.id,
        "display_phone_number": number.display(),
        "verified_name": number.name,
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "status": "CONNECTED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "account_mode": "SANDBOX",
        "is_official_business_account": false,
    })
}

/// Graph answers with the fields that were asked for, else with a few; the id always comes along.
fn only(node: Value, fields: Option<&str>, usual: &[&str]) -> Value {
    let asked: Vec<&str> = match fields {
        Some(fields) => fields.split(',').map(str::trim).collect(),
        None => usual.to_vec(),
    };
    let Value::Object(all) = node else { return node };
    let kept: Map<String, Value> =
        all.into_iter().filter(|(key, _)| key == "id" || asked.contains(&key.as_str())).collect();
    Value::Object(kept)
}

fn listed(template: &Template) -> Value {
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
    json!({
        "name": template.name, "language": template.language, "category": template.category,
        "status": template.status, "id": template.id, "components": components
    })
}
