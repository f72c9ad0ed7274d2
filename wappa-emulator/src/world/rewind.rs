//! Going back: a chat as it was before one of the person's messages. Time, other chats and what Graph keeps stay.

use wappa_cloud::MessageId;

use super::act::ActError;
use super::change::Change;
use super::model::{ChatKey, Msg, Side};
use super::outbox::{Lane, Outcome};
use super::{WINDOW, World};

impl World {
    /// Lets a message of the person, and everything after it, not have happened. Answers with that message.
    pub(crate) fn rewind(&mut self, chat: &ChatKey, id: &MessageId) -> Result<Msg, ActError> {
        self.known(chat)?;
        let messages = self.state.chat(chat).map_or(&[][..], |chat| &chat.messages);
        let at = messages.iter().position(|message| message.id == *id && message.from == Side::Person);
        let (kept, gone) = at
            .and_then(|at| messages.split_at_checked(at))
            .ok_or_else(|| ActError::NoSuchMessage(id.clone()))?;
        let first = gone.first().cloned().ok_or_else(|| ActError::NoSuchMessage(id.clone()))?;
        let last = kept.iter().rev().find(|message| message.from == Side::Person);
        let window = last.map(|message| message.at + WINDOW);
        self.put(Change::Rewound { chat: chat.clone(), before: id.clone(), window });
        let lane = Lane::Chat(chat.clone());
        let waiting: Vec<u64> =
            self.state.outbox.all().filter(|webhook| webhook.lane == lane).map(|webhook| webhook.n).collect();
        for n in waiting {
            self.put(Change::WebhookDone { lane: lane.clone(), n, outcome: Outcome::Expired });
        }
        Ok(first)
    }
}
