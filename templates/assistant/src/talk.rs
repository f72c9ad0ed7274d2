//! What was said: kept with the person, and never more than a model can read.

use std::collections::VecDeque;

use wappa::prelude::*;

/// As many messages as are remembered, and as many characters.
const MESSAGES: usize = 20;
const CHARACTERS: usize = 12_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    User,
    Assistant,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub role: Role,
    pub content: String,
}

/// The talk with one person. It is written only if the handler returns `Ok`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Talk {
    said: VecDeque<Said>,
}

impl Talk {
    pub fn person(&mut self, text: &str) {
        self.push(Role::User, text);
    }

    pub fn assistant(&mut self, text: &str) {
        self.push(Role::Assistant, text);
    }

    /// All of it, the newest last.
    pub fn so_far(&mut self) -> &[Said] {
        self.said.make_contiguous()
    }

    fn push(&mut self, role: Role, text: &str) {
        let content: String = text.chars().take(CHARACTERS).collect();
        self.said.push_back(Said { role, content });
        while self.said.len() > MESSAGES || self.characters() > CHARACTERS {
            self.said.pop_front();
        }
    }

    fn characters(&self) -> usize {
        self.said
            .iter()
            .map(|said| said.content.chars().count())
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut talk = Talk::default();
        for number in 0..100 {
            talk.person(&number.to_string());
        }
        assert_eq!(talk.so_far().len(), MESSAGES);
        assert_eq!(
            talk.so_far().last().map(|said| said.content.as_str()),
            Some("99")
        );
        talk.assistant(&"x".repeat(2 * CHARACTERS));
        assert_eq!(talk.so_far().len(), 1);
        assert_eq!(talk.characters(), CHARACTERS);
    }
}
