//! Bytes changed as fuzzers change them, the same way each time.

/// What JSON and Meta's webhooks are made of.
const WORDS: &[&str] = &[
    "null",
    "{}",
    "[]",
    "[[]]",
    "\"\"",
    "0",
    "-1",
    "1e400",
    "18446744073709551616",
    "true",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\u{feff}",
    "\"entry\":",
    "\"changes\":",
    "\"value\":",
    "\"field\":",
    "\"messages\":",
    "\"statuses\":",
    "\"contacts\":",
    "\"errors\":",
    "\"type\":",
    "\"id\":",
    "\"from\":",
    "\"metadata\":",
    "\"standby\":",
    "\"history\":",
    "\"interactive\":",
    "\"error\":",
    "\"code\":",
    "${data.",
    "sha256=",
    "*",
    "_",
    "~",
    "```",
    "\n",
    "é",
    "\u{200d}",
    ",",
    ":",
    "}",
    "]",
    "\\",
];

struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap();
        usize::try_from(self.roll() % bound.max(1)).unwrap()
    }
}

/// Gives every seed, and so many changed ones, to a check.
pub(crate) fn all(seeds: &[Vec<u8>], changed: usize, check: fn(&[u8])) {
    for seed in seeds {
        check(seed);
    }
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..changed {
        let mut bytes = seeds[dice.below(seeds.len())].clone();
        for _ in 0..=dice.below(4) {
            change(&mut bytes, seeds, &mut dice);
        }
        check(&bytes);
    }
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], dice: &mut Dice) {
    let (from, to) = (dice.below(bytes.len() + 1), dice.below(bytes.len() + 1));
    let (from, to) = (from.min(to), from.max(to));
    match dice.below(6) {
        0 => drop(bytes.drain(from..to.min(from + 40))),
        1 => drop(bytes.splice(from..from, WORDS[dice.below(WORDS.len())].bytes())),
        2 => bytes.truncate(to),
        3 if from < bytes.len() => bytes[from] = u8::try_from(dice.below(256)).unwrap(),
        4 => {
            let other = &seeds[dice.below(seeds.len())];
            let at = dice.below(other.len());
            let piece = &other[at..other.len().min(at + 120)];
            drop(bytes.splice(from..to.min(from + 120), piece.iter().copied()));
        }
        _ => {
            let piece = bytes[from..to.min(from + 200)].to_vec();
            drop(bytes.splice(from..from, piece));
        }
    }
}
