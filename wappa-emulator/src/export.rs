//! A chat as something to keep: as a transcript to be played again, or as the beginnings of a test in Rust.

use std::fmt::Write as _;

use crate::transcript::Line;
use crate::world::{Chat, Content, Msg, Side};

/// What the business is called there.
const BOT: &str = "Bot";

/// One line for each thing said.
pub(crate) fn talk(chat: &Chat, person: &str) -> String {
    let mut talk = String::new();
    for message in &chat.messages {
        let speaker = if message.from == Side::Business { BOT } else { person };
        let reactions = [(person, &message.reactions.person), (BOT, &message.reactions.business)];
        let reacts = |(who, emoji): (&str, &Option<String>)| {
            emoji.as_ref().map(|emoji| Line::act(who, format_args!("reacts {emoji}")))
        };
        let lines = [Some(Line::of(chat, message, speaker))].into_iter().chain(reactions.map(reacts));
        for line in lines.flatten() {
            let _ = writeln!(talk, "{line}");
        }
    }
    talk
}

/// A test with the acts and the first words of each answer; the bot is left to be filled in.
pub(crate) fn test(chat: &Chat, person: &str) -> String {
    let name: String = person.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name.to_ascii_lowercase()
    } else {
        "person".to_owned()
    };
    let mut test = format!(
        "#[wappa::test]\nasync fn {name}_talks_to_the_bot(world: World) {{\n    let {name} = world.bot(MyBot).user({person:?});\n"
    );
    for message in &chat.messages {
        let step = match message.from {
            Side::Person => act(message),
            Side::Business => expectation(message),
        };
        let _ = writeln!(test, "    {name}{step}");
    }
    test.push_str("}\n");
    test
}

fn act(message: &Msg) -> String {
    match &message.content {
        Content::Text(text) => format!(".says({:?}).await;", text.body),
        Content::Reply(reply) => format!(".taps({:?}).await;", reply.title),
        Content::Image(_) => ".sends_image(\"bytes\").await;".to_owned(),
        Content::Location(place) => {
            format!(".shares_location({:?}, {:?}).await;", place.latitude, place.longitude)
        }
        other => format!(".transcript(); // did something here that has no verb: {}", other.kind()),
    }
}

fn expectation(message: &Msg) -> String {
    let titles: Vec<String> = message.content.options().into_iter().map(|option| option.title).collect();
    let options = match (&message.content, titles.is_empty()) {
        (_, true) => String::new(),
        (Content::List(_), false) => format!(".rows({titles:?})"),
        _ => format!(".buttons({titles:?})"),
    };
    match message.content.text() {
        Some(text) => format!(".sees({text:?}){options};"),
        None => format!(".sees_a({:?});", message.content.kind()),
    }
}
