//! A draft that is kept and sent later, as it is now.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Draft, DraftError, DraftKind, Endpoint, IDENTITY};
use crate::{id::MessageId, recipient::AllowsUserId};

/// Everything that stands beside a body, as its key.
const BESIDE: [&str; 3] = [IDENTITY, "product_policy", "message_activity_sharing"];
const ENDPOINTS: [Endpoint; 2] = [Endpoint::Messages, Endpoint::MarketingMessages];

#[derive(Serialize, Deserialize)]
struct Stored {
    kind: String,
    body: String,
    reply_to: Option<String>,
    by_user_id: bool,
    endpoint: String,
    beside: Vec<(String, String)>,
}

impl Draft {
    /// Itself as JSON, for [`from_stored`](Self::from_stored).
    ///
    /// # Errors
    /// It names a file that must be uploaded first: the bytes are not kept.
    pub fn to_stored(&self) -> Result<Box<RawValue>, DraftError> {
        if self.upload.is_some() {
            let why =
                "a file cannot be kept with a message that is sent later: upload it first and send its id";
            return Err(DraftError::wrong(self.kind.as_str(), why));
        }
        let stored = Stored {
            kind: self.kind.as_str().to_owned(),
            body: self.body.clone(),
            reply_to: self.reply_to.as_ref().map(|id| id.as_str().to_owned()),
            by_user_id: self.allows == AllowsUserId::Yes,
            endpoint: self.endpoint.as_str().to_owned(),
            beside: self.beside.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect(),
        };
        serde_json::value::to_raw_value(&stored).map_err(|_| unreadable(self.kind.as_str()))
    }

    /// The draft that [`to_stored`](Self::to_stored) wrote.
    ///
    /// # Errors
    /// This is something else, or was written by a later version.
    pub fn from_stored(stored: &RawValue) -> Result<Self, DraftError> {
        let stored: Stored = serde_json::from_str(stored.get()).map_err(|_| unreadable("draft"))?;
        let kind = DraftKind::of(&stored.kind);
        let endpoint = ENDPOINTS.into_iter().find(|endpoint| endpoint.as_str() == stored.endpoint);
        let (Some(kind), Some(endpoint)) = (kind, endpoint) else { return Err(unreadable("draft")) };
        let beside = stored.beside.into_iter().map(|(key, value)| {
            let known = BESIDE.into_iter().find(|known| *known == key);
            known.map(|known| (known, value)).ok_or_else(|| unreadable("draft"))
        });
        Ok(Self {
            kind,
            body: stored.body,
            upload: None,
            reply_to: stored.reply_to.map(MessageId::from),
            allows: if stored.by_user_id { AllowsUserId::Yes } else { AllowsUserId::No },
            endpoint,
            beside: beside.collect::<Result<_, _>>()?,
        })
    }
}

fn unreadable(field: &str) -> DraftError {
    DraftError::wrong(field, "this is no draft that this version has kept")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::{Image, IntoDraft, Template, Text};

    #[test]
    fn a_draft_is_kept_whole() {
        let text = Text::new("¿Hay *alguien*? 👋").into_draft().unwrap().reply_to(MessageId::from("wamid.1"));
        let template = Template::new("hello_world", "en_US").into_draft().unwrap().only_for_identity("h");
        for draft in [text, template] {
            let again = Draft::from_stored(&draft.to_stored().unwrap()).unwrap();
            assert_eq!(again, draft);
            assert_eq!(again.fingerprint(), draft.fingerprint());
        }
    }

    #[test]
    fn files_and_strange_json_are_refused() {
        let file = Image::path("a.png").into_draft().unwrap();
        assert!(file.to_stored().unwrap_err().to_string().contains("upload it first"));
        for strange in ["{}", "null", "[]", r#"{"kind":"text"}"#] {
            let strange = RawValue::from_string(strange.to_owned()).unwrap();
            assert!(Draft::from_stored(&strange).is_err());
        }
    }
}
