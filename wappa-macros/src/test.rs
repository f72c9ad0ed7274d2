//! `#[wappa::test]`: an async test, with a world if it asks for one.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, FnArg, Ident, ItemFn, Result, ReturnType, Signature, parse2};

use crate::attributes::gather;

pub(crate) fn expand(arguments: &TokenStream, item: &TokenStream) -> TokenStream {
    let function: ItemFn = match parse2(item.clone()) {
        Ok(function) => function,
        Err(_) => {
            let error =
                Error::new_spanned(item, "`#[wappa::test]` stands on an `async fn`").to_compile_error();
            return quote!(#item #error);
        }
    };
    let mut errors = None;
    let world = world(arguments).unwrap_or_else(|error| {
        gather(&mut errors, error);
        TokenStream::new()
    });
    check(&function.sig, &mut errors);
    match errors.map(|errors| errors.to_compile_error()) {
        // The function stands whatever is wrong, so that an editor can go on helping.
        Some(error) => quote!(#function #error),
        None => implement(&function, &world),
    }
}

/// How the world is made.
fn world(arguments: &TokenStream) -> Result<TokenStream> {
    if arguments.is_empty() {
        return Ok(quote!(::wappa::testing::World::new()));
    }
    match parse2::<Ident>(arguments.clone()) {
        Ok(store) if store == "sqlite" => Ok(quote!(::wappa::testing::World::builder().sqlite().build())),
        _ => Err(Error::new_spanned(arguments, "`#[wappa::test]` takes nothing, or `sqlite`")),
    }
}

fn check(signature: &Signature, errors: &mut Option<Error>) {
    if signature.asyncness.is_none() {
        let message = "a test that talks to a bot is an `async fn`: put `async` before `fn`";
        gather(errors, Error::new_spanned(signature.fn_token, message));
    }
    if !signature.generics.params.is_empty() {
        gather(errors, Error::new_spanned(&signature.generics, "a test has no generic parameters"));
    }
    let typed = |argument: &FnArg| matches!(argument, FnArg::Typed(_));
    if signature.inputs.len() > 1 || !signature.inputs.iter().all(typed) {
        let message =
            "a test takes nothing, or one `World`; people come from it: `world.bot(…).user(\"Ana\")`";
        gather(errors, Error::new_spanned(&signature.inputs, message));
    }
}

fn implement(ItemFn { attrs, vis, sig, block }: &ItemFn, world: &TokenStream) -> TokenStream {
    let given = sig.inputs.first().map(|argument| quote!(let #argument = #world;));
    let (name, output) = (&sig.ident, &sig.output);
    let answer = match output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, answer) => quote!(#answer),
    };
    quote! {
        #[::core::prelude::v1::test]
        #(#attrs)*
        #vis fn #name() #output {
            ::wappa::testing::harness::run::<#answer>(async move {
                #given
                #block
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_keeps_its_attributes_and_its_answer() {
        let function = quote! {
            #[ignore]
            async fn it() -> Result {}
        };
        let test = expand(&quote!(), &function).to_string();
        assert!(test.contains("# [ignore] fn it () -> Result {"), "{test}");
    }
}
