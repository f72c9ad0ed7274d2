//! The words behind a command's name: apart at blanks, together within quotes, also within those phones make of them.

/// What is left to read. Words are slices of the text; nothing is copied.
#[derive(Debug, Clone)]
pub struct Words<'t> {
    rest: &'t str,
}

/// Which marks end a phrase that begins with one.
fn closing(open: char) -> Option<&'static [char]> {
    Some(match open {
        '"' => &['"', '”', '“'],
        '“' | '”' | '„' | '‟' => &['”', '“', '"'],
        '«' => &['»'],
        '»' => &['«', '»'],
        '\'' => &['\'', '’'],
        '‘' | '’' | '‚' | '‛' => &['’', '‘', '\''],
        '‹' => &['›'],
        '›' => &['‹', '›'],
        '「' => &['」'],
        '『' => &['』'],
        _ => return None,
    })
}

impl<'t> Words<'t> {
    /// The words of this text.
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text.trim() }
    }

    /// Everything that is left, as it was written.
    pub(super) fn rest(&mut self) -> &'t str {
        std::mem::take(&mut self.rest)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next word, or the phrase between quotes. A quote that nothing closes is a letter like any other.
    pub(super) fn next(&mut self) -> Option<&'t str> {
        let first = self.rest.chars().next()?;
        if let Some(word) = self.phrase(first) {
            return Some(word);
        }
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        Some(word)
    }

    fn phrase(&mut self, open: char) -> Option<&'t str> {
        let close = closing(open)?;
        let inside = self.rest.get(open.len_utf8()..)?;
        for (at, mark) in inside.match_indices(close) {
            let rest = inside.get(at + mark.len()..)?;
            // Within a word, as in "rock'n'roll", it closes nothing.
            if rest.chars().next().is_none_or(char::is_whitespace) {
                self.rest = rest.trim_start();
                return inside.get(..at);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let mut words = Words::new(text);
        std::iter::from_fn(|| words.next()).collect()
    }

    #[test]
    fn quotes_of_all_phones_hold_words_together() {
        for (text, expected) in [
            ("  one   two\tthree\n", &["one", "two", "three"][..]),
            (r#"a "b c" d"#, &["a", "b c", "d"]),
            ("a “b c” d", &["a", "b c", "d"]),
            ("„b c“ d", &["b c", "d"]),
            ("“b c\" d", &["b c", "d"]),
            ("«b c» ‹d e›", &["b c", "d e"]),
            ("‘b c’ d", &["b c", "d"]),
            ("'rock'n'roll' x", &["rock'n'roll", "x"]),
            ("don't 'n roll", &["don't", "'n", "roll"]),
            (r#""not closed"#, &["\"not", "closed"]),
            (r#""" x"#, &["", "x"]),
            ("", &[]),
            ("\"", &["\""]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_left_is_as_it_was_written() {
        let mut left = Words::new("note  “no  onions”, please ");
        assert_eq!(left.next(), Some("note"));
        assert_eq!(left.rest(), "“no  onions”, please");
        assert!(left.is_empty());
    }

    proptest! {
        #[test]
        fn every_letter_but_blanks_and_quotes_arrives(text in "[a-z \"“”«»'é]{0,40}") {
            let arrived: String = words(&text).concat();
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
            prop_assert_eq!(letters(&arrived), letters(&text));
        }
    }
}
