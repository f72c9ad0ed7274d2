//! How Meta says no: error code, HTTP status and body. When to say it is decided elsewhere.

use serde_json::{Value, json};

/// A refusal by Graph (Meta's page "Cloud API: error codes").
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: u32,
    subcode: Option<u32>,
    message: Option<String>,
    details: Option<String>,
    /// What stands beside the error, where a call was done in part.
    outcome: Option<Box<Value>>,
}

impl Refusal {
    /// A refusal with Meta's words for the code, and details about this request.
    pub(crate) fn new(code: u32, details: impl Into<String>) -> Self {
        Self { code, subcode: None, message: None, details: Some(details.into()), outcome: None }
    }

    /// Code 100 says in its message what is wrong and carries no details.
    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self { code: 100, subcode: None, message: Some(message.into()), details: None, outcome: None }
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(131_008, format!("Required parameter '{parameter}' is missing."))
    }

    pub(crate) fn invalid(parameter: &str, why: impl AsRef<str>) -> Self {
        Self::new(131_009, format!("Parameter '{parameter}' {}.", why.as_ref()))
    }

    pub(crate) fn callback() -> Self {
        Self {
            code: 2200,
            subcode: None,
            message: Some(
                "(#2200) Callback verification failed: the address did not echo the challenge".to_owned(),
            ),
            details: None,
            outcome: None,
        }
    }

    pub(crate) fn no_token() -> Self {
        Self {
            code: 200,
            subcode: None,
            message: Some("Provide valid app ID".to_owned()),
            details: None,
            outcome: None,
        }
    }

    pub(crate) fn token() -> Self {
        Self {
            code: 190,
            subcode: None,
            message: Some("Invalid OAuth access token - Cannot parse access token".to_owned()),
            details: None,
            outcome: None,
        }
    }

    pub(crate) fn token_expired() -> Self {
        Self {
            code: 190,
            subcode: Some(463),
            message: Some("Error validating access token: Session has expired".to_owned()),
            details: None,
            outcome: None,
        }
    }

    pub(crate) fn no_such_object(method: &str, id: &str) -> Self {
        Self {
            code: 100,
            subcode: Some(33),
            message: Some(format!(
                "Unsupported {} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
                 permissions, or does not support this operation. Please read the Graph API documentation at \
                 https://developers.facebook.com/docs/graph-api",
                method.to_ascii_lowercase()
            )),
            details: None,
            outcome: None,
        }
    }

    pub(crate) fn unknown_path(path: &str) -> Self {
        Self {
            code: 2500,
            subcode: None,
            message: Some(format!("Unknown path components: /{path}")),
            details: None,
            outcome: None,
        }
    }

    /// Adds what was done all the same.
    pub(crate) fn beside(mut self, outcome: Value) -> Self {
        self.outcome = Some(Box::new(outcome));
        self
    }

    /// As webhooks and lists of failures write it.
    pub(crate) fn brief(&self) -> Value {
        json!({
            "code": self.code, "title": self.title(), "message": self.title(),
            "error_data": {"details": self.details()}
        })
    }

    /// Meta's short words for the code.
    pub(crate) fn title(&self) -> &'static str {
        title(self.code)
    }

    pub(crate) fn details(&self) -> &str {
        self.details.as_deref().or(self.message.as_deref()).unwrap_or_default()
    }

    pub(crate) fn http_status(&self) -> u16 {
        match self.code {
            // The answer to a parameter or path that Graph doesn't know is 400 whatever the object.
            100 | 2500 => 400,
            code => wappa_cloud::code::lookup(code).and_then(|code| code.http).unwrap_or(400),
        }
    }

    pub(crate) fn body(&self, fbtrace: &str) -> Value {
        let message = match (&self.message, self.code, self.subcode) {
            (Some(message), 100, None) => format!("(#100) {message}"),
            (Some(message), ..) => message.clone(),
            (None, code, _) => format!("(#{code}) {}", self.title()),
        };
        let kind = if self.subcode == Some(33) { "GraphMethodException" } else { "OAuthException" };
        let mut error = json!({ "message": message, "type": kind, "code": self.code, "fbtrace_id": fbtrace });
        if let (Some(details), Some(error)) = (&self.details, error.as_object_mut()) {
            error.insert("error_data".into(), json!({ "messaging_product": "whatsapp", "details": details }));
        }
        if let (Some(subcode), Some(error)) = (self.subcode, error.as_object_mut()) {
            error.insert("error_subcode".into(), json!(subcode));
        }
        let mut body = json!({ "error": error });
        if let (Some(outcome), Some(body)) =
            (self.outcome.as_deref().and_then(Value::as_object), body.as_object_mut())
        {
            body.extend(outcome.clone());
        }
        body
    }
}

fn title(code: u32) -> &'static str {
    let known = TITLES.iter().find(|(known, _)| *known == code).map(|(_, title)| *title);
    // A fault may ask for any code there is; our own words stand in for Meta's.
    known.or_else(|| wappa_cloud::code::lookup(code).map(|row| row.cause)).unwrap_or("Something went wrong")
}

/// What this world can refuse with, in Meta's words.
const TITLES: &[(u32, &str)] = &[
    (10, "Application does not have permission for this action"),
    (100, "Invalid parameter"),
    (190, "Invalid OAuth access token"),
    (368, "Temporarily blocked for policies violations"),
    (130_429, "Rate limit hit"),
    (130_472, "User's number is part of an experiment"),
    (130_497, "Business account is restricted from messaging users in this country"),
    (131_005, "Access denied"),
    (131_008, "Required parameter is missing"),
    (131_009, "Parameter value is not valid"),
    (131_021, "Recipient cannot be sender"),
    (131_026, "Message undeliverable"),
    (131_030, "Recipient phone number not in allowed list"),
    (131_031, "Business Account locked"),
    (131_037, "WhatsApp provided number needs display name approval before message can be sent"),
    (131_041, "Unknown group"),
    (131_042, "Business eligibility payment issue"),
    (131_045, "Incorrect certificate"),
    (131_047, "Re-engagement message"),
    (131_048, "Spam rate limit hit"),
    (131_049, "This message was not delivered to maintain healthy ecosystem engagement"),
    (131_050, "User has stopped marketing messages"),
    (131_051, "Unsupported message type"),
    (131_053, "Media upload error"),
    (131_056, "(Business Account, Consumer Account) pair rate limit hit"),
    (131_057, "Business Account is in maintenance mode"),
    (131_062, "Business-scoped user id is not supported for this message"),
    (131_063, "Marketing templates are disabled on Cloud API"),
    (131_064, "Messaging limited due to template misclassification"),
    (132_000, "Number of parameters does not match the expected number of params"),
    (132_001, "Template name does not exist in the translation"),
    (132_005, "Translated text too long"),
    (132_012, "Parameter format does not match format in the created template"),
    (132_015, "Template is Paused"),
    (132_016, "Template is Disabled"),
    (133_010, "Phone number not registered"),
    (137_000, "Recipient identity key hash mismatch"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_can_be_said_is_in_the_table_of_codes() {
        for (code, _) in TITLES {
            assert!(wappa_cloud::code::lookup(*code).is_some(), "{code} is unknown to wappa-cloud");
        }
    }

    #[test]
    fn a_refusal_has_metas_shape() {
        let body = Refusal::missing("text.body").body("Atrace");
        assert_eq!(body["error"]["message"], "(#131008) Required parameter is missing");
        assert_eq!(body["error"]["type"], "OAuthException");
        assert_eq!(body["error"]["code"], 131_008);
        assert_eq!(body["error"]["error_data"]["details"], "Required parameter 'text.body' is missing.");
        assert_eq!(body["error"]["fbtrace_id"], "Atrace");
        assert_eq!(Refusal::token().http_status(), 401);
        assert_eq!(Refusal::no_such_object("POST", "1").body("A")["error"]["error_subcode"], 33);
    }
}
