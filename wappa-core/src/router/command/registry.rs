//! Commands that were found where they stand: what `#[command]` leaves at link time, and who may collect it.

use std::panic::Location;

use super::{Command, Place};

/// What `#[command]` leaves for `commands!()`: where a command stands, and how to make it.
#[doc(hidden)]
pub struct Registered {
    module: &'static str,
    make: fn() -> Command,
}

impl Registered {
    pub const fn new(module: &'static str, make: fn() -> Command) -> Self {
        Self { module, make }
    }
}

inventory::collect!(Registered);

/// Commands for [`Router::commands`](crate::router::Router::commands): `commands!()`, or made one by one.
#[must_use = "commands are called when a router has them"]
#[derive(Debug)]
pub struct Commands {
    pub(in crate::router) commands: Vec<Command>,
    /// Where nothing was found, and in which module.
    pub(in crate::router) empty: Option<(&'static str, &'static Location<'static>)>,
}

impl Commands {
    /// These.
    pub fn of(commands: impl IntoIterator<Item = Command>) -> Self {
        Self { commands: commands.into_iter().collect(), empty: None }
    }

    /// Every `#[command]` in this module and below, as `commands!()` says it. In the order of file and line.
    #[doc(hidden)]
    #[track_caller]
    pub fn below(module: &'static str) -> Self {
        Self::found(module, |of| {
            of.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        })
    }

    /// Every `#[command]` that is linked into the program, as `commands!(all)` says it.
    #[doc(hidden)]
    #[track_caller]
    pub fn all() -> Self {
        Self::found("the program", |_| true)
    }

    #[track_caller]
    fn found(module: &'static str, wanted: impl Fn(&str) -> bool) -> Self {
        let registered = inventory::iter::<Registered>.into_iter().filter(|found| wanted(found.module));
        let mut commands: Vec<Command> = registered.map(|found| (found.make)()).collect();
        commands.sort_by_key(|command| {
            let Place { file, line } = command.place;
            (file, line)
        });
        let place = Location::caller();
        let empty = commands.is_empty().then_some((module, place));
        Self { commands, empty }
    }
}

/// What a router takes commands from: [`Commands`], a single [`Command`], or a value some of whose methods
/// are commands.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no commands",
    note = "`commands!()` collects the functions of this module and below that `#[command]` stands on",
    note = "`#[command]` on `impl {Self}`, and on some of the methods in it, makes commands of these"
)]
pub trait IntoCommands {
    /// The commands.
    fn into_commands(self) -> Commands;
}

impl IntoCommands for Commands {
    fn into_commands(self) -> Commands {
        self
    }
}

impl IntoCommands for Command {
    fn into_commands(self) -> Commands {
        Commands::of([self])
    }
}
