//! The phone page in a real browser: what a person does there reaches a bot, and what it answers is seen.

#[path = "../common/chromium.rs"]
mod chromium;
#[path = "../common/mod.rs"]
mod common;
mod flows;
mod kinds;
mod looks;
mod menu;
mod pictures;
mod talking;
mod worlds;

use chromium::Browser;
use common::program::Program;
use fantoccini::key::Key;

const COMPOSER: &str = "[data-testid=composer]";
const BUBBLE: &str = "[data-testid=bubble]";
const FROM_BOT: &str = "[data-testid=bubble][data-from=business]";
const FROM_PERSON: &str = "[data-testid=bubble][data-from=person]";
const BUTTON: &str = "[data-testid=reply-button]";

const DESK: (u32, u32) = (1280, 800);
const PHONE: (u32, u32) = (320, 568);

fn key(key: Key) -> String {
    char::from(key).to_string()
}

/// Types this and presses enter.
async fn says(page: &Browser, words: &str) {
    page.types(COMPOSER, &format!("{words}{}", key(Key::Enter))).await;
}

async fn clicks(page: &Browser, css: &str) {
    page.taps(css, "").await;
}

/// A bot that says every kind of message.
async fn showcase(folder: &tempfile::TempDir) -> Program {
    Program::start("showcase", folder.path(), &[]).await
}
