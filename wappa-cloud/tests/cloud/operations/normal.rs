//! One form for what Meta's examples write in several ways, and what is told where they and Meta's guides disagree.

use serde_json::{Map, Value, json};

/// What both sides are brought to before they are compared:
/// - keys whose value is null, `[]` or `{}` are as good as absent; pages' cursors aren't compared;
/// - numbers and texts of digits are the same, as are words in capitals and in small letters.
pub(super) fn normal(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(key, _)| key != "paging" && key != "summary");
            let map: Map<String, Value> = kept
                .map(|(key, value)| (key, normal(value)))
                .filter(|(_, value)| !value.is_null() && *value != json!([]) && *value != json!({}))
                .collect();
            Value::Object(map)
        }
        Value::Array(values) => values.into_iter().map(normal).collect(),
        Value::Number(number) => match number.as_f64() {
            Some(whole) if whole.fract() == 0.0 => format!("{whole:.0}").into(),
            _ => number.to_string().into(),
        },
        Value::String(text) => text.to_lowercase().into(),
        other => other,
    }
}

/// A request example in its normal form, as Meta's guides have it.
pub(super) fn same(operation: &str, example: &str, request: &Value) -> Value {
    let mut request = normal(request.clone());
    let Value::Object(top) = &mut request else { return request };
    match (operation, example) {
        // The guides name a call by its id; the description repeats the person who was called.
        ("POST {Phone-Number-ID}/calls", "Accept Call" | "Reject Call") => {
            top.remove("to");
            top.insert("call_id".into(), "wacid.x".into());
        }
        // The guides have other words for these settings.
        ("POST {Phone-Number-ID}/settings", _) => {
            if let Some(calling) = top.get_mut("calling").and_then(Value::as_object_mut)
                && calling.get("call_icon_visibility") == Some(&"visible".into())
            {
                calling.insert("call_icon_visibility".into(), "default".into());
            }
            if let Some(identity) = top.get_mut("user_identity_change") {
                *identity = json!({ "enable_identity_key_check": true });
            }
            if let Some(storage) = top.get_mut("storage_configuration") {
                *storage =
                    json!({ "status": "in_country_storage_enabled", "data_localization_region": "us" });
            }
        }
        // The guides change category and components; a name or a language can't be changed.
        ("POST {TEMPLATE_ID}", _) => {
            top.remove("name");
            top.remove("language");
        }
        ("POST {WABA-ID}/message_templates", _) => {
            if top.get("name") == Some(&"<template_name>".into()) {
                top.insert("name".into(), "template_name".into());
            }
            // The app beside the button is the old form of a list of apps.
            if let Some(button) =
                request.pointer_mut("/components/2/buttons/0").and_then(Value::as_object_mut)
                && let (Some(package), Some(hash)) =
                    (button.remove("package_name"), button.remove("signature_hash"))
            {
                button.insert(
                    "supported_apps".into(),
                    json!([{ "package_name": package, "signature_hash": hash }]),
                );
            }
        }
        // A number is given with `+` and country code, as the guides advise.
        ("POST {Phone-Number-ID}/marketing_messages", _) => {
            top.insert("to".into(), "+16315552222".into());
        }
        // These are commands of curl's. The type stands beside the file, too, and is a whole one.
        ("POST {Phone-Number-ID}/media", _) => {
            let kind = match example {
                "Upload Audio" => "audio/ogg",
                "Upload Image" => "image/jpeg",
                _ => "image/webp",
            };
            top.insert("type".into(), kind.into());
            top.insert("file".into(), format!("@/local/path/file;type={kind}").into());
        }
        // A form has no lists: it holds their JSON.
        ("POST {WhatsApp-Business-Account-ID}/assigned_users", _) => {
            let tasks = top.get("tasks").map(Value::to_string).unwrap_or_default();
            top.insert("tasks".into(), tasks.into());
        }
        _ => {}
    }
    request
}

/// Whether a response example is of another operation.
pub(super) fn is_no_answer(operation: &str, example: &str) -> bool {
    // What `/messages` answers, put under the settings of a number.
    operation == "POST {Phone-Number-ID}" && example == "message_sent"
}
