//! What stands in the parentheses of an attribute.

use proc_macro2::TokenStream;
use syn::{
    Attribute, Expr, ExprLit, Lit, LitInt, LitStr, Meta, Token, parse::Parser, punctuated::Punctuated,
    spanned::Spanned,
};

/// Reads each option with `read`, and gathers what is wrong with any.
pub(crate) fn options(
    tokens: TokenStream,
    errors: &mut Option<syn::Error>,
    mut read: impl FnMut(&Meta) -> syn::Result<()>,
) {
    match Punctuated::<Meta, Token![,]>::parse_terminated.parse2(tokens) {
        Ok(options) => {
            options.iter().filter_map(|option| read(option).err()).for_each(|error| gather(errors, error));
        }
        Err(error) => gather(errors, error),
    }
}

/// `key = "value"`
pub(crate) fn text(option: &Meta) -> syn::Result<LitStr> {
    string(&option.require_name_value()?.value)
}

/// `key = ["value", …]`
pub(crate) fn texts(option: &Meta) -> syn::Result<Vec<LitStr>> {
    match &option.require_name_value()?.value {
        Expr::Array(array) => array.elems.iter().map(string).collect(),
        other => Err(syn::Error::new_spanned(other, "a list is expected here: `[\"…\", \"…\"]`")),
    }
}

/// `key = 1`
pub(crate) fn number(option: &Meta) -> syn::Result<LitInt> {
    match &option.require_name_value()?.value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Ok(number.clone()),
        other => Err(syn::Error::new_spanned(other, "a whole number is expected here")),
    }
}

/// `key`, alone.
pub(crate) fn flag(option: &Meta) -> syn::Result<()> {
    match option {
        Meta::Path(_) => Ok(()),
        other => Err(syn::Error::new(other.span(), "this stands without a value")),
    }
}

/// There is no such option.
pub(crate) fn unknown(option: &Meta, known: &str) -> syn::Result<()> {
    Err(syn::Error::new_spanned(option.path(), known))
}

fn string(expression: &Expr) -> syn::Result<LitStr> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text.clone()),
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

/// Reads the options of all attributes of this name.
pub(crate) fn each(
    attributes: &[Attribute],
    name: &str,
    errors: &mut Option<syn::Error>,
    mut read: impl FnMut(&Meta) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match attribute.meta.require_list() {
            Ok(list) => options(list.tokens.clone(), errors, &mut read),
            Err(error) => gather(errors, error),
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
