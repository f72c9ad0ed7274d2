//! Messages that belong together: while they are collected, when it may have become quiet, and how they are told to a
//! handler of single ones.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use wappa_cloud::{Content, Event, Message};

/// A person who wrote in fragments may have been quiet for long enough.
#[derive(Debug, Clone)]
pub struct Quiet(Option<Open>);

/// Which bundle is being collected, and where it is kept meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) space: Arc<str>,
    pub(crate) key: Arc<str>,
    pub(crate) id: Arc<str>,
}

/// What a person wrote in fragments: the messages, in the order in which they came.
#[derive(Debug)]
pub struct Bundle(Vec<Message>);

impl Quiet {
    /// Of what we wrote ourselves; something else is no bundle.
    pub(super) fn read(body: &[u8]) -> Self {
        Self(serde_json::from_slice(body).ok())
    }

    pub(crate) fn into_open(self) -> Option<Open> {
        self.0
    }
}

impl Open {
    pub(crate) fn to_bytes(&self) -> Bytes {
        serde_json::to_vec(self).unwrap_or_default().into()
    }
}

impl Bundle {
    /// How it is queued, of the messages as they were stored.
    pub(crate) fn bytes(messages: &[Box<RawValue>]) -> Bytes {
        serde_json::to_vec(messages).unwrap_or_default().into()
    }

    /// The messages as they were stored.
    pub(crate) fn bodies(body: &[u8]) -> Vec<Bytes> {
        let bodies: Vec<Box<RawValue>> = serde_json::from_slice(body).unwrap_or_default();
        bodies.iter().map(|body| Bytes::copy_from_slice(body.get().as_bytes())).collect()
    }

    pub(super) fn read(body: &[u8]) -> Self {
        let message = |body| match Event::read_shared(body) {
            Event::Message(message) => Some(*message),
            _ => None,
        };
        Self(Self::bodies(body).iter().filter_map(message).collect())
    }

    /// The messages.
    pub fn messages(&self) -> &[Message] {
        &self.0
    }

    pub(crate) fn into_messages(self) -> Vec<Message> {
        self.0
    }
}

/// The same with texts that follow each other as one, their lines below each other, where both are fragments. Such a text
/// is the last of them otherwise; what it answers, and the advertisement it came by, may be those of an earlier one.
pub(crate) fn joined(messages: Vec<Message>, is_fragment: impl Fn(&Message) -> bool) -> Vec<Message> {
    let mut all: Vec<Message> = Vec::with_capacity(messages.len());
    let mut goes_on = false;
    for mut message in messages {
        let is_part = is_fragment(&message) && message.text().is_some();
        if let Content::Text(text) = &mut message.content
            && let Some(last) = all.pop_if(|_| is_part && goes_on)
        {
            text.insert(0, '\n');
            text.insert_str(0, last.text().unwrap_or_default());
            message.context = message.context.or(last.context);
            message.referral = message.referral.or(last.referral);
        }
        goes_on = is_part;
        all.push(message);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    #[test]
    fn what_we_did_not_write_is_no_bundle() {
        for body in [&b""[..], b"null", b"{\"key\":1}", b"[1,{}]", b"\xff"] {
            assert!(Bundle::read(body).messages().is_empty(), "{body:?}");
            assert_eq!(Quiet::read(body).into_open(), None, "{body:?}");
        }
        let open = Open { space: "bundle/1".into(), key: "0".into(), id: "f".into() };
        assert_eq!(Quiet::read(&open.to_bytes()).into_open(), Some(open));
        assert_eq!(Bundle::bodies(&Bundle::bytes(&[said("{\"a\":1}"), said("2")])), ["{\"a\":1}", "2"]);
    }
}
