#![doc = include_str!("docs/crate.md")]
#![doc(test(attr(deny(warnings))))]

mod assemble;
mod banner;
mod bot;
#[cfg(feature = "emulator")]
mod emulated;
mod serve;
mod settings;
#[cfg(feature = "otel")]
mod traces;
mod wappa;

pub mod prelude;
#[cfg(feature = "emulator")]
pub mod recording;
#[cfg(feature = "emulator")]
pub mod testing;

/// Meta's API itself: ids, events, drafts, limits, error codes, the Graph client.
pub use wappa_cloud as cloud;
#[doc(hidden)]
pub use wappa_core::__private;
pub use wappa_core::{
    Error, ErrorKind, Result, broadcast, chat, clock, dialogue, dispatch, external, feed, handler, happening,
    inbox, messenger, numbers, outbox, router, schedule, session, shared, store, takeover,
};
/// Pages of prose.
pub mod guide {
    #[doc = include_str!("docs/broadcasts.md")]
    pub mod broadcasts {}
    #[doc = include_str!("docs/mounting.md")]
    pub mod mounting {}
    #[doc = include_str!("docs/from_python.md")]
    pub mod from_python {}
}
pub mod metrics {
    #![doc = include_str!("docs/metrics.md")]

    pub use wappa_core::meters::{METERS, Meter, MeterKind, MetricsTo};
}
#[cfg(feature = "otel")]
pub mod otel {
    #![doc = include_str!("docs/otel.md")]

    pub use crate::traces::{Otlp, OtlpError, Traces};
}
/// What stands before strangers, and where tokens are kept.
pub mod security {
    pub use wappa_core::{
        vault::{KeepTokenError, VaultKey, VaultKeyError},
        webhook::{SourceError, SourceLimit},
    };
}
#[cfg(feature = "flows")]
pub mod flow {
    #![doc = include_str!("docs/flows.md")]

    pub use wappa_cloud::flow::*;
    pub use wappa_core::flow::{
        BUDGET, FLOW_PATH, Flow, FlowAsk, FlowDataError, FlowNameError, SignedTokens,
    };
}
#[cfg(feature = "texts")]
pub use wappa_core::{t, texts};
#[cfg(feature = "emulator")]
pub use wappa_emulator as emulator;
#[cfg(feature = "macros")]
pub use wappa_macros::{Argument, Choices, Payload, command, commands, conversation, handler};
#[cfg(all(feature = "emulator", feature = "macros"))]
pub use wappa_macros::{test, transcripts};

pub use self::{
    bot::{Bot, BotHandle, Left},
    serve::ServeError,
    settings::{
        Environment, LogFormat, Missing, NumberConfig, Settings, SettingsError, StoreChoice, Variables,
    },
    wappa::{NoHandler, Wappa},
};

/// What the README shows compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
