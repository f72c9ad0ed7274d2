//! Signed payloads: ids that nobody but the bot can make.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Payload;

/// As many bytes of the HMAC as go into an id: 128 bits, 22 characters.
const BYTES: usize = 16;

/// Signs payloads. Give it to [`Router::state`](crate::router::Router::state), make ids with [`sign`](Self::sign), and
/// take them as `Tapped<Signed<T>>`.
///
/// A signature says that the bot made the id, not for whom: whether this person may do it is for the handler to check.
#[derive(Clone)]
pub struct TapKey(Hmac<Sha256>);

/// What was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed<T>(pub T);

/// A key that could be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a key to sign taps with has at least {BYTES} bytes, and this one has {0}: `openssl rand -hex 32` makes one"
)]
pub struct WeakKey(usize);

impl TapKey {
    /// A key of at least 16 bytes.
    ///
    /// # Errors
    /// It is shorter.
    pub fn new(key: impl AsRef<[u8]>) -> Result<Self, WeakKey> {
        let key = key.as_ref();
        if key.len() < BYTES {
            return Err(WeakKey(key.len()));
        }
        Hmac::new_from_slice(key).map(Self).map_err(|_| WeakKey(key.len()))
    }

    /// An id with 23 characters more than the payload's own.
    pub fn sign(&self, payload: &impl Payload) -> String {
        let mut id = payload.encode();
        let signature = self.0.clone().chain_update(&id).finalize().into_bytes();
        id.push('~');
        BASE64_URL_SAFE_NO_PAD.encode_string(&signature[..BYTES], &mut id);
        id
    }

    /// The payload's own id, if we signed it.
    pub(super) fn verified<'a>(&self, id: &'a str) -> Option<&'a str> {
        let (id, signature) = id.rsplit_once('~')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok().filter(|bytes| bytes.len() == BYTES)?;
        self.0.clone().chain_update(id).verify_truncated_left(&signature).ok()?;
        Some(id)
    }
}

impl std::fmt::Debug for TapKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TapKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Unread, *};

    struct Refund;

    impl Payload for Refund {
        const LONGEST: Option<usize> = Some(6);

        fn encode(&self) -> String {
            "Refund".to_owned()
        }

        fn decode(_: &str) -> Result<Self, Unread> {
            Ok(Self)
        }
    }

    #[test]
    fn only_what_was_signed_with_this_key_is_taken() {
        let key = TapKey::new([7; 32]).expect("a key");
        let id = key.sign(&Refund);
        assert_eq!(id.len(), "Refund".len() + 23);
        assert_eq!(key.verified(&id), Some("Refund"));
        let other = TapKey::new([8; 32]).expect("a key");
        assert_eq!(other.verified(&id), None);
        let forged = [
            "Refund".to_owned(),
            "Refund~".to_owned(),
            id.replace("Refund", "Payout"),
            id.replace('~', "~~"),
        ];
        for id in forged.into_iter().chain([id[..id.len() - 1].to_owned(), "Refund~AAAA".to_owned()]) {
            assert_eq!(key.verified(&id), None, "{id}");
        }
    }

    #[test]
    fn a_short_key_is_refused_and_no_key_is_shown() {
        assert_eq!(TapKey::new("secret").expect_err("too short"), WeakKey(6));
        assert_eq!(format!("{:?}", TapKey::new([7; 32])), "Ok(TapKey(…))");
    }
}
