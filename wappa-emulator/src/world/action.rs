//! What interactive messages beyond buttons, lists and links ask a person to do.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::content::{Button, Header};

/// An interactive message that is more than buttons, a list or a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interactive {
    /// Above the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The words; some kinds do without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// What it asks for.
    pub action: Action,
}

/// What an interactive message asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Fill in a Flow.
    Flow(FlowInvite),
    /// Look at one product.
    Product(ProductRef),
    /// Choose among products.
    Products {
        /// Whose products.
        catalog_id: String,
        /// The products, in sections.
        sections: Vec<ProductSection>,
    },
    /// Look at the whole catalog.
    Catalog {
        /// The product whose picture is shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thumbnail: Option<String>,
    },
    /// Leaf through cards.
    Carousel {
        /// Two to ten.
        cards: Vec<Card>,
    },
    /// Review an order and pay.
    OrderDetails {
        /// The business's name for the order.
        reference_id: String,
        /// Everything else, as it was sent.
        parameters: Value,
    },
    /// See how far an order is.
    OrderStatus {
        /// The business's name for the order.
        reference_id: String,
        /// How far.
        status: String,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// Enter an address.
    Address {
        /// The country of the form, as two letters.
        country: String,
        /// What is filled in already.
        #[serde(default)]
        values: Value,
    },
    /// Share where one is.
    LocationRequest,
    /// Call the business.
    VoiceCall {
        /// What the button says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display_text: Option<String>,
        /// What comes back with the call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<String>,
    },
    /// Let the business call.
    CallPermission,
    /// Share one's contact card.
    ContactRequest,
}

impl Action {
    /// Meta's word for the kind of message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Flow(_) => "flow",
            Self::Product(_) => "product",
            Self::Products { .. } => "product_list",
            Self::Catalog { .. } => "catalog_message",
            Self::Carousel { .. } => "carousel",
            Self::OrderDetails { .. } => "order_details",
            Self::OrderStatus { .. } => "order_status",
            Self::Address { .. } => "address_message",
            Self::LocationRequest => "location_request_message",
            Self::VoiceCall { .. } => "voice_call",
            Self::CallPermission => "call_permission_request",
            Self::ContactRequest => "request_contact_info",
        }
    }
}

/// The invitation to fill in a Flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlowInvite {
    /// The Flow's id, or its name.
    pub flow: String,
    /// What the button says.
    pub cta: String,
    /// Comes back with the answer.
    pub token: String,
    /// `draft` or `published`.
    pub mode: String,
    /// `navigate` or `data_exchange`.
    pub action: String,
    /// The first screen, for `navigate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// What the first screen is given.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
    /// Why it can't be used any more: the endpoint answered 427.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<String>,
}

/// One product of a catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRef {
    /// The catalog.
    pub catalog_id: String,
    /// The product in it.
    pub product_retailer_id: String,
}

/// A group of products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductSection {
    /// Its heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Product ids.
    pub products: Vec<String>,
}

/// One card of a carousel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Its picture or film.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Its quick replies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// What its link says, and where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// The product it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductRef>,
}

/// A link with words of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What is shown.
    pub text: String,
    /// Where it leads.
    pub url: String,
}

/// An order as a person sends it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// From which catalog.
    pub catalog_id: String,
    /// A note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What is ordered.
    pub product_items: Vec<OrderItem>,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderItem {
    /// The product.
    pub product_retailer_id: String,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub item_price: f64,
    /// In which currency.
    pub currency: String,
}

/// A form as a person sends it back: a Flow or an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormReply {
    /// `flow` or `address_message`.
    pub name: String,
    /// What was filled in.
    pub response: Value,
}

/// A person's answer to the question whether the business may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallPermission {
    /// For a week.
    Temporary,
    /// For good.
    Permanent,
    /// No.
    Rejected,
}
