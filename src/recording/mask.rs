//! Names, numbers and words of persons as others that mean nothing: the same ones for the same ones, as long as the key is
//! the same.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Makes pseudonyms. Whoever has it can find out by trial which name or word is behind one, so it is kept like a password,
/// or made anew for each recording and forgotten.
#[derive(Clone)]
pub struct RecordingKey([u8; 32]);

impl RecordingKey {
    /// A key that nobody knows: its pseudonyms are the same within this process and in no other.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// A key of your own, 32 random bytes: the pseudonyms of one recording are those of the next.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for RecordingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordingKey(…)")
    }
}

const SYLLABLES: &[&str] = &[
    "ba", "be", "bo", "da", "de", "do", "fa", "fe", "ga", "go", "ka", "ke", "ko", "la", "le", "li", "lo",
    "ma", "me", "mi", "mo", "na", "ne", "ni", "no", "pa", "po", "ra", "re", "ri", "ro", "sa", "se", "si",
    "so", "ta", "te", "ti", "to", "va", "ve", "vi", "vo", "za", "ze", "zo",
];
/// A word of the bot that so many people have heard is nobody's.
const EVERYBODYS: usize = 3;
/// As many digits as this may be somebody's number.
const LONG_NUMBER: usize = 4;

/// What is known of who said what, and the key.
pub(super) struct Mask {
    key: RecordingKey,
    kept: HashSet<String>,
    /// Parts of names and numbers of persons.
    names: HashSet<String>,
    /// What each person said, in words, by pseudonym.
    said: HashMap<String, HashSet<String>>,
    /// Who has heard a word from the bot, as far as it matters.
    heard: HashMap<String, HashSet<String>>,
}

impl Mask {
    pub(super) fn new(key: RecordingKey) -> Self {
        let (kept, names) = (HashSet::new(), HashSet::new());
        Self { key, kept, names, said: HashMap::new(), heard: HashMap::new() }
    }

    pub(super) fn keep(&mut self, word: &str) {
        self.kept.extend(words(word).map(str::to_lowercase));
    }

    fn draw(&self, of: &str) -> impl Iterator<Item = u8> + Clone + use<> {
        // Any length is a key to HMAC, so that this answers always.
        let drawn = Hmac::<Sha256>::new_from_slice(&self.key.0).map(|mut mac| {
            mac.update(of.as_bytes());
            mac.finalize().into_bytes().to_vec()
        });
        drawn.unwrap_or_default().into_iter()
    }

    fn syllables(&self, of: &str, count: usize) -> String {
        let drawn = self.draw(of).take(count);
        drawn.filter_map(|byte| SYLLABLES.get(usize::from(byte) % SYLLABLES.len())).copied().collect()
    }

    /// A business number, for the name of a file.
    pub(super) fn number(&self, id: &str) -> String {
        self.syllables(&format!("business {id}"), 2)
    }

    /// What a person is called from now on.
    pub(super) fn person(&self, id: &str) -> String {
        format!(
            "{} {}",
            capital(&self.syllables(&format!("first name {id}"), 3)),
            capital(&self.syllables(&format!("last name {id}"), 4))
        )
    }

    /// Remembers a name or a number of somebody, so that the bot isn't quoted with it.
    pub(super) fn learn(&mut self, name: &str) {
        self.names.extend(words(name).map(str::to_lowercase).filter(|word| word.chars().count() > 1));
    }

    /// What a person wrote, in other words.
    pub(super) fn theirs(&mut self, person: &str, text: &str) -> String {
        let mut command = text.starts_with('/');
        let said = self.said.entry(person.to_owned()).or_default();
        said.extend(words(text).skip(usize::from(command)).map(str::to_lowercase));
        let mut masked = String::with_capacity(text.len());
        for part in parts(text) {
            let is_word = is_word(part);
            if is_word && !std::mem::take(&mut command) && !self.kept.contains(&part.to_lowercase()) {
                masked.push_str(&self.other(part));
            } else {
                masked.push_str(part);
            }
        }
        masked
    }

    /// Another word for this one: digits for digits, a capital for a capital.
    fn other(&self, word: &str) -> String {
        let small = word.to_lowercase();
        if word.chars().all(|letter| letter.is_ascii_digit()) {
            let mut drawn = self.draw(&format!("number {small}")).cycle();
            return word.chars().filter_map(|_| Some(char::from(b'0' + drawn.next()? % 10))).collect();
        }
        let other = self.syllables(&format!("word {small}"), word.chars().count().div_ceil(2).clamp(1, 6));
        match word.chars().next() {
            Some(first) if first.is_uppercase() => capital(&other),
            _ => other,
        }
    }

    /// What the bot said to a person, with `…` for whatever may be somebody's: names, numbers, addresses, and what this person
    /// said.
    pub(super) fn ours(&mut self, person: &str, text: &str) -> String {
        for word in words(text).map(str::to_lowercase) {
            let heard = self.heard.entry(word).or_default();
            if heard.len() < EVERYBODYS {
                heard.insert(person.to_owned());
            }
        }
        let shown: Vec<String> = text.split('\n').map(|line| self.line(person, line)).collect();
        shown.join("\n")
    }

    fn line(&self, person: &str, line: &str) -> String {
        let mut shown = String::with_capacity(line.len());
        for piece in line.split_inclusive(' ') {
            let (bare, space) = piece.strip_suffix(' ').map_or((piece, ""), |bare| (bare, " "));
            if bare.contains('@') || bare.contains("://") {
                shown.push('…');
            } else {
                for part in parts(bare) {
                    shown.push_str(if self.is_private(person, part) { "…" } else { part });
                }
            }
            shown.push_str(space);
        }
        // Several in a row stand for anything just as well as one.
        while let Some((before, after)) = shown.split_once("… …").or_else(|| shown.split_once("……")) {
            shown = format!("{before}…{after}");
        }
        shown
    }

    fn is_private(&self, person: &str, part: &str) -> bool {
        let word = part.to_lowercase();
        if !is_word(part) || self.kept.contains(&word) {
            return false;
        }
        let digits = part.chars().filter(char::is_ascii_digit).count();
        let theirs = self.said.get(person).is_some_and(|said| said.contains(&word));
        let everybodys = self.heard.get(&word).is_some_and(|heard| heard.len() >= EVERYBODYS);
        digits >= LONG_NUMBER || self.names.contains(&word) || (theirs && !everybodys)
    }
}

fn is_word(part: &str) -> bool {
    part.chars().next().is_some_and(char::is_alphanumeric)
}

/// A text as words and what is between them.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let word = rest.chars().next()?.is_alphanumeric();
        let end = rest.find(|letter: char| letter.is_alphanumeric() != word).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        Some(part)
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    parts(text).filter(|part| is_word(part))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask() -> Mask {
        Mask::new(RecordingKey::new([7; 32]))
    }

    #[test]
    fn the_same_word_is_the_same_other_word_and_looks_alike() {
        let mut mask = mask();
        mask.keep("menu");
        let one = mask.theirs("p", "Elm Street 27, menu? elm 👍");
        let words: Vec<&str> = words(&one).collect();
        assert_eq!(words[0].to_lowercase(), words[4], "{one}");
        assert!(words[0].starts_with(char::is_uppercase) && words[2].len() == 2);
        assert!(words[2].chars().all(|digit| digit.is_ascii_digit()));
        assert!(one.contains(", menu? ") && one.ends_with(" 👍"), "{one}");
        assert!(!one.to_lowercase().contains("elm") && !one.contains("27"), "{one}");
        assert_eq!(one, super::tests::mask().also("menu").theirs("p", "Elm Street 27, menu? elm 👍"));
        let otherwise = Mask::new(RecordingKey::new([8; 32])).theirs("p", "Elm");
        assert_ne!(otherwise, mask.theirs("p", "Elm"));
        assert_eq!(
            mask.theirs("p", "/order Elm").split(' ').next(),
            Some("/order"),
            "a command is the bot's word"
        );
    }

    impl Mask {
        fn also(mut self, word: &str) -> Self {
            self.keep(word);
            self
        }
    }

    #[test]
    fn what_may_be_somebodys_is_left_out_of_what_the_bot_says() {
        let mut mask = mask();
        mask.learn("Ana Souza");
        mask.learn("15550100001");
        mask.theirs("p", "a large pizza to Elm Street");
        for (said, shown) in [
            ("Hi Ana! What next?", "Hi …! What next?"),
            ("To Elm Street, then", "… …, then"),
            ("Your number is +15550100001", "Your number is +…"),
            ("Order 20261 is ready in 15 minutes", "Order … is ready in 15 minutes"),
            ("See https://shop.example/ana or write to ana@a.example now", "See … or write … now"),
            ("One\nAna", "One\n…"),
        ] {
            let got = mask.ours("p", said);
            assert_eq!(got.replace("… …", "…"), shown.replace("… …", "…"), "{said}");
        }
        // What the bot says to everybody is nobody's, even if this person said it too.
        assert_eq!(mask.ours("p", "pizza"), "…");
        mask.ours("q", "pizza");
        mask.ours("r", "pizza");
        assert_eq!(mask.ours("p", "pizza"), "pizza");
        // A name stays out all the same.
        for person in ["p", "q", "r", "s"] {
            assert_eq!(mask.ours(person, "Ana"), "…");
        }
    }
}
