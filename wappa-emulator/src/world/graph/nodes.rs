//! Reading nodes by their id alone: phone numbers, accounts, templates, Flows, groups, media.

use http::Method;
use serde_json::{Value, json};
use wappa_cloud::{MediaId, PhoneNumberId};

use super::accounts::health;
use super::paging::only;
use super::{Good, GraphCall};
use crate::world::model::Number;
use crate::world::refusal::Refusal;
use crate::world::standing::{Coexistence, Registration, Throughput};
use crate::world::{World, scoped};

impl World {
    /// `GET`, `POST` or `DELETE /{id}`.
    pub(super) fn node(&mut self, now: i64, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        let none = || Refusal::no_such_object(call.method.as_str(), id);
        if self.state.number(&PhoneNumberId::from(id)).is_some() {
            let number = self.number_for(call, id)?;
            return match call.method {
                Method::GET => Ok(Good::json(
                    "reads a phone number",
                    only(self.phone_number(call, &number), call.query("fields"), NUMBER),
                )),
                Method::POST => self.update_number(call, &number),
                _ => Err(none()),
            };
        }
        if self.is_waba(id) && call.method != Method::DELETE {
            return self.account(call, id);
        }
        if let Some(answer) = self.template_node(call, id) {
            return answer;
        }
        match self.record(id, "node")["kind"].as_str() {
            Some("flow") => return self.flow(call, id),
            Some("group") => return self.group(now, call, id),
            _ => {}
        }
        let media = MediaId::from(id);
        match call.method {
            Method::GET => self.media_info(now, call, &media).ok_or_else(none),
            Method::DELETE => self.delete_media(now, &media).ok_or_else(none),
            _ => Err(none()),
        }
    }

    pub(super) fn phone_numbers(&self, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        let numbers = self.state.numbers.iter().filter(|number| number.waba_id.as_str() == id);
        let data: Vec<Value> = numbers.map(|number| self.phone_number(call, number)).collect();
        Ok(Good::json("lists phone numbers", call.page(data, NUMBER)?))
    }

    fn phone_number(&self, call: &GraphCall, number: &Number) -> Value {
        let id = number.id.as_str();
        let standing = &number.standing;
        let registered = standing.registration == Registration::Registered;
        let able = if registered && standing.trouble.is_none() { "AVAILABLE" } else { "BLOCKED" };
        let level = match standing.throughput {
            Throughput::Standard => "STANDARD",
            Throughput::High => "HIGH",
            Throughput::Coexistence => "NOT_APPLICABLE",
        };
        json!({
            "id": id,
            "display_phone_number": number.display(),
            "verified_name": number.name,
            "quality_rating": standing.quality,
            "code_verification_status": if standing.registration == Registration::Unverified { "NOT_VERIFIED" } else { "VERIFIED" },
            "name_status": "APPROVED",
            "status": if registered { "CONNECTED" } else { "DISCONNECTED" },
            "platform_type": "CLOUD_API",
            "throughput": {"level": level},
            "account_mode": if standing.allow_list.is_some() { "SANDBOX" } else { "LIVE" },
            "is_official_business_account": false,
            "is_pin_enabled": !self.record(id, "pin")["pin"].is_null(),
            "is_on_biz_app": standing.coexistence == Coexistence::WithApp,
            "messaging_limit_tier": standing.tier,
            "whatsapp_business_manager_messaging_limit": standing.tier,
            "conversational_automation": self.record(id, "conversational_automation"),
            "webhook_configuration": self.webhook_configuration(call, number),
            "health_status": health(id, "PHONE_NUMBER", able),
        })
    }

    /// Where the caller's webhooks go.
    fn webhook_configuration(&self, call: &GraphCall, number: &Number) -> Value {
        let app = self.app_of(call.token.as_deref());
        let of = |id: &str| self.record(id, "webhook")["override_callback_uri"].clone();
        let mut configuration = json!({});
        for (name, url) in [
            ("phone_number", of(&scoped(app.as_ref(), number.id.as_str()))),
            ("whatsapp_business_account", of(&scoped(app.as_ref(), number.waba_id.as_str()))),
            ("application", of(&app.as_ref().map_or_else(|| number.app_id(), |app| app.id.clone()))),
        ] {
            if !url.is_null() {
                configuration[name] = url;
            }
        }
        configuration
    }
}

const NUMBER: &[&str] =
    &["id", "display_phone_number", "verified_name", "quality_rating", "code_verification_status"];
