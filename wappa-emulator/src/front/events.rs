//! Live events for the page, as server-sent events that a page can pick up again where it lost them.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::Deserialize;
use serde_json::json;
use std::convert::Infallible;
use std::sync::{Arc, Weak};

use crate::emulator::Emulator;
use crate::feed::Missed;
use crate::inner::Inner;

#[derive(Deserialize)]
pub(super) struct From {
    after: Option<u64>,
}

/// Where one page stands. It doesn't keep the emulator alive.
struct Listener {
    emulator: Weak<Inner>,
    changed: tokio::sync::watch::Receiver<u64>,
    seen: u64,
}

pub(super) async fn stream(
    State(emulator): State<Emulator>,
    Query(From { after }): Query<From>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // A browser that reconnects repeats the old address and says in this header how far it really came.
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let (changed, now) = {
        let core = emulator.inner.core();
        (core.feed.subscribe(), core.feed.seq())
    };
    let listener =
        Listener { emulator: Arc::downgrade(&emulator.inner), changed, seen: last.or(after).unwrap_or(now) };
    let events = stream::unfold(listener, |mut listener| async move {
        let events = listener.next().await?;
        Some((stream::iter(events.into_iter().map(Ok)), listener))
    });
    Sse::new(events.flatten()).keep_alive(KeepAlive::default())
}

impl Listener {
    async fn next(&mut self) -> Option<Vec<Event>> {
        loop {
            self.changed.mark_unchanged();
            let missed = self.emulator.upgrade()?.core().feed.after(self.seen);
            let events: Vec<Event> = match missed {
                Missed::Events(events) => {
                    self.seen = events.last().map_or(self.seen, |(seq, _)| *seq);
                    events
                        .into_iter()
                        .map(|(seq, data)| Event::default().id(seq.to_string()).data(data))
                        .collect()
                }
                Missed::Everything(seq) => {
                    self.seen = seq;
                    let data = json!({"seq": seq, "type": "reset"}).to_string();
                    vec![Event::default().id(seq.to_string()).data(data)]
                }
                Missed::Closed => return None,
            };
            if !events.is_empty() {
                return Some(events);
            }
            self.changed.changed().await.ok()?;
        }
    }
}
