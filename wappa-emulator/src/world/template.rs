//! Message templates: their definition, and filling in the parameters of a send.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wappa_cloud::limits;

use super::content::{Header, HeaderFile, Location, Rendered, TemplateButton};
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
        if template.name.is_empty() || template.name.len() > 512 || !template.name.chars().all(plain) {
            return Err(Refusal::parameter(
                "Param name must have at most 512 characters, all of them lower-case letters, digits or underscores.",
            ));
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

    /// Fills in the `components` of a send. Media ids in it are the caller's to check.
    pub(crate) fn render(&self, components: &[Value]) -> Result<Rendered, Refusal> {
        let of = |kind: &str| {
            components
                .iter()
                .find(|component| {
                    component["type"].as_str().is_some_and(|given| given.eq_ignore_ascii_case(kind))
                })
                .and_then(|component| component["parameters"].as_array())
                .map_or(&[][..], Vec::as_slice)
        };
        let body = fill("body", &self.body, of("body"))?;
        if limits::INTERACTIVE_BODY.count(&body) > limits::INTERACTIVE_BODY.max {
            return Err(Refusal::new(132_005, "Translated text too long: body"));
        }
        let header = match &self.header {
            None if of("header").is_empty() => None,
            None => return Err(mismatch("header", of("header").len(), 0)),
            Some(TemplateHeader::Text(text)) => {
                Some(Header::Text { text: fill("header", text, of("header"))? })
            }
            Some(TemplateHeader::Image) => Some(Header::Image(file("image", of("header"))?)),
            Some(TemplateHeader::Video) => Some(Header::Video(file("video", of("header"))?)),
            Some(TemplateHeader::Document) => Some(Header::Document(file("document", of("header"))?)),
            Some(TemplateHeader::Location) => Some(Header::Location(place(of("header"))?)),
        };
        let buttons = self
            .buttons
            .iter()
            .enumerate()
            .map(|(index, button)| render_button(button, given_to_button(components, index)))
            .collect::<Result<_, _>>()?;
        if let Some(extra) = components
            .iter()
            .filter(|component| component["type"] == "button")
            .filter_map(button_index)
            .find(|index| *index >= self.buttons.len())
        {
            return Err(Refusal::new(
                132_000,
                format!("buttons: the template has no button at index {extra}"),
            ));
        }
        Ok(Rendered {
            name: self.name.clone(),
            language: self.language.clone(),
            category: self.category.to_ascii_lowercase(),
            header,
            body,
            footer: self.footer.clone(),
            buttons,
        })
    }
}

fn button_index(component: &Value) -> Option<usize> {
    match &component["index"] {
        Value::String(index) => index.parse().ok(),
        Value::Number(index) => index.as_u64().and_then(|index| usize::try_from(index).ok()),
        _ => None,
    }
}

fn given_to_button(components: &[Value], index: usize) -> Option<&Value> {
    components
        .iter()
        .filter(|component| {
            component["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("button"))
        })
        .find(|component| button_index(component) == Some(index))
        .map(|component| &component["parameters"][0])
}

fn render_button(button: &ButtonDefinition, given: Option<&Value>) -> Result<TemplateButton, Refusal> {
    let string = |field: &str| given.and_then(|given| given[field].as_str()).map(str::to_owned);
    Ok(match button {
        ButtonDefinition::QuickReply { text } => TemplateButton::QuickReply {
            text: text.clone(),
            payload: string("payload").unwrap_or_else(|| text.clone()),
        },
        ButtonDefinition::Url { text, url } => {
            let url = match (url.contains("{{"), string("text")) {
                (true, Some(suffix)) => format!("{}{suffix}", url.split("{{").next().unwrap_or_default()),
                (true, None) => {
                    return Err(Refusal::new(131_008, "buttons: Button of type Url requires a parameter"));
                }
                (false, None) => url.clone(),
                (false, Some(_)) => return Err(mismatch("button", 1, 0)),
            };
            TemplateButton::Url { text: text.clone(), url }
        }
        ButtonDefinition::PhoneNumber { text, phone_number } => {
            TemplateButton::Url { text: text.clone(), url: format!("tel:{phone_number}") }
        }
        ButtonDefinition::CopyCode => TemplateButton::CopyCode {
            text: "Copy code".to_owned(),
            payload: string("coupon_code").ok_or_else(|| {
                Refusal::new(131_008, "buttons: Button of type COPY_CODE requires a coupon_code")
            })?,
        },
    })
}

fn mismatch(place: &str, given: usize, wanted: usize) -> Refusal {
    Refusal::new(
        132_000,
        format!(
            "{place}: number of localizable_params ({given}) does not match the expected number of params ({wanted})"
        ),
    )
}

/// The names between `{{` and `}}`, each once, in order.
fn placeholders(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for part in text.split("{{").skip(1) {
        if let Some((name, _)) = part.split_once("}}")
            && !names.contains(&name.trim())
        {
            names.push(name.trim());
        }
    }
    names
}

fn fill(place: &str, text: &str, parameters: &[Value]) -> Result<String, Refusal> {
    let names = placeholders(text);
    if names.len() != parameters.len() {
        return Err(mismatch(place, parameters.len(), names.len()));
    }
    let positional = names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    let mut filled = text.to_owned();
    for (index, name) in names.iter().enumerate() {
        let parameter = if positional {
            name.parse::<usize>().ok().and_then(|n| parameters.get(n.checked_sub(1)?))
        } else {
            parameters.iter().find(|parameter| parameter["parameter_name"] == **name)
        };
        let parameter = parameter.ok_or_else(|| {
            Refusal::new(132_000, format!("{place}: parameter '{name}' (number {}) is missing", index + 1))
        })?;
        let value = match parameter["type"].as_str() {
            Some("currency") => parameter["currency"]["fallback_value"].as_str(),
            Some("date_time") => parameter["date_time"]["fallback_value"].as_str(),
            _ => parameter["text"].as_str(),
        };
        let value = value
            .ok_or_else(|| Refusal::new(132_012, format!("{place}: parameter '{name}' is not a text")))?;
        if value.contains(['\n', '\t']) || value.contains("     ") {
            return Err(Refusal::new(
                131_009,
                format!(
                    "{place}: Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
                ),
            ));
        }
        filled = filled.replace(&format!("{{{{{name}}}}}"), value);
    }
    Ok(filled)
}

fn file(kind: &str, parameters: &[Value]) -> Result<HeaderFile, Refusal> {
    let [parameter] = parameters else { return Err(mismatch("header", parameters.len(), 1)) };
    if parameter["type"] != kind {
        return Err(Refusal::new(132_012, format!("header: Format mismatch, expected {kind}")));
    }
    let string = |field: &str| parameter[kind][field].as_str().map(str::to_owned);
    let file = HeaderFile {
        media: string("id").map(Into::into),
        link: string("link"),
        filename: string("filename"),
    };
    if file.media.is_none() && file.link.is_none() {
        return Err(Refusal::missing(&format!("template.components.header.{kind}")));
    }
    Ok(file)
}

fn place(parameters: &[Value]) -> Result<Location, Refusal> {
    let [parameter] = parameters else { return Err(mismatch("header", parameters.len(), 1)) };
    super::graph::fields::location(&parameter["location"], "template.components.header.location")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn order() -> Template {
        Template::new("order_ok", "en_US", "Hi {{1}}, your {{2}} is ready, {{1}}.")
            .button(ButtonDefinition::QuickReply { text: "Thanks".into() })
            .button(ButtonDefinition::Url { text: "Track".into(), url: "https://x.example/{{1}}".into() })
    }

    fn body(texts: &[&str]) -> Value {
        json!({"type": "body", "parameters": texts.iter().map(|text| json!({"type": "text", "text": text})).collect::<Vec<_>>()})
    }

    fn url() -> Value {
        json!({"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "42"}]})
    }

    #[test]
    fn parameters_are_filled_in() {
        let rendered = order().render(&[body(&["Ana", "pizza"]), url()]).unwrap();
        assert_eq!(rendered.body, "Hi Ana, your pizza is ready, Ana.");
        assert_eq!(
            rendered.buttons,
            [
                TemplateButton::QuickReply { text: "Thanks".into(), payload: "Thanks".into() },
                TemplateButton::Url { text: "Track".into(), url: "https://x.example/42".into() },
            ]
        );
    }

    #[test]
    fn a_wrong_number_of_parameters_is_refused() {
        assert_eq!(order().render(&[body(&["Ana"]), url()]).unwrap_err().code, 132_000);
        assert_eq!(order().render(&[body(&["Ana", "pizza", "3"]), url()]).unwrap_err().code, 132_000);
        assert_eq!(order().render(&[body(&["Ana", "pizza"])]).unwrap_err().code, 131_008);
        assert_eq!(order().render(&[body(&["Ana\n", "pizza"]), url()]).unwrap_err().code, 131_009);
    }

    #[test]
    fn named_parameters_come_in_any_order() {
        let template = Template::new("t", "en", "{{greeting}} {{name}}!");
        let parameters = json!([{"type": "body", "parameters": [
            {"type": "text", "parameter_name": "name", "text": "Ana"},
            {"type": "text", "parameter_name": "greeting", "text": "Hi"}]}]);
        assert_eq!(template.render(parameters.as_array().unwrap()).unwrap().body, "Hi Ana!");
    }

    #[test]
    fn a_definition_is_read_as_meta_writes_it() {
        let defined = Template::define(&json!({"name": "order_ok", "language": "en_US", "category": "UTILITY", "components": [
            {"type": "BODY", "text": "Hi {{1}}, your {{2}} is ready, {{1}}."},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Thanks"}, {"type": "URL", "text": "Track", "url": "https://x.example/{{1}}"}]}]}))
        .unwrap();
        assert_eq!(defined, order());
        let bad = Template::define(
            &json!({"name": "Order", "language": "en", "category": "UTILITY", "components": []}),
        );
        assert_eq!(bad.unwrap_err().code, 100);
    }
}
