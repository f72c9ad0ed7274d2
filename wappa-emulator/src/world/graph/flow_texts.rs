//! Texts of Flow JSON that are longer than Meta's validator takes (Meta's page "Flow JSON, Components").

use serde_json::{Map, Value, json};
use wappa_cloud::limits::{self, Limit};

/// Which limit holds for which property of which components; `*` is every component that has it.
const TEXTS: &[(&str, &[&str], &Limit)] = &[
    ("text", &["TextHeading", "TextSubheading"], &limits::FLOW_HEADING),
    ("text", &["TextBody"], &limits::FLOW_BODY),
    ("text", &["TextCaption"], &limits::FLOW_CAPTION),
    ("text", &["EmbeddedLink"], &limits::FLOW_LINK),
    ("label", &["TextInput", "TextArea", "Dropdown"], &limits::FLOW_INPUT_LABEL),
    ("label", &["CheckboxGroup", "RadioButtonsGroup"], &limits::FLOW_GROUP_LABEL),
    ("label", &["DatePicker"], &limits::FLOW_DATE_LABEL),
    ("label", &["ChipsSelector", "PhotoPicker", "DocumentPicker"], &limits::FLOW_PICKER_LABEL),
    ("label", &["OptIn"], &limits::FLOW_OPT_IN),
    ("label", &["Footer"], &limits::FLOW_FOOTER),
    ("label", &["NavigationList"], &limits::FLOW_PICKER_LABEL),
    ("left-caption", &["Footer"], &limits::FLOW_FOOTER_CAPTION),
    ("center-caption", &["Footer"], &limits::FLOW_FOOTER_CAPTION),
    ("right-caption", &["Footer"], &limits::FLOW_FOOTER_CAPTION),
    ("helper-text", &["*"], &limits::FLOW_HELPER),
    ("error-message", &["DatePicker"], &limits::FLOW_DATE_ERROR),
    ("error-message", CHOSEN_OR_WRITTEN, &limits::FLOW_ERROR),
    ("description", &["*"], &limits::FLOW_DESCRIPTION),
];

const CHOSEN_OR_WRITTEN: &[&str] =
    &["TextInput", "TextArea", "CheckboxGroup", "RadioButtonsGroup", "Dropdown", "ChipsSelector"];

/// The same for what can be chosen in a component.
const ITEMS: &[(&str, &Limit)] = &[
    ("title", &limits::FLOW_ITEM_TITLE),
    ("description", &limits::FLOW_DESCRIPTION),
    ("metadata", &limits::FLOW_ITEM_METADATA),
];

/// Meta's list of errors; empty where every text fits.
pub(super) fn too_long(flow: &Value) -> Value {
    let mut errors = Vec::new();
    walk(flow, "", &mut errors);
    Value::Array(errors)
}

fn walk(value: &Value, at: &str, errors: &mut Vec<Value>) {
    match value {
        Value::Object(object) => {
            if let Some(kind) = object.get("type").and_then(Value::as_str) {
                component(kind, object, at, errors);
            }
            for (key, value) in object {
                walk(value, &format!("{at}/{key}"), errors);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                walk(value, &format!("{at}/{index}"), errors);
            }
        }
        _ => {}
    }
}

fn component(kind: &str, object: &Map<String, Value>, at: &str, errors: &mut Vec<Value>) {
    for (property, of, limit) in TEXTS {
        if of.contains(&kind) || of.contains(&"*") {
            check(object.get(*property), limit, &format!("{at}/{property}"), errors);
        }
    }
    for item in object.get("data-source").and_then(Value::as_array).into_iter().flatten() {
        for (property, limit) in ITEMS {
            check(item.get(property), limit, &format!("{at}/data-source/{property}"), errors);
        }
    }
}

fn check(text: Option<&Value>, limit: &Limit, at: &str, errors: &mut Vec<Value>) {
    // What is decided when the Flow runs has no length yet.
    let is_expression = |text: &&str| text.starts_with("${") || text.starts_with('`');
    let text = match text {
        Some(Value::String(text)) if !is_expression(&text.as_str()) => text.clone(),
        Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        _ => return,
    };
    if !limit.allows(&text) {
        errors.push(json!({
            "error": "INVALID_PROPERTY_VALUE", "error_type": "FLOW_JSON_ERROR",
            "message": format!("Property '{at}' has {} characters, at most {} are allowed.", limit.count(&text), limit.max),
            "line_start": 1, "line_end": 1, "column_start": 1, "column_end": 1,
            "pointers": [{"path": at}]
        }));
    }
}
