//! The samples in other surroundings: shuffled into other deliveries, with keys missing, with anything in the place of
//! anything.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use wappa_cloud::{Event, webhook};

use super::{Sample, events, samples};

/// Lists whose members are events of their own.
const LISTS: [&str; 12] = [
    "messages",
    "statuses",
    "errors",
    "calls",
    "groups",
    "message_echoes",
    "state_sync",
    "history",
    "user_preferences",
    "user_actions",
    "automatic_events",
    "user_id_update",
];

/// An entry's id and time, a field, and a value with at most one item in each list.
#[derive(Debug, Clone)]
struct Atom {
    entry: Map<String, Value>,
    field: Value,
    value: Map<String, Value>,
}

/// Every item of the samples by itself.
fn atoms() -> Vec<Atom> {
    let mut all = Vec::new();
    for Sample { name, body } in samples() {
        if name.starts_with("odd_") || name.starts_with("account_partner_app") {
            continue;
        }
        for entry in body["entry"].as_array().unwrap() {
            let mut around = entry.as_object().unwrap().clone();
            for change in around.remove("changes").unwrap().as_array().unwrap() {
                let value = change["value"].as_object().unwrap().clone();
                all.push(Atom { entry: around.clone(), field: change["field"].clone(), value });
            }
        }
    }
    all
}

impl Atom {
    /// The only list of the value, if its members may stand beside others.
    fn list(&self) -> Option<&'static str> {
        let mut lists = self.value.keys().filter_map(|key| LISTS.iter().find(|list| *list == key));
        let rest = self.value.keys().all(|key| {
            LISTS.contains(&key.as_str())
                || ["messaging_product", "metadata", "contacts"].contains(&key.as_str())
        });
        let list = lists.next().filter(|_| rest && lists.next().is_none())?;
        Some(list)
    }

    /// Takes in the items of another, if that changes nothing about what surrounds them.
    fn take(&mut self, other: &Self) -> bool {
        let same = |key: &str| self.value.get(key) == other.value.get(key);
        let (Some(list), Some(more)) = (self.list(), other.list()) else { return false };
        if self.field != other.field || !same("metadata") || !same("contacts") || self.entry != other.entry {
            return false;
        }
        let items = other.value[more].as_array().unwrap().clone();
        match self.value.get_mut(list).filter(|_| list == more) {
            Some(own) => own.as_array_mut().unwrap().extend(items),
            None => return false,
        }
        true
    }
}

/// Numbers that a seed gives.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for n in (1..all.len()).rev() {
            all.swap(n, self.roll(n + 1));
        }
    }
}

/// All atoms in one delivery of N entries × M changes × K items.
fn delivery(mut atoms: Vec<Atom>, dice: &mut Dice) -> Value {
    dice.shuffle(&mut atoms);
    let mut joined: Vec<Atom> = Vec::new();
    for atom in atoms {
        let taken = dice.roll(3) > 0 && joined.iter_mut().any(|other| other.take(&atom));
        if !taken {
            joined.push(atom);
        }
    }
    dice.shuffle(&mut joined);
    let mut entries: Vec<(Map<String, Value>, Vec<Value>)> = Vec::new();
    for atom in joined {
        let change = json!({"field": atom.field, "value": atom.value});
        match entries.iter_mut().find(|(entry, _)| *entry == atom.entry).filter(|_| dice.roll(3) > 0) {
            Some((_, changes)) => changes.push(change),
            None => entries.push((atom.entry, vec![change])),
        }
    }
    let entries = entries.into_iter().map(|(mut entry, changes)| {
        entry.insert("changes".into(), changes.into());
        Value::Object(entry)
    });
    json!({"object": "whatsapp_business_account", "entry": entries.collect::<Vec<_>>()})
}

/// Everything about events, in an order of its own.
fn told(events: &[Event]) -> Vec<String> {
    let mut all: Vec<String> =
        events.iter().map(|event| format!("{event:?} {}", event.raw().as_str())).collect();
    all.sort();
    all
}

/// The nodes of a tree, each by its way from the root.
fn ways(tree: &Value, way: &mut Vec<String>, all: &mut Vec<Vec<String>>) {
    let members: Vec<(String, &Value)> = match tree {
        Value::Array(list) => list.iter().enumerate().map(|(n, it)| (n.to_string(), it)).collect(),
        Value::Object(map) => map.iter().map(|(key, it)| (key.clone(), it)).collect(),
        _ => Vec::new(),
    };
    for (key, member) in members {
        way.push(key);
        all.push(way.clone());
        ways(member, way, all);
        way.pop();
    }
}

fn at<'t>(tree: &'t mut Value, way: &[String]) -> Option<&'t mut Value> {
    way.iter().try_fold(tree, |tree, key| match tree {
        Value::Array(list) => list.get_mut(key.parse::<usize>().ok()?),
        Value::Object(map) => map.get_mut(key),
        _ => None,
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z_]{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// An entry with one message.
fn witness(id: &str) -> Value {
    json!({"id": "1", "changes": [{"field": "messages", "value": {"metadata": {"phone_number_id": "2"},
        "messages": [{"from": "3", "id": id, "timestamp": "4", "type": "text", "text": {"body": id}}]}}]})
}

fn witnessed(event: Option<&Event>) -> Option<&str> {
    match event? {
        Event::Message(message) => message.text(),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn in_any_delivery_they_are_the_same_events(seed in any::<u64>()) {
        let atoms = atoms();
        let alone: Vec<Event> = atoms.iter().flat_map(|atom| events(&delivery(vec![atom.clone()], &mut Dice(0)))).collect();
        let together = events(&delivery(atoms, &mut Dice(seed)));
        prop_assert_eq!(told(&together), told(&alone));
    }
}

/// Taken apart first, as a store has it, and read item by item.
fn one_by_one(body: &Value) -> Vec<Event> {
    let body = serde_json::to_vec(body).unwrap();
    let items = webhook::split(&body).unwrap().items;
    items.iter().map(|item| Event::read(&item.to_bytes())).collect()
}

fn written(events: &[Event]) -> Vec<Value> {
    events.iter().map(|event| serde_json::to_value(event).unwrap()).collect()
}

/// What an item makes of itself and what is read of its stored form, where it makes anything of itself.
fn at_hand(body: &[u8]) -> (Vec<Event>, Vec<Event>) {
    let items = webhook::split(body).unwrap().items;
    let both = items.iter().filter_map(|item| {
        let stored = item.to_bytes().into();
        Some((item.event(&stored)?, Event::read_shared(&stored)))
    });
    both.unzip()
}

#[test]
fn a_message_at_hand_is_the_one_that_is_stored() {
    let together = serde_json::to_vec(&delivery(atoms(), &mut Dice(7))).unwrap();
    let (made, read) = at_hand(&together);
    assert!(made.len() > 50, "{}", made.len());
    assert_eq!((told(&made), written(&made)), (told(&read), written(&read)));
}

#[test]
fn in_one_pass_they_are_the_same_events() {
    let together = delivery(atoms(), &mut Dice(7));
    for body in samples().iter().map(|sample| &sample.body).chain([&together]) {
        let (parsed, read) = (events(body), one_by_one(body));
        assert_eq!(told(&parsed), told(&read), "{body}");
        assert_eq!(written(&parsed), written(&read), "{body}");
    }
}

// `PROPTEST_CASES=1000000` makes these a long search.
proptest! {
    #[test]
    fn anything_anywhere_costs_no_sibling(which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), what in any_json()) {
        let mut body = which.get(samples()).body.clone();
        let (mut nodes, root) = (Vec::new(), "entry".to_owned());
        ways(&body, &mut Vec::new(), &mut nodes);
        let way = place.get(&nodes).clone();
        if let Some(node) = at(&mut body, &way) {
            *node = what;
        }
        let (made, read) = at_hand(&serde_json::to_vec(&body).unwrap());
        prop_assert_eq!(told(&made), told(&read));
        // Whatever became of the sample, its entries stand between others that are whole.
        let inside = match body.get(&root) {
            Some(Value::Array(entries)) => entries.clone(),
            _ => vec![body],
        };
        let entries: Vec<Value> = [witness("before")].into_iter().chain(inside).chain([witness("after")]).collect();
        let events = events(&json!({"object": "whatsapp_business_account", "entry": entries}));
        prop_assert_eq!(witnessed(events.first()), Some("before"));
        prop_assert_eq!(witnessed(events.last()), Some("after"));
        prop_assert!(events.len() >= 3 || entries.len() == 2);
    }

    #[test]
    fn a_body_cut_anywhere_is_no_panic(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = serde_json::to_vec(&which.get(samples()).body).unwrap();
        let at = at.index(bytes.len());
        let _ = webhook::parse(bytes.get(..at).unwrap());
        bytes[at] = byte;
        let _ = webhook::parse(&bytes);
    }
}

/// The leaves of a tree, with their keys.
fn leaves(key: &str, tree: &Value, all: &mut Vec<String>) {
    match tree {
        Value::Array(list) => list.iter().for_each(|it| leaves(key, it, all)),
        Value::Object(map) => map.iter().for_each(|(key, it)| leaves(key, it, all)),
        // A number may come back as text.
        leaf => all.push(format!("{key}: {}", leaf.to_string().trim_matches('"'))),
    }
}

#[test]
fn written_again_they_are_the_same_and_nothing_is_lost() {
    for Sample { name, body } in samples() {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        leaves("", body, &mut before);
        for event in events(body) {
            let written = serde_json::to_value(&event).unwrap();
            assert_eq!(told(&events(&written)), told(&[event]), "{name} as {written}");
            leaves("", &written, &mut after);
        }
        // Where a wrong or missing name was found out.
        before.retain(|leaf| !leaf.starts_with("field: ") && !leaf.starts_with("object: "));
        // Lists that hold nothing.
        before.retain(|leaf| {
            leaf.strip_suffix(": null").is_none_or(|key| key != "contacts" && !LISTS.contains(&key))
        });
        for leaf in before {
            assert!(after.contains(&leaf), "{name} lost {leaf}");
        }
    }
}

/// What holds events must be there; anything else may be missing, and what happened is still known.
#[test]
fn a_missing_key_leaves_an_event_what_it_is() {
    let holds = |key: &str| {
        ["entry", "changes", "value", "standby", "conversation_context", "body", "sample"].contains(&key)
            || LISTS.contains(&key)
    };
    for Sample { name, body } in samples() {
        let whole: Vec<_> = events(body).iter().map(Event::kind).collect();
        let mut nodes = Vec::new();
        ways(body, &mut Vec::new(), &mut nodes);
        for way in nodes {
            let (last, parent) = way.split_last().unwrap();
            let mut less = body.clone();
            let Some(Value::Object(map)) = at(&mut less, parent) else { continue };
            map.remove(last);
            let kinds: Vec<_> = events(&less).iter().map(Event::kind).collect();
            let inside_an_item = parent.iter().any(|key| LISTS.contains(&key.as_str()));
            // Only its field tells an old message from a new one.
            let tells = last == "field" && name.starts_with("history_media") || name == "odd_no_field";
            if (inside_an_item || !holds(last)) && !tells {
                assert_eq!(kinds, whole, "{name} without {}", way.join("."));
            }
        }
    }
}

/// JSON may be as deep as a body is long; nothing follows it down.
#[test]
fn depth_is_no_danger() {
    const DEPTH: usize = 20_000;
    let deep = |open: &str, inside: &str, close: &str| {
        format!("{}{inside}{}", open.repeat(DEPTH), close.repeat(DEPTH))
    };
    let lists = deep("[", "7", "]");
    let objects = deep("{\"entry\":", "7", "}");
    let edits = deep(r#"{"type":"edit","id":"e","from":"1","edit":{"message":"#, "{}", "}}");
    let bodies = [
        lists.clone(),
        objects.clone(),
        format!(r#"{{"body":{objects}}}"#),
        format!(r#"{{"entry":[{{"id":{lists},"changes":{lists}}}]}}"#),
        format!(r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"messages":[{edits}]}}}}]}}]}}"#),
        format!(r#"{{"entry":[{{"changes":[{{"field":"account_update","value":{{"event":{lists}}}}}]}}]}}"#),
        format!(r#"{{"entry":[{{"changes":[{{"field":"history","value":{{"history":{lists}}}}}]}}]}}"#),
        format!(
            r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"messages":[
            {{"id":"m","from":"1","type":"text","text":{{"body":{lists}}},"context":{objects}}}]}}}}]}}]}}"#
        ),
    ];
    for body in bodies {
        for event in webhook::parse(body.as_bytes()).unwrap().events {
            let written = serde_json::to_vec(&event).unwrap();
            assert_eq!(webhook::parse(&written).unwrap().events.len(), 1);
        }
    }
}

/// What no parser of whole structs would take.
#[test]
fn what_cannot_be_read_costs_itself() {
    let half = r#""cut \ud83d""#;
    let body = |contact: &str, message: &str| {
        format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","changes":[{{"field":"messages","value":{{
            "metadata":{{"phone_number_id":"2","display_phone_number":{half}}},
            "contacts":[{{"profile":{{"name":{contact}}},"wa_id":"3","user_id":"US.3"}}],"messages":[{message}]}}}}]}}]}}"#
        )
    };
    let text = r#""from":"3","id":"m","timestamp":"4","type":"text","text":{"body":"hi"}"#;
    let read = |contact: &str, message: String| {
        let parsed = webhook::parse(body(contact, &message).as_bytes()).unwrap();
        let [Event::Message(message)] = &parsed.events[..] else { panic!("{:?}", parsed.events) };
        message.clone()
    };
    let cut = read(half, format!("{{{text}}}"));
    assert_eq!(
        (cut.text(), cut.from.user_id.as_ref().map(wappa_cloud::UserId::as_str)),
        (Some("hi"), Some("US.3"))
    );
    assert!(cut.from.name.as_deref().is_some_and(|name| name.starts_with("cut ")));
    assert_eq!(cut.phone_number_id.as_ref().map(wappa_cloud::PhoneNumberId::as_str), Some("2"));
    let twice = read(r#""Ann""#, format!(r#"{{{text},"type":"text","id":"n"}}"#));
    assert_eq!((twice.text(), twice.id.as_str()), (Some("hi"), "n"));
    let strange = read(r#""Ann""#, format!(r#"{{{text},"group_id":{half},"from_user_id":{half}}}"#));
    assert_eq!((strange.text(), strange.id.as_str()), (Some("hi"), "m"));
}
