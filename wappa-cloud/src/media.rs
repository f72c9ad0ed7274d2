//! The kinds of media there are. What each may weigh is in `limits`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A kind of media message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A recording or a voice message.
    Audio,
    /// A file.
    Document,
    /// A sticker.
    Sticker,
}

impl MediaKind {
    /// As Meta writes it: `image`, `video`, `audio`, `document` or `sticker`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Sticker => "sticker",
        }
    }
}

/// Whether a picture moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// It stands still.
    Still,
    /// It moves.
    Moving,
}

impl Motion {
    /// What a sticker's header says: `None` if these bytes are no `WebP`.
    pub fn of_webp(bytes: &[u8]) -> Option<Self> {
        let (riff, webp) = (bytes.get(..4)?, bytes.get(8..12)?);
        if riff != b"RIFF" || webp != b"WEBP" {
            return None;
        }
        // Only the extended format can move, and says so in its second flag.
        let is_extended = bytes.get(12..16)? == b"VP8X";
        let moves = is_extended && bytes.get(20).is_some_and(|flags| flags & 0b10 != 0);
        Some(if moves { Self::Moving } else { Self::Still })
    }
}

impl fmt::Display for MediaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Motion;

    #[test]
    fn a_sticker_says_whether_it_moves() {
        let webp = |chunk: &[u8; 4], flags: u8| {
            let mut bytes = b"RIFF\0\0\0\0WEBP".to_vec();
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(&[10, 0, 0, 0, flags, 0, 0, 0]);
            Motion::of_webp(&bytes)
        };
        assert_eq!(webp(b"VP8 ", 0xff), Some(Motion::Still));
        assert_eq!(webp(b"VP8L", 0), Some(Motion::Still));
        assert_eq!(webp(b"VP8X", 0b1_0000), Some(Motion::Still));
        assert_eq!(webp(b"VP8X", 0b1_0010), Some(Motion::Moving));
        assert_eq!(Motion::of_webp(b"RIFF"), None);
        assert_eq!(Motion::of_webp(b"\x89PNG and more than that"), None);
    }
}
