//! The key pair that Flow requests are encrypted for.

use std::fmt;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rsa::{KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::SecretString;

use super::{FlowError, FlowErrorKind};

/// An RSA key pair of 2,048 bits: the public half is registered for a phone number with Meta, the private half opens the
/// requests to a Flow's endpoint (Meta: *Implementing Endpoint for Flows, Upload Public Key*). Its `Debug` shows nothing.
///
/// ```
/// use secrecy::ExposeSecret;
/// use wappa_cloud::flow::FlowKeys;
///
/// let keys = FlowKeys::generate()?;
/// assert!(keys.public_pem().starts_with("-----BEGIN PUBLIC KEY-----\n"));   // goes to Meta
/// let kept = keys.private_pem()?;                                           // goes where your secrets are
/// let again = FlowKeys::from_pem(kept.expose_secret())?;
/// assert_eq!(again.public_pem(), keys.public_pem());
/// # Ok::<(), wappa_cloud::flow::FlowKeyError>(())
/// ```
pub struct FlowKeys {
    private: PrivateDecryptingKey,
    oaep: OaepPrivateDecryptingKey,
    public_pem: String,
}

/// Why a text is no usable key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlowKeyError {
    /// There is no `-----BEGIN …-----` around base64.
    #[error("this is no PEM: it begins with `-----BEGIN PRIVATE KEY-----` and keeps its line breaks")]
    NotPem,
    /// It has a password.
    #[error("the key has a password: take it off with `openssl pkcs8 -topk8 -nocrypt -in key.pem`")]
    Encrypted,
    /// It is something else than a private key.
    #[error("this is no private RSA key")]
    NotPrivate,
    /// It is no RSA key of the size Meta wants.
    #[error("this is no RSA key of 2,048 bits, which Meta wants")]
    Rejected,
    /// The machine could not make a key.
    #[error("no key could be made: the machine gives no randomness")]
    NotMade,
}

const BITS: usize = 2048;

impl FlowKeys {
    /// Makes a new pair.
    ///
    /// # Errors
    /// The machine has no randomness.
    pub fn generate() -> Result<Self, FlowKeyError> {
        let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(|_| FlowKeyError::NotMade)?;
        Self::of(private)
    }

    /// Reads the private key: PKCS#8 (`BEGIN PRIVATE KEY`) or PKCS#1 (`BEGIN RSA PRIVATE KEY`), without a password. `\n`
    /// written as two characters, as environments often have it, counts as a line break.
    ///
    /// # Errors
    /// It is no such key.
    pub fn from_pem(pem: &str) -> Result<Self, FlowKeyError> {
        let (label, der) = read_pem(pem)?;
        let pkcs8 = match label {
            "PRIVATE KEY" => der,
            "RSA PRIVATE KEY" if pem.contains("ENCRYPTED") => return Err(FlowKeyError::Encrypted),
            "RSA PRIVATE KEY" => pkcs8_of(&der),
            "ENCRYPTED PRIVATE KEY" => return Err(FlowKeyError::Encrypted),
            _ => return Err(FlowKeyError::NotPrivate),
        };
        let private = PrivateDecryptingKey::from_pkcs8(&pkcs8).map_err(|_| FlowKeyError::Rejected)?;
        Self::of(private)
    }

    fn of(private: PrivateDecryptingKey) -> Result<Self, FlowKeyError> {
        if private.key_size_bits() != BITS {
            return Err(FlowKeyError::Rejected);
        }
        let oaep = OaepPrivateDecryptingKey::new(private.clone()).map_err(|_| FlowKeyError::Rejected)?;
        let public: PublicKeyX509Der<'_> =
            private.public_key().as_der().map_err(|_| FlowKeyError::Rejected)?;
        let public_pem = write_pem("PUBLIC KEY", public.as_ref());
        Ok(Self { private, oaep, public_pem })
    }

    /// The public half, as `whatsapp_business_encryption` wants it.
    pub fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// The private half, in PKCS#8, to be kept where secrets are kept.
    ///
    /// # Errors
    /// It cannot be written, which no known key does.
    pub fn private_pem(&self) -> Result<SecretString, FlowKeyError> {
        let der: Pkcs8V1Der<'_> = self.private.as_der().map_err(|_| FlowKeyError::Rejected)?;
        Ok(write_pem("PRIVATE KEY", der.as_ref()).into())
    }

    /// The AES key a request was encrypted with.
    pub(super) fn unwrap(&self, wrapped: &[u8]) -> Result<[u8; 16], FlowError> {
        let mut room = vec![0; self.oaep.min_output_size()];
        let key = self.oaep.decrypt(&OAEP_SHA256_MGF1SHA256, wrapped, &mut room, None);
        let key = key.map_err(|_| FlowErrorKind::Undecryptable)?;
        <[u8; 16]>::try_from(&*key).map_err(|_| FlowErrorKind::Undecryptable.into())
    }
}

impl fmt::Debug for FlowKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlowKeys(…)")
    }
}

fn read_pem(pem: &str) -> Result<(&str, Vec<u8>), FlowKeyError> {
    let (_, rest) = pem.split_once("-----BEGIN ").ok_or(FlowKeyError::NotPem)?;
    let (label, rest) = rest.split_once("-----").ok_or(FlowKeyError::NotPem)?;
    let (body, _) = rest.split_once("-----END ").ok_or(FlowKeyError::NotPem)?;
    let body = body.replace("\\n", "\n");
    // Headers, like those of a key with a password, are lines with a colon.
    let base64: String =
        body.lines().filter(|line| !line.contains(':')).flat_map(|line| line.split_whitespace()).collect();
    let der = BASE64_STANDARD.decode(base64);
    match der {
        Ok(der) if !der.is_empty() => Ok((label, der)),
        _ if pem.contains("ENCRYPTED") => Err(FlowKeyError::Encrypted),
        _ => Err(FlowKeyError::NotPem),
    }
}

fn write_pem(label: &str, der: &[u8]) -> String {
    let base64 = BASE64_STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(64).unwrap_or((rest, ""));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str("-----END ");
    pem.push_str(label);
    pem.push_str("-----\n");
    pem
}

/// Puts the envelope of PKCS#8 around a key in PKCS#1 (RFC 5208): version 0, `rsaEncryption` without parameters, the key.
fn pkcs8_of(pkcs1: &[u8]) -> Vec<u8> {
    const VERSION_AND_ALGORITHM: [u8; 18] = [
        0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05,
        0x00,
    ];
    let mut inner = VERSION_AND_ALGORITHM.to_vec();
    inner.extend(der(0x04, pkcs1));
    der(0x30, &inner)
}

/// A DER value of this tag.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut value = vec![tag];
    match u8::try_from(content.len()) {
        Ok(length) if length < 0x80 => value.push(length),
        _ => {
            let length = content.len().to_be_bytes();
            let digits: Vec<u8> = length.iter().copied().skip_while(|byte| *byte == 0).collect();
            // A length has at most eight bytes.
            value.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
            value.extend(digits);
        }
    }
    value.extend(content);
    value
}
