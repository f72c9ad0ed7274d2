//! Why a call to the Graph API did not do what was asked.

use std::{error::Error as StdError, fmt, time::Duration};

use serde_json::{Value, json};

use super::open::{Open, Rest, answers};
use crate::{
    code::{self, ErrorKind, Retry},
    transport::{GraphResponse, TransportError, TransportErrorKind},
};

/// A call to the Graph API did not do what was asked.
#[derive(Debug)]
#[non_exhaustive]
pub struct GraphError {
    kind: ErrorKind,
    retry: Retry,
    certainty: Certainty,
    /// Meta's code.
    pub code: Option<u32>,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Meta's sentence.
    pub message: Option<String>,
    /// What exactly Meta says is wrong.
    pub details: Option<String>,
    /// What Meta's support asks for.
    pub fbtrace_id: Option<String>,
    /// How long Meta asks to wait.
    pub retry_after: Option<Duration>,
    /// Apart, as an error is part of every answer and should be small.
    more: Option<Box<More>>,
}

/// Whether Meta may have acted although the call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Certainly not: Meta answered with an error, or was never reached.
    NotSent,
    /// Perhaps: no answer, or none that says anything.
    Unknown,
}

/// Why an answer says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Garbled {
    /// It has no body.
    #[error("an empty answer")]
    Empty,
    /// It is a web page, as gateways and proxies send them.
    #[error("a web page instead of JSON")]
    Html,
    /// It is JSON that ends in the middle.
    #[error("an answer that is cut off")]
    CutOff,
    /// It is something else than JSON.
    #[error("something else than JSON")]
    NotJson,
    /// It is JSON, but not what was asked for, nor an error of Meta's.
    #[error("JSON of another kind")]
    Unexpected,
}

impl Garbled {
    fn of(body: &[u8]) -> Self {
        let text = body.trim_ascii();
        match serde_json::from_slice::<serde::de::IgnoredAny>(text) {
            _ if text.is_empty() => Self::Empty,
            _ if text.starts_with(b"<") => Self::Html,
            Ok(_) => Self::Unexpected,
            Err(error) if error.is_eof() => Self::CutOff,
            Err(_) => Self::NotJson,
        }
    }
}

answers! {
    /// An error of Meta's, whatever of it can be read.
    struct Problem {
        message: Option<String>,
        code: Option<u32>,
        error_subcode: Option<u32>,
        kind: Option<String> = "type",
        error_data: Option<Value>,
        error_user_title: Option<String>,
        error_user_msg: Option<String>,
        is_transient: Option<bool>,
        fbtrace_id: Option<String>,
    }
}

/// What few people ask an error.
#[derive(Debug, Default)]
struct More {
    garbled: Option<Garbled>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    subcode: Option<u32>,
    kind: Option<String>,
    title: Option<String>,
    user_message: Option<String>,
    /// What else stands in the error, and in its `error_data`.
    rest: Rest,
    data: Option<Value>,
}

impl More {
    fn from_source(source: impl StdError + Send + Sync + 'static) -> Box<Self> {
        Box::new(Self { source: Some(Box::new(source)), ..Self::default() })
    }
}

impl Problem {
    fn of(body: &[u8]) -> Option<Self> {
        let Value::Object(mut answer) = serde_json::from_slice(body).ok()? else { return None };
        match answer.remove("error")? {
            // As OAuth has it.
            Value::String(word) => {
                let told = answer.get("error_description").and_then(Value::as_str).unwrap_or_default();
                let message = if told.is_empty() { word } else { format!("{word}: {told}") };
                serde_json::from_value(json!({ "message": message })).ok()
            }
            error => Self::read(error).ok(),
        }
    }

    /// An object with `details`, or in old versions the text itself.
    fn details(&self) -> Option<String> {
        let data = self.error_data.as_ref()?;
        data.get("details").unwrap_or(data).as_str().map(str::to_owned)
    }

    fn classify(&self, status: u16, details: Option<&str>) -> (ErrorKind, Retry) {
        match self.code.and_then(code::classify) {
            // What is still being processed will have been.
            Some((kind, Retry::FixFirst))
                if self.code == Some(139_001)
                    && details
                        .or(self.message.as_deref())
                        .is_some_and(|said| said.contains("processing")) =>
            {
                (kind, Retry::Backoff)
            }
            Some(known) => known,
            None if self.is_transient == Some(true) || status >= 500 => {
                (ErrorKind::Unavailable, Retry::Backoff)
            }
            None if status == 429 => (ErrorKind::Pace, Retry::Backoff),
            None => (ErrorKind::Unknown, Retry::FixFirst),
        }
    }
}

impl GraphError {
    /// What Meta answered instead of a success.
    pub(super) fn refused(response: &GraphResponse) -> Self {
        let Some(error) = Problem::of(&response.body) else { return Self::wordless(response) };
        let details = error.details();
        let (kind, retry) = error.classify(response.status, details.as_deref());
        Self {
            kind,
            retry,
            certainty: Certainty::NotSent,
            details: details.or_else(|| error.error_user_msg.clone()),
            code: error.code,
            status: Some(response.status),
            message: error.message,
            fbtrace_id: error.fbtrace_id,
            retry_after: response.retry_after,
            more: Some(Box::new(More {
                subcode: error.error_subcode,
                kind: error.kind,
                title: error.error_user_title,
                user_message: error.error_user_msg,
                rest: error.rest,
                data: error.error_data,
                ..More::default()
            })),
        }
    }

    /// An answer without Meta's error in it: from something in between, or cut off.
    fn wordless(response: &GraphResponse) -> Self {
        let status = response.status;
        let (kind, retry, certainty) = match status {
            429 => (ErrorKind::Pace, Retry::Backoff, Certainty::NotSent),
            503 => (ErrorKind::Unavailable, Retry::Backoff, Certainty::NotSent),
            500.. => (ErrorKind::Unavailable, Retry::Backoff, Certainty::Unknown),
            401 => (ErrorKind::Credentials, Retry::RefreshToken, Certainty::NotSent),
            404 => (ErrorKind::NotFound, Retry::FixFirst, Certainty::NotSent),
            _ => (ErrorKind::Unknown, Retry::FixFirst, Certainty::NotSent),
        };
        Self {
            status: Some(status),
            retry_after: response.retry_after,
            more: Some(Box::new(More { garbled: Some(Garbled::of(&response.body)), ..More::default() })),
            ..Self::plain(kind, retry, certainty)
        }
    }

    /// A success that cannot be read.
    pub(super) fn unreadable(response: &GraphResponse, source: serde_json::Error) -> Self {
        Self {
            status: Some(response.status),
            more: Some(Box::new(More {
                garbled: Some(Garbled::of(&response.body)),
                source: Some(Box::new(source)),
                ..More::default()
            })),
            ..Self::plain(ErrorKind::Unavailable, Retry::Backoff, Certainty::Unknown)
        }
    }

    /// A success without what it should say.
    pub(super) fn incomplete() -> Self {
        Self {
            message: Some("the answer does not say what was done".to_owned()),
            ..Self::plain(ErrorKind::Unavailable, Retry::Backoff, Certainty::Unknown)
        }
    }

    /// Something wrong on our side, or with what Meta sent.
    pub(super) fn local(kind: ErrorKind, message: String) -> Self {
        Self { message: Some(message), ..Self::plain(kind, Retry::FixFirst, Certainty::NotSent) }
    }

    /// Something that went wrong on this machine.
    pub(super) fn from_source(source: impl StdError + Send + Sync + 'static) -> Self {
        let message = Some("nothing was sent".to_owned());
        Self {
            message,
            more: Some(More::from_source(source)),
            ..Self::plain(ErrorKind::Media, Retry::FixFirst, Certainty::NotSent)
        }
    }

    fn plain(kind: ErrorKind, retry: Retry, certainty: Certainty) -> Self {
        Self {
            kind,
            retry,
            certainty,
            code: None,
            status: None,
            message: None,
            details: None,
            fbtrace_id: None,
            retry_after: None,
            more: None,
        }
    }

    /// What it is about.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether trying again can help.
    pub fn retry(&self) -> Retry {
        self.retry
    }

    /// What is wrong with an answer that says nothing.
    pub fn garbled(&self) -> Option<Garbled> {
        self.more.as_ref()?.garbled
    }

    /// What happened, in words, if the code is in [`code::ALL`].
    pub fn cause(&self) -> Option<&'static str> {
        self.code.and_then(code::lookup).map(|row| row.cause)
    }

    /// What to do about it, in words, if the code is in [`code::ALL`].
    pub fn mend(&self) -> Option<&'static str> {
        self.code.and_then(code::lookup).map(|row| row.mend)
    }

    /// Meta's subcode, which newer versions leave out.
    pub fn subcode(&self) -> Option<u32> {
        self.more.as_ref()?.subcode
    }

    /// Meta's class of the error, like `OAuthException`.
    pub fn type_name(&self) -> Option<&str> {
        self.more.as_ref()?.kind.as_deref()
    }

    /// A title that Meta means for people.
    pub fn title(&self) -> Option<&str> {
        self.more.as_ref()?.title.as_deref()
    }

    /// A sentence that Meta means for people.
    pub fn user_message(&self) -> Option<&str> {
        self.more.as_ref()?.user_message.as_deref()
    }

    /// `error_data` as Meta sent it.
    pub fn data(&self) -> Option<&Value> {
        self.more.as_ref()?.data.as_ref()
    }

    /// What else Meta says in the error.
    pub fn rest(&self) -> Option<&Rest> {
        self.more.as_ref().map(|more| &more.rest)
    }

    /// Whether no answer came in time, so that what follows from a call that was taken may have come before this.
    pub fn is_timeout(&self) -> bool {
        let source = self.more.as_ref().and_then(|more| more.source.as_deref());
        source
            .and_then(|source| source.downcast_ref::<TransportError>())
            .is_some_and(|error| error.kind == TransportErrorKind::Timeout)
    }

    /// Whether Meta may have acted all the same.
    pub fn certainty(&self) -> Certainty {
        self.certainty
    }
}

impl From<TransportError> for GraphError {
    fn from(error: TransportError) -> Self {
        let (kind, retry, certainty) = match error.kind {
            TransportErrorKind::Connect => (ErrorKind::Unavailable, Retry::Backoff, Certainty::NotSent),
            TransportErrorKind::Refused => (ErrorKind::InvalidRequest, Retry::FixFirst, Certainty::NotSent),
            TransportErrorKind::TooLarge => (ErrorKind::Media, Retry::Never, Certainty::Unknown),
            TransportErrorKind::Timeout | TransportErrorKind::Broken => {
                (ErrorKind::Unavailable, Retry::Backoff, Certainty::Unknown)
            }
        };
        Self { more: Some(More::from_source(error)), ..Self::plain(kind, retry, certainty) }
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.status) {
            (Some(code), _) => write!(f, "Meta refused it with code {code}")?,
            (None, Some(status)) => match self.garbled() {
                Some(garbled) => write!(f, "the Graph API answered {status} with {garbled}")?,
                None => write!(f, "the Graph API answered {status} without a code")?,
            },
            // What was found wrong here stands in the message.
            (None, None) if self.source().is_none() && self.message.is_some() => {}
            (None, None) => f.write_str("the call to the Graph API failed")?,
        }
        let is_begun = self.code.is_some() || self.status.is_some() || self.source().is_some();
        for (at, text) in [&self.message, &self.details].into_iter().flatten().enumerate() {
            let colon = if is_begun || at > 0 { ": " } else { "" };
            write!(f, "{colon}{text}")?;
        }
        match &self.fbtrace_id {
            Some(id) => write!(f, " (fbtrace_id {id})"),
            None => Ok(()),
        }
    }
}

impl StdError for GraphError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.more.as_ref()?.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn answered(status: u16, body: &'static str) -> GraphError {
        let body = Bytes::from_static(body.as_bytes());
        GraphError::refused(&GraphResponse { status, retry_after: None, content_type: None, body })
    }

    #[test]
    fn the_code_decides_not_the_status() {
        let error = answered(
            400,
            r#"{"error":{"message":"(#131056) too fast","code":131056,"error_data":{"details":"slow down"},"fbtrace_id":"T"}}"#,
        );
        assert_eq!((error.kind(), error.retry()), (ErrorKind::PairPace, Retry::Backoff));
        let shown = error.to_string();
        assert!(shown.contains("131056") && shown.contains("slow down") && shown.contains('T'), "{shown}");
    }

    #[test]
    fn details_may_be_a_text_and_codes_unknown() {
        let error = answered(400, r#"{"error":{"code":999999,"error_data":"old style"}}"#);
        assert_eq!((error.details.as_deref(), error.kind()), (Some("old style"), ErrorKind::Unknown));
        let error = answered(500, r#"{"error":{"code":999999}}"#);
        assert_eq!((error.kind(), error.certainty()), (ErrorKind::Unavailable, Certainty::NotSent));
    }

    #[test]
    fn an_answer_that_says_nothing_is_named_for_what_it_is() {
        for (body, garbled, shown) in [
            ("", Garbled::Empty, "empty"),
            (" \n", Garbled::Empty, "empty"),
            ("<!DOCTYPE html><html>", Garbled::Html, "web page"),
            (r#"{"error":{"code":190,"#, Garbled::CutOff, "cut off"),
            ("upstream timed out", Garbled::NotJson, "else than JSON"),
            (r#"{"error":[]}"#, Garbled::Unexpected, "another kind"),
            ("7", Garbled::Unexpected, "another kind"),
        ] {
            let error = answered(502, body);
            assert_eq!(error.garbled(), Some(garbled), "{body}");
            assert!(error.to_string().contains(shown), "{error}");
            let response = GraphResponse {
                status: 200,
                retry_after: None,
                content_type: None,
                body: body.as_bytes().into(),
            };
            let source = serde_json::from_str::<bool>(body).unwrap_err();
            assert_eq!(GraphError::unreadable(&response, source).garbled(), Some(garbled), "{body}");
        }
    }

    #[test]
    fn what_meta_says_of_an_unknown_code_is_kept() {
        let error = answered(
            400,
            r#"{"error":{"message":"New","code":"987654","error_subcode":33,"type":"OAuthException","is_transient":"no",
                "error_user_title":"T","error_user_msg":"M","error_data":{"messaging_product":"whatsapp","blame":[1]},"new":1}}"#,
        );
        assert_eq!(
            (error.code, error.subcode(), error.kind()),
            (Some(987_654), Some(33), ErrorKind::Unknown)
        );
        assert_eq!((error.title(), error.user_message()), (Some("T"), Some("M")));
        assert_eq!(error.data().and_then(|data| data.get("blame")), Some(&json!([1])));
        assert_eq!(error.rest().and_then(|rest| rest.get("new")), Some(&json!(1)));
        assert_eq!((error.cause(), error.type_name()), (None, Some("OAuthException")));
        assert!(answered(401, r#"{"error":{"code":190}}"#).mend().unwrap().contains("new token"));
        let oauth = answered(400, r#"{"error":"invalid_request","error_description":"no code"}"#);
        assert_eq!(oauth.message.as_deref(), Some("invalid_request: no code"));
    }

    #[test]
    fn a_flow_that_is_still_being_processed_can_be_tried_again() {
        let of = |details| {
            let body = json!({"error": {"code": 139_001, "error_data": {"details": details}}}).to_string();
            answered(400, body.leak()).retry()
        };
        assert_eq!(of("Flow is still processing"), Retry::Backoff);
        assert_eq!(of("Flow is published"), Retry::FixFirst);
    }

    #[test]
    fn answers_without_words_are_uncertain_where_a_gateway_may_have_spoken() {
        for (status, body, certainty) in [
            (502, "<html>bad gateway</html>", Certainty::Unknown),
            (500, "", Certainty::Unknown),
            (500, r#"{"error":{"mess"#, Certainty::Unknown),
            (503, "", Certainty::NotSent),
            (429, "slow", Certainty::NotSent),
            (400, "[]", Certainty::NotSent),
        ] {
            assert_eq!(answered(status, body).certainty(), certainty, "{status} {body}");
        }
    }
}
