//! What a bot hears of others at its number: messages while another app has the conversation (standby, handovers), and what
//! the WhatsApp Business app knew before (history, contacts).

use serde::Deserialize;
use serde_json::{Value, json};

use super::act::ActError;
use super::content::Content;
use super::model::{Chat, ChatKey, Number, Person, Side};
use super::outbox::{Lane, Topic};
use super::webhook::seconds;
use super::{World, notice};

/// Who answers a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// The bot.
    Bot,
    /// Another app at the same number: the bot hears on standby.
    AnotherApp,
}

const ANOTHER_APP: &str = "900000000000001";

impl World {
    /// Gives a conversation to another app or back to the bot, and tells the bot.
    pub(crate) fn pass_control(&mut self, now: i64, chat: &ChatKey, to: Control) -> Result<(), ActError> {
        self.known(chat)?;
        let (Some(number), Some(person)) =
            (self.state.number(&chat.number).cloned(), self.state.person(&chat.person).cloned())
        else {
            return Ok(());
        };
        let (kind, owner) = match to {
            Control::Bot => ("control_passed", ANOTHER_APP.to_owned()),
            Control::AnotherApp => ("control_taken", number.app_id()),
        };
        let kept = (to == Control::AnotherApp).then(|| json!({ "owner": ANOTHER_APP }));
        self.keep_record(&place(chat), "control", kept);
        let mut told = json!({
            "sender": {"phone_number": person.wa_id},
            "recipient": {"phone_number_id": number.id, "display_phone_number": number.phone},
            "timestamp": seconds(now), "type": kind
        });
        told[kind] = json!({"previous_owner_app_id": owner, "previous_owner_role": "ai_agent", "new_owner_role": "escalation"});
        let body = notice::of_number(&number, "messaging_handovers", told);
        self.queue_field(Lane::Chat(chat.clone()), "messaging_handovers", now, kind, body);
        Ok(())
    }

    /// A message's webhook as the bot hears it: on standby while another app has the conversation.
    pub(super) fn as_heard(&self, chat: &ChatKey, number: &Number, body: Value) -> (Topic, Value) {
        if self.record(&place(chat), "control")["owner"].is_null() {
            return (Topic::Messages, body);
        }
        let value = &body["entry"][0]["changes"][0]["value"];
        let standby = json!({"contacts": value["contacts"], "messages": value["messages"]});
        let body = notice::of_number(number, "standby", json!({ "standby": standby }));
        (Topic::Field("standby".to_owned()), body)
    }

    /// Sends what was asked for: what was said at this number so far, or with whom.
    pub(super) fn tell_of_before(&mut self, now: i64, number: &Number, what: &str) {
        let chats = self.state.chats().filter(|chat| chat.number == number.id);
        let known: Vec<(&Chat, &Person)> =
            chats.filter_map(|chat| Some((chat, self.state.person(&chat.person)?))).collect();
        let rest = if what == "history" {
            let threads: Vec<Value> =
                known.iter().map(|(chat, person)| thread(number, chat, person)).collect();
            let metadata = json!({"phase": 0, "chunk_order": 1, "progress": 100});
            json!({"history": [{"metadata": metadata, "threads": threads}]})
        } else {
            let contacts: Vec<Value> = known.iter().map(|(_, person)| synced(now, person)).collect();
            json!({ "state_sync": contacts })
        };
        let body = notice::of_number(number, what, rest);
        let lane = Lane::Number { number: number.id.clone() };
        self.queue_field(lane, what, now, "as it was asked for", body);
    }
}

fn place(chat: &ChatKey) -> String {
    format!("{}/{}", chat.number, chat.person)
}

fn thread(number: &Number, chat: &Chat, person: &Person) -> Value {
    let messages = chat.messages.iter().map(|message| {
        let (from, to) = match message.from {
            Side::Person => (json!(person.wa_id), json!(number.phone)),
            Side::Business => (json!(number.phone), json!(person.wa_id)),
        };
        let mut item = json!({
            "from": from, "to": to, "id": message.id, "timestamp": seconds(message.at),
            "history_context": {"status": message.status.as_str().to_ascii_uppercase()}
        });
        match &message.content {
            Content::Text(text) => {
                item["type"] = json!("text");
                item["text"] = json!({"body": text.body});
            }
            _ => item["type"] = json!("media_placeholder"),
        }
        item
    });
    json!({
        "id": person.wa_id, "context": {"wa_id": person.wa_id, "user_id": person.user_id, "username": person.username},
        "messages": messages.collect::<Vec<_>>()
    })
}

fn synced(now: i64, person: &Person) -> Value {
    json!({
        "type": "contact", "action": "add", "metadata": {"timestamp": seconds(now)},
        "contact": {"full_name": person.name, "first_name": person.name, "phone_number": person.wa_id,
            "user_id": person.user_id, "username": person.username}
    })
}
