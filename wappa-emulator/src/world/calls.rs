//! The signalling of calls: who may, who rings, what is told. There is no sound. Graph's side is in `graph::calls`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::act::ActError;
use super::action::{Action, CallPermission};
use super::change::Change;
use super::content::Content;
use super::model::{ChatKey, Number, Person, Side};
use super::outbox::Lane;
use super::webhook::{contact, seconds};
use super::{DAY, WINDOW, World, notice};

/// A permission to call that isn't for good lasts a week, in milliseconds.
const PERMITTED_FOR: i64 = 7 * DAY;
/// How often a person may be asked for permission to call: once a day, twice a week.
const ASKED_A_DAY: usize = 1;
const ASKED_A_WEEK: usize = 2;

/// What a person does about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallAct {
    /// Takes it.
    Accept,
    /// Doesn't take it.
    Reject,
    /// Ends it.
    HangUp,
}

impl World {
    /// The newest answer to whether the business may call, and until when it holds.
    pub(crate) fn call_permission(&self, now: i64, chat: &ChatKey) -> (&'static str, Option<i64>) {
        let messages = self.state.chat(chat).map_or(&[][..], |chat| &chat.messages);
        let answer = messages.iter().rev().find_map(|message| match message.content {
            Content::CallPermission { response } => Some((response, message.at)),
            _ => None,
        });
        match answer {
            Some((CallPermission::Permanent, _)) => ("permanent", None),
            Some((CallPermission::Temporary, at)) if now < at + PERMITTED_FOR => {
                ("temporary", Some(at + PERMITTED_FOR))
            }
            _ => ("no_permission", None),
        }
    }

    pub(crate) fn may_call(&self, now: i64, chat: &ChatKey) -> bool {
        self.call_permission(now, chat).0 != "no_permission"
    }

    pub(crate) fn may_ask_to_call(&self, now: i64, chat: &ChatKey) -> bool {
        let messages = self.state.chat(chat).map_or(&[][..], |chat| &chat.messages);
        let asked = |since: i64| {
            let asks = |content: &Content| matches!(content, Content::Interactive(asked) if asked.action == Action::CallPermission);
            messages.iter().filter(|message| message.at > since && asks(&message.content)).count()
        };
        asked(now - DAY) < ASKED_A_DAY && asked(now - 7 * DAY) < ASKED_A_WEEK
    }

    /// A call begins to ring; its id.
    pub(crate) fn place_call(
        &mut self,
        now: i64,
        number: &Number,
        person: &Person,
        direction: &str,
        opaque: &Value,
    ) -> String {
        let id = format!("wacid.{}", self.mint.code());
        let call = json!({
            "id": id, "person": person.id, "direction": direction, "state": "ringing", "began": now,
            "opaque": opaque
        });
        self.keep_node("call", number.id.as_str(), &id, call);
        if direction == "USER_INITIATED" {
            let mut told = self.call_json(&id);
            told["event"] = json!("connect");
            told["timestamp"] = json!(seconds(now));
            told["session"] = json!({"sdp_type": "offer", "sdp": "v=0\r\n"});
            self.tell_call(now, &id, json!({ "calls": [told] }));
        } else {
            self.tell_call_status(now, &id, "RINGING");
        }
        id
    }

    /// A person calls the business, which opens the window.
    pub(crate) fn call_business(&mut self, now: i64, chat: &ChatKey) -> Result<String, ActError> {
        self.known(chat)?;
        let (Some(number), Some(person)) =
            (self.state.number(&chat.number).cloned(), self.state.person(&chat.person).cloned())
        else {
            return Err(ActError::NoSuchPerson(chat.person.to_string()));
        };
        self.put(Change::Window { chat: chat.clone(), until: now + WINDOW });
        Ok(self.place_call(now, &number, &person, "USER_INITIATED", &Value::Null))
    }

    /// A person takes, refuses or ends a call.
    pub(crate) fn act_on_call(&mut self, now: i64, id: &str, act: CallAct) -> Result<(), ActError> {
        let call = self.record(id, "node");
        if call["kind"] != "call" || call["state"] == "ended" {
            return Err(ActError::NoSuchCall(id.to_owned()));
        }
        match act {
            CallAct::Accept => {
                self.call_state(id, "connected", now);
                self.tell_call_status(now, id, "ACCEPTED");
                let mut told = self.call_json(id);
                told["event"] = json!("connect");
                told["timestamp"] = json!(seconds(now));
                told["session"] = json!({"sdp_type": "answer", "sdp": "v=0\r\n"});
                self.tell_call(now, id, json!({ "calls": [told] }));
            }
            CallAct::Reject => {
                self.tell_call_status(now, id, "REJECTED");
                self.end_call(now, id, "FAILED");
            }
            CallAct::HangUp => self.end_call(now, id, "COMPLETED"),
        }
        Ok(())
    }

    pub(crate) fn call_state(&mut self, id: &str, state: &str, now: i64) {
        let mut call = self.record(id, "node");
        call["state"] = json!(state);
        if state == "connected" {
            call["connected"] = json!(now);
        }
        self.keep_record(id, "node", Some(call));
    }

    /// A call is over, and the business is told how long it was.
    pub(crate) fn end_call(&mut self, now: i64, id: &str, status: &str) {
        let call = self.record(id, "node");
        self.call_state(id, "ended", now);
        let mut told = self.call_json(id);
        told["event"] = json!("terminate");
        told["timestamp"] = json!(seconds(now));
        told["status"] = json!(status);
        if let Some(connected) = call["connected"].as_i64() {
            told["start_time"] = json!(seconds(connected));
            told["end_time"] = json!(seconds(now));
            told["duration"] = json!((now - connected).div_euclid(1000));
        }
        self.tell_call(now, id, json!({ "calls": [told] }));
    }

    fn parties(&self, id: &str) -> Option<(Number, Person)> {
        let call = self.record(id, "node");
        let number = self.state.number(&call["owner"].as_str()?.into())?.clone();
        let person = super::PersonId(call["person"].as_str()?.to_owned());
        Some((number, self.state.person(&person)?.clone()))
    }

    fn call_json(&self, id: &str) -> Value {
        let call = self.record(id, "node");
        let mut told = json!({"id": id, "direction": call["direction"]});
        if let Some((number, person)) = self.parties(id) {
            let (from, to) = if call["direction"] == "USER_INITIATED" {
                (Side::Person, Side::Business)
            } else {
                (Side::Business, Side::Person)
            };
            let address = |side: Side| match side {
                Side::Business => json!(number.phone),
                Side::Person => json!(person.wa_id),
            };
            told["from"] = address(from);
            told["to"] = address(to);
            let user = if from == Side::Person { "from_user_id" } else { "to_user_id" };
            told[user] = json!(person.user_id);
        }
        if !call["opaque"].is_null() {
            told["biz_opaque_callback_data"] = call["opaque"].clone();
        }
        told
    }

    fn tell_call_status(&mut self, now: i64, id: &str, status: &str) {
        let Some((_, person)) = self.parties(id) else { return };
        let told = json!([{
            "id": id, "type": "call", "status": status, "timestamp": seconds(now), "recipient_id": person.wa_id,
            "recipient_user_id": person.user_id
        }]);
        self.tell_call(now, id, json!({ "statuses": told }));
    }

    fn tell_call(&mut self, now: i64, id: &str, mut rest: Value) {
        let Some((number, person)) = self.parties(id) else { return };
        rest["contacts"] = json!([contact(&person)]);
        let body = notice::of_number(&number, "calls", rest);
        let chat = ChatKey { number: number.id.clone(), person: person.id.clone() };
        self.queue_field(Lane::Chat(chat), "calls", now, &format!("call with {}", person.name), body);
    }
}
