//! Message templates as they are. Reading a definition is in `define`, filling in the parameters of a send in `render`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::standing::Quality;

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
    /// Its cards, if it is a carousel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<TemplateCard>,
    /// What else it has: an offer that ends, a question for permission to call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<TemplateExtra>,
    /// How far its review is.
    #[serde(default)]
    pub status: TemplateStatus,
    /// Why it was rejected, in Meta's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What people think of it.
    #[serde(default)]
    pub quality: Quality,
    /// Its id, 15 digits; given by the world.
    #[serde(default)]
    pub id: String,
    /// Its components as they were defined over Graph.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub definition: Value,
}

/// How far the review of a template is (Meta's page "Templates: status").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum TemplateStatus {
    /// It can be sent.
    #[default]
    Approved,
    /// Nobody has looked at it yet.
    Pending,
    /// It was refused.
    Rejected,
    /// It rests for a while, because people didn't like it.
    Paused,
    /// It was paused too often.
    Disabled,
    /// It was put away.
    Archived,
}

impl TemplateStatus {
    /// Meta's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "APPROVED",
            Self::Pending => "PENDING",
            Self::Rejected => "REJECTED",
            Self::Paused => "PAUSED",
            Self::Disabled => "DISABLED",
            Self::Archived => "ARCHIVED",
        }
    }
}

/// A card of a carousel template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateCard {
    /// Its picture, film or product.
    pub header: TemplateHeader,
    /// The words.
    #[serde(default)]
    pub body: String,
    /// Its buttons.
    #[serde(default)]
    pub buttons: Vec<ButtonDefinition>,
}

/// What a template has beside header, body, footer, buttons and cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TemplateExtra {
    /// An offer that ends.
    LimitedTimeOffer {
        /// What it is called.
        text: String,
    },
    /// A question for permission to call.
    CallPermissionRequest,
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
    /// A product, given when sent.
    Product,
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
    /// Hands over a one-time password, which is also the body's parameter.
    Otp {
        /// `copy_code`, `one_tap` or `zero_tap`.
        #[serde(default)]
        otp_type: String,
        /// What is shown.
        #[serde(default)]
        text: Option<String>,
    },
    /// Opens a Flow.
    Flow {
        /// What is shown.
        text: String,
        /// Which.
        #[serde(default)]
        flow_id: Option<String>,
    },
    /// Opens the catalog.
    Catalog {
        /// What is shown.
        text: String,
    },
    /// Shows several products.
    Mpm {
        /// What is shown.
        text: String,
    },
    /// Shows one product.
    Spm {
        /// What is shown.
        text: String,
    },
    /// Calls the business on WhatsApp.
    VoiceCall {
        /// What is shown.
        text: String,
    },
    /// Reviews an order and pays.
    OrderDetails {
        /// What is shown.
        text: String,
    },
    /// Shares the contact card.
    RequestContactInfo,
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
            cards: Vec::new(),
            more: Vec::new(),
            status: TemplateStatus::Approved,
            reason: None,
            quality: Quality::Green,
            id: String::new(),
            definition: Value::Null,
        }
    }

    /// Sets the category, e.g. `MARKETING`.
    pub fn category(mut self, category: impl Into<String>) -> Self {
        self.category = category.into();
        self
    }

    /// Sets how far its review is.
    pub fn status(mut self, status: TemplateStatus) -> Self {
        self.status = status;
        self
    }

    /// Its id as webhooks write it.
    pub(crate) fn number(&self) -> Value {
        self.id.parse::<u64>().map_or(Value::Null, Value::from)
    }

    /// Whether both define the same, whatever became of them.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let bare = |template: &Self| Self {
            status: TemplateStatus::Approved,
            reason: None,
            quality: Quality::Green,
            id: String::new(),
            ..template.clone()
        };
        bare(self) == bare(other)
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
}
