//! Why a call to the Graph API did not do what was asked.

use std::{error::Error as StdError, fmt, time::Duration};

use serde::Deserialize;
use serde_json::value::RawValue;

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
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Whether Meta may have acted although the call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Certainly not: Meta answered with an error, or was never reached.
    NotSent,
    /// Perhaps: no answer, or none that says anything.
    Unknown,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    error: Problem<'a>,
}

#[derive(Deserialize)]
struct Problem<'a> {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    code: Option<u32>,
    #[serde(borrow, default)]
    error_data: Option<&'a RawValue>,
    #[serde(default)]
    error_user_msg: Option<String>,
    #[serde(default)]
    is_transient: Option<bool>,
    #[serde(default)]
    fbtrace_id: Option<String>,
}

#[derive(Deserialize)]
struct ErrorData {
    details: String,
}

impl Problem<'_> {
    /// An object with `details`, or in old versions the text itself.
    fn details(&self) -> Option<String> {
        let raw = self.error_data?.get();
        let object = serde_json::from_str::<ErrorData>(raw).map(|data| data.details);
        object.or_else(|_| serde_json::from_str(raw)).ok()
    }
}

impl GraphError {
    /// What Meta answered instead of a success.
    pub(super) fn refused(response: &GraphResponse) -> Self {
        let Ok(Answer { error }) = serde_json::from_slice::<Answer<'_>>(&response.body) else {
            return Self::wordless(response);
        };
        let (kind, retry) = match error.code.and_then(code::classify) {
            Some(known) => known,
            None if error.is_transient == Some(true) || response.status >= 500 => {
                (ErrorKind::Unavailable, Retry::Backoff)
            }
            None if response.status == 429 => (ErrorKind::Pace, Retry::Backoff),
            None => (ErrorKind::Unknown, Retry::FixFirst),
        };
        Self {
            kind,
            retry,
            certainty: Certainty::NotSent,
            details: error.details().or(error.error_user_msg),
            code: error.code,
            status: Some(response.status),
            message: error.message,
            fbtrace_id: error.fbtrace_id,
            retry_after: response.retry_after,
            source: None,
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
            kind,
            retry,
            certainty,
            code: None,
            status: Some(status),
            message: None,
            details: None,
            fbtrace_id: None,
            retry_after: response.retry_after,
            source: None,
        }
    }

    /// A success that cannot be read.
    pub(super) fn unreadable(response: &GraphResponse, source: serde_json::Error) -> Self {
        Self {
            status: Some(response.status),
            source: Some(Box::new(source)),
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
            source: Some(Box::new(source)),
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
            source: None,
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
        Self { source: Some(Box::new(error)), ..Self::plain(kind, retry, certainty) }
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.status) {
            (Some(code), _) => write!(f, "Meta refused it with code {code}")?,
            (None, Some(status)) => write!(f, "the Graph API answered {status} without a code")?,
            // What was found wrong here stands in the message.
            (None, None) if self.source.is_none() && self.message.is_some() => {}
            (None, None) => f.write_str("the call to the Graph API failed")?,
        }
        let is_begun = self.code.is_some() || self.status.is_some() || self.source.is_some();
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
        self.source.as_deref().map(|source| source as _)
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
