//! `POST /{phone number id}/messages`: reads the request on its own, refuses what Meta refuses, and says the message.
//!
//! This reads Meta's documents a second time and shares nothing with the code that writes requests but the tables of
//! limits and error codes: where the two disagree one of them is wrong, and a test shows it.

use serde_json::{Value, json};
use wappa_cloud::{MediaKind, MessageId, limits};

use super::permit::{Asked, Fate, check_standing};
use super::recipient::{Addressed, By};
use super::{Good, fields, interactive};
use crate::world::action::{Action, Interactive};
use crate::world::change::Change;
use crate::world::content::{Attachment, Content, Header, Text};
use crate::world::extras::{Extras, Mark};
use crate::world::model::{ChatKey, Entry, Failure, Msg, Number, Quoted, Reactions, Side, Tick};
use crate::world::refusal::Refusal;
use crate::world::template::TemplateStatus;
use crate::world::webhook::{Pricing, Told};
use crate::world::{WINDOW, World};

/// The typing indicator vanishes after 25 s (Meta's page "Cloud API: typing indicators"), in milliseconds.
const TYPING: i64 = 25_000;
/// The free entry point is open for 72 hours (Meta's page "Pricing"), in milliseconds.
const FREE_ENTRY: i64 = 3 * WINDOW;

/// What a valid request asks for.
enum Said {
    Message(Box<Content>),
    Reaction { on: MessageId, emoji: Option<String> },
}

impl World {
    pub(super) fn messages(
        &mut self,
        now: i64,
        number: &Number,
        body: &[u8],
        edge: &str,
    ) -> Result<Good, Refusal> {
        let body: Value = serde_json::from_slice(body)
            .map_err(|_| Refusal::parameter("Invalid parameter: the request body is not valid JSON."))?;
        if body["messaging_product"] != "whatsapp" {
            return Err(Refusal::parameter(
                "The parameter messaging_product is required and must be whatsapp.",
            ));
        }
        if edge == "marketing_messages" {
            self.check_marketing(&body)?;
        }
        match &body["status"] {
            Value::Null => self.send(now, number, &body),
            status if status == "read" => self.mark_read(now, number, &body),
            _ => Err(Refusal::invalid("status", "must be read")),
        }
    }

    /// The endpoint for marketing takes marketing templates only.
    fn check_marketing(&self, body: &Value) -> Result<(), Refusal> {
        if body["type"] != "template" {
            return Err(Refusal::parameter("Param type must be template for marketing messages."));
        }
        let part = &body["template"];
        let key = (
            part["name"].as_str().unwrap_or_default(),
            part["language"]["code"].as_str().unwrap_or_default(),
        );
        let known = self.state.templates.get(&(key.0.to_owned(), key.1.to_owned()));
        match known {
            Some(template) if template.category != "MARKETING" => {
                Err(Refusal::new(134_100, "Only marketing templates can be sent here."))
            }
            _ => Ok(()),
        }
    }

    fn mark_read(&mut self, now: i64, number: &Number, body: &Value) -> Result<Good, Refusal> {
        let id = MessageId::from(fields::string(&body["message_id"], "message_id")?);
        let chat = self
            .state
            .places
            .get(&id)
            .filter(|chat| chat.number == number.id)
            .cloned()
            .ok_or_else(|| Refusal::invalid("message_id", "is not a message this number received"))?;
        let read: Vec<MessageId> = self.state.chat(&chat).map_or_else(Vec::new, |chat| {
            let upto = chat.messages.iter().rposition(|message| message.id == id).map_or(0, |at| at + 1);
            let earlier = chat.messages.iter().take(upto).filter(|message| message.from == Side::Person);
            earlier
                .filter(|message| message.status.leads_to(Tick::Read))
                .map(|message| message.id.clone())
                .collect()
        });
        let typing = &body["typing_indicator"];
        if !typing.is_null() && typing["type"] != "text" {
            return Err(Refusal::invalid("typing_indicator.type", "must be text"));
        }
        for id in read {
            self.put(Change::ReadByBusiness { chat: chat.clone(), id });
        }
        if typing.is_null() {
            return Ok(Good::success("marks read"));
        }
        self.put(Change::Typing { chat, until: now + TYPING });
        Ok(Good::success("marks read and types"))
    }

    fn send(&mut self, now: i64, number: &Number, body: &Value) -> Result<Good, Refusal> {
        check_standing(number)?;
        let opaque = fields::optional(
            &body["biz_opaque_callback_data"],
            "biz_opaque_callback_data",
            &limits::OPAQUE_DATA,
        )?;
        let quoted = match &body["context"] {
            Value::Null => None,
            context => {
                let id = fields::string(&context["message_id"], "context.message_id")?;
                Some(Quoted { id: MessageId::from(id) })
            }
        };
        if body["recipient_type"] == "group" {
            return self.send_to_group(now, number, body, quoted, opaque);
        }
        let to = self.addressed(number, body)?;
        let said = self.said_by_business(now, body)?;
        if quoted.is_some() && matches!(said, Said::Reaction { .. }) {
            return Err(Refusal::invalid("context", "can't be given for a reaction"));
        }
        let chat = ChatKey { number: number.id.clone(), person: to.person.id.clone() };
        let asked = Asked {
            to: &to,
            content: match &said {
                Said::Message(content) => Some(content),
                Said::Reaction { .. } => None,
            },
            chat: &chat,
        };
        let fate = self.permit(now, number, body, &asked)?;

        let digits = to.person.wa_id.as_ref().map_or(String::new(), |id| id.as_str().to_owned());
        let id = self.mint.wamid(&digits, Side::Business);
        let (kind, template) = match said {
            Said::Message(content) => {
                let kind = content.kind();
                self.say(now, &chat, &id, *content, quoted, opaque, fate);
                (kind, kind == "template")
            }
            Said::Reaction { on, emoji } => {
                self.react_as_business(now, &chat, &id, on, emoji, opaque.as_deref(), fate);
                ("reaction", false)
            }
        };
        Ok(Good::json(format!("{kind} to {}", to.person.name), accepted(&to, &id, template)))
    }

    #[expect(clippy::too_many_arguments, reason = "each is one column of the message that is made")]
    pub(super) fn say(
        &mut self,
        now: i64,
        chat: &ChatKey,
        id: &MessageId,
        content: Content,
        quoted: Option<Quoted>,
        opaque: Option<String>,
        fate: Fate,
    ) {
        let message = Msg {
            id: id.clone(),
            from: Side::Business,
            at: now,
            status: Tick::Pending,
            error: None,
            context: quoted,
            reactions: Reactions::default(),
            opaque,
            by: None,
            mark: Mark::Untouched,
            extras: Extras::default(),
            content,
        };
        self.enter_free(now, chat);
        self.stop_typing(chat);
        let due = matches!(fate, Fate::Arrives).then_some(now + self.rules.delivery_delay);
        self.put(Change::Message { chat: chat.clone(), message: Box::new(message), due });
        match fate {
            Fate::Arrives | Fate::Hangs => self.advance(chat, id, Tick::Sent, now, None),
            Fate::Fails(why) => self.advance(chat, id, Tick::Failed, now, Some(&why)),
            Fate::Vanishes => {}
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is one column of the reaction that is made")]
    fn react_as_business(
        &mut self,
        now: i64,
        chat: &ChatKey,
        id: &MessageId,
        on: MessageId,
        emoji: Option<String>,
        opaque: Option<&str>,
        fate: Fate,
    ) {
        let told = Told { id, opaque, pricing: Pricing::Service };
        match fate {
            // A reaction is only ever reported as sent.
            Fate::Arrives | Fate::Hangs => {
                self.stop_typing(chat);
                self.put(Change::Reaction { chat: chat.clone(), on, by: Side::Business, emoji });
                self.tell(chat, &told, Tick::Sent, now, None);
            }
            Fate::Fails(why) => self.tell(chat, &told, Tick::Failed, now, Some(&why)),
            Fate::Vanishes => {}
        }
    }

    /// The first answer within 24 hours of a person's coming by an ad makes 72 hours free.
    fn enter_free(&mut self, now: i64, chat: &ChatKey) {
        if let Some(entry @ Entry { came, free_until: None }) =
            self.state.chat(chat).and_then(|chat| chat.entry)
            && now - came <= WINDOW
        {
            let entry = Entry { free_until: Some(now + FREE_ENTRY), ..entry };
            self.put(Change::Entry { chat: chat.clone(), entry });
        }
    }

    fn stop_typing(&mut self, chat: &ChatKey) {
        if self.state.chat(chat).is_some_and(|chat| chat.typing_until != 0) {
            self.put(Change::Typing { chat: chat.clone(), until: 0 });
        }
    }

    /// A message, and no reaction.
    pub(super) fn content_by_business(&self, now: i64, body: &Value) -> Result<Content, Refusal> {
        match self.said_by_business(now, body)? {
            Said::Message(content) => Ok(*content),
            Said::Reaction { .. } => Err(Refusal::new(131_051, "Reactions can't be sent to groups.")),
        }
    }

    fn said_by_business(&self, now: i64, body: &Value) -> Result<Said, Refusal> {
        let kind = match &body["type"] {
            Value::Null => "text",
            Value::String(kind) => kind,
            _ => return Err(Refusal::invalid("type", "must be a string")),
        };
        let part = || fields::object(&body[kind], kind);
        Ok(Said::Message(Box::new(match kind {
            "text" => {
                let text = part()?;
                Content::Text(Text {
                    body: fields::text(&text["body"], "text.body", &limits::TEXT_BODY)?.to_owned(),
                    preview_url: text["preview_url"].as_bool().unwrap_or_default(),
                })
            }
            "image" => self.attachment(now, MediaKind::Image, kind, part()?)?,
            "video" => self.attachment(now, MediaKind::Video, kind, part()?)?,
            "audio" => self.attachment(now, MediaKind::Audio, kind, part()?)?,
            "document" => self.attachment(now, MediaKind::Document, kind, part()?)?,
            "sticker" => self.attachment(now, MediaKind::Sticker, kind, part()?)?,
            "location" => Content::Location(fields::location(part()?, kind)?),
            "contacts" => Content::Contacts(contacts(&body[kind])?),
            "interactive" => {
                let content = interactive::read(part()?, |header, at| self.check_header(now, header, at))?;
                if let Content::Interactive(Interactive { action: Action::Flow(invite), .. }) = &content {
                    self.check_flow(&invite.flow, &invite.mode)?;
                }
                content
            }
            "template" => self.template(now, part()?)?,
            "reaction" => {
                let reaction = part()?;
                let on = fields::string(&reaction["message_id"], "reaction.message_id")?;
                let emoji = match &reaction["emoji"] {
                    Value::Null => return Err(Refusal::missing("reaction.emoji")),
                    Value::String(emoji) if emoji.is_empty() => None,
                    Value::String(emoji) if is_emoji(emoji) => Some(emoji.clone()),
                    _ => return Err(Refusal::invalid("reaction.emoji", "must be one emoji")),
                };
                return Ok(Said::Reaction { on: MessageId::from(on), emoji });
            }
            "pin" => return Err(Refusal::new(131_051, "Messages are pinned in groups only.")),
            other => {
                return Err(Refusal::parameter(format!(
                    "Param type must be one of {{AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, \
                     STICKER, TEMPLATE, TEXT, VIDEO}} - got \"{other}\"."
                )));
            }
        })))
    }

    fn attachment(&self, now: i64, kind: MediaKind, at: &str, part: &Value) -> Result<Content, Refusal> {
        let (media, link, mime) = self.file(now, kind, at, part)?;
        let limit = match kind {
            MediaKind::Image => Some(&limits::IMAGE_CAPTION),
            MediaKind::Video => Some(&limits::VIDEO_CAPTION),
            MediaKind::Document => Some(&limits::DOCUMENT_CAPTION),
            MediaKind::Audio | MediaKind::Sticker => None,
        };
        let caption = match limit {
            Some(limit) => fields::optional(&part["caption"], &format!("{at}.caption"), limit)?,
            None if part["caption"].is_null() => None,
            None => return Err(Refusal::invalid(&format!("{at}.caption"), "is not allowed here")),
        };
        let filename = match kind {
            MediaKind::Document => {
                fields::optional(&part["filename"], "document.filename", &limits::DOCUMENT_FILENAME)?
            }
            _ => None,
        };
        let voice = match kind {
            MediaKind::Audio => part["voice"].as_bool(),
            _ => None,
        };
        Ok(Content::attachment(kind, Attachment { media, link, mime, caption, filename, voice }))
    }

    fn template(&self, now: i64, part: &Value) -> Result<Content, Refusal> {
        let name = fields::string(&part["name"], "template.name")?;
        let language = fields::string(&part["language"]["code"], "template.language.code")?;
        let template =
            self.state.templates.get(&(name.to_owned(), language.to_owned())).ok_or_else(|| {
                Refusal::new(132_001, format!("template name ({name}) does not exist in {language}"))
            })?;
        match template.status {
            TemplateStatus::Approved => {}
            TemplateStatus::Paused => {
                return Err(Refusal::new(132_015, format!("template ({name}) is paused due to low quality")));
            }
            TemplateStatus::Disabled => {
                return Err(Refusal::new(
                    132_016,
                    format!("template ({name}) is disabled due to low quality"),
                ));
            }
            TemplateStatus::Pending | TemplateStatus::Rejected | TemplateStatus::Archived => {
                return Err(Refusal::new(
                    132_001,
                    format!("template ({name}) is not approved in {language}"),
                ));
            }
        }
        let components = match &part["components"] {
            Value::Null => &[][..],
            Value::Array(components) => components,
            _ => return Err(Refusal::invalid("template.components", "must be a list")),
        };
        let rendered = template.render(components)?;
        let headers = rendered.cards.iter().filter_map(|card| card.header.as_ref());
        for header in headers.chain(&rendered.header) {
            self.check_header(now, header, "template.components.header")?;
        }
        Ok(Content::Template(rendered))
    }

    fn check_header(&self, now: i64, header: &Header, at: &str) -> Result<(), Refusal> {
        let (kind, file) = match header {
            Header::Image(file) => (MediaKind::Image, file),
            Header::Video(file) => (MediaKind::Video, file),
            Header::Document(file) => (MediaKind::Document, file),
            Header::Text { .. } | Header::Location(_) => return Ok(()),
        };
        match &file.media {
            Some(id) => self.uploaded(now, kind, at, id).map(|_| ()),
            None => fields::url(&json!(file.link), &format!("{at}.link")).map(|_| ()),
        }
    }
}

/// The content of a message to be sent, read without a world: files and Flows are taken to be there. No template, no reaction.
pub(crate) fn content_of_send(body: &Value) -> Option<Content> {
    let kind = body["type"].as_str().unwrap_or("text");
    let part = &body[kind];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let file = |kind| {
        Content::attachment(
            kind,
            Attachment {
                media: None,
                link: None,
                mime: String::new(),
                caption: text(&part["caption"]),
                filename: text(&part["filename"]),
                voice: part["voice"].as_bool(),
            },
        )
    };
    Some(match kind {
        "text" => Content::Text(Text { body: text(&part["body"])?, preview_url: false }),
        "image" => file(MediaKind::Image),
        "video" => file(MediaKind::Video),
        "audio" => file(MediaKind::Audio),
        "document" => file(MediaKind::Document),
        "sticker" => file(MediaKind::Sticker),
        "location" => Content::Location(fields::location(part, kind).ok()?),
        "contacts" => Content::Contacts(contacts(part).ok()?),
        "interactive" => interactive::read(part, |_, _| Ok(())).ok()?,
        _ => return None,
    })
}

pub(super) fn re_engagement() -> Refusal {
    Refusal::new(
        131_047,
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    )
}

pub(super) fn failure(refusal: &Refusal) -> Failure {
    Failure { code: refusal.code, title: refusal.title().to_owned(), details: refusal.details().to_owned() }
}

fn accepted(to: &Addressed, id: &MessageId, template: bool) -> Value {
    let contact = match to.by {
        By::Phone => json!({"input": to.input, "wa_id": to.person.wa_id}),
        By::UserId => json!({"input": to.input, "user_id": to.person.user_id}),
    };
    let message =
        if template { json!({"id": id, "message_status": "accepted"}) } else { json!({ "id": id }) };
    json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]})
}

fn contacts(value: &Value) -> Result<Vec<Value>, Refusal> {
    let cards = fields::list(value, "contacts", &limits::CONTACTS)?;
    for (index, card) in cards.iter().enumerate() {
        let at = format!("contacts[{index}].name");
        let name = fields::object(&card["name"], &at)?;
        fields::string(&name["formatted_name"], &format!("{at}.formatted_name"))?;
        let parts = ["first_name", "last_name", "middle_name", "prefix", "suffix"];
        if !parts.iter().any(|part| name[part].as_str().is_some_and(|part| !part.is_empty())) {
            return Err(Refusal::invalid(&at, "needs at least one more part beside formatted_name"));
        }
        for (nth, phone) in card["phones"].as_array().into_iter().flatten().enumerate() {
            fields::string(&phone["phone"], &format!("contacts[{index}].phones[{nth}].phone"))?;
        }
    }
    Ok(cards.to_vec())
}

/// One emoji may be many characters (skin tone, joiners, flags), but holds no words and no spaces.
fn is_emoji(text: &str) -> bool {
    // These emoji are letters to Unicode: ℹ, Ⓜ, and 🅰 to 🆉.
    let lettered = |c: char| matches!(c, '\u{2139}' | '\u{24c2}' | '\u{1f170}'..='\u{1f189}');
    text.chars().count() <= 16
        && !text.is_ascii()
        && !text.chars().any(|c| c.is_whitespace() || (c.is_alphabetic() && !lettered(c)))
}

#[cfg(test)]
mod tests {
    use super::is_emoji;

    #[test]
    fn emoji_are_told_from_words() {
        for emoji in ["👍", "❤️", "👩🏽‍💻", "🇵🇹", "1️⃣", "🅰️", "ℹ️"] {
            assert!(is_emoji(emoji), "{emoji}");
        }
        for words in ["ok", "ñ", "漢", "👍 👍", ":)", ""] {
            assert!(!is_emoji(words), "{words}");
        }
    }
}
