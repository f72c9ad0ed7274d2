//! Why a request to a Flow's endpoint is not answered with a screen, and the status that tells WhatsApp so.

/// A request to a Flow's endpoint was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct FlowError {
    kind: FlowErrorKind,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlowErrorKind {
    /// The body is not the three base64 texts that Meta sends.
    #[error("the body is not an encrypted Flow request")]
    Malformed,
    /// It was not encrypted for this key. Told so, WhatsApp fetches the public key again and tries once more.
    #[error("the request was not encrypted for this key: is its public half registered for the number?")]
    Undecryptable,
    /// What was encrypted is not a Flow request.
    #[error("what was encrypted is not a Flow request")]
    Unreadable,
    /// Nobody of ours signed the body.
    #[error("the signature is missing or wrong")]
    Signature,
    /// The answer cannot be written as JSON.
    #[error("the answer cannot be written as JSON")]
    Answer,
}

impl FlowError {
    /// What is wrong.
    pub fn kind(&self) -> FlowErrorKind {
        self.kind
    }

    /// The HTTP status that says it (Meta: *Error Codes, Endpoint*).
    pub fn status(&self) -> u16 {
        match self.kind {
            FlowErrorKind::Malformed | FlowErrorKind::Unreadable => 400,
            FlowErrorKind::Undecryptable => 421,
            FlowErrorKind::Signature => 432,
            FlowErrorKind::Answer => 500,
        }
    }
}

impl From<FlowErrorKind> for FlowError {
    fn from(kind: FlowErrorKind) -> Self {
        Self { kind }
    }
}
