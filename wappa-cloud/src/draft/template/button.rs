//! What a template's buttons are sent with.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    draft::{
        DraftError, OrderDetails, ProductSection,
        interactive::{call_minutes, product_sections},
        object, required, within,
    },
    limits::{COUPON_CODE, TEMPLATE_BUTTONS, TEMPLATE_PAYLOAD, VOICE_CALL_PAYLOAD},
};

/// What one button of a template is sent with. Which kind stands at which place, its definition says.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct TemplateButton(Kind);

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    QuickReply(String),
    Url(String),
    CopyCode(String),
    Catalog(Option<String>),
    Products { thumbnail: String, sections: Vec<ProductSection> },
    Flow { token: Option<String>, data: Option<Result<Value, ()>> },
    OrderDetails(Box<OrderDetails>),
    VoiceCall { minutes: Option<u32>, payload: Option<String> },
}

impl TemplateButton {
    /// A quick reply: `payload` comes back when it is tapped, at most 256 characters.
    pub fn quick_reply(payload: impl Into<String>) -> Self {
        Self(Kind::QuickReply(payload.into()))
    }

    /// A link: the end of its address.
    pub fn url(suffix: impl Into<String>) -> Self {
        Self(Kind::Url(suffix.into()))
    }

    /// A code to copy: at most 15 characters.
    pub fn copy_code(code: impl Into<String>) -> Self {
        Self(Kind::CopyCode(code.into()))
    }

    /// The catalog, with the first product's picture.
    pub fn catalog() -> Self {
        Self(Kind::Catalog(None))
    }

    /// The catalog, with the picture of this product.
    pub fn catalog_with(thumbnail: impl Into<String>) -> Self {
        Self(Kind::Catalog(Some(thumbnail.into())))
    }

    /// A selection of products: up to 30 in up to 10 sections, with the picture of one.
    pub fn products(
        thumbnail: impl Into<String>,
        sections: impl IntoIterator<Item = ProductSection>,
    ) -> Self {
        Self(Kind::Products { thumbnail: thumbnail.into(), sections: sections.into_iter().collect() })
    }

    /// A Flow.
    pub fn flow() -> Self {
        Self(Kind::Flow { token: None, data: None })
    }

    /// The token that tells this opening of the Flow from others. Other kinds of buttons have none.
    pub fn token(mut self, said: impl Into<String>) -> Self {
        if let Kind::Flow { token, .. } = &mut self.0 {
            *token = Some(said.into());
        }
        self
    }

    /// What the Flow's first screen shows: an object. Other kinds of buttons have none.
    pub fn data(mut self, said: &impl Serialize) -> Self {
        if let Kind::Flow { data, .. } = &mut self.0 {
            *data = Some(serde_json::to_value(said).map_err(|_| ()));
        }
        self
    }

    /// An order to review and pay; of the message only the order counts here.
    pub fn order_details(order: OrderDetails) -> Self {
        Self(Kind::OrderDetails(Box::new(order)))
    }

    /// A call.
    pub fn voice_call() -> Self {
        Self(Kind::VoiceCall { minutes: None, payload: None })
    }

    /// How many minutes a call button works: 1 to 43,200. Other kinds of buttons work for good.
    pub fn ttl_minutes(mut self, said: u32) -> Self {
        if let Kind::VoiceCall { minutes, .. } = &mut self.0 {
            *minutes = Some(said);
        }
        self
    }

    /// Comes back as `cta_payload` of the call: at most 512 characters. For a quick reply it is what comes back instead.
    pub fn payload(mut self, said: impl Into<String>) -> Self {
        match &mut self.0 {
            Kind::VoiceCall { payload, .. } => *payload = Some(said.into()),
            Kind::QuickReply(payload) => *payload = said.into(),
            _ => {}
        }
        self
    }

    pub(super) fn to_value(&self, index: usize) -> Result<Value, DraftError> {
        if index >= TEMPLATE_BUTTONS.max {
            return Err(DraftError::too_many(&TEMPLATE_BUTTONS, index.saturating_add(1)));
        }
        let (sub_type, parameters) = match &self.0 {
            Kind::QuickReply(payload) => {
                required(&TEMPLATE_PAYLOAD, payload)?;
                ("quick_reply", vec![json!({ "type": "payload", "payload": payload })])
            }
            Kind::Url(suffix) => {
                if suffix.trim().is_empty() {
                    return Err(DraftError::empty("template url button parameter"));
                }
                ("url", vec![json!({ "type": "text", "text": suffix })])
            }
            Kind::CopyCode(code) => {
                required(&COUPON_CODE, code)?;
                ("copy_code", vec![json!({ "type": "coupon_code", "coupon_code": code })])
            }
            Kind::Catalog(thumbnail) => {
                let shown = |id| action(json!({ "thumbnail_product_retailer_id": id }));
                ("catalog", thumbnail.as_ref().map(shown).into_iter().collect())
            }
            Kind::Products { thumbnail, sections } => {
                let sections = product_sections(sections)?;
                let shown = json!({ "thumbnail_product_retailer_id": thumbnail, "sections": sections });
                ("mpm", vec![action(shown)])
            }
            Kind::Flow { token, data } => {
                let data = match data {
                    None => None,
                    Some(Ok(Value::Object(data))) => Some(Value::Object(data.clone())),
                    Some(_) => return Err(DraftError::wrong("flow_action_data", "it is an object")),
                };
                let token = token.as_deref().map(Value::from);
                let flow = object([("flow_token", token), ("flow_action_data", data)]);
                let said = flow.as_object().is_some_and(|flow| !flow.is_empty());
                ("flow", said.then(|| action(flow)).into_iter().collect())
            }
            Kind::OrderDetails(order) => {
                ("order_details", vec![action(json!({ "order_details": order.parameters()? }))])
            }
            Kind::VoiceCall { minutes, payload } => ("voice_call", call(*minutes, payload.as_deref())?),
        };
        let parameters = (!parameters.is_empty()).then_some(Value::Array(parameters));
        Ok(object([
            ("type", Some("button".into())),
            ("sub_type", Some(sub_type.into())),
            ("index", Some(index.to_string().into())),
            ("parameters", parameters),
        ]))
    }
}

fn action(action: Value) -> Value {
    object([("type", Some("action".into())), ("action", Some(action))])
}

fn call(minutes: Option<u32>, payload: Option<&str>) -> Result<Vec<Value>, DraftError> {
    let mut parameters = Vec::new();
    if let Some(minutes) = minutes {
        call_minutes(minutes)?;
        parameters.push(json!({ "type": "ttl_minutes", "ttl_minutes": minutes }));
    }
    if let Some(payload) = payload {
        within(&VOICE_CALL_PAYLOAD, payload)?;
        parameters.push(json!({ "type": "payload", "payload": payload }));
    }
    Ok(parameters)
}
