#![doc = include_str!("../docs/testing.md")]

mod bot;
mod engine;
mod log;
mod person;
mod seen;
mod talk;
mod time;
mod world;

#[doc(hidden)]
pub mod harness;

pub use wappa_emulator::{Fault, Faults};

pub use self::{
    bot::{BotSaid, TestBot},
    log::Transcript,
    person::{Person, Settling},
    seen::Seen,
    talk::{Played, Talk, TalkError},
    time::{TestClock, days, hours, minutes, seconds},
    world::{World, WorldBuilder},
};
