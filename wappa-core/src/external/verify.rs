//! How other services sign what they send: checked over the raw bytes, in constant time, before anything is read.

use std::{fmt, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wappa_cloud::Timestamp;

/// How old a signature with a time in it may be, and how far ahead: what Stripe's own libraries take.
const TOLERANCE: Duration = Duration::from_mins(5);

/// A service's way to sign, and the secrets it may sign with.
#[derive(Clone)]
pub struct Verifier {
    scheme: Scheme,
    /// Keyed once and cloned for each body.
    macs: Vec<Hmac<Sha256>>,
}

#[derive(Clone)]
enum Scheme {
    /// The header holds the digest in this form, behind a prefix.
    Plain { header: HeaderName, prefix: &'static str, form: Form },
    /// `t=…,v1=…`, over the time, a dot and the body.
    Stripe,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Hex,
    Base64,
}

/// A body was not signed as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsigned {
    #[error("the header with the signature is missing or malformed")]
    Malformed,
    #[error("the signature is older than five minutes, or from the future")]
    Old,
    #[error("the signature does not fit: another secret, or a body that was changed on its way")]
    Mismatch,
}

impl Verifier {
    /// As GitHub signs: `X-Hub-Signature-256: sha256=` and hexadecimal digits.
    pub fn github(secret: &str) -> Self {
        let header = HeaderName::from_static("x-hub-signature-256");
        Self::of(Scheme::Plain { header, prefix: "sha256=", form: Form::Hex }, secret)
    }

    /// As Stripe signs: `Stripe-Signature: t=…,v1=…`, at most five minutes ago.
    pub fn stripe(secret: &str) -> Self {
        Self::of(Scheme::Stripe, secret)
    }

    /// The HMAC-SHA-256 of the body in hexadecimal digits, in this header.
    pub fn hex(header: HeaderName, secret: &str) -> Self {
        Self::of(Scheme::Plain { header, prefix: "", form: Form::Hex }, secret)
    }

    /// The HMAC-SHA-256 of the body in base64, in this header, as Shopify does (`x-shopify-hmac-sha256`).
    pub fn base64(header: HeaderName, secret: &str) -> Self {
        Self::of(Scheme::Plain { header, prefix: "", form: Form::Base64 }, secret)
    }

    /// Takes this secret as well, while one replaces another.
    pub fn or(mut self, secret: &str) -> Self {
        self.macs.push(keyed(secret));
        self
    }

    fn of(scheme: Scheme, secret: &str) -> Self {
        Self { scheme, macs: vec![keyed(secret)] }
    }

    pub(super) fn verify(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<(), Unsigned> {
        match &self.scheme {
            Scheme::Plain { header, prefix, form } => {
                let value = headers.get(header).ok_or(Unsigned::Malformed)?.as_bytes();
                let digest = value.strip_prefix(prefix.as_bytes()).ok_or(Unsigned::Malformed)?;
                self.fits(&[body], [form.decode(digest).ok_or(Unsigned::Malformed)?])
            }
            Scheme::Stripe => self.stripes(headers, body, now),
        }
    }

    fn stripes(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<(), Unsigned> {
        let value = headers.get("stripe-signature").map(HeaderValue::to_str);
        let Some(Ok(value)) = value else { return Err(Unsigned::Malformed) };
        let parts = || value.split(',').filter_map(|part| part.trim().split_once('='));
        let at = parts().find(|(name, _)| *name == "t").ok_or(Unsigned::Malformed)?.1;
        let seconds: i64 = at.parse().map_err(|_| Unsigned::Malformed)?;
        // While Stripe replaces a secret it signs with both.
        let digests = parts().filter(|(name, _)| *name == "v1");
        let digests: Vec<_> = digests.filter_map(|(_, digits)| Form::Hex.decode(digits.as_bytes())).collect();
        if digests.is_empty() {
            return Err(Unsigned::Malformed);
        }
        self.fits(&[at.as_bytes(), b".", body], digests)?;
        let apart = (now.as_millis() / 1_000).abs_diff(seconds);
        if apart > TOLERANCE.as_secs() { Err(Unsigned::Old) } else { Ok(()) }
    }

    /// Tries all of them, so that the time taken does not tell which one fits.
    fn fits(&self, signed: &[&[u8]], digests: impl IntoIterator<Item = [u8; 32]>) -> Result<(), Unsigned> {
        let mut fits = false;
        for digest in digests {
            for mac in &self.macs {
                let mac = signed.iter().fold(mac.clone(), Mac::chain_update);
                fits |= mac.verify_slice(&digest).is_ok();
            }
        }
        if fits { Ok(()) } else { Err(Unsigned::Mismatch) }
    }
}

impl Form {
    fn decode(self, digest: &[u8]) -> Option<[u8; 32]> {
        match self {
            Self::Hex => {
                let mut bytes = [0; 32];
                hex::decode_to_slice(digest, &mut bytes).ok()?;
                Some(bytes)
            }
            Self::Base64 => STANDARD.decode(digest).ok()?.try_into().ok(),
        }
    }
}

fn keyed(secret: &str) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length")
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        [(HeaderName::from_static(name), value.parse().unwrap())].into_iter().collect()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    /// GitHub's own example (GitHub Docs: *Validating webhook deliveries*).
    #[test]
    fn githubs_example_fits() {
        let verifier = Verifier::github("It's a Secret to Everybody");
        let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let headers = headers("x-hub-signature-256", signature);
        assert_eq!(verifier.verify(&headers, b"Hello, World!", at(0)), Ok(()));
        assert_eq!(verifier.verify(&headers, b"Hello, World", at(0)), Err(Unsigned::Mismatch));
        assert_eq!(verifier.verify(&HeaderMap::new(), b"", at(0)), Err(Unsigned::Malformed));
        let rotated = Verifier::github("new").or("It's a Secret to Everybody");
        assert_eq!(rotated.verify(&headers, b"Hello, World!", at(0)), Ok(()));
        assert_eq!(format!("{rotated:?}"), "Verifier(…)");
    }

    /// Made with `printf '%s' '1700000000.{}' | openssl dgst -sha256 -hmac whsec_test`.
    #[test]
    fn stripes_signature_has_a_time() {
        const V1: &str = "35495024f4ef3f94e5a93e22221544c4b75e9a42300cd965ab81cb85cd994e91";
        let verifier = Verifier::stripe("whsec_test");
        let signed = |value: &str| headers("stripe-signature", value);
        let fits = signed(&format!("t=1700000000,v1={},v1={V1},v0=x", "0".repeat(64)));
        assert_eq!(verifier.verify(&fits, b"{}", at(1_700_000_299)), Ok(()));
        assert_eq!(verifier.verify(&fits, b"{}", at(1_700_000_301)), Err(Unsigned::Old));
        assert_eq!(verifier.verify(&fits, b"{}", at(1_699_999_000)), Err(Unsigned::Old));
        let moved = signed(&format!("t=1700000200,v1={V1}"));
        assert_eq!(verifier.verify(&moved, b"{}", at(1_700_000_300)), Err(Unsigned::Mismatch));
        for malformed in ["", "t=1", "v1=00", "t=x,v1=00", &format!("t=-,v1={V1}"), &format!("v1={V1}")] {
            assert_eq!(
                verifier.verify(&signed(malformed), b"{}", at(0)),
                Err(Unsigned::Malformed),
                "{malformed}"
            );
        }
    }

    /// Of the body `{}` under `secret`.
    #[test]
    fn hexadecimal_and_base64_are_read() {
        let name = HeaderName::from_static("x-signature");
        let digest: [u8; 32] = keyed("secret").chain_update(b"{}").finalize().into_bytes().into();
        let hex = Verifier::hex(name.clone(), "secret");
        assert_eq!(hex.verify(&headers("x-signature", &hex::encode_upper(digest)), b"{}", at(0)), Ok(()));
        let base64 = Verifier::base64(name, "secret");
        assert_eq!(base64.verify(&headers("x-signature", &STANDARD.encode(digest)), b"{}", at(0)), Ok(()));
        for wrong in ["", "zz", &STANDARD.encode(&digest[..31])] {
            assert_eq!(base64.verify(&headers("x-signature", wrong), b"{}", at(0)), Err(Unsigned::Malformed));
        }
    }
}
