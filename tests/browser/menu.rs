//! The menu example on the phone page: ordering, a small dark screen, a keyboard alone.

use fantoccini::key::Key;

use crate::{
    BUBBLE, BUTTON, COMPOSER, DESK, FROM_BOT, PHONE,
    chromium::{Browser, Scheme},
    common::program::Program,
    key, says,
};

const LIST: &str = "[data-testid=list-open]";
const ROW: &str = "[data-testid=list-row]";
const SEND: &str = "[data-testid=list-send]";

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn a_person_orders_and_the_cart_outlives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let menu = Program::start("menu", folder.path(), &[]).await;
    let page = Browser::open(menu.phone(), DESK, Scheme::Light).await;

    says(&page, "hi").await;
    page.sees_words(FROM_BOT, "What can we do for you?").await;
    page.taps(BUTTON, "See the menu").await;
    page.taps(LIST, "See pizzas").await;

    // The list by keyboard: the first row has the focus, the arrow goes to the next one.
    page.sees_words(ROW, "Marinara").await;
    page.presses(&key(Key::Down)).await;
    page.tabs_to(SEND).await;
    page.presses(&key(Key::Enter)).await;
    page.sees_words(FROM_BOT, "Marinara is in your cart: 7.50 €").await;

    // Blue ticks: the bot has read what Ana wrote, and Ana what the bot wrote.
    page.sees(&format!("{BUBBLE}[data-from=person][data-status=read] .is-read")).await;
    page.sees(&format!("{FROM_BOT}[data-status=read] .is-read")).await;
    page.close().await;

    assert_eq!(menu.end().await.code(), Some(0));
    let menu = Program::start("menu", folder.path(), &[]).await;
    let page = Browser::open(menu.phone(), DESK, Scheme::Light).await;
    page.sees_words(FROM_BOT, "Marinara is in your cart").await;
    page.taps(BUTTON, "My cart").await;
    page.sees_words(FROM_BOT, "In your cart: Marinara.").await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn a_small_dark_screen_is_enough() {
    let folder = tempfile::tempdir().expect("a folder");
    let menu = Program::start("menu", folder.path(), &[]).await;
    let page = Browser::open(menu.phone(), PHONE, Scheme::Dark).await;

    page.sees(COMPOSER).await;
    assert_eq!(page.asks("return innerWidth").await, PHONE.0);
    assert_eq!(page.asks("return matchMedia('(prefers-color-scheme: dark)').matches").await, true);
    page.types(COMPOSER, "hi").await;
    page.taps("[data-testid=send]", "").await;
    page.taps(BUTTON, "See the menu").await;
    page.sees_words(LIST, "See pizzas").await;

    for pane in ["people", "wire", "chat"] {
        page.taps(&format!("[data-testid=tab-{pane}]"), "").await;
        let too_wide = page.asks("return document.documentElement.scrollWidth - innerWidth").await;
        assert!(too_wide.as_f64().is_some_and(|pixels| pixels <= 0.0), "{pane}: {too_wide} px too wide");
    }
    let (left, top, width, height) = page.sees(COMPOSER).await.rectangle().await.expect("a place");
    let inside =
        left >= 0.0 && top >= 0.0 && left + width <= f64::from(PHONE.0) && top + height <= f64::from(PHONE.1);
    assert!(inside, "the composer is off the screen: {left} {top} {width} {height}");
    let darkness = page
        .asks("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every(part => part < 90)")
        .await;
    assert_eq!(darkness, true, "the page is dark");
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn a_keyboard_is_enough() {
    let folder = tempfile::tempdir().expect("a folder");
    let menu = Program::start("menu", folder.path(), &[]).await;
    let page = Browser::open(menu.phone(), DESK, Scheme::Light).await;

    page.sees(COMPOSER).await;
    page.tabs_to(COMPOSER).await;
    page.presses("hi").await;
    page.presses(&key(Key::Enter)).await;
    page.sees_words(BUTTON, "See the menu").await;
    // The first Tab leaves the composer; the way round leads to the buttons of the newest message.
    page.presses(&key(Key::Tab)).await;
    page.tabs_to(BUTTON).await;
    page.presses(&key(Key::Enter)).await;
    page.sees_words(LIST, "See pizzas").await;
    page.tabs_to(LIST).await;
    page.presses(&key(Key::Enter)).await;
    page.sees(ROW).await;
    page.presses(" ").await;
    page.tabs_to(SEND).await;
    page.presses(&key(Key::Enter)).await;
    page.sees_words(FROM_BOT, "Margherita is in your cart: 8.00 €").await;
    page.close().await;
}
