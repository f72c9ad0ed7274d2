//! What the page does with the world: two phones, time, an earlier message said again, a picture.

use fantoccini::{Locator, key::Key};

use crate::{
    BUBBLE, BUTTON, DESK, FROM_BOT, FROM_PERSON,
    chromium::{Browser, Scheme},
    clicks,
    common::{program::Program, wait::until},
    key, says, showcase,
};

fn on_phone_of(person: &str, css: &str) -> String {
    format!(".phone[aria-label='Phone of {person}'] {css}")
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn two_phones_are_used_side_by_side() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), (1440, 900), Scheme::Light).await;
    for (person, words) in [("Ana", "one"), ("Ben", "two"), ("Ana", "three")] {
        let composer = on_phone_of(person, "[data-testid=composer]");
        page.types(&composer, &format!("{words}{}", key(Key::Enter))).await;
        page.sees_words(&on_phone_of(person, FROM_BOT), &format!("You said \"{words}\".")).await;
    }
    let of = async |person: &str| {
        let bubbles =
            page.client.find_all(Locator::Css(&on_phone_of(person, FROM_BOT))).await.expect("bubbles");
        bubbles.len()
    };
    assert_eq!((of("Ana").await, of("Ben").await), (2, 1), "each phone shows its own conversation");
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn time_travel_closes_the_window_and_what_the_bot_then_says_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), DESK, Scheme::Light).await;
    says(&page, "later").await;
    page.sees_words(FROM_BOT, "I'll come back to you.").await;
    clicks(&page, "[data-testid=world]").await;
    clicks(&page, "[data-testid=advance-90000]").await;
    page.presses(&key(Key::Escape)).await;
    page.sees_words(".window", "Window closed: templates only").await;
    let refused = format!("{FROM_BOT}[data-status=failed]");
    page.sees_words(&refused, "Still hungry?").await;
    page.sees_words(&format!("{refused} .failure"), "131047").await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn a_conversation_is_begun_again_from_an_earlier_message() {
    let folder = tempfile::tempdir().expect("a folder");
    let menu = Program::start("menu", folder.path(), &[]).await;
    let page = Browser::open(menu.phone(), (1440, 900), Scheme::Light).await;
    clicks(&page, "[data-testid=view-mind]").await;
    says(&page, "/add diavola").await;
    page.sees_words(FROM_BOT, "Diavola is in your cart: 10.00 €").await;
    page.sees_words("[data-testid=mind]", "Diavola").await;
    says(&page, "/add marinara").await;
    page.sees_words(FROM_BOT, "Marinara is in your cart: 17.50 €").await;
    page.sees_words("[data-testid=mind-turns]", "Marinara").await;

    // By keyboard: the newest message but one is the person's own.
    page.sees_words(FROM_PERSON, "/add marinara").await;
    page.asks("[...document.querySelectorAll('[data-testid=bubble][data-from=person]')].at(-1).focus()")
        .await;
    page.presses(&key(Key::Enter)).await;
    page.taps("[role=menuitem]", "Say again from here").await;
    page.sees_words(".toast", "the bot has forgotten what came after it").await;
    let written = page.asks("return document.querySelector('[data-testid=composer]').value").await;
    assert_eq!(written, "/add marinara");
    until("two bubbles", async || {
        let left = page.client.find_all(Locator::Css(BUBBLE)).await.ok()?.len();
        (left == 2).then_some(())
    })
    .await;

    // The bot has forgotten the second pizza too.
    page.sees("[data-testid=composer]").await.clear().await.expect("it is emptied");
    says(&page, "/add margherita").await;
    page.sees_words(FROM_BOT, "Margherita is in your cart: 18.00 €").await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn a_person_sends_a_picture_and_taps_a_card() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), DESK, Scheme::Light).await;
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bots/pizza.png");
    let picker = page.client.find(Locator::Css(".composer input[type=file]")).await.expect("a file input");
    picker.send_keys(picture).await.expect("a file");
    page.sees(".waiting img").await;
    clicks(&page, "[data-testid=send]").await;
    page.sees(&format!("{FROM_PERSON}[data-type=image] img")).await;
    page.sees_words(FROM_BOT, "What a picture!").await;

    says(&page, "carousel").await;
    page.taps(BUTTON, "Take it").await;
    page.sees_words(FROM_BOT, "A diavola, coming up.").await;
    page.close().await;
}
