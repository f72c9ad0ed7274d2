//! Makes texts fit a limit.

use super::span::{Span, Spans};
use crate::limits::Limit;

/// How well a text can be cut at a place; more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seam {
    /// Between two characters that can be told apart.
    Characters,
    Words,
    Sentences,
    Lines,
    Paragraphs,
}

/// A place to cut: `end` is where the part ends, `next` where the next begins (white space between them is dropped).
#[derive(Debug, Clone, Copy)]
struct Cut {
    end: usize,
    next: usize,
}

/// Takes a text apart so that each part stays within the limit, at paragraphs if possible, else at lines, sentences,
/// words. A bold or otherwise formatted stretch is kept whole; where it alone is too long, its marks are closed and
/// opened again. Parts have no white space around them; a blank text has no parts. A limit of fewer than 32 is treated as
/// one of 32.
pub fn split(text: &str, limit: &Limit) -> Vec<String> {
    let max = limit.max.max(32);
    let spans = Spans::of(text);
    let mut parts = Vec::new();
    let mut begin = skip_blank(text, 0);
    while begin < text.len() {
        let cut = cut(text, begin, max, limit, &spans);
        let part = dressed(text, begin, cut.end, &spans);
        if !part.trim().is_empty() {
            parts.push(part);
        }
        begin = cut.next;
    }
    parts
}

/// Shortens a text to the limit: it ends in `…` then, after a whole word if there is one, and formatting that is cut is
/// closed. A text within the limit stays as it is.
pub fn truncate(text: &str, limit: &Limit) -> String {
    if limit.allows(text) {
        return text.to_owned();
    }
    let spans = Spans::of(text);
    let (mut best, mut word) = (0, None);
    let (mut used, mut counted) = (limit.count("…"), 0);
    for (end, next) in boundaries(text) {
        used += limit.count(text.get(counted..end).unwrap_or_default());
        counted = end;
        if used > limit.max {
            break;
        }
        if used + marks_at(&spans, end, limit) > limit.max || in_mark(&spans, end) {
            continue;
        }
        best = end;
        if next.is_whitespace() {
            word = Some(end);
        }
    }
    // A word is worth up to half of the text.
    let end = word.filter(|word| word * 2 >= best).unwrap_or(best);
    let kept = text.get(..end).unwrap_or_default().trim_end();
    let mut short = String::from(kept);
    short.push('…');
    for span in spans.open_at(kept.len()).rev() {
        short.push_str(span.mark);
    }
    short
}

/// Where a character ends that people take for one, and what follows.
fn boundaries(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut before = ' ';
    text.char_indices().filter_map(move |(at, c)| {
        let joined = joins(before, c);
        before = c;
        (!joined).then_some((at, c))
    })
}

/// Whether two characters make one picture: accents, skin tones, variants, and what a joiner joins.
fn joins(before: char, after: char) -> bool {
    const JOINER: char = '\u{200D}';
    let is_flag = |c: char| ('\u{1F1E6}'..='\u{1F1FF}').contains(&c);
    before == JOINER
        || matches!(after, JOINER | '\u{300}'..='\u{36F}' | '\u{FE00}'..='\u{FE0F}' | '\u{20E3}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}')
        || (is_flag(before) && is_flag(after))
        || (before == '\r' && after == '\n')
}

fn skip_blank(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + (rest.len() - rest.trim_start().len())
}

/// What it takes to close what is open at a place.
fn marks_at(spans: &Spans, at: usize, limit: &Limit) -> usize {
    spans.open_at(at).map(|span| limit.count(span.mark)).sum()
}

/// The stretch with the marks that were open before it, and those that are open after it closed.
fn dressed(text: &str, begin: usize, end: usize, spans: &Spans) -> String {
    let mut part = String::new();
    for span in spans.open_at(begin) {
        part.push_str(span.mark);
    }
    part.push_str(text.get(begin..end).unwrap_or_default());
    for span in spans.open_at(end).rev() {
        part.push_str(span.mark);
    }
    part
}

fn cut(text: &str, begin: usize, max: usize, limit: &Limit, spans: &Spans) -> Cut {
    let opening = marks_at(spans, begin, limit);
    let rest = text.get(begin..).unwrap_or_default();
    let trimmed = rest.trim_end();
    // No character has more than four bytes: what is far too long need not be counted.
    if trimmed.len() <= max * 4 && opening + limit.count(trimmed) <= max {
        return Cut { end: begin + trimmed.len(), next: text.len() };
    }
    let mut best: Option<(bool, Seam, usize)> = None;
    let mut last = begin;
    let mut used = opening;
    let mut before = '\n';
    let mut counted = begin;
    for (at, c) in boundaries(rest).map(|(at, c)| (begin + at, c)).filter(|(at, _)| *at > begin) {
        used += limit.count(text.get(counted..at).unwrap_or_default());
        counted = at;
        if used > max {
            break;
        }
        let whole = text.get(begin..at).unwrap_or_default();
        before = whole.chars().next_back().unwrap_or(before);
        if used + marks_at(spans, at, limit) > max || in_mark(spans, at) {
            continue;
        }
        last = at;
        let seam = match (c, before) {
            ('\n', '\n') => continue,
            ('\n', _) if text.get(at..).is_some_and(|rest| rest.starts_with("\n\n")) => Seam::Paragraphs,
            ('\n', _) => Seam::Lines,
            (c, '.' | '!' | '?' | '…') if c.is_whitespace() => Seam::Sentences,
            (c, before) if c.is_whitespace() && !before.is_whitespace() => Seam::Words,
            (c, _) if c.is_whitespace() => continue,
            _ => Seam::Characters,
        };
        let uncut = spans.open_at(at).next().is_none();
        let far = used * 2 >= max;
        // A good seam in the first half would make many small messages: there it counts as one between words.
        let seam = if far { seam } else { seam.min(Seam::Words) };
        let candidate = (uncut && seam > Seam::Characters, seam, at);
        if best.is_none_or(|best| candidate >= best) {
            best = Some(candidate);
        }
    }
    let end = best.map_or(last, |(_, _, at)| at);
    // The limit holds at least one character with its marks; if not even that, the character goes over it alone.
    let end = if end > begin { end } else { begin + rest.chars().next().map_or(rest.len(), char::len_utf8) };
    let in_block = spans.open_at(end).next().is_some();
    let next = if in_block { skip_one_break(text, end) } else { skip_blank(text, end) };
    Cut { end, next }
}

/// In code, indentation means something.
fn skip_one_break(text: &str, at: usize) -> usize {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some(c) if c.is_whitespace() => at + c.len_utf8(),
        _ => at,
    }
}

/// Whether this place is within a mark, or between a mark and its words.
fn in_mark(spans: &Spans, at: usize) -> bool {
    spans
        .open_at(at)
        .any(|Span { mark, range }| at <= range.start + mark.len() || at >= range.end - mark.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limits::{BUTTON_TITLE, TEXT_BODY, Unit};

    fn of(max: usize) -> Limit {
        Limit { name: "text", max, unit: Unit::Characters, source: "here" }
    }

    #[test]
    fn a_text_is_cut_where_it_hurts_least() {
        let text = "First paragraph is here.\n\nThe second one is rather longer. It has two sentences and more words.";
        let parts = [
            "First paragraph is here.",
            "The second one is rather longer.",
            "It has two sentences and more words.",
        ];
        assert_eq!(split(text, &of(40)), parts);
        assert_eq!(
            split("some words, and no sentence to be seen", &of(32)),
            ["some words, and no sentence to", "be seen"]
        );
        assert_eq!(split("short", &of(40)), ["short"]);
        assert_eq!(split(" \n ", &of(40)), Vec::<String>::new());
        assert_eq!(split(&"x".repeat(70), &of(32)), ["x".repeat(32), "x".repeat(32), "x".repeat(6)]);
    }

    #[test]
    fn formatting_stays_whole_or_is_closed_and_opened_again() {
        let text = "Some words before *and here are bold ones* after";
        assert_eq!(split(text, &of(40)), ["Some words before", "*and here are bold ones* after"]);
        let long = format!("*{}*", "bold words ".repeat(8).trim());
        let parts = split(&long, &of(40));
        assert!(parts.len() > 2);
        assert!(parts.iter().all(|part| part.starts_with('*') && part.ends_with('*')), "{parts:?}");
        let exact = format!("words {} more", "```34567890123456789012345```");
        assert_eq!(split(&exact, &of(35)), ["words ```34567890123456789012345```", "more"]);
        let code = format!("```\n{}```", "  let x = 1;\n".repeat(8));
        for part in split(&code, &of(40)) {
            assert!(part.starts_with("```") && part.ends_with("```") && part.len() > 6, "{part}");
        }
    }

    #[test]
    fn what_is_cut_short_says_so() {
        assert_eq!(truncate("Quattro formaggi", &BUTTON_TITLE), "Quattro formaggi");
        assert_eq!(truncate("Quattro formaggi e prosciutto", &BUTTON_TITLE), "Quattro formaggi e…");
        assert_eq!(truncate("*Quattro formaggi e prosciutto*", &BUTTON_TITLE), "*Quattro formaggi…*");
        assert_eq!(truncate("Supercalifragilisticexpialidocious", &BUTTON_TITLE), "Supercalifragilisti…");
        let family = "👨‍👩‍👧‍👦".repeat(4);
        assert_eq!(truncate(&family, &BUTTON_TITLE), format!("{}…", "👨‍👩‍👧‍👦".repeat(2)));
    }

    proptest! {
        #[test]
        fn every_part_fits_and_no_word_is_lost(text in "([a-z*_~` \n.é👍]|```){0,300}", max in 32_usize..80) {
            let limit = of(max);
            let parts = split(&text, &limit);
            let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric() || *c == '👍').collect::<String>();
            for part in &parts {
                prop_assert!(limit.allows(part), "{part:?} has {}", limit.count(part));
            }
            prop_assert_eq!(bare(&parts.concat()), bare(&text));
            let short = truncate(&text, &limit);
            prop_assert!(limit.allows(&short), "{short:?}");
        }

        #[test]
        fn any_text_is_taken(text in "\\PC{0,200}") {
            split(&text, &of(1));
            truncate(&text, &of(1));
            prop_assert_eq!(split(&text, &TEXT_BODY).len(), usize::from(!text.trim().is_empty()));
        }
    }
}
