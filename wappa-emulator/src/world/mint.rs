//! Makes every id and secret of a world from one seed: the same seed, the same ids. Knows no clock and no randomness.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use wappa_cloud::{MediaId, MessageId, PhoneNumberId, UserId, WabaId};

use super::model::Side;

/// A source of ids.
#[derive(Clone)]
pub(crate) struct Mint {
    seed: [u8; 32],
    made: u64,
}

impl Mint {
    /// `start` keeps a world that is opened again with the same seed from making the same ids again.
    pub(crate) fn new(seed: [u8; 32], start: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed);
        hash.update(start.to_be_bytes());
        Self { seed: hash.finalize().into(), made: 0 }
    }

    fn draw(&mut self) -> [u8; 32] {
        self.made += 1;
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.made.to_be_bytes());
        hash.finalize().into()
    }

    fn digits(&mut self, first: char, length: usize) -> String {
        let mut digits = String::with_capacity(length);
        digits.push(first);
        while digits.len() < length {
            for byte in self.draw() {
                if digits.len() < length && byte < 250 {
                    digits.push(char::from(b'0' + byte % 10));
                }
            }
        }
        digits
    }

    /// A wamid in Meta's form: a few framing bytes, the person's number, and a random part, in base64.
    pub(crate) fn wamid(&mut self, person: &str, from: Side) -> MessageId {
        let random = hex::encode_upper(self.draw());
        let (kind, tail) = match from {
            Side::Business => (0x11, random.get(..18)),
            Side::Person => (0x12, random.get(..20)),
        };
        let tail = tail.unwrap_or_default().as_bytes();
        let person = person.as_bytes();
        let person = person.get(..person.len().min(20)).unwrap_or_default();
        let mut bytes = vec![0x1c, 0x18, length_byte(person)];
        bytes.extend_from_slice(person);
        bytes.extend_from_slice(&[0x15, 0x02, 0x00, kind, 0x18, length_byte(tail)]);
        bytes.extend_from_slice(tail);
        bytes.push(0);
        MessageId::from(format!("wamid.{}", STANDARD.encode(bytes)))
    }

    pub(crate) fn phone_number_id(&mut self) -> PhoneNumberId {
        PhoneNumberId::from(self.digits('1', 15))
    }

    pub(crate) fn waba_id(&mut self) -> WabaId {
        WabaId::from(self.digits('2', 16))
    }

    pub(crate) fn user_id(&mut self) -> UserId {
        UserId::from(format!("US.{}", self.digits('1', 20)))
    }

    pub(crate) fn media_id(&mut self) -> MediaId {
        MediaId::from(self.digits('7', 15))
    }

    pub(crate) fn template_id(&mut self) -> String {
        self.digits('5', 15)
    }

    /// The id of a Flow, a group or a request, 15 digits.
    pub(crate) fn node_id(&mut self) -> String {
        self.digits('9', 15)
    }

    /// 14 upper-case letters and digits, as in links.
    pub(crate) fn code(&mut self) -> String {
        let mut code = hex::encode_upper(self.draw());
        code.truncate(14);
        code
    }

    pub(crate) fn fbtrace(&mut self) -> String {
        let mut trace = URL_SAFE_NO_PAD.encode(self.draw());
        trace.truncate(22);
        format!("A{trace}")
    }

    /// 32 hex digits, the form of an app secret.
    pub(crate) fn app_secret(&mut self) -> String {
        let mut secret = hex::encode(self.draw());
        secret.truncate(32);
        secret
    }

    /// `EAA…`, the beginning of a real access token, then letters and digits.
    pub(crate) fn access_token(&mut self) -> String {
        let letters: String = (0..3)
            .flat_map(|_| STANDARD.encode(self.draw()).into_bytes())
            .filter(u8::is_ascii_alphanumeric)
            .map(char::from)
            .collect();
        format!("EAA{letters}")
    }

    pub(crate) fn verify_token(&mut self) -> String {
        let mut token = hex::encode(self.draw());
        token.truncate(24);
        token
    }
}

fn length_byte(bytes: &[u8]) -> u8 {
    u8::try_from(bytes.len()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_ids_and_never_one_twice() {
        let (mut one, mut two) = (Mint::new([7; 32], 0), Mint::new([7; 32], 0));
        let ids: Vec<_> = (0..100).map(|_| one.wamid("15550100001", Side::Person)).collect();
        assert!(ids.iter().all(|id| *id == two.wamid("15550100001", Side::Person)));
        let unique: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len());
        assert!(!ids.contains(&Mint::new([7; 32], 1).wamid("15550100001", Side::Person)));
    }

    #[test]
    fn ids_look_like_metas() {
        let mut mint = Mint::new([0; 32], 0);
        assert!(
            mint.wamid("16505551234", Side::Business)
                .as_str()
                .starts_with("wamid.HBgLMTY1MDU1NTEyMzQVAgARGB")
        );
        assert_eq!(mint.phone_number_id().as_str().len(), 15);
        assert_eq!(mint.waba_id().as_str().len(), 16);
        assert_eq!(mint.app_secret().len(), 32);
        assert!(mint.user_id().as_str().starts_with("US.1"));
        assert!(mint.access_token().len() > 60);
    }
}
