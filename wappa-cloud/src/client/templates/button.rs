//! The buttons of a template that is to be made.

use serde_json::{Value, json};

use super::variables::{Variables, variables};
use crate::{
    client::{
        GraphError,
        check::{text, wrong},
    },
    id::FlowId,
    limits::{COUPON_CODE, TEMPLATE_BUTTON_PHONE, TEMPLATE_BUTTON_TEXT, TEMPLATE_BUTTON_URL},
};

/// A button. A template has ten at most; quick replies stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Button {
    kind: &'static str,
    text: Option<String>,
    action: Action,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    None,
    Url(String, Option<String>),
    Phone(String),
    Code(String),
    Flow { flow: FlowRef, screen: Option<String> },
}

/// A Flow, by what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowRef {
    /// By id.
    Id(FlowId),
    /// By name.
    Name(String),
    /// By its JSON, of which a Flow is made.
    Json(String),
}

impl Button {
    fn new(kind: &'static str, text: Option<String>, action: Action) -> Self {
        Self { kind, text, action }
    }

    /// Sends a payload to the webhook. 25 characters.
    pub fn quick_reply(text: impl Into<String>) -> Self {
        Self::new("QUICK_REPLY", Some(text.into()), Action::None)
    }

    /// Opens an address of 2,000 characters. Two at most.
    pub fn url(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self::new("URL", Some(text.into()), Action::Url(url.into(), None))
    }

    /// Opens an address that ends with `{{1}}`, with an example of what that stands for.
    pub fn url_with(text: impl Into<String>, url: impl Into<String>, example: impl Into<String>) -> Self {
        Self::new("URL", Some(text.into()), Action::Url(url.into(), Some(example.into())))
    }

    /// Calls a number of 20 digits at most. One at most.
    pub fn phone(text: impl Into<String>, number: impl Into<String>) -> Self {
        Self::new("PHONE_NUMBER", Some(text.into()), Action::Phone(number.into()))
    }

    /// Copies a coupon, with an example of one: 15 characters. One at most.
    pub fn copy_code(example: impl Into<String>) -> Self {
        Self::new("COPY_CODE", None, Action::Code(example.into()))
    }

    /// Opens the catalog.
    pub fn catalog(text: impl Into<String>) -> Self {
        Self::new("CATALOG", Some(text.into()), Action::None)
    }

    /// Opens a choice of products, which is made when the template is sent.
    pub fn products(text: impl Into<String>) -> Self {
        Self::new("MPM", Some(text.into()), Action::None)
    }

    /// Opens the product of the header.
    pub fn product(text: impl Into<String>) -> Self {
        Self::new("SPM", Some(text.into()), Action::None)
    }

    /// Opens a Flow at a screen, or, without one, asks its endpoint for the first.
    pub fn flow(text: impl Into<String>, flow: FlowRef, screen: Option<&str>) -> Self {
        let screen = screen.map(str::to_owned);
        Self::new("FLOW", Some(text.into()), Action::Flow { flow, screen })
    }

    /// Calls the business by WhatsApp.
    pub fn voice_call(text: impl Into<String>) -> Self {
        Self::new("VOICE_CALL", Some(text.into()), Action::None)
    }

    /// Pays an order.
    pub fn order_details(text: impl Into<String>) -> Self {
        Self::new("ORDER_DETAILS", Some(text.into()), Action::None)
    }

    /// Asks for the person's phone number. What is written on it is WhatsApp's.
    pub fn request_contact_info() -> Self {
        Self::new("REQUEST_CONTACT_INFO", None, Action::None)
    }

    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }

    pub(super) fn to_value(&self) -> Result<Value, GraphError> {
        let mut button = json!({ "type": self.kind });
        if let Some(label) = &self.text {
            text(&TEMPLATE_BUTTON_TEXT, label)?;
            button["text"] = label.as_str().into();
        }
        match &self.action {
            Action::None => {}
            Action::Url(url, example) => {
                check_url(url, example.as_deref())?;
                button["url"] = url.as_str().into();
                if let Some(example) = example {
                    button["example"] = json!([example]);
                }
            }
            Action::Phone(number) => {
                text(&TEMPLATE_BUTTON_PHONE, number)?;
                button["phone_number"] = number.as_str().into();
            }
            Action::Code(example) => {
                text(&COUPON_CODE, example)?;
                button["example"] = example.as_str().into();
            }
            Action::Flow { flow, screen } => {
                match flow {
                    FlowRef::Id(id) => button["flow_id"] = id.as_str().into(),
                    FlowRef::Name(name) => button["flow_name"] = name.as_str().into(),
                    FlowRef::Json(json) => button["flow_json"] = json.as_str().into(),
                }
                button["flow_action"] = if screen.is_some() { "navigate" } else { "data_exchange" }.into();
                if let Some(screen) = screen {
                    button["navigate_screen"] = screen.as_str().into();
                }
            }
        }
        Ok(button)
    }
}

fn check_url(url: &str, example: Option<&str>) -> Result<(), GraphError> {
    text(&TEMPLATE_BUTTON_URL, url)?;
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(wrong("a button's address begins with https:// or http://"));
    }
    match (variables("button url", url)?, example) {
        (Variables::None, None) => Ok(()),
        (Variables::None, Some(_)) => Err(wrong("a button's address has no variable and an example of one")),
        (Variables::Numbered(1) | Variables::Named(_), Some(_)) if url.trim_end().ends_with("}}") => Ok(()),
        (_, None) => Err(wrong("a button's address has a variable and no example of it")),
        _ => Err(wrong("a button's address has one variable, at its end")),
    }
}
