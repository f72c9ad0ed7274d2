//! Which variables texts speak of.

use std::collections::BTreeSet;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};

/// The texts of a resource, each with its variables.
pub(super) fn of(resource: &FluentResource) -> impl Iterator<Item = (String, BTreeSet<String>)> {
    resource.entries().filter_map(|entry| {
        let Entry::Message(message) = entry else { return None };
        let mut names = BTreeSet::new();
        pattern(message.value.as_ref()?, &mut names);
        Some((message.id.name.to_owned(), names))
    })
}

fn pattern(pattern: &Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            self::expression(expression, names);
        }
    }
}

fn expression(expression: &Expression<&str>, names: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(it) => inline(it, names),
        Expression::Select { selector, variants } => {
            inline(selector, names);
            for variant in variants {
                pattern(&variant.value, names);
            }
        }
    }
}

fn inline(it: &InlineExpression<&str>, names: &mut BTreeSet<String>) {
    match it {
        InlineExpression::VariableReference { id } => drop(names.insert(id.name.to_owned())),
        InlineExpression::FunctionReference { arguments: CallArguments { positional, .. }, .. } => {
            for argument in positional {
                inline(argument, names);
            }
        }
        InlineExpression::Placeable { expression } => self::expression(expression, names),
        _ => {}
    }
}
