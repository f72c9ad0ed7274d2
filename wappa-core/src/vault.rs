//! Tokens that were replaced while a bot ran, kept for its next start: encrypted with AES-256-GCM under a key that the
//! store never sees, and forgotten when the settings name a token of their own again.

use std::{collections::HashMap, fmt, str::FromStr, sync::Arc};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use wappa_cloud::{AccessToken, PhoneNumberId};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    clock::Clock,
    numbers::Numbers,
    outbox::SendError,
    store::{Expected, Store, StoreError, ValueWrite},
};

/// The shelf's space.
const SPACE: &str = "vault/tokens";
/// The first byte of what is kept: version, key, nonce, then what is encrypted.
const VERSION: u8 = 1;
const KEY_NAME: usize = 4;
const NONCE: usize = 12;
const PRINT: usize = 32;

/// A key of 256 bits that tokens are kept under. Has no `Display`, shows nothing in `Debug`, and is wiped when dropped.
#[derive(Clone)]
pub struct VaultKey([u8; 32]);

impl Drop for VaultKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// It is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key is 64 hexadecimal digits: make one with `openssl rand -hex 32`")]
pub struct VaultKeyError;

/// A token could not be kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeepTokenError {
    /// No key was given.
    #[error(
        "a token is kept encrypted or not at all, and there is no key: set WAPPA_TOKEN_KEYS (`openssl rand -hex 32`), \
         or use set_token, which lasts until the process ends"
    )]
    NoKey,
    /// Not our number, or its tokens are kept elsewhere.
    #[error(transparent)]
    Number(#[from] SendError),
    /// It could not be encrypted.
    #[error("the token could not be encrypted")]
    Sealing,
    /// The store did not answer.
    #[error("the token could not be written")]
    Store(#[from] StoreError),
}

impl FromStr for VaultKey {
    type Err = VaultKeyError;

    fn from_str(digits: &str) -> Result<Self, VaultKeyError> {
        let mut key = Self([0; 32]);
        hex::decode_to_slice(digits.trim(), &mut key.0).map_err(|_| VaultKeyError)?;
        Ok(key)
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(…)")
    }
}

impl VaultKey {
    /// What tells it from other keys and nothing about it.
    fn name(&self) -> [u8; KEY_NAME] {
        let mut name = [0; KEY_NAME];
        let hash = Sha256::new().chain_update(b"wappa vault key\0").chain_update(self.0).finalize();
        name.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        name
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.0.into())
    }

    fn seal(&self, number: &PhoneNumberId, open: &[u8]) -> Result<Bytes, KeepTokenError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| KeepTokenError::Sealing)?;
        let about = about(number);
        let sealed = self.cipher().encrypt(&nonce.into(), Payload { msg: open, aad: &about });
        let sealed = sealed.map_err(|_| KeepTokenError::Sealing)?;
        Ok([&[VERSION][..], &self.name(), &nonce, &sealed].concat().into())
    }
}

/// What a sealed token belongs to: it cannot be put in another number's place.
fn about(number: &PhoneNumberId) -> Vec<u8> {
    [b"wappa token\0", number.as_str().as_bytes()].concat()
}

/// Tokens at rest. One per bot.
pub(crate) struct Vault {
    keys: Vec<VaultKey>,
    /// What the settings said, by its hash: a kept token counts as long as they say the same.
    configured: HashMap<PhoneNumberId, [u8; PRINT]>,
}

impl Vault {
    /// The first key encrypts, all of them decrypt.
    pub(crate) fn new(keys: Vec<VaultKey>, numbers: &dyn Numbers) -> Self {
        let configured = numbers.all().into_iter().map(|number| (number.id.clone(), print(&number.token)));
        Self { keys, configured: configured.collect() }
    }

    /// Writes a token down, for this number.
    pub(crate) async fn keep(
        &self,
        store: &dyn Store,
        clock: &dyn Clock,
        number: &PhoneNumberId,
        token: &AccessToken,
    ) -> Result<(), KeepTokenError> {
        let key = self.keys.first().ok_or(KeepTokenError::NoKey)?;
        let configured = self.configured.get(number);
        let configured = configured.ok_or_else(|| SendError::UnknownNumber(number.to_string()))?;
        let open = Zeroizing::new([configured, token.expose().as_bytes()].concat());
        put(store, clock, number, Some(key.seal(number, &open)?)).await?;
        Ok(())
    }

    /// Gives the numbers their kept tokens back. What the settings say anew counts more; what no key opens is left
    /// where it is, and said.
    pub(crate) async fn recall(
        &self,
        store: &dyn Store,
        clock: &dyn Clock,
        numbers: &dyn Numbers,
    ) -> Result<(), StoreError> {
        for number in numbers.all() {
            let Some(kept) = store.value(SPACE, number.id.as_str(), clock.now()).await? else { continue };
            let Some((key, open)) = self.open(&number.id, &kept.body) else {
                tracing::error!(
                    number = %number.id,
                    "a kept token cannot be decrypted: WAPPA_TOKEN_KEYS no longer names its key; the token of the \
                     settings is used"
                );
                continue;
            };
            let Some((configured, token)) = open.split_at_checked(PRINT) else { continue };
            if self.configured.get(&number.id).is_none_or(|now| now[..] != *configured) {
                tracing::info!(number = %number.id, "the settings name another token than before: the kept one is forgotten");
                put(store, clock, &number.id, None).await?;
                continue;
            }
            let Ok(text) = std::str::from_utf8(token) else { continue };
            numbers.set_token(number.id.as_str(), AccessToken::new(text));
            tracing::info!(number = %number.id, "the token that was kept is used");
            if let Some(newest) = self.keys.first().filter(|_| key > 0)
                && let Ok(sealed) = newest.seal(&number.id, &open)
            {
                put(store, clock, &number.id, Some(sealed)).await?;
            }
        }
        Ok(())
    }

    /// Which key opens it, and what it holds.
    fn open(&self, number: &PhoneNumberId, body: &[u8]) -> Option<(usize, Zeroizing<Vec<u8>>)> {
        let (&VERSION, rest) = body.split_first()? else { return None };
        let (name, rest) = rest.split_at_checked(KEY_NAME)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE)?;
        let nonce = <[u8; NONCE]>::try_from(nonce).ok()?;
        let about = about(number);
        let mut fitting = self.keys.iter().enumerate().filter(|(_, key)| key.name() == *name);
        fitting.find_map(|(at, key)| {
            let open = key.cipher().decrypt(&nonce.into(), Payload { msg: sealed, aad: &about }).ok()?;
            Some((at, Zeroizing::new(open)))
        })
    }
}

fn print(token: &AccessToken) -> [u8; PRINT] {
    Sha256::digest(token.expose()).into()
}

async fn put(
    store: &dyn Store,
    clock: &dyn Clock,
    number: &PhoneNumberId,
    body: Option<Bytes>,
) -> Result<(), StoreError> {
    let write = ValueWrite {
        space: SPACE.into(),
        key: Arc::from(number.as_str()),
        expected: Expected::Anything,
        body,
        expires_at: None,
        now: clock.now(),
    };
    store.put_value(write).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::SystemClock,
        numbers::{App, Number, StaticNumbers},
        store::{MemoryLimits, MemoryStore},
    };

    const ID: &str = "106540352242922";

    fn key(digit: char) -> VaultKey {
        digit.to_string().repeat(64).parse().unwrap()
    }

    fn numbers(token: &str) -> StaticNumbers {
        let app = Arc::new(App { name: "app".into(), secrets: Vec::new() });
        let number = |id: &str| Number {
            id: id.into(),
            token: AccessToken::new(token),
            business_account: None,
            app: Arc::clone(&app),
            portfolio: "".into(),
        };
        StaticNumbers::new([number(ID), number("2")], wappa_cloud::VerifyToken::new("verify"))
    }

    /// The token a bot has that starts with these keys and this token in its settings.
    async fn started(store: &MemoryStore, keys: &[VaultKey], configured: &str) -> String {
        let numbers = numbers(configured);
        Vault::new(keys.to_vec(), &numbers).recall(store, &SystemClock, &numbers).await.unwrap();
        numbers.number(ID).unwrap().token.expose().to_owned()
    }

    async fn keep(store: &MemoryStore, keys: &[VaultKey], token: &str) -> Result<(), KeepTokenError> {
        let vault = Vault::new(keys.to_vec(), &numbers("configured"));
        vault.keep(store, &SystemClock, &ID.into(), &AccessToken::new(token)).await
    }

    async fn body(store: &MemoryStore) -> Option<Bytes> {
        store.value(SPACE, ID, SystemClock.now()).await.unwrap().map(|value| value.body)
    }

    #[tokio::test]
    async fn a_kept_token_is_encrypted_and_comes_back() {
        let store = MemoryStore::new(MemoryLimits::default());
        keep(&store, &[key('a')], "EAAB-replaced").await.unwrap();
        let first = body(&store).await.unwrap();
        assert!(!first.windows(4).any(|window| window == b"EAAB"), "nothing of it stands there in the open");
        assert_eq!(started(&store, &[key('a')], "configured").await, "EAAB-replaced");
        keep(&store, &[key('a')], "EAAB-replaced").await.unwrap();
        assert_ne!(body(&store).await.unwrap(), first, "no nonce is used twice");
    }

    #[tokio::test]
    async fn keys_are_rotated() {
        let store = MemoryStore::new(MemoryLimits::default());
        keep(&store, &[key('a')], "replaced").await.unwrap();
        assert_eq!(started(&store, &[key('b')], "configured").await, "configured", "of another key");
        assert_eq!(started(&store, &[key('b'), key('a')], "configured").await, "replaced");
        assert_eq!(started(&store, &[key('b')], "configured").await, "replaced", "under the new key since");
        assert_eq!(started(&store, &[key('a')], "configured").await, "configured");
    }

    #[tokio::test]
    async fn what_the_settings_say_anew_counts() {
        let store = MemoryStore::new(MemoryLimits::default());
        keep(&store, &[key('a')], "replaced").await.unwrap();
        assert_eq!(started(&store, &[key('a')], "new in the settings").await, "new in the settings");
        assert_eq!(body(&store).await, None);
        assert_eq!(started(&store, &[key('a')], "configured").await, "configured");
    }

    #[tokio::test]
    async fn what_was_tampered_with_or_moved_is_not_used() {
        let store = MemoryStore::new(MemoryLimits::default());
        keep(&store, &[key('a')], "replaced").await.unwrap();
        let sealed = body(&store).await.unwrap();
        let vault = Vault::new(vec![key('a')], &numbers("configured"));
        assert!(vault.open(&ID.into(), &sealed).is_some());
        assert!(vault.open(&"2".into(), &sealed).is_none(), "in another number's place");
        for at in 0..sealed.len() {
            let mut bent = sealed.to_vec();
            bent[at] ^= 1;
            assert!(vault.open(&ID.into(), &bent).is_none(), "byte {at}");
            assert!(vault.open(&ID.into(), &sealed[..at]).is_none(), "cut at {at}");
        }
    }

    #[tokio::test]
    async fn without_a_key_no_token_is_kept() {
        let store = MemoryStore::new(MemoryLimits::default());
        assert!(matches!(keep(&store, &[], "replaced").await, Err(KeepTokenError::NoKey)));
        assert_eq!(body(&store).await, None);
        for digits in ["", "abc", &"g".repeat(64), &"a".repeat(63), &"a".repeat(66)] {
            assert_eq!(digits.parse::<VaultKey>().err(), Some(VaultKeyError), "{digits}");
        }
        assert_eq!(format!("{:?}", key('a')), "VaultKey(…)");
    }
}
