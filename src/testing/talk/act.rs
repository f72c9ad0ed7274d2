//! What a person does in a talk, as it is written in parentheses.

use wappa_cloud::MediaKind;
use wappa_emulator::world::{CardAct, Location, MediaAct, PersonAct};

use crate::testing::person::Person;

/// What every file that is sent in a talk consists of.
const BYTES: &[u8] = b"a file in a talk";
/// The number on every card that is sent in a talk.
const PHONE: &str = "+1 555 010 0199";

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    Says(String),
    Taps(String),
    Replies { to: String, text: String },
    Sends { kind: MediaKind, voice: bool, filename: Option<String>, caption: Option<String> },
    Location(Location),
    Contacts(Vec<String>),
    Reacts(String),
    Edits { words: String, text: String },
    Deletes(String),
    Does(Deed),
}

/// What needs no more words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Deed {
    Opens,
    Blocks,
    Unblocks,
    OptsOut,
    OptsIn,
    Calls,
}

const WHAT: &str = "what can be done: (taps Title), (picks Title), (image) caption, (video), (audio), (voice), (document \
                    name.pdf), (sticker), (location 52.52 13.405), (contacts Name), (reacts 👍), (takes the reaction \
                    back), (replies to \"words\") text, (edits \"words\") text, (deletes \"words\"), (opens the chat), (blocks us), (unblocks \
                    us), (opts out), (opts in), (calls)";

impl Act {
    /// Reads what stands behind a name.
    pub(super) fn read(words: &str) -> Result<Self, String> {
        if words.is_empty() {
            return Err("nothing is said here".to_owned());
        }
        if let Some(text) = words.strip_prefix('\\') {
            return Ok(Self::Says(text.to_owned()));
        }
        let Some(inside) = words.strip_prefix('(') else { return Ok(Self::Says(words.to_owned())) };
        // What is quoted may have parentheses in it.
        let quoting = |verb: &str| {
            let quoted = inside.strip_prefix(verb)?.strip_prefix(" \"")?;
            let (words, text) = quoted.split_once("\")")?;
            Some((words.trim_end_matches('…').to_owned(), text.trim_start().to_owned()))
        };
        if let Some((to, text)) = quoting("replies to") {
            return Ok(Self::Replies { to, text });
        }
        if let Some((words, text)) = quoting("edits") {
            return Ok(Self::Edits { words, text });
        }
        if let Some((words, _)) = quoting("deletes") {
            return Ok(Self::Deletes(words));
        }
        let unknown = || format!("({inside}: {WHAT}");
        let (end, rest) = match inside.strip_suffix(')') {
            Some(whole) if !whole.contains(") ") => (whole, ""),
            _ => inside.split_once(") ").ok_or_else(unknown)?,
        };
        let caption = Some(rest.trim()).filter(|rest| !rest.is_empty()).map(str::to_owned);
        let (verb, object) = end.split_once(' ').unwrap_or((end, ""));
        let file = |kind, filename, voice| Self::Sends { kind, voice, filename, caption: caption.clone() };
        let act = match (verb, object) {
            ("taps" | "picks", title) if !title.is_empty() => Self::Taps(title.to_owned()),
            ("image", "") => file(MediaKind::Image, None, false),
            ("video", "") => file(MediaKind::Video, None, false),
            ("audio", "") => file(MediaKind::Audio, None, false),
            ("voice", "") => file(MediaKind::Audio, None, true),
            ("sticker", "") => file(MediaKind::Sticker, None, false),
            ("document", name) => file(
                MediaKind::Document,
                Some(name).filter(|name| !name.is_empty()).map(str::to_owned),
                false,
            ),
            ("location", place) => location(place).ok_or_else(unknown)?,
            ("contacts", names) if !names.is_empty() => {
                Self::Contacts(names.split(", ").map(str::to_owned).collect())
            }
            ("reacts", emoji) if !emoji.is_empty() => Self::Reacts(emoji.to_owned()),
            ("takes", "the reaction back") => Self::Reacts(String::new()),
            ("opens", "the chat") => Self::Does(Deed::Opens),
            ("blocks", "us") => Self::Does(Deed::Blocks),
            ("unblocks", "us") => Self::Does(Deed::Unblocks),
            ("opts", "out") => Self::Does(Deed::OptsOut),
            ("opts", "in") => Self::Does(Deed::OptsIn),
            ("calls", "") => Self::Does(Deed::Calls),
            _ => return Err(unknown()),
        };
        Ok(act)
    }

    /// Lets a person do it.
    #[track_caller]
    pub(super) fn perform(&self, person: &Person) {
        let done = match self {
            Self::Says(text) => person.says(text),
            Self::Taps(title) => person.taps(title),
            Self::Replies { to, text } => person.replies_to(to, text),
            Self::Sends { kind, voice, filename, caption } => {
                let (filename, caption, voice) = (filename.clone(), caption.clone(), voice.then_some(true));
                person.sends_with(*kind, mime(*kind), BYTES, move |media| MediaAct {
                    caption,
                    filename,
                    voice,
                    ..media
                })
            }
            Self::Location(place) => person.acts(PersonAct::Location(place.clone())),
            Self::Contacts(names) => {
                let card = |name: &String| CardAct { name: name.clone(), phone: PHONE.to_owned() };
                person.acts(PersonAct::Contacts { contacts: names.iter().map(card).collect(), context: None })
            }
            Self::Reacts(emoji) => person.reacts(emoji),
            Self::Edits { words, text } => person.edits(words, text),
            Self::Deletes(words) => person.deletes(words),
            Self::Does(deed) => match deed {
                Deed::Opens => person.opens_the_chat(),
                Deed::Blocks => person.blocks_us(),
                Deed::Unblocks => person.unblocks_us(),
                Deed::OptsOut => person.opts_out(),
                Deed::OptsIn => person.opts_in(),
                Deed::Calls => person.calls().settling,
            },
        };
        // Whoever plays the talk waits.
        done.meanwhile();
    }
}

fn location(words: &str) -> Option<Act> {
    let mut words = words.splitn(3, ' ');
    let latitude = words.next()?.trim_end_matches(',').parse().ok()?;
    let longitude = words.next()?.parse().ok()?;
    let name = words.next().map(str::to_owned);
    Some(Act::Location(Location { latitude, longitude, name, address: None }))
}

fn mime(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image/jpeg",
        MediaKind::Video => "video/mp4",
        MediaKind::Audio => "audio/ogg",
        MediaKind::Document => "application/pdf",
        MediaKind::Sticker => "image/webp",
    }
}
