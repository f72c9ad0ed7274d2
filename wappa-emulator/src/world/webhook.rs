//! Webhooks as Meta writes them (Meta's page "Webhooks: messages"). Signing and delivering is done elsewhere.

use serde_json::{Map, Value, json};
use wappa_cloud::{MessageId, Motion};

use super::action::{Action, CallPermission};
use super::content::{Attachment, Content, Unsupported};
use super::extras::Forwarded;
use super::media_url::media_url;
use super::model::{Chat, Failure, Msg, Number, Person, Quoted, Side, Tick, Window};
use super::standing::Coexistence;
use super::state::State;

/// A message of the business as far as its statuses need it.
pub(crate) struct Told<'a> {
    pub(crate) id: &'a MessageId,
    pub(crate) opaque: Option<&'a str>,
    pub(crate) pricing: Pricing,
}

/// What a message costs, as far as webhooks say it.
#[derive(Clone, Debug)]
pub(crate) enum Pricing {
    /// Free-form inside the window.
    Service,
    /// A utility template inside the window.
    FreeTemplate(String),
    /// A template, by its category in lower case.
    Template(String),
    /// Anything within 72 hours of a person's coming by an ad; until when, in milliseconds since the epoch.
    FreeEntry(i64),
}

impl Pricing {
    pub(crate) fn of(content: &Content, chat: &Chat, sent: i64) -> Self {
        if let Some(until) = chat.entry.and_then(|entry| entry.free_until).filter(|until| sent <= *until) {
            return Self::FreeEntry(until);
        }
        match content {
            Content::Template(template)
                if template.category == "utility" && chat.window(sent) == Window::Open =>
            {
                Self::FreeTemplate(template.category.clone())
            }
            Content::Template(template) => Self::Template(template.category.clone()),
            _ => Self::Service,
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Service => {
                json!({"billable": false, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"})
            }
            Self::FreeTemplate(category) => {
                json!({"billable": false, "pricing_model": "PMP", "type": "free_customer_service", "category": category})
            }
            Self::FreeEntry(_) => {
                json!({"billable": false, "pricing_model": "PMP", "type": "free_entry_point", "category": "referral_conversion"})
            }
            Self::Template(category) => {
                json!({"billable": true, "pricing_model": "PMP", "type": "regular", "category": category})
            }
        }
    }
}

/// The body for something a person said.
pub(crate) fn of_message(
    state: &State,
    number: &Number,
    person: &Person,
    message: &Msg,
    origin: &str,
) -> Value {
    let mut item = base(person, &message.id, message.at);
    let (kind, body) = content(state, number, message, origin);
    item.insert("type".into(), json!(kind));
    if !body.is_null() {
        item.insert(kind.into(), body);
    }
    if let Some(Quoted { id }) = &message.context {
        let said_by = state
            .places
            .get(id)
            .and_then(|place| state.chat(place))
            .and_then(|chat| chat.message(id))
            .map_or(Side::Business, |quoted| quoted.from);
        let from = match said_by {
            Side::Business => Some(number.phone.as_str()),
            Side::Person => person.wa_id.as_ref().map(AsRef::as_ref),
        };
        let mut context = Map::new();
        if let Some(from) = from {
            context.insert("from".into(), json!(from));
        }
        context.insert("id".into(), json!(id));
        if let Some(product) = &message.extras.referred_product {
            context.insert("referred_product".into(), json!(product));
        }
        item.insert("context".into(), Value::Object(context));
    }
    extras(&mut item, number, message);
    if kind == "contacts" {
        let origin = if asked_for_contact(state, message) { "contact_request" } else { "other" };
        item.insert("origin".into(), json!(origin));
    }
    envelope(number, "messages", json!([item]), Some(contact(person)))
}

/// The body for a person's reaction.
pub(crate) fn of_reaction(
    number: &Number,
    person: &Person,
    id: &MessageId,
    at: i64,
    on: &MessageId,
    emoji: Option<&str>,
) -> Value {
    let mut item = base(person, id, at);
    let mut reaction = Map::new();
    reaction.insert("message_id".into(), json!(on));
    if let Some(emoji) = emoji {
        reaction.insert("emoji".into(), json!(emoji));
    }
    item.insert("type".into(), json!("reaction"));
    item.insert("reaction".into(), Value::Object(reaction));
    envelope(number, "messages", json!([item]), Some(contact(person)))
}

/// The body for a status of something the business said.
pub(crate) fn of_status(
    number: &Number,
    person: &Person,
    told: &Told<'_>,
    status: Tick,
    at: i64,
    error: Option<&Failure>,
) -> Value {
    let mut item = Map::new();
    item.insert("id".into(), json!(told.id));
    item.insert("status".into(), json!(status.as_str()));
    item.insert("timestamp".into(), json!(seconds(at)));
    if let Some(wa_id) = &person.wa_id {
        item.insert("recipient_id".into(), json!(wa_id));
    }
    item.insert("recipient_user_id".into(), json!(person.user_id));
    if status == Tick::Sent {
        item.insert("pricing".into(), told.pricing.to_json());
        // Conversations are only told of at the free entry point.
        if let Pricing::FreeEntry(until) = told.pricing {
            let id = format!("free-{}", until.div_euclid(1000));
            item.insert(
                "conversation".into(),
                json!({"id": id, "expiration_timestamp": seconds(until), "origin": {"type": "referral_conversion"}}),
            );
        }
    }
    if let Some(opaque) = told.opaque {
        item.insert("biz_opaque_callback_data".into(), json!(opaque));
    }
    if let Some(error) = error {
        item.insert("errors".into(), failure(error));
    }
    let contact = match status {
        Tick::Failed => None,
        Tick::Sent => Some(contact_named(person, Names::NoUsername)),
        _ => Some(contact(person)),
    };
    envelope(number, "statuses", json!([item]), contact)
}

/// A person as webhooks introduce them.
pub(crate) fn contact(person: &Person) -> Value {
    contact_named(person, Names::Given)
}

/// The body for the statuses of something the business said in a group.
pub(crate) fn of_group_status(
    number: &Number,
    group: &str,
    members: &[Value],
    told: &Told<'_>,
    status: Tick,
    at: i64,
    error: Option<&Failure>,
) -> Value {
    let mut item = Map::new();
    item.insert("id".into(), json!(told.id));
    item.insert("status".into(), json!(status.as_str()));
    item.insert("timestamp".into(), json!(seconds(at)));
    item.insert("recipient_type".into(), json!("group"));
    item.insert("recipient_id".into(), json!(group));
    if let Some(opaque) = told.opaque {
        item.insert("biz_opaque_callback_data".into(), json!(opaque));
    }
    if let Some(error) = error {
        item.insert("errors".into(), failure(error));
    }
    let items: Vec<Value> = if matches!(status, Tick::Sent | Tick::Failed) {
        vec![Value::Object(item)]
    } else {
        let of_member = |member: &Value| {
            let mut item = item.clone();
            item.insert("recipient_participant_id".into(), member["wa_id"].clone());
            item.insert("recipient_participant_user_id".into(), member["user_id"].clone());
            Value::Object(item)
        };
        members.iter().map(of_member).collect()
    };
    envelope(number, "statuses", json!(items), None)
}

fn failure(Failure { code, title, details }: &Failure) -> Value {
    json!([{
        "code": code, "title": title, "message": title, "error_data": {"details": details},
        "href": "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/"
    }])
}

/// Meta leaves the username out of the contact of a `sent` status.
enum Names {
    Given,
    NoUsername,
}

fn contact_named(person: &Person, names: Names) -> Value {
    let mut profile = Map::new();
    profile.insert("name".into(), json!(person.name));
    if let (Names::Given, Some(username)) = (names, &person.username) {
        profile.insert("username".into(), json!(username));
    }
    let mut contact = Map::new();
    contact.insert("profile".into(), Value::Object(profile));
    if let Some(wa_id) = &person.wa_id {
        contact.insert("wa_id".into(), json!(wa_id));
    }
    contact.insert("user_id".into(), json!(person.user_id));
    Value::Object(contact)
}

fn base(person: &Person, id: &MessageId, at: i64) -> Map<String, Value> {
    let mut item = Map::new();
    if let Some(wa_id) = &person.wa_id {
        item.insert("from".into(), json!(wa_id));
    }
    item.insert("from_user_id".into(), json!(person.user_id));
    item.insert("id".into(), json!(id));
    item.insert("timestamp".into(), json!(seconds(at)));
    item
}

fn envelope(number: &Number, items: &str, list: Value, contact: Option<Value>) -> Value {
    let mut value = Map::new();
    value.insert("messaging_product".into(), json!("whatsapp"));
    value.insert(
        "metadata".into(),
        json!({"display_phone_number": number.phone, "phone_number_id": number.id}),
    );
    if let Some(contact) = contact {
        value.insert("contacts".into(), json!([contact]));
    }
    value.insert(items.into(), list);
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": number.waba_id, "changes": [{"field": "messages", "value": value}]}]
    })
}

pub(crate) fn seconds(at: i64) -> String {
    at.div_euclid(1000).to_string()
}

fn content<'a>(state: &State, number: &Number, message: &'a Msg, origin: &str) -> (&'a str, Value) {
    match &message.content {
        Content::Text(text) => ("text", json!({"body": text.body})),
        Content::Image(file)
        | Content::Video(file)
        | Content::Audio(file)
        | Content::Document(file)
        | Content::Sticker(file) => (message.content.kind(), media(state, number, message, file, origin)),
        Content::Location(location) => ("location", json!(location)),
        Content::Contacts(contacts) => ("contacts", json!(contacts)),
        Content::Reply(reply) => tap(state, message, reply),
        Content::Order(order) => ("order", json!(order)),
        Content::Form(form) => (
            "interactive",
            json!({"type": "nfm_reply", "nfm_reply": {
                "name": form.name, "body": "Sent", "response_json": form.response.to_string()
            }}),
        ),
        Content::CallPermission { response } => ("interactive", call_permission(*response, message.at)),
        Content::Welcome {} => ("request_welcome", Value::Null),
        Content::Unsupported(Unsupported { kind }) => ("unsupported", json!({ "type": kind })),
        // What only businesses can say can't come from a person; were it to, Meta would call it unsupported.
        other => ("unsupported", json!({"type": other.kind()})),
    }
}

/// The rest of `context`, and what stands beside it.
fn extras(item: &mut Map<String, Value>, number: &Number, message: &Msg) {
    let extras = &message.extras;
    let context = match (extras.forwarded, &extras.referred_product) {
        (Some(Forwarded::Once), _) => Some(json!({"forwarded": true})),
        (Some(Forwarded::Frequently), _) => Some(json!({"frequently_forwarded": true})),
        (None, Some(product)) if !item.contains_key("context") => {
            Some(json!({"from": number.phone, "id": message.id, "referred_product": product}))
        }
        _ => None,
    };
    if let Some(context) = context {
        item.insert("context".into(), context);
    }
    if let Some(referral) = &extras.referral {
        item.insert("referral".into(), json!(referral));
    }
    if matches!(message.content, Content::Unsupported(_)) {
        item.insert("errors".into(), not_supported());
    }
}

fn not_supported() -> Value {
    json!([{
        "code": 131_051, "title": "Message type unknown", "message": "Message type unknown",
        "error_data": {"details": "Message type is currently not supported."}
    }])
}

fn asked_for_contact(state: &State, message: &Msg) -> bool {
    let quoted = message
        .context
        .as_ref()
        .and_then(|quoted| state.chat(state.places.get(&quoted.id)?)?.message(&quoted.id));
    matches!(
        quoted.map(|quoted| &quoted.content),
        Some(Content::Interactive(asked)) if asked.action == Action::ContactRequest
    )
}

fn call_permission(response: CallPermission, at: i64) -> Value {
    const WEEK: i64 = 7 * 24 * 60 * 60;
    let mut reply = json!({"response_source": "user_action"});
    match response {
        CallPermission::Rejected => reply["response"] = json!("reject"),
        CallPermission::Permanent => {
            reply["response"] = json!("accept");
            reply["is_permanent"] = json!(true);
        }
        CallPermission::Temporary => {
            reply["response"] = json!("accept");
            reply["is_permanent"] = json!(false);
            reply["expiration_timestamp"] = json!((at.div_euclid(1000) + WEEK).to_string());
        }
    }
    json!({"type": "call_permission_reply", "call_permission_reply": reply})
}

/// The body for an edit (with what is said now) or a deletion. Only numbers that are used in the app too get it whole.
pub(crate) fn of_touch(
    number: &Number,
    person: &Person,
    id: &MessageId,
    at: i64,
    on: &MessageId,
    now: Option<&Content>,
) -> Value {
    let mut item = base(person, id, at);
    let (kind, body) = match now.and_then(Content::text) {
        Some(text) => {
            ("edit", json!({"original_message_id": on, "message": {"type": "text", "text": {"body": text}}}))
        }
        None => ("revoke", json!({ "original_message_id": on })),
    };
    if number.standing.coexistence == Coexistence::WithApp {
        item.insert("type".into(), json!(kind));
        item.insert(kind.into(), body);
    } else {
        item.insert("type".into(), json!("unsupported"));
        item.insert("errors".into(), not_supported());
        item.insert("unsupported".into(), json!({ "type": kind }));
    }
    envelope(number, "messages", json!([item]), Some(contact(person)))
}

fn tap<'a>(state: &State, message: &Msg, reply: &super::content::Reply) -> (&'a str, Value) {
    let tapped = message
        .context
        .as_ref()
        .and_then(|quoted| state.chat(state.places.get(&quoted.id)?)?.message(&quoted.id))
        .map(|quoted| &quoted.content);
    match tapped {
        Some(Content::Template(_)) => ("button", json!({"payload": reply.id, "text": reply.title})),
        Some(Content::List(_)) => ("interactive", json!({"type": "list_reply", "list_reply": reply})),
        _ => (
            "interactive",
            json!({"type": "button_reply", "button_reply": {"id": reply.id, "title": reply.title}}),
        ),
    }
}

fn media(state: &State, number: &Number, message: &Msg, file: &Attachment, origin: &str) -> Value {
    let mut body = Map::new();
    body.insert("mime_type".into(), json!(file.mime));
    let known = file.media.as_ref().and_then(|id| state.media(id));
    if let Some(known) = known {
        body.insert("id".into(), json!(known.id));
        body.insert("sha256".into(), json!(base64_of_hex(&known.sha256)));
        body.insert("url".into(), json!(media_url(origin, number, &known.id, message.at)));
    }
    if let Some(caption) = &file.caption {
        body.insert("caption".into(), json!(caption));
    }
    match &message.content {
        Content::Document(_) => {
            body.insert("filename".into(), json!(file.filename.as_deref().unwrap_or("file")));
        }
        Content::Audio(_) => {
            body.insert("voice".into(), json!(file.voice.unwrap_or_default()));
        }
        Content::Sticker(_) => {
            let moves = known.is_some_and(|known| known.motion == Some(Motion::Moving));
            body.insert("animated".into(), json!(moves));
        }
        _ => {}
    }
    Value::Object(body)
}

/// Webhooks carry the hash in base64, the media endpoint in hex.
fn base64_of_hex(sha256: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(hex::decode(sha256).unwrap_or_default())
}

/// The bytes of a body as Meta sends them: everything beyond ASCII as `\uXXXX` with lower-case digits. The signature
/// is over these bytes.
pub(crate) fn escaped(body: &Value) -> String {
    use std::fmt::Write as _;
    let plain = body.to_string();
    let mut escaped = String::with_capacity(plain.len());
    for c in plain.chars() {
        if c.is_ascii() {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String can't fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_ascii_is_escaped_as_meta_does() {
        assert_eq!(escaped(&json!({"b": "äöå"})), r#"{"b":"\u00e4\u00f6\u00e5"}"#);
        assert_eq!(escaped(&json!("👍 a/b \"q\"")), r#""\ud83d\udc4d a/b \"q\"""#);
    }
}
