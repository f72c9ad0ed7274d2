//! Opens the requests to a Flow's endpoint and seals its answers: an AES-128 key wrapped by RSA-OAEP with SHA-256, and
//! AES-GCM with a nonce of 16 bytes, whose bits are flipped for the answer (Meta: *Implementing Endpoint for Flows, Request
//! Decryption and Encryption*).

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{Aead, consts::U16},
    aes::Aes128,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;

use super::{FlowAnswer, FlowError, FlowErrorKind, FlowKeys, FlowRequest};

type Cipher = AesGcm<Aes128, U16>;

#[derive(Deserialize)]
struct Sealed {
    encrypted_flow_data: String,
    encrypted_aes_key: String,
    initial_vector: String,
}

/// A request to a Flow's endpoint, opened, and what its answer is sealed with.
#[derive(Debug)]
#[non_exhaustive]
pub struct Opened {
    /// What is asked.
    pub request: FlowRequest,
    /// What the answer is sealed with.
    pub key: AnswerKey,
}

/// Seals the one answer to one request. Its `Debug` shows nothing.
pub struct AnswerKey {
    cipher: Cipher,
    nonce: [u8; 16],
}

impl FlowKeys {
    /// Opens the body of a request. Check its signature first: [`AppSecret::verify`](crate::AppSecret::verify).
    ///
    /// # Errors
    /// [`FlowError::status`] is what to answer: 421 makes WhatsApp fetch the public key again.
    pub fn open(&self, body: &[u8]) -> Result<Opened, FlowError> {
        let sealed: Sealed = serde_json::from_slice(body).map_err(|_| FlowErrorKind::Malformed)?;
        let decode = |text: &str| BASE64_STANDARD.decode(text).map_err(|_| FlowErrorKind::Malformed);
        let nonce = decode(&sealed.initial_vector)?;
        let nonce = <[u8; 16]>::try_from(nonce).map_err(|_| FlowErrorKind::Undecryptable)?;
        let data = decode(&sealed.encrypted_flow_data)?;
        let key = self.unwrap(&decode(&sealed.encrypted_aes_key)?)?;
        let cipher = Cipher::new(&key.into());
        let request = cipher.decrypt(&nonce.into(), data.as_slice());
        let request = FlowRequest::read(&request.map_err(|_| FlowErrorKind::Undecryptable)?)?;
        Ok(Opened { request, key: AnswerKey { cipher, nonce: nonce.map(|byte| !byte) } })
    }
}

impl AnswerKey {
    /// The body of the answer: base64, sent as `text/plain` with [the answer's status](FlowAnswer::status). It takes the
    /// key along, as a nonce must not serve twice.
    ///
    /// # Errors
    /// It cannot be encrypted, which only an answer of many gigabytes cannot.
    pub fn seal(self, answer: &FlowAnswer) -> Result<String, FlowError> {
        let sealed = self.cipher.encrypt(&self.nonce.into(), answer.to_json().to_string().as_bytes());
        Ok(BASE64_STANDARD.encode(sealed.map_err(|_| FlowErrorKind::Answer)?))
    }
}

impl std::fmt::Debug for AnswerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnswerKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::{Value, json};

    use super::*;
    use crate::flow::{FlowAction, FlowKeyError};

    /// Made once with Python's `cryptography` 48, whose code is not ours: an RSA key, a request wrapped with
    /// `OAEP(MGF1(SHA256()), SHA256())` and `AESGCM(key).encrypt(iv, …)`, and the answer under the flipped `iv`. The keys
    /// guard nothing.
    fn vectors() -> Value {
        serde_json::from_str(include_str!("vectors/endpoint.json")).unwrap()
    }

    fn text<'a>(vectors: &'a Value, key: &str) -> &'a str {
        vectors[key].as_str().unwrap()
    }

    #[test]
    fn a_known_request_is_opened_and_its_answer_sealed() {
        let vectors = vectors();
        for form in ["private_key_pkcs8", "private_key_pkcs1"] {
            let keys = FlowKeys::from_pem(text(&vectors, form)).unwrap();
            assert_eq!(keys.public_pem(), text(&vectors, "public_key"));
            let opened = keys.open(vectors["request"].to_string().as_bytes()).unwrap();
            assert_eq!(
                opened.request,
                FlowRequest::read(text(&vectors, "plain_request").as_bytes()).unwrap()
            );
            assert_eq!(opened.request.action, FlowAction::DataExchange);
            assert_eq!(opened.request.data["name"], "Zoë");
            let answer = FlowAnswer::screen("DONE", &json!({ "greeting": "Hi Zoë" })).unwrap();
            let plain: Value = serde_json::from_str(text(&vectors, "plain_answer")).unwrap();
            assert_eq!(answer.to_json(), &plain);
            let sealed = opened.key.seal(&answer).unwrap();
            // What is sealed is the same JSON, its keys perhaps in another order.
            assert_eq!(opened_by_the_flipped_nonce(&vectors, &sealed), plain);
            assert_eq!(opened_by_the_flipped_nonce(&vectors, text(&vectors, "sealed_answer")), plain);
        }
    }

    fn opened_by_the_flipped_nonce(vectors: &Value, sealed: &str) -> Value {
        let iv = BASE64_STANDARD.decode(vectors["request"]["initial_vector"].as_str().unwrap()).unwrap();
        let flipped: [u8; 16] = std::array::from_fn(|at| iv[at] ^ 0xff);
        let key: [u8; 16] = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let sealed = BASE64_STANDARD.decode(sealed).unwrap();
        let plain = Cipher::new(&key.into()).decrypt(&flipped.into(), sealed.as_slice()).unwrap();
        serde_json::from_slice(&plain).unwrap()
    }

    #[test]
    fn the_sealed_bytes_are_those_of_another_library() {
        let vectors = vectors();
        let keys = FlowKeys::from_pem(text(&vectors, "private_key_pkcs8")).unwrap();
        let key = keys.open(vectors["request"].to_string().as_bytes()).unwrap().key;
        let sealed =
            key.cipher.encrypt(&key.nonce.into(), text(&vectors, "plain_answer").as_bytes()).unwrap();
        assert_eq!(BASE64_STANDARD.encode(sealed), text(&vectors, "sealed_answer"));
    }

    #[test]
    fn what_cannot_be_opened_has_the_status_that_mends_it() {
        let vectors = vectors();
        let keys = FlowKeys::from_pem(text(&vectors, "private_key_pkcs8")).unwrap();
        let status = |body: &str| keys.open(body.as_bytes()).unwrap_err().status();
        let other = FlowKeys::generate().unwrap();
        let request = vectors["request"].to_string();
        assert_eq!(other.open(request.as_bytes()).unwrap_err().kind(), FlowErrorKind::Undecryptable);
        assert_eq!(status("{}"), 400);
        assert_eq!(status("no json"), 400);
        for (key, value, expected) in [
            ("encrypted_flow_data", "AAAA", 421),
            ("encrypted_flow_data", "", 421),
            ("encrypted_aes_key", "AAAA", 421),
            ("encrypted_aes_key", "%", 400),
            ("initial_vector", "AAAA", 421),
            ("initial_vector", "AAAAAAAAAAAAAAAAAAAAAA==", 421),
        ] {
            let mut changed = vectors["request"].clone();
            changed[key] = value.into();
            assert_eq!(status(&changed.to_string()), expected, "{key} {value}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn any_body_is_refused_without_harm(data: Vec<u8>, key: Vec<u8>, iv: Vec<u8>, words in "\\PC{0,80}") {
            let keys = FlowKeys::from_pem(text(&vectors(), "private_key_pkcs8")).unwrap();
            let encode = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
            let body = json!({
                "encrypted_flow_data": encode(&data),
                "encrypted_aes_key": encode(&key),
                "initial_vector": encode(&iv),
            });
            proptest::prop_assert!(keys.open(body.to_string().as_bytes()).is_err());
            proptest::prop_assert!(keys.open(words.as_bytes()).is_err());
            proptest::prop_assert!(keys.open(&data).is_err());
        }
    }

    #[test]
    fn keys_that_will_not_do_say_why() {
        let vectors = vectors();
        let error = |pem: &str| FlowKeys::from_pem(pem).unwrap_err();
        assert_eq!(error(text(&vectors, "private_key_encrypted")), FlowKeyError::Encrypted);
        assert_eq!(error(text(&vectors, "public_key")), FlowKeyError::NotPrivate);
        assert_eq!(error("secret"), FlowKeyError::NotPem);
        assert_eq!(error("-----BEGIN PRIVATE KEY-----\n%%\n-----END PRIVATE KEY-----"), FlowKeyError::NotPem);
        assert_eq!(
            error("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
            FlowKeyError::Rejected
        );
        assert_eq!(
            error("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"),
            FlowKeyError::Rejected
        );
        let in_one_line = text(&vectors, "private_key_pkcs8").replace('\n', "\\n");
        let keys = FlowKeys::from_pem(&in_one_line).unwrap();
        assert_eq!(keys.private_pem().unwrap().expose_secret(), text(&vectors, "private_key_pkcs8"));
        assert_eq!(format!("{keys:?}"), "FlowKeys(…)");
    }
}
