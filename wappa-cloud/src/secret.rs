//! Secrets: without `Display`, with a `Debug` that shows nothing, wiped from memory when dropped.

use std::{fmt, sync::Arc};

use hmac::{Hmac, KeyInit};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Arc<SecretString>);

        impl $name {
            /// Takes the secret.
            pub fn new(secret: impl Into<String>) -> Self {
                Self(Arc::new(SecretString::from(secret.into())))
            }

            /// The secret itself.
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        /// Takes as long whether they are the same or not.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
            }
        }

        impl Eq for $name {}

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

secrets! {
    /// The token that calls to the Graph API are authorised with.
    AccessToken;
    /// The word of your own that Meta's handshake must name (Meta: *Webhooks, Verification requests*).
    VerifyToken;
    /// The password with which Meta signs in to a SIP server of the business.
    SipPassword;
}

impl VerifyToken {
    /// Whether `given` is this token. Takes as long whether it is or not.
    pub fn matches(&self, given: &str) -> bool {
        self.expose().as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// The secret of an app, with which Meta signs webhooks.
#[derive(Clone)]
pub struct AppSecret {
    secret: SecretString,
    /// Keyed once and cloned for each body.
    pub(crate) mac: Hmac<Sha256>,
}

impl AppSecret {
    /// Takes the secret.
    pub fn new(secret: impl Into<String>) -> Self {
        let secret = SecretString::from(secret.into());
        let mac =
            Hmac::new_from_slice(secret.expose_secret().as_bytes()).expect("HMAC takes keys of any length");
        Self { secret, mac }
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        self.secret.expose_secret()
    }
}

impl fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show() {
        let shown = format!(
            "{:?} {:?} {:?}",
            AccessToken::new("EAAB"),
            VerifyToken::new("EAAB"),
            AppSecret::new("EAAB")
        );
        assert!(!shown.contains("EAAB"), "{shown}");
        assert!(shown.contains("AccessToken"));
    }

    #[test]
    fn verify_tokens_are_compared_whole() {
        let token = VerifyToken::new("verify");
        assert!(token.matches("verify"));
        for wrong in ["", "verif", "verify ", "VERIFY"] {
            assert!(!token.matches(wrong), "{wrong}");
        }
    }
}
