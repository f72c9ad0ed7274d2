//! What comes back from the richer things a bot sends: completed flows, addresses, permissions to call; and what a person
//! does to a message they sent before.

use std::{borrow::Cow, collections::BTreeMap};

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{
    content::Content,
    lax::{FromJson, facts, members, word, words},
    message::Context,
};
use crate::{id::MessageId, time::Timestamp};

/// A completed flow (Meta: *WhatsApp Flows, receiving the response*).
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct FlowReply {
    /// `flow`, unless Meta adds other kinds of forms.
    pub name: Option<String>,
    /// What the person sees of it, like `Sent`.
    pub body: Option<String>,
    /// What the flow's last screen gave: JSON, as text. [`response`](Self::response) reads it.
    pub response_json: String,
}

impl FlowReply {
    /// Reads what the flow's last screen gave. Where it gave nothing it is an empty object, and JSON that was written as a
    /// text once more is read all the same.
    ///
    /// # Errors
    /// It has another shape, or is no JSON.
    pub fn response<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.json())
    }

    fn json(&self) -> Cow<'_, str> {
        match self.response_json.trim() {
            "" | "null" => "{}".into(),
            text if text.starts_with('"') => {
                serde_json::from_str::<String>(text).map_or(text.into(), Cow::Owned)
            }
            text => text.into(),
        }
    }

    /// The token the flow was sent with.
    pub fn flow_token(&self) -> Option<String> {
        let json = self.json();
        let raw: &RawValue = serde_json::from_str(&json).ok()?;
        members(raw)?.into_iter().find(|(key, _)| key == "flow_token").and_then(|(_, value)| word(value))
    }
}

facts! {
    /// An address that a person filled in (Meta: *Address messages*, India).
    pub struct AddressReply {
        /// The one of the offered addresses that was chosen.
        saved_address_id: Option<String>,
        /// The address, by the names of Meta's form.
        values: Option<BTreeMap<String, String>>,
    }
    /// The answer to a request for permission to call (Meta: *Call permission requests*).
    pub struct CallPermissionReply {
        /// Yes or no.
        answer as "response": Option<PermissionAnswer>,
        /// Whether it holds until it is taken back.
        is_permanent: Option<bool>,
        /// Until when it holds.
        expires as "expiration_timestamp": Option<Timestamp>,
        /// Who decided.
        source as "response_source": Option<PermissionSource>,
    }
    /// A message taken back, within two days (only for numbers also in use in the WhatsApp Business app).
    pub struct Revoke {
        /// The message.
        original_message_id as "original_message_id" | "message_id": Option<MessageId>,
    }
}

words! {
    /// The answer to a request for permission to call.
    pub enum PermissionAnswer {
        /// Calls are welcome.
        Accept = "accept",
        /// They are not.
        Reject = "reject",
    }
    /// Who decided about calls.
    pub enum PermissionSource {
        /// The person tapped.
        UserAction = "user_action",
        /// WhatsApp did, as the person had called.
        Automatic = "automatic",
    }
}

/// A message changed, within 15 minutes (only for numbers also in use in the WhatsApp Business app).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Edit {
    /// The message.
    pub original_message_id: Option<MessageId>,
    /// What it contains now.
    pub content: Content,
    /// What it refers to now.
    pub context: Option<Context>,
}

impl FromJson for BTreeMap<String, String> {
    fn from_json(raw: &RawValue) -> Option<Self> {
        let known = |(key, value): (Cow<'_, str>, &RawValue)| Some((key.into_owned(), word(value)?));
        Some(members(raw)?.into_iter().filter_map(known).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Answer {
        name: String,
        age: Option<u8>,
    }

    fn reply(response_json: &str) -> FlowReply {
        FlowReply { response_json: response_json.to_owned(), ..FlowReply::default() }
    }

    #[test]
    fn a_response_is_read_in_whatever_shape_it_comes() {
        let ana = |age| Answer { name: "Ana".into(), age };
        for (json, token, answer) in [
            (r#"{"flow_token":"t","name":"Ana","age":7}"#, Some("t"), ana(Some(7))),
            (r#" {"name":"Ana","age":null} "#, None, ana(None)),
            (r#""{\"flow_token\":\"t\",\"name\":\"Ana\"}""#, Some("t"), ana(None)),
            (
                r#"{"flow_token":12,"name":"Ana","wa_flow_response_params":{"flow_id":"1"}}"#,
                Some("12"),
                ana(None),
            ),
            (r#"{"flow_token":"t"}"#, Some("t"), Answer::default()),
            ("{}", None, Answer::default()),
            ("", None, Answer::default()),
            ("null", None, Answer::default()),
        ] {
            let reply = reply(json);
            assert_eq!(reply.response::<Answer>().unwrap(), answer, "{json}");
            assert_eq!(reply.flow_token().as_deref(), token, "{json}");
        }
        for json in ["{oops", r#"{"name":{"first":"Ana"}}"#, "[1]x", "7"] {
            assert!(reply(json).response::<Answer>().is_err(), "{json}");
        }
    }
}
