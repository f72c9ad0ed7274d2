//! What the world consists of: numbers, people, chats, messages, media. Data only; how it changes is in `change`.

use serde::{Deserialize, Serialize};
use std::fmt;
use wappa_cloud::{MediaId, MessageId, Motion, PhoneNumberId, UserId, WaId, WabaId};

use super::content::Content;
use super::extras::{Extras, Mark};
use super::standing::{Attitude, Standing};

/// A business number and everything an app needs to use it.
///
/// The secrets are plain text here because this is Meta's side of them, invented by the emulator; they are written
/// to the world's own file and never to the page, the wire log or `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Number {
    /// Phone number id, 15 digits.
    pub id: PhoneNumberId,
    /// The number in digits with country code, as webhooks name it.
    pub phone: String,
    /// The business's verified name.
    pub name: String,
    /// The business account it belongs to, 16 digits.
    pub waba_id: WabaId,
    /// How it stands with Meta.
    #[serde(default)]
    pub standing: Standing,
    pub(crate) app_secret: String,
    pub(crate) access_token: String,
    /// When the token stops working, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_until: Option<i64>,
    pub(crate) verify_token: String,
}

impl Number {
    /// The app it belongs to, 15 digits.
    pub fn app_id(&self) -> String {
        format!("8{}", self.id.as_str().get(1..).unwrap_or_default())
    }

    /// The number as people read it, e.g. `+1 555 019 9000`.
    pub fn display(&self) -> String {
        match (self.phone.get(..1), self.phone.get(1..4), self.phone.get(4..7), self.phone.get(7..)) {
            (Some(country), Some(area), Some(exchange), Some(line)) => {
                format!("+{country} {area} {exchange} {line}")
            }
            _ => format!("+{}", self.phone),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Number")
            .field("id", &self.id)
            .field("phone", &self.phone)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The emulator's own handle on a person, e.g. `p1`; Meta has nothing like it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub String);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Somebody with a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The emulator's handle.
    pub id: PersonId,
    /// The profile name the person chose.
    pub name: String,
    /// Phone number as Meta gives it; absent where a username hides it.
    pub wa_id: Option<WaId>,
    /// The business-scoped user id.
    pub user_id: UserId,
    /// The username, if one was taken.
    pub username: Option<String>,
    /// The phone's language, e.g. `en_US`.
    #[serde(default = "english")]
    pub locale: String,
    /// Where the phone's number is from, as two letters.
    #[serde(default = "united_states")]
    pub country: String,
    /// What stands between this person and a business.
    #[serde(default)]
    pub attitude: Attitude,
}

fn english() -> String {
    "en_US".to_owned()
}

fn united_states() -> String {
    "US".to_owned()
}

/// Which chat: a business number and a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChatKey {
    /// The business number.
    pub number: PhoneNumberId,
    /// The person.
    pub person: PersonId,
}

/// One conversation between a number and a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chat {
    /// The business number.
    pub number: PhoneNumberId,
    /// The person.
    pub person: PersonId,
    /// Everything said, oldest first.
    pub messages: Vec<Msg>,
    /// Until when the person sees "typing…", in milliseconds since the epoch; 0 when not.
    pub typing_until: i64,
    /// Until when free-form messages are allowed; `None` before the person first wrote.
    pub window_until: Option<i64>,
    /// The free entry point of an ad, if one led here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
}

/// The free entry point: a person came by an ad, and if the business answers within 24 hours all is free for 72.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When the person came, in milliseconds since the epoch.
    pub came: i64,
    /// Until when messages are free, once the business has answered.
    pub free_until: Option<i64>,
}

impl Chat {
    pub(crate) fn new(key: &ChatKey) -> Self {
        Self {
            number: key.number.clone(),
            person: key.person.clone(),
            messages: Vec::new(),
            typing_until: 0,
            window_until: None,
            entry: None,
        }
    }

    /// The message with this id.
    pub fn message(&self, id: &MessageId) -> Option<&Msg> {
        self.messages.iter().rev().find(|message| message.id == *id)
    }

    pub(crate) fn message_mut(&mut self, id: &MessageId) -> Option<&mut Msg> {
        self.messages.iter_mut().rev().find(|message| message.id == *id)
    }

    /// Whether free-form messages are allowed at `now` (milliseconds since the epoch).
    pub fn window(&self, now: i64) -> Window {
        match self.window_until {
            Some(until) if until > now => Window::Open,
            _ => Window::Closed,
        }
    }
}

/// The customer service window of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The person wrote within the last 24 hours.
    Open,
    /// Only templates are delivered.
    Closed,
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The person on the phone.
    Person,
    /// The business, that is the bot.
    Business,
}

/// How far a message came. The order is the order of life; `Failed` is an end of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// Accepted, nothing reported yet.
    Pending,
    /// One grey tick.
    Sent,
    /// Two grey ticks.
    Delivered,
    /// Two blue ticks.
    Read,
    /// A voice message was listened to.
    Played,
    /// It will not arrive.
    Failed,
}

impl Tick {
    /// Whether a message in this state may go on to `next`: life only moves forward, and what arrived can't fail.
    pub(crate) fn leads_to(self, next: Self) -> bool {
        match next {
            Self::Failed => matches!(self, Self::Pending | Self::Sent),
            _ => self != Self::Failed && self < next,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
            Self::Failed => "failed",
        }
    }
}

/// Why a message failed, as a status webhook says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Meta's error code.
    pub code: u32,
    /// Its short title.
    pub title: String,
    /// What about this message.
    pub details: String,
}

/// The message that a message answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// Its id; the message itself need not exist any more.
    pub id: MessageId,
}

/// The one reaction each side can have on a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reactions {
    /// The person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The business's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
}

/// A message, from either side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Msg {
    /// The wamid.
    pub id: MessageId,
    /// Who said it.
    pub from: Side,
    /// When, in milliseconds since the epoch.
    pub at: i64,
    /// How far it came.
    pub status: Tick,
    /// Why it failed.
    pub error: Option<Failure>,
    /// What it answers.
    pub context: Option<Quoted>,
    /// Reactions on it.
    #[serde(default)]
    pub reactions: Reactions,
    /// `biz_opaque_callback_data` of the send, echoed by every status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opaque: Option<String>,
    /// Who of a group said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// What became of it afterwards.
    #[serde(default, skip_serializing_if = "Mark::is_untouched")]
    pub mark: Mark,
    /// What goes along with it.
    #[serde(default, skip_serializing_if = "Extras::is_empty")]
    pub extras: Extras,
    /// What is said.
    #[serde(flatten)]
    pub content: Content,
}

/// What is known about a media file; its bytes are kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// The media id.
    pub id: MediaId,
    /// MIME type as it was uploaded.
    pub mime: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// File name, if one was given.
    pub filename: Option<String>,
    /// The side that brought it.
    pub from: Side,
    /// Whether it moves, if it is a sticker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion: Option<Motion>,
    /// When the id stops working: 30 days after a business's upload, 7 days after a person's message.
    pub expires_at: i64,
}
