//! What a bot hears of others at its number: messages while another app has the conversation (standby, handovers), and what
//! the WhatsApp Business app knew before (history, contacts).

use serde::Deserialize;
use serde_json::{Value, json};

use super::act::ActError;
use super::content::Content;
use super::model::{Chat, ChatKey, Number, Person, Side};
use super::outbox::{Lane, Topic, Webhook};
use super::webhook::seconds;
use super::{World, notice};

/// Fields that tell each app its own side of the same thing.
pub(super) const HANDOVERS: &str = "messaging_handovers";
pub(super) const STANDBY: &str = "standby";

/// Who answers a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// The bot.
    Bot,
    /// Another app at the same number: the bot hears on standby.
    AnotherApp,
}

impl World {
    /// Gives a conversation to another app or back to the bot, and tells the bot.
    pub(crate) fn pass_control(&mut self, now: i64, chat: &ChatKey, to: Control) -> Result<(), ActError> {
        self.known(chat)?;
        let (Some(number), Some(person)) =
            (self.state.number(&chat.number).cloned(), self.state.person(&chat.person).cloned())
        else {
            return Ok(());
        };
        let other = self.escalation(number.waba_id.as_str());
        let (kind, opposite, owner) = match to {
            Control::Bot => ("control_passed", "control_taken", other.clone()),
            Control::AnotherApp => ("control_taken", "control_passed", number.app_id()),
        };
        let kept = (to == Control::AnotherApp).then(|| json!({ "owner": other }));
        self.keep_record(&place(chat), "control", kept);
        let told = json!({
            "sender": {"phone_number": person.wa_id},
            "recipient": {"phone_number_id": number.id, "display_phone_number": number.phone},
            "timestamp": seconds(now)
        });
        let lane = Lane::Chat(chat.clone());
        let passing = json!({"previous_owner_app_id": owner, "previous_owner_role": "ai_agent", "new_owner_role": "escalation"});
        let side = |kind: &str| {
            let mut side = told.clone();
            side["type"] = json!(kind);
            side[kind] = passing.clone();
            notice::of_number(&number, HANDOVERS, side)
        };
        let (bots, others) = (side(kind), side(opposite));
        let topic = Topic::Field(HANDOVERS.to_owned());
        let told = Webhook::new(lane.clone(), topic, now, format!("{HANDOVERS}: {opposite}"), others);
        self.tell_apps(&number, &told);
        self.queue_field(lane, HANDOVERS, now, kind, bots);
        Ok(())
    }

    /// Lets the bot hear a message on standby while another app has the conversation.
    pub(super) fn put_on_standby(&self, number: &Number, webhook: &mut Webhook) {
        let (Lane::Chat(chat), Some(_)) = (&webhook.lane, &webhook.message) else { return };
        if self.record(&place(chat), "control")["owner"].is_null() {
            return;
        }
        let value = &webhook.body["entry"][0]["changes"][0]["value"];
        let standby = json!({"contacts": value["contacts"], "messages": value["messages"]});
        webhook.body = notice::of_number(number, STANDBY, json!({ "standby": standby }));
        webhook.topic = Topic::Field(STANDBY.to_owned());
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
