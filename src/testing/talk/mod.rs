//! Talks: conversations as text files that people write and read, and that a test plays.

mod act;
mod read;

use std::{fmt, time::Duration};

use self::read::Step;
pub use self::read::TalkError;
use super::world::World;

/// A conversation that has been written down, to be played again: what people do is done, and what the bot says is
/// compared.
///
/// ```text
/// # Blank lines and lines like this one are for people.
/// Ana: menu
/// Bot: What would you like?
///   [See pizzas]
///   - Margherita
/// Ana: (taps Margherita)
/// Bot: It will be ready at …
/// (25h later)
/// Ana: hello?
///   | Is anybody there?
/// ```
///
/// An ellipsis (`…`) in what the bot says stands for anything. Further lines of a text begin with `|`. What is no text
/// stands in parentheses: `(taps Margherita)`, `(picks Margherita)`, `(image) caption`, `(video)`, `(audio)`,
/// `(voice)`, `(document menu.pdf)`, `(sticker)`, `(location 52.52 13.405)`, `(contacts Ben)`, `(reacts 👍)`,
/// `(takes the reaction back)`, `(replies to "words") text`, `(edits "words") text`, `(deletes "words")`,
/// `(opens the chat)`, `(blocks us)`, `(unblocks us)`, `(opts out)`, `(opts in)`, `(calls)`. A text that begins with a
/// parenthesis is written with `\` before it. `Bot to Ben:` is what Ben hears while it was Ana who spoke last. `Owner:` is the
/// number's owner, who writes in the WhatsApp Business app to whoever spoke last; `Owner to Ben:` to Ben. The number must be
/// used there: [`WorldBuilder::with_app`](super::WorldBuilder::with_app).
#[derive(Debug, Clone)]
pub struct Talk {
    steps: Vec<Step>,
}

/// How a talk went.
#[derive(Debug, Clone)]
pub struct Played {
    sections: Vec<Section>,
}

/// Something done, or the beginning, and what the bot said to it.
#[derive(Debug, Clone, Default)]
struct Section {
    done: Vec<String>,
    expected: Vec<Said>,
    actual: Vec<String>,
}

#[derive(Debug, Clone)]
struct Said {
    /// As the file has it.
    source: Vec<String>,
    /// One message, with what stands below it.
    message: String,
}

impl Talk {
    /// Reads a talk.
    ///
    /// # Errors
    /// Names the first line that can't be understood.
    pub fn read(text: &str) -> Result<Self, TalkError> {
        Ok(Self { steps: read::steps(text)? })
    }

    /// Plays it in a world that has a bot.
    ///
    /// # Panics
    /// Somebody does what is not possible, as tapping a button that is not there.
    #[track_caller]
    pub fn play(&self, world: &World) -> Played {
        let mut sections = vec![Section::default()];
        let mut heard = world.inner.log().len();
        // Comments belong to what stands below them.
        let mut comments: Vec<String> = Vec::new();
        let mut spoke = "";
        for step in &self.steps {
            let source: &[String] = match step {
                Step::Comment(line) => {
                    comments.push(line.clone());
                    continue;
                }
                Step::Bot(said) => {
                    comments.extend(said.source.iter().cloned());
                    let said = Said { source: std::mem::take(&mut comments), message: said.message.clone() };
                    if let Some(section) = sections.last_mut() {
                        section.expected.push(said);
                    }
                    continue;
                }
                Step::Passed { source, .. } => std::slice::from_ref(source),
                Step::Person { source, .. } | Step::Owner { source, .. } => source,
            };
            close(world, &mut sections, &mut heard);
            comments.extend(source.iter().cloned());
            sections.push(Section { done: std::mem::take(&mut comments), ..Section::default() });
            match step {
                Step::Passed { by, .. } => world.clock().advance(*by),
                Step::Person { name, act, .. } => {
                    act.perform(&world.user(name));
                    spoke = name;
                }
                Step::Owner { to, text, .. } => {
                    let to = to.as_deref().unwrap_or(spoke);
                    assert!(!to.is_empty(), "nobody has written to the owner yet: `Owner to Ana: {text}`");
                    world.owner_says(&world.user(to), text).meanwhile();
                }
                Step::Comment(_) | Step::Bot(_) => {}
            }
        }
        close(world, &mut sections, &mut heard);
        sections.push(Section { done: comments, ..Section::default() });
        Played { sections }
    }
}

/// Takes down what the bot has said since.
#[track_caller]
fn close(world: &World, sections: &mut [Section], heard: &mut usize) {
    world.inner.settle();
    let log = world.inner.log();
    let said = log.of_bot_since(&world.inner.emulator, *heard);
    *heard = log.len();
    if let Some(section) = sections.last_mut() {
        section.actual.extend(said);
    }
}

impl Section {
    fn agrees(&self) -> bool {
        self.expected.len() == self.actual.len()
            && self.expected.iter().zip(&self.actual).all(|(said, actual)| fits(&said.message, actual))
    }
}

impl Played {
    /// Whether the bot said what was expected, and nothing else.
    pub fn agrees(&self) -> bool {
        self.sections.iter().all(Section::agrees)
    }

    /// The talk as it went. Where the bot said what was expected, as it was written.
    pub fn written(&self) -> String {
        let mut lines: Vec<&str> = Vec::new();
        for section in &self.sections {
            lines.extend(section.done.iter().map(String::as_str));
            if section.agrees() {
                lines.extend(section.expected.iter().flat_map(|said| &said.source).map(String::as_str));
            } else {
                lines.extend(section.actual.iter().flat_map(|said| said.lines()));
            }
        }
        lines.join("\n") + "\n"
    }
}

/// The talk with what differs: `-` was expected, `+` was said.
impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for section in &self.sections {
            section.done.iter().try_for_each(|line| writeln!(f, "  {line}"))?;
            let expected = || section.expected.iter().flat_map(|said| &said.source);
            if section.agrees() {
                expected().try_for_each(|line| writeln!(f, "  {line}"))?;
                continue;
            }
            expected().try_for_each(|line| writeln!(f, "- {line}"))?;
            let actual = || section.actual.iter().flat_map(|said| said.lines());
            actual().try_for_each(|line| writeln!(f, "+ {line}"))?;
        }
        Ok(())
    }
}

/// Whether a message is as expected, where `…` stands for anything, and buttons may stand on the line of the text.
fn fits(expected: &str, actual: &str) -> bool {
    let (expected, actual) = (plain(expected), plain(actual));
    let mut parts = expected.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = actual.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(between) = last.replace(part) {
            let Some(at) = rest.find(between) else { return false };
            rest = rest.get(at + between.len()..).unwrap_or_default();
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

fn plain(message: &str) -> String {
    let lines: Vec<&str> = message.lines().map(str::trim).collect();
    lines.join("\n").replace("\n[", " [")
}

/// A time as it is written in a talk: `25h`, `1h 30m`.
fn duration(words: &str) -> Option<Duration> {
    let mut sum = Duration::ZERO;
    let mut parts = words.split_whitespace().peekable();
    parts.peek()?;
    for part in parts {
        let unit = part.find(|letter: char| !letter.is_ascii_digit())?;
        let (count, unit) = part.split_at(unit);
        let count: u64 = count.parse().ok()?;
        let seconds = match unit {
            "ms" => {
                sum = sum.checked_add(Duration::from_millis(count))?;
                continue;
            }
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return None,
        };
        sum = sum.checked_add(Duration::from_secs(count.checked_mul(seconds)?))?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ellipsis_stands_for_anything() {
        for (expected, actual, fit) in [
            ("Bot: ready at …", "Bot: ready at 12:30", true),
            ("Bot: … and …!", "Bot: salt and pepper!", true),
            ("Bot: … and …!", "Bot: salt, pepper!", false),
            ("Bot: ready", "Bot: ready at 12:30", false),
            ("Bot: a…b…b", "Bot: ab", false),
            ("Bot: hi [A] [B]", "Bot: hi\n  [A] [B]", true),
            ("Bot: hi\n  - A", "Bot: hi\n  - A\n  - B", false),
            ("Bot: …", "Bot: anything", true),
        ] {
            assert_eq!(fits(expected, actual), fit, "{expected} / {actual}");
        }
    }

    #[test]
    fn durations_are_read_as_they_are_spelled() {
        assert_eq!(duration("25h"), Some(Duration::from_hours(25)));
        assert_eq!(duration("1h 30m 5s 20ms"), Some(Duration::from_millis(5_405_020)));
        for wrong in ["", "h", "25", "25 h", "-1h", "1y", "99999999999999999999h", "18446744073709551615d"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
