//! A text as a call: prefix, name, and what stands behind.

use std::borrow::Cow;

use super::fold::fold;

/// A text that may call a command.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::router) struct Called<'t> {
    /// How it was written, without the prefix.
    pub(super) typed: &'t str,
    /// The name to look for.
    pub(super) name: Cow<'t, str>,
    /// What stands behind.
    pub(super) words: &'t str,
}

impl<'t> Called<'t> {
    /// Whether nothing stands behind the name.
    pub(in crate::router) fn is_all(&self) -> bool {
        self.words.is_empty()
    }

    /// `/menu…` with one of these prefixes. The name ends at a blank, so that `/startup` is not `/start`.
    pub(in crate::router) fn prefixed(text: &'t str, prefixes: &[Cow<'static, str>]) -> Option<Self> {
        let text = text.trim_start();
        let behind = prefixes.iter().find_map(|prefix| text.strip_prefix(&**prefix))?;
        Self::bare(behind).filter(|_| !behind.starts_with(char::is_whitespace))
    }

    /// `menu…`
    pub(in crate::router) fn bare(text: &'t str) -> Option<Self> {
        let text = text.trim();
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (typed, words) = text.split_at(end);
        (!typed.is_empty()).then(|| Self { typed, name: fold(typed), words: words.trim_start() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_at_a_blank() {
        let prefixes = [Cow::Borrowed("/"), Cow::Borrowed("!")];
        let called =
            |text| Called::prefixed(text, &prefixes).map(|called| (called.name.into_owned(), called.words));
        assert_eq!(called("/Menú"), Some(("menu".to_owned(), "")));
        assert_eq!(called(" !add  two \n three "), Some(("add".to_owned(), "two \n three")));
        assert_eq!(called("/startup now"), Some(("startup".to_owned(), "now")));
        assert_eq!(called("/"), None);
        assert_eq!(called("/ menu"), None);
        assert_eq!(called("menu"), None);
    }
}
