//! `transcripts!`: a test for every conversation that has been written down.

use std::{collections::BTreeMap, fs, path::Path};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Error, Expr, LitStr, Result, Token,
    parse::{Parse, ParseStream},
    parse2,
};

struct Input {
    pattern: LitStr,
    bot: Expr,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let pattern = input.parse().map_err(|error| {
            let message = "the files with the talks come first, then the bot: `transcripts!(\"tests/talks/*.txt\", bot())`";
            Error::new(error.span(), message)
        })?;
        input.parse::<Token![,]>()?;
        let bot = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Self { pattern, bot })
    }
}

pub(crate) fn expand(input: TokenStream) -> Result<TokenStream> {
    let Input { pattern, bot } = parse2(input)?;
    let said = pattern.value();
    let wrong = |problem: String| Error::new(pattern.span(), problem);
    let (folder, name) = said.rsplit_once('/').unwrap_or((".", &said));
    let Some((start, ending)) = name.split_once('*').filter(|(_, ending)| !ending.contains('*')) else {
        return Err(wrong("the last part of the path holds one `*`, as in \"tests/talks/*.txt\"".to_owned()));
    };
    #[expect(clippy::disallowed_methods, reason = "cargo says so which crate the macro stands in")]
    let root = std::env::var("CARGO_MANIFEST_DIR").map_err(|error| wrong(error.to_string()))?;
    let folder = Path::new(&root).join(folder);
    let entries = fs::read_dir(&folder).map_err(|error| wrong(format!("{}: {error}", folder.display())))?;
    let mut tests = BTreeMap::new();
    for entry in entries {
        let name = entry.map_err(|error| wrong(error.to_string()))?.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with(start) && name.ends_with(ending))
        else {
            continue;
        };
        let other = tests.insert(identifier(name.strip_suffix(ending).unwrap_or(name)), name.to_owned());
        if let Some(other) = other {
            return Err(wrong(format!("{name} and {other} would make tests of the same name")));
        }
    }
    if tests.is_empty() {
        return Err(wrong(format!("{} holds no such file", folder.display())));
    }
    let names: Vec<&String> = tests.values().collect();
    let cast = match bot {
        Expr::Closure(closure) => quote!((#closure)(world);),
        handler => quote!(world.bot(#handler);),
    };
    let each = tests.iter().map(|(test, name)| {
        let test = format_ident!("{test}");
        let path = folder.join(name).display().to_string();
        quote! {
            #[::core::prelude::v1::test]
            fn #test() {
                let cast = |world: &::wappa::testing::World| { #cast };
                ::wappa::testing::harness::talk(#path, ::core::include_str!(#path), cast);
            }
        }
    });
    let folder = folder.display().to_string();
    Ok(quote! {
        #(#each)*

        #[::core::prelude::v1::test]
        fn every_talk_is_played() {
            ::wappa::testing::harness::all_talks(#folder, #start, #ending, &[#(#names),*]);
        }
    })
}

/// `Ordering a pizza-2` → `ordering_a_pizza_2`
fn identifier(stem: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
    let name: String = stem.chars().map(plain).collect();
    if name.starts_with(|first: char| first.is_alphabetic()) { name } else { format!("talk_{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_become_names_of_tests() {
        assert_eq!(identifier("Ordering a pizza-2"), "ordering_a_pizza_2");
        assert_eq!(identifier("2 people"), "talk_2_people");
    }

    #[test]
    fn a_pattern_that_names_nothing_is_refused() {
        for (pattern, reason) in
            [("src/*.txt", "no such file"), ("src/test.rs", "one `*`"), ("nowhere/*.txt", "nowhere")]
        {
            let refused = expand(quote!(#pattern, Bot)).expect_err(pattern).to_string();
            assert!(refused.contains(reason), "{refused}");
        }
    }
}
