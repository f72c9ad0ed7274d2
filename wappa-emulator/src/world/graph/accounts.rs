//! What belongs to an account or an app rather than to a number: subscriptions, tokens, uploads, figures.

use http::Method;
use serde_json::{Value, json};
use wappa_cloud::limits;

use super::paging::only;
use super::{Caller, Good, GraphBody, GraphCall, fields};
use crate::world::model::Number;
use crate::world::refusal::Refusal;
use crate::world::{App, Subscription, World, scoped};

const ACCOUNT: &[&str] = &["id", "name"];
/// Management calls an app may make for one account in an hour (Meta's page "Rate limits").
const CALLS_AN_HOUR: u32 = 5_000;

impl World {
    /// Counts a call to an account's own edges.
    pub(super) fn count_management(&mut self, now: i64, waba: &str) -> Result<(), Refusal> {
        if self.pace.manage(CALLS_AN_HOUR, waba, now) {
            return Ok(());
        }
        Err(Refusal::new(80_007, "There have been too many calls from this WhatsApp Business account."))
    }

    /// `GET` and `POST /{waba}`.
    pub(super) fn account(&mut self, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        if call.method == Method::POST {
            let given = call.parameters()?;
            let mut kept = self.record(id, "insights");
            kept["on"] = json!(true);
            if !given["is_enabled_for_insights"].is_null() || call.query("is_enabled_for_insights").is_some()
            {
                self.keep_record(id, "insights", Some(kept));
            }
            return Ok(Good::success("changes a business account"));
        }
        let name = self.state.numbers.first().map_or("", |number| number.name.as_str());
        let mut account = json!({
            "id": id, "name": name, "currency": "USD", "timezone_id": "1", "account_review_status": "APPROVED",
            "message_template_namespace": "emulator", "country": "US", "ownership_type": "SELF",
            "health_status": health(id, "WABA", "AVAILABLE"),
            "is_enabled_for_insights": self.record(id, "insights")["on"] == true
        });
        let fields = call.query("fields").unwrap_or_default();
        for name in
            ["analytics", "conversation_analytics", "pricing_analytics", "call_analytics", "group_analytics"]
        {
            let asked = fields.split(',').any(|field| field.trim().split('.').next() == Some(name));
            if asked {
                account[name] = match name {
                    "analytics" => self.analytics(id),
                    _ => json!({"data": [{"data_points": []}]}),
                };
            }
        }
        Ok(Good::json("reads a business account", only(account, call.query("fields"), ACCOUNT)))
    }

    /// What was sent and delivered, in one figure.
    fn analytics(&self, waba: &str) -> Value {
        let numbers: Vec<&Number> =
            self.state.numbers.iter().filter(|number| number.waba_id.as_str() == waba).collect();
        let messages = || {
            let chats = self.state.chats.values();
            chats
                .filter(|chat| numbers.iter().any(|number| number.id == chat.number))
                .flat_map(|chat| &chat.messages)
                .filter(|message| message.from == crate::world::Side::Business)
        };
        let delivered = messages()
            .filter(|message| message.status >= crate::world::Tick::Delivered && message.error.is_none());
        let (sent, delivered) = (messages().count(), delivered.count());
        let phones: Vec<&str> = numbers.iter().map(|number| number.phone.as_str()).collect();
        json!({"phone_numbers": phones, "granularity": "DAY", "data_points": [
            {"start": 0, "end": 0, "sent": sent, "delivered": delivered}]})
    }

    /// `GET /{waba}/template_analytics`.
    pub(super) fn template_analytics(&self, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        if self.record(id, "insights")["on"] != true {
            return Err(Refusal::new(200_007, "Template insights are not enabled for this account."));
        }
        let asked = call.query("template_ids").unwrap_or_default().trim_matches(['[', ']']);
        fields::at_most(&limits::ANALYTICS_TEMPLATES, asked.split(',').count())?;
        let page = call.page(
            vec![json!({"granularity": "DAILY", "product_type": "cloud_api", "data_points": []})],
            &[],
        )?;
        Ok(Good::json("reads template figures", page))
    }

    /// `/{waba}/subscribed_apps`.
    pub(super) fn subscribed_apps(
        &mut self,
        call: &GraphCall,
        caller: &Caller,
        id: &str,
    ) -> Result<Good, Refusal> {
        let app = caller.other();
        match call.method {
            Method::GET => {
                let mut apps = Vec::new();
                if self.is_subscribed(None, id) {
                    let own = self.state.numbers.iter().find(|number| number.waba_id.as_str() == id);
                    let own =
                        if app.is_none() { Some(caller.id().to_owned()) } else { own.map(Number::app_id) };
                    apps.push(self.subscription(&own.unwrap_or_default(), "Emulated app", id));
                }
                for other in self.subscribed_to(id) {
                    apps.push(self.subscription(&other.id, &other.name, &scoped(Some(&other), id)));
                }
                Ok(Good::json("lists subscribed apps", json!({ "data": apps })))
            }
            Method::DELETE => {
                self.subscribe(app, id, Subscription::Off);
                Ok(Good::success("unsubscribes"))
            }
            _ => {
                let given = call.parameters()?;
                let given_url = !given["override_callback_uri"].is_null();
                if given_url && !self.is_subscribed(app, id) {
                    return Err(Refusal::parameter(
                        "Before override the current callback uri, your app must be subscribed to receive messages.",
                    ));
                }
                self.subscribe(app, id, Subscription::On);
                let place = scoped(app, id);
                self.keep_record(&place, "webhook", None);
                if given_url {
                    self.override_callback(&place, &given)?;
                }
                Ok(Good::success("subscribed"))
            }
        }
    }

    /// An app as `subscribed_apps` lists it; its records about the account are at `place`.
    fn subscription(&self, app: &str, name: &str, place: &str) -> Value {
        let mut shown = json!({"whatsapp_business_api_data": {
            "id": app, "link": "https://www.facebook.com/games/", "name": name}});
        let url = &self.record(place, "webhook")["override_callback_uri"];
        if !url.is_null() {
            shown["override_callback_uri"] = url.clone();
        }
        shown
    }

    /// Sets where the webhooks of an account, a number or an app go; an empty address takes that back.
    pub(super) fn override_callback(&mut self, of: &str, given: &Value) -> Result<(), Refusal> {
        let url = given["override_callback_uri"].as_str().unwrap_or_default();
        if url.is_empty() {
            self.keep_record(of, "webhook", None);
            return Ok(());
        }
        fields::keeps(&limits::CALLBACK_URI, url)?;
        fields::url(&given["override_callback_uri"], "override_callback_uri")?;
        fields::string(&given["verify_token"], "verify_token")?;
        self.keep_record(of, "webhook", Some(json!({ "override_callback_uri": url })));
        Ok(())
    }

    /// Where the webhooks of a field go, if not where the app said: the number's address before the account's.
    pub(crate) fn callback_of(&self, number: &Number, field: &str) -> Option<String> {
        self.callback_for(None, number, field)
    }

    /// The same of one of the apps; `None` is the one the number belongs to.
    pub(crate) fn callback_for(&self, app: Option<&App>, number: &Number, field: &str) -> Option<String> {
        let overridden = !matches!(
            field,
            "account_alerts"
                | "account_review_update"
                | "account_update"
                | "business_capability_update"
                | "flows"
                | "message_template_components_update"
                | "message_template_quality_update"
                | "message_template_status_update"
                | "phone_number_name_update"
                | "phone_number_quality_update"
                | "template_category_update"
        );
        let of = |id: &str| self.record(id, "webhook")["override_callback_uri"].as_str().map(str::to_owned);
        let own = app.map_or_else(|| number.app_id(), |app| app.id.clone());
        if !overridden {
            return of(&own);
        }
        let of_number = of(&scoped(app, number.id.as_str()));
        of_number.or_else(|| of(&scoped(app, number.waba_id.as_str()))).or_else(|| of(&own))
    }

    /// Whether the app hears this field of this account.
    pub(crate) fn hears(&self, number: &Number, field: &str) -> bool {
        self.is_subscribed(None, number.waba_id.as_str()) && self.listens(&number.app_id(), field)
    }

    /// Whether this field is among those an app chose; until it chooses, all are.
    pub(crate) fn listens(&self, app: &str, field: &str) -> bool {
        match self.record(app, "subscription")["fields"].as_str() {
            Some(fields) => fields.split(',').any(|name| name.trim() == field),
            None => true,
        }
    }

    /// `/{app}/subscriptions`.
    pub(super) fn subscriptions(
        &mut self,
        call: &GraphCall,
        caller: &Caller,
        app: &str,
    ) -> Result<Good, Refusal> {
        let theirs = caller.other().map(|other| other.id.as_str());
        if theirs.map_or_else(|| self.app(app).is_some(), |theirs| theirs != app) {
            return Err(Refusal::no_such_object(call.method.as_str(), app));
        }
        match call.method {
            Method::GET => {
                let kept = self.record(app, "subscription");
                let fields: Vec<Value> = kept["fields"]
                    .as_str()
                    .unwrap_or_default()
                    .split(',')
                    .filter(|name| !name.is_empty())
                    .map(|name| json!({"name": name, "version": "v25.0"}))
                    .collect();
                let one = json!({"object": "whatsapp_business_account", "callback_url": kept["callback_url"],
                    "active": true, "fields": fields});
                let data = if kept["fields"].is_null() { json!([]) } else { json!([one]) };
                Ok(Good::json("lists subscriptions", json!({ "data": data })))
            }
            Method::DELETE => {
                self.keep_record(app, "subscription", Some(json!({"fields": ""})));
                self.keep_record(app, "webhook", None);
                Ok(Good::success("unsubscribes an app"))
            }
            _ => {
                let mut given = call.parameters()?;
                if let Some(object) = given.as_object_mut() {
                    for (key, value) in &call.query {
                        object.entry(key.clone()).or_insert_with(|| json!(value));
                    }
                }
                let url = fields::url(&given["callback_url"], "callback_url")?;
                fields::string(&given["verify_token"], "verify_token")?;
                let names = fields::string(&given["fields"], "fields")?.to_owned();
                let kept = json!({"fields": names, "callback_url": url});
                self.keep_record(app, "subscription", Some(kept));
                self.keep_record(app, "webhook", Some(json!({ "override_callback_uri": url })));
                Ok(Good::success("subscribes an app"))
            }
        }
    }

    /// `GET /debug_token`.
    pub(super) fn debug_token(&self, now: i64, call: &GraphCall) -> Result<Good, Refusal> {
        let input = call
            .query("input_token")
            .ok_or_else(|| Refusal::parameter("The parameter input_token is required."))?;
        let number = self.state.numbers.iter().find(|number| number.access_token == input);
        let scopes = json!(["whatsapp_business_management", "whatsapp_business_messaging"]);
        let data = match number {
            Some(number) => {
                let valid = number.token_until.is_none_or(|until| until > now);
                let targets =
                    json!([{"scope": "whatsapp_business_messaging", "target_ids": [number.waba_id]}]);
                json!({"app_id": number.app_id(), "type": "SYSTEM_USER", "application": "Emulated app",
                    "is_valid": valid, "expires_at": number.token_until.unwrap_or_default().div_euclid(1000),
                    "scopes": scopes, "granular_scopes": targets})
            }
            None => match self.app_of(Some(input)) {
                Some(app) => json!({"app_id": app.id, "type": "SYSTEM_USER", "application": app.name,
                    "is_valid": true, "expires_at": 0, "scopes": scopes}),
                None => json!({"is_valid": false, "scopes": [],
                    "error": {"code": 190, "message": "Invalid OAuth access token."}}),
            },
        };
        Ok(Good::json("looks a token up", json!({ "data": data })))
    }

    /// `/oauth/access_token`: a code can be exchanged once.
    pub(super) fn exchange(&mut self, call: &GraphCall) -> Result<Good, Refusal> {
        let given = call.parameters()?;
        let code = given["code"].as_str().unwrap_or_default().to_owned();
        let used = self.record(&code, "code")["used"] == true;
        let app = given["client_id"].as_str().unwrap_or_default();
        let secret = given["client_secret"].as_str().unwrap_or_default();
        let number = self.state.numbers.iter().find(|number| number.app_id() == app);
        let number = number.filter(|number| number.app_secret == secret);
        let token = match number {
            _ if code.is_empty() || used => {
                return Err(Refusal::parameter("Invalid verification code format."));
            }
            None => return Err(Refusal::parameter("Error validating application or client secret.")),
            Some(number) => number.access_token.clone(),
        };
        self.keep_record(&code, "code", Some(json!({"used": true})));
        Ok(Good::json("exchanges a code", json!({"access_token": token, "token_type": "bearer"})))
    }

    /// `POST /{app}/uploads`, and `upload:…`.
    pub(super) fn begin_upload(&mut self, call: &GraphCall) -> Result<Good, Refusal> {
        let given = call.parameters()?;
        let of = |name: &str| call.query(name).or_else(|| given[name].as_str());
        let length =
            of("file_length").and_then(|length| length.parse::<u64>().ok()).filter(|length| *length > 0);
        let length = length.ok_or_else(|| Refusal::parameter("The parameter file_length is required."))?;
        let kind =
            of("file_type").ok_or_else(|| Refusal::parameter("The parameter file_type is required."))?;
        let id = format!("upload:{}", self.mint.code());
        let session = json!({"length": length, "type": kind, "have": 0});
        self.keep_record(&id, "upload", Some(session));
        Ok(Good::json("begins an upload", json!({ "id": id })))
    }

    pub(super) fn upload_step(&mut self, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        let mut session = self.record(id, "upload");
        let (Some(length), Some(have)) = (session["length"].as_u64(), session["have"].as_u64()) else {
            return Err(Refusal::no_such_object(call.method.as_str(), id));
        };
        if call.method == Method::GET {
            return Ok(Good::json("asks how far an upload is", json!({"id": id, "file_offset": have})));
        }
        let (offset, bytes) = match &call.body {
            GraphBody::Chunk { offset, bytes } => (*offset, bytes),
            _ => return Err(Refusal::parameter("The header file_offset is required.")),
        };
        if offset != have {
            return Err(Refusal::parameter(format!("The header file_offset must be {have}.")));
        }
        let have = have + bytes.len() as u64;
        if have > length {
            return Err(Refusal::parameter("The file is longer than was said."));
        }
        session["have"] = json!(have);
        self.keep_record(id, "upload", Some(session));
        if have < length {
            return Ok(Good::json("uploads a part", json!({"id": id, "file_offset": have})));
        }
        let handle = format!("4::{}", self.mint.code());
        Ok(Good::json("uploads a file", json!({ "h": handle })))
    }
}

/// The health of one thing.
pub(super) fn health(id: &str, kind: &str, state: &str) -> Value {
    json!({"can_send_message": state, "entities": [{"entity_type": kind, "id": id, "can_send_message": state}]})
}
