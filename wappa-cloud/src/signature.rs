//! The signature over a webhook's raw bytes (Meta: *Webhooks, Validating payloads*).

use hmac::Mac;

use crate::secret::AppSecret;

const PREFIX: &str = "sha256=";

/// A body was not signed with this secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no `X-Hub-Signature-256` header.
    #[error("the header X-Hub-Signature-256 is missing")]
    Missing,
    /// The header is not `sha256=` and 64 hexadecimal digits.
    #[error("the header X-Hub-Signature-256 is not `sha256=` and 64 hexadecimal digits")]
    Malformed,
    /// The signature belongs to another secret or to other bytes.
    #[error("the signature does not fit: another app's secret, or a body that was changed on its way")]
    Mismatch,
}

impl AppSecret {
    /// The header's value for this body.
    pub fn sign(&self, body: &[u8]) -> String {
        let mac = self.mac.clone().chain_update(body).finalize();
        format!("{PREFIX}{}", hex::encode(mac.into_bytes()))
    }

    /// Checks the header against the body, exactly as it was received. Takes as long whether it fits or not.
    ///
    /// # Errors
    /// The header is missing or malformed, or does not fit.
    pub fn verify(&self, body: &[u8], header: Option<&[u8]>) -> Result<(), SignatureError> {
        let header = header.ok_or(SignatureError::Missing)?;
        let digits = header.strip_prefix(PREFIX.as_bytes()).ok_or(SignatureError::Malformed)?;
        let mut given = [0_u8; 32];
        hex::decode_to_slice(digits, &mut given).map_err(|_| SignatureError::Malformed)?;
        self.mac.clone().chain_update(body).verify_slice(&given).map_err(|_| SignatureError::Mismatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `printf '%s' BODY | openssl dgst -sha256 -hmac my-app-secret`.
    const BODY: &[u8] = br#"{"name":"\u00e4\u00f6\u00e5"}"#;
    const SIGNATURE: &str = "sha256=be13a141102273e0b86c443d73ed72dfea5105981fb29d1a9c826042a1c05cbc";

    #[test]
    fn a_known_signature_of_an_escaped_body_fits() {
        let secret = AppSecret::new("my-app-secret");
        assert_eq!(secret.sign(BODY), SIGNATURE);
        assert_eq!(secret.verify(BODY, Some(SIGNATURE.as_bytes())), Ok(()));
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let secret = AppSecret::new("my-app-secret");
        let signature = secret.sign(b"{}");
        assert_eq!(secret.verify(b"{}", None), Err(SignatureError::Missing));
        assert_eq!(secret.verify(b"{ }", Some(signature.as_bytes())), Err(SignatureError::Mismatch));
        assert_eq!(
            AppSecret::new("other").verify(b"{}", Some(signature.as_bytes())),
            Err(SignatureError::Mismatch)
        );
        for malformed in ["", "sha256=", "sha256=zz", "sha1=00", &signature[..70], &format!("{signature}00")]
        {
            assert_eq!(
                secret.verify(b"{}", Some(malformed.as_bytes())),
                Err(SignatureError::Malformed),
                "{malformed}"
            );
        }
    }
}
