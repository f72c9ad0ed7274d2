//! Cards side by side.

use serde_json::{Value, json};

use super::{Around, Button, Header, unique};
use crate::{
    draft::{Draft, DraftError, IntoDraft, object, required, web_address},
    limits::{
        BUTTONS, CARD_BODY, CARD_BODY_LINE_BREAKS, CARD_BUTTON_ID, CARD_BUTTON_TITLE, CARDS, CARDS_LEAST,
        CTA_DISPLAY_TEXT, INTERACTIVE_BODY,
    },
    media::MediaKind,
};

/// Two to ten cards side by side below a text of at most 1,024 characters (Meta: *Interactive media carousel messages*,
/// *Interactive product carousel messages*). All show the same kind of file and carry the same kind of button, or all
/// are products of one catalog.
///
/// ```
/// use wappa_cloud::{Card, Carousel, Header, IntoDraft};
///
/// let draft = Carousel::new("New this week")
///     .card(Card::link(Header::image("1"), "Open", "https://example.org/a").body("Autumn"))
///     .card(Card::link(Header::image("2"), "Open", "https://example.org/b").body("Winter"))
///     .into_draft()?;
/// # let _ = draft;
/// # Ok::<(), wappa_cloud::DraftError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Carousel {
    around: Around,
    cards: Vec<Card>,
}

/// One card of a [`Carousel`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Card {
    face: Face,
    body: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Face {
    Link { header: Header, display_text: String, url: String },
    Buttons { header: Header, buttons: Vec<Button> },
    Product { catalog_id: String, product: String },
}

impl Card {
    /// A picture or film with a button that opens this address.
    pub fn link(header: Header, display_text: impl Into<String>, url: impl Into<String>) -> Self {
        Self::of(Face::Link { header, display_text: display_text.into(), url: url.into() })
    }

    /// A picture or film with one to three reply buttons; an id has at most 20 characters here.
    pub fn buttons(header: Header, buttons: impl IntoIterator<Item = Button>) -> Self {
        Self::of(Face::Buttons { header, buttons: buttons.into_iter().collect() })
    }

    /// A product of a catalog.
    pub fn product(catalog_id: impl Into<String>, product_retailer_id: impl Into<String>) -> Self {
        Self::of(Face::Product { catalog_id: catalog_id.into(), product: product_retailer_id.into() })
    }

    fn of(face: Face) -> Self {
        Self { face, body: None }
    }

    /// Words on the card: at most 160 characters and two line breaks. Products have none.
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// What must be alike on all cards.
    fn likeness(&self) -> (&'static str, Option<MediaKind>, Vec<&str>) {
        match &self.face {
            Face::Link { header, .. } => ("link", header.media(), Vec::new()),
            Face::Buttons { header, buttons } => {
                ("buttons", header.media(), buttons.iter().map(|button| button.title.as_str()).collect())
            }
            Face::Product { catalog_id, .. } => ("product", None, vec![catalog_id]),
        }
    }

    fn to_value(&self, index: usize) -> Result<Value, DraftError> {
        if let Some(body) = &self.body {
            required(&CARD_BODY, body)?;
            if body.matches('\n').count() > CARD_BODY_LINE_BREAKS {
                return Err(DraftError::wrong(CARD_BODY.name, "a card's text has at most two line breaks"));
            }
        }
        let (kind, header, action) = match &self.face {
            Face::Link { header, display_text, url } => {
                required(&CTA_DISPLAY_TEXT, display_text)?;
                web_address("cards.action.parameters.url", url)?;
                let parameters = json!({ "display_text": display_text, "url": url });
                (Some("cta_url"), Some(header), json!({ "name": "cta_url", "parameters": parameters }))
            }
            Face::Buttons { header, buttons } => (None, Some(header), reply_buttons(buttons)?),
            Face::Product { catalog_id, product } => {
                if self.body.is_some() {
                    return Err(DraftError::wrong(CARD_BODY.name, "a product's card has no text of ours"));
                }
                if catalog_id.trim().is_empty() || product.trim().is_empty() {
                    return Err(DraftError::empty("cards.action.product_retailer_id"));
                }
                let action = json!({ "product_retailer_id": product, "catalog_id": catalog_id });
                (Some("product"), None, action)
            }
        };
        let header = header.map(|header| match header.media() {
            Some(MediaKind::Image | MediaKind::Video) => header.file("cards.header"),
            _ => Err(DraftError::wrong("cards.header", "a card shows an image or a video")),
        });
        Ok(object([
            ("card_index", Some(index.into())),
            ("type", kind.map(Value::from)),
            ("header", header.transpose()?),
            ("body", self.body.as_ref().map(|body| json!({ "text": body }))),
            ("action", Some(action)),
        ]))
    }
}

fn reply_buttons(buttons: &[Button]) -> Result<Value, DraftError> {
    if buttons.is_empty() {
        return Err(DraftError::empty("cards.action.buttons"));
    }
    crate::draft::count(&BUTTONS, buttons.len())?;
    for Button { id, title } in buttons {
        required(&CARD_BUTTON_ID, id)?;
        required(&CARD_BUTTON_TITLE, title)?;
    }
    let buttons = buttons.iter().map(
        |Button { id, title }| json!({ "type": "quick_reply", "quick_reply": { "id": id, "title": title } }),
    );
    Ok(json!({ "buttons": buttons.collect::<Vec<_>>() }))
}

impl Carousel {
    /// Cards below this text.
    pub fn new(body: impl Into<String>) -> Self {
        Self { around: Around::new(body), cards: Vec::new() }
    }

    /// Adds a card.
    pub fn card(mut self, card: Card) -> Self {
        self.cards.push(card);
        self
    }

    /// Adds cards.
    pub fn cards(mut self, cards: impl IntoIterator<Item = Card>) -> Self {
        self.cards.extend(cards);
        self
    }
}

super::around!(Carousel: fit);

impl IntoDraft for Carousel {
    fn into_draft(self) -> Result<Draft, DraftError> {
        crate::draft::count(&CARDS, self.cards.len())?;
        if self.cards.len() < CARDS_LEAST {
            return Err(DraftError::wrong(CARDS.name, "a carousel has at least two cards"));
        }
        let mut likenesses = self.cards.iter().map(Card::likeness);
        let first = likenesses.next();
        if !likenesses.all(|likeness| Some(likeness) == first) {
            let why =
                "all cards show the same kind of file and have the same buttons, or products of one catalog";
            return Err(DraftError::wrong(CARDS.name, why));
        }
        let ids = self.cards.iter().flat_map(|card| match &card.face {
            Face::Buttons { buttons, .. } => buttons.as_slice(),
            _ => &[],
        });
        unique(CARD_BUTTON_ID.name, ids.map(|button| button.id.as_str()))?;
        let cards = self.cards.iter().enumerate().map(|(index, card)| card.to_value(index));
        let cards = cards.collect::<Result<Vec<_>, _>>()?;
        self.around.into_draft("carousel", &INTERACTIVE_BODY, json!({ "cards": cards }))
    }
}
