//! What people write: phone numbers, long texts, and what their machines write in Markdown.

use wappa_cloud::{PhoneNumber, format, limits::Limit};

use crate::fuzz;

fuzz!(phone_number, seeds(), number);
fuzz!(long_text, seeds(), long);
fuzz!(markdown, seeds(), formatted);

/// A number is 7 to 15 digits, and is the same number when it is read again.
fn number(bytes: &[u8]) {
    let Ok(written) = std::str::from_utf8(bytes) else { return };
    match written.parse::<PhoneNumber>() {
        Ok(number) => {
            assert!((7..=15).contains(&number.as_str().len()));
            assert!(number.as_str().bytes().all(|byte| byte.is_ascii_digit()));
            assert_eq!(number.to_e164().parse(), Ok(number));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// The first byte is a limit. Every piece is within it, none is empty, and a text within it stays as it is.
fn long(bytes: &[u8]) {
    let Some((most, text)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let limit = Limit { max: usize::from(*most) + 32, ..wappa_cloud::limits::TEXT_BODY };
    let pieces = format::split(text, &limit);
    for piece in &pieces {
        assert!(!piece.is_empty());
        assert!(limit.count(piece) <= limit.max, "{piece:?} is longer than {}", limit.max);
    }
    let cut = format::truncate(text, &limit);
    assert!(limit.count(&cut) <= limit.max, "{cut:?} is longer than {}", limit.max);
    if limit.count(text) <= limit.max {
        assert_eq!(cut, text);
    }
}

/// No word is lost, and what is written is no shorter for being written twice.
fn formatted(bytes: &[u8]) {
    let Ok(markdown) = std::str::from_utf8(bytes) else { return };
    let written = format::from_markdown(markdown);
    assert_eq!(written, written.trim());
}

fn seeds() -> Vec<Vec<u8>> {
    [
        "+1 (555) 123-4567",
        "0049 30/901820",
        "\u{1}*bold _both_* ~gone~ ```let x = 1;``` and `code`\n\n> said\n\n- one\n- two\n\n1. first",
        "\u{10}# Title\n\n**bold** *it* ~~gone~~ [link](https://example.org) ![img](a.png)\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "\u{5}👩\u{200d}👩\u{200d}👧 é\u{301} 🇩🇪 words that are longer than the limit is by far and go on",
        "```rust\nfn main() {}\n```\n\n* a\n  * b\n    1. c\n\n---\n<b>html</b> &amp; \\*no\\*",
    ]
    .map(|seed| seed.as_bytes().to_vec())
    .into()
}
