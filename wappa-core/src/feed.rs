//! The feed: what happens in a bot, as server-sent events for dashboards. It begins where a reader was (`Last-Event-ID`),
//! keeps no more than a bounded buffer, and drops a reader who falls out of it with a word. Nothing waits for a reader,
//! and where nobody asked for a feed nothing is written down.

use std::{
    collections::VecDeque,
    convert::Infallible,
    fmt,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures_util::stream::{self, Stream};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::Notify;
use wappa_cloud::{AccessToken, Timestamp};

use crate::shutdown::{Drain, Phase};

/// The path of the feed.
pub const FEED_PATH: &str = "/events";

/// How much a feed holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedLimits {
    /// Events in the buffer.
    pub events: usize,
    /// Bytes in the buffer.
    pub bytes: usize,
    /// Readers at once.
    pub readers: usize,
}

/// 1,000 events, 8 MB, 64 readers.
impl Default for FeedLimits {
    fn default() -> Self {
        Self { events: 1_000, bytes: 8 << 20, readers: 64 }
    }
}

/// What happens in a bot, for those who look on. Cheap to clone.
#[derive(Clone, Default)]
pub struct Feed(Option<Arc<Inner>>);

struct Inner {
    limits: FeedLimits,
    /// Tells this process's events from those of others.
    begun: i64,
    drain: Drain,
    buffer: Mutex<Buffer>,
    written: Notify,
    readers: AtomicUsize,
}

#[derive(Default)]
struct Buffer {
    events: VecDeque<Arc<Entry>>,
    bytes: usize,
    /// The number of the next one.
    next: u64,
}

struct Entry {
    kind: &'static str,
    data: String,
}

/// Something a person, a status or another told the bot.
#[derive(Serialize)]
pub(crate) struct Received<'a> {
    pub(crate) at: i64,
    /// The same for the same event: it may be told twice.
    pub(crate) key: String,
    pub(crate) number: &'a str,
    pub(crate) kind: String,
    pub(crate) user_id: Option<&'a str>,
    pub(crate) wa_id: Option<&'a str>,
    pub(crate) group_id: Option<&'a str>,
    pub(crate) event: Option<Box<RawValue>>,
}

/// Something the bot said.
#[derive(Serialize)]
pub(crate) struct Spoken<'a> {
    pub(crate) at: i64,
    pub(crate) number: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) outcome: &'a str,
    pub(crate) wamid: Option<&'a str>,
    pub(crate) code: Option<u32>,
    pub(crate) message: Option<Box<RawValue>>,
}

/// A turn that ended.
#[derive(Serialize)]
pub(crate) struct TurnOver<'a> {
    pub(crate) at: i64,
    pub(crate) key: String,
    pub(crate) number: &'a str,
    pub(crate) outcome: &'a str,
    pub(crate) attempt: u32,
    pub(crate) error: Option<&'a str>,
}

impl Feed {
    /// A feed that is written.
    pub fn new(limits: FeedLimits, now: Timestamp, drain: Drain) -> Self {
        let limits = FeedLimits { events: limits.events.max(1), ..limits };
        Self(Some(Arc::new(Inner {
            limits,
            begun: now.as_millis(),
            drain,
            buffer: Mutex::default(),
            written: Notify::new(),
            readers: AtomicUsize::new(0),
        })))
    }

    /// Whether anybody asked for it.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Writes an event down.
    pub(crate) fn tell(&self, kind: &'static str, data: &impl Serialize) {
        let Some(inner) = &self.0 else { return };
        let Ok(data) = serde_json::to_string(data) else { return };
        let entry = Arc::new(Entry { kind, data });
        let mut buffer = inner.lock();
        buffer.next += 1;
        buffer.bytes += entry.data.len();
        buffer.events.push_back(entry);
        while buffer.events.len() > inner.limits.events
            || (buffer.bytes > inner.limits.bytes && buffer.events.len() > 1)
        {
            let gone = buffer.events.pop_front();
            buffer.bytes -= gone.map_or(0, |entry| entry.data.len());
        }
        drop(buffer);
        inner.written.notify_waiters();
    }

    /// What happens from now on, or after the event with this id (`Last-Event-ID`), for an answer of your own behind your
    /// own authentication. Nothing if nobody asked for the feed, or so many read it already.
    pub fn read(
        &self,
        after: Option<&str>,
    ) -> Option<impl Stream<Item = Result<Event, Infallible>> + Send + use<>> {
        let inner = Arc::clone(self.0.as_ref()?);
        let place = Seat::take(inner)?;
        Some(stream::unfold(Reader::new(place, after), Reader::next))
    }

    /// What happens from now on, for a reader in this process: the name of each event and its data. Nothing if nobody asked for
    /// the feed, or so many read it already. Ends with the bot, or when it is read too slowly.
    pub fn entries(&self) -> Option<impl Stream<Item = (&'static str, String)> + Send + use<>> {
        let seat = Seat::take(Arc::clone(self.0.as_ref()?))?;
        let entries = stream::unfold(Reader::new(seat, None), async |mut reader| match reader.come().await {
            Some(Came::Entry(_, entry)) => Some(((entry.kind, entry.data.clone()), reader)),
            Some(Came::Word(..)) | None => None,
        });
        Some(entries)
    }

    /// Answers with the feed; as [`read`](Self::read), for the headers of a request.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let after = headers.get("last-event-id").and_then(|id| id.to_str().ok());
        match self.read(after) {
            Some(events) => Sse::new(events).keep_alive(KeepAlive::default()).into_response(),
            None => {
                (StatusCode::SERVICE_UNAVAILABLE, "there is no feed, or too many read it").into_response()
            }
        }
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("is_on", &self.is_on()).finish_non_exhaustive()
    }
}

/// `GET /events` for whoever names this key (`Authorization: Bearer …`), which is compared in constant time.
pub fn routes<S: Clone + Send + Sync + 'static>(feed: Feed, key: AccessToken) -> Router<S> {
    Router::new().route(FEED_PATH, get(answer)).with_state((feed, key))
}

async fn answer(State((feed, key)): State<(Feed, AccessToken)>, request: Request) -> Response {
    let given =
        request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if given.is_none_or(|given| AccessToken::new(given) != key) {
        return (StatusCode::UNAUTHORIZED, "the feed is for whoever knows its key").into_response();
    }
    feed.answer(request.headers())
}

/// One of so many readers.
struct Seat(Arc<Inner>);

impl Seat {
    fn take(inner: Arc<Inner>) -> Option<Self> {
        let seat = Self(inner);
        let before = seat.0.readers.fetch_add(1, Ordering::Relaxed);
        (before < seat.0.limits.readers).then_some(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.readers.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Reader {
    seat: Seat,
    /// The number of the event that comes next.
    next: u64,
    /// Said before any event.
    first: Option<Event>,
    is_over: bool,
}

/// What a reader hears: an event at its place, or a word about the feed itself, with which it ends.
enum Came {
    Entry(u64, Arc<Entry>),
    Word(&'static str, String),
}

/// What is at a place of the buffer.
enum At {
    Entry(Arc<Entry>),
    /// So many are gone.
    Gone(u64),
    Nothing,
}

impl Reader {
    fn new(seat: Seat, after: Option<&str>) -> Self {
        let inner = &seat.0;
        let buffer = inner.lock();
        let oldest = buffer.oldest();
        let (next, missed) = match after {
            None => (buffer.next, None),
            Some(after) => match after.split_once('-').and_then(|(begun, at)| {
                let is_ours = begun.parse() == Ok(inner.begun);
                is_ours.then(|| at.parse::<u64>().ok()).flatten()
            }) {
                Some(at) if at < buffer.next => {
                    let next = at + 1;
                    (next.max(oldest), (next < oldest).then(|| (oldest - next).to_string()))
                }
                // Of another process, or invented.
                _ => (oldest, Some("null".to_owned())),
            },
        };
        drop(buffer);
        let first = missed.map(|missed| word("gap", &format!("{{\"missed\":{missed}}}")));
        Self { seat, next, first, is_over: false }
    }

    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if let Some(first) = self.first.take() {
            return Some((Ok(first), self));
        }
        let event = match self.come().await? {
            Came::Entry(at, entry) => {
                let id = format!("{}-{at}", self.seat.0.begun);
                Event::default().id(id).event(entry.kind).data(&entry.data)
            }
            Came::Word(kind, why) => word(kind, &why),
        };
        Some((Ok(event), self))
    }

    /// What comes next.
    async fn come(&mut self) -> Option<Came> {
        if self.is_over {
            return None;
        }
        let inner = Arc::clone(&self.seat.0);
        loop {
            let mut written = pin!(inner.written.notified());
            // From here on nothing that is written is missed.
            written.as_mut().enable();
            match inner.at(self.next) {
                At::Entry(entry) => {
                    let at = self.next;
                    self.next += 1;
                    return Some(Came::Entry(at, entry));
                }
                At::Gone(missed) => {
                    self.is_over = true;
                    let why = format!("{{\"missed\":{missed},\"why\":\"read too slowly; come again\"}}");
                    return Some(Came::Word("dropped", why));
                }
                At::Nothing => {}
            }
            tokio::select! {
                () = written => {}
                () = inner.drain.reached(Phase::Draining) => {
                    self.is_over = true;
                    return Some(Came::Word("closed", "{\"why\":\"the bot is going down\"}".to_owned()));
                }
            }
        }
    }
}

/// Something about the feed itself. It has no id, so that a reader who comes again names the last event.
fn word(kind: &str, data: &str) -> Event {
    Event::default().event(kind).data(data)
}

impl Inner {
    fn at(&self, place: u64) -> At {
        let buffer = self.lock();
        let oldest = buffer.oldest();
        if place < oldest {
            return At::Gone(oldest - place);
        }
        let entry = usize::try_from(place - oldest).ok().and_then(|at| buffer.events.get(at));
        entry.map_or(At::Nothing, |entry| At::Entry(Arc::clone(entry)))
    }

    fn lock(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buffer {
    fn oldest(&self) -> u64 {
        self.next - self.events.len() as u64
    }
}

/// JSON as it is; nothing if it is none.
pub(crate) fn raw(json: &[u8]) -> Option<Box<RawValue>> {
    serde_json::from_slice(json).ok()
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use futures_util::{FutureExt, StreamExt};

    use super::*;

    type Events = Pin<Box<dyn Stream<Item = Result<Event, Infallible>> + Send>>;

    fn feed(events: usize, readers: usize) -> (Feed, Drain) {
        let drain = Drain::default();
        let limits = FeedLimits { events, readers, ..FeedLimits::default() };
        (Feed::new(limits, Timestamp::from_millis(7), drain.clone()), drain)
    }

    fn read(feed: &Feed, after: Option<&str>) -> Events {
        Box::pin(feed.read(after).unwrap().fuse())
    }

    /// What has come by now, as it goes over the wire.
    async fn by_now(events: &mut Events) -> Vec<String> {
        let mut seen = Vec::new();
        while let Some(Some(Ok(event))) = events.next().now_or_never() {
            let body = Sse::new(stream::iter([Ok::<_, Infallible>(event)])).into_response().into_body();
            let bytes = axum::body::to_bytes(body, 10_000).await.unwrap();
            seen.push(String::from_utf8(bytes.to_vec()).unwrap().trim().replace('\n', " "));
        }
        seen
    }

    #[tokio::test]
    async fn a_reader_hears_what_comes_and_goes_on_where_it_was() {
        let (feed, _drain) = feed(10, 10);
        feed.tell("received", &"before");
        let mut events = read(&feed, None);
        assert_eq!(by_now(&mut events).await, Vec::<String>::new());
        feed.tell("received", &"one");
        feed.tell("sent", &"two");
        let heard = by_now(&mut events).await;
        assert_eq!(heard.len(), 2, "{heard:?}");
        assert!(heard[0].contains("id: 7-1") && heard[0].contains("event: received"), "{heard:?}");
        assert!(heard[0].contains("data: \"one\""), "{heard:?}");
        let again = by_now(&mut read(&feed, Some("7-1"))).await;
        assert_eq!(again.len(), 1);
        assert!(
            again[0].contains("id: 7-2") && again[0].contains("event: sent") && again[0].contains("\"two\""),
            "{again:?}"
        );
    }

    #[tokio::test]
    async fn whoever_falls_behind_is_dropped_with_a_word() {
        let (feed, _drain) = feed(3, 10);
        let mut slow = read(&feed, None);
        for n in 0..5 {
            feed.tell("received", &n);
        }
        let heard = by_now(&mut slow).await;
        assert_eq!(heard.len(), 1);
        assert!(heard[0].contains("event: dropped") && heard[0].contains("\"missed\":2"), "{heard:?}");
        assert!(slow.next().await.is_none(), "and that was all");
        let late = by_now(&mut read(&feed, Some("7-0"))).await;
        assert!(late[0].contains("event: gap") && late[0].contains("\"missed\":1"), "{late:?}");
        assert_eq!(late.len(), 4);
        for strange in ["6-1", "7-99", "nonsense", ""] {
            let heard = by_now(&mut read(&feed, Some(strange))).await;
            assert!(heard[0].contains("\"missed\":null"), "{strange}: {heard:?}");
            assert_eq!(heard.len(), 4, "{strange}");
        }
    }

    #[tokio::test]
    async fn it_holds_so_much_and_no_more() {
        let limits = FeedLimits { events: 100, bytes: 1_000, readers: 2 };
        let feed = Feed::new(limits, Timestamp::from_millis(7), Drain::default());
        for _ in 0..50 {
            feed.tell("received", &"x".repeat(98));
        }
        let inner = feed.0.as_ref().unwrap();
        let held = {
            let buffer = inner.lock();
            (buffer.events.len(), buffer.bytes)
        };
        assert_eq!(held, (10, 1_000));
        let readers = (read(&feed, None), read(&feed, None));
        assert!(feed.read(None).is_none(), "two at once");
        drop(readers);
        assert!(feed.read(None).is_some());
        assert!(Feed::default().read(None).is_none());
    }

    #[tokio::test]
    async fn it_ends_with_the_bot() {
        let (feed, drain) = feed(3, 10);
        let mut events = read(&feed, None);
        assert!(events.next().now_or_never().is_none());
        drain.advance(Phase::Draining);
        let heard = by_now(&mut events).await;
        assert!(heard[0].contains("event: closed"), "{heard:?}");
        assert!(events.next().await.is_none());
    }
}
