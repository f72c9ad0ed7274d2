//! Checks one property of a component: its shape, its texts, its actions, and what its expressions name.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    check::{Check, Place},
    expression::{Named, is_dynamic, named},
    problem::ProblemKind,
    table::Shape,
};
use crate::limits::{FLOW_DESCRIPTION, FLOW_ITEM_METADATA, FLOW_ITEM_TITLE};

/// An item's title, description and word at its side.
const ITEM: [(&str, usize); 3] = [
    ("title", FLOW_ITEM_TITLE.max),
    ("description", FLOW_DESCRIPTION.max),
    ("metadata", FLOW_ITEM_METADATA.max),
];

impl<'a> Check<'a> {
    pub(super) fn property(&mut self, value: &'a Value, shape: Shape, path: &str, place: Place<'a>) {
        self.expressions(value, path, place.screen);
        let dynamic = value.as_str().is_some_and(is_dynamic);
        let typed = |check: &mut Self, fits: bool, expected: &'static str| {
            if !fits && !dynamic {
                check.say(path, ProblemKind::Type { expected });
            }
        };
        match shape {
            Shape::Name => self.say(path, ProblemKind::Type { expected: "a name" }),
            Shape::Text(_) if dynamic => {}
            Shape::Text(limit) => match value.as_str() {
                Some(text) => self.text(text, limit, path),
                None => self.say(path, ProblemKind::Type { expected: "a text" }),
            },
            Shape::Texts(limit) => match value {
                Value::Array(lines) if lines.iter().all(Value::is_string) => {
                    let text: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
                    self.text(&text.join("\n"), limit, path);
                }
                Value::String(_) if dynamic => {}
                Value::String(text) => self.text(text, limit, path),
                _ => self.say(path, ProblemKind::Type { expected: "a text or a list of texts" }),
            },
            Shape::Flag => typed(self, value.is_boolean(), "yes or no"),
            Shape::Number => {
                // Meta's own examples write some numbers as texts.
                let number =
                    value.is_number() || value.as_str().is_some_and(|text| text.parse::<f64>().is_ok());
                typed(self, number, "a number");
            }
            Shape::Word(words) => {
                if !dynamic && !value.as_str().is_some_and(|word| words.contains(&word)) {
                    self.say(path, ProblemKind::NotOneOf(words));
                }
            }
            Shape::Expression => {
                if !dynamic {
                    self.rule(path, "it is decided when the Flow runs: an expression");
                }
            }
            Shape::List(least, most) => match value.as_array() {
                Some(list) => self.count(list.len(), least, most, path),
                None => typed(self, false, "a list"),
            },
            Shape::Items(least, most) => match value.as_array() {
                Some(items) => {
                    self.count(items.len(), least, most, path);
                    self.items(items, path);
                }
                None => typed(self, false, "a list of items"),
            },
            Shape::Action(names) => self.action(value, names, path, place),
            Shape::Any | Shape::Children | Shape::Cases => {}
        }
    }

    fn text(&mut self, text: &str, limit: usize, path: &str) {
        let length = text.chars().count();
        if text.trim().is_empty() {
            self.say(path, ProblemKind::Missing);
        } else if length > limit {
            self.say(path, ProblemKind::TooLong { limit, length });
        } else if text.contains("${") {
            self.rule(path, "an expression stands alone, or in backticks together with other text");
        }
    }

    fn count(&mut self, count: usize, least: usize, most: usize, path: &str) {
        if !(least..=most).contains(&count) {
            self.say(path, ProblemKind::Count { least, most, count });
        }
    }

    fn items(&mut self, items: &'a [Value], path: &str) {
        let mut ids = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}[{index}]");
            match item.get("id").and_then(Value::as_str) {
                None | Some("") => self.say(format!("{path}.id"), ProblemKind::Missing),
                Some(id) if !ids.insert(id) => {
                    self.say(format!("{path}.id"), ProblemKind::Duplicate(id.to_owned()));
                }
                Some(_) => {}
            }
            if item.get("title").is_none() {
                self.say(format!("{path}.title"), ProblemKind::Missing);
            }
            for (key, limit) in ITEM {
                if let Some(text) = item.get(key).and_then(Value::as_str) {
                    self.text(text, limit, &format!("{path}.{key}"));
                }
            }
        }
    }

    fn action(&mut self, action: &'a Value, names: &'static [&'static str], path: &str, place: Place<'a>) {
        let name = action.get("name").and_then(Value::as_str).unwrap_or_default();
        if !names.contains(&name) {
            return self.say(format!("{path}.name"), ProblemKind::NotOneOf(names));
        }
        match name {
            "navigate" => {
                let next = action.pointer("/next/name").and_then(Value::as_str).unwrap_or_default();
                let path = format!("{path}.next.name");
                if next == place.screen {
                    self.rule(path, "a screen does not lead to itself");
                } else if let Some(facts) = self.screens.get(next) {
                    let payload = action.get("payload").and_then(Value::as_object);
                    let sent = |name: &&&str| payload.is_some_and(|payload| payload.contains_key(**name));
                    if let Some(unsent) =
                        facts.data.iter().find(|name| !sent(name)).map(|name| (*name).to_owned())
                    {
                        self.say(path.replace(".next.name", ".payload"), ProblemKind::Unsent(unsent));
                    }
                } else {
                    self.say(path, ProblemKind::NoScreen(next.to_owned()));
                }
            }
            "data_exchange" if !self.has_endpoint => {
                self.rule(path, "only a Flow with an endpoint can ask it: set `data_api_version`");
            }
            "complete" if !place.terminal => {
                self.rule(path, "a Flow is completed on a terminal screen");
            }
            "open_url" => {
                let url = action.get("url").and_then(Value::as_str).unwrap_or_default();
                if !is_dynamic(url) && !url.starts_with("https://") && !url.starts_with("http://") {
                    self.rule(
                        format!("{path}.url"),
                        "it must be an address that begins with https:// or http://",
                    );
                }
            }
            _ => {}
        }
    }

    /// All expressions in a value name something that there is.
    fn expressions(&mut self, value: &Value, path: &str, screen: &str) {
        match value {
            Value::String(text) if is_dynamic(text) => {
                for name in named(text) {
                    let problem = match name {
                        Named::Data(name) => self.no_data(screen, name),
                        Named::Form(name) => self.no_input(screen, name),
                        Named::OtherData(screen, name) => self.no_data(screen, name),
                        Named::OtherForm(screen, name) => self.no_input(screen, name),
                        Named::Nothing(text) => Some(ProblemKind::Unknown(format!("${{{text}}}"))),
                    };
                    if let Some(problem) = problem {
                        self.say(path, problem);
                    }
                }
            }
            Value::Object(object) => {
                for (key, value) in object {
                    self.expressions(value, &format!("{path}.{key}"), screen);
                }
            }
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    self.expressions(value, &format!("{path}[{index}]"), screen);
                }
            }
            _ => {}
        }
    }

    fn no_data(&self, screen: &str, name: &str) -> Option<ProblemKind> {
        match self.screens.get(screen) {
            Some(facts) if facts.data.contains(name) => None,
            Some(_) => Some(ProblemKind::NoData(name.to_owned())),
            None => Some(ProblemKind::NoScreen(screen.to_owned())),
        }
    }

    fn no_input(&self, screen: &str, name: &str) -> Option<ProblemKind> {
        match self.screens.get(screen) {
            Some(facts) if facts.inputs.contains(name) => None,
            Some(_) => Some(ProblemKind::NoInput(name.to_owned())),
            None => Some(ProblemKind::NoScreen(screen.to_owned())),
        }
    }
}
