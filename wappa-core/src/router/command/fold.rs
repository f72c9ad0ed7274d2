//! Names as people type them: in any case, with or without accents.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The same for `Menú`, `MENU` and `menu`.
pub(in crate::router) fn fold(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(word.to_ascii_lowercase());
        }
        return Cow::Borrowed(word);
    }
    Cow::Owned(word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect())
}

/// The name that is meant, if one is near: a letter more, less, other or in the wrong place; up to three in long names.
pub(super) fn nearest<'n>(typed: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let letters = typed.chars().count();
    let most = match letters {
        0..=2 => 0,
        3..=4 => 1,
        5..=8 => 2,
        // Nobody means a command by a sentence, and the comparison takes the square of the length.
        9..=40 => 3,
        _ => return None,
    };
    names
        .map(|name| (strsim::osa_distance(typed, &fold(name)), name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        for (typed, folded) in
            [("Menú", "menu"), ("MENU", "menu"), ("menu", "menu"), ("¡Ayuda!", "¡ayuda!"), ("Größe", "große")]
        {
            assert_eq!(fold(typed), folded);
        }
    }

    #[test]
    fn near_misses_are_found_and_far_ones_are_not() {
        let names = ["menu", "add", "checkout"];
        for (typed, meant) in [
            ("mneu", Some("menu")),
            ("menus", Some("menu")),
            ("chekcout", Some("checkout")),
            ("ad", None),
            ("addd", Some("add")),
            ("order", None),
        ] {
            assert_eq!(nearest(typed, names.into_iter()), meant, "{typed}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), names.into_iter()), None);
    }
}
