//! How many requests without a valid signature one source may make. Each request is charged to its source before its
//! body is read, and what turns out to be signed is not charged after all: strangers wait, Meta never does.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, StatusCode, header::RETRY_AFTER, request::Parts},
    response::{IntoResponse, Response},
};

use crate::clock::Clock;

/// Sources that are remembered at once. When so many are in debt, further ones are let pass.
const REMEMBERED: usize = 10_000;
/// How often those without debts are looked for among so many.
const SWEEP: Duration = Duration::from_secs(1);
/// Headers with which a proxy says for whom it asks.
const FORWARDING: [&str; 4] = ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip"];

/// Whom a request counts as coming from, and how many without a valid signature are too many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLimit {
    by: By,
    burst: u32,
    per_second: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum By {
    /// The connection, unless a header says that somebody else is behind it, whom nothing says to believe.
    Connection,
    /// The connection, whatever headers say.
    Peer,
    /// The header, its values counted from the right, from 1.
    Header(HeaderName, usize),
    Off,
}

/// The setting names no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a source is `peer`, `off`, or a header that your proxy sets, like `x-forwarded-for` or `x-forwarded-for/2`"
)]
pub struct SourceError;

/// By the other end of the connection; whoever names somebody else in a forwarding header is not limited, as behind a
/// proxy one stranger would use up what Meta shares with him.
impl Default for SourceLimit {
    fn default() -> Self {
        Self::of(By::Connection)
    }
}

impl SourceLimit {
    const fn of(by: By) -> Self {
        Self { by, burst: 100, per_second: 10 }
    }

    /// By the other end of the connection, whatever headers say: for a bot that no proxy stands before.
    pub const fn peer() -> Self {
        Self::of(By::Peer)
    }

    /// By what your proxy writes into this header, like `x-forwarded-for` or `cf-connecting-ip`: the last value there
    /// is, as the values before it may be the sender's own invention.
    ///
    /// # Errors
    /// This is no header's name.
    pub fn header(name: &str) -> Result<Self, SourceError> {
        Self::header_behind(name, 1)
    }

    /// The same behind `proxies` proxies in a row, each of which adds a value to the header.
    ///
    /// # Errors
    /// This is no header's name, or there are no proxies.
    pub fn header_behind(name: &str, proxies: usize) -> Result<Self, SourceError> {
        let name = HeaderName::try_from(name).map_err(|_| SourceError)?;
        if proxies == 0 {
            return Err(SourceError);
        }
        Ok(Self::of(By::Header(name, proxies)))
    }

    /// No limit.
    pub const fn off() -> Self {
        Self::of(By::Off)
    }

    /// So many requests at once, and so many a second later on; 100 and 10 unless set. At least one each.
    pub fn rate(self, burst: u32, per_second: u32) -> Self {
        Self { burst: burst.max(1), per_second: per_second.max(1), ..self }
    }
}

impl std::str::FromStr for SourceLimit {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        match text.split_once('/') {
            None if text.eq_ignore_ascii_case("peer") => Ok(Self::peer()),
            None if text.eq_ignore_ascii_case("off") => Ok(Self::off()),
            None => Self::header(text),
            Some((name, proxies)) => Self::header_behind(name, proxies.parse().map_err(|_| SourceError)?),
        }
    }
}

/// What each source owes. One per bot, for all of its routes.
pub struct Sources {
    limit: SourceLimit,
    clock: Arc<dyn Clock>,
    debts: Mutex<Debts>,
    guessed: AtomicBool,
}

#[derive(Default)]
struct Debts {
    /// When each will owe nothing. Keys come from strangers: the map is std's, which they cannot aim at.
    of: HashMap<IpAddr, Duration>,
    swept: Duration,
}

/// A request that has been charged to its source.
pub(crate) struct Charged(Option<IpAddr>);

impl Sources {
    /// Nobody owes anything yet.
    pub fn new(limit: SourceLimit, clock: Arc<dyn Clock>) -> Self {
        Self { limit, clock, debts: Mutex::default(), guessed: AtomicBool::new(false) }
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Charges a request to its source.
    pub(crate) fn charge(&self, head: &Parts) -> Result<Charged, TooMany> {
        let Some(source) = self.source(head) else { return Ok(Charged(None)) };
        let now = self.clock.monotonic();
        let (cost, most) = (self.cost(), self.cost() * self.limit.burst);
        let mut debts = self.lock();
        if debts.of.len() >= REMEMBERED && !debts.of.contains_key(&source) {
            if now.saturating_sub(debts.swept) >= SWEEP {
                debts.swept = now;
                debts.of.retain(|_, free| *free > now);
            }
            if debts.of.len() >= REMEMBERED {
                return Ok(Charged(None));
            }
        }
        let free = debts.of.entry(source).or_insert(now);
        let owes = (*free).max(now) + cost;
        if owes.saturating_sub(now) > most {
            let wait = owes.saturating_sub(now + most);
            drop(debts);
            return Err(TooMany(wait));
        }
        *free = owes;
        Ok(Charged(Some(source)))
    }

    /// The request was signed: it costs nothing.
    pub(crate) fn forgive(&self, Charged(source): Charged) {
        let Some(source) = source else { return };
        let (now, cost) = (self.clock.monotonic(), self.cost());
        let mut debts = self.lock();
        if let Some(free) = debts.of.get_mut(&source) {
            *free = free.saturating_sub(cost);
            if *free <= now {
                debts.of.remove(&source);
            }
        }
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(1) / self.limit.per_second
    }

    fn source(&self, head: &Parts) -> Option<IpAddr> {
        let peer = || head.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let source = match &self.limit.by {
            By::Off => None,
            By::Peer => peer(),
            By::Connection => {
                let peer = peer()?;
                if FORWARDING.iter().any(|name| head.headers.contains_key(*name)) {
                    self.warn();
                    return None;
                }
                Some(peer)
            }
            // Whoever comes without the header has not come through the proxy.
            By::Header(name, nth) => Some(
                forwarded(&head.headers, name, *nth)
                    .or_else(peer)
                    .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            ),
        };
        source.map(block)
    }

    fn warn(&self) {
        if !self.guessed.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "requests come through a proxy, and which of its headers to believe is not set: sources are not \
                 limited (WAPPA_SOURCE=x-forwarded-for)"
            );
        }
    }

    fn lock(&self) -> MutexGuard<'_, Debts> {
        self.debts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The n-th value from the right.
fn forwarded(headers: &HeaderMap, name: &HeaderName, nth: usize) -> Option<IpAddr> {
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    let value = lines.iter().rev().flat_map(|line| line.rsplit(',')).nth(nth.checked_sub(1)?)?.trim();
    let address = value.parse().ok();
    address.or_else(|| value.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// What one party may change its address within counts as one source.
fn block(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (!0 << 64))),
        address @ IpAddr::V4(_) => address,
    }
}

/// A source has asked too often, and is to come back after this time.
pub(crate) struct TooMany(Duration);

impl IntoResponse for TooMany {
    fn into_response(self) -> Response {
        let seconds = (self.0.as_secs() + 1).to_string();
        let why = "too many requests without a valid signature; come back later";
        (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds)], why).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;
    use crate::clock::BoxFuture;

    #[derive(Default)]
    struct Hand(Mutex<Duration>);

    impl Hand {
        fn forward(&self, by: Duration) {
            *self.0.lock().unwrap() += by;
        }
    }

    impl Clock for Hand {
        fn now(&self) -> wappa_cloud::Timestamp {
            wappa_cloud::Timestamp::default()
        }

        fn monotonic(&self) -> Duration {
            *self.0.lock().unwrap()
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(std::future::pending())
        }
    }

    fn sources(limit: SourceLimit) -> (Sources, Arc<Hand>) {
        let clock = Arc::new(Hand::default());
        (Sources::new(limit, Arc::clone(&clock) as Arc<dyn Clock>), clock)
    }

    fn from(peer: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::post("/webhook/whatsapp");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut head = request.body(()).unwrap().into_parts().0;
        head.extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 443)));
        head
    }

    /// How many requests of a hundred are let pass.
    fn passes(sources: &Sources, head: &Parts) -> usize {
        (0..100).filter(|_| sources.charge(head).is_ok()).count()
    }

    #[test]
    fn a_stranger_is_held_back_and_others_are_not() {
        let (sources, clock) = sources(SourceLimit::peer().rate(5, 1));
        let stranger = from("203.0.113.1", &[]);
        assert_eq!(passes(&sources, &stranger), 5);
        assert_eq!(passes(&sources, &from("203.0.113.2", &[])), 5, "another source has a count of its own");
        clock.forward(Duration::from_secs(2));
        assert_eq!(passes(&sources, &stranger), 2);
        let refused = sources.charge(&stranger).err().unwrap().into_response();
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()[RETRY_AFTER], "2");
        assert_eq!(passes(&sources, &from("::ffff:203.0.113.1", &[])), 0, "the same in another notation");
    }

    #[test]
    fn what_is_signed_costs_nothing() {
        let (sources, _clock) = sources(SourceLimit::peer().rate(5, 1));
        let meta = from("203.0.113.1", &[]);
        for _ in 0..1_000 {
            let charged = sources.charge(&meta).unwrap_or_else(|_| panic!("let pass"));
            sources.forgive(charged);
        }
        assert!(sources.lock().of.is_empty(), "who owes nothing is not remembered");
    }

    #[test]
    fn a_whole_network_of_one_party_is_one_source() {
        let (sources, _clock) = sources(SourceLimit::peer().rate(5, 1));
        assert_eq!(passes(&sources, &from("2001:db8:1:2::1", &[])), 5);
        assert_eq!(passes(&sources, &from("2001:db8:1:2:ffff::9", &[])), 0);
        assert_eq!(passes(&sources, &from("2001:db8:1:3::1", &[])), 5);
    }

    #[test]
    fn a_proxy_names_the_source_and_a_sender_cannot() {
        let (sources, _clock) = sources("x-forwarded-for".parse::<SourceLimit>().unwrap().rate(5, 1));
        let mut let_pass = 0;
        for invented in 0..100 {
            let value = format!("198.51.100.{invented}, 203.0.113.1");
            let_pass +=
                usize::from(sources.charge(&from("10.0.0.1", &[("x-forwarded-for", &value)])).is_ok());
        }
        assert_eq!(let_pass, 5, "what stands left of the proxy's own value is not believed");
        assert_eq!(passes(&sources, &from("10.0.0.1", &[("x-forwarded-for", "203.0.113.2:5060")])), 5);
        assert_eq!(passes(&sources, &from("10.0.0.1", &[])), 5, "around the proxy");
        assert_eq!(passes(&sources, &from("10.0.0.1", &[("x-forwarded-for", "nonsense")])), 0);
    }

    #[test]
    fn two_proxies_in_a_row_are_looked_through() {
        let limit: SourceLimit = "x-forwarded-for/2".parse().unwrap();
        let (sources, _clock) = sources(limit.rate(5, 1));
        let head = from(
            "10.0.0.1",
            &[("x-forwarded-for", "9.9.9.9, 203.0.113.1"), ("x-forwarded-for", "198.51.100.7")],
        );
        assert_eq!(sources.source(&head), Some("203.0.113.1".parse().unwrap()));
        for nonsense in ["", "x y", "x-forwarded-for/0", "x-forwarded-for/two"] {
            assert_eq!(nonsense.parse::<SourceLimit>(), Err(SourceError), "{nonsense}");
        }
    }

    #[test]
    fn behind_a_proxy_nobody_told_of_nobody_is_limited() {
        let (sources, _clock) = sources(SourceLimit::default().rate(5, 1));
        assert_eq!(passes(&sources, &from("10.0.0.1", &[("x-forwarded-for", "203.0.113.1")])), 100);
        assert_eq!(passes(&sources, &from("203.0.113.1", &[])), 5);
        let (off, _clock) = self::sources(SourceLimit::off());
        assert_eq!(passes(&off, &from("203.0.113.1", &[])), 100);
    }

    #[test]
    fn so_many_are_remembered_and_no_more() {
        let (sources, clock) = sources(SourceLimit::peer().rate(1, 1));
        for at in 0..u32::try_from(REMEMBERED).unwrap() + 500 {
            let head = from(&Ipv4Addr::from_bits(0x0a00_0000 + at).to_string(), &[]);
            assert!(sources.charge(&head).is_ok());
        }
        assert_eq!(sources.lock().of.len(), REMEMBERED);
        clock.forward(Duration::from_secs(5));
        assert!(sources.charge(&from("203.0.113.1", &[])).is_ok());
        assert_eq!(sources.lock().of.len(), 1, "who owes nothing any more has made room");
    }
}
