//! `#[wappa::test]`: an async test, with a world if it asks for one.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, FnArg, Ident, ItemFn, Result, ReturnType, parse2, spanned::Spanned as _};

pub(crate) fn expand(arguments: &TokenStream, item: TokenStream) -> Result<TokenStream> {
    let world = world(arguments)?;
    let ItemFn { attrs, vis, sig, block } = parse2(item)?;
    if sig.asyncness.is_none() {
        return Err(Error::new(sig.fn_token.span, "a wappa test is an `async fn`"));
    }
    if !sig.generics.params.is_empty() {
        return Err(Error::new(sig.generics.span(), "a test can't be generic"));
    }
    let mut inputs = sig.inputs.iter();
    let given = match (inputs.next(), inputs.next()) {
        (None, _) => quote!(),
        (Some(FnArg::Typed(argument)), None) => quote!(let #argument = #world;),
        _ => {
            let said = "a wappa test takes nothing, or one `World`; people come from it: `world.bot(…).user(\"Ana\")`";
            return Err(Error::new(sig.inputs.span(), said));
        }
    };
    let (name, output) = (&sig.ident, &sig.output);
    let answer = match output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, answer) => quote!(#answer),
    };
    Ok(quote! {
        #[::core::prelude::v1::test]
        #(#attrs)*
        #vis fn #name() #output {
            ::wappa::testing::harness::run::<#answer>(async move {
                #given
                #block
            })
        }
    })
}

/// How the world is made.
fn world(arguments: &TokenStream) -> Result<TokenStream> {
    if arguments.is_empty() {
        return Ok(quote!(::wappa::testing::World::new()));
    }
    let store: Ident = parse2(arguments.clone())
        .map_err(|error| Error::new(error.span(), "`#[wappa::test]` takes nothing, or `sqlite`"))?;
    if store == "sqlite" {
        Ok(quote!(::wappa::testing::World::builder().sqlite().build()))
    } else {
        Err(Error::new(store.span(), "`#[wappa::test]` takes nothing, or `sqlite`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(arguments: &TokenStream, item: TokenStream) -> String {
        expand(arguments, item).map_or_else(|error| error.to_string(), |done| done.to_string())
    }

    #[test]
    fn what_is_no_test_is_refused_with_a_reason() {
        for (arguments, item, reason) in [
            (
                quote!(),
                quote!(
                    fn plain() {}
                ),
                "is an `async fn`",
            ),
            (
                quote!(),
                quote!(
                    async fn generic<T>() {}
                ),
                "can't be generic",
            ),
            (
                quote!(),
                quote!(
                    async fn two(world: World, ana: Person) {}
                ),
                "one `World`",
            ),
            (
                quote!(postgres),
                quote!(
                    async fn other(world: World) {}
                ),
                "or `sqlite`",
            ),
            (
                quote!(a = 1),
                quote!(
                    async fn other(world: World) {}
                ),
                "or `sqlite`",
            ),
        ] {
            let refused = refusal(&arguments, item);
            assert!(refused.contains(reason), "{refused}");
        }
    }

    #[test]
    fn a_test_keeps_its_attributes_and_its_answer() {
        let test = refusal(
            &quote!(),
            quote!(
                #[ignore]
                async fn it() -> Result {}
            ),
        );
        assert!(test.contains("# [ignore] fn it () -> Result {"), "{test}");
    }
}
