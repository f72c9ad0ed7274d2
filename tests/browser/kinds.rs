//! What else a person answers on the phone, what becomes of one's own messages, and what can be taken away from the page.

use fantoccini::key::Key;

use crate::{
    BUTTON, DESK, FROM_BOT, FROM_PERSON,
    chromium::{Browser, Scheme},
    clicks,
    common::wait::until,
    key, says, showcase,
};

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn whatever_the_bot_asks_for_can_be_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), DESK, Scheme::Light).await;
    let given = |kind: &str| format!("{FROM_PERSON}[data-type={kind}]");
    says(&page, "product").await;
    clicks(&page, "[data-testid=open-order]").await;
    clicks(&page, "[data-testid=order-form-send]").await;
    page.sees_words(&given("order"), "1 × margherita").await;
    says(&page, "contact").await;
    page.taps(BUTTON, "Share my contact").await;
    page.sees_words(&given("contacts"), "Ana").await;
    says(&page, "call").await;
    page.taps(BUTTON, "Always allow calls").await;
    page.sees_words(FROM_PERSON, "Always allow calls").await;
    says(&page, "place").await;
    clicks(&page, "[data-testid=open-location]").await;
    page.taps(".sheet .primary", "Send").await;
    page.sees_words(&given("location"), "52.37403").await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn a_message_is_edited_forwarded_and_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), DESK, Scheme::Light).await;
    let own = async |words: &str, item: &str| {
        page.sees_words(FROM_PERSON, words).await;
        let rows = format!("[...document.querySelectorAll('{FROM_PERSON}')]");
        page.asks(&format!("{rows}.filter((row) => row.innerText.includes({words:?})).at(-1).focus()")).await;
        page.presses(&key(Key::Enter)).await;
        page.taps("[role=menuitem]", item).await;
    };
    says(&page, "first words").await;
    page.sees_words(FROM_BOT, "You said \"first words\".").await;
    own("first words", "Edit").await;
    page.sees_words(".quote-tray", "Edit message").await;
    page.sees("[data-testid=composer]").await.clear().await.expect("it is emptied");
    says(&page, "other words").await;
    page.sees_words(&format!("{FROM_PERSON} .mark-line"), "Edited").await;
    own("other words", "Forward").await;
    page.sees_words(&format!("{FROM_PERSON} .mark-line"), "Forwarded").await;
    own("other words", "Delete for everyone").await;
    page.sees_words(&format!("{FROM_PERSON} .revoked"), "You deleted this message").await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn the_wire_is_searched_and_copied_and_the_talk_exported() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), DESK, Scheme::Light).await;
    // What is copied is looked at here: a browser without a window has no clipboard to be read.
    page.asks("navigator.clipboard.writeText = async (text) => { window.copied = text; }").await;
    let copied = async |part: &str| {
        let look = format!("return (window.copied ?? '').includes({part:?})");
        until(&format!("{part:?}, copied"), async || (page.asks(&look).await == true).then_some(())).await;
    };
    says(&page, "product").await;
    page.sees("[data-testid=open-order]").await;
    page.types("[data-testid=wire-filter]", "margherita").await;
    let sifted = "const rows = [...document.querySelectorAll('[data-testid=wire-row]')]; \
                  return rows.some((row) => row.hidden) && rows.some((row) => !row.hidden)";
    until("a wire with some of its lines", async || (page.asks(sifted).await == true).then_some(())).await;
    clicks(&page, "[data-testid=wire-row][data-direction=graph] summary").await;
    clicks(&page, "[data-testid=copy-curl]").await;
    copied("curl -X POST").await;
    copied("Authorization: Bearer $WHATSAPP_TOKEN").await;
    for (item, part) in
        [("Copy as a transcript", "Ana: product"), ("Copy as a test", ".says(\"product\").await;")]
    {
        clicks(&page, ".phone [aria-label='Chat options']").await;
        page.taps("[role=menuitem]", item).await;
        copied(part).await;
    }
    says(&page, "think").await;
    page.sees("[data-testid=typing]").await;
    page.close().await;
}
