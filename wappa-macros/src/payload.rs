//! `#[derive(Payload)]`

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Type, ext::IdentExt, spanned::Spanned};

use crate::attributes::{each, gather, number, text, unknown};

/// As long as the id of a list's row may be (Meta: *Interactive list messages*); a button's may be longer.
const LONGEST: usize = 200;
/// As long as the id of a reply button may be (Meta: *Interactive reply buttons messages*).
const BUTTON: usize = 256;

/// A name, and those it had before.
struct Name {
    now: String,
    before: Vec<String>,
}

impl Name {
    fn all(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.now).chain(&self.before)
    }

    /// `name = "…"` and `was = "…"`.
    fn read(now: String, attributes: &[Attribute], errors: &mut Option<syn::Error>) -> Self {
        let mut name = Self { now, before: Vec::new() };
        each(attributes, "payload", errors, |option| {
            if option.path().is_ident("was") {
                name.before.push(checked(&text(option)?)?);
            } else if option.path().is_ident("name") {
                name.now = checked(&text(option)?)?;
            } else {
                return unknown(option, "a variant or a field has `name = \"…\"` and `was = \"…\"`");
            }
            Ok(())
        });
        name
    }
}

/// A name holds none of the marks that take an id apart.
fn checked(name: &syn::LitStr) -> syn::Result<String> {
    let value = name.value();
    if !value.is_empty()
        && value.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-')
    {
        return Ok(value);
    }
    Err(syn::Error::new(name.span(), "a name in an id consists of letters, digits, `_` and `-`"))
}

struct Variant<'a> {
    /// `None` for a struct.
    ident: Option<&'a Ident>,
    name: Name,
    fields: Vec<Field<'a>>,
    shape: &'a Fields,
}

struct Field<'a> {
    name: Name,
    of: &'a Type,
}

/// What stands at the type itself.
struct Head {
    name: Name,
    version: String,
    max: usize,
}

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut errors = None;
    if !input.generics.params.is_empty() {
        gather(&mut errors, syn::Error::new_spanned(&input.generics, "a payload has no generic parameters"));
    }
    let head = head(input, &mut errors);
    let variants: Vec<Variant<'_>> = match &input.data {
        Data::Enum(data) => {
            if data.variants.is_empty() {
                let message = "there is nothing to tap: one variant for each meaning";
                gather(&mut errors, syn::Error::new_spanned(&input.ident, message));
            }
            let one = |variant| of_variant(variant, &mut errors);
            data.variants.iter().map(one).collect()
        }
        Data::Struct(data) => {
            let name = Name { now: String::new(), before: Vec::new() };
            let fields = fields(&data.fields, &mut errors);
            vec![Variant { ident: None, name, fields, shape: &data.fields }]
        }
        Data::Union(_) => {
            gather(&mut errors, syn::Error::new_spanned(&input.ident, "a payload is an enum or a struct"));
            Vec::new()
        }
    };
    unique(&input.ident, "variants", variants.iter().map(|variant| &variant.name), &mut errors);
    for variant in &variants {
        let at = variant.ident.unwrap_or(&input.ident);
        unique(at, "fields", variant.fields.iter().map(|field| &field.name), &mut errors);
    }
    errors.map_or_else(|| Ok(implement(&input.ident, &head, &variants)), Err)
}

fn head(input: &DeriveInput, errors: &mut Option<syn::Error>) -> Head {
    let name = Name { now: input.ident.unraw().to_string(), before: Vec::new() };
    let mut head = Head { name, version: String::new(), max: LONGEST };
    each(&input.attrs, "payload", errors, |option| {
        if option.path().is_ident("was") {
            head.name.before.push(checked(&text(option)?)?);
        } else if option.path().is_ident("name") {
            head.name.now = checked(&text(option)?)?;
        } else if option.path().is_ident("version") {
            let version: u32 = number(option)?.base10_parse()?;
            head.version = if version == 1 { String::new() } else { version.to_string() };
        } else if option.path().is_ident("max") {
            let max = number(option)?;
            head.max = max.base10_parse()?;
            if !(1..=BUTTON).contains(&head.max) {
                let message =
                    format!("an id has up to {BUTTON} characters on a button, and {LONGEST} on a row");
                return Err(syn::Error::new(max.span(), message));
            }
        } else {
            return unknown(option, "a payload has `name`, `was`, `version` and `max`");
        }
        Ok(())
    });
    head
}

fn of_variant<'a>(variant: &'a syn::Variant, errors: &mut Option<syn::Error>) -> Variant<'a> {
    let name = Name::read(variant.ident.unraw().to_string(), &variant.attrs, errors);
    let fields = fields(&variant.fields, errors);
    Variant { ident: Some(&variant.ident), name, fields, shape: &variant.fields }
}

fn fields<'a>(fields: &'a Fields, errors: &mut Option<syn::Error>) -> Vec<Field<'a>> {
    let read = |(at, field): (usize, &'a syn::Field)| {
        let name = field.ident.as_ref().map_or_else(|| at.to_string(), |ident| ident.unraw().to_string());
        Field { name: Name::read(name, &field.attrs, errors), of: &field.ty }
    };
    fields.iter().enumerate().map(read).collect()
}

/// No name stands for two.
fn unique<'a>(
    at: &Ident,
    what: &str,
    names: impl Iterator<Item = &'a Name>,
    errors: &mut Option<syn::Error>,
) {
    let mut seen: Vec<&String> = Vec::new();
    for name in names.flat_map(Name::all) {
        if seen.contains(&name) {
            gather(
                errors,
                syn::Error::new_spanned(at, format!("two of the {what} are or were called `{name}`")),
            );
        }
        seen.push(name);
    }
}

fn implement(this: &Ident, head: &Head, variants: &[Variant<'_>]) -> TokenStream {
    let Head { name, version, max } = head;
    let front = if version.is_empty() { name.now.clone() } else { format!("{}.{version}", name.now) };
    let names: Vec<&String> = name.all().collect();
    let lengths = variants.iter().map(|variant| {
        let name = count(&variant.name.now) + usize::from(variant.ident.is_some());
        let fields = variant.fields.iter().map(|field| {
            let (name, of) = (count(&field.name.now), field.of);
            quote_spanned!(of.span()=> (#name, <#of as ::wappa::router::PayloadField>::LONGEST))
        });
        quote!((#name, &[#(#fields),*]))
    });
    let front_length = count(&front);
    let encode = variants.iter().map(|variant| encode(&front, variant));
    let decode = variants.iter().map(decode);
    let too_long = format!(
        "an id of `{this}` can be longer than {max} characters: shorten its names with `#[payload(name = \"…\")]`, or \
         allow what a button takes with `#[payload(max = 256)]`"
    );
    // Closures, so that a field which is no payload is one mistake and not three.
    quote! {
        #[automatically_derived]
        #[allow(clippy::redundant_closure, clippy::redundant_closure_for_method_calls)]
        impl ::wappa::router::Payload for #this {
            const LONGEST: ::core::option::Option<usize> =
                ::wappa::router::payload::longest(#front_length, &[#(#lengths),*]);

            fn encode(&self) -> ::std::string::String {
                match self { #(#encode)* }
            }

            fn decode(id: &str) -> ::core::result::Result<Self, ::wappa::router::Unread> {
                let read = ::wappa::router::payload::Decoder::new(id, &[#(#names),*], #version)?;
                match read.variant() {
                    #(#decode)*
                    _ => ::core::result::Result::Err(::wappa::router::Unread::Stale),
                }
            }
        }

        impl ::core::convert::From<#this> for ::std::string::String {
            fn from(payload: #this) -> Self {
                ::wappa::router::Payload::encode(&payload)
            }
        }

        const _: () = ::core::assert!(
            ::wappa::router::payload::fits(<#this as ::wappa::router::Payload>::LONGEST, #max),
            #too_long
        );
    }
}

/// Characters, as Meta counts them.
fn count(name: &str) -> usize {
    name.chars().count()
}

fn path(variant: &Variant<'_>) -> TokenStream {
    variant.ident.map_or_else(|| quote!(Self), |ident| quote!(Self::#ident))
}

fn encode(front: &str, variant: &Variant<'_>) -> TokenStream {
    let head = match variant.ident {
        Some(_) => format!("{front}/{}", variant.name.now),
        None => front.to_owned(),
    };
    let path = path(variant);
    let bound: Vec<Ident> = (0..variant.fields.len()).map(|at| format_ident!("field_{at}")).collect();
    let members = members(variant.shape);
    // At the place of each type, so that an error stands there, once.
    let written = variant.fields.iter().zip(&bound).map(|(field, bound)| {
        let (name, of) = (&field.name.now, field.of);
        quote_spanned! {of.span()=>
            .field(#name, |text| <#of as ::wappa::router::PayloadField>::write(#bound, text))
        }
    });
    quote! {
        #path { #(#members: #bound),* } => {
            ::wappa::router::payload::Encoder::new(#head) #(#written)* .end()
        }
    }
}

fn decode(variant: &Variant<'_>) -> TokenStream {
    let names: Vec<&String> = variant.name.all().collect();
    let path = path(variant);
    let members = members(variant.shape);
    let values = variant.fields.iter().map(|field| {
        let (names, of) = (field.name.all(), field.of);
        quote_spanned! {of.span()=>
            read.field(
                &[#(#names),*],
                |text| <#of as ::wappa::router::PayloadField>::read(text),
                || <#of as ::wappa::router::PayloadField>::absent(),
            )?
        }
    });
    quote!(#(#names)|* => ::core::result::Result::Ok(#path { #(#members: #values),* }),)
}

/// `pizza`, or `0`.
fn members(fields: &Fields) -> Vec<TokenStream> {
    let member = |(at, field): (usize, &syn::Field)| match &field.ident {
        Some(ident) => quote!(#ident),
        None => {
            let at = Literal::usize_unsuffixed(at);
            quote!(#at)
        }
    };
    fields.iter().enumerate().map(member).collect()
}
