//! What has to do with goods and money: orders, products, payments.

use super::lax::{facts, words};
use crate::time::Timestamp;

facts! {
    /// A cart that a person sent (Meta: *Commerce, receiving orders*).
    pub struct Order {
        /// The catalog the products are from.
        catalog_id: Option<String>,
        /// What the person wrote with it.
        text: Option<String>,
        /// The products.
        items as "product_items": Vec<OrderItem>,
    }
    /// A line of an order.
    pub struct OrderItem {
        /// The product, by your own id of it.
        product_retailer_id: Option<String>,
        /// How many.
        quantity: Option<u64>,
        /// What one of them costs, in units of the currency.
        item_price: Option<f64>,
        /// Three letters, as in ISO 4217.
        currency: Option<String>,
    }
    /// A product of a catalog.
    pub struct Product {
        /// The catalog.
        catalog_id: Option<String>,
        /// The product, by your own id of it.
        product_retailer_id: Option<String>,
    }
    /// What became of a payment (Meta: *Payments API, receive payment status*).
    pub struct Payment {
        /// The id the order was sent with.
        reference_id: Option<String>,
        /// How much.
        amount: Option<Amount>,
        /// Three letters, as in ISO 4217.
        currency: Option<String>,
        /// The transaction with the payment provider.
        transaction: Option<Transaction>,
        /// Your own number of the receipt.
        receipt: Option<String>,
        /// What was paid back.
        refunds: Vec<Refund>,
    }
    /// An amount of money: `value` divided by `offset`.
    pub struct Amount {
        /// In parts of the currency's unit.
        value: Option<i64>,
        /// How many parts a unit has: 100 for rupees.
        offset: Option<i64>,
    }
    /// A transaction with a payment provider.
    pub struct Transaction {
        /// Its id with WhatsApp.
        id: Option<String>,
        /// Its id with the provider.
        provider_id as "pg_transaction_id": Option<String>,
        /// The provider, like `razorpay`.
        kind as "type": Option<String>,
        /// How far it is.
        status: Option<TransactionStatus>,
        /// When it was begun.
        created as "created_timestamp": Option<Timestamp>,
        /// When it last changed.
        updated as "updated_timestamp": Option<Timestamp>,
        /// How the person paid.
        method: Option<PaymentMethod>,
        /// Why it failed.
        error: Option<TransactionError>,
    }
    /// How a person paid.
    pub struct PaymentMethod {
        /// Like `upi` or `card`.
        kind as "type": Option<String>,
    }
    /// Why a transaction failed.
    pub struct TransactionError {
        /// The provider's code.
        code: Option<String>,
        /// The provider's reason.
        reason: Option<String>,
    }
    /// Money paid back.
    pub struct Refund {
        /// Its id.
        id: Option<String>,
        /// How much.
        amount: Option<Amount>,
        /// How far it is.
        status: Option<TransactionStatus>,
        /// How fast it was asked to be, like `instant`.
        speed as "speed_processed": Option<String>,
        /// When it was begun.
        created as "created_timestamp": Option<Timestamp>,
        /// When it last changed.
        updated as "updated_timestamp": Option<Timestamp>,
    }
}

words! {
    /// How far a transaction is.
    pub enum TransactionStatus {
        /// Under way.
        Pending = "pending",
        /// Done.
        Success = "success" | "captured",
        /// It came to nothing.
        Failed = "failed",
    }
}
