//! Message templates as they are defined. Filling in the parameters of a send is in `render`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wappa_cloud::limits;

use super::refusal::Refusal;

/// A template that a business may send (Meta's page "Templates: components").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Lower-case letters, digits and underscores.
    pub name: String,
    /// Language code, e.g. `en_US`.
    pub language: String,
    /// `UTILITY`, `MARKETING` or `AUTHENTICATION`.
    pub category: String,
    /// What stands above the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<TemplateHeader>,
    /// The words, with `{{1}}` or `{{name}}` for parameters.
    pub body: String,
    /// Small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// Its buttons, in order.
    #[serde(default)]
    pub buttons: Vec<ButtonDefinition>,
}

/// The header of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", content = "text", rename_all = "UPPERCASE")]
pub enum TemplateHeader {
    /// A line with at most one parameter.
    Text(String),
    /// A picture, given when sent.
    Image,
    /// A film, given when sent.
    Video,
    /// A file, given when sent.
    Document,
    /// A place, given when sent.
    Location,
}

/// A button of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ButtonDefinition {
    /// Answers with a payload given when sent, or with its text.
    QuickReply {
        /// What is shown.
        text: String,
    },
    /// Opens a page; `{{1}}` at the end is filled in when sent.
    Url {
        /// What is shown.
        text: String,
        /// Where it leads.
        url: String,
    },
    /// Calls a number.
    PhoneNumber {
        /// What is shown.
        text: String,
        /// The number.
        phone_number: String,
    },
    /// Copies a code given when sent.
    CopyCode,
}

impl Template {
    /// A utility template with a body.
    pub fn new(name: impl Into<String>, language: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            language: language.into(),
            category: "UTILITY".to_owned(),
            header: None,
            body: body.into(),
            footer: None,
            buttons: Vec::new(),
        }
    }

    /// Sets the header.
    pub fn header(mut self, header: TemplateHeader) -> Self {
        self.header = Some(header);
        self
    }

    /// Sets the footer.
    pub fn footer(mut self, footer: impl Into<String>) -> Self {
        self.footer = Some(footer.into());
        self
    }

    /// Adds a button.
    pub fn button(mut self, button: ButtonDefinition) -> Self {
        self.buttons.push(button);
        self
    }

    /// The template every account has from the start.
    pub(crate) fn hello_world() -> Self {
        Self::new(
            "hello_world",
            "en_US",
            "Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message \
             notification from the Cloud API, hosted by Meta. Thank you for taking the time to test with us.",
        )
        .header(TemplateHeader::Text("Hello World".to_owned()))
        .footer("WhatsApp Business Platform sample message")
    }

    /// Reads the body of `POST /{waba}/message_templates`.
    pub(crate) fn define(definition: &Value) -> Result<Self, Refusal> {
        let text = |field: &str| {
            definition[field]
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| Refusal::parameter(format!("The parameter {field} is required.")))
        };
        let mut template = Self::new(text("name")?, text("language")?, String::new());
        template.category = text("category")?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let fits = limits::TEMPLATE_NAME.allows(&template.name);
        if template.name.is_empty() || !fits || !template.name.chars().all(plain) {
            return Err(Refusal::parameter(format!(
                "Param name must have at most {} characters, all of them lower-case letters, digits or underscores.",
                limits::TEMPLATE_NAME.max
            )));
        }
        if !["UTILITY", "MARKETING", "AUTHENTICATION"].contains(&template.category.as_str()) {
            return Err(Refusal::parameter(
                "Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}.",
            ));
        }
        let components = definition["components"]
            .as_array()
            .ok_or_else(|| Refusal::parameter("The parameter components is required."))?;
        for component in components {
            let said = || component["text"].as_str().unwrap_or_default().to_owned();
            match component["type"].as_str().unwrap_or_default().to_ascii_uppercase().as_str() {
                "HEADER" => {
                    template.header = Some(match component["format"].as_str().unwrap_or("TEXT") {
                        "IMAGE" => TemplateHeader::Image,
                        "VIDEO" => TemplateHeader::Video,
                        "DOCUMENT" => TemplateHeader::Document,
                        "LOCATION" => TemplateHeader::Location,
                        _ => TemplateHeader::Text(said()),
                    });
                }
                "BODY" => template.body = said(),
                "FOOTER" => template.footer = Some(said()),
                "BUTTONS" => {
                    for button in component["buttons"].as_array().into_iter().flatten() {
                        let button = serde_json::from_value(button.clone()).map_err(|_| {
                            Refusal::parameter(
                                "This emulator knows QUICK_REPLY, URL, PHONE_NUMBER and COPY_CODE buttons.",
                            )
                        })?;
                        template.buttons.push(button);
                    }
                }
                _ => return Err(Refusal::parameter("Param components has an unknown type.")),
            }
        }
        if template.body.is_empty() {
            return Err(Refusal::parameter("The BODY component is required."));
        }
        Ok(template)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_definition_is_read_as_meta_writes_it() {
        let defined = Template::define(&json!({"name": "order_ok", "language": "en_US", "category": "UTILITY", "components": [
            {"type": "BODY", "text": "Hi {{1}}, your {{2}} is ready, {{1}}."},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Thanks"}, {"type": "URL", "text": "Track", "url": "https://x.example/{{1}}"}]}]}))
        .unwrap();
        let wanted = Template::new("order_ok", "en_US", "Hi {{1}}, your {{2}} is ready, {{1}}.")
            .button(ButtonDefinition::QuickReply { text: "Thanks".into() })
            .button(ButtonDefinition::Url { text: "Track".into(), url: "https://x.example/{{1}}".into() });
        assert_eq!(defined, wanted);
        let bad = Template::define(
            &json!({"name": "Order", "language": "en", "category": "UTILITY", "components": []}),
        );
        assert_eq!(bad.unwrap_err().code, 100);
    }
}
