//! Reading a talk: lines become steps.

use std::time::Duration;

use super::{Said, act::Act, duration};
use crate::testing::log::{BOT, OWNER};

/// One thing in a talk.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// For people.
    Comment(String),
    /// The bot is expected to say this.
    Bot(Said),
    /// Time passes.
    Passed { source: String, by: Duration },
    /// The owner of the number writes in the WhatsApp Business app, to this person or to whoever spoke last.
    Owner { source: Vec<String>, to: Option<String>, text: String },
    /// A person does this.
    Person { source: Vec<String>, name: String, act: Act },
}

/// A line of a talk that can't be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct TalkError {
    /// Counted from 1.
    pub line: usize,
    problem: String,
}

pub(super) fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

pub(super) fn steps(text: &str) -> Result<Vec<Step>, TalkError> {
    let mut steps = Vec::new();
    let mut lines = text.lines().map(str::trim_end).enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        let wrong = |problem: String| TalkError { line: at + 1, problem };
        if is_comment(line) {
            steps.push(Step::Comment(line.to_owned()));
            continue;
        }
        if let Some(passed) = line.strip_prefix('(').and_then(|line| line.strip_suffix(" later)")) {
            let by = duration(passed).ok_or_else(|| {
                wrong(format!("{passed:?} is no time: write it like `(25h later)` or `(1h 30m later)`"))
            })?;
            steps.push(Step::Passed { source: line.to_owned(), by });
            continue;
        }
        let Some((speaker, says)) = line.split_once(':').filter(|(speaker, _)| is_speaker(speaker)) else {
            let problem = "neither `Name: what they say`, nor `(25h later)`, nor a comment with `#`, nor an indented \
                           line that goes on with the one above";
            return Err(wrong(problem.to_owned()));
        };
        let mut source = vec![line.to_owned()];
        let (mut words, mut below) = (says.trim().to_owned(), Vec::new());
        while let Some((_, more)) = lines.next_if(|(_, more)| is_more(more)) {
            source.push(more.to_owned());
            match more.trim_start().strip_prefix('|') {
                Some(further) => {
                    words.push('\n');
                    words.push_str(further.strip_prefix(' ').unwrap_or(further));
                }
                None => below.push(more.trim().to_owned()),
            }
        }
        steps.push(if speaker == BOT || speaker.starts_with("Bot to ") {
            let message = source.join("\n");
            Step::Bot(Said { source, message })
        } else if let Some(below) = below.first() {
            return Err(wrong(format!("{below:?}: further lines of a text begin with `|`")));
        } else if let Some(to) = owner_to(speaker) {
            if words.is_empty() {
                return Err(wrong("nothing is said here".to_owned()));
            }
            let to = Some(to).filter(|to| !to.is_empty()).map(str::to_owned);
            Step::Owner { source, to, text: words }
        } else {
            let act = Act::read(&words).map_err(wrong)?;
            Step::Person { source, name: speaker.to_owned(), act }
        });
    }
    Ok(steps)
}

/// Whom the owner writes to, if it is the owner: a name, or nothing for whoever spoke last.
fn owner_to(speaker: &str) -> Option<&str> {
    let to = speaker.strip_prefix(OWNER)?;
    if to.is_empty() { Some(to) } else { to.strip_prefix(" to ") }
}

/// Whether this can be a name: what stands before a colon in a sentence usually can't.
fn is_speaker(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.starts_with(['(', '|', '[', '-'])
}

fn is_more(line: &str) -> bool {
    line.starts_with([' ', '\t']) && !line.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_understood_is_named_with_its_line() {
        for (text, line, part) in [
            ("Ana: hi\n\nwell then", 3, "neither"),
            ("(soon later)", 1, "is no time"),
            ("# x\nAna: (dances)", 2, "(taps"),
            ("Ana: (taps)", 1, "(taps"),
            ("Ana: (location here)", 1, "(location"),
            ("Ana: hi\n  [See]", 1, "begin with `|`"),
            ("  [See]", 1, "neither"),
            ("Ana:", 1, "nothing"),
            ("Ana: hi\nOwner:", 2, "nothing"),
        ] {
            let error = steps(text).expect_err(text);
            assert_eq!(error.line, line, "{text}");
            assert!(error.to_string().contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn a_text_may_have_lines_and_parentheses() {
        let steps = steps("Ana: one\n  | two\n  |\n  |  three\nBen: \\(taps) is a word").expect("a talk");
        let acts: Vec<&Act> = steps
            .iter()
            .filter_map(|step| if let Step::Person { act, .. } = step { Some(act) } else { None })
            .collect();
        assert_eq!(acts, [&Act::Says("one\ntwo\n\n three".into()), &Act::Says("(taps) is a word".into())]);
    }
}
