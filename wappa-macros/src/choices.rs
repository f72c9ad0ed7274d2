//! `#[derive(Choices)]`

use std::collections::{BTreeSet, HashMap};

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident, LitStr, ext::IdentExt};

use crate::attributes::{each, gather, text, texts, unknown, words};

struct Variant<'a> {
    ident: &'a Ident,
    name: String,
    aliases: Vec<LitStr>,
}

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(
            &input.ident,
            "a choice is an enum: one variant for each possibility",
        ));
    };
    let mut errors = None;
    if !input.generics.params.is_empty() {
        gather(&mut errors, syn::Error::new_spanned(&input.generics, "a choice has no generic parameters"));
    }
    if data.variants.is_empty() {
        gather(&mut errors, syn::Error::new_spanned(&input.ident, "there is nothing to choose from"));
    }
    let mut variants = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            let message = "a possibility holds nothing: what a person types is its name alone";
            gather(&mut errors, syn::Error::new_spanned(&variant.fields, message));
        }
        let (mut name, mut aliases) = (words(&variant.ident.to_string()), Vec::new());
        each(&variant.attrs, "choice", &mut errors, |option| {
            if option.path().is_ident("name") {
                name = a_name(text(option)?)?.value();
            } else if option.path().is_ident("aliases") {
                aliases = texts(option)?.into_iter().map(a_name).collect::<syn::Result<_>>()?;
            } else {
                return unknown(option, "a possibility has `name` and `aliases`");
            }
            Ok(())
        });
        variants.push(Variant { ident: &variant.ident, name, aliases });
    }
    unique(&variants, &mut errors);
    errors.map_or_else(|| Ok(implement(&input.ident, &input.vis, &variants)), Err)
}

fn a_name(name: LitStr) -> syn::Result<LitStr> {
    if name.value().trim().is_empty() {
        return Err(syn::Error::new(name.span(), "a name is what a person can type: it is not empty"));
    }
    Ok(name)
}

/// No name stands for two, as far as a compiler can tell: accents are folded when the bot runs.
fn unique(variants: &[Variant<'_>], errors: &mut Option<syn::Error>) {
    let mut seen: HashMap<String, &Ident> = HashMap::new();
    for Variant { ident, name, aliases } in variants {
        let aliases = aliases.iter().map(LitStr::value);
        let names: BTreeSet<String> =
            std::iter::once(name.clone()).chain(aliases).map(|name| name.to_lowercase()).collect();
        for name in names {
            if let Some(first) = seen.get(&name) {
                let message = format!("`{name}` is `{first}` already");
                gather(errors, syn::Error::new_spanned(ident, message));
            }
            seen.entry(name).or_insert(ident);
        }
    }
}

fn implement(this: &Ident, visible: &syn::Visibility, variants: &[Variant<'_>]) -> TokenStream {
    let idents: Vec<&Ident> = variants.iter().map(|variant| variant.ident).collect();
    let names = variants.iter().map(|variant| &variant.name);
    let tags: Vec<String> = idents.iter().map(|ident| ident.unraw().to_string()).collect();
    let aliases = variants.iter().map(|variant| &variant.aliases);
    let count = variants.len();
    let longest = tags.iter().map(|tag| tag.chars().count()).max().unwrap_or_default();
    quote! {
        impl #this {
            /// Everything there is to choose from.
            #visible const ALL: [Self; #count] = [#(Self::#idents),*];

            /// As it is shown to a person.
            #visible const fn name(&self) -> &'static str {
                match self { #(Self::#idents => #names),* }
            }
        }

        impl ::wappa::router::Choices for #this {
            const ALL: &'static [Self] = &[#(Self::#idents),*];

            fn name(&self) -> &'static str {
                #this::name(self)
            }

            fn tag(&self) -> &'static str {
                match self { #(Self::#idents => #tags),* }
            }

            fn aliases(&self) -> &'static [&'static str] {
                match self { #(Self::#idents => &[#(#aliases),*]),* }
            }
        }

        impl ::core::str::FromStr for #this {
            type Err = ::wappa::router::NoChoice;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                ::wappa::router::choose(Self::ALL, text)
            }
        }

        impl ::wappa::router::PayloadField for #this {
            const LONGEST: ::core::option::Option<usize> = ::core::option::Option::Some(#longest);

            fn write(&self, text: &mut ::std::string::String) -> ::core::option::Option<()> {
                text.push_str(::wappa::router::Choices::tag(self));
                ::core::option::Option::Some(())
            }

            fn read(text: &str) -> ::core::option::Option<Self> {
                text.parse().ok()
            }
        }

        impl ::wappa::router::Argument for #this {
            fn wanted() -> ::std::borrow::Cow<'static, str> {
                ::wappa::router::one_of::<Self>().into()
            }

            fn read(word: &str) -> ::core::option::Option<Self> {
                word.parse().ok()
            }
        }
    }
}
