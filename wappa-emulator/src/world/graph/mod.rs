//! Graph as a bot sees it: which path does what, and who may. Paths are below the version.

mod accounts;
mod calls;
pub(crate) mod fields;
mod files;
mod flow_texts;
mod flows;
mod group_send;
mod groups;
mod interactive;
mod lists;
mod nodes;
pub(crate) mod offers;
mod paging;
mod permit;
mod recipient;
mod send;
mod settings;
mod templates;

pub(crate) use send::content_of_send;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use wappa_cloud::{MediaId, PhoneNumberId};

use super::fault::{FaultKind, Target};
use super::model::{Media, Number};
use super::refusal::Refusal;
use super::{App, World};

/// One call, however it came in.
pub(crate) struct GraphCall {
    pub(crate) method: Method,
    /// Below the version, e.g. `106540352242922/messages`.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) token: Option<String>,
    pub(crate) body: GraphBody,
}

impl GraphCall {
    /// Whether this sends something, and doesn't mark a message as read.
    fn sends(&self) -> bool {
        let path = self.path.trim_matches('/');
        let sends = path.ends_with("/messages") || path.ends_with("/marketing_messages");
        let GraphBody::Json(body) = &self.body else { return false };
        self.method == Method::POST
            && sends
            && !serde_json::from_slice::<Value>(body).is_ok_and(|body| body["status"].is_string())
    }

    /// The address for webhooks that this call names, with the token to ask it by.
    pub(crate) fn callback(&self) -> Option<(String, String)> {
        let path = self.path.trim_matches('/');
        let names =
            path.ends_with("/subscribed_apps") || path.ends_with("/subscriptions") || !path.contains('/');
        if self.method != Method::POST || !names || matches!(self.body, GraphBody::Chunk { .. }) {
            return None;
        }
        let given = self.parameters().ok()?;
        let of = |part: &Value| {
            let url = part["override_callback_uri"].as_str().or_else(|| part["callback_url"].as_str())?;
            let token = part["verify_token"].as_str().unwrap_or_default();
            (!url.is_empty()).then(|| (url.to_owned(), token.to_owned()))
        };
        of(&given).or_else(|| of(&given["webhook_configuration"]))
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What a call carries.
pub(crate) enum GraphBody {
    Empty,
    Json(Bytes),
    Form {
        fields: Vec<(String, String)>,
        file: Option<FormFile>,
    },
    /// Part of a file that is uploaded piece by piece.
    Chunk {
        offset: u64,
        bytes: Bytes,
    },
}

/// The file part of a form.
pub(crate) struct FormFile {
    pub(crate) name: Option<String>,
    pub(crate) mime: Option<String>,
    pub(crate) bytes: Bytes,
}

/// What Graph answers, and what is to be done with the bytes of files, which the world doesn't hold.
pub(crate) struct GraphReply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<u64>,
    pub(crate) heard: Heard,
    pub(crate) body: ReplyBody,
    pub(crate) files: Files,
    /// One line for people; holds no message text.
    pub(crate) summary: String,
}

pub(crate) enum ReplyBody {
    Json(Value),
    /// What something in front of Graph says.
    Page(&'static str),
    File(Media),
}

/// Whose token a call comes with.
pub(super) enum Caller {
    /// The app of a number, by its id.
    Own(String),
    /// An app beside those.
    Other(App),
}

impl Caller {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Own(id) => id,
            Self::Other(app) => &app.id,
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Own(_) => "Emulated app",
            Self::Other(app) => &app.name,
        }
    }

    /// The app, if it is no number's.
    pub(super) fn other(&self) -> Option<&App> {
        match self {
            Self::Own(_) => None,
            Self::Other(app) => Some(app),
        }
    }
}

/// When the caller hears the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Now,
    /// After so many milliseconds of the world's time.
    After(i64),
    Never,
}

pub(crate) enum Files {
    Untouched,
    Keep(MediaId, Bytes),
    Drop(MediaId),
}

impl GraphReply {
    fn new(status: u16, body: ReplyBody, files: Files, summary: String) -> Self {
        Self { status, retry_after: None, heard: Heard::Now, body, files, summary }
    }
}

/// A good answer, before it has a status.
pub(super) struct Good {
    body: ReplyBody,
    files: Files,
    summary: String,
}

impl Good {
    fn json(summary: impl Into<String>, body: Value) -> Self {
        Self { body: ReplyBody::Json(body), files: Files::Untouched, summary: summary.into() }
    }

    fn success(summary: impl Into<String>) -> Self {
        Self::json(summary, json!({ "success": true }))
    }
}

impl World {
    /// Answers a call as Graph would, or as the faults that are asked for would have it.
    pub(crate) fn graph(&mut self, now: i64, call: GraphCall) -> GraphReply {
        let path = call.path.trim_matches('/').to_owned();
        let sends = !self.faults.none() && call.sends();
        let target = Target::Call { path: &path, sends };
        let before = self.faults.take(now, target, |kind| match kind {
            FaultKind::Refuse { .. } | FaultKind::Status { .. } | FaultKind::Timeout => Some(kind.clone()),
            FaultKind::FailMedia if moves_a_file(&call) => Some(kind.clone()),
            _ => None,
        });
        let mut reply = match before {
            Some(fault) => self.spoilt(&fault, &call),
            None => match self.route(now, call) {
                Ok(Good { body, files, summary }) => GraphReply::new(200, body, files, summary),
                Err(refusal) => self.refused(&refusal),
            },
        };
        let late = self.faults.take(now, target, |kind| match kind {
            FaultKind::Slow { by } => Some(*by),
            _ => None,
        });
        if let (Some(by), Heard::Now) = (late, reply.heard) {
            reply.heard = Heard::After(i64::try_from(by).unwrap_or(i64::MAX));
        }
        let accepted = reply.status == 200;
        let lost = |kind: &FaultKind| (accepted && *kind == FaultKind::TimeoutAfterAccept).then_some(());
        if self.faults.take(now, target, lost).is_some() {
            reply.heard = Heard::Never;
        }
        reply
    }

    /// Something to echo, for a handshake.
    pub(crate) fn challenge(&mut self) -> String {
        self.mint.code()
    }

    /// The answer to a call that names an address where the handshake failed.
    pub(crate) fn callback_failed(&mut self, now: i64, call: &GraphCall) -> GraphReply {
        match self.caller(now, call) {
            Ok(_) => self.refused(&Refusal::callback()),
            Err(refusal) => self.refused(&refusal),
        }
    }

    fn refused(&mut self, refusal: &Refusal) -> GraphReply {
        let body = ReplyBody::Json(refusal.body(&self.mint.fbtrace()));
        let summary = format!("refused with {}: {}", refusal.code, refusal.title());
        GraphReply::new(refusal.http_status(), body, Files::Untouched, summary)
    }

    /// The answer of a fault that keeps a call from being done.
    fn spoilt(&mut self, fault: &FaultKind, call: &GraphCall) -> GraphReply {
        match fault {
            FaultKind::Refuse { code, retry_after } => {
                let refusal = Refusal::new(*code, "This was asked for: a fault is active in the emulator.");
                GraphReply { retry_after: *retry_after, ..self.refused(&refusal) }
            }
            FaultKind::Status { status, retry_after } => {
                let page = ReplyBody::Page("<html><body>Sorry, something went wrong.</body></html>");
                let summary = format!("fault: HTTP {status}");
                GraphReply {
                    retry_after: *retry_after,
                    ..GraphReply::new(*status, page, Files::Untouched, summary)
                }
            }
            FaultKind::FailMedia if call.method == Method::POST => {
                self.refused(&Refusal::new(131_053, "This was asked for: files fail in the emulator."))
            }
            FaultKind::FailMedia => {
                let id = call.path.rsplit('/').next().unwrap_or_default();
                let refusal = Refusal::no_such_object("GET", id);
                GraphReply { status: 404, ..self.refused(&refusal) }
            }
            _ => GraphReply {
                heard: Heard::Never,
                ..GraphReply::new(
                    0,
                    ReplyBody::Json(Value::Null),
                    Files::Untouched,
                    "fault: no answer".to_owned(),
                )
            },
        }
    }

    fn route(&mut self, now: i64, call: GraphCall) -> Result<Good, Refusal> {
        let path = call.path.trim_matches('/').to_owned();
        let segments: Vec<&str> = path.split('/').collect();
        if segments == ["oauth", "access_token"] {
            return self.exchange(&call);
        }
        let caller = self.caller(now, &call)?;
        match (&call.method, segments.as_slice()) {
            (&Method::POST, [id, edge @ ("messages" | "marketing_messages")]) => {
                let number = self.number_for(&call, id)?;
                match call.body {
                    GraphBody::Json(body) => self.messages(now, &number, &body, edge),
                    _ => Err(Refusal::parameter("The parameter messaging_product is required.")),
                }
            }
            (&Method::POST, [id, "media"]) => {
                self.number_for(&call, id)?;
                match call.body {
                    GraphBody::Form { fields, file } => self.upload(now, &fields, file),
                    _ => Err(Refusal::parameter("The parameter file is required.")),
                }
            }
            (&Method::GET, [super::DOWNLOADS, id]) => self.download(now, &call, id),
            (&Method::GET, ["debug_token"]) => self.debug_token(now, &call),
            (&Method::GET, ["me"]) => {
                Ok(Good::json("reads itself", json!({"id": caller.id(), "name": caller.name()})))
            }
            (&Method::POST, [app, "uploads"]) if self.is_app(app) => self.begin_upload(&call),
            (_, [id]) if id.starts_with("upload:") => self.upload_step(&call, id),
            (_, [app, "subscriptions"]) if self.is_app(app) => self.subscriptions(&call, &caller, app),
            (&Method::POST, [id, "message_templates", edge @ ("archive" | "unarchive")])
                if self.is_waba(id) =>
            {
                self.count_management(now, id)?;
                self.archive(&call, edge)
            }
            (_, [id, edge]) if self.is_waba(id) => {
                self.count_management(now, id)?;
                self.account_edge(now, &call, &caller, id, edge)
            }
            (_, [id, edge]) if self.state.number(&PhoneNumberId::from(*id)).is_some() => {
                let number = self.number_for(&call, id)?;
                self.number_edge(now, &call, &number, edge)
            }
            (_, [id, "message_qrdls", code]) => {
                let number = self.number_for(&call, id)?;
                self.qr_codes(&call, &number, Some(code))
            }
            (_, [id, edge @ ("assets" | "publish" | "deprecate")]) => self.flow_step(now, &call, id, edge),
            (_, [id, edge @ ("invite_link" | "join_requests" | "participants")]) => {
                self.group_edge(now, &call, id, edge)
            }
            (_, [id]) if !id.is_empty() => self.node(now, &call, id),
            _ => Err(Refusal::unknown_path(&path)),
        }
    }

    /// Whose token it is.
    fn caller(&self, now: i64, call: &GraphCall) -> Result<Caller, Refusal> {
        let token = call.token.as_deref().ok_or_else(|| {
            let file = call.path.trim_matches('/').starts_with(super::DOWNLOADS);
            if file { Refusal::token() } else { Refusal::no_token() }
        })?;
        let mut numbers = self.state.numbers.iter();
        // What an app calls about itself it may prove by its secret.
        let number = numbers.find(|number| {
            number.access_token == token || token == format!("{}|{}", number.app_id(), number.app_secret)
        });
        match number {
            None => self.app_of(Some(token)).map(Caller::Other).ok_or_else(Refusal::token),
            Some(number) => match number.token_until {
                Some(until) if until <= now && number.access_token == token => Err(Refusal::token_expired()),
                _ => Ok(Caller::Own(number.app_id())),
            },
        }
    }

    fn account_edge(
        &mut self,
        now: i64,
        call: &GraphCall,
        caller: &Caller,
        id: &str,
        edge: &str,
    ) -> Result<Good, Refusal> {
        match (&call.method, edge) {
            (_, "message_templates") => self.message_templates(call, id),
            (&Method::GET, "phone_numbers") => self.phone_numbers(call, id),
            (_, "subscribed_apps") => self.subscribed_apps(call, caller, id),
            (&Method::GET | &Method::POST, "flows") => self.flows(now, call, id),
            (&Method::GET, "template_analytics" | "template_group_analytics") => {
                self.template_analytics(call, id)
            }
            (&Method::GET, "assigned_users" | "activities" | "schedules" | "solutions") => {
                Ok(Good::json(format!("lists {edge}"), call.page(Vec::new(), &[])?))
            }
            _ => Err(Refusal::unknown_path(&format!("{id}/{edge}"))),
        }
    }

    fn number_edge(
        &mut self,
        now: i64,
        call: &GraphCall,
        number: &Number,
        edge: &str,
    ) -> Result<Good, Refusal> {
        match (&call.method, edge) {
            (_, "message_qrdls") => self.qr_codes(call, number, None),
            (_, "block_users") => self.block_users(now, call, number),
            (&Method::POST, "register" | "deregister" | "request_code" | "verify_code") => {
                self.registration(now, call, number, edge)
            }
            (&Method::POST, "calls") => self.calls(now, call, number),
            (_, "call_permissions") => self.call_permissions(now, call, number),
            (&Method::GET | &Method::POST, "groups") => self.groups(now, call, number),
            (&Method::POST, "smb_app_data") => self.sync(now, call, number),
            _ => self.setting(now, call, number, edge),
        }
    }

    /// `POST /{number}/smb_app_data`: contacts and history of the app, each to be asked for once.
    fn sync(&mut self, now: i64, call: &GraphCall, number: &Number) -> Result<Good, Refusal> {
        let given = call.parameters()?;
        let what = fields::string(&given["sync_type"], "sync_type")?.to_owned();
        if !matches!(what.as_str(), "smb_app_state_sync" | "history") {
            return Err(Refusal::invalid("sync_type", "must be smb_app_state_sync or history"));
        }
        let name = format!("sync {what}");
        if self.record(number.id.as_str(), &name)["asked"] == true {
            return Err(Refusal::new(2_593_107, "This was asked for before."));
        }
        self.keep_record(number.id.as_str(), &name, Some(json!({"asked": true})));
        self.tell_of_before(now, number, &what);
        let id = self.mint.node_id();
        Ok(Good::json("asks for a sync", json!({"messaging_product": "whatsapp", "request_id": id})))
    }

    fn is_app(&self, id: &str) -> bool {
        id == "app" || self.state.numbers.iter().any(|number| number.app_id() == id) || self.app(id).is_some()
    }

    /// The number a call is about, if its token is the caller's; Graph doesn't tell a wrong id from a forbidden one.
    fn number_for(&self, call: &GraphCall, id: &str) -> Result<Number, Refusal> {
        self.state
            .number(&PhoneNumberId::from(id))
            .filter(|number| {
                let token = call.token.as_deref();
                token == Some(number.access_token.as_str()) || self.app_of(token).is_some()
            })
            .cloned()
            .ok_or_else(|| Refusal::no_such_object(call.method.as_str(), id))
    }

    fn is_waba(&self, id: &str) -> bool {
        self.state.numbers.iter().any(|number| number.waba_id.as_str() == id)
    }
}

/// Whether a call brings a file or fetches one.
fn moves_a_file(call: &GraphCall) -> bool {
    let path = call.path.trim_matches('/');
    let fetches = call.method == Method::GET && path.starts_with(super::DOWNLOADS);
    fetches || (call.method == Method::POST && path.ends_with("/media"))
}
