//! Reading the stored form of an item into an event. Lenient everywhere: a value of the wrong type is as good as absent.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    Event,
    content::{Content, Media, Playback},
    message::{Context, Forwarded, Message, Sender},
    status::{Status, StatusState},
    system::{MetaError, MetaErrorItem, System, SystemKind, Unknown},
};
use crate::{
    id::{GroupId, MediaId, MessageId, ParentUserId, PhoneNumberId, UserId, WaId, WabaId},
    media::MediaKind,
    raw::RawJson,
    time::Timestamp,
    webhook::{
        ItemKind,
        peek::{Contact, Metadata, Object, Text},
    },
};

/// What exactly is wrong, out of `error_data`.
pub(super) type Details = Option<String>;

#[derive(Deserialize)]
struct Stored<'a> {
    kind: &'a str,
    #[serde(borrow, default)]
    waba: Text<'a>,
    #[serde(borrow, default)]
    field: Text<'a>,
    #[serde(borrow, default)]
    metadata: Object<Metadata<'a>>,
    #[serde(borrow, default)]
    contact: Object<Contact<'a>>,
    #[serde(borrow)]
    item: &'a RawValue,
}

pub(super) fn read(bytes: &[u8]) -> Event {
    let Ok(stored) = serde_json::from_slice::<Stored<'_>>(bytes) else {
        let raw = serde_json::from_slice::<&RawValue>(bytes).map(RawJson::from).unwrap_or_default();
        return Event::Unknown(Box::new(Unknown { waba_id: None, phone_number_id: None, field: None, raw }));
    };
    let event = match ItemKind::from_str(stored.kind) {
        ItemKind::Message => message(&stored).map(|it| Event::Message(Box::new(it))),
        ItemKind::Status => status(&stored).map(|it| Event::Status(Box::new(it))),
        ItemKind::System => system(&stored).map(|it| Event::System(Box::new(it))),
        ItemKind::MetaError => meta_error(&stored).map(|it| Event::MetaError(Box::new(it))),
        ItemKind::Unknown => None,
    };
    event.unwrap_or_else(|| Event::Unknown(Box::new(unknown(&stored))))
}

impl Stored<'_> {
    fn phone_number_id(&self) -> Option<PhoneNumberId> {
        text(&self.metadata.0.phone_number_id).map(PhoneNumberId::from)
    }

    fn complete(&self, sender: Sender) -> Sender {
        let Contact { wa_id, user_id, parent_user_id, profile } = &self.contact.0;
        Sender {
            user_id: sender.user_id.or_else(|| text(user_id).map(UserId::from)),
            parent_user_id: sender.parent_user_id.or_else(|| text(parent_user_id).map(ParentUserId::from)),
            wa_id: sender.wa_id.or_else(|| text(wa_id).map(WaId::from)),
            username: text(&profile.0.username).map(str::to_owned),
            name: text(&profile.0.name).map(str::to_owned),
        }
    }
}

fn text<'a>(text: &'a Text<'_>) -> Option<&'a str> {
    text.0.as_deref()
}

/// A piece of JSON as `T`, if it has that shape.
fn shaped<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
}

#[derive(Deserialize)]
struct RawMessage<'a> {
    id: MessageId,
    #[serde(default, deserialize_with = "lax_id")]
    from: Option<WaId>,
    #[serde(default, deserialize_with = "lax_id")]
    from_user_id: Option<UserId>,
    #[serde(default, deserialize_with = "lax_id")]
    from_parent_user_id: Option<ParentUserId>,
    #[serde(default, deserialize_with = "lax_id")]
    group_id: Option<GroupId>,
    #[serde(borrow, default)]
    timestamp: Text<'a>,
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    text: Option<&'a RawValue>,
    #[serde(borrow, default)]
    image: Option<&'a RawValue>,
    #[serde(borrow, default)]
    video: Option<&'a RawValue>,
    #[serde(borrow, default)]
    audio: Option<&'a RawValue>,
    #[serde(borrow, default)]
    document: Option<&'a RawValue>,
    #[serde(borrow, default)]
    sticker: Option<&'a RawValue>,
    #[serde(borrow, default)]
    location: Option<&'a RawValue>,
    #[serde(borrow, default)]
    contacts: Option<&'a RawValue>,
    #[serde(borrow, default)]
    button: Option<&'a RawValue>,
    #[serde(borrow, default)]
    interactive: Option<&'a RawValue>,
    #[serde(borrow, default)]
    reaction: Option<&'a RawValue>,
    #[serde(borrow, default)]
    unsupported: Option<&'a RawValue>,
    #[serde(borrow, default)]
    system: Option<&'a RawValue>,
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "lax_vec")]
    errors: Vec<MetaErrorItem>,
}

impl RawMessage<'_> {
    fn sender(&self) -> Sender {
        Sender {
            user_id: self.from_user_id.clone(),
            parent_user_id: self.from_parent_user_id.clone(),
            wa_id: self.from.clone(),
            ..Sender::default()
        }
    }
}

fn message(stored: &Stored<'_>) -> Option<Message> {
    let raw: RawMessage<'_> = shaped(Some(stored.item))?;
    Some(Message {
        from: stored.complete(raw.sender()),
        phone_number_id: stored.phone_number_id()?,
        display_phone_number: text(&stored.metadata.0.display_phone_number).map(str::to_owned),
        content: content(&raw),
        context: shaped::<RawContext>(raw.context).map(RawContext::typed),
        timestamp: seconds(text(&raw.timestamp)),
        id: raw.id,
        group_id: raw.group_id,
        errors: raw.errors,
        raw: stored.item.into(),
    })
}

fn content(raw: &RawMessage<'_>) -> Content {
    let kind = text(&raw.kind).unwrap_or_default();
    let media = |kind, body| shaped::<RawMedia>(body).map(|media| media.typed(kind));
    let known = match kind {
        "text" => shaped::<RawText>(raw.text).and_then(|text| text.body).map(Content::Text),
        "image" => media(MediaKind::Image, raw.image).map(Content::Image),
        "video" => media(MediaKind::Video, raw.video).map(Content::Video),
        "audio" | "voice" => media(MediaKind::Audio, raw.audio).map(Content::Audio),
        "document" => media(MediaKind::Document, raw.document).map(Content::Document),
        "sticker" => media(MediaKind::Sticker, raw.sticker).map(Content::Sticker),
        "location" => shaped(raw.location).map(Content::Location),
        "contacts" => shaped(raw.contacts).map(Content::Contacts),
        "button" => shaped(raw.button).map(Content::QuickReply),
        "reaction" => shaped(raw.reaction).map(Content::Reaction),
        "interactive" => shaped::<RawInteractive>(raw.interactive).and_then(|interactive| {
            let button = interactive.button_reply.map(Content::ButtonReply);
            button.or_else(|| interactive.list_reply.map(Content::ListReply))
        }),
        "unsupported" => Some(Content::Unsupported(shaped(raw.unsupported).unwrap_or_default())),
        _ => None,
    };
    known.unwrap_or_else(|| Content::Unknown { kind: kind.to_owned() })
}

#[derive(Deserialize)]
struct RawText {
    #[serde(default, deserialize_with = "lax_string")]
    body: Option<String>,
}

#[derive(Deserialize)]
struct RawInteractive {
    #[serde(default, deserialize_with = "lax")]
    button_reply: Option<super::ButtonReply>,
    #[serde(default, deserialize_with = "lax")]
    list_reply: Option<super::ListReply>,
}

#[derive(Deserialize)]
struct RawMedia {
    id: MediaId,
    #[serde(default, deserialize_with = "lax_string")]
    mime_type: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    sha256: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    url: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    caption: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    filename: Option<String>,
    #[serde(default, deserialize_with = "lax")]
    voice: Option<bool>,
    #[serde(default, deserialize_with = "lax")]
    animated: Option<bool>,
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
            id: self.id,
            mime_type: self.mime_type,
            sha256: self.sha256,
            url: self.url,
            caption: self.caption,
            filename: self.filename,
            playback,
        }
    }
}

#[derive(Deserialize)]
struct RawContext {
    #[serde(default, deserialize_with = "lax_id")]
    id: Option<MessageId>,
    #[serde(default, deserialize_with = "lax_id")]
    from: Option<WaId>,
    #[serde(default, deserialize_with = "lax")]
    forwarded: Option<bool>,
    #[serde(default, deserialize_with = "lax")]
    frequently_forwarded: Option<bool>,
}

impl RawContext {
    fn typed(self) -> Context {
        let forwarded = match (self.frequently_forwarded, self.forwarded) {
            (Some(true), _) => Forwarded::Frequently,
            (_, Some(true)) => Forwarded::Yes,
            _ => Forwarded::No,
        };
        Context { id: self.id, from: self.from, forwarded }
    }
}

#[derive(Deserialize)]
struct RawStatus<'a> {
    id: MessageId,
    #[serde(deserialize_with = "lax_string")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    timestamp: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    recipient_id: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    recipient_type: Option<String>,
    #[serde(default, deserialize_with = "lax_id")]
    recipient_user_id: Option<UserId>,
    #[serde(default, alias = "parent_recipient_user_id", deserialize_with = "lax_id")]
    recipient_parent_user_id: Option<ParentUserId>,
    #[serde(default, alias = "participant_recipient_id", deserialize_with = "lax_id")]
    recipient_participant_id: Option<WaId>,
    #[serde(default, deserialize_with = "lax_id")]
    recipient_participant_user_id: Option<UserId>,
    #[serde(default, deserialize_with = "lax_string")]
    biz_opaque_callback_data: Option<String>,
    #[serde(default, deserialize_with = "lax_vec")]
    errors: Vec<MetaErrorItem>,
    #[serde(borrow, default)]
    pricing: Option<&'a RawValue>,
    #[serde(borrow, default)]
    conversation: Option<&'a RawValue>,
}

fn status(stored: &Stored<'_>) -> Option<Status> {
    let raw: RawStatus<'_> = shaped(Some(stored.item))?;
    let in_group = raw.recipient_type.as_deref() == Some("group");
    let (group_id, wa_id, user_id) = if in_group {
        (raw.recipient_id.map(GroupId::from), raw.recipient_participant_id, raw.recipient_participant_user_id)
    } else {
        (None, raw.recipient_id.map(WaId::from), raw.recipient_user_id)
    };
    let recipient =
        Sender { user_id, wa_id, parent_user_id: raw.recipient_parent_user_id, ..Sender::default() };
    Some(Status {
        id: raw.id,
        phone_number_id: stored.phone_number_id()?,
        state: StatusState::from(raw.status.as_deref()?),
        timestamp: seconds(raw.timestamp.as_deref()),
        recipient: stored.complete(recipient),
        group_id,
        errors: raw.errors,
        opaque: raw.biz_opaque_callback_data,
        pricing: shaped(raw.pricing),
        conversation: shaped(raw.conversation),
        raw: stored.item.into(),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawSystem {
    #[serde(rename = "type", deserialize_with = "lax_string")]
    kind: Option<String>,
    #[serde(deserialize_with = "lax_string")]
    body: Option<String>,
    #[serde(alias = "new_wa_id", deserialize_with = "lax_id")]
    wa_id: Option<WaId>,
    #[serde(deserialize_with = "lax_id")]
    user_id: Option<UserId>,
    #[serde(deserialize_with = "lax_id")]
    parent_user_id: Option<ParentUserId>,
}

fn system(stored: &Stored<'_>) -> Option<System> {
    let raw: RawMessage<'_> = shaped(Some(stored.item))?;
    let told: RawSystem = shaped(raw.system).unwrap_or_default();
    let now = Sender {
        user_id: told.user_id,
        parent_user_id: told.parent_user_id,
        wa_id: told.wa_id,
        ..Sender::default()
    };
    Some(System {
        phone_number_id: stored.phone_number_id()?,
        from: stored.complete(raw.sender()),
        kind: SystemKind::from(told.kind.as_deref().unwrap_or_default()),
        now,
        body: told.body,
        timestamp: seconds(text(&raw.timestamp)),
        id: raw.id,
        raw: stored.item.into(),
    })
}

fn meta_error(stored: &Stored<'_>) -> Option<MetaError> {
    let error = shaped(Some(stored.item))?;
    Some(MetaError { phone_number_id: stored.phone_number_id(), error, raw: stored.item.into() })
}

fn unknown(stored: &Stored<'_>) -> Unknown {
    Unknown {
        phone_number_id: stored.phone_number_id(),
        waba_id: text(&stored.waba).map(WabaId::from),
        field: text(&stored.field).map(str::to_owned),
        raw: stored.item.into(),
    }
}

fn seconds(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok().map(Timestamp::from_secs)
}

/// A value that is absent if it has not the shape of `T`.
pub(super) fn lax<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(
    from: D,
) -> Result<Option<T>, D::Error> {
    Ok(shaped(Some(<&RawValue>::deserialize(from)?)))
}

/// A text or a number as text; anything else is absent.
pub(super) fn lax_string<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    from.deserialize_any(Word(PhantomData))
}

/// An id, written as text or as a number; anything else is absent.
fn lax_id<'de, D: Deserializer<'de>, T: From<String> + for<'a> From<&'a str>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    from.deserialize_any(Word(PhantomData))
}

/// Reads a text or a number in one go, and passes over anything else.
struct Word<T>(PhantomData<T>);

impl<'de, T: From<String> + for<'a> From<&'a str>> Visitor<'de> for Word<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<T>, E> {
        Ok(Some(T::from(text)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Option<T>, E> {
        Ok(Some(T::from(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Option<T>, E> {
        Ok(Some(T::from(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Option<T>, E> {
        Ok(Some(T::from(number.to_string())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<Option<T>, A::Error> {
        while members.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Option<T>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// The members of an array that have the shape of `T`.
pub(super) fn lax_vec<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(
    from: D,
) -> Result<Vec<T>, D::Error> {
    let members: Vec<&RawValue> = shaped(Some(<&RawValue>::deserialize(from)?)).unwrap_or_default();
    Ok(members.into_iter().filter_map(|raw| shaped(Some(raw))).collect())
}

/// A number, also when it is written as text.
pub(super) fn lax_float<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    lax_string(from)?
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| serde::de::Error::custom("expected a number"))
}

pub(super) fn lax_code<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    Ok(lax_string(from)?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// `{"details": "…"}`, or the text itself in old versions.
pub(super) fn lax_details<'de, D: Deserializer<'de>>(from: D) -> Result<Details, D::Error> {
    #[derive(Deserialize)]
    struct ErrorData {
        #[serde(default, deserialize_with = "lax_string")]
        details: Option<String>,
    }
    let raw = <&RawValue>::deserialize(from)?;
    Ok(shaped::<ErrorData>(Some(raw)).and_then(|data| data.details).or_else(|| shaped(Some(raw))))
}
