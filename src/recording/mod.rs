#![doc = include_str!("../docs/recording.md")]

mod lines;
mod mask;

use std::{
    collections::HashMap,
    fmt,
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
};

use futures_util::StreamExt;
use serde_json::Value;
use wappa_cloud::{Event, Message, Timestamp, UserId, WaId};
use wappa_core::feed::Feed;
use wappa_emulator::Line;

use self::mask::Mask;
pub use self::mask::RecordingKey;

/// A pause shorter than this is not written down.
const PAUSE: i64 = 60_000;
const HEAD: &str = "# Recorded from real conversations. Names, numbers and the words of persons are others; what the bot said has\n\
                    # an ellipsis where it may have been somebody's.\n";

/// Writes conversations down as [talks](crate::testing::Talk), one file for each person and number, with pseudonyms.
pub struct Recorder {
    folder: PathBuf,
    mask: Mask,
    /// Pseudonyms by the ids and numbers that persons are known by.
    known: HashMap<String, String>,
    talks: HashMap<PathBuf, Timestamp>,
}

/// What a recording could not do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The folder or a file in it can't be written.
    #[error("{path} can't be written; does the folder exist, and is there room?")]
    Unwritable {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// An event of the feed is not as the feed writes it.
    #[error("an event of the feed can't be read; is it one of `received` and `sent`?")]
    Unreadable(#[source] serde_json::Error),
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("folder", &self.folder)
            .field("persons", &self.known.len())
            .finish_non_exhaustive()
    }
}

impl Recorder {
    /// Writes into this folder, which is made if it isn't there. What is in its files stays; a conversation goes on in its own.
    ///
    /// # Errors
    /// The folder can't be made.
    pub fn open(folder: impl Into<PathBuf>, key: RecordingKey) -> Result<Self, RecordingError> {
        let folder = folder.into();
        fs::create_dir_all(&folder)
            .map_err(|source| RecordingError::Unwritable { path: folder.clone(), source })?;
        Ok(Self { folder, mask: Mask::new(key), known: HashMap::new(), talks: HashMap::new() })
    }

    /// Words that the bot understands (`menu`, `yes`) and that are nobody's: they stay as they are, in whatever is said.
    #[must_use]
    pub fn keep_words<W: AsRef<str>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        words.into_iter().for_each(|word| self.mask.keep(word.as_ref()));
        self
    }

    /// Records what happens in a bot of this process from this call on, until the bot ends. Nothing if nobody asked for its
    /// feed.
    ///
    /// # Errors
    /// A file can't be written. The bot is not concerned.
    pub fn follow(mut self, feed: &Feed) -> impl Future<Output = Result<(), RecordingError>> + Send + use<> {
        let entries = feed.entries();
        async move {
            let Some(entries) = entries else { return Ok(()) };
            let mut entries = std::pin::pin!(entries);
            while let Some((kind, data)) = entries.next().await {
                let written = tokio::task::spawn_blocking(move || self.hear(kind, &data).map(|()| self));
                match written.await {
                    Ok(recorder) => self = recorder?,
                    Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
                }
            }
            Ok(())
        }
    }

    /// Records one event of the [feed](crate::Wappa::feed), as `GET /events` of a bot in another process tells it: its name and
    /// its data. Events beside `received` and `sent` are nothing to a recording.
    ///
    /// # Errors
    /// The event is not as the feed writes it, or the file can't be written.
    pub fn hear(&mut self, kind: &str, data: &str) -> Result<(), RecordingError> {
        if kind != "received" && kind != "sent" {
            return Ok(());
        }
        let told: Value = serde_json::from_str(data).map_err(RecordingError::Unreadable)?;
        let at = Timestamp::from_millis(told["at"].as_i64().unwrap_or_default());
        let number = told["number"].as_str().unwrap_or_default();
        let said = if kind == "received" { self.received(&told) } else { self.sent(&told) };
        match said {
            Some((person, lines)) => self.write(number, &person, at, &lines),
            None => Ok(()),
        }
    }

    fn received(&mut self, told: &Value) -> Option<(String, String)> {
        let Event::Message(message) = Event::read(told["event"].to_string().as_bytes()) else { return None };
        // Talks are between one person and the bot.
        if message.group_id.is_some() {
            return None;
        }
        let person = self.meet(&message)?;
        let line = lines::of_person(&mut self.mask, &person, &message);
        Some((person, line))
    }

    /// The pseudonym of whoever wrote this.
    fn meet(&mut self, message: &Message) -> Option<String> {
        let from = &message.from;
        let ids = [from.user_id.as_ref().map(UserId::as_str), from.wa_id.as_ref().map(WaId::as_str)];
        let mut ids = ids.into_iter().flatten().peekable();
        let known = ids.clone().find_map(|id| self.known.get(id).cloned());
        let person = known.unwrap_or_else(|| self.mask.person(ids.peek().copied().unwrap_or_default()));
        ids.peek()?;
        for id in ids {
            self.mask.learn(id);
            self.known.insert(id.to_owned(), person.clone());
        }
        [&from.name, &from.username].into_iter().flatten().for_each(|name| self.mask.learn(name));
        Some(person)
    }

    fn sent(&mut self, told: &Value) -> Option<(String, String)> {
        if told["outcome"] != "accepted" {
            return None;
        }
        let (to, mut line) = Line::of_send(&told["message"])?;
        let person = self.known.get(&to).cloned().unwrap_or_else(|| self.mask.person(&to));
        self.mask.learn(&to);
        self.known.insert(to, person.clone());
        "Bot".clone_into(&mut line.speaker);
        line.says = self.mask.ours(&person, &line.says);
        for below in &mut line.below {
            *below = self.mask.ours(&person, below);
        }
        Some((person, line.to_string()))
    }

    fn write(
        &mut self,
        number: &str,
        person: &str,
        at: Timestamp,
        lines: &str,
    ) -> Result<(), RecordingError> {
        let name = person.to_lowercase().replace(' ', "-");
        let path = self.folder.join(format!("{name}-{}.txt", self.mask.number(number)));
        let before = self.talks.insert(path.clone(), at);
        let write = || -> io::Result<()> {
            let mut file = File::options().create(true).append(true).open(&path)?;
            let mut text = if file.metadata()?.len() == 0 { HEAD.to_owned() } else { String::new() };
            let pause = before.map_or(0, |before| at.as_millis() - before.as_millis());
            if pause >= PAUSE {
                // Rounded up, so that what had come due has come due when it is played.
                text.push_str(&lines::pause(pause.unsigned_abs().div_ceil(60_000)));
            }
            text.push_str(lines);
            text.push('\n');
            file.write_all(text.as_bytes())
        };
        write().map_err(|source| RecordingError::Unwritable { path: path.clone(), source })
    }
}
