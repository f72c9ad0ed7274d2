//! Commands: handlers that are called by name. What stands behind the name is read as [`Args`].

mod args;
mod argument;
mod called;
mod fold;
mod help;
mod registry;
mod table;
mod words;

use std::panic::Location;

pub use self::{
    args::{Args, FromArgs},
    argument::{Argument, BadArgument, Rest, Shape, Wanted},
    help::Help,
    registry::{Commands, IntoCommands, Registered},
};
pub(super) use self::{
    called::Called,
    fold::fold,
    help::{did_you_mean, help, listed},
    table::{Bare, Table},
};
use super::{
    arguments::Arguments,
    function::{FunctionRoute, Handler},
    needs::Needs,
    route::Route,
};

/// A handler with a name: what `#[command]` makes of an `async fn`. By hand:
///
/// ```
/// use wappa_core::{Result, chat::Chat, router::{Args, Command, Router}};
///
/// async fn add(chat: Chat, Args((what, how_many)): Args<(String, Option<u8>)>) -> Result {
///     chat.say(format!("{} × {what}", how_many.unwrap_or(1))).await?;
///     Ok(())
/// }
///
/// let add = Command::new("add", add).about("Add to your order").arguments(&["what", "how many"]);
/// let bot = Router::new().command(add);
/// assert!(bot.explain().contains("/add <what> [how many]"));
/// ```
#[must_use = "a command is called when a router has it"]
pub struct Command {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) about: &'static str,
    pub(super) section: Option<&'static str>,
    pub(super) listing: Listing,
    pub(super) wanted: Vec<Wanted>,
    pub(super) argument_names: &'static [&'static str],
    pub(super) route: Box<dyn Route>,
    pub(super) handler: &'static str,
    pub(super) place: Place,
}

/// Where a command was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: &'static str,
    pub(super) line: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl From<&Location<'static>> for Place {
    fn from(location: &Location<'static>) -> Self {
        Self { file: location.file(), line: location.line() }
    }
}

/// Whether `/help` and Meta's menu show a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    Shown,
    Hidden,
}

impl Command {
    /// A command of this name: a word, written without its prefix.
    #[track_caller]
    pub fn new<F: Handler<A>, A: Arguments + 'static>(name: &'static str, handler: F) -> Self {
        let mut needs = Needs::default();
        A::needs(&mut needs);
        Self {
            name,
            aliases: &[],
            about: "",
            section: None,
            listing: Listing::Shown,
            wanted: needs.arguments,
            argument_names: &[],
            route: Box::new(FunctionRoute::new(handler)),
            handler: std::any::type_name::<F>(),
            place: Location::caller().into(),
        }
    }

    /// Other names for it.
    pub fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// What it does: the first line is shown in lists.
    pub fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// The heading under which `/help` lists it.
    pub fn section(mut self, section: &'static str) -> Self {
        self.section = Some(section);
        self
    }

    /// Leaves it out of `/help` and of Meta's menu.
    pub fn hidden(mut self) -> Self {
        self.listing = Listing::Hidden;
        self
    }

    /// What its arguments are called when its usage is shown.
    pub fn arguments(mut self, names: &'static [&'static str]) -> Self {
        self.argument_names = names;
        self
    }

    /// Where it was written, if not where this is called.
    #[doc(hidden)]
    pub fn at(mut self, file: &'static str, line: u32) -> Self {
        self.place = Place { file, line };
        self
    }

    /// What its handler is called, where the compiler has no name for it.
    #[doc(hidden)]
    pub fn method(mut self, name: &'static str) -> Self {
        self.handler = name;
        self
    }

    /// What it does, in a line.
    pub(super) fn summary(&self) -> &'static str {
        self.about.lines().next().unwrap_or_default().trim()
    }

    /// `add <what> [how many]`
    pub(super) fn usage(&self) -> String {
        let arguments = self.wanted.iter().enumerate().map(|(at, wanted)| self.argument(at, wanted.shape));
        std::iter::once(self.name.to_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
    }

    fn argument(&self, at: usize, shape: Shape) -> String {
        let name = self.argument_name(at);
        match shape {
            Shape::One => format!("<{name}>"),
            Shape::Optional => format!("[{name}]"),
            Shape::Rest => format!("<{name}…>"),
            Shape::Several => format!("[{name}…]"),
        }
    }

    pub(super) fn argument_name(&self, at: usize) -> String {
        match self.argument_names.get(at) {
            Some(name) => name.replace('_', " "),
            None => self.wanted.get(at).map_or_else(String::new, |wanted| wanted.what.to_string()),
        }
    }

    /// Every name it has, folded.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Command")
            .field("name", &self.name)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}
