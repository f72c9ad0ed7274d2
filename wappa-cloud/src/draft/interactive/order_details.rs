//! Orders to review and pay.

use serde_json::{Value, json};

use super::{Around, Beneficiary, PaymentSetting, around};
use crate::{
    draft::{Draft, DraftError, IntoDraft, object, required, within},
    limits::{
        INTERACTIVE_BODY, ORDER_EXPIRATION_DESCRIPTION, ORDER_ITEM_NAME, ORDER_REFERENCE,
        PAYMENT_CONFIGURATION,
    },
    media::MediaKind,
    time::Timestamp,
};

/// Money in the smallest unit of its currency: `Money::minor(21_000)` is 210.00. Meta calls the 100 parts of a unit
/// `offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(i64);

impl Money {
    /// So many hundredths.
    pub const fn minor(hundredths: i64) -> Self {
        Self(hundredths)
    }

    pub(super) fn to_value(self) -> Value {
        json!({ "value": self.0, "offset": 100 })
    }
}

/// What is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goods {
    /// Something that is not carried anywhere.
    Digital,
    /// Something that is.
    Physical,
}

/// An amount on the bill, with what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Charge {
    amount: Money,
    description: Option<String>,
    program: Option<String>,
}

impl Charge {
    /// So much.
    pub fn new(amount: Money) -> Self {
        Self { amount, description: None, program: None }
    }

    /// What for: at most 60 characters.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The programme a discount belongs to: at most 60 characters.
    pub fn program(mut self, name: impl Into<String>) -> Self {
        self.program = Some(name.into());
        self
    }

    fn to_value(&self) -> Result<Value, DraftError> {
        if self.amount.0 < 0 {
            return Err(DraftError::wrong("order", "tax, shipping and discount are not negative"));
        }
        for text in self.description.iter().chain(&self.program) {
            within(&ORDER_ITEM_NAME, text)?;
        }
        Ok(object([
            ("value", Some(self.amount.0.into())),
            ("offset", Some(100.into())),
            ("description", self.description.as_deref().map(Value::from)),
            ("discount_program_name", self.program.as_deref().map(Value::from)),
        ]))
    }
}

impl From<Money> for Charge {
    fn from(amount: Money) -> Self {
        Self::new(amount)
    }
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct OrderLine {
    name: String,
    amount: Money,
    quantity: u32,
    sale_amount: Option<Money>,
    retailer_id: Option<String>,
    importer: [Option<String>; 3],
}

impl OrderLine {
    /// So many of it, at this price each. The name has at most 60 characters.
    pub fn new(name: impl Into<String>, amount: Money, quantity: u32) -> Self {
        Self {
            name: name.into(),
            amount,
            quantity,
            sale_amount: None,
            retailer_id: None,
            importer: [None, None, None],
        }
    }

    /// The reduced price of one, which then counts.
    pub fn sale_amount(mut self, amount: Money) -> Self {
        self.sale_amount = Some(amount);
        self
    }

    /// Its id in the catalog.
    pub fn retailer_id(mut self, id: impl Into<String>) -> Self {
        self.retailer_id = Some(id.into());
        self
    }

    /// Where it comes from and who imported it, as Indian law asks where no catalog says so.
    pub fn imported(
        mut self,
        country_of_origin: impl Into<String>,
        importer_name: impl Into<String>,
        importer_address: impl Into<String>,
    ) -> Self {
        self.importer =
            [Some(country_of_origin.into()), Some(importer_name.into()), Some(importer_address.into())];
        self
    }

    fn total(&self) -> i64 {
        self.sale_amount.unwrap_or(self.amount).0.saturating_mul(i64::from(self.quantity))
    }

    fn to_value(&self) -> Result<Value, DraftError> {
        required(&ORDER_ITEM_NAME, &self.name)?;
        if self.quantity == 0 || self.amount.0 < 0 {
            return Err(DraftError::wrong(
                "order.items",
                "a line has at least one thing, and no negative price",
            ));
        }
        if self.sale_amount.is_some_and(|sale| sale > self.amount || sale.0 < 0) {
            return Err(DraftError::wrong(
                "order.items.sale_amount",
                "it lies between nothing and the price",
            ));
        }
        let [country, importer, address] = &self.importer;
        Ok(object([
            ("retailer_id", self.retailer_id.as_deref().map(Value::from)),
            ("name", Some(self.name.as_str().into())),
            ("amount", Some(self.amount.to_value())),
            ("sale_amount", self.sale_amount.map(Money::to_value)),
            ("quantity", Some(self.quantity.into())),
            ("country_of_origin", country.as_deref().map(Value::from)),
            ("importer_name", importer.as_deref().map(Value::from)),
            ("importer_address", address.as_ref().map(|line| json!({ "address_line1": line }))),
        ]))
    }
}

/// An order to review and pay (Meta: *Order details messages*, India and Brazil). The body has at most 1,024 characters.
/// Subtotal and total are added up here, so that they always agree with the lines.
///
/// ```
/// use wappa_cloud::{Money, Gateway, Goods, IntoDraft, OrderDetails, OrderLine, PaymentSetting};
///
/// let draft = OrderDetails::new("Your order", "order-17", Goods::Physical, "INR")
///     .item(OrderLine::new("Bread", Money::minor(15_000), 2))
///     .tax(Money::minor(1_500))
///     .payment(PaymentSetting::gateway(Gateway::Razorpay, "my-account"))
///     .into_draft()?;
/// # let _ = draft;
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct OrderDetails {
    around: Around,
    reference_id: String,
    goods: Goods,
    currency: String,
    catalog_id: Option<String>,
    quick_pay: Option<&'static str>,
    items: Vec<OrderLine>,
    tax: Charge,
    shipping: Option<Charge>,
    discount: Option<Charge>,
    expiration: Option<(Timestamp, String)>,
    beneficiaries: Vec<Beneficiary>,
    payments: Vec<PaymentSetting>,
    configuration: Option<String>,
}

impl OrderDetails {
    /// With this text; `reference_id` is yours and must be new for each order: at most 35 letters, digits, `_`, `-`, `.`.
    /// The currency is `INR` or `BRL`.
    pub fn new(
        body: impl Into<String>,
        reference_id: impl Into<String>,
        goods: Goods,
        currency: impl Into<String>,
    ) -> Self {
        Self {
            around: Around::new(body),
            reference_id: reference_id.into(),
            goods,
            currency: currency.into(),
            catalog_id: None,
            quick_pay: None,
            items: Vec::new(),
            tax: Charge::new(Money::minor(0)),
            shipping: None,
            discount: None,
            expiration: None,
            beneficiaries: Vec::new(),
            payments: Vec::new(),
            configuration: None,
        }
    }

    /// Adds a line.
    pub fn item(mut self, item: OrderLine) -> Self {
        self.items.push(item);
        self
    }

    /// The tax: nothing, if not said.
    pub fn tax(mut self, tax: impl Into<Charge>) -> Self {
        self.tax = tax.into();
        self
    }

    /// What carriage costs.
    pub fn shipping(mut self, shipping: impl Into<Charge>) -> Self {
        self.shipping = Some(shipping.into());
        self
    }

    /// What is taken off.
    pub fn discount(mut self, discount: impl Into<Charge>) -> Self {
        self.discount = Some(discount.into());
        self
    }

    /// The catalog the lines are of.
    pub fn catalog(mut self, catalog_id: impl Into<String>) -> Self {
        self.catalog_id = Some(catalog_id.into());
        self
    }

    /// Goes straight to paying, without a review.
    pub fn quick_pay(mut self) -> Self {
        self.quick_pay = Some("quick_pay");
        self
    }

    /// Until when it can be paid, at least 300 seconds from now, and what is said then: at most 120 characters.
    pub fn expires(mut self, at: Timestamp, description: impl Into<String>) -> Self {
        self.expiration = Some((at, description.into()));
        self
    }

    /// Where physical goods go.
    pub fn beneficiary(mut self, beneficiary: Beneficiary) -> Self {
        self.beneficiaries.push(beneficiary);
        self
    }

    /// Adds a way to pay.
    pub fn payment(mut self, payment: PaymentSetting) -> Self {
        self.payments.push(payment);
        self
    }

    /// UPI by the name of a payment configuration, as Meta's older accounts have it.
    pub fn upi_configuration(mut self, name: impl Into<String>) -> Self {
        self.configuration = Some(name.into());
        self
    }

    /// The parameters, as the message and a template's button want them.
    pub(in crate::draft) fn parameters(&self) -> Result<Value, DraftError> {
        reference(&self.reference_id)?;
        if self.currency.len() != 3 || !self.currency.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(DraftError::wrong("currency", "a currency has three capital letters, like INR"));
        }
        if self.items.is_empty() {
            return Err(DraftError::empty("order.items"));
        }
        if self.payments.is_empty() && self.configuration.is_none() {
            return Err(DraftError::empty("payment_settings"));
        }
        if let Some(name) = &self.configuration {
            required(&PAYMENT_CONFIGURATION, name)?;
        }
        let of = |charge: &Option<Charge>| charge.as_ref().map_or(0, |charge| charge.amount.0);
        let subtotal = self.items.iter().map(OrderLine::total).fold(0, i64::saturating_add);
        let total = subtotal
            .saturating_add(self.tax.amount.0)
            .saturating_add(of(&self.shipping))
            .saturating_sub(of(&self.discount));
        if total <= 0 {
            return Err(DraftError::wrong("total_amount", "there must be something left to pay"));
        }
        let brazilian = self.payments.iter().any(PaymentSetting::is_brazilian) || self.currency == "BRL";
        let payment_type = match (&self.configuration, brazilian) {
            (Some(_), _) => Some("upi"),
            (None, true) => Some("br"),
            (None, false) => None,
        };
        let payments = self.payments.iter().map(PaymentSetting::to_value).collect::<Result<Vec<_>, _>>()?;
        let beneficiaries: Vec<_> = self.beneficiaries.iter().map(Beneficiary::to_value).collect();
        let goods = match self.goods {
            Goods::Digital => "digital-goods",
            Goods::Physical => "physical-goods",
        };
        Ok(object([
            ("reference_id", Some(self.reference_id.as_str().into())),
            ("type", Some(goods.into())),
            ("beneficiaries", (!beneficiaries.is_empty()).then(|| beneficiaries.into())),
            ("payment_type", payment_type.map(Value::from)),
            ("payment_configuration", self.configuration.as_deref().map(Value::from)),
            ("payment_settings", (!payments.is_empty()).then(|| payments.into())),
            ("currency", Some(self.currency.as_str().into())),
            ("total_amount", Some(Money(total).to_value())),
            ("order", Some(self.order(Money(subtotal))?)),
        ]))
    }

    fn order(&self, subtotal: Money) -> Result<Value, DraftError> {
        let items = self.items.iter().map(OrderLine::to_value).collect::<Result<Vec<_>, _>>()?;
        let expiration = match &self.expiration {
            Some((at, description)) => {
                within(&ORDER_EXPIRATION_DESCRIPTION, description)?;
                Some(json!({ "timestamp": at.as_secs().to_string(), "description": description }))
            }
            None => None,
        };
        Ok(object([
            ("status", Some("pending".into())),
            ("type", self.quick_pay.map(Value::from)),
            ("catalog_id", self.catalog_id.as_deref().map(Value::from)),
            ("expiration", expiration),
            ("items", Some(items.into())),
            ("subtotal", Some(subtotal.to_value())),
            ("tax", Some(self.tax.to_value()?)),
            ("shipping", self.shipping.as_ref().map(Charge::to_value).transpose()?),
            ("discount", self.discount.as_ref().map(Charge::to_value).transpose()?),
        ]))
    }
}

around!(OrderDetails: header, footer, fit);

impl IntoDraft for OrderDetails {
    fn into_draft(self) -> Result<Draft, DraftError> {
        if self.around.header.as_ref().is_some_and(|header| header.media() != Some(MediaKind::Image)) {
            return Err(DraftError::wrong(
                "interactive.header",
                "an order has a picture above it, or nothing",
            ));
        }
        let action = json!({ "name": "review_and_pay", "parameters": self.parameters()? });
        self.around.into_draft("order_details", &INTERACTIVE_BODY, action)
    }
}

/// Ours for an order: as Meta wants it, in its messages and templates.
pub(super) fn reference(id: &str) -> Result<(), DraftError> {
    required(&ORDER_REFERENCE, id)?;
    if id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')) {
        Ok(())
    } else {
        Err(DraftError::wrong(ORDER_REFERENCE.name, "it has only letters, digits, `_`, `-` and `.`"))
    }
}
