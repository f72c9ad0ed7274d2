//! What can be wrong with a router, said before the first message.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    fmt,
    panic::Location,
};

use super::{Router, command::fold, needs::Needs, route, seen::short};

/// What is wrong with a router: everything that was found, each with its place.
#[derive(Debug, thiserror::Error)]
#[error("the router cannot start:\n  {}", list(.faults))]
pub struct RouterError {
    faults: Vec<Fault>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    StateTwice { name: &'static str, place: &'static Location<'static> },
    NoCommands { module: &'static str, place: &'static Location<'static> },
    CommandTwice { name: String, place: String, first: String },
    CommandName { name: &'static str, place: String },
    DialogueTwice { name: &'static str },
    StateMissing { name: &'static str, wanted_by: String, place: &'static Location<'static> },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StateTwice { name, place } => {
                write!(f, "{place}: a state of the type `{}` was given before", short(name))
            }
            Self::NoCommands { module, place } => {
                write!(f, "{place}: there is no `#[command]` in `{module}` or below: is the module declared?")
            }
            Self::CommandTwice { name, place, first } => {
                write!(f, "{place}: a command called `{name}` stands at {first} already")
            }
            Self::CommandName { name, place } => {
                write!(f, "{place}: a command's name is a word, and `{name}` is none")
            }
            Self::DialogueTwice { name } => {
                write!(f, "two dialogues are kept under the name `{name}`: give each a `NAME` of its own")
            }
            Self::StateMissing { name, wanted_by, place } => {
                let name = short(name);
                write!(
                    f,
                    "{place}: `{wanted_by}` takes `State<{name}>`: give the router `.state(…)` of this type"
                )
            }
        }
    }
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n  ")
}

impl Router {
    /// Everything that is wrong with this router. [`Wappa::build`] asks this, so that a bot with a wrong router does
    /// not start; a test may ask it as well.
    ///
    /// [`Wappa::build`]: https://docs.rs/wappa/latest/wappa/struct.Wappa.html#method.build
    ///
    /// # Errors
    /// States that are missing or given twice, commands that are missing or share a name, and dialogues that do.
    pub fn check(&self) -> Result<(), RouterError> {
        let mut faults = self.faults.clone();
        let mut want = |needs: Needs, scope, wanted_by: String, place| {
            let missing = needs.states.into_iter().filter(|(id, _)| !self.scopes.has_state(scope, *id));
            for (_, name) in missing {
                faults.push(Fault::StateMissing { name, wanted_by: wanted_by.clone(), place });
            }
        };
        for entry in self.entries() {
            let mut needs = Needs::default();
            entry.route.needs(&mut needs);
            want(needs, entry.scope, entry.shown(), entry.place);
        }
        for entry in &self.claims {
            let mut needs = Needs::default();
            entry.claim.needs(&mut needs);
            want(needs, entry.scope, entry.claim.name().to_owned(), entry.place);
        }
        faults.extend(self.wrong_names());
        let mut dialogues = HashSet::new();
        let twice = self.dialogues.names().filter(|name| !dialogues.insert(*name));
        faults.extend(twice.map(|name| Fault::DialogueTwice { name }));
        if faults.is_empty() { Ok(()) } else { Err(RouterError { faults }) }
    }

    fn wrong_names(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut places: HashMap<String, String> = HashMap::new();
        for command in self.scopes.tables().flat_map(|(table, _)| &table.commands) {
            let place = command.place.to_string();
            for name in command.names() {
                if name.is_empty() || name.contains(char::is_whitespace) {
                    faults.push(Fault::CommandName { name, place: place.clone() });
                }
                match places.entry(fold(name).into_owned()) {
                    Entry::Occupied(first) => {
                        let (name, first) = (name.to_owned(), first.get().clone());
                        faults.push(Fault::CommandTwice { name, place: place.clone(), first });
                    }
                    Entry::Vacant(free) => drop(free.insert(place.clone())),
                }
            }
        }
        faults
    }

    /// Every route, whatever it is for.
    pub(super) fn entries(&self) -> impl Iterator<Item = &route::Entry> {
        let of_events = self.events.iter().map(|(_, entry)| entry);
        self.routes
            .iter()
            .chain(&self.stale_taps)
            .chain(&self.otherwise)
            .chain(of_events)
            .chain(&self.failures)
    }
}
