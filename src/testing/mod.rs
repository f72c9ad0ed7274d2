#![doc = include_str!("../docs/testing.md")]

mod bot;
mod deeds;
mod engine;
mod log;
mod person;
mod rehearsal;
mod seen;
mod talk;
mod time;
mod world;

#[doc(hidden)]
pub mod harness;

pub use wappa_emulator::{
    Fault, Faults,
    world::{CallPermission, Order, OrderItem},
};

pub use self::{
    bot::{BotSaid, TestBot},
    deeds::{Call, OnTheLine},
    log::Transcript,
    person::{Person, Settling},
    rehearsal::{Rehearsal, Rehearsing},
    seen::Seen,
    talk::{Played, Talk, TalkError},
    time::{TestClock, days, hours, minutes, seconds},
    world::{World, WorldBuilder},
};
