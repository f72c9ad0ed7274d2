//! What a turn is about: an event that Meta told, or one of the framework's own: a timer, what a program says from
//! outside, the end of something that was kept for a time, a moment of a schedule.

mod at_end;
mod bundle;
mod consent;
mod handover;
mod sent;

use std::{any::type_name, borrow::Cow, fmt, sync::Arc};

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use wappa_cloud::{Event, Message, PhoneNumberId, Recipient};

pub use self::at_end::AtEnd;
pub(crate) use self::at_end::Left;
pub use self::bundle::{Bundle, Quiet};
pub(crate) use self::bundle::{Open, joined};
pub use self::consent::{Chosen, Consent, ConsentBy};
pub(crate) use self::handover::HandoverAsk;
pub use self::handover::HandoverAsked;
pub use self::sent::{FailedMessage, SentMessage};
use crate::{
    outbox::SendError,
    session::short_name,
    store::{EventKind, StoreError},
};

/// JSON as it is; something else counts as nothing.
pub(crate) fn raw(json: &[u8]) -> Box<RawValue> {
    serde_json::from_slice(json).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// What a turn is about.
#[derive(Debug)]
#[non_exhaustive]
pub enum Happening {
    /// Something that Meta told.
    Event(Event),
    /// A reminder whose moment has come.
    Timer(Timer),
    /// What a program said from outside.
    Custom(Custom),
    /// Something that was kept for a time has come to its end.
    Expired(Expired),
    /// A moment of a schedule.
    Scheduled(Scheduled),
    /// Messages that a turn left to be sent after it.
    AtEnd(AtEnd),
    /// A message that Meta has accepted and told nothing of since.
    Undelivered(SentMessage),
    /// A person's choice about marketing that is to be written down.
    Choice(Chosen),
    /// A person's choice about marketing that has been written down.
    Consent(Chosen),
    /// The conversation is to be handed over to people, or given back.
    Handover(HandoverAsked),
    /// What another service told.
    External(External),
    /// A person who wrote in fragments may have been quiet for long enough.
    Quiet(Quiet),
    /// What a person wrote in fragments.
    Bundle(Bundle),
}

/// A reminder whose moment has come.
#[derive(Debug, Clone)]
pub struct Timer(Named);

/// What a program said to a conversation from outside.
#[derive(Debug, Clone)]
pub struct Custom(Named);

/// A session has come to its end, or the patience of what is under way.
#[derive(Debug, Clone)]
pub struct Expired {
    name: Arc<str>,
    last: Option<Bytes>,
}

/// A moment of a schedule.
#[derive(Debug, Clone)]
pub struct Scheduled(Named);

/// What another service told, by its webhook.
#[derive(Debug, Clone)]
pub struct External {
    source: Arc<str>,
    id: Arc<str>,
    event: Named,
}

/// The same, as stored.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredExternal<'a> {
    source: Cow<'a, str>,
    id: Cow<'a, str>,
    of: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Box<RawValue>>,
}

/// A conversation, from anywhere: a business number of ours and somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatKey {
    /// The number.
    pub number: PhoneNumberId,
    /// The person or group.
    pub who: Recipient,
}

impl<N: Into<PhoneNumberId>, W: Into<Recipient>> From<(N, W)> for ChatKey {
    fn from((number, who): (N, W)) -> Self {
        Self { number: number.into(), who: who.into() }
    }
}

/// The payload of a timer or a custom event is not what was asked for.
#[derive(Debug, thiserror::Error)]
#[error("the payload of `{name}` {}: give new fields `#[serde(default)]`", match .doing { Doing::Read => "does not fit its type", Doing::Write => "cannot be written as JSON" })]
pub struct PayloadError {
    name: Arc<str>,
    doing: Doing,
    #[source]
    source: serde_json::Error,
}

/// A timer could not be set: of a reminder, or of a conversation that is handed over or given back from outside.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemindError {
    /// The payload cannot be written.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// Not our number.
    #[error(transparent)]
    Number(#[from] SendError),
    /// A phone number alone is not a person.
    #[error("a timer needs somebody known by user id, WhatsApp id or group id")]
    Nobody,
    /// The store did not answer.
    #[error("the timer could not be written")]
    Store(#[from] StoreError),
}

#[derive(Debug, Clone, Copy)]
enum Doing {
    Read,
    Write,
}

/// A name and JSON, as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Named {
    name: Arc<str>,
    data: Box<RawValue>,
}

impl Named {
    fn of(name: Arc<str>, payload: &(impl Serialize + ?Sized)) -> Result<Self, PayloadError> {
        match serde_json::value::to_raw_value(payload) {
            Ok(data) => Ok(Self { name, data }),
            Err(source) => Err(PayloadError { name, doing: Doing::Write, source }),
        }
    }

    fn get<T: DeserializeOwned>(&self) -> Result<T, PayloadError> {
        serde_json::from_str(self.data.get()).map_err(|source| PayloadError {
            name: Arc::clone(&self.name),
            doing: Doing::Read,
            source,
        })
    }

    /// Of what we wrote ourselves; something else counts as nothing.
    fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body)
            .unwrap_or_else(|_| Self { name: "".into(), data: RawValue::NULL.to_owned() })
    }

    fn to_bytes(&self) -> Bytes {
        serde_json::to_vec(self).unwrap_or_default().into()
    }
}

impl Happening {
    /// What is queued under this kind.
    pub(crate) fn read(kind: EventKind, body: &Bytes) -> Self {
        match kind {
            EventKind::Meta(_) => Self::Event(Event::read_shared(body)),
            EventKind::Timer => Self::Timer(Timer(Named::read(body))),
            EventKind::Custom => Self::Custom(Custom(Named::read(body))),
            EventKind::Expired => Self::Expired(Expired { name: Named::read(body).name, last: None }),
            EventKind::Scheduled => Self::Scheduled(Scheduled(Named::read(body))),
            EventKind::AtEnd => Self::AtEnd(AtEnd::read(body)),
            EventKind::Undelivered => Self::Undelivered(SentMessage::read(body)),
            EventKind::Choice | EventKind::Consent => Self::chosen(kind, body),
            EventKind::Handover => Self::Handover(HandoverAsked::read(body)),
            EventKind::External => Self::External(External::read(body)),
            EventKind::Quiet => Self::Quiet(Quiet::read(body)),
            EventKind::Bundle => Self::Bundle(Bundle::read(body)),
        }
    }

    /// The person's message, if it is one; of several the last.
    pub fn message(&self) -> Option<&Message> {
        match self {
            Self::Event(Event::Message(message))
            | Self::Consent(Chosen { event: Some(Event::Message(message)), .. }) => Some(message),
            Self::Bundle(bundle) => bundle.messages().last(),
            _ => None,
        }
    }

    fn chosen(kind: EventKind, body: &Bytes) -> Self {
        match (kind, Chosen::read(body)) {
            (EventKind::Choice, Some(chosen)) => Self::Choice(chosen),
            (_, Some(chosen)) => Self::Consent(chosen),
            // Of another version; the author finds it as unknown.
            (_, None) => Self::Event(Event::read_shared(body)),
        }
    }

    pub(crate) fn kind(&self) -> EventKind {
        match self {
            Self::Event(event) => EventKind::Meta(event.kind()),
            Self::Timer(_) => EventKind::Timer,
            Self::Custom(_) => EventKind::Custom,
            Self::Expired(_) => EventKind::Expired,
            Self::Scheduled(_) => EventKind::Scheduled,
            Self::AtEnd(_) => EventKind::AtEnd,
            Self::Undelivered(_) => EventKind::Undelivered,
            Self::Choice(_) => EventKind::Choice,
            Self::Consent(_) => EventKind::Consent,
            Self::Handover(_) => EventKind::Handover,
            Self::External(_) => EventKind::External,
            Self::Quiet(_) => EventKind::Quiet,
            Self::Bundle(_) => EventKind::Bundle,
        }
    }
}

impl Timer {
    pub(crate) fn of(name: &str, payload: &(impl Serialize + ?Sized)) -> Result<Self, PayloadError> {
        Named::of(name.into(), payload).map(Self)
    }

    pub(crate) fn to_bytes(&self) -> Bytes {
        self.0.to_bytes()
    }

    /// The name it was set under.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What was given to it.
    ///
    /// # Errors
    /// It is of another shape.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, PayloadError> {
        self.0.get()
    }
}

impl Custom {
    pub(crate) fn of<T: Serialize>(payload: &T) -> Result<Self, PayloadError> {
        Named::of(short_name(type_name::<T>()).into(), payload).map(Self)
    }

    pub(crate) fn to_bytes(&self) -> Bytes {
        self.0.to_bytes()
    }

    /// The name of its type, without the modules it stands in.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The event, if it is one of this type.
    ///
    /// # Errors
    /// It is one by name and of another shape.
    pub fn get<T: DeserializeOwned>(&self) -> Result<Option<T>, PayloadError> {
        if *self.0.name == *short_name(type_name::<T>()) { self.0.get().map(Some) } else { Ok(None) }
    }
}

impl External {
    /// What is told under this id; nothing if the body is not JSON.
    pub(crate) fn of(source: &str, id: &str, of: &str, body: &[u8]) -> Option<Self> {
        let data = serde_json::from_slice(body).ok()?;
        Some(Self { source: source.into(), id: id.into(), event: Named { name: of.into(), data } })
    }

    /// Of what we wrote ourselves; something else counts as nothing.
    fn read(body: &[u8]) -> Self {
        let StoredExternal { source, id, of, data } = serde_json::from_slice(body).unwrap_or_default();
        let data = data.unwrap_or_else(|| RawValue::NULL.to_owned());
        Self { source: source.into(), id: id.into(), event: Named { name: of.into(), data } }
    }

    pub(crate) fn to_bytes(&self) -> Bytes {
        let stored = StoredExternal {
            source: Cow::Borrowed(&self.source),
            id: Cow::Borrowed(&self.id),
            of: Cow::Borrowed(&self.event.name),
            data: Some(self.event.data.clone()),
        };
        serde_json::to_vec(&stored).unwrap_or_default().into()
    }

    /// The name of the source, as it is mounted.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What the source knows it by.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The event, if the source is one of this type.
    ///
    /// # Errors
    /// It is one by name and of another shape, as the type has changed since it came.
    pub fn get<T: DeserializeOwned>(&self) -> Result<Option<T>, PayloadError> {
        if *self.event.name == *short_name(type_name::<T>()) { self.event.get().map(Some) } else { Ok(None) }
    }

    /// The event as it came.
    pub fn json(&self) -> &str {
        self.event.data.get()
    }
}

/// In the place of a type's name, which it can't be.
const PATIENCE: &str = "#patience";
/// The name of the timer at which the patience of what is under way ends.
pub(crate) const PATIENCE_TIMER: &str = "d";

/// The name of the timer at which a session of this type ends.
pub(crate) fn session_timer(name: &str) -> String {
    format!("s.{name}")
}

impl Expired {
    /// What is kept in the queue: the name alone, as what was kept is still where it was.
    pub(crate) fn body(name: &str) -> Bytes {
        Named { name: name.into(), data: RawValue::NULL.to_owned() }.to_bytes()
    }

    /// The patience of what is under way.
    pub(crate) fn patience() -> Bytes {
        Self::body(PATIENCE)
    }

    /// The name of the timer that it was.
    pub(crate) fn timer_name(&self) -> String {
        if self.is_patience() { PATIENCE_TIMER.to_owned() } else { session_timer(&self.name) }
    }

    pub(crate) fn is_patience(&self) -> bool {
        *self.name == *PATIENCE
    }

    pub(crate) fn with(self, last: Option<Bytes>) -> Self {
        Self { last, ..self }
    }

    /// The name of the session's type, without the modules it stands in.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The session as it was at its end, if it is one of this type.
    ///
    /// # Errors
    /// It is one by name and of another shape.
    pub fn get<T: DeserializeOwned>(&self) -> Result<Option<T>, PayloadError> {
        let Some(last) = self.last.as_ref().filter(|_| *self.name == *short_name(type_name::<T>())) else {
            return Ok(None);
        };
        serde_json::from_slice(last).map(Some).map_err(|source| PayloadError {
            name: Arc::clone(&self.name),
            doing: Doing::Read,
            source,
        })
    }
}

impl Scheduled {
    pub(crate) fn body(name: &str) -> Bytes {
        Named { name: name.into(), data: RawValue::NULL.to_owned() }.to_bytes()
    }

    /// The schedule's name.
    pub fn name(&self) -> &str {
        &self.0.name
    }
}

impl fmt::Display for ChatKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Recipient { user_id, wa_id, group_id, .. } = &self.who;
        let who = user_id.as_ref().map(AsRef::<str>::as_ref);
        let who = who.or_else(|| wa_id.as_ref().map(AsRef::as_ref));
        let who = who.or_else(|| group_id.as_ref().map(AsRef::as_ref));
        write!(f, "{}/{}", self.number, who.unwrap_or("?"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Paid {
        order: u64,
    }

    mod other {
        #[derive(serde::Deserialize)]
        pub(super) struct Paid(#[expect(dead_code, reason = "only its shape matters")] String);
    }

    #[test]
    fn what_is_written_is_read() {
        let timer = Timer::of("tea", &("green", 3)).unwrap();
        let Happening::Timer(timer) = Happening::read(EventKind::Timer, &timer.to_bytes()) else {
            panic!("a timer")
        };
        assert_eq!(
            (timer.name(), timer.payload::<(String, u8)>().unwrap()),
            ("tea", ("green".to_owned(), 3))
        );
        assert!(timer.payload::<u8>().is_err());

        let custom = Custom::of(&Paid { order: 17 }).unwrap();
        let Happening::Custom(custom) = Happening::read(EventKind::Custom, &custom.to_bytes()) else {
            panic!("a custom event")
        };
        assert_eq!(custom.get::<Paid>().unwrap(), Some(Paid { order: 17 }));
        assert_eq!(custom.get::<String>().unwrap(), None);
        let refused = custom.get::<other::Paid>().err().unwrap();
        assert!(refused.to_string().contains("`Paid` does not fit"), "{refused}");
    }

    #[test]
    fn what_we_did_not_write_is_nothing() {
        for body in [&b""[..], b"null", b"{\"name\":1}", b"\xff"] {
            let Happening::Timer(timer) = Happening::read(EventKind::Timer, &Bytes::from_static(body)) else {
                panic!("a timer")
            };
            assert_eq!((timer.name(), timer.payload::<()>().unwrap()), ("", ()));
        }
    }
}
