//! Sends to groups: fewer kinds than to people, and pins (Meta's page "Groups API: messages").

use serde_json::{Value, json};
use wappa_cloud::{MessageId, limits};

use super::groups::not_suspended;
use super::{Good, fields};
use crate::world::World;
use crate::world::content::Content;
use crate::world::groups::in_group;
use crate::world::model::{Number, Quoted, Side};
use crate::world::refusal::Refusal;

use super::permit::Fate;

/// How many messages of a group can be pinned.
const PINS: usize = 3;

impl World {
    pub(super) fn send_to_group(
        &mut self,
        now: i64,
        number: &Number,
        body: &Value,
        quoted: Option<Quoted>,
        opaque: Option<String>,
    ) -> Result<Good, Refusal> {
        let group = fields::string(&body["to"], "to")?.to_owned();
        if self.group_owner(&group).as_ref() != Some(&number.id) {
            return Err(Refusal::new(131_041, "This business number is in no such group."));
        }
        not_suspended(&self.record(&group, "node"))?;
        if self.members(&group).is_empty() {
            return Err(Refusal::new(131_020, "The group has nobody else in it."));
        }
        let id = self.mint.wamid(&group, Side::Business);
        let accepted = json!({
            "messaging_product": "whatsapp", "contacts": [{"input": group, "wa_id": group}],
            "messages": [{"id": id, "group_id": group}]
        });
        if body["type"] == "pin" {
            self.pin(&group, fields::object(&body["pin"], "pin")?)?;
            return Ok(Good::json("pins in a group", accepted));
        }
        let content = self.content_by_business(now, body)?;
        let fits = match &content {
            Content::Text(_) => true,
            Content::Template(template) => template.category != "authentication",
            other => other.is_file(),
        };
        if !fits {
            let why = format!("Messages of type {} can't be sent to groups.", content.kind());
            return Err(Refusal::new(131_051, why));
        }
        let chat = in_group(&number.id, &group);
        self.pace.take(self.rules.pacing, number.standing.throughput, &chat, now)?;
        let kind = content.kind();
        self.say(now, &chat, &id, content, quoted, opaque, Fate::Arrives);
        Ok(Good::json(format!("{kind} to a group"), accepted))
    }

    fn pin(&mut self, group: &str, pin: &Value) -> Result<(), Refusal> {
        let id = MessageId::from(fields::string(&pin["message_id"], "pin.message_id")?);
        if self.state.places.get(&id).is_none_or(|place| place.person.0 != group) {
            return Err(Refusal::invalid("pin.message_id", "is not a message of this group"));
        }
        let mut node = self.record(group, "node");
        let mut pinned: Vec<Value> = node["pinned"].as_array().cloned().unwrap_or_default();
        pinned.retain(|known| *known != json!(id));
        match fields::string(&pin["type"], "pin.type")? {
            "pin" => {
                let most = u64::from(limits::PIN_DAYS);
                if pin["expiration_days"].as_u64().is_none_or(|days| !(1..=most).contains(&days)) {
                    return Err(Refusal::invalid("pin.expiration_days", "must be 1 to 30"));
                }
                if pinned.len() >= PINS {
                    return Err(Refusal::invalid("pin", "would be the fourth; a group has at most 3"));
                }
                pinned.push(json!(id));
            }
            "unpin" => {}
            _ => return Err(Refusal::invalid("pin.type", "must be pin or unpin")),
        }
        node["pinned"] = json!(pinned);
        self.keep_record(group, "node", Some(node));
        Ok(())
    }
}
