//! What people do on their phones. What a business does is in `graph`.

use serde::Deserialize;
use serde_json::{Value, json};
use wappa_cloud::{MediaId, MediaKind, MessageId};

use super::action::{Action, CallPermission, FlowInvite, FormReply, Order};
use super::change::Change;
use super::content::{Attachment, Content, Location, Reply, TemplateButton, Text, Unsupported};
use super::extras::{Extras, Mark};
use super::model::{ChatKey, Entry, Msg, Quoted, Reactions, Side, Tick};
use super::outbox::{Lane, Topic};
use super::{INBOUND_KEPT_FOR, WINDOW, World, webhook};

/// Something a person says, in the page's JSON.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum PersonAct {
    /// Types a text.
    Text {
        /// The words.
        body: String,
        /// The message it answers.
        #[serde(default)]
        context: Option<MessageId>,
    },
    /// Sends a picture.
    Image(MediaAct),
    /// Sends a film.
    Video(MediaAct),
    /// Sends sound.
    Audio(MediaAct),
    /// Sends a file.
    Document(MediaAct),
    /// Sends a sticker.
    Sticker(MediaAct),
    /// Sends a place.
    Location(Location),
    /// Sends the place that was asked for.
    AnswerLocation {
        /// The message that asked.
        message: MessageId,
        /// The place.
        location: Location,
    },
    /// Sends contact cards.
    Contacts {
        /// The cards.
        contacts: Vec<CardAct>,
        /// The message it answers.
        #[serde(default)]
        context: Option<MessageId>,
    },
    /// Orders from a catalog.
    Order(Order),
    /// Sends a Flow back, filled in. The token of the invitation is put into what is sent.
    SubmitFlow {
        /// The invitation.
        message: MessageId,
        /// What was filled in.
        response: Value,
    },
    /// Sends an address back.
    SubmitAddress {
        /// The message that asked for it.
        message: MessageId,
        /// What was filled in.
        values: Value,
    },
    /// Says whether the business may call.
    AnswerCallRequest {
        /// The message that asked.
        message: MessageId,
        /// The answer.
        response: CallPermission,
    },
    /// Opens the chat for the first time, where the number has a welcome message.
    Welcome,
    /// Sends something businesses can't get, e.g. `poll_creation`.
    Unsupported {
        /// Meta's word for it.
        kind: String,
    },
    /// Taps a button or a row of a message of the business.
    Tap {
        /// The message.
        message: MessageId,
        /// The id of the button or row.
        id: String,
    },
}

/// A media file a person sends; it was uploaded before.
#[derive(Clone, Debug, Deserialize)]
pub struct MediaAct {
    /// The file.
    pub media: MediaId,
    /// Words below it.
    #[serde(default)]
    pub caption: Option<String>,
    /// A document's name.
    #[serde(default)]
    pub filename: Option<String>,
    /// `Some(true)` for a voice message.
    #[serde(default)]
    pub voice: Option<bool>,
    /// The message it answers.
    #[serde(default)]
    pub context: Option<MessageId>,
}

impl MediaAct {
    /// A file with nothing said about it.
    pub fn new(media: MediaId) -> Self {
        Self { media, caption: None, filename: None, voice: None, context: None }
    }
}

/// A contact card a person sends.
#[derive(Clone, Debug, Deserialize)]
pub struct CardAct {
    /// Whose.
    pub name: String,
    /// Their number as people write it.
    pub phone: String,
}

/// Why a person can't do that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActError {
    /// No number has this id.
    #[error("there is no business number {0}")]
    NoSuchNumber(String),
    /// No template has this name and language.
    #[error("there is no template {0} in {1}")]
    NoSuchTemplate(String, String),
    /// No group has this id, or the person is not in it.
    #[error("there is no group {0} with this person in it")]
    NoSuchGroup(String),
    /// No Flow has this id.
    #[error("there is no Flow {0}")]
    NoSuchFlow(String),
    /// Eight people are in the group.
    #[error("the group is full")]
    GroupFull,
    /// No call has this id, or it is over.
    #[error("there is no call {0} under way")]
    NoSuchCall(String),
    /// Nobody has this handle or name.
    #[error("there is no person {0}")]
    NoSuchPerson(String),
    /// The chat has no such message.
    #[error("there is no message {0} in this chat")]
    NoSuchMessage(MessageId),
    /// The file was never uploaded or is gone.
    #[error("there is no media file {0}")]
    NoSuchMedia(MediaId),
    /// Nothing to tap by this id or title.
    #[error("there is nothing to tap called {0:?}")]
    NothingToTap(String),
    /// Only a number that is used in the WhatsApp Business app has an owner who writes there.
    #[error("the number {0} is not used in the WhatsApp Business app; set its coexistence first")]
    NotInTheApp(String),
    /// The phone's own send button would be grey.
    #[error("there is nothing to send")]
    Empty,
}

impl World {
    /// A person says something, with something along with it. The answer is the wamid.
    pub(crate) fn act_with(
        &mut self,
        now: i64,
        chat: &ChatKey,
        act: PersonAct,
        extras: Extras,
    ) -> Result<MessageId, ActError> {
        self.known(chat)?;
        let (content, answered) = self.said(now, chat, act)?;
        let person = self.state.person(&chat.person).ok_or_else(|| no_person(chat))?;
        let digits = person.wa_id.as_ref().map_or(String::new(), |id| id.as_str().to_owned());
        let id = self.mint.wamid(&digits, Side::Person);
        let message = Msg {
            id: id.clone(),
            from: Side::Person,
            at: now,
            status: Tick::Sent,
            error: None,
            context: answered.map(|id| Quoted { id }),
            reactions: Reactions::default(),
            opaque: None,
            by: None,
            mark: Mark::Untouched,
            extras,
            content,
        };
        self.put(Change::Message { chat: chat.clone(), message: Box::new(message.clone()), due: None });
        self.put(Change::Window { chat: chat.clone(), until: now + WINDOW });
        if message.extras.referral.is_some() {
            let entry = Entry { came: now, free_until: None };
            self.put(Change::Entry { chat: chat.clone(), entry });
        }
        let (Some(number), Some(person)) = (self.state.number(&chat.number), self.state.person(&chat.person))
        else {
            return Ok(id);
        };
        if self.has_blocked(number, person) {
            return Ok(id);
        }
        let body = webhook::of_message(&self.state, number, person, &message, &self.rules.origin);
        let summary = format!("{} from {}", message.content.kind(), person.name);
        self.queue(Lane::Chat(chat.clone()), Topic::Messages, Some(id.clone()), now, summary, body);
        Ok(id)
    }

    /// A person reacts to a message; no emoji takes the reaction back. Meta gives a reaction a wamid of its own.
    pub(crate) fn react(
        &mut self,
        now: i64,
        chat: &ChatKey,
        on: &MessageId,
        emoji: Option<&str>,
    ) -> Result<MessageId, ActError> {
        self.known(chat)?;
        if self.state.chat(chat).and_then(|chat| chat.message(on)).is_none() {
            return Err(ActError::NoSuchMessage(on.clone()));
        }
        let person = self.state.person(&chat.person).cloned().ok_or_else(|| no_person(chat))?;
        let digits = person.wa_id.as_ref().map_or(String::new(), |id| id.as_str().to_owned());
        let id = self.mint.wamid(&digits, Side::Person);
        self.put(Change::Reaction {
            chat: chat.clone(),
            on: on.clone(),
            by: Side::Person,
            emoji: emoji.map(str::to_owned),
        });
        // That a reaction opens the window like any other message is unverified.
        self.put(Change::Window { chat: chat.clone(), until: now + WINDOW });
        if let Some(number) = self.state.number(&chat.number) {
            let body = webhook::of_reaction(number, &person, &id, now, on, emoji);
            let summary = format!("reaction from {}", person.name);
            self.queue(Lane::Chat(chat.clone()), Topic::Messages, None, now, summary, body);
        }
        Ok(id)
    }

    /// A person looks at the chat: what arrived or is about to becomes read.
    pub(crate) fn open(&mut self, now: i64, chat: &ChatKey) -> Result<(), ActError> {
        self.known(chat)?;
        let unread: Vec<(MessageId, Tick)> = self
            .state
            .chat(chat)
            .map_or(&[][..], |chat| &chat.messages)
            .iter()
            .filter(|message| message.from == Side::Business)
            .filter(|message| matches!(message.status, Tick::Sent | Tick::Delivered))
            .map(|message| (message.id.clone(), message.status))
            .collect();
        for (id, status) in unread {
            if status == Tick::Sent {
                self.advance(chat, &id, Tick::Delivered, now, None);
            }
            self.advance(chat, &id, Tick::Read, now, None);
        }
        Ok(())
    }

    /// A person listens to a voice message.
    pub(crate) fn play(&mut self, now: i64, chat: &ChatKey, id: &MessageId) -> Result<(), ActError> {
        self.open(now, chat)?;
        let message = self.state.chat(chat).and_then(|chat| chat.message(id));
        match message.map(|message| &message.content) {
            Some(Content::Audio(audio)) if audio.voice == Some(true) => {
                self.advance(chat, id, Tick::Played, now, None);
                Ok(())
            }
            _ => Err(ActError::NoSuchMessage(id.clone())),
        }
    }

    /// A person empties the chat on the phone. The window stays.
    pub(crate) fn clear(&mut self, chat: &ChatKey) -> Result<(), ActError> {
        self.known(chat)?;
        self.put(Change::Cleared { chat: chat.clone() });
        Ok(())
    }

    pub(crate) fn known(&self, chat: &ChatKey) -> Result<(), ActError> {
        if self.state.number(&chat.number).is_none() {
            return Err(ActError::NoSuchNumber(chat.number.to_string()));
        }
        self.state.person(&chat.person).map(|_| ()).ok_or_else(|| no_person(chat))
    }

    fn said(
        &mut self,
        now: i64,
        chat: &ChatKey,
        act: PersonAct,
    ) -> Result<(Content, Option<MessageId>), ActError> {
        Ok(match act {
            PersonAct::Text { body, context } => {
                if body.trim().is_empty() {
                    return Err(ActError::Empty);
                }
                (Content::Text(Text { body, preview_url: false }), context)
            }
            PersonAct::Image(media) => self.sent_media(now, MediaKind::Image, media)?,
            PersonAct::Video(media) => self.sent_media(now, MediaKind::Video, media)?,
            PersonAct::Audio(media) => self.sent_media(now, MediaKind::Audio, media)?,
            PersonAct::Document(media) => self.sent_media(now, MediaKind::Document, media)?,
            PersonAct::Sticker(media) => self.sent_media(now, MediaKind::Sticker, media)?,
            PersonAct::Location(location) => (Content::Location(location), None),
            PersonAct::AnswerLocation { message, location } => (Content::Location(location), Some(message)),
            PersonAct::Contacts { contacts, context } => {
                if contacts.is_empty() {
                    return Err(ActError::Empty);
                }
                (Content::Contacts(contacts.iter().map(card).collect()), context)
            }
            PersonAct::Order(order) => {
                if order.product_items.is_empty() {
                    return Err(ActError::Empty);
                }
                (Content::Order(order), None)
            }
            PersonAct::SubmitFlow { message, mut response } => {
                let Action::Flow(invite) = self.asked(chat, &message)? else {
                    return Err(ActError::NoSuchMessage(message));
                };
                match response.as_object_mut() {
                    Some(fields) => fields.insert("flow_token".into(), json!(invite.token)),
                    None => return Err(ActError::Empty),
                };
                (Content::Form(FormReply { name: "flow".to_owned(), response }), Some(message))
            }
            PersonAct::SubmitAddress { message, values } => {
                let Action::Address { .. } = self.asked(chat, &message)? else {
                    return Err(ActError::NoSuchMessage(message));
                };
                let response = json!({ "values": values });
                (Content::Form(FormReply { name: "address_message".to_owned(), response }), Some(message))
            }
            PersonAct::AnswerCallRequest { message, response } => {
                if !self.asks_to_call(chat, &message) {
                    return Err(ActError::NoSuchMessage(message));
                }
                (Content::CallPermission { response }, Some(message))
            }
            PersonAct::Welcome => (Content::Welcome {}, None),
            PersonAct::Unsupported { kind } => (Content::Unsupported(Unsupported { kind }), None),
            PersonAct::Tap { message, id } => {
                let tapped = self
                    .state
                    .chat(chat)
                    .and_then(|chat| chat.message(&message))
                    .ok_or_else(|| ActError::NoSuchMessage(message.clone()))?;
                let option = tapped.content.options().into_iter().find(|option| option.id == id);
                let reply: Reply = option.ok_or(ActError::NothingToTap(id))?;
                (Content::Reply(reply), Some(message))
            }
        })
    }

    /// The invitation to a Flow that a message of this chat is.
    pub(crate) fn invitation(&self, chat: &ChatKey, id: &MessageId) -> Result<FlowInvite, ActError> {
        self.known(chat)?;
        match self.asked(chat, id)? {
            Action::Flow(invite) => Ok(invite),
            _ => Err(ActError::NoSuchMessage(id.clone())),
        }
    }

    /// Switches the button of an invitation off, and says why.
    pub(crate) fn close_invitation(
        &mut self,
        chat: &ChatKey,
        id: &MessageId,
        why: &str,
    ) -> Result<(), ActError> {
        self.invitation(chat, id)?;
        let message = self.state.chat(chat).and_then(|chat| chat.message(id));
        let Some(Msg { content: Content::Interactive(asked), mark, .. }) = message else { return Ok(()) };
        let (mark, mut asked) = (*mark, asked.clone());
        if let Action::Flow(invite) = &mut asked.action {
            invite.over = Some(why.to_owned());
        }
        let content = Some(Box::new(Content::Interactive(asked)));
        self.put(Change::Touched { chat: chat.clone(), id: id.clone(), mark, content });
        Ok(())
    }

    /// What an interactive message of this chat asks for.
    fn asked(&self, chat: &ChatKey, id: &MessageId) -> Result<Action, ActError> {
        let message = self.state.chat(chat).and_then(|chat| chat.message(id));
        match message.map(|message| &message.content) {
            Some(Content::Interactive(asked)) => Ok(asked.action.clone()),
            Some(Content::Template(template)) => {
                let flow = template.buttons.iter().find_map(|button| match button {
                    TemplateButton::Flow { text, flow, token } => Some(FlowInvite {
                        flow: flow.clone(),
                        cta: text.clone(),
                        token: token.clone(),
                        mode: "published".to_owned(),
                        action: "navigate".to_owned(),
                        screen: None,
                        data: Value::Null,
                        over: None,
                    }),
                    _ => None,
                });
                flow.map(Action::Flow).ok_or_else(|| ActError::NoSuchMessage(id.clone()))
            }
            _ => Err(ActError::NoSuchMessage(id.clone())),
        }
    }

    fn asks_to_call(&self, chat: &ChatKey, id: &MessageId) -> bool {
        matches!(self.asked(chat, id), Ok(Action::CallPermission))
    }

    fn sent_media(
        &mut self,
        now: i64,
        kind: MediaKind,
        act: MediaAct,
    ) -> Result<(Content, Option<MessageId>), ActError> {
        let mut media = self
            .state
            .media(&act.media)
            .filter(|media| media.expires_at > now)
            .cloned()
            .ok_or_else(|| ActError::NoSuchMedia(act.media.clone()))?;
        let content = Content::attachment(
            kind,
            Attachment {
                media: Some(act.media),
                link: None,
                mime: media.mime.clone(),
                caption: act.caption.filter(|caption| !caption.is_empty()),
                filename: act.filename.or_else(|| media.filename.clone()),
                voice: act.voice,
            },
        );
        // The id in a webhook works for 7 days from the message on, however long ago the page uploaded the file.
        media.expires_at = media.expires_at.max(now + INBOUND_KEPT_FOR);
        self.put(Change::Media { media });
        Ok((content, act.context))
    }
}

fn no_person(chat: &ChatKey) -> ActError {
    ActError::NoSuchPerson(chat.person.to_string())
}

fn card(card: &CardAct) -> serde_json::Value {
    let digits: String = card.phone.chars().filter(char::is_ascii_digit).collect();
    json!({
        "name": {"formatted_name": card.name, "first_name": card.name},
        "phones": [{"phone": card.phone, "wa_id": digits, "type": "CELL"}]
    })
}
