//! Where screens lead: only forward, to every screen, and to an end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::problem::{Problem, ProblemKind};

/// The most screens that one may lead to.
const BRANCHES: usize = 10;

/// Calls `found` with each screen that something in this JSON navigates to.
pub(super) fn navigations<'a>(value: &'a Value, found: &mut dyn FnMut(&'a str)) {
    match value {
        Value::Object(object) => {
            if object.get("name").and_then(Value::as_str) == Some("navigate")
                && let Some(next) =
                    object.get("next").and_then(|next| next.get("name")).and_then(Value::as_str)
            {
                found(next);
            }
            object.values().for_each(|value| navigations(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| navigations(value, found)),
        _ => {}
    }
}

/// Checks the routes of a Flow: those it states, or, where it states none, those of its screens' actions.
pub(super) fn check(flow: &Value, screens: &[(&str, &Value)], problems: &mut Vec<Problem>) {
    let mut say = |path: String, kind: ProblemKind| problems.push(Problem { path, kind });
    let ids: BTreeSet<&str> = screens.iter().map(|(id, _)| *id).collect();
    let mut routes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, screen) in screens {
        let to = routes.entry(id).or_default();
        navigations(screen, &mut |next| {
            if !to.contains(&next) {
                to.push(next);
            }
        });
    }
    let has_endpoint = flow.get("data_api_version").is_some();
    match flow.get("routing_model") {
        None if has_endpoint => say("routing_model".to_owned(), ProblemKind::Missing),
        None => {}
        Some(Value::Object(model)) => {
            for (from, to) in model {
                let path = format!("routing_model.{from}");
                if !ids.contains(from.as_str()) {
                    say(path.clone(), ProblemKind::NoScreen(from.clone()));
                }
                let Some(to) = to.as_array() else {
                    say(path, ProblemKind::Type { expected: "a list of screens" });
                    continue;
                };
                if to.len() > BRANCHES {
                    say(path.clone(), ProblemKind::Count { least: 0, most: BRANCHES, count: to.len() });
                }
                for next in to {
                    match next.as_str() {
                        Some(next) if next == from => {
                            say(path.clone(), ProblemKind::Rule("a screen does not lead to itself"));
                        }
                        Some(next) if ids.contains(next) => {}
                        Some(next) => say(path.clone(), ProblemKind::NoScreen(next.to_owned())),
                        None => say(path.clone(), ProblemKind::Type { expected: "a list of screens" }),
                    }
                }
            }
            let stated = |from: &str| -> Vec<&str> {
                let to = model.get(from).and_then(Value::as_array).into_iter().flatten();
                to.filter_map(Value::as_str).collect()
            };
            for (from, to) in &mut routes {
                let stated = stated(from);
                if to.iter().any(|next| !stated.contains(next)) {
                    let rule = "an action of this screen leads to one that is not among these";
                    say(format!("routing_model.{from}"), ProblemKind::Rule(rule));
                }
                *to = stated;
            }
        }
        Some(_) => say("routing_model".to_owned(), ProblemKind::Type { expected: "an object" }),
    }
    if let Some(around) = cycle(&routes) {
        let rule = "routes lead forward only: going back is WhatsApp's own button";
        say(format!("routing_model.{around}"), ProblemKind::Rule(rule));
    }
    let Some((first, _)) = screens.first() else { return };
    let reached = reached(&routes, first, has_endpoint);
    for (index, (id, _)) in screens.iter().enumerate() {
        if screens.len() > 1 && !reached.contains(id) {
            say(format!("screens[{index}]"), ProblemKind::Rule("no screen leads here"));
        }
    }
}

/// What can be reached: from the first screen, or, with an endpoint, from any to which none leads.
fn reached<'a>(
    routes: &BTreeMap<&'a str, Vec<&'a str>>,
    first: &'a str,
    has_endpoint: bool,
) -> BTreeSet<&'a str> {
    let led_to: BTreeSet<&str> = routes.values().flatten().copied().collect();
    let mut waiting: Vec<&'a str> = vec![first];
    if has_endpoint {
        // An endpoint may open the Flow at any screen that leads somewhere.
        waiting.extend(
            routes.iter().filter(|(id, to)| !led_to.contains(*id) && !to.is_empty()).map(|(id, _)| *id),
        );
    }
    let mut reached = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            waiting.extend(routes.get(id).into_iter().flatten());
        }
    }
    reached
}

/// A screen from which routes lead back to it.
fn cycle<'a>(routes: &BTreeMap<&'a str, Vec<&'a str>>) -> Option<&'a str> {
    // What leads nowhere is taken away until nothing changes: what is left goes around.
    let mut left = routes.clone();
    loop {
        let ends: Vec<&str> = left
            .iter()
            .filter(|(id, to)| to.iter().all(|next| next == *id || !left.contains_key(next)))
            .map(|(id, _)| *id)
            .collect();
        if ends.is_empty() {
            return left.keys().next().copied();
        }
        for id in ends {
            left.remove(id);
        }
    }
}
