//! Deliveries that differ from the usual, taken apart level by level, so that what is wrong with one part leaves the others
//! whole. A level that is missing is looked for one higher, a list of one may stand without its list.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{
    ProblemKind,
    contacts::Contacts,
    envelope::{Around, Split, each, plain},
    field::{self, Found},
    item::{Item, ItemKind, Role},
};
use crate::event::lax::{members, word};

/// The members of an object.
type Members<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

fn get<'a>(members: &Members<'a>, name: &str) -> Option<&'a RawValue> {
    members.iter().find(|(key, raw)| key == name && raw.get() != "null").map(|(_, raw)| *raw)
}

fn text<'a>(members: &Members<'a>, name: &str) -> Option<Cow<'a, str>> {
    get(members, name).and_then(word).filter(|word| !word.is_empty()).map(Cow::Owned)
}

fn is_object(raw: &RawValue) -> bool {
    raw.get().starts_with('{')
}

/// Where a part stands.
#[derive(Clone, Copy)]
struct At {
    entry: usize,
    change: usize,
}

impl At {
    fn place(self) -> String {
        format!("entry[{}].changes[{}]", self.entry, self.change)
    }
}

impl<'a> Split<'a> {
    pub(super) fn body(&mut self, whole: &'a RawValue) {
        if !is_object(whole) {
            // Some who pass deliveries on pass several at once.
            let bodies = each(whole);
            if bodies.is_empty() || !bodies.iter().all(|body| is_object(body)) {
                return self.unknown(&Around::default(), whole, String::new(), ProblemKind::ExpectedObject);
            }
            return bodies.into_iter().for_each(|body| self.body(body));
        }
        let body = members(whole).unwrap_or_default();
        if text(&body, "object").is_some_and(|object| !object.starts_with("whatsapp")) {
            return self.unknown(&Around::default(), whole, String::new(), ProblemKind::ForeignObject);
        }
        match get(&body, "entry").map(each) {
            Some(entries) if !entries.is_empty() => {
                for (n, entry) in entries.into_iter().enumerate() {
                    self.entry(n, entry);
                }
            }
            None if stands_higher(&body) => {
                self.problem(String::new(), ProblemKind::Misplaced);
                self.entry(0, whole);
            }
            None if let Some((key, inner)) = sole_delivery(&body) => {
                self.problem(key.to_owned(), ProblemKind::Misplaced);
                self.body(inner);
            }
            _ => self.unknown(&Around::default(), whole, String::new(), ProblemKind::ExpectedEntries),
        }
    }

    fn entry(&mut self, n: usize, raw: &'a RawValue) {
        let place = format!("entry[{n}]");
        let Some(entry) = members(raw).filter(|_| is_object(raw)) else {
            return self.unknown(&Around::default(), raw, place, ProblemKind::ExpectedObject);
        };
        let around = Around {
            waba_id: text(&entry, "id"),
            time: get(&entry, "time"),
            field: text(&entry, "field"),
            ..Around::default()
        };
        match get(&entry, "changes").map(each) {
            Some(changes) if !changes.is_empty() => {
                for (m, change) in changes.into_iter().enumerate() {
                    self.change(At { entry: n, change: m }, &around, change);
                }
            }
            None if stands_higher(&entry) => {
                self.problem(place, ProblemKind::Misplaced);
                self.change(At { entry: n, change: 0 }, &around, raw);
            }
            _ => self.unknown(&around, raw, place, ProblemKind::ExpectedChanges),
        }
    }

    fn change(&mut self, at: At, around: &Around<'a>, raw: &'a RawValue) {
        let Some(change) = members(raw).filter(|_| is_object(raw)) else {
            return self.unknown(around, raw, at.place(), ProblemKind::ExpectedObject);
        };
        let field = text(&change, "field").or_else(|| around.field.clone());
        let around = Around { field, ..around.clone() };
        // Some samples of Meta's have what belongs in `value` one level higher.
        let values = get(&change, "value").map_or_else(|| vec![raw], each);
        if values.is_empty() || !values.iter().all(|value| is_object(value)) {
            return self.unknown(&around, raw, at.place(), ProblemKind::ExpectedValue);
        }
        for value in values {
            self.value(at, &around, value, raw);
        }
    }

    fn value(&mut self, at: At, around: &Around<'a>, raw: &'a RawValue, change: &'a RawValue) {
        let value = members(raw).unwrap_or_default();
        let mut around = around.clone();
        if around.field.is_none() {
            around.field = text(&value, "field");
        }
        around
            .describe(get(&value, "metadata").and_then(|raw| each(raw).into_iter().find(|it| is_object(it))));
        if around.phone_number_id.is_none() {
            around.phone_number_id = text(&value, "phone_number_id");
        }
        match field::recognise(around.field.as_deref(), &value) {
            Found::Whole(field) => {
                let role = Role { place: field.name(), field: field.name(), errors: None };
                self.other(&around, &Contacts::default(), field.kind, role, raw);
            }
            Found::Lists(home) => {
                let before = self.delivery.items.len();
                let standby = get(&value, "standby").map(each).unwrap_or_default();
                for part in standby.into_iter().filter(|part| is_object(part)).filter_map(members) {
                    let mut around = around.clone();
                    around.describe(get(&part, "metadata").or(around.metadata));
                    self.lists(at, &around, "standby", &part);
                }
                self.lists(at, &around, home, &value);
                if self.delivery.items.len() == before {
                    self.push(plain(&around, change));
                }
            }
            Found::Nothing => self.unknown(&around, change, at.place(), ProblemKind::UnknownField),
        }
    }

    fn lists(&mut self, at: At, around: &Around<'a>, home: &'static str, value: &Members<'a>) {
        let place = || at.place();
        let contacts = Contacts::new(get(value, "contacts").map(each).unwrap_or_default().into());
        // Errors that stand beside a single call are about it.
        let sole_call = get(value, "calls").is_some_and(|calls| each(calls).len() == 1);
        let call_errors = get(value, "errors").filter(|_| home == "calls" && sole_call);
        let begin = ["messages", "statuses", "errors"];
        let first = begin.iter().filter_map(|name| value.iter().find(|(key, _)| key == name));
        let rest = value.iter().filter(|(key, _)| !begin.contains(&&**key));
        for (key, raw) in first.chain(rest) {
            let Some((list, kind)) = field::list(home, key) else {
                // What Meta adds to a value one day is not lost for standing beside what we know.
                if !BESIDE.contains(&&**key) && raw.get().starts_with(['{', '[']) {
                    self.push(plain(around, raw));
                }
                continue;
            };
            if raw.get() == "null" || (list == "errors" && call_errors.is_some()) {
                continue;
            }
            if !raw.get().starts_with('[') {
                self.problem(place(), ProblemKind::ExpectedList);
            }
            let errors = call_errors.filter(|_| list == "calls");
            for item in each(raw) {
                let role = Role { place: list, field: home, errors };
                match kind {
                    _ if !is_object(item) => {
                        self.unknown(around, item, place(), ProblemKind::ExpectedItem);
                    }
                    ItemKind::Message => self.message(around, &contacts, item, &place),
                    ItemKind::Status => self.status(around, &contacts, item, &place),
                    ItemKind::MetaError => self.push(Item { kind, ..plain(around, item) }),
                    _ => self.other(around, &contacts, kind, role, item),
                }
            }
        }
    }
}

/// A delivery in an envelope of somebody else's, like the `sample` of the App Dashboard: the only member that holds one.
/// An envelope in an envelope is not looked into.
fn sole_delivery<'a, 'm>(body: &'m Members<'a>) -> Option<(&'m str, &'a RawValue)> {
    let mut found = body.iter().filter(|(_, raw)| {
        let inner = if is_object(raw) { members(raw).unwrap_or_default() } else { Members::default() };
        ["entry", "changes", "value"].iter().any(|level| get(&inner, level).is_some())
    });
    let (key, raw) = found.next()?;
    found.next().is_none().then_some((&**key, *raw))
}

/// Members of a value that are no events.
const BESIDE: [&str; 3] = ["metadata", "contacts", "standby"];

/// Whether an object that should hold entries or changes is itself what these should hold.
fn stands_higher(object: &Members<'_>) -> bool {
    let is_below = |key: &str| ["changes", "value", "field"].contains(&key);
    object.iter().any(|(key, _)| is_below(key) || field::list("messages", key).is_some())
}
