//! The state of a world: the fold of its changes. Decides nothing.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use wappa_cloud::{MediaId, MessageId, PhoneNumberId, WabaId};

use super::change::Change;
use super::content::Content;
use super::model::{Chat, ChatKey, Media, Msg, Number, Person, PersonId, Side, Tick};
use super::outbox::Outbox;
use super::template::Template;

/// Everything a world knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub(crate) numbers: Vec<Number>,
    pub(crate) people: Vec<Person>,
    pub(crate) chats: BTreeMap<ChatKey, Chat>,
    pub(crate) media: BTreeMap<MediaId, Media>,
    pub(crate) templates: BTreeMap<(String, String), Template>,
    /// By what they belong to and what they are called.
    pub(crate) records: BTreeMap<(String, String), Value>,
    pub(crate) outbox: Outbox,
    pub(crate) clock_offset: i64,
    /// Messages of the business that are on their way to a phone, by the time they arrive.
    pub(crate) due: BTreeSet<(i64, ChatKey, MessageId)>,
    /// Where each message is, so that a mark-as-read finds it.
    pub(crate) places: BTreeMap<MessageId, ChatKey>,
}

impl State {
    /// The business numbers, oldest first.
    pub fn numbers(&self) -> &[Number] {
        &self.numbers
    }

    /// The people, oldest first.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// The chats in which something happened.
    pub fn chats(&self) -> impl Iterator<Item = &Chat> {
        self.chats.values()
    }

    /// One chat, if something happened in it.
    pub fn chat(&self, key: &ChatKey) -> Option<&Chat> {
        self.chats.get(key)
    }

    /// What is known about a media file.
    pub fn media(&self, id: &MediaId) -> Option<&Media> {
        self.media.get(id)
    }

    /// The number with this id.
    pub fn number(&self, id: &PhoneNumberId) -> Option<&Number> {
        self.numbers.iter().find(|number| number.id == *id)
    }

    /// The person with this handle.
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == *id)
    }

    /// The business accounts, each once.
    pub fn accounts(&self) -> Vec<WabaId> {
        let mut accounts: Vec<WabaId> = Vec::new();
        for number in &self.numbers {
            if !accounts.contains(&number.waba_id) {
                accounts.push(number.waba_id.clone());
            }
        }
        accounts
    }

    /// The first person of this name.
    pub fn person_named(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.name == name)
    }

    /// The shortest history that leads here.
    pub(crate) fn history(&self) -> Vec<Change> {
        let mut history = Vec::new();
        history.extend(self.numbers.iter().map(|number| Change::Number { number: number.clone() }));
        history.extend(self.people.iter().map(|person| Change::Person { person: person.clone() }));
        history
            .extend(self.templates.values().map(|template| Change::Template { template: template.clone() }));
        history.extend(self.records.iter().map(|((of, name), value)| Change::Record {
            of: of.clone(),
            name: name.clone(),
            value: Some(value.clone()),
        }));
        history.extend(self.media.values().map(|media| Change::Media { media: media.clone() }));
        for (key, chat) in &self.chats {
            for message in &chat.messages {
                let due = self.due.iter().find(|(_, _, id)| *id == message.id).map(|(at, ..)| *at);
                history.push(Change::Message { chat: key.clone(), message: Box::new(message.clone()), due });
            }
            if let Some(until) = chat.window_until {
                history.push(Change::Window { chat: key.clone(), until });
            }
            if let Some(entry) = chat.entry {
                history.push(Change::Entry { chat: key.clone(), entry });
            }
            if chat.typing_until != 0 {
                history.push(Change::Typing { chat: key.clone(), until: chat.typing_until });
            }
        }
        history.extend(self.outbox.all().map(|webhook| Change::Webhook { webhook: webhook.clone() }));
        if self.clock_offset != 0 {
            history.push(Change::Clock { offset: self.clock_offset });
        }
        history
    }

    fn chat_mut(&mut self, key: &ChatKey) -> &mut Chat {
        self.chats.entry(key.clone()).or_insert_with(|| Chat::new(key))
    }

    /// Lets a change happen. Applying the same journal gives the same state.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::Number { number } => match self.numbers.iter_mut().find(|known| known.id == number.id) {
                Some(known) => *known = number.clone(),
                None => self.numbers.push(number.clone()),
            },
            Change::Person { person } => match self.people.iter_mut().find(|known| known.id == person.id) {
                Some(known) => *known = person.clone(),
                None => self.people.push(person.clone()),
            },
            Change::Message { chat, message, due } => {
                if let Some(at) = due {
                    self.due.insert((*at, chat.clone(), message.id.clone()));
                }
                self.places.insert(message.id.clone(), chat.clone());
                self.chat_mut(chat).messages.push(Msg::clone(message));
            }
            Change::Status { chat, id, status, error, .. } => {
                if *status != Tick::Sent {
                    self.due.retain(|(_, _, waiting)| waiting != id);
                }
                if let Some(message) = self.chat_mut(chat).message_mut(id)
                    && message.status.leads_to(*status)
                {
                    message.status = *status;
                    message.error.clone_from(error);
                }
            }
            Change::Typing { chat, until } => self.chat_mut(chat).typing_until = *until,
            Change::ReadByBusiness { chat, id } => {
                if let Some(message) = self.chat_mut(chat).message_mut(id)
                    && message.status.leads_to(Tick::Read)
                {
                    message.status = Tick::Read;
                }
            }
            Change::Reaction { chat, on, by, emoji } => {
                if let Some(message) = self.chat_mut(chat).message_mut(on) {
                    match by {
                        Side::Person => message.reactions.person.clone_from(emoji),
                        Side::Business => message.reactions.business.clone_from(emoji),
                    }
                }
            }
            Change::Entry { chat, entry } => self.chat_mut(chat).entry = Some(*entry),
            Change::Touched { chat, id, mark, content } => {
                if let Some(message) = self.chat_mut(chat).message_mut(id) {
                    message.mark = *mark;
                    if let Some(content) = content {
                        message.content = Content::clone(content);
                    }
                }
            }
            Change::Window { chat, until } => self.chat_mut(chat).window_until = Some(*until),
            Change::Cleared { chat } => {
                self.chat_mut(chat).messages.clear();
                self.places.retain(|_, place| place != chat);
                self.due.retain(|(_, place, _)| place != chat);
            }
            Change::Rewound { chat, before, window } => {
                let known = self.chat_mut(chat);
                let at = known.messages.iter().position(|message| message.id == *before);
                let gone = known.messages.split_off(at.unwrap_or(known.messages.len()));
                known.typing_until = 0;
                known.window_until = *window;
                let first = gone.first().map_or(i64::MAX, |message| message.at);
                known.entry = known.entry.filter(|entry| entry.came < first);
                self.due.retain(|(_, _, id)| gone.iter().all(|message| message.id != *id));
                self.places.retain(|id, _| gone.iter().all(|message| message.id != *id));
            }
            Change::Media { media } => {
                self.media.insert(media.id.clone(), media.clone());
            }
            Change::MediaGone { id } => {
                self.media.remove(id);
            }
            Change::Template { template } => {
                self.templates.insert((template.name.clone(), template.language.clone()), template.clone());
            }
            Change::TemplateGone { name, language } => {
                self.templates.remove(&(name.clone(), language.clone()));
            }
            Change::Record { of, name, value } => {
                let key = (of.clone(), name.clone());
                match value {
                    Some(value) => self.records.insert(key, value.clone()),
                    None => self.records.remove(&key),
                };
            }
            Change::Webhook { webhook } => self.outbox.push(webhook.clone()),
            Change::WebhookDone { lane, n, .. } => self.outbox.remove(lane, *n),
            Change::Clock { offset } => self.clock_offset = *offset,
        }
    }
}
