//! Which of Meta's fields a change belongs to. Its name says so, unless the value has a shape that only another field has:
//! some of Meta's own samples come under the wrong name, or under none.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::item::ItemKind;
use crate::event::lax::word;

/// A field whose value is one event.
pub(super) struct Field {
    /// Meta's name first, then others it has or had.
    names: &'static [&'static str],
    pub(super) kind: ItemKind,
    /// Shapes only this field has. A shape is a list of keys, all of them present; `key=word` also wants the value to
    /// begin with this word.
    shapes: &'static [&'static [&'static str]],
}

impl Field {
    pub(super) fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}

macro_rules! fields {
    ($($kind:ident: $($name:literal)|+ { $($([$($key:literal),+])|+)? })*) => {
        &[$(Field { names: &[$($name),+], kind: ItemKind::$kind, shapes: &[$($(&[$($key),+]),+)?] },)*]
    };
}

/// Those with the most telling shapes first.
const FIELDS: &[Field] = fields! {
    Template: "message_template_quality_update" { ["previous_quality_score"] | ["new_quality_score", "message_template_id"] }
    Template: "message_template_components_update" {
        ["message_template_element"] | ["message_template_title"] | ["message_template_footer"] | ["message_template_buttons"]
    }
    Template: "template_correct_category_detection" { ["category", "correct_category"] }
    Template: "template_category_update" { ["new_category"] | ["previous_category"] | ["category_update_timestamp"] }
    Template: "message_template_status_update" { ["event", "message_template_id"] | ["event", "message_template_name"] }
    Account: "flows" { ["flow_id"] }
    Account: "account_alerts" { ["alert_info"] | ["alert_type"] | ["alert_severity"] }
    Account: "account_settings_update" { ["phone_number_settings"] }
    Account: "partner_solutions" { ["solution_status"] | ["solution_id", "event"] | ["event=SOLUTION_"] }
    Account: "payment_configuration_update" { ["configuration_name"] | ["provider_mid"] }
    Account: "phone_number_name_update" | "phone_number_name_updates" { ["requested_verified_name"] }
    Account: "business_username_updates" | "business_username_update" | "phone_number_username_update" | "username_update" {
        ["requested_username"] | ["username", "status"] | ["display_phone_number", "status"]
    }
    Account: "security" { ["requester", "event"] | ["event=PIN_"] }
    Account: "phone_number_quality_update" {
        ["current_limit"] | ["old_limit"] | ["display_phone_number", "max_daily_conversations_per_business"]
        | ["display_phone_number", "event"]
    }
    Account: "business_capability_update" {
        ["max_phone_numbers_per_business"] | ["max_phone_numbers_per_waba"] | ["max_daily_conversation_per_phone"]
        | ["max_daily_conversations_per_business"]
    }
    Account: "account_update" {
        ["waba_info"] | ["ban_info"] | ["violation_info"] | ["restriction_info"] | ["auth_international_rate_eligibility"]
        | ["partner_client_certification_info"] | ["volume_tier_info"] | ["event", "phone_number"] | ["event=ACCOUNT_"]
        | ["event=PARTNER_"] | ["event=DISABLED_UPDATE"] | ["country", "event"]
    }
    Account: "account_review_update" { ["decision"] }
    Handover: "messaging_handovers" { ["control_passed"] | ["control_taken"] | ["type=control_"] }
};

/// A list whose members are events of their own.
pub(super) struct List {
    pub(super) key: &'static str,
    pub(super) kind: ItemKind,
}

macro_rules! lists {
    ($($key:literal: $kind:ident,)*) => { &[$(List { key: $key, kind: ItemKind::$kind },)*] };
}

const LISTS: &[List] = lists! {
    "messages": Message,
    "statuses": Status,
    "errors": MetaError,
    "calls": Call,
    "groups": Group,
    "message_echoes": Echo,
    "smb_message_echoes": Echo,
    "state_sync": AppContact,
    "history": History,
    "user_preferences": Preference,
    "user_actions": Signal,
    "automatic_events": Signal,
    "user_id_update": System,
    "user_id_updates": System,
    "conversation_context": Handover,
};

/// Fields whose values are lists, by the name that is stored. The same list means other things in some of them.
const HOMES: &[&str] = &[
    "messages",
    "calls",
    "history",
    "standby",
    "smb_message_echoes",
    "message_echoes",
    "smb_app_state_sync",
    "user_preferences",
    "automatic_events",
    "user_id_update",
    "group_lifecycle_update",
    "group_participants_update",
    "group_participant_update",
    "group_settings_update",
    "group_status_update",
];

/// What a change is.
pub(super) enum Found {
    /// One event.
    Whole(&'static Field),
    /// Lists of events, in this field.
    Lists(&'static str),
    /// Nothing this version knows.
    Nothing,
}

type Members<'a> = [(Cow<'a, str>, &'a RawValue)];

pub(super) fn recognise(declared: Option<&str>, value: &Members<'_>) -> Found {
    let small = declared.map(str::to_ascii_lowercase);
    let declared = small.as_deref();
    let named = FIELDS.iter().find(|field| declared.is_some_and(|name| field.names.contains(&name)));
    let home = HOMES.iter().copied().find(|home| declared == Some(home));
    // Under a name nobody knows even a known shape may mean something else.
    if declared.is_some() && named.is_none() && home.is_none() {
        return Found::Nothing;
    }
    let fits = |field: &&Field| field.shapes.iter().any(|shape| shape.iter().all(|key| has(value, key)));
    let mut lists =
        value.iter().filter(|(key, raw)| holds_events(key, raw)).map(|(key, _)| &**key).peekable();
    match (named.filter(fits), home) {
        (Some(field), _) => Found::Whole(field),
        (None, Some(home)) if lists.peek().is_some() => Found::Lists(home),
        (None, _) => match (FIELDS.iter().find(fits), named) {
            (Some(field), _) => Found::Whole(field),
            // Errors stand in values of many kinds.
            (None, Some(named)) if lists.all(|key| key == "errors") => Found::Whole(named),
            (None, None) if lists.peek().is_none() => Found::Nothing,
            _ => Found::Lists(home_of(value)),
        },
    }
}

/// The field that a value with lists is probably of.
fn home_of(value: &Members<'_>) -> &'static str {
    let has = |key: &str| value.iter().any(|(name, _)| name == key);
    let telling = [
        ("history", "history"),
        ("calls", "calls"),
        ("standby", "standby"),
        ("message_echoes", "message_echoes"),
    ];
    telling.into_iter().find(|(key, _)| has(key)).map_or("messages", |(_, home)| home)
}

/// The list under this key; inside the history and the standby field it is part of those.
pub(super) fn list(home: &str, key: &str) -> Option<(&'static str, ItemKind)> {
    let list = LISTS.iter().find(|list| list.key == key)?;
    let kind = match (home, list.kind) {
        ("history", ItemKind::Message | ItemKind::Echo) => ItemKind::History,
        ("standby", ItemKind::Message | ItemKind::Echo | ItemKind::Status) => ItemKind::Standby,
        ("smb_message_echoes" | "message_echoes", ItemKind::Message) => ItemKind::Echo,
        ("calls", ItemKind::Status) => ItemKind::Call,
        (_, kind) => kind,
    };
    Some((list.key, kind))
}

fn holds_events(key: &str, raw: &RawValue) -> bool {
    raw.get().starts_with(['[', '{']) && (key == "standby" || LISTS.iter().any(|list| list.key == key))
}

fn has(value: &Members<'_>, mark: &str) -> bool {
    let (name, begin) = mark.split_once('=').unwrap_or((mark, ""));
    value
        .iter()
        .find(|(key, raw)| key == name && raw.get() != "null")
        .is_some_and(|(_, raw)| begin.is_empty() || word(raw).is_some_and(|word| word.starts_with(begin)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::lax::members;

    fn found(declared: Option<&str>, value: &str) -> &'static str {
        match recognise(declared, &members(serde_json::from_str(value).unwrap()).unwrap()) {
            Found::Whole(field) => field.name(),
            Found::Lists(home) => home,
            Found::Nothing => "nothing",
        }
    }

    #[test]
    fn a_telling_shape_beats_a_wrong_name() {
        let quality =
            r#"{"previous_quality_score":"GREEN","new_quality_score":"RED","message_template_id":1}"#;
        assert_eq!(found(Some("message_template_status_update"), quality), "message_template_quality_update");
        assert_eq!(found(None, quality), "message_template_quality_update");
        assert_eq!(found(Some("brand_new"), quality), "nothing");
        assert_eq!(found(Some("account_update"), r#"{"messages":[{}]}"#), "messages");
        assert_eq!(found(Some("account_update"), "{}"), "account_update");
        assert_eq!(found(Some("flows"), r#"{"flow_id":1,"errors":[{}]}"#), "flows");
        assert_eq!(found(None, "{}"), "nothing");
    }

    #[test]
    fn every_name_and_every_shape_is_found() {
        for field in FIELDS {
            for name in field.names {
                assert_eq!(found(Some(name), "{}"), field.name(), "{name}");
            }
            for shape in field.shapes {
                let members: Vec<String> = shape
                    .iter()
                    .map(|mark| mark.split_once('=').unwrap_or((mark, "x")))
                    .map(|(key, word)| format!("\"{key}\":\"{word}\""))
                    .collect();
                let value = format!("{{{}}}", members.join(","));
                assert_eq!(found(Some(field.name()), &value), field.name(), "{value}");
            }
        }
    }
}
