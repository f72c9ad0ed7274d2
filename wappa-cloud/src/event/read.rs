//! Reading the stored form of an item into an event. Lenient everywhere: a value of the wrong type is as good as absent.

use std::{borrow::Cow, fmt, marker::PhantomData};

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    Event, body,
    content::{ContactName, Content},
    lax::{FromJson, Slot, members},
    message::{Context, Forwarded, Message, Sender},
    referral::{Referral, ReferralSource},
    rest,
    status::{Status, StatusState},
    system::{MetaError, MetaErrorItem, System, SystemKind, Unknown},
};
use crate::{
    id::{MessageId, PhoneNumberId, WabaId},
    raw::RawJson,
    time::Timestamp,
    webhook::{
        ItemKind,
        item::stored,
        peek::{Contact, Maybe, Metadata, Object, Text, object, peek},
    },
};

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
        && let Ok(stored) = serde_json::from_str::<Stored<'_, RawMessage<'_>>>(text)
    {
        let raw = RawJson::item_of(bytes);
        return Event::Message(Box::new(complete(&stored.around(), &stored.item, raw)));
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
        metadata: Object(object(get(stored::METADATA)).unwrap_or_default()),
        contact: Object(object(get(stored::CONTACT)).unwrap_or_default()),
        item: get(stored::ITEM)?,
        whole: None,
    })
}

impl Stored<'_> {
    pub(super) fn raw(&self) -> RawJson {
        self.whole.map_or_else(|| self.item.into(), |whole| RawJson::cut(whole, self.item))
    }
}

impl<'a, I> Stored<'a, I> {
    fn around(&self) -> Around<'_, 'a> {
        Around { contact: Some(&self.contact.0), ..Around::of(&self.metadata.0) }
    }

    pub(super) fn phone_number_id(&self) -> Option<PhoneNumberId> {
        id(&self.metadata.0.phone_number_id)
    }

    pub(super) fn complete(&self, sender: Sender) -> Sender {
        self.around().complete(sender)
    }
}

/// The members of a message that are none of those every message has.
type Bodies<'a> = [(Cow<'a, str>, &'a RawValue)];

/// What stands around a message or a status.
pub(super) struct Around<'r, 'a> {
    pub(super) number: Option<PhoneNumberId>,
    pub(super) metadata: &'r Metadata<'a>,
    pub(super) contact: Option<&'r Contact<'a>>,
}

impl<'r, 'a> Around<'r, 'a> {
    pub(super) fn of(metadata: &'r Metadata<'a>) -> Self {
        Self { number: id(&metadata.phone_number_id), metadata, contact: None }
    }

    fn complete(&self, sender: Sender) -> Sender {
        let Some(contact) = self.contact else { return sender };
        let Contact { wa_id, user_id, parent_user_id, profile, identity_key_hash } = contact;
        Sender {
            user_id: sender.user_id.or_else(|| id(user_id)),
            parent_user_id: sender.parent_user_id.or_else(|| id(parent_user_id)),
            wa_id: sender.wa_id.or_else(|| id(wa_id)),
            username: owned(&profile.0.username),
            name: owned(&profile.0.name),
            identity_key_hash: owned(identity_key_hash),
        }
    }
}

fn text<'a>(text: &'a Text<'_>) -> Option<&'a str> {
    text.0.as_deref()
}

fn owned(text: &Text<'_>) -> Option<String> {
    self::text(text).map(str::to_owned)
}

fn id<T: for<'a> From<&'a str>>(text: &Text<'_>) -> Option<T> {
    self::text(text).map(T::from)
}

/// What of a list, or of one alone, can be read.
fn all<T: FromJson>(raw: Option<&RawValue>) -> Vec<T> {
    let mut all = Vec::new();
    if let Some(raw) = raw {
        all.offer(raw);
    }
    all
}

/// A piece of JSON as `T`, if it has that shape.
fn shaped<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
}

peek! {
    /// A message of any type, or a notice.
    struct RawMessage {
        id "id": Text<'a>,
        from "from": Text<'a>,
        from_user_id "from_user_id": Text<'a>,
        from_parent_user_id "from_parent_user_id": Text<'a>,
        group_id "group_id": Text<'a>,
        timestamp "timestamp": Text<'a>,
        kind "type": Text<'a>,
        text "text": Object<RawText<'a>>,
        system "system": Option<&'a RawValue>,
        context "context": Maybe<RawContext<'a>>,
        referral "referral": Maybe<RawReferral<'a>>,
        errors "errors": Option<&'a RawValue>,
        ..bodies,
    }
}

impl RawMessage<'_> {
    fn sender(&self) -> Sender {
        Sender {
            user_id: id(&self.from_user_id),
            parent_user_id: id(&self.from_parent_user_id),
            wa_id: id(&self.from),
            ..Sender::default()
        }
    }
}

pub(super) fn message(stored: &Stored<'_>) -> Option<Message> {
    object(Some(stored.item)).map(|read| complete(&stored.around(), &read, stored.raw()))
}

/// The message whose parts have been read already, and are stored in these bytes.
pub(crate) fn message_of(
    number: &Metadata<'_>,
    contact: &Contact<'_>,
    read: &RawMessage<'_>,
    stored: &Bytes,
) -> Event {
    let around = Around { contact: Some(contact), ..Around::of(number) };
    Event::Message(Box::new(complete(&around, read, RawJson::item_of(stored))))
}

pub(super) fn complete(around: &Around<'_, '_>, read: &RawMessage<'_>, raw: RawJson) -> Message {
    Message {
        from: around.complete(read.sender()),
        phone_number_id: around.number.clone(),
        display_phone_number: owned(&around.metadata.display_phone_number),
        context: read.context.0.as_deref().map(Context::from),
        timestamp: seconds(text(&read.timestamp)),
        id: id(&read.id).unwrap_or_else(|| MessageId::from("")),
        referral: read.referral.0.as_deref().map(|told| Box::new(Referral::from(told))),
        group_id: id(&read.group_id),
        errors: all(read.errors),
        content: content(&read.kind, &read.text.0, &read.bodies, &raw),
        raw,
    }
}

fn content(kind: &Text<'_>, words: &RawText<'_>, bodies: &Bodies<'_>, raw: &RawJson) -> Content {
    let kind = text(kind).unwrap_or_default();
    let told = match (kind, words) {
        ("text", RawText { body: Text(Some(words)) }) => Some(Content::Text((**words).to_owned())),
        _ => body::told(kind, bodies),
    };
    // What is not where it should be is looked for in all of it.
    told.or_else(|| raw.raw().map(|item| body::content(kind, item)))
        .unwrap_or_else(|| Content::Unknown { kind: kind.to_owned() })
}

peek! {
    /// The body of a text message.
    struct RawText {
        body "body": Text<'a>,
    }
}

peek! {
    /// What a message refers to.
    struct RawContext {
        id "id": Text<'a>,
        from "from": Text<'a>,
        from_user_id "from_user_id": Text<'a>,
        from_parent_user_id "from_parent_user_id": Text<'a>,
        product "referred_product": Option<&'a RawValue>,
        forwarded "forwarded": Option<&'a RawValue>,
        frequently_forwarded "frequently_forwarded": Option<&'a RawValue>,
    }
}

impl From<&RawContext<'_>> for Context {
    fn from(read: &RawContext<'_>) -> Self {
        let is = |raw: Option<&RawValue>| raw.and_then(bool::from_json) == Some(true);
        Self {
            id: id(&read.id),
            from: id(&read.from),
            from_user_id: id(&read.from_user_id),
            from_parent_user_id: id(&read.from_parent_user_id),
            product: read.product.and_then(FromJson::from_json),
            forwarded: match (is(read.frequently_forwarded), is(read.forwarded)) {
                (true, _) => Forwarded::Frequently,
                (false, true) => Forwarded::Yes,
                (false, false) => Forwarded::No,
            },
        }
    }
}

peek! {
    /// The ad or post that led a person here.
    struct RawReferral {
        source_url "source_url": Text<'a>,
        source_id "source_id": Text<'a>,
        source_type "source_type": Text<'a>,
        body "body": Text<'a>,
        headline "headline": Text<'a>,
        media_type "media_type": Text<'a>,
        image_url "image_url": Text<'a>,
        video_url "video_url": Text<'a>,
        thumbnail_url "thumbnail_url": Text<'a>,
        ctwa_clid "ctwa_clid": Text<'a>,
        welcome_message "welcome_message": Option<&'a RawValue>,
        ref_data "ref": Text<'a>,
    }
}

impl From<&RawReferral<'_>> for Referral {
    fn from(read: &RawReferral<'_>) -> Self {
        let source = text(&read.source_type).filter(|word| !word.is_empty());
        Self {
            source_url: owned(&read.source_url),
            source_id: owned(&read.source_id),
            source_type: source.map(ReferralSource::from),
            body: owned(&read.body),
            headline: owned(&read.headline),
            media_type: owned(&read.media_type),
            image_url: owned(&read.image_url),
            video_url: owned(&read.video_url),
            thumbnail_url: owned(&read.thumbnail_url),
            ctwa_clid: owned(&read.ctwa_clid),
            welcome_message: read.welcome_message.and_then(FromJson::from_json),
            ref_data: owned(&read.ref_data),
        }
    }
}

peek! {
    /// A status.
    struct RawStatus {
        id "id": Text<'a>,
        kind "type": Text<'a>,
        status "status": Text<'a>,
        timestamp "timestamp": Text<'a>,
        recipient_id "recipient_id": Text<'a>,
        recipient_type "recipient_type": Text<'a>,
        recipient_user_id "recipient_user_id": Text<'a>,
        recipient_parent_user_id "recipient_parent_user_id": Text<'a>,
        parent_recipient_user_id "parent_recipient_user_id": Text<'a>,
        recipient_participant_id "recipient_participant_id": Text<'a>,
        participant_recipient_id "participant_recipient_id": Text<'a>,
        participant_user_id "recipient_participant_user_id": Text<'a>,
        participant_parent_user_id "recipient_participant_parent_user_id": Text<'a>,
        group_id "group_id": Text<'a>,
        identity_key_hash "recipient_identity_key_hash": Text<'a>,
        opaque "biz_opaque_callback_data": Text<'a>,
        errors "errors": Option<&'a RawValue>,
        pricing "pricing": Option<&'a RawValue>,
        conversation "conversation": Option<&'a RawValue>,
        payment "payment": Option<&'a RawValue>,
    }
}

pub(super) fn status(stored: &Stored<'_>) -> Option<Status> {
    object(Some(stored.item)).map(|read| told(&stored.around(), &read, stored.raw()))
}

pub(super) fn told(around: &Around<'_, '_>, read: &RawStatus<'_>, raw: RawJson) -> Status {
    let in_group = text(&read.recipient_type) == Some("group");
    let parent = || id(&read.recipient_parent_user_id).or_else(|| id(&read.parent_recipient_user_id));
    let (group_id, wa_id, user_id, parent_user_id) = if in_group {
        let participant = id(&read.recipient_participant_id).or_else(|| id(&read.participant_recipient_id));
        let parent = id(&read.participant_parent_user_id).or_else(parent);
        (id(&read.recipient_id), participant, id(&read.participant_user_id), parent)
    } else {
        (id(&read.group_id), id(&read.recipient_id), id(&read.recipient_user_id), parent())
    };
    let recipient = Sender { user_id, parent_user_id, wa_id, ..Sender::default() };
    let mut recipient = around.complete(recipient);
    recipient.identity_key_hash = recipient.identity_key_hash.or_else(|| owned(&read.identity_key_hash));
    Status {
        id: id(&read.id).unwrap_or_else(|| MessageId::from("")),
        phone_number_id: around.number.clone(),
        kind: owned(&read.kind),
        state: StatusState::from(text(&read.status).unwrap_or_default()),
        timestamp: seconds(text(&read.timestamp)),
        recipient,
        group_id,
        errors: all(read.errors),
        opaque: owned(&read.opaque),
        pricing: read.pricing.and_then(FromJson::from_json),
        conversation: read.conversation.and_then(FromJson::from_json),
        payment: read.payment.and_then(FromJson::from_json),
        raw,
    }
}

peek! {
    /// The body of a notice.
    struct RawSystem {
        kind "type": Text<'a>,
        body "body": Text<'a>,
        wa_id "wa_id": Text<'a>,
        new_wa_id "new_wa_id": Text<'a>,
        user_id "user_id": Text<'a>,
        parent_user_id "parent_user_id": Text<'a>,
        previous_user_id "previous_user_id": Text<'a>,
        previous_parent_user_id "previous_parent_user_id": Text<'a>,
    }
}

fn system(stored: &Stored<'_>) -> Option<System> {
    let raw: RawMessage<'_> = object(Some(stored.item))?;
    if raw.system.is_none() && raw.kind.0.is_none() {
        return Some(rest::moved(stored));
    }
    let told: RawSystem<'_> = object(raw.system).unwrap_or_default();
    let mut from = stored.complete(raw.sender());
    from.user_id = id(&told.previous_user_id).or(from.user_id);
    from.parent_user_id = id(&told.previous_parent_user_id).or(from.parent_user_id);
    let now = Sender {
        user_id: id(&told.user_id),
        parent_user_id: id(&told.parent_user_id),
        wa_id: id(&told.wa_id).or_else(|| id(&told.new_wa_id)),
        ..Sender::default()
    };
    Some(System {
        phone_number_id: stored.phone_number_id(),
        from,
        kind: match text(&told.kind) {
            Some(word) => SystemKind::from(word),
            // Only this one names another WhatsApp id.
            None if told.new_wa_id.0.is_some() => SystemKind::UserChangedNumber,
            None => SystemKind::from(""),
        },
        now,
        body: owned(&told.body),
        timestamp: seconds(text(&raw.timestamp)),
        id: id(&raw.id).unwrap_or_else(|| MessageId::from("")),
        raw: stored.raw(),
    })
}

fn meta_error(stored: &Stored<'_>) -> Option<MetaError> {
    let error = MetaErrorItem::from_json(stored.item)?;
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
