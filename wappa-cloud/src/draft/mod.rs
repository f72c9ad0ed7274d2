//! Drafts: messages that can be sent. A builder collects, [`IntoDraft::into_draft`] checks Meta's limits, and a
//! [`Draft`] becomes the JSON of `POST /{phone-number-id}/messages`. One file per kind of message; what all interactive
//! messages share is in `interactive/mod.rs`, what all templates share in `template/mod.rs`.

mod contacts;
mod error;
mod interactive;
mod literal;
mod location;
mod media;
mod pin;
mod reaction;
mod read;
mod stored;
mod template;
mod text;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) use self::read::mark_read_json;
pub use self::{
    contacts::{ContactCard, Contacts},
    error::{DraftError, DraftErrorKind},
    interactive::{
        AddressFields, AddressMessage, Beneficiary, Button, Buttons, CallPermissionRequest, Card, Carousel,
        CatalogMessage, Charge, Choice, ChoiceOption, ContactInfoRequest, CtaUrl, FlowMessage, FlowMode,
        Gateway, Goods, Header, List, LocationRequest, Money, OrderDetails, OrderLine, OrderState,
        OrderStatus, PaymentSetting, PixKey, ProductList, ProductMessage, ProductSection, Row, VoiceCall,
    },
    media::{Audio, Document, Image, Sticker, Upload, Video},
    pin::Pin,
    reaction::Reaction,
    read::Typing,
    template::{
        ActivitySharing, AuthenticationTemplate, DateParts, MarketingMessage, Parameter, ProductPolicy,
        Template, TemplateButton, TemplateCard,
    },
    text::{Fit, Text},
};
use crate::{
    id::{MediaId, MessageId},
    limits::{self, Limit},
    recipient::{Address, AllowsUserId, Recipient},
};

/// Becomes a draft, if it keeps Meta's limits.
pub trait IntoDraft {
    /// Checks every limit.
    ///
    /// # Errors
    /// Names the field, the limit, and what is there instead.
    fn into_draft(self) -> Result<Draft, DraftError>;
}

/// A message that keeps Meta's limits.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    kind: DraftKind,
    /// JSON, written once.
    body: String,
    upload: Option<Upload>,
    reply_to: Option<MessageId>,
    allows: AllowsUserId,
    endpoint: Endpoint,
    /// What else stands beside the body, as JSON.
    beside: Vec<(&'static str, String)>,
}

/// Where a draft is sent to, below the phone number's id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// All messages.
    #[default]
    Messages,
    /// Marketing templates that Meta optimises (Meta: *Marketing Messages API*).
    MarketingMessages,
}

impl Endpoint {
    /// The last part of the path.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::MarketingMessages => "marketing_messages",
        }
    }
}

/// The kinds of drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DraftKind {
    /// Words.
    Text,
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A recording.
    Audio,
    /// A file.
    Document,
    /// A sticker.
    Sticker,
    /// A place.
    Location,
    /// Contact cards.
    Contacts,
    /// An emoji on a message.
    Reaction,
    /// Something with buttons, a list, a form or products.
    Interactive,
    /// A pin on a message of a group.
    Pin,
    /// A template.
    Template,
}

impl DraftKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Text,
        Self::Image,
        Self::Video,
        Self::Audio,
        Self::Document,
        Self::Sticker,
        Self::Location,
        Self::Contacts,
        Self::Reaction,
        Self::Interactive,
        Self::Pin,
        Self::Template,
    ];

    /// The kind with this name of Meta's.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Meta's name of the type, which is also the key of its body.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Sticker => "sticker",
            Self::Location => "location",
            Self::Contacts => "contacts",
            Self::Reaction => "reaction",
            Self::Interactive => "interactive",
            Self::Pin => "pin",
            Self::Template => "template",
        }
    }
}

const IDENTITY: &str = "recipient_identity_key_hash";

/// The JSON of a send.
#[derive(Serialize)]
struct Envelope<'a> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<ReplyTo<'a>>,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<&'a str>,
}

#[derive(Serialize)]
struct ReplyTo<'a> {
    message_id: &'a str,
}

impl Draft {
    /// A draft with what stands under the key of its kind.
    pub(crate) fn new(kind: DraftKind, body: &impl Serialize) -> Result<Self, DraftError> {
        let body = serde_json::to_string(body);
        let body = body.map_err(|_| DraftError::wrong(kind.as_str(), "it cannot be written as JSON"))?;
        Ok(Self {
            kind,
            body,
            upload: None,
            reply_to: None,
            allows: AllowsUserId::Yes,
            endpoint: Endpoint::Messages,
            beside: Vec::new(),
        })
    }

    /// What it is.
    pub fn kind(&self) -> DraftKind {
        self.kind
    }

    /// Whether it may be sent to a business-scoped user id: everything may but authentication templates (131062).
    pub fn allows_user_id(&self) -> AllowsUserId {
        self.allows
    }

    /// Where it is sent to.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// Whether it can only be sent inside the customer service window. Templates can always be sent.
    pub fn needs_window(&self) -> bool {
        self.kind != DraftKind::Template
    }

    /// The template's name, if it is one.
    pub fn template_name(&self) -> Option<String> {
        #[derive(serde::Deserialize)]
        struct Named {
            name: String,
        }
        let named =
            (self.kind == DraftKind::Template).then(|| serde_json::from_str::<Named>(&self.body).ok());
        named.flatten().map(|template| template.name)
    }

    /// The file that must be uploaded before this can be sent; [`with_media`](Self::with_media) then names it.
    pub fn upload(&self) -> Option<&Upload> {
        self.upload.as_ref()
    }

    /// The same, naming its file by the id that the upload gave.
    pub fn with_media(mut self, id: &MediaId) -> Self {
        self.upload = None;
        // What we wrote ourselves is an object.
        if let Ok(Value::Object(mut body)) = serde_json::from_str(&self.body) {
            body.insert("id".to_owned(), id.as_str().into());
            self.body = Value::Object(body).to_string();
        }
        self
    }

    /// The same, quoting this message. Reactions and pins quote nothing: they name their message themselves.
    pub fn reply_to(mut self, message: MessageId) -> Self {
        if !matches!(self.kind, DraftKind::Reaction | DraftKind::Pin) {
            self.reply_to = Some(message);
        }
        self
    }

    /// The same, only for the device whose identity Meta described by this hash; if the person has another by now, Meta
    /// refuses it (137000). The number must have the identity check turned on (Meta: *Identity change check*).
    pub fn only_for_identity(mut self, hash: &str) -> Self {
        self.beside.retain(|(key, _)| *key != IDENTITY);
        self.beside.push((IDENTITY, Value::from(hash).to_string()));
        self
    }

    /// A number for what it says: the same in every process, another one for anything else it might say.
    pub fn fingerprint(&self) -> u64 {
        let mut print = Fnv::default();
        print.add(self.kind.as_str().as_bytes());
        print.add(self.body.as_bytes());
        if let Some(upload) = &self.upload {
            upload.print(&mut print);
        }
        print.add(self.reply_to.as_ref().map_or("", MessageId::as_str).as_bytes());
        // Nothing is added where nothing is special: fingerprints of older versions stay what they were.
        for (key, value) in &self.beside {
            print.add(key.as_bytes());
            print.add(value.as_bytes());
        }
        if self.endpoint != Endpoint::Messages {
            print.add(self.endpoint.as_str().as_bytes());
        }
        print.0
    }

    /// The body of `POST /{phone-number-id}/messages`. `opaque` comes back in the message's statuses; at most 512
    /// characters.
    ///
    /// # Errors
    /// There is no address this kind may go to, `opaque` is too long, or a file has not been uploaded yet.
    pub fn to_json(&self, to: &Recipient, opaque: Option<&str>) -> Result<Bytes, DraftError> {
        if let Some(opaque) = opaque {
            within(&limits::OPAQUE_DATA, opaque)?;
        }
        if self.upload.is_some() {
            return Err(DraftError::wrong(
                self.kind.as_str(),
                "a file must be uploaded before it can be sent",
            ));
        }
        let address = to.address(self.allows_user_id())?;
        if self.kind == DraftKind::Pin && !matches!(address, Address::Group(_)) {
            return Err(DraftError::wrong("pin", "only a message of a group can be pinned"));
        }
        let (recipient_type, to, recipient) = match &address {
            Address::User(id) => ("individual", None, Some(id.as_str())),
            Address::Number(number) => ("individual", Some(number.as_str()), None),
            Address::Group(id) => ("group", Some(id.as_str()), None),
        };
        let envelope = Envelope {
            messaging_product: "whatsapp",
            recipient_type,
            to,
            recipient,
            context: self.reply_to.as_ref().map(|id| ReplyTo { message_id: id.as_str() }),
            kind: self.kind.as_str(),
            biz_opaque_callback_data: opaque,
        };
        let mut json = Vec::with_capacity(self.body.len() + 256);
        serde_json::to_writer(&mut json, &envelope)
            .map_err(|_| DraftError::wrong(self.kind.as_str(), "it cannot be written as JSON"))?;
        // The body is JSON already; it goes in as the envelope's last member.
        json.pop();
        for (key, value) in &self.beside {
            json.extend_from_slice(b",\"");
            json.extend_from_slice(key.as_bytes());
            json.extend_from_slice(b"\":");
            json.extend_from_slice(value.as_bytes());
        }
        json.extend_from_slice(b",\"");
        json.extend_from_slice(self.kind.as_str().as_bytes());
        json.extend_from_slice(b"\":");
        json.extend_from_slice(self.body.as_bytes());
        json.push(b'}');
        Ok(json.into())
    }
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// FNV-1a over length-prefixed parts: stable across processes and versions.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, part: &[u8]) {
        let length = (part.len() as u64).to_le_bytes();
        for byte in length.iter().chain(part) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

impl IntoDraft for Draft {
    fn into_draft(self) -> Result<Draft, DraftError> {
        Ok(self)
    }
}

impl IntoDraft for &str {
    fn into_draft(self) -> Result<Draft, DraftError> {
        Text::new(self).into_draft()
    }
}

impl IntoDraft for String {
    fn into_draft(self) -> Result<Draft, DraftError> {
        Text::new(self).into_draft()
    }
}

/// A text that must be there and within its limit.
fn required(limit: &Limit, text: &str) -> Result<(), DraftError> {
    if text.trim().is_empty() {
        return Err(DraftError::empty(limit.name));
    }
    within(limit, text)
}

fn within(limit: &Limit, text: &str) -> Result<(), DraftError> {
    if limit.allows(text) { Ok(()) } else { Err(DraftError::too_long(limit, text)) }
}

fn count(limit: &Limit, there: usize) -> Result<(), DraftError> {
    if there <= limit.max { Ok(()) } else { Err(DraftError::too_many(limit, there)) }
}

fn web_address(field: &'static str, url: &str) -> Result<(), DraftError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !url.contains(char::is_whitespace) => Ok(()),
        _ => Err(DraftError::wrong(field, "it must be an address that begins with https:// or http://")),
    }
}

/// A JSON object of the entries that are there.
fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let there = entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(there.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests;
