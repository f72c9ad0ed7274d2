// Written from the definitions of templates: change those and write this again.

#[doc = "The template `2_for_1` in `en`:\n\n> Two"]
#[derive(Debug, Clone)]
#[must_use]
pub struct T2For1En {}

impl From<T2For1En> for wappa_cloud::Template {
    fn from(_: T2For1En) -> Self {
        Self::new("2_for_1", "en")
    }
}

impl wappa_cloud::IntoDraft for T2For1En {
    fn into_draft(self) -> Result<wappa_cloud::Draft, wappa_cloud::DraftError> {
        wappa_cloud::IntoDraft::into_draft(wappa_cloud::Template::from(self))
    }
}

#[doc = "The template `a__b` in `en`:\n\n> One"]
#[derive(Debug, Clone)]
#[must_use]
pub struct ABEn {}

impl From<ABEn> for wappa_cloud::Template {
    fn from(_: ABEn) -> Self {
        Self::new("a__b", "en")
    }
}

impl wappa_cloud::IntoDraft for ABEn {
    fn into_draft(self) -> Result<wappa_cloud::Draft, wappa_cloud::DraftError> {
        wappa_cloud::IntoDraft::into_draft(wappa_cloud::Template::from(self))
    }
}

#[doc = "The template `a_b` in `en`:\n\n> Another of nearly the same name"]
#[derive(Debug, Clone)]
#[must_use]
pub struct ABEn2 {}

impl From<ABEn2> for wappa_cloud::Template {
    fn from(_: ABEn2) -> Self {
        Self::new("a_b", "en")
    }
}

impl wappa_cloud::IntoDraft for ABEn2 {
    fn into_draft(self) -> Result<wappa_cloud::Draft, wappa_cloud::DraftError> {
        wappa_cloud::IntoDraft::into_draft(wappa_cloud::Template::from(self))
    }
}

#[doc = "The template `code` in `en`:\n\n> *{{1}}* is your verification code."]
#[derive(Clone)]
#[must_use]
pub struct CodeEn {
    #[doc = "The code."]
    pub code: String,
}

impl From<CodeEn> for wappa_cloud::AuthenticationTemplate {
    fn from(this: CodeEn) -> Self {
        Self::new("code", "en", this.code)
    }
}

impl wappa_cloud::IntoDraft for CodeEn {
    fn into_draft(self) -> Result<wappa_cloud::Draft, wappa_cloud::DraftError> {
        wappa_cloud::IntoDraft::into_draft(wappa_cloud::AuthenticationTemplate::from(self))
    }
}

#[doc = "The template `form` in `de`:\n\n> Bitte ausfüllen"]
#[derive(Debug, Clone)]
#[must_use]
pub struct FormDe {
    #[doc = "The token of the Flow of the button \"Los\"."]
    pub button_0_flow_token: String,
}

impl From<FormDe> for wappa_cloud::Template {
    fn from(this: FormDe) -> Self {
        Self::new("form", "de")
            .button(0, wappa_cloud::TemplateButton::flow().token(this.button_0_flow_token))
    }
}

impl wappa_cloud::IntoDraft for FormDe {
    fn into_draft(self) -> Result<wappa_cloud::Draft, wappa_cloud::DraftError> {
        wappa_cloud::IntoDraft::into_draft(wappa_cloud::Template::from(self))
    }
}

#[doc = "The template `hello_world` in `en_US`:\n\n> Hello"]
#[derive(Debug, Clone)]
#[must_use]
pub struct HelloWorldEnUs {}

impl From<HelloWorldEnUs> for wappa_cloud::Template {
    fn from(_: HelloWorldEnUs) -> Self {
        Self::new("hello_world", "en_US")
    }
}

impl wappa_cloud::IntoDraft for HelloWorldEnUs {
    fn into_draft(self) -> Result<wappa_cloud::Draft, wappa_cloud::DraftError> {
        wappa_cloud::IntoDraft::into_draft(wappa_cloud::Template::from(self))
    }
}

#[doc = "The template `match` in `pt`:\n\n> Para {{1}} só."]
#[derive(Debug, Clone)]
#[must_use]
pub struct MatchPt {
    #[doc = "`{{1}}` of the body."]
    pub body_1: String,
}

impl From<MatchPt> for wappa_cloud::Template {
    fn from(this: MatchPt) -> Self {
        Self::new("match", "pt")
            .body([this.body_1])
    }
}

impl wappa_cloud::IntoDraft for MatchPt {
    fn into_draft(self) -> Result<wappa_cloud::Draft, wappa_cloud::DraftError> {
        wappa_cloud::IntoDraft::into_draft(wappa_cloud::Template::from(self))
    }
}

#[doc = "The template `match` in `pt_BR`:\n\n> A {{type}} of {{self}}, {{fn}} and {{this}}, {{2nd}} and {{\u{70}ath}}."]
#[derive(Debug, Clone)]
#[must_use]
pub struct MatchPtBr {
    #[doc = "`{{type}}` of the body."]
    pub the_type: String,
    #[doc = "`{{self}}` of the body."]
    pub the_self: String,
    #[doc = "`{{fn}}` of the body."]
    pub the_fn: String,
    #[doc = "`{{this}}` of the body."]
    pub this: String,
    #[doc = "`{{2nd}}` of the body."]
    pub the_2nd: String,
    #[doc = "`{{\u{70}ath}}` of the body."]
    pub path: String,
    #[doc = "`{{type}}` of the header."]
    pub header_type: String,
}

impl From<MatchPtBr> for wappa_cloud::Template {
    fn from(this: MatchPtBr) -> Self {
        Self::new("match", "pt_BR")
            .body_named("type", this.the_type)
            .body_named("self", this.the_self)
            .body_named("fn", this.the_fn)
            .body_named("this", this.this)
            .body_named("2nd", this.the_2nd)
            .body_named("path", this.path)
            .header_named("type", this.header_type)
    }
}

impl wappa_cloud::IntoDraft for MatchPtBr {
    fn into_draft(self) -> Result<wappa_cloud::Draft, wappa_cloud::DraftError> {
        wappa_cloud::IntoDraft::into_draft(wappa_cloud::Template::from(self))
    }
}

#[doc = "The template `new_pizzas` in `en`:\n\n> New for you, {{name}}!"]
#[derive(Debug, Clone)]
#[must_use]
pub struct NewPizzasEn {
    #[doc = "`{{name}}` of the body."]
    pub name: String,
    #[doc = "What card 0 is sent with."]
    pub card_0: NewPizzasEnCard0,
    #[doc = "What card 1 is sent with."]
    pub card_1: NewPizzasEnCard1,
}

impl From<NewPizzasEn> for wappa_cloud::Template {
    fn from(this: NewPizzasEn) -> Self {
        Self::new("new_pizzas", "en")
            .body_named("name", this.name)
            .card(this.card_0.into())
            .card(this.card_1.into())
    }
}

impl wappa_cloud::IntoDraft for NewPizzasEn {
    fn into_draft(self) -> Result<wappa_cloud::Draft, wappa_cloud::DraftError> {
        wappa_cloud::IntoDraft::into_draft(wappa_cloud::Template::from(self))
    }
}

#[doc = "Card 0 of [`NewPizzasEn`]."]
#[derive(Debug, Clone)]
#[must_use]
pub struct NewPizzasEnCard0 {
    #[doc = "`{{1}}` of the body."]
    pub body_1: String,
    #[doc = "What the card shows."]
    pub header: wappa_cloud::Header,
    #[doc = "What comes back from the button \"Order\"."]
    pub button_1_payload: String,
}

impl From<NewPizzasEnCard0> for wappa_cloud::TemplateCard {
    fn from(this: NewPizzasEnCard0) -> Self {
        Self::new(this.header)
            .body([this.body_1])
            .button_at(1, wappa_cloud::TemplateButton::quick_reply(this.button_1_payload))
    }
}

#[doc = "Card 1 of [`NewPizzasEn`]."]
#[derive(Debug, Clone)]
#[must_use]
pub struct NewPizzasEnCard1 {
    #[doc = "What the card shows."]
    pub header: wappa_cloud::Header,
    #[doc = "The end of \"https://shop.example/{{1}}\", the address of the button \"Menu\"."]
    pub button_0_url: String,
    #[doc = "What comes back from the button \"Order\"."]
    pub button_1_payload: String,
}

impl From<NewPizzasEnCard1> for wappa_cloud::TemplateCard {
    fn from(this: NewPizzasEnCard1) -> Self {
        Self::new(this.header)
            .button_url_at(0, this.button_0_url)
            .button_at(1, wappa_cloud::TemplateButton::quick_reply(this.button_1_payload))
    }
}

// "odd" in "en" is left out: `body` counts its variables 1, 2, 3… and leaves none out

#[doc = "The template `order_paid` in `en`:\n\n> Order {{id}} is paid, {{name}}.\n> Thank you!"]
#[derive(Debug, Clone)]
#[must_use]
pub struct OrderPaidEn {
    #[doc = "`{{id}}` of the body."]
    pub id: String,
    #[doc = "`{{name}}` of the body."]
    pub name: String,
    #[doc = "The end of \"https://shop.example/orders/{{1}}\", the address of the button \"See it\"."]
    pub button_0_url: String,
}

impl From<OrderPaidEn> for wappa_cloud::Template {
    fn from(this: OrderPaidEn) -> Self {
        Self::new("order_paid", "en")
            .body_named("id", this.id)
            .body_named("name", this.name)
            .button_url(0, this.button_0_url)
    }
}

impl wappa_cloud::IntoDraft for OrderPaidEn {
    fn into_draft(self) -> Result<wappa_cloud::Draft, wappa_cloud::DraftError> {
        wappa_cloud::IntoDraft::into_draft(wappa_cloud::Template::from(self))
    }
}

#[doc = "The template `sale` in `en_US`:\n\n> Until {{1}}: {{2}} off!"]
#[derive(Debug, Clone)]
#[must_use]
pub struct SaleEnUs {
    #[doc = "`{{1}}` of the body."]
    pub body_1: String,
    #[doc = "`{{2}}` of the body."]
    pub body_2: String,
    #[doc = "What the header shows: image."]
    pub header: wappa_cloud::Header,
    #[doc = "When the offer ends."]
    pub offer_ends: wappa_cloud::Timestamp,
    #[doc = "The coupon of the button \"Copy\"."]
    pub button_0_code: String,
}

impl From<SaleEnUs> for wappa_cloud::Template {
    fn from(this: SaleEnUs) -> Self {
        Self::new("sale", "en_US")
            .body([this.body_1])
            .body([this.body_2])
            .header(this.header)
            .offer_ends(this.offer_ends)
            .button(0, wappa_cloud::TemplateButton::copy_code(this.button_0_code))
    }
}

impl wappa_cloud::IntoDraft for SaleEnUs {
    fn into_draft(self) -> Result<wappa_cloud::Draft, wappa_cloud::DraftError> {
        wappa_cloud::IntoDraft::into_draft(wappa_cloud::Template::from(self))
    }
}
