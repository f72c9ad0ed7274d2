//! The phone's side of a Flow's encryption: a fresh AES-128 key wrapped for the business's public key, the request under it,
//! and the answer under the flipped nonce (Meta's page "Implementing Endpoint for Flows").

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{Aead, consts::U16},
    aes::Aes128,
};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

type Cipher = AesGcm<Aes128, U16>;

/// A request as it is posted, and what its answer is opened with.
pub(crate) struct Sealed {
    pub(crate) body: String,
    cipher: Cipher,
    nonce: [u8; 16],
}

/// Seals a request for a public key in PEM; `None` where that is no RSA key or the machine has no randomness.
pub(crate) fn seal(public_pem: &str, request: &Value) -> Option<Sealed> {
    let (mut key, mut nonce) = ([0; 16], [0; 16]);
    getrandom::fill(&mut key).ok()?;
    getrandom::fill(&mut nonce).ok()?;
    let public =
        OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(&der_of(public_pem)?).ok()?).ok()?;
    let mut room = vec![0; public.ciphertext_size()];
    let wrapped = public.encrypt(&OAEP_SHA256_MGF1SHA256, &key, &mut room, None).ok()?;
    let cipher = Cipher::new(&key.into());
    let data = cipher.encrypt(&nonce.into(), request.to_string().as_bytes()).ok()?;
    let body = json!({
        "encrypted_flow_data": BASE64_STANDARD.encode(data),
        "encrypted_aes_key": BASE64_STANDARD.encode(wrapped),
        "initial_vector": BASE64_STANDARD.encode(nonce),
    });
    Some(Sealed { body: body.to_string(), cipher, nonce: nonce.map(|byte| !byte) })
}

impl Sealed {
    /// Opens the answer; `None` where it was sealed with something else, or is no JSON.
    pub(crate) fn open(&self, answer: &[u8]) -> Option<Value> {
        let sealed = BASE64_STANDARD.decode(answer.trim_ascii()).ok()?;
        let plain = self.cipher.decrypt(&self.nonce.into(), sealed.as_slice()).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

fn der_of(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN PUBLIC KEY-----")?;
    let (body, _) = rest.split_once("-----END PUBLIC KEY-----")?;
    BASE64_STANDARD.decode(body.split_whitespace().collect::<String>()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_seals_nothing() {
        for pem in [
            "",
            "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        ] {
            assert!(seal(pem, &json!({})).is_none(), "{pem}");
        }
    }
}
