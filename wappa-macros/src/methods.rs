//! `#[command]` on an `impl`: methods as commands.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, ImplItem, ImplItemFn, ItemImpl, Meta};

use crate::{
    attributes::{documentation, gather},
    command::Options,
    signature::{Receiver, check, types},
};

pub(crate) fn expand(attributes: &TokenStream, mut methods: ItemImpl) -> TokenStream {
    let mut errors = None;
    if !attributes.is_empty() {
        let message = "options belong to the methods: `#[command(…)]` before each `async fn`";
        gather(&mut errors, syn::Error::new_spanned(attributes, message));
    }
    if methods.trait_.is_some() || !methods.generics.params.is_empty() {
        let message = "commands stand in a plain `impl` of a type without parameters";
        gather(&mut errors, syn::Error::new_spanned(&methods.self_ty, message));
    }
    let mut commands = Vec::new();
    for item in &mut methods.items {
        let ImplItem::Fn(method) = item else { continue };
        let Some(at) = method.attrs.iter().position(is_command) else { continue };
        let attribute = method.attrs.remove(at);
        if let Some(error) = check(&method.sig, Receiver::Reference) {
            gather(&mut errors, error);
        }
        let options = options(&attribute, &mut errors);
        commands.push(command(method, &options));
    }
    if commands.is_empty() {
        let message = "no method here is a command: put `#[command]` before an `async fn`";
        gather(&mut errors, syn::Error::new_spanned(&methods.self_ty, message));
    }
    if let Some(error) = errors.map(|errors| errors.to_compile_error()) {
        return quote!(#methods #error);
    }
    let this = &methods.self_ty;
    quote! {
        #methods

        impl ::wappa::router::IntoCommands for #this {
            fn into_commands(self) -> ::wappa::router::Commands {
                let this = ::std::sync::Arc::new(self);
                ::wappa::router::Commands::of([#(#commands),*])
            }
        }
    }
}

fn is_command(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "command")
}

fn options(attribute: &Attribute, errors: &mut Option<syn::Error>) -> Options {
    match &attribute.meta {
        Meta::Path(_) => {}
        Meta::List(list) => return Options::read(list.tokens.clone(), errors),
        Meta::NameValue(_) => {
            let message = "options stand in parentheses: `#[command(name = \"…\")]`";
            gather(errors, syn::Error::new_spanned(attribute, message));
        }
    }
    Options::default()
}

/// A closure that shares the value, and calls the method.
fn command(method: &ImplItemFn, options: &Options) -> TokenStream {
    let name = &method.sig.ident;
    let types: Vec<_> = types(&method.sig).collect();
    let arguments: Vec<_> = (0..types.len()).map(|at| format_ident!("argument_{at}")).collect();
    let handler = quote!({
        let this = ::std::sync::Arc::clone(&this);
        move |#(#arguments: #types),*| {
            let this = ::std::sync::Arc::clone(&this);
            async move { this.#name(#(#arguments),*).await }
        }
    });
    let command = options.command(&method.sig, &documentation(&method.attrs), &handler);
    quote!(#command.method(::core::stringify!(#name)))
}
