//! The error that handlers and `main` return. Rooms have typed errors of their own; any of them, and any error of the
//! author's, becomes an [`Error`] with `?`.

use std::{any::Any, borrow::Cow, error::Error as StdError, fmt};

use wappa_cloud::{DraftError, ErrorKind as GraphKind, GraphError};

use crate::{
    happening::{PayloadError, RemindError},
    outbox::SendError,
    session::SessionError,
    shared::SharedError,
    store::StoreError,
};

/// What handlers return.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// Any error, with what ours know about kind and mend.
///
/// It converts from every `std::error::Error` by `?`, and for that reason is none itself. `{}` is the message; `{:?}`,
/// which `main` prints, adds the causes and the mend.
pub struct Error {
    inner: Inner,
}

enum Inner {
    /// The default body of an `EventHandler` method.
    Unhandled,
    Message(Cow<'static, str>),
    Source(Box<dyn StdError + Send + Sync>),
}

/// What an [`Error`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The token or the app secret is not accepted.
    Credentials,
    /// Something in Meta's settings does not allow it.
    Permission,
    /// The request, the draft or the template is wrong and will be refused again.
    InvalidRequest,
    /// This person cannot be reached.
    Recipient,
    /// The customer service window is closed; a template is allowed.
    WindowClosed,
    /// Too fast, for the number or for this person.
    Pace,
    /// Meta holds messages to this person back, or they opted out.
    Held,
    /// Meta may or may not have the message, and it was to be sent at most once.
    Unsettled,
    /// Meta, the network or the store is not there at the moment.
    Unavailable,
    /// The store cannot be used.
    Store,
    /// A session or a shared value was used in a way that would lose what it holds.
    Session,
    /// The handler ran longer than its deadline.
    Deadline,
    /// The handler panicked.
    Panic,
    /// The author's own error.
    Author,
}

impl Error {
    /// An error of the author's own.
    pub fn msg(message: impl Into<Cow<'static, str>>) -> Self {
        Self { inner: Inner::Message(message.into()) }
    }

    pub(crate) fn unhandled() -> Self {
        Self { inner: Inner::Unhandled }
    }

    pub(crate) fn is_unhandled(&self) -> bool {
        matches!(self.inner, Inner::Unhandled)
    }

    /// What it is about; ours are found inside other errors too.
    pub fn kind(&self) -> ErrorKind {
        let Inner::Source(source) = &self.inner else { return ErrorKind::Author };
        causes(&**source).find_map(kind_of).unwrap_or(ErrorKind::Author)
    }

    /// The error of this type, if this is one or was caused by one.
    pub fn find<E: StdError + 'static>(&self) -> Option<&E> {
        match &self.inner {
            Inner::Source(source) => causes(&**source).find_map(|cause| cause.downcast_ref()),
            _ => None,
        }
    }

    /// What to do about it, where we know.
    pub fn mend(&self) -> Option<Cow<'static, str>> {
        if let Some(code) = self.find::<GraphError>().and_then(|e| e.code).and_then(wappa_cloud::code::lookup)
        {
            return Some(Cow::Borrowed(code.mend));
        }
        None
    }
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

fn kind_of(error: &(dyn StdError + 'static)) -> Option<ErrorKind> {
    if let Some(error) = error.downcast_ref::<SendError>() {
        return Some(error.kind());
    }
    if let Some(error) = error.downcast_ref::<GraphError>() {
        return Some(error.kind().into());
    }
    if error.is::<DraftError>() {
        return Some(ErrorKind::InvalidRequest);
    }
    if error.is::<SessionError>() {
        return Some(ErrorKind::Session);
    }
    if let Some(error) = error.downcast_ref::<RemindError>() {
        let stored = matches!(error, RemindError::Store(_));
        return Some(if stored { ErrorKind::Store } else { ErrorKind::InvalidRequest });
    }
    if error.is::<PayloadError>() {
        return Some(ErrorKind::InvalidRequest);
    }
    if let Some(error) = error.downcast_ref::<SharedError>() {
        let reached = !matches!(error, SharedError::Store(_) | SharedError::Contended(_));
        return Some(if reached { ErrorKind::Session } else { ErrorKind::Store });
    }
    if error.is::<StoreError>() {
        return Some(ErrorKind::Store);
    }
    error.downcast_ref::<TurnError>().map(TurnError::kind)
}

impl SendError {
    /// What it is about.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Draft(_) | Self::File { .. } | Self::UnknownNumber(_) | Self::NoTurn => {
                ErrorKind::InvalidRequest
            }
            Self::Graph(error) => error.kind().into(),
            Self::Store(_) => ErrorKind::Store,
            Self::Credentials(_) => ErrorKind::Credentials,
            Self::WindowClosed => ErrorKind::WindowClosed,
            Self::MarketingStopped | Self::MarketingCapped { .. } => ErrorKind::Held,
            Self::Unsettled => ErrorKind::Unsettled,
            Self::LeaseLost | Self::CutOff => ErrorKind::Unavailable,
        }
    }
}

impl From<GraphKind> for ErrorKind {
    fn from(kind: GraphKind) -> Self {
        match kind {
            GraphKind::Credentials => Self::Credentials,
            GraphKind::Permission | GraphKind::Account => Self::Permission,
            GraphKind::Recipient => Self::Recipient,
            GraphKind::WindowClosed => Self::WindowClosed,
            GraphKind::Pace | GraphKind::PairPace => Self::Pace,
            GraphKind::Spam | GraphKind::MarketingCap | GraphKind::OptedOut => Self::Held,
            GraphKind::Unavailable => Self::Unavailable,
            _ => Self::InvalidRequest,
        }
    }
}

/// Why a turn ended without the handler's own word.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TurnError {
    #[error("the handler ran longer than its deadline of {seconds} s")]
    Deadline { seconds: u64 },
    #[error("the handler panicked: {0}")]
    Panic(String),
    #[error("the program ended {attempts} times while this event was being handled")]
    CutOff { attempts: u32 },
}

impl TurnError {
    pub(crate) fn panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned());
        Self::Panic(text.unwrap_or_else(|| "no message".to_owned()))
    }

    fn kind(&self) -> ErrorKind {
        match self {
            Self::Deadline { .. } => ErrorKind::Deadline,
            Self::Panic(_) | Self::CutOff { .. } => ErrorKind::Panic,
        }
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self { inner: Inner::Source(Box::new(error)) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.inner {
            Inner::Unhandled => f.write_str("this kind of event is not handled"),
            Inner::Message(message) => f.write_str(message),
            Inner::Source(source) => source.fmt(f),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if let Inner::Source(source) = &self.inner {
            for cause in causes(&**source).skip(1) {
                write!(f, "\n  because {cause}")?;
            }
        }
        match self.mend() {
            Some(mend) => write!(f, "\n  mend: {mend}"),
            None => Ok(()),
        }
    }
}
