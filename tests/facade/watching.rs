//! Looking on: measures, traces, readiness, and the feed for dashboards.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use futures_util::StreamExt;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::Value;
use tower::ServiceExt as _;
use tracing::{
    Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{Layer, layer::Context, prelude::*, registry::LookupSpan};
use wappa::{
    cloud::AccessToken,
    feed::FeedLimits,
    metrics::{METERS, MeterKind, MetricsTo},
    prelude::*,
};

use crate::{
    stage::{Place, Stage, said},
    wait::until,
    with_either_store,
};

with_either_store!(everything_is_counted, ready_says_why_not, the_feed_tells_what_happens);

/// Echoes, but for what it cannot stand.
struct Echo;

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        match message.text() {
            Some("fail") => Err(Error::msg("as asked")),
            Some(text) => chat.say(text).await.map(drop).map_err(Error::from),
            None => Ok(()),
        }
    }
}

async fn everything_is_counted(place: Place) {
    let recorder = PrometheusBuilder::new().build_recorder();
    let shown = recorder.handle();
    let to = MetricsTo::Recorder(Arc::new(recorder));
    let stage = Stage::building(Echo, &place, |bot| bot.metrics(to)).await;
    stage.ana().says("hi").expect("said");
    stage.ana().sees("hi").await.expect("an open window");
    let body = stage.text(&stage.ana(), "wamid.1", "hello").to_string();
    assert_eq!(stage.post(body.clone()).await, StatusCode::OK);
    stage.ana().sees("hello").await.expect("an answer");
    assert_eq!(stage.post(body).await, StatusCode::OK);
    assert_eq!(stage.post_with("{}", Some("sha256=00")).await, StatusCode::UNAUTHORIZED);
    stage.ana().says("fail").expect("said");
    let has = async |line: String| {
        until(&line.clone(), async || shown.render().contains(&line).then_some(())).await;
    };
    has(r#"wappa_turns_total{outcome="dead"} 1"#.to_owned()).await;
    for line in [
        r#"wappa_turns_total{outcome="done"} "#,
        r#"wappa_turns_total{outcome="retried"} 2"#,
        r#"wappa_events_total{outcome="duplicate"} 1"#,
        r#"wappa_deliveries_total{outcome="taken"} "#,
        r#"wappa_deliveries_total{outcome="refused"} 1"#,
        r#"wappa_sends_total{outcome="accepted",kind="text"} 2"#,
        "wappa_ack_seconds_count",
        "wappa_turn_seconds_count",
        "wappa_send_seconds_count 2",
    ] {
        assert!(shown.render().contains(line), "{line} in\n{}", shown.render());
    }
    let number = stage.business().phone_number_id;
    has(format!("wappa_queue_events{{number=\"{number}\"}} 0")).await;
    has(format!("wappa_token_dead{{number=\"{number}\"}} 0")).await;
    has("wappa_dead_letters 1".to_owned()).await;

    let rendered = shown.render();
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    assert!(!rendered.contains(ana.as_str()) && !rendered.contains("wamid"), "{rendered}");
    let series = rendered.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
    assert!(series < 200, "{series} series");
    for meter in METERS {
        assert!(rendered.contains(meter.name), "{} is registered", meter.name);
    }
}

#[test]
fn the_page_names_every_instrument_as_it_is() {
    let page = include_str!("../../src/docs/metrics.md");
    for meter in METERS {
        let kind = match meter.kind {
            MeterKind::Counter => "counter",
            MeterKind::Gauge => "gauge",
            MeterKind::Histogram => "histogram",
        };
        let row = page.lines().find(|line| line.starts_with(&format!("| `{}` | {kind} |", meter.name)));
        let row = row.unwrap_or_else(|| panic!("{} is not on the page as a {kind}", meter.name));
        for word in meter.values.iter().chain(&meter.label) {
            assert!(row.contains(word), "{}: {word}", meter.name);
        }
    }
}

async fn ready_says_why_not(place: Place) {
    let stage = Stage::of(Echo, &place).await;
    let (status, body) = stage.get("/ready").await;
    assert_eq!((status, &*body), (StatusCode::OK, br#"{"ready":true}"#.as_slice()));
    stage.bot.shutdown().await;
    let (status, body) = stage.get("/ready").await;
    let said: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(said["reasons"][0]["what"], "draining", "{said}");
}

/// What is written of spans: their names, fields and parents.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<HashMap<u64, Seen>>>);

#[derive(Debug, Clone, Default)]
struct Seen {
    name: &'static str,
    parent: Option<u64>,
    fields: HashMap<&'static str, String>,
}

impl Visit for Seen {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl Spans {
    fn with<T>(&self, id: &span::Id, look: impl FnOnce(&mut Seen) -> T) -> T {
        let mut spans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        look(spans.entry(id.into_u64()).or_default())
    }

    fn named(&self, name: &str) -> Vec<Seen> {
        let spans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spans.values().filter(|seen| seen.name == name).cloned().collect()
    }

    fn get(&self, id: Option<u64>) -> Option<Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id?).cloned()
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Spans {
    fn on_new_span(&self, new: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        let parent = context.span(id).and_then(|span| span.parent().map(|parent| parent.id().into_u64()));
        self.with(id, |seen| {
            *seen = Seen { name: new.metadata().name(), parent, ..Seen::default() };
            new.record(seen);
        });
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, _: Context<'_, S>) {
        self.with(id, |seen| values.record(seen));
    }
}

/// Everything that is logged, at every level.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn spans_lead_from_the_webhook_to_the_send_and_hold_no_secrets() {
    let (spans, lines) = (Spans::default(), Lines::default());
    let writer = lines.clone();
    let written = tracing_subscriber::fmt::layer()
        .with_writer(move || writer.clone())
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL);
    let subscriber = tracing_subscriber::registry().with(spans.clone()).with(written).with(
        tracing_subscriber::filter::Targets::new()
            .with_target("wappa_core", tracing::Level::TRACE)
            .with_target("wappa_cloud", tracing::Level::TRACE)
            .with_target("wappa", tracing::Level::TRACE),
    );
    let _guard = tracing::subscriber::set_default(subscriber);

    let stage = Stage::of(Echo, &Place::memory()).await;
    stage.ana().says("hi").expect("said");
    stage.ana().sees("hi").await.expect("an open window");
    let body = stage.text(&stage.ana(), "wamid.traced", "the-body-of-it").to_string();
    assert_eq!(stage.post(body).await, StatusCode::OK);
    stage.ana().sees("the-body-of-it").await.expect("an answer");
    let of_turn = |send: &Seen| {
        let turn = spans.get(send.parent)?;
        (turn.fields.get("wamid")? == "wamid.traced").then_some(turn)
    };
    let (send, turn) = until("the send to be traced", async || {
        let mut sends = spans.named("send").into_iter().filter(|send| send.fields.contains_key("wamid"));
        sends.find_map(|send| of_turn(&send).map(|turn| (send, turn)))
    })
    .await;
    assert_eq!(turn.name, "turn");
    assert_eq!(turn.fields["event"].len(), 32);
    assert_eq!(send.fields["kind"], "text");
    let event = &turn.fields["event"];
    let deliveries = spans.named("delivery");
    let delivery = deliveries.iter().find(|delivery| delivery.fields.get("first") == Some(event));
    assert_eq!(delivery.expect("the turn is found by what its delivery names").fields["items"], "1");

    let text = String::from_utf8_lossy(&lines.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned();
    assert!(text.contains("wamid.traced"), "the search finds what is logged: {text}");
    let business = stage.business();
    for secret in ["the-body-of-it", business.access_token.expose(), business.app_secret.expose()] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert_eq!(said(&stage.ana()), ["hi", "the-body-of-it"]);
}

async fn get(routes: Router, key: Option<&str>, after: Option<&str>) -> axum::response::Response {
    let mut request = Request::get("/events");
    if let Some(key) = key {
        request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    }
    if let Some(after) = after {
        request = request.header("last-event-id", after);
    }
    let Ok(answer) = routes.oneshot(request.body(Body::empty()).expect("a request")).await;
    answer
}

/// Reads events until one of this kind comes; answers with its id and data.
async fn next(events: &mut axum::body::BodyDataStream, kind: &str) -> (String, Value) {
    loop {
        let piece = events.next().await.expect("more").expect("a piece");
        let text = String::from_utf8(piece.to_vec()).expect("text");
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        if field("event: ").as_deref() == Some(kind) {
            let data = field("data: ").expect("data");
            return (field("id: ").unwrap_or_default(), serde_json::from_str(&data).expect("JSON"));
        }
    }
}

async fn the_feed_tells_what_happens(place: Place) {
    let stage = Stage::building(Echo, &place, |bot| bot.feed(FeedLimits::default())).await;
    let routes = || stage.bot.feed_routes(AccessToken::new("the key"));
    for wrong in [None, Some("the ke"), Some("")] {
        assert_eq!(get(routes(), wrong, None).await.status(), StatusCode::UNAUTHORIZED);
    }
    let answer = get(routes(), Some("the key"), None).await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut events = answer.into_body().into_data_stream();
    stage.ana().says("hello").expect("said");
    let (first, received) = next(&mut events, "received").await;
    assert_eq!(received["event"]["item"]["text"]["body"], "hello", "{received}");
    let (_, sent) = next(&mut events, "sent").await;
    assert_eq!((sent["outcome"].as_str(), sent["kind"].as_str()), (Some("accepted"), Some("text")), "{sent}");
    assert_eq!(sent["message"]["text"]["body"], "hello");
    let (_, turn) = next(&mut events, "turn").await;
    assert_eq!((turn["outcome"].as_str(), &turn["key"]), (Some("done"), &received["key"]));
    drop(events);

    stage.ana().says("again").expect("said");
    stage.ana().sees("again").await.expect("an answer");
    let mut events = get(routes(), Some("the key"), Some(&first)).await.into_body().into_data_stream();
    let (_, sent_before) = next(&mut events, "sent").await;
    assert_eq!(sent_before["message"]["text"]["body"], "hello", "it goes on where the reader was");
    // What became of the first answer is received, too.
    let again = loop {
        let (_, received) = next(&mut events, "received").await;
        if received["event"]["kind"] == "message" {
            break received;
        }
    };
    assert_eq!(again["event"]["item"]["text"]["body"], "again");

    let without = Stage::of(Echo, &Place::memory()).await;
    let answer = get(without.bot.feed_routes(AccessToken::new("k")), Some("k"), None).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
}
