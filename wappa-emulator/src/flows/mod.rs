//! The phone's side of Flows: what a form asks its endpoint, and what the app does about each answer. Which screens a Flow
//! has is in its JSON, which the page draws; how requests are sealed is in `seal`.

mod seal;

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wappa_cloud::{AppSecret, MessageId};

use crate::clock::within;
use crate::emulator::Emulator;
use crate::feed::{Direction, Wire};
use crate::sink::{FlowCall, FlowHeard};
use crate::world::{ActError, ChatKey, Extras, FlowInvite, PersonAct};

/// How long WhatsApp waits for an endpoint (Meta's page "Flows Health and Monitoring").
const PATIENCE: Duration = Duration::from_secs(10);
/// What a person reads when a form can't go on.
const FAILED: &str = "Something went wrong. Try again later.";

/// What a form asks its endpoint.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Question {
    pub(crate) action: Asked,
    /// The screen that was submitted, or is gone back to.
    #[serde(default)]
    pub(crate) screen: Option<String>,
    /// What was entered.
    #[serde(default)]
    pub(crate) data: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Asked {
    #[serde(rename = "INIT")]
    Init,
    #[serde(rename = "BACK")]
    Back,
    #[serde(rename = "data_exchange")]
    DataExchange,
}

impl Asked {
    fn as_str(self) -> &'static str {
        match self {
            Self::Init => "INIT",
            Self::Back => "BACK",
            Self::DataExchange => "data_exchange",
        }
    }
}

/// What the app does about an answer.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Next {
    /// It shows this screen.
    Screen { screen: String, data: Value },
    /// It closes the form, whose reply is this message.
    Done { id: MessageId },
    /// It says that the form can't be used any more, and switches the invitation's button off.
    Over { message: String },
    /// It says that something went wrong; `detail` is for the developer.
    Failed { message: &'static str, detail: String },
}

impl Endpoint {
    /// From data API 4.0 on the token is signed.
    fn signs_tokens(&self) -> bool {
        let major = self.version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        major.is_some_and(|major| major >= 4)
    }
}

fn failed(detail: impl Into<String>) -> Next {
    Next::Failed { message: FAILED, detail: detail.into() }
}

/// Everything a request to an endpoint is made of.
struct Endpoint {
    url: String,
    version: String,
    public_key: String,
    secret: AppSecret,
}

impl Emulator {
    /// The Flow an invitation is for, as Graph keeps it.
    pub(crate) fn flow_of(
        &self,
        chat: &ChatKey,
        message: &MessageId,
    ) -> Result<(FlowInvite, Option<Value>), ActError> {
        let core = self.inner.core();
        let invite = core.world.invitation(chat, message)?;
        let flow = core.world.flow_named(&chat.number, &invite.flow);
        Ok((invite, flow))
    }

    /// Asks the endpoint of a Flow as WhatsApp does, and does what the app would do about the answer.
    pub(crate) async fn exchange(
        &self,
        chat: &ChatKey,
        message: &MessageId,
        question: Question,
    ) -> Result<Next, ActError> {
        let (invite, flow) = self.flow_of(chat, message)?;
        let Some(flow) = flow else {
            return Ok(failed(format!("this account has no Flow {}", invite.flow)));
        };
        let asked = Self::request(&flow, &invite, &question);
        // 421 makes the app fetch the public key and ask once more.
        let mut heard = self.ask(chat, &flow, &asked).await;
        if let Ok((421, _)) = heard {
            heard = self.ask(chat, &flow, &asked).await;
        }
        let (status, answer) = match heard {
            Ok(heard) => heard,
            Err(detail) => return Ok(failed(detail)),
        };
        let Some(answer) = answer.filter(|_| matches!(status, 200 | 427)) else {
            return Ok(failed(told(status)));
        };
        if status == 427 {
            let words = answer["error_msg"].as_str().unwrap_or("This form can no longer be used.").to_owned();
            self.step(|world, _| world.close_invitation(chat, message, &words))?;
            return Ok(Next::Over { message: words });
        }
        if let Some(params) = answer["data"]["extension_message_response"]["params"].as_object() {
            let act = PersonAct::SubmitFlow { message: message.clone(), response: json!(params) };
            return Ok(Next::Done { id: self.act(chat, act, Extras::default())? });
        }
        match refused(&flow["json"], question.screen.as_deref(), &answer) {
            None => Ok(Next::Screen {
                screen: answer["screen"].as_str().unwrap_or_default().to_owned(),
                data: answer["data"].clone(),
            }),
            Some((error, detail)) => {
                let notice = Question {
                    action: Asked::DataExchange,
                    screen: question.screen,
                    data: json!({"error": error, "error_message": detail}),
                };
                // The endpoint is told; whatever it says to that changes nothing.
                let _ = self.ask(chat, &flow, &Self::request(&flow, &invite, &notice)).await;
                Ok(failed(format!("{error}: {detail}")))
            }
        }
    }

    fn request(flow: &Value, invite: &FlowInvite, question: &Question) -> Value {
        let mut request = json!({
            "version": version_of(flow), "action": question.action.as_str(),
            "screen": question.screen.as_deref().unwrap_or_default(), "flow_token": invite.token,
        });
        if question.action == Asked::DataExchange {
            request["data"] = question.data.clone();
        }
        request
    }

    fn endpoint(&self, chat: &ChatKey, flow: &Value) -> Result<Endpoint, String> {
        let core = self.inner.core();
        let number = core.world.state().number(&chat.number).ok_or("there is no such number")?;
        let url = flow["endpoint_uri"].as_str().filter(|url| !url.is_empty());
        let key = core.world.record(chat.number.as_str(), "whatsapp_business_encryption");
        Ok(Endpoint {
            url: url.ok_or("the Flow has no endpoint_uri: set it over Graph")?.to_owned(),
            version: version_of(flow).to_owned(),
            public_key: key["business_public_key"]
                .as_str()
                .ok_or("the number has no public key: POST it to whatsapp_business_encryption")?
                .to_owned(),
            secret: AppSecret::new(number.app_secret.clone()),
        })
    }

    /// One request and what came of it: a status and the answer, if it could be opened.
    async fn ask(
        &self,
        chat: &ChatKey,
        flow: &Value,
        request: &Value,
    ) -> Result<(u16, Option<Value>), String> {
        let endpoint = self.endpoint(chat, flow)?;
        let mut request = request.clone();
        if endpoint.signs_tokens() {
            request["flow_token_signature"] =
                json!(signed(&endpoint.secret, request["flow_token"].as_str().unwrap_or_default()));
        }
        let sealed = seal::seal(&endpoint.public_key, &request)
            .ok_or("the number's public key is no RSA key in PEM")?;
        let signature = endpoint.secret.sign(sealed.body.as_bytes());
        let call = FlowCall { endpoint: endpoint.url.clone(), body: sealed.body.clone().into(), signature };
        let sink = self.inner.core().sinks.asks(None).ok_or("no bot is connected")?;
        let began = self.inner.clock.millis();
        let asking = tokio::spawn(async move { within(PATIENCE, sink.ask(call)).await });
        let FlowHeard { status, body } = asking.await.ok().flatten().unwrap_or_default();
        let answer = sealed.open(&body);
        let action = request["action"].as_str().unwrap_or_default();
        let name = flow["name"].as_str().unwrap_or_default();
        let wire = Wire {
            seq: 0,
            at: began,
            direction: Direction::Flow,
            method: "POST".to_owned(),
            path: endpoint.url,
            status,
            ms: self.inner.clock.millis() - began,
            response: answer.clone().unwrap_or_else(|| json!(String::from_utf8_lossy(&body))),
            summary: format!("{action} of the Flow {name}, version {}", endpoint.version),
            request,
        };
        self.inner.core().feed.record(wire);
        Ok((status, answer))
    }
}

fn version_of(flow: &Value) -> &str {
    flow["json"]["data_api_version"].as_str().unwrap_or("3.0")
}

/// Why an answer can't be shown: Meta's word for it, and ours.
fn refused(json: &Value, from: Option<&str>, answer: &Value) -> Option<(&'static str, String)> {
    let Some(screen) = answer["screen"].as_str() else {
        return Some(("INVALID_RESPONSE", "the endpoint's answer names no screen".to_owned()));
    };
    let screens = json["screens"].as_array().map_or(&[][..], Vec::as_slice);
    if !screens.iter().any(|known| known["id"] == screen) {
        return Some(("INVALID_SCREEN", format!("the Flow has no screen {screen}")));
    }
    let from = from.filter(|from| *from != screen)?;
    let routes = json["routing_model"].as_object()?;
    let leads = |from: &str, to: &str| {
        routes.get(from).and_then(Value::as_array).is_some_and(|next| next.iter().any(|next| next == to))
    };
    if leads(from, screen) || leads(screen, from) {
        return None;
    }
    Some(("INVALID_SCREEN_TRANSITION", format!("the routing model leads from {from} not to {screen}")))
}

fn told(status: u16) -> String {
    match status {
        0 => format!("the endpoint gave no answer within {} seconds", PATIENCE.as_secs()),
        200 => {
            "the answer could not be decrypted: it is sealed with the request's AES key and the flipped nonce"
                .to_owned()
        }
        421 => "421: the endpoint could not decrypt the request, also with the public key fetched again"
            .to_owned(),
        432 => "432: the endpoint found the signature wrong; is it the app secret of this number?".to_owned(),
        other => format!("the endpoint answered {other}"),
    }
}

/// Meta's signature over a token: a JWT keyed with the app's secret.
fn signed(secret: &AppSecret, token: &str) -> String {
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let text =
        format!("{}.{}", part(json!({"alg": "HS256", "typ": "JWT"})), part(json!({ "flow_token": token })));
    let mac = hex::decode(secret.sign(text.as_bytes()).trim_start_matches("sha256=")).unwrap_or_default();
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_signed_as_the_client_checks_it() {
        let secret = AppSecret::new("app-secret");
        assert_eq!(secret.verify_flow_token("token-1", &signed(&secret, "token-1")), Ok(()));
        assert!(secret.verify_flow_token("token-2", &signed(&secret, "token-1")).is_err());
    }

    #[test]
    fn an_answer_leads_where_the_routing_model_leads() {
        let flow = json!({"screens": [{"id": "A"}, {"id": "B"}, {"id": "C"}], "routing_model": {"A": ["B"], "B": ["C"], "C": []}});
        let to =
            |from, screen: &str| refused(&flow, from, &json!({ "screen": screen })).map(|(error, _)| error);
        assert_eq!(to(None, "A"), None);
        assert_eq!(to(Some("A"), "A"), None);
        assert_eq!(to(Some("A"), "B"), None);
        assert_eq!(to(Some("B"), "A"), None, "back");
        assert_eq!(to(Some("A"), "C"), Some("INVALID_SCREEN_TRANSITION"));
        assert_eq!(to(Some("A"), "D"), Some("INVALID_SCREEN"));
        assert_eq!(refused(&flow, None, &json!({})).map(|(error, _)| error), Some("INVALID_RESPONSE"));
    }
}
