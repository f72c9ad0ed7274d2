//! Events by name, as specific as their types are.

use wappa_cloud::{
    AccountChange, CallChange, Content, Event, Forwarded, GroupChange, HistoryPart, Message, SignalKind,
    StandbyPart, TemplateChange,
};

/// The path of types an event came to.
pub(crate) fn of(event: &Event) -> String {
    match event {
        Event::Message(it) => format!("Message {}{}", content(&it.content), around(it)),
        Event::Status(it) if it.payment.is_some() => format!("Status payment {:?}", it.state),
        Event::Status(it) if it.group_id.is_some() => format!("Status {:?} in a group", it.state),
        Event::Status(it) => format!("Status {:?}", it.state),
        Event::System(it) => format!("System {:?}", it.kind),
        Event::MetaError(it) => format!("MetaError {}", it.error.code),
        Event::Template(it) => format!("Template {}", template(&it.change)),
        Event::Account(it) => format!("Account {}", account(&it.change)),
        Event::Call(it) => format!("Call {}", call(&it.change)),
        Event::Group(it) => format!("Group {}", group(&it.change)),
        Event::Echo(it) => format!("Echo {}", content(&it.content)),
        Event::History(it) => match &it.part {
            HistoryPart::Chunk(chunk) => {
                let of = chunk.threads.iter().flat_map(|thread| &thread.messages);
                let all: Vec<String> = of.map(|message| content(&message.content)).collect();
                format!("History chunk of {}", all.join(", "))
            }
            HistoryPart::Declined(errors) => format!("History declined {}", errors[0].code),
            HistoryPart::Message(it) => format!("History message {}", content(&it.content)),
            HistoryPart::Echo(it) => format!("History echo {}", content(&it.content)),
            other => format!("{other:?}"),
        },
        Event::AppContact(it) => format!("AppContact {:?}", it.action.as_ref().unwrap()),
        Event::Preference(it) => format!("Preference {:?}", it.value.as_ref().unwrap()),
        Event::Signal(it) => match &it.kind {
            SignalKind::LinkClick(_) => "Signal LinkClick".into(),
            SignalKind::Automatic(it) => format!("Signal {:?}", it.name.as_ref().unwrap()),
            other => format!("Signal {other:?}"),
        },
        Event::Handover(it) => format!("Handover {:?}", it.kind),
        Event::Standby(it) => match &it.part {
            StandbyPart::Message(it) => format!("Standby message {}", content(&it.content)),
            StandbyPart::Echo(it) => format!("Standby echo {}", content(&it.content)),
            StandbyPart::Status(it) => format!("Standby status {:?}", it.state),
            other => format!("{other:?}"),
        },
        Event::Unknown(it) => format!("Unknown of {}", it.field.as_deref().unwrap_or("no field")),
        other => format!("{other:?}"),
    }
}

/// What a message says besides its content.
fn around(message: &Message) -> String {
    let source = message.referral().and_then(|it| it.source_type.as_ref());
    let asks = message.context.as_ref().is_some_and(|context| context.product.is_some());
    let forwarded = Some(message.forwarded()).filter(|forwarded| *forwarded != Forwarded::No);
    let said = [
        message.group_id.as_ref().map(|_| " in a group".to_owned()),
        forwarded.map(|forwarded| format!(" forwarded {forwarded:?}")),
        source.map(|source| format!(" from {source:?}")),
        asks.then(|| " about a product".to_owned()),
        message.contact_origin().map(|origin| format!(" by {origin:?}")),
    ];
    said.into_iter().flatten().collect()
}

fn content(content: &Content) -> String {
    match content {
        Content::Audio(media) => format!("Audio {:?}", media.playback),
        Content::Edit(edit) => format!("Edit to {}", self::content(&edit.content)),
        Content::Reaction(reaction) => format!("Reaction {}", reaction.emoji.as_deref().unwrap_or("removed")),
        Content::Unsupported(it) => format!("Unsupported {}", it.kind.as_deref().unwrap_or("thing")),
        Content::Unknown { kind } => format!("Unknown {kind}"),
        // The name of the variant.
        known => word(&format!("{known:?}")),
    }
}

fn word(debug: &str) -> String {
    debug.split(['(', ' ', '{']).next().unwrap_or_default().to_owned()
}

fn template(change: &TemplateChange) -> String {
    match change {
        TemplateChange::Status(it) => format!("Status {:?}", it.event.as_ref().unwrap()),
        other => word(&format!("{other:?}")),
    }
}

fn account(change: &AccountChange) -> String {
    match change {
        AccountChange::Account(it) => format!("Account {:?}", it.event.as_ref().unwrap()),
        AccountChange::Alert(it) => format!("Alert {:?}", it.kind.as_ref().unwrap()),
        AccountChange::Flow(it) => format!("Flow {:?}", it.event.as_ref().unwrap()),
        AccountChange::Username(it) => format!("Username {:?}", it.status.as_ref().unwrap()),
        AccountChange::Security(it) => format!("Security {:?}", it.event.as_ref().unwrap()),
        AccountChange::PhoneName(it) => format!("PhoneName {:?}", it.decision.as_ref().unwrap()),
        AccountChange::PhoneQuality(it) => format!("PhoneQuality {:?}", it.event.as_ref().unwrap()),
        other => word(&format!("{other:?}")),
    }
}

fn call(change: &CallChange) -> String {
    match change {
        CallChange::Connect(Some(session)) => {
            format!("Connect {}", session.sdp_type.as_deref().unwrap_or("?"))
        }
        CallChange::Terminate(end) => format!("Terminate {:?}", end.status.as_ref().unwrap()),
        CallChange::Status(status) => format!("Status {status:?}"),
        CallChange::Other(other) => format!("Other {other}"),
        other => word(&format!("{other:?}")),
    }
}

fn group(change: &GroupChange) -> String {
    match change {
        GroupChange::Other(other) => format!("Other {other}"),
        other => word(&format!("{other:?}")),
    }
}
