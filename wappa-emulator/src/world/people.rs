//! What people do beside saying things: block, opt out, change their number; and what their phones and owners do.

use wappa_cloud::{MessageId, UserId, WaId};

use super::act::ActError;
use super::change::Change;
use super::content::{Content, Text};
use super::extras::{Extras, Mark};
use super::model::{ChatKey, Msg, Number, Person, PersonId, Reactions, Side, Tick};
use super::outbox::{Lane, Topic};
use super::standing::{Coexistence, Standing};
use super::{World, notice, webhook};

/// Whether a person wants marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marketing {
    /// Not any more.
    Stop,
    /// Again.
    Resume,
}

/// Whether a person hears a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocking {
    /// Not any more.
    Block,
    /// Again.
    Unblock,
}

impl World {
    /// Changes what is known about a person, without a word to anybody.
    pub(crate) fn edit_person(
        &mut self,
        id: &PersonId,
        edit: impl FnOnce(&mut Person),
    ) -> Result<Person, ActError> {
        let mut person = self.state.person(id).cloned().ok_or_else(|| nobody(id))?;
        edit(&mut person);
        person.id = id.clone();
        self.put(Change::Person { person: person.clone() });
        Ok(person)
    }

    /// Changes how a number stands, and tells its app what Meta would tell.
    pub(crate) fn edit_standing(
        &mut self,
        now: i64,
        id: &wappa_cloud::PhoneNumberId,
        edit: impl FnOnce(&mut Standing),
    ) -> Result<Number, ActError> {
        let mut number = self.number_named(id)?;
        let before = number.standing.clone();
        edit(&mut number.standing);
        let after = number.standing.clone();
        self.put(Change::Number { number: number.clone() });
        if (before.tier, before.throughput) != (after.tier, after.throughput) {
            let body = notice::quality(&number, now, after.tier, after.throughput);
            self.queue_field(account(&number), "phone_number_quality_update", now, "number quality", body);
        }
        Ok(number)
    }

    /// A person blocks a number or lets it speak again. No webhook tells.
    pub(crate) fn block(&mut self, chat: &ChatKey, blocking: Blocking) -> Result<(), ActError> {
        self.known(chat)?;
        let number = chat.number.clone();
        self.edit_person(&chat.person, |person| match blocking {
            Blocking::Block => {
                person.attitude.blocks.insert(number);
            }
            Blocking::Unblock => {
                person.attitude.blocks.remove(&number);
            }
        })?;
        Ok(())
    }

    /// A person stops or resumes marketing from a business.
    pub(crate) fn opt(&mut self, now: i64, chat: &ChatKey, marketing: Marketing) -> Result<(), ActError> {
        let number = self.number_named(&chat.number)?;
        let waba = number.waba_id.clone();
        let person = self.edit_person(&chat.person, |person| match marketing {
            Marketing::Stop => {
                person.attitude.stopped_marketing.insert(waba);
            }
            Marketing::Resume => {
                person.attitude.stopped_marketing.remove(&waba);
            }
        })?;
        let word = match marketing {
            Marketing::Stop => "stop",
            Marketing::Resume => "resume",
        };
        let body = notice::preference(&number, &person, now, word);
        let summary = format!("{} wants marketing to {word}", person.name);
        self.queue_field(Lane::Chat(chat.clone()), "user_preferences", now, &summary, body);
        Ok(())
    }

    /// A person moves to another phone number: Meta makes a new user id and says which person it was.
    pub(crate) fn change_number(&mut self, now: i64, chat: &ChatKey, to: WaId) -> Result<Person, ActError> {
        let fresh = self.mint.user_id();
        self.rename(now, chat, |person| {
            person.wa_id = Some(to);
            person.user_id = fresh;
        })
    }

    /// A person gets another user id and keeps the phone number.
    pub(crate) fn change_user_id(&mut self, now: i64, chat: &ChatKey) -> Result<UserId, ActError> {
        let fresh = self.mint.user_id();
        let id = fresh.clone();
        self.rename(now, chat, |person| person.user_id = fresh)?;
        Ok(id)
    }

    fn rename(
        &mut self,
        now: i64,
        chat: &ChatKey,
        edit: impl FnOnce(&mut Person),
    ) -> Result<Person, ActError> {
        let number = self.number_named(&chat.number)?;
        let before = self.state.person(&chat.person).cloned().ok_or_else(|| nobody(&chat.person))?;
        let after = self.edit_person(&chat.person, edit)?;
        let id = self.mint.wamid(before.wa_id.as_ref().map_or("", WaId::as_str), Side::Person);
        let body = notice::system(&number, &id, now, &before, &after);
        let summary = format!("system: {} changed", before.name);
        self.queue(Lane::Chat(chat.clone()), Topic::Messages, None, now, summary, body);
        Ok(after)
    }

    /// A person changes what was said, within the 15 minutes phones allow.
    pub(crate) fn edit_message(
        &mut self,
        now: i64,
        chat: &ChatKey,
        id: &MessageId,
        text: &str,
    ) -> Result<MessageId, ActError> {
        let content = Content::Text(Text { body: text.to_owned(), preview_url: false });
        self.touch(now, chat, id, Mark::Edited, Some(content))
    }

    /// A person deletes what was said, for everyone.
    pub(crate) fn revoke(&mut self, now: i64, chat: &ChatKey, id: &MessageId) -> Result<MessageId, ActError> {
        self.touch(now, chat, id, Mark::Revoked, None)
    }

    fn touch(
        &mut self,
        now: i64,
        chat: &ChatKey,
        on: &MessageId,
        mark: Mark,
        content: Option<Content>,
    ) -> Result<MessageId, ActError> {
        self.known(chat)?;
        let message = self.state.chat(chat).and_then(|chat| chat.message(on));
        message
            .filter(|message| message.from == Side::Person && message.mark != Mark::Revoked)
            .ok_or_else(|| ActError::NoSuchMessage(on.clone()))?;
        let (Some(number), Some(person)) =
            (self.state.number(&chat.number).cloned(), self.state.person(&chat.person).cloned())
        else {
            return Err(nobody(&chat.person));
        };
        let id = self.mint.wamid(person.wa_id.as_ref().map_or("", WaId::as_str), Side::Person);
        let body = webhook::of_touch(&number, &person, &id, now, on, content.as_ref());
        self.put(Change::Touched {
            chat: chat.clone(),
            id: on.clone(),
            mark,
            content: content.map(Box::new),
        });
        let word = if mark == Mark::Edited { "edit" } else { "revoke" };
        let summary = format!("{word} from {}", person.name);
        self.queue(Lane::Chat(chat.clone()), Topic::Messages, None, now, summary, body);
        Ok(id)
    }

    /// A person clicks the link of a marketing template.
    pub(crate) fn click(&mut self, now: i64, chat: &ChatKey, id: &MessageId) -> Result<(), ActError> {
        let number = self.number_named(&chat.number)?;
        let message = self.state.chat(chat).and_then(|chat| chat.message(id));
        match message.map(|message| &message.content) {
            Some(Content::Template(template)) if template.category == "marketing" => {}
            _ => return Err(ActError::NoSuchMessage(id.clone())),
        }
        let body = notice::link_click(&number, now, "cta");
        self.queue(Lane::Chat(chat.clone()), Topic::Messages, None, now, "link click".to_owned(), body);
        Ok(())
    }

    /// The owner of a number writes in the WhatsApp Business app; only where the number is used there too.
    pub(crate) fn owner_says(&mut self, now: i64, chat: &ChatKey, text: &str) -> Result<MessageId, ActError> {
        self.known(chat)?;
        let number = self.number_named(&chat.number)?;
        if number.standing.coexistence == Coexistence::ApiOnly {
            return Err(ActError::NotInTheApp(number.id.to_string()));
        }
        let person = self.state.person(&chat.person).cloned().ok_or_else(|| nobody(&chat.person))?;
        let id = self.mint.wamid(person.wa_id.as_ref().map_or("", WaId::as_str), Side::Business);
        let message = Msg {
            id: id.clone(),
            from: Side::Business,
            at: now,
            status: Tick::Delivered,
            error: None,
            context: None,
            reactions: Reactions::default(),
            opaque: None,
            by: None,
            mark: Mark::Untouched,
            extras: Extras::default(),
            content: Content::Text(Text { body: text.to_owned(), preview_url: false }),
        };
        self.put(Change::Message { chat: chat.clone(), message: Box::new(message), due: None });
        let body = notice::echo(&number, &person, &id, now, text);
        self.queue_field(
            Lane::Chat(chat.clone()),
            "smb_message_echoes",
            now,
            &format!("echo to {}", person.name),
            body,
        );
        Ok(id)
    }
}

pub(super) fn account(number: &Number) -> Lane {
    Lane::Account { waba: number.waba_id.clone() }
}

fn nobody(id: &PersonId) -> ActError {
    ActError::NoSuchPerson(id.to_string())
}
