//! Texts: which language a person hears, and what is said of texts that are not there.

use std::sync::Arc;

use super::{Lang, Texts};

fn of(texts: Texts, wanted: &[&str]) -> Lang {
    Lang::of(&Arc::new(texts), wanted)
}

#[test]
fn a_language_is_looked_for_nearby_before_it_is_given_up() {
    let texts = || {
        let languages = ["en", "es", "es-MX", "pt-BR"];
        languages
            .into_iter()
            .fold(Texts::within("nowhere"), |texts, tag| texts.language(tag, &format!("here = {tag}")))
    };
    for (wanted, heard) in [
        (&["es-MX"][..], "es-MX"),
        (&["es-AR"], "es"),
        (&["pt-PT"], "pt-BR"),
        (&["de", "pt"], "pt-BR"),
        (&["fr"], "en"),
        (&["nonsense!", "es"], "es"),
        (&[], "en"),
    ] {
        let lang = of(texts(), wanted);
        assert_eq!(
            (lang.get("here").to_string().as_str(), lang.tag().as_str()),
            (heard, heard),
            "{wanted:?}"
        );
    }
}

#[test]
fn numbers_choose_among_plurals() {
    let source = "pizzas = { $count ->\n    [one] one pizza\n   *[other] { $count } pizzas\n}";
    let lang = of(Texts::within("nowhere").language("en", source), &[]);
    assert_eq!(lang.get("pizzas").with("count", 1).to_string(), "one pizza");
    assert_eq!(lang.get("pizzas").with("count", 3).to_string(), "3 pizzas");
}

#[test]
fn what_is_missing_is_said_in_the_next_language_and_listed_once() {
    let texts = Texts::within("nowhere").language("en", "bye = Bye!\nhi = Hi!").language("es", "hi = ¡Hola!");
    assert_eq!(texts.missing(), [("es".to_owned(), "bye".to_owned())]);
    let lang = of(texts, &["es"]);
    assert!(lang.texts().asked_in_vain().is_empty());
    for _ in 0..2 {
        assert_eq!(lang.get("bye").to_string(), "Bye!");
    }
    assert_eq!(lang.get("hi").to_string(), "¡Hola!");
    assert_eq!(lang.get("nothing").to_string(), "nothing", "its name is better than silence");
    let in_vain: Vec<(String, String)> = lang.texts().asked_in_vain();
    let in_vain: Vec<(&str, &str)> = in_vain.iter().map(|(tag, key)| (&**tag, &**key)).collect();
    assert_eq!(in_vain, [("en", "nothing"), ("es", "bye"), ("es", "nothing")]);
}

/// Says a text that is there and one that is not.
mod said {
    use super::*;

    pub(super) fn texts() -> Texts {
        texts! {
            "en" => "order = Order { $number } of { $day }",
            "es" => "order = Pedido { $numero }\notra = Otra",
        }
    }

    pub(super) fn says(lang: &Lang) -> [String; 2] {
        [t!(lang, "order", number = 7, day = "Monday").to_string(), t!(lang, "lost").to_string()]
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_the_start() {
    let error = said::texts().language("nonsense!", "").language("en", "half = {").check().unwrap_err();
    let error = error.to_string();
    for part in [
        "`nonsense!` is no tag of a language",
        "`en`, line 1: ",
        "`otra` is there in `es` and not in `en`",
        "tests.rs:",
        "there is no text `lost` in `en`",
        "`order` speaks of `$numero` in `es`, and is not given it",
    ] {
        assert!(error.contains(part), "{part} in {error}");
    }
    assert!(!error.contains("`$number` in"), "{error}");
    let lang = of(said::texts(), &[]);
    assert_eq!(said::says(&lang), ["Order 7 of Monday", "lost"]);
    let none = Texts::within("nowhere").check().unwrap_err();
    assert!(none.to_string().contains("there is no language"), "{none}");
}
