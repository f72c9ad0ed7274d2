//! What people do beyond talking: they change and delete what they said, order, fill in forms, call, block and opt out,
//! and move to another number.

use std::{fmt, future::IntoFuture, panic::Location};

use serde::Serialize;
use wappa_cloud::WaId;
use wappa_core::clock::BoxFuture;
use wappa_emulator::{
    Actor, EmulatorError, Line,
    world::{CallAct, CallPermission, Msg, Order, Side},
};

use super::person::{Person, Settling};

impl Person {
    /// Changes the words of this person's newest message that has `words` in it.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn edits(&self, words: &str, text: &str) -> Settling {
        let message = self.own_message(words);
        self.deed(format_args!("edits \"{words}\") {text}"), |actor| actor.edits(&message.id, text))
    }

    /// Deletes this person's newest message that has these words in it, for everyone.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn deletes(&self, words: &str) -> Settling {
        let message = self.own_message(words);
        self.deed(format_args!("deletes \"{words}\")"), |actor| actor.deletes(&message.id))
    }

    /// Orders from a catalog.
    ///
    /// # Panics
    /// The order is empty.
    #[track_caller]
    pub fn orders(&self, order: Order) -> Settling {
        self.does(|actor| actor.orders(order))
    }

    /// Sends the newest Flow back, filled in with this.
    ///
    /// # Panics
    /// No Flow was offered, or `response` is no JSON object.
    #[track_caller]
    pub fn submits(&self, response: impl Serialize) -> Settling {
        let response = self.json(response);
        self.does(|actor| actor.submits(response))
    }

    /// Sends the address that was asked for last.
    ///
    /// # Panics
    /// No address was asked for.
    #[track_caller]
    pub fn submits_address(&self, values: impl Serialize) -> Settling {
        let values = self.json(values);
        self.does(|actor| actor.submits_address(values))
    }

    /// Sends the place that was asked for last; degrees.
    ///
    /// # Panics
    /// No place was asked for.
    #[track_caller]
    pub fn answers_location(&self, latitude: f64, longitude: f64) -> Settling {
        self.does(|actor| actor.answers_location(latitude, longitude))
    }

    /// Answers the newest question whether the business may call.
    ///
    /// # Panics
    /// Nobody asked.
    #[track_caller]
    pub fn answers_call_request(&self, response: CallPermission) -> Settling {
        self.does(|actor| actor.answers_call_request(response))
    }

    /// Opens the link of the bot's newest message with these words.
    ///
    /// # Panics
    /// There is none, or it is no marketing template with a link.
    #[track_caller]
    pub fn clicks(&self, words: &str) -> Settling {
        let message = self.message_with(words);
        self.deed(format_args!("clicks \"{words}\")"), |actor| actor.clicks(&message.id))
    }

    /// Blocks the number: nothing that is sent arrives any more.
    #[track_caller]
    pub fn blocks_us(&self) -> Settling {
        self.deed(format_args!("blocks us)"), Actor::blocks_us)
    }

    /// Unblocks the number.
    #[track_caller]
    pub fn unblocks_us(&self) -> Settling {
        self.deed(format_args!("unblocks us)"), Actor::unblocks_us)
    }

    /// Wants no marketing any more: marketing templates fail with 131050.
    #[track_caller]
    pub fn opts_out(&self) -> Settling {
        self.deed(format_args!("opts out)"), Actor::opts_out)
    }

    /// Wants marketing again.
    #[track_caller]
    pub fn opts_in(&self) -> Settling {
        self.deed(format_args!("opts in)"), Actor::opts_in)
    }

    /// Calls the number, which opens the window for messages.
    #[track_caller]
    pub fn calls(&self) -> Call {
        let mut id = None;
        let settling = self.deed(format_args!("calls)"), |actor| {
            id = Some(actor.calls()?);
            Ok(())
        });
        Call { settling, line: OnTheLine { person: self.clone(), id: id.unwrap_or_default() } }
    }

    /// A call that the bot has begun, by Meta's id of it.
    pub fn called(&self, id: impl Into<String>) -> OnTheLine {
        OnTheLine { person: self.clone(), id: id.into() }
    }

    /// Moves to another phone number. What Meta says about it reaches the bot when the next verb is awaited.
    ///
    /// # Panics
    /// This person has not talked to the bot yet.
    #[track_caller]
    pub fn changes_number(self, to: impl Into<WaId>) -> Self {
        let here = Location::caller();
        match self.actor.clone().changes_number(to) {
            Ok(actor) => Self { actor, ..self },
            Err(error) => self.fail(here, &format!("to move to another number: {error}")),
        }
    }

    /// Gets another user id, as with an account that is made anew.
    ///
    /// # Panics
    /// This person has not talked to the bot yet.
    #[track_caller]
    pub fn changes_user_id(self) -> Self {
        let here = Location::caller();
        match self.actor.clone().changes_user_id() {
            Ok((actor, _)) => Self { actor, ..self },
            Err(error) => self.fail(here, &format!("to get another user id: {error}")),
        }
    }

    /// Follows the invite link of a group: joins it, or asks to.
    ///
    /// # Panics
    /// There is no such group, or it is full.
    #[track_caller]
    pub fn joins(&self, group: &str) -> Settling {
        self.deed(format_args!("joins {group})"), |actor| actor.joins(group))
    }

    /// Leaves a group.
    ///
    /// # Panics
    /// This person is not in it.
    #[track_caller]
    pub fn leaves(&self, group: &str) -> Settling {
        self.deed(format_args!("leaves {group})"), |actor| actor.leaves(group))
    }

    /// Types a text into a group.
    ///
    /// # Panics
    /// This person is not in it, or the text is empty.
    #[track_caller]
    pub fn says_in(&self, group: &str, text: &str) -> Settling {
        self.deed(format_args!("in {group}) {text}"), |actor| actor.says_in(group, text))
    }

    /// Does what is no message of its own in the chat, and notes it.
    #[track_caller]
    fn deed<T>(
        &self,
        deed: impl fmt::Display,
        verb: impl FnOnce(&Actor) -> Result<T, EmulatorError>,
    ) -> Settling {
        let line = Line { speaker: self.phone().name, says: format!("({deed}"), below: Vec::new() };
        self.note(line);
        self.does(verb)
    }

    #[track_caller]
    fn own_message(&self, words: &str) -> Msg {
        let here = Location::caller();
        let is_it = |message: &Msg| {
            message.from == Side::Person && message.content.text().is_some_and(|text| text.contains(words))
        };
        let found = self.actor.chat().messages.into_iter().rev().find(is_it);
        found.unwrap_or_else(|| self.fail(here, &format!("a message of their own with {words:?}")))
    }

    #[track_caller]
    fn json(&self, value: impl Serialize) -> serde_json::Value {
        let here = Location::caller();
        serde_json::to_value(value).unwrap_or_else(|error| self.fail(here, &format!("JSON to send: {error}")))
    }
}

/// Somebody calls: awaiting this lets the bot do all it has to, and gives the call.
#[must_use = "await it, so that the bot hears of it"]
#[derive(Debug)]
pub struct Call {
    pub(super) settling: Settling,
    line: OnTheLine,
}

impl IntoFuture for Call {
    type Output = OnTheLine;
    type IntoFuture = BoxFuture<'static, OnTheLine>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { settling, line } = self;
        Box::pin(async move {
            settling.await;
            line
        })
    }
}

/// A call, as one of those who take part.
#[derive(Debug, Clone)]
pub struct OnTheLine {
    person: Person,
    id: String,
}

impl OnTheLine {
    /// Meta's id of it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Takes the bot's call.
    ///
    /// # Panics
    /// It doesn't ring.
    #[track_caller]
    pub fn takes_it(&self) -> Settling {
        self.acts("takes the call)", CallAct::Accept)
    }

    /// Doesn't take the bot's call.
    ///
    /// # Panics
    /// It doesn't ring.
    #[track_caller]
    pub fn declines(&self) -> Settling {
        self.acts("declines the call)", CallAct::Reject)
    }

    /// Ends the call.
    ///
    /// # Panics
    /// It is not under way.
    #[track_caller]
    pub fn hangs_up(&self) -> Settling {
        self.acts("hangs up)", CallAct::HangUp)
    }

    #[track_caller]
    fn acts(&self, deed: &str, act: CallAct) -> Settling {
        self.person.deed(deed, |actor| actor.acts_on_call(&self.id, act))
    }
}
