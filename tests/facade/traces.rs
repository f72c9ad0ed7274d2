//! Traces, as a collector gets them.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value, trace::v1::Span,
};
use prost::Message as _;
use tokio::{net::TcpListener, sync::Notify};
use tracing_subscriber::prelude::*;
use wappa::{
    emulator::{Emulator, EmulatorConfig},
    otel::Otlp,
    prelude::*,
};

use crate::stage::{Place, Stage, said};

/// What a collector was sent.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<(HeaderMap, Bytes)>>>);

impl Collector {
    /// Takes traces on this machine; answers where.
    async fn open(&self) -> String {
        let take = async |State(Self(taken)): State<Self>, head: HeaderMap, body: Bytes| {
            taken.lock().unwrap_or_else(PoisonError::into_inner).push((head, body));
        };
        let routes = Router::new().route("/v1/traces", post(take)).with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        tokio::spawn(axum::serve(listener, routes).into_future());
        origin
    }

    fn taken(&self) -> Vec<(HeaderMap, Bytes)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn requests(&self) -> Vec<ExportTraceServiceRequest> {
        let decode =
            |(_, body): (HeaderMap, Bytes)| ExportTraceServiceRequest::decode(body).expect("protobuf");
        self.taken().into_iter().map(decode).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let resources = self.requests().into_iter().flat_map(|request| request.resource_spans);
        resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
    }
}

/// The spans of one trace.
fn of(trace: &[u8], spans: &[Span], name: &str) -> Vec<Span> {
    spans.iter().filter(|span| span.trace_id == trace && span.name == name).cloned().collect()
}

fn attribute(span: &Span, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.clone()?.value? {
        Value::StringValue(text) => Some(text),
        Value::IntValue(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Echoes; holds "hold" the first time, until it is cut off.
#[derive(Clone, Default)]
struct Echo {
    held: Arc<AtomicBool>,
    holds: Arc<Notify>,
}

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        tracing::info_span!("of my own").in_scope(|| tracing::info!("a line of my own"));
        let text = message.text().unwrap_or("no text");
        if text == "hold" && !self.held.swap(true, Ordering::SeqCst) {
            self.holds.notify_one();
            std::future::pending::<()>().await;
        }
        chat.say(text).await?;
        Ok(())
    }
}

#[tokio::test]
async fn an_event_is_one_trace_from_the_webhook_to_the_send_and_over_a_restart() {
    let (collector, place, handler) = (Collector::default(), Place::sqlite(), Echo::default());
    let otlp = Otlp::to(collector.open().await).service("pizzeria").header("x-key", "the collector's key");
    assert!(!format!("{otlp:?}").contains("collector's"), "{otlp:?}");
    let traces = otlp.start().expect("traces");
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(traces.layer()));

    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.expect("an emulator");
    let set_up = |bot: Wappa<Echo>| bot.traces(traces.clone()).shutdown_grace(Duration::ZERO);
    let Stage { bot, emulator } =
        Stage::try_building(handler.clone(), &place, emulator, set_up).await.expect("a bot");
    let (ana, ben) = (emulator.person("Ana").expect("Ana"), emulator.person("Ben").expect("Ben"));
    ana.says("the-body-of-it").expect("said");
    ana.sees("the-body-of-it").await.expect("an answer");
    ben.says("hold").expect("said");
    handler.holds.notified().await;
    bot.shutdown().await;
    drop(bot);
    let next = Stage::try_building(handler, &place, emulator, set_up).await.expect("a bot on the same file");
    ben.sees("hold").await.expect("an answer");
    next.bot.shutdown().await;

    let spans = collector.spans();
    let sends: Vec<&Span> = spans.iter().filter(|span| span.name == "send").collect();
    assert_eq!(sends.len(), 2, "one for each answer");
    for (send, attempts) in sends.iter().zip([1, 2]) {
        let turns = of(&send.trace_id, &spans, "turn");
        assert_eq!(turns.len(), attempts, "the turn that was cut off is in the same trace");
        assert!(turns.iter().any(|turn| turn.span_id == send.parent_span_id));
        let [event] = &of(&send.trace_id, &spans, "event")[..] else { panic!("one event: {spans:#?}") };
        assert!(event.parent_span_id.is_empty());
        let [delivery] = &of(&send.trace_id, &spans, "delivery")[..] else {
            panic!("one delivery: {spans:#?}")
        };
        for below in turns.iter().chain([delivery]) {
            assert_eq!(below.parent_span_id, event.span_id, "{}", below.name);
        }
        for turn in &turns {
            let named = attribute(turn, "event").expect("its event");
            assert_eq!(named, hex::encode(&send.trace_id), "whoever knows the event's id has its trace");
            let own = of(&send.trace_id, &spans, "of my own");
            assert!(own.iter().any(|own| own.parent_span_id == turn.span_id && own.events.len() == 1));
        }
        assert!(attribute(send, "wamid").is_some_and(|wamid| wamid.starts_with("wamid.")));
    }

    let sent = collector.requests();
    let service = sent.iter().flat_map(|request| &request.resource_spans).all(|resource| {
        let attributes = resource.resource.iter().flat_map(|resource| &resource.attributes);
        format!("{:?}", attributes.collect::<Vec<_>>()).contains("pizzeria")
    });
    assert!(service, "{sent:#?}");
    assert!(collector.taken().iter().all(|(head, _)| head["x-key"] == "the collector's key"));
    let everything = format!("{sent:?}");
    assert!(everything.contains("a line of my own"), "the search finds what is sent");
    let business = next.business();
    for secret in ["the-body-of-it", business.access_token.expose(), business.app_secret.expose()] {
        assert!(!everything.contains(secret), "{secret}");
    }
    assert_eq!(said(&ana), ["the-body-of-it"]);
}

#[tokio::test]
async fn a_share_of_none_sends_nothing_and_a_collector_that_is_away_costs_nothing() {
    let collector = Collector::default();
    for otlp in [Otlp::to(collector.open().await).share(0.0), Otlp::to("http://127.0.0.1:9")] {
        let traces = otlp.start().expect("traces");
        let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(traces.layer()));
        let stage = Stage::building(Echo::default(), &Place::memory(), |bot| bot.traces(traces)).await;
        stage.ana().says("hi").expect("said");
        stage.ana().sees("hi").await.expect("an answer");
        stage.bot.shutdown().await;
    }
    assert!(collector.taken().is_empty());
}
