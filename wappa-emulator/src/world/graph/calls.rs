//! Calls over Graph: their signalling, without sound (Meta's page "Calling API"). What people do about them is in
//! `world::calls`.

use http::Method;
use serde_json::{Value, json};

use super::settings::product;
use super::{Good, GraphCall, fields};
use crate::world::World;
use crate::world::model::{ChatKey, Number, Person};
use crate::world::refusal::Refusal;
use crate::world::standing::{Ability, PhoneApp};

impl World {
    /// `POST /{number}/calls`.
    pub(super) fn calls(&mut self, now: i64, call: &GraphCall, number: &Number) -> Result<Good, Refusal> {
        if number.standing.calling == Ability::Off {
            return Err(Refusal::new(138_000, "Calling is not enabled for this number."));
        }
        let given = call.parameters()?;
        product(&given)?;
        let action = fields::string(&given["action"], "action")?;
        if action == "connect" {
            return self.connect(now, number, &given);
        }
        let id = fields::string(&given["call_id"], "call_id")?.to_owned();
        let known = self.record(&id, "node");
        if known["kind"] != "call" || known["owner"] != json!(number.id) || known["state"] == "ended" {
            return Err(Refusal::parameter("Param call_id is not a call that is under way."));
        }
        match action {
            "pre_accept" | "accept" => {
                session(&given, "answer")?;
                if action == "accept" {
                    self.call_state(&id, "connected", now);
                }
            }
            "reject" => self.end_call(now, &id, "FAILED"),
            "terminate" => self.end_call(now, &id, "COMPLETED"),
            _ => {
                return Err(Refusal::invalid(
                    "action",
                    "must be one of connect, pre_accept, accept, reject, terminate",
                ));
            }
        }
        Ok(Good::json(format!("call: {action}"), json!({"messaging_product": "whatsapp", "success": true})))
    }

    fn connect(&mut self, now: i64, number: &Number, given: &Value) -> Result<Good, Refusal> {
        session(given, "offer")?;
        let input = match &given["to"] {
            Value::Null => fields::string(&given["recipient"], "to")?,
            to => fields::string(to, "to")?,
        };
        let person = self.person_called(input).cloned();
        let person = person.filter(|person| person.attitude.app == PhoneApp::Current);
        let person = person.ok_or_else(|| Refusal::new(138_001, "The receiver can't be called."))?;
        let key = ChatKey { number: number.id.clone(), person: person.id.clone() };
        if !self.may_call(now, &key) {
            return Err(Refusal::new(138_006, "The user has not permitted calls from this business."));
        }
        if number.standing.business_calls == Ability::Off {
            return Err(Refusal::new(138_013, "Business-initiated calls are not available for this number."));
        }
        if self.state.records.values().any(|node| {
            node["kind"] == "call" && node["person"] == json!(person.id) && node["state"] != "ended"
        }) {
            return Err(Refusal::new(138_003, "A call with this user is under way."));
        }
        let opaque = &given["biz_opaque_callback_data"];
        let id = self.place_call(now, number, &person, "BUSINESS_INITIATED", opaque);
        Ok(Good::json(
            format!("calls {}", person.name),
            json!({"messaging_product": "whatsapp", "calls": [{"id": id}]}),
        ))
    }

    /// `GET /{number}/call_permissions`.
    pub(super) fn call_permissions(
        &mut self,
        now: i64,
        call: &GraphCall,
        number: &Number,
    ) -> Result<Good, Refusal> {
        if call.method != Method::GET {
            return Err(Refusal::no_such_object(call.method.as_str(), number.id.as_str()));
        }
        let input = call.query("user_wa_id").or_else(|| call.query("recipient"));
        let input = input.ok_or_else(|| Refusal::parameter("The parameter user_wa_id is required."))?;
        let person: Person = self
            .person_called(input)
            .cloned()
            .ok_or_else(|| Refusal::new(138_001, "The receiver can't be called."))?;
        let key = ChatKey { number: number.id.clone(), person: person.id };
        let (status, until) = self.call_permission(now, &key);
        let may = self.may_call(now, &key);
        let mut permission = json!({ "status": status });
        if let Some(until) = until {
            permission["expiration_time"] = json!(until.div_euclid(1000));
        }
        let action = |name: &str, can: bool| {
            let limits = json!([{"time_period": "PT24H", "max_allowed": 1, "current_usage": u8::from(!can)}]);
            json!({"action_name": name, "can_perform_action": can, "limits": limits})
        };
        let actions = json!([
            action("send_call_permission_request", self.may_ask_to_call(now, &key)),
            action("start_call", may)
        ]);
        Ok(Good::json(
            "reads a call permission",
            json!({"messaging_product": "whatsapp", "permission": permission, "actions": actions}),
        ))
    }
}

fn session(given: &Value, kind: &str) -> Result<(), Refusal> {
    let session = fields::object(&given["session"], "session")?;
    if session["sdp_type"] != kind {
        return Err(Refusal::invalid("session.sdp_type", format!("must be {kind}")));
    }
    fields::string(&session["sdp"], "session.sdp").map(|_| ())
}
