//! The parts of a template that is to be made: header, body, cards.

use serde_json::{Value, json};

use super::{
    button::Button,
    variables::{Variables, not_at_the_ends, variables},
};
use crate::{
    client::{
        GraphError,
        check::{text, wrong},
        uploads::Handle,
    },
    limits::{Limit, TEMPLATE_CARD_BODY, TEMPLATE_HEADER_TEXT},
};

/// What stands above the body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Header(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Text(Body),
    File(&'static str, String),
    Bare(&'static str),
}

impl Header {
    /// A line: 60 characters, one variable at most, which may stand anywhere and needs an example.
    pub fn text(body: impl Into<Body>) -> Self {
        Self(Kind::Text(body.into()))
    }

    /// A picture, with an example of it.
    pub fn image(example: impl Into<Handle>) -> Self {
        Self::file("IMAGE", example)
    }

    /// A film, with an example of it.
    pub fn video(example: impl Into<Handle>) -> Self {
        Self::file("VIDEO", example)
    }

    /// A file, with an example of it.
    pub fn document(example: impl Into<Handle>) -> Self {
        Self::file("DOCUMENT", example)
    }

    /// A film of 3.5 MB at most that plays by itself, for the Marketing Messages API alone.
    pub fn gif(example: impl Into<Handle>) -> Self {
        Self::file("GIF", example)
    }

    /// A place.
    pub fn location() -> Self {
        Self(Kind::Bare("LOCATION"))
    }

    /// A product.
    pub fn product() -> Self {
        Self(Kind::Bare("PRODUCT"))
    }

    fn file(format: &'static str, example: impl Into<Handle>) -> Self {
        Self(Kind::File(format, example.into().into()))
    }

    pub(super) fn format(&self) -> &'static str {
        match &self.0 {
            Kind::Text(_) => "TEXT",
            Kind::File(format, _) | Kind::Bare(format) => format,
        }
    }

    pub(super) fn is_named(&self) -> Result<Option<bool>, GraphError> {
        match &self.0 {
            Kind::Text(body) => body.is_named("header"),
            Kind::File(..) | Kind::Bare(_) => Ok(None),
        }
    }

    pub(super) fn to_value(&self) -> Result<Value, GraphError> {
        let mut header = json!({ "type": "HEADER", "format": self.format() });
        match &self.0 {
            Kind::Text(body) => {
                text(&TEMPLATE_HEADER_TEXT, &body.text)?;
                header["text"] = body.text.as_str().into();
                if body.check("header")?.len() > 1 {
                    return Err(wrong("a template's header has one variable at most"));
                }
                match body.examples.as_slice() {
                    [] => {}
                    [(None, example)] => header["example"] = json!({ "header_text": [example] }),
                    named => {
                        let named: Vec<Value> = named.iter().map(Body::named_example).collect();
                        header["example"] = json!({ "header_text_named_params": named });
                    }
                }
            }
            Kind::File(_, handle) => header["example"] = json!({ "header_handle": [handle] }),
            Kind::Bare(_) => {}
        }
        Ok(header)
    }
}

/// A text with variables, and an example for each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Body {
    text: String,
    examples: Vec<(Option<String>, String)>,
}

impl Body {
    /// A text, with variables like `{{1}}` or `{{name}}` that stand neither first nor last.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), examples: Vec::new() }
    }

    /// What `{{1}}`, `{{2}}`… may stand for, in this order.
    pub fn examples<T: Into<String>>(mut self, examples: impl IntoIterator<Item = T>) -> Self {
        self.examples.extend(examples.into_iter().map(|example| (None, example.into())));
        self
    }

    /// What a variable with a name may stand for.
    pub fn named(mut self, name: impl Into<String>, example: impl Into<String>) -> Self {
        self.examples.push((Some(name.into()), example.into()));
        self
    }

    /// Whether its variables have names; `None` if it has none.
    pub(super) fn is_named(&self, field: &str) -> Result<Option<bool>, GraphError> {
        Ok(match variables(field, &self.text)? {
            Variables::None => None,
            Variables::Numbered(_) => Some(false),
            Variables::Named(_) => Some(true),
        })
    }

    /// Each variable has its example.
    fn check(&self, field: &str) -> Result<Variables, GraphError> {
        let found = variables(field, &self.text)?;
        let fits = match &found {
            Variables::None => self.examples.is_empty(),
            Variables::Numbered(count) => {
                self.examples.len() == *count && self.examples.iter().all(|(name, _)| name.is_none())
            }
            Variables::Named(names) => {
                let has = |name: &String| self.examples.iter().any(|(of, _)| of.as_ref() == Some(name));
                self.examples.len() == names.len() && names.iter().all(has)
            }
        };
        let (wanted, given) = (found.len(), self.examples.len());
        if fits {
            return Ok(found);
        }
        Err(wrong(format!(
            "`{field}` has {wanted} variables and {given} examples; each needs one, by its number or its name"
        )))
    }

    fn named_example((name, example): &(Option<String>, String)) -> Value {
        json!({ "param_name": name, "example": example })
    }

    pub(super) fn to_value(&self, limit: &Limit) -> Result<Value, GraphError> {
        text(limit, &self.text)?;
        not_at_the_ends("body", &self.text)?;
        let mut body = json!({ "type": "BODY", "text": self.text });
        match self.check("body")? {
            Variables::None => {}
            Variables::Numbered(_) => {
                let examples: Vec<&str> = self.examples.iter().map(|(_, example)| example.as_str()).collect();
                body["example"] = json!({ "body_text": [examples] });
            }
            Variables::Named(_) => {
                let examples: Vec<Value> = self.examples.iter().map(Self::named_example).collect();
                body["example"] = json!({ "body_text_named_params": examples });
            }
        }
        Ok(body)
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// A card of a carousel. All cards of one have the same kinds of headers and buttons.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Card {
    pub(super) header: Header,
    body: Option<Body>,
    pub(super) buttons: Vec<Button>,
}

impl Card {
    /// A card with a picture, a film or a product.
    pub fn new(header: Header) -> Self {
        Self { header, body: None, buttons: Vec::new() }
    }

    /// Its text: 160 characters.
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// One more button: one or two.
    pub fn button(mut self, button: Button) -> Self {
        self.buttons.push(button);
        self
    }

    pub(super) fn to_value(&self) -> Result<Value, GraphError> {
        if !matches!(self.header.format(), "IMAGE" | "VIDEO" | "PRODUCT") {
            return Err(wrong("a card's header is a picture, a film or a product"));
        }
        if self.buttons.is_empty() || self.buttons.len() > 2 {
            return Err(wrong("a card has one or two buttons"));
        }
        let mut components = vec![self.header.to_value()?];
        if let Some(body) = &self.body {
            components.push(body.to_value(&TEMPLATE_CARD_BODY)?);
        }
        let buttons = self.buttons.iter().map(Button::to_value).collect::<Result<Vec<_>, _>>()?;
        components.push(json!({ "type": "BUTTONS", "buttons": buttons }));
        Ok(json!({ "components": components }))
    }
}
