//! `#[handler]`: the compiler's opinion, argument by argument.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{ItemFn, spanned::Spanned};

use crate::{
    attributes::gather,
    signature::{Receiver, check, types},
};

pub(crate) fn expand(attributes: &TokenStream, item: &TokenStream) -> TokenStream {
    let function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(_) => {
            let error =
                syn::Error::new_spanned(item, "`#[handler]` stands on an `async fn`").to_compile_error();
            return quote!(#item #error);
        }
    };
    let mut errors = check(&function.sig, Receiver::None);
    if !attributes.is_empty() {
        gather(&mut errors, syn::Error::new_spanned(attributes, "`#[handler]` has no options"));
    }
    if let Some(error) = errors.map(|errors| errors.to_compile_error()) {
        return quote!(#function #error);
    }
    let name = &function.sig.ident;
    let types: Vec<_> = types(&function.sig).collect();
    // Each at the place of its type, so that the error stands there.
    let arguments = types.iter().map(|of| quote_spanned!(of.span()=> argument::<#of>();));
    let future = quote_spanned!(name.span()=> future(#name));
    quote! {
        #function

        const _: () = {
            fn argument<T: ::wappa::router::Extract>() {}
            fn future<F>(_: fn(#(#types),*) -> F)
            where
                F: ::core::future::Future<Output = ::wappa::Result> + ::core::marker::Send,
            {
            }
            #[allow(dead_code)]
            fn check() {
                #(#arguments)*
                #future
            }
        };
    }
}
