//! Finds what of a text WhatsApp formats.

use std::ops::Range;

/// A formatted stretch: its mark, and the whole range with the mark at both ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) mark: &'static str,
    pub(super) range: Range<usize>,
}

const BLOCK: &str = "```";
const CODE: (char, &str) = ('`', "`");
const MARKS: [(char, &str); 3] = [('*', "*"), ('_', "_"), ('~', "~")];

/// All spans of a text. Spans of one mark lie apart, so that a place is within five of them at most and is looked up
/// without a walk through all.
#[derive(Debug, Default)]
pub(super) struct Spans {
    blocks: Vec<Span>,
    code: Vec<Span>,
    marked: [Vec<Span>; 3],
}

impl Spans {
    pub(super) fn of(text: &str) -> Self {
        let mut spans = Self::default();
        let mut from = 0;
        while let Some(begin) = find(text, from, BLOCK) {
            let inside = begin + BLOCK.len();
            // An opening without an end is three backticks.
            let Some(end) = find(text, inside, BLOCK).filter(|end| *end > inside) else { break };
            spans.in_lines(text, from..begin);
            spans.blocks.push(Span { mark: BLOCK, range: begin..end + BLOCK.len() });
            from = end + BLOCK.len();
        }
        spans.in_lines(text, from..text.len());
        spans
    }

    /// The spans that a cut at this place would go through, outermost first.
    pub(super) fn open_at(&self, at: usize) -> impl DoubleEndedIterator<Item = &Span> {
        let lists = [&self.blocks, &self.code].into_iter().chain(&self.marked);
        let mut open = [None; 5];
        for (place, list) in open.iter_mut().zip(lists) {
            *place = last_before(list, at).filter(|span| at < span.range.end);
        }
        open.sort_by_key(|span| span.map(|span| span.range.start));
        open.into_iter().flatten()
    }

    fn in_lines(&mut self, text: &str, range: Range<usize>) {
        let mut begin = range.start;
        for line in text.get(range).unwrap_or_default().split_inclusive('\n') {
            pairs(line, begin, CODE, |span| self.code.push(span));
            for (mark, list) in MARKS.into_iter().zip(&mut self.marked) {
                let code = &self.code;
                pairs(line, begin, mark, |span| {
                    if !crosses(&span, code) {
                        list.push(span);
                    }
                });
            }
            begin += line.len();
        }
    }
}

fn find(text: &str, from: usize, what: &str) -> Option<usize> {
    text.get(from..)?.find(what).map(|at| from + at)
}

fn last_before(spans: &[Span], at: usize) -> Option<&Span> {
    let begun = spans.partition_point(|span| span.range.start < at);
    spans.get(begun.checked_sub(1)?)
}

/// Whether one end of it lies in code, which takes everything in it as it is. A mark around code is none of the code's.
fn crosses(span: &Span, code: &[Span]) -> bool {
    [span.range.start, span.range.end - 1]
        .into_iter()
        .any(|end| last_before(code, end).is_some_and(|code| end < code.range.end))
}

/// Finds pairs of one mark in a line.
fn pairs(line: &str, offset: usize, (sign, mark): (char, &'static str), mut found: impl FnMut(Span)) {
    let mut open: Option<usize> = None;
    let mut before = None;
    let mut signs = line.char_indices().peekable();
    while let Some((at, c)) = signs.next() {
        let after = signs.peek().map(|(_, c)| *c);
        if c == sign {
            let hugs_left = before.is_some_and(|c: char| !c.is_whitespace() && c != sign);
            let hugs_right = after.is_some_and(|c| !c.is_whitespace() && c != sign);
            match open {
                Some(begin) if hugs_left && !after.is_some_and(char::is_alphanumeric) => {
                    found(Span { mark, range: offset + begin..offset + at + mark.len() });
                    open = None;
                }
                _ if hugs_right && !before.is_some_and(char::is_alphanumeric) => open = Some(at),
                _ => {}
            }
        }
        before = Some(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> Vec<&str> {
        let Spans { blocks, code, marked } = Spans::of(text);
        let mut all: Vec<Span> = blocks.into_iter().chain(code).chain(marked.into_iter().flatten()).collect();
        all.sort_by_key(|span| span.range.start);
        all.into_iter().map(|span| &text[span.range]).collect()
    }

    #[test]
    fn marks_count_where_whatsapp_counts_them() {
        assert_eq!(marked("a *b* _c d_ ~e~ `f`"), ["*b*", "_c d_", "~e~", "`f`"]);
        assert_eq!(marked("*a _b_ c*"), ["*a _b_ c*", "_b_"]);
        assert_eq!(marked("2*3*4, a_b_c, * a *, **, *\n*"), Vec::<&str>::new());
        assert_eq!(marked("```a\n*b*``` *c*"), ["```a\n*b*```", "*c*"]);
        assert_eq!(marked("`*a*` *`b`*"), ["`*a*`", "*`b`*", "`b`"]);
        assert_eq!(marked("``` alone *a*"), ["*a*"]);
    }

    #[test]
    fn what_is_open_is_named_from_the_outside_in() {
        let spans = Spans::of("*a _b_ c*");
        let open = |at| spans.open_at(at).map(|span| span.mark).collect::<Vec<_>>();
        assert_eq!(
            (open(0), open(1), open(5), open(6), open(9)),
            (vec![], vec!["*"], vec!["*", "_"], vec!["*"], vec![])
        );
    }
}
