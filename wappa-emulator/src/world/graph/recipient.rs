//! To whom a send goes: `to`, `recipient`, or neither.

use serde_json::Value;
use wappa_cloud::UserId;

use super::fields;
use crate::world::World;
use crate::world::model::{Number, Person};
use crate::world::refusal::Refusal;

/// A recipient as the request named it and as it was found.
pub(super) struct Addressed {
    pub(super) person: Person,
    pub(super) input: String,
    pub(super) by: By,
}

/// Which of the two addresses counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Phone,
    UserId,
}

impl World {
    /// Finds the person; where both are given, `to` wins.
    pub(super) fn addressed(&self, number: &Number, body: &Value) -> Result<Addressed, Refusal> {
        match body["recipient_type"].as_str().unwrap_or("individual") {
            "individual" => {}
            _ => return Err(Refusal::invalid("recipient_type", "must be one of individual, group")),
        }
        if !body["to"].is_null() {
            let input = match &body["to"] {
                Value::Number(digits) => digits.to_string(),
                to => fields::string(to, "to")?.to_owned(),
            };
            return self.by_phone(number, input);
        }
        if !body["recipient"].is_null() {
            let input = fields::string(&body["recipient"], "recipient")?.to_owned();
            let wanted = UserId::from(input.as_str());
            let person = self.state.people.iter().find(|person| person.user_id == wanted);
            let person = person.cloned().ok_or_else(undeliverable)?;
            return Ok(Addressed { person, input, by: By::UserId });
        }
        Err(Refusal::missing("to"))
    }

    fn by_phone(&self, number: &Number, input: String) -> Result<Addressed, Refusal> {
        let separator = |c: char| matches!(c, ' ' | '-' | '(' | ')' | '.');
        let digits: String = input.strip_prefix('+').unwrap_or(&input).replace(separator, "");
        if digits.is_empty() || digits.len() > 20 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::invalid("to", "must be a phone number with country code"));
        }
        if digits == number.phone {
            return Err(Refusal::new(131_021, "Recipient phone number cannot be the sender's own."));
        }
        let person = self
            .state
            .people
            .iter()
            .find(|person| person.wa_id.as_ref().is_some_and(|id| id.as_str() == digits))
            .cloned()
            .ok_or_else(undeliverable)?;
        Ok(Addressed { person, input, by: By::Phone })
    }
}

fn undeliverable() -> Refusal {
    Refusal::new(
        131_026,
        "Message undeliverable: the recipient is not on WhatsApp. In this emulator, add the person first.",
    )
}
