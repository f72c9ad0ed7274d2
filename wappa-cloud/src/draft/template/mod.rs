//! Template messages: the only ones Meta takes outside the customer service window.

mod authentication;
mod button;
mod card;
mod marketing;
mod parameter;

use serde_json::{Value, json};

pub use self::{
    authentication::AuthenticationTemplate,
    button::TemplateButton,
    card::TemplateCard,
    marketing::{ActivitySharing, MarketingMessage, ProductPolicy},
    parameter::{DateParts, Parameter},
};
use super::{
    Draft, DraftError, DraftKind, Header, IntoDraft, OrderState, OrderStatus, count, object, required,
    web_address,
};
use crate::{
    event::Location,
    id::MediaId,
    limits::{TEMPLATE_CARDS, TEMPLATE_HEADER, TEMPLATE_NAME},
    media::MediaKind,
    time::Timestamp,
};

/// A template by name and language, with the parameters its definition asks for (Meta: *Template messages*). For one-time
/// passwords there is [`AuthenticationTemplate`].
///
/// ```
/// use wappa_cloud::{IntoDraft, Template, TemplateButton};
///
/// let draft = Template::new("order_ok", "en_US")
///     .header_image("1234567890")
///     .body_named("first_name", "Ana")
///     .button(0, TemplateButton::url("orders/17"))
///     .button(1, TemplateButton::quick_reply("cancel 17"))
///     .into_draft()?;
/// assert!(!draft.needs_window());
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Template {
    name: String,
    language: String,
    policy: Option<&'static str>,
    header: Option<HeaderParameter>,
    body: Vec<Parameter>,
    buttons: Vec<(usize, TemplateButton)>,
    offer_ends: Option<Timestamp>,
    cards: Vec<TemplateCard>,
    order_status: Option<OrderStatus>,
    tap_target: Option<(String, String)>,
}

#[derive(Debug, Clone, PartialEq)]
enum HeaderParameter {
    Shown(Header),
    Named(String, String),
    Gif(Header),
    Location(Location),
    Product { catalog_id: String, product: String },
}

impl Template {
    /// The template of this name in this language, like `en_US`.
    pub fn new(name: impl Into<String>, language: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            language: language.into(),
            policy: None,
            header: None,
            body: Vec::new(),
            buttons: Vec::new(),
            offer_ends: None,
            cards: Vec::new(),
            order_status: None,
            tap_target: None,
        }
    }

    /// Says that no other language will do, as old accounts were asked to; it is what Meta does anyway.
    pub fn deterministic(mut self) -> Self {
        self.policy = Some("deterministic");
        self
    }

    /// The body's parameters, in order: texts, or [`Parameter`]s.
    pub fn body<P: Into<Parameter>>(mut self, parameters: impl IntoIterator<Item = P>) -> Self {
        self.body.extend(parameters.into_iter().map(Into::into));
        self
    }

    /// A parameter of the body by its name, for templates with named parameters.
    pub fn body_named(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.body.push(Parameter::text(text).named(name));
        self
    }

    /// The header's parameter: a text, or the file it shows.
    pub fn header(self, header: impl Into<Header>) -> Self {
        self.headed(HeaderParameter::Shown(header.into()))
    }

    /// The picture in the header, by id.
    pub fn header_image(self, id: impl Into<MediaId>) -> Self {
        self.header(Header::Media(MediaKind::Image, id.into()))
    }

    /// The header's text by its name, for templates with named parameters.
    pub fn header_named(self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.headed(HeaderParameter::Named(name.into(), text.into()))
    }

    /// The film in the header that plays as a GIF does; only the marketing endpoint takes it.
    pub fn header_gif(self, id: impl Into<MediaId>) -> Self {
        self.headed(HeaderParameter::Gif(Header::video(id)))
    }

    /// The place in the header; Meta wants its name and address, too.
    pub fn header_location(self, place: Location) -> Self {
        self.headed(HeaderParameter::Location(place))
    }

    /// The product in the header.
    pub fn header_product(
        self,
        catalog_id: impl Into<String>,
        product_retailer_id: impl Into<String>,
    ) -> Self {
        let (catalog_id, product) = (catalog_id.into(), product_retailer_id.into());
        self.headed(HeaderParameter::Product { catalog_id, product })
    }

    fn headed(mut self, header: HeaderParameter) -> Self {
        self.header = Some(header);
        self
    }

    /// What the button at this place (from 0) is sent with.
    pub fn button(mut self, index: usize, button: TemplateButton) -> Self {
        self.buttons.push((index, button));
        self
    }

    /// What comes back when the quick reply button at this place (from 0) is tapped.
    pub fn button_payload(self, index: usize, payload: impl Into<String>) -> Self {
        self.button(index, TemplateButton::quick_reply(payload))
    }

    /// The end of the address that the link button at this place (from 0) opens.
    pub fn button_url(self, index: usize, suffix: impl Into<String>) -> Self {
        self.button(index, TemplateButton::url(suffix))
    }

    /// When a limited-time offer ends.
    pub fn offer_ends(mut self, at: Timestamp) -> Self {
        self.offer_ends = Some(at);
        self
    }

    /// Adds a card of the carousel: at most ten.
    pub fn card(mut self, card: TemplateCard) -> Self {
        self.cards.push(card);
        self
    }

    /// What became of an order, for order status templates.
    pub fn order_status(mut self, reference_id: impl Into<String>, state: OrderState) -> Self {
        self.order_status = Some(OrderStatus::new("", reference_id, state));
        self
    }

    /// The same with more words: at most 120 characters.
    pub fn order_status_described(
        mut self,
        reference_id: impl Into<String>,
        state: OrderState,
        description: impl Into<String>,
    ) -> Self {
        self.order_status = Some(OrderStatus::new("", reference_id, state).description(description));
        self
    }

    /// Makes the whole message open this address, titled so.
    pub fn tap_target(mut self, url: impl Into<String>, title: impl Into<String>) -> Self {
        self.tap_target = Some((url.into(), title.into()));
        self
    }

    /// Sends it through Meta's endpoint for marketing.
    pub fn marketing(self) -> MarketingMessage {
        MarketingMessage::new(self)
    }

    fn components(&self) -> Result<Vec<Value>, DraftError> {
        let mut components = Vec::new();
        if let Some(header) = &self.header {
            components.push(json!({ "type": "header", "parameters": [header.to_value()?] }));
        }
        components.extend(body_component(&self.body)?);
        if let Some(at) = self.offer_ends {
            components
                .push(component("limited_time_offer", &json!({ "expiration_time_ms": at.as_millis() })));
        }
        if !self.cards.is_empty() {
            count(&TEMPLATE_CARDS, self.cards.len())?;
            let cards = self.cards.iter().enumerate().map(|(index, card)| card.to_value(index));
            let cards = cards.collect::<Result<Vec<_>, _>>()?;
            components.push(json!({ "type": "carousel", "cards": cards }));
        }
        if let Some(status) = &self.order_status {
            components.push(component("order_status", &status.parameters()?));
        }
        for (index, button) in &self.buttons {
            if self.buttons.iter().filter(|(other, _)| other == index).count() > 1 {
                return Err(DraftError::duplicate("template button index", &index.to_string()));
            }
            components.push(button.to_value(*index)?);
        }
        if let Some((url, title)) = &self.tap_target {
            web_address("tap_target_configuration.url", url)?;
            components.push(component("tap_target_configuration", &json!([{ "url": url, "title": title }])));
        }
        Ok(components)
    }
}

impl IntoDraft for Template {
    fn into_draft(self) -> Result<Draft, DraftError> {
        name_and_language(&self.name, &self.language)?;
        let components = self.components()?;
        let language =
            object([("policy", self.policy.map(Value::from)), ("code", Some(self.language.into()))]);
        let body = object([
            ("name", Some(self.name.into())),
            ("language", Some(language)),
            ("components", (!components.is_empty()).then(|| components.into())),
        ]);
        Draft::new(DraftKind::Template, &body)
    }
}

fn name_and_language(name: &str, language: &str) -> Result<(), DraftError> {
    required(&TEMPLATE_NAME, name)?;
    if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        let why = "a template's name has only small letters, digits and underscores";
        return Err(DraftError::wrong(TEMPLATE_NAME.name, why));
    }
    if language.trim().is_empty() {
        return Err(DraftError::empty("template.language.code"));
    }
    Ok(())
}

/// A component with one parameter of its own name.
fn component(kind: &str, parameter: &Value) -> Value {
    json!({ "type": kind, "parameters": [{ "type": kind, kind: parameter }] })
}

fn body_component(parameters: &[Parameter]) -> Result<Option<Value>, DraftError> {
    let named = parameters.iter().filter(|parameter| parameter.is_named()).count();
    if named != 0 && named != parameters.len() {
        let why = "a template's parameters are either all named or all in order";
        return Err(DraftError::wrong("template.components.parameters", why));
    }
    if parameters.is_empty() {
        return Ok(None);
    }
    let parameters = parameters.iter().map(Parameter::to_value).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(json!({ "type": "body", "parameters": parameters })))
}

impl HeaderParameter {
    fn to_value(&self) -> Result<Value, DraftError> {
        match self {
            Self::Shown(Header::Text(text)) => {
                required(&TEMPLATE_HEADER, text)?;
                Ok(json!({ "type": "text", "text": text }))
            }
            Self::Named(name, text) => {
                required(&TEMPLATE_HEADER, text)?;
                Ok(json!({ "type": "text", "parameter_name": name, "text": text }))
            }
            Self::Shown(file) => file.file("template header"),
            Self::Gif(file) => {
                let file = file.file("template header")?;
                Ok(json!({ "type": "gif", "gif": file["video"] }))
            }
            Self::Location(place) => Ok(json!({ "type": "location", "location": place.to_value()? })),
            Self::Product { catalog_id, product } => Ok(card::product_parameter(catalog_id, product)),
        }
    }
}
