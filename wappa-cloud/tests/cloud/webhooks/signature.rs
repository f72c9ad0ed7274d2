//! The signature header: whatever stands in it, only the right one is right. `PROPTEST_CASES=1000000` makes it a long search.

use proptest::prelude::*;
use wappa_cloud::{AppSecret, SignatureError};

proptest! {
    #[test]
    fn any_header_is_refused_but_the_right_one(
        key in "[a-f0-9]{1,64}",
        body in prop::collection::vec(any::<u8>(), 0..300),
        header in prop::collection::vec(any::<u8>(), 0..90),
        hex in "(sha256=)?[a-fA-F0-9]{0,70}",
    ) {
        let secret = AppSecret::new(key);
        let right = secret.sign(&body);
        prop_assert!(secret.verify(&body, Some(right.as_bytes())).is_ok());
        for other in [&header[..], hex.as_bytes()] {
            let is_right = other.eq_ignore_ascii_case(right.as_bytes());
            prop_assert_eq!(secret.verify(&body, Some(other)).is_ok(), is_right);
        }
        prop_assert!(matches!(secret.verify(&body, None), Err(SignatureError::Missing)));
    }

    #[test]
    fn a_changed_byte_of_the_body_is_noticed(
        body in prop::collection::vec(any::<u8>(), 1..300),
        at in any::<prop::sample::Index>(),
        by in 1_u8..,
    ) {
        let secret = AppSecret::new("secret");
        let header = secret.sign(&body);
        let mut other = body.clone();
        other[at.index(body.len())] ^= by;
        prop_assert!(secret.verify(&other, Some(header.as_bytes())).is_err());
    }
}
