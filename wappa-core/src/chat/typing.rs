//! "typing…" for as long as it takes.

use std::{
    future::{Future, pending},
    time::Duration,
};

use super::Chat;

/// How long work may take before anybody is shown that it goes on, unless said otherwise.
pub(crate) const AFTER: Duration = Duration::from_secs(1);
/// Shown for 25 seconds (Meta: *Typing indicators*), it is shown again before they are over.
const AGAIN: Duration = Duration::from_secs(20);

impl Chat {
    /// Does this work, and shows the person "typing…", and blue ticks with it, for as long as it takes: from a second on,
    /// again and again, and until the first message to them in this turn. Work that is faster costs no call; one that Meta
    /// refuses is in the log, as the answer matters more. Of a turn that is about no message nothing is shown.
    ///
    /// The layer [`KeepTyping`](crate::router::layers::KeepTyping) does the same around the handlers of a router.
    ///
    /// ```
    /// # use wappa_core::{Result, chat::Chat};
    /// # async fn ask(_: &str) -> Result<String> { Ok(String::new()) }
    /// async fn answer(chat: Chat, question: &str) -> Result {
    ///     let answer = chat.typing_while(ask(question)).await?;
    ///     chat.say(answer).await?;
    ///     Ok(())
    /// }
    /// # let _ = answer;
    /// ```
    pub async fn typing_while<T>(&self, work: impl Future<Output = T>) -> T {
        self.typing_while_after(AFTER, work).await
    }

    pub(crate) async fn typing_while_after<T>(&self, after: Duration, work: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            done = work => done,
            never = async {
                self.keep_typing(after).await;
                pending().await
            } => never,
        }
    }

    /// Until something has been said here. A message waits for an indicator that is on its way: one that overtook it
    /// would be shown behind it.
    async fn keep_typing(&self, after: Duration) {
        let (Some(turn), Some(_)) = (&self.line.turn, &self.line.message) else { return };
        let clock = self.line.messenger.clock();
        let mut wait = after;
        loop {
            clock.sleep(wait).await;
            let _in_order = turn.sends.in_order().await;
            if turn.sends.has_promised(&self.line.to) {
                return;
            }
            if let Err(error) = self.typing().await {
                tracing::debug!(%error, "typing could not be shown");
            }
            wait = AGAIN;
        }
    }
}
