//! The public API as a bot's author sees it: a bot built in this process, and the emulator in Meta's place. Each test
//! runs with the store in memory and with SQLite. Other processes and browsers are in the files beside this folder.

mod afterwards;
mod at_end;
mod broadcast;
mod bundles;
#[path = "../common/clerk.rs"]
mod clerk;
mod commands;
mod commits;
mod consent;
mod credentials;
mod crowds;
mod delivery;
mod dial;
mod dialogues;
mod ending;
mod erase;
mod external;
mod faults;
mod flows;
mod identity;
mod kills;
mod kinds;
mod layers;
mod letters;
mod meta;
#[path = "../common/mortal.rs"]
mod mortal;
mod order;
mod pace;
mod payloads;
mod recording;
mod router;
mod security;
mod sends;
mod stage;
mod takeover;
mod texts;
mod time;
mod told;
#[cfg(feature = "otel")]
mod traces;
mod turns;
mod typing;
#[path = "../common/wait.rs"]
#[allow(dead_code, reason = "this test uses a part of it")]
mod wait;
mod watching;
mod window;

/// Runs each of these once with either store.
macro_rules! with_either_store {
    ($($test:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::stage::Place::memory()).await;
            })*
        }
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::stage::Place::sqlite()).await;
            })*
        }
    };
}
use with_either_store;
