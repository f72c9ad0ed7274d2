//! Expressions: texts that stand for what the screen was given or what the person entered.

/// What a screen was given: `${data.name}`.
pub fn data(name: &str) -> String {
    format!("${{data.{name}}}")
}

/// What the person entered in an input of the same screen: `${form.name}`.
pub fn form(name: &str) -> String {
    format!("${{form.{name}}}")
}

/// What another screen was given.
pub fn screen_data(screen: &str, name: &str) -> String {
    format!("${{screen.{screen}.data.{name}}}")
}

/// What the person entered on another screen.
pub fn screen_form(screen: &str, name: &str) -> String {
    format!("${{screen.{screen}.form.{name}}}")
}

/// A text with expressions in it, like `` expression("'Hi ' ${data.name}") ``, or a condition, like
/// `expression("${form.age} >= 18")`: Meta wants them in backticks (from Flow JSON 6.0 on).
pub fn expression(text: &str) -> String {
    format!("`{text}`")
}

/// What an expression names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named<'a> {
    Data(&'a str),
    Form(&'a str),
    OtherData(&'a str, &'a str),
    OtherForm(&'a str, &'a str),
    /// Nothing that there is.
    Nothing(&'a str),
}

/// Whether a text is decided when the Flow runs.
pub(super) fn is_dynamic(text: &str) -> bool {
    let in_backticks = text.len() > 1 && text.starts_with('`') && text.ends_with('`');
    in_backticks || (text.starts_with("${") && text.find('}') == Some(text.len() - 1))
}

/// What the expressions in a text name.
pub(super) fn named(text: &str) -> impl Iterator<Item = Named<'_>> {
    text.split("${").skip(1).map(|rest| {
        let inside = rest.split_once('}').map_or(rest, |(inside, _)| inside).trim();
        let mut parts = inside.split('.');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("data"), Some(name), ..) => Named::Data(name),
            (Some("form"), Some(name), ..) => Named::Form(name),
            (Some("screen"), Some(screen), Some("data"), Some(name)) => Named::OtherData(screen, name),
            (Some("screen"), Some(screen), Some("form"), Some(name)) => Named::OtherForm(screen, name),
            _ => Named::Nothing(inside),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_name_what_they_stand_for() {
        assert!(is_dynamic(&data("x")) && is_dynamic(&expression("${form.a} == 'b'")));
        for fixed in ["", "`", "Hi ${data.x}", "${data.x} and ${data.y}", "${data.x"] {
            assert!(!is_dynamic(fixed), "{fixed}");
        }
        let all: Vec<_> =
            named("`${data.a} ${form.b.c} ${screen.S.form.d} ${screen.S.data.e} ${x}`").collect();
        assert_eq!(
            all,
            [
                Named::Data("a"),
                Named::Form("b"),
                Named::OtherForm("S", "d"),
                Named::OtherData("S", "e"),
                Named::Nothing("x")
            ]
        );
    }
}
