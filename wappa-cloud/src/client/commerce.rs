//! Whether a number shows its catalog and takes carts (Meta: *Commerce settings*), and the state of payments (Meta:
//! *Payments API*).
//!
//! ```
//! # mod scripted { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/scripted.rs")); }
//! use wappa_cloud::client::Switch;
//! use wappa_cloud::{AccessToken, PhoneNumberId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wappa_cloud::GraphError> {
//! # let graph = scripted::graph([(200, r#"{"success":true}"#), (200, r#"{"data":[{"id":"1","is_cart_enabled":true,"is_catalog_visible":true}]}"#)]);
//! let (token, number) = (AccessToken::new("EAAG…"), PhoneNumberId::from("106540352242922"));
//! let commerce = graph.commerce(&token, &number);
//! commerce.set(Some(Switch::On), None).await?;
//! assert_eq!(commerce.get().await?.and_then(|settings| settings.is_cart_enabled), Some(true));
//! # Ok(())
//! # }
//! ```

use serde_json::{Value, json};

use super::{Graph, GraphError, Switch, node::Node, open::answers};
use crate::{
    id::{ObjectId, PhoneNumberId},
    secret::AccessToken,
};

/// What one number sells with.
#[derive(Clone, Copy)]
pub struct Commerce<'a>(Node<'a>);

answers! {
    /// Whether a number shows its catalog and takes carts.
    pub struct CommerceSettings {
        /// The id of the settings.
        id: Option<ObjectId>,
        /// Whether people can put products in a cart.
        is_cart_enabled: Option<bool>,
        /// Whether the shop button and the catalog are shown.
        is_catalog_visible: Option<bool>,
    }

    /// What became of a payment.
    pub struct Payment {
        /// The id the business gave the order.
        reference_id: Option<String>,
        /// `captured`, `pending`, `failed`…
        status: Option<String>,
        /// What was to be paid.
        amount: Option<Value>,
        /// In which currency.
        currency: Option<String>,
        /// Attempts to pay it.
        transactions: Vec<Value>,
    }
}

answers! {
    /// A list of one.
    struct Told {
        data: Vec<CommerceSettings>,
    }

    /// A list of one.
    struct Paid {
        payments: Vec<Payment>,
    }
}

impl Graph {
    /// What a number sells with.
    pub fn commerce<'a>(&'a self, token: &'a AccessToken, number: &'a PhoneNumberId) -> Commerce<'a> {
        Commerce(Node::new(self, token, number.as_str()))
    }
}

impl Commerce<'_> {
    /// What is set; `None` before anything has been.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn get(self) -> Result<Option<CommerceSettings>, GraphError> {
        Ok(self.0.get("whatsapp_commerce_settings").answer::<Told>().await?.data.into_iter().next())
    }

    /// Sets one or both. What isn't named stays.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn set(self, cart: Option<Switch>, catalog: Option<Switch>) -> Result<(), GraphError> {
        let told = |switch: Switch| switch.is_on().to_string();
        self.0
            .post("whatsapp_commerce_settings")
            .maybe("is_cart_enabled", cart.map(told))
            .maybe("is_catalog_visible", catalog.map(told))
            .done()
            .await
    }

    /// What became of the payment of an order, by payment configuration and the id the business gave it.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn payment(self, configuration: &str, reference: &str) -> Result<Option<Payment>, GraphError> {
        let edge = format!("payments/{configuration}/{reference}");
        Ok(self.0.get(&edge).answer::<Paid>().await?.payments.into_iter().next())
    }

    /// Pays back `value` / `offset` of a currency, like 2100 / 100 `INR`.
    ///
    /// # Errors
    /// Meta refused it, or no answer came.
    pub async fn refund(
        self,
        configuration: &str,
        reference: &str,
        currency: &str,
        (value, offset): (u64, u32),
    ) -> Result<Value, GraphError> {
        let amount =
            json!({ "currency": currency, "value": value.to_string(), "offset": offset.to_string() });
        let body = json!({ "reference_id": reference, "payment_config_id": configuration, "amount": amount });
        self.0.post("payments_refund").json(&body).answer().await
    }
}
