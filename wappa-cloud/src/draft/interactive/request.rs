//! Requests with a button of their own that people answer with what WhatsApp knows: where they are, who they are.

use serde_json::json;

use super::Around;
use crate::{
    draft::{Draft, DraftError, IntoDraft},
    limits::INTERACTIVE_BODY,
};

macro_rules! request {
    ($($(#[$doc:meta])* $name:ident $kind:literal $action:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[must_use]
        pub struct $name(Around);

        impl $name {
            /// The button below this text.
            pub fn new(body: impl Into<String>) -> Self {
                Self(Around::new(body))
            }

            /// Shortens a body that is longer than Meta allows: it ends in `…` then.
            pub fn fit(self) -> Self {
                Self(self.0.fit(&INTERACTIVE_BODY))
            }
        }

        impl IntoDraft for $name {
            fn into_draft(self) -> Result<Draft, DraftError> {
                self.0.into_draft($kind, &INTERACTIVE_BODY, json!({ "name": $action }))
            }
        }
    )*};
}

request! {
    /// Asks where the person is: a text of at most 1,024 characters above a *Send location* button (Meta: *Location
    /// request messages*). The answer is a location that quotes it.
    LocationRequest "location_request_message" "send_location";
    /// Asks for the person's own contact card (Meta: *Request contact information*): the way to a phone number of
    /// somebody who shares only a username. The text has at most 1,024 characters, the button's words are WhatsApp's.
    ContactInfoRequest "request_contact_info" "request_contact_info";
}
