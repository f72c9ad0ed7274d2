//! Meta's limits as a table: the drafts check them when they are built, and an emulator refuses by the same rows.

use std::fmt;

use crate::media::{MediaKind, Motion};

/// One limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// What it limits, as it is named in errors.
    pub name: &'static str,
    /// The most there may be.
    pub max: usize,
    /// Of what.
    pub unit: Unit,
    /// Meta's page that says so.
    pub source: &'static str,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Unicode scalar values. Meta says "characters"; that it counts them so is not documented.
    Characters,
    /// Bytes.
    Bytes,
    /// Entries.
    Items,
}

impl Unit {
    /// What to do about too much of it.
    pub const fn mend(self) -> &'static str {
        match self {
            Self::Characters => "shorten it",
            Self::Bytes => "make it smaller",
            Self::Items => "leave some out",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes",
            Self::Items => "entries",
        })
    }
}

impl Limit {
    const fn characters(name: &'static str, max: usize, source: &'static str) -> Self {
        Self { name, max, unit: Unit::Characters, source }
    }

    const fn items(name: &'static str, max: usize, source: &'static str) -> Self {
        Self { name, max, unit: Unit::Items, source }
    }

    const fn bytes(name: &'static str, max: usize) -> Self {
        Self { name, max, unit: Unit::Bytes, source: "Media" }
    }

    /// How much of this limit a text uses.
    pub fn count(&self, text: &str) -> usize {
        match self.unit {
            Unit::Characters => text.chars().count(),
            Unit::Bytes | Unit::Items => text.len(),
        }
    }

    /// Whether a text stays within. It can be asked at compile time, as [`button!`](crate::button) and its like do.
    pub const fn allows(&self, text: &str) -> bool {
        // No text has more characters than bytes.
        if text.len() <= self.max {
            return true;
        }
        match self.unit {
            Unit::Bytes | Unit::Items => false,
            Unit::Characters => characters(text) <= self.max,
        }
    }
}

impl Limit {
    /// Refuses a text that is empty or too long by panicking; in a `const` block the compiler says so. For
    /// [`button!`](crate::button) and its like.
    ///
    /// # Panics
    /// It is not within this limit.
    pub const fn assert(&self, text: &str) {
        assert!(!text.is_empty(), "this is empty, and Meta wants something there");
        assert!(self.allows(text), "this is longer than Meta allows");
    }
}

/// What `chars().count()` says, which is no `const fn`.
const fn characters(text: &str) -> usize {
    let (mut rest, mut characters) = (text.as_bytes(), 0);
    while let [byte, after @ ..] = rest {
        // All bytes of a character but its first begin with the bits 10.
        if *byte & 0b1100_0000 != 0b1000_0000 {
            characters += 1;
        }
        rest = after;
    }
    characters
}

const BUTTONS_PAGE: &str = "Interactive reply buttons messages";
const COMPONENTS_PAGE: &str = "Conversational components";
const COMPONENTS_OF_TEMPLATES: &str = "Template components";
const PROFILE_PAGE: &str = "Business profiles";
const LISTS_PAGE: &str = "Interactive list messages";
const PRODUCTS_PAGE: &str = "Multi-product messages";
const FLOW_PAGE: &str = "Flow JSON, Components";
const CAROUSEL_PAGE: &str = "Interactive media carousel messages";

/// The body of a text message.
pub const TEXT_BODY: Limit = Limit::characters("text.body", 4096, "Text messages");
/// The caption of an image.
pub const IMAGE_CAPTION: Limit = Limit::characters("caption", 1024, "Image messages");
/// The caption of a video.
pub const VIDEO_CAPTION: Limit = Limit::characters("caption", 1024, "Video messages");
/// The caption of a document.
pub const DOCUMENT_CAPTION: Limit = Limit::characters("caption", 1024, "Document messages");
/// The name of a document.
pub const DOCUMENT_FILENAME: Limit =
    Limit::characters("document.filename", 240, "Document messages (unverified)");
/// Contacts in one message.
pub const CONTACTS: Limit = Limit::items("contacts", 257, "Contacts messages");
/// The body of an interactive message other than a list.
pub const INTERACTIVE_BODY: Limit = Limit::characters("interactive.body.text", 1024, BUTTONS_PAGE);
/// The text header of an interactive message.
pub const INTERACTIVE_HEADER: Limit = Limit::characters("interactive.header.text", 60, BUTTONS_PAGE);
/// The footer of an interactive message.
pub const INTERACTIVE_FOOTER: Limit = Limit::characters("interactive.footer.text", 60, BUTTONS_PAGE);
/// Reply buttons of one message.
pub const BUTTONS: Limit = Limit::items("interactive.action.buttons", 3, BUTTONS_PAGE);
/// What stands on a reply button.
pub const BUTTON_TITLE: Limit = Limit::characters("button title", 20, BUTTONS_PAGE);
/// What a reply button means.
pub const BUTTON_ID: Limit = Limit::characters("button id", 256, BUTTONS_PAGE);
/// The body of a list message.
pub const LIST_BODY: Limit = Limit::characters("interactive.body.text", 4096, LISTS_PAGE);
/// What stands on the button that opens a list.
pub const LIST_BUTTON: Limit = Limit::characters("interactive.action.button", 20, LISTS_PAGE);
/// Sections of a list.
pub const LIST_SECTIONS: Limit = Limit::items("interactive.action.sections", 10, LISTS_PAGE);
/// Rows of a list, over all its sections.
pub const LIST_ROWS: Limit = Limit::items("rows in all sections", 10, LISTS_PAGE);
/// The title of a section.
pub const SECTION_TITLE: Limit = Limit::characters("section title", 24, LISTS_PAGE);
/// The title of a row.
pub const ROW_TITLE: Limit = Limit::characters("row title", 24, LISTS_PAGE);
/// What a row means.
pub const ROW_ID: Limit = Limit::characters("row id", 200, LISTS_PAGE);
/// The small text below a row's title.
pub const ROW_DESCRIPTION: Limit = Limit::characters("row description", 72, LISTS_PAGE);
/// What stands on a link button.
pub const CTA_DISPLAY_TEXT: Limit =
    Limit::characters("display_text", 20, "Interactive Call-to-Action URL Button messages");
/// What stands on the button that opens a Flow.
pub const FLOW_CTA: Limit = Limit::characters("flow_cta", 30, "Sending a Flow");
/// A heading of a Flow's screen.
pub const FLOW_HEADING: Limit = Limit::characters("flow heading", 80, FLOW_PAGE);
/// A paragraph of a Flow's screen.
pub const FLOW_BODY: Limit = Limit::characters("flow body", 4096, FLOW_PAGE);
/// Small words on a Flow's screen.
pub const FLOW_CAPTION: Limit = Limit::characters("flow caption", 409, FLOW_PAGE);
/// The label of a Flow's text input or dropdown.
pub const FLOW_INPUT_LABEL: Limit = Limit::characters("flow input label", 20, FLOW_PAGE);
/// The label of a Flow's checkboxes or radio buttons.
pub const FLOW_GROUP_LABEL: Limit = Limit::characters("flow group label", 30, FLOW_PAGE);
/// The label of a Flow's date picker.
pub const FLOW_DATE_LABEL: Limit = Limit::characters("flow date label", 40, FLOW_PAGE);
/// The label of a Flow's chips, photo or document picker.
pub const FLOW_PICKER_LABEL: Limit = Limit::characters("flow picker label", 80, FLOW_PAGE);
/// A box to tick in a Flow.
pub const FLOW_OPT_IN: Limit = Limit::characters("flow opt-in", 120, FLOW_PAGE);
/// The title of something to choose in a Flow.
pub const FLOW_ITEM_TITLE: Limit = Limit::characters("flow item title", 30, FLOW_PAGE);
/// More words about something in a Flow.
pub const FLOW_DESCRIPTION: Limit = Limit::characters("flow description", 300, FLOW_PAGE);
/// Small words below a Flow's input.
pub const FLOW_HELPER: Limit = Limit::characters("flow helper text", 80, FLOW_PAGE);
/// What is said of a wrong input in a Flow.
pub const FLOW_ERROR: Limit = Limit::characters("flow error message", 30, FLOW_PAGE);
/// The small word at the side of something to choose in a Flow.
pub const FLOW_ITEM_METADATA: Limit = Limit::characters("flow item metadata", 20, FLOW_PAGE);
/// What is said of a wrong day in a Flow.
pub const FLOW_DATE_ERROR: Limit = Limit::characters("flow date error message", 80, FLOW_PAGE);
/// Small words beside the button at the bottom of a Flow's screen.
pub const FLOW_FOOTER_CAPTION: Limit = Limit::characters("flow footer caption", 15, FLOW_PAGE);
/// Words that can be tapped in a Flow.
pub const FLOW_LINK: Limit = Limit::characters("flow link", 25, FLOW_PAGE);
/// The button at the bottom of a Flow's screen.
pub const FLOW_FOOTER: Limit = Limit::characters("flow footer", 35, FLOW_PAGE);
/// Products of one message.
pub const PRODUCTS: Limit = Limit::items("products in all sections", 30, PRODUCTS_PAGE);
/// Sections of products.
pub const PRODUCT_SECTIONS: Limit = Limit::items("product sections", 10, PRODUCTS_PAGE);
/// Cards of a carousel; there are at least [`CARDS_LEAST`].
pub const CARDS: Limit = Limit::items("interactive.action.cards", 10, CAROUSEL_PAGE);
/// The text of a card; it has at most [`CARD_BODY_LINE_BREAKS`] line breaks.
pub const CARD_BODY: Limit = Limit::characters("card body", 160, CAROUSEL_PAGE);
/// What stands on a card's reply button.
pub const CARD_BUTTON_TITLE: Limit = Limit::characters("card button title", 20, CAROUSEL_PAGE);
/// What a card's reply button means.
pub const CARD_BUTTON_ID: Limit = Limit::characters("card button id", 20, CAROUSEL_PAGE);
/// What comes back with a call.
pub const VOICE_CALL_PAYLOAD: Limit = Limit::characters("voice_call payload", 512, "Call button messages");
/// The business's own reference to an order.
pub const ORDER_REFERENCE: Limit = Limit::characters("reference_id", 35, "Order details messages");
/// The name of an order's line, and other words on the bill.
pub const ORDER_ITEM_NAME: Limit =
    Limit::characters("order item name or description", 60, "Order details messages");
/// What is said when an order can no longer be paid.
pub const ORDER_EXPIRATION_DESCRIPTION: Limit =
    Limit::characters("order.expiration.description", 120, "Order details messages");
/// What is said about the state of an order.
pub const ORDER_STATUS_DESCRIPTION: Limit =
    Limit::characters("order.description", 120, "Order status messages");
/// The name of a payment configuration.
pub const PAYMENT_CONFIGURATION: Limit =
    Limit::characters("payment configuration name", 60, "Order details messages");
/// The name of a template.
pub const TEMPLATE_NAME: Limit = Limit::characters("template.name", 512, "Templates");
/// A template's body with its parameters filled in.
pub const TEMPLATE_BODY: Limit = Limit::characters("template body parameter", 1024, "Templates");
/// A template's text header with its parameter filled in.
pub const TEMPLATE_HEADER: Limit = Limit::characters("template header parameter", 60, "Templates");
/// A coupon or a one-time password.
pub const COUPON_CODE: Limit = Limit::characters("template code parameter", 15, "Templates");
/// Buttons of a template.
pub const TEMPLATE_BUTTONS: Limit = Limit::items("template buttons", 10, "Templates");
/// What a template's quick reply button means.
pub const TEMPLATE_PAYLOAD: Limit =
    Limit::characters("template button payload", 256, "Templates (unverified)");
/// Cards of a template's carousel.
pub const TEMPLATE_CARDS: Limit = Limit::items("template carousel cards", 10, "Templates");
/// Data that statuses echo.
pub const OPAQUE_DATA: Limit = Limit::characters("biz_opaque_callback_data", 512, "Messages");
/// Ice breakers of a number.
pub const ICE_BREAKERS: Limit = Limit::items("prompts", 4, COMPONENTS_PAGE);
/// An ice breaker.
pub const ICE_BREAKER: Limit = Limit::characters("prompt", 80, COMPONENTS_PAGE);
/// Commands of a number.
pub const COMMANDS: Limit = Limit::items("commands", 30, COMPONENTS_PAGE);
/// The name of a command, without the `/`.
pub const COMMAND_NAME: Limit = Limit::characters("command_name", 32, COMPONENTS_PAGE);
/// What a command does.
pub const COMMAND_DESCRIPTION: Limit = Limit::characters("command_description", 256, COMPONENTS_PAGE);
/// The sentence of a profile.
pub const PROFILE_ABOUT: Limit = Limit::characters("about", 139, PROFILE_PAGE);
/// The address of a profile.
pub const PROFILE_ADDRESS: Limit = Limit::characters("address", 256, PROFILE_PAGE);
/// The description of a profile.
pub const PROFILE_DESCRIPTION: Limit = Limit::characters("description", 512, PROFILE_PAGE);
/// The email address of a profile.
pub const PROFILE_EMAIL: Limit = Limit::characters("email", 128, PROFILE_PAGE);
/// The websites of a profile.
pub const PROFILE_WEBSITES: Limit = Limit::items("websites", 2, PROFILE_PAGE);
/// A website of a profile.
pub const PROFILE_WEBSITE: Limit = Limit::characters("website", 256, PROFILE_PAGE);
/// What a QR code writes in a chat.
pub const QR_MESSAGE: Limit = Limit::characters("prefilled_message", 140, "QR codes");
/// What a group is called.
pub const GROUP_SUBJECT: Limit = Limit::characters("subject", 128, "Groups API");
/// What a group is for.
pub const GROUP_DESCRIPTION: Limit = Limit::characters("description", 2048, "Groups API");
/// People of a group, beside the business.
pub const GROUP_PEOPLE: Limit = Limit::items("participants", 8, "Groups API");
/// The name of a business; it has at least [`USERNAME_LEAST`].
pub const USERNAME: Limit = Limit::characters("username", 35, "Business usernames");
/// An address that takes webhooks in place of the app's.
pub const CALLBACK_URI: Limit =
    Limit::characters("override_callback_uri", 200, "Webhooks, Override callback URLs");
/// Templates whose figures one call asks for.
pub const ANALYTICS_TEMPLATES: Limit = Limit::items("template_ids", 10, "Template analytics");
/// The name of a Flow.
pub const FLOW_NAME: Limit = Limit::characters("name", 200, "Flows API (unverified)");
/// The JSON of a Flow.
pub const FLOW_JSON: Limit =
    Limit { name: "flow.json", max: 10 * MB, unit: Unit::Bytes, source: "Flows API" };

/// The least characters of a username.
pub const USERNAME_LEAST: usize = 3;
/// The least cards of a carousel.
pub const CARDS_LEAST: usize = 2;
/// The most line breaks in the text of a card.
pub const CARD_BODY_LINE_BREAKS: usize = 2;
/// The most minutes a call button works.
pub const VOICE_CALL_MINUTES: u32 = 43_200;
/// The most days a message is pinned (Meta: *Groups*).
pub const PIN_DAYS: u32 = 30;
/// The text header of a template.
pub const TEMPLATE_HEADER_TEXT: Limit = Limit::characters("template header", 60, COMPONENTS_OF_TEMPLATES);
/// The body of a template.
pub const TEMPLATE_BODY_TEXT: Limit = Limit::characters("template body", 1024, COMPONENTS_OF_TEMPLATES);
/// The body of a template with an offer that ends.
pub const TEMPLATE_OFFER_BODY: Limit = Limit::characters("template body", 600, COMPONENTS_OF_TEMPLATES);
/// The text of a card of a template.
pub const TEMPLATE_CARD_BODY: Limit = Limit::characters("template card body", 160, COMPONENTS_OF_TEMPLATES);
/// The footer of a template.
pub const TEMPLATE_FOOTER: Limit = Limit::characters("template footer", 60, COMPONENTS_OF_TEMPLATES);
/// What an offer that ends says.
pub const TEMPLATE_OFFER_TEXT: Limit =
    Limit::characters("limited_time_offer.text", 16, COMPONENTS_OF_TEMPLATES);
/// Buttons of a template that open an address.
pub const TEMPLATE_URL_BUTTONS: Limit = Limit::items("URL buttons", 2, COMPONENTS_OF_TEMPLATES);
/// Buttons of a template that call a number.
pub const TEMPLATE_PHONE_BUTTONS: Limit = Limit::items("PHONE_NUMBER buttons", 1, COMPONENTS_OF_TEMPLATES);
/// Buttons of a template that copy a code.
pub const TEMPLATE_CODE_BUTTONS: Limit = Limit::items("COPY_CODE buttons", 1, COMPONENTS_OF_TEMPLATES);
/// Apps that a one-time password is filled in in.
pub const OTP_APPS: Limit = Limit::items("supported_apps", 5, "Authentication templates");
/// What stands on a button of a template.
pub const TEMPLATE_BUTTON_TEXT: Limit =
    Limit::characters("template button text", 25, COMPONENTS_OF_TEMPLATES);
/// The address a button of a template opens.
pub const TEMPLATE_BUTTON_URL: Limit =
    Limit::characters("template button url", 2000, COMPONENTS_OF_TEMPLATES);
/// The number a button of a template calls.
pub const TEMPLATE_BUTTON_PHONE: Limit =
    Limit::characters("template button phone_number", 20, COMPONENTS_OF_TEMPLATES);
/// Templates that are archived by one call.
pub const ARCHIVED_AT_ONCE: Limit = Limit::items("hsm_ids", 100, "Template archival");

/// A picture.
pub const IMAGE_SIZE: Limit = Limit::bytes("image", 5 * MB);
/// A film.
pub const VIDEO_SIZE: Limit = Limit::bytes("video", 16 * MB);
/// A recording.
pub const AUDIO_SIZE: Limit = Limit::bytes("audio", 16 * MB);
/// A file; also the most that can be uploaded at all.
pub const DOCUMENT_SIZE: Limit = Limit::bytes("document", 100 * MB);
/// A sticker that moves; one that does not may have [`STATIC_STICKER_SIZE`].
pub const STICKER_SIZE: Limit = Limit::bytes("sticker", 500 * KB);
/// A sticker that does not move.
pub const STATIC_STICKER_SIZE: Limit = Limit::bytes("static sticker", 100 * KB);

const KB: usize = 1024;
const MB: usize = 1024 * KB;

/// Every limit.
pub const ALL: &[&Limit] = &[
    &TEXT_BODY,
    &IMAGE_CAPTION,
    &VIDEO_CAPTION,
    &DOCUMENT_CAPTION,
    &DOCUMENT_FILENAME,
    &CONTACTS,
    &INTERACTIVE_BODY,
    &INTERACTIVE_HEADER,
    &INTERACTIVE_FOOTER,
    &BUTTONS,
    &BUTTON_TITLE,
    &BUTTON_ID,
    &LIST_BODY,
    &LIST_BUTTON,
    &LIST_SECTIONS,
    &LIST_ROWS,
    &SECTION_TITLE,
    &ROW_TITLE,
    &ROW_ID,
    &ROW_DESCRIPTION,
    &CTA_DISPLAY_TEXT,
    &FLOW_CTA,
    &FLOW_HEADING,
    &FLOW_BODY,
    &FLOW_CAPTION,
    &FLOW_INPUT_LABEL,
    &FLOW_GROUP_LABEL,
    &FLOW_DATE_LABEL,
    &FLOW_PICKER_LABEL,
    &FLOW_OPT_IN,
    &FLOW_ITEM_TITLE,
    &FLOW_DESCRIPTION,
    &FLOW_HELPER,
    &FLOW_ERROR,
    &FLOW_ITEM_METADATA,
    &FLOW_DATE_ERROR,
    &FLOW_FOOTER_CAPTION,
    &FLOW_LINK,
    &FLOW_FOOTER,
    &PRODUCTS,
    &PRODUCT_SECTIONS,
    &CARDS,
    &CARD_BODY,
    &CARD_BUTTON_TITLE,
    &CARD_BUTTON_ID,
    &VOICE_CALL_PAYLOAD,
    &ORDER_REFERENCE,
    &ORDER_ITEM_NAME,
    &ORDER_EXPIRATION_DESCRIPTION,
    &ORDER_STATUS_DESCRIPTION,
    &PAYMENT_CONFIGURATION,
    &TEMPLATE_NAME,
    &TEMPLATE_BODY,
    &TEMPLATE_HEADER,
    &COUPON_CODE,
    &TEMPLATE_BUTTONS,
    &TEMPLATE_PAYLOAD,
    &TEMPLATE_CARDS,
    &OPAQUE_DATA,
    &ICE_BREAKERS,
    &ICE_BREAKER,
    &COMMANDS,
    &COMMAND_NAME,
    &COMMAND_DESCRIPTION,
    &PROFILE_ABOUT,
    &PROFILE_ADDRESS,
    &PROFILE_DESCRIPTION,
    &PROFILE_EMAIL,
    &PROFILE_WEBSITES,
    &PROFILE_WEBSITE,
    &QR_MESSAGE,
    &GROUP_SUBJECT,
    &GROUP_DESCRIPTION,
    &GROUP_PEOPLE,
    &USERNAME,
    &CALLBACK_URI,
    &ANALYTICS_TEMPLATES,
    &FLOW_NAME,
    &FLOW_JSON,
    &TEMPLATE_HEADER_TEXT,
    &TEMPLATE_BODY_TEXT,
    &TEMPLATE_OFFER_BODY,
    &TEMPLATE_CARD_BODY,
    &TEMPLATE_FOOTER,
    &TEMPLATE_OFFER_TEXT,
    &TEMPLATE_URL_BUTTONS,
    &TEMPLATE_PHONE_BUTTONS,
    &TEMPLATE_CODE_BUTTONS,
    &OTP_APPS,
    &TEMPLATE_BUTTON_TEXT,
    &TEMPLATE_BUTTON_URL,
    &TEMPLATE_BUTTON_PHONE,
    &ARCHIVED_AT_ONCE,
    &IMAGE_SIZE,
    &VIDEO_SIZE,
    &AUDIO_SIZE,
    &DOCUMENT_SIZE,
    &STICKER_SIZE,
    &STATIC_STICKER_SIZE,
];

/// What Meta takes of one kind and type of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaRule {
    /// The most bytes.
    pub max_bytes: usize,
}

/// The types Meta takes (Meta: *Media, Supported media types*).
const MEDIA: &[(MediaKind, &str, Limit)] = &[
    (MediaKind::Image, "image/jpeg", IMAGE_SIZE),
    (MediaKind::Image, "image/png", IMAGE_SIZE),
    (MediaKind::Video, "video/mp4", VIDEO_SIZE),
    (MediaKind::Video, "video/3gpp", VIDEO_SIZE),
    (MediaKind::Audio, "audio/aac", AUDIO_SIZE),
    (MediaKind::Audio, "audio/amr", AUDIO_SIZE),
    (MediaKind::Audio, "audio/mpeg", AUDIO_SIZE),
    (MediaKind::Audio, "audio/mp4", AUDIO_SIZE),
    (MediaKind::Audio, "audio/ogg", AUDIO_SIZE),
    (MediaKind::Sticker, "image/webp", STICKER_SIZE),
];

/// What Meta takes of media of this kind and MIME type; `None` if it does not take it. Parameters of the type, like
/// `; codecs=opus`, do not matter here.
pub fn media_rule(kind: MediaKind, mime: &str) -> Option<MediaRule> {
    let essence = mime.split(';').next().unwrap_or(mime).trim();
    if kind == MediaKind::Document {
        // Any valid type may travel as a document (Meta: *Document messages*).
        return essence.contains('/').then_some(MediaRule { max_bytes: DOCUMENT_SIZE.max });
    }
    MEDIA
        .iter()
        .find(|(of, of_mime, _)| *of == kind && of_mime.eq_ignore_ascii_case(essence))
        .map(|(_, _, limit)| MediaRule { max_bytes: limit.max })
}

/// What Meta takes of this file: what [`media_rule`] says of its type, and less of a sticker whose header says that it does
/// not move.
pub fn file_rule(kind: MediaKind, mime: &str, bytes: &[u8]) -> Option<MediaRule> {
    let rule = media_rule(kind, mime)?;
    let stands_still = kind == MediaKind::Sticker && Motion::of_webp(bytes) == Some(Motion::Still);
    Some(if stands_still { MediaRule { max_bytes: STATIC_STICKER_SIZE.max } } else { rule })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(BUTTON_TITLE.count("Größe ändern 🍕"), 14);
        assert!(BUTTON_TITLE.allows(&"🍕".repeat(20)));
        assert!(!BUTTON_TITLE.allows(&"🍕".repeat(21)));
    }

    #[test]
    fn every_limit_is_in_the_table_with_its_source() {
        assert!(ALL.iter().all(|limit| limit.max > 0 && !limit.name.is_empty() && !limit.source.is_empty()));
    }

    #[test]
    fn media_types_are_known_with_and_without_parameters() {
        let most = |kind, mime| media_rule(kind, mime).map(|rule| rule.max_bytes);
        assert_eq!(most(MediaKind::Audio, "audio/ogg; codecs=opus"), Some(AUDIO_SIZE.max));
        assert_eq!(most(MediaKind::Image, "image/gif"), None);
        assert_eq!(most(MediaKind::Image, "IMAGE/PNG"), Some(IMAGE_SIZE.max));
        assert_eq!(most(MediaKind::Document, "application/pdf"), Some(DOCUMENT_SIZE.max));
        assert_eq!(most(MediaKind::Document, "nonsense"), None);
    }
}
