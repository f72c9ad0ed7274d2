//! Template messages: the only ones Meta takes outside the customer service window.

use serde_json::{Value, json};

use super::{Draft, DraftError, DraftKind, Header, IntoDraft, required, web_address, within};
use crate::{
    id::MediaId,
    limits::{TEMPLATE_BODY, TEMPLATE_HEADER, TEMPLATE_NAME},
    media::MediaKind,
};

/// A template by name and language, with the parameters its definition asks for (Meta: *Template messages*).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Template {
    name: String,
    language: String,
    header: Option<Header>,
    body: Vec<Parameter>,
    buttons: Vec<Button>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parameter {
    name: Option<String>,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Button {
    index: usize,
    action: Action,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    QuickReply(String),
    UrlSuffix(String),
}

impl Template {
    /// The template of this name in this language, like `en_US`.
    pub fn new(name: impl Into<String>, language: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            language: language.into(),
            header: None,
            body: Vec::new(),
            buttons: Vec::new(),
        }
    }

    /// The body's parameters, in order.
    pub fn body<T: Into<String>>(mut self, parameters: impl IntoIterator<Item = T>) -> Self {
        self.body.extend(parameters.into_iter().map(|text| Parameter { name: None, text: text.into() }));
        self
    }

    /// A parameter of the body by its name, for templates with named parameters.
    pub fn body_named(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.body.push(Parameter { name: Some(name.into()), text: text.into() });
        self
    }

    /// The header's parameter: a text, or the file it shows.
    pub fn header(mut self, header: impl Into<Header>) -> Self {
        self.header = Some(header.into());
        self
    }

    /// The picture in the header, by id.
    pub fn header_image(self, id: impl Into<MediaId>) -> Self {
        self.header(Header::Media(MediaKind::Image, id.into()))
    }

    /// What comes back when the quick reply button at this place (from 0) is tapped.
    pub fn button_payload(mut self, index: usize, payload: impl Into<String>) -> Self {
        self.buttons.push(Button { index, action: Action::QuickReply(payload.into()) });
        self
    }

    /// The end of the address that the link button at this place (from 0) opens.
    pub fn button_url(mut self, index: usize, suffix: impl Into<String>) -> Self {
        self.buttons.push(Button { index, action: Action::UrlSuffix(suffix.into()) });
        self
    }
}

impl IntoDraft for Template {
    fn into_draft(self) -> Result<Draft, DraftError> {
        required(&TEMPLATE_NAME, &self.name)?;
        if !self.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            let why = "a template's name has only small letters, digits and underscores";
            return Err(DraftError::wrong(TEMPLATE_NAME.name, why));
        }
        if self.language.trim().is_empty() {
            return Err(DraftError::empty("template.language.code"));
        }
        let named = self.body.iter().filter(|parameter| parameter.name.is_some()).count();
        if named != 0 && named != self.body.len() {
            let why = "a template's parameters are either all named or all in order";
            return Err(DraftError::wrong("template.components.parameters", why));
        }
        let mut components = Vec::new();
        if let Some(header) = &self.header {
            components.push(json!({ "type": "header", "parameters": [header_parameter(header)?] }));
        }
        if !self.body.is_empty() {
            let parameters = self.body.iter().map(Parameter::to_value).collect::<Result<Vec<_>, _>>()?;
            components.push(json!({ "type": "body", "parameters": parameters }));
        }
        for button in &self.buttons {
            components.push(button.to_value()?);
        }
        let mut body = json!({ "name": self.name, "language": { "code": self.language } });
        if !components.is_empty() {
            body["components"] = Value::Array(components);
        }
        Draft::new(DraftKind::Template, &body)
    }
}

impl Parameter {
    fn to_value(&self) -> Result<Value, DraftError> {
        required(&TEMPLATE_BODY, &self.text)?;
        Ok(match &self.name {
            Some(name) => json!({ "type": "text", "parameter_name": name, "text": self.text }),
            None => json!({ "type": "text", "text": self.text }),
        })
    }
}

fn header_parameter(header: &Header) -> Result<Value, DraftError> {
    match header {
        Header::Text(text) => {
            required(&TEMPLATE_HEADER, text)?;
            Ok(json!({ "type": "text", "text": text }))
        }
        Header::Media(kind, id) => Ok(json!({ "type": kind.as_str(), kind.as_str(): { "id": id.as_str() } })),
        Header::Link(kind, url) => {
            web_address("template header link", url)?;
            Ok(json!({ "type": kind.as_str(), kind.as_str(): { "link": url } }))
        }
    }
}

impl Button {
    fn to_value(&self) -> Result<Value, DraftError> {
        if self.index > 9 {
            return Err(DraftError::wrong(
                "template button index",
                "a template has at most 10 buttons, counted from 0",
            ));
        }
        let (sub_type, parameter) = match &self.action {
            Action::QuickReply(payload) => {
                within(&crate::limits::BUTTON_ID, payload)?;
                ("quick_reply", json!({ "type": "payload", "payload": payload }))
            }
            Action::UrlSuffix(suffix) => ("url", json!({ "type": "text", "text": suffix })),
        };
        let index = self.index.to_string();
        Ok(json!({ "type": "button", "sub_type": sub_type, "index": index, "parameters": [parameter] }))
    }
}
