//! Meta's side of the Cloud API as a deterministic machine, with a phone page to talk to a bot.
//!
//! An [`Emulator`] keeps a [`world`] of people, business numbers and chats. To a bot it is Graph on one side (without
//! a port through [`Emulator::transport`], or over HTTP through [`Emulator::router`]) and signed webhooks on the other
//! ([`Emulator::connect`]). To people it is a phone in the browser, and to tests an [`Actor`].
//!
//! It refuses what Meta refuses, from the tables of `wappa-cloud`, but reads every request with code of its own.
//!
//! ```
//! use wappa_emulator::{Emulator, EmulatorConfig};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let emulator = Emulator::open(EmulatorConfig::for_tests()).await?;
//! let ana = emulator.person("Ana")?;
//! ana.says("hi")?;
//! assert_eq!(emulator.undelivered(), 1); // waits for a bot to take it
//! # Ok::<(), wappa_emulator::EmulatorError>(()) }).unwrap();
//! ```

mod actor;
mod admin;
mod business;
mod clock;
mod config;
mod deeds;
mod deliver;
mod emulator;
mod error;
mod export;
mod faults;
mod feed;
mod flows;
mod front;
mod inner;
mod journal;
mod mind;
mod sink;
mod sinks;
mod terminal;
mod transcript;
mod transport;
mod vault;
pub mod world;

pub use actor::Actor;
pub use business::{Business, OtherApp};
pub use clock::WorldClock;
pub use config::{ClosedWindow, EmulatorConfig, Pacing, Review, Time};
pub use emulator::Emulator;
pub use error::{EmulatorError, EmulatorErrorKind};
pub use faults::Faults;
pub use mind::{Memory, Mind, Rewound};
pub use sink::{FlowCall, FlowHeard, Handshake, HttpSink, RouterSink, SignedWebhook, WebhookSink};
pub use terminal::{TerminalPhone, Typist};
pub use transcript::Line;
pub use world::{ActiveFault, Fault, FaultId, FaultKind, Scope};
