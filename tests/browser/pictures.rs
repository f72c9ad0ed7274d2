//! The pictures of the README: a pizzeria by day and by night. `cargo xtask pictures` makes them and puts them in `docs`.

use std::path::Path;

use fantoccini::key::Key;

use crate::{
    BUTTON, FROM_BOT,
    chromium::{Browser, Scheme},
    clicks,
    common::program::Program,
    key, showcase,
};

const SIZE: (u32, u32) = (1400, 900);

/// An element on the phone of this person.
fn on(person: &str, css: &str) -> String {
    format!(".phone[aria-label='Phone of {person}'] {css}")
}

async fn says(page: &Browser, person: &str, words: &str) {
    let composer = on(person, "[data-testid=composer]");
    page.types(&composer, &format!("{words}{}", key(Key::Enter))).await;
}

async fn taps(page: &Browser, person: &str, css: &str, words: &str) {
    page.taps(&on(person, css), words).await;
}

/// Takes the picture once nothing moves any more.
async fn takes(page: &Browser, name: &str) {
    let quiet = "return document.getAnimations().every(one => one.playState === 'finished') && !document.querySelector('.toast')";
    crate::common::wait::until("a page at rest", async || (page.asks(quiet).await == true).then_some(()))
        .await;
    let picture = page.client.screenshot().await.expect("a picture");
    assert!(picture.len() > 40_000, "{name} has {} bytes only", picture.len());
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), picture).expect("it is kept");
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn the_pictures_of_the_readme_can_be_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let menu = Program::start("menu", folder.path(), &[]).await;
    let page = Browser::open(menu.phone(), SIZE, Scheme::Light).await;
    clicks(&page, "[data-testid=view-mind]").await;
    says(&page, "Ben", "hola 👋").await;
    taps(&page, "Ben", BUTTON, "See the menu").await;
    says(&page, "Ana", "hi").await;
    taps(&page, "Ana", BUTTON, "See the menu").await;
    taps(&page, "Ana", "[data-testid=list-open]", "See pizzas").await;
    taps(&page, "Ana", "[data-testid=list-row]", "Diavola").await;
    clicks(&page, "[data-testid=list-send]").await;
    page.sees_words(&on("Ana", FROM_BOT), "Diavola is in your cart").await;
    says(&page, "Ana", "/add margherita").await;
    page.sees_words(&on("Ana", FROM_BOT), "Margherita is in your cart").await;
    page.sees_words("[data-testid=mind-turns]", "Margherita").await;
    taps(&page, "Ben", "[data-testid=list-open]", "See pizzas").await;
    taps(&page, "Ben", "[data-testid=list-row]", "Marinara").await;
    // The pane behind the scenes belongs to the phone that was used last.
    page.asks("document.querySelector(\".phone[aria-label='Phone of Ana'] [data-testid=composer]\").focus()")
        .await;
    page.sees_words("[data-testid=mind]", "Margherita").await;
    takes(&page, "phone.png").await;
    page.close().await;

    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), SIZE, Scheme::Dark).await;
    for words in ["picture", "carousel"] {
        says(&page, "Ana", words).await;
    }
    page.sees_words(&on("Ana", BUTTON), "Take it").await;
    says(&page, "Ben", "flow").await;
    taps(&page, "Ben", "[data-testid=open-flow]", "Book a table").await;
    page.types(".flow input[name=name]", "Ben").await;
    taps(&page, "Ben", ".flow .list-row", "Eight").await;
    taps(&page, "Ben", ".flow-chip", "By the window").await;
    page.asks("document.querySelector('.flow-parts').scrollTop = 0").await;
    takes(&page, "phone-dark.png").await;
    page.close().await;
}
