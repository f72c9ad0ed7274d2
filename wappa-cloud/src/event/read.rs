//! Reading the stored form of an item into an event. Lenient everywhere: a value of the wrong type is as good as absent.

use std::{fmt, marker::PhantomData};

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    Event, body,
    content::{ContactName, Content},
    lax::{FromJson, members},
    message::{Context, Message, Sender},
    rest,
    status::{Status, StatusState},
    system::{MetaError, MetaErrorItem, System, SystemKind, Unknown},
};
use crate::{
    id::{GroupId, MessageId, ParentUserId, PhoneNumberId, UserId, WaId, WabaId},
    raw::RawJson,
    time::Timestamp,
    webhook::{
        ItemKind,
        item::stored,
        peek::{Contact, Metadata, Object, Text},
    },
};

/// What exactly is wrong, out of `error_data`.
pub(super) type Details = Option<String>;

#[derive(Deserialize)]
#[serde(bound(deserialize = "I: Deserialize<'de>"))]
pub(super) struct Stored<'a, I = &'a RawValue> {
    kind: &'a str,
    #[serde(borrow, default)]
    pub(super) waba: Text<'a>,
    #[serde(borrow, default)]
    field: Text<'a>,
    #[serde(borrow, default)]
    metadata: Object<Metadata<'a>>,
    #[serde(borrow, default)]
    contact: Object<Contact<'a>>,
    pub(super) item: I,
    /// All of it, to cut from.
    #[serde(skip)]
    whole: Option<&'a Bytes>,
}

/// How the stored form of a message begins.
const MESSAGE: &[u8] = b"{\"kind\":\"message\",";

pub(super) fn read(bytes: &Bytes) -> Event {
    // Checking the text as a whole is cheaper than string by string.
    if bytes.starts_with(MESSAGE)
        && let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(mut stored) = serde_json::from_str::<Stored<'_, RawMessage<'_>>>(text)
    {
        let read = std::mem::take(&mut stored.item);
        return Event::Message(Box::new(complete(&stored, read, RawJson::item_of(bytes))));
    }
    let Some(mut stored) = serde_json::from_slice::<Stored<'_>>(bytes).ok().or_else(|| careful(bytes)) else {
        let raw = serde_json::from_slice::<&RawValue>(bytes).map(RawJson::from).unwrap_or_default();
        return Event::Unknown(Box::new(Unknown { waba_id: None, phone_number_id: None, field: None, raw }));
    };
    stored.whole = Some(bytes);
    let event = match ItemKind::from_str(stored.kind) {
        ItemKind::Message => message(&stored).map(|it| Event::Message(Box::new(it))),
        ItemKind::Status => status(&stored).map(|it| Event::Status(Box::new(it))),
        ItemKind::System => system(&stored).map(|it| Event::System(Box::new(it))),
        ItemKind::MetaError => meta_error(&stored).map(|it| Event::MetaError(Box::new(it))),
        ItemKind::Unknown => None,
        kind => rest::read(kind, bytes, &stored),
    };
    event.unwrap_or_else(|| Event::Unknown(Box::new(unknown(&stored))))
}

/// What surrounds an item may hold a text that cannot be read, which costs that part alone.
fn careful(bytes: &[u8]) -> Option<Stored<'_>> {
    let members = members(serde_json::from_slice(bytes).ok()?)?;
    let get = |name| members.iter().find(|(key, _)| key == name).map(|(_, raw)| *raw);
    Some(Stored {
        kind: shaped(get(stored::KIND))?,
        waba: shaped(get(stored::WABA)).unwrap_or_default(),
        field: shaped(get(stored::FIELD)).unwrap_or_default(),
        metadata: shaped(get(stored::METADATA)).unwrap_or_default(),
        contact: shaped(get(stored::CONTACT)).unwrap_or_default(),
        item: get(stored::ITEM)?,
        whole: None,
    })
}

impl Stored<'_> {
    pub(super) fn raw(&self) -> RawJson {
        self.whole.map_or_else(|| self.item.into(), |whole| RawJson::cut(whole, self.item))
    }
}

impl<I> Stored<'_, I> {
    pub(super) fn phone_number_id(&self) -> Option<PhoneNumberId> {
        text(&self.metadata.0.phone_number_id).map(PhoneNumberId::from)
    }

    pub(super) fn complete(&self, sender: Sender) -> Sender {
        let Contact { wa_id, user_id, parent_user_id, profile, identity_key_hash } = &self.contact.0;
        Sender {
            user_id: sender.user_id.or_else(|| text(user_id).map(UserId::from)),
            parent_user_id: sender.parent_user_id.or_else(|| text(parent_user_id).map(ParentUserId::from)),
            wa_id: sender.wa_id.or_else(|| text(wa_id).map(WaId::from)),
            username: text(&profile.0.username).map(str::to_owned),
            name: text(&profile.0.name).map(str::to_owned),
            identity_key_hash: text(identity_key_hash).map(str::to_owned),
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

#[derive(Default, Deserialize)]
struct RawMessage<'a> {
    #[serde(default, deserialize_with = "lax_id")]
    id: Option<MessageId>,
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
    system: Option<&'a RawValue>,
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
    #[serde(borrow, default)]
    referral: Option<&'a RawValue>,
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

pub(super) fn message(stored: &Stored<'_>) -> Option<Message> {
    shaped(Some(stored.item)).map(|read| complete(stored, read, stored.raw()))
}

fn complete<I>(stored: &Stored<'_, I>, read: RawMessage<'_>, raw: RawJson) -> Message {
    Message {
        from: stored.complete(read.sender()),
        phone_number_id: stored.phone_number_id(),
        display_phone_number: text(&stored.metadata.0.display_phone_number).map(str::to_owned),
        content: content(&read, &raw),
        context: read.context.and_then(Context::from_json),
        timestamp: seconds(text(&read.timestamp)),
        id: read.id.unwrap_or_else(|| MessageId::from("")),
        referral: read.referral.and_then(FromJson::from_json),
        group_id: read.group_id,
        errors: read.errors,
        raw,
    }
}

fn content(read: &RawMessage<'_>, raw: &RawJson) -> Content {
    let kind = text(&read.kind).unwrap_or_default();
    if kind == "text"
        && let Some(words) = shaped::<RawText>(read.text).and_then(|text| text.body)
    {
        return Content::Text(words);
    }
    match raw.raw() {
        Some(item) => body::content(kind, item),
        None => Content::Unknown { kind: kind.to_owned() },
    }
}

#[derive(Deserialize)]
struct RawText {
    #[serde(default, deserialize_with = "lax_string")]
    body: Option<String>,
}

#[derive(Deserialize)]
struct RawStatus<'a> {
    #[serde(default, deserialize_with = "lax_id")]
    id: Option<MessageId>,
    #[serde(default, rename = "type", deserialize_with = "lax_string")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    timestamp: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    recipient_id: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    recipient_type: Option<String>,
    #[serde(default, deserialize_with = "lax_id")]
    recipient_user_id: Option<UserId>,
    #[serde(default, deserialize_with = "lax_id")]
    recipient_parent_user_id: Option<ParentUserId>,
    #[serde(default, deserialize_with = "lax_id")]
    parent_recipient_user_id: Option<ParentUserId>,
    #[serde(default, deserialize_with = "lax_id")]
    recipient_participant_id: Option<WaId>,
    #[serde(default, deserialize_with = "lax_id")]
    participant_recipient_id: Option<WaId>,
    #[serde(default, deserialize_with = "lax_id")]
    recipient_participant_user_id: Option<UserId>,
    #[serde(default, deserialize_with = "lax_id")]
    recipient_participant_parent_user_id: Option<ParentUserId>,
    #[serde(default, deserialize_with = "lax_id")]
    group_id: Option<GroupId>,
    #[serde(default, deserialize_with = "lax_string")]
    recipient_identity_key_hash: Option<String>,
    #[serde(default, deserialize_with = "lax_string")]
    biz_opaque_callback_data: Option<String>,
    #[serde(default, deserialize_with = "lax_vec")]
    errors: Vec<MetaErrorItem>,
    #[serde(borrow, default)]
    pricing: Option<&'a RawValue>,
    #[serde(borrow, default)]
    conversation: Option<&'a RawValue>,
    #[serde(borrow, default)]
    payment: Option<&'a RawValue>,
}

pub(super) fn status(stored: &Stored<'_>) -> Option<Status> {
    let raw: RawStatus<'_> = shaped(Some(stored.item))?;
    let in_group = raw.recipient_type.as_deref() == Some("group");
    let participant = raw.recipient_participant_id.or(raw.participant_recipient_id);
    let parent = raw.recipient_parent_user_id.or(raw.parent_recipient_user_id);
    let (group_id, wa_id, user_id, parent_user_id) = if in_group {
        let parent = raw.recipient_participant_parent_user_id.or(parent);
        (raw.recipient_id.map(GroupId::from), participant, raw.recipient_participant_user_id, parent)
    } else {
        (raw.group_id, raw.recipient_id.map(WaId::from), raw.recipient_user_id, parent)
    };
    let recipient = Sender { user_id, parent_user_id, wa_id, ..Sender::default() };
    let mut recipient = stored.complete(recipient);
    recipient.identity_key_hash = recipient.identity_key_hash.or(raw.recipient_identity_key_hash);
    Some(Status {
        id: raw.id.unwrap_or_else(|| MessageId::from("")),
        phone_number_id: stored.phone_number_id(),
        kind: raw.kind,
        state: StatusState::from(raw.status.as_deref().unwrap_or_default()),
        timestamp: seconds(raw.timestamp.as_deref()),
        recipient,
        group_id,
        errors: raw.errors,
        opaque: raw.biz_opaque_callback_data,
        pricing: raw.pricing.and_then(FromJson::from_json),
        conversation: raw.conversation.and_then(FromJson::from_json),
        payment: raw.payment.and_then(FromJson::from_json),
        raw: stored.raw(),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawSystem {
    #[serde(rename = "type", deserialize_with = "lax_string")]
    kind: Option<String>,
    #[serde(deserialize_with = "lax_string")]
    body: Option<String>,
    #[serde(deserialize_with = "lax_id")]
    wa_id: Option<WaId>,
    #[serde(deserialize_with = "lax_id")]
    new_wa_id: Option<WaId>,
    #[serde(deserialize_with = "lax_id")]
    user_id: Option<UserId>,
    #[serde(deserialize_with = "lax_id")]
    parent_user_id: Option<ParentUserId>,
    #[serde(deserialize_with = "lax_id")]
    previous_user_id: Option<UserId>,
    #[serde(deserialize_with = "lax_id")]
    previous_parent_user_id: Option<ParentUserId>,
}

fn system(stored: &Stored<'_>) -> Option<System> {
    let raw: RawMessage<'_> = shaped(Some(stored.item))?;
    if raw.system.is_none() && raw.kind.0.is_none() {
        return Some(rest::moved(stored));
    }
    let told: RawSystem = shaped(raw.system).unwrap_or_default();
    let mut from = stored.complete(raw.sender());
    from.user_id = told.previous_user_id.or(from.user_id);
    from.parent_user_id = told.previous_parent_user_id.or(from.parent_user_id);
    let now = Sender {
        user_id: told.user_id,
        parent_user_id: told.parent_user_id,
        wa_id: told.wa_id.or(told.new_wa_id),
        ..Sender::default()
    };
    Some(System {
        phone_number_id: stored.phone_number_id(),
        from,
        kind: SystemKind::from(told.kind.as_deref().unwrap_or_default()),
        now,
        body: told.body,
        timestamp: seconds(text(&raw.timestamp)),
        id: raw.id.unwrap_or_else(|| MessageId::from("")),
        raw: stored.raw(),
    })
}

fn meta_error(stored: &Stored<'_>) -> Option<MetaError> {
    let error = shaped(Some(stored.item))?;
    Some(MetaError { phone_number_id: stored.phone_number_id(), error, raw: stored.raw() })
}

fn unknown(stored: &Stored<'_>) -> Unknown {
    Unknown {
        phone_number_id: stored.phone_number_id(),
        waba_id: text(&stored.waba).map(WabaId::from),
        field: text(&stored.field).map(str::to_owned),
        raw: stored.raw(),
    }
}

fn seconds(text: Option<&str>) -> Option<Timestamp> {
    Timestamp::read(text?)
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

/// A contact's name, which may also be the text itself.
pub(super) fn lax_name<'de, D: Deserializer<'de>>(from: D) -> Result<ContactName, D::Error> {
    let raw = <&RawValue>::deserialize(from)?;
    let whole = || ContactName { formatted_name: super::lax::word(raw), ..ContactName::default() };
    Ok(shaped(Some(raw)).unwrap_or_else(whole))
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
