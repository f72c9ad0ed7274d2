//! A template as Meta has it.

use serde_json::Value;

use super::variables::{Variables, variables};
use crate::{
    client::open::{Open, answers, words},
    id::{FlowId, TemplateId},
};

answers! {
    /// A template in one language.
    pub struct Definition {
        /// Its name.
        name: String,
        /// Its language, like `en_US`.
        language: String,
        /// Its id.
        id: Option<TemplateId>,
        /// How far its review is, or what became of it since.
        status: Option<Status>,
        /// Its category.
        category: Option<Category>,
        /// Its category inside the category.
        sub_category: Option<String>,
        /// Whether its variables have names or numbers.
        parameter_format: Option<ParameterFormat>,
        /// What it consists of.
        components: Vec<Component>,
        /// How people like it.
        quality_score: Option<Quality>,
        /// Why it was rejected.
        rejected_reason: Option<String>,
        /// Its category before Meta changed it.
        previous_category: Option<String>,
        /// The category Meta finds right.
        correct_category: Option<Category>,
        /// For how long Meta tries to deliver it, in seconds.
        message_send_ttl_seconds: Option<i64>,
        /// The template of Meta's library it was made from.
        library_template_name: Option<String>,
        /// Whether taps on its links are not counted.
        cta_url_link_tracking_opted_out: Option<bool>,
    }

    /// A part of a template. What is there depends on its kind.
    pub struct Component {
        /// Its kind.
        kind: Option<ComponentKind> = "type",
        /// What a header holds.
        format: Option<HeaderFormat>,
        /// The text, with variables like `{{1}}` or `{{name}}`.
        text: Option<String>,
        /// Examples of what variables stand for.
        example: Option<Value>,
        /// Buttons.
        buttons: Vec<ButtonInfo>,
        /// Cards of a carousel.
        cards: Vec<CardInfo>,
        /// What an offer that ends says.
        limited_time_offer: Option<Value>,
        /// Whether people are told not to share the code.
        add_security_recommendation: Option<bool>,
        /// After how many minutes the code is said to end.
        code_expiration_minutes: Option<u32>,
    }

    /// A card of a carousel.
    pub struct CardInfo {
        /// What it consists of.
        components: Vec<Component>,
    }

    /// A button.
    pub struct ButtonInfo {
        /// Its kind.
        kind: Option<ButtonKind> = "type",
        /// What is written on it.
        text: Option<String>,
        /// The address it opens, with a variable at its end or none.
        url: Option<String>,
        /// The number it calls.
        phone_number: Option<String>,
        /// What its variable may stand for.
        example: Option<Value>,
        /// How a code is filled in.
        otp_type: Option<String>,
        /// What is written on a button that fills in the code.
        autofill_text: Option<String>,
        /// The apps a code may be filled in in.
        supported_apps: Vec<Value>,
        /// The Flow it opens.
        flow_id: Option<FlowId>,
        /// The Flow's name.
        flow_name: Option<String>,
        /// `navigate` or `data_exchange`.
        flow_action: Option<String>,
        /// The Flow's first screen.
        navigate_screen: Option<String>,
    }

    /// How people like a template.
    pub struct Quality {
        /// How well.
        score: Option<crate::client::numbers::QualityRating>,
        /// When that was found, in seconds since the epoch.
        date: Option<i64>,
        /// Why.
        reasons: Vec<Value>,
    }
}

words! {
    /// What a template is for, which decides what it costs (Meta: *Template categorization*).
    pub enum Category {
        /// A code to prove who somebody is.
        Authentication = "AUTHENTICATION",
        /// Everything that isn't of another category.
        Marketing = "MARKETING",
        /// About something the person has ordered or asked for.
        Utility = "UTILITY",
    }

    /// How far the review of a template is, or what became of it since (Meta: *Template status*).
    pub enum Status {
        /// It can be sent.
        Approved = "APPROVED",
        /// It is being reviewed.
        Pending = "PENDING",
        /// It was not approved.
        Rejected = "REJECTED",
        /// It was liked too little and can't be sent for some hours.
        Paused = "PAUSED",
        /// It was liked too little too often.
        Disabled = "DISABLED",
        /// The rejection is being reviewed.
        InAppeal = "IN_APPEAL",
        /// It will be deleted.
        PendingDeletion = "PENDING_DELETION",
        /// It is deleted.
        Deleted = "DELETED",
        /// It can't be sent, and will be deleted after 28 days.
        Archived = "ARCHIVED",
        /// It can't be changed.
        Locked = "LOCKED",
        /// There are too many templates.
        LimitExceeded = "LIMIT_EXCEEDED",
    }

    /// Whether variables have names or numbers.
    pub enum ParameterFormat {
        /// Names: `{{first_name}}`.
        Named = "NAMED",
        /// Numbers: `{{1}}`.
        Positional = "POSITIONAL",
    }

    /// What a part of a template is.
    pub enum ComponentKind {
        /// Above the body.
        Header = "HEADER",
        /// The text.
        Body = "BODY",
        /// Below the body, small and grey.
        Footer = "FOOTER",
        /// Buttons.
        Buttons = "BUTTONS",
        /// Cards beside each other.
        Carousel = "CAROUSEL",
        /// An offer that ends.
        LimitedTimeOffer = "LIMITED_TIME_OFFER",
        /// The question whether the business may call.
        CallPermissionRequest = "CALL_PERMISSION_REQUEST",
    }

    /// What a header holds.
    pub enum HeaderFormat {
        /// A line.
        Text = "TEXT",
        /// A picture.
        Image = "IMAGE",
        /// A film.
        Video = "VIDEO",
        /// A file.
        Document = "DOCUMENT",
        /// A film that plays by itself (Marketing Messages API only).
        Gif = "GIF",
        /// A place.
        Location = "LOCATION",
        /// A product.
        Product = "PRODUCT",
    }

    /// What a button does.
    pub enum ButtonKind {
        /// Sends a payload to the webhook.
        QuickReply = "QUICK_REPLY",
        /// Opens an address.
        Url = "URL",
        /// Calls a number.
        PhoneNumber = "PHONE_NUMBER",
        /// Copies a coupon.
        CopyCode = "COPY_CODE",
        /// Copies or fills in a one-time password.
        Otp = "OTP",
        /// Opens the catalog.
        Catalog = "CATALOG",
        /// Opens a choice of products.
        MultiProduct = "MPM",
        /// Opens a product.
        SingleProduct = "SPM",
        /// Opens a Flow.
        Flow = "FLOW",
        /// Calls the business by WhatsApp.
        VoiceCall = "VOICE_CALL",
        /// Pays an order.
        OrderDetails = "ORDER_DETAILS",
        /// Asks for the person's phone number.
        RequestContactInfo = "REQUEST_CONTACT_INFO",
    }
}

/// A place in a template that must be filled when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The variable in the header's text.
    Header,
    /// The picture in the header.
    HeaderFile,
    /// A variable of the body: its number, from 1, or its name.
    Body(String),
    /// The end of the address that the button at this place, from 0, opens.
    Button(usize),
    /// Something rarer, by Meta's word.
    Other(String),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Header => f.write_str("the header's text"),
            Self::HeaderFile => f.write_str("the header's picture"),
            Self::Body(name) => write!(f, "{{{{{name}}}}}"),
            Self::Button(at) => write!(f, "button {at}"),
            Self::Other(word) => f.write_str(word),
        }
    }
}

impl Definition {
    /// Reads definitions from JSON: a list of them, an answer of Meta's with `data`, or a single one. Those that can't be
    /// read are left out.
    ///
    /// # Errors
    /// It is no JSON.
    pub fn from_json(json: &[u8]) -> Result<Vec<Self>, serde_json::Error> {
        let rows = match serde_json::from_slice(json)? {
            Value::Object(mut map) => match map.remove("data") {
                Some(Value::Array(rows)) => rows,
                _ => vec![Value::Object(map)],
            },
            Value::Array(rows) => rows,
            other => vec![other],
        };
        Ok(rows.into_iter().filter_map(|row| Self::read(row).ok()).collect())
    }

    /// The places that must be filled whenever it is sent.
    pub fn places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        let named = |text: &str| match variables("text", text) {
            Ok(Variables::Numbered(count)) => (1..=count).map(|at| at.to_string()).collect(),
            Ok(Variables::Named(names)) => names,
            Ok(Variables::None) | Err(_) => Vec::new(),
        };
        for component in &self.components {
            let text = component.text.as_deref().unwrap_or_default();
            match component.kind.as_ref() {
                Some(ComponentKind::Header) => match &component.format {
                    None | Some(HeaderFormat::Text) if named(text).is_empty() => {}
                    None | Some(HeaderFormat::Text) => places.push(Place::Header),
                    Some(HeaderFormat::Image) => places.push(Place::HeaderFile),
                    Some(other) => places.push(Place::Other(other.as_str().to_owned())),
                },
                Some(ComponentKind::Body) => places.extend(named(text).into_iter().map(Place::Body)),
                Some(ComponentKind::Buttons) => {
                    for (at, button) in component.buttons.iter().enumerate() {
                        let asks = button.url.as_deref().is_some_and(|url| !named(url).is_empty());
                        match button.kind.as_ref() {
                            Some(ButtonKind::Url) if asks => places.push(Place::Button(at)),
                            Some(
                                kind @ (ButtonKind::CopyCode | ButtonKind::Otp | ButtonKind::MultiProduct),
                            ) => {
                                places.push(Place::Other(kind.as_str().to_owned()));
                            }
                            _ => {}
                        }
                    }
                }
                Some(kind @ (ComponentKind::Carousel | ComponentKind::LimitedTimeOffer)) => {
                    places.push(Place::Other(kind.as_str().to_owned()));
                }
                _ => {}
            }
        }
        places
    }

    /// Its part of this kind.
    pub fn component(&self, kind: &ComponentKind) -> Option<&Component> {
        self.components.iter().find(|component| component.kind.as_ref() == Some(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(components: &str) -> String {
        let json = format!(r#"{{"name":"x","language":"en","components":[{components}]}}"#);
        let all = Definition::from_json(json.as_bytes()).unwrap();
        all[0].places().iter().map(Place::to_string).collect::<Vec<_>>().join(";")
    }

    #[test]
    fn every_place_that_must_be_filled_is_named() {
        assert_eq!(
            places(r#"{"type":"HEADER","format":"TEXT","text":"Hi"},{"type":"BODY","text":"Hello"}"#),
            ""
        );
        assert_eq!(
            places(
                r#"{"type":"HEADER","format":"TEXT","text":"Hi {{1}}"},{"type":"BODY","text":"{{2}} of {{1}}"}"#
            ),
            "the header's text;{{1}};{{2}}"
        );
        assert_eq!(
            places(
                r#"{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"{{name}}"},{"type":"BUTTONS","buttons":[
                {"type":"URL","url":"https://x.y/{{1}}"},{"type":"URL","url":"https://x.y"},{"type":"COPY_CODE"}]}"#
            ),
            "the header's picture;{{name}};button 0;COPY_CODE"
        );
        assert_eq!(places(r#"{"type":"CAROUSEL"},{"type":"HEADER","format":"VIDEO"}"#), "CAROUSEL;VIDEO");
    }
}
