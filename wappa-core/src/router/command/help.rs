//! `/help`, which writes itself, and what is said of a name that is nearly one.

use wappa_cloud::limits::TEXT_BODY;

use super::{Called, Command, Listing, fold::nearest, table::say};
use crate::{
    error::Result,
    router::{extract::Look, layer::Flow, seen::Seen, turn::Turn},
};

/// What a person can say to this bot: the commands by section, each with its usage and its first line of documentation.
/// Behind the name of one command, that command's usage and all of its documentation.
///
/// `/help` says this by itself. A command called `help` of your own may take it as an argument, and then is the only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    lines: Vec<String>,
}

impl Help {
    /// As messages, none longer than Meta takes.
    pub fn pages(&self) -> Vec<String> {
        let mut pages: Vec<String> = Vec::new();
        for line in &self.lines {
            match pages.last_mut() {
                Some(page) if page.chars().count() + 1 + line.chars().count() <= TEXT_BODY.max => {
                    page.push('\n');
                    page.push_str(line);
                }
                _ => pages.push(line.chars().take(TEXT_BODY.max).collect()),
            }
        }
        pages
    }

    fn of(turn: &Turn<'_>) -> Self {
        let all: Vec<&Command> =
            turn.commands().filter(|command| command.listing == Listing::Shown).collect();
        let prefix = turn.prefix();
        let called = turn.words().and_then(Called::bare);
        let asked = called.and_then(|called| {
            let name = called.typed.strip_prefix(prefix).unwrap_or(called.typed);
            let name = super::fold::fold(name);
            all.iter().find(|command| command.names().any(|of| super::fold::fold(of) == name)).copied()
        });
        let lines = match asked {
            Some(command) => one(command, prefix),
            None => list(&all, prefix),
        };
        Self { lines }
    }
}

fn one(command: &Command, prefix: &str) -> Vec<String> {
    let usage = format!("*{prefix}{}*", command.usage());
    let also = (!command.aliases.is_empty()).then(|| {
        let names: Vec<String> = command.aliases.iter().map(|name| format!("{prefix}{name}")).collect();
        format!("Also: {}", names.join(", "))
    });
    let about = command.about.lines().map(|line| line.trim().to_owned());
    std::iter::once(usage).chain(about).chain(also).collect()
}

/// Commands without a section first, then the sections in the order in which they first appear.
fn list(all: &[&Command], prefix: &str) -> Vec<String> {
    let mut sections: Vec<Option<&str>> = vec![None];
    for command in all {
        if !sections.contains(&command.section) {
            sections.push(command.section);
        }
    }
    let mut lines = Vec::new();
    for section in sections {
        let mut of_section = all.iter().filter(|command| command.section == section).peekable();
        if of_section.peek().is_none() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(section.map(|section| format!("*{section}*")));
        lines.extend(of_section.map(|command| match command.summary() {
            "" => format!("{prefix}{}", command.usage()),
            summary => format!("{prefix}{}: {summary}", command.usage()),
        }));
    }
    lines
}

/// Names and what they do, for Meta's menu.
pub(in crate::router) fn listed<'c>(commands: impl Iterator<Item = &'c Command>) -> Vec<(String, String)> {
    let mut listed: Vec<(String, String)> = commands
        .filter(|command| command.listing == Listing::Shown)
        .map(|command| {
            let about = if command.summary().is_empty() { command.name } else { command.summary() };
            (command.name.to_owned(), about.to_owned())
        })
        .collect();
    if !listed.is_empty() && !listed.iter().any(|(name, _)| name == "help") {
        listed.push(("help".to_owned(), "What you can say here".to_owned()));
    }
    listed
}

#[diagnostic::do_not_recommend]
impl Look for Help {
    fn look(turn: &Turn<'_>) -> Seen<Self> {
        Ok(Self::of(turn))
    }
}

/// Answers `help` if no command of the author's has that name.
pub(in crate::router) async fn help(called: &Called<'_>, turn: Turn<'_>) -> Result<Flow> {
    if called.name != "help" || turn.commands().next().is_none() {
        return Ok(Flow::Skip);
    }
    for page in Help::of(&turn.with_words(called.words)).pages() {
        say(turn, page).await?;
    }
    Ok(Flow::Done)
}

/// Answers a prefixed name that is nearly a command's.
pub(in crate::router) async fn did_you_mean(called: &Called<'_>, turn: Turn<'_>) -> Result<Flow> {
    let shown = turn.commands().filter(|command| command.listing == Listing::Shown);
    let names = shown.flat_map(Command::names).chain(["help"]);
    let Some(meant) = nearest(&called.name, names) else { return Ok(Flow::Skip) };
    let prefix = turn.prefix();
    say(turn, format!("There is no {prefix}{}. Did you mean {prefix}{meant}?", called.typed)).await
}
