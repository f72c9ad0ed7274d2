//! `#[conversation]`: an `async fn` as a type that can be run again.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, ItemFn, LitInt, LitStr, Pat, Type, ext::IdentExt, parse::Parser};

use crate::attributes::{gather, text, texts};

/// What stands in `#[conversation(…)]`.
#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    version: Option<LitInt>,
    cancel: Option<Vec<LitStr>>,
    cancelled: Option<LitStr>,
    misfit: Option<TokenStream>,
}

impl Options {
    fn read(attributes: TokenStream) -> syn::Result<Self> {
        let mut options = Self::default();
        let parser = syn::meta::parser(|meta| {
            if meta.path.is_ident("name") {
                options.name = Some(text(&meta)?);
            } else if meta.path.is_ident("version") {
                options.version = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("cancel") {
                options.cancel = Some(texts(&meta)?);
            } else if meta.path.is_ident("cancelled") {
                options.cancelled = Some(text(&meta)?);
            } else if meta.path.is_ident("misfit") {
                let rule = text(&meta)?;
                options.misfit = Some(match rule.value().as_str() {
                    "restart" => quote!(::wappa::dialogue::Misfit::Restart),
                    "finish" => quote!(::wappa::dialogue::Misfit::Finish),
                    _ => return Err(syn::Error::new(rule.span(), "it is \"restart\" or \"finish\"")),
                });
            } else {
                return Err(
                    meta.error("a conversation has `name`, `version`, `cancel`, `cancelled` and `misfit`")
                );
            }
            Ok(())
        });
        parser.parse2(attributes)?;
        Ok(options)
    }
}

pub(crate) fn expand(attributes: TokenStream, item: &TokenStream) -> TokenStream {
    let function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(_) => {
            let message = "`#[conversation]` stands on an `async fn` that takes a `Talk`";
            let error = syn::Error::new_spanned(item, message).to_compile_error();
            return quote!(#item #error);
        }
    };
    let mut errors = None;
    let options = Options::read(attributes).unwrap_or_else(|error| {
        gather(&mut errors, error);
        Options::default()
    });
    let arguments = check(&function, &mut errors);
    match errors.map(|errors| errors.to_compile_error()) {
        // The function stands whatever is wrong, so that an editor can go on helping.
        Some(error) => quote!(#function #error),
        None => implement(&function, &options, &arguments),
    }
}

/// The arguments, the `Talk` first.
fn check<'f>(function: &'f ItemFn, errors: &mut Option<syn::Error>) -> Vec<(&'f Pat, &'f Type)> {
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        gather(errors, syn::Error::new_spanned(signature.fn_token, "a conversation is an `async fn`"));
    }
    if !signature.generics.params.is_empty() {
        let message = "a conversation has no generic parameters: it is found by its name after a restart";
        gather(errors, syn::Error::new_spanned(&signature.generics, message));
    }
    let mut arguments = Vec::new();
    for argument in &signature.inputs {
        match argument {
            FnArg::Typed(argument) => arguments.push((&*argument.pat, &*argument.ty)),
            FnArg::Receiver(this) => {
                let message = "a conversation is a function of its own: what it needs comes after the `Talk`";
                gather(errors, syn::Error::new_spanned(this, message));
            }
        }
    }
    for (_, of) in arguments.iter().filter(|(_, of)| matches!(of, Type::Reference(_))) {
        let message = "a conversation is run again later: it takes values that can be cloned, no references";
        gather(errors, syn::Error::new_spanned(of, message));
    }
    if arguments.is_empty() {
        let message = "a conversation takes a `Talk` first";
        gather(errors, syn::Error::new_spanned(&signature.ident, message));
    }
    arguments
}

fn implement(function: &ItemFn, options: &Options, arguments: &[(&Pat, &Type)]) -> TokenStream {
    let ItemFn { attrs, vis, sig, block } = function;
    let this = &sig.ident;
    let name = options.name.as_ref().map_or_else(|| this.unraw().to_string(), LitStr::value);
    let output = match &sig.output {
        syn::ReturnType::Default => quote!(()),
        syn::ReturnType::Type(_, of) => quote!(#of),
    };
    let [(talk, talk_type), needs @ ..] = arguments else { return quote!(#function) };
    let types: Vec<_> = needs.iter().map(|(_, of)| of).collect();
    let fields = (!types.is_empty()).then(|| quote!((#(#vis #types),*)));
    let bindings = needs.iter().enumerate().map(|(at, (pattern, _))| {
        let at = syn::Index::from(at);
        quote!(let #pattern = ::core::clone::Clone::clone(&self.#at);)
    });
    let version = options.version.as_ref().map(|version| quote!(const VERSION: u32 = #version;));
    let misfit = options.misfit.as_ref().map(|rule| quote!(const MISFIT: ::wappa::dialogue::Misfit = #rule;));
    let cancel =
        options.cancel.as_ref().map(|words| quote!(const CANCEL: &'static [&'static str] = &[#(#words),*];));
    let cancelled = options.cancelled.as_ref().map(|text| {
        quote! {
            async fn on_cancel(&self, chat: &::wappa::chat::Chat) -> ::wappa::Result {
                chat.say(#text).await?;
                ::core::result::Result::Ok(())
            }
        }
    });
    quote! {
        #(#attrs)*
        #[allow(non_camel_case_types)]
        #[derive(Clone)]
        #vis struct #this #fields;

        impl ::wappa::dialogue::Conversation for #this {
            const NAME: &'static str = #name;
            #version
            #misfit
            #cancel
            type Output = <#output as ::wappa::dialogue::Answers>::Output;

            async fn run(&self, #talk: #talk_type) -> #output {
                #(#bindings)*
                #block
            }

            #cancelled
        }
    }
}
