//! `#[conversation]`: an `async fn` as a type that can be run again.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{FnArg, ItemFn, LitInt, LitStr, Pat, ReturnType, Type, ext::IdentExt, spanned::Spanned};

use crate::attributes::{gather, number, options, text, texts, unknown};

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
    fn read(attributes: TokenStream, errors: &mut Option<syn::Error>) -> Self {
        let mut read = Self::default();
        options(attributes, errors, |option| {
            let path = option.path();
            if path.is_ident("name") {
                read.name = Some(text(option)?);
            } else if path.is_ident("version") {
                read.version = Some(number(option)?);
            } else if path.is_ident("cancel") {
                read.cancel = Some(texts(option)?);
            } else if path.is_ident("cancelled") {
                read.cancelled = Some(text(option)?);
            } else if path.is_ident("misfit") {
                let rule = text(option)?;
                read.misfit = Some(match rule.value().as_str() {
                    "restart" => quote!(::wappa::dialogue::Misfit::Restart),
                    "finish" => quote!(::wappa::dialogue::Misfit::Finish),
                    _ => return Err(syn::Error::new(rule.span(), "a misfit is \"restart\" or \"finish\"")),
                });
            } else {
                let known = "a conversation has `name`, `version`, `cancel`, `cancelled` and `misfit`";
                return unknown(option, known);
            }
            Ok(())
        });
        read
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
    let options = Options::read(attributes, &mut errors);
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
        gather(
            errors,
            syn::Error::new_spanned(
                signature.fn_token,
                "a conversation is an `async fn`: put `async` before `fn`",
            ),
        );
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
    if matches!(signature.output, ReturnType::Default) {
        let message = "a conversation answers whether it worked: add `-> Result`, or `-> Result<T>` for what it is called for";
        gather(errors, syn::Error::new_spanned(&signature.ident, message));
    }
    arguments
}

fn implement(function: &ItemFn, options: &Options, arguments: &[(&Pat, &Type)]) -> TokenStream {
    let ItemFn { attrs, vis, sig, block } = function;
    let this = &sig.ident;
    let name = options.name.as_ref().map_or_else(|| this.unraw().to_string(), LitStr::value);
    let (ReturnType::Type(_, output), [(talk, talk_type), needs @ ..]) = (&sig.output, arguments) else {
        return quote!(#function);
    };
    let types: Vec<_> = needs.iter().map(|(_, of)| of).collect();
    let fields = (!types.is_empty()).then(|| quote!((#(#vis #types),*)));
    let bindings = needs.iter().enumerate().map(|(at, (pattern, of))| {
        let at = syn::Index::from(at);
        // At the place of the type, so that an error stands there.
        quote_spanned!(of.span()=> let #pattern = <#of as ::core::clone::Clone>::clone(&self.#at);)
    });
    let answers =
        quote_spanned!(output.span()=> type Output = <#output as ::wappa::dialogue::Answers>::Output;);
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
            #answers

            async fn run(&self, #talk: #talk_type) -> #output {
                #(#bindings)*
                #block
            }

            #cancelled
        }
    }
}
