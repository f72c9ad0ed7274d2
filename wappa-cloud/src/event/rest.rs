//! Reading events other than messages, statuses, notices and errors. `Told` is the little of it that must be known before
//! storing; both readings share it, so that they agree on whose an event is.

use serde_json::value::RawValue;

use super::{
    Event,
    account::{AccountAlert, AccountChange, AccountUpdate, Numbered, RawAlert},
    body,
    call::{Call, CallChange, CallDirection, RawCall},
    echo::{
        AppContact, Echo, History, HistoryChunk, HistoryMessage, HistoryPart, HistoryThread, RawAppContact,
        RawEcho, RawHistory, RawHistoryMessage,
    },
    group::{GroupChange, GroupUpdate, RawGroup},
    handover::{ConversationContext, Handover, HandoverKind, RawHandover, Standby, StandbyPart},
    lax::{FromJson, Slot, facts, members},
    message::Sender,
    preference::{Preference, RawAction, RawPreference, Signal, SignalKind},
    read::{self, Stored},
    system::{MetaErrorItem, System, SystemKind},
    template::{TemplateCategoryNotice, TemplateChange, TemplateName, TemplateUpdate},
};
use crate::{
    id::{GroupId, MessageId, ParentUserId, PhoneNumberId, UserId, WaId, WabaId},
    raw::RawJson,
    time::Timestamp,
    webhook::{ItemKind, item::stored},
};

/// What must be known of an item before it is stored.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) id: Option<String>,
    pub(crate) person: Sender,
    pub(crate) group_id: Option<GroupId>,
    pub(crate) phone_number_id: Option<PhoneNumberId>,
    pub(crate) timestamp: Option<Timestamp>,
    pub(crate) moved: Option<Moved>,
}

/// The same person under another id.
pub(crate) struct Moved {
    pub(crate) before: Sender,
    pub(crate) now: Sender,
}

facts! {
    struct Someone {
        id: Option<String>,
        timestamp: Option<Timestamp>,
        from: Option<WaId>,
        from_user_id: Option<UserId>,
        from_parent_user_id: Option<ParentUserId>,
        to as "to" | "recipient_id": Option<WaId>,
        to_user_id as "to_user_id" | "recipient_user_id" | "recipient": Option<UserId>,
        to_parent_user_id as "to_parent_user_id" | "recipient_parent_user_id": Option<ParentUserId>,
        wa_id as "wa_id" | "phone_number": Option<WaId>,
        user_id: Option<UserId>,
        parent_user_id: Option<ParentUserId>,
        username: Option<String>,
        direction: Option<CallDirection>,
        group_id: Option<GroupId>,
        message: Option<Box<Someone>>,
        sender: Option<Box<Someone>>,
        phone_number_id: Option<PhoneNumberId>,
        receiver as "recipient": Option<Box<Someone>>,
    }
    struct Update {
        wa_id: Option<WaId>,
        user_id: Option<Ids>,
        parent_user_id: Option<Ids>,
        timestamp: Option<Timestamp>,
    }
    struct Ids {
        previous: Option<String>,
        current: Option<String>,
    }
}

impl Someone {
    fn sender(self) -> Sender {
        let (user_id, parent_user_id) = (self.from_user_id, self.from_parent_user_id);
        Sender { user_id, parent_user_id, wa_id: self.from, ..Sender::default() }
    }

    fn recipient(self) -> Sender {
        let inner = self.message.map(|message| message.recipient()).unwrap_or_default();
        Sender {
            user_id: self.to_user_id.or(inner.user_id),
            parent_user_id: self.to_parent_user_id.or(inner.parent_user_id),
            wa_id: self.to.or(inner.wa_id),
            ..Sender::default()
        }
    }

    fn itself(self) -> Sender {
        let Self { user_id, parent_user_id, wa_id, username, .. } = self;
        Sender { user_id, parent_user_id, wa_id, username, ..Sender::default() }
    }

    /// Of the two ends of a call the one that is not the business.
    fn caller_or_called(self, own_number: Option<&str>) -> Sender {
        let business_called = match &self.direction {
            Some(CallDirection::BusinessInitiated) => true,
            Some(CallDirection::UserInitiated) => false,
            _ => {
                let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                let from = self.from.as_ref().map(|id| digits(id.as_str()));
                from.is_some() && from == own_number.map(digits)
                    || (self.from.is_none() && self.from_user_id.is_none())
            }
        };
        if business_called { self.recipient() } else { self.sender() }
    }
}

impl Told {
    pub(crate) fn read(kind: ItemKind, place: &str, item: &RawValue, metadata: Option<&RawValue>) -> Self {
        if kind == ItemKind::System {
            return update(item);
        }
        let someone = Someone::from_json(item).unwrap_or_default();
        let (id, timestamp) = (someone.id.clone(), someone.timestamp);
        let group_id = someone.group_id.clone().filter(|_| kind == ItemKind::Group);
        let receiver = someone.receiver.as_ref().and_then(|it| it.phone_number_id.clone());
        let person = match (kind, place) {
            (ItemKind::Call, _) => {
                let own = metadata.and_then(Numbered::from_json).and_then(|it| it.display_phone_number);
                someone.caller_or_called(own.as_deref())
            }
            (ItemKind::Echo, _) | (ItemKind::Standby, "message_echoes" | "statuses") => someone.recipient(),
            (ItemKind::Standby, _) => someone.sender(),
            (ItemKind::Preference | ItemKind::Group | ItemKind::Signal, _) => someone.itself(),
            (ItemKind::Handover, _) => someone.sender.map(|sender| sender.itself()).unwrap_or_default(),
            _ => Sender::default(),
        };
        let phone_number_id = receiver.filter(|_| kind == ItemKind::Handover);
        Self { id, person, group_id, phone_number_id, timestamp, moved: None }
    }
}

/// A person's id changed, told in a field of its own.
fn update(item: &RawValue) -> Told {
    let update = Update::from_json(item).unwrap_or_default();
    let (user_id, parent) = (update.user_id.unwrap_or_default(), update.parent_user_id.unwrap_or_default());
    let of = |user_id: Option<String>, parent: Option<String>| Sender {
        user_id: user_id.map(UserId::from),
        parent_user_id: parent.map(ParentUserId::from),
        wa_id: update.wa_id.clone(),
        ..Sender::default()
    };
    let (before, now) = (of(user_id.previous, parent.previous), of(user_id.current, parent.current));
    let named = |who: &Sender| who.user_id.is_some() || who.parent_user_id.is_some();
    let moved = (named(&before) && named(&now)).then(|| Moved { before: before.clone(), now: now.clone() });
    let person = if named(&now) { now } else { before };
    Told { person, timestamp: update.timestamp, moved, ..Told::default() }
}

/// The notice that a person's id changed, from a field of its own.
pub(super) fn moved(stored: &Stored<'_>) -> System {
    let Told { person, timestamp, moved, .. } = update(stored.item);
    let Moved { before, now } = moved.unwrap_or_else(|| Moved { before: person.clone(), now: person });
    System {
        id: MessageId::from(""),
        phone_number_id: stored.phone_number_id(),
        from: stored.complete(before),
        kind: SystemKind::UserChangedUserId,
        now,
        body: RawJson::from(stored.item).member("detail"),
        timestamp,
        raw: stored.raw(),
    }
}

/// The surroundings of an item that is none of a message's.
struct Around<'a> {
    stored: &'a Stored<'a>,
    place: String,
    field: String,
    time: Option<Timestamp>,
    errors: Vec<MetaErrorItem>,
    told: Told,
}

pub(super) fn read(kind: ItemKind, bytes: &[u8], stored: &Stored<'_>) -> Option<Event> {
    let all = members(serde_json::from_slice(bytes).ok()?)?;
    let get = |name| all.iter().find(|(key, _)| key == name).map(|(_, raw)| *raw);
    let mut errors: Vec<MetaErrorItem> = Vec::new();
    if let Some(raw) = get(stored::ERRORS) {
        errors.offer(raw);
    }
    let place: String = get(stored::PLACE).and_then(String::from_json).unwrap_or_default();
    let around = Around {
        told: Told::read(kind, &place, stored.item, get(stored::METADATA)),
        field: get(stored::KNOWN_FIELD).and_then(String::from_json).unwrap_or_default(),
        time: get(stored::TIME).and_then(Timestamp::from_json),
        place,
        errors,
        stored,
    };
    Some(match kind {
        ItemKind::Template => Event::Template(Box::new(around.template())),
        ItemKind::Account => Event::Account(Box::new(around.account())),
        ItemKind::Call => Event::Call(Box::new(around.call())),
        ItemKind::Group => Event::Group(Box::new(around.group())),
        ItemKind::Echo => Event::Echo(Box::new(around.echo())),
        ItemKind::History => Event::History(Box::new(around.history()?)),
        ItemKind::AppContact => Event::AppContact(Box::new(around.app_contact())),
        ItemKind::Preference => Event::Preference(Box::new(around.preference())),
        ItemKind::Signal => Event::Signal(Box::new(around.signal())),
        ItemKind::Handover => Event::Handover(Box::new(around.handover())),
        ItemKind::Standby => Event::Standby(Box::new(around.standby()?)),
        _ => return None,
    })
}

impl Around<'_> {
    fn item<T: FromJson + Default>(&self) -> T {
        T::from_json(self.stored.item).unwrap_or_default()
    }

    fn raw(&self) -> RawJson {
        self.stored.raw()
    }

    fn has(&self, key: &str) -> bool {
        let members = members(self.stored.item).unwrap_or_default();
        members.iter().any(|(name, raw)| name == key && raw.get() != "null")
    }

    fn person(&self) -> Sender {
        self.stored.complete(self.told.person.clone())
    }

    fn waba_id(&self) -> Option<WabaId> {
        self.stored.waba.0.as_deref().map(WabaId::from)
    }

    fn number(&self) -> Option<PhoneNumberId> {
        self.stored.phone_number_id().or_else(|| self.told.phone_number_id.clone())
    }

    fn template(&self) -> TemplateUpdate {
        let TemplateName { id, name, language } = self.item();
        let change = match self.field.as_str() {
            "message_template_quality_update" => TemplateChange::Quality(self.item()),
            "message_template_components_update" => TemplateChange::Components(self.item()),
            "template_correct_category_detection" => TemplateChange::CorrectCategory(self.item()),
            "template_category_update" => {
                let notice: TemplateCategoryNotice = self.item();
                let is_done = self.has("previous_category");
                if !is_done && (notice.next.is_some() || notice.at.is_some()) {
                    TemplateChange::CategoryImpending(notice)
                } else {
                    TemplateChange::Category(self.item())
                }
            }
            _ => TemplateChange::Status(self.item()),
        };
        TemplateUpdate {
            waba_id: self.waba_id(),
            time: self.time,
            id,
            name,
            language,
            change,
            raw: self.raw(),
        }
    }

    fn account(&self) -> AccountUpdate {
        let Numbered { display_phone_number, phone_number_id } = self.item();
        let change = match self.field.as_str() {
            "flows" => AccountChange::Flow(self.item()),
            "account_alerts" => AccountChange::Alert(self.alert()),
            "account_settings_update" => AccountChange::Settings(self.item()),
            "partner_solutions" => AccountChange::Partner(self.item()),
            "payment_configuration_update" => AccountChange::Payments(self.item()),
            "phone_number_name_update" => AccountChange::PhoneName(self.item()),
            "business_username_updates" => AccountChange::Username(self.item()),
            "security" => AccountChange::Security(self.item()),
            "phone_number_quality_update" => AccountChange::PhoneQuality(self.item()),
            "business_capability_update" => AccountChange::Capability(self.item()),
            "account_review_update" => AccountChange::Review(self.item()),
            _ => AccountChange::Account(self.item()),
        };
        let inner = match &change {
            AccountChange::Settings(it) => {
                it.phone_number_settings.as_ref().and_then(|it| it.phone_number_id.clone())
            }
            _ => None,
        };
        AccountUpdate {
            waba_id: self.waba_id(),
            phone_number_id: self.number().or(phone_number_id).or(inner),
            display_phone_number,
            time: self.time.or(self.told.timestamp),
            change,
            raw: self.raw(),
        }
    }

    fn alert(&self) -> AccountAlert {
        let RawAlert { entity_type, entity_id, info } = self.item();
        // Older versions have it flat.
        let info = info.unwrap_or_else(|| self.item());
        AccountAlert {
            entity_type,
            entity_id,
            severity: info.severity,
            status: info.status,
            kind: info.kind,
            description: info.description,
        }
    }

    fn call(mut self) -> Call {
        let call: RawCall = self.item();
        let event = call.event.unwrap_or_default().to_ascii_lowercase();
        let change = match (event.as_str(), call.status) {
            ("connect", _) => CallChange::Connect(call.session),
            ("terminate", _) => CallChange::Terminate(self.item()),
            ("call_created" | "created", _) => CallChange::Created,
            ("call_transcription_available" | "call_transcript", _) => {
                CallChange::Transcript(call.transcript.and_then(|it| it.document))
            }
            ("", Some(status)) => CallChange::Status(status),
            ("", None) if call.session.is_some() => CallChange::Connect(call.session),
            _ => CallChange::Other(event),
        };
        let mut errors = call.errors;
        errors.append(&mut self.errors);
        Call {
            id: call.id.unwrap_or_default(),
            phone_number_id: self.number(),
            person: self.person(),
            direction: call.direction,
            timestamp: call.timestamp,
            change,
            errors,
            opaque: call.opaque,
            cta_payload: call.cta_payload,
            raw: self.raw(),
        }
    }

    fn group(&self) -> GroupUpdate {
        let RawGroup { id, kind, timestamp, request_id, errors } = self.item();
        let kind = kind.unwrap_or_default();
        let removed = self.has("removed_participants");
        let in_participants = self.field.starts_with("group_participant");
        let change = match kind.as_str() {
            "group_participants_remove" | "group_remove_participants" => {
                GroupChange::ParticipantsRemoved(self.item())
            }
            // A sample of Meta's says `group_create` where people are removed.
            _ if removed => GroupChange::ParticipantsRemoved(self.item()),
            "group_create" if !in_participants => GroupChange::Created(self.item()),
            "group_participants_add" | "group_add_participants" => {
                GroupChange::ParticipantsAdded(self.item())
            }
            _ if in_participants && self.has("added_participants") => {
                GroupChange::ParticipantsAdded(self.item())
            }
            "group_delete" => GroupChange::Deleted,
            "group_join_request_created" => GroupChange::JoinRequested(self.item()),
            "group_join_request_revoked" => GroupChange::JoinRevoked(self.item()),
            "group_settings_update" => GroupChange::Settings(self.item()),
            "group_suspend" => GroupChange::Suspended,
            "group_suspend_cleared" => GroupChange::SuspensionCleared,
            "" if self.field == "group_settings_update" => GroupChange::Settings(self.item()),
            "group_create" => GroupChange::Created(self.item()),
            _ => GroupChange::Other(kind),
        };
        GroupUpdate {
            id,
            phone_number_id: self.number(),
            timestamp,
            request_id,
            change,
            errors,
            raw: self.raw(),
        }
    }

    fn echo(&self) -> Echo {
        let echo: RawEcho = self.item();
        // A standby echo has the whole request of the other app.
        let members = members(self.stored.item).unwrap_or_default();
        let request = members.iter().find(|(key, _)| key == "message").map(|(_, raw)| *raw);
        let kind = echo.kind.unwrap_or_default();
        let content = match request {
            Some(request) if kind.is_empty() => {
                let kind = RawEcho::from_json(request).and_then(|it| it.kind).unwrap_or_default();
                body::content(&kind, request)
            }
            _ => body::content(&kind, self.stored.item),
        };
        Echo {
            id: echo.id.unwrap_or_else(|| MessageId::from("")),
            phone_number_id: self.number(),
            to: self.person(),
            timestamp: echo.timestamp,
            content,
            context: echo.context,
            errors: echo.errors,
            raw: self.raw(),
        }
    }

    fn history(&self) -> Option<History> {
        let part = match self.place.as_str() {
            "messages" => HistoryPart::Message(Box::new(read::message(self.stored)?)),
            "message_echoes" => HistoryPart::Echo(Box::new(self.echo())),
            _ => self.chunk(),
        };
        Some(History { waba_id: self.waba_id(), phone_number_id: self.number(), part, raw: self.raw() })
    }

    fn chunk(&self) -> HistoryPart {
        let RawHistory { metadata, threads, errors } = self.item();
        if threads.is_empty() && !errors.is_empty() {
            return HistoryPart::Declined(errors);
        }
        let progress = metadata.unwrap_or_default();
        let threads = threads.into_iter().map(|thread| {
            let with = thread.context.unwrap_or_default();
            HistoryThread {
                with: Sender {
                    user_id: with.user_id,
                    parent_user_id: with.parent_user_id,
                    wa_id: with.wa_id.or(thread.id),
                    username: with.username,
                    ..Sender::default()
                },
                messages: thread.messages.iter().filter_map(history_message).collect(),
            }
        });
        HistoryPart::Chunk(HistoryChunk {
            phase: progress.phase,
            order: progress.order,
            progress: progress.progress,
            threads: threads.collect(),
        })
    }

    fn app_contact(&self) -> AppContact {
        let RawAppContact { contact, action, metadata } = self.item();
        AppContact {
            phone_number_id: self.number(),
            action,
            contact: contact.unwrap_or_default(),
            timestamp: metadata.and_then(|it| it.timestamp),
            raw: self.raw(),
        }
    }

    fn preference(&self) -> Preference {
        let RawPreference { category, value, detail, timestamp } = self.item();
        Preference {
            phone_number_id: self.number(),
            person: self.person(),
            category,
            value,
            detail,
            timestamp,
            raw: self.raw(),
        }
    }

    fn signal(&self) -> Signal {
        let kind = if self.place == "automatic_events" {
            SignalKind::Automatic(self.item())
        } else {
            let RawAction { kind, click, .. } = self.item();
            match (click, kind.unwrap_or_default()) {
                (Some(click), _) => SignalKind::LinkClick(click),
                (None, kind) if kind == "marketing_messages_link_click" => SignalKind::LinkClick(self.item()),
                (None, kind) => SignalKind::Other(kind),
            }
        };
        Signal {
            phone_number_id: self.number(),
            person: self.person(),
            timestamp: self.told.timestamp,
            kind,
            raw: self.raw(),
        }
    }

    fn handover(&self) -> Handover {
        if self.place == "conversation_context" {
            let context: ConversationContext = self.item();
            return Handover {
                phone_number_id: self.number(),
                person: self.person(),
                timestamp: None,
                kind: HandoverKind::Summary,
                control: None,
                summary: context.summary.and_then(|it| it.text),
                raw: self.raw(),
            };
        }
        let RawHandover { kind, timestamp, control, .. } = self.item();
        let shape = if self.has("control_taken") { HandoverKind::Taken } else { HandoverKind::Passed };
        let context = control.as_ref().and_then(|it| it.context.as_ref());
        Handover {
            phone_number_id: self.number(),
            person: self.person(),
            timestamp,
            kind: kind.unwrap_or(shape),
            summary: context.and_then(|it| it.summary.as_ref()).and_then(|it| it.text.clone()),
            control,
            raw: self.raw(),
        }
    }

    fn standby(&self) -> Option<Standby> {
        let part = match self.place.as_str() {
            "message_echoes" => StandbyPart::Echo(Box::new(self.echo())),
            "statuses" => StandbyPart::Status(Box::new(read::status(self.stored)?)),
            _ => StandbyPart::Message(Box::new(read::message(self.stored)?)),
        };
        Some(Standby { phone_number_id: self.number(), part, raw: self.raw() })
    }
}

fn history_message(raw: &RawJson) -> Option<HistoryMessage> {
    let raw: &RawValue = serde_json::from_str(raw.as_str()).ok()?;
    let message = RawHistoryMessage::from_json(raw)?;
    Some(HistoryMessage {
        content: body::content(message.kind.as_deref().unwrap_or_default(), raw),
        id: message.id.unwrap_or_else(|| MessageId::from("")),
        from: message.from,
        to: message.to,
        timestamp: message.timestamp,
        context: message.context,
        status: message.history.and_then(|it| it.status),
        errors: message.errors,
    })
}
