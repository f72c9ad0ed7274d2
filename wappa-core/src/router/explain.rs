//! A router in words: its table, and what it would do with a message.

use std::fmt;

use wappa_cloud::{Event, Message};

use super::{
    Occasion, Router,
    command::{Called, listed},
    route::{Entry, handler_name},
    scope::Scopes,
    seen::Miss,
    turn::{Facts, Subject},
};
use crate::{handler::Outline, happening::Happening};

/// What a router would do with a message, route by route.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The routes that were tried, in their order; the last one is meant for the message, unless none is.
    pub tried: Vec<Tried>,
}

/// A route and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tried {
    /// The handler's name.
    pub route: String,
    /// Where it was written.
    pub place: String,
    /// Why it is not meant for the message; `None` if it is.
    pub skipped: Option<String>,
}

impl Explanation {
    /// The handler that would run.
    pub fn handler(&self) -> Option<&str> {
        self.tried.iter().find(|tried| tried.skipped.is_none()).map(|tried| tried.route.as_str())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for tried in &self.tried {
            match &tried.skipped {
                Some(why) => writeln!(f, "skips  {}: {why}", tried.route)?,
                None => writeln!(f, "runs   {} ({})", tried.route, tried.place)?,
            }
        }
        if self.handler().is_none() {
            writeln!(f, "nothing runs")?;
        }
        Ok(())
    }
}

impl Router {
    /// The table of routes in the order in which they are tried.
    pub fn explain(&self) -> String {
        let mut table = Table::default();
        for claim in &self.claims {
            table.row("dialogue", claim.claim.name(), "", &claim.place.to_string());
        }
        for name in self.dialogues.names() {
            table.row("dialogue", name, "", "");
        }
        let messages =
            [("message", &self.routes), ("stale tap", &self.stale_taps), ("otherwise", &self.otherwise)];
        for (when, entries) in messages {
            for entry in entries {
                table.entry(when, entry, &self.scopes);
            }
        }
        for (kind, entry) in &self.events {
            table.entry(name(*kind), entry, &self.scopes);
        }
        for entry in &self.failures {
            table.entry("turn failed", entry, &self.scopes);
        }
        table.to_string()
    }

    /// What would happen to this message. Nothing runs and nothing is loaded: dialogues and extractors that ask a store
    /// are taken to match.
    pub fn explain_for(&self, message: &Message) -> Explanation {
        let facts = Facts {
            subject: Subject::Happening(Happening::Event(Event::Message(Box::new(message.clone())))),
            chat: None,
            messenger: None,
        };
        let turn = facts.turn(&self.scopes);
        let stale = self.stale_taps.iter().filter(|_| turn.tapped().is_some());
        let mut tried = Vec::new();
        let commands = self.scopes.tables().find_map(|(table, scope)| {
            table.find(&Called::prefixed(turn.text()?, self.scopes.prefixes(scope))?)
        });
        if let Some(command) = commands {
            let (route, place) = (handler_name(command.handler), command.place.to_string());
            return Explanation { tried: vec![Tried { route, place, skipped: None }] };
        }
        for entry in self.routes.iter().chain(stale).chain(&self.otherwise) {
            let skipped = match entry.meet(turn) {
                Ok(_) => None,
                Err(Miss::Skip(skip)) => Some(skip.to_string()),
                Err(Miss::Fail(error)) => Some(format!("it fails: {error}")),
            };
            let over = skipped.is_none();
            let command = entry.route.table().and_then(|table| table.find(&Called::bare(turn.text()?)?));
            let (route, place) = match command {
                Some(command) => (handler_name(command.handler), command.place.to_string()),
                None => (entry.shown(), entry.place.to_string()),
            };
            tried.push(Tried { route, place, skipped });
            if over {
                break;
            }
        }
        Explanation { tried }
    }

    /// The path of the handler that would run, as [`explain_for`](Self::explain_for) finds it, without a word about the
    /// others.
    pub fn handler_for(&self, message: Message) -> Option<&'static str> {
        let subject = Subject::Happening(Happening::Event(Event::Message(Box::new(message))));
        let facts = Facts { subject, chat: None, messenger: None };
        let turn = facts.turn(&self.scopes);
        let called = self.scopes.tables().find_map(|(table, scope)| {
            table.find(&Called::prefixed(turn.text()?, self.scopes.prefixes(scope))?)
        });
        if let Some(command) = called {
            return Some(command.handler);
        }
        let entry = self.routes.iter().chain(&self.otherwise).find(|entry| entry.meet(turn).is_ok())?;
        let bare = entry.route.table().and_then(|table| table.find(&Called::bare(turn.text()?)?));
        Some(bare.map_or(entry.name, |command| command.handler))
    }

    pub(super) fn summary(&self) -> Outline {
        let tables = || self.scopes.tables().map(|(table, _)| table);
        let commands: usize = tables().map(|table| table.commands.len()).sum();
        Outline {
            routes: self.entries().count() - tables().count() + commands + self.claims.len(),
            commands: listed(tables().flat_map(|table| &table.commands)),
            ice_breakers: self.ice_breakers.clone(),
        }
    }
}

fn name(occasion: Occasion) -> &'static str {
    use wappa_cloud::ItemKind;
    match occasion {
        Occasion::Event(ItemKind::Status) => "status",
        Occasion::Event(ItemKind::System) => "system",
        Occasion::Event(ItemKind::MetaError) => "Meta's error",
        Occasion::Event(ItemKind::Template) => "template",
        Occasion::Event(ItemKind::Account) => "account",
        Occasion::Event(ItemKind::Call) => "call",
        Occasion::Event(ItemKind::Group) => "group",
        Occasion::Event(ItemKind::Echo) => "echo",
        Occasion::Event(ItemKind::History) => "history",
        Occasion::Event(ItemKind::AppContact) => "app contact",
        Occasion::Event(ItemKind::Preference) => "preference",
        Occasion::Event(ItemKind::Signal) => "signal",
        Occasion::Event(ItemKind::Handover) => "handover",
        Occasion::Event(ItemKind::Standby) => "standby",
        Occasion::Event(_) => "unknown event",
        Occasion::Credentials => "credentials",
        Occasion::Sent => "what was said",
        Occasion::Timer => "timer",
        Occasion::Custom => "custom",
        Occasion::External => "external",
        Occasion::Expired => "expired",
        Occasion::Failed => "failed message",
        Occasion::Consent => "consent",
        Occasion::Undelivered => "undelivered",
        Occasion::Paused => "paused",
        Occasion::Resumed => "resumed",
    }
}

/// Rows of four columns, each as wide as it must be.
#[derive(Default)]
struct Table(Vec<[String; 4]>);

impl Table {
    fn row(&mut self, when: &str, handler: &str, types: &str, place: &str) {
        self.0.push([when, handler, types, place].map(str::to_owned));
    }

    fn entry(&mut self, when: &str, entry: &Entry, scopes: &Scopes) {
        let Some(table) = entry.route.table() else {
            return self.row(when, &entry.shown(), &entry.types(), &entry.place.to_string());
        };
        let prefix = scopes.prefixes(entry.scope).first().map(|prefix| &**prefix).unwrap_or_default();
        for command in &table.commands {
            let usage = format!("{prefix}{}", command.usage());
            self.row("command", &handler_name(command.handler), &usage, &command.place.to_string());
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut widths = [0; 4];
        for row in &self.0 {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        let [first, second, third, _] = widths;
        for [when, handler, types, place] in &self.0 {
            writeln!(f, "{when:first$}  {handler:second$}  {types:third$}  {place}")?;
        }
        Ok(())
    }
}
