//! Finds what of a text WhatsApp formats.

use std::ops::Range;

/// A formatted stretch: the marks at both ends, and the whole range with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) mark: &'static str,
    pub(super) range: Range<usize>,
}

const BLOCK: &str = "```";
const MARKS: [(char, &str); 4] = [('*', "*"), ('_', "_"), ('~', "~"), ('`', "`")];

/// All spans, in the order in which they begin; one may lie in another.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(begin) = find(text, from, BLOCK) {
        let inside = begin + BLOCK.len();
        // An opening without an end is three backticks.
        let Some(end) = find(text, inside, BLOCK).filter(|end| *end > inside) else { break };
        in_lines(text, from..begin, &mut spans);
        spans.push(Span { mark: BLOCK, range: begin..end + BLOCK.len() });
        from = end + BLOCK.len();
    }
    in_lines(text, from..text.len(), &mut spans);
    spans
}

fn find(text: &str, from: usize, what: &str) -> Option<usize> {
    text.get(from..)?.find(what).map(|at| from + at)
}

fn in_lines(text: &str, range: Range<usize>, spans: &mut Vec<Span>) {
    let mut begin = range.start;
    for line in text.get(range).unwrap_or_default().split_inclusive('\n') {
        in_line(line, begin, spans);
        begin += line.len();
    }
}

/// Each mark is looked for on its own, one pass each: at most one opening of a mark waits for its end.
fn in_line(line: &str, offset: usize, spans: &mut Vec<Span>) {
    let first = spans.len();
    for (sign, mark) in MARKS {
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
                        spans.push(Span { mark, range: offset + begin..offset + at + mark.len() });
                        open = None;
                    }
                    _ if hugs_right && !before.is_some_and(char::is_alphanumeric) => open = Some(at),
                    _ => {}
                }
            }
            before = Some(c);
        }
    }
    // Code takes everything in it as it is.
    let code: Vec<Range<usize>> =
        spans.iter().skip(first).filter(|span| span.mark == "`").map(|span| span.range.clone()).collect();
    let in_code = |span: &Span| {
        span.mark != "`"
            && code
                .iter()
                .any(|code| code.contains(&span.range.start) || code.contains(&(span.range.end - 1)))
    };
    let mut index = 0;
    spans.retain(|span| {
        index += 1;
        index <= first || !in_code(span) || encloses(span, &code)
    });
    if let Some(new) = spans.get_mut(first..) {
        new.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end)));
    }
}

/// A mark around code is none of the code's.
fn encloses(span: &Span, code: &[Range<usize>]) -> bool {
    code.iter().all(|code| {
        let apart = code.end <= span.range.start || span.range.end <= code.start;
        apart || (span.range.start < code.start && code.end < span.range.end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> Vec<&str> {
        spans(text).into_iter().map(|span| &text[span.range]).collect()
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
}
