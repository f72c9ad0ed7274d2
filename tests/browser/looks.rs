//! That everything on the page can be read and has a name: the contrast of every text, the names of every control.

use fantoccini::key::Key;
use serde_json::Value;

use crate::{
    BUTTON, FROM_BOT,
    chromium::{Browser, Scheme},
    clicks, key, says, showcase,
};

/// What is wrong with what is to be seen now, and how many colours were measured.
const AUDIT: &str = include_str!("audit.js");

/// The phone whose controls are meant: another one is beside it.
const ANA: &str = ".phone[aria-label='Phone of Ana']";

/// Everything that is wrong, by where it was seen.
#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    async fn look(&mut self, page: &Browser, place: &str) {
        // What slides or fades in is looked at when it has come to rest.
        let rest = "return document.getAnimations().every((one) => one.playState === 'finished' || one.effect.getTiming().iterations === Infinity)";
        crate::common::wait::until("a page at rest", async || (page.asks(rest).await == true).then_some(()))
            .await;
        let answer = page.asks(AUDIT).await;
        assert!(answer["measured"].as_u64().is_some_and(|colours| colours >= 5), "{place}: {answer}");
        let problems = answer["problems"].as_array().into_iter().flatten().filter_map(Value::as_str);
        self.0.extend(problems.map(|problem| format!("{place}: {problem}")));
    }
}

/// Goes everywhere on the page.
async fn walk(scheme: Scheme) {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), (1400, 900), scheme).await;
    let mut found = Found::default();
    page.sees("[data-testid=composer]").await;
    found.look(&page, "an empty chat").await;

    for (words, seen) in [
        ("*bold* _it_ `code` https://example.com", "That was number 1"),
        ("picture", "Fresh from the oven"),
        ("carousel", "Take it"),
        ("product", "View product"),
        ("contact", "Share my contact"),
        ("call", "Always allow calls"),
        ("place", "Send location"),
    ] {
        says(&page, words).await;
        page.sees_words(&format!("{FROM_BOT}, {BUTTON}, .choice"), seen).await;
    }
    found.look(&page, "messages").await;
    // Without a mouse to hover by, the button of the menu isn't there to be tapped; its keyboard is.
    page.asks("[...document.querySelectorAll('[data-testid=bubble]')].at(-1).focus()").await;
    page.presses(&key(Key::Enter)).await;
    page.sees("[role=menu]").await;
    found.look(&page, "the menu of a message").await;
    page.taps("[role=menuitem]", "Reply").await;
    found.look(&page, "a reply being written").await;
    page.presses(&key(Key::Escape)).await;

    for (open, name) in [
        ("[data-testid=open-location]", "the sheet of a location"),
        ("[data-testid=open-order]", "the sheet of an order"),
        (".field [aria-label=Emoji]", "the sheet of emoji"),
        ("[aria-label='Chat options']", "the menu of a chat"),
        ("[aria-label=Attach]", "the menu of files"),
        ("[data-testid=world]", "time and faults"),
        ("[data-testid=qr]", "the code for a phone"),
    ] {
        let open = if open.starts_with("[data-testid") { open.to_owned() } else { format!("{ANA} {open}") };
        clicks(&page, &open).await;
        found.look(&page, name).await;
        page.presses(&key(Key::Escape)).await;
    }
    for row in [
        "[data-testid=wire-row][data-direction=webhook] summary",
        "[data-testid=wire-row][data-direction=graph] summary",
    ] {
        clicks(&page, row).await;
    }
    found.look(&page, "the wire").await;
    clicks(&page, "[data-testid=view-mind]").await;
    page.sees("[data-testid=mind-turns] ins").await;
    found.look(&page, "what the bot remembers").await;

    says(&page, "flow").await;
    clicks(&page, "[data-testid=open-flow]").await;
    page.sees_words(".flow", "A table at Wappa's").await;
    clicks(&page, "[data-testid=flow-next]").await;
    page.taps(".flow-chip", "Quiet").await;
    page.taps(".flow .list-row", "Eight").await;
    found.look(&page, "a form").await;
    page.presses(&key(Key::Escape)).await;

    clicks(&page, "[data-testid=group-add]").await;
    page.sees(".phone[aria-label='Phone of Group 1'] .speakers").await;
    found.look(&page, "a group").await;
    page.taps("[data-testid=person]", "Ana").await;
    says(&page, "later").await;
    page.sees_words(FROM_BOT, "I'll come back to you.").await;
    clicks(&page, "[data-testid=world]").await;
    clicks(&page, "[data-testid=advance-90000]").await;
    page.presses(&key(Key::Escape)).await;
    page.sees_words(".failure", "131047").await;
    found.look(&page, "a closed window and a failure").await;
    page.close().await;
    assert!(found.0.is_empty(), "{} problems:\n{}", found.0.len(), found.0.join("\n"));
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn everything_can_be_read_and_has_a_name_by_day() {
    walk(Scheme::Light).await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn everything_can_be_read_and_has_a_name_by_night() {
    walk(Scheme::Dark).await;
}
