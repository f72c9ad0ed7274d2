//! What can change in a world. The journal is a list of these and the state is their fold, nothing else.

use serde::{Deserialize, Serialize};
use wappa_cloud::{MediaId, MessageId};

use super::content::Content;
use super::extras::Mark;
use super::model::{ChatKey, Entry, Failure, Media, Msg, Number, Person, Side, Tick};
use super::outbox::{Lane, Outcome, Webhook};
use super::template::Template;

/// One thing that happened. Times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Change {
    /// A business number came into being.
    Number {
        /// The number.
        number: Number,
    },
    /// A person got a phone.
    Person {
        /// The person.
        person: Person,
    },
    /// Somebody said something.
    Message {
        /// Where.
        chat: ChatKey,
        /// What.
        message: Box<Msg>,
        /// When it reaches the phone, for what the business says; `None` if it never will.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<i64>,
    },
    /// A message came further.
    Status {
        /// Where.
        chat: ChatKey,
        /// Which message.
        id: MessageId,
        /// How far.
        status: Tick,
        /// When.
        at: i64,
        /// Why, if it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<Failure>,
    },
    /// The person sees the business typing; 0 ends it.
    Typing {
        /// Where.
        chat: ChatKey,
        /// Until when.
        until: i64,
    },
    /// The business marked a person's message as read.
    ReadByBusiness {
        /// Where.
        chat: ChatKey,
        /// Which message.
        id: MessageId,
    },
    /// A reaction was set, replaced or taken back (`None`).
    Reaction {
        /// Where.
        chat: ChatKey,
        /// On which message.
        on: MessageId,
        /// Whose.
        by: Side,
        /// Which.
        emoji: Option<String>,
    },
    /// The customer service window opened or was renewed.
    Window {
        /// Where.
        chat: ChatKey,
        /// Until when.
        until: i64,
    },
    /// A person came by an ad, or the business answered in time.
    Entry {
        /// Where.
        chat: ChatKey,
        /// The free entry point.
        entry: Entry,
    },
    /// A message was edited or deleted.
    Touched {
        /// Where.
        chat: ChatKey,
        /// Which message.
        id: MessageId,
        /// What was done.
        mark: Mark,
        /// What it says now, if it was edited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Box<Content>>,
    },
    /// The person emptied the chat on the phone.
    Cleared {
        /// Which chat.
        chat: ChatKey,
    },
    /// A message of the person, and everything after it, is as if it had never been.
    Rewound {
        /// Which chat.
        chat: ChatKey,
        /// The first message that is gone.
        before: MessageId,
        /// Until when the window is open now.
        window: Option<i64>,
    },
    /// A file was uploaded.
    Media {
        /// What is known about it.
        media: Media,
    },
    /// A file is gone.
    MediaGone {
        /// Which.
        id: MediaId,
    },
    /// A template was registered.
    Template {
        /// The template.
        template: Template,
    },
    /// A template was deleted.
    TemplateGone {
        /// Its name.
        name: String,
        /// Its language.
        language: String,
    },
    /// Something that only Graph shows was set, or taken away.
    Record {
        /// What it belongs to.
        of: String,
        /// What it is called.
        name: String,
        /// What it is now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<serde_json::Value>,
    },
    /// A webhook waits for delivery.
    Webhook {
        /// The webhook.
        webhook: Webhook,
    },
    /// A webhook waits no longer.
    WebhookDone {
        /// Its lane.
        #[serde(alias = "chat")]
        lane: Lane,
        /// Its number.
        n: u64,
        /// How it ended.
        outcome: Outcome,
    },
    /// The world's clock was set ahead of the machine's.
    Clock {
        /// By how many milliseconds in all.
        offset: i64,
    },
}
