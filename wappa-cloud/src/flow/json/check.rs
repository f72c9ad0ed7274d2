//! Checks Flow JSON by the table of components and by the rules between its parts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    problem::{FlowJsonError, Problem, ProblemKind},
    routing,
    table::{self, COMPONENTS, DEPTH, Need, Shape},
};

/// Meta takes no larger Flow JSON.
const BYTES: usize = 10 * 1024 * 1024;

/// Whether Meta's validator would take this Flow JSON, as far as its rules are known (Meta: *Flow JSON*, version 7.3).
///
/// # Errors
/// All that it would refuse, with the path of each.
pub fn check(flow: &Value) -> Result<(), FlowJsonError> {
    let mut check = Check::default();
    check.flow(flow);
    if check.problems.is_empty() { Ok(()) } else { Err(FlowJsonError(check.problems)) }
}

/// What the expressions of other screens may name.
#[derive(Default)]
pub(super) struct Facts<'a> {
    pub(super) data: BTreeSet<&'a str>,
    pub(super) inputs: BTreeSet<&'a str>,
}

#[derive(Default)]
pub(super) struct Check<'a> {
    pub(super) problems: Vec<Problem>,
    pub(super) screens: BTreeMap<&'a str, Facts<'a>>,
    pub(super) has_endpoint: bool,
}

/// Where we are.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) screen: &'a str,
    pub(super) terminal: bool,
    /// How many conditions stand around.
    depth: usize,
}

impl<'a> Check<'a> {
    pub(super) fn say(&mut self, path: impl Into<String>, kind: ProblemKind) {
        self.problems.push(Problem { path: path.into(), kind });
    }

    pub(super) fn rule(&mut self, path: impl Into<String>, rule: &'static str) {
        self.say(path, ProblemKind::Rule(rule));
    }

    fn flow(&mut self, flow: &'a Value) {
        if flow.to_string().len() > BYTES {
            self.rule("", "Flow JSON has at most 10 MB");
        }
        if flow.get("version").and_then(Value::as_str).is_none() {
            self.say("version", ProblemKind::Missing);
        }
        self.has_endpoint = flow.get("data_api_version").is_some();
        let Some(screens) = flow.get("screens").and_then(Value::as_array).filter(|all| !all.is_empty())
        else {
            self.say("screens", ProblemKind::Missing);
            return;
        };
        let mut known: Vec<(&str, &Value)> = Vec::new();
        for (index, screen) in screens.iter().enumerate() {
            let path = format!("screens[{index}]");
            let Some(id) = screen.get("id").and_then(Value::as_str) else {
                self.say(format!("{path}.id"), ProblemKind::Missing);
                continue;
            };
            if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_') {
                self.rule(format!("{path}.id"), "an id has only letters and underscores");
            }
            if id == "SUCCESS" {
                self.rule(format!("{path}.id"), "`SUCCESS` is the end of every Flow, no screen of yours");
            }
            let mut facts = Facts::default();
            if let Some(Value::Object(data)) = screen.get("data") {
                facts.data.extend(data.keys().map(String::as_str));
            }
            if let Some(children) = screen.pointer("/layout/children") {
                inputs(children, &mut facts.inputs);
            }
            if self.screens.insert(id, facts).is_some() {
                self.say(format!("{path}.id"), ProblemKind::Duplicate(id.to_owned()));
            }
            known.push((id, screen));
        }
        for (index, screen) in screens.iter().enumerate() {
            self.screen(screen, &format!("screens[{index}]"));
        }
        if !screens.iter().any(|screen| screen.get("terminal") == Some(&Value::Bool(true))) {
            self.rule("screens", "one screen at least must be terminal");
        }
        routing::check(flow, &known, &mut self.problems);
    }

    fn screen(&mut self, screen: &'a Value, path: &str) {
        let id = screen.get("id").and_then(Value::as_str).unwrap_or_default();
        let terminal = screen.get("terminal") == Some(&Value::Bool(true));
        if let Some(data) = screen.get("data") {
            self.data(data, &format!("{path}.data"));
        }
        if let Some(sensitive) = screen.get("sensitive").and_then(Value::as_array) {
            for name in sensitive.iter().filter_map(Value::as_str) {
                if !self.screens.get(id).is_some_and(|facts| facts.inputs.contains(name)) {
                    self.say(format!("{path}.sensitive"), ProblemKind::NoInput(name.to_owned()));
                }
            }
        }
        let layout = screen.get("layout");
        if layout.and_then(|layout| layout.get("type")).and_then(Value::as_str) != Some("SingleColumnLayout")
        {
            self.say(format!("{path}.layout.type"), ProblemKind::NotOneOf(&["SingleColumnLayout"]));
        }
        let path = format!("{path}.layout.children");
        let Some(children) = layout.and_then(|layout| layout.get("children")).and_then(Value::as_array)
        else {
            self.say(path, ProblemKind::Missing);
            return;
        };
        let mut counts = BTreeMap::new();
        let mut names = BTreeSet::new();
        self.children(children, &path, Place { screen: id, terminal, depth: 0 }, &mut counts, &mut names);
        let total: usize = counts.values().sum();
        if total > COMPONENTS {
            self.say(&path, ProblemKind::Count { least: 0, most: COMPONENTS, count: total });
        }
        let count = |kind: &str| counts.get(kind).copied().unwrap_or(0);
        for kind in table::KINDS {
            if count(kind.name) > kind.most {
                let rule = ProblemKind::Count { least: 0, most: kind.most, count: count(kind.name) };
                self.say(format!("{path} ({})", kind.name), rule);
            }
        }
        if terminal && count("Footer") == 0 {
            self.rule(&path, "a terminal screen has a Footer, by which the Flow ends");
        }
        if count("PhotoPicker") > 0 && count("DocumentPicker") > 0 {
            self.rule(&path, "a screen picks photos or documents, not both");
        }
        if count("NavigationList") > 0 && terminal {
            self.rule(&path, "a NavigationList leads on, so it does not stand on a terminal screen");
        }
    }

    fn data(&mut self, data: &'a Value, path: &str) {
        let Value::Object(data) = data else {
            return self.say(path, ProblemKind::Type { expected: "an object" });
        };
        for (name, schema) in data {
            let path = format!("{path}.{name}");
            let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
            let types: &[&str] = &["string", "number", "boolean", "object", "array"];
            if !types.contains(&kind) {
                self.say(format!("{path}.type"), ProblemKind::NotOneOf(types));
            }
            match schema.get("__example__") {
                None => self.say(format!("{path}.__example__"), ProblemKind::Missing),
                Some(example) => {
                    let fits = match kind {
                        "string" => example.is_string(),
                        "number" => example.is_number(),
                        "boolean" => example.is_boolean(),
                        "object" => example.is_object(),
                        "array" => example.is_array(),
                        _ => true,
                    };
                    if !fits {
                        self.rule(format!("{path}.__example__"), "the example is not of the type");
                    }
                }
            }
        }
    }

    /// Counts components by kind. What stands in the branches of one condition counts as the larger branch.
    fn children(
        &mut self,
        children: &'a [Value],
        path: &str,
        place: Place<'a>,
        counts: &mut BTreeMap<&'a str, usize>,
        names: &mut BTreeSet<&'a str>,
    ) {
        for (index, child) in children.iter().enumerate() {
            self.component(child, &format!("{path}[{index}]"), place, counts, names);
        }
    }

    fn component(
        &mut self,
        component: &'a Value,
        path: &str,
        place: Place<'a>,
        counts: &mut BTreeMap<&'a str, usize>,
        names: &mut BTreeSet<&'a str>,
    ) {
        let Value::Object(component) = component else {
            return self.say(path, ProblemKind::Type { expected: "a component" });
        };
        let Some(name) = component.get("type").and_then(Value::as_str) else {
            return self.say(format!("{path}.type"), ProblemKind::Missing);
        };
        let Some(kind) = table::kind(name) else {
            return self.say(format!("{path}.type"), ProblemKind::Unknown(name.to_owned()));
        };
        *counts.entry(kind.name).or_default() += 1;
        for property in kind.properties {
            match component.get(property.name) {
                None if property.need == Need::Must => {
                    self.say(format!("{path}.{}", property.name), ProblemKind::Missing);
                }
                None => {}
                Some(Value::String(name)) if matches!(property.shape, Shape::Name) => {
                    if name.is_empty() {
                        self.say(format!("{path}.name"), ProblemKind::Missing);
                    } else if !names.insert(name) {
                        self.say(format!("{path}.name"), ProblemKind::Duplicate(name.clone()));
                    }
                }
                Some(value) => {
                    self.property(value, property.shape, &format!("{path}.{}", property.name), place);
                }
            }
        }
        for key in component.keys().filter(|key| *key != "type") {
            if !kind.properties.iter().any(|property| property.name == key) {
                self.say(format!("{path}.{key}"), ProblemKind::Unknown(key.clone()));
            }
        }
        self.special(component, kind.name, path);
        self.branches(component, path, place, counts, names);
    }

    /// Rules between the properties of one component.
    fn special(&mut self, component: &'a Map<String, Value>, kind: &str, path: &str) {
        let has = |key: &str| component.contains_key(key);
        if kind == "Footer" && has("center-caption") && (has("left-caption") || has("right-caption")) {
            self.rule(path, "a Footer has a caption in the middle, or captions at its sides");
        }
        if kind == "Footer" && has("left-caption") != has("right-caption") {
            self.rule(path, "the captions at the sides of a Footer come together");
        }
        if kind == "NavigationList" {
            let items = component.get("list-items").and_then(Value::as_array).into_iter().flatten();
            let mut own = 0;
            for (index, item) in items.enumerate() {
                own += usize::from(item.get("on-click-action").is_some());
                if item.pointer("/main-content/title").is_none() || item.get("id").is_none() {
                    self.say(format!("{path}.list-items[{index}]"), ProblemKind::Missing);
                }
            }
            if (own == 0) != has("on-click-action")
                && !component.get("list-items").is_some_and(Value::is_string)
            {
                self.rule(path, "the list has an action, or each of its rows has one");
            }
        }
        let number = |key: &str| component.get(key).and_then(Value::as_f64);
        for (least, most) in [
            ("min-chars", "max-chars"),
            ("min-selected-items", "max-selected-items"),
            ("min-uploaded-photos", "max-uploaded-photos"),
            ("min-uploaded-documents", "max-uploaded-documents"),
            ("min-days", "max-days"),
        ] {
            if let (Some(least), Some(most)) = (number(least), number(most))
                && least > most
            {
                self.rule(path, "the least is more than the most");
            }
        }
        for key in ["max-uploaded-photos", "max-uploaded-documents"] {
            if number(key).is_some_and(|most| !(1.0..=30.0).contains(&most)) {
                self.rule(format!("{path}.{key}"), "1 to 30 files can be picked");
            }
        }
        if number("max-file-size-kb").is_some_and(|size| !(1.0..=25_600.0).contains(&size)) {
            self.rule(format!("{path}.max-file-size-kb"), "a file has 1 to 25,600 KB");
        }
    }

    /// The components that stand in this one.
    fn branches(
        &mut self,
        component: &'a Map<String, Value>,
        path: &str,
        place: Place<'a>,
        counts: &mut BTreeMap<&'a str, usize>,
        names: &mut BTreeSet<&'a str>,
    ) {
        let kind = component.get("type").and_then(Value::as_str);
        let mut branches: Vec<(String, &'a Value)> = Vec::new();
        match kind {
            Some("Form") => {
                branches.extend(component.get("children").map(|shown| (format!("{path}.children"), shown)));
            }
            Some("If") => {
                for key in ["then", "else"] {
                    branches.extend(component.get(key).map(|shown| (format!("{path}.{key}"), shown)));
                }
            }
            Some("Switch") => {
                if let Some(Value::Object(cases)) = component.get("cases") {
                    branches
                        .extend(cases.iter().map(|(case, shown)| (format!("{path}.cases.{case}"), shown)));
                }
            }
            _ => return,
        }
        let depth = place.depth + usize::from(kind != Some("Form"));
        if depth > DEPTH {
            return self.rule(path, "at most three conditions stand in each other");
        }
        let before = names.clone();
        let mut largest: BTreeMap<&str, usize> = BTreeMap::new();
        let mut footers = BTreeSet::new();
        let shown = branches.len();
        for (path, children) in branches {
            let Some(children) = children.as_array() else {
                self.say(path, ProblemKind::Type { expected: "a list of components" });
                continue;
            };
            let mut own = BTreeMap::new();
            let mut own_names = before.clone();
            self.children(children, &path, Place { depth, ..place }, &mut own, &mut own_names);
            footers.insert(own.contains_key("Footer"));
            for (kind, count) in own {
                let most = largest.entry(kind).or_default();
                *most = count.max(*most);
            }
            names.extend(own_names);
        }
        let one_sided = kind == Some("If") && shown == 1 && footers.contains(&true);
        if kind != Some("Form") && (footers.len() > 1 || one_sided) {
            self.rule(path, "a Footer stands in every branch of a condition, or in none");
        }
        for (kind, count) in largest {
            *counts.entry(kind).or_default() += count;
        }
    }
}

/// The names of inputs, in conditions and forms too.
fn inputs<'a>(children: &'a Value, found: &mut BTreeSet<&'a str>) {
    for component in children.as_array().into_iter().flatten().filter_map(Value::as_object) {
        if component.get("type").and_then(Value::as_str) != Some("Form") {
            found.extend(component.get("name").and_then(Value::as_str));
        }
        for key in ["children", "then", "else"] {
            component.get(key).into_iter().for_each(|shown| inputs(shown, found));
        }
        if let Some(Value::Object(cases)) = component.get("cases") {
            cases.values().for_each(|shown| inputs(shown, found));
        }
    }
}
