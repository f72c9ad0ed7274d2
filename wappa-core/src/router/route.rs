//! Routes: what a router tries, one after the other.

use std::panic::Location;

use super::{
    command::Table,
    layer::{Flow, Next},
    needs::Needs,
    scope::Scopes,
    seen::{Miss, Seen, short},
    turn::Turn,
};
use crate::{clock::BoxFuture, error::Result};

/// A route's answer to a message: what would deal with it, or why it is not for this route.
pub(super) type Met<'t> = Seen<BoxFuture<'t, Result<Flow>>>;

/// Something that may deal with a message.
pub(super) trait Route: Send + Sync + 'static {
    /// Whether the message is for this route. Nothing is awaited and nothing happens before the future is polled.
    fn meet<'t>(&'t self, turn: Turn<'t>) -> Met<'t>;

    fn needs(&self, needs: &mut Needs);

    /// The types that decide.
    fn types(&self) -> Vec<&'static str>;

    /// The commands, if it stands for some.
    fn table(&self) -> Option<&Table> {
        None
    }
}

/// The name of a handler as a person wrote it.
pub(super) fn handler_name(type_name: &str) -> String {
    let name = type_name.trim_end_matches("::{{closure}}");
    if name.len() < type_name.len() { format!("closure in {}", short(name)) } else { short(name) }
}

/// A route and where it was written.
pub(super) struct Entry {
    pub(super) route: Box<dyn Route>,
    pub(super) scope: usize,
    pub(super) name: &'static str,
    pub(super) place: &'static Location<'static>,
}

impl Entry {
    pub(super) fn new<F>(route: impl Route, place: &'static Location<'static>) -> Self {
        Self { route: Box::new(route), scope: Scopes::ROOT, name: std::any::type_name::<F>(), place }
    }

    /// The handler's name as a person wrote it.
    pub(super) fn shown(&self) -> String {
        if self.route.table().is_some() { "commands".to_owned() } else { handler_name(self.name) }
    }

    pub(super) fn types(&self) -> String {
        self.route.types().into_iter().map(short).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn meet<'t>(&'t self, turn: Turn<'t>) -> Met<'t> {
        self.route.meet(turn.within(self.scope))
    }

    /// Lets what was met run, inside its layers.
    pub(super) fn run<'t>(
        &'t self,
        turn: Turn<'t>,
        met: BoxFuture<'t, Result<Flow>>,
    ) -> impl Future<Output = Result<Flow>> + Send + 't {
        let turn = turn.within(self.scope);
        Next::new(turn, turn.layers(), met).run()
    }
}

/// Tries these in their order until one has dealt with the turn.
pub(super) async fn first_of<'t>(
    entries: impl IntoIterator<Item = &'t Entry, IntoIter: Send>,
    turn: Turn<'t>,
) -> Result<Flow> {
    for entry in entries {
        match entry.meet(turn) {
            Ok(met) => {
                if entry.run(turn, met).await? == Flow::Done {
                    return Ok(Flow::Done);
                }
            }
            Err(Miss::Skip(_)) => {}
            Err(Miss::Fail(error)) => return Err(error),
        }
    }
    Ok(Flow::Skip)
}
