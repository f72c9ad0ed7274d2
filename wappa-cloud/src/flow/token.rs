//! Meta's signature over a Flow's token.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use hmac::Mac;
use serde::Deserialize;

use crate::secret::AppSecret;

/// Why a Flow's token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not three base64url parts, or not signed with HS256.
    #[error("the signature of the flow token is no JWT signed with HS256")]
    Malformed,
    /// Another secret signed it, or it was changed.
    #[error("the signature of the flow token does not fit: another app's secret, or a changed token")]
    Mismatch,
    /// It is a signature over another token.
    #[error("the signature belongs to another flow token")]
    OtherToken,
}

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Deserialize)]
struct Head {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    flow_token: Option<String>,
}

impl AppSecret {
    /// Checks `flow_token_signature`, a JWT with HS256 that Meta makes with the app's secret (Meta: *Implementing Endpoint
    /// for Flows*): who holds the token got it from us, in this message. Where the claims name a token it must be this one.
    ///
    /// # Errors
    /// It is malformed, signed by somebody else, or about another token.
    pub fn verify_flow_token(&self, flow_token: &str, signature: &str) -> Result<(), TokenError> {
        let (signed, mac) = signature.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (head, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        let decode = |part: &str| BASE64.decode(part).map_err(|_| TokenError::Malformed);
        let head: Head = serde_json::from_slice(&decode(head)?).map_err(|_| TokenError::Malformed)?;
        if head.alg != "HS256" {
            return Err(TokenError::Malformed);
        }
        let mac = decode(mac)?;
        let ours = self.mac.clone().chain_update(signed.as_bytes());
        ours.verify_slice(&mac).map_err(|_| TokenError::Mismatch)?;
        let claims: Claims = serde_json::from_slice(&decode(claims)?).map_err(|_| TokenError::Malformed)?;
        match claims.flow_token {
            Some(token) if token != flow_token => Err(TokenError::OtherToken),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Python's `hmac` over base64url of `{"alg":"HS256","typ":"JWT"}` and `{"flow_token":"token-1"}`, keyed with
    /// `app-secret`; the second says `none` as its algorithm, the third names the token `other`.
    const SIGNED: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJmbG93X3Rva2VuIjoidG9rZW4tMSJ9.30isv5iNBKP22Lr770ftAPXQt4J-0-xo5nm_VJvb2uQ";
    const NO_ALGORITHM: &str =
        "eyJhbGciOiJub25lIn0.eyJmbG93X3Rva2VuIjoidG9rZW4tMSJ9.sJuA2ng19OttL_42HDneed8S9JaZWwWguISI2H9-jzI";
    const OTHER: &str =
        "eyJhbGciOiJIUzI1NiJ9.eyJmbG93X3Rva2VuIjoib3RoZXIifQ.pfnNo0XUSRjO-32NPlm4T7Azbfrv3jcANJFKXwH4d-Q";

    #[test]
    fn only_metas_signature_over_this_token_counts() {
        let secret = AppSecret::new("app-secret");
        assert_eq!(secret.verify_flow_token("token-1", SIGNED), Ok(()));
        assert_eq!(AppSecret::new("x").verify_flow_token("token-1", SIGNED), Err(TokenError::Mismatch));
        assert_eq!(secret.verify_flow_token("token-1", NO_ALGORITHM), Err(TokenError::Malformed));
        assert_eq!(secret.verify_flow_token("token-1", OTHER), Err(TokenError::OtherToken));
        let changed = SIGNED.replacen("ImZ", "ImY", 1).replacen("eyJmbG93X3Rva2VuIjoidG9rZW4tMSJ9", "e30", 1);
        assert_eq!(secret.verify_flow_token("token-1", &changed), Err(TokenError::Mismatch));
        for odd in ["", "a.b", "..", "a.b.c", "é.é.é"] {
            assert_eq!(secret.verify_flow_token("token-1", odd), Err(TokenError::Malformed), "{odd}");
        }
    }
}
