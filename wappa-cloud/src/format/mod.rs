//! WhatsApp's text formatting: what of a text is formatted, making long texts fit with their formatting kept whole, and
//! Markdown as WhatsApp writes it.
//!
//! WhatsApp formats `*bold*`, `_italic_`, `~struck~`, `` `code` `` and blocks between three backticks (Meta: *Formatting
//! options for messages*, WhatsApp help centre). A pair of marks counts only if it hugs its words, stands apart from
//! other letters, and ends in the line in which it began; blocks may span lines.
//!
//! ```
//! use wappa_cloud::{format, limits};
//!
//! let answer = "A *long* answer. ".repeat(1_000);
//! for part in format::split(&answer, &limits::TEXT_BODY) {
//!     assert!(limits::TEXT_BODY.allows(&part));
//! }
//! assert_eq!(format::truncate("*Twenty characters are few*", &limits::BUTTON_TITLE), "*Twenty characters…*");
//! ```

mod fit;
#[cfg(feature = "markdown")]
mod markdown;
mod span;

pub use self::fit::{split, truncate};
#[cfg(feature = "markdown")]
pub use self::markdown::from_markdown;
