//! Reading the definition of a template as Meta does (Meta's page "Templates: components"), with Meta's codes for what is
//! wrong with it.

use serde_json::Value;
use wappa_cloud::limits::{self, Limit};

use super::refusal::Refusal;
use super::render::placeholders;
use super::template::{ButtonDefinition, Template, TemplateCard, TemplateExtra, TemplateHeader};

impl Template {
    /// Reads the body of `POST /{waba}/message_templates`.
    pub(crate) fn define(definition: &Value) -> Result<Self, Refusal> {
        let text = |field: &str| {
            definition[field]
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| Refusal::parameter(format!("The parameter {field} is required.")))
        };
        let mut template = Self::new(text("name")?, text("language")?, String::new());
        template.category = text("category")?.to_ascii_uppercase();
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
        template.redefine(&definition["components"])?;
        Ok(template)
    }

    /// Reads `components` in the place of what was there.
    pub(crate) fn redefine(&mut self, components: &Value) -> Result<(), Refusal> {
        let given = components
            .as_array()
            .ok_or_else(|| Refusal::parameter("The parameter components is required."))?;
        (self.header, self.footer) = (None, None);
        self.body.clear();
        self.buttons.clear();
        self.cards.clear();
        self.more.clear();
        for component in given {
            self.component(component)?;
        }
        if self.body.is_empty() {
            return Err(Refusal::parameter("The BODY component is required."));
        }
        if self.more.iter().any(|extra| matches!(extra, TemplateExtra::LimitedTimeOffer { .. })) {
            at_most("BODY", &self.body, &limits::TEMPLATE_OFFER_BODY)?;
        }
        self.definition = components.clone();
        Ok(())
    }

    fn component(&mut self, component: &Value) -> Result<(), Refusal> {
        match kind(component).as_str() {
            "HEADER" => self.header = Some(header(component)?),
            "BODY" => {
                self.body = if self.category == "AUTHENTICATION" {
                    code_body(component)
                } else {
                    body(component, &limits::TEMPLATE_BODY_TEXT)?
                }
            }
            "FOOTER" => {
                let minutes = component["code_expiration_minutes"].as_u64();
                self.footer = Some(match minutes {
                    Some(minutes) => format!("This code expires in {minutes} minutes."),
                    None => footer(component)?,
                });
            }
            "BUTTONS" => self.buttons = buttons(&component["buttons"])?,
            "CAROUSEL" => self.cards = cards(&component["cards"])?,
            "LIMITED_TIME_OFFER" => {
                let text = string(&component["limited_time_offer"], "text");
                at_most("LIMITED_TIME_OFFER", &text, &limits::TEMPLATE_OFFER_TEXT)?;
                self.more.push(TemplateExtra::LimitedTimeOffer { text });
            }
            "CALL_PERMISSION_REQUEST" => self.more.push(TemplateExtra::CallPermissionRequest),
            _ => return Err(Refusal::parameter("Param components has an unknown type.")),
        }
        Ok(())
    }
}

fn kind(component: &Value) -> String {
    string(component, "type").to_ascii_uppercase()
}

fn string(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn at_most(what: &str, text: &str, limit: &Limit) -> Result<(), Refusal> {
    if limit.allows(text) {
        return Ok(());
    }
    let (length, most) = (limit.count(text), limit.max);
    Err(Refusal::new(2_388_040, format!("{what} has {length} characters; at most {most} are allowed.")))
}

fn header(component: &Value) -> Result<TemplateHeader, Refusal> {
    Ok(match string(component, "format").to_ascii_uppercase().as_str() {
        "IMAGE" => TemplateHeader::Image,
        "VIDEO" | "GIF" => TemplateHeader::Video,
        "DOCUMENT" => TemplateHeader::Document,
        "LOCATION" => TemplateHeader::Location,
        "PRODUCT" => TemplateHeader::Product,
        "TEXT" => {
            let text = string(component, "text");
            at_most("HEADER", &text, &limits::TEMPLATE_HEADER_TEXT)?;
            if text.is_empty() || text.contains('\n') || placeholders(&text).len() > 1 {
                return Err(Refusal::new(
                    2_388_047,
                    "The header needs text in one line with at most one variable.",
                ));
            }
            TemplateHeader::Text(text)
        }
        _ => return Err(Refusal::new(2_388_047, "The header has an unknown format.")),
    })
}

fn body(component: &Value, limit: &Limit) -> Result<String, Refusal> {
    let text = string(component, "text");
    at_most("BODY", &text, limit)?;
    if text.matches("{{").count() != text.matches("}}").count() || text.contains("\n\n\n") {
        return Err(Refusal::new(2_388_072, "The body has unmatched braces or too many empty lines."));
    }
    let trimmed = text.trim();
    if trimmed.starts_with("{{") || trimmed.ends_with("}}") {
        return Err(Refusal::new(2_388_299, "Variables can't be at the start or end of the template."));
    }
    let variables = placeholders(&text).len();
    let words = text.split_whitespace().filter(|word| !word.contains("{{")).count();
    if variables > words {
        return Err(Refusal::new(2_388_293, "This template has too many variables for its length."));
    }
    Ok(text)
}

/// Meta writes the body of an authentication template itself.
fn code_body(component: &Value) -> String {
    let mut text = "*{{1}}* is your verification code.".to_owned();
    if component["add_security_recommendation"] == true {
        text.push_str(" For your security, do not share this code.");
    }
    text
}

fn footer(component: &Value) -> Result<String, Refusal> {
    let text = string(component, "text");
    at_most("FOOTER", &text, &limits::TEMPLATE_FOOTER)?;
    if text.is_empty() || text.contains("{{") || text.contains('\n') {
        return Err(Refusal::new(2_388_073, "The footer needs text in one line without variables."));
    }
    Ok(text)
}

fn buttons(given: &Value) -> Result<Vec<ButtonDefinition>, Refusal> {
    let given = given.as_array().filter(|buttons| !buttons.is_empty());
    let given = given.ok_or_else(|| Refusal::parameter("The BUTTONS component needs buttons."))?;
    let mut buttons = Vec::with_capacity(given.len());
    for button in given {
        let mut button = button.clone();
        button["type"] = kind(&button).into();
        if button["type"] == "COPY_CODE" {
            at_most("A button's example", &string(&button, "example"), &limits::COUPON_CODE)?;
        }
        let apps = button["supported_apps"].as_array().map_or(0, Vec::len);
        super::graph::fields::at_most(&limits::OTP_APPS, apps)?;
        let button: ButtonDefinition = serde_json::from_value(button).map_err(|_| {
            Refusal::parameter("Param components has a button of unknown type or without its parts.")
        })?;
        if let Some(text) = button.text() {
            at_most("A button's text", text, &limits::TEMPLATE_BUTTON_TEXT)?;
        }
        if let ButtonDefinition::Url { url, .. } = &button {
            at_most("A button's url", url, &limits::TEMPLATE_BUTTON_URL)?;
            if url.contains("{{") && !url.ends_with("}}") {
                return Err(Refusal::parameter("A button's url can have a variable at its end only."));
            }
        }
        if let ButtonDefinition::PhoneNumber { phone_number, .. } = &button {
            at_most("A button's phone number", phone_number, &limits::TEMPLATE_BUTTON_PHONE)?;
        }
        buttons.push(button);
    }
    counted(&buttons)?;
    Ok(buttons)
}

fn counted(buttons: &[ButtonDefinition]) -> Result<(), Refusal> {
    let count =
        |wanted: fn(&ButtonDefinition) -> bool| buttons.iter().filter(|button| wanted(button)).count();
    let is_reply = |button: &ButtonDefinition| matches!(button, ButtonDefinition::QuickReply { .. });
    let too_many = [
        (&limits::TEMPLATE_BUTTONS, buttons.len()),
        (&limits::TEMPLATE_URL_BUTTONS, count(|button| matches!(button, ButtonDefinition::Url { .. }))),
        (
            &limits::TEMPLATE_PHONE_BUTTONS,
            count(|button| matches!(button, ButtonDefinition::PhoneNumber { .. })),
        ),
        (&limits::TEMPLATE_CODE_BUTTONS, count(|button| matches!(button, ButtonDefinition::CopyCode))),
    ];
    too_many.into_iter().try_for_each(|(limit, given)| super::graph::fields::at_most(limit, given))?;
    if count(|button| matches!(button, ButtonDefinition::Otp { .. })) > 1 {
        return Err(Refusal::parameter("A template has one OTP button at most."));
    }
    let runs = buttons.chunk_by(|one, next| is_reply(one) == is_reply(next));
    if runs.filter(|run| run.first().is_some_and(is_reply)).count() > 1 {
        return Err(Refusal::parameter("Quick replies must stand together."));
    }
    Ok(())
}

fn cards(given: &Value) -> Result<Vec<TemplateCard>, Refusal> {
    let given = given.as_array().map_or(&[][..], Vec::as_slice);
    super::graph::fields::at_most(&limits::TEMPLATE_CARDS, given.len())?;
    if given.len() < limits::CARDS_LEAST {
        return Err(Refusal::parameter("A carousel has at least 2 cards."));
    }
    let mut cards = Vec::with_capacity(given.len());
    for card in given {
        let (mut head, mut words, mut offered) = (None, String::new(), Vec::new());
        for component in card["components"].as_array().into_iter().flatten() {
            match kind(component).as_str() {
                "HEADER" => head = Some(header(component)?),
                "BODY" => words = body(component, &limits::TEMPLATE_CARD_BODY)?,
                "BUTTONS" => offered = buttons(&component["buttons"])?,
                _ => return Err(Refusal::parameter("A card has a component of unknown type.")),
            }
        }
        let header = head.ok_or_else(|| Refusal::parameter("Every card needs a HEADER."))?;
        cards.push(TemplateCard { header, body: words, buttons: offered });
    }
    let shape = |card: &TemplateCard| {
        let buttons: Vec<_> = card.buttons.iter().map(std::mem::discriminant).collect();
        (std::mem::discriminant(&card.header), card.body.is_empty(), buttons)
    };
    if let Some(first) = cards.first().map(shape)
        && cards.iter().any(|card| shape(card) != first)
    {
        return Err(Refusal::parameter("All cards must have the same components."));
    }
    Ok(cards)
}

impl ButtonDefinition {
    /// What is shown on it, where that is the author's to say.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::QuickReply { text }
            | Self::Url { text, .. }
            | Self::PhoneNumber { text, .. }
            | Self::Flow { text, .. }
            | Self::Catalog { text }
            | Self::Mpm { text }
            | Self::Spm { text }
            | Self::VoiceCall { text }
            | Self::OrderDetails { text } => Some(text),
            Self::Otp { text, .. } => text.as_deref(),
            Self::CopyCode | Self::RequestContactInfo => None,
        }
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
        assert!(defined.is_same(&Template { definition: defined.definition.clone(), ..wanted }));
        let bad = Template::define(
            &json!({"name": "Order", "language": "en", "category": "UTILITY", "components": []}),
        );
        assert_eq!(bad.unwrap_err().code, 100);
    }
}
