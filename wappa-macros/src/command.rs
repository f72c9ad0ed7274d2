//! `#[command]` on a function.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Ident, Item, ItemFn, LitStr, Path, Signature, ext::IdentExt};

use crate::{
    attributes::{documentation, flag, options, text, texts, unknown},
    methods,
    signature::{Receiver, argument_names, check},
};

/// What stands in `#[command(…)]`.
#[derive(Default)]
pub(crate) struct Options {
    name: Option<LitStr>,
    aliases: Vec<LitStr>,
    section: Option<LitStr>,
    listing: Listing,
}

/// Whether `/help` shows it.
#[derive(Default, PartialEq, Eq)]
enum Listing {
    #[default]
    Shown,
    Hidden,
}

impl Options {
    pub(crate) fn read(attributes: TokenStream, errors: &mut Option<syn::Error>) -> Self {
        let mut read = Self::default();
        options(attributes, errors, |option| {
            if option.path().is_ident("name") {
                read.name = Some(a_name(text(option)?)?);
            } else if option.path().is_ident("aliases") {
                read.aliases = texts(option)?.into_iter().map(a_name).collect::<syn::Result<_>>()?;
            } else if option.path().is_ident("section") {
                read.section = Some(text(option)?);
            } else if option.path().is_ident("hidden") {
                flag(option)?;
                read.listing = Listing::Hidden;
            } else {
                return unknown(option, "a command has `name`, `aliases`, `section` and `hidden`");
            }
            Ok(())
        });
        read
    }

    /// `Command::new("add", …)` and all that is known of it.
    pub(crate) fn command(&self, signature: &Signature, about: &str, handler: &TokenStream) -> TokenStream {
        let name = match &self.name {
            Some(name) => name.to_token_stream(),
            None => signature.ident.unraw().to_string().to_token_stream(),
        };
        let aliases = &self.aliases;
        let aliases = (!aliases.is_empty()).then(|| quote!(.aliases(&[#(#aliases),*])));
        let about = (!about.is_empty()).then(|| quote!(.about(#about)));
        let section = self.section.as_ref().map(|section| quote!(.section(#section)));
        let hidden = (self.listing == Listing::Hidden).then(|| quote!(.hidden()));
        let arguments = argument_names(signature);
        let arguments = (!arguments.is_empty()).then(|| quote!(.arguments(&[#(#arguments),*])));
        let place = quote_spanned!(signature.ident.span()=> ::core::line!());
        quote! {
            ::wappa::router::Command::new(#name, #handler)
                #aliases #about #section #hidden #arguments
                .at(::core::file!(), #place)
        }
    }
}

fn a_name(name: LitStr) -> syn::Result<LitStr> {
    let value = name.value();
    if value.is_empty() || value.contains(char::is_whitespace) {
        return Err(syn::Error::new(name.span(), "a command's name is one word"));
    }
    if value.starts_with('/') {
        return Err(syn::Error::new(name.span(), "a name stands without its prefix: it may change"));
    }
    Ok(name)
}

/// The function that makes the command of a function. Its name is what the compiler misses where there is none.
pub(crate) fn maker(function: &Ident) -> Ident {
    format_ident!("__command_attribute_of_{}", function.unraw())
}

/// The path of the function that makes the command at this path.
pub(crate) fn maker_at(mut path: Path) -> Path {
    if let Some(last) = path.segments.last_mut() {
        last.ident = Ident::new(&maker(&last.ident).to_string(), last.ident.span());
    }
    path
}

pub(crate) fn expand(attributes: TokenStream, item: &TokenStream) -> TokenStream {
    match syn::parse2(item.clone()) {
        Ok(Item::Fn(function)) => of_function(attributes, &function),
        Ok(Item::Impl(methods)) => methods::expand(&attributes, methods),
        _ => {
            let message = "`#[command]` stands on an `async fn`, or on an `impl` whose methods are commands";
            let error = syn::Error::new_spanned(item, message).to_compile_error();
            quote!(#item #error)
        }
    }
}

fn of_function(attributes: TokenStream, function: &ItemFn) -> TokenStream {
    let mut errors = check(&function.sig, Receiver::None);
    let options = Options::read(attributes, &mut errors);
    // The function stands whatever is wrong, so that an editor can go on helping.
    if let Some(error) = errors.map(|errors| errors.to_compile_error()) {
        return quote!(#function #error);
    }
    let ItemFn { attrs, vis, sig, .. } = function;
    let maker = maker(&sig.ident);
    let name = &sig.ident;
    let command = options.command(sig, &documentation(attrs), &quote!(#name));
    quote! {
        #function

        #[doc(hidden)]
        #vis fn #maker() -> ::wappa::router::Command {
            #command
        }

        ::wappa::__private::inventory::submit! {
            ::wappa::router::Registered::new(::core::module_path!(), #maker)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(tokens: TokenStream) -> usize {
        let file = syn::parse2(tokens).expect("items");
        prettyplease::unparse(&file).lines().filter(|line| !line.trim().is_empty()).count()
    }

    /// With every option it has; the number is stated in ARCHITECTURE.md.
    #[test]
    fn a_command_adds_thirteen_lines_at_most() {
        let function = quote! {
            /// Add to your order
            async fn add(chat: Chat, Args((pizza, quantity)): Args<(Pizza, u8)>) -> Result {
                Ok(())
            }
        };
        let plain = lines(function.clone());
        let with = expand(quote!(aliases = ["plus"], section = "Orders", hidden), &function);
        assert_eq!(lines(with) - plain, 13);
    }
}
