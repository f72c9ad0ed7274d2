//! Who is in a group and what is told of it. Its settings over Graph are in `graph::groups`.

use serde::Deserialize;
use serde_json::{Value, json};
use wappa_cloud::{MessageId, PhoneNumberId};

use super::act::ActError;
use super::change::Change;
use super::content::{Content, Text};
use super::extras::{Extras, Mark};
use super::model::{ChatKey, Failure, Msg, PersonId, Reactions, Side, Tick};
use super::outbox::{Lane, Topic};
use super::webhook::Told;
use super::{WINDOW, World, notice, webhook};

/// Participants of a group beside the business (Meta's page "Groups API").
pub(crate) const MOST_PEOPLE: usize = wappa_cloud::limits::GROUP_PEOPLE.max;

/// Something a person does about a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// Follows the invite link.
    Join,
    /// Goes.
    Leave,
}

/// Whether a group rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suspension {
    Suspended,
    Lifted,
}

impl World {
    /// The handles of the people in a group.
    pub(crate) fn members(&self, group: &str) -> Vec<PersonId> {
        let group = self.record(group, "node");
        let people = group["participants"].as_array().into_iter().flatten();
        people.filter_map(|one| Some(PersonId(one["handle"].as_str()?.to_owned()))).collect()
    }

    /// The number a group belongs to.
    pub(crate) fn group_owner(&self, group: &str) -> Option<PhoneNumberId> {
        let group = self.record(group, "node");
        let owner = group["owner"].as_str().filter(|_| group["kind"] == "group")?;
        Some(PhoneNumberId::from(owner))
    }

    /// A person joins by the link, asks to join, or leaves.
    pub(crate) fn membership(
        &mut self,
        now: i64,
        group: &str,
        person: &PersonId,
        act: Membership,
    ) -> Result<(), ActError> {
        let mut node = self.record(group, "node");
        if node["kind"] != "group" {
            return Err(ActError::NoSuchGroup(group.to_owned()));
        }
        let who = self.person_json(person)?;
        let within = self.members(group).contains(person);
        match act {
            Membership::Leave if !within => return Err(ActError::NoSuchGroup(group.to_owned())),
            Membership::Leave => {
                self.leave_group(now, group, std::slice::from_ref(person), "participant");
            }
            Membership::Join if within => {}
            Membership::Join if self.members(group).len() >= MOST_PEOPLE => return Err(ActError::GroupFull),
            Membership::Join if node["join_approval_mode"] == "approval_required" => {
                let id = self.mint.node_id();
                let mut request = who.clone();
                request["join_request_id"] = json!(id);
                request["creation_timestamp"] = json!(now.div_euclid(1000));
                if let Some(requests) = node["join_requests"].as_array_mut() {
                    requests.push(request);
                }
                self.keep_record(group, "node", Some(node));
                let mut told = json!({"type": "group_join_request_created", "join_request_id": id});
                told["wa_id"] = who["wa_id"].clone();
                told["user_id"] = who["user_id"].clone();
                self.tell_group(now, group, "group_participants_update", told);
            }
            Membership::Join => self.enter_group(now, group, &who),
        }
        Ok(())
    }

    fn person_json(&self, person: &PersonId) -> Result<Value, ActError> {
        let person = self.state.person(person).ok_or_else(|| ActError::NoSuchPerson(person.to_string()))?;
        Ok(json!({"wa_id": person.wa_id, "user_id": person.user_id, "handle": person.id}))
    }

    fn enter_group(&mut self, now: i64, group: &str, who: &Value) {
        let mut node = self.record(group, "node");
        if let Some(people) = node["participants"].as_array_mut() {
            people.push(who.clone());
        }
        node["total_participant_count"] = json!(node["participants"].as_array().map_or(0, Vec::len));
        self.keep_record(group, "node", Some(node));
        let added = json!([{"wa_id": who["wa_id"], "user_id": who["user_id"]}]);
        let told =
            json!({"type": "group_participants_add", "reason": "invite_link", "added_participants": added});
        self.tell_group(now, group, "group_participants_update", told);
    }

    /// Takes people out of a group; the request id under which it is told.
    pub(crate) fn leave_group(&mut self, now: i64, group: &str, people: &[PersonId], by: &str) -> String {
        let mut node = self.record(group, "node");
        let mut removed = Vec::new();
        if let Some(members) = node["participants"].as_array_mut() {
            members.retain(|member| {
                let goes = people.iter().any(|person| member["handle"] == json!(person));
                if goes {
                    removed.push(json!({"wa_id": member["wa_id"], "user_id": member["user_id"]}));
                }
                !goes
            });
            node["total_participant_count"] = json!(members.len());
        }
        self.keep_record(group, "node", Some(node));
        let told =
            json!({"type": "group_participants_remove", "removed_participants": removed, "initiated_by": by});
        self.tell_group(now, group, "group_participants_update", told)
    }

    /// The business decides a request to join.
    pub(crate) fn answer_join(
        &mut self,
        now: i64,
        group: &str,
        request: &str,
        approves: bool,
    ) -> Result<(), u32> {
        let mut node = self.record(group, "node");
        let full = self.members(group).len() >= MOST_PEOPLE;
        let requests = node["join_requests"].as_array_mut().ok_or(131_213_u32)?;
        let at = requests.iter().position(|known| known["join_request_id"] == request).ok_or(131_213_u32)?;
        if approves && full {
            return Err(131_204);
        }
        let who = requests.remove(at);
        self.keep_record(group, "node", Some(node));
        if approves {
            self.enter_group(now, group, &who);
        }
        Ok(())
    }

    /// Suspends a group, or lets it go on.
    pub(crate) fn suspend_group(&mut self, now: i64, group: &str, to: Suspension) -> Result<(), ActError> {
        let mut node = self.record(group, "node");
        if node["kind"] != "group" {
            return Err(ActError::NoSuchGroup(group.to_owned()));
        }
        let suspended = to == Suspension::Suspended;
        node["suspended"] = json!(suspended);
        self.keep_record(group, "node", Some(node));
        let kind = if suspended { "group_suspend" } else { "group_suspend_cleared" };
        self.tell_group(now, group, "group_status_update", json!({ "type": kind }));
        Ok(())
    }

    /// Tells the business of a group; the request id.
    pub(crate) fn tell_group(&mut self, now: i64, group: &str, field: &str, mut told: Value) -> String {
        let request = self.mint.node_id();
        let Some(number) = self.group_owner(group).and_then(|id| self.state.number(&id).cloned()) else {
            return request;
        };
        told["timestamp"] = json!(now.div_euclid(1000).to_string());
        told["group_id"] = json!(group);
        told["request_id"] = json!(request);
        let kind = told["type"].as_str().unwrap_or_default().to_owned();
        let body = notice::of_number(&number, field, json!({ "groups": [told] }));
        let lane = Lane::Chat(in_group(&number.id, group));
        self.queue_field(lane, field, now, &kind, body);
        request
    }

    /// A person says something in a group.
    pub(crate) fn say_in_group(
        &mut self,
        now: i64,
        group: &str,
        person: &PersonId,
        text: &str,
    ) -> Result<MessageId, ActError> {
        let owner = self.group_owner(group).ok_or_else(|| ActError::NoSuchGroup(group.to_owned()))?;
        if text.trim().is_empty() {
            return Err(ActError::Empty);
        }
        let (Some(number), Some(person)) =
            (self.state.number(&owner).cloned(), self.state.person(person).cloned())
        else {
            return Err(ActError::NoSuchPerson(person.to_string()));
        };
        if !self.members(group).contains(&person.id) {
            return Err(ActError::NoSuchGroup(group.to_owned()));
        }
        let chat = in_group(&owner, group);
        let digits = person.wa_id.as_ref().map_or("", AsRef::as_ref);
        let message = Msg {
            id: self.mint.wamid(digits, Side::Person),
            from: Side::Person,
            at: now,
            status: Tick::Sent,
            error: None,
            context: None,
            reactions: Reactions::default(),
            opaque: None,
            by: Some(person.id.clone()),
            mark: Mark::Untouched,
            extras: Extras::default(),
            content: Content::Text(Text { body: text.to_owned(), preview_url: false }),
        };
        let id = message.id.clone();
        self.put(Change::Message { chat: chat.clone(), message: Box::new(message.clone()), due: None });
        self.put(Change::Window { chat: chat.clone(), until: now + WINDOW });
        let mut body = webhook::of_message(&self.state, &number, &person, &message, &self.rules.origin);
        body["entry"][0]["changes"][0]["value"]["messages"][0]["group_id"] = json!(group);
        let summary = format!("text from {} in a group", person.name);
        self.queue(Lane::Chat(chat), Topic::Messages, Some(id.clone()), now, summary, body);
        Ok(id)
    }
}

impl World {
    /// The status of something the business said in a group: one for `sent`, then one per member.
    pub(super) fn tell_of_group_message(
        &mut self,
        chat: &ChatKey,
        told: &Told<'_>,
        status: Tick,
        at: i64,
        error: Option<&Failure>,
    ) {
        let group = chat.person.0.clone();
        let Some(number) = self.state.number(&chat.number).cloned() else { return };
        let members = self.record(&group, "node")["participants"].as_array().cloned().unwrap_or_default();
        let body = webhook::of_group_status(&number, &group, &members, told, status, at, error);
        let summary = format!("{} for a group", status.as_str());
        self.queue(Lane::Chat(chat.clone()), Topic::Statuses, None, at, summary, body);
    }
}

/// The chat of a group: its place of a person is taken by the group's id.
pub(crate) fn in_group(number: &PhoneNumberId, group: &str) -> ChatKey {
    ChatKey { number: number.clone(), person: PersonId(group.to_owned()) }
}
