//! What an actor does beyond talking: edits, orders, forms, blocking, opting out, moving to another number.

use serde_json::Value;
use wappa_cloud::{MessageId, UserId, WaId};

use crate::actor::Actor;
use crate::error::EmulatorError;
use crate::world::{
    Action, Blocking, CallAct, CallPermission, Content, Control, Extras, Location, Marketing, Membership,
    Order, PersonAct, TemplateButton,
};

impl Actor {
    /// Does anything a person can do, with something along with it: forwarded, led here by an ad, about a product.
    ///
    /// # Errors
    /// The act is not possible.
    pub fn acts_with(&self, act: PersonAct, extras: Extras) -> Result<MessageId, EmulatorError> {
        Ok(self.emulator.act(&self.chat_key(), act, extras)?)
    }

    /// Changes the words of an earlier message. The answer is the id of the edit.
    ///
    /// # Errors
    /// This person has said no such message.
    pub fn edits(&self, message: &MessageId, text: &str) -> Result<MessageId, EmulatorError> {
        self.emulator.edit_message(&self.chat_key(), message, text)
    }

    /// Deletes an earlier message for everyone. The answer is the id of the deletion.
    ///
    /// # Errors
    /// This person has said no such message.
    pub fn deletes(&self, message: &MessageId) -> Result<MessageId, EmulatorError> {
        self.emulator.revoke(&self.chat_key(), message)
    }

    /// Orders from a catalog.
    ///
    /// # Errors
    /// The order is empty.
    pub fn orders(&self, order: Order) -> Result<MessageId, EmulatorError> {
        self.acts(PersonAct::Order(order))
    }

    /// Sends the newest Flow back, filled in.
    ///
    /// # Errors
    /// No Flow was offered.
    pub fn submits(&self, response: Value) -> Result<MessageId, EmulatorError> {
        let message = self.newest("a flow", |content| match content {
            Content::Interactive(asked) => matches!(asked.action, Action::Flow(_)),
            Content::Template(template) => {
                template.buttons.iter().any(|button| matches!(button, TemplateButton::Flow { .. }))
            }
            _ => false,
        })?;
        self.acts(PersonAct::SubmitFlow { message, response })
    }

    /// Sends the address that was asked for last.
    ///
    /// # Errors
    /// No address was asked for.
    pub fn submits_address(&self, values: Value) -> Result<MessageId, EmulatorError> {
        let message = self.newest("an address form", |content| {
            matches!(content, Content::Interactive(asked) if matches!(asked.action, Action::Address { .. }))
        })?;
        self.acts(PersonAct::SubmitAddress { message, values })
    }

    /// Sends the place that was asked for last.
    ///
    /// # Errors
    /// No place was asked for.
    pub fn answers_location(&self, latitude: f64, longitude: f64) -> Result<MessageId, EmulatorError> {
        let message = self.newest("a request for a place", |content| {
            matches!(content, Content::Interactive(asked) if asked.action == Action::LocationRequest)
        })?;
        let location = Location { latitude, longitude, name: None, address: None };
        self.acts(PersonAct::AnswerLocation { message, location })
    }

    /// Answers the newest question whether the business may call.
    ///
    /// # Errors
    /// Nobody asked.
    pub fn answers_call_request(&self, response: CallPermission) -> Result<MessageId, EmulatorError> {
        let message = self.newest("a request to call", |content| {
            matches!(content, Content::Interactive(asked) if asked.action == Action::CallPermission)
        })?;
        self.acts(PersonAct::AnswerCallRequest { message, response })
    }

    /// Clicks the link of a marketing template.
    ///
    /// # Errors
    /// The message is none.
    pub fn clicks(&self, message: &MessageId) -> Result<(), EmulatorError> {
        self.emulator.click(&self.chat_key(), message)
    }

    /// Has another app at the number take this conversation, or gives it back: the bot hears on standby meanwhile.
    ///
    /// # Errors
    /// The chat is unknown.
    pub fn is_answered_by(&self, who: Control) -> Result<(), EmulatorError> {
        self.emulator.pass_control(&self.chat_key(), who)
    }

    /// Blocks the business number: what it sends stays `sent`.
    ///
    /// # Errors
    /// The chat is unknown.
    pub fn blocks_us(&self) -> Result<(), EmulatorError> {
        self.emulator.block(&self.chat_key(), Blocking::Block)
    }

    /// Unblocks the business number.
    ///
    /// # Errors
    /// The chat is unknown.
    pub fn unblocks_us(&self) -> Result<(), EmulatorError> {
        self.emulator.block(&self.chat_key(), Blocking::Unblock)
    }

    /// Wants no marketing any more: marketing templates fail with 131050.
    ///
    /// # Errors
    /// The chat is unknown.
    pub fn opts_out(&self) -> Result<(), EmulatorError> {
        self.emulator.opt(&self.chat_key(), Marketing::Stop)
    }

    /// Wants marketing again.
    ///
    /// # Errors
    /// The chat is unknown.
    pub fn opts_in(&self) -> Result<(), EmulatorError> {
        self.emulator.opt(&self.chat_key(), Marketing::Resume)
    }

    /// Moves to another phone number, which brings a new user id.
    ///
    /// # Errors
    /// The chat is unknown.
    pub fn changes_number(self, to: impl Into<WaId>) -> Result<Self, EmulatorError> {
        let person = self.emulator.change_number(&self.chat_key(), to.into())?;
        Ok(Self { person, ..self })
    }

    /// Gets another user id, e.g. because an account was made anew.
    ///
    /// # Errors
    /// The chat is unknown.
    pub fn changes_user_id(self) -> Result<(Self, UserId), EmulatorError> {
        let id = self.emulator.change_user_id(&self.chat_key())?;
        let mut person = self.person.clone();
        person.user_id = id.clone();
        Ok((Self { person, ..self }, id))
    }

    /// Calls the business, which opens the window; the call's id.
    ///
    /// # Errors
    /// The chat is unknown.
    pub fn calls(&self) -> Result<String, EmulatorError> {
        self.emulator.call_business(&self.chat_key())
    }

    /// Takes, refuses or ends a call.
    ///
    /// # Errors
    /// There is no such call under way.
    pub fn acts_on_call(&self, call: &str, act: CallAct) -> Result<(), EmulatorError> {
        self.emulator.act_on_call(call, act)
    }

    /// Follows the invite link of a group: joins it, or asks to.
    ///
    /// # Errors
    /// There is no such group, or it is full.
    pub fn joins(&self, group: &str) -> Result<(), EmulatorError> {
        self.emulator.membership(group, &self.person.id, Membership::Join)
    }

    /// Leaves a group.
    ///
    /// # Errors
    /// This person is not in such a group.
    pub fn leaves(&self, group: &str) -> Result<(), EmulatorError> {
        self.emulator.membership(group, &self.person.id, Membership::Leave)
    }

    /// Types a text into a group.
    ///
    /// # Errors
    /// This person is not in such a group, or the text is empty.
    pub fn says_in(&self, group: &str, text: &str) -> Result<MessageId, EmulatorError> {
        self.emulator.say_in_group(group, &self.person.id, text)
    }
}
