//! Files that people pick in a Flow: encrypted by WhatsApp, decrypted here.

use aws_lc_rs::cipher::{AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A file picked in a Flow by `PhotoPicker` or `DocumentPicker`, as it comes to the endpoint (Meta: *Media upload
/// components*). What lies at [`cdn_url`](Self::cdn_url) is encrypted; no token is needed to fetch it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct FlowMedia {
    /// Its id.
    #[serde(default)]
    pub media_id: Option<String>,
    /// Where it lies, encrypted, for up to 20 days.
    pub cdn_url: String,
    /// The name it had on the phone.
    #[serde(default)]
    pub file_name: Option<String>,
    /// What it is decrypted with.
    pub encryption_metadata: EncryptionMetadata,
}

/// What a file of a Flow is decrypted and checked with; all in base64. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct EncryptionMetadata {
    /// The AES-256 key.
    pub encryption_key: String,
    /// The key of the HMAC over what is encrypted.
    pub hmac_key: String,
    /// The initial vector.
    pub iv: String,
    /// The SHA-256 of the file.
    pub plaintext_hash: String,
    /// The SHA-256 of what lies at the address.
    pub encrypted_hash: String,
}

/// Why a file of a Flow could not be decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlowMediaError {
    /// A key or hash is not base64, or not as long as it must be.
    #[error("the encryption metadata is malformed")]
    Malformed,
    /// What was fetched is not what was picked: fetch it again.
    #[error("what was fetched is not the file that was picked: its hash differs")]
    Fetched,
    /// It was changed on its way.
    #[error("the file's HMAC does not fit")]
    Tampered,
    /// It decrypts to something else.
    #[error("the decrypted file is not the one that was picked: its hash differs")]
    Decrypted,
}

/// How much of the HMAC follows the file.
const MAC: usize = 10;

impl FlowMedia {
    /// Checks and decrypts what was fetched from [`cdn_url`](Self::cdn_url): hash, HMAC, AES-256-CBC, hash of the file.
    ///
    /// # Errors
    /// It is not what the person picked.
    pub fn decrypt(&self, fetched: &[u8]) -> Result<Vec<u8>, FlowMediaError> {
        let metadata = &self.encryption_metadata;
        if !hashes_to(fetched, &decode::<32>(&metadata.encrypted_hash)?) {
            return Err(FlowMediaError::Fetched);
        }
        let at = fetched.len().checked_sub(MAC).ok_or(FlowMediaError::Tampered)?;
        let (encrypted, mac) = fetched.split_at_checked(at).ok_or(FlowMediaError::Tampered)?;
        let iv = decode::<16>(&metadata.iv)?;
        let hmac_key = BASE64_STANDARD.decode(&metadata.hmac_key).map_err(|_| FlowMediaError::Malformed)?;
        let ours = Hmac::<Sha256>::new_from_slice(&hmac_key).map_err(|_| FlowMediaError::Malformed)?;
        let ours = ours.chain_update(iv).chain_update(encrypted);
        ours.verify_truncated_left(mac).map_err(|_| FlowMediaError::Tampered)?;
        let key = UnboundCipherKey::new(&AES_256, &decode::<32>(&metadata.encryption_key)?);
        let key = key.and_then(PaddedBlockDecryptingKey::cbc_pkcs7).map_err(|_| FlowMediaError::Malformed)?;
        let mut file = encrypted.to_vec();
        let length = key.decrypt(&mut file, DecryptionContext::Iv128(iv.into())).map(|plain| plain.len());
        file.truncate(length.map_err(|_| FlowMediaError::Decrypted)?);
        if hashes_to(&file, &decode::<32>(&metadata.plaintext_hash)?) {
            Ok(file)
        } else {
            Err(FlowMediaError::Decrypted)
        }
    }
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N], FlowMediaError> {
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| FlowMediaError::Malformed)?;
    bytes.try_into().map_err(|_| FlowMediaError::Malformed)
}

fn hashes_to(bytes: &[u8], hash: &[u8; 32]) -> bool {
    Sha256::digest(bytes).as_slice().ct_eq(hash).into()
}

impl std::fmt::Debug for FlowMedia {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlowMedia").field("media_id", &self.media_id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for EncryptionMetadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EncryptionMetadata(…)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Made with Python's `cryptography` 48: `AES(key)` in `CBC(iv)` over PKCS#7, then ten bytes of
    /// `hmac.new(hmac_key, iv + encrypted, sha256)`.
    fn vectors() -> (FlowMedia, Vec<u8>, Vec<u8>) {
        let vectors: Value = serde_json::from_str(include_str!("vectors/media.json")).unwrap();
        let bytes = |key: &str| BASE64_STANDARD.decode(vectors[key].as_str().unwrap()).unwrap();
        (serde_json::from_value(vectors["media"].clone()).unwrap(), bytes("cdn"), bytes("plain"))
    }

    #[test]
    fn a_known_file_is_decrypted() {
        let (media, fetched, plain) = vectors();
        assert_eq!(media.decrypt(&fetched).unwrap(), plain);
        assert!(!format!("{media:?}").contains(&media.encryption_metadata.encryption_key));
    }

    #[test]
    fn every_check_counts() {
        let (media, fetched, _) = vectors();
        assert_eq!(media.decrypt(&fetched[1..]), Err(FlowMediaError::Fetched));
        let with = |change: fn(&mut EncryptionMetadata)| {
            let mut media = media.clone();
            change(&mut media.encryption_metadata);
            media.decrypt(&fetched)
        };
        let zeros = |length: usize| BASE64_STANDARD.encode(vec![0; length]);
        assert_eq!(with(|metadata| metadata.hmac_key = String::new()), Err(FlowMediaError::Tampered));
        assert_eq!(with(|metadata| metadata.iv = "AAAA".into()), Err(FlowMediaError::Malformed));
        assert_eq!(with(|metadata| metadata.encrypted_hash = "%".into()), Err(FlowMediaError::Malformed));
        let mut other = media.clone();
        other.encryption_metadata.plaintext_hash = zeros(32);
        assert_eq!(other.decrypt(&fetched), Err(FlowMediaError::Decrypted));
        let mut other = media.clone();
        other.encryption_metadata.encryption_key = zeros(32);
        assert_eq!(other.decrypt(&fetched), Err(FlowMediaError::Decrypted));
        let mut short = media;
        short.encryption_metadata.encrypted_hash = BASE64_STANDARD.encode(Sha256::digest(b"short"));
        assert_eq!(short.decrypt(b"short"), Err(FlowMediaError::Tampered));
    }
}
