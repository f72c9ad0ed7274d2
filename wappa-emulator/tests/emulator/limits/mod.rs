//! One over each limit: for every row of Meta's limits what keeps it is taken, one more is refused before it is sent, and
//! sent all the same it is refused by the emulator with Meta's code. A row without a case fails the test.

mod calls;
mod drafts;
mod files;
mod flows;
mod ranges;

use std::collections::BTreeSet;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use wappa_cloud::limits::{self, Limit};
use wappa_cloud::{
    BoxFuture, Graph, GraphRequest, GraphResponse, Recipient, RequestBody, Transport, TransportError,
};
use wappa_emulator::world::{ButtonDefinition, Template, TemplateCard, TemplateHeader};
use wappa_emulator::{Actor, Business, Emulator, EmulatorConfig, Pacing};

/// An emulator, somebody to write to, and a client whose last request is remembered.
struct Side {
    /// Lives as long as it is asked.
    _emulator: Emulator,
    ana: Actor,
    to: Recipient,
    graph: Graph,
    last: Arc<Recorder>,
    of: Business,
    /// How many templates have got a name.
    made: AtomicUsize,
}

/// Remembers the last request that left.
struct Recorder {
    to: Arc<dyn Transport>,
    last: Mutex<Option<GraphRequest>>,
}

impl Transport for Recorder {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(request.clone());
        self.to.call(request)
    }
}

impl Recorder {
    /// What was sent last; nothing is remembered then.
    fn take(&self) -> Option<GraphRequest> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Side {
    async fn open() -> Self {
        let mut config = EmulatorConfig::for_tests();
        config.pacing = Pacing::Unlimited;
        let emulator = Emulator::open(config).await.unwrap();
        for template in templates() {
            emulator.add_template(template);
        }
        let ana = emulator.person("Ana").unwrap();
        ana.says("hi").unwrap();
        let last = Arc::new(Recorder { to: emulator.transport(), last: Mutex::default() });
        let graph = Graph::new(Arc::clone(&last) as Arc<dyn Transport>);
        let (of, to) = (emulator.business(), Recipient::from(ana.person().wa_id.clone().unwrap()));
        Self { _emulator: emulator, ana, to, graph, last, of, made: AtomicUsize::new(0) }
    }

    /// The code with which the emulator refuses a request; `None` if it is taken.
    async fn refusal(&self, request: GraphRequest) -> Option<u64> {
        let answer = self.last.to.call(request).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        answer["error"]["code"].as_u64()
    }
}

/// What is sent is of these templates, whose every place is filled by one parameter.
fn templates() -> Vec<Template> {
    let reply = |n: usize| ButtonDefinition::QuickReply { text: format!("Reply {n}") };
    let card = TemplateCard { header: TemplateHeader::Image, body: String::new(), buttons: vec![reply(0)] };
    let many = (0..limits::TEMPLATE_BUTTONS.max)
        .fold(Template::new("many", "en", "Hi"), |many, n| many.button(reply(n)));
    let mut cards = Template::new("cards", "en", "Hi");
    cards.cards = vec![card; limits::TEMPLATE_CARDS.max];
    vec![
        Template::new("x".repeat(limits::TEMPLATE_NAME.max), "en", "Hi"),
        Template::new("body", "en", "{{1}}"),
        Template::new("header", "en", "Hi").header(TemplateHeader::Text("{{1}}".into())),
        Template::new("code", "en", "Hi").button(ButtonDefinition::CopyCode),
        many,
        cards,
    ]
}

/// So long a text.
fn x(length: usize) -> String {
    "x".repeat(length)
}

/// Puts one more of it there: a character to a text, another entry to a list, an id to a list in a query.
fn one_more(request: GraphRequest, at: &str) -> GraphRequest {
    let mut request = request;
    if let Some(name) = at.strip_prefix('?') {
        for (_, value) in request.query.iter_mut().filter(|(key, _)| key == name) {
            *value = value.replace(']', ",1]");
        }
        return request;
    }
    request.body = match request.body {
        RequestBody::Json(body) => {
            let mut body: Value = serde_json::from_slice(&body).unwrap();
            grow(body.pointer_mut(at).unwrap_or_else(|| panic!("nothing at {at}")));
            RequestBody::Json(body.to_string().into())
        }
        RequestBody::Multipart { fields, mut file } => {
            let mut bytes = file.bytes.to_vec();
            bytes.push(b' ');
            file.bytes = bytes.into();
            RequestBody::Multipart { fields, file }
        }
        other => panic!("{other:?} cannot grow"),
    };
    request
}

fn grow(value: &mut Value) {
    match value {
        Value::String(text) => text.push('x'),
        Value::Array(entries) => {
            let mut another = entries.last().cloned().unwrap();
            renew(&mut another, entries.len());
            entries.push(another);
        }
        other => panic!("{other} cannot grow"),
    }
}

/// Gives a copy the ids and the place of another entry.
fn renew(value: &mut Value, place: usize) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match key.as_str() {
                    "id" | "title" | "product_retailer_id" | "user" => *value = json!(format!("n{place}")),
                    "card_index" => *value = json!(place),
                    "index" => *value = json!(place.to_string()),
                    _ => renew(value, place),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| renew(value, place)),
        _ => {}
    }
}

/// An error says of what, how much there may be, and what to do.
fn says(error: &str, limit: &Limit) {
    for part in [limit.name, &limit.max.to_string(), limit.unit.mend()] {
        assert!(error.contains(part), "{error:?} does not say {part:?}");
    }
}

#[test]
fn every_limit_has_its_case() {
    let name = |limit: &Limit| format!("{} {} ({})", limit.name, limit.max, limit.source);
    let cases = drafts::CASES.iter().map(|case| case.0);
    let cases = cases.chain(calls::CASES.iter().map(|case| case.0));
    let cases = cases.chain(flows::CASES.iter().map(|case| case.0));
    let cases = cases.chain(files::LIMITS.iter().copied());
    let covered: BTreeSet<String> = cases.map(name).collect();
    let all: BTreeSet<String> = limits::ALL.iter().map(|limit| name(limit)).collect();
    assert_eq!(all.difference(&covered).collect::<Vec<_>>(), Vec::<&String>::new(), "no case");
    assert_eq!(covered.difference(&all).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the table");
}
