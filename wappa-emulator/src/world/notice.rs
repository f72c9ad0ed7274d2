//! Webhooks other than messages and statuses, as Meta writes them: preferences, numbers, accounts, templates, echoes.

use serde_json::{Map, Value, json};
use wappa_cloud::{MessageId, WabaId};

use super::model::{Number, Person};
use super::standing::{Quality, Throughput, Tier};
use super::webhook::{contact, seconds};

/// A change of any field of an account.
pub(crate) fn of_account(waba: &WabaId, field: &str, at: i64, value: &Value) -> Value {
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": waba, "time": at.div_euclid(1000), "changes": [{"field": field, "value": value}]}]
    })
}

/// A change of a field that belongs to a number.
pub(crate) fn of_number(number: &Number, field: &str, rest: Value) -> Value {
    let mut value = Map::new();
    value.insert("messaging_product".into(), json!("whatsapp"));
    value.insert(
        "metadata".into(),
        json!({"display_phone_number": number.phone, "phone_number_id": number.id}),
    );
    if let Value::Object(rest) = rest {
        value.extend(rest);
    }
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": number.waba_id, "changes": [{"field": field, "value": value}]}]
    })
}

/// That a person stops or resumes marketing.
pub(crate) fn preference(number: &Number, person: &Person, at: i64, value: &str) -> Value {
    let detail = format!("User requested to {value} marketing messages");
    let mut item = json!({
        "user_id": person.user_id, "detail": detail, "category": "marketing_messages", "value": value,
        "timestamp": at.div_euclid(1000)
    });
    if let Some(wa_id) = &person.wa_id {
        item["wa_id"] = json!(wa_id);
    }
    let rest = json!({"contacts": [contact(person)], "user_preferences": [item]});
    of_number(number, "user_preferences", rest)
}

/// That a person has another number or another user id. Such messages carry no contacts.
pub(crate) fn system(number: &Number, id: &MessageId, at: i64, before: &Person, after: &Person) -> Value {
    let moved = before.wa_id != after.wa_id;
    let mut system = Map::new();
    let mut item = Map::new();
    if let Some(wa_id) = &before.wa_id {
        item.insert("from".into(), json!(wa_id));
    }
    item.insert("from_user_id".into(), json!(before.user_id));
    item.insert("id".into(), json!(id));
    item.insert("timestamp".into(), json!(seconds(at)));
    item.insert("type".into(), json!("system"));
    let kind = if moved { "user_changed_number" } else { "user_changed_user_id" };
    system.insert("body".into(), json!(format!("User {} changed", before.name)));
    system.insert("type".into(), json!(kind));
    if let Some(wa_id) = &after.wa_id {
        system.insert("wa_id".into(), json!(wa_id));
    }
    system.insert("user_id".into(), json!(after.user_id));
    if !moved {
        system.insert("previous_user_id".into(), json!(before.user_id));
    }
    item.insert("system".into(), Value::Object(system));
    of_number(number, "messages", json!({ "messages": [item] }))
}

/// That a person clicked a link of a marketing template.
pub(crate) fn link_click(number: &Number, at: i64, component: &str) -> Value {
    let action = json!({
        "action_type": "marketing_messages_link_click", "timestamp": seconds(at),
        "marketing_messages_link_click_data": {"click_component": component}
    });
    of_number(number, "messages", json!({ "user_actions": [action] }))
}

/// What the owner wrote in the WhatsApp Business app.
pub(crate) fn echo(number: &Number, person: &Person, id: &MessageId, at: i64, text: &str) -> Value {
    let mut item = json!({
        "from": number.phone, "to_user_id": person.user_id, "id": id, "timestamp": seconds(at), "type": "text",
        "text": {"body": text}
    });
    if let Some(wa_id) = &person.wa_id {
        item["to"] = json!(wa_id);
    }
    let rest = json!({"contacts": [contact(person)], "message_echoes": [item]});
    of_number(number, "smb_message_echoes", rest)
}

/// That a number is faster or may write to more people.
pub(crate) fn quality(number: &Number, at: i64, tier: Tier, throughput: Throughput) -> Value {
    let event = if throughput == Throughput::High { "THROUGHPUT_UPGRADE" } else { "ONBOARDING" };
    let value = json!({
        "display_phone_number": number.phone, "event": event, "max_daily_conversations_per_business": tier
    });
    of_account(&number.waba_id, "phone_number_quality_update", at, &value)
}

/// That people think otherwise of a template.
pub(crate) fn template_quality(
    waba: &WabaId,
    at: i64,
    template: &super::Template,
    before: Quality,
    after: Quality,
) -> Value {
    let value = json!({
        "previous_quality_score": before, "new_quality_score": after, "message_template_id": template.number(),
        "message_template_name": template.name, "message_template_language": template.language
    });
    of_account(waba, "message_template_quality_update", at, &value)
}

/// That a template was reviewed, paused, or otherwise decided upon.
pub(crate) fn template_status(waba: &WabaId, at: i64, template: &super::Template) -> Value {
    let mut value = json!({
        "event": template.status.as_str(), "message_template_id": template.number(),
        "message_template_name": template.name, "message_template_language": template.language,
        "message_template_category": template.category,
        "reason": template.reason.as_deref().unwrap_or("NONE")
    });
    if template.status == super::TemplateStatus::Paused {
        value["other_info"] =
            json!({"title": "FIRST_PAUSE", "description": "The template is paused for low quality."});
    }
    of_account(waba, "message_template_status_update", at, &value)
}
