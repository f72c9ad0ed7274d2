//! What can be set about an emulator. Reads no environment.

use std::path::PathBuf;
use std::time::Duration;

use crate::world::Template;

/// How an emulator is opened. `EmulatorConfig::default()` is a world in memory with fresh ids.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EmulatorConfig {
    /// Where the world is kept; `None` keeps it in memory only.
    pub dir: Option<PathBuf>,
    /// Makes ids and secrets repeatable, for tests. A started emulator leaves it `None`.
    pub seed: Option<u64>,
    /// What a free-form message outside the 24-hour window meets.
    pub closed_window: ClosedWindow,
    /// Whether Meta's send rates are kept.
    pub pacing: Pacing,
    /// Whether time passes by itself.
    pub time: Time,
    /// What becomes of templates that are defined over Graph.
    pub review: Review,
    /// The name of the business number made in an empty world.
    pub name: String,
    /// The people made in an empty world.
    pub people: Vec<String>,
    /// How long after `sent` a message is `delivered`.
    pub delivery_delay: Duration,
    /// Where this emulator answers over HTTP; media URLs begin with it.
    pub origin: String,
    /// Templates the business has besides `hello_world`.
    pub templates: Vec<Template>,
}

impl Default for EmulatorConfig {
    fn default() -> Self {
        Self {
            dir: None,
            seed: None,
            closed_window: ClosedWindow::default(),
            pacing: Pacing::default(),
            time: Time::default(),
            review: Review::default(),
            name: "My bot".to_owned(),
            people: vec!["Ana".to_owned(), "Ben".to_owned()],
            delivery_delay: Duration::from_millis(300),
            origin: "http://wappa-emulator.localhost".to_owned(),
            templates: Vec::new(),
        }
    }
}

impl EmulatorConfig {
    /// A world in memory whose ids are the same on every run and whose messages arrive at once.
    pub fn for_tests() -> Self {
        Self { seed: Some(1), delivery_delay: Duration::ZERO, ..Self::default() }
    }

    /// Keeps the world in this directory, so that the next start continues it.
    pub fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = Some(dir.into());
        self
    }

    /// Makes ids and secrets repeatable.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets what a free-form message outside the window meets.
    pub fn closed_window(mut self, closed_window: ClosedWindow) -> Self {
        self.closed_window = closed_window;
        self
    }

    /// Sets whether Meta's send rates are kept.
    pub fn pacing(mut self, pacing: Pacing) -> Self {
        self.pacing = pacing;
        self
    }

    /// Sets whether time passes by itself.
    pub fn time(mut self, time: Time) -> Self {
        self.time = time;
        self
    }

    /// Sets what becomes of templates that are defined over Graph.
    pub fn review(mut self, review: Review) -> Self {
        self.review = review;
        self
    }

    /// Names the business number of an empty world.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Names the people of an empty world.
    pub fn people<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.people = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how long after `sent` a message is `delivered`.
    pub fn delivery_delay(mut self, delay: Duration) -> Self {
        self.delivery_delay = delay;
        self
    }

    /// Says where this emulator answers over HTTP, e.g. `http://127.0.0.1:8001`.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = origin.into();
        self
    }

    /// Registers a template.
    pub fn template(mut self, template: Template) -> Self {
        self.templates.push(template);
        self
    }
}

/// What happens to a free-form message outside the 24-hour window; reports of the real thing differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClosedWindow {
    /// Accepted, then a status `failed` with code 131047.
    #[default]
    FailedStatus,
    /// Refused with code 131047.
    Refused,
    /// Accepted, and never heard of again.
    Silent,
}

/// Whether Meta's send rates are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pacing {
    /// 80 messages a second per number; one in 6 seconds per person with a burst of 45.
    #[default]
    Meta,
    /// As fast as the bot can, for load tests.
    Unlimited,
}

/// Whether time passes by itself in a world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Time {
    /// As on the machine, plus what it was moved ahead.
    #[default]
    Passing,
    /// Only when it is moved, from 2026-01-15, 12:00 UTC on: for tests.
    Standing,
}

/// What becomes of templates that are defined or edited over Graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Review {
    /// They are approved at once.
    #[default]
    Approve,
    /// They are rejected at once, as `INVALID_FORMAT`.
    Reject,
    /// They stay pending until somebody decides.
    Wait,
}
