//! One-time passwords.

use serde_json::json;

use crate::{
    draft::{Draft, DraftError, DraftKind, IntoDraft, required},
    limits::COUPON_CODE,
    recipient::AllowsUserId,
};

/// A one-time password by an authentication template (Meta: *Authentication templates*), whether its button copies the
/// code or hands it over by itself. The code, at most 15 characters, goes into body and button alike.
///
/// Meta takes a phone number for these, never a business-scoped user id (131062): to somebody known by their user id
/// alone the draft is refused before the call.
///
/// ```
/// use wappa_cloud::{AuthenticationTemplate, IntoDraft, Recipient, UserId};
///
/// let draft = AuthenticationTemplate::new("login_code", "en_US", "482917").into_draft()?;
/// assert!(draft.to_json(&Recipient::from(UserId::from("US.1349120865530274")), None).is_err());
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct AuthenticationTemplate {
    name: String,
    language: String,
    code: String,
}

impl AuthenticationTemplate {
    /// This code, by the template of this name in this language.
    pub fn new(name: impl Into<String>, language: impl Into<String>, code: impl Into<String>) -> Self {
        Self { name: name.into(), language: language.into(), code: code.into() }
    }
}

impl std::fmt::Debug for AuthenticationTemplate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthenticationTemplate").field("name", &self.name).finish_non_exhaustive()
    }
}

impl IntoDraft for AuthenticationTemplate {
    fn into_draft(self) -> Result<Draft, DraftError> {
        super::name_and_language(&self.name, &self.language)?;
        // Not `within`: an error must not show how the code begins.
        required(&COUPON_CODE, &self.code).map_err(DraftError::without_beginning)?;
        let code = json!([{ "type": "text", "text": self.code }]);
        let body = json!({
            "name": self.name,
            "language": { "code": self.language },
            "components": [
                { "type": "body", "parameters": code },
                { "type": "button", "sub_type": "url", "index": "0", "parameters": code },
            ],
        });
        Ok(Draft { allows: AllowsUserId::No, ..Draft::new(DraftKind::Template, &body)? })
    }
}
