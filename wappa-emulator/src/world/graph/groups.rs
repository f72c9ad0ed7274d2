//! Groups over Graph: made and changed here, told of by webhook (Meta's page "Groups API"). Who joins is in `world::groups`.

use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wappa_cloud::limits;

use super::paging::only;
use super::settings::product;
use super::{Good, GraphBody, GraphCall, fields};
use crate::world::World;
use crate::world::groups::MOST_PEOPLE;
use crate::world::model::Number;
use crate::world::refusal::Refusal;
use crate::world::standing::Ability;

const FIELDS: &[&str] = &["id", "subject", "creation_timestamp"];
/// How many groups a number has.
const GROUPS: usize = 10_000;

impl World {
    /// `GET` and `POST /{number}/groups`.
    pub(super) fn groups(&mut self, now: i64, call: &GraphCall, number: &Number) -> Result<Good, Refusal> {
        if number.standing.groups == Ability::Off {
            return Err(Refusal::new(131_215, "This number is not eligible for groups."));
        }
        let groups = self.nodes("group", number.id.as_str());
        if call.method == Method::GET {
            let mut page = call.page(groups, FIELDS)?;
            let data = page["data"].take();
            page["data"] = json!({ "groups": data });
            return Ok(Good::json("lists groups", page));
        }
        let given = call.parameters()?;
        product(&given)?;
        if groups.len() >= GROUPS {
            return Err(Refusal::new(131_211, "This number has as many groups as it may have."));
        }
        let (subject, description) = words(&given)?;
        let subject = subject.ok_or_else(|| Refusal::missing("subject"))?;
        let mode = mode(&given)?.unwrap_or_else(|| "auto_approve".to_owned());
        let id = self.mint.node_id();
        let link = format!("https://chat.whatsapp.com/{}", self.mint.code());
        let group = json!({
            "id": id, "subject": subject, "description": description, "join_approval_mode": mode,
            "creation_timestamp": now.div_euclid(1000), "suspended": false, "participants": [],
            "total_participant_count": 0, "invite_link": link, "join_requests": []
        });
        self.keep_node("group", number.id.as_str(), &id, group);
        let told = json!({
            "type": "group_create", "subject": subject, "description": description, "invite_link": link,
            "join_approval_mode": mode
        });
        let request = self.tell_group(now, &id, "group_lifecycle_update", told);
        Ok(Good::json("makes a group", json!({"messaging_product": "whatsapp", "request_id": request})))
    }

    /// `GET`, `POST` and `DELETE /{group}`.
    pub(super) fn group(&mut self, now: i64, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        let mut group = self.node_of("group", id, call.method.as_str())?;
        if call.method == Method::GET {
            let mut shown = only(group, call.query("fields"), FIELDS);
            shown["messaging_product"] = json!("whatsapp");
            return Ok(Good::json("reads a group", shown));
        }
        not_suspended(&group)?;
        if call.method == Method::DELETE {
            let request = self.tell_group(now, id, "group_lifecycle_update", json!({"type": "group_delete"}));
            self.keep_record(id, "node", None);
            let told = json!({"success": true, "request_id": request});
            return Ok(Good::json("deletes a group", told));
        }
        let mut told = json!({"type": "group_settings_update"});
        if let GraphBody::Form { file: Some(file), .. } = &call.body {
            let (wide, high) = size_of_png(&file.bytes);
            if wide != high {
                return Err(Refusal::new(131_209, "The group picture must be square."));
            }
            if wide < 192 {
                return Err(Refusal::new(131_210, "The group picture must have at least 192 x 192 pixels."));
            }
            let mime = file.mime.clone().unwrap_or_default();
            told["profile_picture"] = json!({"mime_type": mime, "update_successful": true});
        } else {
            let given = call.parameters()?;
            let (subject, description) = words(&given)?;
            if let Some(subject) = subject {
                group["subject"] = json!(subject);
                told["group_subject"] = json!({"text": subject, "update_successful": true});
            }
            if let Some(description) = description {
                group["description"] = json!(description);
                told["group_description"] = json!({"text": description, "update_successful": true});
            }
            if let Some(mode) = mode(&given)? {
                group["join_approval_mode"] = json!(mode);
            }
        }
        self.keep_record(id, "node", Some(group));
        let request = self.tell_group(now, id, "group_settings_update", told);
        Ok(Good::json("changes a group", json!({"messaging_product": "whatsapp", "request_id": request})))
    }

    /// `invite_link`, `join_requests` and `participants`.
    pub(super) fn group_edge(
        &mut self,
        now: i64,
        call: &GraphCall,
        id: &str,
        edge: &str,
    ) -> Result<Good, Refusal> {
        let mut group = self.node_of("group", id, call.method.as_str())?;
        not_suspended(&group)?;
        match (&call.method, edge) {
            (&Method::GET, "invite_link") => {}
            (&Method::POST, "invite_link") => {
                group["invite_link"] = json!(format!("https://chat.whatsapp.com/{}", self.mint.code()));
                self.keep_record(id, "node", Some(group.clone()));
            }
            (&Method::DELETE, "invite_link") => {
                group["invite_link"] = Value::Null;
                self.keep_record(id, "node", Some(group));
                return Ok(Good::success("takes an invite link away"));
            }
            (&Method::GET, "join_requests") => {
                let requests = group["join_requests"].as_array().cloned().unwrap_or_default();
                return Ok(Good::json("lists join requests", call.page(requests, &[])?));
            }
            (&Method::POST | &Method::DELETE, "join_requests") => return self.decide(now, call, id),
            (&Method::DELETE, "participants") => return self.remove(now, call, id),
            (method, _) => return Err(Refusal::no_such_object(method.as_str(), id)),
        }
        let link = json!({"messaging_product": "whatsapp", "invite_link": group["invite_link"]});
        Ok(Good::json("reads an invite link", link))
    }

    fn decide(&mut self, now: i64, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        let given = call.parameters()?;
        product(&given)?;
        let asked = given["join_requests"].as_array().filter(|list| !list.is_empty());
        let asked = asked.ok_or_else(|| Refusal::missing("join_requests"))?;
        let approves = call.method == Method::POST;
        let (mut done, mut failed) = (Vec::new(), Vec::new());
        for request in asked {
            let request = fields::string(request, "join_requests")?;
            match self.answer_join(now, id, request, approves) {
                Ok(()) => done.push(request),
                Err(code) => {
                    let why = Refusal::new(code, "The join request can't be decided.");
                    failed.push(json!({"join_request_id": request, "errors": [why.brief()]}));
                }
            }
        }
        let name = if approves { "approved_join_requests" } else { "rejected_join_requests" };
        let mut answer = json!({"messaging_product": "whatsapp", name: done});
        if failed.is_empty() {
            return Ok(Good::json("decides join requests", answer));
        }
        if done.is_empty()
            && let [only] = failed.as_slice()
            && let Some(code) = only["errors"][0]["code"].as_u64().and_then(|code| u32::try_from(code).ok())
        {
            return Err(Refusal::new(code, "The join request can't be decided."));
        }
        answer["failed_join_requests"] = json!(failed);
        Err(Refusal::new(131_201, "Some join requests could not be decided.").beside(answer))
    }

    fn remove(&mut self, now: i64, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        let given = call.parameters()?;
        product(&given)?;
        let people = given["participants"].as_array().filter(|list| !list.is_empty());
        let people = people.ok_or_else(|| Refusal::missing("participants"))?;
        if people.len() > MOST_PEOPLE {
            return Err(Refusal::new(131_204, "A group has at most 8 participants."));
        }
        let mut seen = BTreeSet::new();
        let mut handles = Vec::new();
        for one in people {
            let input = fields::string(&one["user"], "participants.user")?;
            if !seen.insert(input) {
                return Err(Refusal::new(131_202, "A participant is named twice."));
            }
            let person = self.person_called(input).map(|person| person.id.clone());
            let person = person.filter(|person| self.members(id).contains(person));
            handles.push(person.ok_or_else(|| Refusal::new(131_212, "This person is not in the group."))?);
        }
        let request = self.leave_group(now, id, &handles, "business");
        Ok(Good::json("removes people", json!({"messaging_product": "whatsapp", "request_id": request})))
    }
}

pub(super) fn not_suspended(group: &Value) -> Result<(), Refusal> {
    if group["suspended"] == true {
        return Err(Refusal::new(131_207, "The group is suspended."));
    }
    Ok(())
}

fn words(given: &Value) -> Result<(Option<String>, Option<String>), Refusal> {
    let text = |limit: &limits::Limit| fields::optional(&given[limit.name], limit.name, limit);
    Ok((text(&limits::GROUP_SUBJECT)?, text(&limits::GROUP_DESCRIPTION)?))
}

fn mode(given: &Value) -> Result<Option<String>, Refusal> {
    match fields::maybe(&given["join_approval_mode"], "join_approval_mode")? {
        Some(mode) if mode != "auto_approve" && mode != "approval_required" => {
            Err(Refusal::invalid("join_approval_mode", "must be auto_approve or approval_required"))
        }
        mode => Ok(mode),
    }
}

/// Width and height of a PNG; what is none is taken for fitting.
fn size_of_png(bytes: &[u8]) -> (u32, u32) {
    let number = |at: usize| {
        let bytes: Option<[u8; 4]> = bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u32::from_be_bytes)
    };
    match (bytes.starts_with(b"\x89PNG"), number(16), number(20)) {
        (true, Some(wide), Some(high)) => (wide, high),
        _ => (640, 640),
    }
}
