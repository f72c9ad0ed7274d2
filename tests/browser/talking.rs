//! What is neither typed nor tapped on one phone: voices, groups; and that a tap is not lost while the page changes.

use fantoccini::key::Key;
use serde_json::json;

use crate::{
    COMPOSER, DESK, FROM_BOT, FROM_PERSON,
    chromium::{Browser, Scheme},
    clicks,
    common::wait::until,
    key, says, showcase,
};

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn a_voice_is_recorded_and_a_sample_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), DESK, Scheme::Light).await;
    let voices = async || {
        let voices =
            format!("return document.querySelectorAll('{FROM_PERSON}[data-type=audio] .voice').length");
        page.asks(&voices).await
    };
    clicks(&page, ".microphone").await;
    page.sees_words(".recorded", "0:01").await;
    clicks(&page, ".recording .microphone").await;
    page.sees_words(FROM_BOT, "I hear you.").await;
    assert_eq!(voices().await, 1);

    // It can be listened to, and the button says so.
    clicks(&page, "[data-testid=voice-play]").await;
    page.sees("[data-testid=voice-play][aria-label^=Pause], [data-testid=voice-play][aria-label^=Play]")
        .await;

    clicks(&page, ".composer [aria-label=Attach]").await;
    page.taps("[role=menuitem]", "Voice message (a sample)").await;
    until("a second voice and its answer", async || {
        let answers = format!("return [...document.querySelectorAll('{FROM_BOT}')].filter(one => one.innerText.includes('I hear you.')).length");
        (voices().await == 2 && page.asks(&answers).await == 2).then_some(())
    })
    .await;
    page.close().await;
}

#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn a_group_is_opened_and_talked_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), DESK, Scheme::Light).await;
    page.sees(COMPOSER).await;
    clicks(&page, "[data-testid=group-add]").await;
    let in_group = |css: &str| format!(".phone[aria-label='Phone of Group 1'] {css}");
    for joins in ["Ana joins", "Ben joins"] {
        clicks(&page, &in_group("[aria-label='Chat options']")).await;
        page.taps("[role=menuitem]", joins).await;
        let name = joins.split(' ').next().expect("a name");
        page.sees_words(&in_group(".chat-sub"), name).await;
    }
    page.types(&in_group("[data-testid=composer]"), &format!("hello all{}", key(Key::Enter))).await;
    page.sees_words(&in_group(FROM_BOT), "You said \"hello all\".").await;
    page.asks("const who = document.querySelector('.speakers select'); \
               who.value = [...who.options].find(one => one.text === 'Ben').value; who.dispatchEvent(new Event('change'))")
        .await;
    page.types(&in_group("[data-testid=composer]"), &format!("me too{}", key(Key::Enter))).await;
    page.sees_words(&in_group(FROM_BOT), "You said \"me too\".").await;
    page.sees_words(&in_group(&format!("{FROM_PERSON} .author")), "Ana").await;
    page.close().await;
}

/// What is tapped while the answer to something else comes in must be the same thing when the finger is lifted.
#[tokio::test]
#[ignore = "needs chromium: cargo xtask test"]
async fn what_can_be_tapped_stays_while_the_page_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = showcase(&folder).await;
    let page = Browser::open(bot.phone(), DESK, Scheme::Light).await;
    clicks(&page, "[data-testid=view-mind]").await;
    says(&page, "carousel").await;
    page.sees_words("[data-testid=carousel-card]", "Diavola").await;
    says(&page, "place").await;
    page.sees("[data-testid=open-location]").await;
    page.sees("[data-testid=mind-session]").await;
    let kept = [
        "[data-testid=carousel-card] button",
        "[data-testid=open-location]",
        "[data-testid=person]",
        "[data-testid=wire-row]",
        "[data-testid=mind-session] summary",
    ];
    page.asks(&format!("window.kept = {}.map((css) => document.querySelector(css))", json!(kept))).await;
    page.asks("document.querySelector('[data-testid=mind-session]').open = false").await;
    let stays = async |after: &str| {
        let there = page.asks("return window.kept.map((one) => Boolean(one?.isConnected))").await;
        assert_eq!(there, json!([true, true, true, true, true]), "after {after}: {kept:?}");
    };

    says(&page, "more").await;
    page.sees_words(FROM_BOT, "You said \"more\".").await;
    page.sees(&format!("{FROM_BOT}[data-type=interactive][data-status=read]")).await;
    stays("messages, ticks and turns").await;

    // A reaction by the person.
    page.asks("[...document.querySelectorAll('[data-testid=bubble][data-type=interactive]')].forEach((row) => row.querySelector('.options').click())")
        .await;
    clicks(&page, "[role=menuitem][aria-label='React 👍']").await;
    page.sees(&format!("{FROM_BOT}[data-type=interactive] .reactions")).await;
    stays("a reaction").await;

    // Time travel has the page fetch everything anew.
    clicks(&page, "[data-testid=world]").await;
    clicks(&page, "[data-testid=advance-90000]").await;
    page.presses(&key(Key::Escape)).await;
    page.sees_words(".window", "Window closed").await;
    stays("everything was fetched again").await;
    assert_eq!(page.asks("return document.querySelector('[data-testid=mind-session]').open").await, false);
    page.close().await;
}
