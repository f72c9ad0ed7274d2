//! `commands!(…)`

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Path, parse::Parser};

use crate::{attributes::Paths, command::maker_at};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let paths = match Paths::parse_terminated.parse2(input) {
        Ok(paths) => paths,
        Err(error) => {
            let message = "`commands!()` finds those of this module and below; `commands!(menu, shop::add)` names functions";
            return syn::Error::new(error.span(), message).to_compile_error();
        }
    };
    if paths.is_empty() {
        return quote!(::wappa::router::Commands::below(::core::module_path!()));
    }
    if paths.len() == 1 && paths.first().is_some_and(|path| path.is_ident("all")) {
        return quote!(::wappa::router::Commands::all());
    }
    let makers: Vec<Path> = paths.into_iter().map(maker_at).collect();
    quote!(::wappa::router::Commands::of([#(#makers()),*]))
}
