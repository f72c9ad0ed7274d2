//! What became of an order.

use serde_json::{Value, json};

use super::{Around, around, order_details::reference};
use crate::{
    draft::{Draft, DraftError, IntoDraft, object, within},
    limits::{INTERACTIVE_BODY, ORDER_STATUS_DESCRIPTION},
    time::Timestamp,
};

/// How far an order has come. Meta allows no way back (2046), and no cancelling after the payment (2047).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrderState {
    /// It is being put together.
    Processing,
    /// Some of it is on the way.
    PartiallyShipped,
    /// All of it is on the way.
    Shipped,
    /// It has arrived.
    Completed,
    /// It will not come.
    Canceled,
}

impl OrderState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::PartiallyShipped => "partially_shipped",
            Self::Shipped => "shipped",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
        }
    }
}

/// What became of an order sent by [`OrderDetails`](crate::OrderDetails) (Meta: *Order status messages*). The body has at
/// most 1,024 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct OrderStatus {
    around: Around,
    reference_id: String,
    state: OrderState,
    description: Option<String>,
    paid: Option<Timestamp>,
}

impl OrderStatus {
    /// With this text, about the order with this reference.
    pub fn new(body: impl Into<String>, reference_id: impl Into<String>, state: OrderState) -> Self {
        Self {
            around: Around::new(body),
            reference_id: reference_id.into(),
            state,
            description: None,
            paid: None,
        }
    }

    /// Says more: at most 120 characters.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// That it was paid, and when.
    pub fn paid(mut self, at: Timestamp) -> Self {
        self.paid = Some(at);
        self
    }

    /// The parameters, as the message and a template's component want them.
    pub(in crate::draft) fn parameters(&self) -> Result<Value, DraftError> {
        reference(&self.reference_id)?;
        if let Some(description) = &self.description {
            within(&ORDER_STATUS_DESCRIPTION, description)?;
        }
        let order = object([
            ("status", Some(self.state.as_str().into())),
            ("description", self.description.as_deref().map(Value::from)),
        ]);
        let paid = self.paid.map(|at| json!({ "status": "captured", "timestamp": at.as_secs() }));
        Ok(object([
            ("reference_id", Some(self.reference_id.as_str().into())),
            ("order", Some(order)),
            ("payment", paid),
        ]))
    }
}

around!(OrderStatus: footer, fit);

impl IntoDraft for OrderStatus {
    fn into_draft(self) -> Result<Draft, DraftError> {
        let action = json!({ "name": "review_order", "parameters": self.parameters()? });
        self.around.into_draft("order_status", &INTERACTIVE_BODY, action)
    }
}
