//! The WhatsApp Business Cloud API in types: what Meta posts to a webhook, what can be sent, what Meta refuses and why.
//!
//! Parsing is open-world: what this version does not know becomes `Unknown` with its JSON kept, and one malformed item
//! costs that item alone. Drafts check Meta's limits when they are built. Nothing here starts a task or keeps state.
//!
//! How things are done: [`webhook`], [`guide::sending`], [`guide::interactive`], [`guide::templates`], [`guide::media`], [`flow`],
//! [`guide::management`], [`guide::errors`], [`codegen`], [`format`](mod@format).
//!
//! ```
//! use wappa_cloud::{Event, webhook};
//!
//! let body = br#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
//!   "metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},
//!   "messages":[{"from":"16505551234","id":"wamid.X","timestamp":"1739321024","type":"text","text":{"body":"hi"}}]}}]}]}"#;
//! let parsed = webhook::parse(body)?;
//! assert!(parsed.problems.is_empty());
//! let [Event::Message(message)] = &parsed.events[..] else { panic!("one message") };
//! assert_eq!(message.text(), Some("hi"));
//! # Ok::<(), webhook::NotJson>(())
//! ```

#![doc(test(attr(deny(warnings))))]

pub mod client;
pub mod code;
pub mod codegen;
mod draft;
mod event;
pub mod flow;
pub mod format;
pub mod guide;
mod id;
pub mod limits;
mod media;
mod phone;
mod raw;
mod recipient;
mod secret;
mod signature;
mod time;
mod transport;
pub mod webhook;

#[cfg(feature = "client")]
pub use self::client::{HttpConfig, HttpTransport};
pub use self::{
    client::{Accepted, Certainty, Garbled, Graph, GraphError, MediaInfo},
    code::{Code, ErrorKind, Retry},
    draft::*,
    event::*,
    id::*,
    media::{MediaKind, Motion},
    phone::{PhoneNumber, PhoneNumberError},
    raw::RawJson,
    recipient::{Address, Recipient},
    secret::{AccessToken, AppSecret, SipPassword, VerifyToken},
    signature::SignatureError,
    time::Timestamp,
    transport::*,
    webhook::{
        DedupKey, Delivery, Identity, IdentityChange, Item, ItemKind, Parsed, Price, Problem, ProblemKind,
        StatusLine,
    },
};
