//! What a handler's signature must be like, and what can be read from it.

use syn::{FnArg, Pat, PatIdent, PatTuple, PatTupleStruct, PatType, ReturnType, Signature, Type};

use crate::attributes::gather;

/// As many arguments as a handler may have.
const MOST: usize = 8;

/// Whether the function stands alone or has a value it belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    None,
    Reference,
}

/// Everything that is wrong with it as a handler.
pub(crate) fn check(signature: &Signature, receiver: Receiver) -> Option<syn::Error> {
    let mut errors = None;
    let mut wrong = |tokens: &dyn quote::ToTokens, message: &str| {
        gather(&mut errors, syn::Error::new_spanned(tokens, message));
    };
    if signature.asyncness.is_none() {
        wrong(&signature.fn_token, "a handler is an `async fn`: put `async` before `fn`");
    }
    if !signature.generics.params.is_empty() {
        wrong(&signature.generics, "a handler has no generic parameters: each route is one function");
    }
    match (receiver, signature.receiver()) {
        (Receiver::None, Some(this)) => {
            wrong(this, "a method is a command where its `impl` has `#[command]` too");
        }
        (Receiver::Reference, Some(this)) if this.reference.is_none() || this.mutability.is_some() => {
            wrong(this, "a command that is a method takes `&self`: many people call it at once");
        }
        (Receiver::Reference, None) => {
            wrong(&signature.ident, "a command in an `impl` is a method: it takes `&self` first");
        }
        _ => {}
    }
    if matches!(signature.output, ReturnType::Default) {
        wrong(&signature.ident, "a handler answers whether it worked: add `-> Result`");
    }
    for reference in types(signature).filter(|of| matches!(of, Type::Reference(_))) {
        wrong(reference, "a handler takes its arguments by value, without `&`");
    }
    if types(signature).count() > MOST {
        wrong(
            &signature.inputs,
            "a handler has up to 8 arguments: `State` can hold several things in one struct",
        );
    }
    errors
}

/// The arguments without `self`.
fn arguments(signature: &Signature) -> impl Iterator<Item = &PatType> {
    signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    })
}

/// Their types.
pub(crate) fn types(signature: &Signature) -> impl Iterator<Item = &Type> {
    arguments(signature).map(|argument| &*argument.ty)
}

/// The names in `Args((pizza, quantity)): Args<…>`.
pub(crate) fn argument_names(signature: &Signature) -> Vec<String> {
    let args = arguments(signature).find(|argument| is_args(&argument.ty));
    args.map(|argument| names(&argument.pat)).unwrap_or_default()
}

fn is_args(of: &Type) -> bool {
    match of {
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| segment.ident == "Args"),
        _ => false,
    }
}

/// `Args((a, b))` → `a`, `b`; `Args(a)` → `a`; `Rest(note)` → `note`; what has no name is empty.
fn names(pattern: &Pat) -> Vec<String> {
    match pattern {
        Pat::TupleStruct(PatTupleStruct { elems, .. }) if elems.len() == 1 => {
            elems.first().map(names).unwrap_or_default()
        }
        Pat::Tuple(PatTuple { elems, .. }) => {
            elems.iter().map(|element| names(element).into_iter().next().unwrap_or_default()).collect()
        }
        Pat::Ident(PatIdent { ident, .. }) => vec![ident.to_string().trim_start_matches('_').to_owned()],
        Pat::Paren(inner) => names(&inner.pat),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn arguments_are_called_as_the_pattern_calls_them() {
        let signature: Signature = parse_quote! {
            async fn add(chat: Chat, Args((pizza, mut quantity, Rest(note))): wappa::router::Args<(A, B, Rest)>) -> Result
        };
        assert_eq!(argument_names(&signature), ["pizza", "quantity", "note"]);
        let signature: Signature = parse_quote!(async fn add(Args(_pizza): Args<A>) -> Result);
        assert_eq!(argument_names(&signature), ["pizza"]);
        let signature: Signature = parse_quote!(async fn add(args: Args<A>, chat: Chat) -> Result);
        assert_eq!(argument_names(&signature), ["args"]);
    }
}
