//! What a handler's arguments want to find when the bot starts.

use std::any::{TypeId, type_name};

use super::command::Wanted;

/// What must be there before the first message.
#[derive(Debug, Default)]
pub struct Needs {
    pub(super) states: Vec<(TypeId, &'static str)>,
    /// What is read from the words behind a command's name.
    pub(super) arguments: Vec<Wanted>,
}

impl Needs {
    /// [`Router::state`](super::Router::state) of this type.
    pub fn state<S: 'static>(&mut self) {
        self.states.push((TypeId::of::<S>(), type_name::<S>()));
    }
}
