//! The variables of a template's text: `{{1}}`, `{{2}}`… or `{{name}}`.

use crate::client::{GraphError, check::wrong};

/// The variables of a text, each once, in the order in which they appear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Variables {
    /// There are none.
    None,
    /// So many, counted from 1.
    Numbered(usize),
    /// These.
    Named(Vec<String>),
}

impl Variables {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Numbered(count) => *count,
            Self::Named(names) => names.len(),
        }
    }
}

/// The variables of a text.
///
/// # Errors
/// Numbers are left out, names are no names, or both stand in one text.
pub(crate) fn variables(field: &str, text: &str) -> Result<Variables, GraphError> {
    let mut found: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            return Err(wrong(format!("`{field}` has a variable without an end")));
        };
        let name = name.trim();
        if !found.contains(&name) {
            found.push(name);
        }
        rest = after;
    }
    if found.is_empty() {
        return Ok(Variables::None);
    }
    if found.iter().all(|name| is_number(name)) {
        let mut numbers: Vec<usize> = found.iter().filter_map(|name| name.parse().ok()).collect();
        numbers.sort_unstable();
        if numbers.len() != found.len() || numbers.iter().enumerate().any(|(at, number)| at + 1 != *number) {
            return Err(wrong(format!("`{field}` counts its variables 1, 2, 3… and leaves none out")));
        }
        return Ok(Variables::Numbered(numbers.len()));
    }
    if found.iter().all(|name| is_name(name)) {
        return Ok(Variables::Named(found.into_iter().map(str::to_owned).collect()));
    }
    Err(wrong(format!("`{field}` has variables that are neither all numbers nor all of a-z, 0-9 and `_`")))
}

/// Refuses variables at the ends, as Meta does (code 2388299).
pub(super) fn not_at_the_ends(field: &str, text: &str) -> Result<(), GraphError> {
    let text = text.trim();
    if text.starts_with("{{") || text.ends_with("}}") {
        return Err(wrong(format!("`{field}` begins or ends with a variable")));
    }
    Ok(())
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|digit| digit.is_ascii_digit())
}

fn is_name(name: &str) -> bool {
    let is_part = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    name.bytes().all(is_part) && name.bytes().any(|c| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_once_each() {
        let of = |text| variables("body", text);
        assert_eq!(of("Hi").unwrap(), Variables::None);
        assert_eq!(of("{{2}} of {{1}} and {{ 2 }}").unwrap(), Variables::Numbered(2));
        assert_eq!(of("{{id}} {{name_2}}").unwrap(), Variables::Named(vec!["id".into(), "name_2".into()]));
        assert_eq!(of("{ {1} } and {1}").unwrap(), Variables::None);
        for bad in
            ["{{2}}", "{{1}} {{3}}", "{{1}} {{name}}", "{{Name}}", "{{}}", "{{1", "{{99999999999999999999}}"]
        {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
