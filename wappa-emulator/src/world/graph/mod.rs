//! Graph as a bot sees it: which path does what, and who may. Paths are below the version.

pub(crate) mod fields;
mod files;
mod interactive;
mod nodes;
mod recipient;
mod send;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use wappa_cloud::{MediaId, PhoneNumberId};

use super::World;
use super::model::{Media, Number};
use super::refusal::Refusal;

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
    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What a call carries.
pub(crate) enum GraphBody {
    Empty,
    Json(Bytes),
    Form { fields: Vec<(String, String)>, file: Option<FormFile> },
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
    pub(crate) body: ReplyBody,
    pub(crate) files: Files,
    /// One line for people; holds no message text.
    pub(crate) summary: String,
}

pub(crate) enum ReplyBody {
    Json(Value),
    File(Media),
}

pub(crate) enum Files {
    Untouched,
    Keep(MediaId, Bytes),
    Drop(MediaId),
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
    /// Answers a call as Graph would.
    pub(crate) fn graph(&mut self, now: i64, call: GraphCall) -> GraphReply {
        match self.route(now, call) {
            Ok(Good { body, files, summary }) => GraphReply { status: 200, body, files, summary },
            Err(refusal) => GraphReply {
                status: refusal.http_status(),
                body: ReplyBody::Json(refusal.body(&self.mint.fbtrace())),
                files: Files::Untouched,
                summary: format!("refused with {}: {}", refusal.code, refusal.title()),
            },
        }
    }

    fn route(&mut self, now: i64, call: GraphCall) -> Result<Good, Refusal> {
        let token = call.token.as_deref().ok_or_else(Refusal::token)?;
        if !self.state.numbers.iter().any(|number| number.access_token == token) {
            return Err(Refusal::token());
        }
        let path = call.path.trim_matches('/').to_owned();
        let segments: Vec<&str> = path.split('/').collect();
        match (&call.method, segments.as_slice()) {
            (&Method::POST, [id, "messages"]) => {
                let number = self.number_for(&call, id)?;
                match call.body {
                    GraphBody::Json(body) => self.messages(now, &number, &body),
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
            (_, [id, "message_templates"]) => self.message_templates(&call, id),
            (&Method::GET, [id, "phone_numbers"]) => self.phone_numbers(&call, id),
            (&Method::POST, [id, "subscribed_apps"]) if self.is_waba(id) => Ok(Good::success("subscribed")),
            (&Method::GET, [super::DOWNLOADS, id]) => self.download(now, &call, id),
            (&Method::GET | &Method::DELETE, [id]) if !id.is_empty() => self.node(now, &call, id),
            (method, [id]) => Err(Refusal::no_such_object(method.as_str(), id)),
            _ => Err(Refusal::unknown_path(&path)),
        }
    }

    /// The number a call is about, if its token is the caller's; Graph doesn't tell a wrong id from a forbidden one.
    fn number_for(&self, call: &GraphCall, id: &str) -> Result<Number, Refusal> {
        self.state
            .number(&PhoneNumberId::from(id))
            .filter(|number| call.token.as_deref() == Some(number.access_token.as_str()))
            .cloned()
            .ok_or_else(|| Refusal::no_such_object(call.method.as_str(), id))
    }

    fn is_waba(&self, id: &str) -> bool {
        self.state.numbers.iter().any(|number| number.waba_id.as_str() == id)
    }
}
