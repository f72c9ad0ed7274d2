//! Reading what a message contains, for all types but plain text, which `read` has a short way for.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{
    content::{
        ButtonReply, Content, ListReply, Location, Media, Playback, QuickReply, ReceivedReaction, Unsupported,
    },
    lax::{FromJson, Slot, facts, list, members, shaped, word},
    message::Context,
    reply::{Edit, FlowReply},
};
use crate::{
    id::{MediaId, MessageId},
    media::MediaKind,
};

/// The members of an object.
type Members<'a> = [(Cow<'a, str>, &'a RawValue)];

/// Types by Meta's names, in the order in which they are looked for in a message that names none or one nobody knows.
const BODIES: [&str; 18] = [
    "text",
    "image",
    "video",
    "audio",
    "voice",
    "document",
    "sticker",
    "location",
    "contacts",
    "button",
    "interactive",
    "reaction",
    "order",
    "edit",
    "revoke",
    "unsupported",
    "product",
    "system",
];

/// What a message of this type contains.
pub(super) fn content(kind: &str, message: &RawValue) -> Content {
    let members = members(message).unwrap_or_default();
    let known = named(kind, &members);
    if let Some(known) = known {
        return known;
    }
    let unknown = || Content::Unknown { kind: kind.to_owned() };
    if BODIES.contains(&kind) {
        return unknown();
    }
    let inferred = BODIES
        .iter()
        .find(|name| get(&members, name).is_some())
        .and_then(|name| named(name, &members))
        .or_else(|| interactive(message).filter(|reply| !matches!(reply, Content::Unknown { .. })));
    // What has no body but errors is what WhatsApp does not pass on, under whatever name.
    let is_withheld = || !kind.is_empty() && get(&members, "errors").is_some();
    inferred.unwrap_or_else(|| {
        if is_withheld() {
            Content::Unsupported(Unsupported { kind: Some(kind.to_owned()) })
        } else {
            unknown()
        }
    })
}

/// The same, if its body is where its type says, among the members that bodies are.
pub(super) fn told(kind: &str, bodies: &Members<'_>) -> Option<Content> {
    named(kind, bodies).filter(|told| !matches!(told, Content::Unknown { .. }))
}

fn get<'a>(members: &Members<'a>, name: &str) -> Option<&'a RawValue> {
    members.iter().find(|(key, raw)| key == name && raw.get() != "null").map(|(_, raw)| *raw)
}

fn named(kind: &str, members: &Members<'_>) -> Option<Content> {
    let body = get(members, kind);
    let media = |kind| body.and_then(RawMedia::from_json).map(|media| media.typed(kind));
    match kind {
        "text" => text(body?).map(Content::Text),
        "image" => media(MediaKind::Image).map(Content::Image),
        "video" => media(MediaKind::Video).map(Content::Video),
        "audio" | "voice" => {
            let body = body.or_else(|| get(members, "audio")).or_else(|| get(members, "voice"))?;
            let said = RawMedia::from_json(body)?;
            // In the API on one's own machines voice messages were a type of their own.
            let voice = said.voice.or_else(|| get(members, "voice").map(|_| true));
            Some(Content::Audio(RawMedia { voice, ..said }.typed(MediaKind::Audio)))
        }
        "document" => media(MediaKind::Document).map(Content::Document),
        "sticker" => media(MediaKind::Sticker).map(Content::Sticker),
        "location" => Place::from_json(body?).map(|place| Content::Location(place.typed())),
        "contacts" => cards(body?),
        "button" => {
            let tap = Tap::from_json(body?).or_else(|| Some(Tap { text: word(body?), ..Tap::default() }))?;
            Some(tap).filter(Tap::says_something).map(Tap::quick).map(Content::QuickReply)
        }
        "interactive" => interactive(body?),
        "reaction" => {
            let emoji = || Some(Reacted { emoji: Some(word(body?)?), ..Reacted::default() });
            Reacted::from_json(body?).or_else(emoji).map(|reacted| Content::Reaction(reacted.typed()))
        }
        "order" => FromJson::from_json(body?).map(Content::Order),
        "product" => FromJson::from_json(body?).map(Content::Product),
        "unsupported" | "unknown" => {
            let kind = get(members, "unsupported").and_then(inner_type);
            Some(Content::Unsupported(Unsupported { kind }))
        }
        "request_welcome" => Some(Content::RequestWelcome),
        "media_placeholder" => Some(Content::MediaPlaceholder),
        "edit" => edit(body?).map(|edit| Content::Edit(Box::new(edit))),
        "revoke" => FromJson::from_json(body?).map(Content::Revoke),
        _ => None,
    }
}

/// `{"body": "…"}`, or the words themselves.
fn text(body: &RawValue) -> Option<String> {
    match members(body) {
        Some(members) => get(&members, "body").and_then(word),
        None => body.get().starts_with('"').then(|| word(body))?,
    }
}

fn inner_type(body: &RawValue) -> Option<String> {
    match members(body) {
        Some(members) => get(&members, "type").and_then(word),
        None => word(body),
    }
}

fn cards(body: &RawValue) -> Option<Content> {
    let cards = match list(body) {
        Some(cards) => cards.into_iter().filter_map(shaped).collect(),
        None => vec![shaped(body)?],
    };
    Some(Content::Contacts(cards))
}

fn interactive(body: &RawValue) -> Option<Content> {
    let members = members(body)?;
    let part = |name| get(&members, name);
    let tap = |name| part(name).and_then(Tap::from_json).filter(Tap::says_something);
    if let Some(tap) = tap("button_reply") {
        return Some(Content::ButtonReply(ButtonReply {
            id: tap.id.unwrap_or_default(),
            title: tap.title.unwrap_or_default(),
        }));
    }
    if let Some(tap) = tap("list_reply") {
        return Some(Content::ListReply(ListReply {
            id: tap.id.unwrap_or_default(),
            title: tap.title.unwrap_or_default(),
            description: tap.description,
        }));
    }
    if let Some(form) = part("nfm_reply").and_then(Form::from_json) {
        return Some(form.typed());
    }
    if let Some(reply) = part("call_permission_reply").and_then(FromJson::from_json) {
        return Some(Content::CallPermission(reply));
    }
    let kind = part("type").and_then(word).unwrap_or_default();
    if kind == "product" {
        return part("product")
            .or_else(|| part("action"))
            .and_then(FromJson::from_json)
            .map(Content::Product);
    }
    (!kind.is_empty()).then(|| Content::Unknown { kind: format!("interactive/{kind}") })
}

fn edit(body: &RawValue) -> Option<Edit> {
    let members = members(body)?;
    let original_message_id = get(&members, "original_message_id").and_then(MessageId::from_json);
    let Some((message, inner)) = get(&members, "message").and_then(|it| Some((it, self::members(it)?)))
    else {
        let content = Content::Unknown { kind: String::new() };
        return original_message_id.map(|id| Edit { original_message_id: Some(id), content, context: None });
    };
    let kind = get(&inner, "type").and_then(word).unwrap_or_default();
    // An edit of an edit would be another edit; to follow it down might not end before the stack does.
    let edits = kind == "edit" || get(&inner, "edit").is_some();
    Some(Edit {
        original_message_id,
        content: if edits { Content::Unknown { kind } } else { content(&kind, message) },
        context: get(&inner, "context").and_then(Context::from_json),
    })
}

facts! {
    /// A file.
    struct RawMedia {
        id: Option<MediaId>,
        mime_type: Option<String>,
        sha256: Option<String>,
        url as "url" | "link": Option<String>,
        caption: Option<String>,
        filename: Option<String>,
        voice: Option<bool>,
        animated: Option<bool>,
    }
    /// A place.
    struct Place {
        latitude: Option<f64>,
        longitude: Option<f64>,
        name: Option<String>,
        address: Option<String>,
        url: Option<String>,
    }
    /// A tap of any kind.
    struct Tap {
        id: Option<String>,
        title: Option<String>,
        description: Option<String>,
        payload: Option<String>,
        text: Option<String>,
    }
    /// A reaction.
    struct Reacted {
        message_id: Option<MessageId>,
        emoji: Option<String>,
    }
    /// A filled in form.
    struct Form {
        name: Option<String>,
        body: Option<String>,
        response as "response_json": Option<Response>,
    }
}

impl RawMedia {
    fn typed(self, kind: MediaKind) -> Media {
        let playback = match (self.voice, self.animated) {
            (Some(true), _) => Playback::Voice,
            (_, Some(true)) => Playback::Animated,
            _ => Playback::Plain,
        };
        Media {
            kind,
            id: self.id.unwrap_or_else(|| MediaId::from("")),
            mime_type: self.mime_type,
            sha256: self.sha256,
            url: self.url,
            caption: self.caption,
            filename: self.filename,
            playback,
        }
    }
}

impl Place {
    fn typed(self) -> Location {
        let Self { latitude, longitude, name, address, url } = self;
        let degrees = |said: Option<f64>| said.unwrap_or(f64::NAN);
        Location { latitude: degrees(latitude), longitude: degrees(longitude), name, address, url }
    }
}

impl Tap {
    fn says_something(&self) -> bool {
        [&self.id, &self.title, &self.payload, &self.text].into_iter().any(Option::is_some)
    }

    fn quick(self) -> QuickReply {
        QuickReply { payload: self.payload, text: self.text.unwrap_or_default() }
    }
}

impl Reacted {
    fn typed(self) -> ReceivedReaction {
        let message_id = self.message_id.unwrap_or_else(|| MessageId::from(""));
        ReceivedReaction { message_id, emoji: self.emoji.filter(|emoji| !emoji.is_empty()) }
    }
}

/// JSON in a text, or as itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Response(String);

impl FromJson for Response {
    fn from_json(raw: &RawValue) -> Option<Self> {
        match raw.get().as_bytes().first()? {
            b'"' => word(raw).map(Self),
            b'{' | b'[' => Some(Self(raw.get().to_owned())),
            _ => None,
        }
    }
}

impl Form {
    fn typed(self) -> Content {
        let response = self.response.map(|it| it.0).unwrap_or_default();
        if self.name.as_deref() == Some("address_message") {
            let mut address = None;
            if let Ok(raw) = serde_json::from_str::<&RawValue>(&response) {
                address.offer(raw);
            }
            return Content::Address(address.unwrap_or_default());
        }
        Content::FlowReply(FlowReply { name: self.name, body: self.body, response_json: response })
    }
}
