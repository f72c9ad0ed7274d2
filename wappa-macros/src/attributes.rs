//! What stands in the parentheses of an attribute.

use syn::{Attribute, Expr, ExprArray, ExprLit, Lit, LitStr, meta::ParseNestedMeta, punctuated::Punctuated};

/// `key = "value"`
pub(crate) fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    meta.value()?.parse()
}

/// `key = ["value", …]`
pub(crate) fn texts(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<LitStr>> {
    let array: ExprArray = meta.value()?.parse()?;
    array.elems.into_iter().map(literal).collect()
}

fn literal(expression: Expr) -> syn::Result<LitStr> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text),
        other => Err(syn::Error::new_spanned(other, "a string is expected here")),
    }
}

/// The lines of a documentation comment, without the blank each begins with.
pub(crate) fn documentation(attributes: &[Attribute]) -> String {
    let lines =
        attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| {
            match &attribute.meta.require_name_value().ok()?.value {
                Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => Some(line.value()),
                _ => None,
            }
        });
    let lines: Vec<String> = lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()).collect();
    lines.join("\n").trim().to_owned()
}

/// Puts a new error beside those there are.
pub(crate) fn gather(errors: &mut Option<syn::Error>, error: syn::Error) {
    match errors {
        Some(errors) => errors.combine(error),
        None => *errors = Some(error),
    }
}

/// Reads the attributes of this name with `read`, and gathers what is wrong with them.
pub(crate) fn each(
    attributes: &[Attribute],
    name: &str,
    errors: &mut Option<syn::Error>,
    mut read: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        if let Err(error) = attribute.parse_nested_meta(|meta| read(&meta)) {
            gather(errors, error);
        }
    }
}

/// The words of a name: `QuattroFormaggi` → `Quattro Formaggi`.
pub(crate) fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for letter in name.trim_start_matches("r#").chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(if letter == '_' { ' ' } else { letter });
    }
    words
}

/// Paths separated by commas.
pub(crate) type Paths = Punctuated<syn::Path, syn::Token![,]>;
