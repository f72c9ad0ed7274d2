//! Lists that belong to a business number: QR codes and the people it has blocked.

use http::Method;
use serde_json::{Value, json};
use wappa_cloud::limits;

use super::settings::product;
use super::{Good, GraphCall, fields};
use crate::world::World;
use crate::world::model::{Number, Person};
use crate::world::refusal::Refusal;

/// How many QR codes a number has (Meta's page "QR codes").
const QR_CODES: usize = 2_000;
/// How long after a person's last message the person can be blocked, in milliseconds (Meta's page "Block users").
const BLOCKABLE: i64 = 24 * 60 * 60 * 1000;

impl World {
    pub(super) fn qr_codes(
        &mut self,
        call: &GraphCall,
        number: &Number,
        code: Option<&str>,
    ) -> Result<Good, Refusal> {
        let id = number.id.as_str();
        let mut codes = list(&self.record(id, "message_qrdls"));
        let known = |codes: &[Value], wanted: &str| codes.iter().position(|code| code["code"] == wanted);
        match (&call.method, code) {
            (&Method::GET, None) => Ok(Good::json("lists QR codes", call.page(codes, &[])?)),
            (&Method::GET, Some(code)) => {
                let found: Vec<Value> = codes.into_iter().filter(|known| known["code"] == code).collect();
                Ok(Good::json("reads a QR code", json!({ "data": found })))
            }
            (&Method::DELETE, Some(code)) => {
                let at = known(&codes, code).ok_or_else(|| Refusal::no_such_object("DELETE", code))?;
                codes.remove(at);
                self.keep_record(id, "message_qrdls", Some(json!({ "list": codes })));
                Ok(Good::success("deletes a QR code"))
            }
            (&Method::POST, None) => {
                let given = call.parameters()?;
                let sentence = fields::string(&given["prefilled_message"], "prefilled_message")?;
                fields::keeps(&limits::QR_MESSAGE, sentence)?;
                let code = match given["code"].as_str() {
                    Some(code) => {
                        let at = known(&codes, code).ok_or_else(|| Refusal::no_such_object("POST", code))?;
                        if let Some(kept) = codes.get_mut(at) {
                            kept["prefilled_message"] = json!(sentence);
                        }
                        codes.get(at).cloned()
                    }
                    None if codes.len() >= QR_CODES => {
                        return Err(Refusal::parameter("This number has 2000 QR codes already."));
                    }
                    None => {
                        let name = self.mint.code();
                        let link = format!("https://wa.me/message/{name}");
                        let mut made =
                            json!({"code": name, "prefilled_message": sentence, "deep_link_url": link});
                        if let Some(kind) = given["generate_qr_image"].as_str() {
                            made["qr_image_url"] = json!(format!(
                                "{}/qr/{name}.{}",
                                self.rules.origin,
                                kind.to_ascii_lowercase()
                            ));
                        }
                        codes.push(made.clone());
                        Some(made)
                    }
                };
                self.keep_record(id, "message_qrdls", Some(json!({ "list": codes })));
                Ok(Good::json("keeps a QR code", code.unwrap_or_default()))
            }
            (method, _) => Err(Refusal::no_such_object(method.as_str(), id)),
        }
    }

    pub(super) fn block_users(
        &mut self,
        now: i64,
        call: &GraphCall,
        number: &Number,
    ) -> Result<Good, Refusal> {
        let id = number.id.as_str();
        let mut blocked = list(&self.record(id, "block_users"));
        if call.method == Method::GET {
            return Ok(Good::json("lists blocked people", call.page(blocked, &[])?));
        }
        let given = call.parameters()?;
        product(&given)?;
        let users = given["block_users"].as_array().filter(|users| !users.is_empty());
        let users = users.ok_or_else(|| Refusal::parameter("The parameter block_users is required."))?;
        let (mut done, mut failed) = (Vec::new(), Vec::new());
        for user in users {
            let input = fields::string(&user["user"], "block_users.user")?;
            let person = self.person_called(input).cloned();
            let entry =
                |person: &Person| json!({"input": input, "wa_id": person.wa_id, "user_id": person.user_id});
            match person {
                Some(person) if call.method == Method::DELETE => {
                    blocked.retain(|known| known["user_id"] != json!(person.user_id));
                    done.push(entry(&person));
                }
                Some(person) if self.wrote_lately(now, number, &person) => {
                    blocked.retain(|known| known["user_id"] != json!(person.user_id));
                    blocked.push(json!({
                        "messaging_product": "whatsapp", "wa_id": person.wa_id, "user_id": person.user_id
                    }));
                    done.push(entry(&person));
                }
                _ => {
                    let why = json!([{
                        "code": 139_100, "message": "Failed to block/unblock users",
                        "error_data": {"details": "The user has not written in the last 24 hours."}
                    }]);
                    failed.push(json!({"input": input, "errors": why}));
                }
            }
        }
        self.keep_record(id, "block_users", Some(json!({ "list": blocked })));
        let name = if call.method == Method::DELETE { "removed_users" } else { "added_users" };
        let mut outcome = json!({"messaging_product": "whatsapp", "block_users": { name: done }});
        if failed.is_empty() {
            return Ok(Good::json("blocks or unblocks people", outcome));
        }
        outcome["block_users"]["failed_users"] = json!(failed);
        Err(Refusal::new(139_100, "Failed to block or unblock some users.").beside(outcome))
    }

    /// Whom a phone number or a user id names.
    pub(super) fn person_called(&self, input: &str) -> Option<&Person> {
        let digits: String = input.chars().filter(char::is_ascii_digit).collect();
        self.state.people.iter().find(|person| {
            person.user_id.as_str() == input || person.wa_id.as_ref().is_some_and(|id| id.as_str() == digits)
        })
    }

    fn wrote_lately(&self, now: i64, number: &Number, person: &Person) -> bool {
        let key = crate::world::ChatKey { number: number.id.clone(), person: person.id.clone() };
        let messages = self.state.chat(&key).map_or(&[][..], |chat| &chat.messages);
        messages.iter().any(|said| said.from == crate::world::Side::Person && now - said.at < BLOCKABLE)
    }

    /// Whether this number has blocked a person: what the person says doesn't come.
    pub(crate) fn has_blocked(&self, number: &Number, person: &Person) -> bool {
        let blocked = list(&self.record(number.id.as_str(), "block_users"));
        blocked.iter().any(|known| known["user_id"] == json!(person.user_id))
    }
}

/// The items of a record that is a list.
fn list(record: &Value) -> Vec<Value> {
    record["list"].as_array().cloned().unwrap_or_default()
}
