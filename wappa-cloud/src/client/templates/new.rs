//! A template that is to be made, checked as a whole before it is sent.

use serde_json::{Value, json};

use super::{
    button::Button,
    component::{Body, Card, Header},
    definition::{Category, ParameterFormat},
};
use crate::{
    client::{
        GraphError, Switch,
        check::{between, count, text, wrong},
    },
    limits::{
        TEMPLATE_BODY_TEXT, TEMPLATE_BUTTONS, TEMPLATE_CARDS, TEMPLATE_CODE_BUTTONS, TEMPLATE_FOOTER,
        TEMPLATE_NAME, TEMPLATE_OFFER_BODY, TEMPLATE_OFFER_TEXT, TEMPLATE_PHONE_BUTTONS,
        TEMPLATE_URL_BUTTONS,
    },
};

/// A template to make (Meta: *Template components*). The rules that can be seen from here are checked before it is sent;
/// whether the words are allowed is Meta's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct NewTemplate {
    name: String,
    language: String,
    category: Category,
    header: Option<Header>,
    body: Option<Body>,
    footer: Option<String>,
    buttons: Vec<Button>,
    cards: Vec<Card>,
    offer: Option<(String, Switch)>,
    call_permission: bool,
    ttl: Option<i64>,
    tracking: Option<Switch>,
}

impl NewTemplate {
    /// A template of this name (512 of `a`–`z`, `0`–`9` and `_`) in this language, like `en_US`.
    pub fn new(name: impl Into<String>, language: impl Into<String>, category: Category) -> Self {
        Self {
            name: name.into(),
            language: language.into(),
            category,
            header: None,
            body: None,
            footer: None,
            buttons: Vec::new(),
            cards: Vec::new(),
            offer: None,
            call_permission: false,
            ttl: None,
            tracking: None,
        }
    }

    /// What stands above the body.
    pub fn header(mut self, header: Header) -> Self {
        self.header = Some(header);
        self
    }

    /// The text: 1,024 characters, 600 with an offer that ends.
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// What stands below the body: 60 characters, no variables.
    pub fn footer(mut self, footer: impl Into<String>) -> Self {
        self.footer = Some(footer.into());
        self
    }

    /// One more button: ten at most.
    pub fn button(mut self, button: Button) -> Self {
        self.buttons.push(button);
        self
    }

    /// One more card of a carousel: 2 to 10.
    pub fn card(mut self, card: Card) -> Self {
        self.cards.push(card);
        self
    }

    /// An offer that ends: 16 characters, with or without a countdown.
    pub fn limited_time_offer(mut self, text: impl Into<String>, countdown: Switch) -> Self {
        self.offer = Some((text.into(), countdown));
        self
    }

    /// The question whether the business may call.
    pub fn call_permission_request(mut self) -> Self {
        self.call_permission = true;
        self
    }

    /// For how many seconds Meta tries to deliver it: 30 to 900 for authentication, 30 to 43,200 for utility, 43,200 to
    /// 2,592,000 for marketing. −1 is 30 days.
    pub fn ttl_seconds(mut self, seconds: i64) -> Self {
        self.ttl = Some(seconds);
        self
    }

    /// Whether Meta counts taps on its links.
    pub fn link_tracking(mut self, tracking: Switch) -> Self {
        self.tracking = Some(tracking);
        self
    }

    /// Checks every rule that can be seen from here and gives the JSON that is sent.
    ///
    /// # Errors
    /// Names the part, the limit and what is there instead.
    pub fn to_value(&self) -> Result<Value, GraphError> {
        check_name(&self.name)?;
        if self.language.trim().is_empty() {
            return Err(wrong("`template.language` is empty"));
        }
        let mut body =
            json!({ "name": self.name, "language": self.language, "category": self.category.as_str() });
        if let Some(seconds) = self.ttl {
            check_ttl(&self.category, seconds)?;
            body["message_send_ttl_seconds"] = seconds.into();
        }
        if let Some(tracking) = self.tracking {
            body["cta_url_link_tracking_opted_out"] = (!tracking.is_on()).into();
        }
        if self.is_named()? {
            body["parameter_format"] = ParameterFormat::Named.as_str().into();
        }
        body["components"] = Value::Array(self.components()?);
        Ok(body)
    }

    /// Whether variables have names. Header and body agree about it.
    fn is_named(&self) -> Result<bool, GraphError> {
        let header = self.header.as_ref().map_or(Ok(None), Header::is_named)?;
        let body = self.body.as_ref().map_or(Ok(None), |body| body.is_named("body"))?;
        match (header, body) {
            (Some(header), Some(body)) if header != body => {
                Err(wrong("the variables of a template all have names, or all have numbers"))
            }
            (header, body) => Ok(header.or(body).unwrap_or(false)),
        }
    }

    fn components(&self) -> Result<Vec<Value>, GraphError> {
        let mut components = Vec::new();
        if let Some(header) = &self.header {
            components.push(header.to_value()?);
        }
        let limit = if self.offer.is_some() { &TEMPLATE_OFFER_BODY } else { &TEMPLATE_BODY_TEXT };
        let body = self.body.as_ref().ok_or_else(|| wrong("a template has a body"))?;
        components.push(body.to_value(limit)?);
        if let Some((offer, countdown)) = &self.offer {
            text(&TEMPLATE_OFFER_TEXT, offer)?;
            let offer = json!({ "text": offer, "has_expiration": countdown });
            components.push(json!({ "type": "LIMITED_TIME_OFFER", "limited_time_offer": offer }));
        }
        if let Some(footer) = &self.footer {
            text(&TEMPLATE_FOOTER, footer)?;
            if footer.contains("{{") {
                return Err(wrong("a template's footer has no variables"));
            }
            components.push(json!({ "type": "FOOTER", "text": footer }));
        }
        if self.call_permission {
            components.push(json!({ "type": "CALL_PERMISSION_REQUEST" }));
        }
        if !self.buttons.is_empty() {
            check_buttons(&self.buttons)?;
            let buttons = self.buttons.iter().map(Button::to_value).collect::<Result<Vec<_>, _>>()?;
            components.push(json!({ "type": "BUTTONS", "buttons": buttons }));
        }
        if !self.cards.is_empty() {
            check_cards(&self.cards)?;
            let cards = self.cards.iter().map(Card::to_value).collect::<Result<Vec<_>, _>>()?;
            components.push(json!({ "type": "CAROUSEL", "cards": cards }));
        }
        Ok(components)
    }
}

pub(super) fn check_name(name: &str) -> Result<(), GraphError> {
    text(&TEMPLATE_NAME, name)?;
    if name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_') {
        return Ok(());
    }
    Err(wrong("a template's name has only small letters, digits and underscores"))
}

pub(super) fn check_ttl(category: &Category, seconds: i64) -> Result<(), GraphError> {
    let (least, most) = match category {
        Category::Authentication => (30, 900),
        Category::Utility => (30, 43_200),
        Category::Marketing => (43_200, 2_592_000),
        Category::Other(_) => return Ok(()),
    };
    match u64::try_from(seconds) {
        Ok(seconds) => between("message_send_ttl_seconds", seconds, least, most),
        Err(_) if seconds == -1 => Ok(()),
        Err(_) => Err(wrong("`message_send_ttl_seconds` is below zero; -1 alone means 30 days")),
    }
}

fn check_buttons(buttons: &[Button]) -> Result<(), GraphError> {
    count(&TEMPLATE_BUTTONS, buttons.len())?;
    let of = |kind: &str| buttons.iter().filter(|button| button.kind() == kind).count();
    count(&TEMPLATE_URL_BUTTONS, of("URL"))?;
    count(&TEMPLATE_PHONE_BUTTONS, of("PHONE_NUMBER"))?;
    count(&TEMPLATE_CODE_BUTTONS, of("COPY_CODE"))?;
    for (kind, most) in [("CATALOG", 1), ("MPM", 1)] {
        if of(kind) > most {
            return Err(wrong(format!("a template has {most} {kind} buttons at most")));
        }
    }
    let groups = buttons.chunk_by(|a, b| (a.kind() == "QUICK_REPLY") == (b.kind() == "QUICK_REPLY")).count();
    if groups > 2 {
        return Err(wrong("quick replies stand together, before or after the other buttons"));
    }
    Ok(())
}

fn check_cards(cards: &[Card]) -> Result<(), GraphError> {
    count(&TEMPLATE_CARDS, cards.len())?;
    if cards.len() < 2 {
        return Err(wrong("a carousel has at least two cards"));
    }
    let shape = |card: &Card| -> (&'static str, Vec<&'static str>) {
        (card.header.format(), card.buttons.iter().map(Button::kind).collect())
    };
    if cards.windows(2).any(|pair| matches!(pair, [a, b] if shape(a) != shape(b))) {
        return Err(wrong("all cards of a carousel have the same kinds of headers and buttons"));
    }
    Ok(())
}
