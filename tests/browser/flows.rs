//! A Flow filled in: its screens, its endpoint, its reply.

use fantoccini::key::Key;

use crate::{
    BUBBLE, DESK, FROM_BOT, PHONE,
    chromium::{Browser, Scheme},
    clicks,
    common::program::Program,
    key, says, showcase,
};

const OPEN: &str = "[data-testid=open-flow]";
const NEXT: &str = "[data-testid=flow-next]";
const NAME: &str = ".flow input[name=name]";

async fn fills(page: &Browser, css: &str, words: &str) {
    let field = page.sees(css).await;
    field.clear().await.expect("it is emptied");
    field.send_keys(words).await.expect("keys");
}

/// A date field wants its parts in the order of the browser's language.
async fn picks_day(page: &Browser, day: &str) {
    page.asks(&format!(
        "const day = document.querySelector('.flow input[name=day]'); day.value = {day:?}; \
         day.dispatchEvent(new Event('change'))"
    ))
    .await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn a_flow_is_filled_in_and_submitted() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), DESK, Scheme::Light).await;
    says(&page, "flow").await;
    clicks(&page, OPEN).await;

    // The endpoint led here; what is missing is said, and the first of it has the focus.
    page.sees_words(".flow", "A table at Wappa's").await;
    clicks(&page, NEXT).await;
    page.sees_words("[data-testid=flow-error]", "This is needed").await;
    assert_eq!(page.asks("return document.activeElement.name").await, "name");

    fills(&page, NAME, "nobody").await;
    page.taps(".flow .list-row", "Eight, at the long table").await;
    page.sees_words(".flow-caption", "For eight we ask for a deposit.").await;
    picks_day(&page, "2030-05-01").await;
    page.taps(".flow-chip", "Quiet").await;
    clicks(&page, NEXT).await;
    page.sees_words("[data-testid=flow-notice]", "Nobody can't book a table.").await;

    // What was entered is still there, and there is a way back from the next screen.
    fills(&page, NAME, "Ana").await;
    clicks(&page, NEXT).await;
    page.sees_words(".flow", "Ana, 8 guests, on 2030-05-01").await;
    clicks(&page, "[data-testid=flow-back]").await;
    assert_eq!(page.sees(NAME).await.prop("value").await.expect("a value").as_deref(), Some("Ana"));
    clicks(&page, NEXT).await;
    clicks(&page, ".flow-optin input").await;
    clicks(&page, NEXT).await;
    page.sees_words(&format!("{BUBBLE}[data-from=person]"), "Form sent").await;
    page.sees_words(FROM_BOT, "Booked: Ana, 8 guests, on 2030-05-01.").await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn a_form_that_is_over_is_switched_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), PHONE, Scheme::Dark).await;
    says(&page, "flow").await;
    clicks(&page, OPEN).await;
    fills(&page, NAME, "Late").await;
    page.taps(".flow .list-row", "Two").await;
    picks_day(&page, "2030-05-01").await;
    clicks(&page, NEXT).await;
    clicks(&page, ".flow-optin input").await;
    let too_wide = page.asks("return document.documentElement.scrollWidth - innerWidth").await;
    assert_eq!(too_wide, 0);
    clicks(&page, NEXT).await;
    page.sees_words("[data-testid=flow-notice]", "This form was for yesterday.").await;
    page.presses(&key(Key::Escape)).await;
    page.sees(&format!("{OPEN}:disabled")).await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn a_field_keeps_the_focus_while_it_is_filled_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = Program::start("flow", folder.path(), &[]).await;
    let page = Browser::open(bot.phone(), DESK, Scheme::Light).await;
    says(&page, "hi").await;
    clicks(&page, OPEN).await;
    // One key after the other, each of which the form looks at.
    page.types(NAME, "Ana Maria").await;
    page.types(".flow input[name=email]", "ana@example.com").await;
    assert_eq!(page.sees(NAME).await.prop("value").await.expect("a value").as_deref(), Some("Ana Maria"));
    clicks(&page, NEXT).await;
    page.sees_words(FROM_BOT, "Welcome, Ana Maria! We'll write to ana@example.com.").await;
    page.close().await;
}
