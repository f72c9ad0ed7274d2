//! Meta's ids, each a type of its own so that one cannot stand where another belongs. They are opaque: never altered.

use std::{borrow::Borrow, fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, de::Visitor};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Cheap to clone. Read from a JSON string or number, as Meta uses both.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as Meta gave it.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The same text without a copy.
            pub fn shared(&self) -> Arc<str> {
                Arc::clone(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.into())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id.into())
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_any(StringOrNumber).map(Self)
            }
        }
    )*};
}

ids! {
    /// The id of a business phone number, which is not the phone number itself (Meta: *Phone numbers*).
    PhoneNumberId;
    /// The id of a WhatsApp Business Account.
    WabaId;
    /// The id of a Meta app.
    AppId;
    /// The id of a message: `wamid.…`, or `wacid.…` for voicemail.
    MessageId;
    /// The id of an uploaded or received file. Uploaded ones live 30 days, received ones 7 (Meta: *Media*).
    MediaId;
    /// A person's WhatsApp id: mostly their phone number in digits, but not always.
    WaId;
    /// A business-scoped user id (BSUID), like `US.13491208655302741918`: the same person has another one with another
    /// business portfolio.
    UserId;
    /// A parent business-scoped user id, like `US.ENT.…`, shared by linked portfolios.
    ParentUserId;
    /// The id of a group.
    GroupId;
    /// The id of a call: `wacid.…`.
    CallId;
    /// The id of a template in one language.
    TemplateId;
    /// The id of a Flow.
    FlowId;
    /// The id of a business portfolio.
    BusinessId;
    /// The id of a multi-partner solution.
    SolutionId;
    /// The id of any other object of the Graph API.
    ObjectId;
}

struct StringOrNumber;

impl Visitor<'_> for StringOrNumber {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E>(self, id: &str) -> Result<Arc<str>, E> {
        Ok(id.into())
    }

    fn visit_u64<E>(self, id: u64) -> Result<Arc<str>, E> {
        Ok(id.to_string().into())
    }

    fn visit_i64<E>(self, id: i64) -> Result<Arc<str>, E> {
        Ok(id.to_string().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_from_strings_and_numbers() {
        assert_eq!(serde_json::from_str::<WabaId>("\"12\"").unwrap(), WabaId::from("12"));
        assert_eq!(serde_json::from_str::<WabaId>("12").unwrap().as_str(), "12");
        assert!(serde_json::from_str::<WabaId>("[]").is_err());
        assert_eq!(serde_json::to_string(&WabaId::from("12")).unwrap(), "\"12\"");
    }
}
