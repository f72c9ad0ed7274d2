//! Send keys: what makes two sends the same send, and how a key travels through Meta and back.

use sha2::{Digest, Sha256};
use wappa_cloud::{DedupKey, Recipient, Status, Timestamp};

use crate::store::SendKey;

/// Marks what is ours in `biz_opaque_callback_data`; the author's own data follows after a bar.
const PREFIX: &str = "w1.";

/// Which part of a turn says something. The same words from another part are another send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The event's handler.
    Handler,
    /// The hook that runs when the handler has been given up on.
    FailureHook,
    /// What the handler has left to be said after the turn.
    AtEnd,
}

impl Scope {
    fn code(self) -> u8 {
        match self {
            Self::Handler => 0,
            Self::FailureHook => 1,
            Self::AtEnd => 2,
        }
    }
}

/// What a turn's sends have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cause {
    pub(super) event: DedupKey,
    /// When the store took the event; the same for every attempt.
    pub(super) received: Timestamp,
    pub(super) scope: Scope,
}

/// The key of the `nth` send to `to` in this part of the event's turn. It begins with the time of the event, so that an
/// engine which sorts by key writes the keys of one moment side by side.
pub(super) fn in_turn(cause: Cause, to: u64, nth: u32, fingerprint: u64) -> SendKey {
    let Cause { event, received, scope } = cause;
    let mut hash = Sha256::new();
    hash.update(event.0.to_le_bytes());
    hash.update([scope.code()]);
    hash.update(to.to_le_bytes());
    hash.update(nth.to_le_bytes());
    let place = at(received, first_half(hash)).place();
    SendKey(place.start().0 | (u128::from(fingerprint) & SendKey::DRAFT))
}

/// Puts 48 bits of time, in milliseconds, before 80 bits of hash.
fn at(time: Timestamp, hash: SendKey) -> SendKey {
    let time = u128::from(u64::try_from(time.as_millis()).unwrap_or(0)) & ((1 << 48) - 1);
    SendKey((time << 80) | (hash.0 >> 48))
}

/// The key of a send that the author named.
pub(super) fn named(number: &str, name: &str) -> SendKey {
    let mut hash = Sha256::new();
    hash.update(b"named\0");
    hash.update(number.as_bytes());
    hash.update([0]);
    hash.update(name.as_bytes());
    // Of no moment, and so behind all that are.
    at(Timestamp::from_millis((1 << 48) - 1), first_half(hash))
}

/// The key of a send that nobody named: unlike any other.
pub(super) fn unnamed(process: u64, started: Timestamp, now: Timestamp, count: u64) -> SendKey {
    let mut hash = Sha256::new();
    hash.update(b"unnamed\0");
    hash.update(process.to_le_bytes());
    hash.update(started.as_millis().to_le_bytes());
    hash.update(count.to_le_bytes());
    at(now, first_half(hash))
}

fn first_half(hash: Sha256) -> SendKey {
    let digest = hash.finalize();
    let mut half = [0; 16];
    half.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    SendKey(u128::from_le_bytes(half))
}

/// A number for a recipient that is the same in every process.
pub(super) fn recipient_code(to: &Recipient) -> u64 {
    let parts = [
        to.user_id.as_ref().map(AsRef::<str>::as_ref),
        to.wa_id.as_ref().map(AsRef::<str>::as_ref),
        to.group_id.as_ref().map(AsRef::<str>::as_ref),
        to.phone.as_ref().map(wappa_cloud::PhoneNumber::as_str),
    ];
    // FNV-1a: stable, and fast for a few dozen bytes.
    let mut code = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.unwrap_or("").bytes().chain([0]) {
            code = (code ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    code
}

/// What goes into `biz_opaque_callback_data`.
pub(super) fn to_opaque(key: SendKey, author: Option<&str>) -> String {
    let mut opaque = String::with_capacity(PREFIX.len() + 33 + author.map_or(0, str::len));
    opaque.push_str(PREFIX);
    for place in (0..32).rev() {
        let digit = u32::try_from((key.0 >> (place * 4)) & 0xf).unwrap_or(0);
        opaque.push(char::from_digit(digit, 16).unwrap_or('0'));
    }
    if let Some(data) = author {
        opaque.push('|');
        opaque.push_str(data);
    }
    opaque
}

/// Our key and the author's data out of what a status echoes.
pub fn from_opaque(opaque: &str) -> Option<(SendKey, Option<&str>)> {
    let rest = opaque.strip_prefix(PREFIX)?;
    let (key, author) = match rest.split_once('|') {
        Some((key, author)) => (key, Some(author)),
        None => (rest, None),
    };
    if key.len() != 32 {
        return None;
    }
    u128::from_str_radix(key, 16).ok().map(|key| (SendKey(key), author))
}

/// Leaves in a status what the author gave to its message, and answers with our key.
pub(crate) fn take_key(status: &mut Status) -> Option<SendKey> {
    let (key, author) = from_opaque(status.opaque.as_deref()?)?;
    status.opaque = author.map(str::to_owned);
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAUSE: Cause = Cause {
        event: DedupKey(7),
        received: Timestamp::from_millis(1_700_000_000_123),
        scope: Scope::Handler,
    };

    #[test]
    fn keys_travel_through_the_opaque_data() {
        let key = in_turn(CAUSE, 1, 0, 9);
        assert_eq!(from_opaque(&to_opaque(key, None)), Some((key, None)));
        assert_eq!(from_opaque(&to_opaque(key, Some("order|7"))), Some((key, Some("order|7"))));
        for foreign in ["", "w1.", "w1.12", "order-7", "w1.zz000000000000000000000000000000"] {
            assert_eq!(from_opaque(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn every_part_of_a_key_counts() {
        let base = in_turn(CAUSE, 1, 0, 9);
        let others = [
            in_turn(Cause { event: DedupKey(8), ..CAUSE }, 1, 0, 9),
            in_turn(Cause { scope: Scope::FailureHook, ..CAUSE }, 1, 0, 9),
            in_turn(Cause { scope: Scope::AtEnd, ..CAUSE }, 1, 0, 9),
            in_turn(Cause { received: Timestamp::from_millis(0), ..CAUSE }, 1, 0, 9),
            in_turn(CAUSE, 2, 0, 9),
            in_turn(CAUSE, 1, 1, 9),
            in_turn(CAUSE, 1, 0, 8),
        ];
        assert!(others.iter().all(|other| *other != base));
        assert_ne!(named("1", "a"), named("1", "b"));
        assert_ne!(named("1", "a"), named("2", "a"));
        let now = Timestamp::from_millis(1);
        assert_ne!(unnamed(1, now, now, 1), unnamed(1, now, now, 2));
    }

    #[test]
    fn drafts_of_one_place_stand_side_by_side() {
        let place = in_turn(CAUSE, 1, 0, 9).place();
        assert!((0..100).all(|draft| place.contains(&in_turn(CAUSE, 1, 0, draft))));
        assert!(!place.contains(&in_turn(CAUSE, 1, 1, 9)));
        assert!(!place.contains(&in_turn(CAUSE, 2, 0, 9)));
    }

    #[test]
    fn keys_of_one_moment_stand_side_by_side() {
        let later = Cause { received: CAUSE.received + std::time::Duration::from_millis(1), ..CAUSE };
        assert!((0..100).all(|n| in_turn(CAUSE, n, 0, n) < in_turn(later, n, 0, n)));
    }
}
