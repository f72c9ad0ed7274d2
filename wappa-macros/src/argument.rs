//! `#[derive(Argument)]`

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::attributes::{each, text, unknown, words};

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let this = &input.ident;
    let mut wanted = format!("a valid {}", words(&this.to_string()).to_lowercase());
    let mut errors = None;
    each(&input.attrs, "argument", &mut errors, |option| {
        if !option.path().is_ident("wanted") {
            return unknown(option, "an argument has `wanted = \"…\"`");
        }
        wanted = text(option)?.value();
        Ok(())
    });
    if let Some(errors) = errors {
        return Err(errors);
    }
    let (parameters, types, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        impl #parameters ::wappa::router::Argument for #this #types #bounds {
            fn wanted() -> ::std::borrow::Cow<'static, str> {
                #wanted.into()
            }

            fn read(word: &str) -> ::core::option::Option<Self> {
                word.parse().ok()
            }
        }
    })
}
