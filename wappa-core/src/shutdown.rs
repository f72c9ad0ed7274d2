//! Going down in order: stop taking, finish what is under way, leave the rest in the store.

use tokio::sync::watch;

/// How far a bot is in going down. Cheap to clone; all clones see the same.
#[derive(Debug, Clone)]
pub struct Drain {
    phase: watch::Sender<Phase>,
}

/// The stages of a bot's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Takes deliveries and runs turns.
    Open,
    /// Takes nothing more; turns under way are finished.
    Draining,
    /// Nothing is under way.
    Drained,
}

impl Default for Drain {
    fn default() -> Self {
        Self { phase: watch::Sender::new(Phase::Open) }
    }
}

impl Drain {
    /// Where it is now.
    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// Goes on to a later phase; never back.
    pub fn advance(&self, to: Phase) {
        self.phase.send_if_modified(|phase| {
            let later = *phase < to;
            if later {
                *phase = to;
            }
            later
        });
    }

    /// Resolves when this phase, or a later one, is reached.
    pub async fn reached(&self, phase: Phase) {
        let mut changes = self.phase.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = changes.wait_for(|now| *now >= phase).await;
    }
}
