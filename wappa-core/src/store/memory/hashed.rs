//! Maps whose keys are hashes already and need not be hashed again.

use std::hash::{BuildHasherDefault, Hasher};

/// Builds [`Taken`].
pub(super) type Build = BuildHasherDefault<Taken>;

/// Takes the last integer of a key as its hash.
#[derive(Debug, Default)]
pub(super) struct Taken(u64);

impl Hasher for Taken {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = word;
    }

    // A length says nothing about which key it is.
    fn write_usize(&mut self, _: usize) {}

    #[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
    fn write_u128(&mut self, word: u128) {
        self.0 = word as u64;
    }
}
