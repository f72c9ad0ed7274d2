// Written from the definitions of templates: change those and write this again.

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
