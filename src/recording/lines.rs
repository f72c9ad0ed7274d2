//! What a person did, as the line of a talk that does the same.

use wappa_cloud::{Content, Media, MediaKind, Message, Playback};

use super::mask::Mask;

/// The line, with other words.
pub(super) fn of_person(mask: &mut Mask, person: &str, message: &Message) -> String {
    let line = |says: String| {
        let mut lines = says.split('\n');
        let first = format!("{person}: {}", lines.next().unwrap_or_default());
        lines.fold(first, |text, more| format!("{text}\n  | {more}").trim_end().to_owned())
    };
    let done = match &message.content {
        Content::Text(text) => {
            let words = mask.theirs(person, text);
            if words.starts_with(['(', '\\']) { format!("\\{words}") } else { words }
        }
        Content::Image(file)
        | Content::Video(file)
        | Content::Audio(file)
        | Content::Document(file)
        | Content::Sticker(file) => sent(mask, person, file),
        // Somewhere that is nobody's.
        Content::Location(_) => "(location 0 0)".to_owned(),
        Content::Contacts(cards) => {
            let names =
                cards.iter().map(|card| mask.person(card.name.formatted_name.as_deref().unwrap_or_default()));
            format!("(contacts {})", names.collect::<Vec<_>>().join(", "))
        }
        Content::Reaction(reaction) => match reaction.emoji.as_deref().filter(|emoji| !emoji.is_empty()) {
            Some(emoji) => format!("(reacts {emoji})"),
            None => "(takes the reaction back)".to_owned(),
        },
        Content::RequestWelcome => "(opens the chat)".to_owned(),
        other => match message.tapped() {
            Some(tapped) => format!("(taps {})", mask.ours(person, tapped.title)),
            None => return format!("# {person} did something that has no words in a talk: {}", kind(other)),
        },
    };
    line(done)
}

/// Time in which nothing was said, in minutes.
pub(super) fn pause(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("({minutes}m later)\n"),
        (hours, 0) => format!("({hours}h later)\n"),
        (hours, minutes) => format!("({hours}h {minutes}m later)\n"),
    }
}

fn sent(mask: &mut Mask, person: &str, file: &Media) -> String {
    let what = match file.kind {
        MediaKind::Audio if file.playback == Playback::Voice => "(voice)".to_owned(),
        MediaKind::Document => {
            let ending = file.filename.as_deref().and_then(|name| name.rsplit_once('.'));
            let ending = ending.map(|(_, ending)| ending).filter(|ending| {
                ending.len() <= 4 && ending.chars().all(|letter| letter.is_ascii_alphanumeric())
            });
            format!("(document file.{})", ending.unwrap_or("pdf"))
        }
        kind => format!("({})", kind.as_str()),
    };
    match &file.caption {
        Some(caption) => format!("{what} {}", mask.theirs(person, caption)),
        None => what,
    }
}

fn kind(content: &Content) -> &'static str {
    match content {
        Content::FlowReply(_) => "a form",
        Content::Address(_) => "an address",
        Content::CallPermission(_) => "a permission to call",
        Content::Order(_) => "an order",
        Content::Product(_) => "a product",
        Content::Edit(_) => "an edit",
        Content::Revoke(_) => "a message taken back",
        _ => "something else",
    }
}
