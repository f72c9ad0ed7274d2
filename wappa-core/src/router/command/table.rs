//! The commands of one `.commands(…)`, by name.

use std::{collections::HashMap, sync::Arc};

use wappa_cloud::IntoDraft;

use super::{Called, Command, fold::fold};
use crate::{
    clock::BoxFuture,
    error::Result,
    router::{
        layer::{Flow, Next},
        needs::Needs,
        route::{Met, Route},
        seen::{Miss, Skip, Why},
        turn::Turn,
    },
};

/// Commands and all of their names. Of two with the same name the first is found; that there are two is an error when
/// the bot starts.
pub(in crate::router) struct Table {
    pub(in crate::router) commands: Vec<Command>,
    by_name: HashMap<String, usize>,
}

impl Table {
    pub(in crate::router) fn new(commands: Vec<Command>) -> Self {
        let mut by_name = HashMap::new();
        for (at, command) in commands.iter().enumerate() {
            for name in command.names() {
                by_name.entry(fold(name).into_owned()).or_insert(at);
            }
        }
        Self { commands, by_name }
    }

    pub(in crate::router) fn find(&self, called: &Called<'_>) -> Option<&Command> {
        self.commands.get(*self.by_name.get(&*called.name)?)
    }

    /// What a prefixed call leads to: the command, or an answer that says what is wrong with its words.
    pub(in crate::router) async fn run<'t>(&'t self, called: &Called<'t>, turn: Turn<'t>) -> Result<Flow> {
        let Some(command) = self.find(called) else { return Ok(Flow::Skip) };
        let turn = turn.with_words(called.words);
        let met: BoxFuture<'t, Result<Flow>> = match command.route.meet(turn) {
            Ok(met) => met,
            Err(Miss::Skip(Skip { why: Why::Usage(bad) })) => {
                let name = bad.at.map(|at| command.argument_name(at)).unwrap_or_default();
                let usage = format!("{}{}", turn.prefix(), command.usage());
                Box::pin(say(turn, format!("{}\nUsage: {usage}", bad.about(&name))))
            }
            Err(Miss::Skip(_)) => return Ok(Flow::Skip),
            Err(Miss::Fail(error)) => return Err(error),
        };
        Next::new(turn, turn.layers(), met).run().await
    }
}

/// Says something in the conversation, if there is one.
pub(super) async fn say(turn: Turn<'_>, text: impl IntoDraft + Send) -> Result<Flow> {
    match turn.chat() {
        Some(chat) => chat.send(text).await.map(|_| Flow::Done).map_err(Into::into),
        None => Ok(Flow::Skip),
    }
}

/// Commands called without a prefix, as one route among others: the whole text is the name, or what stands behind it
/// fits the command's arguments.
pub(in crate::router) struct Bare(pub(in crate::router) Arc<Table>);

impl Route for Bare {
    fn meet<'t>(&'t self, turn: Turn<'t>) -> Met<'t> {
        let text = turn.text().ok_or_else(|| Miss::skip("it is no text"))?;
        let command = Called::bare(text).and_then(|called| Some((self.0.find(&called)?, called)));
        match command {
            Some(_) if turn.is_prefixed_only() => Err(Miss::skip("commands want their prefix here")),
            Some((command, called)) if called.words.is_empty() || !command.wanted.is_empty() => {
                command.route.meet(turn.with_words(called.words))
            }
            Some(_) => Err(Miss::skip("more than the name of a command")),
            None => Err(Miss::skip("it begins with no command's name")),
        }
    }

    fn needs(&self, needs: &mut Needs) {
        for command in &self.0.commands {
            command.route.needs(needs);
        }
    }

    fn types(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn table(&self) -> Option<&Table> {
        Some(&self.0)
    }
}
