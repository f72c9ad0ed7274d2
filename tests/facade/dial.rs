//! A clock that stands still until it is put forward.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use wappa::{
    clock::{BoxFuture, Clock},
    cloud::Timestamp,
};

use crate::{stage::Stage, wait::until};

/// Clones go together.
#[derive(Clone)]
pub(crate) struct Dial(Arc<watch::Sender<Duration>>);

impl Dial {
    /// Shows this moment, in seconds since 1970.
    pub(crate) fn at(seconds: u64) -> Self {
        Self(Arc::new(watch::Sender::new(Duration::from_secs(seconds))))
    }

    /// Goes forward when nothing is under way.
    pub(crate) async fn forward(&self, by: Duration, stage: &Stage) {
        until("the bot is at rest", async || {
            let depth = stage.bot.handle().depth().await.expect("a depth");
            (depth.waiting == 0).then_some(())
        })
        .await;
        self.by(by);
    }

    /// Goes forward.
    pub(crate) fn by(&self, by: Duration) {
        self.0.send_modify(|now| *now += by);
    }
}

impl Clock for Dial {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(i64::try_from(self.0.borrow().as_millis()).expect("a moment"))
    }

    fn monotonic(&self) -> Duration {
        *self.0.borrow()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut dial = self.0.subscribe();
        let until = *dial.borrow() + duration;
        Box::pin(async move {
            // If the clock is gone, its time never comes.
            if dial.wait_for(|now| *now >= until).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
