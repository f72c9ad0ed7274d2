//! Dialogues and conversations of a router: they hear what a person says before the routes do.

use super::{
    Router,
    layer::{Flow, Next},
    scope::Scopes,
    turn::Turn,
};
#[cfg(doc)]
use crate::chat::Chat;
use crate::{
    dialogue::{Conversation, Dialogue, Taken},
    error::Result,
};

impl Router {
    /// Lets a dialogue go on that [`Chat::start`] has begun: while it is under way it hears what the person says before the
    /// routes do.
    pub fn dialogue<D: Dialogue>(mut self) -> Self {
        self.dialogues = self.dialogues.dialogue::<D>();
        self
    }

    /// Lets a conversation go on that [`Chat::talk`] has begun: while it is under way it hears what the person says before
    /// the routes do.
    pub fn conversation<C: Conversation>(mut self, conversation: C) -> Self {
        self.dialogues = self.dialogues.conversation(conversation);
        self
    }

    /// Gives a message to what is under way, inside the layers of this router.
    pub(super) async fn under_way(&self, turn: Turn<'_>) -> Result<Flow> {
        let (Some(chat), Some(message)) = (turn.chat(), turn.message()) else { return Ok(Flow::Skip) };
        if self.dialogues.names().next().is_none() {
            return Ok(Flow::Skip);
        }
        let turn = turn.within(Scopes::ROOT);
        let going_on = async move {
            Ok(match self.dialogues.message(chat, message).await? {
                Taken::Yes => Flow::Done,
                Taken::No => Flow::Skip,
            })
        };
        Next::new(turn, turn.layers(), Box::pin(going_on)).run().await
    }
}
