//! What a message can say, in the form the phone page draws. Meta's JSON for the same is in `graph::send` and `webhook`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wappa_cloud::{MediaId, MediaKind};

use super::action::{Action, CallPermission, FormReply, Interactive, Order};

/// The content of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "content", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Content {
    /// Plain text.
    Text(Text),
    /// A picture.
    Image(Attachment),
    /// A film.
    Video(Attachment),
    /// Sound, perhaps a voice message.
    Audio(Attachment),
    /// A file.
    Document(Attachment),
    /// A sticker.
    Sticker(Attachment),
    /// A place.
    Location(Location),
    /// Contact cards, as they were sent.
    Contacts(Vec<Value>),
    /// Up to three reply buttons.
    Buttons(Buttons),
    /// A list to choose from.
    List(List),
    /// A button that opens a web page.
    CtaUrl(CtaUrl),
    /// Anything else a business can ask for.
    Interactive(Interactive),
    /// A template with its parameters filled in.
    Template(Rendered),
    /// A person's tap on a button or a row.
    Reply(Reply),
    /// A person's order.
    Order(Order),
    /// A form a person filled in.
    Form(FormReply),
    /// A person's answer to whether the business may call.
    CallPermission {
        /// The answer.
        response: CallPermission,
    },
    /// The person opened the chat for the first time.
    Welcome {},
    /// Something this world can't draw.
    Unsupported(Unsupported),
}

impl Content {
    pub(crate) fn attachment(kind: MediaKind, attachment: Attachment) -> Self {
        match kind {
            MediaKind::Image => Self::Image(attachment),
            MediaKind::Video => Self::Video(attachment),
            MediaKind::Audio => Self::Audio(attachment),
            MediaKind::Document => Self::Document(attachment),
            MediaKind::Sticker => Self::Sticker(attachment),
        }
    }

    /// The words a person would read first: body, caption, title or name.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(&text.body),
            Self::Image(media) | Self::Video(media) | Self::Document(media) => media.caption.as_deref(),
            Self::Location(location) => location.name.as_deref(),
            Self::Buttons(buttons) => Some(&buttons.body),
            Self::List(list) => Some(&list.body),
            Self::CtaUrl(cta) => Some(&cta.body),
            Self::Interactive(asked) => asked.body.as_deref(),
            Self::Order(order) => order.text.as_deref(),
            Self::Template(template) => Some(&template.body),
            Self::Reply(reply) => Some(&reply.title),
            Self::Audio(_)
            | Self::Sticker(_)
            | Self::Contacts(_)
            | Self::Form(_)
            | Self::CallPermission { .. }
            | Self::Welcome {}
            | Self::Unsupported(_) => None,
        }
    }

    /// Meta's word for the kind, for summaries.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Video(_) => "video",
            Self::Audio(_) => "audio",
            Self::Document(_) => "document",
            Self::Sticker(_) => "sticker",
            Self::Location(_) => "location",
            Self::Contacts(_) => "contacts",
            Self::Buttons(_) => "buttons",
            Self::List(_) => "list",
            Self::CtaUrl(_) => "cta_url",
            Self::Interactive(asked) => asked.action.kind(),
            Self::Order(_) => "order",
            Self::Form(_) => "nfm_reply",
            Self::CallPermission { .. } => "call_permission_reply",
            Self::Welcome {} => "request_welcome",
            Self::Template(_) => "template",
            Self::Reply(_) => "reply",
            Self::Unsupported(_) => "unsupported",
        }
    }

    /// Whether this is a media file.
    pub(crate) fn is_file(&self) -> bool {
        matches!(
            self,
            Self::Image(_) | Self::Video(_) | Self::Audio(_) | Self::Document(_) | Self::Sticker(_)
        )
    }

    /// Whether an old app can't show it.
    pub(crate) fn is_interactive(&self) -> bool {
        matches!(self, Self::Buttons(_) | Self::List(_) | Self::CtaUrl(_) | Self::Interactive(_))
    }

    /// What can be tapped on this message: id and title of every button and row.
    pub fn options(&self) -> Vec<Reply> {
        match self {
            Self::Buttons(buttons) => buttons
                .buttons
                .iter()
                .map(|button| Reply { id: button.id.clone(), title: button.title.clone(), description: None })
                .collect(),
            Self::List(list) => list
                .sections
                .iter()
                .flat_map(|section| &section.rows)
                .map(|row| Reply {
                    id: row.id.clone(),
                    title: row.title.clone(),
                    description: row.description.clone(),
                })
                .collect(),
            Self::Interactive(Interactive { action: Action::Carousel { cards }, .. }) => cards
                .iter()
                .flat_map(|card| &card.buttons)
                .map(|button| Reply { id: button.id.clone(), title: button.title.clone(), description: None })
                .collect(),
            Self::Template(template) => template
                .buttons
                .iter()
                .chain(template.cards.iter().flat_map(|card| &card.buttons))
                .filter_map(|button| match button {
                    TemplateButton::QuickReply { text, payload } => {
                        Some(Reply { id: payload.clone(), title: text.clone(), description: None })
                    }
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// Text and whether the first link is previewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The words.
    pub body: String,
    /// Whether the first link gets a preview.
    #[serde(default)]
    pub preview_url: bool,
}

/// A media file with what is said about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The file in this world's media store.
    pub media: Option<MediaId>,
    /// A file elsewhere.
    pub link: Option<String>,
    /// MIME type; for a link guessed from its ending.
    pub mime: String,
    /// Words below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// A document's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// `Some(true)` for a voice message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<bool>,
}

/// A place on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Degrees, −90 to 90.
    pub latitude: f64,
    /// Degrees, −180 to 180.
    pub longitude: f64,
    /// What the place is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// What stands above an interactive or template message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Header {
    /// A line of text.
    Text {
        /// The words.
        text: String,
    },
    /// A picture.
    Image(HeaderFile),
    /// A film.
    Video(HeaderFile),
    /// A file.
    Document(HeaderFile),
    /// A place.
    Location(Location),
}

/// The file of a header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderFile {
    /// The file in this world's media store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<MediaId>,
    /// A file elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// A document's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

/// Reply buttons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Buttons {
    /// Above the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The words.
    pub body: String,
    /// Small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// One to three.
    pub buttons: Vec<Button>,
}

/// One reply button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What comes back.
    pub id: String,
    /// What is shown.
    pub title: String,
}

/// A list message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// Above the body; text only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The words.
    pub body: String,
    /// Small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// What the button that opens the list says.
    pub button: String,
    /// The rows, in sections.
    pub sections: Vec<Section>,
}

/// A group of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its heading; needed where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What comes back.
    pub id: String,
    /// What is shown.
    pub title: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A message with a button that opens a web page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CtaUrl {
    /// Above the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The words.
    pub body: String,
    /// Small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// What the button says.
    pub display_text: String,
    /// Where it leads.
    pub url: String,
}

/// A template as the person sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rendered {
    /// Its name.
    pub name: String,
    /// Its language code.
    pub language: String,
    /// Its category in lower case, for pricing.
    pub category: String,
    /// Above the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The words, parameters filled in.
    pub body: String,
    /// Small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// Its buttons.
    pub buttons: Vec<TemplateButton>,
    /// Its cards, if it is a carousel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<RenderedCard>,
    /// The offer it makes for a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
}

/// A card of a carousel template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RenderedCard {
    /// Its picture or film.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The words.
    pub body: String,
    /// Its buttons.
    pub buttons: Vec<TemplateButton>,
}

/// An offer that ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What it is called.
    pub text: String,
    /// When it ends, in milliseconds since the epoch.
    pub ends_at: i64,
}

/// A button of a rendered template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TemplateButton {
    /// Answers with its payload.
    QuickReply {
        /// What is shown.
        text: String,
        /// What comes back.
        payload: String,
    },
    /// Opens a page.
    Url {
        /// What is shown.
        text: String,
        /// Where it leads.
        url: String,
    },
    /// Opens a Flow.
    Flow {
        /// What is shown.
        text: String,
        /// Which.
        flow: String,
        /// Comes back with the answer.
        token: String,
    },
    /// Anything else: a catalog, products, a call, an order.
    Other {
        /// What is shown.
        text: String,
        /// What was sent for it.
        #[serde(default)]
        parameters: Value,
    },
    /// Copies a code.
    CopyCode {
        /// What is shown.
        text: String,
        /// The code.
        payload: String,
    },
}

/// A tap, as a bubble.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The id of what was tapped.
    pub id: String,
    /// Its title.
    pub title: String,
    /// A row's description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The name of a type that can't be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsupported {
    /// Meta's word for it.
    #[serde(rename = "type")]
    pub kind: String,
}
