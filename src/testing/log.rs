//! What was said in a world, in the order in which it was, and how a test shows it.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    time::Duration,
};

use wappa_cloud::MessageId;
use wappa_emulator::{
    Emulator, Line,
    world::{Chat, ChatKey, Msg, Side},
};

/// What is noted beside the messages themselves, which are in the chats.
#[derive(Default)]
pub(super) struct Log {
    entries: Vec<Entry>,
    known: HashSet<MessageId>,
    reactions: HashMap<MessageId, String>,
}

enum Entry {
    Said { chat: ChatKey, id: MessageId },
    Did { chat: ChatKey, line: Line },
    Passed(Duration),
}

/// What the business is called where its words are written down.
pub(super) const BOT: &str = "Bot";
/// What the owner of the number is called there, who writes in the WhatsApp Business app.
pub(super) const OWNER: &str = "Owner";

/// A conversation, written down: one line for each thing said or done.
///
/// Its `Display` is what transcript files are made of, and fit for snapshots.
#[derive(Clone, PartialEq, Eq)]
pub struct Transcript {
    lines: Vec<Written>,
}

#[derive(Clone, PartialEq, Eq)]
enum Written {
    Line(Line),
    Passed(Duration),
}

impl Log {
    /// Notes what has been said since, and then what the bot reacted with.
    pub(super) fn look(&mut self, emulator: &Emulator) {
        let chats = emulator.chats();
        let key = |chat: &Chat| ChatKey { number: chat.number.clone(), person: chat.person.clone() };
        for chat in &chats {
            for message in &chat.messages {
                if self.known.insert(message.id.clone()) {
                    let entry = said(emulator, key(chat), chat, message);
                    self.entries.push(entry);
                }
            }
        }
        for chat in &chats {
            for message in &chat.messages {
                self.reaction(&key(chat), message.reactions.business.as_deref(), &message.id);
            }
        }
    }

    fn reaction(&mut self, chat: &ChatKey, now: Option<&str>, on: &MessageId) {
        if self.reactions.get(on).map(String::as_str) == now {
            return;
        }
        let line = match now {
            Some(emoji) => Line::act(BOT, format_args!("reacts {emoji}")),
            None => Line::act(BOT, "takes the reaction back"),
        };
        match now {
            Some(emoji) => drop(self.reactions.insert(on.clone(), emoji.to_owned())),
            None => drop(self.reactions.remove(on)),
        }
        self.entries.push(Entry::Did { chat: chat.clone(), line });
    }

    /// Somebody did something that is no message.
    pub(super) fn did(&mut self, chat: ChatKey, line: Line) {
        self.entries.push(Entry::Did { chat, line });
    }

    /// Somebody else than a person said something, which the chat would show as the bot's.
    pub(super) fn said(&mut self, id: MessageId, chat: ChatKey, line: Line) {
        self.known.insert(id);
        self.did(chat, line);
    }

    pub(super) fn passed(&mut self, by: Duration) {
        self.entries.push(Entry::Passed(by));
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// What the bot has said and done since there were so many entries.
    pub(super) fn of_bot_since(&self, emulator: &Emulator, from: usize) -> Vec<String> {
        let lines = self.written(emulator, None).skip(from);
        let of_bot = lines.filter_map(|written| match written {
            Some(Written::Line(line)) if line.speaker == BOT || line.speaker.starts_with("Bot to ") => {
                Some(line)
            }
            _ => None,
        });
        of_bot.map(|line| line.to_string()).collect()
    }

    /// What was said in one chat, or in all.
    pub(super) fn transcript(&self, emulator: &Emulator, only: Option<&ChatKey>) -> Transcript {
        Transcript { lines: self.written(emulator, only).flatten().collect() }
    }

    /// The entries as they are shown; `None` for those that are not.
    fn written(&self, emulator: &Emulator, only: Option<&ChatKey>) -> impl Iterator<Item = Option<Written>> {
        let chats: HashMap<ChatKey, Chat> = emulator
            .chats()
            .into_iter()
            .map(|chat| (ChatKey { number: chat.number.clone(), person: chat.person.clone() }, chat))
            .collect();
        let people = emulator.people();
        let mut spoke: Option<&ChatKey> = None;
        self.entries.iter().map(move |entry| {
            let (key, line) = match entry {
                Entry::Passed(by) => return Some(Written::Passed(*by)),
                Entry::Did { chat, line } => (chat, line.clone()),
                Entry::Said { chat: key, id } => {
                    let chat = chats.get(key)?;
                    let message = chat.message(id)?;
                    (key, Line::of(chat, message, BOT))
                }
            };
            let elsewhere = spoke.is_some_and(|spoke| spoke != key);
            let speaker = match (line.speaker == BOT, elsewhere && only.is_none()) {
                (true, true) => {
                    format!("{BOT} to {}", people.iter().find(|person| person.id == key.person)?.name)
                }
                (true, false) => line.speaker,
                (false, true) if line.speaker == OWNER => {
                    let to = &people.iter().find(|person| person.id == key.person)?.name;
                    spoke = Some(key);
                    format!("{OWNER} to {to}")
                }
                (false, _) => {
                    spoke = Some(key);
                    line.speaker
                }
            };
            let here = only.is_none_or(|only| only == key);
            here.then_some(Written::Line(Line { speaker, ..line }))
        })
    }
}

/// What people say may be edited and deleted later, so it is taken down as it was.
fn said(emulator: &Emulator, key: ChatKey, chat: &Chat, message: &Msg) -> Entry {
    if message.from == Side::Person
        && let Some(person) = emulator.people().into_iter().find(|person| person.id == key.person)
    {
        return Entry::Did { line: Line::of(chat, message, person.name), chat: key };
    }
    Entry::Said { chat: key, id: message.id.clone() }
}

impl Transcript {
    /// The same, set apart from what stands around it.
    pub(super) fn indented(&self) -> String {
        if self.lines.is_empty() {
            return "    (nothing has been said)".to_owned();
        }
        self.to_string().lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            match line {
                Written::Line(line) => writeln!(f, "{line}")?,
                Written::Passed(by) => writeln!(f, "({} later)", Spelled(*by))?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A duration as `25h` or `1h 30m`.
struct Spelled(Duration);

impl fmt::Display for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.0.as_secs(), self.0.subsec_millis());
        let parts =
            [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"), (millis.into(), "ms")];
        let mut said = parts.into_iter().filter(|(count, _)| *count > 0).peekable();
        if said.peek().is_none() {
            return f.write_str("0s");
        }
        for (at, (count, unit)) in said.enumerate() {
            write!(f, "{}{count}{unit}", if at > 0 { " " } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_spelled_short() {
        let spelled = |seconds: u64| Spelled(Duration::from_secs(seconds)).to_string();
        assert_eq!([0, 59, 90, 90_000].map(spelled), ["0s", "59s", "1m 30s", "25h"]);
        assert_eq!(Spelled(Duration::from_millis(1_200)).to_string(), "1s 200ms");
    }
}
