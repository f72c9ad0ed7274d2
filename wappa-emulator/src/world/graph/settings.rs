//! What a business number is set to: profile, commerce, greetings, calling, keys, username. And its registration.

use http::Method;
use serde_json::{Map, Value, json};
use wappa_cloud::limits;

use super::{Good, GraphCall, fields};
use crate::world::model::Number;
use crate::world::refusal::Refusal;
use crate::world::standing::{Ability, Registration};
use crate::world::{World, scoped};

/// How often a number can be registered in 72 hours (Meta's page "Two-step verification").
const REGISTRATIONS: u64 = 10;

impl World {
    /// The edges of a number that read and write one thing.
    pub(super) fn setting(
        &mut self,
        now: i64,
        call: &GraphCall,
        number: &Number,
        edge: &str,
    ) -> Result<Good, Refusal> {
        let id = number.id.as_str();
        let given = call.parameters()?;
        match (&call.method, edge) {
            (&Method::GET, "whatsapp_business_profile") => {
                let mut profile = self.record(id, edge);
                profile["messaging_product"] = json!("whatsapp");
                Ok(Good::json("reads the profile", json!({ "data": [profile] })))
            }
            (&Method::POST, "whatsapp_business_profile") => {
                product(&given)?;
                check_profile(&given)?;
                Ok(self.merge(id, edge, &given))
            }
            (&Method::GET, "whatsapp_commerce_settings") => {
                let mut settings = self.record(id, edge);
                settings["id"] = json!(id);
                Ok(Good::json("reads commerce settings", json!({ "data": [settings] })))
            }
            (&Method::POST, "whatsapp_commerce_settings") => {
                let mut settings = Map::new();
                for name in ["is_cart_enabled", "is_catalog_visible"] {
                    match call.query(name).or_else(|| given[name].as_str()) {
                        Some(value) => settings.insert(name.to_owned(), json!(value == "true")),
                        None => {
                            given[name].as_bool().and_then(|on| settings.insert(name.to_owned(), json!(on)))
                        }
                    };
                }
                Ok(self.merge(id, edge, &Value::Object(settings)))
            }
            (&Method::POST, "conversational_automation") => {
                check_automation(&given)?;
                self.keep_record(id, edge, Some(given));
                Ok(Good::success("sets greetings"))
            }
            (&Method::GET, "settings") => {
                let mut settings = self.record(id, edge);
                if settings["calling"].is_null() {
                    let on = number.standing.calling == Ability::On;
                    settings["calling"] = json!({"status": if on { "ENABLED" } else { "DISABLED" }});
                }
                Ok(Good::json("reads settings", settings))
            }
            (&Method::POST, "settings") => {
                let status = given["calling"]["status"].as_str();
                let calling = match status {
                    Some("ENABLED") => Some(Ability::On),
                    Some("DISABLED") => Some(Ability::Off),
                    Some(_) => {
                        return Err(Refusal::parameter(
                            "Param calling['status'] must be one of {ENABLED, DISABLED}.",
                        ));
                    }
                    None => None,
                };
                if let Some(calling) = calling {
                    self.stand(now, number, |standing| standing.calling = calling);
                }
                Ok(self.merge(id, edge, &given))
            }
            (&Method::GET, "whatsapp_business_encryption") => {
                let key = self.record(id, edge);
                let data = if key["business_public_key"].is_null() { json!([]) } else { json!([key]) };
                Ok(Good::json("reads the public key", json!({ "data": data })))
            }
            (&Method::POST, "whatsapp_business_encryption") => {
                let key = given["business_public_key"].as_str().unwrap_or_default();
                if !key.contains("-----BEGIN PUBLIC KEY-----") {
                    return Err(Refusal::parameter("Param business_public_key must be a public key in PEM."));
                }
                let key =
                    json!({"business_public_key": key, "business_public_key_signature_status": "VALID"});
                self.keep_record(id, edge, Some(key));
                Ok(Good::success("sets the public key"))
            }
            (_, "username" | "username_suggestions") => self.username(now, call, number, edge, &given),
            (&Method::GET, "business_compliance_info") => {
                let info = self.record(id, edge);
                let data =
                    if info.as_object().is_some_and(Map::is_empty) { json!([]) } else { json!([info]) };
                Ok(Good::json("reads compliance", json!({ "data": data })))
            }
            (&Method::GET, "official_business_account") => {
                Ok(Good::json("reads the official status", json!({"oba_status": "NOT_STARTED"})))
            }
            (&Method::POST, "business_compliance_info") => Ok(self.merge(id, edge, &given)),
            _ => Err(Refusal::unknown_path(&format!("{id}/{edge}"))),
        }
    }

    fn username(
        &mut self,
        now: i64,
        call: &GraphCall,
        number: &Number,
        edge: &str,
        given: &Value,
    ) -> Result<Good, Refusal> {
        let id = number.id.as_str();
        match (&call.method, edge) {
            (&Method::GET, "username") => Ok(Good::json("reads the username", self.record(id, edge))),
            (&Method::GET, _) => {
                let name: String =
                    number.name.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
                let some = json!([format!("{name}_bot"), format!("{name}.hq")]);
                Ok(Good::json("suggests usernames", json!({"data": [{"username_suggestions": some}]})))
            }
            (&Method::POST, "username") => {
                let name = fields::string(&given["username"], "username")?.to_owned();
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_');
                let fits = name.len() >= limits::USERNAME_LEAST && limits::USERNAME.allows(&name);
                if !fits || !name.chars().all(plain) {
                    return Err(Refusal::parameter(
                        "Param username must have 3 to 35 of a-z, 0-9, '.' and '_'.",
                    ));
                }
                let of_person =
                    self.state.people.iter().any(|person| person.username.as_deref() == Some(&name));
                let owner = self.state.numbers.iter().find(|other| {
                    other.id != number.id && self.record(other.id.as_str(), edge)["username"] == json!(name)
                });
                let owner = owner.map(|owner| owner.id.clone());
                match (of_person, owner, &given["force_transfer"]) {
                    (true, ..) => return Err(Refusal::new(147_001, "This username is not available.")),
                    (_, Some(owner), Value::Bool(true)) => self.keep_record(owner.as_str(), edge, None),
                    (_, Some(_), _) => {
                        return Err(Refusal::new(
                            147_005,
                            "Another number of yours has it: use force_transfer.",
                        ));
                    }
                    _ => {}
                }
                let told = json!({"username": name, "status": "approved"});
                self.keep_record(id, edge, Some(told.clone()));
                self.tell_username(now, number, &told);
                Ok(Good::json("takes a username", told))
            }
            (&Method::DELETE, "username") => {
                self.keep_record(id, edge, None);
                self.tell_username(now, number, &json!({"status": "deleted"}));
                Ok(Good::success("gives up the username"))
            }
            (method, _) => Err(Refusal::no_such_object(method.as_str(), id)),
        }
    }

    fn tell_username(&mut self, now: i64, number: &Number, told: &Value) {
        let mut value = told.clone();
        value["display_phone_number"] = json!(number.phone);
        let field = "business_username_updates";
        let body = crate::world::notice::of_account(&number.waba_id, field, now, &value);
        self.queue_field(crate::world::people::account(number), field, now, "username", body);
    }

    /// `POST /{number}`: the PIN, or where this number's webhooks go.
    pub(super) fn update_number(&mut self, call: &GraphCall, number: &Number) -> Result<Good, Refusal> {
        let given = call.parameters()?;
        let id = number.id.as_str();
        if let Some(pin) = given["pin"].as_str() {
            check_pin(pin)?;
            self.keep_record(id, "pin", Some(json!({ "pin": pin })));
            return Ok(Good::success("sets the PIN"));
        }
        let webhook = &given["webhook_configuration"];
        if webhook.is_object() {
            let app = self.app_of(call.token.as_deref());
            self.override_callback(&scoped(app.as_ref(), id), webhook)?;
            return Ok(Good::success("sets where webhooks go"));
        }
        Err(Refusal::parameter("The parameter pin or webhook_configuration is required."))
    }

    /// `register`, `deregister`, `request_code`, `verify_code`.
    pub(super) fn registration(
        &mut self,
        now: i64,
        call: &GraphCall,
        number: &Number,
        step: &str,
    ) -> Result<Good, Refusal> {
        let given = call.parameters()?;
        let id = number.id.as_str();
        let state = number.standing.registration;
        match step {
            "request_code" if state != Registration::Unverified => {
                Err(Refusal::new(136_024, "The phone number is verified already."))
            }
            "request_code" => {
                fields::string(&given["code_method"], "code_method")?;
                fields::string(&given["language"], "language")?;
                Ok(Good::success("asks for a code"))
            }
            "verify_code" => {
                // Nobody gets a real message: every code of six digits is right but this one.
                let code = given["code"].as_str().unwrap_or_default().replace('-', "");
                if code.len() != 6 || code == "000000" {
                    return Err(Refusal::parameter("Param code is wrong."));
                }
                self.stand(now, number, |standing| standing.registration = Registration::Verified);
                Ok(Good::success("verifies the number"))
            }
            "register" => {
                product(&given)?;
                let pin = fields::string(&given["pin"], "pin")?.to_owned();
                check_pin(&pin)?;
                let tries = self.record(id, "registrations")["count"].as_u64().unwrap_or_default() + 1;
                if tries > REGISTRATIONS {
                    return Err(Refusal::new(133_016, "The number was registered too often in 72 hours."));
                }
                if state == Registration::Unverified {
                    return Err(Refusal::new(133_006, "The phone number needs to be verified first."));
                }
                let kept = self.record(id, "pin");
                if !kept["pin"].is_null() && kept["pin"] != json!(pin) {
                    return Err(Refusal::new(133_005, "The two-step verification PIN is wrong."));
                }
                self.keep_record(id, "registrations", Some(json!({ "count": tries })));
                self.keep_record(id, "pin", Some(json!({ "pin": pin })));
                let mut key = self.record(id, "whatsapp_business_encryption");
                if !key["business_public_key"].is_null() {
                    key["business_public_key_signature_status"] = json!("MISMATCH");
                    self.keep_record(id, "whatsapp_business_encryption", Some(key));
                }
                self.stand(now, number, |standing| standing.registration = Registration::Registered);
                Ok(Good::success("registers the number"))
            }
            _ => {
                if state != Registration::Registered {
                    return Err(Refusal::new(133_010, "The phone number is not registered."));
                }
                self.stand(now, number, |standing| standing.registration = Registration::Verified);
                Ok(Good::success("deregisters the number"))
            }
        }
    }

    fn stand(&mut self, now: i64, number: &Number, edit: impl FnOnce(&mut crate::world::Standing)) {
        // The number was looked up for this call, so that it is there.
        let _ = self.edit_standing(now, &number.id, edit);
    }

    /// Puts fields into a record and keeps the others.
    fn merge(&mut self, of: &str, name: &str, given: &Value) -> Good {
        let mut record = self.record(of, name);
        if let (Some(record), Some(given)) = (record.as_object_mut(), given.as_object()) {
            record.extend(given.iter().map(|(key, value)| (key.clone(), value.clone())));
            record.remove("messaging_product");
        }
        self.keep_record(of, name, Some(record));
        Good::success(format!("sets {name}"))
    }
}

pub(super) fn product(given: &Value) -> Result<(), Refusal> {
    if given["messaging_product"] == "whatsapp" {
        return Ok(());
    }
    Err(Refusal::parameter("The parameter messaging_product is required and must be whatsapp."))
}

fn check_pin(pin: &str) -> Result<(), Refusal> {
    if pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(Refusal::parameter("Param pin must have six digits."))
}

fn check_profile(given: &Value) -> Result<(), Refusal> {
    let texts = [
        &limits::PROFILE_ABOUT,
        &limits::PROFILE_ADDRESS,
        &limits::PROFILE_DESCRIPTION,
        &limits::PROFILE_EMAIL,
    ];
    for limit in texts {
        fields::keeps(limit, given[limit.name].as_str().unwrap_or_default())?;
    }
    let websites = given["websites"].as_array().map_or(&[][..], Vec::as_slice);
    fields::at_most(&limits::PROFILE_WEBSITES, websites.len())?;
    websites
        .iter()
        .filter_map(Value::as_str)
        .try_for_each(|site| fields::keeps(&limits::PROFILE_WEBSITE, site))
}

fn check_automation(given: &Value) -> Result<(), Refusal> {
    let list = |name: &str| given[name].as_array().map_or(&[][..], Vec::as_slice);
    let (prompts, commands) = (list("prompts"), list("commands"));
    fields::at_most(&limits::ICE_BREAKERS, prompts.len())?;
    fields::at_most(&limits::COMMANDS, commands.len())?;
    let text = |value: &Value, limit: &limits::Limit| match value.as_str() {
        Some(text) => fields::keeps(limit, text),
        None => Err(Refusal::parameter(format!("Param {} must be a string.", limit.name))),
    };
    prompts.iter().try_for_each(|prompt| text(prompt, &limits::ICE_BREAKER))?;
    commands.iter().try_for_each(|command| {
        text(&command["command_name"], &limits::COMMAND_NAME)?;
        text(&command["command_description"], &limits::COMMAND_DESCRIPTION)
    })
}
