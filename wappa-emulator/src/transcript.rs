//! What was said, as lines of text that people can write and read: the form of failing tests, of transcript files, of
//! the page's export and of the phone in a terminal. Reading such lines is not done here.
//!
//! ```text
//! Ana: menu
//! Bot: What would you like?
//!   [See pizzas]
//!   - Margherita (8.00 €)
//! Ana: (taps Margherita)
//! ```

use std::fmt;

use serde_json::Value;
use wappa_cloud::MediaKind;

use crate::world::graph::content_of_send;
use crate::world::{
    Action, Attachment, CallPermission, Chat, Content, Header, HeaderFile, Interactive, List, Location, Msg,
    Rendered, Side, TemplateButton, Tick,
};

/// One message with its speaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Who says it.
    pub speaker: String,
    /// The words. What is no text stands in parentheses before them.
    pub says: String,
    /// What else there is to see: header, footer, buttons, rows, and why it failed.
    pub below: Vec<String>,
}

impl Line {
    /// Somebody did something that is no message.
    pub fn act(speaker: impl Into<String>, act: impl fmt::Display) -> Self {
        Self { speaker: speaker.into(), says: format!("({act})"), below: Vec::new() }
    }

    /// A message of this chat. `speaker` said it.
    pub fn of(chat: &Chat, message: &Msg, speaker: impl Into<String>) -> Self {
        let mut line = Self { speaker: speaker.into(), says: String::new(), below: Vec::new() };
        line.content(&message.content);
        if let (Some(quoted), false) = (&message.context, matches!(message.content, Content::Reply(_))) {
            let words = chat.message(&quoted.id).and_then(|quoted| quoted.content.text());
            let words = words.map(|words| format!(" \"{}\"", start(words))).unwrap_or_default();
            line.says = join(&format!("(replies to{words})"), &line.says);
        }
        if let (Tick::Failed, Side::Business) = (message.status, message.from) {
            let code = message.error.as_ref().map(|error| format!(" {}: {}", error.code, error.title));
            line.below.push(format!("(failed{})", code.unwrap_or_default()));
        }
        line
    }

    /// A message as Graph is sent it: whose number or id it is for, without `+`, and the line. `None` if it is for a group or
    /// can't be read. Of a template only its name is known here, and an ellipsis stands for its words.
    pub fn of_send(message: &Value) -> Option<(String, Self)> {
        if message["recipient_type"] == "group" {
            return None;
        }
        let to = message["recipient"].as_str().or_else(|| message["to"].as_str())?;
        let to = to.trim_start_matches('+').to_owned();
        let mut line = Self { speaker: String::new(), says: String::new(), below: Vec::new() };
        match message["type"].as_str().unwrap_or("text") {
            "reaction" => {
                let emoji = message["reaction"]["emoji"].as_str().unwrap_or_default();
                let back = emoji.is_empty();
                line.says =
                    if back { "(takes the reaction back)".to_owned() } else { format!("(reacts {emoji})") };
            }
            "template" => {
                let template = &message["template"];
                let (name, language) = (template["name"].as_str()?, template["language"]["code"].as_str()?);
                line.says = format!("(template {name} {language}) …");
            }
            _ => line.content(&content_of_send(message)?),
        }
        if message["context"]["message_id"].is_string() && message["type"] != "reaction" {
            line.says = join("(replies to…)", &line.says);
        }
        Some((to, line))
    }

    fn content(&mut self, content: &Content) {
        match content {
            // What is in parentheses is no text, so that a text that begins so is marked.
            Content::Text(text) if text.body.starts_with(['(', '\\']) => {
                self.says = format!("\\{}", text.body);
            }
            Content::Text(text) => self.says.clone_from(&text.body),
            Content::Image(file) => self.file(MediaKind::Image, file),
            Content::Video(file) => self.file(MediaKind::Video, file),
            Content::Audio(file) => self.file(MediaKind::Audio, file),
            Content::Document(file) => self.file(MediaKind::Document, file),
            Content::Sticker(file) => self.file(MediaKind::Sticker, file),
            Content::Location(place) => self.says = location(place),
            Content::Contacts(cards) => self.says = format!("(contacts {})", names(cards)),
            Content::Buttons(buttons) => {
                self.words(buttons.header.as_ref(), &buttons.body, buttons.footer.as_deref());
                self.buttons(buttons.buttons.iter().map(|button| button.title.as_str()));
            }
            Content::List(list) => self.list(list),
            Content::CtaUrl(cta) => {
                self.words(cta.header.as_ref(), &cta.body, cta.footer.as_deref());
                self.below.push(format!("[{} -> {}]", cta.display_text, cta.url));
            }
            Content::Interactive(asked) => self.asked(asked),
            Content::Template(template) => self.template(template),
            Content::Order(order) => self.says = format!("(orders {})", order.product_items.len()),
            Content::Form(form) => self.says = format!("(sends {} {})", form.name, form.response),
            Content::CallPermission { response } => {
                self.says = match response {
                    CallPermission::Rejected => "(permits no calls)".to_owned(),
                    CallPermission::Temporary => "(permits calls for a week)".to_owned(),
                    CallPermission::Permanent => "(permits calls)".to_owned(),
                }
            }
            Content::Welcome {} => "(opens the chat)".clone_into(&mut self.says),
            Content::Reply(reply) => self.says = format!("(taps {})", reply.title),
            Content::Unsupported(other) => self.says = format!("({})", other.kind),
        }
    }

    fn words(&mut self, header: Option<&Header>, body: &str, footer: Option<&str>) {
        body.clone_into(&mut self.says);
        if let Some(header) = header {
            self.below.push(format!("header: {}", head(header)));
        }
        if let Some(footer) = footer {
            self.below.push(format!("footer: {footer}"));
        }
    }

    fn buttons<'a>(&mut self, titles: impl Iterator<Item = &'a str>) {
        let titles: Vec<String> = titles.map(|title| format!("[{title}]")).collect();
        if !titles.is_empty() {
            self.below.push(titles.join(" "));
        }
    }

    fn list(&mut self, list: &List) {
        self.words(list.header.as_ref(), &list.body, list.footer.as_deref());
        self.below.push(format!("[{}]", list.button));
        for section in &list.sections {
            if let (Some(title), true) = (&section.title, list.sections.len() > 1) {
                self.below.push(format!("{title}:"));
            }
            self.below.extend(section.rows.iter().map(|row| match &row.description {
                Some(description) => format!("- {} ({description})", row.title),
                None => format!("- {}", row.title),
            }));
        }
    }

    fn asked(&mut self, asked: &Interactive) {
        self.words(asked.header.as_ref(), asked.body.as_deref().unwrap_or_default(), asked.footer.as_deref());
        match &asked.action {
            Action::Flow(invite) => self.below.push(format!("[{}]", invite.cta)),
            Action::Carousel { cards } => {
                for card in cards {
                    self.below.push(format!("card: {}", card.body.as_deref().unwrap_or_default()));
                    self.buttons(card.buttons.iter().map(|button| button.title.as_str()));
                    self.below
                        .extend(card.link.iter().map(|link| format!("[{} -> {}]", link.text, link.url)));
                }
            }
            action => self.below.push(format!("({})", action.kind())),
        }
    }

    fn template(&mut self, template: &Rendered) {
        self.words(template.header.as_ref(), &template.body, template.footer.as_deref());
        self.says = join(&format!("(template {} {})", template.name, template.language), &self.says);
        self.below.extend(template.buttons.iter().map(|button| match button {
            TemplateButton::Url { text, url } => format!("[{text} -> {url}]"),
            TemplateButton::CopyCode { text, payload } => format!("[{text}: {payload}]"),
            TemplateButton::QuickReply { text, .. }
            | TemplateButton::Flow { text, .. }
            | TemplateButton::Other { text, .. } => format!("[{text}]"),
        }));
    }

    fn file(&mut self, kind: MediaKind, file: &Attachment) {
        let what = match (kind, file.voice, &file.filename) {
            (MediaKind::Audio, Some(true), _) => "(voice)".to_owned(),
            (MediaKind::Document, _, Some(name)) => format!("(document {name})"),
            _ => format!("({})", kind.as_str()),
        };
        self.says = join(&what, file.caption.as_deref().unwrap_or_default());
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.speaker)?;
        for (at, line) in self.says.split('\n').enumerate() {
            match (at, line) {
                (0, line) => write!(f, " {line}")?,
                (_, "") => f.write_str("\n  |")?,
                (_, line) => write!(f, "\n  | {line}")?,
            }
        }
        self.below.iter().try_for_each(|below| write!(f, "\n  {}", below.replace('\n', " ")))
    }
}

fn head(header: &Header) -> String {
    let file = |kind: &str, file: &HeaderFile| match &file.filename {
        Some(name) => format!("({kind} {name})"),
        None => format!("({kind})"),
    };
    match header {
        Header::Text { text } => text.clone(),
        Header::Image(of) => file("image", of),
        Header::Video(of) => file("video", of),
        Header::Document(of) => file("document", of),
        Header::Location(place) => location(place),
    }
}

fn location(place: &Location) -> String {
    let name = place.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    format!("(location {} {}{name})", place.latitude, place.longitude)
}

fn names(cards: &[serde_json::Value]) -> String {
    let names = cards.iter().filter_map(|card| card.pointer("/name/formatted_name")?.as_str());
    names.collect::<Vec<_>>().join(", ")
}

fn join(first: &str, then: &str) -> String {
    if then.is_empty() { first.to_owned() } else { format!("{first} {then}") }
}

/// Enough of a text to know it by.
fn start(words: &str) -> String {
    const ENOUGH: usize = 30;
    let line = words.lines().next().unwrap_or_default();
    match line.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}
