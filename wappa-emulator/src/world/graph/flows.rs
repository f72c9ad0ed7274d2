//! Flows over Graph: made, filled with JSON, published, deprecated, deleted (Meta's page "Flows API").

use http::Method;
use serde_json::{Value, json};
use wappa_cloud::{PhoneNumberId, limits};

use super::paging::only;
use super::{Good, GraphBody, GraphCall, fields, flow_texts};
use crate::world::World;
use crate::world::refusal::Refusal;

const FIELDS: &[&str] = &["id", "name", "status", "categories", "validation_errors"];
const CATEGORIES: &[&str] = &[
    "SIGN_UP",
    "SIGN_IN",
    "APPOINTMENT_BOOKING",
    "LEAD_GENERATION",
    "CONTACT_US",
    "CUSTOMER_SUPPORT",
    "SURVEY",
    "SHOPPING",
    "OTHER",
];

impl World {
    /// `GET` and `POST /{waba}/flows`.
    pub(super) fn flows(&mut self, now: i64, call: &GraphCall, waba: &str) -> Result<Good, Refusal> {
        if call.method == Method::GET {
            let flows = self.nodes("flow", waba);
            return Ok(Good::json("lists Flows", call.page(flows, FIELDS)?));
        }
        let given = call.parameters()?;
        let name = fields::string(&given["name"], "name")?.to_owned();
        fields::keeps(&limits::FLOW_NAME, &name)?;
        let mut flow = new_flow(&self.mint.node_id(), &name);
        flow["endpoint_uri"] = given["endpoint_uri"].clone();
        set_categories(&mut flow, &given["categories"])?;
        if let Some(source) = given["clone_flow_id"].as_str() {
            flow["json"] = self.node_of("flow", source, "POST")?["json"].clone();
        }
        if let Some(text) = given["flow_json"].as_str() {
            set_json(&mut flow, text);
        }
        let errors = flow["validation_errors"].clone();
        let id = flow["id"].as_str().unwrap_or_default().to_owned();
        self.keep_node("flow", waba, &id, flow);
        let publish = given["publish"] == true || given["publish"] == "true";
        if publish {
            self.publish(now, &id)?;
        }
        Ok(Good::json("makes a Flow", json!({"id": id, "success": true, "validation_errors": errors})))
    }

    /// `GET`, `POST` and `DELETE /{flow}`.
    pub(super) fn flow(&mut self, call: &GraphCall, id: &str) -> Result<Good, Refusal> {
        let mut flow = self.node_of("flow", id, call.method.as_str())?;
        match call.method {
            Method::GET => {
                let url = format!("{}/flow-preview/{id}", self.rules.origin);
                flow["preview"] = json!({"preview_url": url, "expires_at": "2030-01-01T00:00:00+0000"});
                if call.query("fields").is_some_and(|fields| fields.contains("metric.")) {
                    return Err(Refusal::new(139_006, "There is too little data for this metric."));
                }
                Ok(Good::json("reads a Flow", only(flow, call.query("fields"), FIELDS)))
            }
            Method::DELETE if flow["status"] != "DRAFT" => {
                Err(Refusal::new(139_004, "Only drafts can be deleted."))
            }
            Method::DELETE => {
                self.keep_record(id, "node", None);
                Ok(Good::success("deletes a Flow"))
            }
            _ => {
                let given = call.parameters()?;
                if flow["status"] == "DEPRECATED" {
                    return Err(Refusal::new(139_001, "A deprecated Flow can't be changed."));
                }
                if let Some(name) = given["name"].as_str() {
                    fields::keeps(&limits::FLOW_NAME, name)?;
                    flow["name"] = json!(name);
                }
                if !given["endpoint_uri"].is_null() {
                    flow["endpoint_uri"] = given["endpoint_uri"].clone();
                }
                set_categories(&mut flow, &given["categories"])?;
                self.keep_record(id, "node", Some(flow));
                Ok(Good::success("changes a Flow"))
            }
        }
    }

    /// `assets`, `publish` and `deprecate`.
    pub(super) fn flow_step(
        &mut self,
        now: i64,
        call: &GraphCall,
        id: &str,
        step: &str,
    ) -> Result<Good, Refusal> {
        let mut flow = self.node_of("flow", id, call.method.as_str())?;
        match (&call.method, step) {
            (&Method::GET, "assets") => {
                let url = format!("{}/flow-json/{id}", self.rules.origin);
                let asset = json!({"name": "flow.json", "asset_type": "FLOW_JSON", "download_url": url});
                Ok(Good::json("lists the assets of a Flow", call.page(vec![asset], &[])?))
            }
            (&Method::POST, "assets") => {
                let GraphBody::Form { file: Some(file), .. } = &call.body else {
                    return Err(Refusal::parameter("The parameter file is required."));
                };
                if flow["status"] != "DRAFT" && flow["status"] != "PUBLISHED" {
                    return Err(Refusal::new(139_001, "The Flow can't be changed in its present state."));
                }
                if file.bytes.len() > limits::FLOW_JSON.max {
                    return Err(Refusal::parameter("Param file must have at most 10 MB."));
                }
                let text = String::from_utf8_lossy(&file.bytes).into_owned();
                set_json(&mut flow, &text);
                // A published Flow that is changed is a draft again.
                flow["status"] = json!("DRAFT");
                let errors = flow["validation_errors"].clone();
                self.keep_record(id, "node", Some(flow));
                Ok(Good::json("uploads Flow JSON", json!({"success": true, "validation_errors": errors})))
            }
            (&Method::POST, "publish") => {
                self.publish(now, id)?;
                Ok(Good::success("publishes a Flow"))
            }
            (&Method::POST, "deprecate") => {
                if flow["status"] != "PUBLISHED" {
                    return Err(Refusal::new(139_003, "Only published Flows can be deprecated."));
                }
                self.move_flow(now, id, "DEPRECATED")?;
                Ok(Good::success("deprecates a Flow"))
            }
            _ => Err(Refusal::no_such_object(call.method.as_str(), id)),
        }
    }

    fn publish(&mut self, now: i64, id: &str) -> Result<(), Refusal> {
        let flow = self.node_of("flow", id, "POST")?;
        let faultless = flow["validation_errors"].as_array().is_some_and(Vec::is_empty);
        if flow["status"] != "DRAFT" || flow["json"].is_null() || !faultless {
            return Err(Refusal::new(
                139_002,
                "Only a draft with JSON and without validation errors can be published.",
            ));
        }
        self.move_flow(now, id, "PUBLISHED")
    }

    /// Puts a Flow into a state, as an author or Meta's watch over it does, and tells the account.
    pub(crate) fn move_flow(&mut self, now: i64, id: &str, status: &str) -> Result<(), Refusal> {
        let mut flow = self.node_of("flow", id, "POST")?;
        let before = std::mem::replace(&mut flow["status"], json!(status));
        let waba = wappa_cloud::WabaId::from(flow["owner"].as_str().unwrap_or_default());
        self.keep_record(id, "node", Some(flow));
        let value = json!({
            "event": "FLOW_STATUS_CHANGE", "message": format!("Flow has changed status to {status}"),
            "flow_id": id, "old_status": before, "new_status": status
        });
        let body = crate::world::notice::of_account(&waba, "flows", now, &value);
        self.queue_field(crate::world::Lane::Account { waba }, "flows", now, status, body);
        Ok(())
    }

    /// A Flow of the account this number belongs to, by its id or name.
    pub(crate) fn flow_named(&self, number: &PhoneNumberId, flow: &str) -> Option<Value> {
        let account = &self.state.number(number)?.waba_id;
        let mut flows = self.nodes("flow", account.as_str()).into_iter();
        flows.find(|node| node["id"] == flow || node["name"] == flow)
    }

    /// Gives an account a published Flow, or this one another JSON and endpoint.
    pub(crate) fn add_flow(&mut self, waba: &str, name: &str, flow_json: &Value, endpoint: Option<&str>) {
        let known = self.nodes("flow", waba).into_iter().find(|node| node["name"] == name);
        let mut flow = known.unwrap_or_else(|| new_flow(&self.mint.node_id(), name));
        set_json(&mut flow, &flow_json.to_string());
        flow["status"] = json!("PUBLISHED");
        flow["endpoint_uri"] = json!(endpoint);
        let id = flow["id"].as_str().unwrap_or_default().to_owned();
        self.keep_node("flow", waba, &id, flow);
    }

    /// Whether a Flow can be sent. One that isn't known is taken for another account's.
    pub(super) fn check_flow(&self, flow: &str, mode: &str) -> Result<(), Refusal> {
        let known = self
            .state
            .records
            .values()
            .find(|node| node["kind"] == "flow" && (node["id"] == flow || node["name"] == flow));
        match known.and_then(|node| node["status"].as_str()) {
            Some("BLOCKED") => Err(Refusal::new(132_068, "The Flow is in blocked state.")),
            Some("THROTTLED") => Err(Refusal::new(132_069, "The Flow is in throttled state.")),
            Some("DRAFT") if mode != "draft" => {
                Err(Refusal::invalid("interactive.action.parameters.flow_id", "is not a published Flow"))
            }
            _ => Ok(()),
        }
    }
}

fn new_flow(id: &str, name: &str) -> Value {
    json!({
        "id": id, "name": name, "status": "DRAFT", "validation_errors": [], "categories": [],
        "json_version": null, "data_api_version": null, "endpoint_uri": null,
        "health_status": {"can_send_message": "AVAILABLE", "entities": []}
    })
}

fn set_categories(flow: &mut Value, given: &Value) -> Result<(), Refusal> {
    let parsed;
    let given = match given {
        Value::Null => return Ok(()),
        // Forms write lists as JSON.
        Value::String(text) => {
            parsed = serde_json::from_str::<Value>(text).unwrap_or_default();
            &parsed
        }
        given => given,
    };
    let known = |category: &Value| category.as_str().is_some_and(|category| CATEGORIES.contains(&category));
    match given.as_array() {
        Some(categories) if categories.iter().all(known) => {
            flow["categories"] = given.clone();
            Ok(())
        }
        _ => Err(Refusal::parameter(format!("Param categories must be among {}.", CATEGORIES.join(", ")))),
    }
}

/// Keeps the JSON and what is wrong with it, as far as this world looks.
fn set_json(flow: &mut Value, text: &str) {
    let error = |error: &str, message: &str| {
        json!([{"error": error, "error_type": "FLOW_JSON_ERROR", "message": message, "line_start": 1, "line_end": 1,
            "column_start": 1, "column_end": 1}])
    };
    let parsed = serde_json::from_str::<Value>(text);
    flow["validation_errors"] = match &parsed {
        Err(_) => error("INVALID_JSON", "The Flow JSON is not valid JSON."),
        Ok(parsed) if !parsed["version"].is_string() => {
            error("MISSING_REQUIRED_PROPERTY", "Required property 'version' is missing.")
        }
        Ok(parsed) if parsed["screens"].as_array().is_none_or(Vec::is_empty) => {
            error("MISSING_REQUIRED_PROPERTY", "Required property 'screens' is missing.")
        }
        Ok(parsed) => flow_texts::too_long(parsed),
    };
    if let Ok(parsed) = parsed {
        flow["json_version"] = parsed["version"].clone();
        flow["data_api_version"] = parsed["data_api_version"].clone();
        flow["json"] = parsed;
    }
}
