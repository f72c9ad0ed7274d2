//! Starting what will be under way.

use serde_json::Value;
use wappa_cloud::{PhoneNumberId, Recipient};

use super::{
    Conversation, Dialogue,
    conversation::Conversations,
    driver::settle,
    log::Log,
    stack::UnderWay,
    step::{Input, Kind, Steps},
};
use crate::{chat::Chat, error::Result, messenger::Messenger, session::SessionError};

impl Chat {
    /// Begins a dialogue at its default step and calls its [`begin`](Dialogue::begin). What is under way waits until it
    /// is done; one of the same name, and what was above it, is given up.
    ///
    /// # Errors
    /// Outside a conversation's turn; what `begin` answers.
    pub async fn start<D: Dialogue>(&self) -> Result {
        self.start_at(D::default()).await
    }

    /// Begins a dialogue at this step; see [`Chat::start`].
    ///
    /// # Errors
    /// As for [`Chat::start`].
    pub async fn start_at<D: Dialogue>(&self, step: D) -> Result {
        let state = serde_json::to_value(&step)?;
        self.begin(&Steps::<D>::new(), D::VERSION, state).await
    }

    /// Begins a conversation, which runs in this turn until it waits for an answer. What is under way waits until it is
    /// done; one of the same name, and what was above it, is given up.
    ///
    /// # Errors
    /// Outside a conversation's turn; what the conversation answers.
    pub async fn talk<C: Conversation>(&self, conversation: C) -> Result {
        let state = serde_json::to_value(Log::default())?;
        self.begin(&Conversations(conversation), C::VERSION, state).await
    }

    /// Ends everything that is under way, without a word.
    ///
    /// # Errors
    /// Outside a conversation's turn.
    pub async fn drop_dialogues(&self) -> Result {
        UnderWay::change(self, |under_way| under_way.frames.clear()).await
    }

    async fn begin(&self, kind: &impl Kind, version: u32, state: Value) -> Result {
        let frame = UnderWay::change(self, |under_way| under_way.push(kind.name(), version, state)).await?;
        let id = frame.id;
        let outcome = kind.run(self, frame, Input::Begin).await?;
        settle(self, id, outcome).await.map(drop)
    }
}

impl Messenger {
    /// The step at which a dialogue with somebody is, to look at; nothing if it is not under way, or no longer fits its
    /// type.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn dialogue_of<D: Dialogue>(
        &self,
        number: impl Into<PhoneNumberId>,
        who: impl Into<Recipient>,
    ) -> Result<Option<D>, SessionError> {
        let under_way = self.session_of::<UnderWay>(number, who).await?;
        let frame = under_way.frames.iter().rev().find(|frame| frame.name == D::NAME);
        Ok(frame.and_then(Steps::read))
    }
}
