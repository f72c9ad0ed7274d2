//! Markdown as WhatsApp writes it.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Writes Markdown (CommonMark with tables, task lists and strike-through) as WhatsApp does: `**bold**` as `*bold*`,
/// `*italic*` as `_italic_`, `~~struck~~` as `~struck~`, headings bold, lists and quotes as they are, links with their
/// address behind them, tables as lines. Markdown from elsewhere, like a language model's answer, is what it is for; then
/// [`split`](super::split) makes it fit.
///
/// ```
/// let said = "## Sizes\n\n- **Small**: *8 €*\n- Large, see [our menu](https://example.org/menu)";
/// assert_eq!(
///     wappa_cloud::format::from_markdown(said),
///     "*Sizes*\n\n- *Small*: _8 €_\n- Large, see our menu (https://example.org/menu)"
/// );
/// ```
pub fn from_markdown(markdown: &str) -> String {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    let mut writer = Writer::default();
    for event in Parser::new_ext(markdown, options) {
        writer.take(event);
    }
    writer.out.trim().to_owned()
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Lists we are in: the next number, or none for bullets.
    lists: Vec<Option<u64>>,
    quotes: usize,
    /// Addresses of the links we are in, and where their words begin.
    links: Vec<(String, usize)>,
    /// Bold inside bold would end it.
    bold: usize,
    /// No cell of this table row has been written yet.
    row_begins: bool,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => self.push(&format!("`{code}`")),
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html),
            Event::SoftBreak | Event::HardBreak => self.line(),
            Event::Rule => {
                self.paragraph();
                self.push("———");
            }
            Event::TaskListMarker(done) => self.push(if done { "☑ " } else { "☐ " }),
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.push(&text);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph if self.lists.is_empty() => self.paragraph(),
            Tag::Heading { .. } => {
                self.paragraph();
                self.bold();
            }
            Tag::BlockQuote(_) => {
                self.paragraph();
                self.quotes += 1;
                self.push("> ");
            }
            Tag::CodeBlock(_) => {
                self.paragraph();
                self.push("```\n");
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.paragraph();
                }
                self.lists.push(first);
            }
            Tag::Item => self.item(),
            Tag::Emphasis => self.push("_"),
            Tag::Strong => self.bold(),
            Tag::Strikethrough => self.push("~"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.into_string(), self.out.len()));
            }
            Tag::Table(_) => self.paragraph(),
            Tag::TableHead | Tag::TableRow => {
                self.line();
                self.row_begins = true;
            }
            Tag::TableCell => self.cell(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Strong => self.bold_ends(),
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::CodeBlock => self.push("```"),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Emphasis => self.push("_"),
            TagEnd::Strikethrough => self.push("~"),
            TagEnd::Link | TagEnd::Image => {
                if let Some((address, begin)) = self.links.pop() {
                    let words = self.out.get(begin..).unwrap_or_default();
                    if words.is_empty() {
                        self.push(&address);
                    } else if words != address && format!("mailto:{words}") != address {
                        self.push(&format!(" ({address})"));
                    }
                }
            }
            _ => {}
        }
    }

    fn cell(&mut self) {
        if !std::mem::take(&mut self.row_begins) {
            self.push(" | ");
        }
    }

    fn item(&mut self) {
        self.line();
        let depth = self.lists.len().saturating_sub(1);
        self.push(&"  ".repeat(depth));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}. ");
                *number += 1;
                self.push(&mark);
            }
            _ => self.push("- "),
        }
    }

    fn bold(&mut self) {
        self.bold += 1;
        if self.bold == 1 {
            self.push("*");
        }
    }

    fn bold_ends(&mut self) {
        if self.bold == 1 {
            self.push("*");
        }
        self.bold = self.bold.saturating_sub(1);
    }

    fn text(&mut self, text: &str) {
        let quoted = self.quotes > 0 && text.contains('\n');
        let text = if quoted { text.replace('\n', "\n> ") } else { text.to_owned() };
        self.push(&text);
    }

    /// Of HTML only the line breaks mean something in a chat.
    fn html(&mut self, html: &str) {
        let tag = html.trim().trim_start_matches('<').trim_end_matches(['>', '/', ' ']);
        if tag.eq_ignore_ascii_case("br") {
            self.line();
        }
    }

    fn line(&mut self) {
        if self.out.is_empty() || self.out.ends_with('\n') || self.out.ends_with("> ") {
            return;
        }
        self.out.push('\n');
        self.push(&"> ".repeat(self.quotes.min(1)));
    }

    fn paragraph(&mut self) {
        if self.out.is_empty() || self.out.ends_with("> ") {
            return;
        }
        let breaks = if self.out.ends_with("\n\n") {
            ""
        } else if self.out.ends_with('\n') {
            "\n"
        } else {
            "\n\n"
        };
        self.out.push_str(breaks);
        self.push(&"> ".repeat(self.quotes.min(1)));
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::from_markdown;

    #[test]
    fn markdown_becomes_whatsapps() {
        for (markdown, said) in [
            ("**b** *i* _i_ ~~s~~ `c`", "*b* _i_ _i_ ~s~ `c`"),
            ("# A **b** c", "*A b c*"),
            ("a\n\nb\nc", "a\n\nb\nc"),
            ("1. one\n2. two\n   - deep\n3. three", "1. one\n2. two\n  - deep\n3. three"),
            ("> quoted\n> more\n\nafter", "> quoted\n> more\n\nafter"),
            ("```rust\nlet a = 1;\n```", "```\nlet a = 1;\n```"),
            (
                "<https://x.org> [](https://y.org) ![pic](https://z.org)",
                "https://x.org https://y.org pic (https://z.org)",
            ),
            ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
            ("- [x] done\n- [ ] open", "- ☑ done\n- ☐ open"),
            ("a<br>b", "a\nb"),
            ("2 \\* 3", "2 * 3"),
            ("", ""),
        ] {
            assert_eq!(from_markdown(markdown), said, "{markdown}");
        }
    }
}
