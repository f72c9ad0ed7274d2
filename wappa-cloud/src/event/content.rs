//! What a message contains, by Meta's message types.

use serde::{Deserialize, Serialize};

use super::{
    commerce::{Order, Product},
    read::{lax, lax_name, lax_string, lax_vec},
    reply::{AddressReply, CallPermissionReply, Edit, FlowReply, Revoke},
};
use crate::{
    id::{MediaId, MessageId},
    media::MediaKind,
};

/// What a message contains.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// Words.
    Text(String),
    /// A picture.
    Image(Media),
    /// A film.
    Video(Media),
    /// A recording or a voice message.
    Audio(Media),
    /// A file.
    Document(Media),
    /// A sticker.
    Sticker(Media),
    /// A place.
    Location(Location),
    /// Contact cards.
    Contacts(Vec<Contact>),
    /// A tap on a reply button.
    ButtonReply(ButtonReply),
    /// A choice from a list.
    ListReply(ListReply),
    /// A tap on a template's quick reply button.
    QuickReply(QuickReply),
    /// An emoji on a message, or its removal.
    Reaction(ReceivedReaction),
    /// A completed flow.
    FlowReply(FlowReply),
    /// An address that was filled in.
    Address(AddressReply),
    /// The answer to a request for permission to call.
    CallPermission(CallPermissionReply),
    /// A cart.
    Order(Order),
    /// A product of a catalog.
    Product(Product),
    /// The person opened the chat for the first time and waits to be greeted.
    RequestWelcome,
    /// A message of the person's, changed.
    Edit(Box<Edit>),
    /// A message of the person's, taken back.
    Revoke(Revoke),
    /// A file in the history of a chat, which comes by itself later.
    MediaPlaceholder,
    /// Something WhatsApp itself does not pass on.
    Unsupported(Unsupported),
    /// Of a type this version does not know, or not of the shape its type should have.
    Unknown {
        /// Meta's name of the type; of an interactive one with what kind it is, like `interactive/hologram`.
        kind: String,
    },
}

/// A received file: its id is good for 7 days (Meta: *Media*).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Media {
    /// What it is.
    pub kind: MediaKind,
    /// The id to download or send it by; empty where Meta left it out.
    pub id: MediaId,
    /// Its MIME type.
    pub mime_type: Option<String>,
    /// The SHA-256 of its bytes, in base64.
    pub sha256: Option<String>,
    /// A URL that needs the token and is good for 5 minutes.
    pub url: Option<String>,
    /// What the person wrote with it.
    pub caption: Option<String>,
    /// The name of a document.
    pub filename: Option<String>,
    /// How it is meant to be played.
    pub playback: Playback,
}

/// How media is meant to be played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Playback {
    /// As any file of its kind.
    #[default]
    Plain,
    /// A voice message.
    Voice,
    /// An animated sticker.
    Animated,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Location {
    /// Degrees north; not a number ([`f64::NAN`]) in a message that does not say it in digits.
    pub latitude: f64,
    /// Degrees east; as for `latitude`.
    pub longitude: f64,
    /// What it is called.
    pub name: Option<String>,
    /// Where it is in words.
    pub address: Option<String>,
    /// A link about it.
    pub url: Option<String>,
}

/// A tap on a reply button.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ButtonReply {
    /// The id the button was given.
    pub id: String,
    /// What stood on it.
    pub title: String,
}

/// A choice from a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListReply {
    /// The id the row was given.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: Option<String>,
}

/// A tap on a template's quick reply button.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuickReply {
    /// The payload the button was sent with.
    pub payload: Option<String>,
    /// What stood on it.
    pub text: String,
}

/// What a person tapped, whichever kind of button it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tapped<'a> {
    /// What it means to the bot.
    pub id: &'a str,
    /// What the person read.
    pub title: &'a str,
}

/// An emoji on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedReaction {
    /// The message it is on; empty where Meta left it out.
    pub message_id: MessageId,
    /// The emoji; `None` if it was taken away.
    pub emoji: Option<String>,
}

/// Something WhatsApp does not pass on; the message's `errors` say why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsupported {
    /// What the person sent, like `poll_creation`; of a type that comes with nothing but errors, its name.
    pub kind: Option<String>,
}

/// A contact card. The same shape is received and sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Contact {
    /// The name; Meta wants `formatted_name` and one more part.
    #[serde(default, deserialize_with = "lax_name")]
    pub name: ContactName,
    /// Phone numbers.
    #[serde(default, deserialize_with = "lax_vec", skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<ContactPhone>,
    /// E-mail addresses.
    #[serde(default, deserialize_with = "lax_vec", skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<ContactEmail>,
    /// Postal addresses.
    #[serde(default, deserialize_with = "lax_vec", skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<ContactAddress>,
    /// Where the person works.
    #[serde(default, deserialize_with = "lax", skip_serializing_if = "Option::is_none")]
    pub org: Option<ContactOrg>,
    /// Web pages.
    #[serde(default, deserialize_with = "lax_vec", skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<ContactUrl>,
    /// `YYYY-MM-DD`
    #[serde(default, deserialize_with = "lax_string", skip_serializing_if = "Option::is_none")]
    pub birthday: Option<String>,
    /// The card as a vCard.
    #[serde(default, deserialize_with = "lax_string", skip_serializing_if = "Option::is_none")]
    pub vcard: Option<String>,
}

macro_rules! card_parts {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident $(as $key:literal)?,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub struct $name {$(
            $(#[$field_doc])*
            #[serde(default, deserialize_with = "lax_string", skip_serializing_if = "Option::is_none" $(, rename = $key)?)]
            pub $field: Option<String>,
        )*}
    )*};
}

card_parts! {
    /// The name on a contact card.
    ContactName {
        /// The whole name, as it is shown.
        formatted_name,
        /// First name.
        first_name,
        /// Last name.
        last_name,
        /// Middle name.
        middle_name,
        /// What stands before.
        prefix,
        /// What stands behind.
        suffix,
    }
    /// A phone number on a contact card.
    ContactPhone {
        /// As it is written.
        phone,
        /// The WhatsApp id, if the number is on WhatsApp.
        wa_id,
        /// Like `WORK`.
        kind as "type",
    }
    /// An e-mail address on a contact card.
    ContactEmail {
        /// The address.
        email,
        /// Like `WORK`.
        kind as "type",
    }
    /// A postal address on a contact card.
    ContactAddress {
        /// Street and number.
        street,
        /// City.
        city,
        /// State.
        state,
        /// Postal code.
        zip,
        /// Country.
        country,
        /// Two letters.
        country_code,
        /// Like `HOME`.
        kind as "type",
    }
    /// Where a person works.
    ContactOrg {
        /// The company.
        company,
        /// The department.
        department,
        /// The title.
        title,
    }
    /// A web page on a contact card.
    ContactUrl {
        /// The address.
        url,
        /// Like `WORK`.
        kind as "type",
    }
}
