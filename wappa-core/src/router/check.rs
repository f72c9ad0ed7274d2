//! What can be wrong with a router, said before the first message.

use std::{fmt, panic::Location};

use super::{Router, needs::Needs, route::Entry, seen::short};

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
    StateMissing { name: &'static str, wanted_by: String, place: &'static Location<'static> },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StateTwice { name, place } => {
                write!(f, "{place}: a state of the type `{}` was given before", short(name))
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
    /// States that are missing or given twice.
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
        if faults.is_empty() { Ok(()) } else { Err(RouterError { faults }) }
    }

    /// Every route, whatever it is for.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        let of_events = self.events.iter().map(|(_, entry)| entry);
        self.routes
            .iter()
            .chain(&self.stale_taps)
            .chain(&self.otherwise)
            .chain(of_events)
            .chain(&self.failures)
    }
}
